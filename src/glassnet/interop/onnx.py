"""Models as ONNX files: one graph with preprocessing, networks and the meaning of their outputs inside.

Features come in double precision, in which large numbers keep their last digits, and are standardized in it. A network
is computed in its own precision.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from ..arrays import AnyArray
from ..data.images.warp import affine_basis
from ..data.preprocessing.encoders import ColumnEncoding
from ..data.preprocessing.pixels import BRIGHTEST, PixelScaling
from ..data.preprocessing.table import FeatureScaling, TablePreprocessing
from ..errors import UsageError
from ..extras import needed
from ..files import write_whole
from ..model.model import Model
from ..network.activations import Activation, Elu, LeakyRelu, Relu, Sigmoid, Softmax
from ..network.formula import Tree, syntax_tree
from ..network.network import Network
from ..registry import check_kind
from .formats import FORMATS

Value = tuple[str, Any, tuple[int, ...]]  # name, type and shape of an example


class Graph:
    """Nodes, each of which takes what earlier ones gave, by the onnx package.

    Attributes
    ----------
    of_parts : bool
        Whether activations are written by the parts of their formulas, even those of which ONNX has an operator, and
        with ``Expm1`` and ``Log1p``, of which it has none.
    """

    of_parts: ClassVar[bool] = False

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Add a node and give the name of its output."""
        name = name or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, values: AnyArray | np.generic) -> str:
        """Add an array and give its name."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.asarray(values), name))
        return name

    def cast(self, values: str, dtype: Any) -> str:
        """Add a change of type."""
        return self.add("Cast", values, to=self._type(dtype))

    def _type(self, dtype: Any) -> int:
        code: int = self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return code

    def build(self, sources: Sequence[Value], results: Sequence[Value]) -> Any:
        """Make the graph, from inputs to results, all with a batch of any size."""
        ends = [
            [
                self._onnx.helper.make_tensor_value_info(name, self._type(dtype), ["batch", *shape])
                for name, dtype, shape in values
            ]
            for values in (sources, results)
        ]
        return self._onnx.helper.make_graph(self._nodes, "glassnet", *ends, self._constants)


MARGIN = 2  # columns of black before and after an image: what lies farther out is black too


def add_deskewing(graph: Graph, pixels: str, height: int, width: int) -> str:
    """Add the nodes that set images upright, given and named as (batch, height · width) of float32, 0..255.

    Rows stay where they are, so a pixel is looked up between two of its own row.
    """
    slant, middle = _add_slants(graph, pixels, height, width)
    y, x, _ = affine_basis((height, width))
    move = graph.cast(graph.add("Mul", graph.add("Neg", slant), middle), np.float32)
    tilt = graph.add("Mul", graph.cast(slant, np.float32), graph.constant(y[None]))
    place = graph.add("Add", graph.add("Add", tilt, graph.constant(x[None])), move)
    place = graph.add("Add", place, graph.constant(np.float32((width - 1) / 2)))
    return graph.add("Round", _add_lookup(graph, pixels, place, height, width))


def _add_slants(graph: Graph, pixels: str, height: int, width: int) -> tuple[str, str]:
    """Add the nodes that measure each image's slant and the row of its center, (batch, 1) of float64."""
    y, x, one = affine_basis((height, width)).astype(np.float64)
    moments = graph.constant(np.stack([one, y, x, y * y, y * x], axis=1))
    ink = graph.add("MatMul", graph.cast(pixels, np.float64), moments)
    mass, *sums = (_add_column(graph, ink, number) for number in range(5))
    some = graph.add("Greater", mass, graph.constant(np.float64(0)))
    mass = graph.add("Where", some, mass, graph.constant(np.float64(1)))
    m, n, yy, yx = (graph.add("Div", column, mass) for column in sums)
    spread = graph.add("Sub", yy, graph.add("Mul", m, m))
    wide = graph.add("Greater", spread, graph.constant(np.float64(1e-6)))
    divisor = graph.add("Where", wide, spread, graph.constant(np.float64(1)))
    slant = graph.add("Div", graph.add("Sub", yx, graph.add("Mul", m, n)), divisor)
    return graph.add("Where", wide, slant, graph.constant(np.float64(0))), m


def _add_column(graph: Graph, rows: str, number: int) -> str:
    return graph.add("Gather", rows, graph.constant(np.array([number])), axis=1)


