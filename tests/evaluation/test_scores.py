import math

import numpy as np
import pytest

from glassnet import Examples
from glassnet.evaluation import scores as scores_module
from glassnet.evaluation.calibration import reliability
from glassnet.evaluation.scores import Score, Thresholds, base_rate, rarer, score
from glassnet.model.decision import Decision
from sklearn import metrics as sklearn_metrics

EVEN = np.array([0.501, 0.499])  # the shares of the classes, of which the second is the rarer


def two_classes(n=400, digits=2, seed=0):
    """Give probabilities, with many ties, and labels of which a fifth is positive."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < 0.2).astype(int)
    sure = np.clip(np.round(0.2 + 0.25 * labels + rng.normal(scale=0.2, size=n), digits), 0.003, 0.997)
    return np.stack([1 - sure, sure], axis=1), labels


def test_scores_of_two_classes_are_those_of_scikit_learn():
    answers, labels = two_classes()
    found = {name: one.value for name, one in score(answers, labels, EVEN).items()}
    said, sure = answers.argmax(axis=1), answers[:, 1]
    assert found.pop("ece") < 0.15
    assert found == pytest.approx(
        {
            "accuracy": sklearn_metrics.accuracy_score(labels, said),
            "balanced_accuracy": sklearn_metrics.balanced_accuracy_score(labels, said),
            "f1": sklearn_metrics.f1_score(labels, said),
            "auc": sklearn_metrics.roc_auc_score(labels, sure),
            "average_precision": sklearn_metrics.average_precision_score(labels, sure),
            "log_loss": sklearn_metrics.log_loss(labels, sure),
        }
    )


def test_f1_and_average_precision_are_of_the_positive_class():
    answers, labels = two_classes()
    found = score(answers, labels, EVEN, Decision(0.5, 0))
    assert found["f1"].value == pytest.approx(sklearn_metrics.f1_score(1 - labels, 1 - answers.argmax(axis=1)))
    expected = sklearn_metrics.average_precision_score(1 - labels, answers[:, 0])
    assert found["average_precision"].value == pytest.approx(expected)


def test_scores_of_several_classes_are_those_of_scikit_learn():
    rng = np.random.default_rng(3)
    answers, labels = rng.dirichlet([1, 2, 3, 1], 300), rng.integers(4, size=300)
    found = {name: one.value for name, one in score(answers, labels, np.full(4, 0.25)).items()}
    assert set(found) == {"accuracy", "balanced_accuracy", "auc", "log_loss", "ece"}
    assert found["auc"] == pytest.approx(sklearn_metrics.roc_auc_score(labels, answers, multi_class="ovr"))
    assert found["log_loss"] == pytest.approx(sklearn_metrics.log_loss(labels, answers))
    expected = sklearn_metrics.balanced_accuracy_score(labels, answers.argmax(axis=1))
    assert found["balanced_accuracy"] == pytest.approx(expected)


def test_scores_of_numbers_are_those_of_scikit_learn():
    rng = np.random.default_rng(3)
    targets = rng.normal(50, 10, 200)
    answers = targets + rng.normal(0, 5, 200)
    found = score(answers, targets, np.array(50.0))
    expected = sklearn_metrics.root_mean_squared_error(targets, answers)
    assert found["rmse"].value == pytest.approx(expected)
    assert found["rmse"].base == pytest.approx(sklearn_metrics.root_mean_squared_error(targets, np.full(200, 50.0)))
    assert found["mae"].value == pytest.approx(sklearn_metrics.mean_absolute_error(targets, answers))
    assert found["r_squared"].value == pytest.approx(sklearn_metrics.r2_score(targets, answers))


def test_curves_are_those_of_scikit_learn():
    answers, labels = two_classes()
    thresholds = Thresholds.of(answers[:, 1], labels == 1)
    false, true, values = sklearn_metrics.roc_curve(labels, answers[:, 1], drop_intermediate=False)
    np.testing.assert_allclose(thresholds.values, values[1:])
    np.testing.assert_allclose(thresholds.true_positives / thresholds.true_positives[-1], true[1:])
    np.testing.assert_allclose(thresholds.false_positives / thresholds.false_positives[-1], false[1:])


def test_f1_at_a_threshold_is_that_of_its_errors():
    answers, labels = two_classes()
    thresholds = Thresholds.of(answers[:, 1], labels == 1)
    for place in range(0, len(thresholds.values), 9):
        said = answers[:, 1] >= thresholds.values[place]
        assert thresholds.f1()[place] == pytest.approx(sklearn_metrics.f1_score(labels, said))


def test_a_threshold_lies_in_the_middle_between_two_scores():
    thresholds = Thresholds.of(np.array([0.2, 0.8, 0.4]), np.array([False, True, True]))
    assert [thresholds.below(place) for place in range(3)] == pytest.approx([0.6, 0.3, 0.1])


def test_the_base_rate_has_the_shares_of_the_training_rows_and_always_says_the_commonest():
    answers, labels = two_classes()
    found = score(answers, labels, np.array([0.8, 0.2]))
    positive = labels.mean()
    bases = {name: one.base for name, one in found.items()}
    assert bases == pytest.approx(
        {
            "accuracy": 1 - positive,
            "balanced_accuracy": 0.5,
            "f1": 0.0,
            "auc": 0.5,
            "average_precision": positive,
            "log_loss": -(1 - positive) * math.log(0.8) - positive * math.log(0.2),
            "ece": abs(0.8 - (1 - positive)),
        }
    )


@pytest.mark.parametrize(
    ("targets", "classes", "expected"), [([0, 2, 2, 2], 4, [0.25, 0, 0.75, 0]), ([1.0, 4.0], 0, 2.5)]
)
def test_the_base_rate_is_that_of_the_training_rows(targets, classes, expected):
    np.testing.assert_array_equal(
        base_rate(Examples(np.zeros((len(targets), 1)), np.array(targets)), classes), expected
    )


def test_a_decision_is_scored_beside_that_of_one_half():
    answers, labels = two_classes()
    found = score(answers, labels, np.array([0.8, 0.2]), Decision(0.3, 1))
    assert found["f1"].value == pytest.approx(sklearn_metrics.f1_score(labels, answers[:, 1] >= 0.3))
    assert found["f1_at_half"] == score(answers, labels, np.array([0.8, 0.2]))["f1"]
    assert found["accuracy_at_half"].base == found["accuracy"].base == pytest.approx(1 - labels.mean())


def test_intervals_hold_the_true_value_nineteen_times_of_twenty(monkeypatch):
    monkeypatch.setattr(scores_module, "RESAMPLES", 40)
    true = score(*two_classes(20_000, seed=99), EVEN)
    repeated = [score(*two_classes(600, seed=seed), EVEN) for seed in range(16)]
    for name in ("accuracy", "balanced_accuracy", "f1", "auc", "average_precision", "log_loss"):
        held = [one[name].interval.low <= true[name].value <= one[name].interval.high for one in repeated]
        assert sum(held) >= 13, name


def test_an_interval_of_many_rows_narrows_though_no_more_are_drawn(monkeypatch):
    monkeypatch.setattr(scores_module, "MOST", 2_000)
    few, many = (score(*two_classes(n), EVEN)["auc"].interval for n in (1_000, 9_000))
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(3, rel=0.3)


def test_intervals_stay_within_what_a_metric_can_be():
    answers, labels = np.eye(2)[[0, 1] * 20] * 0.98 + 0.01, np.array([0, 1] * 20)
    found = score(answers, labels, EVEN)
    assert found["auc"] == Score(1.0, (1.0, 1.0), 0.5)
    assert all(0 <= one.interval.low <= one.interval.high <= 1 for one in found.values())


def test_of_few_rows_only_the_accuracy_has_an_interval():
    few, enough = (score(*two_classes(n), EVEN) for n in (19, 20))
    assert few["accuracy"].interval.low < few["accuracy"].value < few["accuracy"].interval.high
    assert all(math.isnan(one.interval.high) for name, one in few.items() if name != "accuracy")
    assert not any(math.isnan(one.interval.high) for one in enough.values())


def test_the_calibration_error_of_two_classes_is_that_of_the_positive_one():
    sure = np.repeat([0.3, 0.7], 50)  # 70% sure and 70% right, and yet the second class comes 20% more often than said
    answers, labels = (
        np.stack([1 - sure, sure], axis=1),
        (np.tile(np.arange(50), 2) < np.repeat([25, 45], 50)).astype(int),
    )
    assert reliability(answers, labels).expected_error == pytest.approx(0)
    for positive in (0, 1):
        assert score(answers, labels, EVEN, Decision(0.5, positive))["ece"].value == pytest.approx(0.2)


@pytest.mark.parametrize(("shares", "place"), [((0.5, 0.5), 1), ((0.6, 0.4), 1), ((0.4, 0.6), 0), ((0.2, 0.3, 0.5), 0)])
def test_the_rarer_of_two_classes_is_the_second_of_equal_ones(shares, place):
    assert rarer(np.array(shares)) == place


def test_a_class_that_is_missing_has_no_area_and_spoils_no_other():
    answers = np.random.default_rng(0).dirichlet([1, 1, 1], 50)
    found = score(answers, np.arange(50) % 2, np.full(3, 1 / 3))
    each = [sklearn_metrics.roc_auc_score(np.arange(50) % 2 == k, answers[:, k]) for k in range(2)]
    assert found["auc"].value == pytest.approx(np.mean(each))
    alone = score(answers[:, :2] / answers[:, :2].sum(axis=1, keepdims=True), np.zeros(50, int), EVEN)
    assert math.isnan(alone["auc"].value)
    assert math.isnan(alone["auc"].interval.low)
