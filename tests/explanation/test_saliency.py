"""Saliency: shares of inputs in a logit."""

import numpy as np
import pytest

import glassnet
from glassnet.explanation.saliency import gradient_times_input, integrated_gradients, occlusion
from trained_digits import in_double

RNG = np.random.default_rng(11)


def test_integrated_gradients_add_up_to_the_change_of_the_logit(trained):
    model, examples = trained
    network = in_double(model)
    for image in examples.inputs[:5]:
        x = image.reshape(1, 784) / 255
        ends = []
        for at in (x, np.zeros_like(x)):
            trace = network.trace(1)
            network.forward(at, trace)
            ends.append(trace.logits[0, 4])
        shares = integrated_gradients(network, x, 4, steps=2_000)
        assert shares.sum() == pytest.approx(ends[0] - ends[1], rel=1e-3)
        assert (shares[x == 0] == 0).all()


def test_for_a_linear_network_all_shares_are_weight_times_input():
    network = glassnet.Network([16, 3], seed=1, dtype=np.float64)
    x = RNG.random((1, 16))
    shares = x * network.layers[0].weights[:, 2]
    np.testing.assert_allclose(gradient_times_input(network, x, 2), shares)
    np.testing.assert_allclose(integrated_gradients(network, x, 2, steps=3), shares)
    np.testing.assert_allclose(occlusion(network, x.reshape(4, 4), 2, side=1).ravel(), shares[0], atol=1e-12)


def test_covering_what_an_answer_rests_on_lowers_it_most(trained):
    model, examples = trained
    image = examples.inputs[0] / 255
    falls = occlusion(in_double(model), image, int(examples.targets[0]))
    assert falls.shape == (28, 28)
    assert falls[image > 0.5].mean() > falls[image == 0].mean()
