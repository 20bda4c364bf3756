"""ONNX Runtime, for prediction alone."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from .task import Predict, Task


def predictor(task: Task) -> Predict:
    """Run the network as a graph that takes uint8 images."""
    names, constants = ("w1", "b1", "w2", "b2"), [array for layer in task.start() for array in layer]
    initializers = [numpy_helper.from_array(array, name) for name, array in zip(names, constants, strict=True)]
    initializers.append(numpy_helper.from_array(np.float32(1 / 255), "scale"))
    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["floats", "scale"], ["x"]),
        helper.make_node("Gemm", ["x", "w1", "b1"], ["z"]),
        helper.make_node("Relu", ["z"], ["a"]),
        helper.make_node("Gemm", ["a", "w2", "b2"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["p"]),
    ]
    shapes = {"images": (TensorProto.UINT8, ["n", 784]), "p": (TensorProto.FLOAT, ["n", 10])}
    inputs, outputs = ([helper.make_tensor_value_info(name, *shapes[name])] for name in ("images", "p"))
    graph = helper.make_graph(nodes, "mlp", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = task.threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda images: session.run(None, {"images": images})[0]
