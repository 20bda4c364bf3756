"""Ranks of MPI compute the bytes of one process, agree before they begin, and end together."""

import copy
import re
import textwrap
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import glassnet
from glassnet.training.parallel import mpi as mpi_module
from glassnet.training.parallel.executor import Executor, Sequential
from glassnet.training.parallel.mpi import MPI, shards_of_a_rank
from ranks import needs_mpi, on_ranks

PROGRAM = """
import hashlib, sys
from dataclasses import replace
import glassnet
from glassnet.training.parallel import mpi as mpi_module
{before}
try:
    from mpi4py.MPI import COMM_WORLD
except ImportError:
    COMM_WORLD = None
{setup}

data = glassnet.load_dataset("mnist", train_size=601, validation_size=3_500)

def make(shards=4, executor=None, **changed):
    options = dict(
        regularization=glassnet.Regularization(dropout=0.3, input_noise=0.1, label_smoothing=0.1, mixup=0.2),
        augmentation=glassnet.Augmentation(shift=1, elastic=0.5),
        averaging=glassnet.ExponentialAverage(0.9),
        penalty=glassnet.Penalty(l2=1e-4),
        optimizer=glassnet.Adam(0.003),
        patience=3,
        epochs=2,
        batch_size=64,
        seed=3,
        workers=1,
        data=data,
    ) | changed
    network = glassnet.Network([784, 24, 16, 10], seed=3)
    return glassnet.Training(network, options.pop("data"), shards=shards, executor=executor, **options)

def outcome(training):
    records = [(epoch.training_loss, epoch.penalty, epoch.validation_loss) for epoch in training]
    arrays = training.state()[0]
    digest = hashlib.sha256(b"".join(arrays[name].tobytes() for name in arrays)).hexdigest()
    return digest, str(records)

def tell(*values):
    if COMM_WORLD.rank == 0:
        print(*values, sep="|", flush=True)

"""


def run(ranks, body, *, before="", setup="", folder, **options):
    path = folder / "program.py"
    path.write_text(PROGRAM.format(before=before, setup=setup) + textwrap.dedent(body))
    code, out, error = on_ranks(ranks, "-m", "mpi4py", path, **options)
    return code, [tuple(line.split("|")) for line in out.splitlines()], error


@pytest.fixture(scope="module")
def alone():
    """Give the bytes of one process without MPI."""
    names = {}
    exec(PROGRAM.format(before="", setup=""), names)
    return names


TRAINED = """
    from glassnet import MPI
    tell(*outcome(make(4, MPI(COMM_WORLD))))
    one = make(4, MPI(COMM_WORLD))
    for _ in range(3):
        one.step()  # each rank makes it alone
    next(one)
    arrays, numbers = one.state()
    other = make(4, MPI(COMM_WORLD))
    other.restore(COMM_WORLD.bcast(arrays), numbers)
    tell(outcome(other)[0])
    numbers = make(None, MPI(COMM_WORLD))
    tell(numbers.shards)
"""


@needs_mpi
@pytest.mark.parametrize("ranks", [2, 4, pytest.param(1, marks=pytest.mark.slow)])
def test_four_shards_have_the_same_bytes_on_any_number_of_ranks(tmp_path, alone, ranks):
    code, (whole, (resumed,), (shards,)), error = run(ranks, TRAINED, folder=tmp_path)
    assert code == 0, error
    assert whole == alone["outcome"](alone["make"](4))
    assert resumed == whole[0]
    assert int(shards) == ranks


@needs_mpi
@pytest.mark.slow
def test_three_ranks_have_three_shards_which_one_process_can_compute_too(tmp_path, alone):
    code, (found,), error = run(3, "tell(*outcome(make(None, glassnet.MPI(COMM_WORLD))))", folder=tmp_path)
    assert code == 0, error
    assert found == alone["outcome"](alone["make"](3))


