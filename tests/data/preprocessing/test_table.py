from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet import DataError, FeatureScaling, Model, Network, UsageError, load_model
from glassnet.data.preprocessing.table import columns_by_name, columns_of, is_frame

NAMES = ("length", "width")
SCALING = FeatureScaling(NAMES, (10.0, -1.0), (2.0, 0.5))

tables = hnp.arrays(np.float64, st.tuples(st.integers(2, 30), st.just(3)), elements=st.floats(-1e6, 1e6))


def test_features_are_worked_out_by_hand():
    assert SCALING.apply(np.array([[10.0, -1.0], [14.0, 0.0]])).tolist() == [[0, 0], [2, 2]]
    assert SCALING.apply(np.array([[8, -2]], np.int16)).tolist() == [[-1, -2]]


@given(tables, st.integers(1, 30))
def test_means_and_deviations_are_the_same_however_the_rows_are_cut(table, cut):
    whole = FeatureScaling.fit("abc", [table])
    parts = FeatureScaling.fit("abc", [part for part in (table[:cut], table[cut:]) if len(part)])
    np.testing.assert_allclose(parts.means, whole.means, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(whole.means, table.mean(axis=0), rtol=1e-9, atol=1e-9)
    varies = np.ptp(table, axis=0) > 1e-3
    np.testing.assert_allclose(np.array(parts.deviations)[varies], table.std(axis=0)[varies], rtol=1e-6, atol=1e-6)
    constant = np.ptp(table, axis=0) == 0
    np.testing.assert_array_equal(np.array(parts.means)[constant], table[0, constant])
    assert (whole.apply(table + 12345.0 * constant)[:, constant] == 0).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_refused_with_row_and_column(value):
    rows = np.zeros((5, 2))
    rows[3, 1] = value
    with pytest.raises(DataError, match=f"in row 3, column 'width': expected a finite number, got {value}"):
        SCALING.apply(rows)
    with pytest.raises(DataError, match="in row 8, column 'width'"):
        FeatureScaling.fit(NAMES, [np.zeros((5, 2)), rows])


@pytest.mark.parametrize("rows", [np.zeros((5, 3)), np.zeros(2), np.zeros((5, 2, 1))])
def test_rows_of_another_width_are_refused(rows):
    with pytest.raises(DataError, match=r"expected shape \(n, 2\): length, width"):
        SCALING.apply(rows)


def test_rows_of_another_type_are_refused():
    with pytest.raises(DataError, match="expected numbers, got object"):
        SCALING.apply(np.array([["1", 2]], object))
    with pytest.raises(DataError, match="at least one row"):
        FeatureScaling.fit(NAMES, [])


def test_a_table_cannot_be_deskewed():
    with pytest.raises(UsageError, match="deskewing needs images"):
        SCALING.upright()


def test_a_model_of_a_table_comes_back_with_its_statistics(tmp_path):
    model = Model(Network([2, 3, 2], seed=0), SCALING, ("no", "yes"))
    model.save(tmp_path / "model.safetensors")
    back = load_model(tmp_path / "model.safetensors")
    rows = np.random.default_rng(0).normal(size=(20, 2))
    assert back.preprocessing == SCALING
    assert (back.predict_outputs(rows) == model.predict_outputs(rows)).all()


def test_numbers_that_single_precision_does_not_know_are_standardized_all_the_same():
    rows = np.array([[1e100], [3e100]])
    scaling = FeatureScaling.fit(("size",), [rows])
    np.testing.assert_allclose(scaling.apply(rows), [[-1], [1]], rtol=1e-6)
    with pytest.raises(DataError, match="a number too large to compute with in row 7, column 'size'"):
        FeatureScaling(("size",), (0.0,), (1.0,)).apply(rows, first=7)


@pytest.mark.parametrize("sizes", [(1e-300, 1e-200), (1e155, 1e308), (1.0, 1e200), (1e200, 1.0), (1e-250, 1.0)])
def test_columns_of_any_size_are_standardized_though_their_blocks_differ_in_it(sizes):
    pattern = np.array([[-1.0], [0.25], [0.5], [1.0]])
    first, second = (size * pattern for size in sizes)
    scaling = FeatureScaling.fit(("size",), [first, second])
    unit = max(sizes)
    expected = np.concatenate([first / unit, second / unit])
    np.testing.assert_allclose(scaling.means[0] / unit, expected.mean(), rtol=1e-9)
    np.testing.assert_allclose(scaling.deviations[0] / unit, expected.std(), rtol=1e-9)


@pytest.mark.parametrize("value", [0.0, 0.1, 1_700_000_000, 987_654_321_000_000_000, -1e155, 1e-300])
def test_a_column_that_never_varied_moves_nothing_whatever_a_later_row_has_in_it(value):
    rows = np.column_stack([np.arange(300.0), np.full(300, float(value))])
    scaling = FeatureScaling.fit(NAMES, [rows[:100], rows[100:]])
    assert scaling.means[1] == value
    for later in (value, value + 86_400, -value, 0.0, 1e250):
        assert scaling.apply(np.array([[5.0, later]]))[0, 1] == 0
    assert scaling.of(scaling.describe()) == scaling


def test_digits_behind_a_large_offset_are_not_lost():
    stamps = 1_700_000_000_000_000_000 + 86_400_000_000_000 * np.arange(50)
    scaling = FeatureScaling.fit(("when",), [stamps[:, None]])
    found = scaling.apply(stamps[:, None])[:, 0]
    np.testing.assert_allclose(np.diff(found), np.diff(found).mean(), rtol=1e-5)


def test_all_missing_columns_of_a_frame_are_named_at_once():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(DataError, match="2 columns are missing: expected 'length', 'width' among the columns, got a"):
        SCALING.apply(pandas.DataFrame({"a": [1.0]}))


def test_five_columns_are_named_where_rows_have_another_number():
    for count, named in ((5, "a, b, c, d, e"), (6, "a, b, c, \\.\\.\\. f")):
        scaling = FeatureScaling("abcdef"[:count], (0.0,) * count, (1.0,) * count)
        assert scaling.takes == f"rows of {count} columns ({named})".replace("\\", "")
        with pytest.raises(DataError, match=rf"rows of the wrong shape: expected shape \(n, {count}\): {named}, got"):
            scaling.apply(np.zeros((2, 3)))
    with pytest.raises(DataError, match="features of the wrong type: expected numbers, got <U1"):
        SCALING.apply(np.array([["a", "b"]]))
    assert SCALING.apply(np.array([[True, False]])).shape == (1, 2)
    assert repr(SCALING) == "<FeatureScaling of rows of 2 columns (length, width)>"
    assert (SCALING.input_names, SCALING.input_places) == (NAMES, (slice(0, 1), slice(1, 2)))
    with pytest.raises(FrozenInstanceError):
        SCALING.means = (0.0, 0.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"names": [1, 2]},
        {"names": ["a"]},
        {"means": [1.0]},
        {"deviations": [1.0]},
        {"names": [], "means": [], "deviations": []},
        {"means": [1.0, np.inf]},
        {"deviations": [1.0, 0.0]},
        {"deviations": [1.0, np.nan]},
    ],
)
def test_a_description_that_makes_no_sense_is_refused(changed):
    description = {"names": ["a", "b"], "means": [1, 2.0], "deviations": [1.0, 2.0]}
    assert FeatureScaling.of(description).means == (1.0, 2.0)
    with pytest.raises(ValueError, match="invalid means and deviations"):
        FeatureScaling.of(description | changed)


