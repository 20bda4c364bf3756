"""Examples as the training of an estimator takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from ..arrays import AnyArray, Floats


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
