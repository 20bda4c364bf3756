"""What the estimators have in common: scikit-learn's own checks, pipelines, frames, copies."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.neural_network as original
from iris import BOTH, IRIS, NAMES, QUICK, X, Y
from sklearn.calibration import CalibratedClassifierCV
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import sklearn
from glassnet.errors import MissingExtraError
from glassnet.sklearn import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

# What parametrize_with_checks gives, as a list: pytest no longer likes its generator.
CHECKS = [pair for kind in (MLPClassifier, MLPRegressor) for pair in estimator_checks_generator(kind())]

# Of scikit-learn's own tests of its estimators, those that are not passed, and why.
NOT_PASSED = {
    "test_gradient": "calls a private method for the gradient; tests/proofs checks it",
    "test_early_stopping_stratified": "wants a class of one example refused, which is trained on here",
    "test_mlp_partial_fit_after_fit[MLPClassifier]": "wants early stopping refused in partial_fit, where it works here",
    "test_mlp_partial_fit_after_fit[MLPRegressor]": "as before",
}


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_scikit_learns_own_checks_are_passed(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.slow
def test_scikit_learns_own_tests_of_its_estimators_are_passed(tmp_path):
    text = (Path(original.__file__).parent / "tests" / "test_mlp.py").read_text(encoding="utf-8")
    ours = text.replace("from sklearn.neural_network import", "from glassnet.sklearn import")
    (tmp_path / "test_mlp.py").write_text(ours, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "sklearn.conftest", "-p", "no:cacheprovider", "test_mlp.py"]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    failed = {line.split("::")[1].split(" - ")[0] for line in out.splitlines() if line.startswith("FAILED")}
    passed = [line for line in out.splitlines() if line.startswith("PASSED")]
    assert failed == set(NOT_PASSED), out
    assert len(passed) + len(failed) == 59


def test_fitted_attributes_are_scikit_learns():
    theirs, ours = (kind(random_state=0, max_iter=5).fit(X, Y) for kind in (original.MLPClassifier, MLPClassifier))
    public = {name for name in vars(theirs) if name.endswith("_") and not name.startswith("_")}
    assert public <= set(vars(ours))
    for name in ("coefs_", "intercepts_"):
        assert [a.shape for a in getattr(ours, name)] == [a.shape for a in getattr(theirs, name)]
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert len(ours.loss_curve_) == 5


def test_a_pipeline_a_search_and_a_calibration_take_it():
    pipeline = Pipeline([("scale", StandardScaler()), ("net", MLPClassifier(**QUICK))])
    assert cross_val_score(pipeline, *IRIS, cv=3).mean() > 0.9
    search = GridSearchCV(
        pipeline, {"net__hidden_layer_sizes": [4, (8, 4)], "net__dropout": [0.0, 0.1]}, cv=3, n_jobs=2
    )
    assert search.fit(*IRIS).best_score_ > 0.85
    halving = HalvingRandomSearchCV(
        MLPClassifier(**QUICK),
        {"alpha": [1e-4, 1e-2], "activation": ["relu", "gelu"]},
        random_state=0,
        cv=3,
        n_candidates=4,
    )
    assert halving.fit(X, Y).best_score_ > 0.8
    calibrated = CalibratedClassifierCV(MLPClassifier(**QUICK), cv=3).fit(X, Y)
    assert calibrated.predict_proba(X).shape == (150, 3)


def test_frames_of_pandas_and_polars_are_taken_and_their_columns_checked():
    columns = ["a", "b", "c", "d"]
    for frame in (pd.DataFrame(X, columns=columns), pl.DataFrame(X, schema=columns)):
        model = MLPClassifier(**QUICK).fit(frame, NAMES[Y])
        assert model.feature_names_in_.tolist() == columns
        assert model.score(frame, NAMES[Y]) > 0.9
        with pytest.raises(ValueError, match="feature names"):
            model.predict(frame[["b", "a", "c", "d"]])


def test_weights_and_validation_data_are_routed_through_a_pipeline():
    with sklearn.config_context(enable_metadata_routing=True):
        net = MLPClassifier(**QUICK).set_fit_request(sample_weight=True, validation_data=True)
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), net)
        pipeline.fit(*IRIS, sample_weight=np.where(Y == 1, 0.0, 1.0), validation_data=(X, Y))
    assert len(pipeline[-1].validation_loss_curve_) == pipeline[-1].n_iter_
    assert pipeline.predict(IRIS[0][Y == 1]).tolist().count(1) < 10


@BOTH
def test_the_same_random_state_gives_the_same_weights(kind):
    first, second, other = (kind(**{**QUICK, "random_state": seed}).fit(X, Y) for seed in (0, 0, 1))
    assert all((a == b).all() for a, b in zip(first.coefs_, second.coefs_, strict=True))
    assert (first.coefs_[0] != other.coefs_[0]).any()


@BOTH
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_is_that_of_the_data(kind, solver, dtype):
    model = kind(**QUICK, solver=solver).fit(X.astype(dtype), Y)
    assert {array.dtype for array in [*model.coefs_, *model.intercepts_]} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((X, np.full(len(X), 7)), r"`y` of the validation data has classes not in `self.classes_`: \[7\]"),
        (X, r"invalid validation_data: expected a pair \(X, y\), got ndarray"),
        ((X, Y, Y), r"expected a pair \(X, y\), got 3 of them"),
        ((X, np.column_stack([Y > 0, Y > 1])), r"`y` of the validation data of the wrong shape"),
    ],
)
def test_validation_data_that_does_not_fit_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**QUICK).fit(X, Y, validation_data=data)


def test_negative_weights_are_refused():
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        MLPClassifier(**QUICK).fit(X, Y, sample_weight=np.where(np.arange(len(X)) == 3, -1.0, 1.0))


def test_without_scikit_learn_one_line_says_what_to_install():
    code = "import sys; sys.modules['sklearn'] = None\nimport glassnet.sklearn"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert MissingExtraError.__name__ in process.stderr
    assert "pip install 'glassnet[sklearn]'" in process.stderr


def test_a_subclass_has_parameters_of_its_own():
    class Small(MLPClassifier):
        def __init__(self, extra=1, max_iter=30):
            super().__init__(hidden_layer_sizes=(5,), max_iter=max_iter)
            self.extra = extra

    assert Small(extra=3).fit(X, Y).coefs_[0].shape == (4, 5)


def test_what_was_fitted_answers_whatever_is_set_afterwards():
    model = MLPClassifier(**QUICK).fit(X, Y)
    before = model.predict_proba(X)
    model.set_params(hidden_layer_sizes=(9,), activation="tanh")
    np.testing.assert_array_equal(model.predict_proba(X), before)