def test_there_must_be_rows_to_take_means_from():
    with pytest.raises(DataError, match="nothing to take means and deviations from: expected at least one row"):
        FeatureScaling.fit(("a",), [])
    with pytest.raises(DataError, match="row 4, column 'b'"):
        FeatureScaling.fit(("a", "b"), [np.zeros((3, 2)), np.array([[0, 0], [0, np.nan]])])


class Frame:
    """Columns by their names, which may be there twice."""

    def __init__(self, names, rows=2):
        self.columns, self.rows = names, rows

    def __getitem__(self, name):
        return np.full(self.rows, self.columns.index(name), float)


def test_columns_of_a_frame_are_found_by_their_names_as_words():
    found = columns_by_name(Frame(["b", 0, "a"]), ("a", "0"))
    assert [values.tolist() for values in found] == [[2, 2], [1, 1]]
    assert columns_of(Frame(["b", 0, "a"]), ("a", "0")).tolist() == [[2, 1], [2, 1]]
    with pytest.raises(DataError, match=r"two columns of one name: got 'a'. Rename one"):
        columns_by_name(Frame(["a", "b", "a"]), ("a", "b"))
    assert len(columns_by_name(Frame(["a", "b", "a"]), ("b",))) == 1  # of others it does not matter
    many = [f"c{number}" for number in range(11)]
    with pytest.raises(DataError) as raised:
        columns_by_name(Frame(many), [f"d{number}" for number in range(6)])
    assert str(raised.value) == (
        "6 columns are missing: expected 'd0', 'd1', 'd2', ... 'd5' among the columns, got c0, c1, c2, ... c10."
    )
    with pytest.raises(DataError, match="a column is missing: expected 'd' among the columns, got c0, c1"):
        columns_by_name(Frame(["c0", "c1"]), ["d"])
    assert [is_frame(given) for given in (Frame([]), np.zeros(3), [1])] == [True, False, False]


def test_units_are_described_where_there_are_some():
    plain = FeatureScaling(("a", "b"), (1.0, 2.0), (3.0, 4.0))
    assert set(plain.describe()) == {"kind", "names", "means", "deviations", "input_shape"}
    with_units = FeatureScaling(("a", "b"), (1.0, 2.0), (3.0, 4.0), ("%", ""))
    assert (with_units.describe()["units"], with_units.describe()["kind"]) == (("%", ""), "features")
    assert FeatureScaling.of(with_units.describe()) == with_units
    for units in (["%"], [1, 2], ["a", "b", "c"]):
        with pytest.raises(ValueError, match="invalid units of columns"):
            FeatureScaling.of(with_units.describe() | {"units": units})


def test_a_row_is_counted_from_the_first_of_its_block():
    out, rows = np.empty((2, 2), np.float32), np.array([[1, 2], [np.nan, 3]])
    with pytest.raises(DataError, match="row 1, column 'length'"):
        SCALING.scale(rows, out)
    with pytest.raises(DataError, match="row 11, column 'length'"):
        SCALING.scale(rows, out, 10)
