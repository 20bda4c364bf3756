"""Tables in Parquet files, which pyarrow reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError
from ...extras import needed
from .reader import BLOCK, READERS, RowBlock, TableReader, as_images


@READERS.register(".parquet")
class ParquetTable(TableReader):
    """A table that is stored column by column; MissingExtraError if pyarrow is not installed."""

    files = "a table (.parquet)"
    endings = (".parquet", ".pq")

    def header(self) -> tuple[Sequence[str], bool]:
        """Read the names of the columns."""
        with self._opened() as file:
            return file.schema_arrow.names, True

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        arrow = needed("pyarrow", "parquet")
        try:
            with needed("pyarrow.parquet", "parquet").ParquetFile(self.path) as file:
                yield file
        except (OSError, arrow.ArrowException) as error:
            remedy = "Check the name, or write it anew"
            raise DataFileError("cannot read the table", got=error, where=self.path, remedy=remedy) from error

    def blocks(self) -> Iterator[RowBlock]:
        """Read block by block; errors name the row, counted from 1, and the column."""
        wanted = [*self.columns, *([] if self.target is None else [self.target])]
        first = 1
        with self._opened() as file:
            for batch in file.iter_batches(BLOCK, columns=wanted):
                columns = [self._numbers(batch[name], name, first) for name in self.columns]
                targets = None if self.target is None else self._targets(batch[self.target], first)
                yield RowBlock(as_images(np.stack(columns, axis=1)), targets)
                first += len(batch)

    def _numbers(self, column: Any, name: str, first: int) -> AnyArray:
        values: AnyArray = column.to_numpy(zero_copy_only=False)  # with NaN for what is missing
        where, expected = f"{self.path}, column {name!r}", "whole numbers in 0..255" if self.pixels else "numbers"
        if values.dtype.kind not in "fiub":
            remedy = "Leave the column out, or write it as numbers"
            raise DataFileError("not numbers", expected=expected, got=column.type, where=where, remedy=remedy)
        wrong = ~np.isfinite(values)
        if self.pixels:
            wrong |= (values < 0) | (values > 255) | (values != np.rint(values))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            where = f"{self.path}, row {first + row}, column {name!r}"
            remedy = "Fill the gap, or leave the row out"
            raise DataFileError("not a number", expected=expected, got=values[row], where=where, remedy=remedy)
        return values.astype(np.uint8) if self.pixels else values.astype(np.float64)

    def _targets(self, column: Any, first: int) -> AnyArray:
        if column.null_count:
            row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
            where = f"{self.path}, row {first + row}, column {self.target!r}"
            raise DataFileError("no target", got="nothing", where=where, remedy="Leave the row out")
        values: AnyArray = column.to_numpy(zero_copy_only=False)
        return values.astype(str) if values.dtype == object else values
