"""The decision between two classes: from which probability on the positive one is the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Integers
from ..errors import UsageError


@dataclass(frozen=True)
class Decision:
    """A threshold, 0 to 1, for the probability of the positive class, which is 0 or 1 by its position."""

    threshold: float
    positive: int

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1 or type(self.positive) is not int or self.positive not in (0, 1):
            raise UsageError("invalid decision", expected="a threshold from 0 to 1 for class 0 or 1", got=self)

    def answers(self, probabilities: Floats) -> Integers:
        """Give the position of the class that each row of probabilities, (n, 2), is an answer for."""
        labels: Integers = np.where(probabilities[:, self.positive] >= self.threshold, self.positive, 1 - self.positive)
        return labels
