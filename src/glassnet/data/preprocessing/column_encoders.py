"""The encoders of columns that have gaps, outliers, words and dates, as tables of the world have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from functools import cached_property
from typing import Any, Self

import numpy as np

from ...arrays import AnyArray, Floats
from ...errors import DataError
from .encoders import ENCODERS, GAPS, OUTSIDE, UNSEEN, Blocks, Encoder, is_missing, word_of

MOST_VALUES = 100  # of a column of words that are told apart
OTHERS = "other values"
MICROSECONDS = 86_400_000_000  # of a day
LARGE = 1e150
ROUNDING = 1e-7  # of a day: as a part of days an hour is rounded, and 7:00 shall not be in the sixth
CALENDAR = ("year", "month", "day", "weekday", "hour", "time")
CYCLES = {"month": 365, "day": 31, "weekday": 7, "hour": 1}  # days after which a part comes again


@ENCODERS.register("robust")
@dataclass(frozen=True)
class RobustEncoder(Encoder):
    """Numbers by their rank rather than by their size: outliers stay outliers, but no longer rule the scale.

    ::

        x = asinh((v − m) / d)

    with the median m, and the distance d of the quartiles; where these coincide, half of that of the extremes. A gap
    is taken for the median, and where the training rows have some, a second input is 1 in rows with a gap.

    Parameters
    ----------
    median : float
        m, in the column's unit.
    spread : float
        d, in the same unit, above 0.
    marks_gaps : bool
        Whether there is the second input.
    lowest, highest : float
        The smallest and the largest training value.
    """

    median: float
    spread: float
    marks_gaps: bool
    lowest: float
    highest: float
    takes_gaps = True

    @classmethod
    def fit(cls, column: str, blocks: Blocks) -> Self:
        """Take median and quartiles; of a column that is empty, 0 and 1."""
        values = np.concatenate([np.asarray(block, np.float64) for block in blocks])
        known = values[~np.isnan(values)]
        if not len(known):
            return cls(0.0, 1.0, True, 0.0, 0.0)
        low, below, median, above, high = np.quantile(known, (0, 0.25, 0.5, 0.75, 1)).tolist()
        spread = above - below or (high - low) / 2 or 1.0
        return cls(median, spread, len(known) < len(values), low, high)

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of finite numbers, of which the spread is positive."""
        numbers = {name: float(description[name]) for name in ("median", "spread", "lowest", "highest")}
        if not np.isfinite([*numbers.values()]).all() or not numbers["spread"] > 0:
            raise ValueError("invalid median and spread of a column")
        return cls(**numbers, marks_gaps=bool(description["marks_gaps"]))

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return asdict(self)

    @property
    def inputs(self) -> int:  # type: ignore[override]
        """One, and another that marks gaps."""
        return 1 + self.marks_gaps

    def names(self, column: str) -> list[str]:
        """Say what each input is called."""
        return [column, f"{column} is missing"][: self.inputs]

    def apply(self, values: AnyArray, out: Floats) -> None:
        """Write the numbers, and where gaps are."""
        gaps = np.isnan(values)
        scaled = np.where(gaps, 0.0, (values - self.median) / self.spread)
        np.arcsinh(scaled, out=out[:, 0], casting="same_kind")
        if self.marks_gaps:
            out[:, 1] = gaps

    def unlike(self, values: AnyArray) -> dict[str, AnyArray]:
        """Find gaps where there were none, and numbers below the lowest or above the highest."""
        outside = (values < self.lowest) | (values > self.highest)
        return {GAPS: np.isnan(values) & (not self.marks_gaps), OUTSIDE: outside}

    def add_nodes(self, graph: Any, values: str) -> str:
        """Do the same in double precision: asinh(x) is the logarithm of |x| + √(x² + 1), with the sign of x."""
        gaps = graph.add("IsNaN", values)
        centered = graph.add("Sub", values, graph.constant(np.float64(self.median)))
        scaled = graph.add("Div", centered, graph.constant(np.float64(self.spread)))
        scaled = graph.add("Where", gaps, graph.constant(np.float64(0)), scaled)
        size = graph.add("Abs", scaled)
        # Of a large number the square overflows, and the root is the number itself.
        bounded = graph.add("Min", size, graph.constant(np.float64(LARGE)))
        root = graph.add("Sqrt", graph.add("Add", graph.add("Mul", bounded, bounded), graph.constant(np.float64(1))))
        rest = graph.add(
            "Max", graph.add("Sub", size, graph.constant(np.float64(LARGE))), graph.constant(np.float64(0))
        )
        logarithm = graph.add("Log", graph.add("Add", graph.add("Add", size, root), rest))
        inputs = str(graph.cast(graph.add("Mul", graph.add("Sign", scaled), logarithm), np.float32))
        if not self.marks_gaps:
            return inputs
        return str(graph.add("Concat", inputs, graph.cast(gaps, np.float32), axis=1))


