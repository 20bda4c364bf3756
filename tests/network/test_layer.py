"""A layer's products, in tiles and for batches without rows."""

import numpy as np
import pytest

from glassnet.network.activations import Tanh
from glassnet.network.layer import Layer, LayerTrace, WeightsAndBiases, layer_views, weight_gradient


@pytest.mark.parametrize("batch", [0, 1, 3, 32, 128, 500])
@pytest.mark.parametrize(("inputs", "units"), [(784, 128), (784, 7), (13, 5), (392, 512), (97, 33)])
def test_a_weight_gradient_in_tiles_is_the_plain_product(inputs, units, batch):
    rng = np.random.default_rng(0)
    for values in (rng.normal(size=(batch, inputs)), rng.normal(size=(batch, 2 * inputs))[:, inputs:]):
        deltas, out = rng.normal(size=(batch, units)), np.empty((inputs, units))
        weight_gradient(values, deltas, out)
        np.testing.assert_allclose(out, values.T @ deltas, rtol=1e-12, atol=1e-12)


def test_the_views_of_a_vector_are_all_of_it_weights_first():
    vector = np.arange(4 * 3 + 3 * 2 + 3 + 2, dtype=float)
    first, second = layer_views(vector, (4, 3, 2))
    pieces = [first.weights.ravel(), second.weights.ravel(), first.biases, second.biases]
    np.testing.assert_array_equal(np.concatenate(pieces), vector)
    first.weights[0, 0] = -1
    assert vector[0] == -1


def test_dropout_multiplies_the_outputs_and_the_deltas_and_leaves_the_activations():
    rng = np.random.default_rng(1)
    layer = Layer(rng.normal(size=(3, 2)), rng.normal(size=2), Tanh())
    z, a, outputs, delta = (np.empty((4, 2)) for _ in range(4))
    trace = LayerTrace(np.empty((4, 3)), z, a, np.array([[2.0, 0.0]] * 4), outputs, delta)
    inputs = rng.normal(size=(4, 3))
    assert layer.forward(inputs, trace) is outputs
    np.testing.assert_allclose(a, np.tanh(inputs @ layer.weights + layer.biases))
    np.testing.assert_array_equal(outputs, a * [2, 0])
    delta[:] = upstream = rng.normal(size=(4, 2))
    layer.through_activation(trace)
    np.testing.assert_allclose(delta, upstream * [2, 0] * (1 - a**2))
    np.testing.assert_allclose(layer.slopes(trace), 1 - a**2)
    gradient = WeightsAndBiases(np.empty((3, 2)), np.empty(2))
    layer.gradient(trace, gradient)
    np.testing.assert_allclose(gradient.weights, inputs.T @ delta)
    np.testing.assert_allclose(gradient.biases, delta.sum(axis=0))
