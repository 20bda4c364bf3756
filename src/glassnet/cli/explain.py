"""``glassnet explain``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..formatting import printable

if TYPE_CHECKING:
    from ..explanation.sums import Neuron
    from ..runs.example import PickedExample


@click.command(name="explain")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--index",
    type=click.IntRange(min=0),
    metavar="N",
    help="Number of a validation example. [a typical mistake]",
)
@click.option("--image", type=click.Path(path_type=Path), help="Explain a picture instead.")
@click.option("--wanted", metavar="ANSWER", help="What the answer should be. [the example's label]")
@click.option("--neuron", metavar="LAYER.UNIT", help="Hidden unit to look at. [largest error signal]")
@click.option(
    "--weight",
    type=click.IntRange(min=0),
    metavar="N",
    help="Input whose weight to look at. [largest gradient]",
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    default=0.01,
    show_default=True,
    metavar="FLOAT",
    help="Of the step that ends it.",
)
@click.option("--html", type=click.Path(path_type=Path), help="Write it as a page, in one file.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    run: Path,
    index: int | None,
    image: Path | None,
    wanted: str | None,
    neuron: str | None,
    weight: int | None,
    learning_rate: float,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show how the model of RUN computes one answer, and how it would learn from it: forward, backward and one step.

    Every number has its equation and the line of code that computes it. Unless another example is chosen, it is one
    that the network gets wrong, since a right answer has almost no error to follow. Where there are no validation
    examples, --index counts training examples.
    """
    if index is not None and image is not None:
        raise click.UsageError("give --index or --image, not both", click.get_current_context())
    from ..explanation.walkthrough import Walkthrough, WalkthroughDetail
    from ..runs.example import pick_example, wanted_target
    from .terminal import print_json
    from .walkthrough_view import show

    picked = pick_example(run, index, image)
    if image is not None:
        _doubt(run, picked)
    way = Walkthrough(picked.model, picked.inputs, wanted_target(picked, wanted))
    detail = WalkthroughDetail.of(way, _neuron(neuron) if neuron else None, weight, learning_rate)
    if html is not None:
        from ..pages.explain_page import write_page

        write_page(detail, picked, html)
        click.echo(f"{printable(str(html))}  {html.stat().st_size:,} bytes", err=True)
    if as_json:
        print_json({"run": str(run), "example": picked.name, **detail.as_dict()})
    elif html is None:
        show(detail, picked)


def _doubt(run: Path, picked: PickedExample) -> None:
    """Say if a picture is none of what the run was trained on."""
    from .predict import detector_if_any

    detector = detector_if_any(run)
    if detector is not None and detector.refuses(picked.model, picked.inputs[None])[0]:
        click.echo(
            f"{printable(picked.name)}: unlike all that it was trained on, so its answer should not be trusted",
            err=True,
        )


def _neuron(text: str) -> Neuron:
    """Read LAYER.UNIT, the layer counted from 1, or UNIT of the first."""
    from ..explanation.sums import Neuron

    layer, dot, unit = text.rpartition(".")
    try:
        return Neuron(int(layer) - 1 if dot else 0, int(unit))
    except ValueError:
        raise click.BadParameter(f"expected LAYER.UNIT such as 1.33, got {text!r}", param_hint="--neuron") from None
