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
from itertools import chain, count
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, TextIO, cast

import click
import numpy as np

from ..data.matching import MOST_NAMES
from ..data.preprocessing.encoders import ColumnEncoding
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
    """What is asked of a model for each row: an answer, and perhaps an interval around it, and what moved it most."""

    model: Model
    coverage: float | None = None
    explain: bool = False

    def head(self) -> list[str]:
        """Name the columns of an answer in CSV."""
        classes, outputs = self.model.class_names, self.model.network.architecture.sizes[-1]
        names = ["prediction"] if classes or outputs == 1 else [f"prediction {k}" for k in range(1, outputs + 1)]
        names += ["probability"] if classes else []
        if len(classes) == 2:  # of the positive one; the second one, as scikit-learn has it, where nobody says which
            names.append(f"probability_{classes[self.model.decision.positive if self.model.decision else 1]}")
        names += [f"lower_{100 * self.coverage:g}", f"upper_{100 * self.coverage:g}"] if self.coverage else []
        return names + ["base", *(f"because_{k}" for k in range(1, STRONGEST + 1))] * self.explain


def _cells(answer: Answer, head: Sequence[str], decimal: str) -> list[str]:
    """Give what stands in these columns, numbers with this decimal mark; nothing where there is no answer."""
    prediction, probabilities = answer.get("prediction"), answer.get("probabilities", {})
    numbers = {f"probability_{name}": f"{value:.4f}" for name, value in probabilities.items()}
    if probabilities:
        numbers["probability"] = f"{probabilities[prediction]:.4f}"
    elif prediction is not None:
        several = prediction if isinstance(prediction, list) else [prediction]
        numbers |= {name: _rounded(value) for name, value in zip(head, several, strict=False)}
    ends = [name for name in head if name.startswith(("lower_", "upper_"))]
    numbers |= {name: _rounded(value) for name, value in zip(ends, answer.get("interval", ()), strict=False)}
    if "base" in answer:
        numbers["base"] = f"{answer['base']:.4f}" if probabilities else _rounded(answer["base"])
    words = {"prediction": prediction} if probabilities else {}
    for place, reason in enumerate(answer.get("because", ()), start=1):
        size = f"{abs(reason['share']):.2g}" if probabilities else quantity(abs(reason["share"]))
        words[f"because_{place}"] = f"{reason['column']} {'+-'[reason['share'] < 0]}{size.replace('.', decimal)}"
    return [words.get(name, "") or numbers.get(name, "").replace(".", decimal) for name in head]


def _rounded(number: float) -> str:
    """Write a number with the digits that single precision has."""
    return str(float(f"{number:.7g}"))


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
    names = getattr(question.model.preprocessing, "names", ())  # in the order of the file
    for kind in dict.fromkeys(what for what, _ in unlike):
        counts = ((name, unlike[kind, name]) for name in names if unlike[kind, name])
        columns = [f"{name!r} ({n:,} row{'s' * (n > 1)})" for name, n in counts]
        click.echo(printable(f"{bad.source}: {kind}: {listed(columns, most=MOST_NAMES)}"), err=True)


def _answers_for_block(question: Question, block: NumberedBlock, bad: BadRows) -> list[Answer]:
    errors, found, model = dict(block.errors), [], question.model
    if len(block.inputs):
        model.preprocessing.flatten(block.inputs[:1])  # what is wrong with all rows is not the fault of one
        try:
            found = answers_of(question, block.inputs)
        except DataError:
            wrong = unanswerable(model, block.inputs, block.places)
            errors |= {block.numbers[position]: error for position, error in wrong.items()}
            kept = np.delete(np.arange(len(block.inputs)), list(wrong))
            found = answers_of(question, block.inputs[kept]) if len(kept) else []
    bad.count(len({*block.numbers, *errors}), errors)
    following, answers = iter(found), []
    for number in sorted({*block.numbers, *errors}):
        name: Answer = {"file": block.names[number]} if number in block.names else {"row": number}
        wrong_with_it = errors.get(number)
        told = {"prediction": None, "error": wrong_with_it.finding} if wrong_with_it else next(following, {})
        answers.append({**name, **told})
    return answers


def answers_of(question: Question, inputs: AnyArray, first: int = 0) -> list[Answer]:
    """Answer for rows; errors name one by its number, counted from ``first``."""
    model, classes, labels = question.model, question.model.class_names, None
    found: list[Answer]
    if model.target_scale is not None:
        found = [{"prediction": number} for number in model.predict(inputs, first).tolist()]
        if question.coverage and model.reference:
            far = model.reference.radius(question.coverage)
            for answer in found:
                interval = [answer["prediction"] - far, answer["prediction"] + far]
                answer |= {"interval": interval, "coverage": question.coverage}
    else:
        probabilities = model.predict_probabilities(inputs, first)
        labels = model.decide(probabilities)
        rows = zip(labels.tolist(), probabilities.tolist(), strict=True)
        found = [{"prediction": classes[k], "probabilities": dict(zip(classes, row, strict=True))} for k, row in rows]
    if question.explain:
        from ..explanation.attribution import attribute

        names = cast(TablePreprocessing, model.preprocessing).names
        for answer, base, shares in zip(found, *attribute(model, inputs, labels), strict=True):
            strongest = np.argsort(-np.abs(shares), kind="stable")[:STRONGEST]
            reasons = [{"column": names[k], "share": float(shares[k])} for k in strongest if shares[k]]
            answer |= {"base": float(base), "because": reasons}
    if isinstance(model.preprocessing, ColumnEncoding):
        for column, what, places in model.preprocessing.unlike(inputs):
            for place in places.tolist():
                found[place].setdefault("notes", {})[column] = what
    return found


def write_json_lines(blocks: Blocks, file: TextIO) -> None:
    """Write JSON lines, which hold names as they are."""
    for block in blocks:
        file.writelines(f"{json.dumps(finite(answer))}\n" for answer in block)


def csv_writer(question: Question, source: Reader | None, raw: bool) -> Callable[[Blocks, TextIO], None]:
    """Make what writes CSV: the rows of a table as they stand in its file, else row or file; and the answers.

    Text is written so that neither a spreadsheet nor a terminal takes it for anything else, unless ``raw``.
    """
    clean = str if raw else _harmless

    def write(blocks: Blocks, file: TextIO) -> None:
        first, head = next(blocks, []), question.head()
        own = source.own_rows() if isinstance(source, TableReader) and not source.pixels else None
        names: Sequence[str] = ["file" if first and "file" in first[0] else "row"]
        delimiter, decimal = ",", "."
        if own is not None and isinstance(source, TableReader):
            names, (delimiter, decimal) = source.names, source.marks
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        apart = (next(new for k in count() if (new := name + "_" * k) not in names) for name in head)
        writer.writerow(map(clean, [*names, *apart]))
        for answer in chain(first, chain.from_iterable(blocks)):
            cells = [str(answer.get("file", answer.get("row")))] if own is None else next(own)
            writer.writerow(map(clean, [*cells, *_cells(answer, head, decimal)]))

    return write


def csv_of(question: Question, answers: list[Answer]) -> str:
    """Write answers as CSV, each with the number of its row."""
    file, numbered = io.StringIO(), [{"row": number, **answer} for number, answer in enumerate(answers, start=1)]
    csv_writer(question, None, raw=True)(iter([numbered]), file)
    return file.getvalue()


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
