"""The parts of a training, made from its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from ..data.catalogue import CATALOGUE
from ..data.dataset import Dataset
from ..data.images.augmentation import Augmentation
from ..data.load import is_path, load_dataset
from ..data.preprocessing.table import TablePreprocessing
from ..errors import DataFileError, UsageError
from ..hardware import suitable_threads
from ..network.architecture import Architecture
from ..network.network import Network
from ..optimizers.adam import Adam, AdamW
from ..optimizers.averaging import Averaging, ExponentialAverage, TailAverage
from ..optimizers.optimizer import Optimizer
from ..optimizers.rmsprop import RMSprop
from ..optimizers.schedules import Schedule, WarmUp, schedule
from ..optimizers.sgd import SGD
from ..registry import find
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization
from ..training.progress import check_counts
from ..training.training import Training
from .settings import Settings, checked

OPTIMIZERS: dict[str, type[Optimizer]] = {cls.name: cls for cls in (SGD, RMSprop, Adam, AdamW)}
AUGMENTATION = tuple(field.name for field in fields(Augmentation))


def optimizer_for(settings: Settings) -> Optimizer:
    """Make the update rule; UsageError for one that is not known, or an option that it does not take."""
    rule = find("optimizer", settings.optimizer, OPTIMIZERS)
    known = {field.name for field in fields(rule)}
    options = {"momentum": settings.momentum, "nesterov": settings.nesterov}
    for option, value in options.items():
        if value and option not in known:
            remedy = "Leave it out, or choose another optimizer"
            raise UsageError(f"{settings.optimizer} takes no {option}", remedy=remedy)
    fitting = {option: value for option, value in options.items() if option in known}
    return rule(learning_rate=settings.learning_rate, weight_decay=settings.weight_decay, **fitting)


def schedule_for(settings: Settings, steps_per_epoch: int) -> Schedule:
    """Make what scales the rate over the training."""
    if not 0 <= settings.warmup < max(settings.epochs, 1):
        expected = f"0 or more, and less than the {settings.epochs} epochs"
        raise UsageError("impossible warmup", expected=expected, got=settings.warmup)
    chosen = schedule(settings.schedule)
    return WarmUp(round(settings.warmup * steps_per_epoch), chosen) if settings.warmup else chosen


def augmentation_for(settings: Settings, data: Dataset) -> Augmentation:
    """Make the noise of training images; UsageError for one that would change what shall be learned."""
    turning = (settings.rotation, settings.shear, settings.straighten, settings.deskew)
    if data.name == "rotated-mnist" and any(turning):
        remedy = "Leave rotation, shear, straightening and deskewing out: the angle is what shall be learned"
        raise UsageError("augmentation that changes the target", remedy=remedy)
    return Augmentation(**{name: getattr(settings, name) for name in AUGMENTATION})


def averaging_for(settings: Settings) -> Averaging | None:
    """Make the average of the parameters, if there is one; UsageError for two."""
    if settings.average_decay and settings.average_tail:
        raise UsageError("two averages of the parameters", remedy="Set average_decay or average_tail, not both")
    if settings.average_tail:
        return TailAverage(settings.average_tail)
    return ExponentialAverage(settings.average_decay) if settings.average_decay else None


LEARNING_RATES = {"sgd": 0.1, "rmsprop": 0.001, "adam": 0.003, "adamw": 0.003}
SUITS_THE_ACTIVATION = "auto"
DEFAULT = "mnist"
SEEDS_APART = 1_000  # between the seeds of an ensemble's networks, so that several runs' seeds may count up

REGULARIZATION = tuple(field.name for field in fields(Regularization))

# What suits all data sets and optimizers.
USUAL: dict[str, Any] = {
    "activation": ("relu",),
    "initializer": SUITS_THE_ACTIVATION,
    "nesterov": False,
    "schedule": "one-cycle",
    "warmup": 0.0,
    "batch_size": 64,
    "deskew": False,
    **dict.fromkeys(["l1", "l2", *AUGMENTATION, *REGULARIZATION, "average_decay", "average_tail"], 0.0),
    "patience": 0,
    "ensemble": 1,
    "member": 0,
    "seeds": 1,
}
# What suits each task, chosen on the validation splits of MNIST and rotated MNIST.
SUITED: dict[str, dict[str, Any]] = {
    "classification": {"hidden": (128,), "loss": "cross_entropy", "optimizer": "sgd", "epochs": 12},
    "regression": {"hidden": (256, 64), "loss": "mse", "optimizer": "adam", "epochs": 10},
}
FEWEST_STEPS = 2_000  # that one's own data is trained with by default: a small table is gone through more often
MOST_EPOCHS = 200
PATIENCE = 20  # epochs without improvement; the best one's parameters are kept
TABLE_HIDDEN = (64,)  # a table has few columns, and mostly few rows


def settle(given: Mapping[str, Any]) -> tuple[Settings, Dataset]:
    """Fill in what was left open, and load the data it is about.

    Parameters
    ----------
    given : mapping
        Some of the fields of `Settings`; others take what suits the data set.

    Returns
    -------
    Settings, Dataset

    Raises
    ------
    UnknownNameError
        If a setting or a name is not known.
    UsageError
        If a value cannot be meant.
    """
    given = checked(given)
    seed = given.get("seed", 0)
    data = _load(given, seed)
    suited = _suited(data, given)
    optimizer = given.get("optimizer", suited["optimizer"])
    rule = find("optimizer", optimizer, OPTIMIZERS)
    if given.get("deskew"):
        data = replace(data, preprocessing=data.preprocessing.upright())
    values: dict[str, Any] = {
        **USUAL,
        "target": "",
        **suited,
        "optimizer": optimizer,
        "learning_rate": LEARNING_RATES[optimizer],
        "momentum": 0.9 if optimizer == "sgd" else 0.0,
        "weight_decay": rule.weight_decay,
        "seed": seed,
        **given,
        "dataset": _lasting_name(given.get("dataset", DEFAULT)),
        "task": data.task,
        "fingerprint": _fingerprint(data, given),
        "train_size": len(data.train),
        "validation_size": len(data.validation),
        "test_size": len(data.test),
    }
    check_counts({"number of networks": values["ensemble"], "number of seeds": values["seeds"]})
    values["batch_size"] = min(values["batch_size"], len(data.train))
    parameter_count = architecture_for(values["hidden"], values["activation"], values["loss"], data).parameter_count
    values.setdefault("threads", suitable_threads(parameter_count, values["batch_size"]))
    return Settings(**values), data


def _load(given: Mapping[str, Any], seed: int) -> Dataset:
    keys = ("train_size", "validation_size", "test_size", "target", "task")
    options = {key: given[key] for key in keys if given.get(key, "") != ""}
    if "task" in options:
        find("task", options["task"], SUITED)
    return load_dataset(given.get("dataset", DEFAULT), **options, seed=seed)


def _fingerprint(data: Dataset, given: Mapping[str, Any]) -> str:
    """Take the fingerprint of one's own data, and refuse other data than a run has begun with."""
    found = "" if given.get("dataset", DEFAULT) in CATALOGUE else data.fingerprint()
    if given.get("fingerprint", "") not in ("", found):
        remedy = "Put the old data back, or train anew"
        raise DataFileError("the data is not what the run was begun with", where=given["dataset"], remedy=remedy)
    return found


