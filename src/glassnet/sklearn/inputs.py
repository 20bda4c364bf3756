"""Inputs that are sparse: made dense a batch at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import AnyArray


class SparseRows:
    """A sparse matrix (rows, columns) where an array of inputs is expected."""

    def __init__(self, matrix: Any) -> None:
        self._matrix = matrix.tocsr()
        self.shape: tuple[int, ...] = matrix.shape
        self.dtype: np.dtype[Any] = matrix.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: AnyArray | slice) -> AnyArray:
        dense: AnyArray = self._matrix[rows].toarray()
        return dense

    def take(self, rows: AnyArray, axis: int = 0, out: None = None, mode: str = "raise") -> AnyArray:
        """Make some rows dense, as `numpy.take` asks for them."""
        return self[rows]

    def select(self, rows: AnyArray) -> SparseRows:
        """Choose some rows, which stay sparse."""
        return SparseRows(self._matrix[rows])
