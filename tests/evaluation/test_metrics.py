import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet import Examples, Model, Network, PixelScaling, TargetScale, UsageError, evaluate
from glassnet.evaluation.metrics import (
    confusion_matrix,
    cross_entropy,
    mean_absolute_error,
    precision_recall_f1,
    r_squared,
    root_mean_squared_error,
    wilson_interval,
)

SCALING = PixelScaling((2, 3))


def pictures(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 2, 3), np.uint8)


def classifier(**settings):
    return Model(Network([6, 5, 3], dtype=np.float64, seed=1, **settings), SCALING, ("a", "b", "c"))


def regressor():
    network = Network([6, 5, 1], loss="mse", dtype=np.float64, seed=1)
    return Model(network, SCALING, target_scale=TargetScale(10, 4), unit="degrees")


def labeled(count):
    return Examples(pictures(count), np.random.default_rng(1).integers(0, 3, count, np.uint8))


def numbered(count):
    return Examples(pictures(count), np.random.default_rng(1).normal(10, 4, count).astype(np.float32))


def test_rows_of_the_confusion_matrix_are_true_classes_and_columns_predicted_ones():
    labels, predictions = np.array([0, 0, 0, 1, 2, 2]), np.array([0, 1, 1, 1, 0, 2])
    assert confusion_matrix(labels, predictions, 4).tolist() == [
        [1, 2, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 1, 0],
        [0, 0, 0, 0],
    ]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_the_confusion_matrix_counts_every_pair_once(pairs):
    labels, predictions = np.array(pairs).T
    expected = [[pairs.count((label, predicted)) for predicted in range(5)] for label in range(5)]
    assert confusion_matrix(labels, predictions, 5).tolist() == expected


def test_precision_recall_and_f1_are_those_worked_out_by_hand():
    # Class 0: 4 of 5 found, 4 of 6 names right. Class 1: 3 of 5 found, 3 of 4 names right.
    precision, recall, f1 = precision_recall_f1(np.array([[4, 1], [2, 3]]))
    assert precision.tolist() == pytest.approx([4 / 6, 3 / 4])
    assert recall.tolist() == pytest.approx([4 / 5, 3 / 5])
    assert f1.tolist() == pytest.approx([8 / 11, 6 / 9])


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    precision, recall, f1 = precision_recall_f1(np.array([[7, 1, 0], [2, 5, 3], [1, 1, 9]]))
    assert f1.tolist() == pytest.approx((2 / (1 / precision + 1 / recall)).tolist())


def test_a_class_that_never_occurs_scores_zero_without_a_warning():
    # Class 1 is predicted but never true, class 2 true but never predicted, class 3 neither.
    scores = precision_recall_f1(np.array([[3, 1, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]]))
    assert [score.tolist() for score in scores] == [[0.6, 0, 0, 0], [0.75, 0, 0, 0], [pytest.approx(6 / 9), 0, 0, 0]]


# R. G. Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_the_published_ones(successes, trials, low, high):
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**6), st.data())
def test_a_wilson_interval_stays_in_0_to_1_and_around_the_proportion(trials, data):
    successes = data.draw(st.integers(0, trials))
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1
    mirrored = wilson_interval(trials - successes, trials)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-12)


def test_the_cross_entropy_is_the_mean_surprise_of_the_true_classes():
    probabilities = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    expected = -(math.log(0.25) + math.log(0.8)) / 2
    assert cross_entropy(probabilities, np.array([1, 2], np.uint8)) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_probability_that_underflowed_surprises_much_but_finitely(dtype):
    surprise = cross_entropy(np.array([[1, 0]], dtype), np.array([1]))
    assert surprise == pytest.approx(-math.log(np.finfo(dtype).tiny))


def test_errors_in_the_targets_unit_are_those_worked_out_by_hand():
    predictions, targets = np.array([1.0, 2.0, 6.0, 3.0]), np.array([1.0, 4.0, 3.0, 4.0])  # errors 0, -2, 3, -1
    assert root_mean_squared_error(predictions, targets) == pytest.approx(math.sqrt(14 / 4))
    assert mean_absolute_error(predictions, targets) == 1.5
    assert r_squared(predictions, targets) == pytest.approx(1 - 14 / 6)  # the mean is 3; 4 + 1 + 0 + 1 = 6


