"""What the engine of the pages must compute: cases from the registries, with Python's numbers, in engine.json.

    python tests/golden/engine.py    # writes it anew, after a change that is meant

`test_engine.py` holds the file to what Python gives now, tests/js/parity.test.js the engine to the file, both to 1e-12.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from glassnet import ACTIVATIONS, LOSSES, OUTPUTS, SGD, Activation, Loss, Model, Network
from glassnet.data.images.deskew import deskew, slants
from glassnet.data.preprocessing.encoders import fit_columns
from glassnet.data.preprocessing.targets import TargetScale
from glassnet.errors import UsageError
from glassnet.evaluation.gradient_survey import losses_with_outputs
from glassnet.formatting import quantity
from glassnet.pages.explain_page import network_trees

FILE = Path(__file__).with_suffix(".json")
SIZES, RATE = [4, 5, 4, 3], 0.3
INPUTS = [[0.5, -2.0, 0.0, 1.5], [0.0, 1.0, 0.25, -0.75], [3.0, 0.5, -1.0, 0.125]]
TARGETS = [[0.7, 0.0, 0.3], [0.0, 1.0, 0.0], [0.25, 0.25, 0.5]]
QUANTITIES = [0.0, 0.00020734, -21.5, 123456.7, 1e155, 1e-9, 999_999_999.0, 1e9, 0.0001, 9.9999, 0.5, -3e-17, 1e22]
SIDE, BOX, RADIUS, EDGE = 28, 20, 1.2, 1.5  # of a drawing: pixels, those it is fitted into, and the pen's
STROKES = {  # of no round numbers: where a gray is halfway between two, the last bit of a sum decides which it is
    "a one": [[[0.5137, 0.2071], [0.4893, 0.8119]]],
    "a seven": [[[0.2039, 0.2113], [0.6091, 0.1987], [0.3571, 0.8069]]],
    "small, in a corner": [[[0.0517, 0.0413], [0.1231, 0.0509]], [[0.0811, 0.0233], [0.0719, 0.1637], [0.1153, 0.17]]],
    "a dot and a line": [[[0.5279, 0.1091]], [[0.4973, 0.3119], [0.5081, 0.9067]]],
}


class Brier(Loss):
    """A loss by the outputs of softmax, each of which depends on every logit."""

    outputs = ("softmax",)
    formula = "sum((a - y) * (a - y))"
    slope = "2 * (a - y)"

    def per_example(self, logits, outputs, targets):
        return np.square(outputs - targets).sum(axis=1)

    def gradient(self, outputs, targets, out):
        np.subtract(outputs, targets, out=out)
        out *= 2


def networks() -> list[tuple[Activation | str, Loss | str, str]]:
    """List an activation, a loss and outputs for each network: everything registered is in one of them."""
    hidden = [(name, "cross_entropy", "softmax") for name in ACTIVATIONS]
    ends = [("tanh", loss, output) for loss, output in losses_with_outputs()]
    return [*hidden, *ends, ("relu", "quantile_0.5", "identity"), ("relu", Brier(), "softmax")]


def case(number: int, activation: Activation | str, loss: Loss | str, output: str) -> dict[str, Any]:
    """Compute predictions, loss, gradient and one step of a network; `lacking` says why a page cannot have it."""
    name = f"{activation}, {output}, {loss}"
    network = Network(SIZES, activation, loss=loss, output=output, seed=number, dtype=np.float64)
    network.parameters += 0.1  # so that no bias is zero
    try:
        formulas = network_trees(network)
    except UsageError as error:
        return {"name": name, "lacking": str(error)}
    architecture, start = network.architecture, network.parameters.copy()
    trace = network.trace(len(INPUTS))
    network.forward(np.array(INPUTS), trace)
    network.backward(np.array(TARGETS), trace)
    optimizer = SGD(RATE)
    stepped = start.copy()
    optimizer.step(stepped, trace.gradient, optimizer.init(stepped), weight_count=network.architecture.weight_count)
    form = {"sizes": SIZES, "activations": [str(one) for one in architecture.activations]}
    form |= {"output": str(architecture.output), "loss": str(architecture.loss), "formulas": formulas}
    computed = {"predictions": trace.outputs, "loss": trace.loss, "gradient": trace.gradient, "stepped": stepped}
    return {
        "name": name,
        "form": form,
        "parameters": start.tolist(),
        **{key: np.asarray(value).tolist() for key, value in computed.items()},
    }


NAN = float("nan")
WORDS = {"state": ("TX", "CA", "NY"), "sex": ("f", "m"), "all alike": ("so",), "town": tuple(map(str, range(130)))}
COLUMNS = {  # an encoder, training values, and others that are told: far out, missing, never seen
    "size": ("numbers", [1.0, 2.0, 4.5, -3.0], [2.5, 1e6, -7.0, 0.0, 3.0]),
    "age": ("robust", [31.0, 45.5, NAN, 18.0], [40.0, NAN, 1e9, -1e-7, 18.0]),
    "amount": ("robust", [5.0, 5.0, 5.0, 90.0], [NAN, 5.0, -1e200, 6.5, 90.0]),
    "state": ("categories", [0.0, 1.0, NAN, 2.0], [0.0, NAN, -1.0, 2.0, 1.0]),
    "sex": ("categories", [0.0, 1.0, 1.0, 0.0], [0.0, 1.0, NAN, -1.0, 1.0]),
    "all alike": ("categories", [0.0, 0.0, 0.0, 0.0], [0.0, NAN, -1.0, 0.0, 0.0]),
    "joined": ("dates", [19_480.0, 19_844.0, 18_000.5, 11_016.0], [19_782 + 2 / 24, -2e4, 0.99999, NAN, 11_016.75]),
    "asked": ("seasons", [19_000.0, 19_845.25, NAN, 11_016.0], [19_782.0, -20_000.0, 0.99999, NAN, 25_000.5]),
    "height": ("piecewise", [1.5, 1.82, NAN, 1.71], [1.6, NAN, 2.5, 0.25, 1.79]),
    "weight": ("piecewise", [70.0, 70.0, 70.0, 70.0], [70.0, NAN, 75.5, 69.0, -1e6]),
    "income": ("periodic", [3.5, 8.25, NAN, 1.0], [2.75, NAN, 1e5, -4.5, 3.5]),
    "born": ("dates", [100.0, 101.0, NAN, 102.0], [NAN, 59.0, 102.0, -1.0, 789.0]),
}


def table() -> dict[str, Any]:
    """Encode rows of a table as a model does, and let eight networks answer for them: of classes, and of numbers."""
    names = list(COLUMNS)
    training, rows = (np.array([COLUMNS[name][place] for name in names]).T for place in (1, 2))
    chosen = {name: encoder for name, (encoder, _, _) in COLUMNS.items()}
    encoding = fit_columns(names, lambda: [training], chosen, WORDS)
    towns = fit_columns(["town"], lambda: [np.arange(260.0)[:, None] // 2], {"town": "categories"}, WORDS)
    described = encoding.describe()["columns"]
    answers = {}
    for activation, outputs in (("selu", 3), ("mish", 1)):
        sizes = [encoding.inputs, 6, 5, outputs]
        ends = ("softmax", "cross_entropy") if outputs > 1 else ("identity", "half_squared_error")
        networks = [
            Network(sizes, activation, output=ends[0], loss=ends[1], seed=seed, dtype=np.float64) for seed in range(8)
        ]
        model = (
            Model(networks, encoding, ("a", "b", "c"))
            if outputs > 1
            else Model(networks, encoding, (), TargetScale(3.5, 20.25))
        )
        architecture = networks[0].architecture
        form = {"sizes": sizes, "activations": [str(one) for one in architecture.activations]}
        form |= {"output": ends[0], "loss": ends[1], "formulas": network_trees(networks[0])}
        found = model.predict_probabilities(rows) if outputs > 1 else model.predict(rows)[:, None]
        answers[activation] = {
            "form": form,
            "parameters": [network.parameters.tolist() for network in networks],
            "scale": {"mean": 3.5, "deviation": 20.25} if outputs == 1 else None,
            "answers": found.tolist(),
        }
    return {
        "columns": [{"encoder": column["encoder"], "fields": column["fields"]} for column in described],
        "rows": [[None if np.isnan(value) else value for value in row] for row in rows.tolist()],
        "inputs": encoding.apply(rows, np.empty((len(rows), encoding.inputs))).tolist(),
        "towns": towns.describe()["columns"][0],
        "of_towns": towns.apply(np.arange(-1.0, 130)[:, None], np.empty((131, towns.inputs))).argmax(axis=1).tolist(),
        **answers,
    }


def digits() -> np.ndarray:
    """Draw slanted strokes in gray, and what has no slant: an empty image, and ink in one row."""
    rng = np.random.default_rng(21)
    images = np.zeros((6, SIDE, SIDE), np.uint8)
    for image, slant in zip(images, (-0.6, -0.2, 0.3, 0.7, 0, 0), strict=True):
        for row in range(4, 24):
            column = 14 + round(slant * (row - 14))
            image[row, column - 1 : column + 2] = rng.integers(60, 256, 3)
    images[4] = 0
    images[5, :14] = images[5, 15:] = 0
    return images


def drawn(strokes: list[list[list[float]]]) -> np.ndarray:
    """Draw strokes as the pad does, in whole arrays: fitted into 20x20, the center of mass on the middle of 28x28."""
    ends = np.array([[line[max(0, k - 1)], line[k]] for line in strokes for k in range(len(line))])
    low, high = ends.min(axis=(0, 1)), ends.max(axis=(0, 1))
    scale = (BOX - 2 * RADIUS) / (high - low).max()
    ends = scale * (ends - (low + high) / 2) + SIDE / 2 - 0.5
    ink = _painted(ends)
    rows, columns = np.indices(ink.shape)
    center = np.array([(ink * columns).sum(), (ink * rows).sum()]) / ink.sum()
    return _painted(ends + SIDE / 2 - center)


def _painted(ends: np.ndarray) -> np.ndarray:
    rows, columns = np.indices((SIDE, SIDE))
    places = np.stack([columns, rows], axis=-1)[:, :, None, :]  # (28, 28, 1, x and y)
    start, way = ends[:, 0], ends[:, 1] - ends[:, 0]
    squared = np.square(way).sum(axis=1)
    along = np.clip(((places - start) * way).sum(axis=-1) / np.where(squared > 0, squared, 1), 0, 1)
    distance = np.linalg.norm(places - start - along[..., None] * way, axis=-1).min(axis=-1)
    return np.floor(255 * np.clip((RADIUS - distance) / EDGE + 0.5, 0, 1) + 0.5) / 255


def encoded(images: np.ndarray) -> str:
    """Write bytes as text."""
    return base64.b64encode(images.astype(np.uint8).tobytes()).decode()


def computed() -> dict[str, Any]:
    """Compute all of it, as Python has it now."""
    images = digits()
    slant, middle = slants(images)
    return {
        "inputs": INPUTS,
        "targets": TARGETS,
        "rate": RATE,
        "networks": [case(number, *what) for number, what in enumerate(networks())],
        "deskewing": {
            "images": [encoded(image) for image in images],
            "slants": slant.tolist(),
            "middles": middle.tolist(),
            "upright": [encoded(image) for image in deskew(images)],
        },
        "drawings": [
            {"name": name, "strokes": strokes, "pixels": encoded(np.rint(255 * drawn(strokes)))}
            for name, strokes in STROKES.items()
        ],
        "table": table(),
        "quantities": [[value, quantity(value, "m")] for value in QUANTITIES],
    }


def registered() -> set[str]:
    """Name everything that a network can be made of."""
    return {*ACTIVATIONS, *LOSSES, *OUTPUTS}


if __name__ == "__main__":
    FILE.write_text(json.dumps(computed(), indent=None, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"written: {FILE.name}, {FILE.stat().st_size:,} bytes\n")
