"""How the columns of a table become inputs: each by an encoder, chosen by its name, and kept in the model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any, ClassVar, Self

import numpy as np

from ...arrays import AnyArray, Floats, Integers
from ...errors import DataError, UnknownNameError, UsageError
from ...registry import Registry
from .preprocessing import PREPROCESSINGS
from .table import (
    FeatureScaling,
    TablePreprocessing,
    check_computable,
    check_finite,
    columns_by_name,
    is_frame,
    units_of,
)

Blocks = Iterable[AnyArray]
A_DAY = timedelta(days=1)


class Encoder(ABC):
    """How one column becomes inputs; what it learned from the training rows is stored with it.

    A subclass is registered, `@ENCODERS.register("numbers")`, by the name that it is chosen by. The values of a column
    are numbers: dates are days since 1970, and words are numbered by the reader, whose list of them `fit` is given.
    What is missing is NaN.

    Attributes
    ----------
    name : str
        That name.
    inputs : int
        How many inputs a value becomes.
    takes_gaps : bool
        Whether NaN is a value like others; else it is refused.
    words : tuple of str
        What the values 0, 1, ... stand for, where they are words.
    kind : str
        As what a reader shall read its column: ``categories`` or ``dates``; empty for numbers.
    """

    name: ClassVar[str]
    kind: ClassVar[str] = ""
    inputs: int = 1
    takes_gaps: ClassVar[bool] = False
    words: tuple[str, ...] = ()

    @classmethod
    @abstractmethod
    def fit(cls, column: str, blocks: Blocks) -> Self:
        """Learn from a column's training values, (rows,) in each block; DataError if nothing can be learned."""

    @property
    def takes_truth(self) -> bool:
        """Whether its numbers may be yes and no, as all training values were within 0 and 1."""
        return False

    @classmethod
    @abstractmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the fields that a model file has; any of several errors if they make no sense."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Give what `of` takes, as plain values."""

    @abstractmethod
    def apply(self, values: AnyArray, out: Floats) -> None:
        """Write the inputs, (rows, inputs), of a column's values, (rows,)."""

    def read(self, column: str, values: AnyArray) -> AnyArray:
        """Make numbers, (rows,), of what a frame has in a column; DataError for what cannot be one."""
        return numbers_of(column, values)

    def unlike(self, values: AnyArray) -> dict[str, AnyArray]:
        """Tell which of a column's values, (rows,), are unlike all of the training rows: masks by what they are."""
        return {}

    def add_nodes(self, graph: Any, values: str) -> str:
        """Add to a graph of ONNX the nodes that do what `apply` does, from values (batch, 1) to inputs of float32.

        Values are float64, or strings where they have `words`, and a gap is an empty one. UsageError if it cannot.
        """
        raise UsageError("no ONNX nodes for an encoder", got=self.name, remedy="Override its add_nodes")

    def names(self, column: str) -> list[str]:
        """Say what each input is called: as its column, numbered where that has several."""
        return [column] if self.inputs == 1 else [f"{column} {k}" for k in range(self.inputs)]


def numbers_of(column: str, values: AnyArray) -> AnyArray:
    """Make float64 of a column of a frame, days of spans and times of day; what is missing is NaN."""
    if values.dtype.kind in "fiub":
        return values.astype(np.float64)
    try:
        if values.dtype.kind == "m":
            return np.where(np.isnat(values), np.nan, values / np.timedelta64(1, "D"))
        return np.array([np.nan if is_missing(value) else _number(value) for value in values])
    except (TypeError, ValueError) as error:
        raise DataError("not a number", expected="numbers", got=error, where=f"column {column!r}") from error


def _number(value: Any) -> float:
    if isinstance(value, time):
        value = datetime.combine(datetime.min, value.replace(tzinfo=None)) - datetime.min
    return value / A_DAY if isinstance(value, timedelta) else float(value)


def word_of(value: object) -> str | None:
    """Give what a kind is called, whole numbers alike, as which a column may hold them or not; None if missing."""
    if is_missing(value):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def places_of(words: Sequence[str]) -> dict[str, float]:
    """Give words their numbers; whole numbers also as a column with gaps is written, 3.0 for 3, or one without."""
    places = {word: float(place) for place, word in enumerate(words)}
    for word, place in list(places.items()):
        digits = word.removesuffix(".0")
        if digits.removeprefix("-").isdecimal():
            places.setdefault(f"{digits}.0" if digits == word else digits, place)
    return places