def _add_lookup(graph: Graph, pixels: str, place: str, height: int, width: int) -> str:
    """Add the nodes that look up each pixel's place in its row, (batch, height · width), between two columns."""
    padded = width + 2 * MARGIN
    images = graph.add("Reshape", pixels, graph.constant(np.array([-1, height, width])))
    framed = graph.add("Pad", images, graph.constant(np.array([0, 0, MARGIN, 0, 0, MARGIN])))
    rows = graph.add("Flatten", framed, axis=1)
    place = graph.add("Add", place, graph.constant(np.float32(MARGIN)))
    limits = [graph.constant(np.float32(limit)) for limit in (0, width + MARGIN)]
    place = graph.add("Clip", place, *limits)
    before = graph.add("Floor", place)
    part = graph.add("Sub", place, before)
    starts = graph.constant(np.repeat(np.arange(height) * padded, width)[None])
    index = graph.add("Add", graph.cast(before, np.int64), starts)
    left = graph.add("GatherElements", rows, index, axis=1)
    right = graph.add("GatherElements", rows, graph.add("Add", index, graph.constant(np.int64(1))), axis=1)
    return graph.add("Add", left, graph.add("Mul", graph.add("Sub", right, left), part))


# What runtimes in use can load; the newest defaults of the onnx package are ahead of them.
IR_VERSION, OPSETS = 8, {"": 17, "ai.onnx.ml": 3}

# The operators that runtimes know, whole, by formula; of any other formula the parts.
WHOLE = {Relu.formula: "Relu", LeakyRelu.formula: "LeakyRelu", Elu.formula: "Elu"}  # by default slope 0.01 and α 1
WHOLE |= {Sigmoid.formula: "Sigmoid", Softmax.formula: "Softmax"}
SINGLE_ALONE = ("Elu", "Erf")  # what ONNX Runtime computes in single precision alone
OPERATORS = {"+": "Add", "-": "Sub", "*": "Mul", "/": "Div", "minimum": "Min", "maximum": "Max", "negative": "Neg"}
OPERATORS |= {"exp": "Exp", "log": "Log", "tanh": "Tanh", "erf": "Erf", "sin": "Sin", "cos": "Cos"}
OPERATORS |= {"sqrt": "Sqrt", "abs": "Abs", "sign": "Sign"}
MORE = {"expm1": "Expm1", "log1p": "Log1p"}
COMPARISONS = {">": "Greater", ">=": "GreaterOrEqual", "<": "Less", "<=": "LessOrEqual", "==": "Equal"}


class ActivationNodes:
    """The nodes of one activation of sums named z, (batch, units) of a dtype: each part of its formula once."""

    def __init__(self, graph: Graph, z: str, dtype: Any = np.float32) -> None:
        self._graph, self._made, self._dtype = graph, {"'z'": z}, np.dtype(dtype)

    def add(self, activation: Activation) -> str:
        """Add the nodes, and give the name of the activations; UsageError if there is no formula."""
        if not activation.formula:
            remedy = "Give its class `formula`; see glassnet.network.formula"
            raise UsageError(f"activation {activation} has no formula for ONNX", remedy=remedy)
        if activation.formula in WHOLE and not self._graph.of_parts:
            return self._operator(WHOLE[activation.formula], self._made["'z'"])
        return self._name(syntax_tree(activation.formula, "z"))

    def _name(self, tree: Tree) -> str:
        """Give the name of a tree's value, after its nodes are added."""
        key = repr(tree)
        if key not in self._made:
            self._made[key] = self._constant(tree) if isinstance(tree, float) else self._node(*tree)
        return self._made[key]

    def _constant(self, number: float) -> str:
        return self._graph.constant(self._dtype.type(number))

    def _operator(self, name: str, *values: str) -> str:
        if name not in SINGLE_ALONE or self._dtype == np.float32 or self._graph.of_parts:
            return self._graph.add(name, *values)
        singles = [self._graph.cast(value, np.float32) for value in values]
        return self._graph.cast(self._graph.add(name, *singles), self._dtype)

    def _node(self, operator: str, *operands: Tree) -> str:
        add, values = self._graph.add, [self._name(operand) for operand in operands]
        if operator in OPERATORS:
            return self._operator(OPERATORS[operator], *values)
        if operator in COMPARISONS:
            return self._graph.cast(add(COMPARISONS[operator], *values), self._dtype)
        if operator in MORE and self._graph.of_parts:
            return add(MORE[operator], *values)
        if operator == "expm1":  # tanh(x / 2) (exp(x) + 1), which loses no digits near 0
            half, more = self._name(["*", 0.5, operands[0]]), self._name(["+", ["exp", operands[0]], 1.0])
            return add("Mul", add("Tanh", half), more)
        if operator == "log1p":
            return self._name(["log", ["+", 1.0, operands[0]]])
        if operator == "sum":
            return add("ReduceSum", *values, self._graph.constant(np.array([1])), keepdims=1)
        return add({"largest": "ReduceMax", "mean": "ReduceMean"}[operator], *values, axes=[1], keepdims=1)


