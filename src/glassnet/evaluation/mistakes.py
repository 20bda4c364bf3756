"""Mistakes: which they are, and how sure they were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Integers


@dataclass(frozen=True)
class Mistakes:
    """Wrong answers, the surest first.

    Attributes
    ----------
    positions : ndarray of shape (m,), integers
        Among the examples.
    true, said : ndarray of shape (m,), integers
        Classes.
    sureness : ndarray of shape (m,)
        The probability of what was said.
    """

    positions: Integers
    true: Integers
    said: Integers
    sureness: Floats

    def __len__(self) -> int:
        return len(self.positions)

    def between(self, true: int, said: int) -> Mistakes:
        """Choose those that took one class for another."""
        return self.at(np.flatnonzero((self.true == true) & (self.said == said)))

    def at(self, places: Integers | slice) -> Mistakes:
        """Choose some."""
        return Mistakes(self.positions[places], self.true[places], self.said[places], self.sureness[places])


def find_mistakes(probabilities: Floats, labels: Integers) -> Mistakes:
    """List wrong answers.

    Parameters
    ----------
    probabilities : ndarray of shape (n, classes)
        Of which the largest is the answer.
    labels : ndarray of shape (n,), integers
        The true classes.

    Returns
    -------
    Mistakes

    Examples
    --------
    >>> found = find_mistakes(np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8]]), np.array([1, 1, 1]))
    >>> found.positions, found.said
    (array([1, 0]), array([0, 0]))
    """
    said = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(said != labels)
    sureness = probabilities[wrong, said[wrong]]
    order = np.argsort(-sureness, kind="stable")
    wrong = wrong[order]
    return Mistakes(wrong, np.asarray(labels)[wrong], said[wrong], sureness[order])
