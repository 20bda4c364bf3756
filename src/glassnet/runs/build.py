"""The parts of a training, made from its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..data.catalogue import CATALOGUE
from ..data.dataset import Dataset, Examples, ExamplesOnDisk
from ..data.images.augmentation import Augmentation
from ..data.load import is_path, load_dataset
from ..data.preprocessing.table import TablePreprocessing
from ..data.splits import DEFAULT_VALIDATION_SIZE, split_sizes
from ..errors import DataFileError, UsageError
from ..network.architecture import Architecture
from ..network.network import Network
from ..optimizers.averaging import AVERAGES, Averaging
from ..optimizers.optimizer import OPTIMIZERS, Optimizer
from ..optimizers.schedules import SCHEDULES, Schedule, WarmUp
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization
from ..settings import settings_of
from ..training.parallel.executor import suitable_parts
from ..training.training import Training
from .settings import SUITS_THE_ACTIVATION, RunSettings, checked, completed, made, table
from .threshold import rule_of

SEEDS_APART = 1_000  # between the seeds of an ensemble's networks, so that several runs' seeds may count up
FEWEST_STEPS = 2_000  # that one's own data is trained with by default: a small table is gone through more often
MOST_EPOCHS = 200
# Settings of how a file is read; see `glassnet.data.reading.ReadingOptions`.
READING = (
    "header",
    "delimiter",
    "decimal",
    "encoding",
    "leave_out",
    "keep",
    "categories",
    "dates",
    "group",
    "time",
    "read_as",
    "on_error",
    "window",
)
PATIENCE = 20  # epochs without improvement; the best one's parameters are kept
# Of a table, see benchmarks/LOG.md: a network that is one of several needs fewer steps than one alone.
TABLE_EPOCHS, TABLE_STEPS = {True: 96, False: 256}, {True: 1_500, False: 3_000}
# Rows to learn from, those of a file of some 50,000, above which one network is better than eight that take three times
# as long (43,152 rows of diamonds: RMSE 547 and 569, in 6,000 steps and in eight times 1,500).
LARGE_TABLE = 40_000
TABLE_NETWORKS = 8


def optimizer_for(settings: RunSettings) -> Optimizer:
    """Make the update rule."""
    rule: Optimizer = made(OPTIMIZERS[settings.optimizer], settings)
    return rule


def schedule_for(settings: RunSettings, steps_per_epoch: int) -> Schedule:
    """Make what scales the rate over the training."""
    if settings.warmup >= settings.epochs:
        expected = f"0 or more, and less than the {settings.epochs} epochs"
        raise UsageError("invalid warmup", expected=expected, got=settings.warmup)
    chosen: Schedule = made(SCHEDULES[settings.schedule], settings)
    return WarmUp(round(settings.warmup * steps_per_epoch), chosen) if settings.warmup else chosen


def augmentation_for(settings: RunSettings, data: Dataset) -> Augmentation:
    """Make the noise of training images; UsageError for one that would change what shall be learned."""
    turning = (settings.rotation, settings.shear, settings.straighten, settings.deskew)
    if data.name == "rotated-mnist" and any(turning):
        remedy = "Leave rotation, shear, straightening and deskewing out: the angle is what shall be learned"
        raise UsageError("augmentation that changes the target", remedy=remedy)
    augmentation: Augmentation = made(Augmentation, settings)
    return augmentation


def averaging_for(settings: RunSettings) -> Averaging | None:
    """Make the average of the parameters, if there is one; UsageError for two."""
    switches = {settings_of(average)[0].key: average for average in AVERAGES.values()}
    wanted = [name for name in switches if getattr(settings, name)]
    if len(wanted) > 1:
        raise UsageError("two averages of the parameters", remedy=f"Set {' or '.join(wanted)}, not both")
    return made(switches[wanted[0]], settings) if wanted else None


def resolve(overrides: Mapping[str, Any], read: Dataset | None = None) -> tuple[RunSettings, Dataset]:
    """Fill in what was left open of a run's settings, as suits the data set, and load the data.

    All settings of one network of several are known, and `read` is the data that was read for all of them.
    An UnknownNameError if a setting or a name is not known, a UsageError if a value is invalid.
    """
    given = checked(overrides)
    if read is not None:
        return settle(read, given, given)
    data = _load(given)
    if given.get("deskew"):
        data = replace(data, preprocessing=data.preprocessing.upright())
    facts: dict[str, Any] = {
        "dataset": lasting_name(_dataset(given)),
        "task": data.task,
        "fingerprint": _fingerprint(data, given),
        **_sizes(data, given),
        **_as_read(data, given),
    }
    return settle(data, {**given, **facts}, given)


def settle(data: Dataset, known: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[RunSettings, Dataset]:
    """Fill in what is not known of the settings, as suits data that is loaded; `given` is what somebody has chosen.

    The data is divided as the settings say: for one network of several in folds, or for all of them together.
    """
    table = isinstance(data.preprocessing, TablePreprocessing)
    places = (data.task, "table", f"table {data.task}") if table else (data.task,)
    settings = completed(known, *places)
    own = {} if known.get("dataset", "mnist") in CATALOGUE else _suited_to_own(data, settings, given, table)
    computed: dict[str, Any] = {name: value for name, value in own.items() if name not in given}
    data = _in_folds(data, replace(settings, **computed))
    computed["batch_size"] = min(computed.get("batch_size", settings.batch_size), len(data.train))
    if "input_parts" not in given:
        architecture = architecture_for(settings.hidden, settings.activation, settings.loss, data)
        steps = -(-len(data.train) // computed["batch_size"])
        computed["input_parts"] = suitable_parts(architecture.parameter_count, computed["batch_size"], steps)
    settings = replace(settings, **computed)
    rule_of(settings, data)  # refuses what cannot be decided, before anything is trained
    return settings, data


def _dataset(given: Mapping[str, Any]) -> str:
    """Give what was asked for: a folder may be called as a data set of the catalogue is."""
    name: str = given.get("dataset", table()["dataset"].setting.default)
    return name


def _load(given: Mapping[str, Any]) -> Dataset:
    keys = ("train_size", "validation_size", "test_size", "target", "task", "sha256", "group", "time")
    options = {key: given[key] for key in keys if given.get(key, "") != ""}
    if _dataset(given) not in CATALOGUE:
        options |= {key: given[key] for key in READING if given.get(key, "") not in ("", ())}
    return load_dataset(_dataset(given), **options, seed=given.get("seed", 0))


def _sizes(data: Dataset, given: Mapping[str, Any]) -> dict[str, int]:
    """Give how many rows train, validate and test; where whole groups do, how many were asked for, as a resume does."""
    train, validation, test = len(data.train), len(data.validation), len(data.test)
    if data.groups:
        rows = len(data.groups.numbers)
        train, validation = split_sizes(rows - test, given.get("train_size"), given.get("validation_size"))
        test = given.get("test_size", min(DEFAULT_VALIDATION_SIZE, rows // 6))
    return {"train_size": train, "validation_size": validation, "test_size": test}


def _as_read(data: Dataset, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was decided about one's own file as settings, by which it is read in the same way again."""
    taken = {key: data.reading[key] for key in ("target", *READING)}
    said = {
        key: tuple(value) if isinstance(value, list) else value for key, value in taken.items() if value is not None
    }
    return {**said, "reading": given.get("reading") or tuple(data.reading.lines(width=10_000, most=None))}