def test_errors_of_float32_are_summed_in_float64():
    predictions = np.full(10**6, 0.1, np.float32)
    assert mean_absolute_error(predictions, np.zeros_like(predictions)) == pytest.approx(np.float32(0.1), rel=1e-12)
    assert root_mean_squared_error(predictions, np.zeros_like(predictions)) == pytest.approx(np.float32(0.1), rel=1e-12)


def test_r_squared_is_one_for_the_truth_zero_for_its_mean_and_undefined_without_variance():
    targets = np.array([1.0, 2.0, 6.0])
    assert r_squared(targets, targets) == 1
    assert r_squared(np.full(3, 3.0), targets) == 0
    assert math.isnan(r_squared(targets, np.full(3, 5.0)))


@pytest.mark.parametrize("block", [1, 7, 22, 23])
@pytest.mark.parametrize(("make_model", "make_examples"), [(classifier, labeled), (regressor, numbered)])
def test_judging_block_by_block_equals_judging_in_one_go(monkeypatch, make_model, make_examples, block):
    model, examples = make_model(), make_examples(23)
    at_once = evaluate(model, examples).as_dict()
    monkeypatch.setattr("glassnet.model.model.BLOCK", block)
    in_blocks = evaluate(model, examples).as_dict()
    for name, value in at_once.items():
        np.testing.assert_allclose(in_blocks[name], value, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("settings", [{}, {"loss": "mse", "output": "sigmoid"}], ids=["softmax", "sigmoid"])
def test_a_classifier_is_judged_by_its_own_predictions(settings):
    model, examples = classifier(**settings), labeled(50)
    result = evaluate(model, examples)
    right = model.predict(examples.inputs) == examples.targets
    p = model.predict_probabilities(examples.inputs)
    assert (result.examples, result.accuracy) == (50, right.mean())
    assert result.accuracy_interval == wilson_interval(int(right.sum()), 50)
    assert result.cross_entropy == pytest.approx(-np.log(p[np.arange(50), examples.targets]).mean())
    assert result.confusion.sum(axis=1).tolist() == np.bincount(examples.targets, minlength=3).tolist()


def test_the_loss_of_a_classifier_is_what_training_minimizes():
    examples = labeled(50)
    result = evaluate(classifier(), examples)
    assert result.loss == pytest.approx(result.cross_entropy)
    squared = classifier(loss="mse", output="sigmoid")
    errors = squared.predict_outputs(examples.inputs) - np.eye(3)[examples.targets]
    assert evaluate(squared, examples).loss == pytest.approx((errors**2).mean())


def test_a_regressor_is_judged_in_the_targets_unit_and_its_loss_in_deviations():
    model, examples = regressor(), numbered(50)
    errors = model.predict(examples.inputs) - examples.targets
    result = evaluate(model, examples)
    assert result.rmse == pytest.approx(math.sqrt((errors**2).mean()))
    assert result.mae == pytest.approx(np.abs(errors).mean())
    assert result.loss == pytest.approx((errors**2).mean() / 4**2)
    assert result.r_squared == pytest.approx(1 - (errors**2).sum() / (50 * examples.targets.var(dtype=float)))


def test_an_empty_split_is_refused():
    with pytest.raises(UsageError, match="no examples to evaluate on: expected at least one example"):
        evaluate(classifier(), labeled(3).select(slice(0)))


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e-9, 1.0, 1e9, 1e155, 1e300])
def test_errors_in_a_unit_of_any_size_are_that_many_times_as_large(unit):
    targets, predictions = np.array([1.0, 2.0, 4.0, 7.0]), np.array([1.5, 2.0, 3.0, 9.0])
    plain = [metric(predictions, targets) for metric in (root_mean_squared_error, mean_absolute_error, r_squared)]
    found = [metric(unit * predictions, unit * targets) for metric in (root_mean_squared_error, mean_absolute_error)]
    np.testing.assert_allclose(np.array(found) / unit, plain[:2], rtol=1e-12)
    assert r_squared(unit * predictions, unit * targets) == pytest.approx(plain[2], rel=1e-12)
