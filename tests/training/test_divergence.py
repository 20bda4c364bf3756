"""A training that diverges says where, and suspects the learning rate only where it can be the cause."""

import re

import numpy as np
import pytest

import glassnet
from glassnet.errors import DataError, DivergenceError
from glassnet.training.divergence import (
    check_loss,
    check_parameters,
    check_responsive,
    check_validation,
    gentler,
    quiet,
)


def images(count=120, side=4):
    rng = np.random.default_rng(0)
    return rng.random((count, side, side)).astype(np.float32), np.arange(count) % 3


@pytest.fixture
def data():
    return glassnet.Dataset.from_arrays(*images(), validation=0.2, test=0.2)


def training(data, **settings):
    return glassnet.Training(glassnet.Network([16, 8, 8, 3], seed=0), data, batch_size=20, **settings)


BROKEN = [
    (0, "weights", (2, 3), "1 of 136 parameters of hidden layer 1"),
    (1, "biases", 5, "1 of 72 parameters of hidden layer 2"),
    (2, "weights", slice(None), "24 of 27 parameters of the output layer"),
]


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(("layer", "name", "place", "words"), BROKEN)
def test_the_layer_is_named_that_a_training_begins_with_a_broken_number_in(data, layer, name, place, words, value):
    broken = training(data)
    getattr(broken.network.layers[layer], name)[place] = value
    with pytest.raises(DivergenceError, match=f"step 1: .*not finite: {words}.*the learning rate is not the cause"):
        next(broken)


def test_a_number_that_breaks_in_between_is_named_and_the_rate_is_hardly_blamed(data):
    broken = training(data, epochs=3)
    next(broken)
    broken.network.layers[1].weights[2, 3] = np.nan
    message = "step 5: .*not finite: 1 of 72 parameters of hidden layer 2.*the learning rate is probably not the cause"
    with pytest.raises(DivergenceError, match=message):
        next(broken)


@pytest.mark.parametrize("rate", [1e3, 1e10, 1e30])
def test_a_rate_that_is_too_high_is_blamed(data, rate):
    with pytest.raises(DivergenceError, match=re.escape(f"probably the learning rate of {rate:g} is too high. Try")):
        list(training(data, optimizer=glassnet.SGD(rate)))


def test_numbers_too_large_for_a_layer_are_its_own(data):
    large = training(data)
    large.network.layers[0].weights[...] = 3e38
    with pytest.raises(DivergenceError, match="weighted sums of hidden layer 1 are the first that are not finite"):
        next(large)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1, 2])
@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_the_row_of_a_picture_that_cannot_be_read_is_named_before_training(split, value):
    inputs, targets = images()
    whole = glassnet.Dataset.from_arrays(inputs, targets, validation=0.2, test=0.2)
    row = int(getattr(whole, split).indices[7])
    inputs[row, 2, 1] = value
    spoiled = glassnet.Dataset.from_arrays(inputs, targets, validation=0.2, test=0.2)
    with pytest.raises(
        DataError, match=rf"^{split} rows that cannot be computed with: pixels out of range in image {row}:"
    ):
        training(spoiled)


def test_a_row_of_test_arrays_of_their_own_is_counted_in_them():
    inputs, targets = images()
    apart, labels = images(10)
    apart[4, 0, 0] = np.nan
    data = glassnet.Dataset.from_arrays(inputs, targets, test=(apart, labels))
    with pytest.raises(DataError, match=r"^test rows that cannot be computed with: .* in image 4:"):
        training(data)


def test_a_table_with_a_gap_among_the_rows_to_test_on_is_refused_by_row_and_column():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(60, 3))
    target = rows.sum(axis=1)
    apart = rows[:5].copy()
    apart[3, 1] = np.nan
    data = glassnet.Dataset.from_arrays(rows, target, test=(apart, target[:5]), columns=("a", "b", "c"))
    with pytest.raises(DataError, match=r"^test rows that cannot be computed with: .*row 3, column 'b'"):
        glassnet.Training(glassnet.Network([3, 1], loss="mse"), data)


