"""Training epoch by epoch, or by L-BFGS: what is noted, and when it is over."""

import numpy as np
import pytest
import sklearn.neural_network as original
from iris import BOTH, QUICK, X, Y
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from glassnet.errors import UsageError
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("y", [Y, (Y > 0).astype(int), X[:, :2], X[:, 0]], ids=["three", "two", "pairs", "numbers"])
def test_a_step_of_full_batch_descent_is_scikit_learns(activation, y):
    theirs = original.MLPClassifier if y.dtype.kind == "i" else original.MLPRegressor
    ours = MLPClassifier if y.dtype.kind == "i" else MLPRegressor
    # Without momentum and from the same start, three epochs of one batch each.
    common = {"activation": activation, "hidden_layer_sizes": (7, 5), "solver": "sgd", "momentum": 0.0, "alpha": 0.3}
    common |= {"learning_rate_init": 0.1, "batch_size": 150, "random_state": 0, "warm_start": True}
    inputs = X[:, 2:]
    first = theirs(max_iter=1, **common).fit(inputs, y)
    second = ours(max_iter=1, **common).fit(inputs, y)
    second.coefs_, second.intercepts_ = ([a.copy() for a in arrays] for arrays in (first.coefs_, first.intercepts_))
    for estimator in (first, second):
        estimator.set_params(max_iter=3).fit(inputs, y)
    for name in ("coefs_", "intercepts_"):
        for own, other in zip(getattr(second, name), getattr(first, name), strict=True):
            np.testing.assert_allclose(own, other, rtol=1e-9, atol=1e-12)
    # Of several numbers scikit-learn reports the mean of their losses, whose gradient it does not follow.
    outputs = y.shape[1] if y.ndim == 2 else 1
    assert second.loss_ == pytest.approx(first.loss_, rel=1e-9) or outputs > 1


def test_validation_data_of_ones_own_is_what_is_scored():
    model = MLPClassifier(**QUICK, early_stopping=True, n_iter_no_change=5).fit(
        X[::2], Y[::2], validation_data=(X[1::2], Y[1::2])
    )
    assert len(model.validation_loss_curve_) == len(model.validation_scores_) == model.n_iter_ < 60
    assert model.score(X[1::2], Y[1::2]) == model.best_validation_score_ == max(model.validation_scores_)
    plain = MLPClassifier(**QUICK).fit(X[::2], Y[::2], validation_data=(X[1::2], Y[1::2]))
    assert plain.validation_scores_ is None
    assert plain.validation_loss_curve_[:3] == model.validation_loss_curve_[:3]
    assert MLPClassifier(**QUICK).fit(X, Y).validation_loss_curve_ is None


def test_the_validation_loss_is_that_of_the_epochs_network():
    model = MLPClassifier(**{**QUICK, "max_iter": 7}).fit(X, Y, validation_data=(X[:40], Y[:40]))
    p = model.predict_proba(X[:40])
    assert model.validation_loss_curve_[-1] == pytest.approx(-np.log(p[np.arange(40), Y[:40]]).mean())


@BOTH
def test_partial_fit_stops_early_and_stays_with_the_best(kind):
    model = kind(**QUICK, early_stopping=True, n_iter_no_change=3, tol=1e-3)
    extra = {"classes": [0, 1, 2]} if kind is MLPClassifier else {}
    for _ in range(300):
        model.partial_fit(X, Y, **extra)
    assert 5 < len(model.validation_scores_) < 300
    assert model.best_validation_score_ == max(model.validation_scores_)
    before = model.coefs_[0].copy()
    model.partial_fit(X, Y)
    np.testing.assert_array_equal(model.coefs_[0], before)


def test_a_callback_sees_every_epoch_and_may_end_the_training():
    seen = []
    model = MLPClassifier(**QUICK, callback=seen.append).fit(X, Y)
    assert [epoch.number for epoch in seen] == list(range(1, 61))
    assert [epoch.training_loss + epoch.penalty for epoch in seen] == model.loss_curve_
    model = MLPClassifier(**QUICK, callback=lambda epoch: epoch.number == 4).fit(X, Y)
    assert model.n_iter_ == 4


def test_an_interrupt_keeps_what_was_learned():
    def interrupt(epoch):
        if epoch.number == 3:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        model = MLPClassifier(**QUICK, callback=interrupt).fit(X, Y)
    assert model.n_iter_ == 3
    assert model.predict(X).shape == (150,)


