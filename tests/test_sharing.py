"""Several owners of one step: the same mathematics, the same bytes, and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet.data.examples import Dataset, Examples
from glassnet.errors import DataError, DivergenceError, ProcessError
from glassnet.network.architecture import Architecture
from glassnet.network.dense import Dense
from glassnet.training import partner, workplace
from glassnet.training.division import divide

can_fork = pytest.mark.skipif(not partner.can_fork(), reason="partners exist on Linux on x86-64 alone")
RULES = {
    "plain": glassnet.SGD(0.1),
    "momentum": glassnet.SGD(0.1, momentum=0.9, weight_decay=0.01),
    "adam": glassnet.Adam(0.003),
    "rmsprop": glassnet.RMSprop(0.001, momentum=0.5),
}


@pytest.fixture(scope="module")
def data():
    return glassnet.load_dataset("mnist", train_size=1_000, validation_size=100)


@pytest.fixture
def forks(monkeypatch):
    """Make every epoch worth a partner, and list the processes that are forked."""
    processes, fork = [], os.fork

    def spy():
        process = fork()
        if process:
            processes.append(process)
        return process

    monkeypatch.setattr(workplace, "WORTH_A_PARTNER", 0)
    monkeypatch.setattr(os, "fork", spy)
    return processes


def make(data, sizes=(784, 20, 10), dtype=np.float32, **options):
    network = glassnet.Network(sizes, seed=3, dtype=dtype)
    return glassnet.Training(network, data, **{"batch_size": 64, "epochs": 2, "seed": 3, **options})


def outcome(training):
    records = [(epoch.training_loss, epoch.penalty, epoch.validation_loss) for epoch in training]
    arrays, _ = training.state()
    return records, {**arrays, "gradient": training.trace.gradient}


def gone(process):
    """Whether a child has ended and been taken leave of."""
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


@can_fork
@pytest.mark.parametrize("owners", [2, 3])
@pytest.mark.parametrize("sizes", [(784, 20, 10), (784, 24, 40, 10), (784, 10)], ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_partners_compute_the_same_bytes_as_one_process_alone(data, forks, monkeypatch, rule, sizes, owners):
    options = {"optimizer": RULES[rule], "penalty": glassnet.Penalty(l1=1e-5, l2=1e-4), "threads": owners}
    shared = outcome(make(data, sizes, **options))
    assert len(forks) == 2 * (owners - 1)
    monkeypatch.setattr(workplace, "can_fork", lambda: False)
    alone = outcome(make(data, sizes, **options))
    assert len(forks) == 2 * (owners - 1)
    assert shared[0] == alone[0]
    assert shared[1].keys() == alone[1].keys()
    assert all(shared[1][name].tobytes() == alone[1][name].tobytes() for name in alone[1])


@pytest.mark.parametrize("owners", [2, 3, 7])
@pytest.mark.parametrize("rule", RULES)
def test_owners_learn_what_the_undivided_network_does(data, rule, owners):
    options = {"optimizer": RULES[rule], "penalty": glassnet.Penalty(l2=1e-4), "dtype": np.float64}
    whole, parts = (make(data, threads=threads, **options) for threads in (1, owners))
    for training in (whole, parts):
        list(training)
    difference = np.linalg.norm(parts.network.parameters - whole.network.parameters)
    assert 0 < difference < 1e-12 * np.linalg.norm(whole.network.parameters)


@can_fork
def test_steps_by_hand_and_whole_epochs_mix(data, forks):
    straight, mixed = make(data, threads=2), make(data, threads=2)
    list(straight)
    for _ in range(5):
        mixed.step()
    list(mixed)
    assert len(forks) == 4
    assert straight.network.parameters.tobytes() == mixed.network.parameters.tobytes()


@can_fork
def test_what_a_partner_cannot_read_is_the_trainers_error(data, forks):
    inputs = data.train.inputs.reshape(-1, 784) / np.float32(255)
    inputs[500, 3] = np.nan
    bad = Dataset(
        "bad",
        "classification",
        Examples(inputs, data.train.targets),
        data.validation,
        data.test,
        data.preprocessing,
        data.class_names,
    )
    with pytest.raises(DataError, match="pixels out of range"):
        next(make(bad, threads=2))
    assert len(forks) == 1
    assert gone(forks[0])


@can_fork
def test_a_partner_that_is_killed_is_missed(data, forks, monkeypatch):
    learn = partner.Partner.learn

    def kill(own, inputs, deltas, rate):
        learn(own, inputs, deltas, rate)
        if own._done == 5:
            os.kill(own._process, signal.SIGKILL)

    monkeypatch.setattr(partner.Partner, "learn", kill)
    with pytest.raises(ProcessError, match="has ended"):
        next(make(data, threads=2))
    assert gone(forks[0])


@can_fork
def test_a_training_that_diverges_leaves_no_partner(data, forks):
    with pytest.raises(DivergenceError):
        list(make(data, threads=2, optimizer=glassnet.SGD(1e30)))
    assert all(map(gone, forks))


TRAIN = """
import glassnet
from glassnet.training import workplace
workplace.WORTH_A_PARTNER = 0
data = glassnet.load_dataset("mnist", train_size=60_000, validation_size=0)
training = glassnet.Training(glassnet.Network([784, 64, 10]), data, batch_size=32, epochs=1000, threads=2)
print(flush=True)
list(training)
"""


@can_fork
def test_a_trainer_that_is_killed_takes_its_partner_along():
    with subprocess.Popen([sys.executable, "-c", TRAIN], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not (partners := children.read_text().split()):
            time.sleep(0.01)
        process.kill()
    until = time.monotonic() + 10
    while any(Path(f"/proc/{child}/cmdline").exists() and alive(child) for child in partners):
        assert time.monotonic() < until
        time.sleep(0.01)


def alive(process):
    """Whether it runs, and is not only waiting for somebody to ask how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_small_epoch_or_a_second_thread_forks_nobody(data, monkeypatch):
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    next(make(data, threads=2))


@pytest.mark.parametrize("owners", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("sizes", [(784, 128, 10), (784, 10), (2, 3), (17, 4, 4), (100, 10, 1000, 10)], ids=str)
def test_the_parts_are_all_inputs_in_order(sizes, owners):
    parts = divide(Architecture.of(sizes), owners)
    assert 1 <= len(parts) <= owners
    assert [i for part in parts for i in range(part.start, part.stop)] == list(range(sizes[0]))
    assert all(part.start < part.stop for part in parts)


@pytest.mark.parametrize("batch", [1, 3, 32, 128, 500])
@pytest.mark.parametrize(("inputs", "units"), [(784, 128), (784, 7), (13, 5), (392, 512), (97, 33)])
def test_a_weight_gradient_in_tiles_is_the_plain_product(inputs, units, batch):
    rng = np.random.default_rng(0)
    for values in (rng.normal(size=(batch, inputs)), rng.normal(size=(batch, 2 * inputs))[:, inputs:]):
        deltas, out = rng.normal(size=(batch, units)), np.empty((inputs, units))
        Dense.gradient_of_weights(values, deltas, out)
        np.testing.assert_allclose(out, values.T @ deltas, rtol=1e-12, atol=1e-12)
