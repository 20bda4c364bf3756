"""A file or a folder of one's own, opened by the reader that reads such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...errors import DataFileError
from ...files import exists
from ..reading import AS_THE_FILE_IS, ReadingOptions
from .columns import PIXEL, is_square
from .reader import READERS, Reader, TableReader


def open_data(
    path: Path,
    target: str | None = None,
    features: Sequence[str] | None = None,
    options: ReadingOptions = AS_THE_FILE_IS,
) -> Reader:
    """Open data by the first of `READERS` that says it opens such.

    Raises
    ------
    DataFileError
        If there is no such file, or it is of no known kind.
    """
    if not exists(path):
        raise DataFileError("no such file", expected=_known(), got=path, remedy="Check the name")
    reader = next((reader for reader in READERS.values() if reader.opens(path)), None)
    if reader and (idle := [name for name in options.said() if name not in reader.settled_by]):
        remedy = f"Leave {idle[0].replace('_', ' ')} out"
        raise DataFileError(f"nothing that {idle[0].replace('_', ' ')} settles", got=path, remedy=remedy)
    if reader and issubclass(reader, TableReader):
        return reader(path, target, features, options)
    if target is not None:
        remedy = "Leave --target out: what is to be predicted is told by the names of arrays or folders"
        raise DataFileError("a target column where there is no table", got=path, remedy=remedy)
    if reader is None:
        raise DataFileError("data of no known kind", expected=_known(), got=path)
    if features is not None and "read_as" in reader.settled_by:  # a model knows what its inputs are
        pixels = is_square(len(features)) and all(map(PIXEL.fullmatch, features))
        options = replace(options, read_as="images" if pixels else "table")
    return reader(path, options)


def _known() -> str:
    *most, last = (reader.files or f"a file that ends in {name}" for name, reader in READERS.items())
    return f"{', '.join(most)} or {last}"
