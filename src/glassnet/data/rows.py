"""Arrays that stay in their files, whose rows are read when they are asked for, through a part that memory holds.

A file is cut into blocks of rows. `Rows.take` keeps those that were asked for last, a window of them, so that whoever
goes through a file in the order of `glassnet.data.windows` reads each block once. Nothing is mapped: of a file that is
cut short meanwhile a read tells, where a mapped page would end the process; and pages that were read are not counted as
the process's memory.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..arrays import AnyArray, Integers
from ..errors import DataFileError
from .limits import is_for_memory

BLOCKS_OF_A_WINDOW = 64  # from so many places of the file come the rows that are shuffled together
WINDOW_BYTES = 64 << 20  # of a window, unless somebody says how many rows it has
CHANGED = "Leave the file as it is until the training ends; go on with --resume once the old one is back"


def window_for(said: int | None, rows: int, row_bytes: int) -> int:
    """Choose of how many rows a window is; 0 for data that is read into memory, as what is small is.

    Examples
    --------
    >>> window_for(None, 60_000, 784), window_for(None, 6_000_000, 784), window_for(1_000, 60_000, 784)
    (0, 65536, 1000)
    """
    if said is not None:
        return said
    if is_for_memory(rows * row_bytes):
        return 0
    return 1 << max(WINDOW_BYTES // row_bytes, BLOCKS_OF_A_WINDOW).bit_length() - 1


def even_starts(rows: int, window: int) -> Integers:
    """Cut rows into blocks of one size, of which a window has 64: where each begins, and the end."""
    return np.append(np.arange(0, rows, max(1, window // BLOCKS_OF_A_WINDOW)), rows)


def stamp_of(path: Path) -> tuple[int, int]:
    """Give what changes when a file is written; DataFileError if it is gone."""
    try:
        found = path.stat()
    except OSError as error:
        raise DataFileError("cannot read the file", got=error.strerror, where=path, remedy=CHANGED) from error
    return found.st_size, found.st_mtime_ns


class Rows(ABC):
    """Rows of numbers in one file or several, with the shape and the type of the array that they would make.

    A subclass gives `read`, and `files`.

    Parameters
    ----------
    files : list of Path
        Where they are.
    shape : tuple of int
        Of all of them.
    dtype : dtype
        Of what is read.
    starts : ndarray of shape (blocks + 1,), integers
        The first row of each block, and how many rows there are.
    window : int
        How many rows are held, in whole blocks.

    Attributes
    ----------
    capacity : int
        How many blocks are held.
    """

    def __init__(
        self, files: list[Path], shape: tuple[int, ...], dtype: np.dtype[Any], starts: Integers, window: int
    ) -> None:
        self.files, self.shape, self.dtype, self.starts, self.window = files, shape, dtype, starts, window
        self.stamps = {file: stamp_of(file) for file in files}
        self._forget()

    def _forget(self) -> None:
        heights = np.diff(self.starts)
        self._height = int(heights.max(initial=1))  # rows that a slot has room for
        self._even = bool((heights[:-1] == self._height).all())
        self.capacity = max(1, min(-(-self.window // self._height), len(heights)))
        self._slot_of = np.full(len(heights), -1)
        self._block_in = np.full(self.capacity, -1)
        self._used = np.zeros(self.capacity, np.int64)  # when each slot was last asked for
        self._clock = 0
        self._held: AnyArray | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Give what copies are made of, without the rows that are held."""
        return {name: value for name, value in vars(self).items() if name != "_held"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    @abstractmethod
    def read(self, start: int, stop: int) -> AnyArray:
        """Read the rows from one to before another; DataFileError if the file is damaged, or has changed."""

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def layout(self) -> bytes:
        """How the files themselves are cut into blocks, which the order depends on; nothing where a window says it."""
        return b""

    @property
    def ndim(self) -> int:
        """How many dimensions the array would have."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return math.prod(self.shape)

    def __getitem__(self, rows: Integers | slice) -> AnyArray:
        """Read some rows, and hold none of them: a stretch, or any few in any order."""
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            return self.read(start, max(start, stop))[::step]
        found = np.empty((len(rows), *self.shape[1:]), self.dtype)
        order = np.argsort(rows, kind="stable")
        for some, start, stop in self._stretches(np.asarray(rows)[order]):
            found[order[some]] = self.read(start, stop)[rows[order[some]] - start]
        return found

    def _stretches(self, rows: Integers) -> Iterator[tuple[slice, int, int]]:
        """Cut ascending rows into those of one block each, with the block's ends."""
        blocks = self.block_of(rows)
        cuts = [0, *(np.flatnonzero(np.diff(blocks)) + 1).tolist(), len(rows)]
        for first, last in pairwise(cuts):
            if first < last:
                block = int(blocks[first])
                yield slice(first, last), int(self.starts[block]), int(self.starts[block + 1])

    def block_of(self, rows: Integers) -> Integers:
        """Find the block that each row is in."""
        return rows // self._height if self._even else np.searchsorted(self.starts, rows, side="right") - 1

    def bounds(self) -> Iterator[tuple[int, int]]:
        """Go through the blocks: the first row of each, and that of the next."""
        yield from zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)

    def take(self, rows: Integers, axis: int = 0) -> AnyArray:
        """Give rows in the order asked for, reading those blocks that are not held; as of an array, along axis 0."""
        assert axis == 0
        blocks = self.block_of(rows)
        slots = self._slot_of[blocks]
        if slots.min(initial=0) < 0:
            distinct = np.unique(blocks)
            if len(distinct) > self.capacity:
                return self._take_in_parts(rows, blocks, distinct)
            slots = self._load(blocks, distinct)
        self._clock += 1
        self._used[slots] = self._clock
        assert self._held is not None
        # The places of a window's rows among those held: a gather from memory, as of an array that is all there.
        found: AnyArray = self._held.take(slots * self._height + (rows - self.starts[blocks]), axis=0)
        return found

    def _take_in_parts(self, rows: Integers, blocks: Integers, distinct: Integers) -> AnyArray:
        """Take rows of more blocks than can be held: first those that are."""
        found = np.empty((len(rows), *self.shape[1:]), self.dtype)
        distinct = distinct[np.argsort(self._slot_of[distinct] < 0, kind="stable")]
        for first in range(0, len(distinct), self.capacity):
            some = np.isin(blocks, distinct[first : first + self.capacity])
            found[some] = self.take(rows[some])
        return found

    def _load(self, blocks: Integers, distinct: Integers) -> Integers:
        """Read the blocks that are not held in place of those that were asked for longest ago."""
        if self._held is None:
            self._held = np.empty((self.capacity * self._height, *self.shape[1:]), self.dtype)
        free = iter(np.argsort(np.where(np.isin(self._block_in, distinct), self._clock + 1, self._used), kind="stable"))
        for block in distinct[self._slot_of[distinct] < 0].tolist():
            slot = int(next(free))
            if self._block_in[slot] >= 0:
                self._slot_of[self._block_in[slot]] = -1
            self._block_in[slot] = -1
            start, stop = int(self.starts[block]), int(self.starts[block + 1])
            self._held[slot * self._height : slot * self._height + stop - start] = self.read(start, stop)
            self._block_in[slot], self._slot_of[block] = block, slot
        return self._slot_of[blocks]

    def check_unchanged(self, file: Path) -> None:
        """Refuse a file that was written to, or cut short, since it was opened."""
        if stamp_of(file) != self.stamps[file]:
            raise DataFileError("the file has changed since it was opened", where=file, remedy=CHANGED)


