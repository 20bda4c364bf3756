"""Data that a model was not trained on, for ``predict`` and ``evaluate``: its columns found, its bad rows counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from ..data.reading import DATES, ON_ERROR, STOP
from ..errors import DataError, DataFileError, FileError, UnknownNameError
from ..formatting import printable
from .help import GroupedOption

if TYPE_CHECKING:
    from ..arrays import AnyArray
    from ..data.readers.reader import Reader
    from ..model.model import Model

SHOWN = 3  # bad rows that are told of by name
DECIMALS = (".", ",")
RowError = DataError | FileError  # why a row cannot be used

data_option = partial(click.option, cls=GroupedOption, group="data")
on_error_option = data_option(
    "--on-error",
    common=True,
    type=click.Choice(ON_ERROR),
    default=STOP,
    show_default=True,
    help="Where rows of data cannot be read: say how many and stop, or skip them.",
)


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what says how a text file is read where its first rows leave it open, as in ``train``."""
    for option in (
        data_option(
            "--header/--no-header", default=None, help="Whether the first line names the columns. [by the first rows]"
        ),
        data_option("--delimiter", metavar="CHARACTER", help="What separates the columns. [by the first rows]"),
        data_option("--decimal", type=click.Choice(DECIMALS), help="Decimal mark. [by the first rows]"),
        data_option("--encoding", metavar="NAME", help="Encoding of a text file. [by the first rows]"),
        data_option(
            "--dates", type=click.Choice(DATES), metavar="ORDER", help="day-first or month-first. [as trained]"
        ),
        data_option("--threshold", "--cost", "--positive", hidden=True, expose_value=False, callback=_of_training),
    ):
        command = option(command)
    return command


def _of_training(ctx: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:
        problem = (
            "--threshold, --cost and --positive are options of glassnet train, which keeps the decision in the model"
        )
        raise click.UsageError(problem, ctx)


def open_new(
    model: Model, run: Path, file: Path, *, target: str | None = None, judged: bool = False, **how: Any
) -> Reader:
    """Open data that was not trained on, with what to judge by if that is wanted; say on stderr what is otherwise.

    `how` it is read: `ReadingOptions`, as far as somebody says so.
    """
    from ..data.matching import open_for
    from ..data.reading import ReadingOptions

    options = ReadingOptions(**{name: value for name, value in how.items() if value is not None})
    trained, left_out, dates = beside_features(run)
    unit = None if model.class_names else model.unit
    beside = (trained, *left_out) if trained else None
    try:
        source, lines = open_for(model.preprocessing, file, options, target or trained, judged, beside, unit, dates)
    except UnknownNameError as error:
        if target or not judged or "unknown column" not in error.finding:
            raise
        remedy = "Name the column of true answers with --target; for rows without answers there is glassnet predict"
        problem = f"no answers to evaluate with: no column {trained!r}"
        raise DataFileError(problem, where=file, remedy=remedy) from None
    for line in lines:
        click.echo(printable(line), err=True)
    return source.asked


def beside_features(run: Path) -> tuple[str | None, tuple[str, ...], str]:
    """Give the column that a run predicts, those that it left out, and the order of dates, as settings name them."""
    from ..runs.run import CONFIG
    from ..runs.settings import read_toml

    settings = read_toml(run / CONFIG) if run.is_dir() else {}
    return settings.get("target") or None, settings.get("leave_out", ()), settings.get("dates", "")


@dataclass
class BadRows:
    """How many rows there were, and which of them are bad.

    Parameters
    ----------
    source : str
        The name of the data.
    skip : bool
        Whether the others are wanted all the same.
    """

    source: str
    skip: bool
    rows: int = 0
    bad: int = 0
    first: list[RowError] = field(default_factory=list)

    def count(self, rows: int, errors: Mapping[int, RowError]) -> None:
        """Count some rows, and the bad ones among them."""
        self.rows += rows
        self.bad += len(errors)
        self.first += [errors[number] for number in sorted(errors)][: SHOWN - len(self.first)]

    def tell(self) -> None:
        """Say on stderr how many were skipped; DataError if none may be, or nothing is left."""
        if not self.bad:
            return
        more = [f"and {self.bad - SHOWN:,} more"] if self.bad > SHOWN else []
        found = "; ".join([*(error.finding for error in self.first), *more])
        what = f"{self.bad:,} of {self.rows:,} rows of {self.source}"
        if self.skip and self.bad < self.rows:
            click.echo(printable(f"glassnet: {what} skipped: {found}"), err=True)
            return
        remedy = "Correct them" + ("" if self.bad == self.rows else ", or add --on-error skip to go on without them")
        raise DataError(f"{what} cannot be used: {found}", remedy=remedy)


class NumberedBlock(NamedTuple):
    """Rows of a source that could be read, their numbers; by number why each of the others could not, and all names.

    `places` say where the readable ones stand in the file.
    """

    inputs: AnyArray
    targets: AnyArray | None
    numbers: Sequence[int]
    errors: dict[int, RowError]
    names: dict[int, str]
    places: list[str]


def numbered_blocks(source: Reader) -> Iterator[NumberedBlock]:
    """Read a source block by block, and number its rows from 1, those that cannot be read among them."""
    noted: list[Any] = []
    source.skipped, source.keeps_empty, numbers = noted, True, count(1)
    nothing = np.empty((0, 0))
    for block in source.blocks():
        readable = [(place, None) for place in block.rows or [0] * len(block.inputs)]
        yield NumberedBlock(block.inputs, block.targets, *_numbered(source, [*readable, *noted], numbers))
        noted.clear()
    if noted:
        yield NumberedBlock(nothing, None, *_numbered(source, noted, numbers))


def _numbered(
    source: Reader, places: list[tuple[int, Any]], numbers: Iterator[int]
) -> tuple[list[int], dict[int, RowError], dict[int, str], list[str]]:
    """Give the numbers of readable rows, by number the errors of the others and all names, and where rows stand."""
    readable, errors, names, found = [], {}, {}, []
    for (place, error), number in zip(sorted(places, key=itemgetter(0)), numbers, strict=False):
        if error is None:
            readable.append(number)
            found.append(source.name_of(place) or f"{source.path}, {source.counted} {place or number}")
        else:
            errors[number] = error
        if name := source.name_of(place):
            names[number] = name
    return readable, errors, names, found


def unanswerable(model: Model, inputs: AnyArray, places: Sequence[str]) -> dict[int, RowError]:
    """Find the rows that a model cannot compute an answer for, by halving: their positions, and why."""
    try:
        model.predict(inputs)
    except DataError as error:
        if len(inputs) == 1:
            error.finding = error.finding.replace("row 0", places[0])  # of its only row, by where the file has it
            return {0: error}
        middle = len(inputs) // 2
        first = unanswerable(model, inputs[:middle], places[:middle])
        second = unanswerable(model, inputs[middle:], places[middle:])
        return first | {middle + position: reason for position, reason in second.items()}
    return {}
