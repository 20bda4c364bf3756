"""Rows that stay together when data is divided: those of one customer; or those of one time, divided in its order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..arrays import Floats, Integers
from ..errors import DataError, UsageError
from ..randomness import generator
from .preprocessing.column_encoders import dates_of
from .preprocessing.encoders import is_missing


@dataclass(frozen=True, eq=False)
class RowGroups:
    """The group of each row of a source, (rows,), as a number; `in_order` if that is the place of its time among all.

    >>> RowGroups.of(["Ann", "Bob", "Ann"], None, 3).numbers, RowGroups.of(None, [3.5, 1, 2], 3).numbers
    (array([0, 1, 0]), array([2, 0, 1]))
    """

    numbers: Integers
    in_order: bool = False

    @classmethod
    def of(cls, groups: Any, time: Any, rows: int, tested: int = 0, validated: int | None = 0) -> RowGroups | None:
        """Give numbers to groups, values of any kind, or to times, numbers or dates, of so many rows; or None.

        UsageError if they are too few to test and validate on so many rows; by default on a sixth of them.
        """
        if groups is None and time is None:
            return None
        if groups is not None and time is not None:
            raise UsageError("rows divided by groups and by time", expected="one of them", remedy="Leave one out")
        what, array = ("group", np.asarray(groups)) if time is None else ("time", np.asarray(time))
        if array.shape != (rows,) or any(map(is_missing, array)):
            raise DataError(f"a {what} for each row is needed", expected=f"{rows:,} values, none of them missing")
        if time is None:
            places: dict[Any, int] = {}
            numbers = np.array([places.setdefault(value, len(places)) for value in array.tolist()])
            return cls(numbers)._enough(tested, validated)
        if array.dtype == object:
            with suppress(DataError):
                array = dates_of("time", array)
        if array.dtype.kind not in "fiuM":
            raise DataError("times that cannot be ordered", expected="numbers or dates", got=array.dtype)
        return cls(np.unique(array, return_inverse=True)[1], in_order=True)._enough(tested, validated)

    def _enough(self, tested: int, validated: int | None) -> Self:
        """Refuse fewer of them than there are parts."""
        validates = len(self.numbers) - tested >= 6 if validated is None else validated > 0
        parts = ["train", *["validate"] * validates, *["test"] * (tested > 0)]
        if self.count < len(parts):
            what, last = "times" if self.in_order else "groups", parts.pop()
            problem, expected = f"too few {what} to {', '.join(parts)} and {last} on", f"at least {len(parts) + 1}"
            remedy = "Set --test-size 0" if self.count > 1 else f"Divide by a column of more {what}"
            raise UsageError(problem, expected=expected, got=self.count, remedy=remedy)
        return self

    def select(self, rows: Integers) -> RowGroups:
        """Give those of some rows."""
        return RowGroups(self.numbers[rows], self.in_order)

    @property
    def count(self) -> int:
        """How many different ones there are."""
        return len(np.unique(self.numbers))

    def deal(self, labels: Integers, sizes: Sequence[float], seed: int) -> Integers:
        """Give the part of each row, of parts of about these sizes, none of which is empty or shares a group.

        Sizes, and shares of the classes ``labels``, (rows,), come as near as whole groups let them. UsageError if these
        are too few.
        """
        wanted, found = np.flatnonzero(sizes), np.unique(self.numbers, return_inverse=True)[1]
        shares, counts = np.take(sizes, wanted) / np.sum(sizes), np.zeros((self.count, int(labels.max()) + 2))
        np.add.at(counts, (found, labels), 1)
        counts[:, -1] = counts.sum(axis=1)  # all classes together, as one more
        if len(counts) < len(wanted):
            remedy = "Set fewer folds and networks (--ensemble), or --validation-size or --test-size 0"
            problem, expected = f"too few {'times' if self.in_order else 'groups'}", f"{len(wanted)} for as many parts"
            raise UsageError(problem, expected=expected, got=len(counts), remedy=remedy)
        if not self.in_order:
            return wanted[_evenly(counts, shares, seed)][found]
        # A time goes where its middle row lies; but none is left out on the way from one part to the next.
        middle, place = np.cumsum(counts[:, -1]) - counts[:, -1] / 2, np.arange(len(counts))
        parts = np.searchsorted(np.cumsum(shares)[:-1] * len(found), middle, side="right")
        steady = np.minimum.accumulate(np.minimum(parts - place, 0)) + place
        return wanted[np.maximum(steady, len(wanted) - len(counts) + place)][found]


def _evenly(counts: Floats, shares: Floats, seed: int) -> Integers:
    """Give the part of each group, by how many rows of each class it has, (groups, classes).

    The largest first, as in scikit-learn's StratifiedGroupKFold, each where Σ n[p, c]² / (shares[p] N[c]²) grows least
    for the n rows of class c in part p, and N in all.
    """
    own = counts / np.maximum(counts.sum(axis=0), 1)
    order = generator(seed, "split").permutation(len(own))
    order = order[np.argsort(-np.square(own[order]).sum(axis=1), kind="stable")]
    dealt, parts = np.zeros((len(shares), own.shape[1])), np.zeros(len(own), np.intp)
    for left, group in zip(range(len(own), 0, -1), order.tolist(), strict=True):
        cost = ((2 * dealt + own[group]) * own[group]).sum(axis=1) / shares
        if left <= np.count_nonzero(dealt[:, -1] == 0):  # the last groups are for parts that have none
            cost[dealt[:, -1] > 0] = np.inf
        parts[group] = cost.argmin()
        dealt[parts[group]] += own[group]
    return parts
