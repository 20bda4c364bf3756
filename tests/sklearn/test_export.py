"""Pipelines as ONNX files: all their steps, the pipeline's answers, or a refusal that names the step."""

import json

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
import sklearn.neural_network as original
from iris import NAMES, X, Y
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

from glassnet.errors import MissingExtraError, UsageError
from glassnet.interop.onnx import export_onnx
from glassnet.sklearn import MLPClassifier, MLPRegressor
from glassnet.sklearn.convert import model_of, network_of
from glassnet.sklearn.export import export_pipeline

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore:Feature .* has values up to:UserWarning"
)

WINE, CULTIVARS = load_wine(return_X_y=True)
WORDS = np.array(["barolo", "grignolino", "barbera"])[CULTIVARS]
GAPS = np.where(np.arange(WINE.size).reshape(WINE.shape) % 11 == 0, np.nan, WINE)
FRAME = pd.DataFrame(WINE[:, :3], columns=["alcohol", "acid", "ash"]).assign(
    color=np.where(WINE[:, 9] > 5, "dark", "pale"), year=1990 + np.arange(len(WINE)) % 7
)
COLUMNS = ColumnTransformer(
    [("numbers", StandardScaler(), ["alcohol", "acid", "ash", "year"]), ("words", OneHotEncoder(), ["color"])]
)
DIGITS = 10**9 + np.column_stack([np.arange(178) * 7, np.random.default_rng(0).integers(0, 99, 178)])


def classifier(**options):
    return MLPClassifier(8, **{"max_iter": 60, "learning_rate_init": 0.02, "random_state": 0, **options})


def regressor():
    return MLPRegressor("squared_error", 8, max_iter=60, learning_rate_init=0.02, random_state=0)


def answers(path, rows):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    if [source.name for source in session.get_inputs()] == ["features"]:
        given = {"features": np.asarray(rows, np.float64)}
    else:
        kinds = {"tensor(double)": np.float64, "tensor(string)": object}
        given = {one.name: rows[[one.name]].to_numpy(kinds[one.type]) for one in session.get_inputs()}
    return session.run(None, given)


