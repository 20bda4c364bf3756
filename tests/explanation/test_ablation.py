"""Ablation: neurons switched off, scaled and shifted, and the smallest weights set to zero."""

import numpy as np
import pytest

import glassnet
from glassnet.errors import UsageError
from glassnet.explanation.ablation import SHARES, ablate, change_neuron, prune
from glassnet.explanation.sums import Neuron

RNG = np.random.default_rng(11)


def test_a_neuron_that_is_switched_off_scaled_or_shifted_answers_so():
    network = glassnet.Network([16, 6, 5, 3], "tanh", seed=1, dtype=np.float64)
    model = glassnet.Model(network, glassnet.PixelScaling((4, 4)), ("a", "b", "c"))
    inputs, trace = RNG.random((8, 16)), network.trace(8)
    network.forward(inputs, trace)
    changed = trace.activations[1].copy()
    changed[:, 2] = 0.5 * changed[:, 2] + 2
    logits = changed @ network.layers[2].weights + network.layers[2].biases
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    other = change_neuron(model, Neuron(1, 2), scale=0.5, shift=2.0)
    np.testing.assert_allclose(other.predict_probabilities(inputs), expected)
    assert change_neuron(model, Neuron(0, 0)).network.layers[1].weights[0].tolist() == [0] * 5
    np.testing.assert_array_equal(model.network.forward(inputs), trace.outputs)
    with pytest.raises(UsageError, match=r"no such hidden neuron: got 3\.0"):
        change_neuron(model, Neuron(2, 0))


def test_pruning_takes_the_smallest_weights_of_each_layer_and_little_is_lost_at_first(trained):
    model, examples = trained
    half = prune(model, 0.5)
    for before, after in zip(model.network.layers, half.network.layers, strict=True):
        gone = after.weights == 0
        assert gone.mean() == pytest.approx(0.5, abs=1e-4)
        assert np.abs(before.weights[gone]).max() <= np.abs(before.weights[~gone]).min()
        assert (after.weights[~gone] == before.weights[~gone]).all()
        assert (after.biases == before.biases).all()
    found = ablate(model, examples.select(slice(0, 200)))
    assert [share for share, _ in found.pruned] == list(SHARES)
    assert found.pruned[0][1] == found.accuracy
    assert found.pruned[2][1] > found.accuracy - 0.05
    assert found.pruned[-1][1] < found.accuracy - 0.1
    assert len(found.without[0]) == 32
    with pytest.raises(UsageError, match="invalid fraction of weights"):
        prune(model, 1.5)
