"""The estimators behind scikit-learn's interface."""

import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.neural_network as original
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import glassnet
import sklearn
from glassnet.errors import DataError, MissingExtraError, UsageError
from glassnet.interop.onnx import export_onnx
from glassnet.sklearn import MLPClassifier, MLPRegressor
from glassnet.sklearn.convert import estimator_of, model_of, network_of

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

BOTH = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
IRIS = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(IRIS[0])
Y = IRIS[1]
NAMES = np.array(["setosa", "versicolor", "virginica"])
QUICK = {"hidden_layer_sizes": 16, "max_iter": 60, "learning_rate_init": 0.02, "random_state": 0}


# What parametrize_with_checks gives, as a list: pytest no longer likes its generator.
CHECKS = [pair for kind in (MLPClassifier, MLPRegressor) for pair in estimator_checks_generator(kind())]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_scikit_learns_own_checks_are_passed(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


# Of scikit-learn's own tests of its estimators, those that are not passed, and why.
NOT_PASSED = {
    "test_gradient": "calls a private method for the gradient; tests/test_gradients.py checks it",
    "test_mlp_partial_fit_after_fit[MLPClassifier]": "wants early stopping refused in partial_fit, where it works here",
    "test_mlp_partial_fit_after_fit[MLPRegressor]": "as before",
}


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


@BOTH
def test_parameters_and_defaults_are_scikit_learns_and_more(kind):
    theirs = getattr(original, kind.__name__)().get_params()
    ours = kind().get_params()
    assert {name: ours[name] for name in theirs} == theirs
    assert list(theirs) == [name for name in ours if name in theirs]


def test_fitted_attributes_are_scikit_learns():
    theirs, ours = (kind(random_state=0, max_iter=5).fit(X, Y) for kind in (original.MLPClassifier, MLPClassifier))
    public = {name for name in vars(theirs) if name.endswith("_") and not name.startswith("_")}
    assert public <= set(vars(ours))
    for name in ("coefs_", "intercepts_"):
        assert [a.shape for a in getattr(ours, name)] == [a.shape for a in getattr(theirs, name)]
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert len(ours.loss_curve_) == 5


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
def test_a_copy_by_pickle_or_joblib_answers_and_goes_on_alike(kind, tmp_path):
    model = kind(**QUICK).fit(X, Y)
    joblib.dump(model, tmp_path / "model")
    copies = [pickle.loads(pickle.dumps(model)), joblib.load(tmp_path / "model")]
    for copy in copies:
        np.testing.assert_array_equal(copy.predict(X), model.predict(X))
        copy.partial_fit(X, Y)
    model.partial_fit(X, Y)
    for copy in copies:
        np.testing.assert_array_equal(copy.coefs_[0], model.coefs_[0])


@BOTH
def test_the_same_random_state_gives_the_same_weights(kind):
    first, second, other = (kind(**{**QUICK, "random_state": seed}).fit(X, Y) for seed in (0, 0, 1))
    assert all((a == b).all() for a, b in zip(first.coefs_, second.coefs_, strict=True))
    assert (first.coefs_[0] != other.coefs_[0]).any()


@BOTH
def test_a_sparse_matrix_gives_the_answers_of_a_dense_one(kind):
    kept = np.where(X > 0, X, 0)
    for form in (sparse.csr_matrix, sparse.csc_array, sparse.csr_array):
        dense, packed = (kind(**QUICK).fit(inputs, Y) for inputs in (kept, form(kept)))
        np.testing.assert_allclose(packed.predict(form(kept)), dense.predict(kept))


@BOTH
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_is_that_of_the_data(kind, solver, dtype):
    model = kind(**QUICK, solver=solver).fit(X.astype(dtype), Y)
    assert {array.dtype for array in [*model.coefs_, *model.intercepts_]} == {np.dtype(dtype)}


def test_several_labels_to_an_example_are_learned():
    inputs, labels = make_multilabel_classification(n_samples=80, random_state=0)
    inputs = StandardScaler().fit_transform(inputs)
    model = MLPClassifier(**{**QUICK, "max_iter": 300}).fit(inputs, labels)
    assert model.out_activation_ == "logistic"
    assert model.score(inputs, labels) > 0.9
    assert model.predict_proba(inputs).shape == labels.shape


def test_a_class_weight_is_the_weight_of_its_examples():
    weight = {0: 1.0, 1: 5.0, 2: 0.0}
    by_class = MLPClassifier(**QUICK, class_weight=weight).fit(X, Y)
    by_example = MLPClassifier(**QUICK).fit(X, Y, sample_weight=np.array([1.0, 5.0, 0.0])[Y])
    np.testing.assert_allclose(by_class.coefs_[0], by_example.coefs_[0], rtol=1e-9)
    assert 2 not in by_class.predict(X)
    rare = np.concatenate([np.arange(50), [60, 61, 62]])
    recall = [
        (MLPClassifier(**{**QUICK, "max_iter": 8}, class_weight=w).fit(X[rare], Y[rare]).predict(X[50:100]) == 1).mean()
        for w in (None, "balanced")
    ]
    assert recall[1] > recall[0]


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


def test_partial_fit_goes_through_data_that_comes_in_parts():
    model = MLPClassifier(**QUICK)
    for start in list(range(0, 150, 50)) * 40:
        rows = np.random.default_rng(0).permutation(150)[start : start + 50]
        model.partial_fit(X[rows], Y[rows], classes=[0, 1, 2])
    assert model.score(X, Y) > 0.95
    with pytest.raises(ValueError, match="not the same as on last call"):
        model.partial_fit(X, Y, classes=[0, 1])
    with pytest.raises(ValueError, match="classes must be passed"):
        MLPClassifier().partial_fit(X, Y)


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


@pytest.mark.parametrize(
    "more",
    [
        {"activation": "gelu"},
        {"activation": ["silu"], "hidden_layer_sizes": [16]},
        {"solver": "adamw", "weight_decay": 0.01},
        {"solver": "rmsprop", "learning_rate_init": 0.005},
        {"learning_rate": "cosine", "learning_rate_init": 0.05},
        {"solver": "sgd", "learning_rate": "one-cycle", "learning_rate_init": 0.2},
        {"dropout": 0.1, "input_dropout": 0.1, "input_noise": 0.1, "max_norm": 3.0},
        {"label_smoothing": 0.1, "mixup": 0.2, "average_decay": 0.9},
        {"l1": 0.01, "initializer": "he_normal"},
        {"threads": 2},
        {"shuffle": False},
    ],
    ids=str,
)
def test_what_scikit_learn_lacks_changes_the_weights_and_learns(more):
    plain, model = MLPClassifier(**QUICK).fit(X, Y), MLPClassifier(**{**QUICK, **more}).fit(X, Y)
    assert model.score(X, Y) > 0.9
    assert more.keys() == {"threads"} or (model.coefs_[0] != plain.coefs_[0]).any()


def test_images_are_augmented():
    inputs, digits = load_digits(return_X_y=True)
    inputs /= 16
    options = {**QUICK, "hidden_layer_sizes": 64, "max_iter": 200, "image_shape": (8, 8)}
    plain, warped = (
        MLPClassifier(**options, augmentation=augmentation).fit(inputs[:100], digits[:100])
        for augmentation in (None, glassnet.Augmentation(shift=0.5, rotation=10))
    )
    assert warped.loss_ > plain.loss_
    assert warped.score(inputs[100:], digits[100:]) > plain.score(inputs[100:], digits[100:])


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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hidden_layer_sizes": (5, 0)}, "hidden_layer_sizes must be > 0"),
        ({"activation": "rellu"}, "unknown activation.*Did you mean 'relu'"),
        ({"solver": "adm"}, "unknown solver.*Did you mean 'adam'"),
        ({"learning_rate": "cosin"}, "unknown learning_rate.*Did you mean 'cosine'"),
        ({"learning_rate_init": -1.0}, "invalid learning_rate"),
        ({"dropout": 1.5}, "invalid dropout"),
        ({"alpha": -1.0}, "invalid l2"),
        ({"solver": "lbfgs", "dropout": 0.5}, "lbfgs takes all examples as they are: got dropout"),
        ({"batch_size": 0}, "impossible batch_size: expected a whole number, 1 or more, got 0"),
        ({"early_stopping": "x"}, "impossible early_stopping: expected True or False"),
        ({"max_fun": -1}, "impossible max_fun"),
        ({"validation_fraction": 1.0}, "impossible validation_fraction"),
        ({"augmentation": glassnet.Augmentation(shift=1)}, "image"),
        ({"image_shape": (3, 3)}, "does not fit"),
    ],
    ids=str,
)
def test_a_parameter_that_cannot_be_meant_is_refused_when_fitting(options, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**{**QUICK, **options}).fit(X, Y)


