"""Fitted estimators as networks and models, and the reverse."""

import numpy as np
import pandas as pd
import pytest
import sklearn.neural_network as original
from iris import NAMES, QUICK, X, Y
from sklearn.datasets import load_breast_cancer, make_multilabel_classification
from sklearn.preprocessing import StandardScaler

import glassnet
from glassnet.errors import DataError, UsageError
from glassnet.interop.onnx import export_onnx
from glassnet.sklearn import MLPClassifier
from glassnet.sklearn.convert import estimator_of, model_of, network_of

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

TASKS = [
    (original.MLPClassifier, Y),
    (original.MLPClassifier, Y > 0),
    (original.MLPRegressor, X[:, :2]),
    (original.MLPRegressor, X[:, 0]),
]


def test_several_labels_go_there_and_back():
    labels = np.column_stack([Y > 0, Y > 1, Y == 1]).astype(int)
    ours = MLPClassifier(**QUICK).fit(X, labels)
    back = estimator_of(network_of(ours))
    np.testing.assert_array_equal(back.predict(X), ours.predict(X))


def test_a_model_finds_the_columns_of_a_frame_by_their_names():
    frame = pd.DataFrame(X, columns=[f"c{number}" for number in range(X.shape[1])])
    model = model_of(MLPClassifier(**QUICK).fit(frame, Y))
    np.testing.assert_array_equal(model.predict(frame[frame.columns[::-1]]), model.predict(frame))
    with pytest.raises(DataError, match="a column is missing: expected 'c1' among the columns"):
        model.predict(frame.rename(columns={"c1": "other"}))


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
    np.testing.assert_allclose(
        session.run(None, {"features": inputs.astype(np.float64)})[0], estimator.predict_proba(inputs), atol=1e-6
    )


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
