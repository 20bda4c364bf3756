"""The networks that a page is given: the run's, and for each data set that it chose a new one, with their examples."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray, Integers
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.pixels import PixelScaling
from ..data.preprocessing.preprocessing import Preprocessing
from ..errors import DataError, UsageError
from ..evaluation.evaluate import evaluate
from ..evaluation.novelty import NoveltyDetector
from ..model.model import Model
from ..network.activations import ACTIVATIONS
from ..network.formula import activation_trees
from ..network.network import Network
from ..pages.explain_page import model_data, network_inputs
from ..pages.table_facts import table_facts
from ..runs.build import build_training, resolve, schedule_for
from ..runs.directory import detector_of, read_run, reference_and_threshold
from ..runs.example import pick_positions
from ..runs.run import HISTORY, checked_history
from ..runs.settings import RunSettings, table
from .uploads import OF_RUN, OFFERED, UploadStore

SAMPLES = 60  # examples to choose from
LOOKED_AT = 2_000  # among so many
LOADED = 3  # networks of other data that stay in memory
PARTS = ("validation", "train", "test")
MOST_EXAMPLES = 50_000  # of one request
SPREAD = 10_000  # training examples that the deviation of each input is taken of


def suits_the_page() -> dict[str, Any]:
    """Give what suits one network that somebody watches."""
    declared = {name: option.setting.suits for name, option in table().items()}
    return {name: suits["page"] for name, suits in declared.items() if "page" in suits}


@dataclass
class Shown:
    """A network and its data: a run's, as it was trained, or a new one."""

    settings: RunSettings
    data: Dataset
    model: Model
    identity: str
    name: str = ""
    history: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.run: Path | None = None

    @classmethod
    def of_run(cls, directory: Path) -> Shown:
        """Read a run."""
        settings, data, model = read_run(directory)
        identity = settings.dataset if settings.dataset in OFFERED else OF_RUN
        name = f"{directory}, {len(model.networks)} networks" if model.is_ensemble else str(directory)
        shown = cls(settings, data, model, identity, name, _history(directory))
        shown.run = directory
        return shown

    @classmethod
    def new(cls, identity: str, given: dict[str, Any]) -> Shown:
        """Begin a network for a data set, as suits it; errors as in `resolve`."""
        settings, data = resolve({**suits_the_page(), **given})
        return cls(settings, data, build_training(settings, data).model, identity)

    @property
    def first(self) -> Model:
        """The model with the one network that is taken apart: of an ensemble the first."""
        return replace(self.model, networks=(self.model.network,))

    @property
    def examples(self) -> Examples:
        """Those to evaluate on: the validation split, or the training examples where there is none."""
        return self.data.validation if len(self.data.validation) else self.data.train

    @cached_property
    def _detector(self) -> NoveltyDetector | None:
        try:
            if self.run:
                return detector_of(self.run, (self.data, self.model))
            return NoveltyDetector.fit(self.model, *reference_and_threshold(self.data))
        except UsageError:
            return None

    def detector(self) -> NoveltyDetector | None:
        """Give what refuses inputs unlike the data, fitted once; None where there are too few examples."""
        with self.lock:
            return self._detector

    @property
    def fitted(self) -> bool:
        """Whether the detector is there already."""
        return "_detector" in self.__dict__

    def part(self, name: str) -> Examples:
        """Give a part of the data by its name; validation is training where there is none, as for `explain`."""
        if name not in PARTS:
            raise DataError("no such part of the data", expected=" or ".join(PARTS), got=name[:80])
        return self.examples if name == "validation" else getattr(self.data, name)

    def judged(self) -> dict[str, float] | None:
        """Judge the network on the validation split."""
        if not len(self.data.validation):
            return None
        result = evaluate(self.model, self.data.validation).as_dict()
        names = ("accuracy", "loss") if self.data.task == "classification" else ("rmse", "loss")
        return {name: float(result[name]) for name in names}

    def last_rate(self) -> float:
        """Give the rate of the run's last step, with which training would go on."""
        steps = -(-len(self.data.train) // self.settings.batch_size)
        total = max(1, self.settings.epochs * steps)
        factor = schedule_for(self.settings, steps).factor(total - 1, total)
        return float(self.settings.as_dict()["learning_rate"] * factor)

    @cached_property
    def described(self) -> tuple[dict[str, Any], dict[str, AnyArray]]:
        """Describe it to a page: values for JSON, and arrays."""
        scaling, first = self.model.preprocessing, self.first
        facts, of_table = table_facts(self.model, self.data, bool(self.run))
        sizes = {name: len(getattr(self.data, name)) for name in PARTS}
        values: dict[str, Any] = {
            "subject": {
                **model_data(first),
                "table": facts,
                "deskew": isinstance(scaling, PixelScaling) and scaling.deskew,
                "drawable": isinstance(scaling, PixelScaling) and scaling.input_shape == (28, 28),
            },
            "fresh": self._fresh() if self.data.task == "classification" else None,
            "task": self.data.task,
            "name": self.name,
            "data": self.identity,
            "trained": bool(self.run),
            "settings": self.settings.as_dict() | {"dataset": self.identity},
            "rate": self.last_rate(),
            "history": self.history,
            "judged": self.judged() if self.run else None,
            "sizes": sizes,
            "validation_is_training": not sizes["validation"],
        }
        arrays = {"parameters": np.ascontiguousarray(first.network.parameters), "spread": self._spread()}
        return values, arrays | rows(self.examples, self._samples(), scaling) | of_table

    def _fresh(self) -> dict[str, Any]:
        """Give the form of networks that the page trains itself, with the formulas of all activations."""
        sizes = [self.data.preprocessing.inputs, 1, self.data.outputs]
        form: dict[str, Any] = model_data(Model.for_data(Network(sizes), self.data))["network"]
        form["formulas"]["activations"] = {name: activation_trees(kind()) for name, kind in ACTIVATIONS.items()}
        return form

    def _samples(self) -> Integers:
        """Choose examples that it was not trained on: a typical mistake, one of each class, what comes."""
        return pick_positions(self.first, self.examples.select(slice(0, LOOKED_AT)), SAMPLES)

    def _spread(self) -> AnyArray:
        """Give the deviation of each input over the training set, by which pictures of weights are multiplied."""
        values = network_inputs(self.data.train.spread(SPREAD), self.model.preprocessing)
        return np.ascontiguousarray(values.std(axis=0, dtype=np.float64), dtype=np.float32)

    def rows_of(self, part: str, first: int, most: int) -> tuple[dict[str, Any], dict[str, AnyArray]]:
        """Give examples by their numbers in a part: pixels as bytes where the network takes them so, or inputs."""
        examples, scaling = self.part(part), self.model.preprocessing
        if first >= len(examples):
            got = f"{part} example {first:,}"
            raise DataError("no such example", expected=f"0 to {len(examples) - 1:,}", got=got)
        chosen = examples.select(slice(first, first + min(most, MOST_EXAMPLES)))
        values = {"part": part, "first": first, "all": len(examples)}
        targets = np.ascontiguousarray(chosen.targets, dtype=np.float32)
        if takes_bytes(scaling, chosen):
            return values, {"pixels": np.ascontiguousarray(scaling.flatten(chosen.inputs)), "targets": targets}
        inputs = np.ascontiguousarray(network_inputs(chosen, scaling), dtype=np.float32)
        return values, {"inputs": inputs, "targets": targets}


def _history(directory: Path) -> list[dict[str, Any]]:
    """Read the epochs of a run; an ensemble has none of its own."""
    path = directory / HISTORY
    if not path.exists():
        return []
    whole = path.read_bytes().count(b"\n")  # while it trains, the last line may be half written
    return [json.loads(line) for line in checked_history(path, whole)]


def takes_bytes(scaling: Preprocessing, examples: Examples) -> bool:
    """Whether inputs are the bytes of pictures, divided by 255."""
    return isinstance(scaling, PixelScaling) and not scaling.deskew and examples.source_inputs.dtype == np.uint8


def rows(examples: Examples, positions: Integers, scaling: Preprocessing) -> dict[str, AnyArray]:
    """Give examples, their targets, and where in their split they stand, for a page."""
    chosen = examples.select(positions)
    arrays = {"inputs": network_inputs(chosen, scaling), "targets": chosen.targets}
    found = {name: np.ascontiguousarray(values, dtype=np.float32) for name, values in arrays.items()}
    return {**found, "positions": positions.astype(np.int32)}


class Networks:
    """The run's network, and those of other data, of which the few last asked for stay loaded."""

    def __init__(self, run: Path, uploads: UploadStore) -> None:
        self.run, self.uploads = Shown.of_run(run), uploads
        self.others: OrderedDict[str, Shown] = OrderedDict()

    def of(self, identity: str) -> Shown:
        """Give the network for a data set by its id, the run's own without one; a UsageError if there is none such."""
        if identity in ("", self.run.identity):
            return self.run
        settings = self.uploads.settings(identity)
        shown = self.others.pop(identity, None) or Shown.new(identity, settings)
        self.others[identity] = shown
        while len(self.others) > LOADED:
            self.others.popitem(last=False)
        return shown
