"""``glassnet classroom``."""

from __future__ import annotations

from pathlib import Path

import click

from ..formatting import printable


@click.command(name="classroom")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="File to write.")
@click.option(
    "--digits",
    type=click.IntRange(100, 50_000),
    default=20_000,
    show_default=True,
    help="How many digits it has to learn from.",
)
@click.option("--lesson", help="A lesson: 20-minutes, 45-minutes, 90-minutes, or a TOML file of one's own.")
def command(output: Path, digits: int, lesson: str | None) -> None:
    """Write a classroom into one file: draw, look inside a network, train others in the browser, ask questions.

    It needs no server and no network, and asks for no names. On an iPad or iPhone it must come from a web address.
    """
    from ..pages.classroom import UNSEEN, write_classroom
    from ..pages.lesson import Lesson

    write_classroom(output, digits, Lesson.read(lesson, UNSEEN) if lesson else None)
    click.echo(f"{printable(str(output))}  {output.stat().st_size:,} bytes")
