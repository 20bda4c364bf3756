from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score

from glassnet import Dataset, Model, Network, UsageError
from glassnet.model.decision import Decision
from glassnet.runs.settings import completed
from glassnet.runs.threshold import decided, rule_of
from glassnet.sklearn.tabular import TabularClassifier

RNG = np.random.default_rng(2)
ROWS = RNG.normal(size=(300, 2))
LABELS = np.where(ROWS[:, 0] + RNG.normal(size=300) > 1.2, "bad", "good")
DATA = Dataset.from_arrays(ROWS, LABELS, validation=0.3, test=0)
MODEL = Model.for_data(Network([2, 2], seed=1), DATA)
SURE = np.round(np.clip(0.3 + 0.2 * (LABELS == "bad") + RNG.normal(scale=0.15, size=300), 0.01, 0.99), 2)
ANSWERED = np.stack([SURE, 1 - SURE], axis=1), (LABELS == "good").astype(int)


def settings(**given):
    return completed(given)


def decision(**given):
    return decided(MODEL, settings(**given), DATA, ANSWERED).decision


def test_nothing_is_decided_unless_it_is_asked_for():
    assert decided(MODEL, settings(), DATA, ANSWERED) is MODEL


def test_the_rarer_class_is_the_positive_one_unless_the_other_is_named():
    assert decision(threshold="0.3") == Decision(0.3, 0)
    assert decision(threshold="0.3", positive="good") == Decision(0.3, 1)
    assert decision(positive="good") == Decision(0.5, 1)


def test_the_threshold_for_f1_has_the_best_of_all():
    chosen = decision(threshold="f1")
    every = {f1_score(LABELS == "bad", threshold <= SURE) for threshold in np.arange(0.005, 1, 0.01)}
    assert chosen.positive == 0
    assert f1_score(LABELS == "bad", chosen.threshold <= SURE) == max(every)


@pytest.mark.parametrize(("false_positive", "false_negative"), [(1, 20), (1, 1), (3, 0.5), (1_000, 0.1)])
def test_the_threshold_for_costs_has_the_least_of_all(false_positive, false_negative):
    chosen = decision(cost=(f"fp={false_positive}", f"fn={false_negative}"))

    def cost(threshold):
        said, true = threshold <= SURE, LABELS == "bad"
        return false_positive * np.sum(said & ~true) + false_negative * np.sum(~said & true)

    assert cost(chosen.threshold) == min(map(cost, np.arange(0.005, 1.01, 0.01)))


def test_one_network_decides_by_the_answers_for_its_validation_rows():
    own = decided(MODEL, settings(threshold="f1"), DATA).decision
    answered = MODEL.predict_probabilities(DATA.validation.inputs).astype(float), DATA.validation.targets
    assert own.threshold == pytest.approx(decided(MODEL, settings(threshold="f1"), DATA, answered).decision.threshold)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"threshold": "1.1"}, "invalid threshold: expected a number from 0 to 1, or f1, got 1.1"),
        ({"threshold": "F2"}, "invalid threshold"),
        ({"threshold": "nan"}, "invalid threshold"),
        ({"cost": ("fp=1",)}, "invalid cost: expected .* such as fp=1,fn=20, got fp=1"),
        ({"cost": ("fp=1", "fn=0")}, "invalid cost"),
        ({"cost": ("fp=1", "fn=x")}, "invalid cost"),
        ({"cost": ("fp=1", "fn=2", "tp=1")}, "invalid cost"),
        ({"cost": ("fp=1", "fn=2"), "threshold": "f1"}, "both --threshold and --cost"),
        ({"positive": "bat"}, "unknown class.*Did you mean 'bad'"),
    ],
    ids=str,
)
def test_what_cannot_be_decided_is_refused(given, message):
    with pytest.raises(UsageError, match=message):
        rule_of(settings(**given), DATA)


def test_a_threshold_is_chosen_on_rows_that_validate():
    alone = replace(DATA, validation=DATA.validation.select(slice(0)))
    with pytest.raises(UsageError, match="no rows to choose a threshold on"):
        rule_of(settings(threshold="f1"), alone)
    assert rule_of(settings(threshold="0.2"), alone) == ((0.2,), 0)


def test_other_targets_than_two_classes_have_no_threshold():
    three = Dataset.from_arrays(ROWS, np.arange(300) % 3, test=0)
    with pytest.raises(UsageError, match="--threshold is for a target of two classes: got 3 classes"):
        rule_of(settings(threshold="f1"), three)
    with pytest.raises(UsageError, match="--cost is for a target of two classes: got numbers to predict"):
        rule_of(settings(cost=("fp=1", "fn=2")), Dataset.from_arrays(ROWS, ROWS[:, 0], test=0))


def test_an_estimator_decides_by_its_answers_out_of_fold():
    settings = {"threshold": "f1", "epochs": 3, "hidden": (4,)}
    found = TabularClassifier(ensemble=2, random_state=0, settings=settings).fit(ROWS[:90], LABELS[:90])
    sure, said = found.predict_proba(ROWS)[:, 0], found.predict(ROWS)
    np.testing.assert_array_equal(said == "bad", sure >= found.model_.decision.threshold)
    out_of_fold = found.out_of_fold_[:, 0]
    best = max(f1_score(LABELS[:90] == "bad", out_of_fold >= threshold) for threshold in np.unique(out_of_fold))
    assert f1_score(LABELS[:90] == "bad", out_of_fold >= found.model_.decision.threshold) == best
