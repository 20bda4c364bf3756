"""Data that a model was not trained on, for ``predict`` and ``evaluate``: its columns found, its bad rows counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from ..errors import DataError
from ..formatting import printable

if TYPE_CHECKING:
    from ..arrays import AnyArray
    from ..data.readers.reader import Reader
    from ..model.model import Model

SHOWN = 3  # bad rows that are told of by name
STOP, SKIP = "stop", "skip"

on_error_option = click.option(
    "--on-error",
    type=click.Choice([STOP, SKIP]),
    default=STOP,
    show_default=True,
    help="What to do where rows of data cannot be read: say how many and stop, or go on without them.",
)
no_header_option = click.option(
    "--no-header", is_flag=True, help="The first line is a row, and the columns are in the model's order."
)


def open_new(model: Model, run: Path, file: Path, no_header: bool, target: str | None = None) -> Reader:
    """Open data that was not trained on, with a target to judge by if one is named; say on stderr what is otherwise."""
    from ..data.matching import open_for
    from ..data.reading import ReadingOptions

    options = ReadingOptions(header=False) if no_header else ReadingOptions()
    source, lines = open_for(model.preprocessing, file, options, target or target_of(run), target is not None)
    for line in lines:
        click.echo(printable(line), err=True)
    return source.test or source


def target_of(run: Path) -> str | None:
    """Give the column that a run predicts, if its settings name one."""
    from ..runs.run import CONFIG
    from ..runs.settings import read_toml

    return read_toml(run / CONFIG).get("target") or None if run.is_dir() else None


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
    reasons: list[str] = field(default_factory=list)

    def count(self, rows: int, errors: Mapping[int, Exception]) -> None:
        """Count some rows, and the bad ones among them."""
        self.rows += rows
        self.bad += len(errors)
        self.reasons += [str(errors[number]) for number in sorted(errors)][: SHOWN - len(self.reasons)]

    def tell(self) -> None:
        """Say on stderr how many were skipped; DataError if none may be, or nothing is left."""
        if not self.bad:
            return
        others = [f"And {self.bad - SHOWN:,} more."] if self.bad > SHOWN else []
        what = f"{self.bad:,} of {self.rows:,} rows of {self.source}"
        said = " ".join([*self.reasons, *others])
        if self.skip and self.bad < self.rows:
            click.echo(printable(f"glassnet: {what} skipped: {said}"), err=True)
            return
        advice = [] if self.bad == self.rows else ["Mend them, or add --on-error skip for the others"]
        raise DataError(f"{what} cannot be used: {' '.join([said, *advice])}".removesuffix("."))


class NumberedBlock(NamedTuple):
    """Rows of a source that could be read, their numbers, and by its number why each of the others could not."""

    inputs: AnyArray
    targets: AnyArray | None
    names: Sequence[str]
    numbers: Sequence[int]
    errors: dict[int, Exception]


def numbered_blocks(source: Reader) -> Iterator[NumberedBlock]:
    """Read a source block by block, and number its rows from 1, those that cannot be read among them."""
    noted: list[Any] = []
    source.skipped, numbers = noted, count(1)
    nothing = np.empty((0, 0))
    for block in source.blocks():
        readable = [(place, None) for place in block.rows or [0] * len(block.inputs)]
        yield NumberedBlock(block.inputs, block.targets, block.names, *_numbered([*readable, *noted], numbers))
        noted.clear()
    if noted:
        yield NumberedBlock(nothing, None, (), *_numbered(noted, numbers))


def _numbered(places: list[tuple[int, Any]], numbers: Iterator[int]) -> tuple[list[int], dict[int, Exception]]:
    """Give the numbers of readable rows, and by number the errors of the others, in the order of their places."""
    readable, errors = [], {}
    for _, error in sorted(places, key=itemgetter(0)):
        if error is None:
            readable.append(next(numbers))
        else:
            errors[next(numbers)] = error
    return readable, errors


def unanswerable(model: Model, inputs: AnyArray, numbers: Sequence[int]) -> dict[int, Exception]:
    """Find the rows that a model cannot compute an answer for, by halving: their positions, and why."""
    try:
        model.predict_outputs(inputs, numbers[0])
    except DataError as error:
        if len(inputs) == 1:
            return {0: error}
        middle = len(inputs) // 2
        first = unanswerable(model, inputs[:middle], numbers[:middle])
        second = unanswerable(model, inputs[middle:], numbers[middle:])
        return first | {middle + position: reason for position, reason in second.items()}
    return {}