def test_a_target_that_is_not_finite_is_named_by_its_example():
    network = glassnet.Network([2, 1], loss="mse", output="identity", seed=0)
    trace = network.trace(3)
    trace.inputs[...], trace.targets[...] = 1, 1
    trace.targets[2] = np.nan
    with pytest.raises(DivergenceError, match="the targets of example 2 of the batch are not finite"):
        check_loss(np.nan, 1.0, 4, 0.1, network, [trace])


@pytest.mark.parametrize(("size", "blamed"), [(999.0, False), (1_000.0, True), (-1_000.0, True)])
def test_the_rate_is_blamed_where_another_parameter_is_a_thousand(size, blamed):
    network = glassnet.Network([2, 2], seed=0)
    network.layers[0].weights[...] = [[size, np.nan], [0, 1]]
    message = (
        "probably the learning rate of 0.1 is too high" if blamed else "the learning rate is probably not the cause"
    )
    with pytest.raises(DivergenceError, match=message):
        check_parameters(network, 3, 0.1)
    network.parameters[:] = np.inf
    with pytest.raises(DivergenceError, match=r"probably the learning rate of 0.1 is too high"):
        check_parameters(network, 3, 0.1)


def test_what_diverged_is_said_whole():
    network = glassnet.Network([2, 3, 2], seed=0)
    network.layers[0].weights[0, 0] = network.layers[1].biases[0] = np.nan
    with pytest.raises(DivergenceError) as raised:
        check_parameters(network, 0, 0.1)
    assert str(raised.value) == (
        "training diverged at step 0: not finite: 1 of 9 parameters of hidden layer 1 and 1 of 8 parameters of the "
        "output layer; no step was made yet, so the learning rate is not the cause. Check the data, and the parameters "
        "that the network started with."
    )
    network.parameters[:] = 1e30
    with pytest.raises(DivergenceError) as raised, quiet():
        check_parameters(network, 4, 30.0)
    assert str(raised.value) == (
        "training diverged at step 4: parameters exploded; probably the learning rate of 30 is too high. Try a "
        "learning rate of 0.1."
    )
    network.parameters[:] = 1
    check_parameters(network, 4, 0.1)
    with pytest.raises(DivergenceError) as raised:
        check_loss(2e6, 1_500.0, 4, 0.05)
    assert str(raised.value) == (
        "training diverged at step 4: the loss is 2e+06, at the first step it was 1500; probably the learning rate of "
        "0.05 is too high. Try a learning rate of 0.005."
    )
    with pytest.raises(DivergenceError) as raised:
        check_loss(np.inf, np.inf, 1, 0.05)
    assert "the loss is inf; probably the learning rate" in str(raised.value)
    with pytest.raises(DivergenceError) as raised:
        check_validation(np.nan, 3, 0.05)
    assert str(raised.value) == (
        "training diverged in epoch 3: the validation loss is nan; probably the learning rate of 0.05 is too high. Try "
        "a learning rate of 0.005."
    )
    check_validation(1e300, 3, 0.05)
    with pytest.raises(DivergenceError) as raised:
        check_responsive([True, False, True], 2, 8, 0.5)
    assert "in all of epoch 2 every unit of hidden layer 2 was dead" in str(raised.value)
    assert "Try a learning rate of 0.05, leaky_relu, or another initializer" in str(raised.value)
    check_responsive([True, True], 2, 8, 0.5)
    check_responsive([], 2, 8, 0.5)
    assert [gentler(rate) for rate in (0.5, 1.0, 30.0)] == [0.05, 0.1, 0.1]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("inputs", (1, 0)), "the inputs of example 1 of the batch are not finite"),
        (("z", 1), "the weighted sums of hidden layer 1 are the first that are not finite"),
        (("a", 1), "the outputs of hidden layer 1 are the first that are not finite"),
        (("z", 2), "the weighted sums of the output layer are the first that are not finite"),
        (("a", 2), "the outputs of the output layer are the first that are not finite"),
    ],
)
def test_the_first_place_of_any_shard_is_named_that_is_not_finite(place, words):
    network = glassnet.Network([2, 3, 2], seed=0)
    traces = [network.trace(2), network.trace(2)]
    name, where = place
    if name == "inputs":
        traces[1].inputs[where] = np.nan
    else:
        getattr(traces[1], name)[where][0, 0] = np.nan
    with pytest.raises(DivergenceError, match=words):
        check_loss(np.nan, 1.0, 4, 0.1, network, traces)
