"""Small batches are read several at once, to the same bytes as one by one."""

import pickle

import numpy as np
import pytest

import glassnet
from glassnet.training import loader

INPUTS = np.random.default_rng(2).integers(0, 256, (130, 6, 6)).astype(np.uint8)
LABELS = np.random.default_rng(3).integers(0, 3, 130)
DATA = glassnet.Dataset.from_arrays(INPUTS, LABELS, validation=10)
NOISE = glassnet.Regularization(dropout=0.3, input_noise=0.1, mixup=0.2)


def trained(**settings):
    training = glassnet.Training(glassnet.Network([36, 5, 3], "tanh", seed=0), DATA, batch_size=8, epochs=3, **settings)
    losses = [training.step().loss for _ in range(7)]
    kept = pickle.loads(pickle.dumps(training))
    list(training)
    list(kept)
    assert kept.network.parameters.tobytes() == training.network.parameters.tobytes()
    return losses, training.network.parameters.tobytes()


@pytest.mark.parametrize("settings", [{}, {"regularization": NOISE}, {"shards": 2, "workers": 1}], ids=str)
def test_what_is_read_together_is_learned_to_the_same_bytes(monkeypatch, settings):
    found = []
    for together in (1, 24, 1_000):
        monkeypatch.setattr(loader, "READ_TOGETHER", together)
        found.append(trained(**settings))
    assert found[0] == found[1] == found[2]


def test_a_step_shows_its_own_batch(monkeypatch):
    training = glassnet.Training(glassnet.Network([36, 5, 3], seed=0), DATA, batch_size=8, epochs=1, shuffle=False)
    for number in range(3):
        training.step()
        expected = DATA.preprocessing.apply(DATA.train.inputs[8 * number : 8 * number + 8])
        np.testing.assert_array_equal(training.trace.inputs, expected)


def test_a_batch_that_is_asked_for_again_has_its_noise_once():
    training = glassnet.Training(glassnet.Network([36, 5, 3]), DATA, batch_size=8, epochs=1, regularization=NOISE)
    trace, ahead, seen = training.whole.traces[0], loader.AheadLoader(training.loader), []
    for number in (0, 1, 1, 0, 2, 3, 2, 14, 1):
        inputs = ahead.load(number, 0, trace).inputs.copy()
        seen.append((number, inputs.tobytes()))
    assert len(set(seen)) == len({number for number, _ in seen})


def test_examples_that_are_changed_between_two_steps_are_seen_at_once():
    data = glassnet.Dataset.from_arrays(INPUTS.copy(), LABELS, validation=10)
    training = glassnet.Training(glassnet.Network([36, 5, 3], seed=0), data, batch_size=8, epochs=2)
    training.step()
    data.train.source_inputs[:] = 0
    training.step()
    assert not training.trace.inputs.any()


def test_batches_that_are_read_together_are_read_once(monkeypatch):
    read, read_batch = [], glassnet.Model.read_batch

    def noted(model, examples, positions, *out):
        read.append(len(positions))
        return read_batch(model, examples, positions, *out)

    training = glassnet.Training(glassnet.Network([36, 5, 3]), DATA, batch_size=8, epochs=1)
    trace = training.whole.traces[0]
    monkeypatch.setattr(glassnet.Model, "read_batch", noted)
    monkeypatch.setattr(loader, "READ_TOGETHER", 33)
    ahead = loader.AheadLoader(training.loader)
    for number in range(training.steps_per_epoch):
        ahead.load(number, 0, trace)
    assert read == [32, 32, 32, len(DATA.train) - 96]
    assert loader.AheadLoader.pays(training.loader)
    monkeypatch.setattr(loader, "READ_TOGETHER", 15)
    assert not loader.AheadLoader.pays(training.loader)


@pytest.mark.parametrize("first", [1, 2, 3])
def test_any_batch_may_be_asked_for_first(first):
    training = glassnet.Training(glassnet.Network([36, 5, 3]), DATA, batch_size=8, epochs=1, shuffle=False)
    trace = training.whole.traces[0]
    found = loader.AheadLoader(training.loader).load(first, 0, trace).inputs.copy()
    np.testing.assert_array_equal(found, training.loader.load(first, 0, trace).inputs)
