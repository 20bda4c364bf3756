"""Ranks of MPI compute the bytes of one process, agree before they begin, and end together."""

import textwrap

import pytest

import glassnet
from glassnet.training.parallel.executor import Executor, Sequential
from glassnet.training.parallel.mpi import MPI, shards_of_a_rank
from ranks import needs_mpi, on_ranks

PROGRAM = """
import hashlib, sys
from dataclasses import replace
import glassnet
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
    [(4, 3, "1, 2, 4"), (4, 8, "1, 2, 4"), (6, 2, "1, 3, 6"), (1, 2, "1"), (12, 4, "1, 3")],
)
def test_ranks_among_which_shards_cannot_be_divided_are_refused(shards, ranks, expected):
    with pytest.raises(glassnet.UsageError, match=f"cannot be divided: expected {expected}(, | ranks)"):
        shards_of_a_rank(shards, ranks)


def test_a_training_takes_the_executor_that_it_is_given_and_nothing_else():
    data = glassnet.load_dataset("mnist", train_size=200, validation_size=0)
    executor = Sequential()
    training = glassnet.Training(glassnet.Network([784, 10]), data, executor=executor)
    assert training.executor is executor
    with pytest.raises(glassnet.UsageError, match=r"glassnet\.MPI"):
        glassnet.Training(glassnet.Network([784, 10]), data, executor=4)
    assert issubclass(MPI, Executor)
