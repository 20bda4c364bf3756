"""A server for programs: rows of a table in, as JSON or CSV, and a model's answers out."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import math
from collections import Counter
from collections.abc import Callable, Collection
from itertools import chain, islice
from reprlib import repr as short
from typing import Any

import msgspec
import numpy as np
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..arrays import AnyArray
from ..data.preprocessing.encoders import Encoder, encoders_of, places_of
from ..data.preprocessing.preprocessing import Preprocessing
from ..data.preprocessing.table import TablePreprocessing
from ..data.readers.cells import Writing, is_gap
from ..data.readers.dates import DateWriting
from ..data.readers.dialect import records
from ..data.reading import DATES, ReadingOptions
from ..errors import DataError, GlassnetError, UsageError, listed
from .connections import LARGEST_BODY

LONG = 200_000  # bytes of a body that a thread answers, so that others do not wait for it
MOST = 50_000  # rows of a request, whose answers are much larger than short rows
LOCAL = ["127.0.0.1", "localhost"]
JSON, CSV = "application/json", "text/csv"
KINDS = {"": "a number", "categories": "a word", "dates": "a date such as 2024-12-31"}
TAKEN = "an object of values by column, or a list of objects, as JSON; or a table with a header as text/csv"
WRONG = (msgspec.DecodeError, GlassnetError, ValueError, OverflowError, RecursionError, csv.Error, ClientDisconnect)
Facts = dict[str, Any]
Rows = list[Facts]
Answers = Callable[[AnyArray], Rows]
WriteCsv = Callable[[Rows], str]


class RowReader:
    """What makes numbers of rows in requests, as of a file's; the options say how CSV and dates are written."""

    def __init__(self, table: Preprocessing, options: ReadingOptions) -> None:
        if not isinstance(table, TablePreprocessing):
            raise UsageError("no columns that could be asked for", expected="a model of a table", got=table.takes)
        self.encoders = dict(zip(table.names, encoders_of(table), strict=True))
        self.delimiter = options.delimiter or ","
        self.units = dict(zip(table.names, table.units or [""] * len(table.names), strict=True))
        self.read = {name: _reader(own, self.units[name], options) for name, own in self.encoders.items()}

    def described(self) -> Rows:
        """Say what each column holds."""
        return [
            {"name": name, "kind": own.kind or "numbers", "unit": self.units[name], "words": own.words}
            | {"may_be_missing": own.takes_gaps}
            for name, own in self.encoders.items()
        ]

    def inputs(self, rows: Rows) -> AnyArray:
        """Read all cells, (rows, columns); a DataError names the row, counted from 1, and the column."""
        for place, row in enumerate(rows, start=1):
            self._demand(row, f"row {place}")
        found = [[read(row[name]) for name, read in self.read.items()] for row in rows]
        for place, numbers in enumerate(found):
            if None in numbers:
                name = [*self.read][numbers.index(None)]
                expected, where = KINDS[self.encoders[name].kind], f"row {place + 1}, column {name!r}"
                raise DataError("an unreadable value", expected=expected, got=short(rows[place][name]), where=where)
        return np.array(found, np.float64)

    def rows_of_csv(self, body: bytes) -> Rows:
        """Read a table with a header."""
        text = io.StringIO(body.decode("utf-8-sig"), newline="")
        head, *rows = [*islice(filter(None, records(text, self.delimiter)), MOST + 2)] or [[]]
        self._demand(head, "the header")
        if twice := [name for name, times in Counter(head).items() if times > 1]:
            raise DataError("two columns of one name", got=short(twice[0]))
        for place, row in enumerate(rows, start=1):
            if (got := len(row)) != (width := len(head)):
                raise DataError("a row of the wrong width", expected=f"{width} columns", got=got, where=f"row {place}")
        return [dict(zip(head, row, strict=True)) for row in rows]

    def _demand(self, names: Collection[str], where: str) -> None:
        if missing := [repr(name) for name in self.read if name not in names]:
            got = listed([*map(short, names)] or ["none"], most=10)
            gaps = all(own.takes_gaps for name, own in self.encoders.items() if name not in names)
            wanted = f"{listed(missing)} too{', null for what is not known' * (gaps and where != 'the header')}"
            raise DataError("columns are missing", expected=wanted, got=got, where=where)


def _reader(encoder: Encoder, unit: str, options: ReadingOptions) -> Callable[[Any], float | None]:
    """Give what makes a number of a column's value: NaN of a gap, -1 of an unseen word, None of what it cannot be."""
    writing = Writing(options.decimal or ".", unit, encoder.takes_truth)
    numbers = places_of(encoder.words)
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
        if found is None and is_gap(text):
            return math.nan if encoder.takes_gaps else None
        if found is None and encoder.kind == "categories" and not isinstance(value, list | dict):
            return -1.0
        return found if found is not None and math.isfinite(found) else None

    return read


def application(reader: RowReader, answers: Answers, write_csv: WriteCsv, facts: Facts, host: str) -> Starlette:
    """Put the server together; at a local host it answers none who was led there by another name."""

    def answer(body: bytes, sent: str, wanted: str) -> Response:
        found = reader.rows_of_csv(body) if sent == CSV else msgspec.json.decode(body)
        rows = [found] if isinstance(found, dict) else found
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise DataError("no rows", expected=TAKEN, got=short(found))
        if len(rows) > MOST:
            raise DataError("too many rows", expected=f"at most {MOST:,} in a request")
        given = answers(reader.inputs(rows)) if rows else []
        ignored = [name[:100] for name in sorted({*chain(*rows)} - reader.read.keys())[:10]]
        headers = {"ignored-columns": json.dumps(ignored)} if ignored else None
        content = write_csv(given) if wanted == CSV else msgspec.json.encode(given if rows is found else given[0])
        return Response(content, media_type=wanted, headers=headers)

    async def predict(request: Request) -> Response:
        body, headers = await request.body(), request.headers
        sent = CSV if headers.get("content-type", "").lower().startswith(CSV) else JSON
        wanted = next((kind for kind in (JSON, CSV) if kind in headers.get("accept", "")), sent)
        return await asyncio.to_thread(answer, body, sent, wanted) if len(body) > LONG else answer(body, sent, wanted)

    async def refuse(_request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return JSONResponse({"error": error.detail}, error.status_code, error.headers)
        return JSONResponse({"error": error.finding if isinstance(error, GlassnetError) else str(error)}, 400)

    known = {"/": {**facts, "columns": reader.described(), "POST /predict": TAKEN}, "/health": {"status": "ok"}}
    told = [Route(path, JSONResponse(said), methods=["GET"]) for path, said in known.items()]
    return Starlette(
        routes=[*told, Route("/predict", predict, methods=["POST"])],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=LOCAL if host in LOCAL else ["*"])],
        exception_handlers=dict.fromkeys((*WRONG, HTTPException), refuse),
        max_body_size=LARGEST_BODY,
    )
