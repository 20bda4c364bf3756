"""A network in one file: draw a digit, see what it makes of it, step back through it, correct it once. No server."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..arrays import Floats
from ..data.catalogue import DIGITS
from ..data.dataset import Examples
from ..data.preprocessing.pixels import PixelScaling
from ..errors import UsageError
from ..explanation.walkthrough import Walkthrough, WalkthroughDetail
from ..files import write_whole
from ..model.model import Model
from ..network.network import Network
from ..runs.example import pick_positions
from .explain_page import equations_of, model_data
from .single_file import encoded, render

SAMPLES = 12  # the first is a mistake
LEARNING_RATE = 0.01
LARGEST = 32_767  # of 16 bits with a sign


def write_draw_page(model: Model, examples: Examples, accuracy: str, path: Path) -> None:
    """Write the page of a single network that reads digits of 28x28, not deskewed; some examples are offered on it."""
    _check(model, examples)
    chosen = examples.select(pick_positions(model, examples, SAMPLES))
    way = Walkthrough(model, chosen.inputs[0], int(chosen.targets[0]))
    data = {
        **model_data(model),
        "rate": LEARNING_RATE,
        "packed": packed(model.network),
        "samples": [
            {"pixels": encoded(image), "label": int(label)}
            for image, label in zip(chosen.inputs, chosen.targets, strict=True)
        ],
        "equations": equations_of(WalkthroughDetail.of(way, learning_rate=LEARNING_RATE)),
    }
    sizes = " → ".join(map(str, model.network.architecture.sizes))
    words = {"sizes": sizes, "accuracy": accuracy}
    write_whole(path, render("draw.html", "draw.js", data, typeset=False, subject=words))


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
