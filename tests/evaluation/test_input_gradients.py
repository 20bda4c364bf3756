"""Gradients with respect to inputs, against differences."""

import numpy as np
import pytest

import glassnet
from glassnet.errors import UsageError
from glassnet.evaluation.input_gradients import input_gradient, target_rows
from glassnet.explanation.saliency import logit_gradient
from trained_digits import in_double

RNG = np.random.default_rng(11)


def test_the_gradient_of_inputs_is_that_of_differences(trained):
    model, examples = trained
    exact = glassnet.Model(in_double(model), model.preprocessing, model.class_names)
    x, rows = RNG.random((3, 784)), target_rows(model, examples.targets[:3]).astype(np.float64)
    direction = RNG.normal(size=784)

    def losses(at):
        trace = exact.network.trace(3)
        exact.network.forward(at, trace)
        exact.network.measure(rows, trace)
        return trace.losses.copy()

    estimate = (losses(x + 1e-6 * direction) - losses(x - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose(input_gradient(exact, x, rows) @ direction, estimate, rtol=1e-5)


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_the_gradient_of_a_logit_is_that_of_differences(activation):
    network = glassnet.Network([7, 6, 5, 3], activation, seed=2, dtype=np.float64)
    x, direction = RNG.normal(size=(4, 7)), RNG.normal(size=7)

    def logits(at):
        trace = network.trace(4)
        network.forward(at, trace)
        return trace.logits[:, 1].copy()

    estimate = (logits(x + 1e-6 * direction) - logits(x - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose(logit_gradient(network, x, 1) @ direction, estimate, rtol=1e-6)
    with pytest.raises(UsageError, match=r"no such output: expected 0\.\.2, got 3"):
        logit_gradient(network, x, 3)
