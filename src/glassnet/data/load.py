"""One's own data as a data set: told apart by kind, recognized as classes or numbers, and split."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..arrays import AnyArray, Integers, Task, blocks
from ..errors import DataFileError, UsageError, listed
from ..registry import find
from .catalogue import CATALOGUE
from .dataset import Dataset, Examples
from .preprocessing.pixels import PixelScaling
from .preprocessing.preprocessing import Preprocessing
from .preprocessing.table import FeatureScaling, check_finite
from .readers import open_data
from .readers.reader import BLOCK, Reader
from .splits import DEFAULT_VALIDATION_SIZE, split_sizes, stratified_split
from .task import name_classes, number_classes, recognize_task

TEST_SPLIT_SEED = 0  # the rows to judge by are the data's, whatever the seed of a run


def load_own(
    path: Path,
    *,
    train_size: int | None,
    validation_size: int | None,
    test_size: int | None,
    target: str | None,
    task: Task | None,
    seed: int,
) -> Dataset:
    """Load one's own data; arguments and errors as in `glassnet.load_dataset`."""
    source = open_data(path, target)
    inputs, targets = _read(source)
    test = _read(source.test) if source.test and not source.test.lacks_targets else None
    task = task or recognize_task(targets)
    names: tuple[str, ...] = ()
    if task == "classification":
        names = name_classes(targets)
        targets = number_classes(targets, names)
        test = (test[0], number_classes(test[1], names)) if test else None
    elif targets.dtype.kind not in "fiu":
        remedy = "Choose another column, or set the task to classification"
        raise DataFileError("targets are no numbers", got=repr(str(targets[0])), where=path, remedy=remedy)
    rest, held_out = _hold_out(targets, task, test_size, len(test[0]) if test else None)
    sizes = split_sizes(len(rest), train_size, validation_size)
    train, validation = stratified_split(_strata(targets[rest], task), *sizes, seed)
    return Dataset(
        name=path.name,
        task=task,
        train=Examples(inputs, targets, rest[train]),
        validation=Examples(inputs, targets, rest[validation]),
        test=Examples(*test) if test else Examples(inputs, targets, held_out),
        preprocessing=_preprocessing(source, inputs, rest[train]),
        class_names=names,
    )


def _read(source: Reader) -> tuple[AnyArray, AnyArray]:
    if source.lacks_targets:
        remedy = "Name the column with --target, or the array y or labels"
        got = f"the columns {listed(source.columns, most=10)}" if source.columns else None
        raise DataFileError(
            "nothing to predict", expected="a target for each row", got=got, where=source.path, remedy=remedy
        )
    block = source.read()
    assert block.targets is not None
    _check_rows(source, block.inputs, block.targets)
    return block.inputs, block.targets


def _check_rows(source: Reader, inputs: AnyArray, targets: AnyArray) -> None:
    """Refuse what is no number, naming the row in the source, counted from 1."""
    if targets.dtype.kind == "f" and len(broken := np.flatnonzero(~np.isfinite(targets))):
        where = f"{source.path}, row {broken[0] + 1}"
        raise DataFileError("target is not a finite number", got=targets[broken[0]], where=where)
    if inputs.dtype.kind == "f" and inputs.ndim == 2:
        for part in blocks(len(inputs), BLOCK):
            check_finite(inputs[part], source.columns, part.start + 1, str(source.path))


