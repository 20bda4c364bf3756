"""What early stopping holds out, how it scores that, and how much examples and classes count."""

import warnings

import numpy as np
import pandas as pd
import pytest
from iris import BOTH, NAMES, QUICK, X, Y
from sklearn.exceptions import DataConversionWarning
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import r2_score
from sklearn.utils import check_random_state

from glassnet.errors import UsageError
from glassnet.sklearn import MLPClassifier, MLPRegressor
from glassnet.sklearn.convert import network_of
from glassnet.sklearn.estimator import MOST_SEEDS
from glassnet.sklearn.fitting import TrainingData, evaluate

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(6)
ROWS = RNG.normal(size=(800, 4))
SUM = ROWS[:, 0] + ROWS[:, 1]


@pytest.mark.parametrize("share", [0.2, 0.6])
@pytest.mark.parametrize("several", [False, True], ids=["two", "three"])
def test_labels_that_weigh_nothing_do_not_decide_when_to_stop(share, several):
    truth = np.digitize(SUM, [-0.7, 0.7]) if several else (SUM > 0).astype(int)
    wrong = RNG.random(800) < share
    labels = np.where(wrong, (truth + 1) % (3 if several else 2), truth)
    model = MLPClassifier((32,), early_stopping=True, learning_rate_init=0.01, max_iter=60, random_state=0)
    model.fit(ROWS, labels, sample_weight=(~wrong).astype(float))
    assert model.best_validation_score_ > 0.9
    assert np.mean(model.predict(ROWS) == truth) > 0.85


def test_numbers_that_weigh_nothing_do_not_decide_when_to_stop():
    wrong = RNG.random(800) < 0.4
    targets = np.where(wrong, 50 * RNG.normal(size=800), SUM)
    model = MLPRegressor("squared_error", (32,), early_stopping=True, learning_rate_init=0.01, random_state=0)
    model.fit(ROWS, targets, sample_weight=np.where(wrong, 0.0, 2.0))
    assert model.best_validation_score_ > 0.9
    assert r2_score(SUM, model.predict(ROWS)) > 0.9
    assert model.validation_loss_curve_[-1] < 0.1  # the loss is weighted too


@BOTH
def test_whole_weights_are_repeated_validation_rows_to_the_score_and_the_loss(kind):
    model = kind(**{**QUICK, "max_iter": 1}).fit(X, Y)
    network = network_of(model)

    def only_judged(inputs, targets, weights):
        rows = np.eye(3)[targets] if kind is MLPClassifier else targets[:, None].astype(float)
        loss, _ = evaluate(network, TrainingData(inputs, rows, weights))
        return loss, model.score(inputs, targets, sample_weight=weights)

    times = RNG.integers(0, 4, len(X))
    repeated = only_judged(np.repeat(X, times, axis=0), np.repeat(Y, times), None)
    assert only_judged(X, Y, times.astype(float)) == pytest.approx(repeated, rel=1e-9)
    assert only_judged(X, Y, None) != pytest.approx(repeated, rel=1e-6)


def test_a_validation_set_that_weighs_nothing_is_refused():
    model = MLPClassifier((4,), early_stopping=True, max_iter=2, random_state=0)
    with pytest.raises(ValueError, match="The validation set weighs nothing"):
        model.fit(ROWS, SUM > 0, sample_weight=np.arange(800) < 3)


# Classes, and of which there is one example alone.
RARE = {
    "one of three": (["a"] * 60 + ["b"] * 60 + ["rare"], ["rare"]),
    "the second of two": (["a"] * 119 + ["rare"], ["rare"]),
    "several": (["a"] * 60 + ["b"] * 50 + list("cdefg"), list("cdefg")),
}