@ENCODERS.register("categories")
@dataclass(frozen=True)
class CategoryEncoder(Encoder):
    """Words, or numbers that stand for kinds: an input for each value, 1 where it is that; of two values −1 and 1.

    A gap is a value of its own, if the training rows have one. Of more than a hundred values the rarest are one
    together. What was never seen gives zeros.

    Parameters
    ----------
    groups : tuple of int
        The input of each word, and then that of a gap; −1 of what the training rows do not have.
    words : tuple of str
        What the numbers 0, 1, ... of the column stand for.
    """

    groups: tuple[int, ...]
    words: tuple[str, ...] = ()
    takes_gaps = True
    kind = "categories"

    @classmethod
    def fit(cls, column: str, blocks: Blocks, words: tuple[str, ...] = ()) -> Self:
        """Count the values; numbers without words are their own, 0, 1, 2, ..."""
        values = np.concatenate([np.asarray(block, np.float64) for block in blocks])
        gaps = int(np.isnan(values).sum())
        counts = np.bincount(values[~np.isnan(values)].astype(np.intp), minlength=len(words))
        every = np.append(counts, gaps)
        seen = np.flatnonzero(every)
        groups = np.full(len(every), -1)
        if len(seen) > MOST_VALUES:
            rank = np.argsort(-every[seen], kind="stable")
            groups[seen[rank]] = np.minimum(np.arange(len(seen)), MOST_VALUES - 1)
        else:
            groups[seen] = np.arange(len(seen))
        return cls(tuple(groups.tolist()), tuple(words) or tuple(map(str, range(len(counts)))))

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of words and the input of each."""
        words, groups = tuple(description["words"]), tuple(description["groups"])
        known = all(isinstance(word, str) for word in words) and len(set(words)) == len(words)
        if not known or len(groups) != len(words) + 1 or set(groups) - {-1} != set(range(max(groups, default=-1) + 1)):
            raise ValueError("invalid words of a column")
        return cls(tuple(map(int, groups)), words)

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return asdict(self)

    @cached_property
    def values(self) -> int:
        """How many values are told apart."""
        return max(self.groups) + 1

    @cached_property
    def _known(self) -> AnyArray:
        return np.append(self.groups, -1)  # the last is of what was never seen, -1

    @property
    def inputs(self) -> int:  # type: ignore[override]
        """As many as values; one for two."""
        return 1 if self.values <= 2 else self.values

    def names(self, column: str) -> list[str]:
        """Say what each input is called: the column, and the value that it stands for."""
        called = ["" for _ in range(self.values)]
        for word, group in zip((*self.words, "missing"), self.groups, strict=True):
            if group >= 0:
                called[group] = OTHERS if called[group] else word
        return [f"{column} = {word}" for word in (called if self.inputs > 1 else called[-1:])]

    def read(self, column: str, values: AnyArray) -> AnyArray:
        """Give the numbers of a frame's words; -1 of what is not among them."""
        places: dict[str, float] = {word_of(word): float(place) for place, word in enumerate(self.words)}
        return np.array([np.nan if is_missing(value) else places.get(word_of(value), -1.0) for value in values])

    def apply(self, values: AnyArray, out: Floats) -> None:
        """Write zeros and ones, or -1 and 1."""
        groups = self._groups_of(values)
        if self.inputs == 1:
            np.copyto(out[:, 0], np.array([-1.0, 1.0, 0.0])[groups] if self.values == 2 else 0.0, casting="same_kind")
        else:
            np.equal(groups[:, None], np.arange(self.inputs), out=out, casting="unsafe")

    def _groups_of(self, values: AnyArray) -> AnyArray:
        """Give the input of each value, -1 of what was never seen."""
        places = np.where(np.isnan(values), len(self.words), values).astype(np.intp)
        groups: AnyArray = self._known[np.where((places >= 0) & (places <= len(self.words)), places, -1)]
        return groups

    def unlike(self, values: AnyArray) -> dict[str, AnyArray]:
        """Find values that were never seen, gaps among them."""
        gaps, unseen = np.isnan(values), self._groups_of(values) < 0
        return {GAPS: unseen & gaps, UNSEEN: unseen & ~gaps}

    def add_nodes(self, graph: Any, values: str) -> str:
        """Look each word up, and compare its number with that of each input."""
        known = dict(zip(("", *self.words), (self.groups[-1], *self.groups), strict=False))
        pairs = {"keys_strings": list(known), "values_floats": [float(group) for group in known.values()]}
        groups = graph.add("LabelEncoder", values, domain="ai.onnx.ml", default_float=-1.0, **pairs)
        if self.inputs > 1:
            places = graph.constant(np.arange(self.inputs, dtype=np.float32)[None])
            return str(graph.cast(graph.add("Equal", groups, places), np.float32))
        if self.values < 2:
            return str(graph.add("Mul", groups, graph.constant(np.float32(0))))
        # 0, 1 and, of what is not known, -1 become -1, 1 and 0.
        sign = graph.add("Sub", graph.add("Mul", groups, graph.constant(np.float32(2))), graph.constant(np.float32(1)))
        seen = graph.cast(graph.add("GreaterOrEqual", groups, graph.constant(np.float32(0))), np.float32)
        return str(graph.add("Mul", sign, seen))


