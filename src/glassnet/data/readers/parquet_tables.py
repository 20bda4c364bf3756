"""Tables in Parquet files, one or a folder of them, which pyarrow reads, with the checksums of their pages.

A file is made of row groups, each of which is read at once. What is too large for memory is learned from row group by
row group, so that these are its blocks; see `glassnet.data.rows`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError, GlassnetError, listed
from ...extras import needed
from ..limits import check_limit
from ..preprocessing.column_encoders import days_of
from ..preprocessing.encoders import word_of
from ..reading import AS_THE_FILE_IS, Decision, ReadingOptions
from ..rows import Rows, window_for
from .cells import Profile
from .folders import entries, is_leftover, part_of, unwrapped, words_of
from .reader import BLOCK, FIRST, READERS, RowBlock, TableReader, as_images

SAMPLE_CELLS = 300_000  # by which it is told what the columns hold
PIECE_CELLS = 2_000_000  # that are unpacked at once where a row group is held
FEWEST_GROUPS = 8  # row groups that are shuffled together, below which that is said
KINDS = {"date": "dates", "timestamp": "dates", "list": "lists", "struct": "lists", "map": "lists"}
SPANS = ("time32", "time64", "duration")  # types that are taken in days, as those of frames are
A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


@READERS.register(".parquet")
class ParquetTable(TableReader):
    """A table that is stored column by column; MissingExtraError if pyarrow is not installed.

    Of a folder, files called so validate and test; the others, in the order of their names, are one table.
    """

    files = "a table (.parquet), or a folder of these"
    endings = (".parquet", ".pq")
    settled_by = (*TableReader.settled_by, "window")

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Take a folder of such files too."""
        return bool(_tables_in(path)) if path.is_dir() else super().opens(path)

    def __init__(
        self,
        path: Path,
        target: str | None = None,
        features: Sequence[str] | None = None,
        options: ReadingOptions = AS_THE_FILE_IS,
        files: Sequence[Path] = (),
    ) -> None:
        parts = _parts_of(path) if path.is_dir() and not files else {}
        self._files = [*files] or parts.pop("train", [path])
        super().__init__(path, target, features, options)
        row_bytes = len(self.columns) * (1 if self.pixels else 8)
        self.window = window_for(options.window, sum(self.group_rows), row_bytes)
        if self.window and self.group_rows:
            self.window = max(self.window, *self.group_rows)
            self.decisions.append(self._windows_of_groups(row_bytes))
        for part, own in parts.items():
            other = ParquetTable(path, self.target, self.columns, options, own)
            other.kinds, other.numbered, other.with_gaps = self.kinds, self.numbered, self.with_gaps
            setattr(self, part, other)
            verb, names = "validated" if part == "validation" else "tested", listed([file.name for file in own], most=5)
            self.decisions.append(Decision(part, sum(other.group_rows), f"{verb} on {names}"))

    @property
    def sources(self) -> list[Path]:
        """Give the files that are read."""
        return self._files + [file for part in (self.validation, self.test) if part for file in part.sources]

    def _windows_of_groups(self, row_bytes: int) -> Decision:
        """Say how many rows are held, and doubt that row groups are mixed where few are held at once."""
        said, largest = self.windows_said(row_bytes), max(self.group_rows)
        if self.window < FEWEST_GROUPS * largest and len(self.group_rows) > 1:
            doubt = f"row groups of {largest:,} rows, of which {max(1, self.window // largest)} are shuffled together"
            return replace(said, doubt=f"{doubt}: sorted rows are learned better from smaller ones, or a larger window")
        return said

    def header(self) -> tuple[Sequence[str], bool]:
        """Read the names of the columns, and look at the first rows."""
        self.groups: list[tuple[int, int]] = []  # by file and number in it
        self.group_rows: list[int] = []
        with self._opened(self._files[0]) as file:
            schema = file.schema_arrow
            check_limit("columns", len(schema.names), self.path)
            self.indices = frozenset(_pandas_index(schema.metadata))
            self._texts = [field.name for field in schema if _is_text(field.type)]
        for number, path in enumerate(self._files):
            with self._opened(path, self._texts) as file:
                schema = file.schema_arrow if number == 0 else schema
                self._check_like(schema, file.schema_arrow, path)
                self._note_groups(file, number)
        rows = sum(self.group_rows)
        if rows > sum(path.stat().st_size for path in self._files):  # a table has a byte for each row, a bomb has not
            check_limit("rows", rows, self.path)
        with self._opened(self._files[0], self._texts) as file:
            rows = min(1_000, max(20, SAMPLE_CELLS // max(1, len(schema.names))))
            batch = next(file.iter_batches(rows), None)
            columns = [None] * len(schema.names) if batch is None else batch.columns
            found = [_profile(field.type, column) for field, column in zip(schema, columns, strict=True)]
            looked = rows if rows < file.metadata.num_rows else 0
            self._profiles = [replace(profile, looked=looked) for profile in found]
        return schema.names, True

    def profiles(self) -> Sequence[Profile]:
        """Say what the columns of the first rows hold."""
        return self._profiles

    @contextmanager
    def _opened(self, path: Path, texts: Sequence[str] = (), where: object = None) -> Iterator[Any]:
        """Open a file; columns of text stay as they are stored, each different text once."""
        needed("pyarrow", "parquet")
        parquet = needed("pyarrow.parquet", "parquet")
        try:
            with parquet.ParquetFile(
                path, page_checksum_verification=True, read_dictionary=list(texts), pre_buffer=False
            ) as file:
                yield file
        except GlassnetError:
            raise
        except (
            Exception
        ) as error:  # damage shows itself as nearly anything: OSError, ArrowException, UnicodeDecodeError
            remedy = "Check the name, or write it anew"
            got = " ".join(str(error).split()) or type(error).__name__
            raise DataFileError("cannot read the table", got=got, where=where or path, remedy=remedy) from error

    def _check_like(self, schema: Any, other: Any, path: Path) -> None:
        """Refuse a file of a folder whose columns are others than the first one's."""
        if other.names != schema.names or other.types != schema.types:
            pairs = zip_longest(
                zip(schema.names, schema.types, strict=True), zip(other.names, other.types, strict=True)
            )
            first, second = next((one, two) for one, two in pairs if one != two)
            expected, got = (f"column {one[0]!r} of {one[1]}" if one else "none" for one in (first, second))
            remedy = "Keep tables of the same columns in a folder"
            raise DataFileError("a table of other columns", expected=expected, got=got, where=path, remedy=remedy)

    def _note_groups(self, file: Any, number: int) -> None:
        """Note the row groups of a file; refuse what unpacks to too much, as each of them is read at once."""
        grouped = 0
        for group in range(file.metadata.num_row_groups):
            # Not by its columns: asked for one whose statistics are damaged, pyarrow 26 ends the whole process.
            described = file.metadata.row_group(group)
            check_limit("unpacked_bytes", described.total_byte_size, self._files[number])
            grouped += described.num_rows
            if described.num_rows:
                self.groups.append((number, group))
                self.group_rows.append(described.num_rows)
        # What describes a file has no checksum: where it contradicts itself, rows would be lost without a word.
        if grouped != file.metadata.num_rows:
            expected, got = f"{file.metadata.num_rows:,} rows, as the file says", f"{grouped:,} in its row groups"
            where, remedy = self._files[number], "The file is damaged; write it anew"
            raise DataFileError("rows are missing or too many", expected=expected, got=got, where=where, remedy=remedy)

    def read(self) -> RowBlock:
        """Read all examples at once, if the numbers are not too many for that."""
        check_limit("unpacked_bytes", sum(self.group_rows) * len(self.columns) * (1 if self.pixels else 8), self.path)
        return super().read()

    def blocks(self) -> Iterator[RowBlock]:
        """Read block by block; errors name the row, counted from 1, and the column."""
        wanted = [*self.columns, *([] if self.target is None else [self.target])]
        first = 1
        for path in self._files:
            with self._opened(path, self._texts) as file:
                for batch in file.iter_batches(BLOCK, columns=wanted):
                    places: Sequence[int] = range(first, first + len(batch))
                    first += len(batch)
                    if self.target is not None:
                        batch, places = self._with_targets(batch, places)
                    targets = None if self.target is None else self._targets(batch[self.target])
                    yield self._block(batch, targets, places)
                    if self.skipped:
                        self.skipped.sort(key=lambda noted: noted[0])

    def own_rows(self) -> Iterator[list[str]]:
        """Give every value as Python writes it, and nothing for a gap."""
        for path in self._files:
            with self._opened(path) as file:
                for batch in file.iter_batches(BLOCK, columns=list(self.names)):
                    columns = (batch[name].to_pylist() for name in self.names)
                    yield from ([_text(value) for value in row] for row in zip(*columns, strict=True))

    def _with_targets(self, batch: Any, places: Sequence[int]) -> tuple[Any, Sequence[int]]:
        """Refuse the rows that have no target, by their numbers, and give the others."""
        column = batch[self.target]
        if not column.null_count:
            return batch, places
        known = column.is_valid()
        present = known.to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(~present).tolist():
            self.refuse(places[row], self.no_target(places[row]))
        return batch.filter(known), np.asarray(places)[present].tolist()

    def _block(self, batch: Any, targets: AnyArray | None, places: Sequence[int]) -> RowBlock:
        """Make inputs of the columns, and refuse rows that are not numbers; `places` are the numbers of the rows."""
        columns = [batch[name] for name in self.columns]
        as_bytes = self.pixels and (targets is None or targets.dtype != object)
        if as_bytes and all(str(column.type) == "uint8" and not column.null_count for column in columns):
            pixels = np.stack([column.to_numpy() for column in columns], axis=1)
            return RowBlock(as_images(pixels), targets, rows=places)  # nothing can be wrong with bytes
        inputs = np.stack([self._values(batch[name], name) for name in self.columns], axis=1)
        return self.checked(inputs, targets, places, dict(zip(self.columns, columns, strict=True)))

    def _number_words(self) -> None:
        """Go through the columns of words once, so that whoever reads a row group knows the number of each."""
        columns = [name for name, kind in self.kinds.items() if kind == "categories"]
        for path in self._files if columns else ():
            with self._opened(path, self._texts) as file:
                for batch in file.iter_batches(BLOCK, columns=columns):
                    for name in columns:
                        self._values(batch[name], name)

    def stored(self) -> tuple[Rows, Rows | AnyArray | None]:
        """Give inputs and targets that stay in their row groups."""
        self._number_words()
        rows, own = sum(self.group_rows), copy(self)
        texts = set(self._texts)
        own.profile_of = {name: profile for name, profile in self.profile_of.items() if name in texts}
        own._profiles, own.decisions, own.validation, own.test = [], [], None, None
        like = self.shown(np.zeros((0, len(self.columns))))
        inputs = GroupRows(own, (rows, *like.shape[1:]), like.dtype, self.window)
        if self.target is None:
            return inputs, None
        with self._opened(self._files[0], self._texts) as file:
            like = self._targets(next(file.iter_batches(1, columns=[self.target]))[self.target])
        kind = np.dtype(object) if like.dtype.kind == "U" else like.dtype
        return inputs, GroupRows(own, (rows,), kind, self.window, of_targets=True)

    def group(self, number: int, first: int, of_targets: bool) -> Iterator[AnyArray]:
        """Read the inputs, or the targets, of a row group, piece by piece; ``first`` is the number of its first row."""
        file_number, group = self.groups[number]
        path, target = self._files[file_number], self.target
        wanted = [target] if of_targets else list(self.columns)
        pieces = max(100, PIECE_CELLS // len(wanted))
        with self._opened(path, self._texts, f"{path}, row group {group + 1}") as file:
            for batch in file.iter_batches(pieces, row_groups=[group], columns=wanted):
                places = range(first, first + len(batch))
                first += len(batch)
                if of_targets:
                    yield self._targets(self._with_targets(batch, places)[0][target])
                else:
                    yield self._block(batch, None, places).inputs

    def _values(self, column: Any, name: str) -> AnyArray:
        """Give a column as float64, dates and words too; NaN for what is missing, and for text that is no number."""
        kind, of_text = self.kinds.get(name), _is_text(column.type)
        if kind == "dates" and not of_text:
            self.first_cells.setdefault(name, []).extend(map(str, column.slice(0, FIRST).to_pylist()))
            return days_of(column.cast("timestamp[us]", safe=False).to_numpy(zero_copy_only=False))
        if kind == "categories" or of_text:
            return self.values_of(name, _texts(column) if of_text else [word_of(v) or "" for v in column.to_pylist()])
        if str(column.type).startswith(SPANS):
            ticks = column.cast("int32" if str(column.type).startswith("time32") else "int64")
            days: AnyArray = ticks.to_numpy(zero_copy_only=False) / A_DAY[column.type.unit]
            return days
        if str(column.type).startswith("decimal"):
            column = column.cast("float64")
        values: AnyArray = column.to_numpy(zero_copy_only=False)
        if values.dtype.kind == "O":  # truth values, of which some are missing
            values = np.array([np.nan if value is None else float(value) for value in values])
        return values.astype(np.float64)

    def _targets(self, column: Any) -> AnyArray:
        if _is_text(column.type):
            return np.array(_texts(column), object)
        if str(column.type).startswith("decimal"):
            column = column.cast("float64")
        values: AnyArray = column.to_numpy(zero_copy_only=False)
        return values.astype(str) if values.dtype.kind in "OMm" else values


class GroupRows(Rows):
    """Inputs or targets in row groups, each of which is a block.

    Parameters
    ----------
    table : ParquetTable
        Reads and checks them.
    shape, dtype : tuple of int, dtype
        Of all rows.
    window : int
        How many rows are held.
    of_targets : bool, optional
        Whether these are the targets.
    """

    def __init__(
        self, table: ParquetTable, shape: tuple[int, ...], dtype: np.dtype[Any], window: int, of_targets: bool = False
    ) -> None:
        super().__init__(table.sources, shape, dtype, np.cumsum([0, *table.group_rows]), window)
        self._table, self._of_targets = table, of_targets

    @property
    def layout(self) -> bytes:
        """The first row of each row group."""
        return self.starts.astype("<i8").tobytes()

    def read(self, start: int, stop: int) -> AnyArray:
        """Read the rows from one to before another, and the rest of their row groups with them."""
        found = np.empty((max(stop - start, 0), *self.shape[1:]), self.dtype)
        if not len(found):
            return found
        first, last = self.block_of(np.array([start, stop - 1])).tolist()
        for block in range(first, last + 1):
            self.check_unchanged(self.files[self._table.groups[block][0]])
            done = int(self.starts[block])
            for piece in self._table.group(block, done + 1, self._of_targets):
                begin, end = max(start, done), min(stop, done + len(piece))
                if begin < end:
                    found[begin - start : end - start] = piece[begin - done : end - done]
                done += len(piece)
            if done != self.starts[block + 1]:
                problem = "a row group of another length"
                raise DataFileError(problem, expected=f"{np.diff(self.starts)[block]:,} rows", where=self.files[0])
        return found


def _tables_in(folder: Path) -> list[Path]:
    """Find the tables in a folder, in the order of their names."""
    found = [Path(entry) for entry in entries(unwrapped(folder)) if not is_leftover(entry.name)]
    return [file for file in found if file.name.lower().endswith(ParquetTable.endings) and file.is_file()]


def _parts_of(folder: Path) -> dict[str, list[Path]]:
    """Tell by their names which tables validate and test; the others train."""
    parts: dict[str, list[Path]] = {"train": []}
    for file in _tables_in(folder):
        part = part_of(words_of(file.stem))
        parts.setdefault("train" if part is None else part, []).append(file)
    if not parts["train"]:
        return {"train": [file for files in parts.values() for file in files]}
    return parts


def _is_text(kind: Any) -> bool:
    """Tell whether a type is text or bytes, stored once each or not; lists, structures and maps of such are none."""
    plain = str(kind).removeprefix("dictionary<values=")
    return "<" not in plain and ("string" in plain or "binary" in plain)


def _text(value: object) -> str:
    return "" if value is None else value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _texts(column: Any, errors: str = "strict") -> list[str]:
    """Give the text of each row, each different one decoded and measured once."""
    if str(column.type).startswith("dictionary"):
        known = _texts(column.dictionary, errors)
        places = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        known.append("")
        return [known[place].strip() for place in places.tolist()]
    longest = max((len(value) for value in column.to_pylist() if value is not None), default=0)
    check_limit("cell_characters", longest, "a column of text")
    values = (value.decode(errors=errors) if isinstance(value, bytes) else value for value in column.to_pylist())
    return ["" if value is None else value.strip() for value in values]


def _profile(kind: Any, column: Any) -> Profile:
    """Tell what a column holds by its type, and by its first rows."""
    word = next((ours for theirs, ours in KINDS.items() if str(kind).startswith(theirs)), "")
    if word:
        return Profile(word, ())
    if column is None:
        return Profile("words" if _is_text(kind) else "numbers", ())
    if str(kind).startswith(SPANS):
        return Profile("numbers", [str(number) for number, value in enumerate(column) if value.is_valid])
    if _is_text(kind):
        return Profile.of(_texts(column, errors="replace"))  # bytes that are no text are words, of no use as numbers
    return Profile.of([str(value) for value in column.to_pylist() if value is not None])


def _pandas_index(metadata: dict[bytes, bytes] | None) -> list[str]:
    """Name the columns that pandas has written for the index of a frame."""
    described = json.loads((metadata or {}).get(b"pandas", b"{}"))
    return [name for name in described.get("index_columns", ()) if isinstance(name, str)]
