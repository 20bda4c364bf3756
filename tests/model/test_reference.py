"""What a model keeps of its rows: the errors that bound new answers, and the mean inputs; and in its file."""

import numpy as np
import pytest

from glassnet import FeatureScaling, Model, Network, TargetScale, load_model
from glassnet.errors import ModelFileError, UsageError
from glassnet.model.reference import KEPT, Reference
from glassnet.model.tensor_file import read_tensors, write_tensors

RNG = np.random.default_rng(5)
NOTHING = np.zeros((1, 2))


def model(reference):
    scaling = FeatureScaling(("a", "b"), (0.0, 0.0), (1.0, 1.0))
    return Model(Network([2, 1], loss="mse"), scaling, (), TargetScale(0.0, 1.0), reference=reference)


def test_of_a_few_errors_the_radius_is_that_of_the_right_rank():
    errors = RNG.permutation([-1.0, 2, -3, 4, 5, -6, 7, 8, 9])  # n = 9
    reference = Reference.of(NOTHING, errors)
    assert [reference.radius(coverage) for coverage in (0.1, 0.5, 0.55, 0.9)] == [1, 5, 6, 9]


def test_a_coverage_that_so_few_errors_cannot_promise_is_refused_and_the_largest_is_named():
    with pytest.raises(UsageError, match=r"at most 0\.9, as the errors of 9 rows are known, got 0\.95"):
        Reference.of(NOTHING, np.arange(9.0)).radius(0.95)


@pytest.mark.parametrize("rows", [30, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_share_of_new_numbers_as_large_as_stated_lies_within_the_radius(rows):
    for coverage in (0.5, 0.8, 0.95):
        radii = [Reference.of(NOTHING, RNG.standard_cauchy(rows)).radius(coverage) for _ in range(400)]
        new = np.abs(RNG.standard_cauchy((400, 400)))
        covered = np.mean(new <= np.array(radii)[:, None])
        assert coverage - 0.01 < covered < coverage + 1 / (rows + 1) + 0.015


def test_many_errors_are_kept_in_few_numbers_that_give_nearly_the_same_radius():
    errors = RNG.normal(size=30_000)
    reference = Reference.of(NOTHING, errors)
    assert len(reference.errors) == KEPT
    for coverage in (0.5, 0.8, 0.9, 0.99):
        assert reference.radius(coverage) == pytest.approx(np.quantile(np.abs(errors), coverage), rel=0.02)


def test_a_file_keeps_it_and_one_without_it_is_what_it_was(tmp_path):
    path, without = tmp_path / "with.safetensors", tmp_path / "without.safetensors"
    reference = Reference.of(RNG.random((7, 2)), RNG.normal(size=500))
    model(reference).save(path)
    model(None).save(without)
    assert load_model(path).reference == reference
    assert load_model(without).reference is None
    assert "reference" not in read_tensors(without)[1]


@pytest.mark.parametrize(
    "damage",
    [{"errors": [2.0, 1.0]}, {"errors": [-1.0, 1.0]}, {"count": 1}, {"mean_inputs": [1.0]}, {"errors": ["a", "b"]}],
)
def test_a_file_with_one_that_makes_no_sense_is_refused(tmp_path, damage):
    path = tmp_path / "model.safetensors"
    model(Reference((0.5, 0.5), 9, (1.0, 2.0))).save(path)
    tensors, description = read_tensors(path)
    description["reference"] |= damage
    write_tensors(path, tensors, description)
    with pytest.raises(ModelFileError, match="invalid model description"):
        load_model(path)
