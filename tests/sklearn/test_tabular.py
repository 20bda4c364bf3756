"""Tables as people have them behind scikit-learn's interface, and the recipe of the other estimators."""

import datetime as dt
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import estimator_checks_generator

from glassnet import UsageError
from glassnet.errors import UnknownNameError
from glassnet.sklearn import MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor
from glassnet.sklearn.convert import model_of

QUICK = {"epochs": 30}
TABULAR = [kind(ensemble=2, settings=QUICK) for kind in (TabularClassifier, TabularRegressor)]
RECIPE = [kind(recipe="tabular", ensemble=1) for kind in (MLPClassifier, MLPRegressor)]
# What scikit-learn excuses its own estimators from that choose rows at random: a row of weight 2 is not two rows.
EXCUSED = "check_sample_weight_equivalence_on_dense_data"


def name_of(check):
    return getattr(check, "func", check).__name__


def passes(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


CHECKS = [pair for kind in (*TABULAR, *RECIPE) for pair in estimator_checks_generator(kind)]
CHECKS = [pair for pair in CHECKS if name_of(pair[1]) != EXCUSED]
FEW = ("check_estimator_cloneable", "check_no_attributes_set_in_init", "check_estimators_unfitted", "check_fit1d")


@pytest.mark.parametrize(("estimator", "check"), [pair for pair in CHECKS if name_of(pair[1]) in FEW])
def test_a_few_of_scikit_learns_own_checks_are_passed(estimator, check):
    passes(estimator, check)


@pytest.mark.slow
@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_scikit_learns_own_checks_are_passed(estimator, check):
    passes(estimator, check)


def table(rows=120):
    rng = np.random.default_rng(0)
    size, kind = rng.normal(size=rows), rng.choice(["a", "b", "c"], rows)
    days = [dt.date(2020, 1, 1) + dt.timedelta(int(day)) for day in rng.integers(0, 900, rows)]
    known = rng.random(rows) > 0.1
    columns = {
        "size": [float(value) if seen else None for value, seen in zip(size, known, strict=True)],
        "kind": [str(word) if seen else None for word, seen in zip(kind, known[::-1], strict=True)],
        "when": days,
        "open": [bool(value > 0) if seen else None for value, seen in zip(size, known[::-1], strict=True)],
    }
    return columns, np.where((size > 0) ^ (kind == "b"), "yes", "no"), size + (kind == "b")


COLUMNS, ANSWERS, NUMBERS = table()
FRAMES = [pd.DataFrame(COLUMNS), pl.DataFrame(COLUMNS), pa.table(COLUMNS)]


@pytest.mark.parametrize("frame", FRAMES, ids=["pandas", "polars", "pyarrow"])
def test_frames_with_words_gaps_dates_and_truth_values_are_learned_alike(frame):
    model = TabularClassifier(ensemble=2, random_state=0, settings={"epochs": 12}).fit(frame, ANSWERS)
    assert model.feature_names_in_.tolist() == list(COLUMNS)
    assert [encoder.name for encoder in model.model_.preprocessing.encoders] == [
        "robust",
        "categories",
        "dates",
        "categories",
    ]
    probabilities = model.predict_proba(frame)
    first = TabularClassifier(ensemble=2, random_state=0, settings={"epochs": 12}).fit(FRAMES[0], ANSWERS)
    np.testing.assert_allclose(probabilities, first.predict_proba(FRAMES[0]), atol=1e-6)
    assert model.out_of_fold_.shape == (120, 2)
    assert model.temperature_ > 0


def test_a_frame_of_estimators_in_a_search_of_scikit_learn():
    assert cross_val_score(TabularRegressor(ensemble=2, random_state=0), FRAMES[0], NUMBERS, cv=2).min() > 0.6


def test_the_recipe_is_the_estimator_of_tables():
    recipe = MLPClassifier(recipe="tabular", ensemble=2, random_state=0).fit(FRAMES[0], ANSWERS)
    table = TabularClassifier(ensemble=2, random_state=0).fit(FRAMES[0], ANSWERS)
    assert (recipe.predict_proba(FRAMES[0]) == table.predict_proba(FRAMES[0])).all()
    assert (recipe.out_of_fold_ == table.out_of_fold_).all()
    assert recipe.temperature_ == table.temperature_
    assert recipe.classes_.tolist() == ["no", "yes"]
    assert recipe.score(FRAMES[0], ANSWERS) == table.score(FRAMES[0], ANSWERS) > 0.8
    assert model_of(recipe).class_names == ("no", "yes")
    assert clone(recipe).recipe == "tabular"


def test_the_recipe_says_what_it_does_not_use():
    with pytest.warns(UserWarning, match=r"The recipe decides alpha, max_iter: .* TabularRegressor\(settings"):
        MLPRegressor(recipe="tabular", ensemble=1, alpha=1, max_iter=3).fit(FRAMES[0], NUMBERS)
    with pytest.raises(UsageError, match="validation_data with a recipe"):
        MLPRegressor(recipe="tabular").fit(FRAMES[0], NUMBERS, validation_data=(FRAMES[0], NUMBERS))
    with pytest.raises(UnknownNameError, match="tabular"):
        MLPRegressor(recipe="tables").fit(FRAMES[0], NUMBERS)
    assert not hasattr(MLPRegressor(recipe="tabular"), "partial_fit")


def test_rows_that_count_more_are_learned_more():
    answers = np.random.default_rng(1).permutation(ANSWERS)  # which no column tells
    weights = np.where(answers == "yes", 20.0, 1.0)
    common = {"recipe": "tabular", "ensemble": 1, "random_state": 0}
    plain, by_row, by_class = (
        MLPClassifier(**common, **more).fit(FRAMES[0], answers, sample_weight=own)
        for more, own in (({}, None), ({}, weights), ({"class_weight": {"no": 1, "yes": 20}}, None))
    )
    assert (by_row.predict_proba(FRAMES[0]) == by_class.predict_proba(FRAMES[0])).all()
    assert by_row.predict_proba(FRAMES[0])[:, 1].mean() > plain.predict_proba(FRAMES[0])[:, 1].mean() + 0.2


def test_another_fit_leaves_nothing_of_the_one_before():
    model = MLPRegressor(recipe="tabular", ensemble=2, random_state=0).fit(FRAMES[0], NUMBERS)
    assert model.out_of_fold_.shape == (120,)
    model.set_params(ensemble=1).fit(FRAMES[0], NUMBERS)
    assert not hasattr(model, "out_of_fold_")
    model.set_params(recipe=None, solver="lbfgs").fit(np.ones((120, 1)), NUMBERS)
    assert model.predict(np.ones((3, 1))).shape == (3,)


def test_an_encoder_is_chosen_by_the_columns_name():
    model = TabularRegressor(ensemble=1, encoders={"size": "piecewise"}, settings=QUICK).fit(FRAMES[0], NUMBERS)
    assert [encoder.name for encoder in model.model_.preprocessing.encoders][:2] == ["piecewise", "categories"]


def test_rows_that_count_nothing_are_not_validated_on():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(60, 2))
    model, weights = TabularClassifier(ensemble=8, random_state=0, settings={"epochs": 2}), np.zeros(60)
    weights[::5] = 1.0
    model.learn(rows, np.arange(60) % 2, sample_weight=weights)
    np.testing.assert_array_equal(np.isnan(model.out_of_fold_).any(axis=1), weights == 0)


def test_a_frame_without_columns_is_refused():
    with pytest.raises(ValueError, match=r"0 feature\(s\)"):
        TabularClassifier().fit(pd.DataFrame(index=range(4)), [0, 1, 0, 1])
