"""Targets: whether they are classes or numbers, and how a network learns them, as one-hot rows or standardized."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from numbers import Number
from typing import Any

import numpy as np

from ...arrays import AnyArray, Floats, Integers, Task, squarable_unit
from ...errors import DataError, listed
from .table import NEVER_VARIED, FeatureScaling

LARGEST_WHOLE = 2**53  # up to which a float counts in ones
MOST_CLASSES = 64  # that whole numbers are taken for; more different ones are taken as quantities
FEW_VALUES = 10  # whole numbers that are classes, however they are numbered


@dataclass(frozen=True)
class TargetScale:
    """Standardize numeric targets, so that a network of ordinary weights can reach them.

    ::

        y = (v − m) / d
        v = m + d y

    with v a target in its unit, and y what the network learns.

    Parameters
    ----------
    mean : float
        m, the mean of the training targets, in their unit.
    deviation : float
        d, their standard deviation, in their unit.

    Examples
    --------
    >>> scale = TargetScale.fit(np.array([-2.0, 0.0, 2.0]))
    >>> scale.restore(scale.standardize(np.array([5.0])))
    array([5.])
    """

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", float(self.mean))
        object.__setattr__(self, "deviation", float(self.deviation))

    @classmethod
    def fit(cls, targets: Floats) -> TargetScale:
        """Take mean and deviation from the training targets; a constant one, and rows of several, keep their unit.

        Parameters
        ----------
        targets : ndarray of shape (rows,) or (rows, outputs)
            In their own unit; float32 or float64.

        Returns
        -------
        TargetScale
            Of mean 0 and deviation 1 where there are several outputs.

        Raises
        ------
        DataError
            If they differ by more than a float can hold.
        """
        if targets.ndim > 1:
            return cls(0.0, 1.0)
        with np.errstate(over="ignore"):
            if not np.isfinite(np.subtract(np.max(targets), np.min(targets), dtype=np.float64)):
                got, remedy = f"{np.min(targets)} to {np.max(targets)}", "Write them in a larger unit"
                raise DataError("targets too far apart", expected="a difference below 1.8e308", got=got, remedy=remedy)
        # Asked of the targets themselves: by rounding, constant ones can have a deviation of 1e-17.
        if (lowest := np.min(targets)) == np.max(targets):
            return cls(float(lowest), 1.0)
        unit = float(squarable_unit(targets))
        values = targets if unit == 1 else np.asarray(targets, np.float64) / unit
        mean, deviation = np.mean(values, dtype=np.float64), np.std(values, dtype=np.float64)
        spread = float(deviation) * unit
        # Of subnormal differences nothing can be learned: what is divided by them overflows.
        return cls(float(mean) * unit, spread if spread >= np.finfo(np.float64).tiny else 1.0)

    @classmethod
    def fit_parts(cls, parts: Iterable[Floats]) -> TargetScale:
        """Do the same of targets that come part by part, putting the parts together as columns of a table are."""
        first, *others = islice(all_parts := iter(parts), 2)
        if not others:
            return cls.fit(first)
        columns = (np.reshape(part, (len(part), 1)) for part in chain([first], others, all_parts))
        found = FeatureScaling.fit(("target",), columns)
        varies = found.deviations[0] != NEVER_VARIED
        return cls(found.means[0], found.deviations[0] if varies else 1.0)

    def standardize(self, targets: Floats) -> Floats:
        """Bring targets to mean 0 and deviation 1.

        Parameters
        ----------
        targets : ndarray of shape (rows,) or (rows, outputs)
            In their own unit.

        Returns
        -------
        ndarray of shape (rows,) or (rows, outputs)
            Without a unit.
        """
        return (targets - self.mean) / self.deviation

    def restore(self, standardized: Floats) -> Floats:
        """Bring a network's outputs back to the targets' unit, in float64: a mean can be large beside its deviation.

        Parameters
        ----------
        standardized : ndarray of shape (rows,) or (rows, outputs)
            Without a unit.

        Returns
        -------
        ndarray of shape (rows,) or (rows, outputs)
            In the targets' unit, float64.
        """
        return self.mean + self.deviation * np.asarray(standardized, np.float64)


def one_hot(labels: Integers, classes: int, out: Floats | None = None) -> Floats:
    """Encode labels as rows with a single one.

    ::

        y_k = [k = label]

    Parameters
    ----------
    labels : ndarray of shape (batch,), integers
        Each in 0..classes-1.
    classes : int
        The width of a row.
    out : ndarray of shape (batch, classes), optional
        Where to write; float32 and new by default.

    Returns
    -------
    ndarray of shape (batch, classes)

    Raises
    ------
    DataError
        If a label is out of range.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    labels = np.asarray(labels)
    check_labels(labels, classes)
    if out is None:
        out = np.empty((len(labels), classes), np.float32)
    out.fill(0)
    out[np.arange(len(labels)), labels] = 1
    return out


