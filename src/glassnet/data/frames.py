"""Frames of any library as a table: numbers, words by their numbers, and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from ..arrays import AnyArray
from .preprocessing.column_encoders import dates_of
from .preprocessing.encoders import is_missing, numbers_of, word_of
from .preprocessing.table import columns_by_name, names_of

NUMBERS = (int, float, Decimal, timedelta, time)


@dataclass(frozen=True)
class FrameColumns:
    """The columns of a frame, as encoders take them.

    Parameters
    ----------
    rows : ndarray of shape (rows, columns), float64
        Numbers; words by their places in `words`; dates as days since 1970. NaN for what is missing.
    names : tuple of str
        Of the columns.
    kinds : dict of str to str
        Which encoder suits each: ``robust``, ``categories`` or ``dates``.
    words : dict of str to tuple of str
        The words of each column of categories.
    """

    rows: AnyArray
    names: tuple[str, ...]
    kinds: dict[str, str]
    words: dict[str, tuple[str, ...]]


def read_frame(frame: Any, categories: Sequence[str] = ()) -> FrameColumns:
    """Read all columns of a frame; those of words, and those that are named, are categories.

    Parameters
    ----------
    frame : DataFrame
        Of pandas, polars or pyarrow.
    categories : sequence of str, optional
        Columns of numbers whose values are names of kinds.

    Raises
    ------
    DataError
        If a value is neither a number, a date nor a word.
    """
    own = names_of(frame)
    names = [str(name) for name in own]
    read, kinds, words = [], {}, {}
    for key, name, values in zip(own, names, columns_by_name(frame, names), strict=True):
        # pandas knows categories that are numbers.
        category = name in categories or hasattr(getattr(frame[key], "dtype", None), "categories")
        kind = kinds[name] = "categories" if category else _kind(values)
        if kind == "categories":
            numbers, words[name] = _numbered(values)
        else:
            numbers = dates_of(name, values) if kind == "dates" else numbers_of(name, values)
        read.append(numbers)
    return FrameColumns(np.stack(read, axis=1), tuple(names), kinds, words)


def _kind(values: AnyArray) -> str:
    if values.dtype.kind in "Mfium":
        return "dates" if values.dtype.kind == "M" else "robust"
    known = [value for value in values.tolist() if not is_missing(value)]
    if known and all(isinstance(value, date) for value in known):
        return "dates"
    numbers = all(isinstance(value, NUMBERS) and not isinstance(value, bool) for value in known)
    return "robust" if numbers else "categories"


def _numbered(values: AnyArray) -> tuple[AnyArray, tuple[str, ...]]:
    """Give words their numbers, in alphabetical order."""
    texts = [word_of(value) for value in values.tolist()]
    words = tuple(sorted({text for text in texts if text is not None}))
    places = {word: float(place) for place, word in enumerate(words)}
    return np.array([np.nan if text is None else places[text] for text in texts]), words
