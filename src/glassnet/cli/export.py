"""``glassnet export``."""

from __future__ import annotations

from pathlib import Path

import click

from ..formatting import printable
from ..interop.formats import FORMATS
from .options import Name


@click.command(name="export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=Name([*FORMATS, "html"]),
    default="onnx",
    show_default=True,
    help="Of the file.",
)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="File to write.")
def command(run: Path, kind: str, output: Path) -> None:
    """Write the model of RUN, a run directory or a model file, in another program's format.

    onnx: one graph from raw pixels or features to probabilities; preprocessing is part of it. python, c: one file of
    Python or of C99 that does the same and depends on nothing; it says how it is called. pytorch: the state_dict of a
    Sequential of Linear layers, in safetensors; of a single network, without preprocessing. html: a page in one
    file to draw digits on, which holds the weights and works offline; RUN must be a run directory.
    """
    from ..model.model import load_model
    from ..runs.directory import model_file

    if kind == "html":
        _export_page(run, output)
        return
    words = FORMATS[kind](load_model(model_file(run)), output)
    if words:
        click.echo(words)
    click.echo(f"{printable(str(output))}  {output.stat().st_size:,} bytes")


def _export_page(run: Path, output: Path) -> None:
    from ..errors import UsageError
    from ..pages.draw_page import write_draw_page
    from ..pages.run_facts import Facts, result_of

    if run.is_file():
        raise UsageError("a model file has no examples to offer", got=run, remedy="Name the run's directory")
    facts = Facts.read(run)
    write_draw_page(facts.model, facts.examples, f"{result_of(facts, facts.split)} of {facts.split} digits", output)
    click.echo(f"{printable(str(output))}  {output.stat().st_size:,} bytes")
