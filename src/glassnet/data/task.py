"""Whether targets are classes or numbers."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Integers, Task
from ..errors import DataError, listed

LARGEST_WHOLE = 2**53  # up to which a float counts in ones
MOST_CLASSES = 64  # that whole numbers are taken for; more different ones are taken as quantities


def recognize_task(targets: AnyArray) -> Task:
    """Tell by the targets what is to be learned.

    Words and truth values are classes, and so are whole numbers of at most 64 different values.

    Parameters
    ----------
    targets : ndarray of shape (rows,)
        As they stand in the source.

    Returns
    -------
    'classification' or 'regression'

    Examples
    --------
    >>> recognize_task(np.array([3, 1, 3])), recognize_task(np.array([0.5, 1.0])), recognize_task(np.array(["a", "b"]))
    ('classification', 'regression', 'classification')
    """
    if targets.dtype.kind in "USb":
        return "classification"
    whole = targets.dtype.kind in "iu" or (targets.dtype.kind == "f" and bool(_are_whole(targets).all()))
    return "classification" if whole and len(np.unique(targets)) <= MOST_CLASSES else "regression"


def name_classes(targets: AnyArray) -> tuple[str, ...]:
    """Name the classes that there are, in ascending order.

    Parameters
    ----------
    targets : ndarray of shape (rows,)
        Strings, truth values or whole numbers.

    Returns
    -------
    tuple of str

    Raises
    ------
    DataError
        If there is only one, or a number is not whole.

    Examples
    --------
    >>> name_classes(np.array([7, 1, 7])), name_classes(np.array(["yes", "no"]))
    (('1', '7'), ('no', 'yes'))
    """
    values = np.unique(_as_classes(targets))
    if len(values) < 2:
        raise DataError("nothing to tell apart", expected="at least two classes", got=f"{values[0]} alone")
    return tuple(str(value) for value in values.tolist())


def number_classes(targets: AnyArray, names: tuple[str, ...]) -> Integers:
    """Give each target its place among the classes.

    Parameters
    ----------
    targets : ndarray of shape (rows,)
        As `name_classes` takes them.
    names : tuple of str
        All classes.

    Returns
    -------
    ndarray of shape (rows,), integers

    Raises
    ------
    DataError
        If a target is none of them.

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
        raise DataError("a class that was not trained on", expected=f"one of {listed(names)}", got=got)
    return np.array(numbers)[places]


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
        raise DataError("a class that is no whole number", got=got, where=where, remedy=remedy)
    return targets.astype(np.int64)


def _are_whole(numbers: AnyArray) -> AnyArray:
    """Tell which floats are whole numbers that integers can be made of; NaN is none."""
    whole: AnyArray = (numbers == np.rint(numbers)) & (np.abs(numbers) < LARGEST_WHOLE)
    return whole
