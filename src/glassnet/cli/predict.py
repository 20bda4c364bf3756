"""``glassnet predict``: one answer for each picture, or a stream of lines for the rows of a table, array or folder."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from ..errors import GlassnetError, ImageFileError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from ..data.readers.reader import Reader, RowBlock
    from ..evaluation.novelty import NoveltyDetector
    from ..model.model import Model

SUBMISSION = ("ImageId", "Label")  # Kaggle's Digit Recognizer: counted from 1
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
        _predict_pictures(model, run, files, as_json)
    else:
        write = write_submission if submission else write_json_lines if as_json else write_csv
        blocks = predictions(model, files[0])
        _write(lambda file: write(blocks, file), submission or output)


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
            click.echo(f"glassnet: {answer['error']}", err=True)
    if any("error" in answer for answer in answers):
        click.get_current_context().exit(1)


def detector_if_any(run: Path) -> NoveltyDetector | None:
    """Give a run's detector; where its examples cannot be read any more, say so, and give none."""
    from ..runs.directory import detector_of

    try:
        return detector_of(run)
    except GlassnetError as error:
        click.echo(f"glassnet: nothing is refused as unlike what the run was trained on: {error}", err=True)
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
    from rich.markup import escape

    from .terminal import results

    console = results()
    for answer in answers:
        if "error" in answer:
            continue
        console.print(f"{escape(answer['file'])}: {_said(answer)}", soft_wrap=True, emoji=False)
        if model.class_names and not answer["refused"]:
            _print_bars(console, answer)


def _said(answer: Answer) -> str:
    from rich.markup import escape

    if answer["refused"]:
        return "[bold]none[/bold], unlike all that it was trained on"
    if "digit" in answer:
        return f"[bold]{escape(answer['digit'])}[/bold]"
    return f"[bold]{answer['value']:.1f} {escape(answer['unit'])}[/bold]"


def _print_bars(console: Console, answer: Answer) -> None:
    from ..formatting import percent

    full = "█" if console.encoding.startswith("utf") else "#"
    for name, probability in answer["probabilities"].items():
        bar = full * round(probability * BAR)
        style = "bold" if name == answer["digit"] else "dim" if probability < 0.005 else None
        console.print(f"  {name}  {percent(probability, 1):>6}  {bar}".rstrip(), style=style, markup=False)


def predictions(model: Model, path: Path) -> Iterator[list[Answer]]:
    """Predict for all examples of a source, block by block; for its test part, if it is kept apart.

    An answer has ``row``, counted from 1, or ``file``; ``prediction``; and of classes their ``probabilities``.
    """
    first = 1
    for block in _open(model, path).blocks():
        yield _answers_for_block(model, block, first)
        first += len(block.inputs)


def _open(model: Model, path: Path) -> Reader:
    """Open a source with the columns that a model was trained on."""
    from ..data.preprocessing.table import TablePreprocessing
    from ..data.readers import open_data
    from ..data.reading import ReadingOptions

    scaling = model.preprocessing
    pixels = [f"pixel{number}" for number in range(scaling.inputs)]
    names = scaling.names if isinstance(scaling, TablePreprocessing) else None
    options = ReadingOptions(read_as="table" if names else "images")
    return open_data(path, features=names or pixels, options=options).asked


def _answers_for_block(model: Model, block: RowBlock, first: int) -> list[Answer]:
    rows = range(first, first + len(block.inputs))
    names: list[Answer] = [{"file": name} for name in block.names] or [{"row": row} for row in rows]
    if model.target_scale is not None:
        numbers = model.predict(block.inputs).tolist()
        return [{**name, "prediction": number} for name, number in zip(names, numbers, strict=True)]
    probabilities, classes = model.predict_probabilities(block.inputs), model.class_names
    found = zip(names, probabilities.argmax(axis=1), probabilities.tolist(), strict=True)
    return [
        {**name, "prediction": classes[label], "probabilities": dict(zip(classes, row, strict=True))}
        for name, label, row in found
    ]


def write_json_lines(blocks: Iterator[list[Answer]], file: TextIO) -> None:
    """Write JSON lines."""
    for block in blocks:
        file.writelines(f"{json.dumps(answer)}\n" for answer in block)


def write_csv(blocks: Iterator[list[Answer]], file: TextIO) -> None:
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
    """Write what Kaggle's Digit Recognizer takes: digits, for numbered rows."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(SUBMISSION)
    for block in blocks:
        if not all("row" in answer and answer["prediction"] in tuple("0123456789") for answer in block):
            expected, remedy = "digits for the rows of a table", "Leave --submission out"
            raise UsageError("no submission for the Digit Recognizer", expected=expected, remedy=remedy)
        writer.writerows((answer["row"], answer["prediction"]) for answer in block)


def _write(write: Callable[[TextIO], None], path: Path | None) -> None:
    """Write to a file, whole or not at all, or to stdout as it comes."""
    from ..files import whole_file

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
