"""Predictions for the rows of a table, an array or a folder, as a stream of lines."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ..data.features import FeatureScaling
from ..data.opening import open_source
from ..data.source import Block, Source
from ..errors import UsageError
from ..files import whole_file
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


def open_to_predict(model: Model, path: Path) -> Source:
    """Open a source with the columns that a model was trained on."""
    preprocessing = model.preprocessing
    if isinstance(preprocessing, FeatureScaling):
        names: Sequence[str] = preprocessing.names
    else:
        names = [f"pixel{number}" for number in range(preprocessing.inputs)]
    source = open_source(path, features=names)
    return source.test or source


def _answer(model: Model, block: Block, first: int) -> list[Answer]:
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
