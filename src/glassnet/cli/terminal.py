"""What all commands print with: results on stdout, everything else on stderr; tables, pictures, JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import click
import numpy as np
from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from ..arrays import AnyArray
from ..data.catalogue import CATALOGUE
from ..formatting import finite, printable

INK = 0.4  # of full ink, from which a pixel is drawn
HALVES = " ▀▄█"  # by whether the upper and the lower of two pixels are
PLAIN_WIDTH = 100  # columns where there is no terminal to measure


class PlainConsole(Console):
    """A console on which nothing steers the terminal that stands in names or paths, whose letters may be any."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as the class above does, with control characters written out."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                lines = segment.text.split("\n")
                yield Segment("\n".join(map(printable, lines)), segment.style)


def results() -> Console:
    """Give the console for results: stdout."""
    return _fitted(PlainConsole(highlight=False, soft_wrap=False, emoji=False))


def messages() -> Console:
    """Give the console for progress and remarks: stderr.

    Where colors are asked for without a terminal (FORCE_COLOR, as notebooks set it), nothing moves all the same.
    """
    moving = None if sys.stderr.isatty() else False
    return _fitted(PlainConsole(stderr=True, force_interactive=moving, highlight=False, soft_wrap=False, emoji=False))


def shown(text: str) -> str:
    r"""Write a name as it is between a console's marks for bold and color, and control characters by their codes.

    >>> print(shown("[bold]a\x1b"))
    \[bold]a\x1b
    """
    return escape(printable(text))


def print_json(value: Any) -> None:
    """Print one JSON object on stdout, and nothing else; null for what is not a finite number."""
    click.echo(json.dumps(finite(value), allow_nan=False))


def announce_download(name: str) -> None:
    """Say on stderr that a data set will be fetched now, if it will."""
    entry = CATALOGUE.get(name)
    if entry and entry.remote and entry.remote.missing:
        click.echo(f"fetching {name} from the web, into {entry.remote.directory}", err=True)


def plain_table(*columns: str, title: str | None = None) -> Table:
    """Make a table with right-aligned numbers and a single rule under its head; the first column is words."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
    )
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", no_wrap=True)
    return table


class LiveBar(Progress):
    """A bar that looks how far the work is whenever it is drawn, so that the work need not report to it.

    `look` gives what is done, what there is to do, if that is known, and a few words; without a terminal, or not
    `wanted`, none is drawn.
    """

    def __init__(
        self, look: Callable[[], tuple[float, float | None, str]], console: Console, wanted: bool = True
    ) -> None:
        self._look = look
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(compact=True))
        hidden = not (wanted and console.is_interactive)
        super().__init__(*columns, console=console, transient=True, disable=hidden, redirect_stdout=False)
        self.add_task("", total=look()[1])

    def stop(self) -> None:
        """Take the bar away; one that was not drawn leaves no empty line either."""
        if not self.disable:
            super().stop()

    def get_renderables(self) -> Iterable[Any]:
        """Draw the bar where the work now stands."""
        done, total, words = self._look()
        for bar in self.tasks:
            self.update(bar.id, completed=done, total=total, description=words)
        return super().get_renderables()


def picture_of(image: AnyArray) -> Text:
    """Draw an image of 0..1, two rows of pixels to a line.

    >>> print(picture_of(np.array([[0, 1, 1], [1, 1, 0], [0, 0, 1]])))
    ▄█▀
      ▀
    """
    ink = np.pad(image >= INK, ((0, len(image) % 2), (0, 0)))
    pairs = zip(ink[::2], ink[1::2], strict=True)
    return Text("\n".join("".join(HALVES[u + 2 * v] for u, v in zip(*pair, strict=True)) for pair in pairs))


def _fitted(console: Console) -> Console:
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PLAIN_WIDTH
    return console
