"""Data sets by name, or one's own by path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..arrays import AnyArray, Task, blocks
from ..errors import DataFileError, UsageError, listed
from ..registry import find
from .catalogue import CATALOGUE
from .dataset import Dataset
from .digests import check_sha256
from .preprocessing.table import check_finite
from .preprocessing.targets import recognize_task
from .readers import open_data
from .readers.reader import BLOCK, Reader
from .reading import Decision, Reading
from .splits import DEFAULT_VALIDATION_SIZE, check_size, check_whole


def load_own(
    path: Path,
    *,
    train_size: int | None,
    validation_size: int | None,
    test_size: int | None,
    target: str | None,
    task: Task | None,
    encoders: Mapping[str, str] | None,
    seed: int,
    sha256: str = "",
) -> Dataset:
    """Load one's own data; arguments and errors as in `glassnet.load_dataset`."""
    reader = open_data(path, target)
    digest = check_sha256(reader.sources, sha256, path) if sha256 or not path.is_dir() else ""
    inputs, targets = _read(reader)
    apart = {
        part: _read(other)
        for part, other in (("validation", reader.validation), ("test", reader.test))
        if other and not other.lacks_targets
    }
    validation, test = apart.get("validation"), apart.get("test")
    if validation:
        check_own_part("validation", validation_size, len(validation[0]))
    if test:
        check_own_part("test", test_size, len(test[0]))
    elif test_size is None:
        test_size = min(DEFAULT_VALIDATION_SIZE, len(targets) // 6)
    else:
        check_size("test size", test_size, len(targets))
    task = task or recognize_task(targets)
    if task == "regression" and targets.dtype.kind not in "fiu":
        remedy = "Choose another column, or set the task to classification"
        raise DataFileError("targets are no numbers", got=repr(str(targets[0])), where=path, remedy=remedy)
    data = Dataset.from_arrays(
        inputs,
        targets,
        train=train_size,
        validation=validation or validation_size,
        test=test or test_size,
        task=task,
        columns=reader.columns,
        encoders=encoders,
        name=path.name,
        seed=seed,
    )
    sealed = [Decision("sha256", digest, f"SHA-256 {digest}")] if digest else []
    return replace(data, reading=Reading(path.name, (*reader.decisions, *sealed)))


def _read(reader: Reader) -> tuple[AnyArray, AnyArray]:
    if reader.lacks_targets:
        got = f"the columns {listed(reader.columns, most=10)}" if reader.columns else None
        raise DataFileError(
            "nothing to predict",
            expected="a target for each row",
            got=got,
            where=reader.path,
            remedy=reader.target_remedy,
        )
    block = reader.read()
    assert block.targets is not None
    _check_rows(reader, block.inputs, block.targets)
    return block.inputs, block.targets


def _check_rows(reader: Reader, inputs: AnyArray, targets: AnyArray) -> None:
    """Refuse what is no number, naming the row in the file, counted from 1."""
    if targets.dtype.kind == "f" and len(broken := np.flatnonzero(~np.isfinite(targets))):
        where = f"{reader.path}, row {broken[0] + 1}"
        raise DataFileError("target is not a finite number", got=targets[broken[0]], where=where)
    if inputs.dtype.kind == "f" and inputs.ndim == 2:
        for part in blocks(len(inputs), BLOCK):
            check_finite(inputs[part], reader.columns, part.start + 1, str(reader.path))


def check_own_part(part: str, size: int | None, own: int) -> None:
    """Refuse a size of the test set, or another part, where the data has one of its own, of another size."""
    if size not in (None, own):
        remedy = f"Leave the {part} size out"
        raise UsageError(f"the data has a {part} set of its own", expected=own, got=size, remedy=remedy)


def load_dataset(
    name: str | os.PathLike[str],
    *,
    train_size: int | None = None,
    validation_size: int | None = None,
    test_size: int | None = None,
    target: str | None = None,
    task: Task | None = None,
    encoders: Mapping[str, str] | None = None,
    seed: int = 0,
    sha256: str = "",
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
        How many rows to test on, of data that has no test set of its own; by default a sixth, of whose rest the
        validation rows are a sixth.
    target : str, optional
        Of a table, the column to predict; by default the one that is called label, target, class or y.
    task : 'classification' or 'regression', optional
        What is learned; by default recognized by the targets: words, truth values and whole numbers of at most 64
        different values are classes.
    encoders : mapping of str to str, optional
        Of a table, how a column becomes inputs: the name of one of `glassnet.data.preprocessing.encoders.ENCODERS` by
        the column's; others are standardized.
    seed : int, optional
        Which rows train and which validate. Classes have equal shares in both.
    sha256 : str, optional
        The SHA-256 that a file of one's own must have; of several files, that of what ``sha256sum`` prints of them.

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
        remedy = "glassnet.Dataset.from_arrays takes arrays, and glassnet.sklearn arrays and frames"
        raise UsageError("not a data set", expected="a name or a path", got=type(name).__name__, remedy=remedy)
    check_whole(train_size, validation_size)
    if name not in CATALOGUE and is_path(name):
        return load_own(
            Path(name),
            train_size=train_size,
            validation_size=validation_size,
            test_size=test_size,
            target=target,
            task=task,
            encoders=encoders,
            seed=seed,
            sha256=sha256,
        )
    entry = find("data set", str(name), CATALOGUE)
    if target is not None or task not in (None, entry.task):
        remedy = "Leave target and task out"
        raise UsageError(f"{name} has a task of its own", expected=entry.task, got=target or task, remedy=remedy)
    if sha256:
        raise UsageError(f"the digests of {name} are known", got=sha256, remedy="Leave sha256 out")
    inputs, targets, test_inputs, test_targets = entry.load()
    check_own_part("test", test_size, len(test_targets))
    return Dataset.from_arrays(
        inputs,
        targets,
        train=train_size,
        validation=validation_size,
        test=(test_inputs, test_targets),
        task=entry.task,
        class_names=entry.class_names,
        encoders=encoders,
        name=entry.name,
        unit=entry.unit,
        seed=seed,
    )


def is_path(name: str | os.PathLike[str]) -> bool:
    """Tell whether a data set is named by a path: by what is there, or by how it is written."""
    text = os.fspath(name)
    return not isinstance(name, str) or Path(text).exists() or os.sep in text or bool(Path(text).suffix)
