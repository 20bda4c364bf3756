"""What a model file says of its preprocessing is taken only where it makes sense."""

import pytest

from glassnet.data.preprocessing.preprocessing import PREPROCESSINGS

PIXELS = {"kind": "pixels", "input_shape": [4, 3], "deskew": False}
UNCHANGED = {"kind": "unchanged", "input_shape": [4, 3]}
FEATURES = {"kind": "features", "names": ["a", "b"], "means": [1.0, 2.0], "deviations": [1.0, 2.0]}
NAN, INFINITE = float("nan"), float("inf")


def read(description):
    return PREPROCESSINGS[description["kind"]].of(description)


@pytest.mark.parametrize("description", [PIXELS, {**PIXELS, "deskew": True}, UNCHANGED, FEATURES])
def test_what_was_described_comes_back(description):
    again = read(description).describe()
    assert {key: tuple(again[key]) if isinstance(again[key], tuple) else again[key] for key in description} == {
        key: tuple(value) if isinstance(value, list) else value for key, value in description.items()
    }


@pytest.mark.parametrize("kind", [PIXELS, UNCHANGED])
@pytest.mark.parametrize("shape", [[4, 0], [0, 4], [4, -3], [-4, -3], [4, 1.5], [4, "3"], [None, 3]])
def test_a_shape_is_whole_numbers_above_zero_each(kind, shape):
    with pytest.raises((ValueError, TypeError)):
        read({**kind, "input_shape": shape})


@pytest.mark.parametrize("deskew", [1, 0, "no", None])
def test_deskewing_is_true_or_false(deskew):
    with pytest.raises((ValueError, TypeError)):
        read({**PIXELS, "deskew": deskew})


WRONG = [
    *({"means": [1.0]}, {"deviations": [1.0]}, {"names": ["a"]}, {"names": ["a", "b", "c"]}, {"names": ["a", 2]}),
    *({"means": [1.0, NAN]}, {"means": [INFINITE, 1.0]}, {"deviations": [NAN, 1.0]}, {"deviations": [1.0, INFINITE]}),
    *({"deviations": [1.0, -1.0]}, {"deviations": [-1.0, 1.0]}, {"names": [], "means": [], "deviations": []}),
]


@pytest.mark.parametrize("changes", WRONG)
def test_each_column_has_a_mean_and_a_deviation_that_are_numbers(changes):
    with pytest.raises((ValueError, TypeError)):
        read({**FEATURES, **changes})
