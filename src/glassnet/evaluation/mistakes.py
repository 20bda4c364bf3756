"""Mistakes: which they are, and how sure they were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Integers
from ..data.dataset import Examples
from ..errors import UsageError
from ..model.model import Model, as_probabilities


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
    """List the wrong answers among probabilities, (n, classes), for labels, (n,); the surest first.

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


LARGE = 0.9  # of the errors of a regression, the share that is smaller than the one chosen


def typical_mistake(model: Model, examples: Examples) -> int:
    """Choose a mistake that is neither the slightest nor the grossest; a right answer has almost no error to follow.

    Returns
    -------
    int
        Among the wrong answers, the position of the one whose wanted class has the median probability; without any, of
        the least sure answer. Among numbers, of one whose error is larger than nine tenths of the errors.

    Raises
    ------
    UsageError
        If there are no examples, or several numbers are predicted.
    """
    if not len(examples):
        raise UsageError("no examples to choose from", expected="at least one example", got="an empty split")
    if model.target_scale is not None:
        if model.network.architecture.sizes[-1] != 1:
            raise UsageError("a model of several targets cannot be explained", remedy="Train on one target")
        return _at_share(np.abs(model.predict(examples.inputs) - examples.targets), LARGE)
    probabilities = as_probabilities(model.predict_outputs(examples.inputs))
    wanted = probabilities[np.arange(len(examples)), examples.targets]
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != examples.targets)
    return int(wrong[_at_share(wanted[wrong], 0.5)]) if len(wrong) else int(wanted.argmin())


def _at_share(values: Floats, share: float) -> int:
    """Give the position of the value that has this share of the others below it."""
    return int(np.argsort(values, kind="stable")[int(share * (len(values) - 1))])