@pytest.mark.parametrize("name", RARE)
def test_the_only_example_of_a_class_is_trained_on_and_this_is_said(name):
    labels, rare = RARE[name]
    rows = RNG.normal(size=(len(labels), 3))
    held = set()
    for seed in range(5):
        model = MLPClassifier((8,), early_stopping=True, max_iter=3, random_state=seed)
        with pytest.warns(UserWarning, match=f"Only one example of '{rare[0]}'.*it is trained on, and the validation"):
            model.fit(rows, labels)
        assert set(rare) <= set(model.classes_)
        strata = np.unique(labels, return_inverse=True)[1]
        train, validation = TrainingData(rows, np.eye(len(model.classes_))[strata]).hold_out(0.1, strata, seed)
        assert len(train.targets) + len(validation.targets) == len(labels)
        found = [tuple(row) for row in validation.inputs]
        only = [tuple(rows[labels.index(label)]) for label in rare]
        assert not set(found) & set(only)
        held |= set(found)
    assert len(held) > 12  # and which are held out is by the seed


def test_the_held_out_are_a_share_of_each_class_that_has_two():
    strata = np.array([0] * 100 + [1] * 50 + [2] * 2 + [3])
    data = TrainingData(np.arange(153)[:, None], np.eye(4)[strata])
    train, validation = data.hold_out(0.1, strata, 0)
    assert np.bincount(validation.targets.argmax(axis=1)).tolist() in ([11, 5], [10, 5, 1], [11, 4, 1], [10, 6])
    assert np.bincount(train.targets.argmax(axis=1))[3] == 1
    np.testing.assert_array_equal(np.sort(np.concatenate([train.inputs, validation.inputs]).ravel()), np.arange(153))