REFUSED = """
    import glassnet.training.parallel.mpi as mpi
    def refusal(**changed):
        training = make(2, mpi.MPI(COMM_WORLD), **changed)
        try:
            next(training)
        except glassnet.GlassnetError as error:
            return str(error), training.progress.batch
    last = COMM_WORLD.rank == 1
    cases = [refusal(data=replace(data, train=data.train.select(slice(last, 600 + last))))]
    cases.append(refusal(optimizer=glassnet.Adam(0.004 if last else 0.003)))
    known = mpi.version
    mpi.version = lambda name: "9.9" if last and name == "numpy" else known(name)
    cases.append(refusal())
    mpi.version = known
    training = make(2, mpi.MPI(COMM_WORLD))
    next(training)
    if last:
        training.network.parameters[5] += 1
    try:
        next(training)
    except glassnet.ProcessError as error:
        cases.append((str(error), training.progress.batch == training.steps_per_epoch))
    told = COMM_WORLD.gather(cases)
    if not last:
        assert told[0] == told[1]
        for case in cases:
            tell(*case)
"""


@needs_mpi
def test_ranks_with_other_data_settings_versions_or_weights_are_refused_on_all(tmp_path):
    code, (data, settings, version, weights), error = run(2, REFUSED, folder=tmp_path)
    assert code == 0, error
    assert data[0].startswith("ranks differ in their data: expected ")
    assert settings[0].startswith("ranks differ in their optimizer: expected Adam(learning_rate=0.003")
    assert version[0].startswith("ranks differ in their version of numpy: expected ")
    assert "got 9.9 on rank 1" in version[0]
    assert [data[1], settings[1], version[1]] == ["0", "0", "0"]  # no step was made
    assert weights[0].startswith("rank 1 has other weights than rank 0 after epoch 2: ")


@needs_mpi
def test_a_layer_is_dead_only_if_it_is_on_every_rank(tmp_path):
    body = """
        quiet = replace(data, train=glassnet.Examples(data.train.inputs[:128], data.train.targets[:128]))
        plain = dict(regularization=None, augmentation=None, penalty=None, averaging=None, batch_size=128)
        for bias in (0.0, -1e6):
            training = make(2, glassnet.MPI(COMM_WORLD), data=quiet, epochs=1, **plain)
            network = training.network
            if COMM_WORLD.rank:  # as if no unit answered to any of this rank's examples
                type(network).hidden = lambda self, trace: [(Dead(), None)] * 2
            class Dead:
                def slopes(self, record):
                    import numpy
                    return numpy.zeros(3)
            training.network.layers[0].biases[:] += bias
            try:
                next(training)
                tell("alive")
            except glassnet.DivergenceError as error:
                tell("dead")
    """
    code, found, error = run(2, body, folder=tmp_path)
    assert code == 0, error
    assert found == [("alive",), ("dead",)]


@needs_mpi
@pytest.mark.slow
def test_a_program_on_a_rank_that_fails_ends_all(tmp_path):
    body = """
        training = make(2, glassnet.MPI(COMM_WORLD), epochs=1000)
        for epoch in training:
            if COMM_WORLD.rank == 1:
                raise ValueError("no more")
    """
    code, _, error = run(2, body, folder=tmp_path)
    assert code == 1
    assert "ValueError: no more" in error


@pytest.mark.parametrize(
    ("shards", "ranks", "each"),
    [(1, 1, 1), (4, 1, 4), (4, 2, 2), (4, 4, 1), (3, 3, 1), (6, 3, 2), (12, 3, 4), (6, 1, 6)],
)
def test_ranks_have_as_many_shards_each_as_are_added_first(shards, ranks, each):
    assert shards_of_a_rank(shards, ranks) == each


@pytest.mark.parametrize(
    ("shards", "ranks", "expected"),
    [(4, 3, "1, 2, 4"), (2, 3, "1, 2"), (4, 8, "1, 2, 4"), (6, 2, "1, 3, 6"), (1, 2, "1"), (12, 4, "1, 3")],
)
def test_ranks_among_which_shards_cannot_be_divided_are_refused(shards, ranks, expected):
    noun = "shard" if shards == 1 else "shards"
    with pytest.raises(
        glassnet.UsageError, match=f"^{shards} {noun} cannot be divided: expected {expected}(, | ranks)"
    ):
        shards_of_a_rank(shards, ranks)


