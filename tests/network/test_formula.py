"""What NumPy computes by hand is the formula that other programs follow."""

import numpy as np
import pytest

from array_functions import backward, evaluated, forward, sample
from glassnet.network.activations import ACTIVATIONS, OUTPUTS, resolve_output
from glassnet.network.losses import LOSSES, resolve_loss

FUNCTIONS = {name: kind() for name, kind in {**ACTIVATIONS, **OUTPUTS}.items()}
Z = np.concatenate([sample((20, 5), 1), np.linspace(-30, 30, 25).reshape(5, 5), [[-700.0, -40, 0, 40, 700]]])


def agree(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("activation", FUNCTIONS.values(), ids=FUNCTIONS)
def test_an_activation_and_its_derivative_are_those_of_its_formulas(activation):
    a, g = forward(activation, Z), sample(Z.shape, 2)
    agree(np.broadcast_to(evaluated(activation.formula, z=Z), Z.shape), a)
    slope = evaluated(activation.slope, z=Z, a=a, g=g)
    agree(slope if "g" in activation.slope else slope * g, backward(activation, Z, g))


@pytest.mark.parametrize("name", [*LOSSES, "quantile_0.9"])
def test_a_loss_and_its_gradient_are_those_of_its_formulas(name):
    loss, targets = resolve_loss(name), np.random.default_rng(1).dirichlet(np.ones(5), len(Z))
    targets[0] = np.eye(5)[2]  # with zeros, whose logarithm nobody must take
    a = forward(resolve_output(loss.outputs[0]), Z[:-1])
    z, t = Z[:-1], targets[:-1]
    agree(evaluated(loss.formula, z=z, a=a, t=t)[:, 0], loss.per_example(z, a, t))
    gradient = np.empty_like(a)
    loss.gradient(a, t, gradient)
    agree(evaluated(loss.slope, z=z, a=a, t=t, K=5), gradient)
