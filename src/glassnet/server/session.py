"""Corrections: drawings that the network was told the right answer of, kept to be trained on, and saved with a run."""

from __future__ import annotations

import io
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray, Bytes, Floats, Integers
from ..data.dataset import Dataset, Examples
from ..data.readers.numpy_arrays import NpzArrays
from ..errors import DataFileError, UsageError
from ..evaluation.evaluate import evaluate
from ..files import write_whole
from ..model.model import Model
from ..registry import find
from ..regularization.penalties import Penalty
from ..runs.build import build_training, optimizer_for, resolve, schedule_for
from ..runs.directory import keep_run, read_run
from ..runs.example import pick_positions
from ..runs.settings import RunSettings, made, table
from ..training.fine_tuning import teach
from ..training.progress import Epoch
from ..training.training import Training
from .uploads import OF_RUN, OFFERED, SENT

FILE = "corrections.npz"  # of a saved run: images and labels
UNDOS = 20  # how often what was learned can be taken back: each keeps a copy of the parameters


class Corrections:
    """What was taught: images (corrections, 28, 28) of uint8, labels, and the parameters before each of them."""

    def __init__(self, images: AnyArray | None = None, labels: AnyArray | None = None) -> None:
        self.images: list[Bytes] = [] if images is None else list(images)
        self.labels: list[int] = [] if labels is None else [int(label) for label in labels]
        self.before: deque[AnyArray] = deque(maxlen=UNDOS)

    def __len__(self) -> int:
        return len(self.labels)

    def arrays(self) -> tuple[Bytes, Integers]:
        """Give images and labels as arrays."""
        return np.stack(self.images), np.array(self.labels)

    def add(self, image: Bytes, label: int) -> Corrections:
        """Give these and one more; what can be taken back stays the same."""
        more = Corrections(np.stack([*self.images, image]), np.array([*self.labels, label]))
        more.before = self.before
        return more

    def take_back(self) -> Floats:
        """Forget the last one, and give the parameters as they were before it.

        A UsageError if nothing was taught since the network last changed otherwise.
        """
        if not self.before:
            raise UsageError("no fine-tuning example to remove", remedy="Add one first")
        self.images.pop()
        self.labels.pop()
        parameters: Floats = self.before.pop()
        return parameters

    def settle(self) -> None:
        """Let training go on: what was taught is no longer the last thing that was learned."""
        self.before.clear()

    @classmethod
    def of_run(cls, directory: Path) -> Corrections:
        """Read those that a run was saved with; most have none. DataFileError if the file is not what it should be."""
        path = directory / FILE
        if not path.exists():
            return cls()
        found = NpzArrays(path).read()
        images, labels = found.inputs, found.targets
        digits = labels is not None and labels.dtype.kind in "ui" and bool((labels < 10).all() and (labels >= 0).all())
        if images.shape[1:] != (28, 28) or images.dtype != np.uint8 or not digits:
            raise DataFileError("not fine-tuning examples", expected="28 by 28 images and digits", where=path)
        return cls(images, labels)

    def save(self, directory: Path) -> None:
        """Write them beside a run's other files."""
        buffer = io.BytesIO()
        images, labels = self.arrays()
        np.savez_compressed(buffer, images=images, labels=labels.astype(np.uint8))
        write_whole(directory / FILE, buffer.getvalue())


MOST_NUMBERS = 20_000_000  # of parameters, or of a batch's activations
MOST_LAYERS, MOST_UNITS = 6, 2_048  # hidden, that a page draws


def suits_the_page() -> dict[str, Any]:
    """Give what suits one network that somebody watches."""
    declared = {name: option.setting.suits for name, option in table().items()}
    return {name: suits["page"] for name, suits in declared.items() if "page" in suits}