def _fingerprint(data: Dataset, given: Mapping[str, Any]) -> str:
    """Take the fingerprint of one's own data, and refuse other data than a run has begun with."""
    if _dataset(given) in CATALOGUE:
        return ""
    found, begun_with = data.fingerprint(), given.get("fingerprint", "")
    if begun_with in ("", found):
        return found
    if begun_with == data.fingerprint(with_names=False):  # as version 0.1 took it
        return str(begun_with)
    remedy = "Put the old data back, or train anew"
    raise DataFileError("the data is not what the run was started with", where=given["dataset"], remedy=remedy)


def lasting_name(name: str) -> str:
    """Give a name of the catalogue as it is, and a path so that it holds wherever a run is read."""
    return name if name in CATALOGUE or not is_path(name) else str(Path(name).absolute())


def _suited_to_own(data: Dataset, settings: RunSettings, given: Mapping[str, Any], table: bool) -> dict[str, Any]:
    """Give the epochs, and for a table the networks, that one's own data needs."""
    rows = len(data.train) + len(data.validation)
    if not table:
        steps = -(-len(data.train) // max(1, min(settings.batch_size, len(data.train))))
        epochs = min(MOST_EPOCHS, max(settings.epochs, -(-FEWEST_STEPS // steps)))
        return {"epochs": epochs, "patience": PATIENCE if len(data.validation) else 0}
    apart = data.validation.source_inputs is not data.train.source_inputs or isinstance(data.train, ExamplesOnDisk)
    alone = rows > LARGE_TABLE or apart or not len(data.validation)
    networks = min(TABLE_NETWORKS, rows)  # each validates on a row at least
    if data.groups:  # each network needs groups, or times, of its own
        known = np.concatenate([data.train.indices, data.validation.indices])
        networks = min(networks, data.groups.select(known).count)
    networks = given.get("ensemble", 1 if alone else networks)
    member = settings.folds > 0 or networks > 1
    folds = given.get("folds", networks if networks > 1 and not apart else 0)
    trained = rows - rows // folds if folds > 1 else len(data.train)
    steps = max(1, trained // settings.batch_size)
    batch = given.get("batch_size", -(-trained // steps))  # without a small rest, whose step would take as long
    most = TABLE_STEPS[member] * (2 if rows > LARGE_TABLE else 1)
    epochs = given.get("epochs", max(1, min(TABLE_EPOCHS[member], most // steps)))
    validated = folds > 1 or len(data.validation)
    # The best epoch is kept; with a rate that rises again, none is too late for it.
    patience = epochs if validated else 0
    return {"ensemble": networks, "folds": folds, "epochs": epochs, "patience": patience, "batch_size": batch}


def _in_folds(data: Dataset, settings: RunSettings) -> Dataset:
    """Give a network of several its own part of the rows to validate on; to all of them together, none."""
    if not settings.folds:
        return data
    whole, fewest = data.with_one_part(), max(2, settings.ensemble)
    if not fewest <= settings.folds <= len(whole.train):
        expected = f"0, or {fewest:,}, one for each network, up to the {len(whole.train):,} rows"
        raise UsageError("invalid folds", expected=expected, got=settings.folds)
    return whole if settings.ensemble > 1 else whole.fold(settings.member, settings.folds, settings.seed)


def build_training(settings: RunSettings, data: Dataset) -> Training:
    """Make the training that the settings describe, at its start; of several networks in folds the first.

    UsageError if a value is invalid.
    """
    if settings.folds > 1 and settings.ensemble > 1:
        data = data.fold(0, settings.folds, settings.seed)
    if settings.class_weights == "balanced":
        data = balanced(data)
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
    steps_per_epoch = -(-len(data.train) // settings.batch_size)
    return Training(
        network,
        data,
        optimizer=optimizer_for(settings),
        schedule=schedule_for(settings, steps_per_epoch),
        penalty=made(Penalty, settings),
        augmentation=augmentation_for(settings, data),
        regularization=made(Regularization, settings),
        averaging=averaging_for(settings),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        patience=settings.patience or None,
        seed=seed,
        input_parts=settings.input_parts,
        shards=settings.shards,
    )


def balanced(data: Dataset) -> Dataset:
    """Weigh rows so that all classes count as much: n / (classes · rows of the class), by the n training rows.

    The epoch that validates best is then chosen by the same weights. UsageError where there are no classes.
    """
    if not data.class_names or data.train.source_targets.ndim != 1:
        remedy = "Leave class weights out, or set the task to classification"
        raise UsageError("class weights where no classes are learned", got=data.task, remedy=remedy)
    counts = sum(np.bincount(part, minlength=len(data.class_names)) for part in data.train.parts_of_targets())
    weights = len(data.train) / (np.count_nonzero(counts) * np.maximum(counts, 1))

    def weighed(part: Examples) -> Examples:
        own = 1.0 if part.source_weights is None else part.source_weights
        return part.weighted(weights[part.source_targets] * own)

    return replace(data, train=weighed(data.train), validation=weighed(data.validation))


def seed_of(settings: RunSettings) -> int:
    """Give the seed of a network's start, shuffles and noise: its own in an ensemble, where all have the same data."""
    return settings.seed + SEEDS_APART * settings.member


def architecture_for(hidden: tuple[int, ...], activation: tuple[str, ...], loss: str, data: Dataset) -> Architecture:
    """Fit an architecture to the data: classes go with softmax, or with sigmoids where the loss is not cross-entropy.

    Hidden widths, activations and loss are as in `RunSettings`; a UsageError if they do not fit one another.
    """
    if loss == "cross_entropy" and data.task == "regression":
        expected, remedy = "mse, mae or huber", f"{data.name} predicts numbers"
        raise UsageError("loss does not fit the data set", expected=expected, got=loss, remedy=remedy)
    classes_by_distance = data.task == "classification" and loss != "cross_entropy"
    activations = activation[0] if len(activation) == 1 else activation
    sizes = (data.preprocessing.inputs, *hidden, data.outputs)
    return Architecture.of(sizes, activations, loss, "sigmoid" if classes_by_distance else None)
