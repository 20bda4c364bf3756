"""Training with example weights, target rows, and without shuffling."""

import numpy as np
import pytest

import glassnet
from glassnet import DataError, Dataset, Examples, Network, Training, UsageError
from glassnet.data.preprocessing.preprocessing import Unchanged

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(120, 20)).astype(np.float32)
ROWS = RNG.dirichlet(np.ones(3), 120).astype(np.float32)
NAMES = ("a", "b", "c")


def make(
    inputs, targets, weights=None, names=NAMES, sizes=(20, 8, 3), loss="cross_entropy", activation="tanh", **options
):
    nobody = Examples(inputs[:0], targets[:0])
    task = "classification" if names else "regression"
    data = Dataset("rows", task, Examples(inputs, targets, weights=weights), nobody, nobody, Unchanged((20,)), names)
    network = Network(sizes, activation, loss=loss, seed=0, dtype=np.float64)
    return Training(network, data, **{"batch_size": 120, "epochs": 3, "input_parts": 1, **options})


def learned(*arguments, **options):
    training = make(*arguments, **options)
    list(training)
    return training.network.parameters


def test_a_whole_weight_counts_as_often_as_it_says():
    counts = RNG.integers(0, 4, 120)
    weighted = learned(INPUTS, ROWS, counts.astype(np.float64))
    repeated = learned(np.repeat(INPUTS, counts, axis=0), np.repeat(ROWS, counts, axis=0), batch_size=1_000)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-10, atol=1e-12)


def test_equal_weights_are_no_weights():
    np.testing.assert_allclose(learned(INPUTS, ROWS, np.full(120, 7.0)), learned(INPUTS, ROWS), rtol=1e-10)


def test_weights_go_with_their_examples_through_shuffles_and_batches():
    weights = (RNG.random(120) < 0.5).astype(np.float64)
    # What weighs nothing cannot matter, whatever it is.
    spoiled = np.where(weights[:, None] > 0, ROWS, ROWS[::-1])
    options = {"batch_size": 16, "epochs": 4}
    first, second = (learned(INPUTS, rows.astype(np.float32), weights, **options) for rows in (ROWS, spoiled))
    np.testing.assert_array_equal(first, second)


def test_one_hot_rows_are_labels():
    labels = RNG.integers(0, 3, 120)
    rows = np.eye(3)[labels]
    np.testing.assert_array_equal(learned(INPUTS, rows, batch_size=16), learned(INPUTS, labels, batch_size=16))


def test_several_numbers_are_predicted_in_their_own_unit():
    targets = (INPUTS[:, :2] * [3, -5] + [10, 0]).astype(np.float32)
    options = {"names": (), "sizes": (20, 2), "loss": "mse", "epochs": 200, "batch_size": 10}
    training = make(INPUTS, targets, optimizer=glassnet.Adam(0.05), **options)
    list(training)
    predictions = training.model.predict(INPUTS)
    np.testing.assert_allclose(predictions, targets, atol=0.5)
    result = glassnet.evaluate(training.model, training.data.train)
    assert result.rmse == pytest.approx(np.sqrt(np.mean((predictions - targets) ** 2)), rel=1e-5)
    assert result.mae == pytest.approx(np.mean(np.abs(predictions - targets)), rel=1e-5)


def test_without_shuffling_batches_are_the_examples_in_their_order():
    training = make(INPUTS, ROWS, shuffle=False, batch_size=50)
    for first in (0, 50, 100):
        training.step()
        np.testing.assert_array_equal(training.trace.inputs, INPUTS[first : first + 50])


def test_a_dead_layer_ends_a_training_only_if_it_is_strict():
    def dead(**options):
        training = make(INPUTS, ROWS, activation="relu", **options)
        training.network.parameters[:] = 0
        training.network.layers[0].biases[...] = -1e3
        return training

    with pytest.raises(glassnet.DivergenceError, match="dead"):
        next(dead())
    assert len(list(dead(strict=False))) == 3


def test_rows_and_weights_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match=r"weights of the wrong shape: expected \(120,\), got \(5,\)"):
        Examples(INPUTS, ROWS, weights=np.ones(5))
    with pytest.raises(DataError, match="target rows of the wrong width: expected 3, got 2"):
        learned(INPUTS, np.eye(2)[[0] * 120])
    with pytest.raises(DataError, match="expected numbers of shape"):
        learned(INPUTS[:, :5], ROWS)
    with pytest.raises(UsageError, match="does not fit"):
        make(INPUTS, ROWS, sizes=(20, 8, 4))
