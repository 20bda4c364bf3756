"""Numeric targets are standardized, whatever their size."""

from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from glassnet import DataError, TargetScale
from glassnet.data.preprocessing.targets import (
    as_targets,
    doubted_task,
    name_classes,
    number_classes,
    one_hot,
    recognize_task,
    recognize_values,
)


def test_targets_whose_difference_is_no_float_are_refused():
    with pytest.raises(DataError, match="targets too far apart"):
        TargetScale.fit(np.array([-1.7e308, 0.0, 1.7e308]))


def test_codes_begin_at_zero_or_one():
    again = np.arange(60) % 26
    assert [recognize_task(again + first) for first in (0, 1, 2)] == ["classification", "classification", "regression"]


def test_three_whole_floats_are_doubted_as_classes_and_two_are_not():
    assert [bool(doubted_task(np.arange(1.0, most), 60, "classification")[0]) for most in (3, 4)] == [False, True]


@pytest.mark.parametrize(
    ("values", "rows", "task"),
    [
        (np.arange(64), 128, "classification"),
        (np.arange(64), 127, "regression"),  # they hardly come again
        (np.arange(65), 200, "regression"),
        (np.arange(10) * 100, 10, "classification"),
        (np.arange(11) * 100, 99, "regression"),
        (np.array([*range(10), 13]), 99, "classification"),
        (np.array([*range(11), 15]), 99, "regression"),  # too many are left out
        (np.arange(11) + 1, 99, "classification"),
        (np.arange(11) - 1, 99, "regression"),
        (np.arange(11) + 2, 99, "regression"),
        (np.arange(3.0), 9, "classification"),
        (np.array([0.0, 0.5]), 9, "regression"),
        (np.array(["a", "b"]), 2, "classification"),
        (np.array([b"a", b"b"]), 2, "classification"),
        (np.array([False, True]), 2, "classification"),
        (np.array([1j]), 2, "regression"),
    ],
)
def test_whole_numbers_are_classes_where_they_count_from_the_start_and_come_again(values, rows, task):
    assert recognize_values(values, rows) == task


@pytest.mark.parametrize(
    ("values", "rows", "task", "doubted"),
    [
        (np.arange(10), 60, "classification", False),
        (np.arange(11), 60, "classification", True),
        (np.arange(1, 11), 60, "classification", False),
        (np.arange(2, 5), 60, "classification", False),
        (np.arange(2, 6), 60, "classification", True),
        (np.array([0, 1, 2, 5]), 60, "classification", False),
        (np.array([0, 1, 2, 3, 5]), 60, "classification", True),
        (np.array([0.0, 1.0]), 60, "classification", False),
        (np.array([0.0, 1.0, 2.5]), 60, "classification", False),
        (np.arange(20), 40, "regression", True),
        (np.arange(20), 39, "regression", False),
        (np.array(["a"] * 9), 60, "classification", False),
    ],
)
def test_whole_numbers_are_doubted_where_they_could_be_quantities(values, rows, task, doubted):
    doubt, other = doubted_task(values, rows, task)
    could_be = "quantities" if task == "classification" else "classes"
    assert doubt == (f"the {len(values)} different whole numbers could be {could_be}" if doubted else "")
    assert other == ("regression" if task == "classification" else "classification")


def test_labels_out_of_range_or_of_another_kind_are_refused_by_their_row():
    assert one_hot(np.array([1, 0]), 2).tolist() == [[0, 1], [1, 0]]
    for labels, message in (
        ([0, 2, 3], r"label out of range in row 1: expected 0\.\.1, got 2"),
        ([0, -1], r"label out of range in row 1: expected 0\.\.1, got -1"),
        ([[0], [1]], r"labels of the wrong shape: expected shape \(n,\), got shape \(2, 1\)"),
        ([0.0, 1.0], "labels of the wrong type: expected integers, got float64"),
    ):
        with pytest.raises(DataError, match=message):
            one_hot(np.array(labels), 2)


