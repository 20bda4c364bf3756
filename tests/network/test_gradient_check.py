"""What a gradient check says of two gradients."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from glassnet.network import gradient_check
from glassnet.network.gradient_check import GradientCheck


@pytest.mark.parametrize(("analytic", "passed"), [(3.0, True), (3.01, False), (1.0, True)])
def test_gradients_agree_up_to_the_tolerance(monkeypatch, analytic, passed):
    monkeypatch.setattr(gradient_check, "TOLERANCE", 0.5)
    found = GradientCheck(np.array([analytic]), np.array([1.0]))
    assert found.relative_error == (analytic - 1) / (analytic + 1)
    assert found.passed is passed
    with pytest.raises(FrozenInstanceError):
        found.numeric = found.analytic


def test_two_gradients_of_zeros_agree():
    assert GradientCheck(np.zeros(3), np.zeros(3)).relative_error == 0
