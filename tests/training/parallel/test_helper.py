"""Two processes compute the bytes of one; the helper comes and goes without harm, wherever the training runs."""

import copy
import logging
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
from test_executor import RULES

import glassnet
from glassnet.data.dataset import Dataset, Examples
from glassnet.errors import DataError, DivergenceError
from glassnet.training.parallel import helper as helper_module
from glassnet.training.parallel.helper import Helper
from glassnet.training.parallel.input_parts import HelpedLoader
from glassnet.training.parallel.sharing import write_message

pytestmark = pytest.mark.skipif(os.name != "posix", reason="on Windows one process does all of it")


@pytest.fixture(scope="module")
def data():
    return glassnet.load_dataset("mnist", train_size=1_000, validation_size=100)


@pytest.fixture(autouse=True)
def processors(monkeypatch):
    monkeypatch.setattr(helper_module, "processors", lambda: 8)


def make(data, sizes=(784, 20, 10), dtype=np.float32, helped=False, **options):
    network = glassnet.Network(sizes, seed=3, dtype=dtype)
    settings = {"batch_size": 64, "epochs": 2, "seed": 3, "input_parts": 2, "workers": 1, **options}
    training = glassnet.Training(network, data, **settings)
    return with_helper(training) if helped else training


def with_helper(training, **options):
    training.executor = Helper(**{"worth": 0, "at_once": True, **options})
    return training


def outcome(training, alone=False):
    """Train to the end; where a helper is meant, it must have helped."""
    records = [(epoch.training_loss, epoch.penalty, epoch.validation_loss) for epoch in training]
    assert alone or not isinstance(training.executor, Helper) or training.executor.steps_helped
    arrays, _ = training.state()
    return records, {**arrays, "gradient": training.trace.gradient}


def same(one, other):
    return one[0] == other[0] and all(one[1][name].tobytes() == other[1][name].tobytes() for name in other[1])


