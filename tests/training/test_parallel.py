"""Several owners of one step: the same mathematics, the same bytes, and no process left behind."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet import hardware as threads
from glassnet.data.dataset import Dataset, Examples
from glassnet.errors import DataError, DivergenceError, ProcessError
from glassnet.network.architecture import Architecture
from glassnet.network.layer import Dense
from glassnet.training import division, partner, workplace
from glassnet.training import halves as halves_of_batches
from glassnet.training.division import divide

can_fork = pytest.mark.skipif(not partner.can_fork(), reason="partners exist on Linux on x86-64 alone")
RULES = {
    "plain": glassnet.SGD(0.1),
    "momentum": glassnet.SGD(0.1, momentum=0.9, weight_decay=0.01),
    "nesterov": glassnet.SGD(0.1, momentum=0.5, nesterov=True),
    "adam": glassnet.AdamW(0.003),
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
    monkeypatch.setattr(workplace, "processors", lambda: 3)
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
    partner.take_leave()
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


SIZES = [(784, 20, 10), (784, 24, 40, 10), (784, 70, 33, 50, 10)]
HALVED = [((784, 10), 0.0), *((sizes, dropout) for sizes in SIZES for dropout in (0.0, 0.4))]


@pytest.fixture
def halves(monkeypatch):
    """Make every batch worth halving."""
    monkeypatch.setattr(halves_of_batches, "WORTH_HALVING", 0)


@can_fork
@pytest.mark.parametrize(("sizes", "dropout"), HALVED, ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_halves_of_a_batch_give_the_same_bytes_in_one_process_and_in_two(
    data, forks, halves, monkeypatch, rule, sizes, dropout
):
    regularization = glassnet.Regularization(dropout=dropout, label_smoothing=0.1)
    averaging = glassnet.ExponentialAverage(0.9)
    options = {"optimizer": RULES[rule], "penalty": glassnet.Penalty(l2=1e-4), "threads": 2}
    options |= {"regularization": regularization, "averaging": averaging}
    shared = outcome(make(data, sizes, **options))
    assert len(forks) == 2
    monkeypatch.setattr(workplace, "can_fork", lambda: False)
    alone = outcome(make(data, sizes, **options))
    assert shared[0] == alone[0]
    assert all(shared[1][name].tobytes() == alone[1][name].tobytes() for name in alone[1])


@pytest.mark.parametrize("sizes", [(784, 24, 40, 10), (784, 70, 33, 50, 10), (784, 10)], ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_halves_learn_what_the_whole_batch_does(data, halves, rule, sizes):
    options = {"optimizer": RULES[rule], "penalty": glassnet.Penalty(l2=1e-4), "dtype": np.float64}
    whole, halved = (make(data, sizes, threads=threads, **options) for threads in (1, 2))
    records = [[(epoch.training_loss, epoch.validation_loss) for epoch in training] for training in (whole, halved)]
    np.testing.assert_allclose(records[0], records[1], rtol=1e-12)
    assert halved._alone._half is not None
    difference = np.linalg.norm(halved.network.parameters - whole.network.parameters)
    assert 0 < difference < 1e-12 * np.linalg.norm(whole.network.parameters)
    gradients = np.linalg.norm(halved.trace.gradient - whole.trace.gradient)
    assert gradients < 1e-10 * np.linalg.norm(whole.trace.gradient)


def test_a_batch_of_one_example_is_halved_into_none_and_one(data, halves):
    single = data.train.select(slice(0, 65))  # batches of 64 and of 1
    small = Dataset("small", data.task, single, data.validation, data.test, data.preprocessing, data.class_names)
    options = {"threads": 2, "dtype": np.float64, "batch_size": 5}
    whole, halved = (make(small, (784, 24, 40, 10), **{**options, "threads": threads}) for threads in (1, 2))
    for training in (whole, halved):
        list(training)
    np.testing.assert_allclose(halved.network.parameters, whole.network.parameters, atol=1e-12)
    half = halves_of_batches.Half(whole.network, second=False)
    assert [half.rows(count) for count in (1, 2, 5)] == [slice(0, 0), slice(0, 1), slice(0, 2)]


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
@pytest.mark.parametrize("change", ["optimizer", "penalty"])
def test_what_is_exchanged_between_epochs_reaches_the_partners(data, forks, monkeypatch, change):
    values = {"optimizer": glassnet.SGD(0.01, momentum=0.5, nesterov=True), "penalty": glassnet.Penalty(l2=0.1)}

    def run():
        training = make(data, threads=3, optimizer=RULES["momentum"], epochs=3)
        next(training)
        setattr(training, change, values[change])
        list(training)
        return training.network.parameters.tobytes()

    shared = run()
    assert len(forks) == 6
    monkeypatch.setattr(workplace, "can_fork", lambda: False)
    assert run() == shared


@can_fork
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_regression_and_a_rate_of_numpys_are_the_same_with_partners(data, forks, monkeypatch, dtype):
    angles = data.train.targets * 7.5 - 30
    examples = Examples(data.train.inputs, angles)
    numbers = Dataset("numbers", "regression", examples, examples, examples, data.preprocessing, unit="degrees")

    def run():
        network = glassnet.Network([784, 20, 1], loss="mse", seed=3, dtype=dtype)
        rule = glassnet.AdamW(np.float64(0.003))
        training = glassnet.Training(network, numbers, optimizer=rule, batch_size=64, epochs=2, threads=2)
        return [epoch.validation_rmse for epoch in training], training.network.parameters.tobytes()

    shared = run()
    assert len(forks) == 2
    monkeypatch.setattr(workplace, "can_fork", lambda: False)
    assert run() == shared


@can_fork
def test_a_trainer_that_is_slow_still_finds_its_batch_in_its_slot(data, forks, monkeypatch):
    expected = outcome(make(data, threads=2))[1]["parameters"]
    gradient = division.DividedDense.gradient

    def slow(layer, inputs, deltas, out):
        time.sleep(0.002)  # the partner is far ahead by now
        gradient(layer, inputs, deltas, out)

    monkeypatch.setattr(division.DividedDense, "gradient", slow)
    assert (outcome(make(data, threads=2))[1]["parameters"] == expected).all()


@can_fork
def test_what_a_partner_cannot_read_is_the_trainers_error_after_all_that_came_before(data, forks, monkeypatch):
    inputs = data.train.inputs.reshape(-1, 784) / np.float32(255)
    inputs[500, 3] = np.nan
    examples = Examples(inputs, data.train.targets)
    bad = Dataset("bad", "classification", examples, data.validation, data.test, data.preprocessing, data.class_names)

    def run():
        training = make(bad, threads=3)
        with pytest.raises(DataError, match="pixels out of range"):
            next(training)
        return training.progress.batch, training.network.parameters.tobytes()

    shared = run()
    assert shared[0] > 0
    assert len(forks) == 2
    assert all(map(gone, forks))
    monkeypatch.setattr(workplace, "can_fork", lambda: False)
    assert run() == shared


@can_fork
@pytest.mark.parametrize("step", [5, 16])  # of 16
@pytest.mark.parametrize("owners", [2, 3])
def test_a_partner_that_is_killed_is_missed(data, forks, monkeypatch, step, owners):
    learn = partner.Partner.learn

    def kill(own, trace, pace):
        if own._done + 1 == step:
            os.kill(forks[-1], signal.SIGKILL)
            os.waitid(os.P_PID, forks[-1], os.WEXITED | os.WNOWAIT)
        learn(own, trace, pace)

    monkeypatch.setattr(partner.Partner, "learn", kill)
    monkeypatch.setattr(partner, "SETTLING_SECONDS", 0.01)
    with pytest.raises(ProcessError, match="has ended"):
        next(make(data, threads=owners))
    assert all(map(gone, forks))


@can_fork
def test_a_partners_own_error_is_told(data, forks, monkeypatch):
    trainer, update = os.getpid(), glassnet.SGD.update

    def fail(*arguments):
        if os.getpid() != trainer:
            raise MemoryError("no room for the velocity")
        update(*arguments)

    monkeypatch.setattr(glassnet.SGD, "update", fail)
    with pytest.raises(ProcessError, match=r"has failed: got MemoryError.*no room for the velocity"):
        next(make(data, threads=2))
    assert all(map(gone, forks))


@can_fork
def test_a_training_that_diverges_leaves_no_partner(data, forks):
    with pytest.raises(DivergenceError):
        list(make(data, threads=2, optimizer=glassnet.SGD(1e30)))
    assert forks
    assert all(map(gone, forks))


@can_fork
def test_an_interrupt_during_the_fork_is_raised_after_it_and_leaves_no_partner(data, forks, monkeypatch):
    fork = os.fork

    def interrupted():
        process = fork()
        if process:
            signal.raise_signal(signal.SIGINT)
        return process

    monkeypatch.setattr(os, "fork", interrupted)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        next(make(data, threads=2))
    assert signal.getsignal(signal.SIGINT) is before
    assert len(forks) == 1
    assert gone(forks[0])


@can_fork
def test_without_room_for_a_process_one_does_all(data, monkeypatch, forks):
    expected = outcome(make(data, threads=2))[1]["parameters"]

    def refuse():
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert (outcome(make(data, threads=2))[1]["parameters"] == expected).all()


@can_fork
def test_shared_memory_is_given_back_after_each_epoch(data, forks, monkeypatch):
    places = []
    several = workplace.Workplace._with_partners

    def spy(*arguments):
        place = several(*arguments)
        places.append(weakref.ref(place))
        return place

    monkeypatch.setattr(workplace.Workplace, "_with_partners", spy)
    training = make(data, threads=2)
    gc.disable()
    try:
        list(training)
        assert len(places) == 2
        assert all(place() is None for place in places)
    finally:
        gc.enable()


TRAIN = """
import glassnet
from glassnet.training import workplace
workplace.WORTH_A_PARTNER = 0
workplace.processors = lambda: 2
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
        until = time.monotonic() + 30
        while not (partners := children.read_text().split()):
            assert time.monotonic() < until
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


@pytest.mark.parametrize("reason", ["small", "crowded", "in a thread"])
def test_a_partner_is_had_only_where_it_pays_and_where_forking_is_safe(data, forks, monkeypatch, reason):
    if reason == "small":
        monkeypatch.undo()
        monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    if reason == "crowded":
        monkeypatch.setattr(workplace, "processors", lambda: 1)
    if reason == "in a thread":
        with ThreadPoolExecutor(1) as pool:
            pool.submit(next, make(data, threads=2)).result()
    else:
        next(make(data, threads=2))
    assert not forks


@pytest.mark.parametrize(("quota", "expected"), [("max 100000", 7), ("250000 100000", 2), ("50000 100000", 1), ("", 7)])
def test_processors_are_counted_by_the_containers_quota_too(tmp_path, monkeypatch, quota, expected):
    path = tmp_path / "cpu.max"
    path.write_text(quota)
    monkeypatch.setattr(threads, "CONTAINER_QUOTA", path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(7)), raising=False)
    assert threads.processors() == expected


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
