"""The two streams of a terminal: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
from typing import Any

import click
from rich.console import Console
from rich.table import Table

PLAIN_WIDTH = 100  # columns where there is no terminal to measure


def results() -> Console:
    """Give the console for results: stdout."""
    return _fitted(Console(highlight=False, soft_wrap=False))


def messages() -> Console:
    """Give the console for progress and remarks: stderr."""
    return _fitted(Console(stderr=True, highlight=False, soft_wrap=False))


def print_json(value: Any) -> None:
    """Print one JSON object on stdout, and nothing else."""
    click.echo(json.dumps(value))


def plain_table(*columns: str, title: str | None = None) -> Table:
    """Make a table with right-aligned numbers and a single rule under its head; the first column is words."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=_rule(),
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
    )
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", no_wrap=True)
    return table


def percent(fraction: float, digits: int = 2) -> str:
    """Write a fraction as a percentage.

    Examples
    --------
    >>> percent(0.9814)
    '98.14%'
    """
    return f"{fraction:.{digits}%}"


def _rule() -> Any:
    from rich import box

    return box.SIMPLE_HEAD


def _fitted(console: Console) -> Console:
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PLAIN_WIDTH
    return console