def alive(process):
    """Whether it runs, and is not only waiting for somebody to ask how it ended."""
    try:
        return psutil.Process(int(process)).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def helpers():
    """The helpers that this process has started and not ended."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if helper_module.START in child.cmdline():
                found.append(child)
    return found


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("sizes", [(784, 20, 10), (784, 24, 40, 10), (784, 10)], ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_a_helper_computes_the_bytes_of_one_process_alone(data, rule, sizes):
    options = {"optimizer": RULES[rule], "penalty": glassnet.Penalty(l1=1e-5, l2=1e-4)}
    helped = make(data, sizes, helped=True, **options)
    found = outcome(helped)
    assert helped.executor.steps_helped == 2 * helped.steps_per_epoch
    assert same(found, outcome(make(data, sizes, **options)))


def test_the_bytes_are_the_same_with_all_noise_and_an_average(data):
    options = {
        "regularization": glassnet.Regularization(dropout=0.3, input_noise=0.1, label_smoothing=0.1, mixup=0.2),
        "augmentation": glassnet.Augmentation(shift=1, elastic=0.5),
        "averaging": glassnet.ExponentialAverage(0.9),
        "schedule": glassnet.OneCycle(),
        "optimizer": glassnet.Adam(0.003),
        "patience": 5,
    }
    helped = make(data, helped=True, **options)
    assert same(outcome(helped), outcome(make(data, **options)))
    assert helped.executor.steps_helped


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_bytes_are_the_same_with_example_weights_and_numbers(data, dtype):
    weights = np.linspace(0.1, 3, len(data.train))
    examples = Examples(data.train.inputs, data.train.targets * 7.5 - 30, weights=weights)
    numbers = Dataset("numbers", "regression", examples, examples, examples, data.preprocessing, unit="degrees")
    rule = glassnet.AdamW(np.float64(0.003))
    results = []
    for helped in (True, False):
        network = glassnet.Network([784, 20, 1], loss="mse", seed=3, dtype=dtype)
        training = glassnet.Training(network, numbers, optimizer=rule, epochs=2, input_parts=2, workers=1)
        results.append(outcome(with_helper(training) if helped else training))
    assert same(*results)


def test_steps_by_hand_and_whole_epochs_mix(data):
    straight, mixed = make(data, helped=True), make(data, helped=True)
    list(straight)
    for _ in range(5):
        mixed.step()
    list(mixed)
    assert mixed.executor.steps_helped == 2 * mixed.steps_per_epoch - 5
    assert straight.network.parameters.tobytes() == mixed.network.parameters.tobytes()


CHANGES = {
    "another rate": {"optimizer": glassnet.SGD(0.01, momentum=0.5, nesterov=True)},
    "another rule": {"optimizer": glassnet.Adam(0.001)},
    "another penalty": {"penalty": glassnet.Penalty(l2=0.1)},
    "another schedule": {"schedule": glassnet.Cosine()},
    "more epochs": {"epochs": 4},
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_exchanged_between_epochs_reaches_the_helper(data, change):
    results = []
    for helped in (True, False):
        training = make(data, helped=helped, optimizer=RULES["momentum"], epochs=3)
        next(training)
        for name, value in CHANGES[change].items():
            setattr(training, name, value)
        results.append(outcome(training))
    assert same(*results)


def test_what_is_written_into_the_parameters_between_epochs_reaches_the_helper(data):
    results = []
    for helped in (True, False):
        training = make(data, helped=helped)
        next(training)
        training.network.parameters[:] *= 0.5
        results.append(outcome(training))
    assert same(*results)


def test_the_helper_comes_late_and_the_bytes_stay_the_same(data):
    training = with_helper(make(data, epochs=400), at_once=False)
    alone = make(data, epochs=400)
    for one, other in zip(training, alone, strict=True):
        assert one.training_loss == other.training_loss
        if training.executor.steps_helped > 100:
            break
    assert 100 < training.executor.steps_helped < 400 * training.steps_per_epoch
    assert training.network.parameters.tobytes() == alone.network.parameters.tobytes()
    training.executor.close()


def test_a_helper_that_is_killed_in_mid_epoch_costs_time_and_no_byte(data, monkeypatch):
    training, killed = make(data, helped=True, epochs=3), []
    load = HelpedLoader.load

    def kill(loader, number, *arguments):
        if number == 9 and training.progress.epoch == 1 and not killed:
            killed.append(training.executor.processes[0].pid)
            os.kill(killed[0], signal.SIGKILL)
        return load(loader, number, *arguments)

    monkeypatch.setattr(HelpedLoader, "load", kill)
    assert same(outcome(training), outcome(make(data, epochs=3)))
    assert killed
    assert not alive(killed[0])


def test_a_helper_that_is_killed_between_two_epochs_costs_time_and_no_byte(data):
    training = make(data, helped=True, epochs=3)
    next(training)
    training.executor.processes[0].kill()
    training.executor.processes[0].wait()
    assert same_end(training, make(data, epochs=3))


def test_what_cannot_be_pickled_and_is_exchanged_between_epochs_ends_the_helper_alone(data):
    class Halved(glassnet.Constant):
        def factor(self, step, steps):
            return 0.5

    results = []
    for helped in (True, False):
        training = make(data, helped=helped, epochs=3)
        next(training)
        training.schedule = Halved()
        next(training)
        if helped:
            assert (training.executor.processes, helpers()) == ([], [])
            assert training.executor.steps_helped == training.steps_per_epoch
        list(training)
        results.append(training.network.parameters.tobytes())
    assert results[0] == results[1]


def same_end(one, other):
    list(one)
    list(other)
    return one.network.parameters.tobytes() == other.network.parameters.tobytes()


@pytest.mark.parametrize(("sizes", "batch"), [((784, 10), 64), ((784, 10), 300), ((784, 2), 1000), ((784, 1, 10), 128)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_networks_of_odd_shapes_have_the_same_bytes(data, sizes, batch, dtype):
    few = np.minimum(data.train.targets, sizes[-1] - 1)
    examples = Examples(data.train.inputs, few)
    part = Dataset("few", data.task, examples, examples, examples, data.preprocessing, tuple("0123456789"[: sizes[-1]]))
    options = {"sizes": sizes, "batch_size": batch, "dtype": dtype}
    assert same(outcome(make(part, helped=True, **options)), outcome(make(part, **options)))


def test_an_error_of_the_programs_own_is_raised_and_nothing_of_the_epoch_is_kept(data, monkeypatch):
    training = make(data, helped=True)
    next(training)
    before = training.network.parameters.tobytes()
    load = HelpedLoader.load

    def alarm(loader, number, *arguments):
        if number == 5:
            raise TimeoutError("time is up")
        return load(loader, number, *arguments)

    monkeypatch.setattr(HelpedLoader, "load", alarm)
    with pytest.raises(TimeoutError, match="time is up"):
        next(training)
    assert (training.progress.batch, training.network.parameters.tobytes()) == (0, before)


def test_an_interrupt_while_an_epoch_is_put_together_leaves_all_of_it(data, monkeypatch):
    training, whole = make(data, helped=True), make(data)
    next(training)
    vectors, interrupts = helper_module.vectors, []

    def interrupted(whole):
        if training.progress.batch == training.steps_per_epoch and not interrupts:  # all is computed, not yet copied
            interrupts.append(whole)
            raise KeyboardInterrupt
        return vectors(whole)

    monkeypatch.setattr(helper_module, "vectors", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(training)
    assert training.progress.batch == training.steps_per_epoch
    assert same_end(training, whole)


def test_examples_that_are_changed_in_place_between_epochs_reach_the_helper(data):
    results = []
    for helped in (True, False):
        inputs = data.train.inputs.copy()
        examples = Examples(inputs, data.train.targets)
        own = Dataset("own", data.task, examples, data.validation, data.test, data.preprocessing, data.class_names)
        training = make(own, helped=helped)
        next(training)
        inputs[:] = 255 - inputs
        results.append(outcome(training))
    assert same(*results)


def test_a_small_part_of_much_data_is_sent_alone(data):
    much = Examples(np.tile(data.train.inputs, (50, 1, 1)), np.tile(data.train.targets, 50))
    few = much.select(np.arange(100, 1_100))
    part = Dataset("part", data.task, few, data.validation, data.test, data.preprocessing, data.class_names)
    loader = make(part).loader.compact()
    descriptor = write_message(loader)
    assert os.fstat(descriptor).st_size < 2_000_000
    os.close(descriptor)
    assert same(outcome(make(part, helped=True)), outcome(make(part)))


@pytest.mark.parametrize(("rows", "alone"), [(499, True), (500, False), (400, True), (1_000, False)])
def test_examples_are_sent_without_the_others_where_they_are_less_than_half(data, rows, alone):
    inputs = np.array(data.train.inputs)
    some = Examples(inputs, data.train.targets).select(np.arange(rows))
    part = Dataset("part", data.task, some, data.validation, data.test, data.preprocessing, data.class_names)
    descriptor = write_message(make(part).loader.compact())
    sent = os.fstat(descriptor).st_size
    os.close(descriptor)
    assert (rows if alone else len(inputs)) * 784 < sent < (rows if alone else len(inputs)) * 784 + 120_000


def test_a_part_of_what_is_mapped_from_a_file_is_not_sent_at_all(data, tmp_path):
    np.save(tmp_path / "inputs.npy", data.train.inputs)
    mapped = np.load(tmp_path / "inputs.npy", mmap_mode="r")
    few = Examples(mapped, data.train.targets).select(np.arange(300))
    part = Dataset("part", data.task, few, data.validation, data.test, data.preprocessing, data.class_names)
    descriptor = write_message(make(part).loader.compact())
    assert os.fstat(descriptor).st_size < 100_000
    os.close(descriptor)


def test_a_helper_ends_with_a_training_that_diverges_at_the_end_of_an_epoch(data):
    training = make(data, helped=True)
    training.network.layers[0].biases[:] = -1e6
    with pytest.raises(DivergenceError, match="dead"):
        next(training)
    assert not helpers()


def test_a_helper_that_fails_costs_time_and_no_byte(data, tmp_path, monkeypatch, caplog):
    (tmp_path / "stubborn.py").write_text(
        textwrap.dedent("""
        import os
        from dataclasses import dataclass
        import glassnet

        @dataclass(frozen=True, kw_only=True)
        class Stubborn(glassnet.SGD):
            owner: int = 0

            def update(self, *arguments):
                if os.getpid() != self.owner:
                    raise MemoryError("no room for the velocity")
                super().update(*arguments)
        """)
    )
    monkeypatch.syspath_prepend(tmp_path)
    from stubborn import Stubborn

    caplog.set_level(logging.INFO, "glassnet")
    training = make(data, helped=True, optimizer=Stubborn(learning_rate=0.1, owner=os.getpid()))
    assert same(outcome(training, alone=True), outcome(make(data, optimizer=glassnet.SGD(0.1))))
    assert "training goes on without a helper process" in caplog.text


def test_what_the_helper_cannot_read_is_the_trainings_own_error_after_all_that_came_before(data):
    inputs = data.train.inputs.reshape(-1, 784) / np.float32(255)
    examples = Examples(inputs, data.train.targets)
    bad = Dataset("bad", "classification", examples, data.validation, data.test, data.preprocessing, data.class_names)
    results = []
    for helped in (True, False):
        inputs[500, 3] = 0.0
        training = make(bad, helped=helped)
        inputs[500, 3] = np.nan  # what cannot be read from the start is refused there
        with pytest.raises(DataError, match="pixels out of range"):
            next(training)
        results.append((training.progress.batch, training.network.parameters.tobytes()))
    assert results[0] == results[1]
    assert results[0][0] > 0


def test_a_training_that_diverges_says_so_at_the_same_step_and_leaves_no_helper(data):
    messages = []
    for helped in (True, False):
        training = make(data, helped=helped, optimizer=glassnet.SGD(1e30))
        with pytest.raises(DivergenceError) as error:
            list(training)
        messages.append(str(error.value))
    assert messages[0] == messages[1]
    assert not helpers()


def test_an_interrupt_leaves_the_training_where_the_epoch_began(data, monkeypatch):
    training = make(data, helped=True)
    next(training)
    before = training.state()
    load = HelpedLoader.load

    def interrupt(loader, number, *arguments):
        if number == 7:
            raise KeyboardInterrupt
        return load(loader, number, *arguments)

    monkeypatch.setattr(HelpedLoader, "load", interrupt)
    with pytest.raises(KeyboardInterrupt):
        next(training)
    arrays, numbers = training.state()
    assert all(arrays[name].tobytes() == before[0][name].tobytes() for name in arrays)
    assert {**numbers, "elapsed_seconds": 0} == {**before[1], "elapsed_seconds": 0}
    assert not helpers()
    monkeypatch.setattr(HelpedLoader, "load", load)
    whole = make(data)
    list(training)
    list(whole)
    assert training.network.parameters.tobytes() == whole.network.parameters.tobytes()


def test_the_helper_ends_with_the_last_epoch_and_with_the_training(data):
    training = make(data, helped=True)
    next(training)
    process = training.executor.processes[0].pid
    assert alive(process)
    list(training)
    assert not alive(process)
    training = make(data, helped=True)
    next(training)
    process = training.executor.processes[0].pid
    del training
    until(lambda: not alive(process))
    assert not helpers()


def test_a_helper_that_was_closed_is_followed_by_another(data):
    training = make(data, helped=True, epochs=3)
    epochs = iter(training)
    next(epochs)
    helper = training.executor
    first, before = helper.processes[0].pid, helper.steps_helped
    helper.close()
    assert helper.processes == []
    next(epochs)
    assert helper.processes[0].pid != first
    assert helper.steps_helped == 2 * before > 0
    helper.close()


def test_without_room_for_a_process_one_does_all(data, monkeypatch):
    tried = []

    def refuse(*arguments, **options):
        tried.append(options["env"])
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(sys, "path", [*sys.path, ""])
    assert same(outcome(make(data, helped=True, epochs=3), alone=True), outcome(make(data, epochs=3)))
    assert len(tried) == 1  # and not again with every epoch
    # Two processes that share two processors have one thread each.
    assert (tried[0]["OPENBLAS_NUM_THREADS"], tried[0]["OMP_NUM_THREADS"]) == ("1", "1")
    # It finds the modules that this one finds.
    assert tried[0]["PYTHONPATH"] == os.pathsep.join([*sys.path[:-1], str(Path.cwd())])


@pytest.mark.parametrize("reason", ["small", "crowded"])
def test_a_helper_is_had_only_where_it_pays(data, monkeypatch, reason):
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **o: pytest.fail("started"))
    if reason == "crowded":
        monkeypatch.setattr(helper_module, "processors", lambda: 1)
    training = make(data)
    training.executor = Helper(**({} if reason == "small" else {"worth": 0}))
    list(training)
    assert training.executor.steps_helped == 0


def test_a_helper_is_worth_while_from_so_much_work_on_and_where_python_can_be_started(data, monkeypatch):
    training = make(data)
    work = 2 * training.steps_per_epoch * 64 * training.network.architecture.weight_count
    assert [Helper(worth=worth).are_worth_while(training) for worth in (work - 1, work, work + 1)] == [
        True,
        True,
        False,
    ]
    next(training)
    assert [Helper(worth=worth).are_worth_while(training) for worth in (work // 2, work)] == [True, False]
    assert [Helper(workers=count, worth=0).are_worth_while(training) for count in (1, 2)] == [False, True]
    for name, value in (("executable", ""), ("executable", None), ("frozen", True)):
        with monkeypatch.context() as patched:
            patched.setattr(sys, name, value, raising=False)
            assert not Helper(worth=0).are_worth_while(training)
    monkeypatch.setattr(helper_module.os, "name", "nt")
    assert not Helper(worth=0).are_worth_while(training)


@pytest.mark.parametrize(("worth", "steps"), [(0, range(50)), (None, range(125))])
def test_fifty_steps_are_made_alone_while_a_helper_starts_and_all_where_there_is_none(data, worth, steps):
    training = with_helper(
        make(data, batch_size=8), at_once=False, **({"worth": 0} if worth == 0 else {"worth": 10**15})
    )
    with training.executor.joined(training) as share:
        assert share.steps == steps
    assert len(training.executor.processes) == (worth == 0)
    training.executor.close()


@pytest.mark.parametrize(
    ("options", "may"),
    [
        ({"input_parts": 2}, True),
        ({"input_parts": 1}, False),
        ({"input_parts": 3}, True),
        ({"input_parts": 2, "shards": 2}, True),
        ({"input_parts": 1, "shards": 2}, True),
        ({"input_parts": 2, "workers": 1}, False),
        ({"input_parts": 2, "regularization": glassnet.Regularization(max_norm=2)}, False),
        ({"input_parts": 2, "regularization": glassnet.Regularization(dropout=0.5)}, True),
    ],
)
def test_a_helper_may_come_where_there_are_parts_and_nothing_looks_at_all_weights(data, options, may):
    network = glassnet.Network([784, 20, 10], seed=3)
    training = glassnet.Training(network, data, **options)
    assert isinstance(training.executor, Helper) == may


class Timed(Helper):
    """A helper with which a stretch of steps takes so many seconds, by a clock that stands still otherwise."""

    now = 0.0
    takes = 0.0

    @contextmanager
    def joined(self, training):
        with super().joined(training) as share:
            yield share
            if share.network is not training.whole.network:  # which the helper shares
                self.now += self.takes


@pytest.mark.parametrize("takes", [0.0, 100.0])
def test_a_helper_that_costs_time_is_left_out_but_for_a_look_now_and_then_and_the_bytes_stay(data, monkeypatch, takes):
    options = {"epochs": 30, "batch_size": 16}
    training = make(data, **options)
    helper = training.executor = Timed(worth=0)
    helper.takes = takes
    clock = types.SimpleNamespace(**vars(time) | {"perf_counter": lambda: helper.now})
    monkeypatch.setattr(helper_module, "time", clock)
    for _ in training:
        if helper.steps_helped:  # it has come, and was measured
            break
        time.sleep(0.2)
    else:
        pytest.fail("the helper has not come")
    before, left = helper.steps_helped, (30 - training.progress.epoch) * training.steps_per_epoch
    for _ in training:
        pass
    helped = (helper.steps_helped - before) / left
    assert (0 < helped < 0.5) if takes else helped == 1
    plain = make(data, **options)
    list(plain)
    assert training.network.parameters.tobytes() == plain.network.parameters.tobytes()


def test_a_helper_is_sent_what_it_trains_on_and_nothing_beside_it(data, monkeypatch):
    sizes = []

    def weighed(value):
        descriptor = write_message(value)
        sizes.append(os.fstat(descriptor).st_size)
        return descriptor

    monkeypatch.setattr(helper_module, "write_message", weighed)
    much = Examples(np.zeros((5_000, 28, 28), np.uint8), np.zeros(5_000, int))
    train = Examples(np.array(data.train.inputs), data.train.targets)
    some = Dataset("some", data.task, train, much, much, data.preprocessing, data.class_names)
    training = make(some, helped=True, epochs=1)
    training.step()
    list(training)
    assert sizes
    assert max(sizes) < train.source_inputs.nbytes + 1_000_000 < much.source_inputs.nbytes


def test_two_processors_are_enough_for_one_helper_and_not_for_two(data, monkeypatch):
    monkeypatch.setattr(helper_module, "processors", lambda: 2)
    first, second = make(data, helped=True), make(data, helped=True)
    next(first)
    assert first.executor.steps_helped
    next(second)
    assert second.executor.steps_helped == 0
    first.executor.close()
    next(second)
    assert second.executor.steps_helped
    second.executor.close()


def test_a_copy_and_a_pickle_of_a_helped_training_go_on_to_the_same_bytes(data):
    training = make(data, helped=True, epochs=3, optimizer=RULES["adam"])
    next(training)
    copies = [copy.deepcopy(training), pickle.loads(pickle.dumps(training))]
    expected = outcome(training)
    for other in copies:
        assert same(outcome(with_helper(other)), expected)


def test_a_pickle_has_no_room_for_what_only_lasts_a_step(data):
    training = make(data)
    training.step()
    pickled = pickle.dumps(training)
    assert all(name not in pickled for name in (b"Share", b"Trace", b"Sequential", b"Helper"))


def test_arrays_that_are_mapped_from_a_file_are_mapped_again(data, tmp_path):
    path = tmp_path / "inputs.npy"
    np.save(path, data.train.inputs)
    mapped = np.asarray(np.load(path, mmap_mode="r"))[10:]
    some = Examples(mapped, data.train.targets[10:])
    small = Dataset("mapped", data.task, some, data.validation, data.test, data.preprocessing, data.class_names)
    assert same(outcome(make(small, helped=True)), outcome(make(small)))


# Where a training may run.


def test_a_training_beside_a_thread_that_multiplies_matrices_ends(data):
    matrix, over = np.random.default_rng(0).normal(size=(400, 400)), threading.Event()

    def multiply():
        while not over.is_set():
            matrix @ matrix

    thread = threading.Thread(target=multiply)
    thread.start()
    try:
        assert same(outcome(make(data, helped=True)), outcome(make(data)))
    finally:
        over.set()
        thread.join()


def test_two_trainings_at_once_one_on_a_thread(data):
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(lambda: outcome(make(data, helped=True, optimizer=RULES["adam"])))
        mine = outcome(make(data, helped=True))
        assert same(other.result(), outcome(make(data, optimizer=RULES["adam"])))
    assert same(mine, outcome(make(data)))


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_a_training_in_a_child_of_multiprocessing(data, way):
    context = multiprocessing.get_context(way)
    with context.Pool(1) as pool:
        found = pool.apply(in_a_child)
    training = make(data)
    list(training)
    assert found == training.network.parameters.tobytes()


def in_a_child():
    helper_module.processors = lambda: 8
    training = make(glassnet.load_dataset("mnist", train_size=1_000, validation_size=100), helped=True)
    list(training)
    return training.network.parameters.tobytes()


def test_a_training_that_was_begun_before_a_fork_goes_on_after_it(data):
    training = make(data, helped=True)
    next(training)
    process = training.executor.processes[0].pid
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            list(training)
            os.write(writer, training.network.parameters.tobytes()[:1000])
        finally:
            os._exit(0)
    found = os.read(reader, 1000)
    os.waitpid(child, 0)
    assert alive(process)  # it is this process's, not the child's
    list(training)
    assert found == training.network.parameters.tobytes()[:1000]
    os.close(reader)
    os.close(writer)


SCRIPT = """
import hashlib, logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
from dataclasses import dataclass
import numpy as np
import glassnet
from glassnet.training.parallel import helper

