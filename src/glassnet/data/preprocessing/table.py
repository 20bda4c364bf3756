"""The columns of a table as a network takes them: each of mean 0 and deviation 1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np

from ...arrays import AnyArray, Floats, squarable_unit
from ...errors import DataError, listed
from .preprocessing import PREPROCESSINGS, Preprocessing

# What a column that never varied is divided by: whatever a later row has in it, nothing of it reaches the network,
# which learned nothing of it.
NEVER_VARIED = float(np.finfo(np.float64).max)

NUMBERED = re.compile(r"column \d+")  # what columns without names are called


class TablePreprocessing(Preprocessing):
    """What takes a table's columns, by name where it is a frame."""

    names: tuple[str, ...]
    units: tuple[str, ...]  # what stood beside each column's numbers in the training file, such as %; () if nothing did

    @property
    def takes(self) -> str:
        """What it takes, in words."""
        return f"rows of {len(self.names):,} columns ({listed(self.names, most=5)})"

    @property
    def input_names(self) -> tuple[str, ...]:
        """What each input is called."""
        return self.names

    @property
    def input_places(self) -> tuple[slice, ...]:
        """Where the inputs of each column stand among all inputs."""
        return tuple(slice(place, place + 1) for place in range(len(self.names)))

    def flatten(self, examples: AnyArray) -> AnyArray:
        """Take rows of numbers as they are; of a frame the columns of these names, in whatever order it has them."""
        rows = columns_of(examples, self.names) if hasattr(examples, "columns") else np.asarray(examples)
        if rows.ndim != 2 or rows.shape[1] != len(self.names):
            expected = f"shape (n, {len(self.names)}): {listed(self.names, most=5)}"
            raise DataError("rows of the wrong shape", expected=expected, got=f"shape {rows.shape}")
        if rows.dtype.kind not in "fiub":
            raise DataError("features of the wrong type", expected="numbers", got=rows.dtype)
        return rows


@PREPROCESSINGS.register("features")
@dataclass(frozen=True, repr=False)
class FeatureScaling(TablePreprocessing):
    """Standardize numeric features, column by column, by what the training rows were like.

    ::

        x = (v − m) / d

    Parameters
    ----------
    names : tuple of str
        Of the columns, in the order of the inputs.
    means : tuple of float
        m of each, in its unit.
    deviations : tuple of float
        d of each, above 0; the largest float of a column that never varied, whose x is 0 whatever v is.
    units : tuple of str, optional
        What stood beside the numbers of each in the file that was trained on, such as ``%``; nothing is computed by it.

    Examples
    --------
    >>> scaling = FeatureScaling.fit(("length", "width"), [np.array([[1.0, 5.0], [3.0, 5.0]])])
    >>> scaling.apply(np.array([[4.0, 7.0]]))
    array([[2., 0.]], dtype=float32)
    """

    names: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    units: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "input_shape", (len(self.names),))
        for statistics in ("means", "deviations"):
            object.__setattr__(self, statistics, tuple(map(float, getattr(self, statistics))))

    def __repr__(self) -> str:
        return f"<FeatureScaling of {self.takes}>"

    @classmethod
    def fit(cls, names: Sequence[str], blocks: Iterable[AnyArray]) -> Self:
        """Take means and deviations from the training rows; what never varied tells nothing, and is to give 0.

        Blocks of n rows with the mean m are joined to N rows with the mean M, whose squared deviations sum to S:

        ::

            M' = M + (m − M) n / (N + n)
            S' = S + s + (m − M)² N n / (N + n)

        Parameters
        ----------
        names : sequence of str
            Of the columns.
        blocks : iterable of ndarray of shape (rows, features)
            All training rows, in parts as large as memory allows.

        Returns
        -------
        FeatureScaling

        Raises
        ------
        DataError
            If a value is not a finite number, or there is no row.

        Notes
        -----
        Source: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing
        sample variances" (1982).
        """
        count, mean, squares, units = 0, *np.zeros((3, len(names)))
        lowest, highest = np.full(len(names), np.inf), np.full(len(names), -np.inf)
        for block in blocks:
            rows = np.asarray(block, np.float64)
            check_finite(rows, names, count)
            lowest, highest = np.minimum(lowest, rows.min(axis=0)), np.maximum(highest, rows.max(axis=0))
            before, units = units, np.maximum(units, squarable_unit(rows, axis=0))
            mean, squares = mean * (before / units), squares * (before / units) ** 2
            rows = rows / units
            own = rows.mean(axis=0)
            gap, together = own - mean, count + len(rows)
            squares += np.square(rows - own).sum(axis=0) + gap**2 * (count * len(rows) / together)
            mean += gap * (len(rows) / together)
            count = together
        if not count:
            raise DataError("nothing to take means and deviations from", expected="at least one row")
        mean, deviation = mean * units, np.sqrt(squares / count) * units
        # Asked of the values themselves: by rounding, constant ones can have a deviation of 1e-17, and another mean.
        constant = lowest == highest
        mean[constant] = lowest[constant]
        deviation[constant | (deviation == 0)] = NEVER_VARIED
        return cls(tuple(names), tuple(mean.tolist()), tuple(deviation.tolist()))

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the fields that a model file has."""
        names, means, deviations = (tuple(description[key]) for key in ("names", "means", "deviations"))
        known = all(isinstance(name, str) for name in names) and len(names) == len(means) == len(deviations) > 0
        if not known or not np.isfinite([*means, *deviations]).all() or not min(deviations) > 0:
            raise ValueError("invalid means and deviations of features")
        return cls(names, tuple(map(float, means)), tuple(map(float, deviations)), units_of(description, names))

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return {"kind": self.name, **{key: value for key, value in asdict(self).items() if key != "units" or value}}

    @cached_property
    def _statistics(self) -> tuple[Floats, Floats]:
        return np.array(self.means), np.array(self.deviations)

    def scale(self, rows: AnyArray, out: Floats, first: int = 0) -> None:
        """Write standardized rows."""
        check_finite(rows, self.names, first)
        means, deviations = self._statistics
        # A number may be too large for the network's precision, and what it is divided by as large.
        with np.errstate(over="ignore", invalid="ignore"):
            np.divide(rows - means, deviations, out=out, casting="same_kind")
        check_computable(out, self.names, first)


def units_of(description: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    """Read the units of columns in a model file, which has them since tables with units are spoken of."""
    units = tuple(description.get("units", ()))
    if len(units) not in (0, len(names)) or not all(isinstance(unit, str) for unit in units):
        raise ValueError("invalid units of columns")
    return units


def names_of(frame: Any) -> list[Any]:
    """Give the names of a frame's columns: of pandas, polars, pyarrow and what is like them."""
    return list(frame.column_names if hasattr(frame, "column_names") else frame.columns)


