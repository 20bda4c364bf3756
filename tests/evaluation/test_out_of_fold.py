"""Networks in folds, put together: what their model keeps of the answers for rows that none had learned from."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from glassnet.sklearn.tabular import TabularClassifier, TabularRegressor

RNG = np.random.default_rng(9)
ROWS = RNG.normal(size=(1_600, 3))
NUMBERS = 50 + 10 * np.sin(ROWS[:, 0]) + RNG.normal(size=1_600) * (1 + np.abs(ROWS[:, 1]))
SETTINGS = {"epochs": 12, "hidden": (16,)}


@pytest.mark.parametrize("ensemble", [1, 4])
def test_intervals_hold_the_stated_share_of_numbers_that_were_held_out(ensemble):
    estimator = TabularRegressor(ensemble=ensemble, random_state=0, settings=SETTINGS)
    model = estimator.fit(ROWS[:600], NUMBERS[:600]).model_
    assert model.reference.count == (600 if ensemble > 1 else 120)
    errors = np.abs(model.predict(ROWS[600:]) - NUMBERS[600:])
    for coverage in (0.5, 0.8, 0.95):
        assert np.mean(errors <= model.reference.radius(coverage)) == pytest.approx(coverage, abs=0.06)


def test_the_errors_are_those_of_the_answers_out_of_fold():
    estimator = TabularRegressor(ensemble=3, random_state=0, settings=SETTINGS).fit(ROWS[:90], NUMBERS[:90])
    errors = np.sort(np.abs(estimator.out_of_fold_ - NUMBERS[:90]))
    np.testing.assert_allclose(estimator.model_.reference.errors, errors)


def test_the_mean_is_that_of_all_rows_inputs():
    estimator = TabularClassifier(ensemble=3, random_state=0, settings=SETTINGS).fit(ROWS[:90], ROWS[:90, 0] > 0)
    model = estimator.model_
    np.testing.assert_allclose(
        model.reference.mean_inputs, model.preprocessing.apply(ROWS[:90]).mean(axis=0), atol=2e-6
    )
    assert model.reference.count == 0


def test_numbers_beyond_single_precision_are_answered_out_of_fold():
    estimator = TabularRegressor(ensemble=2, random_state=0, settings=SETTINGS).fit(ROWS[:90], NUMBERS[:90] * 1e200)
    plain = TabularRegressor(ensemble=2, random_state=0, settings=SETTINGS).fit(ROWS[:90], NUMBERS[:90])
    np.testing.assert_allclose(estimator.out_of_fold_ / 1e200, plain.out_of_fold_, rtol=1e-4)
