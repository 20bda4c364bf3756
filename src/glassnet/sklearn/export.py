"""Pipelines as ONNX files: every step of them, and the network at the end, by skl2onnx."""

from __future__ import annotations

import json
import os
import re
import warnings
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from ..arrays import AnyArray
from ..errors import UsageError, listed
from ..extras import needed
from ..files import write_whole
from ..interop.onnx import OPSETS, Graph, add_network
from .classifier import MLPClassifier
from .convert import network_of
from .regressor import MLPRegressor

SHOWN = 200  # rows on which the graph is compared with the estimator
SINGLE_ALONE = ("Imputer",)  # what ONNX Runtime computes in single precision alone
CLOSE = 1e-4  # relative difference, for steps that runtimes compute in single precision


def export_pipeline(estimator: Any, rows: Any, path: str | os.PathLike[str]) -> None:
    """Write a fitted pipeline, or any estimator around a network, as an ONNX file of all its steps.

    Of numbers there is one input, ``features`` (batch, columns) of float64. Where a ``ColumnTransformer`` comes first,
    or some columns are words, there is one for each column, of its name. The outputs are skl2onnx's: ``label`` and
    ``probabilities`` of a classifier, ``variable`` of a regressor. Before it is written, the graph answers the rows,
    and must answer them as the estimator does.

    Parameters
    ----------
    estimator : estimator
        Fitted: a ``Pipeline``, a search, a ``ColumnTransformer`` before a network, or a network alone.
    rows : array-like or frame of shape (n, features)
        Rows as the estimator takes them, raw, such as some of the training data.
    path : path-like
        Where; written whole or not at all.

    Raises
    ------
    MissingExtraError
        If onnx or skl2onnx is not installed.
    UsageError
        If a step has no counterpart in ONNX, which is named, or the graph would answer otherwise.
    FileError
        If the system refuses to write.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X, y = [[0.0, 100.0], [1.0, 300.0]] * 10, ["no", "yes"] * 10
    >>> pipeline = make_pipeline(StandardScaler(), MLPClassifier(8, max_iter=50, tol=0.1, random_state=0)).fit(X, y)
    >>> export_pipeline(pipeline, X, pathlib.Path(tempfile.mkdtemp()) / "pipeline.onnx")
    """
    check_is_fitted(estimator)
    columns = _columns(estimator, rows)
    if is_classifier(estimator) and len(estimator.classes_) < 2:
        got, remedy = f"{estimator.classes_[0]} alone", "Fit on rows of several classes"
        raise UsageError("too few classes", expected="at least two classes", got=got, remedy=remedy)
    onnx, built = needed("onnx", "onnx"), _built(_without_passthrough(estimator), columns)
    names = [str(name) for name in getattr(estimator, "feature_names_in_", [])]
    classes = np.asarray(getattr(estimator, "classes_", [])).tolist()
    known = {"class_names": json.dumps(list(map(str, classes))), "feature_names": json.dumps(names)}
    onnx.helper.set_model_props(built, known)
    _compare(estimator, rows, built, columns)
    write_whole(path, built.SerializeToString(deterministic=True))


def steps_of(estimator: Any) -> list[str]:
    """Name the steps of an estimator, those of a pipeline within it too."""
    inner = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else []
    inner += [part for _, part, _ in estimator.transformers_] if isinstance(estimator, ColumnTransformer) else []
    names = [name for step in inner if hasattr(step, "get_params") for name in steps_of(step)]
    return names if isinstance(estimator, Pipeline) else [type(estimator).__name__, *names]


def _without_passthrough(estimator: Any) -> Any:
    """Leave out the steps of a pipeline that do nothing."""
    if not isinstance(estimator, Pipeline):
        return estimator
    steps = [(name, _without_passthrough(step)) for name, step in estimator.steps if step not in ("passthrough", None)]
    return Pipeline(steps) if steps else estimator