def _lasting_name(name: str) -> str:
    """Give a name of the catalogue as it is, and a path so that it holds wherever a run is read."""
    return name if name in CATALOGUE or not is_path(name) else str(Path(name).absolute())


def _suited(data: Dataset, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what suits the task; for one's own data with enough steps, and an end when nothing improves."""
    suited = SUITED[data.task]
    if given.get("dataset", DEFAULT) in CATALOGUE:  # by what was asked for: a folder may be called mnist too
        return suited
    batch_size = given.get("batch_size", USUAL["batch_size"])
    steps = -(-len(data.train) // max(1, min(batch_size, len(data.train))))
    epochs = min(MOST_EPOCHS, max(suited["epochs"], -(-FEWEST_STEPS // steps)))
    table = {"hidden": TABLE_HIDDEN} if isinstance(data.preprocessing, TablePreprocessing) else {}
    return {**suited, **table, "epochs": epochs, "patience": PATIENCE if len(data.validation) else 0}


def build_training(settings: Settings, data: Dataset) -> Training:
    """Make the training that the settings describe, at its start.

    Raises
    ------
    UsageError
        If a value cannot be meant.
    """
    architecture = architecture_for(settings.hidden, settings.activation, settings.loss, data)
    seed = seed_of(settings)
    network = Network(
        architecture.sizes,
        architecture.activations,
        loss=architecture.loss,
        output=architecture.output,
        initializer=None if settings.initializer == SUITS_THE_ACTIVATION else settings.initializer,
        seed=seed,
    )
    steps_per_epoch = -(-len(data.train) // settings.batch_size) if settings.batch_size > 0 else 1
    return Training(
        network,
        data,
        optimizer=optimizer_for(settings),
        schedule=schedule_for(settings, steps_per_epoch),
        penalty=Penalty(settings.l1, settings.l2),
        augmentation=augmentation_for(settings, data),
        regularization=Regularization(**{name: getattr(settings, name) for name in REGULARIZATION}),
        averaging=averaging_for(settings),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        patience=settings.patience or None,
        seed=seed,
        threads=settings.threads,
    )


def seed_of(settings: Settings) -> int:
    """Give the seed of a network's start, shuffles and noise: its own in an ensemble, where all have the same data."""
    return settings.seed + SEEDS_APART * settings.member


def architecture_for(hidden: tuple[int, ...], activation: tuple[str, ...], loss: str, data: Dataset) -> Architecture:
    """Fit an architecture to the data: classes go with softmax, or with sigmoids where the loss is not cross-entropy.

    Parameters
    ----------
    hidden, activation, loss
        As in `Settings`.
    data : Dataset
        Whose inputs and outputs the network gets.

    Raises
    ------
    UsageError
        If they do not fit one another.
    """
    if loss == "cross_entropy" and data.task == "regression":
        expected, remedy = "mse, mae or huber", f"{data.name} predicts numbers"
        raise UsageError("loss does not fit the data set", expected=expected, got=loss, remedy=remedy)
    classes_by_distance = data.task == "classification" and loss != "cross_entropy"
    activations = activation[0] if len(activation) == 1 else activation
    sizes = (data.preprocessing.inputs, *hidden, data.outputs)
    return Architecture.of(sizes, activations, loss, "sigmoid" if classes_by_distance else None)
