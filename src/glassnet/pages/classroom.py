"""A classroom in one file: digits, a trained network and all that trains others in the browser. No server, no names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..data.dataset import Dataset
from ..data.load import load_dataset
from ..files import write_whole
from ..model.model import Model
from ..network.activations import ACTIVATIONS
from ..network.formula import activation_trees
from ..network.network import Network
from ..optimizers.sgd import SGD
from ..training.training import Training
from .bundle import bundled
from .digits import packed_digits
from .explain_page import model_data
from .seal import sealed
from .single_file import encoded, fill, inert, read

UNSEEN = 5_000  # digits that no network in the file is trained on
# Of the network that the file opens with: sixteen neurons can all be seen, and it errs on one digit in twenty.
HIDDEN, RATE, MOMENTUM, BATCH, EPOCHS, SEED = 16, 0.1, 0.9, 128, 3, 0
STYLES = ("tokens", "classroom")


def write_classroom(path: Path, digits: int = 20_000) -> None:
    """Write the file, with so many digits to learn from."""
    data = load_dataset("mnist", train_size=digits, validation_size=UNSEEN)
    trusted = {
        "styles": "\n".join(read(f"css/{name}.css") for name in STYLES),
        "data": inert(json.dumps(page_data(start_network(data), data), allow_nan=False)),
        "script": bundled("#app/classroom.js", {}),
    }
    write_whole(path, sealed(fill("classroom.html", trusted, {})))


def start_network(data: Dataset) -> Model:
    """Train the network that the file opens with, in a second."""
    network = Network([784, HIDDEN, 10], seed=SEED)
    rule = SGD(learning_rate=RATE, momentum=MOMENTUM)
    training = Training(network, data, optimizer=rule, batch_size=BATCH, epochs=EPOCHS, seed=SEED, workers=1)
    for _ in training:
        pass
    return training.model


def page_data(model: Model, data: Dataset) -> dict[str, Any]:
    """Give what the page's scripts read."""
    about = model_data(model)
    about["network"]["formulas"]["activations"] = {
        name: activation_trees(activation()) for name, activation in ACTIVATIONS.items()
    }
    return {
        **about,
        "parameters": encoded(model.network.parameters),
        "digits": packed_digits(data.train),
        "unseen": packed_digits(data.validation),
    }