def is_missing(value: object) -> bool:
    """Tell whether a value says that it is not known: None, NaN, NaT or pandas' NA, or text of nothing but space."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or type(value).__name__ in ("NAType", "NaTType") or bool(value != value)


UNSEEN, GAPS = "values unseen in training", "gaps where training had none"
OUTSIDE = "values outside the training range"


def joined(blocks: Blocks) -> Floats:
    """Put the values of a column together, for what is fitted by their order."""
    return np.concatenate([np.asarray(block, np.float64) for block in blocks])


ENCODERS: Registry[type[Encoder]] = Registry("encoder", "glassnet.data.preprocessing")


@ENCODERS.register("numbers")
@dataclass(frozen=True)
class NumberEncoder(Encoder):
    """Numbers brought to mean 0 and deviation 1, as `FeatureScaling` brings all columns at once."""

    mean: float
    deviation: float

    @classmethod
    def fit(cls, column: str, blocks: Blocks) -> Self:
        """Take mean and deviation, as `FeatureScaling` does."""
        scaling = FeatureScaling.fit([column], (values[:, None] for values in blocks))
        return cls(scaling.means[0], scaling.deviations[0])

    @property
    def takes_truth(self) -> bool:
        """By mean and deviation: within 0 and 1 these vary most where they are nothing else."""
        return self.deviation**2 <= self.mean * (1 - self.mean) * (1 + 1e-9)

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of a finite mean and a positive deviation."""
        mean, deviation = float(description["mean"]), float(description["deviation"])
        if not (np.isfinite(mean) and 0 < deviation < np.inf):
            raise ValueError("invalid mean and deviation of a column")
        return cls(mean, deviation)

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return asdict(self)

    def apply(self, values: AnyArray, out: Floats) -> None:
        """Write the standardized numbers."""
        np.divide(values - self.mean, self.deviation, out=out[:, 0], casting="same_kind")

    def add_nodes(self, graph: Any, values: str) -> str:
        """Subtract and divide in double precision."""
        centered = graph.add("Sub", values, graph.constant(np.float64(self.mean)))
        return str(graph.cast(graph.add("Div", centered, graph.constant(np.float64(self.deviation))), np.float32))


@PREPROCESSINGS.register("columns")
@dataclass(frozen=True, repr=False)
class ColumnEncoding(TablePreprocessing):
    """The columns of a table side by side, each by its own encoder.

    Parameters
    ----------
    names : tuple of str
        Of the columns, in their order.
    encoders : tuple of Encoder
        One for each.
    units : tuple of str, optional
        As `FeatureScaling` has them.
    """

    names: tuple[str, ...]
    encoders: tuple[Encoder, ...]
    units: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "input_shape", (len(self.names),))

    def __repr__(self) -> str:
        return f"<ColumnEncoding of {self.takes}>"

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the fields that a model file has."""
        columns = description["columns"]
        names = tuple(column["name"] for column in columns)
        if not names or not all(isinstance(name, str) for name in names):
            raise ValueError("columns without names")
        encoders = tuple(ENCODERS[column["encoder"]].of(column["fields"]) for column in columns)
        return cls(names, encoders, units_of(description, names))

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        columns = [
            {"name": name, "encoder": encoder.name, "fields": encoder.describe()}
            for name, encoder in zip(self.names, self.encoders, strict=True)
        ]
        return {"kind": self.name, "columns": columns, **({"units": self.units} if self.units else {})}

    @cached_property
    def inputs(self) -> int:
        """The number of inputs of all columns."""
        return sum(encoder.inputs for encoder in self.encoders)

    @cached_property
    def input_places(self) -> tuple[slice, ...]:
        """Where the inputs of each column stand among all inputs."""
        ends = list(accumulate((encoder.inputs for encoder in self.encoders), initial=0))
        return tuple(map(slice, ends, ends[1:]))

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        """What each input is called."""
        return tuple(
            name for column, encoder in zip(self.names, self.encoders, strict=True) for name in encoder.names(column)
        )

    def refitted(self, rows: AnyArray) -> ColumnEncoding:
        """Fit the same encoders on other rows, (rows, columns)."""
        chosen = {name: encoder.name for name, encoder in zip(self.names, self.encoders, strict=True)}
        fitted = fit_columns(self.names, lambda: [rows], chosen, self.words)
        assert isinstance(fitted, ColumnEncoding)  # as encoders are chosen
        return replace(fitted, units=self.units)

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The words of each column that has words, by its name."""
        pairs = zip(self.names, self.encoders, strict=True)
        return {name: encoder.words for name, encoder in pairs if encoder.words}

    def unlike(self, rows: AnyArray) -> Iterator[tuple[str, str, Integers]]:
        """Give columns, what is unlike all training rows in them, and in which of the rows, (rows, columns)."""
        for name, encoder, values in zip(self.names, self.encoders, rows.T, strict=True):
            yield from ((name, what, np.flatnonzero(mask)) for what, mask in encoder.unlike(values).items())

    def flatten(self, examples: AnyArray) -> AnyArray:
        """Take rows of numbers as they are; of a frame the columns of these names, words as their numbers."""
        if not is_frame(examples):
            return super().flatten(examples)
        columns = columns_by_name(examples, self.names)
        pairs = zip(self.names, self.encoders, columns, strict=True)
        return np.stack([encoder.read(name, values) for name, encoder, values in pairs], axis=1)

    def scale(self, rows: AnyArray, out: Floats, first: int = 0) -> None:
        """Write the inputs of all columns, one after another."""
        check_finite(rows, self.names, first, gaps=np.array([encoder.takes_gaps for encoder in self.encoders]))
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is told below
            for column, (encoder, place) in enumerate(zip(self.encoders, self.input_places, strict=True)):
                encoder.apply(rows[:, column], out[:, place])
        check_computable(out, self.input_names, first)