helper.processors = lambda: 8
{definition}
data = glassnet.load_dataset("mnist", train_size=1_000, validation_size=100)
for helped in (True, False):
    network, rule = glassnet.Network([784, 20, 10], seed=3), {rule}
    training = glassnet.Training(network, data, input_parts=2, epochs=2, optimizer=rule, workers=1)
    if helped:
        training.executor = helper.Helper(worth=0, at_once=True)
    list(training)
    steps = training.executor.steps_helped if helped else 0
    print("RESULT", steps > 0, hashlib.sha256(training.network.parameters.tobytes()).hexdigest(), flush=True)
"""
OWN = """
@dataclass(frozen=True, kw_only=True)
class Own(glassnet.SGD):
    note: str = "mine"
"""


def results_of(output):
    return [line.split()[1:] for line in output.splitlines() if line.startswith("RESULT")]


@pytest.mark.parametrize("start", ["a script without a guard", "standard input", "an event loop"])
def test_a_training_in_a_program(tmp_path, start):
    program = SCRIPT.format(definition="", rule="glassnet.SGD(0.1)")
    if start == "an event loop":  # as in a notebook's kernel: no file, and a loop that runs meanwhile
        body = textwrap.indent(program, "    ")
        program = f"import asyncio\nasync def cell():\n{body}\nasyncio.run(cell())"
    path = tmp_path / "program.py"
    path.write_text(program)
    words = [str(path)] if start == "a script without a guard" else ["-"]
    with path.open() as text:
        done = subprocess.run([sys.executable, *words], stdin=text, capture_output=True, text=True, timeout=60)
    (helped, digest), (_, expected) = results_of(done.stdout)
    assert helped == "True", done.stderr
    assert digest == expected
    assert len(results_of(done.stdout)) == 2  # the program did not run again


def test_an_optimizer_that_the_program_itself_defines_is_trained_alone_and_the_log_says_so():
    program = SCRIPT.format(definition=OWN, rule="Own(learning_rate=0.1)")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    (helped, digest), (_, expected) = results_of(done.stdout)
    assert (helped, digest) == ("False", expected)
    assert done.stdout.count("training goes on without a helper process") == 1


@pytest.mark.slow
def test_a_training_under_xdist(tmp_path):
    body = SCRIPT.format(definition="", rule="glassnet.SGD(0.1)").replace("stream=sys.stdout", "stream=sys.stderr")
    test = "def test_it():\n" + textwrap.indent(body, "    ") + "\n    assert steps == 0\n"
    (tmp_path / "test_it.py").write_text(test)
    words = ["-m", "pytest", "-n", "2", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=90, cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout


JOBS = """
import os, sys
from joblib import Parallel, delayed

