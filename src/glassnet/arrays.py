"""The array types that the signatures name. Shapes stand in the docstrings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
Integers: TypeAlias = NDArray[np.integer[Any]]
Bytes: TypeAlias = NDArray[np.uint8]
AnyArray: TypeAlias = NDArray[Any]
Order = Literal["C", "F"]
Allocate: TypeAlias = Callable[[tuple[int, ...], np.dtype[Any], Order], AnyArray]


def in_memory(shape: tuple[int, ...], dtype: np.dtype[Any], order: Order) -> AnyArray:
    """Allocate an array of zeros, as everybody does."""
    return np.zeros(shape, dtype, order)
