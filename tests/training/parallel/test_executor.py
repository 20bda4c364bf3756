"""What is divided changes the last bits alone; who computes it changes nothing."""

import numpy as np
import pytest

import glassnet
from glassnet.data.dataset import Dataset
from glassnet.network.architecture import Architecture
from glassnet.training.parallel.executor import Sequential, add_in_pairs, divide, suitable_parts

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


def make(data, sizes=(784, 20, 10), dtype=np.float32, **options):
    network = glassnet.Network(sizes, seed=3, dtype=dtype)
    return glassnet.Training(network, data, **{"batch_size": 64, "epochs": 2, "seed": 3, "workers": 1, **options})


def difference(one, other):
    return np.linalg.norm(one.network.parameters - other.network.parameters) / np.linalg.norm(one.network.parameters)


@pytest.mark.parametrize("parts", [2, 3, 7])
@pytest.mark.parametrize("rule", RULES)
def test_parts_of_the_inputs_learn_what_the_undivided_network_does(data, rule, parts):
    options = {"optimizer": RULES[rule], "penalty": glassnet.Penalty(l2=1e-4), "dtype": np.float64}
    whole, divided = make(data, input_parts=1, **options), make(data, input_parts=parts, **options)
    list(whole)
    list(divided)
    assert 0 < difference(whole, divided) < 1e-12


@pytest.mark.parametrize("shards", [2, 3, 7, 8])
@pytest.mark.parametrize("rule", RULES)
def test_shards_of_a_batch_learn_what_the_whole_batch_does(data, rule, shards):
    options = {"optimizer": RULES[rule], "penalty": glassnet.Penalty(l2=1e-4), "dtype": np.float64}
    whole, divided = make(data, shards=1, **options), make(data, shards=shards, **options)
    records = [[(epoch.training_loss, epoch.validation_loss) for epoch in training] for training in (whole, divided)]
    np.testing.assert_allclose(records[0], records[1], rtol=1e-12)
    assert 0 < difference(whole, divided) < 1e-12


@pytest.mark.parametrize("weighted", [False, True])
def test_a_shard_may_have_no_example(data, weighted):
    single = data.train.select(slice(0, 65))  # batches of 64 and of 1
    if weighted:
        single = glassnet.Examples(single.inputs, single.targets, weights=np.linspace(0.5, 2, 65))
    small = Dataset("small", data.task, single, data.validation, data.test, data.preprocessing, data.class_names)
    whole, divided = (make(small, (784, 24, 40, 10), dtype=np.float64, shards=shards) for shards in (1, 8))
    list(whole)
    list(divided)
    assert difference(whole, divided) < 1e-12


def test_shards_have_noise_of_their_own_which_does_not_depend_on_their_order(data):
    noise = glassnet.Regularization(dropout=0.3, input_noise=0.1)
    one, other = (make(data, shards=4, regularization=noise, augmentation=glassnet.Augmentation(shift=1)) for _ in "ab")
    list(one)
    for _ in range(5):
        other.step()
    list(other)
    assert one.network.parameters.tobytes() == other.network.parameters.tobytes()


def test_the_gradients_of_shards_are_added_in_pairs():
    network = glassnet.Network([3, 2], seed=0)
    traces = [network.trace(1) for _ in range(4)]
    values = [np.float32(value) for value in (1e8, 1.0, -1e8, 1.0)]
    for trace, value in zip(traces, values, strict=True):
        trace.gradient[:] = value
        trace.loss = float(value)
    loss, gradient = Sequential().gather(traces)
    assert gradient[0] == (values[0] + values[1]) + (values[2] + values[3]) == 0
    assert loss == (1e8 + 1.0) + (-1e8 + 1.0) == 2


@pytest.mark.parametrize("count", range(1, 10))
def test_any_number_of_gradients_is_added_once_each_and_a_ranks_own_sum_is_part_of_the_whole(count):
    gradients = [np.array([2.0**place]) for place in range(count)]
    assert add_in_pairs([1.0] * count, gradients) == count
    assert gradients[0] == 2**count - 1
    values = np.random.default_rng(0).normal(size=(4 * count, 50)).astype(np.float32)
    whole, fours = values.copy(), values.copy()
    add_in_pairs([0.0] * len(values), whole)
    for first in range(0, len(values), 4):
        add_in_pairs([0.0] * 4, fours[first : first + 4])
    add_in_pairs([0.0] * count, fours[::4])
    assert whole[0].tobytes() == fours[0].tobytes()


@pytest.mark.parametrize("shards", [0, -2, 1.5])
def test_another_number_of_shards_is_refused(data, shards):
    with pytest.raises(glassnet.UsageError, match="invalid number of shards: expected a positive whole number"):
        make(data, shards=shards)


def test_the_former_threads_says_what_it_is_now(data):
    with pytest.warns(FutureWarning, match="input_parts and workers"):
        training = glassnet.Training(glassnet.Network([784, 10]), data, threads=2)
    assert (training.input_parts, training.workers) == (2, 2)


def test_small_steps_have_one_part_and_large_ones_two_on_any_machine(monkeypatch):
    for count in (1, 2, 64):
        monkeypatch.setattr("glassnet.hardware.processors", lambda count=count: count)
        assert suitable_parts(7_850, 32, 1_000) == 1
        assert suitable_parts(101_770, 128, 391) == suitable_parts(10**9, 1_000, 10) == 2
        assert suitable_parts(10**9, 1_000, 9) == 1


@pytest.mark.parametrize("parts", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("sizes", [(784, 128, 10), (784, 10), (2, 3), (17, 4, 4), (100, 10, 1000, 10)], ids=str)
def test_the_parts_are_all_inputs_in_order(sizes, parts):
    found = divide(Architecture.of(sizes), parts)
    assert 1 <= len(found) <= parts
    assert [i for part in found for i in range(part.start, part.stop)] == list(range(sizes[0]))
    assert all(part.start < part.stop for part in found)


# Sizes, parts and what reading takes -> where each part of the inputs begins: a run's bits depend on it.
CUTS = {
    ((784, 128, 10), 2, 0): [0, 400],
    ((784, 128, 10), 3, 0): [0, 256, 512],
    ((784, 128, 10), 4, 0): [0, 192, 384, 576],
    ((784, 32, 10), 2, 0): [0, 400],
    ((784, 500, 300, 10), 2, 0): [0, 464],
    ((784, 500, 300, 10), 3, 0): [0, 320, 640],
    ((784, 128, 10), 2, 50_000): [0, 192],
    ((784, 128, 10), 3, 50_000): [0, 0, 352],
    ((100, 16, 2), 2, 0): [0, 48],
    ((100, 16, 2), 8, 0): [0, 16, 32, 48, 64, 80, 96],
    ((20, 400, 10), 2, 0): [0, 16],
    ((5, 4, 3), 3, 0): [0],
    ((3000, 10, 10), 4, 20_000): [0, 0, 896, 1792],
}


@pytest.mark.parametrize(("sizes", "parts", "reading"), CUTS)
def test_the_inputs_are_cut_where_they_always_were(sizes, parts, reading):
    slices = divide(Architecture.of(sizes), parts, reading)
    assert [part.start for part in slices] == CUTS[sizes, parts, reading]
    assert [part.stop for part in slices] == [*CUTS[sizes, parts, reading][1:], sizes[0]]
