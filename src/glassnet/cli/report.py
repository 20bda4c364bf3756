"""``glassnet report``."""

from __future__ import annotations

from pathlib import Path

import click

from ..formatting import printable

PAGE = "report.html"


@click.command(name="report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help=f"Where the page goes. [{PAGE} in RUN]")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object instead.")
def command(run: Path, output: Path | None, as_json: bool) -> None:
    """Write what the finished RUN learned, gets wrong and can be trusted with, as one page.

    Learning curves, confusion with its pictures, the surest mistakes, calibration, when to answer, what the neurons
    look for, and robustness. It is of the validation examples; where there are none, of the test set.
    """
    from ..files import write_whole
    from ..pages.run_facts import Facts
    from .terminal import print_json

    facts = Facts.read(run)
    if as_json:
        print_json(facts.as_dict())
        return
    from ..pages.report_page import report_page

    path = output or run / PAGE
    write_whole(path, report_page(facts))
    click.echo(f"{printable(str(path))}  {path.stat().st_size:,} bytes")
