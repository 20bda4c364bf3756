"""Data sets by name, or one's own by path."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray, Task, blocks
from ..errors import DataFileError, UsageError, listed
from ..files import exists
from ..registry import find
from ..settings import plain
from .catalogue import CATALOGUE
from .dataset import Dataset
from .digests import check_sha256
from .from_disk import load_from_disk
from .preprocessing.column_encoders import seasons_of
from .preprocessing.encoders import ColumnEncoding, gap_takers
from .preprocessing.table import FeatureScaling, check_finite
from .quality import decide_task, examine
from .readers import open_data
from .readers.reader import BLOCK, Reader, RowBlock, TableReader, as_images
from .reading import AS_THE_FILE_IS, NOTHING_DECIDED, SKIP, Decision, Reading, ReadingOptions
from .splits import DEFAULT_VALIDATION_SIZE, check_own_part, check_size, check_whole


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
    options: ReadingOptions = AS_THE_FILE_IS,
    sha256: str = "",
) -> Dataset:
    """Load one's own data; arguments and errors as in `glassnet.load_dataset`."""
    reader = open_data(path, target, options=options)
    reader.task = task
    # Of a file that is read in windows a digest would take as long as an epoch; its fingerprint is kept all the same.
    is_hashed = sha256 or not (path.is_dir() or reader.window)
    digest = check_sha256(reader.sources, sha256, path) if is_hashed else ""
    column = f", column {reader.target!r}" if isinstance(reader, TableReader) else ""
    sizes = (train_size, validation_size, test_size)
    if options.divided_by and (reader.window or reader.validation or reader.test):
        expected, remedy = "one table in memory", "Leave --group and --time out, or add --window 0 to one table"
        raise UsageError("rows cannot be divided by a column", expected=expected, got=path, remedy=remedy)
    if options.on_error == SKIP and reader.window:
        raise UsageError("no row of a file on the disk can be left out", got=path, remedy="Add --window 0")
    if not reader.window:
        data, count, decided = _load_into_memory(reader, sizes, f"{path}{column}", encoders, seed, task)
        return replace(data, reading=replace(_reading(path, count, decided, digest), cells=reader.first_cells))
    _refuse_without_targets(reader)
    data, (said, *more) = load_from_disk(reader, sizes, f"{path}{column}", encoders, seed, task)
    decided = [*reader.decisions[:1], said, *reader.decisions[1:], *more]
    return replace(data, reading=_reading(path, len(reader.stored()[0]), decided, digest))