@FORMATS.register("onnx")
def export_onnx(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model as an ONNX file of IR version 8 and opset 17, checked by the onnx package.

    Its input is ``images`` (batch, *input_shape) of uint8, or ``features`` (batch, columns) of float64; of a table
    whose columns have encoders, one for each column, with its name, (batch, 1): strings where it has words, an empty
    one for a gap, else float64 with NaN for a gap, dates as days since 1970. Its output is ``probabilities``
    (batch, classes) of float32, with ``label`` (batch,) of strings beside it for such a table, or ``prediction``
    (batch,) of float64 in the target's unit. Metadata hold the names of the classes, the unit, and the names of the
    features in their order, as JSON.

    Parameters
    ----------
    model : Model
        One network or an ensemble.
    path : path-like
        Where; written whole or not at all.

    Raises
    ------
    MissingExtraError
        If onnx is not installed.
    UsageError
        If an activation has no formula.
    FileError
        If the system refuses to write.

    Examples
    --------
    >>> import glassnet, pathlib, tempfile
    >>> model = glassnet.Model(glassnet.Network([4, 2], seed=3), glassnet.PixelScaling((2, 2)), ("no", "yes"))
    >>> export_onnx(model, pathlib.Path(tempfile.mkdtemp()) / "model.onnx")
    """
    if hasattr(model, "get_params"):
        remedy = "Call glassnet.sklearn.export.export_pipeline(estimator, rows, path): it takes all steps along"
        raise UsageError("a scikit-learn estimator is not a glassnet model", got=type(model).__name__, remedy=remedy)
    check_kind("a model", model, Model, "glassnet.Model(network, preprocessing, class_names)")
    onnx = needed("onnx", "onnx")
    graph = Graph(onnx)
    result, shape = add_model(graph, model, model.network.parameters.dtype)
    results: list[Value] = [(result, np.float32 if model.class_names else np.float64, shape)]
    if model.class_names and isinstance(model.preprocessing, ColumnEncoding):
        names = graph.constant(np.array(model.class_names, object))
        label = graph.add("Gather", names, add_decision(graph, model, result), name="label")
        results.insert(0, (label, np.object_, ()))
    nodes = graph.build(sources_of(model), results)
    domains = {"", *(node.domain for node in nodes.node)}
    built = onnx.helper.make_model(
        nodes,
        producer_name="glassnet",
        ir_version=IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid(domain, OPSETS[domain]) for domain in sorted(domains)],
    )
    onnx.helper.set_model_props(built, _metadata(model))
    onnx.checker.check_model(built, full_check=True)
    write_whole(path, built.SerializeToString(deterministic=True))


def add_model(graph: Graph, model: Model, dtype: Any) -> tuple[str, tuple[int, ...]]:
    """Add the nodes from the raw inputs to what the outputs mean; networks are computed in a dtype.

    The name of the result is given, and its shape but the batch.
    """
    inputs = _add_preprocessing(graph, model, dtype)
    outputs = [add_network(graph, network, inputs, dtype) for network in model.networks]
    return _add_meaning(graph, model, _add_mean(graph, outputs, dtype), dtype)


def add_decision(graph: Graph, model: Model, probabilities: str) -> str:
    """Add the nodes that give the position of the class that is answered, (batch,)."""
    if model.decision is None:
        return graph.add("ArgMax", probabilities, axis=1, keepdims=0)
    positive = model.decision.positive
    sure = graph.add("Gather", probabilities, graph.constant(np.int64(positive)), axis=1)
    reached = graph.add("GreaterOrEqual", sure, graph.constant(np.float32(model.decision.threshold)))
    return graph.add("Where", reached, *(graph.constant(np.int64(place)) for place in (positive, 1 - positive)))


def _metadata(model: Model) -> dict[str, str]:
    known = {"class_names": json.dumps(model.class_names), "unit": model.unit}
    if isinstance(model.preprocessing, TablePreprocessing):
        known["feature_names"] = json.dumps(model.preprocessing.names)
    if isinstance(model.preprocessing, ColumnEncoding) and model.preprocessing.words:
        known["words"] = "Strings without space around them; an empty one is a gap."
    return known


def sources_of(model: Model) -> list[Value]:
    """Name the inputs: of a table whose columns have encoders one for each, else one of all."""
    preprocessing = model.preprocessing
    if isinstance(preprocessing, ColumnEncoding):
        pairs = zip(preprocessing.names, preprocessing.encoders, strict=True)
        return [(name, np.object_ if encoder.words else np.float64, (1,)) for name, encoder in pairs]
    shape = preprocessing.input_shape
    return [("features", np.float64, shape) if _is_table(model) else ("images", np.uint8, shape)]


def _is_table(model: Model) -> bool:
    return not isinstance(model.preprocessing, PixelScaling)


def _add_preprocessing(graph: Graph, model: Model, dtype: Any) -> str:
    """Add the nodes from the raw input to the networks' inputs, (batch, inputs), of a dtype."""
    preprocessing = model.preprocessing
    if isinstance(preprocessing, FeatureScaling):
        # In double precision, as glassnet has it: a mean can be large beside the differences from it.
        centered = graph.add("Sub", "features", graph.constant(np.array(preprocessing.means)))
        return graph.cast(graph.add("Div", centered, graph.constant(np.array(preprocessing.deviations))), dtype)
    if isinstance(preprocessing, ColumnEncoding):
        pairs = zip(preprocessing.names, preprocessing.encoders, strict=True)
        return graph.cast(graph.add("Concat", *(each.add_nodes(graph, name) for name, each in pairs), axis=1), dtype)
    if not isinstance(preprocessing, PixelScaling):
        return graph.cast(graph.add("Flatten", "features", axis=1), dtype)
    pixels = graph.add("Flatten", graph.cast("images", np.float32), axis=1)
    if preprocessing.deskew:
        height, width = preprocessing.input_shape
        pixels = add_deskewing(graph, pixels, height, width)
    inputs = graph.add("Div", pixels, graph.constant(np.float32(BRIGHTEST)))
    return inputs if dtype == np.float32 else graph.cast(inputs, dtype)


def add_network(graph: Graph, network: Network, values: str, dtype: Any = None) -> str:
    """Add the nodes of a network's layers, given and giving values of a dtype, by default its own; name the outputs."""
    dtype = dtype or network.parameters.dtype
    for layer, activation in zip(network.layers, network.activations, strict=True):
        weights, biases = (
            graph.constant(np.ascontiguousarray(array, dtype)) for array in (layer.weights, layer.biases)
        )
        sums = graph.add("Add", graph.add("MatMul", values, weights), biases)
        values = ActivationNodes(graph, sums, dtype).add(activation)
    return values


def _add_mean(graph: Graph, outputs: list[str], dtype: Any) -> str:
    """Add the mean of the networks' outputs."""
    if len(outputs) == 1:
        return outputs[0]
    total = outputs[0]
    for other in outputs[1:]:
        total = graph.add("Add", total, other)
    return graph.add("Div", total, graph.constant(np.asarray(len(outputs), dtype)))


def _add_meaning(graph: Graph, model: Model, outputs: str, dtype: Any) -> tuple[str, tuple[int, ...]]:
    """Add the nodes from the networks' outputs to what they mean; give the name of it and its shape but the batch."""
    if model.target_scale is not None:
        # In double precision, as glassnet has it: a mean can be large beside the deviation.
        count = model.network.architecture.sizes[-1]
        column = graph.add("Squeeze", outputs, graph.constant(np.array([1]))) if count == 1 else outputs
        scale, mean = np.float64(model.target_scale.deviation), np.float64(model.target_scale.mean)
        scaled = graph.add("Mul", graph.cast(column, np.float64), graph.constant(scale))
        return graph.add("Add", scaled, graph.constant(mean), name="prediction"), (count,)[: count - 1]
    classes = (len(model.class_names),)
    if dtype != np.float32:
        outputs = graph.cast(outputs, np.float32)
    if model.network.activations[-1].sums_to_one:
        return graph.add("Identity", outputs, name="probabilities"), classes
    return _add_shares(graph, outputs, classes[0]), classes


def _add_shares(graph: Graph, outputs: str, classes: int) -> str:
    """Divide outputs in 0..1 by their sum; where all are zero, every class is as probable."""
    total = graph.add("ReduceSum", outputs, graph.constant(np.array([1])), keepdims=1)
    some = graph.add("Greater", total, graph.constant(np.float32(0)))
    divisor = graph.add("Where", some, total, graph.constant(np.float32(1)))
    even = graph.constant(np.full(classes, 1 / classes, np.float32))
    return graph.add("Where", some, graph.add("Div", outputs, divisor), even, name="probabilities")