@dataclass
class Session:
    """A training that a person watches, with all that may be done to it between two steps.

    The settings are as they now are; `name` says where the network comes from, `identity` what pages call its data set.
    `trained` is a run's model as it was trained: all networks of an ensemble, with its decision.
    """

    settings: RunSettings
    data: Dataset
    training: Training
    name: str
    identity: str
    corrections: Corrections = field(default_factory=Corrections)
    trained: Model | None = None

    def __post_init__(self) -> None:
        self.epochs: list[Epoch] = []
        self.asked = self.settings.epochs  # and so many again whenever all are done

    @classmethod
    def of_run(cls, directory: Path) -> Session:
        """Take up a run's network, as its model has it."""
        settings, data, model = read_run(directory)
        settings = settings.changed(**suits_the_page())
        identity = settings.dataset if settings.dataset in OFFERED else OF_RUN
        name = f"{directory}, the first of {len(model.networks)} networks" if model.is_ensemble else str(directory)
        training, corrections = build_training(settings, data), Corrections.of_run(directory)
        session = cls(settings, data, training, name, identity, corrections, model)
        session.training.network.parameters[...] = model.network.parameters
        return session

    def anew(self, given: dict[str, Any], identity: str) -> Session:
        """Begin anew with other knobs; what this network was taught is kept for the next teaching.

        A UsageError if a setting is invalid, or the network is too large to watch.
        """
        kept = self._kept(given) if identity == self.identity else {}
        settings, data = resolve({**suits_the_page(), **given, **kept})
        if len(settings.hidden) > MOST_LAYERS or max(settings.hidden, default=0) > MOST_UNITS:
            expected = f"at most {MOST_LAYERS} hidden layers of at most {MOST_UNITS:,} neurons"
            raise UsageError("a network too large to watch", expected=expected, remedy="Train it with glassnet train")
        widths = [data.preprocessing.inputs, *settings.hidden, data.outputs]
        if max(sum(a * b for a, b in pairwise(widths)), settings.batch_size * sum(widths)) > MOST_NUMBERS:
            expected = f"at most {MOST_NUMBERS:,} weights, and activations of a batch"
            raise UsageError("a network too large to watch", expected=expected, remedy="Train it with glassnet train")
        corrections = Corrections(*self.corrections.arrays()) if self.corrections else Corrections()
        return Session(settings, data, build_training(settings, data), "", identity, corrections)

    def _kept(self, given: dict[str, Any]) -> dict[str, Any]:
        """Give settings of this network that the knobs say nothing of."""
        was, options = self.settings.as_dict(), table()
        kept = {"train_size": was["train_size"]}
        for name, value in was.items():
            option = options[name]
            goes = option.chooser and given.get(option.chooser, was[option.chooser]) != was[option.chooser]
            if not (option.setting.knob or "page" in option.setting.suits or goes or not option.setting.option):
                kept[name] = value
        kept = {name: value for name, value in kept.items() if name not in given}
        del kept["initializer"]
        if was["warmup"] >= given.get("epochs", was["epochs"]):
            del kept["warmup"]
        if list(given.get("activation", was["activation"][:1])) == [was["activation"][0]]:
            kept["initializer"] = was["initializer"]
            if tuple(given.get("hidden", was["hidden"])) == was["hidden"]:
                kept["activation"] = was["activation"]  # of which the knob shows the first
        return kept

    @property
    def model(self) -> Model:
        """The network as it now is; a copy."""
        return self.training.model

    def change(self, given: dict[str, Any]) -> None:
        """Turn knobs, all or none: UsageError if one of them is invalid, or must wait for a new beginning."""
        options = table()
        if later := [name for name in given if not find("setting", name, options).setting.live]:
            raise UsageError(f"{later[0]} cannot change during a training", remedy="Press Reset to start again with it")
        training = self.training
        settings = self.settings.changed(**given)
        if settings.epochs < training.progress.epoch:
            raise UsageError("fewer epochs than are done", expected=training.progress.epoch, got=settings.epochs)
        optimizer, schedule = optimizer_for(settings), schedule_for(settings, training.steps_per_epoch)
        penalty = made(Penalty, settings)
        training.schedule, training.penalty, training.epochs = schedule, penalty, settings.epochs
        if optimizer != training.optimizer:
            training.optimizer = optimizer
        self.settings = settings

    def go_on(self) -> None:
        """Let training go on, with room for more epochs when all are done."""
        self.corrections.settle()
        if self.training.finished:
            self.change({"epochs": self.training.progress.epoch + self.asked})

    def judge(self) -> dict[str, float] | None:
        """Judge the present network on the validation split."""
        if not len(self.data.validation):
            return None
        result = evaluate(self.model, self.data.validation).as_dict()
        names = ("accuracy", "loss") if self.data.task == "classification" else ("rmse", "loss")
        return {name: float(result[name]) for name in names}

    def teach(self, image: Bytes, label: int) -> dict[str, Any]:
        """Add a correction, train on all of them, and say what that did to the validation split."""
        if not self.reads_digits:
            raise UsageError("nothing to fine-tune on", expected="a network that reads digits", got=self.data.name)
        before, parameters = self.judge(), self.training.network.parameters.copy()
        corrections = self.corrections.add(image.reshape(28, 28), label)
        images, labels = corrections.arrays()
        teach(self.training.network, self.data, images, labels, seed=len(corrections))
        self.corrections = corrections  # now that it went well
        corrections.before.append(parameters)
        right = int(np.count_nonzero(self.model.predict(images) == labels))
        return {"before": before, "after": self.judge(), "right": right}

    def forget(self) -> None:
        """Take the last correction back, and what was learned from it."""
        self.training.network.parameters[...] = self.corrections.take_back()

    @property
    def reads_digits(self) -> bool:
        """Whether drawings can be told it."""
        return self.data.class_names == tuple("0123456789") and self.data.preprocessing.inputs == 28 * 28

    def samples(self, count: int) -> tuple[Examples, Integers]:
        """Choose examples that it was not trained on: a typical mistake, one of each class, what comes; and where."""
        examples = self.data.validation if len(self.data.validation) else self.data.train
        first = examples.select(slice(0, 2_000))
        positions = pick_positions(self.model, first, count)
        return first.select(positions), positions

    def save(self) -> Path:
        """Keep all of it as a run, which `glassnet train --resume` can go on with."""
        sent = Path(self.settings.dataset) if self.identity.startswith(SENT) else None  # deleted at the end
        path = keep_run(self.settings, self.data, self.training, self.epochs, sent)
        if self.corrections:
            self.corrections.save(path)
        return path
