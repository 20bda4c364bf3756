"""Data to answer for, opened with the columns that a model was trained on, and what is otherwise than there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import DataFileError, listed
from .preprocessing.encoders import ColumnEncoding
from .preprocessing.preprocessing import Preprocessing
from .preprocessing.table import NUMBERED, TablePreprocessing
from .readers import open_data
from .readers.cells import IN_UNITS
from .readers.columns import PIXEL, TARGETS, counts_up
from .readers.reader import READERS, Reader, TableReader
from .reading import AS_THE_FILE_IS, ReadingOptions

MOST_NAMES = 5  # of columns that a line lists


def open_for(
    preprocessing: Preprocessing,
    path: Path,
    options: ReadingOptions = AS_THE_FILE_IS,
    target: str | None = None,
    judged: bool = False,
    beside: Sequence[str] | None = None,
    unit: str | None = None,
    dates: str = "",
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
    judged : bool, optional
        Whether that column is to be read too; a table whose others the model takes has one more, or one of a usual
        name.
    beside : sequence of str, optional
        The other columns of the table that the model was trained on, its target among them, if they are known.
    unit : str, optional
        Of a quantity that the model predicts, as its training's file had it.
    dates : str, optional
        The order of the dates in that file, which a few dates do not tell; unless the options name another.

    Raises
    ------
    DataFileError
        If a column is missing, or there are no names to find the columns by, and nobody says that their order is right.
    """
    if isinstance(preprocessing, TablePreprocessing):
        wanted: Sequence[str] = preprocessing.names
    else:
        wanted = [f"pixel{number}" for number in range(preprocessing.inputs)]
    options = replace(options, read_as="table" if isinstance(preprocessing, TablePreprocessing) else "images")
    kind = next((kind for kind in READERS.values() if kind.opens(path)), Reader)
    reader = open_data(path, target if judged and issubclass(kind, TableReader) else None, wanted, options)
    if judged and target is None and isinstance(reader, TableReader):
        reader = open_data(path, _target(reader), wanted, options)
    if isinstance(reader, TableReader):
        reader.options = replace(reader.options, dates=reader.options.dates or dates)
        _take_as_learned(reader, preprocessing)
    lines = [
        f"{path.name}: in doubt: {each.doubt}; {each.option} settles it" for each in reader.decisions if each.doubt
    ]
    if all(map(NUMBERED.fullmatch, wanted)) and isinstance(reader, TableReader):
        reader, places = _by_places(reader, wanted, beside)
        lines += places
    if isinstance(preprocessing, TablePreprocessing) and isinstance(reader, TableReader):
        lines += _other_units(reader, preprocessing, unit)
    if all(map(NUMBERED.fullmatch, wanted)) or all(map(PIXEL.fullmatch, wanted)):
        return reader, lines
    if isinstance(reader, TableReader):
        return reader, [*lines, *_differences(reader, wanted, target)]
    in_order = f"{path.name}: no names of columns, so they are taken in the model's order: {_named(wanted)}"
    return reader, [*lines, in_order]


def _take_as_learned(reader: TableReader, preprocessing: Preprocessing) -> None:
    """Let a table's columns be what the model has learned them as: words by its numbers, dates as dates."""
    encoders = {}
    if isinstance(preprocessing, ColumnEncoding):
        encoders = dict(zip(preprocessing.names, preprocessing.encoders, strict=True))
        reader.learned = preprocessing.words
    kinds = {name: encoder.kind for name, encoder in encoders.items() if encoder.kind}
    reader.take_kinds(kinds, gaps=[name for name, encoder in encoders.items() if encoder.takes_gaps])


