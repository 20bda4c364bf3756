"""What ``glassnet predict`` answers for the rows of a table or an array, or the pictures of a folder, as a stream."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, TextIO, cast

import click
import numpy as np

from ..data.matching import MOST_NAMES
from ..data.preprocessing.encoders import GAPS, OUTSIDE, UNSEEN, ColumnEncoding
from ..data.preprocessing.table import TablePreprocessing
from ..data.readers.reader import TableReader
from ..errors import DataError, UsageError, listed
from ..formatting import finite, printable, quantity, spreadsheet_text
from .new_data import BadRows, NumberedBlock, numbered_blocks, unanswerable

if TYPE_CHECKING:
    from ..arrays import AnyArray
    from ..data.readers.reader import Reader
    from ..model.model import Model

SUBMISSION = ("ImageId", "Label")  # Kaggle's Digit Recognizer: counted from 1
HELD_BACK = 64 << 20  # bytes of answers that memory keeps until it is known that all rows have one
STRONGEST = 3  # columns that an answer is explained by
Answer = dict[str, Any]
Blocks = Iterator[list[Answer]]


@dataclass(frozen=True)
class Question:
    """What is asked of each row.

    Parameters
    ----------
    model : Model
        Answers.
    coverage : float, optional
        Which share of numbers an interval around the answer shall hold, if one is wanted.
    explain : bool
        Whether it is wanted what moved each answer most.
    """

    model: Model
    coverage: float | None = None
    explain: bool = False

    def head(self) -> list[str]:
        """Name the columns of an answer."""
        classes, outputs = self.model.class_names, self.model.network.architecture.sizes[-1]
        names = ["prediction"] if outputs == 1 or classes else [f"prediction {k + 1}" for k in range(outputs)]
        if classes:
            names += ["probability", *([f"probability_{classes[1]}"] if len(classes) == 2 else [])]
        if self.coverage:
            names += [f"{end}_{100 * self.coverage:g}" for end in ("lower", "upper")]
        return names + [f"because_{place + 1}" for place in range(STRONGEST)] * self.explain

    def cells(self, answer: Answer, decimal: str = ".") -> list[str]:
        """Give what stands in these columns, with this decimal mark; nothing for what has no answer."""
        prediction, probabilities = answer.get("prediction"), answer.get("probabilities")
        if prediction is None:
            return [""] * len(self.head())
        found = list(map(_rounded, prediction if isinstance(prediction, list) else [prediction]))
        if probabilities:
            found = [f"{probabilities[prediction]:.4f}"]
            found += [f"{probability:.4f}" for probability in list(probabilities.values())[1:]][
                : len(probabilities) == 2
            ]
        found += map(_rounded, answer.get("interval", ()))
        found = [number.replace(".", decimal) for number in found]
        reasons = []
        for reason in answer.get("because", ()):
            size = abs(reason["share"])
            share = "+-"[reason["share"] < 0] + (f"{size:.2g}" if probabilities else quantity(size))
            reasons.append(f"{reason['column']} {share.replace('.', decimal)}")
        reasons += [""] * (self.explain * STRONGEST - len(reasons))
        return [*([prediction] if probabilities else []), *found, *reasons]


def predictions(question: Question, source: Reader, bad: BadRows) -> Blocks:
    """Answer for all examples of a source, block by block; DataError at the end if there are bad rows, and none may be.

    An answer has ``row``, counted from 1, or ``file``; ``prediction``; and of classes their ``probabilities``, of
    numbers an ``interval`` with its ``coverage``; where they are wanted, ``base`` and ``because``; and ``notes`` on
    what is unlike all training rows, by column. That for a bad row has ``error``, and no prediction.
    """
    unlike = Counter[tuple[str, str]]()
    for block in numbered_blocks(source):
        answers = _answers_for_block(question, block, bad)
        unlike.update((what, column) for answer in answers for column, what in answer.get("notes", {}).items())
        yield answers
    if not bad.rows:
        click.echo(printable(f"glassnet: {bad.source} has no rows to predict"), err=True)
    bad.tell()
    for kind in (UNSEEN, GAPS, OUTSIDE):
        columns = [
            f"{name!r} ({rows:,} row{'s' * (rows > 1)})" for (what, name), rows in unlike.most_common() if what == kind
        ]
        if columns:
            click.echo(printable(f"{bad.source}: {kind}: {listed(columns, most=MOST_NAMES)}"), err=True)


def _answers_for_block(question: Question, block: NumberedBlock, bad: BadRows) -> list[Answer]:
    errors, found, model = dict(block.errors), [], question.model
    if len(block.inputs):
        model.preprocessing.flatten(block.inputs[:1])  # what is wrong with all rows is not the fault of one
        try:
            found = _answers(question, block.inputs)
        except DataError:
            wrong = unanswerable(model, block.inputs, block.places)
            errors |= {block.numbers[position]: error for position, error in wrong.items()}
            kept = np.delete(np.arange(len(block.inputs)), list(wrong))
            found = _answers(question, block.inputs[kept]) if len(kept) else []
    bad.count(len({*block.numbers, *errors}), errors)
    following, answers = iter(found), []
    for number in sorted({*block.numbers, *errors}):
        name: Answer = {"file": block.names[number]} if number in block.names else {"row": number}
        wrong_with_it = errors.get(number)
        told = {"prediction": None, "error": wrong_with_it.finding} if wrong_with_it else next(following, {})
        answers.append({**name, **told})
    return answers


def _answers(question: Question, inputs: AnyArray) -> list[Answer]:
    model, classes, labels = question.model, question.model.class_names, None
    found: list[Answer]
    if model.target_scale is not None:
        found = [{"prediction": number} for number in model.predict(inputs).tolist()]
        if question.coverage and model.residuals:
            radius = model.residuals.radius(question.coverage)
            for answer in found:
                ends = (answer["prediction"] - radius, answer["prediction"] + radius)
                answer |= {"interval": list(ends), "coverage": question.coverage}
    else:
        probabilities = model.predict_probabilities(inputs)
        labels = probabilities.argmax(axis=1)
        rows = zip(labels.tolist(), probabilities.tolist(), strict=True)
        found = [{"prediction": classes[k], "probabilities": dict(zip(classes, row, strict=True))} for k, row in rows]
    if question.explain:
        _explain(model, inputs, labels, found)
    if isinstance(model.preprocessing, ColumnEncoding):
        for column, kinds in model.preprocessing.unlike(model.preprocessing.flatten(inputs)).items():
            for what, mask in kinds.items():
                for row in np.flatnonzero(mask).tolist():
                    found[row].setdefault("notes", {})[column] = what
    return found


def _explain(model: Model, inputs: AnyArray, labels: AnyArray | None, answers: list[Answer]) -> None:
    """Add to each answer what moved it most."""
    from ..explanation.attribution import attribute

    names, attribution = cast(TablePreprocessing, model.preprocessing).names, attribute(model, inputs, labels)
    strongest = np.argsort(-np.abs(attribution.shares), axis=1, kind="stable")[:, :STRONGEST]
    for answer, base, shares, best in zip(answers, attribution.base, attribution.shares, strongest, strict=True):
        reasons = [{"column": names[k], "share": float(shares[k])} for k in best if shares[k]]
        answer |= {"base": float(base), "because": reasons}


def write_json_lines(blocks: Blocks, file: TextIO) -> None:
    """Write JSON lines, which hold names as they are."""
    for block in blocks:
        file.writelines(f"{json.dumps(finite(answer))}\n" for answer in block)


def csv_writer(question: Question, source: Reader, raw: bool) -> Callable[[Blocks, TextIO], None]:
    """Make what writes CSV: the rows of a table as they stand in its file, else row or file; and the answers.

    Text is written so that neither a spreadsheet nor a terminal takes it for anything else, unless ``raw``.
    """
    table = isinstance(source, TableReader) and isinstance(question.model.preprocessing, TablePreprocessing)
    clean = str if raw else _harmless

    def write(blocks: Blocks, file: TextIO) -> None:
        first, head = next(blocks, []), question.head()
        delimiter, decimal, names, own = ",", ".", ["file" if first and "file" in first[0] else "row"], None
        if table:
            reader = cast(TableReader, source)
            (delimiter, decimal), names, own = reader.marks, list(reader.names), reader.own_rows()
            head = [_distinct(name, names) for name in head]
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(map(clean, [*names, *head]))
        for block in chain([first], blocks):
            for answer in block:
                cells = next(own, []) if own else [str(answer.get("file", answer.get("row")))]
                writer.writerow(map(clean, [*cells, *question.cells(answer, decimal)]))

    return write


def _rounded(answer: object) -> str:
    """Write a number with the digits that single precision has."""
    return str(float(f"{answer:.7g}")) if isinstance(answer, float) else str(answer)


def _distinct(name: str, others: Sequence[str]) -> str:
    """Name a column as no other one is."""
    return name if name not in others else _distinct(f"{name}_", others)


def _harmless(text: str) -> str:
    """Write text that is no formula and no control character, but for the line ends and tabs within it."""
    if not text.isprintable():
        text = re.sub(r"[^\n\r\t]+", lambda part: printable(part[0]), text)
    return spreadsheet_text(text)


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