def is_frame(given: Any) -> bool:
    """Tell whether something has columns with names."""
    return hasattr(given, "column_names") or hasattr(given, "columns")


def columns_by_name(frame: Any, names: Sequence[str]) -> list[AnyArray]:
    """Give a frame's columns of these names, (rows,) each, in whatever order it has them.

    Names are compared as words, since a frame may count its columns: 0 is the column '0'. DataError if there is none of
    a name, or several.
    """
    every = names_of(frame)
    own = {str(name): name for name in every}
    if missing := [name for name in names if name not in own]:
        got = listed(list(map(str, every)), most=10)
        problem = "a column is missing" if len(missing) == 1 else f"{len(missing)} columns are missing"
        raise DataError(problem, expected=f"{listed(list(map(repr, missing)), most=5)} among the columns", got=got)
    if len(own) < len(every):
        times = Counter(map(str, every))
        if twice := [name for name in names if times[name] > 1]:
            raise DataError("two columns of one name", got=repr(twice[0]), remedy="Rename one")
    return [_as_array(frame[own[name]]) for name in names]


def _as_array(column: Any) -> AnyArray:
    kind: Any = getattr(column, "type", None)
    if hasattr(kind, "index_type"):  # pyarrow, which forgets the gaps of a dictionary
        column = column.cast(kind.value_type)
    return np.asarray(column)


def columns_of(frame: Any, names: Sequence[str]) -> AnyArray:
    """Give a frame's columns of these names, (rows, columns); errors as in `columns_by_name`."""
    return np.stack(columns_by_name(frame, names), axis=1)


def check_finite(
    rows: AnyArray, names: Sequence[str], first: int = 0, source: str = "", gaps: AnyArray | None = None
) -> None:
    """Refuse rows of features that are not finite numbers, naming the row, counted from ``first``, and the column.

    In the columns where ``gaps`` is True, NaN is a gap, which is taken.
    """
    if rows.dtype.kind != "f" or np.isfinite(rows).all():
        return
    wrong = ~np.isfinite(rows)
    if gaps is not None:
        wrong &= ~(np.isnan(rows) & gaps)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        where = f"{source + ', ' if source else ''}row {first + row}, column {names[column]!r}"
        remedy = "Fill the gap, or leave the row or the column out"
        raise DataError("not a number", expected="a finite number", got=rows[row, column], where=where, remedy=remedy)


def check_computable(inputs: Floats, names: Sequence[str], first: int = 0) -> None:
    """Refuse inputs that overflowed the network's precision, naming the row, counted from ``first``, and the input."""
    if not np.isfinite(inputs).all():
        row, column = np.argwhere(~np.isfinite(inputs))[0]
        where, remedy = f"row {first + row}, column {names[column]!r}", "Leave the row out, or scale the column"
        raise DataError("a number too large to compute with", where=where, remedy=remedy)