def test_a_training_takes_the_executor_that_it_is_given_and_nothing_else():
    data = glassnet.load_dataset("mnist", train_size=200, validation_size=0)
    executor = Sequential()
    training = glassnet.Training(glassnet.Network([784, 10]), data, executor=executor)
    assert training.executor is executor
    with pytest.raises(glassnet.UsageError, match=r"glassnet\.MPI"):
        glassnet.Training(glassnet.Network([784, 10]), data, executor=4)
    assert issubclass(MPI, Executor)


# Ranks that are threads of this process: what each computes and says to the others, without a library of MPI.

IN_PLACE = object()


class Meeting:
    """What the ranks of one program hand each other."""

    def __init__(self, count):
        self.count, self.barrier = count, threading.Barrier(count)
        self.brought = [None] * count

    def exchange(self, rank, thing):
        self.brought[rank] = thing
        self.barrier.wait(20)
        found = list(self.brought)
        self.barrier.wait(20)
        return found


class Rank:
    """A communicator of one rank, which does what mpi4py's does with arrays."""

    def __init__(self, meeting, rank):
        self.meeting, self.rank = meeting, rank

    def Get_rank(self):  # noqa: N802
        return self.rank

    def Get_size(self):  # noqa: N802
        return self.meeting.count

    def allgather(self, thing):
        return self.meeting.exchange(self.rank, copy.deepcopy(thing))

    def Iallgather(self, sent, received):  # noqa: N802
        received[:] = np.nan  # nothing has come before it was waited for
        found = self.meeting.exchange(self.rank, sent.copy())

        def wait():
            received[:] = np.concatenate(found)

        return types.SimpleNamespace(Wait=wait)

    def Allreduce(self, place, array):  # noqa: N802
        assert place is IN_PLACE
        found = self.meeting.exchange(self.rank, array.copy())
        array[:] = sum(found[-2::-1], start=found[-1])  # in whatever order it likes

    def Alltoallv(self, sent, received):  # noqa: N802
        array, (counts, starts) = sent
        pieces = [array[start : start + count].copy() for count, start in zip(counts, starts, strict=True)]
        flat, (counts, starts) = received[0].reshape(-1), received[1]
        for theirs, count, start in zip(self.meeting.exchange(self.rank, pieces), counts, starts, strict=True):
            flat[start : start + count] = theirs[self.rank]

    def Allgatherv(self, place, received):  # noqa: N802
        assert place is IN_PLACE
        array, (counts, starts) = received
        own = slice(starts[self.rank], starts[self.rank] + counts[self.rank])
        for theirs, count, start in zip(
            self.meeting.exchange(self.rank, array[own].copy()), counts, starts, strict=True
        ):
            array[start : start + count] = theirs


@pytest.fixture
def together(monkeypatch):
    """Call a function on several ranks at once, and give what it returns, or the error that it raises, on each."""
    known = mpi_module.needed
    monkeypatch.setattr(
        mpi_module,
        "needed",
        lambda *names: types.SimpleNamespace(IN_PLACE=IN_PLACE) if names[1] == "mpi" else known(*names),
    )

    def call(ranks, function):
        meeting = Meeting(ranks)

        def one(rank):
            try:
                return function(MPI(Rank(meeting, rank)))
            except Exception as error:
                if not isinstance(error, glassnet.GlassnetError):
                    meeting.barrier.abort()
                return error

        with ThreadPoolExecutor(ranks) as pool:
            found = list(pool.map(one, range(ranks)))
        broken = [
            error for error in found if isinstance(error, Exception) and not isinstance(error, glassnet.GlassnetError)
        ]
        if broken:
            raise broken[0]
        return found

    return call


