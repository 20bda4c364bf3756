"""Activation maximization: no input within the bound excites a neuron more."""

import numpy as np

from glassnet.explanation.activation_maximization import maximize_activation
from glassnet.explanation.sums import Neuron
from trained_digits import in_double


def test_nothing_within_the_bound_excites_a_neuron_more(trained):
    model, examples = trained
    network = in_double(model)
    for neuron in (Neuron(0, 3), Neuron(1, 5)):
        best = maximize_activation(network, neuron, norm=8.0)
        assert np.linalg.norm(best) <= 8 + 1e-9
        assert best.min() >= 0
        assert best.max() <= 1
        inputs = examples.inputs.reshape(-1, 784) / 255
        inputs *= np.minimum(1, 8 / np.linalg.norm(inputs, axis=1, keepdims=True))
        trace = network.trace(len(inputs) + 1)
        network.forward(np.vstack([best, inputs]), trace)
        sums = trace.pre_activations[neuron.layer][:, neuron.unit]
        assert sums[0] > sums[1:].max()
