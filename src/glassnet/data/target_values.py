"""The different values of targets that are read part by part, and which of them each row has, in a byte or two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import AnyArray, Integers, blocks
from ..errors import DataFileError
from . import limits
from .limits import check_limit
from .preprocessing.targets import name_classes, number_classes
from .readers.reader import Reader, TableReader
from .rows import Rows

BLOCK = 100_000  # targets that are looked at together


@dataclass
class TargetValues:
    """What values there are among targets.

    Attributes
    ----------
    values : ndarray of shape (values,)
        All different ones in ascending order; of more than can be classes, those that came first.
    counts : ndarray of shape (values,), integers
        How many rows have each.
    codes : ndarray of shape (rows,), unsigned integers, optional
        The place of each row's among the values; none of more than can be classes.
    low, high : float
        The smallest and the largest, of numbers.
    """

    values: AnyArray
    counts: Integers
    codes: AnyArray | None
    low: float = np.nan
    high: float = np.nan

    def labels(self, names: tuple[str, ...]) -> AnyArray:
        """Give each row's place among the names of all classes, in as few bytes as hold it; the codes are used up."""
        assert self.codes is not None
        numbers = number_classes(self.values, names)
        if len(names) > np.iinfo(self.codes.dtype).max + 1:
            return numbers.astype(np.uint16)[self.codes]
        for part in blocks(len(self.codes), BLOCK):
            self.codes[part] = numbers[self.codes[part]]
        return self.codes

    def class_names(self) -> tuple[str, ...]:
        """Name all classes."""
        return name_classes(self.values)


def scan_targets(reader: Reader, targets: Rows | AnyArray) -> TargetValues:
    """Look through all targets once.

    Raises
    ------
    DataFileError
        If one is not a finite number, or there are too many different words.
    """
    scan = _Scan(reader, len(targets))
    for part in _whole_blocks(targets) if isinstance(targets, Rows) else blocks(len(targets), BLOCK):
        scan.look(targets[part], part.start)
    return scan.result()


def _whole_blocks(targets: Rows) -> Iterator[slice]:
    """Cut rows into stretches of whole blocks, as few as have so many rows."""
    start = 0
    for _, stop in targets.bounds():
        if stop - start >= BLOCK or stop == len(targets):
            yield slice(start, stop)
            start = stop


class _Scan:
    """Gives each different target a number, in the order in which they come."""

    def __init__(self, reader: Reader, rows: int) -> None:
        self._reader = reader
        self._number: dict[Any, int] = {}
        self._places: dict[Any, int] = {}  # of text, the first row
        self._codes: AnyArray | None = np.empty(rows, np.uint8)
        self._counts: Integers = np.zeros(1, np.int64)
        self._low, self._high, self._kind = np.inf, -np.inf, np.dtype(np.uint8)

    def look(self, targets: AnyArray, first: int) -> None:
        """Look at some targets, the first of which is in that row."""
        self._kind = targets.dtype
        if targets.dtype.kind in "fiub" and len(targets):
            self._check_finite(targets, first)
            self._low, self._high = min(self._low, targets.min()), max(self._high, targets.max())
        if self._codes is None:
            return
        inverse: Integers = np.arange(len(targets))
        if targets.dtype.kind == "O":
            values = targets.tolist()
        else:
            distinct, inverse = _distinct(targets)
            values = distinct.tolist()
        for place, value in enumerate(values):
            if value not in self._number:
                self._number[value], self._places[value] = len(self._number), first + place + 1
        if len(self._number) > limits.LIMITS.classes:
            self._codes = None
            self._refuse_words()
            return
        if len(self._number) > np.iinfo(self._codes.dtype).max + 1:
            self._codes = self._codes.astype(np.uint16 if len(self._number) <= 1 << 16 else np.uint32)
        codes = np.array([self._number[value] for value in values], np.int64)[inverse]
        self._codes[first : first + len(codes)] = codes
        self._counts = _sum_of(self._counts, np.bincount(codes))

    def _check_finite(self, targets: AnyArray, first: int) -> None:
        if targets.dtype.kind == "f" and not np.isfinite(targets).all():
            row = int(np.argmin(np.isfinite(targets)))
            where = f"{self._reader.path}, {self._reader.counted} {first + row + 1}"
            raise DataFileError("target is not a finite number", got=targets[row], where=where)

    def _refuse_words(self) -> None:
        """Refuse more different words than can be classes; of numbers there may be more."""
        if self._kind.kind not in "fiu":
            if self._kind.kind == "O" and isinstance(self._reader, TableReader):
                remedy = "Write numbers as numbers and not as text, or read all rows with --window 0"
                expected, got = f"at most {limits.LIMITS.classes:,} different ones", "more"
                where = f"{self._reader.path}, column {self._reader.target!r}"
                raise DataFileError("too many targets of text", expected=expected, got=got, where=where, remedy=remedy)
            check_limit("classes", len(self._number), self._reader.path)

    def result(self) -> TargetValues:
        """Put the values in order; of text, numbers are made where all of them are that."""
        if self._kind.kind == "O" and isinstance(self._reader, TableReader):
            times = dict(zip(self._number, self._counts.tolist(), strict=True))
            settled = self._reader.settle_texts(times, self._places)
        else:
            settled = np.array([*self._number], None if self._kind.kind in "OSU" else self._kind)
        values, places = np.unique(settled, return_inverse=True)
        if self._codes is None:
            return TargetValues(values, np.ones(len(values), np.int64), None, float(self._low), float(self._high))
        for part in blocks(len(self._codes), BLOCK):
            self._codes[part] = places[self._codes[part]]
        counts = np.bincount(places, self._counts[: len(places)], minlength=len(values)).astype(np.int64)
        return TargetValues(values, counts, self._codes, float(self._low), float(self._high))


def _distinct(targets: AnyArray) -> tuple[AnyArray, Integers]:
    """Give the different values, and the place of each row's among them; of close whole numbers by counting."""
    if len(targets) and (targets.dtype.kind == "i" or targets.dtype in (np.uint8, np.uint16, np.uint32)):
        low, high = int(targets.min()), int(targets.max())
        if high - low <= BLOCK:
            above = targets.astype(np.int64) - low
            present = np.bincount(above) > 0
            return (np.flatnonzero(present) + low).astype(targets.dtype), (np.cumsum(present) - 1)[above]
    return np.unique(targets, return_inverse=True)


def _sum_of(some: Integers, others: Integers) -> Integers:
    """Add counts of which one may have more values."""
    longest = max(len(some), len(others))
    return np.pad(some, (0, longest - len(some))) + np.pad(others, (0, longest - len(others)))
