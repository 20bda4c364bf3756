"""Tables in Parquet files, which pyarrow reads, with the checksums of their pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError, GlassnetError
from ...extras import needed
from ..limits import check_limit
from .cells import Profile
from .reader import BLOCK, READERS, RowBlock, TableReader

SAMPLE_CELLS = 300_000  # by which it is told what the columns hold
KINDS = {"date": "dates", "time": "dates", "duration": "dates", "list": "lists", "struct": "lists", "map": "lists"}


@READERS.register(".parquet")
class ParquetTable(TableReader):
    """A table that is stored column by column; MissingExtraError if pyarrow is not installed."""

    files = "a table (.parquet)"
    endings = (".parquet", ".pq")

    def header(self) -> tuple[Sequence[str], bool]:
        """Read the names of the columns, and look at the first rows."""
        with self._opened() as file:
            schema = file.schema_arrow
            check_limit("columns", len(schema.names), self.path)
            check_limit("rows", file.metadata.num_rows, self.path)
            self.indices = frozenset(_pandas_index(schema.metadata))
            self._texts = [field.name for field in schema if _is_text(field.type)]
        with self._opened(self._texts) as file:
            self._check_size(file)
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
    def _opened(self, texts: Sequence[str] = ()) -> Iterator[Any]:
        """Open the file; columns of text stay as they are stored, each different text once."""
        needed("pyarrow", "parquet")
        parquet = needed("pyarrow.parquet", "parquet")
        try:
            with parquet.ParquetFile(
                self.path, page_checksum_verification=True, read_dictionary=list(texts), pre_buffer=False
            ) as file:
                yield file
        except GlassnetError:
            raise
        except (
            Exception
        ) as error:  # damage shows itself as nearly anything: OSError, ArrowException, UnicodeDecodeError
            remedy = "Check the name, or write it anew"
            got = " ".join(str(error).split()) or type(error).__name__
            raise DataFileError("cannot read the table", got=got, where=self.path, remedy=remedy) from error

    def _check_size(self, file: Any) -> None:
        """Refuse what unpacks to too much, by what the file says of each part that is read at once."""
        for number in range(file.metadata.num_row_groups):
            # Not by its columns: asked for one whose statistics are damaged, pyarrow 26 ends the whole process.
            check_limit("unpacked_bytes", file.metadata.row_group(number).total_byte_size, self.path)

    def read(self) -> RowBlock:
        """Read all examples at once, if the numbers are not too many for that."""
        with self._opened() as file:
            cells = file.metadata.num_rows * len(self.columns)
        check_limit("unpacked_bytes", cells * (1 if self.pixels else 8), self.path)
        return super().read()

    def blocks(self) -> Iterator[RowBlock]:
        """Read block by block; errors name the row, counted from 1, and the column."""
        wanted = [*self.columns, *([] if self.target is None else [self.target])]
        first = 1
        with self._opened(self._texts) as file:
            for batch in file.iter_batches(BLOCK, columns=wanted):
                inputs = np.stack([self._numbers(batch[name], name) for name in self.columns], axis=1)
                targets = None if self.target is None else self._targets(batch[self.target], first)
                cells = {name: batch[name] for name in self.columns}
                yield self.checked(inputs, targets, range(first, first + len(batch)), cells)
                first += len(batch)

    def _numbers(self, column: Any, name: str) -> AnyArray:
        """Give a column as float64; NaN for what is missing, and for text that is no number."""
        if _is_text(column.type):
            return self.writing_of(name).numbers(_texts(column))
        if str(column.type).startswith("decimal"):
            column = column.cast("float64")
        values: AnyArray = column.to_numpy(zero_copy_only=False)
        if values.dtype.kind == "O":  # truth values, of which some are missing
            values = np.array([np.nan if value is None else float(value) for value in values])
        return values.astype(np.float64)

    def _targets(self, column: Any, first: int) -> AnyArray:
        if column.null_count:
            row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
            where = f"{self.path}, row {first + row}, column {self.target!r}"
            raise DataFileError("no target", got="nothing", where=where, remedy="Leave the row out")
        if _is_text(column.type):
            return np.array(_texts(column), object)
        if str(column.type).startswith("decimal"):
            column = column.cast("float64")
        values: AnyArray = column.to_numpy(zero_copy_only=False)
        return values.astype(str) if values.dtype.kind in "OMm" else values


def _is_text(kind: Any) -> bool:
    return any(word in str(kind) for word in ("string", "utf8", "binary")) and "list" not in str(kind)


def _texts(column: Any) -> list[str]:
    """Give the text of each row, each different one decoded and measured once."""
    if str(column.type).startswith("dictionary"):
        known = _texts(column.dictionary)
        places = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        known.append("")
        return [known[place].strip() for place in places.tolist()]
    longest = max((len(value) for value in column.to_pylist() if value is not None), default=0)
    check_limit("cell_characters", longest, "a column of text")
    values = (value.decode() if isinstance(value, bytes) else value for value in column.to_pylist())
    return ["" if value is None else value.strip() for value in values]


def _profile(kind: Any, column: Any) -> Profile:
    """Tell what a column holds by its type, and by its first rows."""
    word = next((ours for theirs, ours in KINDS.items() if str(kind).startswith(theirs)), "")
    if word:
        return Profile(word, ())
    if column is None:
        return Profile("words" if _is_text(kind) else "numbers", ())
    if _is_text(kind):
        return Profile.of(_texts(column))
    return Profile.of([str(value) for value in column.to_pylist() if value is not None])


def _pandas_index(metadata: dict[bytes, bytes] | None) -> list[str]:
    """Name the columns that pandas has written for the index of a frame."""
    described = json.loads((metadata or {}).get(b"pandas", b"{}"))
    return [name for name in described.get("index_columns", ()) if isinstance(name, str)]
