"""Losses of numbers."""

import numpy as np
import pytest
from iris import QUICK, X, Y

from glassnet.errors import UsageError
from glassnet.sklearn import MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize(("loss", "least"), [("absolute_error", 0.9), ("huber", 0.9), ("squared_error", 0.9)])
def test_robust_losses_are_not_led_astray_by_a_few_wild_targets(loss, least):
    targets = X @ [1.0, -2.0, 0.5, 3.0]
    wild = targets + np.where(np.arange(150) % 15 == 0, 60.0, 0.0)
    model = MLPRegressor(loss, **{**QUICK, "max_iter": 400}).fit(X, wild)
    sane = np.arange(150) % 15 != 0
    error = np.abs(model.predict(X) - targets)[sane].mean()
    assert (error < least) == (loss != "squared_error")


def test_two_quantiles_bound_an_interval():
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1, 1, (800, 1))
    targets = inputs[:, 0] + rng.normal(0, 0.1 + 0.2 * (inputs[:, 0] > 0), 800)
    low, high = (
        MLPRegressor("quantile", **{**QUICK, "max_iter": 600, "tol": 0.0}, quantile=q)
        .fit(inputs, targets)
        .predict(inputs)
        for q in (0.05, 0.95)
    )
    assert ((targets > low) & (targets < high)).mean() == pytest.approx(0.9, abs=0.03)
    width = high - low
    assert width[inputs[:, 0] > 0.2].mean() > 1.5 * width[inputs[:, 0] < -0.2].mean()


def test_a_loss_that_is_not_known_is_refused():
    with pytest.raises(UsageError, match=r"unknown loss.*Did you mean 'absolute_error'"):
        MLPRegressor("absolut_error").fit(X, Y)
    with pytest.raises(UsageError, match="invalid quantile"):
        MLPRegressor("quantile", quantile=1.0).fit(X, Y)


@pytest.mark.parametrize("loss", ["poisson"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_counts_below_zero_are_refused_by_every_solver(loss, solver):
    with pytest.raises(ValueError, match="targets are not counts"):
        MLPRegressor(loss, solver=solver).fit(X, Y - 1.0)
