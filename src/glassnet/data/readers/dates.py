"""Dates and times as text tables write them, read as days since 1970."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from ...arrays import Floats

TIME = re.compile(r"(?:^|[ tT]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?: ?([aApP])[mM])?$")
ZONE = re.compile(r" ?(?:[zZ]|UTC|utc|([+-])(\d{2}):?(\d{2}))$")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
WORDED = ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y", "%b %d %Y", "%B %d %Y")
CENTURY = 69  # two digits from here on are of the twentieth, as in C and Python
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class DateWriting:
    """How the dates of a column are written.

    Parameters
    ----------
    day_first : bool
        Whether 3/4/2024 is in April.

    Examples
    --------
    >>> [DateWriting(True).days(text) for text in ("1970-01-02", "2/1/1970", "3 Jan 1970 12:00", "soon")]
    [1.0, 1.0, 2.5, None]
    >>> DateWriting(False).days("2/1/1970")
    31.0
    """

    day_first: bool = True

    def days(self, cell: str) -> float | None:
        """Read a cell, in UTC if it names a zone; None if it is no date. A time alone is that of the first day."""
        return _days(cell, self.day_first)

    def numbers(self, cells: Sequence[str]) -> Floats:
        """Read all cells; NaN for what is no date."""
        found = (self.days(cell) for cell in cells)
        return np.array([np.nan if days is None else days for days in found])


@lru_cache(1 << 16)
def _days(cell: str, day_first: bool) -> float | None:
    zone = ZONE.search(cell) if ":" in cell else None
    text = cell[: zone.start()] if zone else cell
    time, fraction = TIME.search(text), 0.0
    if time:
        hours, minutes, seconds = int(time[1]), int(time[2]), float(f"{time[3] or 0}.{time[4] or 0}")
        if time[5]:
            hours = hours % 12 + 12 * (time[5] in "pP")
        if hours > 24 or minutes > 59 or seconds >= 61:
            return None
        fraction, text = (hours * 3600 + minutes * 60 + seconds) / 86_400, text[: time.start()]
        if not text:
            return fraction
        if zone and zone[1]:
            fraction -= int(f"{zone[1]}1") * (int(zone[2]) * 60 + int(zone[3])) / 1_440
    date = _date(text.strip(), day_first)
    return None if date is None else (date - EPOCH).days + fraction


def _date(text: str, day_first: bool) -> datetime | None:
    try:
        if found := YEAR_FIRST.fullmatch(text):
            return datetime(int(found[1]), int(found[2]), int(found[3] or 1))
        if found := NUMBERS.fullmatch(text):
            day, month = (int(found[1]), int(found[2]))[:: 1 if day_first else -1]
            year = int(found[3])
            if len(found[3]) == 2:
                year += 1900 if year >= CENTURY else 2000
            return datetime(year, month, day)
    except ValueError:
        return None
    plain = text.replace(",", "")
    for form in WORDED:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    return None


def written_as(cells: Sequence[str], day_first: bool | None = None) -> tuple[DateWriting, bool]:
    """Tell by a sample how the dates of a column are written, and whether day and month could be swapped.

    >>> written_as(["3/14/2024", "1/2/2024"]), written_as(["3/4/2024"])
    ((DateWriting(day_first=False), False), (DateWriting(day_first=True), True))
    """
    if day_first is not None:
        return DateWriting(day_first), False
    known = {first: sum(_days(cell, first) is not None for cell in cells) for first in (True, False)}
    return DateWriting(known[True] >= known[False]), known[True] == known[False] and depend_on_order(cells)


def depend_on_order(cells: Sequence[str]) -> bool:
    """Tell whether dates are others, or none, where the month comes first."""
    return any(_days(cell, True) != _days(cell, False) for cell in cells)
