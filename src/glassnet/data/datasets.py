"""Data sets: those of the catalogue by name, and one's own by path."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..errors import UsageError
from ..names import find
from .catalogue import CATALOGUE
from .examples import Dataset, Examples, Task
from .own import check_own_test, load_own
from .pixels import PixelScaling
from .splits import split_sizes, stratified_split


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
        remedy = "Arrays make a glassnet.Dataset, and glassnet.interop.sklearn takes arrays and frames"
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