def check_labels(labels: AnyArray, classes: int) -> None:
    """Refuse labels that are not integers in 0..classes-1, naming the first."""
    if labels.ndim != 1:
        raise DataError("labels of the wrong shape", expected="shape (n,)", got=f"shape {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise DataError("labels of the wrong type", expected="integers", got=labels.dtype)
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(wrong):
        row = int(wrong[0])
        raise DataError("label out of range", expected=f"0..{classes - 1}", got=int(labels[row]), where=f"row {row}")


def as_targets(targets: Any) -> AnyArray:
    """Make an array, (rows,) or (rows, outputs), of what targets are given as; Python's objects are numbers or words.

    Raises
    ------
    DataError
        If a target is missing, or they are of the wrong shape.

    Examples
    --------
    >>> as_targets(np.array([1.5, 2], dtype=object)), as_targets(["a", 1]), as_targets([[1], [2]])
    (array([1.5, 2. ]), array(['a', '1'], dtype='<U1'), array([1, 2]))
    """
    check_unmasked("targets", targets)
    array = np.asarray(targets)
    if array.dtype.kind in "US" and not isinstance(targets, np.ndarray):
        array = np.asarray(targets, object)  # before NaN among words has become one
    if array.ndim not in (1, 2):
        expected = "shape (n,) or (n, outputs)"
        raise DataError("targets of the wrong shape", expected=expected, got=f"shape {array.shape}")
    if array.dtype == object:
        array = _settle(array)
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def check_unmasked(what: str, values: Any) -> None:
    """Refuse an array of which some values are masked: without the mask they would count."""
    if np.ma.is_masked(values):
        got, remedy = f"{np.count_nonzero(np.ma.getmaskarray(values)):,} masked", "Fill them, or leave their rows out"
        raise DataError(f"masked {what}", expected="values that all count", got=got, remedy=remedy)


def _settle(objects: AnyArray) -> AnyArray:
    """Make numbers of objects that are numbers, and words of others; DataError if one is missing."""
    for row, values in enumerate(objects.reshape(len(objects), -1)):
        if missing := [str(value) for value in values if _is_missing(value)]:
            remedy = "Leave the row out, or fill the gap"
            raise DataError("a target is missing", got=missing[0], where=f"row {row}", remedy=remedy)
    if not all(isinstance(value, Number | np.bool_) for value in objects.flat):
        words = [value.decode() if isinstance(value, bytes) else str(value) for value in objects.flat]
        return np.array(words, str).reshape(objects.shape)
    numbers = np.array(objects.tolist()).reshape(objects.shape)
    return numbers.astype(np.float64) if numbers.dtype == object else numbers  # fractions, and decimals


def _is_missing(value: object) -> bool:
    """Tell None, NaN (which no value equals, itself neither), and what pandas has in their place."""
    try:
        return value is None or bool(value != value)
    except TypeError:  # pandas.NA is neither equal nor unequal to anything
        return True


def recognize_task(targets: AnyArray) -> Task:
    """Tell by the targets, (rows,), what is to be learned.

    Words and truth values are classes. So are whole numbers of at most 10 different values, and of at most 64 that are
    counted from 0 or 1 and come again; others, such as prices, are quantities.

    Examples
    --------
    >>> recognize_task(np.array([3, 1, 3])), recognize_task(np.array([0.5, 1.0])), recognize_task(np.array(["a", "b"]))
    ('classification', 'regression', 'classification')
    >>> recognize_task(np.arange(60) % 26), recognize_task(199 + np.arange(60) % 26 * 25)
    ('classification', 'regression')
    """
    if targets.dtype.kind == "f" and not _are_whole(targets).all():
        return "regression"
    return recognize_values(np.unique(targets), len(targets))


def recognize_values(values: AnyArray, rows: int) -> Task:
    """Tell the same by the different values, in order, that targets of so many rows have."""
    if values.dtype.kind in "USb":
        return "classification"
    whole = values.dtype.kind in "iu" or (values.dtype.kind == "f" and bool(_are_whole(values).all()))
    return "classification" if whole and _are_codes(values, rows) else "regression"


def _are_codes(values: AnyArray, rows: int) -> bool:
    """Tell whether whole numbers, all different ones in order, name classes."""
    if len(values) <= FEW_VALUES:
        return True
    counted = values[0] in (0, 1) and values[-1] < 1.25 * len(values)
    return bool(len(values) <= MOST_CLASSES and counted and rows >= 2 * len(values))


def doubted_task(values: AnyArray, rows: int, task: Task) -> tuple[str, Task]:
    """Say what speaks against a task, of targets of these different values, and name the other; empty if nothing.

    >>> doubted_task(np.arange(26), 60, "classification")
    ('the 26 different whole numbers could be quantities', 'regression')
    >>> doubted_task(np.arange(3, 7), 60, "classification")[0], doubted_task(np.arange(4), 60, "classification")[0]
    ('the 4 different whole numbers could be quantities', '')
    """
    other: Task = "regression" if task == "classification" else "classification"
    if values.dtype.kind not in "fiu" or not _are_whole(values.astype(np.float64)).all():
        return "", other
    gaps = values[-1] - values[0] >= len(values)
    counted = 3 if values[0] > 1 else FEW_VALUES  # marks from 3 to 6 are quantities as well
    usual = 2 if values.dtype.kind == "f" else 4 if gaps else counted  # 1.0 to 5.0 are written as quantities are
    likely = rows >= (2 if len(values) <= MOST_CLASSES else 10) * len(values)  # of many prices few come often
    if len(values) <= usual or (task == "regression" and not likely):
        return "", other
    could_be = "quantities" if task == "classification" else "classes"
    return f"the {len(values):,} different whole numbers could be {could_be}", other


def name_classes(targets: AnyArray) -> tuple[str, ...]:
    """Name the classes of targets, (rows,), in ascending order; DataError if there is one alone, or no whole number.

    Examples
    --------
    >>> name_classes(np.array([7, 1, 7])), name_classes(np.array(["yes", "no"]))
    (('1', '7'), ('no', 'yes'))
    """
    values = np.unique(_as_classes(targets))
    if len(values) < 2:
        raise DataError(
            "too few classes",
            expected="at least two classes",
            got=f"{values[0]} alone" if len(values) else "none",
        )
    return tuple(str(value) for value in values.tolist())


def number_classes(targets: AnyArray, names: tuple[str, ...], where: str | None = None) -> Integers:
    """Give each target, (rows,), its place among the names of all classes; DataError, and where, if it is none of them.

    Examples
    --------
    >>> number_classes(np.array([7, 1, 7]), ("1", "7"))
    array([1, 0, 1])
    """
    distinct, places = np.unique(_as_classes(targets), return_inverse=True)
    known = {name: number for number, name in enumerate(names)}
    numbers = [known.get(str(value), -1) for value in distinct.tolist()]
    if -1 in numbers:
        got = distinct[numbers.index(-1)]
        raise DataError("a class that was not trained on", expected=f"one of {listed(names)}", got=got, where=where)
    return np.array(numbers, np.int64)[places]


def _as_classes(targets: AnyArray) -> AnyArray:
    """Give words as strings and whole numbers as integers."""
    if targets.dtype.kind == "S":
        return np.char.decode(targets, "utf-8")
    if targets.dtype.kind != "f":
        return targets
    broken = np.flatnonzero(~_are_whole(targets))
    if len(broken):
        remedy = "Write classes as whole numbers or words, or set the task to regression"
        got, where = targets[broken[0]], f"row {broken[0] + 1}"
        raise DataError("a class is not a whole number", got=got, where=where, remedy=remedy)
    return targets.astype(np.int64)


def _are_whole(numbers: AnyArray) -> AnyArray:
    """Tell which floats are whole numbers that integers can be made of; NaN is none."""
    whole: AnyArray = (numbers == np.rint(numbers)) & (np.abs(numbers) < LARGEST_WHOLE)
    return whole
