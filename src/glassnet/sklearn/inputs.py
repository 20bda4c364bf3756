"""Rows and targets as a training takes them, sparse or dense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from ..arrays import AnyArray, Floats


class SparseRows:
    """A sparse matrix (rows, columns) where an array of inputs is expected, made dense a batch at a time."""

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


def as_rows(inputs: Any) -> Any:
    """Give an array as it is, and a sparse matrix as `SparseRows`."""
    return SparseRows(inputs) if hasattr(inputs, "tocsr") else inputs


@dataclass
class TrainingData:
    """Inputs (rows, features), dense or sparse, with target rows (rows, outputs) and weights (rows,) or none."""

    inputs: Any
    targets: Floats
    weights: Floats | None = None

    @property
    def dense(self) -> AnyArray:
        """The inputs as an array, whatever they are."""
        inputs: AnyArray = self.inputs.toarray() if hasattr(self.inputs, "toarray") else self.inputs
        return inputs

    @property
    def weight(self) -> float:
        """How much all examples count together."""
        return float(len(self.targets) if self.weights is None else self.weights.sum())

    def part(self, rows: AnyArray) -> TrainingData:
        """Choose some rows."""
        weights = None if self.weights is None else self.weights[rows]
        return TrainingData(self.inputs[rows], self.targets[rows], weights)

    def hold_out(self, fraction: float, strata: AnyArray | None, seed: int) -> tuple[TrainingData, TrainingData]:
        """Split off a fraction to stop by, with equal shares of the strata (rows,): one seed, the same rows."""
        rows = np.arange(len(self.targets))
        train, held_out = train_test_split(rows, random_state=seed, test_size=fraction, stratify=strata)
        if len(held_out) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        return self.part(np.sort(train)), self.part(np.sort(held_out))
