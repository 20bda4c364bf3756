"""``glassnet report``."""

from __future__ import annotations

from pathlib import Path

import click

from ..formatting import printable

PAGE, CARD = "report.html", "model-card.md"


@click.command(name="report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help=f"File for the page. [{PAGE} in RUN]")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object, and write no page.")
def command(run: Path, output: Path | None, as_json: bool) -> None:
    """Write a page about the finished RUN: what it learned, what it gets wrong, and how far it can be trusted.

    It begins with findings in sentences and three pictures; the confusion matrix, the most confident mistakes,
    calibration, robustness, what each neuron looks for and the learning curves follow, all of the validation examples;
    where there are none, of the test set. Of a table it says what other thresholds would do and what each column counts
    for; and writes a model card.
    """
    from ..files import write_whole
    from ..pages.run_facts import Facts
    from .terminal import LiveBar, messages, print_json

    facts = Facts.read(run)
    if as_json:
        print_json(facts.as_dict())
        return
    from ..pages.report_page import report_page

    with LiveBar(lambda: (0, None, "computing the figures"), messages()):
        texts = report_page(facts)
    for path, text in zip((output or run / PAGE, run / CARD), texts, strict=True):
        if text:
            write_whole(path, text)
            click.echo(f"{printable(str(path))}  {path.stat().st_size:,} bytes")