def work(seed):
    import glassnet
    from glassnet.hardware import processors
    from glassnet.training.parallel import helper
    data = glassnet.load_dataset("mnist", train_size=1_000, validation_size=100)
    training = glassnet.Training(glassnet.Network([784, 20, 10], seed=seed), data, epochs=1, input_parts=2)
    training.executor.worth = 0
    list(training)
    return processors(), training.executor.steps_helped

if __name__ == "__main__":
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    print(Parallel(n_jobs=2)(delayed(work)(seed) for seed in range(2)))
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_two_jobs_of_joblib_on_two_processors_use_one_each(tmp_path):
    (tmp_path / "jobs.py").write_text(JOBS)
    done = subprocess.run([sys.executable, "jobs.py"], capture_output=True, text=True, timeout=90, cwd=tmp_path)
    assert done.stdout.strip() == "[(1, 0), (1, 0)]", done.stderr


ENDLESS = """
import glassnet
from glassnet.training.parallel import helper
helper.processors = lambda: 8
data = glassnet.load_dataset("mnist", train_size=60_000, validation_size=0)
training = glassnet.Training(glassnet.Network([784, 64, 10]), data, batch_size=32, epochs=1000, input_parts=2)
print(flush=True)
list(training)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_trainer_that_is_killed_takes_its_helper_along():
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until(lambda: children.read_text().split(), 30)
        helpers = children.read_text().split()
        time.sleep(0.5)  # it is at work
        process.kill()
    until(lambda: not any(map(alive, helpers)))
