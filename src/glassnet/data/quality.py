"""What all rows of one's own data tell: what is to be learned, and what makes the result worth less than it looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays import AnyArray, Integers, Task
from ..errors import DataError, DataFileError, listed
from .limits import check_limit
from .preprocessing.targets import doubted_task, recognize_task
from .reading import Decision, in_shell

NAMED_CLASSES = 4  # of so many the names are said
NAMED_GAPS = 3  # columns of which it is said how many gaps they have
FEWEST_ROWS = 20  # by which a feature can be said to tell the target alone
FEWEST_OF_A_CLASS = 10  # rows, below which a test set has one or none
EXAMINED = 2_000_000  # numbers that leakage is looked for in
NEARLY_ONE = 0.999  # the correlation from which a feature tells a number alone


def decide_task(
    targets: AnyArray, task: Task | None, where: object, error: type[DataError | DataFileError] = DataFileError
) -> tuple[Task, Decision]:
    """Decide whether targets, (rows,), are classes or quantities, unless it is said; refuse such as teach nothing.

    Raises
    ------
    DataFileError or DataError, as ``error`` says
        If a quantity is the same in all rows, or every row has a class of its own.
    """
    return decide_by_values(
        *np.unique(targets, return_counts=True), task or recognize_task(targets), task, where, error
    )


def decide_by_values(
    values: AnyArray,
    counts: AnyArray,
    taken: Task,
    task: Task | None,
    where: object,
    error: type[DataError | DataFileError] = DataFileError,
) -> tuple[Task, Decision]:
    """Decide the same by the different values, in order, and how many rows have each; `task` is what was said."""
    rows = int(counts.sum())
    doubt, other = ("", "") if task else doubted_task(values, rows, taken)
    option = f"--task {other}" if doubt else ""
    if len(values) == 1:
        expected, remedy = "targets that differ", "Name another column with --target"
        got = f"{values[0]} in all rows"
        raise error("nothing to learn", expected=expected, got=got, where=where, remedy=remedy)
    if taken == "regression":
        said = f"quantities from {_apart(values[0], values[-1])}" if values.dtype.kind in "fiu" else ""
        return taken, Decision("task", taken, said, doubt, option)
    check_limit("classes", len(values), where)
    alone = counts.max() == 1 and rows >= 5
    if alone or (2 * len(values) > rows >= FEWEST_ROWS):
        got = f"{len(values):,} different ones in {rows:,} rows"
        remedy = "Name another column with --target" + (
            ", or say --task regression" if values.dtype.kind in "fiu" else ""
        )
        raise error(
            "nearly every row has a class of its own",
            expected="classes of several rows",
            got=got,
            where=where,
            remedy=remedy,
        )
    names = ", ".join(f'"{value}"' for value in values.tolist())
    said = f"{len(values):,} classes" + (f" ({names})" if len(values) <= NAMED_CLASSES else "")
    return taken, Decision("task", taken, said, doubt, option)


def _apart(low: Any, high: Any) -> str:
    """Write two different numbers with as many digits as tell them apart."""
    low, high = float(low), float(high)
    digits = next((digits for digits in range(6, 17) if f"{low:.{digits}g}" != f"{high:.{digits}g}"), 17)
    return f"{low:.{digits}g} to {high:.{digits}g}"


def examine(inputs: AnyArray, targets: AnyArray, task: Task, columns: Sequence[str]) -> list[Decision]:
    """Look for rare classes, and in a table for gaps, constant columns, and features that tell the target alone."""
    found = rare_classes(*np.unique(targets, return_counts=True)) if task == "classification" else []
    if inputs.ndim == 2 and len(columns) == inputs.shape[1]:
        found += gaps(np.isnan(inputs).sum(axis=0), columns) if inputs.dtype.kind == "f" else []
        found += constant_columns((inputs == inputs[:1]).all(axis=0), columns)
        rows = examined_rows(*inputs.shape)
        found += leakage(inputs[rows], targets[rows], task, columns)
    return found


def rare_classes(values: AnyArray, counts: AnyArray) -> list[Decision]:
    """Tell of a class that few rows have, by all classes and how many rows have each."""
    rows, rarest, most = int(counts.sum()), int(counts.argmin()), int(counts.argmax())
    if counts[rarest] >= FEWEST_OF_A_CLASS or rows < 5 * FEWEST_OF_A_CLASS or len(values) < 2:
        return []
    share = f"{counts[most] / rows:.1%}"
    doubt = (
        f'class "{values[rarest]}" has {counts[rarest]} of {rows:,} rows: the accuracy says little of it,'
        f' as always "{values[most]}" is right in {share}'
    )
    return [Decision("rare", str(values[rarest]), "", doubt)]


def gaps(counts: AnyArray, columns: Sequence[str]) -> list[Decision]:
    """Tell how many gaps columns have, (columns,), the most first."""
    most = [place for place in np.argsort(-counts, kind="stable").tolist() if counts[place]]
    if not most:
        return []
    named = [f'"{columns[place]}" {counts[place]:,}' for place in most[:NAMED_GAPS]] + ["..."] * (
        len(most) > NAMED_GAPS
    )
    words = f"gaps in {len(most):,} column{'s' * (len(most) > 1)} ({', '.join(named)})"
    return [Decision("missing", [columns[place] for place in most], words)]


def constant_columns(constant: AnyArray, columns: Sequence[str]) -> list[Decision]:
    """Tell of columns that are the same in all rows."""
    names = [f'"{columns[place]}"' for place in np.flatnonzero(constant).tolist()]
    return (
        [Decision("constant", names, f"inputs of no use, the same in all rows: {listed(names, most=5)}")]
        if names
        else []
    )


def examined_rows(rows: int, columns: int) -> Integers:
    """Choose the rows, spread over all, that leakage is looked for in."""
    most = max(500, EXAMINED // columns)
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64))


def leakage(inputs: AnyArray, targets: AnyArray, task: Task, columns: Sequence[str]) -> list[Decision]:
    """Name features that tell the target alone, as something does that is known only once the target is."""
    if len(inputs) < FEWEST_ROWS:
        return []
    examined = np.asarray(inputs, np.float64)
    if task == "regression":
        telling = _correlated(examined, np.asarray(targets, np.float64))
    else:
        labels = np.unique(targets, return_inverse=True)[1]
        telling = np.array([_tells(values, labels) for values in examined.T], bool)
    names = [columns[place] for place in np.flatnonzero(telling).tolist()]
    if not names:
        return []
    quoted = listed([f'"{name}"' for name in names], most=5)
    doubt = f"{quoted} alone {'tells' if len(names) == 1 else 'tell'} the target: possible leakage"
    return [Decision("leakage", names, "", doubt, f"--leave-out {in_shell(*names[:5])}")]


def _correlated(inputs: AnyArray, targets: AnyArray) -> AnyArray:
    """Tell which columns have a correlation of nearly one with the targets, whatever their magnitudes."""
    whole: AnyArray = np.concatenate([inputs, targets[:, None]], axis=1)
    whole = whole / np.maximum(np.abs(whole).max(axis=0), np.finfo(np.float64).tiny)
    whole -= whole.mean(axis=0)
    lengths = np.sqrt(np.square(whole).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.abs(whole.T @ whole[:, -1]) / (lengths * lengths[-1])
    telling: AnyArray = np.nan_to_num(correlation[:-1]) > NEARLY_ONE
    return telling


def _tells(values: AnyArray, labels: Any) -> bool:
    """Tell whether one column separates the classes: by thresholds, or by few values of one class each."""
    order = np.argsort(values, kind="stable")
    steps, changes = (ordered[1:] != ordered[:-1] for ordered in (values[order], labels[order]))
    if (changes & ~steps).any() or not changes.any():
        return False  # rows of one value and of two classes
    classes = np.bincount(labels)
    different = 1 + np.count_nonzero(steps)
    by_thresholds = np.count_nonzero(changes) == len(classes) - 1 and classes.min() >= 3
    return bool(by_thresholds or 5 * different <= len(values))