def _by_places(
    reader: TableReader, wanted: Sequence[str], beside: Sequence[str] | None
) -> tuple[TableReader, list[str]]:
    """Take the columns of a table without names by their places in one as wide as in training, else in their order.

    A DataFileError if it has neither the width of training nor the columns that the model takes alone.
    """
    width, file = len(reader.names), reader.path.name
    alike = beside is not None and width == len(wanted) + len(beside)
    if alike or width == len(wanted) or not all(map(NUMBERED.fullmatch, reader.names)):
        return reader, []
    if beside is None:
        places = f"{file}: {width:,} columns without names, of which are taken, by their places, {_named(wanted)}"
        return reader, [places]
    others = [name for name in reader.names if name != reader.target and _is_feature(reader, name)]
    if len(others) != len(wanted):
        trained = len(wanted) + len(beside)
        expected = f"{trained:,} columns, as in training, or the {len(wanted):,} that the model takes"
        remedy = "Write the file as that which was trained on; where a column is to be predicted, its cells may be 0"
        raise DataFileError(
            "a table of the wrong width", expected=expected, got=width, where=reader.path, remedy=remedy
        )
    taken = open_data(reader.path, reader.target, others, reader.options)
    assert isinstance(taken, TableReader)
    order = f"{file}: {width:,} columns without names, where training had {len(wanted) + len(beside):,}"
    return taken, [f"{order}: the model's are taken to be {_named(others)}"]


def _other_units(reader: TableReader, preprocessing: TablePreprocessing, unit: str | None) -> list[str]:
    """Say which columns are written with %, $ or the like, or without, where in training they were not so."""
    trained = dict(zip(reader.columns, preprocessing.units or ("",) * len(reader.columns), strict=True))
    if reader.target is not None and unit is not None:
        trained[reader.target] = unit if IN_UNITS.fullmatch(f"1 {unit}") else ""
    others = []
    for name, before in trained.items():
        here = reader.writing_of(name).unit
        if name in reader.profile_of and reader.profile_of[name].cells and here.lower() != before.lower():
            others.append(f"{name!r} ({here or 'no unit'}, and in training {before or 'none'})")
    if not others:
        return []
    units = listed(others, most=MOST_NAMES)
    return [f"{reader.path.name}: numbers in other units than in training are taken as they stand: {units}"]


def _is_feature(reader: TableReader, name: str) -> bool:
    """Tell whether a column without a name has numbers, and does not count: as such are left out of training."""
    profile = reader.profile_of.get(name)
    if profile is None:
        return True
    counts = profile.whole and profile.all_different and len(profile.cells) > 2 and counts_up(profile)
    return profile.kind == "numbers" and not counts


def _target(reader: TableReader) -> str:
    """Find the column to judge by among those that the model does not take."""
    others = [name for name in reader.names if name not in reader.columns]
    usual = [name for name in others if name.lower() in TARGETS] or others
    if len(usual) != 1:
        expected, got = "one column beside those that the model takes", _named(others) or "none"
        remedy = "Name the column with --target"
        raise DataFileError("no targets to evaluate with", expected=expected, got=got, where=reader.path, remedy=remedy)
    return usual[0]


def _differences(reader: TableReader, wanted: Sequence[str], target: str | None) -> list[str]:
    """Say how a table differs from what the model was trained on."""
    file = reader.path.name
    if not set(wanted) <= set(reader.names):
        return [f"{file}: no header, so columns are taken in the model's order: {_named(wanted)}"]
    lines, found = [], [name for name in reader.names if name in set(wanted)]
    if found != list(wanted):
        lines.append(f"{file}: columns in another order than the model's, found by name")
    others = [name for name in reader.names if name not in set(wanted) and name != reader.target]
    targets = [name for name in others if name == target or (target is None and name.lower() in TARGETS)]
    if targets and reader.target is None:
        lines.append(f"{file}: ignored the column of targets: {_named(targets)}")
        others = [name for name in others if name not in targets]
    if others:
        more = "1 column" if len(others) == 1 else f"{len(others):,} columns"
        lines.append(f"{file}: ignored {more} that the model does not use: {_named(others)}")
    return lines


def _named(names: Sequence[str]) -> str:
    return listed([repr(name) for name in names], most=MOST_NAMES)