def _columns(estimator: Any, rows: Any) -> dict[str, AnyArray]:
    """Give the graph's inputs by name: all numbers together, or each column of a frame."""
    if issparse(rows):
        rows = rows.toarray()
    first = estimator
    while isinstance(first := getattr(first, "best_estimator_", first), Pipeline):
        first = first.steps[0][1]
    if hasattr(rows, "columns"):
        frame = {str(name): np.asarray(rows[name]) for name in rows.columns}
        columns = {name: _typed(values)[:, None] for name, values in frame.items()}
        if isinstance(first, ColumnTransformer) or any(values.dtype == object for values in columns.values()):
            return columns
        return {"features": np.hstack(list(columns.values()))}
    values = np.asarray(rows)
    if values.ndim != 2 or not len(values):
        raise UsageError("rows of the wrong shape", expected="some rows (n, features)", got=f"shape {values.shape}")
    return {"features": _typed(values)}


def _typed(values: AnyArray) -> AnyArray:
    """Take numbers in double precision, and anything else as words."""
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError):
        return values.astype(str).astype(object)


def _built(estimator: Any, columns: dict[str, AnyArray]) -> Any:
    """Make the graph in double precision, or in single where a step has no other; UsageError that names the step."""
    needed("skl2onnx", "onnx")
    types = needed("skl2onnx.common.data_types", "onnx")
    try:
        built = _converted(estimator, columns, types.DoubleTensorType)
        if not any(node.op_type in SINGLE_ALONE for node in built.graph.node):
            return built
    except Exception:  # skl2onnx raises errors of many kinds, for each step its own
        pass
    try:
        return _fed_with_doubles(_converted(estimator, columns, types.FloatTensorType))
    except UsageError:
        raise
    except Exception as error:
        names = steps_of(estimator)
        without = [name for name in names if re.search(rf"\b{name}\b", str(error))]
        remedy = "Put another in its place, of which skl2onnx has a converter, and fit again"
        got = next(iter(str(error).strip().splitlines()), type(error).__name__)[:200].partition(" You may raise")[0]
        raise UsageError(f"{listed(without or names)} cannot be exported", got=got, remedy=remedy) from error


def _converted(estimator: Any, columns: dict[str, AnyArray], number: Any) -> Any:
    """Let skl2onnx convert all steps, with numbers of a type."""
    skl2onnx, onnx = needed("skl2onnx", "onnx"), needed("onnx", "onnx")
    word = needed("skl2onnx.common.data_types", "onnx").StringTensorType
    _register(skl2onnx)
    initial = [
        (name, (word if values.dtype == object else number)([None, values.shape[1]]))
        for name, values in columns.items()
    ]
    options = {id(estimator): {"zipmap": False}} if is_classifier(estimator) else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        built = skl2onnx.convert_sklearn(estimator, "glassnet", initial, options=options, target_opset=OPSETS[""])
    onnx.checker.check_model(built, full_check=True)
    return built


def _fed_with_doubles(built: Any) -> Any:
    """Let a graph of single precision take numbers in double precision, as all others do."""
    helper, kinds = needed("onnx.helper", "onnx"), needed("onnx", "onnx").TensorProto
    for source in built.graph.input:
        if source.type.tensor_type.elem_type == kinds.FLOAT:
            inner = f"{source.name} in single precision"
            for node in built.graph.node:
                node.input[:] = [inner if name == source.name else name for name in node.input]
            source.type.tensor_type.elem_type = kinds.DOUBLE
            built.graph.node.insert(0, helper.make_node("Cast", [source.name], [inner], to=kinds.FLOAT))
    return built


