"""The decision between two classes: from which probability on the positive one is the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..arrays import Floats, Integers


@dataclass(frozen=True)
class Decision:
    """A threshold for the probability of the positive class, 0 or 1 by its position, from 0 to 1."""

    threshold: float
    positive: int

    def answers(self, probabilities: Floats) -> Integers:
        """Give the position of the class that each row of probabilities, (n, 2), is an answer for."""
        labels: Integers = np.where(probabilities[:, self.positive] >= self.threshold, self.positive, 1 - self.positive)
        return labels

    def describe(self) -> dict[str, Any]:
        """Give plain values."""
        return asdict(self)

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Decision:
        """Make one of what `describe` gave; ValueError for anything else."""
        made = cls(**description)
        if type(made.positive) is not int or made.positive not in (0, 1) or not 0 <= made.threshold <= 1:
            raise ValueError(f"invalid decision {dict(description)}")
        return made
