"""A data set of which the training examples stay in their file, and a part of them is held at a time.

What validates and tests is read into memory, since it is gone through after each epoch and is little; labels are there
too, a byte a row. Nothing else grows with the rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray, Integers, Task
from ..errors import DataFileError, UsageError
from .dataset import TEST_SPLIT_SEED, Dataset, Examples, ExamplesOnDisk
from .limits import check_limit
from .preprocessing.encoders import fit_columns, gap_takers
from .preprocessing.pixels import PixelScaling
from .preprocessing.preprocessing import Preprocessing
from .preprocessing.table import check_finite
from .preprocessing.targets import recognize_values
from .quality import constant_columns, decide_by_values, examined_rows, gaps, leakage, rare_classes
from .readers.reader import Reader
from .reading import Decision
from .rows import Rows
from .splits import (
    DEFAULT_VALIDATION_SIZE,
    TEST,
    TRAIN,
    VALIDATION,
    check_own_part,
    check_size,
    choose_rows,
    split_sizes,
)
from .target_values import TargetValues, scan_targets
from .windows import AllBut

MOST_CELLS = 250_000  # by which columns are scaled
SEEN = 1_000  # training examples, spread over all, that are kept in memory: to look at, and for the fingerprint


class _Picked:
    """Rows that are wanted in memory, put together while the file is gone through, and what was seen of the columns."""

    def __init__(self, inputs: Rows, targets: Rows | AnyArray, wanted: Integers) -> None:
        self.wanted, self._targets = wanted, targets[wanted]
        self.rows = np.empty((len(wanted), *inputs.shape[1:]), inputs.dtype)
        self._first: AnyArray | None = None
        self.constant = np.ones(inputs.shape[1:], bool)
        self.gaps = np.zeros(inputs.shape[1:], np.int64)

    def note(self, block: AnyArray, start: int) -> None:
        """Look at a block of the file."""
        own = slice(*np.searchsorted(self.wanted, [start, start + len(block)]))
        self.rows[own] = block[self.wanted[own] - start]
        if self._first is None:
            self._first = block[0].copy()
        if block.dtype.kind == "f":
            self.gaps += np.isnan(block).sum(axis=0)
        if self.constant.any():
            self.constant &= (block == self._first).all(axis=0)

    def examples(self, rows: Integers) -> Examples:
        """Give some of the rows that were wanted, with their targets."""
        places = np.searchsorted(self.wanted, rows)
        return Examples(self.rows[places], self._targets[places])


def load_from_disk(
    reader: Reader,
    sizes: tuple[int | None, int | None, int | None],
    target_name: str,
    encoders: Mapping[str, str] | None,
    seed: int,
    task: Task | None,
) -> tuple[Dataset, list[Decision]]:
    """Make a data set of what stays in its file; give it with what was decided about the task and the columns.

    Parameters
    ----------
    reader : Reader
        With a `window`.
    sizes : tuple of three ints or None
        How many rows train, validate and test.
    target_name : str
        What errors call the targets.
    encoders : mapping of str to str, optional
        As in `glassnet.load_dataset`.
    seed : int
        Which rows train and which validate.
    task : 'classification' or 'regression', optional
        What is learned, if somebody says so.
    """
    inputs, targets = reader.stored()
    assert targets is not None
    if not len(inputs):
        raise DataFileError("no examples", expected="at least one row", where=reader.path)
    found = scan_targets(reader, targets)
    taken, said = _decide(found, task, target_name)
    class_names = found.class_names() if taken == "classification" else ()
    known: AnyArray | Rows = found.labels(class_names) if class_names else _numbers(targets, reader.path)
    apart = {part: _apart(other, class_names) for part, other in _kept_apart(reader).items()}
    for part, size in zip(("validation", "test"), sizes[1:], strict=True):
        if part in apart:
            check_own_part(part, size, len(apart[part]))
    parts = _split(known if class_names else None, len(inputs), sizes, set(apart), reader.window, seed)
    train = parts["train"]
    seen = train[np.unique(np.linspace(0, len(train) - 1, min(SEEN, len(train))).astype(np.int64))]
    table = inputs.ndim == 2
    examined = examined_rows(*inputs.shape) if table else seen[:0]
    held = [rows for rows in parts.values() if isinstance(rows, np.ndarray)]
    row_bytes = math.prod(inputs.shape[1:]) * inputs.dtype.itemsize
    check_limit("unpacked_bytes", sum(map(len, held)) * row_bytes, reader.path)
    picked = _Picked(inputs, known, np.unique(np.concatenate([*held, seen, examined])))
    preprocessing = _read_through(inputs, reader, train, picked, encoders)

    splits = {part: picked.examples(rows) for part, rows in parts.items() if isinstance(rows, np.ndarray)}
    if isinstance(train, AllBut):
        splits["train"] = ExamplesOnDisk(inputs, known, train, picked.examples(seen))
    splits |= apart
    decisions = [said, *(rare_classes(found.values, found.counts) if class_names else [])]
    if table:
        decisions += gaps(picked.gaps, reader.columns)
        decisions += constant_columns(picked.constant, reader.columns)
        some = picked.examples(examined)
        decisions += leakage(some.source_inputs, some.source_targets, taken, reader.columns)
    data = Dataset(
        reader.path.name, taken, splits["train"], splits["validation"], splits["test"], preprocessing, class_names
    )
    return data, decisions


def _decide(found: TargetValues, task: Task | None, where: str) -> tuple[Task, Decision]:
    """Decide what is learned; of more values than can be classes, quantities."""
    if found.codes is not None:
        rows = int(found.counts.sum())
        taken = task or recognize_values(found.values, rows)
        if taken == "regression" and found.values.dtype.kind not in "fiu":
            remedy = "Choose another column, or set the task to classification"
            raise DataFileError("targets are not numbers", got=repr(str(found.values[0])), where=where, remedy=remedy)
        return decide_by_values(found.values, found.counts, taken, task, where)
    if task == "classification":
        check_limit("classes", len(found.values), where)
    return "regression", Decision("task", "regression", f"quantities from {found.low:.6g} to {found.high:.6g}")


def _numbers(targets: Rows | AnyArray, path: Path) -> Rows | AnyArray:
    """Give numbers to be learned; those that are written as text cannot be read part by part."""
    if targets.dtype.kind not in "fiu":
        remedy = "Write them as numbers, or read all rows with --window 0"
        raise DataFileError("numbers that are written as text", where=path, remedy=remedy)
    return targets


def _split(
    labels: Any, rows: int, sizes: tuple[int | None, int | None, int | None], apart: set[str], window: int, seed: int
) -> dict[str, Any]:
    """Choose what trains, validates and tests, as rows: those that train are all but the others, or are chosen too."""
    none = np.empty(0, np.int64)
    train_size, validation_size, test_size = sizes
    if "test" in apart:
        test_size = 0
    elif test_size is None:
        test_size = min(DEFAULT_VALIDATION_SIZE, rows // 6)
    check_size("test size", test_size, rows)
    tested = choose_rows(labels, rows, test_size or 0, (TEST_SPLIT_SEED, TEST), none)
    left = rows - len(tested)
    train_size, validation_size = split_sizes(left, train_size, 0 if "validation" in apart else validation_size)
    validated = choose_rows(labels, rows, validation_size, (seed, VALIDATION), tested)
    held_out = np.union1d(tested, validated)
    train: Any = AllBut(rows, held_out)
    if train_size < len(train):
        chosen = choose_rows(labels, rows, train_size, (seed, TRAIN), held_out)
        train = chosen if train_size <= window else AllBut(rows, np.setdiff1d(np.arange(rows), chosen))
    return {"train": train, "validation": validated, "test": tested}


def _kept_apart(reader: Reader) -> dict[str, Reader]:
    """Give the readers of what is kept apart to validate and to test, where it has targets."""
    parts = {"validation": reader.validation, "test": reader.test}
    return {part: other for part, other in parts.items() if other is not None and not other.lacks_targets}


def _apart(reader: Reader, class_names: tuple[str, ...]) -> Examples:
    """Give what is kept apart: in memory, unless it has more rows than a window."""
    if not reader.window:
        block = reader.read()
        assert block.targets is not None
        values, places = np.unique(block.targets, return_inverse=True)
        found = TargetValues(values, np.bincount(places), places)
        return Examples(block.inputs, found.labels(class_names) if class_names else block.targets)
    inputs, targets = reader.stored()
    assert targets is not None
    found = scan_targets(reader, targets)
    known = found.labels(class_names) if class_names else _numbers(targets, reader.path)
    if len(inputs) <= reader.window:
        return Examples(inputs[:], known[:])
    seen = np.unique(np.linspace(0, len(inputs) - 1, SEEN).astype(np.int64))
    return ExamplesOnDisk(inputs, known, AllBut(len(inputs), seen[:0]), Examples(inputs[seen], known[seen]))


def _read_through(
    inputs: Rows, reader: Reader, train: Any, picked: _Picked, encoders: Mapping[str, str] | None
) -> Preprocessing:
    """Pick the rows that are wanted in memory; of a table, fit what scales its columns in the same pass."""
    if inputs.ndim == 2:
        words, chosen = reader.words, {**reader.encoders, **(encoders or {})}
        gaps = gap_takers(reader.columns, chosen)
        return fit_columns(
            reader.columns,
            lambda: _training_blocks(inputs, reader.columns, train, picked, gaps),
            chosen,
            words,
            most_cells=MOST_CELLS,
        )
    if encoders:
        raise UsageError("encoders are for the columns of a table", got=f"examples of shape {inputs.shape[1:]}")
    picked.rows = inputs[picked.wanted]
    scaling = PixelScaling(inputs.shape[1:])
    scaling.flatten(picked.rows[:1])  # refuses another type
    return scaling


def _training_blocks(
    inputs: Rows, columns: tuple[str, ...], train: Any, picked: _Picked, gaps: AnyArray | None
) -> Iterator[AnyArray]:
    """Go through a table block by block, and give the rows of each that are trained on."""
    source = str(inputs.files[0].parent if len(inputs.files) > 1 else inputs.files[0])
    for start, stop in inputs.bounds():
        block = inputs.read(start, stop)
        check_finite(block, columns, start + 1, source, gaps)
        picked.note(block, start)
        own = slice(*(train.before if isinstance(train, AllBut) else train.searchsorted)(np.array([start, stop])))
        if own.start < own.stop:
            yield block[train[own] - start]