def encoders_of(table: TablePreprocessing) -> tuple[Encoder, ...]:
    """Give the encoder of each column, also where all are scaled at once."""
    if isinstance(table, ColumnEncoding):
        return table.encoders
    if isinstance(table, FeatureScaling):
        return tuple(map(NumberEncoder, table.means, table.deviations))
    return (NumberEncoder(0.0, 1.0),) * len(table.names)


def fit_columns(
    names: Sequence[str],
    blocks: Callable[[], Blocks],
    chosen: Mapping[str, str] | None = None,
    words: Mapping[str, Sequence[str]] | None = None,
    most_cells: int | None = None,
) -> TablePreprocessing:
    """Fit what turns a table's rows into inputs, all by numbers but for the columns that an encoder is chosen for.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    blocks : callable
        Goes through all training rows, (rows, columns) in each block.
    chosen : mapping of str to str, optional
        The name of an encoder by that of a column.
    words : mapping of str to sequence of str, optional
        What the values 0, 1, ... of a column stand for, by its name.
    most_cells : int, optional
        How many cells encoders are fitted on, of rows that are evenly spread; on all by default.

    Raises
    ------
    UnknownNameError
        If there is no such column or encoder.
    DataError
        If a value is not a finite number, or there is no row.
    """
    for name in chosen or {}:
        if name not in names:
            raise UnknownNameError("column", name, names)
    if not chosen:
        return FeatureScaling.fit(names, blocks())
    kinds = [ENCODERS[chosen.get(name, NumberEncoder.name)] for name in names]
    rows = spread_rows(blocks(), None if most_cells is None else most_cells // len(names))
    encoders = []
    for column, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        known = {"words": tuple(words[name])} if words and name in words else {}
        encoders.append(kind.fit(name, [rows[:, column]], **known))
    return ColumnEncoding(tuple(names), tuple(encoders))


def gap_takers(names: Sequence[str], chosen: Mapping[str, str] | None) -> AnyArray | None:
    """Tell in which columns a value may be missing, by the encoders chosen for them; None if in none."""
    if not chosen:
        return None
    return np.array([name in chosen and ENCODERS[chosen[name]].takes_gaps for name in names])


def spread_rows(blocks: Blocks, most: int | None = None) -> AnyArray:
    """Put together all rows of all blocks, or of too many every second, fourth, eighth, ...: at most so many."""
    kept: list[AnyArray] = []
    stride, seen, held = 1, 0, 0
    for block in blocks:
        own = block[-seen % stride :: stride].copy()
        kept.append(own)
        seen, held = seen + len(block), held + len(own)
        while most is not None and held > most:
            together = np.concatenate(kept)[::2]
            kept, stride, held = [together], 2 * stride, len(together)
    return np.concatenate(kept) if kept else np.empty((0, 0))
