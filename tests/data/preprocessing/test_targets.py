"""Numeric targets are standardized, whatever their size."""

import numpy as np
import pytest

from glassnet import DataError, TargetScale


def test_targets_whose_difference_is_no_float_are_refused():
    with pytest.raises(DataError, match="targets too far apart"):
        TargetScale.fit(np.array([-1.7e308, 0.0, 1.7e308]))