def _hold_out(targets: AnyArray, task: Task, test_size: int | None, apart: int | None) -> tuple[Integers, Integers]:
    """Keep rows to judge by, unless the source has so many apart; give the rest and these."""
    if apart is not None:
        check_own_test(test_size, apart)
        return np.arange(len(targets)), np.arange(0)
    size = min(DEFAULT_VALIDATION_SIZE, len(targets) // 6) if test_size is None else test_size
    if not isinstance(size, int) or not 0 <= size < len(targets):
        expected = f"0 or more, and less than the {len(targets):,} rows"
        raise UsageError("invalid test size", expected=expected, got=size)
    return stratified_split(_strata(targets, task), len(targets) - size, size, TEST_SPLIT_SEED)


def check_own_test(test_size: int | None, own: int) -> None:
    """Refuse a test size where the data has a test set of its own, of another size."""
    if test_size not in (None, own):
        remedy = "Leave the test size out"
        raise UsageError("the data has a test set of its own", expected=own, got=test_size, remedy=remedy)


def _strata(targets: AnyArray, task: Task) -> Integers:
    return targets if task == "classification" else np.zeros(len(targets), np.int8)


def _preprocessing(source: Reader, inputs: AnyArray, train: Integers) -> Preprocessing:
    if not source.columns or inputs.ndim > 2 or inputs.dtype == np.uint8:
        return PixelScaling(inputs.shape[1:])
    return FeatureScaling.fit(source.columns, _rows(inputs, train))


def _rows(inputs: AnyArray, rows: Integers) -> Iterator[AnyArray]:
    for part in blocks(len(rows), BLOCK):
        yield inputs[rows[part]]


def load_dataset(
    name: str | os.PathLike[str],
    *,
    train_size: int | None = None,
    validation_size: int | None = None,
    test_size: int | None = None,
    target: str | None = None,
    task: Task | None = None,
    seed: int = 0,
) -> Dataset:
    """Load a data set by its name, or one's own by its path, and carve a validation set from its training rows.

    Parameters
    ----------
    name : str or path-like
        A name of the catalogue, such as ``'mnist'``, the handwritten digits, or ``'rotated-mnist'``, the same turned by
        an angle to be predicted. Else a path: a table (``.csv``, ``.tsv``, ``.parquet``), arrays (``.npz``, ``.npy``),
        a pair of IDX files, or a folder of pictures with a folder for each class.
    train_size, validation_size : int, optional
        How many rows to train on and to validate on. By default a sixth, 10,000 at most, validates, and the rest
        trains. Validation size 0 is allowed.
    test_size : int, optional
        How many rows to judge by, of data that has no test set of its own; by default a sixth, of whose rest the
        validation rows are a sixth.
    target : str, optional
        Of a table, the column to predict; by default the one that is called label, target, class or y.
    task : 'classification' or 'regression', optional
        What is learned; by default recognized by the targets, see `glassnet.data.task`.
    seed : int, optional
        Which rows train and which validate. Classes have equal shares in both.

    Returns
    -------
    Dataset
        With `train`, `validation` and `test`, whose images stay uint8 and are not copied.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    UsageError
        If the sizes leave nothing to train on, or exceed the data.
    DataFileError
        If a file is damaged, or is not what it should be.

    Examples
    --------
    >>> data = load_dataset("mnist", train_size=1_000, validation_size=500)
    >>> len(data.train), len(data.validation), len(data.test)
    (1000, 500, 10000)
    """
    if not isinstance(name, str | os.PathLike):
        remedy = "Arrays make a glassnet.Dataset, and glassnet.sklearn takes arrays and frames"
        raise UsageError("not a data set", expected="a name or a path", got=type(name).__name__, remedy=remedy)
    if name not in CATALOGUE and is_path(name):
        return load_own(
            Path(name),
            train_size=train_size,
            validation_size=validation_size,
            test_size=test_size,
            target=target,
            task=task,
            seed=seed,
        )
    entry = find("data set", str(name), CATALOGUE)
    if target is not None or task not in (None, entry.task):
        remedy = "Leave target and task out"
        raise UsageError(f"{name} has a task of its own", expected=entry.task, got=target or task, remedy=remedy)
    inputs, targets, test_inputs, test_targets = entry.load()
    check_own_test(test_size, len(test_targets))
    sizes = split_sizes(len(inputs), train_size, validation_size)
    strata = targets if entry.task == "classification" else np.zeros(len(targets), np.int8)
    train, validation = stratified_split(strata, *sizes, seed)
    return Dataset(
        name=entry.name,
        task=entry.task,
        train=Examples(inputs, targets, train),
        validation=Examples(inputs, targets, validation),
        test=Examples(test_inputs, test_targets),
        preprocessing=PixelScaling(inputs.shape[1:]),
        class_names=entry.class_names,
        unit=entry.unit,
    )


def is_path(name: str | os.PathLike[str]) -> bool:
    """Tell whether a data set is named by a path: by what is there, or by how it is written."""
    text = os.fspath(name)
    return not isinstance(name, str) or Path(text).exists() or os.sep in text or bool(Path(text).suffix)
