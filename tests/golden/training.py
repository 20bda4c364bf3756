"""What training in the browser must compute: Python's random numbers, starts, orders and 100 steps, in training.json.

    python tests/golden/training.py    # writes it anew, after a change that is meant

`test_training.py` holds the file to what Python gives now, tests/js/training_parity.test.js the browser's training to
the file. Parameters are those at every so many places of the vector, and the length of the whole.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from glassnet import SGD, Adam, Dataset, Examples, Network, Optimizer, Penalty, PixelScaling, Training, load_dataset
from glassnet.pages.digits import LEVELS, packed_digits
from glassnet.randomness import generator

FILE = Path(__file__).with_suffix(".json")
DIGITS, BATCH, STEPS, RATE, EVERY = 300, 32, 100, 0.05, 40
STARTS = [
    ([784, 128, 10], "relu", 0),
    ([784, 32, 16, 10], "tanh", 7),
    ([784, 10], "relu", 3),
    ([784, 16, 10], "selu", 1),
]
OPTIMIZERS: dict[str, tuple[Optimizer, dict[str, Any]]] = {
    "sgd": (SGD(RATE), {"rate": RATE}),
    "momentum": (SGD(RATE, momentum=0.9), {"rate": RATE, "momentum": 0.9}),
    "adam": (Adam(0.003), {"rate": 0.003}),
}
CASES = [
    ([16], "relu", "sgd", 0.0),
    ([16], "relu", "momentum", 0.0),
    ([16], "relu", "adam", 0.0),
    ([16], "relu", "momentum", 0.001),
    ([12, 8], "tanh", "momentum", 0.0),
    ([12, 8], "sigmoid", "adam", 0.0),
    ([9], "identity", "sgd", 0.0),
    ([], "relu", "momentum", 0.0),
]


def text_of(values: np.ndarray) -> str:
    """Write numbers as text, exactly."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Take some digits, in the grays that a page has of them."""
    train = load_dataset("mnist").train
    images, labels = train.inputs[:DIGITS], train.targets[:DIGITS]
    return (np.rint(images * (LEVELS / 255)) * (255 // LEVELS)).astype(np.uint8), labels


def seen(vector: np.ndarray) -> dict[str, Any]:
    """Give a vector's length, and what stands at some of its places."""
    return {
        "length": float(np.linalg.norm(vector.astype(np.float64))),
        "values": vector[::EVERY].astype(float).tolist(),
    }


def case(hidden: list[int], activation: str, optimizer: str, l2: float) -> dict[str, Any]:
    """Train a network for 100 steps of several epochs; the gradient is that of the first batch, in double precision."""
    images, labels = digits()
    examples, none = Examples(images, labels), Examples(images[:0], labels[:0])
    names = tuple("0123456789")
    data = Dataset("digits", "classification", examples, none, none, PixelScaling((28, 28)), names)
    sizes = [784, *hidden, 10]
    network = Network(sizes, activation, seed=5)
    rule, settings = OPTIMIZERS[optimizer]
    penalty = Penalty(l2=l2)
    training = Training(
        network, data, optimizer=rule, batch_size=BATCH, seed=5, penalty=penalty, epochs=STEPS, workers=1
    )
    first = training.loader.order[:BATCH]
    double = Network(sizes, activation, seed=5, dtype=np.float64)
    double.parameters[:] = network.parameters
    trace = double.trace(BATCH)
    double.forward(images[first].reshape(BATCH, -1) / np.float64(255), trace)
    gradient = double.backward(np.eye(10)[labels[first]], trace)
    losses = []
    for _ in range(STEPS):
        if training.progress.batch == training.steps_per_epoch:
            next(training)
        losses.append(training.step().loss)
    form = {"hidden": hidden, "activation": activation, "optimizer": optimizer, "penalty": l2, **settings}
    return {"settings": form, "gradient": seen(gradient), "losses": losses[::9], "parameters": seen(network.parameters)}


def start(sizes: list[int], activation: str, seed: int) -> dict[str, Any]:
    """Give the digest of a network's first parameters."""
    parameters = Network(sizes, activation, seed=seed).parameters
    return {
        "sizes": sizes,
        "activation": activation,
        "seed": seed,
        "sha256": hashlib.sha256(parameters.tobytes()).hexdigest(),
    }


def computed() -> dict[str, Any]:
    """Compute all of it, as Python has it now."""
    images, labels = digits()
    return {
        "uniforms": text_of(generator(5, "initialization", 1).random(100)),
        "normals": text_of(generator(5, "initialization", 5).standard_normal(1000)),  # two of them beyond 3.66
        "orders": [
            {"seed": seed, "epoch": epoch, "order": generator(seed, "shuffle", epoch).permutation(100).tolist()}
            for seed, epoch in ((0, 0), (7, 3), (2**40 + 17, 1))
        ],
        "starts": [start(*form) for form in STARTS],
        "count": DIGITS,
        "digits": packed_digits(images, labels),
        "labels": labels.tolist(),
        "every": EVERY,
        "batch": BATCH,
        "steps": STEPS,
        "cases": [case(*form) for form in CASES],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(computed(), separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"written: {FILE.name}, {FILE.stat().st_size:,} bytes\n")
