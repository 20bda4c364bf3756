"""Predictions for the rows of a table, an array or a folder, as a stream of lines."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from ..data.preprocessing.table import TablePreprocessing
from ..data.readers import open_data
from ..data.readers.reader import Reader, RowBlock
from ..errors import UsageError
from ..files import whole_file
from ..model.model import Model

if TYPE_CHECKING:
    from rich.console import Console

    from ..evaluation.novelty import NoveltyDetector
    from ..model.model import Model


SUBMISSION = ("ImageId", "Label")  # Kaggle's Digit Recognizer: counted from 1
Answer = dict[str, Any]


def answers(model: Model, path: Path) -> Iterator[list[Answer]]:
    """Predict for all examples of a source, block by block; for its test part, if it is kept apart.

    Parameters
    ----------
    model : Model
        What answers.
    path : Path
        A table, arrays or a folder.

    Yields
    ------
    list of dict
        For each example ``row``, counted from 1, or ``file``; ``prediction``; and its ``probabilities``, by class.
    """
    source = open_to_predict(model, path)
    first = 1
    for block in source.blocks():
        yield _answer(model, block, first)
        first += len(block.inputs)


def open_to_predict(model: Model, path: Path) -> Reader:
    """Open a source with the columns that a model was trained on."""
    preprocessing = model.preprocessing
    if isinstance(preprocessing, TablePreprocessing):
        names: Sequence[str] = preprocessing.names
    else:
        names = [f"pixel{number}" for number in range(preprocessing.inputs)]
    source = open_data(path, features=names)
    return source.test or source


def _answer(model: Model, block: RowBlock, first: int) -> list[Answer]:
    names: list[Answer] = [{"file": name} for name in block.names] or [
        {"row": first + offset} for offset in range(len(block.inputs))
    ]
    if model.target_scale is not None:
        numbers = model.predict(block.inputs).tolist()
        return [{**name, "prediction": number} for name, number in zip(names, numbers, strict=True)]
    probabilities = model.predict_probabilities(block.inputs)
    best = probabilities.argmax(axis=1).tolist()
    return [
        {
            **name,
            "prediction": model.class_names[label],
            "probabilities": dict(zip(model.class_names, row, strict=True)),
        }
        for name, label, row in zip(names, best, probabilities.tolist(), strict=True)
    ]


def write_lines(blocks: Iterator[list[Answer]], file: TextIO) -> None:
    """Write JSON lines."""
    for block in blocks:
        file.writelines(f"{json.dumps(answer)}\n" for answer in block)


def write_table(blocks: Iterator[list[Answer]], file: TextIO) -> None:
    """Write CSV: row or file, prediction, and for classes the probability of the predicted one."""
    writer = csv.writer(file, lineterminator="\n")
    for number, block in enumerate(blocks):
        rows = [_in_cells(answer) for answer in block]
        if number == 0:
            writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)


def _in_cells(answer: Answer) -> Answer:
    """Give a cell to each of several numbers, and to the probability of the predicted class."""
    probabilities, prediction = answer.pop("probabilities", None), answer["prediction"]
    if isinstance(prediction, list):
        del answer["prediction"]
        return {**answer, **{f"prediction {number}": value for number, value in enumerate(prediction, start=1)}}
    return answer if probabilities is None else {**answer, "probability": f"{probabilities[prediction]:.4f}"}


def write_submission(blocks: Iterator[list[Answer]], file: TextIO) -> None:
    """Write what Kaggle's Digit Recognizer takes.

    Raises
    ------
    UsageError
        If the model does not read digits, or the rows are not numbered.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(SUBMISSION)
    for block in blocks:
        if not all("row" in answer and answer["prediction"] in tuple("0123456789") for answer in block):
            expected, remedy = "digits for the rows of a table", "Leave --submission out"
            raise UsageError("no submission for the Digit Recognizer", expected=expected, remedy=remedy)
        writer.writerows((answer["row"], answer["prediction"]) for answer in block)


def write_out(write: Callable[[TextIO], None], path: Path | None) -> None:
    """Write to a file, whole or not at all, or to stdout as it comes."""
    if path is None:
        write(sys.stdout)
        return
    with whole_file(path) as file, _as_text(file) as text:
        write(text)


@contextmanager
def _as_text(file: Any) -> Iterator[TextIO]:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
    yield text
    text.flush()
    text.detach()


