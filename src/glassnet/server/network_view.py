"""The network that pages see: what they are told of a new one, and what the server computes of it when asked."""

from __future__ import annotations

import hashlib
import threading
from functools import cached_property
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.pixels import PixelScaling
from ..data.preprocessing.preprocessing import Preprocessing
from ..errors import UsageError
from ..evaluation.novelty import NoveltyDetector
from ..explanation.walkthrough import Walkthrough, WalkthroughDetail
from ..model.model import Model
from ..network.network import Network
from ..pages.explain_page import equations_of, model_data
from ..runs.build import architecture_for, resolve
from ..runs.directory import reference_and_threshold
from .session import Session

SAMPLES = 60
LEARNING_RATE = 0.01  # of the one step that the page takes back from the answer


def snapshot(session: Session) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Describe a session's network, its data, and some examples to a page: values for JSON, and arrays."""
    model, (examples, positions) = session.model, session.samples(SAMPLES)
    scaling = model.preprocessing
    way = Walkthrough(model, examples.inputs[0], examples.targets[0].item())
    parameters = np.ascontiguousarray(model.network.parameters)
    values: dict[str, Any] = {
        "subject": {
            **model_data(model),
            "rate": LEARNING_RATE,
            "equations": equations_of(WalkthroughDetail.of(way, learning_rate=LEARNING_RATE)),
            "deskew": isinstance(scaling, PixelScaling) and scaling.deskew,
            "drawable": isinstance(scaling, PixelScaling) and scaling.input_shape == (28, 28),
        },
        "task": session.data.task,
        "name": session.name,
        "validation": len(session.data.validation),
        "judged": session.judge(),
        "history": [],
    }
    return values, {"parameters": parameters, **rows(examples, positions, scaling)}


def rows(examples: Examples, positions: Integers, scaling: Preprocessing) -> dict[str, AnyArray]:
    """Give examples, their targets, and where in their split they stand, for a page."""
    arrays = {"inputs": network_inputs(examples, scaling), "targets": examples.targets}
    found = {name: np.ascontiguousarray(values, dtype=np.float32) for name, values in arrays.items()}
    return {**found, "positions": positions.astype(np.int32)}


def network_inputs(examples: Examples, scaling: Preprocessing) -> AnyArray:
    """Give examples as the network takes them, (examples, inputs)."""
    return scaling.apply(scaling.flatten(examples.inputs))


def name_of(parameters: AnyArray) -> str:
    """Name a network by what it has learned, so that a link can tell whether it was made with this one."""
    return hashlib.sha256(parameters.tobytes()).hexdigest()[:8]


SAME_DATA = ("dataset", "target", "task", "train_size", "validation_size", "test_size", "seed", "deskew")


class NetworkView:
    """The data, the novelty detector and the model of one network, each loaded when first asked for.

    Of `before`, another network's view, what was loaded of the same data is used again.
    """

    def __init__(self, knobs: dict[str, Any], before: NetworkView | None = None) -> None:
        self.knobs = knobs
        self.lock = threading.RLock()
        if before and all(before.knobs[name] == knobs[name] for name in SAME_DATA):
            loaded = ("data", "detector")
            self.__dict__.update({name: before.__dict__[name] for name in loaded if before.has(name)})

    @cached_property
    def data(self) -> Dataset:
        """The same data as the trainer's."""
        return resolve(self.knobs)[1]

    @property
    def examples(self) -> Examples:
        """Those to evaluate on: the validation split, or the training examples where there is none."""
        return self.data.validation if len(self.data.validation) else self.data.train

    @cached_property
    def detector(self) -> NoveltyDetector | None:
        """What refuses inputs unlike the data; None where there are too few examples to learn it from."""
        try:
            return NoveltyDetector.fit(self.model(), *reference_and_threshold(self.data))
        except UsageError:
            return None

    def has(self, part: str) -> bool:
        """Whether ``data`` or ``detector`` has been computed."""
        return part in self.__dict__

    def load(self, part: str) -> None:
        """Compute ``data`` or ``detector``; in whatever thread, once."""
        with self.lock:
            getattr(self, part)

    def model(self, parameters: Floats | None = None) -> Model:
        """Give the model with these parameters."""
        knobs, data = self.knobs, self.data
        architecture = architecture_for(tuple(knobs["hidden"]), tuple(knobs["activation"]), knobs["loss"], data)
        network = Network.of(architecture)
        if parameters is not None:
            network.parameters[...] = parameters
        return Model.for_data(network, data)