class _Container(Graph):
    """The nodes of a network among those of skl2onnx."""

    def __init__(self, scope: Any, container: Any) -> None:
        super().__init__(needed("onnx", "onnx"))
        self._scope, self._container = scope, container

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Add a node and give the name of its output."""
        name = name or self._scope.get_unique_variable_name(operator.lower())
        node = self._scope.get_unique_operator_name(operator)
        self._container.add_node(operator, list(inputs), [name], name=node, op_version=OPSETS[""], **attributes)
        return name

    def constant(self, values: AnyArray | np.generic) -> str:
        """Add an array and give its name."""
        name: str = self._scope.get_unique_variable_name("constant")
        array = np.asarray(values)
        self._container.add_initializer(name, self._type(array.dtype), array.shape, array.ravel().tolist())
        return name


def _register(skl2onnx: Any) -> None:
    """Tell skl2onnx how the two estimators are converted."""
    shapes = needed("skl2onnx.common.shape_calculator", "onnx")
    register, options = (
        skl2onnx.update_registered_converter,
        {"zipmap": [True, False, "columns"], "nocl": [True, False]},
    )
    options["output_class_labels"] = [False, True]
    options["raw_scores"] = [False]
    for kind, shape, convert, taken in (
        (MLPClassifier, shapes.calculate_linear_classifier_output_shapes, _convert_classifier, options),
        (MLPRegressor, _shape_of_numbers, _convert_regressor, None),
    ):
        register(kind, f"Glassnet{kind.__name__}", shape, convert, options=taken, overwrite=True)


def _shape_of_numbers(operator: Any) -> None:
    guess = needed("skl2onnx.common.data_types", "onnx").guess_tensor_type
    numbers = guess(operator.inputs[0].type)
    numbers.shape = [None, operator.raw_operator.n_outputs_]
    operator.outputs[0].type = numbers


def _outputs_of(scope: Any, operator: Any, container: Any) -> tuple[_Container, str]:
    """Add the nodes of an estimator's network, from the features to its outputs."""
    graph, network = _Container(scope, container), network_of(operator.raw_operator)
    inputs = graph.cast(operator.inputs[0].full_name, network.parameters.dtype)
    return graph, add_network(graph, network, inputs)


def _convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    estimator, (graph, outputs) = operator.raw_operator, _outputs_of(scope, operator, container)
    label, probabilities = (variable.full_name for variable in operator.outputs)
    several = estimator._label_binarizer.y_type_.startswith("multilabel")
    if several:
        got, remedy = "several labels to an example", "Export the network alone, which network_of gives"
        raise UsageError("MLPClassifier cannot be exported", got=got, remedy=remedy)
    if estimator.n_outputs_ == 1:
        rest = graph.add("Sub", graph.constant(estimator.coefs_[0].dtype.type(1)), outputs)
        outputs = graph.add("Concat", rest, outputs, axis=1)
    kind = np.dtype(np.float64 if "Double" in type(operator.outputs[1].type).__name__ else np.float32)
    graph.add("Cast", outputs, name=probabilities, to=graph._type(kind))
    best = graph.add("ArgMax", outputs, axis=1, keepdims=0)
    onnx, names = needed("onnx", "onnx"), scope.get_unique_variable_name("classes")
    classes = estimator.classes_
    if classes.dtype.kind in "iubf":
        container.add_initializer(names, onnx.TensorProto.INT64, [len(classes)], classes.astype(np.int64).tolist())
    else:
        container.add_initializer(names, onnx.TensorProto.STRING, [len(classes)], [str(name) for name in classes])
    graph.add("Gather", names, best, name=label, axis=0)


def _convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    graph, outputs = _outputs_of(scope, operator, container)
    (variable,) = operator.outputs
    kind = np.dtype(np.float64 if "Double" in type(variable.type).__name__ else np.float32)
    graph.add("Cast", outputs, name=variable.full_name, to=graph._type(kind))


def _compare(estimator: Any, rows: Any, built: Any, columns: dict[str, AnyArray]) -> None:
    """Refuse a graph that answers some rows otherwise than the estimator."""
    some = rows[:SHOWN] if not hasattr(rows, "head") else rows.head(SHOWN)
    session = needed("onnx.reference", "onnx").ReferenceEvaluator(built)
    found = session.run(None, {name: values[:SHOWN] for name, values in columns.items()})
    if not is_classifier(estimator):
        expected = np.asarray(estimator.predict(some))
        same = np.allclose(np.reshape(found[0], expected.shape), expected, rtol=CLOSE, atol=CLOSE * np.std(expected))
    elif hasattr(estimator, "predict_proba"):
        same = np.allclose(found[1], estimator.predict_proba(some), rtol=0, atol=CLOSE)
    else:
        same = np.mean(np.asarray(found[0]).astype(str) == estimator.predict(some).astype(str)) == 1
    if not same:
        names = listed(steps_of(estimator))
        remedy = "Leave out a step, or put another in its place, and export again"
        raise UsageError(f"the exported graph would differ from the estimator of {names}", remedy=remedy)