CLASSIFIERS = {
    "alone": (classifier(), X, Y),
    "words": (make_pipeline(StandardScaler(), classifier()), WINE, WORDS),
    "two words": (make_pipeline(StandardScaler(), classifier()), WINE, np.where(CULTIVARS == 1, "yes", "no")),
    "true and false": (make_pipeline(StandardScaler(), classifier()), WINE, CULTIVARS == 1),
    "floats": (make_pipeline(RobustScaler(), classifier()), WINE, CULTIVARS.astype(float)),
    "whitened": (make_pipeline(StandardScaler(), PCA(whiten=True), classifier()), WINE, CULTIVARS),
    "limits": (make_pipeline(MinMaxScaler(), classifier()), WINE, CULTIVARS),
    "gaps": (make_pipeline(SimpleImputer(), StandardScaler(), classifier()), GAPS, CULTIVARS),
    "nested": (make_pipeline(make_pipeline(StandardScaler(), PCA(5)), make_pipeline(classifier())), WINE, CULTIVARS),
    "columns": (make_pipeline(COLUMNS, classifier()), FRAME, WORDS),
    "frame": (make_pipeline(StandardScaler(), classifier()), FRAME.drop(columns="color"), WORDS),
    "a search": (
        GridSearchCV(make_pipeline(StandardScaler(), classifier()), {"mlpclassifier__alpha": [1e-4, 1]}, cv=2),
        WINE,
        CULTIVARS,
    ),
    "calibrated": (CalibratedClassifierCV(make_pipeline(StandardScaler(), classifier()), cv=2), WINE, CULTIVARS),
    "one against the rest": (make_pipeline(StandardScaler(), OneVsRestClassifier(classifier())), WINE, CULTIVARS),
    "large numbers": (make_pipeline(StandardScaler(), classifier()), DIGITS, DIGITS[:, 1] > 10**9 + 50),
    "single precision": (make_pipeline(StandardScaler(), classifier()), WINE.astype(np.float32), CULTIVARS),
    "layers": (make_pipeline(StandardScaler(), classifier(activation="gelu")), WINE, CULTIVARS),
    "scikit-learn's own": (make_pipeline(StandardScaler(), original.MLPClassifier(8, random_state=0)), WINE, CULTIVARS),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_raw_rows_go_in_and_the_pipelines_classes_and_probabilities_come_out(name, tmp_path):
    estimator, rows, targets = CLASSIFIERS[name]
    estimator.fit(rows, targets)
    export_pipeline(estimator, rows, tmp_path / "pipeline.onnx")
    label, probabilities = answers(tmp_path / "pipeline.onnx", rows)
    np.testing.assert_allclose(probabilities, estimator.predict_proba(rows), atol=1e-6)
    expected = estimator.predict(rows)
    np.testing.assert_array_equal(label.astype(expected.dtype), expected)
    assert estimator.score(rows, targets) > 0.8


REGRESSORS = {
    "numbers": (make_pipeline(StandardScaler(), regressor()), WINE, WINE[:, 0]),
    "several": (make_pipeline(StandardScaler(), regressor()), WINE, WINE[:, :2]),
    "columns": (make_pipeline(COLUMNS, regressor()), FRAME, WINE[:, 5]),
    "votes": (
        VotingRegressor([("a", make_pipeline(StandardScaler(), regressor())), ("b", LinearRegression())]),
        WINE,
        WINE[:, 0],
    ),
}


@pytest.mark.parametrize("name", REGRESSORS)
def test_raw_rows_go_in_and_the_pipelines_numbers_come_out(name, tmp_path):
    estimator, rows, targets = REGRESSORS[name]
    estimator.fit(rows, targets)
    export_pipeline(estimator, rows, tmp_path / "pipeline.onnx")
    expected = estimator.predict(rows)
    (found,) = answers(tmp_path / "pipeline.onnx", rows)
    assert found.shape == (len(rows), expected.size // len(rows))
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-9)


def doubled(rows):
    return 2 * rows


REFUSED = {
    "FunctionTransformer": make_pipeline(FunctionTransformer(doubled), classifier()),
    "KNNImputer": make_pipeline(KNNImputer(), StandardScaler(), classifier()),
    "TransformedTargetRegressor": TransformedTargetRegressor(
        make_pipeline(StandardScaler(), regressor()), transformer=StandardScaler()
    ),
    "VotingClassifier": make_pipeline(
        StandardScaler(), VotingClassifier([("a", classifier()), ("b", LogisticRegression())])
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_step_without_a_counterpart_is_named_and_nothing_written(name, tmp_path):
    estimator = REFUSED[name].fit(WINE, CULTIVARS)
    with pytest.raises(UsageError, match=f"{name}.* cannot be exported: .*Put another in its place"):
        export_pipeline(estimator, WINE, tmp_path / "pipeline.onnx")
    assert not (tmp_path / "pipeline.onnx").exists()


def test_a_graph_that_would_answer_otherwise_is_refused(tmp_path):
    class Doubling(StandardScaler):
        """Converted as what it is derived from, which it is not."""

        def transform(self, rows, copy=None):
            return 2 * super().transform(rows)

    from skl2onnx import update_registered_converter
    from skl2onnx.operator_converters.scaler_op import convert_sklearn_scaler
    from skl2onnx.shape_calculators.scaler import calculate_sklearn_scaler_output_shapes

    update_registered_converter(Doubling, "Doubling", calculate_sklearn_scaler_output_shapes, convert_sklearn_scaler)
    pipeline = make_pipeline(Doubling(), classifier()).fit(WINE, CULTIVARS)
    with pytest.raises(UsageError, match="would differ from the estimator of Doubling, MLPClassifier"):
        export_pipeline(pipeline, WINE, tmp_path / "pipeline.onnx")
    assert not (tmp_path / "pipeline.onnx").exists()


def test_digits_that_a_step_in_single_precision_would_lose_are_not_lost_silently(tmp_path):
    rows = DIGITS.astype(float)
    rows[::5, 0] = np.nan
    pipeline = make_pipeline(SimpleImputer(), StandardScaler(), classifier(max_iter=150))
    pipeline.fit(rows, DIGITS[:, 1] > 10**9 + 50)
    with pytest.raises(UsageError, match="would differ from the estimator of SimpleImputer, StandardScaler"):
        export_pipeline(pipeline, rows, tmp_path / "pipeline.onnx")


def test_the_metadata_name_columns_and_classes(tmp_path):
    pipeline = make_pipeline(COLUMNS, classifier()).fit(FRAME, WORDS)
    export_pipeline(pipeline, FRAME.head(9), tmp_path / "pipeline.onnx")
    built = onnx.load(tmp_path / "pipeline.onnx")
    known = {entry.key: json.loads(entry.value) for entry in built.metadata_props}
    assert known == {"feature_names": list(FRAME.columns), "class_names": ["barbera", "barolo", "grignolino"]}
    assert {value.name for value in built.graph.input} == set(FRAME.columns)


def test_what_cannot_be_exported_at_all_is_told(tmp_path, monkeypatch):
    with pytest.raises(NotFittedError):
        export_pipeline(make_pipeline(StandardScaler(), classifier()), WINE, tmp_path / "p.onnx")
    fitted = classifier().fit(X, Y)
    with pytest.raises(
        UsageError, match=r"rows of the wrong shape: expected some rows \(n, features\), got shape \(4,\)"
    ):
        export_pipeline(fitted, X[0], tmp_path / "p.onnx")
    with pytest.raises(UsageError, match="MLPClassifier cannot be exported: got several labels"):
        export_pipeline(classifier().fit(X, np.column_stack([Y > 0, Y > 1]).astype(int)), X, tmp_path / "p.onnx")
    monkeypatch.setitem(__import__("sys").modules, "skl2onnx", None)
    with pytest.raises(MissingExtraError, match=r"skl2onnx is not installed. .*pip install 'glassnet\[onnx\]'"):
        export_pipeline(fitted, X, tmp_path / "p.onnx")


@pytest.mark.parametrize("take", [model_of, network_of])
def test_a_network_is_not_taken_out_of_a_pipeline_without_what_stands_before_it(take):
    pipeline = make_pipeline(StandardScaler(), PCA(3), classifier()).fit(X, NAMES[Y])
    search = GridSearchCV(pipeline, {"pca__n_components": [2]}, cv=2).fit(X, Y)
    columns = make_pipeline(COLUMNS, classifier()).fit(FRAME, WORDS)
    for estimator, lost in ((pipeline, "StandardScaler, PCA"), (search, "Pipeline, StandardScaler, PCA")):
        with pytest.raises(
            UsageError, match=f"more than a multilayer .* in which {lost} would be lost\\..*export_pipeline"
        ):
            take(estimator)
    with pytest.raises(UsageError, match="in which ColumnTransformer, StandardScaler, OneHotEncoder would be lost"):
        take(columns)
    with pytest.raises(
        UsageError, match=r"a scikit-learn estimator is not a glassnet model: got Pipeline\. Call .*export"
    ):
        export_onnx(pipeline, "never.onnx")
    with pytest.raises(UsageError, match=r"not a multilayer perceptron: .*got LogisticRegression"):
        take(LogisticRegression().fit(X, Y))


def test_steps_that_do_nothing_are_left_out(tmp_path):
    steps = [("nothing", "passthrough"), ("scale", StandardScaler()), ("net", MLPClassifier(4, max_iter=5))]
    rows, labels = np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2
    export_pipeline(Pipeline(steps).fit(rows, labels), rows, tmp_path / "a.onnx")
    assert (tmp_path / "a.onnx").exists()


def test_one_class_and_several_labels_are_refused_in_words_of_their_own(tmp_path):
    rows = np.random.default_rng(0).normal(size=(40, 3))
    alone = make_pipeline(StandardScaler(), MLPClassifier(4, max_iter=5)).fit(rows, np.zeros(40))
    with pytest.raises(UsageError, match="expected at least two classes, got 0"):
        export_pipeline(alone, rows, tmp_path / "a.onnx")
    several = make_pipeline(StandardScaler(), MLPClassifier(4, max_iter=5)).fit(rows, rows > 0)
    with pytest.raises(UsageError, match="MLPClassifier cannot be exported: got several labels") as error:
        export_pipeline(several, rows, tmp_path / "a.onnx")
    assert "StandardScaler" not in str(error.value)
