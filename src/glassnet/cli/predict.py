"""``glassnet predict``: one answer for each picture, or a stream of lines for the rows of a table, array or folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import GlassnetError, ImageFileError
from ..formatting import printable
from .new_data import SKIP, BadRows, on_error_option, open_new, reading_options

if TYPE_CHECKING:
    from rich.console import Console

    from ..evaluation.novelty import NoveltyDetector
    from ..model.model import Model

BAR = 20  # characters for a probability of one
Answer = dict[str, Any]


@click.command(name="predict")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE...")
@click.option("--output", type=click.Path(path_type=Path), help="Where predictions for data go. [stdout]")
@click.option(
    "--submission",
    type=click.Path(path_type=Path),
    help="Write them as Kaggle's Digit Recognizer takes them.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for pictures, JSON lines for data.")
@on_error_option
@reading_options
@click.option("--raw", is_flag=True, help="Write names into CSV as they are, formulas among them.")
def command(run: Path, files: tuple[Path, ...], output: Path | None, submission: Path | None, **said: Any) -> None:
    """Answer with the model of RUN, a run directory or a model file, for pictures or for data.

    Pictures: PNG or JPEG, any size, one digit each, dark on light or light on dark: it is fitted into 20x20 pixels and
    centered by mass in 28x28, as MNIST was made. A picture that cannot be read does not keep the others from it. Where
    RUN is a directory, what is unlike all that it was trained on, such as a letter, gets no answer.

    Data: one table (.csv, .tsv, .parquet), array (.npz, .npy), IDX file or folder of pictures as the model was trained
    on; columns are found by their names. Tables, .npy files and folders are read in blocks, and may be larger than
    memory; predictions are CSV. Where a row cannot be read, nothing is written, unless --on-error skip.
    """
    from ..data.readers.picture_folders import is_picture
    from ..model.model import load_model
    from ..runs.directory import model_file

    model = load_model(model_file(run))
    pictures = all(is_picture(file) and not file.is_dir() for file in files)
    if ((output or submission) and pictures) or (len(files) > 1 and not pictures):
        raise click.UsageError("expected one file or folder of data", click.get_current_context())
    if submission and (output or said["as_json"] or said["on_error"] == SKIP):
        problem = "--submission goes without --output, --json and --on-error skip"
        raise click.UsageError(problem, click.get_current_context())
    if pictures:
        _predict_pictures(model, run, files, said["as_json"])
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
    **how: Any,
) -> None:
    from .predict_data import csv_writer, predictions, write_answers, write_json_lines, write_submission

    source = open_new(model, run, file, **how)
    bad = BadRows(file.name, skip=on_error == SKIP)
    write = write_submission if submission else write_json_lines if as_json else csv_writer(model, raw)
    blocks = predictions(model, source, bad)
    write_answers(lambda to: write(blocks, to), submission or output, whole=not bad.skip)


def _predict_pictures(model: Model, run: Path, files: tuple[Path, ...], as_json: bool) -> None:
    from .terminal import print_json

    detector = detector_if_any(run)
    answers = [_answer_for_picture(model, file, detector) for file in files]
    if as_json:
        print_json({"run": str(run), "predictions": answers})
    else:
        _print_answers(answers, model)
    for answer in answers:
        if "error" in answer:
            click.echo(printable(f"glassnet: {answer['error']}"), err=True)
    if any("error" in answer for answer in answers):
        click.get_current_context().exit(1)


def detector_if_any(run: Path) -> NoveltyDetector | None:
    """Give a run's detector; where its examples cannot be read any more, say so, and give none."""
    from ..runs.directory import detector_of

    try:
        return detector_of(run)
    except GlassnetError as error:
        problem = f"glassnet: nothing is refused as unlike what the run was trained on: {error}"
        click.echo(printable(problem), err=True)
        return None


def _answer_for_picture(model: Model, file: Path, detector: NoveltyDetector | None) -> Answer:
    from ..runs.example import read_picture

    try:
        image = read_picture(model, file)
    except ImageFileError as error:
        return {"file": str(file), "error": str(error)}
    refused = detector is not None and bool(detector.refuses(model, image)[0])
    answer = {"file": str(file), "refused": refused}
    if model.task == "regression":
        return {**answer, "value": None if refused else float(model.predict(image)[0]), "unit": model.unit}
    probabilities = dict(zip(model.class_names, map(float, model.predict_probabilities(image)[0]), strict=True))
    digit = max(probabilities, key=lambda name: probabilities[name])
    return {**answer, "digit": None if refused else digit, "probabilities": probabilities}


def _print_answers(answers: list[Answer], model: Model) -> None:
    from .terminal import results, shown

    console = results()
    for answer in answers:
        if "error" in answer:
            continue
        console.print(f"{shown(answer['file'])}: {_said(answer)}", soft_wrap=True)
        if model.class_names and not answer["refused"]:
            _print_bars(console, answer)


def _said(answer: Answer) -> str:
    from ..formatting import quantity
    from .terminal import shown

    if answer["refused"]:
        return "[bold]none[/bold], unlike all that it was trained on"
    if "digit" in answer:
        return f"[bold]{shown(answer['digit'])}[/bold]"
    return f"[bold]{shown(quantity(answer['value'], answer['unit']))}[/bold]"


def _print_bars(console: Console, answer: Answer) -> None:
    from ..formatting import percent

    full = "█" if console.encoding.startswith("utf") else "#"
    for name, probability in answer["probabilities"].items():
        bar = full * round(probability * BAR)
        style = "bold" if name == answer["digit"] else "dim" if probability < 0.005 else None
        console.print(f"  {printable(name)}  {percent(probability, 1):>6}  {bar}".rstrip(), style=style, markup=False)