@pytest.mark.parametrize("classes", [20, 50])
def test_where_fewer_are_held_out_than_there_are_classes_each_keeps_an_example(classes):
    labels = np.arange(120) % classes
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", DataConversionWarning)
        model = MLPClassifier((8,), early_stopping=True, max_iter=2, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(RNG.normal(size=(120, 3)), labels)
    train, validation = TrainingData(np.arange(120)[:, None], np.eye(classes)[labels]).hold_out(0.1, labels, 0)
    assert (train.targets.sum(axis=0) > 0).all()
    assert len(validation.targets) == 12


def test_what_leaves_nothing_to_hold_out_is_refused():
    for rows, labels, share in ((X[:20], np.arange(20), 0.1), (X, Y, 0.001), (X, Y, 0.0)):
        model = MLPClassifier(**QUICK, early_stopping=True, validation_fraction=share)
        with pytest.raises(ValueError, match="validation set is too small"):
            model.fit(rows, labels)


def test_a_part_that_lacks_a_class_is_not_warned_of():
    model = MLPClassifier(**QUICK, early_stopping=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.partial_fit(X[:51], Y[:51], classes=[0, 1, 2])


def test_balanced_weights_of_parts_are_refused_in_scikit_learns_words():
    ours, theirs = MLPClassifier(class_weight="balanced"), SGDClassifier(class_weight="balanced")
    said = []
    for model in (ours, theirs):
        with pytest.raises(ValueError, match="class_weight 'balanced' is not supported for partial_fit") as caught:
            model.partial_fit(X, Y, classes=[0, 1, 2])
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert not hasattr(ours, "coefs_")
    ours.fit(X, Y)  # of all rows they are known
    with pytest.raises(ValueError, match="not supported for partial_fit"):
        ours.partial_fit(X, Y)


def test_weights_of_classes_hold_in_a_part_that_lacks_the_class():
    rare = np.zeros(800, int)
    rare[:16] = 1
    rows = ROWS + 1.5 * rare[:, None]
    model = MLPClassifier((16,), class_weight={1: 49.0}, learning_rate_init=0.01, random_state=0)
    for _ in range(10):
        for start in range(0, 800, 80):
            model.partial_fit(rows[start : start + 80], rare[start : start + 80], classes=[0, 1])
    assert np.mean(model.predict(rows[:16])) > 0.6


@pytest.mark.parametrize("weights", [{0: -1.0, 1: 1.0, 2: 1.0}, {0: 0.0, 1: 0.0, 2: 0.0}])
def test_weights_of_classes_that_are_negative_or_all_nothing_are_refused(weights):
    with pytest.raises(UsageError, match="invalid class_weight: expected numbers of 0 or more, some above 0"):
        MLPClassifier(**QUICK, class_weight=weights).fit(X, Y)


def test_weights_of_classes_count_in_the_score_to_stop_by():
    labels = (ROWS[:, 0] > 1.3).astype(int)
    model = MLPClassifier((4,), class_weight="balanced", early_stopping=True, max_iter=1, random_state=0)
    model.fit(ROWS, labels)
    assert 0.3 < model.best_validation_score_ < 0.8  # nine in ten are 0, and count half


@pytest.mark.parametrize("name", ["Int64", "object", "string", "category"])
def test_frames_of_other_types_are_numbers_all_the_same(name):
    frame = pd.DataFrame((X * 10).round(), columns=list("abcd"))
    expected = MLPClassifier(**QUICK).fit(frame, NAMES[Y]).predict(frame)
    if name == "category":
        targets = pd.Series(pd.Categorical(NAMES[Y], categories=NAMES[::-1]))
        np.testing.assert_array_equal(MLPClassifier(**QUICK).fit(frame, targets).predict(frame), expected)
        return
    other = frame.astype({"string": str}.get(name, name))
    np.testing.assert_array_equal(MLPClassifier(**QUICK).fit(other, NAMES[Y]).predict(other), expected)
    if name == "Int64":
        other.loc[3, "b"] = pd.NA
        with pytest.raises(ValueError, match="Input X contains NaN"):
            MLPClassifier(**QUICK).fit(other, Y)


@BOTH
def test_targets_in_a_column_are_taken_with_scikit_learns_warning(kind):
    for column in (Y[:, None], pd.DataFrame({"y": Y})):
        with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
            model = kind(**{**QUICK, "max_iter": 3}).fit(X, column)
        assert model.predict(X).shape == (150,)


def test_one_class_alone_is_certain():
    model = MLPClassifier(**{**QUICK, "max_iter": 3}).fit(X, np.full(150, "a"))
    assert set(model.predict(X)) == {"a"}
    np.testing.assert_array_equal(model.predict_proba(X), np.ones((150, 1)))


def test_a_feature_beside_which_others_do_not_count_is_named():
    frame = pd.DataFrame(X, columns=list("abcd")).assign(exported=1.7e9)
    for kind in (MLPClassifier, MLPRegressor):
        with pytest.warns(UserWarning, match=r"Feature 'exported' has values up to 1.7e\+09.*as by StandardScaler"):
            kind(**{**QUICK, "max_iter": 2}).fit(frame, Y)
    with pytest.warns(UserWarning, match=r"Feature 4 has values up to 1.7e\+09"):
        MLPClassifier(**{**QUICK, "max_iter": 2}).fit(frame.to_numpy(), Y)


@pytest.mark.parametrize(
    ("size", "why"), [(1e-9, "below tol=0.0001 says nothing"), (1e12, "more than steps can reach")]
)
def test_targets_of_a_size_that_is_not_learned_are_said(size, why):
    with pytest.warns(UserWarning, match=f"`y` has a standard deviation of .*{why}.*TransformedTargetRegressor"):
        MLPRegressor(**{**QUICK, "max_iter": 3}).fit(X, size * X[:, 0])


@pytest.mark.parametrize(("dtype", "size"), [(np.float64, 1e155), (np.float32, 1e30)])
def test_targets_whose_squares_overflow_are_refused_before_training(dtype, size):
    with pytest.raises(UsageError, match=f"`y` is too large: .*whose squares {np.dtype(dtype)} can hold"):
        MLPRegressor(**QUICK).fit(X.astype(dtype), size * X[:, 0])


@BOTH
def test_what_is_held_out_is_scored_as_scikit_learn_does_by_its_weights(kind):
    for seed in range(3):
        weights = RNG.random(150)
        model = kind(**{**QUICK, "max_iter": 1, "early_stopping": True, "random_state": seed})
        model.fit(X, Y, sample_weight=weights)
        data = TrainingData(X, Y[:, None].astype(float), weights)
        drawn = int(check_random_state(seed).randint(MOST_SEEDS))
        held = data.hold_out(0.1, Y if kind is MLPClassifier else None, drawn)[1]
        expected = model.score(held.inputs, held.targets[:, 0], sample_weight=held.weights)
        assert model.validation_scores_ == pytest.approx([expected])
