"""How the columns of a table become inputs: each by an encoder, chosen by its name, and kept in the model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from ...arrays import AnyArray, Floats
from ...errors import UnknownNameError
from ...registry import Registry
from .preprocessing import PREPROCESSINGS
from .table import FeatureScaling, TablePreprocessing, check_computable, check_finite, units_of

Blocks = Iterable[AnyArray]


class Encoder(ABC):
    """How one column becomes inputs; what it learned from the training rows is stored with it.

    A subclass is registered, `@ENCODERS.register("numbers")`, by the name that it is chosen by. The values of a column
    are numbers, as readers give no others.

    Attributes
    ----------
    name : str
        That name.
    inputs : int
        How many inputs a value becomes.
    """

    name: ClassVar[str]
    inputs: int = 1

    @classmethod
    @abstractmethod
    def fit(cls, column: str, blocks: Blocks) -> Self:
        """Learn from a column's training values, (rows,) in each block; DataError if nothing can be learned."""

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

    @property
    def input_names(self) -> tuple[str, ...]:
        """What each input is called: as its column, numbered where that has several."""
        pairs = zip(self.names, self.encoders, strict=True)
        return tuple(
            name if encoder.inputs == 1 else f"{name} {k}" for name, encoder in pairs for k in range(encoder.inputs)
        )

    def scale(self, rows: AnyArray, out: Floats, first: int = 0) -> None:
        """Write the inputs of all columns, one after another."""
        check_finite(rows, self.names, first)
        start = 0
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is told below
            for column, encoder in enumerate(self.encoders):
                encoder.apply(rows[:, column], out[:, start : start + encoder.inputs])
                start += encoder.inputs
        check_computable(out, self.input_names, first)


def fit_columns(
    names: Sequence[str], blocks: Callable[[], Blocks], chosen: Mapping[str, str] | None = None
) -> TablePreprocessing:
    """Fit what turns a table's rows into inputs, all by numbers but for the columns that an encoder is chosen for.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    blocks : callable
        Goes through all training rows, (rows, columns) in each block; called once, or once a column.
    chosen : mapping of str to str, optional
        The name of an encoder by that of a column.

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
    encoders = (
        kind.fit(name, (block[:, column] for block in blocks()))
        for column, (name, kind) in enumerate(zip(names, kinds, strict=True))
    )
    return ColumnEncoding(tuple(names), tuple(encoders))
