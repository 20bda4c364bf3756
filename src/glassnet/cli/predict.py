"""``glassnet predict``: one answer for each picture, or a stream of lines for the rows of a table, array or folder."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..data.reading import SKIP
from ..errors import GlassnetError, UsageError
from ..formatting import printable
from .help import GroupedCommand, GroupedOption
from .new_data import BadRows, on_error_option, open_new, reading_options

if TYPE_CHECKING:
    from ..evaluation.novelty import NoveltyDetector
    from ..model.model import Model


EXAMPLES = (
    "glassnet predict runs/001 seven.png",
    "glassnet predict runs/001 photo.jpg --show",
    "glassnet predict runs/002 houses.csv --output prices.csv",
)
COVERAGE, FEWEST = 0.9, 9  # of an interval that nobody asks for, and the errors that it takes
output_option = partial(click.option, cls=GroupedOption, group="output")


@click.command(name="predict", cls=GroupedCommand, examples=EXAMPLES)
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE...")
@output_option(
    "--output", type=click.Path(path_type=Path), common=True, help="File for the predictions of data. [stdout]"
)
@output_option(
    "--submission",
    type=click.Path(path_type=Path),
    help="File for the predictions of data, in the format of Kaggle's Digit Recognizer.",
)
@output_option("--show", is_flag=True, common=True, help="Show how the network sees each digit of a picture.")
@output_option(
    "--json", "as_json", is_flag=True, common=True, help="Print one JSON object for pictures, JSON lines for data."
)
@output_option(
    "--raw", is_flag=True, help="Write names into CSV unchanged, even those that a spreadsheet would run as formulas."
)
@output_option("--explain", is_flag=True, common=True, help="Add the three columns that moved each answer most.")
@output_option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Share of numbers that the interval around a prediction shall hold. [0.9]",
)
@on_error_option
@reading_options
def command(run: Path, files: tuple[Path, ...], output: Path | None, submission: Path | None, **said: Any) -> None:
    """Predict with the model of RUN, a run directory or a model file: digits in pictures, or the rows of a data file.

    Pictures: PNG, JPEG, WebP, TIFF, BMP or GIF, dark on light or light on dark. Uneven light, frames and ruled lines
    are removed, and each digit is fitted into 20x20 pixels and centered by mass in 28x28, as MNIST's digits were.
    Several digits in one picture are predicted in reading order. A picture that cannot be read is reported, and the
    others are predicted all the same. Where RUN is a directory, a drawing unlike all training examples, such as a
    letter, is reported as such and gets no prediction.

    Data: one table (.csv, .tsv, .parquet), array (.npz, .npy), IDX file or folder of pictures like the one the model
    was trained on; columns are found by their names. Predictions are CSV: a table's own rows, with the answers behind
    them. Tables, .npy files and folders may be larger than memory. Where a row cannot be read, nothing is written,
    unless --on-error skip is given.
    """
    from ..data.readers.picture_folders import is_picture
    from ..model.model import load_model
    from ..runs.directory import model_file
    from .predict_pictures import predict_pictures

    model = load_model(model_file(run))
    pictures = all(is_picture(file) and not file.is_dir() for file in files)
    if ((output or submission) and pictures) or (len(files) > 1 and not pictures):
        raise click.UsageError("expected one file or folder of data", click.get_current_context())
    if submission and (output or said["as_json"] or said["on_error"] == SKIP or said["explain"]):
        problem = "--submission cannot be combined with --output, --json, --explain or --on-error skip"
        raise click.UsageError(problem, click.get_current_context())
    if said["show"] and not pictures:
        raise click.UsageError("--show is for pictures", click.get_current_context())
    if (said["explain"] or said["coverage"]) and pictures:
        raise click.UsageError("--explain and --coverage are for data", click.get_current_context())
    if pictures:
        predict_pictures(model, detector_if_any(run), run, files, as_json=said["as_json"], show=said["show"])
    else:
        _predict_data(model, run, files[0], output, submission, **said)


def _predict_data(
    model: Model,
    run: Path,
    file: Path,
    output: Path | None,
    submission: Path | None,
    *,
    as_json: bool,
    on_error: str,
    raw: bool,
    show: bool,
    explain: bool,
    coverage: float | None,
    **how: Any,
) -> None:
    from . import predict_data as data
    from .terminal import LiveBar, messages

    known = model.reference.count if model.reference else 0
    if coverage and not known:
        expected, remedy = "a table's model of numbers, which keeps its errors", "Leave --coverage out, or train anew"
        raise UsageError("no interval around predictions", expected=expected, remedy=remedy)
    if coverage and model.reference:
        model.reference.radius(coverage)  # an error, before anything is read, if it is too much to ask for
    coverage = coverage or (COVERAGE if known >= FEWEST else None)
    question = data.Question(model, coverage, explain)
    source = open_new(model, run, file, **how)
    bad = BadRows(file.name, skip=on_error == SKIP)
    csv = data.csv_writer(question, source, raw)
    write = data.write_submission if submission else data.write_json_lines if as_json else csv
    blocks, to = data.predictions(question, source, bad), submission or output
    wanted = not as_json and bool(to or not sys.stdout.isatty())
    with LiveBar(lambda: (bad.rows, None, f"{bad.rows:,} rows"), messages(), wanted):
        data.write_answers(lambda stream: write(blocks, stream), to, whole=not bad.skip)


def detector_if_any(run: Path) -> NoveltyDetector | None:
    """Give a run's detector; where its examples cannot be read any more, say so, and give none."""
    from ..runs.directory import detector_of

    try:
        return detector_of(run)
    except GlassnetError as error:
        problem = f"glassnet: no picture is refused as unfamiliar, as the training examples cannot be read: {error}"
        click.echo(printable(problem), err=True)
        return None