RNG = np.random.default_rng(4)
INPUTS = RNG.normal(size=(90, 5)).astype(np.float32)
SMALL = glassnet.Dataset.from_arrays(INPUTS, (INPUTS[:, 0] > 0).astype(int), validation=30, test=0, seed=1)


def small(shards=None, executor=None, seed=3, data=SMALL, **changed):
    network = glassnet.Network([5, 7, 2], seed=seed)
    options = {"batch_size": 20, "epochs": 2, "seed": 3, "workers": 1} | changed
    return glassnet.Training(network, data, shards=shards, executor=executor, **options)


def learned(training):
    records = [(epoch.training_loss, epoch.validation_loss, epoch.validation_accuracy) for epoch in training]
    return records, training.network.parameters.tobytes()


@pytest.mark.parametrize(("shards", "ranks"), [(1, 1), (2, 2), (4, 2), (3, 3), (6, 3), (4, 4), (5, 5)])
@pytest.mark.parametrize("block", [1_000, 7])
def test_threads_that_are_ranks_learn_the_bytes_of_one_process(together, monkeypatch, shards, ranks, block):
    monkeypatch.setattr(mpi_module, "BLOCK", block)
    monkeypatch.setattr("glassnet.model.model.BLOCK", block)
    expected = learned(small(shards))
    assert together(ranks, lambda executor: learned(small(shards, executor))) == [expected] * ranks


def test_numbers_are_learned_and_judged_by_several_ranks_too(together, monkeypatch):
    monkeypatch.setattr(mpi_module, "BLOCK", 7)
    monkeypatch.setattr("glassnet.model.model.BLOCK", 7)
    data = glassnet.Dataset.from_arrays(
        INPUTS, INPUTS[:, 1] * 7 + 100, validation=30, test=0, seed=1, task="regression"
    )

    def numbers(executor=None):
        training = glassnet.Training(
            glassnet.Network([5, 7, 1], loss="mse", seed=3), data, shards=2, executor=executor, epochs=2, workers=1
        )
        records = [(epoch.training_loss, epoch.validation_loss) for epoch in training]
        return records, training.network.parameters.tobytes()

    assert together(2, numbers) == [numbers()] * 2


def test_as_many_shards_as_ranks_suit_and_a_step_by_hand_is_made_by_each(together):
    def by_hand(executor):
        training = small(executor=executor)
        for _ in range(2):
            training.step()
        next(training)
        return executor.rank, executor.ranks, training.shards, training.network.parameters.tobytes()

    alone = small(3)
    for _ in range(2):
        alone.step()
    next(alone)
    assert together(3, by_hand) == [(rank, 3, 3, alone.network.parameters.tobytes()) for rank in range(3)]


def messages(found):
    assert all(isinstance(error, glassnet.ProcessError) for error in found)
    assert len(set(map(str, found))) == 1
    return str(found[0])


def test_ranks_that_differ_are_refused_on_all_and_agree_once_a_training(together, monkeypatch):
    calls = []
    monkeypatch.setattr(mpi_module, "facts_of", lambda training: calls.append(training) or {"seed": "1"})

    def twice(executor):
        training = small(executor=executor)
        list(training)
        return training.progress.epoch

    assert together(2, twice) == [2, 2]
    assert len(calls) == 2  # each rank once

    def facts(executor):
        return {"seed": "1", "data": "7" if executor.rank == 2 else "5"}

    remedy = "Give all ranks the same versions, data and settings"
    assert messages(together(3, lambda executor: executor.agree(facts(executor)))) == (
        f"ranks differ in their data: expected 5, got 7 on rank 2. {remedy}."
    )
    missing = messages(together(2, lambda executor: executor.agree({"seed": "1"} if executor.rank == 0 else {})))
    assert missing == f"ranks differ in their seed: expected 1, got None on rank 1. {remedy}."
    product = messages(together(2, lambda executor: executor.agree({mpi_module.PRODUCT: str(executor.rank)})))
    assert product == (
        "ranks differ in their matrix product: expected 0, got 1 on rank 1. Set OPENBLAS_CORETYPE, such as Haswell, "
        "for all ranks, whose processors differ."
    )
    problem = messages(
        together(2, lambda executor: executor.agree({"problem": "no room."} if executor.rank else {"seed": "1"}))
    )
    assert problem == "rank 1 of 2 cannot train: no room."
    assert together(2, lambda executor: executor.agree({"seed": "1", "problems": "2"})) == [None, None]