def test_targets_are_made_of_whatever_they_are_given_as():
    class Missing:
        def __ne__(self, other):
            return self

        def __bool__(self):
            raise TypeError("neither true nor false")

    assert as_targets([True, False]).tolist() == [True, False]
    assert as_targets([[1], [2]]).tolist() == [1, 2]
    assert as_targets([[1, 2], [3, 4]]).shape == (2, 2)
    assert as_targets(np.array([b"x", "y"], object)).tolist() == ["x", "y"]
    assert as_targets([Fraction(1, 2), Decimal("1.5")]).tolist() == [0.5, 1.5]
    assert as_targets(np.array([np.True_, False], object)).dtype == bool
    assert as_targets([[1, 2], [3, "x"]]).tolist() == [["1", "2"], ["3", "x"]]
    for gap, shown in ((None, "None"), (float("nan"), "nan"), (Missing(), "<.*Missing")):
        with pytest.raises(DataError, match=f"a target is missing in row 1: got {shown}.*Leave the row out"):
            as_targets(np.array(["a", gap], object))
    with pytest.raises(DataError, match=r"targets of the wrong shape: expected shape .*got shape \(1, 1, 1\)"):
        as_targets([[[1]]])
    with pytest.raises(DataError, match="masked targets: expected values that all count, got 1 masked"):
        as_targets(np.ma.array([1, 2], mask=[True, False]))
    assert as_targets(np.ma.array([1, 2], mask=[False, False])).tolist() == [1, 2]


def test_classes_are_named_in_order_and_numbered_by_their_names():
    assert name_classes(np.array([3.0, 1.0])) == ("1", "3")
    assert name_classes(np.array([b"\xc3\xa9", b"a"])) == ("a", "\N{LATIN SMALL LETTER E WITH ACUTE}")
    assert number_classes(np.array([b"b", b"a"]), ("a", "b")).tolist() == [1, 0]
    for targets, got in (([7, 7], "7 alone"), ([], "none")):
        with pytest.raises(DataError, match=f"too few classes: expected at least two classes, got {got}"):
            name_classes(np.array(targets, int))
    with pytest.raises(DataError, match=r"a class that was not trained on in a.csv: expected one of a, b, got c"):
        number_classes(np.array(["a", "c"]), ("a", "b"), "a.csv")


def test_a_scale_is_that_of_all_parts_and_one_where_nothing_varies():
    rng = np.random.default_rng(0)
    targets = rng.normal(7, 3, 40)
    for cut in (1, 20, 40):
        scale = TargetScale.fit_parts([part for part in (targets[:cut], targets[cut:]) if len(part)])
        np.testing.assert_allclose([scale.mean, scale.deviation], [targets.mean(), targets.std()])
    assert TargetScale.fit_parts([np.full(3, 5.0), np.full(2, 5.0)]) == TargetScale(5.0, 1.0)
    assert TargetScale.fit_parts([np.full(3, 5.0)]) == TargetScale.fit(np.full(3, 5)) == TargetScale(5.0, 1.0)
    assert TargetScale.fit(np.ones((3, 2))) == TargetScale(0.0, 1.0)
    assert TargetScale.fit(np.array([0, 5e-324])).deviation == 1.0
    scale = TargetScale(np.float32(2), np.int64(4))
    assert (type(scale.mean), type(scale.deviation)) == (float, float)
    assert (scale.standardize(np.array([10.0])).tolist(), scale.restore(np.float32([2])).tolist()) == ([2.0], [10.0])
    assert scale.restore(np.float32([2])).dtype == np.float64
    with pytest.raises(FrozenInstanceError):
        scale.mean = 0.0


def test_a_class_that_is_no_whole_number_is_named_by_its_row():
    for wrong in (1.5, np.nan, 2.0**53):
        with pytest.raises(DataError, match=f"a class is not a whole number in row 2: got {wrong}".replace("+", ".")):
            name_classes(np.array([1.0, wrong, 2.0]))
    assert name_classes(np.array([1.0, 2.0**53 - 1])) == ("1", str(2**53 - 1))
    with pytest.raises(DataError, match=r"got -1.7e\+308 to 1.7e\+308. Write them in a larger unit"):
        TargetScale.fit(np.array([-1.7e308, 1.7e308]))
