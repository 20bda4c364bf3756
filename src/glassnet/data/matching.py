"""Data to answer for, opened with the columns that a model was trained on, and what is otherwise than there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import DataFileError, listed
from .preprocessing.preprocessing import Preprocessing
from .preprocessing.table import TablePreprocessing
from .readers import open_data
from .readers.columns import PIXEL, TARGETS
from .readers.reader import Reader, TableReader
from .reading import AS_THE_FILE_IS, ReadingOptions

MOST_NAMES = 5  # of columns that a line lists
NUMBERED = re.compile(r"column \d+")  # what columns without names are called


def open_for(
    preprocessing: Preprocessing,
    path: Path,
    options: ReadingOptions = AS_THE_FILE_IS,
    target: str | None = None,
    wants_target: bool = False,
) -> tuple[Reader, list[str]]:
    """Open data with the columns that a model takes, found by name, and say in a line each what is otherwise.

    Parameters
    ----------
    preprocessing : Preprocessing
        The model's.
    path : Path
        The data.
    options : ReadingOptions, optional
        How it is to be read; where ``header`` is False, columns are taken in the model's order.
    target : str, optional
        The column that the model predicts, if it is known.
    wants_target : bool, optional
        Whether that column is to be read too, to judge by.

    Raises
    ------
    DataFileError
        If a column is missing, or there are no names to find the columns by, and nobody says that their order is right.
    """
    if isinstance(preprocessing, TablePreprocessing):
        wanted: Sequence[str] = preprocessing.names
    else:
        wanted = [f"pixel{number}" for number in range(preprocessing.inputs)]
    reader = open_data(path, target if wants_target else None, wanted, options)
    if all(map(NUMBERED.fullmatch, wanted)) or all(map(PIXEL.fullmatch, wanted)):
        return reader, []
    if isinstance(reader, TableReader):
        return reader, _differences(reader, wanted, target, options)
    return reader, [f"{path.name}: no names of columns, so they are taken in the model's order: {_named(wanted)}"]


def _differences(reader: TableReader, wanted: Sequence[str], target: str | None, options: ReadingOptions) -> list[str]:
    """Say what is otherwise in a table than in what the model was trained on."""
    file = reader.path.name
    if not set(wanted) <= set(reader.names):
        if options.header is not False:
            expected = f"a header with the columns that the model takes ({_named(wanted)})"
            remedy = "Write it into the first line, or add --no-header if the columns are in that order"
            raise DataFileError("no header", expected=expected, where=reader.path, remedy=remedy)
        return [f"{file}: no header, so columns are taken in the model's order: {_named(wanted)}"]
    lines, found = [], [name for name in reader.names if name in set(wanted)]
    if found != list(wanted):
        lines.append(f"{file}: columns in another order than the model's, found by name")
    others = [name for name in reader.names if name not in set(wanted) and name != reader.target]
    targets = [name for name in others if name == target or (target is None and name.lower() in TARGETS)]
    if targets:
        lines.append(f"{file}: what is to be predicted is there, and ignored: {_named(targets)}")
    if rest := [name for name in others if name not in targets]:
        are = "1 column that the model does not take is" if len(rest) == 1 else f"{len(rest)} columns are"
        lines.append(f"{file}: {are} ignored: {_named(rest)}")
    return lines


def _named(names: Sequence[str]) -> str:
    return listed([repr(name) for name in names], most=MOST_NAMES)