def test_a_callback_sees_what_the_validation_data_says():
    seen = []
    model = MLPClassifier(**{**QUICK, "callback": seen.append})
    model.fit(X, Y, validation_data=(X[:40], Y[:40]))
    assert [epoch.validation_loss for epoch in seen] == model.validation_loss_curve_
    assert seen[-1].validation_accuracy == pytest.approx(model.score(X[:40], Y[:40]))
    with pytest.raises(UsageError, match="invalid callback: expected a function of an epoch, got 3"):
        MLPClassifier(callback=3).fit(X, Y)


def test_a_rate_that_is_far_too_high_is_told():
    with pytest.raises(ValueError, match=r"non-finite parameter weights.*Try a learning rate"):
        MLPRegressor(solver="sgd", learning_rate_init=1e6, random_state=0).fit(X, Y * 1e3)


def test_a_training_that_did_not_converge_is_told():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(2\) reached"):
        MLPClassifier(max_iter=2).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge"):
        MLPClassifier(max_iter=2, solver="lbfgs").fit(X, Y)


@BOTH
def test_validation_data_and_early_stopping_may_come_later(kind):
    model = kind(**QUICK).fit(X, Y)
    model.partial_fit(X, Y, validation_data=(X, Y))
    assert len(model.validation_loss_curve_) == 1
    model.set_params(early_stopping=True).partial_fit(X, Y)
    assert (len(model.validation_scores_), model.best_loss_) == (1, None)
    model.set_params(early_stopping=False).partial_fit(X, Y)
    assert model.best_loss_ == model.loss_


@BOTH
@pytest.mark.parametrize("options", [{}, {"solver": "sgd", "learning_rate": "invscaling"}, {"dropout": 0.2}], ids=str)
def test_partial_fits_of_all_rows_are_the_epochs_of_a_fit(kind, options):
    whole = kind(**{**QUICK, "max_iter": 5}, **options).fit(X, Y)
    parts, extra = kind(**{**QUICK, "max_iter": 5}, **options), {"classes": [0, 1, 2]} if kind is MLPClassifier else {}
    for _ in range(5):
        parts.partial_fit(X, Y, **extra)
    for own, other in zip(parts.coefs_, whole.coefs_, strict=True):
        np.testing.assert_array_equal(own, other)
    assert parts.loss_curve_ == whole.loss_curve_


@BOTH
def test_another_solver_goes_on_from_the_weights_without_the_formers_memory(kind):
    model = kind(**QUICK).fit(X, Y)
    weights = model.coefs_[0].copy()
    model.set_params(solver="sgd", learning_rate_init=1e-9).partial_fit(X, Y)
    np.testing.assert_allclose(model.coefs_[0], weights, rtol=1e-4, atol=1e-7)
    assert (model.coefs_[0] != weights).any()


def test_a_training_that_fails_leaves_no_half_fitted_estimator():
    model = MLPClassifier(**QUICK, callback=lambda epoch: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model.fit(X, Y)
    with pytest.raises(NotFittedError):
        model.predict(X)
    model.set_params(callback=None).fit(X, Y)
    with pytest.raises(ZeroDivisionError):
        model.set_params(callback=lambda epoch: 1 / 0).fit(X, Y > 0)
    with pytest.raises(NotFittedError):
        model.predict(X)


@pytest.mark.parametrize("options", [{"early_stopping": True}, {"tol": 1e9}], ids=str)
def test_infinite_patience_never_ends_a_training(options):
    model = MLPClassifier(**{**QUICK, "max_iter": 5}, n_iter_no_change=np.inf, **options).fit(X, Y)
    assert model.n_iter_ == 5
    for _ in range(20):  # beyond max_iter too, where examples come in parts
        model.partial_fit(X, Y)
    assert len(model.loss_curve_) == 25


@BOTH
def test_a_sparse_matrix_gives_the_answers_of_a_dense_one(kind):
    kept = np.where(X > 0, X, 0)
    for form in (sparse.csr_matrix, sparse.csc_array, sparse.csr_array):
        dense, packed = (kind(**QUICK).fit(inputs, Y) for inputs in (kept, form(kept)))
        np.testing.assert_allclose(packed.predict(form(kept)), dense.predict(kept))