class ArrayRows(Rows):
    """The rows of one array in a file, as NumPy and IDX keep them.

    Parameters
    ----------
    path : Path
        The file.
    offset : int
        Where the numbers begin.
    shape : tuple of int
        Of the array.
    stored : dtype
        As the file has them.
    window : int
        How many rows are held.
    fortran : bool, optional
        Whether the file has column after column, as of a transposed array.
    """

    def __init__(
        self,
        path: Path,
        offset: int,
        shape: tuple[int, ...],
        stored: np.dtype[Any],
        window: int,
        fortran: bool = False,
    ) -> None:
        super().__init__([path], shape, stored.newbyteorder("="), even_starts(shape[0], window), window)
        self._offset, self._stored, self._fortran = offset, stored, fortran and len(shape) > 1
        needed, size = offset + math.prod(shape) * stored.itemsize, self.stamps[path][0]
        if size < needed:
            expected, got = f"{needed:,} bytes for shape {shape}", f"{size:,}"
            raise DataFileError("file cut short", expected=expected, got=got, where=path, remedy="Get the file again")

    def read(self, start: int, stop: int) -> AnyArray:
        """Read the rows from one to before another."""
        (path,) = self.files
        self.check_unchanged(path)
        try:
            with path.open("rb", buffering=0) as file:
                found = self._columns(file, start, stop) if self._fortran else self._rows(file, start, stop)
        except OSError as error:
            raise DataFileError("cannot read the file", got=error.strerror, where=path, remedy=CHANGED) from error
        return found if self._stored.isnative else found.astype(self.dtype)

    def _rows(self, file: BinaryIO, start: int, stop: int) -> AnyArray:
        found = np.empty((stop - start, *self.shape[1:]), self._stored)
        self._fill(file, found, start * math.prod(self.shape[1:]))
        return found

    def _columns(self, file: BinaryIO, start: int, stop: int) -> AnyArray:
        width = math.prod(self.shape[1:])
        found = np.empty((width, stop - start), self._stored)
        for column in range(width):
            self._fill(file, found[column], column * len(self) + start)
        return np.ascontiguousarray(found.T.reshape((stop - start, *self.shape[1:]), order="F"))

    def _fill(self, file: BinaryIO, out: AnyArray, first: int) -> None:
        """Read as many numbers as there is room for, from one of them on."""
        file.seek(self._offset + first * self._stored.itemsize)
        rest = out.reshape(-1).view(np.uint8).data
        while len(rest) and (count := file.readinto(rest)):  # type: ignore[attr-defined]
            rest = rest[count:]
        if len(rest):
            raise DataFileError("the file was cut short while it was read", where=self.files[0], remedy=CHANGED)

    def __getitem__(self, rows: Integers | slice) -> AnyArray:
        """Read some rows; of a few, those alone."""
        if isinstance(rows, slice) or self._fortran:
            return super().__getitem__(rows)
        rows = np.asarray(rows)
        found = np.empty((len(rows), *self.shape[1:]), self.dtype)
        order = np.argsort(rows, kind="stable")
        cuts = np.flatnonzero(np.diff(rows[order]) != 1) + 1  # between stretches that follow one another
        for some in np.split(order, cuts):
            if len(some):
                found[some] = self.read(int(rows[some[0]]), int(rows[some[-1]]) + 1)
        return found


class ChangedRows(Rows):
    """Rows that are made of other rows, block by block: images of pixels of another form, one column of several.

    Parameters
    ----------
    rows : Rows
        The others.
    change : callable
        Makes an array of as many rows of an array; it can be pickled.
    """

    def __init__(self, rows: Rows, change: Any) -> None:
        self._rows, self._change = rows, change
        like = change(rows[:1])
        super().__init__(rows.files, (len(rows), *like.shape[1:]), like.dtype, rows.starts, rows.window)
        self.stamps = rows.stamps

    def read(self, start: int, stop: int) -> AnyArray:
        """Read the rows from one to before another, and change them."""
        found: AnyArray = self._change(self._rows.read(start, stop))
        return found

    def __getitem__(self, rows: Integers | slice) -> AnyArray:
        """Read some rows, and change them."""
        found: AnyArray = self._change(self._rows[rows])
        return found
