"""Copies of estimators: whole, and apart from the original."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from iris import BOTH, QUICK, X, Y
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from glassnet.sklearn import MLPClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def by_joblib(model, path):
    joblib.dump(model, path / "model")
    return joblib.load(path / "model")


WAYS = {
    "copy": lambda model, path: copy.copy(model),
    "deepcopy": lambda model, path: copy.deepcopy(model),
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "joblib": by_joblib,
}
EVERY_WAY = pytest.mark.parametrize("copied", WAYS.values(), ids=WAYS)
# What a training remembers from one call to the next: moments, a lowered rate, an average, the best so far.
MEMORIES = pytest.mark.parametrize(
    "options",
    [
        {},
        {"solver": "sgd", "learning_rate": "invscaling"},
        {"average_decay": 0.9, "dropout": 0.1},
        {"early_stopping": True, "n_iter_no_change": 2},
    ],
    ids=str,
)


def digest(model):
    """All that a fit leaves, to the byte."""
    curves = (
        model.loss_curve_,
        model.validation_scores_,
        model.best_loss_,
        model.best_validation_score_,
        model.n_iter_,
    )
    return [array.tobytes() for array in (*model.coefs_, *model.intercepts_)], repr(curves), model.predict(X).tobytes()


@BOTH
@EVERY_WAY
@MEMORIES
def test_a_copy_goes_on_like_the_original_and_leaves_it_as_it_was(kind, copied, options, tmp_path):
    model = kind(**{**QUICK, "max_iter": 8}, **options).fit(X, Y)
    before = digest(model)
    other = copied(model, tmp_path)
    assert digest(other) == before
    other.partial_fit(X[::-1], Y[::-1]).partial_fit(X, Y)
    assert digest(model) == before
    model.partial_fit(X[::-1], Y[::-1]).partial_fit(X, Y)
    assert digest(other) == digest(model) != before


@BOTH
@EVERY_WAY
@pytest.mark.parametrize("solver", ["sgd", "lbfgs"])
def test_a_copy_goes_on_from_a_warm_start_like_the_original_and_leaves_it_as_it_was(kind, copied, solver, tmp_path):
    model = kind(**{**QUICK, "max_iter": 8}, solver=solver, warm_start=True).fit(X, Y)
    before = digest(model)
    other = copied(model, tmp_path).fit(X[::-1], Y[::-1])
    assert digest(model) == before
    assert digest(other) == digest(model.fit(X[::-1], Y[::-1])) != before


@EVERY_WAY
def test_a_copy_of_one_that_stopped_early_stays_stopped(copied, tmp_path):
    model = MLPClassifier(**QUICK, early_stopping=True, n_iter_no_change=1, tol=0.1)
    for _ in range(60):
        model.partial_fit(X, Y, classes=[0, 1, 2])
    other = copied(model, tmp_path).partial_fit(X, Y)
    assert other.n_iter_ == model.n_iter_
    assert digest(other) == digest(model)


@BOTH
@EVERY_WAY
def test_a_copy_of_an_unfitted_estimator_is_unfitted_and_fits_alike(kind, copied, tmp_path):
    model = kind(**QUICK, callback=None)
    other = copied(model, tmp_path)
    with pytest.raises(NotFittedError):
        other.predict(X)
    assert digest(other.fit(X, Y)) == digest(model.fit(X, Y))


@BOTH
def test_a_clone_has_the_parameters_alone(kind):
    model = kind(**QUICK, weight_decay=0.01, activation=["tanh"]).fit(X, Y)
    fresh = clone(model)
    assert fresh.get_params() == model.get_params()
    assert not [name for name in vars(fresh) if name.startswith("_") or name.endswith("_")]
    assert digest(fresh.fit(X, Y)) == digest(model)


@EVERY_WAY
def test_weights_set_by_hand_in_a_copy_are_the_copys_alone(copied, tmp_path):
    model = MLPClassifier(**QUICK).fit(X, Y)
    before = digest(model)
    other = copied(model, tmp_path)
    other.coefs_ = [np.zeros_like(weights) for weights in other.coefs_]
    assert (other.predict(X) == other.predict(X)[0]).all()
    assert digest(model) == before