def _load_into_memory(
    reader: Reader,
    sizes: tuple[int | None, int | None, int | None],
    target_name: str,
    encoders: Mapping[str, str] | None,
    seed: int,
    task: Task | None,
) -> tuple[Dataset, int, list[Decision]]:
    """Make a data set of all rows; give it with how many there are and what was decided; see `load_from_disk`."""
    train_size, validation_size, test_size = sizes
    inputs, targets = _read(reader)
    inputs, together = _divided(reader, inputs)
    validation = _read_apart("validation", reader.validation, validation_size)
    test = _read_apart("test", reader.test, test_size)
    if not test:
        test_size = min(DEFAULT_VALIDATION_SIZE, len(targets) // 6) if test_size is None else test_size
        check_size("test size", test_size, len(targets))
    if task == "regression" and targets.dtype.kind not in "fiu":
        remedy = "Choose another column, or set the task to classification"
        raise DataFileError("targets are not numbers", got=repr(str(targets[0])), where=reader.path, remedy=remedy)
    decisions = list(reader.decisions)
    for other in filter(None, (reader.validation, reader.test)):
        decisions += [decision for decision in other.decisions if decision.subject == "skipped"]
    if targets.ndim == 1:
        task, said = decide_task(targets, task, target_name)
        decisions[1:1] = [said]
        decisions += examine(inputs, targets, task, reader.columns)
    table: dict[str, Any] = {"encoders": encoders}
    if inputs.ndim == 2 and as_images(inputs).ndim == 2:
        table = {"encoders": {**reader.encoders, **(encoders or {})}, "words": reader.words}
    data = Dataset.from_arrays(
        inputs,
        targets,
        train=train_size,
        validation=validation or validation_size,
        test=test or test_size,
        task=task,
        columns=reader.columns,
        **table,
        **together,
        name=reader.path.name,
        unit=_unit_of_target(reader, task),
        seed=seed,
    )
    if isinstance(reader, TableReader) and isinstance(data.preprocessing, FeatureScaling | ColumnEncoding):
        data = replace(data, preprocessing=replace(data.preprocessing, units=reader.units))
    return data, len(inputs), decisions


def _divided(reader: Reader, inputs: AnyArray) -> tuple[AnyArray, dict[str, Any]]:
    """Take from the inputs what rows are divided by, unless it is dates of which something comes again."""
    if not isinstance(reader, TableReader) or not reader.options.divided_by:
        return inputs, {}
    (name,), columns, role = reader.options.divided_by, list(reader.columns), "no input"
    place = columns.index(name)
    values = inputs[:, place]
    if reader.kinds.get(name) == "dates" and (parts := seasons_of(values)):
        reader.kinds[name], role = "seasons", f"an input by its {listed(parts)}"
    else:
        inputs, reader.columns = np.delete(inputs, place, axis=1), (*columns[:place], *columns[place + 1 :])
    if reader.options.time:
        kind, words = "time", f'divided in the order of "{name}", the latest rows to test on; it is {role}'
    else:
        kind, words = "group", f'{len(np.unique(values)):,} groups by "{name}", none divided; it is no input'
    reader.decisions.append(Decision(kind, name, words))
    return inputs, {"groups" if kind == "group" else kind: values}


def _reading(path: Path, count: int, decisions: Sequence[Decision], digest: str) -> Reading:
    """Put together what was decided: how many rows there are first, the digest of the file last."""
    rows = Decision("rows", count, f"{count:,} rows")
    sealed = [Decision("sha256", digest, f"SHA-256 {digest[:16]}...")] if digest else []
    return Reading(path.name, (rows, *decisions, *sealed))


def _unit_of_target(reader: Reader, task: Task | None) -> str:
    """Give what stands beside the quantities to predict, such as %."""
    if not isinstance(reader, TableReader) or reader.target is None or task != "regression":
        return ""
    return reader.writing_of(reader.target).unit


def _read_apart(part: str, reader: Reader | None, size: int | None) -> tuple[AnyArray, AnyArray] | None:
    """Read a part that is kept apart and has targets; None if there is none. `size` is what was asked for."""
    if reader is None or reader.lacks_targets:
        return None
    own = _read(reader)
    check_own_part(part, size, len(own[0]))
    return own


def _read(reader: Reader) -> tuple[AnyArray, AnyArray]:
    _refuse_without_targets(reader)
    reader.skipped = [] if reader.options.on_error == SKIP else None
    try:
        block = reader.read()
    except DataFileError as error:
        if error is reader.refused and "on_error" in reader.settled_by and (told := _with_number(reader, error)):
            raise told from error
        raise
    except MemoryError as error:
        remedy = "Take a part of the file"
        raise DataFileError("not enough memory for all rows", where=reader.path, remedy=remedy) from error
    assert block.targets is not None
    _check_rows(reader, block)
    if reader.skipped:
        rows, first = _rows(len(reader.skipped), len(block.inputs)), f"first {reader.counted} {reader.skipped[0][0]}"
        words = f"left out {rows} that cannot be used ({first})"
        reader.decisions.append(Decision("skipped", len(reader.skipped), words))
    return block.inputs, block.targets


def _with_number(reader: Reader, error: DataFileError) -> DataFileError | None:
    """Say beside the error of the first row that cannot be used how many there are, and what leaves them out."""
    reader.skipped = []
    try:
        used = sum(len(block.inputs) for block in reader.blocks())
    except DataFileError:  # of all together
        return None
    rows, remedy = _rows(len(reader.skipped), used), f"{error.remedy}; --on-error skip leaves out all of them"
    return DataFileError(f"{rows} cannot be used: {error.finding}", remedy=remedy)


def _rows(bad: int, used: int) -> str:
    return f"{bad:,} of {bad + used:,} rows"


def _refuse_without_targets(reader: Reader) -> None:
    if reader.lacks_targets:
        expected, remedy = "a target for each row", reader.target_remedy
        raise DataFileError("nothing to predict", expected=expected, where=reader.path, remedy=remedy)


def _check_rows(reader: Reader, block: RowBlock) -> None:
    """Refuse what is not a number, naming its place in the file, counted from 1."""
    inputs, targets = block.inputs, block.targets
    places = block.rows if len(block.rows) else range(1, len(inputs) + 1)
    if targets is not None and targets.dtype.kind == "f" and len(broken := np.argwhere(~np.isfinite(targets))):
        where = f"{reader.path}, {reader.counted} {places[int(broken[0][0])]}"
        raise DataFileError("target is not a finite number", got=targets[tuple(broken[0])], where=where)
    if inputs.dtype.kind == "f" and inputs.ndim == 2:
        for part in blocks(len(inputs), BLOCK):
            gaps = gap_takers(reader.columns, reader.encoders)
            check_finite(inputs[part], reader.columns, part.start + 1, str(reader.path), gaps)


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
    header: bool | None = None,
    delimiter: str = "",
    decimal: str = "",
    encoding: str = "",
    leave_out: Sequence[str] = (),
    keep: Sequence[str] = (),
    categories: Sequence[str] = (),
    dates: str = "",
    group: str = "",
    time: str = "",
    read_as: str = "",
    on_error: str = "",
    window: int | None = None,
    sha256: str = "",
) -> Dataset:
    """Load a data set by its name, or your own data by its path, and split a validation set off the training rows.

    Parameters
    ----------
    name : str or path-like
        A name of the catalogue, such as ``'mnist'``, the handwritten digits, or ``'rotated-mnist'``, the same turned by
        an angle to be predicted. Else a path: a table (``.csv``, ``.tsv``, ``.parquet``), arrays (``.npz``, ``.npy``),
        a pair of IDX files, or a folder of pictures with a folder for each class.
    train_size, validation_size : int, optional
        How many rows to train on and to validate on. By default a sixth, at most 10,000, is for validation, and the
        rest for training. Validation size 0 is allowed.
    test_size : int, optional
        How many rows to test on, of data without a test set of its own; by default a sixth. Training and validation
        rows are then taken from the rest.
    target : str, optional
        Of a table, the column to predict; by default the one that is called label, target, class or y.
    task : 'classification' or 'regression', optional
        What is learned; by default recognized by the targets: words, truth values, whole numbers of at most 10
        different values, and of at most 64 that are counted from 0 or 1, are classes.
    encoders : mapping of str to str, optional
        Of a table, how a column becomes inputs: the name of one of `glassnet.data.preprocessing.encoders.ENCODERS` by
        the column's; others are standardized.
    seed : int, optional
        Decides which rows are for training and which for validation. Classes have equal shares in both.
    header : bool, optional
        Whether the first line of a text file names the columns.
    delimiter : str, optional
        What separates the columns of a text file: a character, ``tab``, or ``space`` for one or several.
    decimal : '.' or ',', optional
        The decimal mark of a text file.
    encoding : str, optional
        Of a text file, by a name that Python knows, such as ``cp1252``.
    leave_out, keep : sequence of str, optional
        Columns to leave out of the inputs, and columns to keep although they seem to number the rows.
    categories : sequence of str, optional
        Columns whose values are names of kinds, though they are numbers, such as a postal code.
    dates : 'day-first' or 'month-first', optional
        Which comes first in a date such as 3/4/2024.
    group, time : str, optional
        A column whose rows of one value are not divided, or by whose order the latest rows are for testing, and the
        latest of the others for validation.
    read_as : 'table' or 'images', optional
        What rows with a square number of values, such as 784, are.
    on_error : 'stop' or 'skip', optional
        Whether rows of a table that cannot be used, such as those without a target, are an error, or are left out.
    window : int, optional
        How many rows of a ``.npy``, IDX or Parquet file are in memory at a time and shuffled together. By default
        64 MiB, of data that takes more than 560 MiB; 0 holds all.
    sha256 : str, optional
        The SHA-256 that a file of one's own must have; of several files, that of what ``sha256sum`` prints of them.

    Returns
    -------
    Dataset
        With `train`, `validation` and `test`, whose images stay uint8 and are not copied. Of one's own data, `reading`
        has all that was decided about the file, with reasons, and what could have been meant otherwise.

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
    train_size, validation_size, test_size, seed = map(plain, (train_size, validation_size, test_size, seed))
    check_whole(train_size, validation_size)
    columns: Any = {
        "leave_out": tuple(leave_out),
        "keep": tuple(keep),
        "read_as": read_as,
        "on_error": on_error,
        "window": plain(window),
    }
    columns |= {"categories": tuple(categories), "dates": dates, "group": group, "time": time}
    options = ReadingOptions(header=header, delimiter=delimiter, decimal=decimal, encoding=encoding, **columns)
    sizes: Any = {"train_size": train_size, "validation_size": validation_size, "test_size": test_size}
    if name not in CATALOGUE and is_path(name):
        own: Any = {"target": target, "task": task, "encoders": encoders, "seed": seed, "sha256": sha256}
        return load_own(Path(name), **sizes, **own, options=options)
    entry = find("data set", str(name), CATALOGUE)
    if target is not None or sha256 or task not in (None, entry.task) or options.said():
        remedy = "Leave target, task and SHA-256 out, and how a file is read"
        got = target or sha256 or next(iter(options.said()), task)
        raise UsageError(f"{name} has a task of its own", expected=entry.task, got=got, remedy=remedy)
    inputs, targets, test_inputs, test_targets = entry.load()
    check_own_part("test", test_size, len(test_targets))
    data = Dataset.from_arrays(
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
    return replace(data, reading=NOTHING_DECIDED)  # it is known what it is


def is_path(name: str | os.PathLike[str]) -> bool:
    """Tell whether a data set is named by a path: by what is there, or by how it is written."""
    text = os.fspath(name)
    return not isinstance(name, str) or exists(text) or os.sep in text or bool(Path(text).suffix)