@pytest.mark.parametrize("labels", [Y > 0, np.column_stack([Y > 0, Y > 1])], ids=["two classes", "two labels"])
def test_label_smoothing_keeps_yes_and_no_from_certainty(labels):
    sure, smooth = (
        MLPClassifier(16, max_iter=300, learning_rate_init=0.05, tol=0, label_smoothing=part, random_state=0)
        .fit(X, labels)
        .predict_proba(X)
        for part in (0.0, 0.2)
    )
    assert np.median(np.abs(sure - 0.5)) > 0.48
    assert 0.35 < np.median(np.abs(smooth - 0.5)) < 0.45


def test_a_callback_sees_what_the_validation_data_says():
    seen = []
    model = MLPClassifier(**{**QUICK, "callback": seen.append})
    model.fit(X, Y, validation_data=(X[:40], Y[:40]))
    assert [epoch.validation_loss for epoch in seen] == model.validation_loss_curve_
    assert seen[-1].validation_accuracy == pytest.approx(model.score(X[:40], Y[:40]))
    with pytest.raises(UsageError, match="impossible callback: expected a function of an epoch, got 3"):
        MLPClassifier(callback=3).fit(X, Y)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((X, np.full(len(X), 7)), r"`y` of the validation data has classes not in `self.classes_`: \[7\]"),
        (X, r"impossible validation_data: expected a pair \(X, y\), got ndarray"),
        ((X, Y, Y), r"expected a pair \(X, y\), got 3 of them"),
        ((X, np.column_stack([Y > 0, Y > 1])), r"`y` of the validation data of another shape"),
    ],
)
def test_validation_data_that_does_not_fit_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**QUICK).fit(X, Y, validation_data=data)


