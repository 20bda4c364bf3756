"""Tables in text files: a header or none, a column to predict, and columns of numbers to predict it by."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import cached_property
from itertools import chain, islice
from typing import BinaryIO, TextIO

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError
from ..limits import check_limit, most_unpacked
from ..reading import Decision, ReadingOptions
from .cells import Profile
from .dialect import DELIMITERS, Dialect, guess_encoding, recognize, records, whole_records
from .reader import BLOCK, READERS, RowBlock, TableReader

SAMPLE_BYTES = 1 << 20  # by which the encoding is told
SAMPLE_CHARACTERS, SAMPLE_LINES = 500_000, (20, 1_000)  # by which the rest is told: so many lines at least and at most
# By how many rows of the rest it is told what the first ones leave open: so many lines at so many places.
LATER_PLACES, LATER_LINES, LATER_CELLS = 50, 20, 100_000
LINE_CHARACTERS = 1 << 24  # a longer line is no row of a table


@READERS.register(".csv")
class CsvTable(TableReader):
    """Columns in a text file, gzipped or not; how it is written is told by its first rows, see `dialect`.

    Plain rows of numbers are parsed by NumPy, 10,000 at once; where that fails, cell by cell, which reads all that
    `Writing` knows, and finds the cell that cannot be read.
    """

    files = "a table (.csv, .tsv, .txt)"
    endings = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
    counted = "line"
    settled_by = tuple(field.name for field in fields(ReadingOptions) if field.name != "window")
    _dialect: Dialect

    def header(self) -> tuple[Sequence[str], bool]:
        """Tell by a sample how the table is written."""
        with self._bytes() as file:
            head = file.read(SAMPLE_BYTES)
        encoding, said = self.options.encoding, None
        if not encoding:
            try:
                encoding, said = guess_encoding(head, len(head) < SAMPLE_BYTES)
            except ValueError as error:
                raise self._unreadable(error) from error
        with self._lines(encoding) as lines:
            sample = list(_sample(lines))
            rest = next(lines, None) is not None
        for line in sample[:1]:
            check_limit("columns", 1 + max(map(line.count, DELIMITERS)), self.path)
        try:
            self._dialect, self.decisions = recognize(sample, encoding, self.known, self.options)
        except ValueError as error:
            got = str(error)
            raise DataFileError("an empty table", expected="rows of numbers", got=got, where=self.path) from error
        if said:
            self.decisions.append(said)
        self.marks = (self._dialect.delimiter.replace(" ", ","), self._dialect.decimal)
        if rest:
            self._look_further(sample)
        return self._dialect.names, self._dialect.header

    def _look_further(self, sample: Sequence[str]) -> None:
        """Look at some rows in the rest of the file too, where that needs no reading of all before them."""
        later: list[list[str]] = []
        width, encoding = len(self._dialect.names), codecs.lookup(self._dialect.encoding).name.removesuffix("-sig")
        if self.path.suffix.lower() != ".gz" and not encoding.startswith(("utf-16", "utf-32")):
            start, size = sum(len(line.encode(encoding)) for line in sample), self.path.stat().st_size
            lines = max(1, LATER_CELLS // LATER_PLACES // width)
            with self._bytes() as file:
                for place in range(LATER_PLACES):
                    # At the end of what was read before, at the latest: no row is looked at twice.
                    file.seek(max(file.tell(), start + (size - start) * place // LATER_PLACES))
                    part = [file.readline(LINE_CHARACTERS) for _ in range(1 + min(lines, LATER_LINES))]
                    text = [line.decode(encoding, "replace") for line in part[1:]]  # the first may be a line's end
                    later += [row for row in whole_records(text, self._dialect.delimiter) if len(row) == width]
        columns = zip(*later, strict=True) if later else [()] * width
        pairs = zip(self._dialect.profiles, columns, strict=True)
        self._dialect = replace(
            self._dialect, profiles=tuple(profile.with_later(list(cells)) for profile, cells in pairs)
        )

    def profiles(self) -> Sequence[Profile]:
        """Say what the columns of the sample hold; nothing of a header alone."""
        return () if self._dialect.profiles[0].empty else self._dialect.profiles

    @contextmanager
    def _bytes(self) -> Iterator[BinaryIO]:
        """Open the file, unpacked."""
        packed = self.path.suffix.lower() == ".gz"
        try:
            with gzip.open(self.path, "rb") if packed else self.path.open("rb") as file:
                yield file  # type: ignore[misc]
        except (OSError, EOFError, zlib.error, UnicodeError, LookupError, csv.Error) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> DataFileError:
        got = getattr(error, "strerror", None) or str(error)
        remedy = "Check the name, and that it is a text file in UTF-8, or name another --encoding"
        return DataFileError("cannot read the table", got=got, where=self.path, remedy=remedy)

    @contextmanager
    def _lines(self, encoding: str) -> Iterator[Iterator[str]]:
        """Open the file as lines of text, each of bounded length."""
        with self._bytes() as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
            yield _bounded(text, self.path)

    def read(self) -> RowBlock:
        """Read all examples at once, if the text is not too large for that."""
        check_limit("unpacked_bytes", self._size(), self.path)
        return super().read()

    def _size(self) -> int:
        """Give the bytes of text; of a packed file, whose end tells of its last part alone, as far as is allowed."""
        if self.path.suffix.lower() != ".gz":
            return self.path.stat().st_size
        with self.path.open("rb") as file:
            file.seek(-4, io.SEEK_END)
            size = int.from_bytes(file.read(4), "little")
        if size <= most_unpacked(self.path):
            size = 0
            with self._bytes() as text:
                while size <= most_unpacked(self.path) and (piece := text.read(SAMPLE_BYTES)):
                    size += len(piece)
        return size

    def blocks(self) -> Iterator[RowBlock]:
        """Read block by block; errors name the line and the column."""
        self._empty: list[int] = []
        with self._lines(self._dialect.encoding) as lines:
            number = self._skip_header(lines)
            while block := list(islice(lines, BLOCK)):
                found = self._parse_plain(block, number)
                if found is None:
                    found, used = self._parse_cells(block, lines, number)
                    number += used
                else:
                    number += len(block)
                if len(found.inputs):
                    yield found
        if self._empty:
            rows = f"{len(self._empty):,} row{'s' if self._empty[1:] else ''} of empty cells"
            words = f"left out {rows} (first line {self._empty[0]})"
            self.decisions.append(Decision("empty_rows", len(self._empty), words))

    def own_rows(self) -> Iterator[list[str]]:
        """Read the file again; a row that is too short is filled up, and the rest of a longer one is its last cell."""
        delimiter, last = self._dialect.delimiter, len(self.names) - 1
        with self._lines(self._dialect.encoding) as lines:
            self._skip_header(lines)
            for cells in filter(None, records(lines, delimiter, strip=False)):
                cells += [""] * (last + 1 - len(cells))
                yield [*cells[:last], delimiter.join(cells[last:])]

    def _skip_header(self, lines: Iterator[str]) -> int:
        """Go past the lines before the first example, and give the number of its line."""
        counted = _Counted(lines)
        for _ in islice(counted, self._dialect.start):
            pass
        if self._dialect.skipped:
            next(filter(any, records(counted, self._dialect.delimiter)), None)
        return counted.count + 1

    def _parse_plain(self, block: list[str], number: int) -> RowBlock | None:
        """Parse a block of plain numbers; None where it is not that."""
        if self.kinds:
            return None
        delimiter, width = self._dialect.delimiter, len(self.names)
        # A line of tabs is a row of gaps, which the cells' own parser knows.
        numbered = enumerate(block, number)
        held = {place: line for place, line in numbered if not line.isspace() or (delimiter == "\t" and "\t" in line)}
        rows = list(held.values())
        if not rows or delimiter == " " or any('"' in row or row.count(delimiter) + 1 != width for row in rows):
            return None
        numbers = rows
        if self._dialect.decimal == ",":
            if any("." in row for row in rows):
                return None
            numbers = [row.replace(",", ".") for row in rows]
        try:
            inputs = np.loadtxt(
                numbers,
                np.uint8 if self.pixels and self.white != 1 else np.float64,
                delimiter=delimiter,
                comments=None,
                usecols=[self._place_of[name] for name in self.columns],
                ndmin=2,
            )
        except ValueError:
            return None
        if not np.isfinite(inputs).all() or (self.pixels and (inputs.min() < 0 or inputs.max() > self.white)):
            return None
        targets = None if self.target is None else self._cut_out(rows, self._place_of[self.target])
        if targets is not None and any(map(self.lacks_target, set(targets))):
            return None
        return RowBlock(self.shown(inputs), self._shared(targets), rows=list(held))

    def _shared(self, targets: Sequence[str] | None) -> AnyArray | None:
        """Keep targets as text, each different one once."""
        if targets is None:
            return None
        return np.array([self._known.setdefault(text, text) for text in targets], object)

    @cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def _cut_out(self, rows: list[str], place: int) -> list[str]:
        """Give a column's cells of rows without quotes."""
        delimiter, behind = self._dialect.delimiter, len(self.names) - place
        if place <= behind:
            return [row.split(delimiter, place + 1)[place].strip() for row in rows]
        return [row.rsplit(delimiter, behind)[-behind].strip() for row in rows]

    def _parse_cells(self, block: list[str], lines: Iterator[str], number: int) -> tuple[RowBlock, int]:
        """Parse cell by cell, to the end of the record that the block ends in; give the lines that were used too."""
        counted = _Counted(chain(block, lines))
        rows, places, wrong = [], [], []
        reader = records(counted, self._dialect.delimiter)
        while counted.count < len(block):
            place = number + counted.count
            try:
                cells = next(reader, [])
            except csv.Error as error:
                raise DataFileError("cannot read the table", got=error, where=f"{self.path}, line {place}") from error
            if not cells:
                continue
            if not (any(cells) or self.keeps_empty):
                self._empty.append(place)  # nothing can be learned of it; of one to predict for, the place is kept
            elif len(cells) == len(self.names):
                rows.append(cells)
                places.append(place)
            else:
                wrong.append((place, len(cells)))
                if self.skipped is None:
                    break
        found = self._converted(rows, places)
        for place, width in wrong:
            expected, where = f"{len(self.names)} columns", f"{self.path}, line {place}"
            self.refuse(place, DataFileError("a row of the wrong width", expected=expected, got=width, where=where))
        if self.skipped:
            self.skipped.sort(key=lambda noted: noted[0])
        return found, counted.count

    def _converted(self, rows: list[list[str]], places: list[int]) -> RowBlock:
        """Make numbers of cells."""
        columns = dict(zip(self.names, zip(*rows, strict=True) if rows else ((),) * len(self.names), strict=True))
        inputs = np.empty((len(rows), len(self.columns)))
        for number, name in enumerate(self.columns):
            inputs[:, number] = self.values_of(name, columns[name])
        targets = None if self.target is None else self._shared(columns[self.target])
        return self.checked(inputs, targets, places, columns)

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}


class _Counted:
    """Lines, counted as they are read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.count = 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        return line


def _bounded(text: TextIO, path: object) -> Iterator[str]:
    """Read lines, refusing one that is too long to be a row before it is held."""
    while line := text.readline(LINE_CHARACTERS):
        if len(line) == LINE_CHARACTERS:
            remedy = "Check that it is a table"
            raise DataFileError(
                "too long a line", expected=f"less than {len(line):,} characters", where=path, remedy=remedy
            )
        yield line


def _sample(lines: Iterator[str]) -> Iterator[str]:
    """Take the first lines: as many as a table is told by."""
    fewest, most = SAMPLE_LINES
    held = 0
    for number, line in enumerate(islice(lines, most), start=1):
        held += len(line)
        yield line
        if number >= fewest and held > SAMPLE_CHARACTERS:
            return
