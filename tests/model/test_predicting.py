"""What a model answers does not depend on how many threads compute it."""

import numpy as np
import pytest

from glassnet import FeatureScaling, Model, Network, PixelScaling, TargetScale, hardware
from glassnet.model.model import BLOCK


@pytest.mark.parametrize("count", [BLOCK, 3 * BLOCK + 7])
def test_answers_are_the_same_to_the_last_bit_by_one_thread_and_by_several(monkeypatch, count):
    model = Model(Network([784, 48, 10], seed=0), PixelScaling((28, 28)), tuple("0123456789"))
    images = np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)
    with hardware.one_blas_thread():
        answers = []
        for processors in (1, 2, 3):
            monkeypatch.setattr(hardware, "processors", lambda processors=processors: processors)
            answers.append(model.predict_probabilities(images))
        parts = [model.predict_probabilities(images[i : i + BLOCK]) for i in range(0, count, BLOCK)]
    assert all(np.array_equal(answers[0], other) for other in [*answers[1:], np.concatenate(parts)])


def test_answers_whose_squares_are_too_large_are_answers_all_the_same():
    network = Network([1, 1], loss="mse", seed=0)
    network.layers[0].weights[...] = 1e30
    model = Model(network, FeatureScaling(("a",), (0.0,), (1.0,)), (), TargetScale(0.0, 1.0))
    assert model.predict(np.array([[1.0], [-2.0]])) == pytest.approx([1e30, -2e30])
