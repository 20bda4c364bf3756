"""The error function, beside the standard library's."""

import math

import numpy as np
import pytest

from glassnet.erf import FAR, NEAR, SINGLE, erf

# Densely, and closely around the places where one approximation takes over from another.
EDGES = [edge + side for edge in (-FAR, -SINGLE, -NEAR, 0, NEAR, SINGLE, FAR) for side in np.linspace(-1e-6, 1e-6, 41)]
X = np.concatenate([np.linspace(-7, 7, 40_001), EDGES, np.logspace(-300, 300, 601), [0.0, -0.0, 5e-324]])
KNOWN = np.array([math.erf(x) for x in X.tolist()])


def test_double_precision_is_the_standard_librarys_to_the_last_bits():
    found = erf(X)
    np.testing.assert_allclose(found, KNOWN, rtol=1e-15, atol=0)
    assert np.abs(found).max() == 1


def test_single_precision_is_right_to_its_last_bits():
    x = X[np.abs(X) < 1e30].astype(np.float32)
    found = erf(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [math.erf(value) for value in x.tolist()], rtol=5e-7, atol=1e-38)
    assert np.abs(found).max() == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_is_odd_keeps_the_shape_and_leaves_its_argument_alone(dtype):
    x = np.array([[0.0, -0.0, 0.3, -0.3], [2.0, -2.0, np.inf, -np.inf]], dtype)
    before, found = x.copy(), erf(x)
    np.testing.assert_array_equal(found[:, 0::2], -found[:, 1::2])
    np.testing.assert_array_equal(np.signbit(found), np.signbit(before))
    np.testing.assert_array_equal(x, before)
    assert np.isnan(erf(np.array([np.nan], dtype))).all()
