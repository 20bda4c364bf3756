"""A network in one file: draw a digit, see what it makes of it, step back through it, correct it once. No server."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..arrays import Floats
from ..data.catalogue import DIGITS
from ..data.dataset import Examples
from ..data.preprocessing.pixels import PixelScaling
from ..errors import UsageError
from ..files import write_whole
from ..model.model import Model
from ..network.network import Network
from ..runs.example import pick_positions
from .explain_page import examples_data, model_data
from .single_file import encoded, render

LARGEST = 32_767  # of 16 bits with a sign


def write_draw_page(model: Model, examples: Examples, accuracy: str, path: Path) -> None:
    """Write the page of a single network that reads digits of 28x28, not deskewed; some examples are offered on it."""
    _check(model, examples)
    chosen = int(pick_positions(model, examples, 1)[0])
    data = {
        **model_data(model),
        "packed": packed(model.network),
        **examples_data(model, examples, None),
        "number": chosen,
        "wanted": int(examples.targets[chosen]),
        "pixels": encoded(examples.inputs[chosen]),
        "notes": [accuracy] if accuracy else [],
    }
    write_whole(path, render("explain.js", data, title="Draw a digit"))


def packed(network: Network) -> dict[str, str]:
    """Round each neuron's weights to 16 bits of its largest one."""
    weights, scales = [], []
    for layer in network.layers:
        scale = np.maximum(np.abs(layer.weights).max(axis=0), np.finfo(np.float32).tiny * LARGEST) / LARGEST
        weights.append(np.rint(layer.weights / scale).astype(np.int16).ravel())
        scales.append(scale.astype(np.float32))
    biases: list[Floats] = [layer.biases.astype(np.float32) for layer in network.layers]
    parts = {"weights": weights, "scales": scales, "biases": biases}
    return {name: encoded(np.concatenate(arrays)) for name, arrays in parts.items()}


def _check(model: Model, examples: Examples) -> None:
    scaling = model.preprocessing
    inputs = examples.source_inputs
    faults = {
        "an ensemble": model.is_ensemble,
        "inputs that are not gray images of 28x28": inputs.shape[1:] != (28, 28) or inputs.dtype != np.uint8,
        "classes that are not the ten digits": model.class_names != DIGITS,
        "deskewed images": isinstance(scaling, PixelScaling) and scaling.deskew,
    }
    if found := [fault for fault, there in faults.items() if there]:
        remedy = "Export as onnx, or train a single network on mnist without --deskew"
        raise UsageError("no page to draw on", expected="a network that reads digits", got=found[0], remedy=remedy)
