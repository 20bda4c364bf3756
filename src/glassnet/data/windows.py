"""The order in which rows of a file are learned that memory does not hold: blocks shuffled, and rows within windows.

An epoch's order of n rows would take 8 n bytes, and reading it would jump through the whole file. So the blocks of the
file are shuffled, as many of them as make a window are read, and the rows of a window are shuffled among one another.
Each window is drawn by itself, at the address seed, epoch, window, and only two of them are ever held.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Integers
from ..randomness import generator


class AllBut:
    """The rows of a source in their order but for some, of which those left out are all that is held.

    Parameters
    ----------
    rows : int
        How many the source has.
    left_out : ndarray of shape (n,), integers
        Ascending.

    Examples
    --------
    >>> kept = AllBut(6, np.array([1, 2]))
    >>> len(kept), kept[:], kept[np.array([3, 0])], kept.before(np.array([0, 3, 6]))
    (4, array([0, 3, 4, 5]), array([5, 0]), array([0, 1, 4]))
    """

    def __init__(self, rows: int, left_out: Integers) -> None:
        self._rows, self._left_out = rows, left_out
        self._gaps = left_out - np.arange(len(left_out))  # how many rows are kept before each

    def __len__(self) -> int:
        return self._rows - len(self._left_out)

    def __getitem__(self, positions: Integers | slice) -> Integers:
        """Find the rows at some positions among those that are kept."""
        if isinstance(positions, slice):
            positions = np.arange(*positions.indices(len(self)))
        return positions + np.searchsorted(self._gaps, positions, side="right")

    def before(self, rows: Integers) -> Integers:
        """Count the rows that are kept before each of some."""
        return rows - np.searchsorted(self._left_out, rows)


class EveryRow:
    """The rows of a source by their own numbers."""

    def __getitem__(self, rows: Integers) -> Integers:
        return rows


class WindowOrder:
    """The order of an epoch, window by window: rows in an order of which a stretch is made when it is asked for.

    Parameters
    ----------
    rows : AllBut
        Those that are learned from.
    starts : ndarray of shape (blocks + 1,), integers
        The first row of each block of the source, and the number of all.
    blocks : int
        Of how many blocks the rows are shuffled together.
    seed, epoch : int
        The address of this shuffle.

    Notes
    -----
    Source: T. T. Nguyen, F. Trahay, J. Domke and others, "Why globally re-shuffle? Revisiting data shuffling in large
    scale deep learning" (2022), on how little is lost by shuffling in parts.

    Examples
    --------
    >>> rows = AllBut(8, np.array([1]))
    >>> order = WindowOrder(rows, np.array([0, 2, 4, 6, 8]), blocks=2, seed=0, epoch=0)
    >>> sorted(order[:].tolist()), order[3:5].tolist() == order[:].tolist()[3:5]
    ([0, 2, 3, 4, 5, 6, 7], True)
    """

    def __init__(self, rows: AllBut, starts: Integers, blocks: int, seed: int, epoch: int) -> None:
        self._rows, self._blocks, self._address = rows, blocks, (seed, "shuffle", epoch)
        firsts = rows.before(starts)  # of each block, as positions among the rows
        heights = np.diff(firsts)
        shuffled = generator(*self._address).permutation(np.flatnonzero(heights))
        self._firsts, self._heights = firsts[shuffled], heights[shuffled]
        ends = np.concatenate([[0], np.cumsum(self._heights)])
        self._starts = np.append(ends[:-1:blocks], len(rows))  # of the windows
        self._made: dict[int, Integers] = {}
        self._now: tuple[int, int, Integers] = (
            0,
            0,
            self._starts[:0],
        )  # where the last window begins and ends, and its rows

    def __getitem__(self, positions: slice) -> Integers:
        """Give a stretch of the order."""
        start, stop, _ = positions.indices(len(self._rows))
        begin, end, rows = self._now
        if begin <= start <= stop <= end:
            return rows[start - begin : stop - begin]
        parts: list[Integers] = [np.empty(0, np.int64)]
        number = int(np.searchsorted(self._starts, start, side="right")) - 1
        while start < stop:
            begin, end = self._starts[number : number + 2].tolist()
            self._now = begin, end, self._window(number)
            parts.append(self._now[2][start - begin : min(stop, end) - begin])
            start, number = end, number + 1
        return np.concatenate(parts)

    def _window(self, number: int) -> Integers:
        """Shuffle the rows of one window; the last two are kept, as a batch may have some of both."""
        if number not in self._made:
            self._made = {other: self._made[other] for other in [*self._made][-1:]}
            own = slice(number * self._blocks, (number + 1) * self._blocks)
            firsts, heights = self._firsts[own], self._heights[own]
            inside = np.arange(heights.sum()) - np.repeat(np.cumsum(heights) - heights, heights)
            rows = self._rows[np.repeat(firsts, heights) + inside]
            self._made[number] = generator(*self._address, number).permutation(rows)
        return self._made[number]
