"""A server for programs: rows of a table in, as JSON or CSV, and a model's answers out."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from itertools import chain
from reprlib import repr as short
from typing import Any

import msgspec
import numpy as np
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..data.preprocessing.column_encoders import RobustEncoder
from ..data.preprocessing.encoders import ColumnEncoding, Encoder, NumberEncoder
from ..data.preprocessing.table import TablePreprocessing
from ..data.readers.cells import Writing, is_gap
from ..data.readers.dates import DateWriting
from ..data.readers.dialect import records
from ..data.reading import DATES, ReadingOptions
from ..errors import DataError, GlassnetError, UsageError, listed
from ..model.model import Model
from .connections import LARGEST_BODY

LONG = 200_000  # bytes of a body that a thread answers, so that others do not wait for it
LOCAL = ["127.0.0.1", "localhost"]
JSON, CSV = "application/json", "text/csv"
KINDS = {"": "a number", "categories": "a word", "dates": "a date such as 2024-12-31"}
TAKEN = "an object of values by column, or a list of objects, as JSON; or a table with a header as text/csv"
WRONG = (GlassnetError, ValueError, OverflowError, RecursionError, csv.Error, ClientDisconnect)
Rows = list[dict[str, Any]]


class Predictor:
    """A model of a table, asked by rows as JSON and CSV have them; the options say how CSV and dates are written."""

    def __init__(self, model: Model, options: ReadingOptions, target: str = "") -> None:
        self.model, self.delimiter, table = model, options.delimiter or ",", model.preprocessing
        if not isinstance(table, TablePreprocessing):
            raise UsageError("no columns that could be asked for", expected="a model of a table", got=table.takes)
        numbers = (NumberEncoder(0.0, 1.0),) * len(table.names)
        encoders = table.encoders if isinstance(table, ColumnEncoding) else numbers
        self.encoders = dict(zip(table.names, encoders, strict=True))
        units = dict(zip(table.names, table.units, strict=False))
        self.read = {name: _reader(own, units.get(name, ""), options) for name, own in self.encoders.items()}
        columns = [
            {"name": name, "kind": own.kind or "numbers", "words": own.words, "gaps": own.takes_gaps}
            for name, own in self.encoders.items()
        ]
        self.facts = {"predicts": target, "classes": model.class_names, "unit": model.unit, "columns": columns}

    def answer(self, body: bytes, sent: str, wanted: str) -> Response:
        """Answer for all rows of a body."""
        found = _read_csv(body, self.delimiter) if sent == CSV else msgspec.json.decode(body)
        rows = [found] if isinstance(found, dict) else found
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise DataError("no rows", expected=TAKEN, got=short(found))
        answers = self._answers(self._numbers(rows)) if rows else []
        ignored = [name[:100] for name in sorted({*chain(*rows)} - self.read.keys())[:10]]
        headers = {"ignored-columns": json.dumps(ignored)} if ignored else None
        content = _as_csv(answers) if wanted == CSV else msgspec.json.encode(answers if rows is found else answers[0])
        return Response(content, media_type=wanted, headers=headers)

    def _numbers(self, rows: Rows) -> list[list[float | None]]:
        """Read all cells; a DataError names the row, counted from 1, and the column of one that cannot be read."""
        for place, row in enumerate(rows, start=1):
            if missing := [repr(name) for name in self.read if name not in row]:
                got = listed([*map(short, row)], most=10)
                raise DataError("columns are missing", expected=f"{listed(missing)} too", got=got, where=f"row {place}")
        found = [[read(row[name]) for name, read in self.read.items()] for row in rows]
        for place, numbers in enumerate(found):
            if None in numbers:
                name = [*self.read][numbers.index(None)]
                expected, where = KINDS[self.encoders[name].kind], f"row {place + 1}, column {name!r}"
                raise DataError("an unreadable value", expected=expected, got=short(rows[place][name]), where=where)
        return found

    def _answers(self, rows: list[list[float | None]]) -> Rows:
        """Give what `glassnet predict --json` says of each row."""
        model, inputs = self.model, np.array(rows, np.float64)
        if not model.class_names:
            return [{"prediction": number} for number in model.predict(inputs, first=1).tolist()]
        names, probabilities = model.class_names, model.predict_probabilities(inputs, first=1)
        return [
            {"prediction": names[best], "probabilities": dict(zip(names, row, strict=True))}
            for best, row in zip(probabilities.argmax(axis=1).tolist(), probabilities.tolist(), strict=True)
        ]


def _reader(encoder: Encoder, unit: str, options: ReadingOptions) -> Callable[[Any], float | None]:
    """Give what makes a number of a column's value, as of a file's: NaN of a gap, None of what it cannot be."""
    truth = isinstance(encoder, RobustEncoder) and 0 <= encoder.lowest <= encoder.highest <= 1  # of yes and no
    writing = Writing(options.decimal or ".", unit, truth)
    numbers = {word: float(number) for number, word in enumerate(encoder.words)}
    orders = [DateWriting(order == DATES[0]) for order in DATES if options.dates in ("", order)]

    def read(value: Any) -> float | None:
        if isinstance(value, int | float) and not isinstance(value, bool) and not encoder.kind:
            return float(value)
        text = "" if value is None else str(value).strip()
        if encoder.kind == "dates":
            days = {order.days(text) for order in orders} - {None}
            found = days.pop() if len(days) == 1 else None  # of two, one has day and month swapped
        else:
            found = numbers.get(text) if encoder.kind else writing.number(text)
        if found is not None or is_gap(text):
            return np.nan if found is None else found
        return -1.0 if encoder.kind == "categories" and not isinstance(value, list | dict) else None  # -1: unseen

    return read


def _read_csv(body: bytes, delimiter: str) -> Rows:
    head, *rows = [*filter(None, records(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter))] or [[]]
    for place, row in enumerate(rows, start=1):
        if len(row) != len(head):
            expected, where = f"{len(head)} columns", f"row {place}"
            raise DataError("a row of the wrong width", expected=expected, got=len(row), where=where)
    return [dict(zip(head, row, strict=True)) for row in rows]


def _as_csv(answers: Rows) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["row", "prediction", *(answers[0].get("probabilities", ()) if answers else ())])
    for place, answer in enumerate(answers, start=1):
        writer.writerow([place, answer["prediction"], *answer.get("probabilities", {}).values()])
    return file.getvalue()


def application(predictor: Predictor, host: str) -> Starlette:
    """Put the server together; at a local host it answers none who was led there by another name."""

    async def predict(request: Request) -> Response:
        body, headers = await request.body(), request.headers
        sent = CSV if headers.get("content-type", "").startswith(CSV) else JSON
        wanted = next((kind for kind in (JSON, CSV) if kind in headers.get("accept", "")), sent)
        asked = (body, sent, wanted)
        return await asyncio.to_thread(predictor.answer, *asked) if len(body) > LONG else predictor.answer(*asked)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def describe(_request: Request) -> Response:
        return JSONResponse({"model": repr(predictor.model).strip("<>"), **predictor.facts, "POST /predict": TAKEN})

    async def refuse(_request: Request, error: Exception) -> Response:
        return JSONResponse({"error": error.finding if isinstance(error, GlassnetError) else str(error)}, 400)

    return Starlette(
        routes=[Route("/", describe), Route("/health", health), Route("/predict", predict, methods=["POST"])],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=LOCAL if host in LOCAL else ["*"])],
        exception_handlers=dict.fromkeys(WRONG, refuse),
        max_body_size=LARGEST_BODY,
    )
