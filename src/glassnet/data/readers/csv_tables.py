"""Tables in text files: a header or none, a column to predict, and columns of numbers to predict it by."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError
from ..reading import AS_THE_FILE_IS, ReadingOptions
from .reader import BLOCK, READERS, RowBlock, TableReader, as_images

DELIMITERS = ",;\t"


@READERS.register(".csv")
class CsvTable(TableReader):
    """Columns separated by commas, semicolons or tabs, in a text file in UTF-8, gzipped or not.

    The first line is a header, unless it has numbers where the second one has them.
    """

    files = "a table (.csv, .tsv, .txt)"
    endings = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

    def __init__(
        self,
        path: Path,
        target: str | None = None,
        features: Sequence[str] | None = None,
        options: ReadingOptions = AS_THE_FILE_IS,
    ) -> None:
        super().__init__(path, target, features, options)
        firsts = dict(zip(self.names, self._first, strict=True))
        self.pixels &= self._named or all(_is_pixel(firsts[name]) for name in self.columns)

    def header(self) -> tuple[Sequence[str], bool]:
        """Tell the separator by the first line, and by the second whether the first is a header."""
        with self._lines() as lines:
            first, second = next(lines, ""), next(lines, "")
            if not first.strip():
                raise DataFileError("an empty table", expected="rows of numbers", where=self.path)
            self._delimiter = max(DELIMITERS, key=first.count)
            self._first = self._cells(first)
            kinds = [list(map(_is_number, row)) for row in (self._first, self._cells(second))]
        self._named = not any(kinds[0]) or (not all(kinds[0]) and kinds[0] != kinds[1])
        return self._first if self._named else [f"column {n}" for n in range(1, len(self._first) + 1)], self._named

    @contextmanager
    def _lines(self) -> Iterator[Iterator[str]]:
        """Open the file as lines of text."""
        try:
            with _open_text(self.path) as file:
                yield iter(file)
        except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
            got = getattr(error, "strerror", None) or str(error)
            remedy = "Check the name, and that it is a text file in UTF-8"
            raise DataFileError("cannot read the table", got=got, where=self.path, remedy=remedy) from error

    def _cells(self, line: str) -> list[str]:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=self._delimiter), [])]

    def blocks(self) -> Iterator[RowBlock]:
        """Read block by block; errors name the line and the column."""
        with self._lines() as lines:
            number = 1 + self._named
            if self._named:
                next(lines)
            while block := list(islice(lines, BLOCK)):
                rows = [line for line in block if line.strip()]
                if rows:
                    yield self._parse(rows, block, number)
                number += len(block)

    def _parse(self, rows: list[str], block: list[str], number: int) -> RowBlock:
        try:
            self._check_widths(rows)
            inputs = self._read_cells(rows, self.columns, np.uint8 if self.pixels else np.float64)
            if not np.isfinite(inputs).all():
                raise ValueError("a number that is not finite")
            return RowBlock(as_images(inputs), None if self.target is None else self._read_targets(rows))
        except ValueError as error:
            raise self._explain(block, number, error) from error

    def _read_targets(self, rows: list[str]) -> AnyArray:
        texts = np.char.strip(self._read_cells(rows, [self.target or ""], str)[:, 0])
        if (texts == "").any():
            raise ValueError("an empty target")
        return texts

    def settle_targets(self, targets: AnyArray) -> AnyArray:
        """Read numbers, if all targets of all blocks are that."""
        return as_numbers(targets)

    def _check_widths(self, rows: list[str]) -> None:
        width = len(self.names)
        for row in rows:
            found = len(self._cells(row)) if '"' in row else row.count(self._delimiter) + 1
            if found != width:
                raise ValueError("a row of another width")

    def _read_cells(self, rows: list[str], names: Sequence[str], dtype: type) -> AnyArray:
        places = [self.names.index(name) for name in names]
        return np.loadtxt(rows, dtype, delimiter=self._delimiter, comments=None, quotechar='"', usecols=places, ndmin=2)

    def _explain(self, block: list[str], number: int, error: ValueError) -> DataFileError:
        """Find the first cell that cannot be read."""
        for offset, line in enumerate(block):
            where = f"{self.path}, line {number + offset}"
            cells = self._cells(line)
            if not line.strip():
                continue
            if len(cells) != len(self.names):
                expected = f"{len(self.names)} columns"
                return DataFileError("a row of another width", expected=expected, got=len(cells), where=where)
            named = dict(zip(self.names, cells, strict=True))
            for name in self.columns:
                if not (_is_pixel(named[name]) if self.pixels else _is_finite(named[name])):
                    return self._wrong_cell(named[name], f"{where}, column {name!r}")
            if self.target and not named[self.target]:
                remedy = "Fill the gap, or leave the row out"
                return DataFileError(
                    "no target", got="nothing", where=f"{where}, column {self.target!r}", remedy=remedy
                )
        return DataFileError("cannot read the table", got=error, where=self.path, remedy="Check the file")

    def _wrong_cell(self, cell: str, where: str) -> DataFileError:
        if self.pixels:
            return DataFileError("not a pixel", expected="a whole number in 0..255", got=repr(cell), where=where)
        remedy = "Fill the gap, or leave the row out" if not cell else "Leave the column out, or write it as numbers"
        return DataFileError("not a number", expected="a finite number", got=repr(cell), where=where, remedy=remedy)


def as_numbers(texts: AnyArray) -> AnyArray:
    """Read targets as numbers if all of them are: as integers if all are written so; else leave them as strings.

    Examples
    --------
    >>> as_numbers(np.array(["3", "12"])), as_numbers(np.array(["3", "1.5"])), as_numbers(np.array(["3", "b"]))
    (array([ 3, 12]), array([3. , 1.5]), array(['3', 'b'], dtype='<U1'))
    """
    for dtype in (np.int64, np.float64):
        try:
            numbers: AnyArray = texts.astype(dtype)
        except (ValueError, OverflowError):
            continue
        return numbers
    return texts


def _open_text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_finite(cell: str) -> bool:
    return _is_number(cell) and math.isfinite(float(cell))


def _is_pixel(cell: str) -> bool:
    return cell.isdecimal() and int(cell) <= 255
