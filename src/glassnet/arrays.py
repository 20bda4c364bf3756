"""Array types that signatures name (shapes stand in the docstrings), and arrays gone through block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
Integers: TypeAlias = NDArray[np.integer[Any]]
Bytes: TypeAlias = NDArray[np.uint8]
AnyArray: TypeAlias = NDArray[Any]
Order = Literal["C", "F"]
Task = Literal["classification", "regression"]
SQUARABLE = 400  # binary digits: squares of numbers from 2**-400 to 2**400 can be summed as they are
Allocate: TypeAlias = Callable[[tuple[int, ...], np.dtype[Any], Order], AnyArray]


def in_memory(shape: tuple[int, ...], dtype: np.dtype[Any], order: Order) -> AnyArray:
    """Allocate an array of zeros, as everybody does."""
    return np.zeros(shape, dtype, order)


def blocks(count: int, size: int) -> Iterator[slice]:
    """Cut the positions 0..count-1 into runs of ``size``, at least 1; the last may be smaller.

    Examples
    --------
    >>> list(blocks(5, 3))
    [slice(0, 3, None), slice(3, 5, None)]
    """
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def squarable_unit(values: AnyArray, axis: int | None = None) -> Floats:
    """Give a power of two to divide by, exactly, so that squares can be summed; 1 unless values are extreme.

    Examples
    --------
    >>> float(squarable_unit(np.array([3.0, -1e6]))), float(squarable_unit(np.array([1.5 * 2.0**500])) / 2.0**500)
    (1.0, 1.0)
    """
    largest = np.max(np.abs(np.asarray(values, np.float64)), axis=axis, initial=0.0)
    exponents = np.frexp(largest)[1] - 1
    unit: Floats = np.ldexp(1.0, np.where(np.abs(exponents) > SQUARABLE, exponents, 0))
    return unit
