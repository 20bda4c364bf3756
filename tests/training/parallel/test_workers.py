"""Several helpers, on few processors too, compute the bytes of one process; one that dies costs time alone."""

import os
import signal

import numpy as np
import pytest
from test_executor import RULES
from test_helper import alive, data, helpers, make, outcome, same, with_helper  # noqa: F401  (data is a fixture)

import glassnet
from glassnet.errors import DivergenceError
from glassnet.training.parallel import helper as helper_module
from glassnet.training.parallel.division import dealt
from glassnet.training.parallel.executor import Share
from glassnet.training.parallel.helper import Helper

pytestmark = pytest.mark.skipif(os.name != "posix", reason="on Windows one process does all of it")

NOISE = {
    "regularization": glassnet.Regularization(dropout=0.3, input_noise=0.1, label_smoothing=0.1, mixup=0.2),
    "augmentation": glassnet.Augmentation(shift=1, elastic=0.5),
    "averaging": glassnet.ExponentialAverage(0.9),
    "schedule": glassnet.OneCycle(),
    "penalty": glassnet.Penalty(l1=1e-5, l2=1e-4),
    "patience": 5,
}
DIVIDED = {"parts": {"input_parts": 4}, "shards": {"shards": 4}, "both": {"input_parts": 3, "shards": 4}}


SHORT = [("parts", 4), ("shards", 3), ("both", 4)]
LONG = [(divided, workers) for divided in DIVIDED for workers in (2, 3, 4) if (divided, workers) not in SHORT]


@pytest.mark.parametrize(
    ("divided", "workers"), [*SHORT, *(pytest.param(*case, marks=pytest.mark.slow) for case in LONG)]
)
def test_workers_compute_the_bytes_of_one_process_alone(data, divided, workers):  # noqa: F811
    options = {"sizes": (784, 24, 16, 10), "optimizer": RULES["adam"], **NOISE, **DIVIDED[divided]}
    training = with_helper(make(data, **options), workers=workers)
    found = outcome(training)
    assert training.executor.steps_helped == 2 * training.steps_per_epoch
    assert same(found, outcome(make(data, **options)))


@pytest.mark.parametrize("rule", ["momentum", *(pytest.param(rule, marks=pytest.mark.slow) for rule in RULES)])
def test_every_rule_updates_its_stretches_to_the_same_bytes(data, rule):  # noqa: F811
    options = {"optimizer": RULES[rule], "shards": 2, "penalty": glassnet.Penalty(l2=1e-4)}
    assert same(outcome(with_helper(make(data, **options), workers=2)), outcome(make(data, **options)))


def test_a_stretch_of_biases_alone_has_no_weights_to_decay():
    network = glassnet.Network([4, 3, 2])
    counts = [Share(network, None, [], slice(start, None), {}, {}).weight_count for start in (0, 17, 18, 20)]
    assert counts == [18, 1, 0, 0]


@pytest.mark.parametrize(
    ("divided", "which"),
    [
        ("parts", 0),
        ("shards", 1),
        *(pytest.param(divided, which, marks=pytest.mark.slow) for divided in DIVIDED for which in (0, 1, 2)),
    ],
)
def test_a_worker_that_is_killed_costs_time_and_no_byte(data, divided, which, monkeypatch):  # noqa: F811
    options = {**DIVIDED[divided], "input_parts": 4, "epochs": 3}
    training, killed = with_helper(make(data, **options), workers=4), []
    gather = Helper.gather

    def kill(helper, traces):
        if training.progress.epoch == 1 and training.progress.batch == 5 and not killed:
            assert len(helper.processes) == 3
            killed.extend(process.pid for process in helper.processes)
            os.kill(killed[which], signal.SIGKILL)
        return gather(helper, traces)

    monkeypatch.setattr(Helper, "gather", kill)
    assert same(outcome(training), outcome(make(data, **options)))
    assert killed
    assert not any(map(alive, killed))
    assert not helpers()


def test_a_training_that_diverges_in_a_workers_shard_says_what_it_says_alone(data):  # noqa: F811
    messages = []
    for workers in (3, 1):
        training = make(data, shards=4, optimizer=glassnet.SGD(1e30))
        training = with_helper(training, workers=workers) if workers > 1 else training
        with pytest.raises(DivergenceError) as error:
            list(training)
        messages.append(str(error.value))
    assert messages[0] == messages[1]
    assert not helpers()


def test_a_layer_is_dead_only_if_it_is_for_every_worker(data):  # noqa: F811
    training = with_helper(make(data, shards=2, epochs=1), workers=2)
    training.network.layers[0].biases[:] = -1e6
    with pytest.raises(DivergenceError, match="dead"):
        next(training)


@pytest.mark.parametrize(
    ("said", "processors", "options", "count"),
    [
        (None, 8, {"input_parts": 2}, 2),
        (None, 8, {"input_parts": 5}, 5),
        (None, 3, {"input_parts": 5}, 3),
        (None, 8, {"shards": 4, "input_parts": 2}, 4),
        (4, 2, {"input_parts": 8}, 4),  # more than there are
        (8, 2, {"input_parts": 3}, 3),
        (1, 8, {"input_parts": 8}, 1),
    ],
)
def test_there_are_as_many_workers_as_parts_and_processors_or_as_was_said(
    data,  # noqa: F811
    monkeypatch,
    said,
    processors,
    options,
    count,
):
    monkeypatch.setattr(helper_module, "processors", lambda: processors)
    training = make(data, workers=said, **options)
    assert isinstance(training.executor, Helper) == (count > 1)
    assert count == 1 or training.executor.count(training) == count


def test_what_is_dealt_out_is_all_of_it_in_order():
    for count in range(1, 12):
        for workers in range(1, count + 1):
            found = dealt(count, workers)
            assert [item for part in found for item in range(count)[part]] == list(range(count))
            sizes = [len(range(count)[part]) for part in found]
            assert max(sizes) - min(sizes) <= 1
            assert sizes[-1] == min(sizes)


def test_a_layer_that_answers_to_a_helpers_examples_alone_is_not_dead():
    inputs = np.where(np.arange(80)[:, None] % 20 < 10, -1.0, 1.0) * np.ones(
        (80, 5)
    )  # the trainer has those below zero
    numbers = glassnet.Dataset.from_arrays(inputs, np.arange(80) % 2, validation=0, test=0)
    network = glassnet.Network([5, 4, 2], seed=3)
    network.layers[0].weights[:] = np.abs(network.layers[0].weights)
    options = {"batch_size": 20, "epochs": 1, "shuffle": False, "shards": 2, "optimizer": glassnet.SGD(1e-6)}
    training = with_helper(glassnet.Training(network, numbers, **options), workers=2)
    next(training)  # which refuses to go on where a layer is dead
    assert training.executor.steps_helped == 4