def test_negative_weights_are_refused():
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        MLPClassifier(**QUICK).fit(X, Y, sample_weight=np.where(np.arange(len(X)) == 3, -1.0, 1.0))


def test_several_labels_go_there_and_back():
    labels = np.column_stack([Y > 0, Y > 1, Y == 1]).astype(int)
    ours = MLPClassifier(**QUICK).fit(X, labels)
    back = estimator_of(network_of(ours))
    np.testing.assert_array_equal(back.predict(X), ours.predict(X))


def test_what_is_no_perceptron_is_not_called_unfitted():
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(**QUICK)).fit(X, Y)
    with pytest.raises(
        UsageError, match=r"not a multilayer perceptron.*got Pipeline. Of a pipeline pass the last step"
    ):
        model_of(pipeline)


def test_a_model_finds_the_columns_of_a_frame_by_their_names():
    frame = pd.DataFrame(X, columns=[f"c{number}" for number in range(X.shape[1])])
    model = model_of(MLPClassifier(**QUICK).fit(frame, Y))
    np.testing.assert_array_equal(model.predict(frame[frame.columns[::-1]]), model.predict(frame))
    with pytest.raises(DataError, match="a column is missing: expected 'c1' among the columns"):
        model.predict(frame.rename(columns={"c1": "other"}))


def test_a_loss_that_is_not_known_is_refused():
    with pytest.raises(UsageError, match=r"unknown loss.*Did you mean 'absolute_error'"):
        MLPRegressor("absolut_error").fit(X, Y)
    with pytest.raises(UsageError, match="invalid quantile"):
        MLPRegressor("quantile", quantile=1.0).fit(X, Y)


