"""A network's data, settings and detector, loaded when first asked for: for what the server computes itself."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import Any

from ...arrays import Floats
from ...data.examples import Dataset, Examples
from ...errors import UsageError
from ...evaluation.novelty import NoveltyDetector
from ...model.model import Model
from ...network.network import Network
from ...training.configuration import architecture_for, settle
from ...training.scale import target_scale
from ..novelty import known_and_judged

SAME_DATA = ("dataset", "target", "task", "train_size", "validation_size", "test_size", "seed", "deskew")


class Room:
    """What belongs to one network on show.

    Parameters
    ----------
    knobs : dict
        Its settings.
    before : Room, optional
        Of another network; of the same data, what was loaded there is used again.
    """

    def __init__(self, knobs: dict[str, Any], before: Room | None = None) -> None:
        self.knobs = knobs
        self.lock = threading.RLock()
        if before and all(before.knobs[name] == knobs[name] for name in SAME_DATA):
            self.__dict__.update(
                {name: before.__dict__[name] for name in ("data", "detector") if name in before.__dict__}
            )

    @cached_property
    def data(self) -> Dataset:
        """The same data as the trainer's."""
        return settle(self.knobs)[1]

    @property
    def examples(self) -> Examples:
        """Those to judge by: the validation split, or the training examples where there is none."""
        return self.data.validation if len(self.data.validation) else self.data.train

    @cached_property
    def detector(self) -> NoveltyDetector | None:
        """What refuses inputs unlike the data; None where there are too few examples to learn it from."""
        try:
            return NoveltyDetector.fit(self.model(), *known_and_judged(self.data))
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
        return Model(network, data.preprocessing, data.class_names, target_scale(network, data), data.unit)
