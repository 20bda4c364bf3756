"""What ``glassnet predict`` answers for the rows of a table or an array, or the pictures of a folder, as a stream."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, TextIO, cast

import click
import numpy as np

from ..errors import DataError, UsageError
from ..formatting import finite, printable, spreadsheet_text
from .new_data import BadRows, NumberedBlock, numbered_blocks, unanswerable

if TYPE_CHECKING:
    from ..arrays import AnyArray
    from ..data.readers.reader import Reader
    from ..model.model import Model

SUBMISSION = ("ImageId", "Label")  # Kaggle's Digit Recognizer: counted from 1
HELD_BACK = 64 << 20  # bytes of answers that memory keeps until it is known that all rows have one
Answer = dict[str, Any]
Blocks = Iterator[list[Answer]]


def predictions(model: Model, source: Reader, bad: BadRows) -> Blocks:
    """Answer for all examples of a source, block by block; DataError at the end if there are bad rows, and none may be.

    An answer has ``row``, counted from 1, or ``file``; ``prediction``; and of classes their ``probabilities``. That
    for a bad row has ``error``, and no prediction.
    """
    for block in numbered_blocks(source):
        yield _answers_for_block(model, block, bad)
    if not bad.rows:
        click.echo(printable(f"glassnet: {bad.source} has no rows to predict"), err=True)
    bad.tell()


def _answers_for_block(model: Model, block: NumberedBlock, bad: BadRows) -> list[Answer]:
    errors, found = dict(block.errors), []
    if len(block.inputs):
        model.preprocessing.flatten(block.inputs[:1])  # what is wrong with all rows is not the fault of one
        try:
            found = _answers(model, block.inputs)
        except DataError:
            wrong = unanswerable(model, block.inputs, block.places)
            errors |= {block.numbers[position]: error for position, error in wrong.items()}
            kept = np.delete(np.arange(len(block.inputs)), list(wrong))
            found = _answers(model, block.inputs[kept]) if len(kept) else []
    bad.count(len({*block.numbers, *errors}), errors)
    following, answers = iter(found), []
    for number in sorted({*block.numbers, *errors}):
        name: Answer = {"file": block.names[number]} if number in block.names else {"row": number}
        wrong_with_it = errors.get(number)
        told = {"prediction": None, "error": wrong_with_it.finding} if wrong_with_it else next(following, {})
        answers.append({**name, **told})
    return answers


def _answers(model: Model, inputs: AnyArray) -> list[Answer]:
    if model.target_scale is not None:
        return [{"prediction": number} for number in model.predict(inputs).tolist()]
    probabilities, classes = model.predict_probabilities(inputs), model.class_names
    found = zip(model.decide(probabilities), probabilities.tolist(), strict=True)
    return [
        {"prediction": classes[label], "probabilities": dict(zip(classes, row, strict=True))} for label, row in found
    ]


def write_json_lines(blocks: Blocks, file: TextIO) -> None:
    """Write JSON lines, which hold names as they are."""
    for block in blocks:
        file.writelines(f"{json.dumps(finite(answer))}\n" for answer in block)


def csv_writer(model: Model, raw: bool) -> Callable[[Blocks, TextIO], None]:
    """Make what writes CSV: row or file, prediction, and for classes the probability of the predicted one.

    Names are written so that neither a spreadsheet nor a terminal takes them for anything else, unless ``raw``.
    """
    outputs = model.network.architecture.sizes[-1]
    several = [f"prediction {number}" for number in range(1, outputs + 1)]
    head = ["prediction", "probability"] if model.class_names else several if outputs > 1 else ["prediction"]

    def write(blocks: Blocks, file: TextIO) -> None:
        writer = csv.writer(file, lineterminator="\n")
        first = next(blocks, [])
        writer.writerow(["file" if first and "file" in first[0] else "row", *head])
        for block in chain([first], blocks):
            writer.writerows(_cells(answer, len(head), raw) for answer in block)

    return write


def _cells(answer: Answer, width: int, raw: bool) -> list[Any]:
    """Give the row or the file, and what is predicted for it; nothing for what has no answer."""
    name, prediction = answer.get("file", answer.get("row")), answer.get("prediction")
    if "probabilities" in answer:
        found = [prediction, f"{answer['probabilities'][prediction]:.4f}"]
    else:
        found = prediction if isinstance(prediction, list) else [prediction]
    if prediction is None:
        found = [""] * width
    cells = [name, *found]
    return cells if raw else [spreadsheet_text(printable(cell)) if isinstance(cell, str) else cell for cell in cells]


def write_submission(blocks: Blocks, file: TextIO) -> None:
    """Write what Kaggle's Digit Recognizer takes: digits, for numbered rows."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(SUBMISSION)
    for block in blocks:
        known = [answer for answer in block if "prediction" in answer and "error" not in answer]
        if not all("row" in answer and answer["prediction"] in tuple("0123456789") for answer in known):
            expected, remedy = "digits for the rows of a table", "Leave --submission out"
            raise UsageError("not predictions for the Digit Recognizer", expected=expected, remedy=remedy)
        writer.writerows((answer["row"], answer["prediction"]) for answer in known)


def write_answers(write: Callable[[TextIO], None], path: Path | None, whole: bool) -> None:
    """Write to a file, whole or not at all; or to stdout, as it comes, or not before all is there."""
    from ..files import whole_file

    if path is not None:
        with whole_file(path) as file, _as_text(file) as text:
            write(text)
    elif whole:
        with SpooledTemporaryFile(HELD_BACK, "w+", encoding="utf-8", errors="surrogateescape", newline="") as held:
            write(cast(TextIO, held))
            held.seek(0)
            shutil.copyfileobj(held, sys.stdout)
    else:
        write(sys.stdout)


@contextmanager
def _as_text(file: Any) -> Iterator[TextIO]:
    text = io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="\n")
    yield text
    text.flush()
    text.detach()
