"""A server for programs: rows in, as JSON or CSV, and a model's answers out."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import msgspec
import numpy as np
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..data.preprocessing.encoders import ColumnEncoding, Encoder, NumberEncoder
from ..data.preprocessing.table import TablePreprocessing
from ..data.readers.cells import Writing, is_gap
from ..data.readers.dates import DateWriting
from ..data.readers.dialect import DELIMITERS, records
from ..data.reading import DATES, ReadingOptions
from ..errors import DataError, GlassnetError, listed
from ..model.model import Model
from .connections import LARGEST_BODY

LONG = 200_000  # bytes of a body that a thread answers, so that others do not wait for it
LOCAL = ["127.0.0.1", "localhost"]
JSON, CSV = "application/json", "text/csv"
KINDS = {"": "a number", "categories": "a word", "dates": "a date such as 2024-12-31"}
WANTED = "an object of values by column, or a list of objects, as JSON; or a table as text/csv"
WRONG = (GlassnetError, msgspec.DecodeError, UnicodeDecodeError, csv.Error, ClientDisconnect)
Rows = list[dict[str, Any]]


class RowReader:
    """What makes numbers of the rows in a request, by what a model has learned of its columns.

    `options` say how numbers of text and dates are written.
    """

    def __init__(self, table: TablePreprocessing, options: ReadingOptions) -> None:
        same = (NumberEncoder(0.0, 1.0),) * len(table.names)
        encoders = table.encoders if isinstance(table, ColumnEncoding) else same
        self.encoders = dict(zip(table.names, encoders, strict=True))
        units = table.units or [""] * len(encoders)
        writings = [Writing(options.decimal or ".", unit, truth=True) for unit in units]
        pairs = zip(self.encoders.items(), writings, strict=True)
        self.cells = {name: _reader(encoder, writing, options.dates) for (name, encoder), writing in pairs}

    def numbers(self, rows: Rows) -> list[list[float | None]]:
        """Read all cells; a DataError names the row, counted from 1, and the column of one that cannot be read."""
        for place, row in enumerate(rows, start=1):
            if missing := [repr(name) for name in self.cells if name not in row]:
                expected, got = f"{listed(missing)} too", listed([*map(repr, row)], most=10)
                raise DataError("columns are missing", expected=expected, got=got, where=f"row {place}")
        found = [[read(row[name]) for name, read in self.cells.items()] for row in rows]
        for place, numbers in enumerate(found):
            if None in numbers:
                name, encoder = [*self.encoders.items()][numbers.index(None)]
                got, where = repr(rows[place][name]), f"row {place + 1}, column {name!r}"
                raise DataError("a cell that cannot be read", expected=KINDS[encoder.kind], got=got, where=where)
        return found

    def csv(self, body: bytes) -> Rows:
        """Read a table with a header, by which it is told what separates the columns."""

        def lines(mark: str) -> Iterator[list[str]]:
            return filter(None, records(io.StringIO(body.decode("utf-8-sig"), newline=""), mark))

        marks = [mark for mark in DELIMITERS if {*self.cells} <= {*next(lines(mark), [])}] or [","]
        head, *rows = [*lines(marks[0])] or [[]]
        for place, row in enumerate(rows, start=1):
            if len(row) != len(head):
                expected, where = f"{len(head)} columns", f"row {place}"
                raise DataError("a row of the wrong width", expected=expected, got=len(row), where=where)
        return [dict(zip(head, row, strict=True)) for row in rows]


def _reader(encoder: Encoder, writing: Writing, dates: str) -> Callable[[Any], float | None]:
    """Give what makes a number of a column's cell, as of a file's: NaN of a gap, None of what it cannot be."""
    numbers = {word: float(number) for number, word in enumerate(encoder.words)}
    orders = [DateWriting(order == DATES[0]) for order in DATES if dates in ("", order)]

    def read(cell: Any) -> float | None:
        if isinstance(cell, int | float) and not encoder.kind:
            return float(cell)
        text = "" if cell is None else str(cell).strip()
        if encoder.kind == "dates":
            days = {order.days(text) for order in orders} - {None}
            found = days.pop() if len(days) == 1 else None  # of two, one has day and month swapped
        else:
            found = numbers.get(text) if encoder.kind else writing.number(text)
        if found is None and is_gap(text):
            return np.nan
        unseen = encoder.kind == "categories" and not isinstance(cell, list | dict)
        return -1.0 if found is None and unseen else found

    return read


def application(model: Model, host: str, options: ReadingOptions, target: str = "") -> Starlette:
    """Put the server together, for requests to this host; `target` is what the model predicts."""
    if not isinstance(model.preprocessing, TablePreprocessing):
        raise DataError("no columns to ask for", expected="a model of a table", got=f"one of {model.preprocessing.takes}")
    reader = RowReader(model.preprocessing, options)

    def answer(body: bytes, sent: str, wanted: str) -> Response:
        found = reader.csv(body) if sent == CSV else msgspec.json.decode(body)
        rows = [found] if isinstance(found, dict) else found
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise DataError("no rows", expected=WANTED, got=type(rows).__name__)
        answers = _answers(model, reader.numbers(rows)) if rows else []
        ignored = sorted({*chain(*rows)} - reader.cells.keys())
        headers = {"ignored-columns": json.dumps(ignored)} if ignored else None
        content = _as_csv(answers) if wanted == CSV else msgspec.json.encode(answers if rows is found else answers[0])
        return Response(content, media_type=wanted, headers=headers)

    async def predict(request: Request) -> Response:
        body, accept = await request.body(), request.headers.get("accept", "")
        sent = CSV if request.headers.get("content-type", "").startswith(CSV) else JSON
        wanted = next((kind for kind in (JSON, CSV) if kind in accept), sent)
        if len(body) > LONG:
            return await asyncio.to_thread(answer, body, sent, wanted)
        return answer(body, sent, wanted)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def about(_request: Request) -> Response:
        columns = [
            {"name": name, "kind": encoder.kind or "numbers", "words": encoder.words, "gaps": encoder.takes_gaps}
            for name, encoder in reader.encoders.items()
        ]
        facts = {"model": repr(model).strip("<>"), "predicts": target, "classes": model.class_names, "unit": model.unit}
        return JSONResponse({**facts, "columns": columns, "predict": f"POST /predict {WANTED}"})

    async def refuse(_request: Request, error: Exception) -> Response:
        return JSONResponse({"error": error.finding if isinstance(error, GlassnetError) else str(error)}, 400)

    return Starlette(
        routes=[Route("/", about), Route("/health", health), Route("/predict", predict, methods=["POST"])],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=LOCAL if host in LOCAL else ["*"])],
        exception_handlers=dict.fromkeys(WRONG, refuse),
        max_body_size=LARGEST_BODY,
    )


def _answers(model: Model, rows: list[list[float | None]]) -> list[dict[str, Any]]:
    """Give what `glassnet predict --json` says of each row."""
    inputs = np.array(rows, np.float64)
    if not model.class_names:
        return [{"prediction": number} for number in model.predict(inputs, first=1).tolist()]
    names, probabilities = model.class_names, model.predict_probabilities(inputs, first=1)
    return [
        {"prediction": names[best], "probabilities": dict(zip(names, row, strict=True))}
        for best, row in zip(probabilities.argmax(axis=1).tolist(), probabilities.tolist(), strict=True)
    ]


def _as_csv(answers: list[dict[str, Any]]) -> str:
    """Write a line for each row: its number, the prediction, and the probability of each class."""
    file, first = io.StringIO(), answers[0] if answers else {}
    writer = csv.writer(file, lineterminator="\n")
    classes = first.get("probabilities", {})
    writer.writerow(["row", "prediction", *classes])
    for number, answer in enumerate(answers, start=1):
        writer.writerow([number, answer["prediction"], *answer.get("probabilities", {}).values()])
    return file.getvalue()