def test_a_rate_that_is_far_too_high_is_told():
    with pytest.raises(ValueError, match=r"non-finite parameter weights.*Try a learning rate"):
        MLPRegressor(solver="sgd", learning_rate_init=1e6, random_state=0).fit(X, Y * 1e3)


def test_a_training_that_did_not_converge_is_told():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(2\) reached"):
        MLPClassifier(max_iter=2).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge"):
        MLPClassifier(max_iter=2, solver="lbfgs").fit(X, Y)


TASKS = [
    (original.MLPClassifier, Y),
    (original.MLPClassifier, Y > 0),
    (original.MLPRegressor, X[:, :2]),
    (original.MLPRegressor, X[:, 0]),
]


@pytest.mark.parametrize(("kind", "y"), TASKS)
@pytest.mark.parametrize("activation", ["relu", "logistic"])
def test_scikit_learns_fitted_estimators_become_networks_and_come_back(kind, y, activation):
    theirs = kind(hidden_layer_sizes=(8, 4), activation=activation, random_state=0, max_iter=30).fit(X, y)
    network = network_of(theirs)
    outputs = network.predict(X)
    raw = theirs.predict_proba(X)[:, -outputs.shape[1] :] if kind is original.MLPClassifier else theirs.predict(X)
    np.testing.assert_allclose(outputs.reshape(raw.shape), raw, atol=1e-12)
    back = estimator_of(network, getattr(theirs, "classes_", None))
    np.testing.assert_array_equal(back.predict(X), theirs.predict(X))
    model = model_of(theirs)
    answers = model.predict(X)
    expected = theirs.classes_.searchsorted(theirs.predict(X)) if kind is original.MLPClassifier else theirs.predict(X)
    np.testing.assert_allclose(answers, expected)


def test_a_fitted_estimator_is_saved_and_exported_as_a_model(tmp_path):
    inputs, targets = load_breast_cancer(return_X_y=True)
    inputs = StandardScaler().fit_transform(inputs).astype(np.float32)
    estimator = MLPClassifier(**QUICK).fit(inputs, NAMES[targets])
    model = model_of(estimator)
    model.save(tmp_path / "model.safetensors")
    back = glassnet.load_model(tmp_path / "model.safetensors")
    np.testing.assert_allclose(back.predict_probabilities(inputs), estimator.predict_proba(inputs), atol=1e-6)
    assert back.class_names == ("setosa", "versicolor")
    export_onnx(back, tmp_path / "model.onnx")
    import onnxruntime

    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(None, {"features": inputs})[0], estimator.predict_proba(inputs), atol=1e-6)


def test_what_has_no_counterpart_is_refused():
    with pytest.raises(UsageError, match="not fitted"):
        network_of(MLPClassifier())
    with pytest.raises(UsageError, match="scikit-learn has no such network"):
        estimator_of(glassnet.Network([4, 3, 2], "gelu"))
    with pytest.raises(UsageError, match="classes do not fit the outputs: expected 2, got 3"):
        estimator_of(glassnet.Network([4, 3, 2]), [1, 2, 3])
    with pytest.raises(UsageError, match="classes that are not ascending"):
        estimator_of(glassnet.Network([4, 3, 2]), ["yes", "no"])
    inputs, labels = make_multilabel_classification(n_samples=20, random_state=0)
    with pytest.raises(UsageError, match="several labels"):
        model_of(MLPClassifier(max_iter=2).fit(inputs, labels))


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


@pytest.mark.parametrize("loss", ["poisson"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_counts_below_zero_are_refused_by_every_solver(loss, solver):
    with pytest.raises(ValueError, match="no counts"):
        MLPRegressor(loss, solver=solver).fit(X, Y - 1.0)


@BOTH
def test_validation_data_and_early_stopping_may_come_later(kind):
    model = kind(**QUICK).fit(X, Y)
    model.partial_fit(X, Y, validation_data=(X, Y))
    assert len(model.validation_loss_curve_) == 1
    model.set_params(early_stopping=True).partial_fit(X, Y)
    assert (len(model.validation_scores_), model.best_loss_) == (1, None)
    model.set_params(early_stopping=False).partial_fit(X, Y)
    assert model.best_loss_ == model.loss_
