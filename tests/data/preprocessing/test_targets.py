"""Numeric targets are standardized, whatever their size."""

import numpy as np
import pytest

from glassnet import DataError, TargetScale
from glassnet.data.preprocessing.targets import doubted_task, recognize_task


def test_targets_whose_difference_is_no_float_are_refused():
    with pytest.raises(DataError, match="targets too far apart"):
        TargetScale.fit(np.array([-1.7e308, 0.0, 1.7e308]))


def test_codes_begin_at_zero_or_one():
    again = np.arange(60) % 26
    assert [recognize_task(again + first) for first in (0, 1, 2)] == ["classification", "classification", "regression"]


def test_three_whole_floats_are_doubted_as_classes_and_two_are_not():
    assert [bool(doubted_task(np.arange(1.0, most), 60, "classification")[0]) for most in (3, 4)] == [False, True]