BAR = 20  # characters for a probability of one


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
def command(run: Path, files: tuple[Path, ...], output: Path | None, submission: Path | None, as_json: bool) -> None:
    """Answer with the model of RUN, a run directory or a model file, for pictures or for data.

    Pictures: PNG or JPEG, any size, one digit each, dark on light or light on dark: it is fitted into 20x20 pixels and
    centered by mass in 28x28, as MNIST was made. A picture that cannot be read does not keep the others from it. Where
    RUN is a directory, what is unlike all that it was trained on, such as a letter, gets no answer.

    Data: one table (.csv, .tsv, .parquet), array (.npz, .npy), IDX file or folder of pictures as the model was trained
    on. Tables, .npy files and folders are read in blocks, and may be larger than memory; predictions are CSV.
    """
    from ..data.readers.picture_folders import is_picture
    from ..model.model import load_model
    from ..runs.directory import model_file

    model = load_model(model_file(run))
    pictures = all(is_picture(file) and not file.is_dir() for file in files)
    if ((output or submission) and pictures) or (len(files) > 1 and not pictures):
        raise click.UsageError("expected one file or folder of data", click.get_current_context())
    if submission and (output or as_json):
        raise click.UsageError("--submission goes without --output and --json", click.get_current_context())
    if pictures:
        _read_pictures(model, run, files, as_json)
    else:
        _predict_data(model, files[0], output, submission, as_json)


def _predict_data(model: Model, path: Path, output: Path | None, submission: Path | None, as_json: bool) -> None:
    blocks = answers(model, path)
    if submission:
        write_out(lambda file: write_submission(blocks, file), submission)
        return
    write = write_lines if as_json else write_table
    write_out(lambda file: write(blocks, file), output)


def _read_pictures(model: Model, run: Path, files: tuple[Path, ...], as_json: bool) -> None:
    from .terminal import print_json

    detector = detector_if_any(run)
    answers = [_answer_for_picture(model, file, detector) for file in files]
    if as_json:
        print_json({"run": str(run), "predictions": answers})
    else:
        _print_answers(answers, model)
    for answer in answers:
        if "error" in answer:
            click.echo(f"glassnet: {answer['error']}", err=True)
    if any("error" in answer for answer in answers):
        click.get_current_context().exit(1)


def _answer_for_picture(model: Model, file: Path, detector: NoveltyDetector | None) -> dict[str, Any]:
    from ..errors import ImageFileError
    from ..runs.example import read_picture

    try:
        image = read_picture(model, file)
    except ImageFileError as error:
        return {"file": str(file), "error": str(error)}
    refused = detector is not None and bool(detector.refuses(model, image)[0])
    judged = {"file": str(file), "refused": refused}
    if model.task == "regression":
        return {**judged, "value": None if refused else float(model.predict(image)[0]), "unit": model.unit}
    probabilities = dict(zip(model.class_names, map(float, model.predict_probabilities(image)[0]), strict=True))
    digit = max(probabilities, key=lambda name: probabilities[name])
    return {**judged, "digit": None if refused else digit, "probabilities": probabilities}


def _print_answers(answers: list[dict[str, Any]], model: Model) -> None:
    from rich.markup import escape

    from .terminal import results

    console = results()
    for answer in answers:
        if "error" in answer:
            continue
        console.print(f"{escape(answer['file'])}: {_said(answer)}", soft_wrap=True, emoji=False)
        if model.class_names and not answer["refused"]:
            _print_bars(console, answer)


def _said(answer: dict[str, Any]) -> str:
    from rich.markup import escape

    if answer["refused"]:
        return "[bold]none[/bold], unlike all that it was trained on"
    if "digit" in answer:
        return f"[bold]{escape(answer['digit'])}[/bold]"
    return f"[bold]{answer['value']:.1f} {escape(answer['unit'])}[/bold]"


def _print_bars(console: Console, answer: dict[str, Any]) -> None:
    from ..formatting import percent

    full = "█" if console.encoding.startswith("utf") else "#"
    for name, probability in answer["probabilities"].items():
        bar = full * round(probability * BAR)
        style = "bold" if name == answer["digit"] else "dim" if probability < 0.005 else None
        console.print(f"  {name}  {percent(probability, 1):>6}  {bar}".rstrip(), style=style, markup=False)


def detector_if_any(run: Path) -> NoveltyDetector | None:
    """Give a run's detector; where its examples cannot be read any more, say so, and give none."""
    from ..errors import GlassnetError
    from ..runs.detector import detector_of

    try:
        return detector_of(run)
    except GlassnetError as error:
        click.echo(f"glassnet: nothing is refused as unlike what the run was trained on: {error}", err=True)
        return None