@ENCODERS.register("dates")
@dataclass(frozen=True)
class DateEncoder(Encoder):
    """Dates and times, as days since 1970: what the calendar says of them, as far as it varies in the training rows.

    Parameters
    ----------
    parts : tuple of pairs of str and RobustEncoder
        ``year``, ``month``, ``day``, ``weekday`` (Monday is 0), ``hour``, ``time`` in days, and how each is scaled.
    """

    parts: tuple[tuple[str, RobustEncoder], ...]
    takes_gaps = True
    kind = "dates"

    @classmethod
    def fit(cls, column: str, blocks: Blocks) -> Self:
        """Choose the parts that vary; of several that tell the same, the days alone."""
        values = np.concatenate([np.asarray(block, np.float64) for block in blocks])
        found = calendar(values)
        fitted = {part: RobustEncoder.fit(column, [numbers]) for part, numbers in found.items()}
        varying = {part: scale for part, scale in fitted.items() if scale.lowest < scale.highest}
        chosen = varying or {"time": fitted["time"]}
        first = next(iter(chosen))
        return cls(
            tuple(
                (part, replace(scale, marks_gaps=scale.marks_gaps and part == first)) for part, scale in chosen.items()
            )
        )

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the parts and their scales."""
        parts = tuple((part["part"], RobustEncoder.of(part["fields"])) for part in description["parts"])
        if not parts or not all(part in CALENDAR for part, _ in parts):
            raise ValueError("invalid parts of dates")
        return cls(parts)

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return {"parts": [{"part": part, "fields": scale.describe()} for part, scale in self.parts]}

    @property
    def inputs(self) -> int:  # type: ignore[override]
        """Those of all parts."""
        return sum(scale.inputs for _, scale in self.parts)

    def names(self, column: str) -> list[str]:
        """Say what each input is called."""
        return [
            f"{column} is missing" if number else f"{column}: {part}"
            for part, scale in self.parts
            for number in range(scale.inputs)
        ]

    def read(self, column: str, values: AnyArray) -> AnyArray:
        """Give the days since 1970 of a frame's dates."""
        return dates_of(column, values)

    def apply(self, values: AnyArray, out: Floats) -> None:
        """Write the parts, one after another."""
        found, start = calendar(values), 0
        for part, scale in self.parts:
            scale.apply(found[part], out[:, start : start + scale.inputs])
            start += scale.inputs

    def unlike(self, values: AnyArray) -> dict[str, AnyArray]:
        """Find gaps where there were none, and dates before the first or after the last, if that is known."""
        scales = dict(self.parts)
        outside = scales["time"].unlike(values)[OUTSIDE] if "time" in scales else np.zeros(len(values), bool)
        return {GAPS: np.isnan(values) & (not any(scale.marks_gaps for scale in scales.values())), OUTSIDE: outside}

    def add_nodes(self, graph: Any, values: str) -> str:
        """Compute the same calendar by arithmetic."""
        found = _add_calendar(graph, values)
        return str(graph.add("Concat", *(scale.add_nodes(graph, found[part]) for part, scale in self.parts), axis=1))


@ENCODERS.register("seasons")
class SeasonEncoder(DateEncoder):
    """Of dates what comes again: of later ones, year and days since 1970 are beyond all that a network has seen."""

    @classmethod
    def fit(cls, column: str, blocks: Blocks) -> Self:
        """Choose the parts that come again; the hour, if none does."""
        values = np.concatenate([np.asarray(block, np.float64) for block in blocks])
        found, chosen = calendar(values), seasons_of(values) or ["hour"]
        return cls(tuple((part, RobustEncoder.fit(column, [found[part]])) for part in chosen))