def test_ranks_of_other_weights_at_the_end_of_an_epoch_are_named(together):
    def spoilt(executor):
        training = small(executor=executor, epochs=3)
        next(training)
        if executor.rank == 1:
            training.network.parameters[5] += 1
        next(training)

    message = messages(together(2, spoilt))
    assert message.startswith("rank 1 has other weights than rank 0 after epoch 2: expected ")
    assert message.endswith(
        ". Resume from the last checkpoint; if it happens again, one of the machines computes wrongly."
    )
    expected, got = message.split("expected ")[1].split(".")[0].split(", got ")
    assert (len(expected), len(got), expected != got) == (12, 12, True)


def test_a_hidden_layer_is_responsive_if_it_is_on_any_rank(together):
    def seen(executor):
        training = small(executor=executor)
        with executor.joined(training):
            training.progress.responsive = [executor.rank == 1]
        return training.progress.responsive

    assert together(2, seen) == [[True], [True]]


def test_the_facts_of_a_training_are_its_settings_and_digests():
    training = small(2, optimizer=glassnet.Adam(0.01), patience=2)
    facts = mpi_module.facts_of(training)
    settings = ("optimizer", "schedule", "penalty", "averaging", "regularization", "epochs", "patience", "seed")
    assert set(facts) == {*settings, "shards", "batch size", "epoch", "data", "state"}
    assert [facts[name] for name in ("shards", "batch size", "epoch", "epochs", "patience", "averaging")] == [
        *("2", "20", "0", "2", "2", "None")
    ]
    assert facts["optimizer"] == repr(glassnet.Adam(0.01))
    assert facts["state"] == mpi_module.digest_of(training)
    training.optimizer = Own(learning_rate=0.01)
    assert mpi_module.facts_of(training)["optimizer"] == "Own"  # no place in memory, which is another on each rank
    before = mpi_module.digest_of(training)
    training.step()
    assert mpi_module.digest_of(training) != before
    averaged = small(2, averaging=glassnet.ExponentialAverage(0.9), optimizer=glassnet.SGD(0.0001, momentum=0.9))
    digests = [mpi_module.digest_of(averaged)]
    for array in (averaged.whole.network.parameters, *averaged.whole.memory.values(), *averaged.whole.average.values()):
        array += 1
        digests.append(mpi_module.digest_of(averaged))
    assert len(set(digests)) == len(digests) > 3


class Own(glassnet.SGD):
    __repr__ = object.__repr__


def test_versions_and_a_product_of_matrices_are_what_last_bits_depend_on(monkeypatch):
    found = mpi_module.versions()
    assert set(found) == {"version of glassnet", "version of numpy", "matrix product"}
    assert found["version of numpy"] == np.__version__
    assert re.fullmatch("[0-9a-f]{12}", found["matrix product"])
    assert mpi_module.versions() == found


def test_the_world_is_all_ranks_or_says_what_is_missing(monkeypatch):
    def world(make):
        monkeypatch.setattr(mpi_module, "needed", lambda *names: make() if names == ("mpi4py.MPI", "mpi") else None)
        return mpi_module.world()

    ranks = world(lambda: types.SimpleNamespace(COMM_WORLD=Rank(Meeting(3), 2)))
    assert (ranks.rank, ranks.ranks, ranks.shards) == (2, 3, 3)

    def without():
        raise RuntimeError("cannot load MPI library")

    with pytest.raises(
        glassnet.UsageError, match=r"mpi4py finds no MPI library: got cannot load MPI library. Load the"
    ):
        world(without)
