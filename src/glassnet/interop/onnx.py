"""A model as an ONNX graph: raw pixels or features go in, probabilities or numbers come out.

Preprocessing, all networks of an ensemble and the meaning of the outputs are inside the graph; names of classes are in
its metadata. Weights are float32, the batch is of any size.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..data.features import FeatureScaling
from ..data.pixels import BRIGHTEST, PixelScaling
from ..errors import UsageError
from ..extras import needed
from ..files import write_whole
from ..model.model import Model
from ..names import check_kind
from ..network.network import Network
from .onnx_deskewing import add_deskewing
from .onnx_graph import Graph

# What runtimes in use can load; the newest defaults of the onnx package are ahead of them.
IR_VERSION, OPSET = 8, 17

ACTIVATIONS: dict[str, Callable[[Graph, str], str]] = {
    "identity": lambda graph, z: z,
    "sigmoid": lambda graph, z: graph.add("Sigmoid", z),
    "tanh": lambda graph, z: graph.add("Tanh", z),
    "relu": lambda graph, z: graph.add("Relu", z),
    "leaky_relu": lambda graph, z: graph.add("LeakyRelu", z, alpha=0.01),
    "elu": lambda graph, z: graph.add("Elu", z),
    "silu": lambda graph, z: graph.add("Mul", z, graph.add("Sigmoid", z)),
    "gelu": lambda graph, z: _gelu(graph, z),
    "softmax": lambda graph, z: graph.add("Softmax", z, axis=1),
    "exponential": lambda graph, z: graph.add("Exp", z),
}


def export_onnx(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model as an ONNX file of IR version 8 and opset 17, checked by the onnx package.

    Its input is ``images`` (batch, *input_shape) of uint8, or ``features`` (batch, columns) of float32; its output
    ``probabilities`` (batch, classes) of float32, or ``prediction`` (batch,) of float64 in the target's unit.

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
        If an activation has no counterpart.
    FileError
        If the system refuses to write.

    Examples
    --------
    >>> import glassnet, pathlib, tempfile
    >>> model = glassnet.Model(glassnet.Network([4, 2], seed=3), glassnet.PixelScaling((2, 2)), ("no", "yes"))
    >>> export_onnx(model, pathlib.Path(tempfile.mkdtemp()) / "model.onnx")
    """
    check_kind("a model", model, Model, "glassnet.Model(network, preprocessing, class_names)")
    onnx = needed("onnx", "onnx")
    graph = Graph(onnx)
    inputs = _add_preprocessing(graph, model)
    outputs = [_add_network(graph, network, inputs) for network in model.networks]
    mean = outputs[0] if len(outputs) == 1 else graph.add("Mean", *outputs)
    result, shape = _add_meaning(graph, model, mean)
    name, kind, input_shape = _input(model)
    built = onnx.helper.make_model(
        graph.build((name, kind, input_shape), (result, np.float32 if model.class_names else np.float64, shape)),
        producer_name="glassnet",
        ir_version=IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
    )
    onnx.helper.set_model_props(built, {"class_names": json.dumps(model.class_names), "unit": model.unit})
    onnx.checker.check_model(built, full_check=True)
    write_whole(path, built.SerializeToString(deterministic=True))


def _input(model: Model) -> tuple[str, Any, tuple[int, ...]]:
    shape = model.preprocessing.input_shape
    return ("features", np.float32, shape) if _is_table(model) else ("images", np.uint8, shape)


def _is_table(model: Model) -> bool:
    return not isinstance(model.preprocessing, PixelScaling)


def _add_preprocessing(graph: Graph, model: Model) -> str:
    """Add the nodes from the raw input to the networks' inputs, (batch, inputs)."""
    preprocessing = model.preprocessing
    if isinstance(preprocessing, FeatureScaling):
        # In double precision, as glassnet has it: a mean can be large beside the differences from it.
        raw = graph.cast("features", np.float64)
        centered = graph.add("Sub", raw, graph.constant(np.array(preprocessing.means)))
        return graph.cast(graph.add("Div", centered, graph.constant(np.array(preprocessing.deviations))), np.float32)
    if not isinstance(preprocessing, PixelScaling):
        return graph.add("Flatten", "features", axis=1)
    pixels = graph.add("Flatten", graph.cast("images", np.float32), axis=1)
    if preprocessing.deskew:
        height, width = preprocessing.input_shape
        pixels = add_deskewing(graph, pixels, height, width)
    return graph.add("Div", pixels, graph.constant(np.float32(BRIGHTEST)))


def _add_network(graph: Graph, network: Network, values: str) -> str:
    functions = [*network.architecture.activations, network.architecture.output]
    for layer, function in zip(network.layers, functions, strict=True):
        if function not in ACTIVATIONS:
            raise UsageError("an activation without a counterpart in ONNX", got=function)
        weights, biases = (graph.constant(_float32(array)) for array in (layer.weights, layer.biases))
        values = ACTIVATIONS[function](graph, graph.add("Add", graph.add("MatMul", values, weights), biases))
    return values


def _add_meaning(graph: Graph, model: Model, outputs: str) -> tuple[str, tuple[int, ...]]:
    """Add the nodes from the networks' outputs to what they mean; give the name of it and its shape but the batch."""
    if model.target_scale is not None:
        # In double precision, as glassnet has it: a mean can be large beside the deviation.
        count = model.network.architecture.sizes[-1]
        column = graph.add("Squeeze", outputs, graph.constant(np.array([1]))) if count == 1 else outputs
        scale, mean = np.float64(model.target_scale.deviation), np.float64(model.target_scale.mean)
        scaled = graph.add("Mul", graph.cast(column, np.float64), graph.constant(scale))
        return graph.add("Add", scaled, graph.constant(mean), name="prediction"), (count,)[: count - 1]
    classes = (len(model.class_names),)
    if model.network.architecture.output == "softmax":
        return graph.add("Identity", outputs, name="probabilities"), classes
    return _add_shares(graph, outputs, classes[0]), classes


def _add_shares(graph: Graph, outputs: str, classes: int) -> str:
    """Divide outputs in 0..1 by their sum; where all are zero, every class is as probable."""
    total = graph.add("ReduceSum", outputs, graph.constant(np.array([1])), keepdims=1)
    some = graph.add("Greater", total, graph.constant(np.float32(0)))
    divisor = graph.add("Where", some, total, graph.constant(np.float32(1)))
    even = graph.constant(np.full(classes, 1 / classes, np.float32))
    return graph.add("Where", some, graph.add("Div", outputs, divisor), even, name="probabilities")


def _gelu(graph: Graph, z: str) -> str:
    """Add GELU by its tanh form, which opset 17 has no node for."""
    cube = graph.add("Mul", z, graph.add("Mul", z, z))
    small = graph.add("Mul", cube, graph.constant(np.float32(0.044715)))
    inner = graph.add("Mul", graph.add("Add", z, small), graph.constant(np.float32(np.sqrt(2 / np.pi))))
    share = graph.add("Add", graph.add("Tanh", inner), graph.constant(np.float32(1)))
    return graph.add("Mul", graph.add("Mul", z, share), graph.constant(np.float32(0.5)))


def _float32(array: AnyArray) -> AnyArray:
    return np.ascontiguousarray(array, np.float32)