def seasons_of(days: AnyArray) -> list[str]:
    """Name the parts of dates that vary, and over whose whole cycle the dates reach."""
    known = days[~np.isnan(days)]
    found = calendar(known)
    return [part for part, cycle in CYCLES.items() if len(known) and np.ptp(known) >= cycle and np.ptp(found[part])]


def days_of(dates: Any) -> Floats:
    """Give days since 1970 as float64; NaN for what is no date."""
    dates = np.asarray(dates, "datetime64[us]")
    return np.where(np.isnat(dates), np.nan, dates.astype(np.int64) / MICROSECONDS)


def dates_of(column: str, values: AnyArray) -> Floats:
    """Give the days since 1970 of a frame's column; DataError for what is no date."""
    try:
        return days_of(values if values.dtype.kind == "M" else [_without_zone(value) for value in values])
    except (TypeError, ValueError) as error:
        raise DataError("not a date", expected="dates", got=error, where=f"column {column!r}") from error


def _without_zone(value: Any) -> Any:
    """Give a date or a time, by the clock of Greenwich if it has a time zone; None if it is missing."""
    if is_missing(value):
        return None
    return value.astimezone(UTC).replace(tzinfo=None) if getattr(value, "tzinfo", None) else value


def calendar(days: AnyArray) -> dict[str, Floats]:
    """Give what the calendar says of days since 1970, each part as float64 with NaN where the days are that."""
    gaps = np.isnan(days)
    near = np.where(gaps, 0, days + ROUNDING)
    whole = np.floor(near)
    dates = whole.astype(np.int64).astype("datetime64[D]")
    months, years = dates.astype("datetime64[M]"), dates.astype("datetime64[Y]")
    parts = {
        "year": years.astype(np.int64) + 1970,
        "month": (months - years).astype(np.int64) + 1,
        "day": (dates - months).astype(np.int64) + 1,
        "weekday": (whole + 3) % 7,  # 1 January 1970 was a Thursday
        "hour": np.floor((near - whole) * 24),
        "time": days,
    }
    return {part: np.where(gaps, np.nan, numbers.astype(np.float64)) for part, numbers in parts.items()}


def _add_calendar(graph: Any, days: str) -> dict[str, str]:
    """Add nodes that do what `calendar` does, in float64, whose NaN stays NaN.

    By H. Hinnant's "chrono-compatible low-level date algorithms" (2013): years that begin in March have their leap day
    at the end, and 400 of them 146,097 days.
    """

    def number(value: float) -> str:
        return str(graph.constant(np.float64(value)))

    def divided(value: str, by: float) -> str:
        return str(graph.add("Floor", graph.add("Div", value, number(by))))

    def less(value: str, other: str, times: float = 1) -> str:
        return str(graph.add("Sub", value, graph.add("Mul", other, number(times))))

    def plus(value: str, more: float) -> str:
        return str(graph.add("Add", value, number(more)))

    near = plus(days, ROUNDING)
    whole = graph.add("Floor", near)
    shifted = plus(whole, 719_468)
    era = divided(shifted, 146_097)
    day_of_era = less(shifted, era, 146_097)
    leaps = less(less(day_of_era, divided(day_of_era, 1_460)), divided(day_of_era, 36_524), -1)
    year_of_era = divided(less(leaps, divided(day_of_era, 146_096)), 365)
    before = less(
        less(graph.add("Mul", year_of_era, number(365)), divided(year_of_era, 4), -1), divided(year_of_era, 100)
    )
    day_of_year = less(day_of_era, before)
    month = divided(plus(graph.add("Mul", day_of_year, number(5)), 2), 153)  # 0 is March
    day = plus(less(day_of_year, divided(plus(graph.add("Mul", month, number(153)), 2), 5)), 1)
    late = graph.cast(graph.add("GreaterOrEqual", month, number(10)), np.float64)  # January and February
    year = graph.add("Add", graph.add("Add", year_of_era, graph.add("Mul", era, number(400))), late)
    weekday = plus(whole, 3)
    return {
        "year": year,
        "month": less(plus(month, 3), late, 12),
        "day": day,
        "weekday": less(weekday, divided(weekday, 7), 7),
        "hour": graph.add("Floor", graph.add("Mul", less(near, whole), number(24))),
        "time": days,
    }
