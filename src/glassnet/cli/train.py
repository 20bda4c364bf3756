"""``glassnet train``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..data.catalogue import CATALOGUE
from ..hardware import check_processors
from ..network.activations import HIDDEN
from ..network.initializers import INITIALIZERS
from ..network.losses import LOSSES, QUANTILE
from ..optimizers.schedules import SCHEDULES
from ..runs.build import OPTIMIZERS, SUITED, SUITS_THE_ACTIVATION
from ..runs.directory import resume_run, start_run
from ..runs.recipes import recipe_settings
from ..runs.settings import read_toml

FULL_BATCH = sys.maxsize


class Name(click.Choice[str]):
    """A choice of names that offers the nearest when it is misspelled."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a known name."""
        from ..errors import UnknownNameError

        if value not in self.choices:
            raise UnknownNameError(param.name if param and param.name else "name", value, self.choices)
        return value


class LossName(Name):
    """A loss, which may be a quantile with its number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a known name, or let the loss read its number."""
        return value if str(value).startswith(QUANTILE) else super().convert(value, param, ctx)


class Data(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """A data set of the catalogue, or a path; both are completed."""

    name = "data set"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete a name, or let the shell complete a path."""
        names = [CompletionItem(name) for name in CATALOGUE if name.startswith(incomplete)]
        return [*names, CompletionItem(incomplete, type="file")]


class Names(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """Names of activations, separated by commas."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Split; the network knows the names."""
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the name after the last comma."""
        before, comma, begun = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in HIDDEN if name.startswith(begun)]


class Widths(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """Widths separated by commas, or ``none``."""

    name = "widths"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read whole numbers."""
        if not isinstance(value, str) or value == "none":
            return () if value == "none" else value
        try:
            return tuple(int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"expected widths such as 128 or 300,100, or none, got {value!r}.", param, ctx)


class BatchSize(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """A number of examples, or ``full``."""

    name = "batch size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a whole number."""
        try:
            return FULL_BATCH if value == "full" else int(value)
        except ValueError:
            self.fail(f"expected a whole number or full, got {value!r}.", param, ctx)


OPTIONS = (
    click.option(
        "--dataset",
        type=Data(),
        metavar="NAME|PATH",
        help=f"What to learn: {', '.join(CATALOGUE)}, or your own. [mnist]",
    ),
    click.option("--target", metavar="COLUMN", help="Of your own table, what to predict. [label, target, class or y]"),
    click.option("--task", type=Name([*SUITED]), help="What is learned of your own data. [by the targets]"),
    click.option(
        "--hidden",
        type=Widths(),
        metavar="N[,N...]",
        help="Widths of the hidden layers, or none. [128; 256,64; 64 of a table]",
    ),
    click.option(
        "--activation",
        type=Names(),
        metavar="NAME[,NAME...]",
        help=f"Of all hidden layers, or one each: {', '.join(HIDDEN)}. [relu]",
    ),
    click.option(
        "--initializer",
        type=Name([SUITS_THE_ACTIVATION, *INITIALIZERS]),
        metavar="NAME",
        help=f"{', '.join([SUITS_THE_ACTIVATION, *INITIALIZERS])}. [auto, by activation]",
    ),
    click.option("--loss", type=LossName([*LOSSES]), help="What is minimized; quantile_Q too. [cross_entropy; mse]"),
    click.option("--optimizer", type=Name([*OPTIMIZERS]), help="The update rule. [sgd; adam]"),
    click.option("--momentum", type=float, help="Of sgd and rmsprop, 0 to 1. [0.9 for sgd]"),
    click.option("--nesterov/--no-nesterov", default=None, help="Let sgd's momentum look ahead. [no]"),
    click.option("--epochs", type=int, help="Passes over the training examples. [12; 10; more of small data]"),
    click.option("--learning-rate", type=float, help="Of the steepest step. [0.1; by optimizer]"),
    click.option("--schedule", type=Name([*SCHEDULES]), help="How the rate changes over the run. [one-cycle]"),
    click.option("--warmup", type=float, metavar="EPOCHS", help="Let the rate rise in a line first. [0]"),
    click.option("--batch-size", type=BatchSize(), metavar="N", help="Examples a step, or full. [64]"),
    click.option("--l1", type=float, help="Penalty on the absolute weights. [0]"),
    click.option("--l2", type=float, help="Penalty on half the squared weights. [0]"),
    click.option("--weight-decay", type=float, help="Decoupled decay of the weights. [0; 0.01 for adamw]"),
    click.option("--deskew/--no-deskew", default=None, help="Set slanted images upright. [no]"),
    click.option("--shift", type=float, metavar="PIXELS", help="Move training images, up to so far. [0]"),
    click.option("--rotation", type=float, metavar="DEGREES", help="Turn them, up to so far. [0]"),
    click.option("--scale", type=float, metavar="FRACTION", help="Make them larger or smaller, up to so much. [0]"),
    click.option("--shear", type=float, metavar="FRACTION", help="Slant them, up to so many columns a row. [0]"),
    click.option("--elastic", type=float, metavar="PIXELS", help="Distort them smoothly, up to so far. [0]"),
    click.option("--thickness", type=float, metavar="FRACTION", help="Let strokes grow or shrink, up to so much. [0]"),
    click.option("--straighten", type=float, metavar="FRACTION", help="For --deskew: set them upright before. [0]"),
    click.option("--dropout", type=float, metavar="FRACTION", help="Of the hidden units, left out at a step. [0]"),
    click.option("--input-dropout", type=float, metavar="FRACTION", help="Of the inputs, left out at a step. [0]"),
    click.option("--input-noise", type=float, help="Add noise of this deviation to the inputs. [0]"),
    click.option("--max-norm", type=float, help="Longest weights into a hidden unit; 0 for any length. [0]"),
    click.option(
        "--label-smoothing", type=float, metavar="FRACTION", help="Take it from the right class, give it to all. [0]"
    ),
    click.option("--mixup", type=float, help="Blend examples: 0.1 a few, 1 all of them. [0]"),
    click.option("--average-decay", type=float, help="Average the parameters exponentially, such as 0.999. [0]"),
    click.option(
        "--average-tail",
        type=float,
        metavar="FRACTION",
        help="Of the training, at its end: average the parameters. [0]",
    ),
    click.option(
        "--patience",
        type=int,
        metavar="EPOCHS",
        help="Stop after so many without improvement, keep the best. [off; 20 of a table]",
    ),
    click.option("--train-size", type=int, help="Examples to train on. [50000]"),
    click.option("--validation-size", type=int, help="Examples to validate on; may be 0. [10000]"),
    click.option("--test-size", type=int, help="Of your own data, examples to judge by; may be 0. [a sixth]"),
    click.option("--ensemble", type=int, metavar="N", help="Networks that answer together. [1]"),
    click.option("--seed", type=int, help="Of the split, the start, the shuffles and all noise. [0]"),
    click.option("--seeds", type=int, metavar="N", help="Train with so many, and report mean and deviation. [1]"),
    click.option("--threads", type=int, help="Processors that share a step. [by size]"),
    click.option(
        "--run",
        "directory",
        type=click.Path(path_type=Path),
        help="Where to keep it all. [runs/001, counting up]",
    ),
    click.option("--resume", is_flag=True, help="Go on from the checkpoint in --run, or start there."),
    click.option("--recipe", metavar="NAME", help="Take a recipe's settings; options win. See glassnet recipes."),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="A TOML file of settings, over a recipe's; options win over both.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object."),
)


def with_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options, so that --help lists them in the order above."""
    return reduce(lambda decorated, option: option(decorated), reversed(OPTIONS), function)


@click.command(name="train")
@with_options
def command(
    directory: Path | None,
    resume: bool,
    recipe: str | None,
    config: Path | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Train a network and report its accuracy.

    Every option has a default, in brackets, that suits the data: for classes; for numbers, where it is another.
    """
    from .terminal import announce_download
    from .training_view import report, watch

    given = {
        **({} if recipe is None else recipe_settings(recipe, said["dataset"])),
        **(read_toml(config) if config else {}),
        **{key: value for key, value in said.items() if value is not None},
    }
    if resume and directory is None:
        raise click.UsageError("--resume needs --run DIR: which run shall go on?", click.get_current_context())
    check_processors(given.get("threads", 1))
    announce_download(given.get("dataset", ""))
    if resume and directory and not directory.exists():
        click.echo(f"nothing to resume in {directory}: starting it", err=True)
    run = resume_run(directory, given) if resume and directory else start_run(directory, given)
    watch(run)
    report(run, run.finish(), as_json)
