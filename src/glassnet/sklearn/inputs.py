"""Rows of a sparse matrix, made dense a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from ..arrays import AnyArray, Floats


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


@dataclass
class Problem:
    """Examples as a training takes them.

    Parameters
    ----------
    inputs : ndarray or sparse matrix of shape (rows, features)
    targets : ndarray of shape (rows, outputs)
        Target rows.
    weights : ndarray of shape (rows,) or None
        How much each counts.
    """

    inputs: Any
    targets: Floats
    weights: Floats | None = None

    def part(self, rows: AnyArray) -> Problem:
        """Choose some rows."""
        weights = None if self.weights is None else self.weights[rows]
        return Problem(self.inputs[rows], self.targets[rows], weights)

    @property
    def dense(self) -> AnyArray:
        """The inputs as an array, whatever they are."""
        inputs: AnyArray = self.inputs.toarray() if hasattr(self.inputs, "toarray") else self.inputs
        return inputs

    @property
    def weight(self) -> float:
        """How much all examples count together."""
        return float(len(self.targets) if self.weights is None else self.weights.sum())


def hold_out(problem: Problem, fraction: float, strata: AnyArray | None, seed: int) -> tuple[Problem, Problem]:
    """Keep a part of the examples to stop by: the same rows each time the same data comes.

    Parameters
    ----------
    problem : Problem
        All examples.
    fraction : float
        Which part of them is kept.
    strata : ndarray or None
        What both parts must have equal shares of.
    seed : int
        Which rows those are.

    Raises
    ------
    ValueError
        If a class, or the part, is too small.
    """
    train, held_out = train_test_split(
        np.arange(len(problem.targets)), random_state=seed, test_size=fraction, stratify=strata
    )
    if len(held_out) < 2:
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    return problem.part(np.sort(train)), problem.part(np.sort(held_out))
