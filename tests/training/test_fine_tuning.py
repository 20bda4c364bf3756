"""Fine-tuning on a few examples."""

import numpy as np
import pytest

from glassnet import Dataset, Network
from glassnet.errors import DivergenceError, UsageError
from glassnet.runs.build import build_training, resolve
from glassnet.training.fine_tuning import teach
from glassnet.training.training import Training
from serving import SMALL


def learned(**settings):
    """A small training with an epoch done."""
    chosen, data = resolve({**SMALL, **settings})
    training = build_training(chosen, data)
    return chosen, data, training, [next(training)]


def test_teaching_is_learned_with_little_forgotten_and_the_same_each_time(mnist):
    results = []
    for _ in range(2):
        _, data, training, _ = learned()
        wrong = np.flatnonzero(training.model.predict(data.test.inputs) != data.test.targets)[:2]
        images, labels = data.test.inputs[wrong], data.test.targets[wrong]
        teach(training.network, data, images, labels, seed=5)
        model = training.model
        assert model.predict(images).tolist() == labels.tolist()
        accuracy = (model.predict(data.validation.inputs) == data.validation.targets).mean()
        assert accuracy > 0.75
        results.append(training.network.parameters.copy())
    np.testing.assert_array_equal(*results)


def test_teaching_that_fails_leaves_the_network_as_it_was(mnist, monkeypatch):
    _, data, training, _ = learned()
    network = training.network
    with pytest.raises(UsageError, match="nothing to fine-tune on"):
        teach(network, data, data.test.inputs[:0], np.array([], int))
    monkeypatch.setattr("glassnet.training.fine_tuning.RATE", 1e4)  # the first step is made, and a later one is not
    before = network.parameters.copy()
    with pytest.raises(DivergenceError):
        teach(network, data, data.test.inputs[:1], np.array([3]))
    np.testing.assert_array_equal(network.parameters, before)


def test_rows_of_a_table_are_taught_without_distortion_and_pictures_with_it(monkeypatch):
    given = []

    class Noted(Training):
        def __init__(self, network, data, **settings):
            given.append((settings["augmentation"], len(data.validation)))
            super().__init__(network, data, **settings)

    monkeypatch.setattr("glassnet.training.fine_tuning.Training", Noted)
    rng = np.random.default_rng(0)
    for shape in ((16,), (4, 4)):
        rows = rng.random((200, *shape))
        data = Dataset.from_arrays(rows, np.arange(200) % 2, validation=0.2)
        teach(Network([16, 4, 2], seed=0), data, rows[:1], np.array([1]))
    assert [(augmentation is None, held_out) for augmentation, held_out in given] == [(True, 0), (False, 0)]
