"""Rows of a sparse matrix, made dense a batch at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import AnyArray


class SparseRows:
    """A sparse matrix where a training expects an array of inputs.

    Parameters
    ----------
    matrix : scipy sparse matrix or array of shape (rows, columns)
        In a format that rows can be taken from.
    """

    def __init__(self, matrix: Any) -> None:
        self._matrix = matrix.tocsr()
        self.shape: tuple[int, ...] = matrix.shape
        self.dtype: np.dtype[Any] = matrix.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, rows: AnyArray | slice, axis: int = 0, out: None = None, mode: str = "raise") -> AnyArray:
        """Make some rows dense; the arguments are those of ``numpy.take``."""
        dense: AnyArray = self._matrix[rows].toarray()
        return dense

    def __getitem__(self, rows: AnyArray | slice) -> AnyArray:
        return self.take(rows)


def as_rows(inputs: Any) -> Any:
    """Give an array as it is, and a sparse matrix so that it can stand where one is expected."""
    return SparseRows(inputs) if hasattr(inputs, "tocsr") else inputs
