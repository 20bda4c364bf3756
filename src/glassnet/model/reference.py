"""What a model of a table keeps of its rows: to explain answers, and to put intervals around predicted numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..errors import UsageError

KEPT = 200  # errors: of more, as many that are evenly spread over their ranks


@dataclass(frozen=True)
class Reference:
    """The mean of the training rows' inputs, and the absolute errors, ascending, on rows that were not learned from.

    Of n errors, that of rank ⌈(n + 1) c⌉ bounds a share c of new ones, or more, where old and new rows come in no
    special order from the same source: split-conformal prediction (V. Vovk et al., "Algorithmic learning in a random
    world", 2005; J. Lei et al., "Distribution-free predictive inference for regression", 2018). Of more than 200 errors
    as many are kept, evenly spread over their ranks.

    >>> round(Reference.of(np.zeros((1, 2)), np.arange(-10.0, 9.0)).radius(0.8), 6)
    8.0
    """

    mean_inputs: tuple[float, ...]
    count: int = 0
    errors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        ascending = np.isfinite([*self.mean_inputs, *self.errors]).all() and (np.diff((0.0, *self.errors)) >= 0).all()
        if not ascending or not len(self.errors) <= self.count:
            raise ValueError("invalid mean inputs and errors")

    @classmethod
    def of(cls, inputs: Floats, errors: Floats) -> Reference:
        """Keep what is needed of preprocessed inputs, (rows, inputs), and errors, (rows,), if there are any."""
        mean = tuple(inputs.mean(axis=0, dtype=np.float64).round(6).tolist())
        ranks = np.linspace(0, 1, min(len(errors), KEPT))
        return cls(mean, len(errors), tuple(np.quantile(np.abs(errors), ranks).tolist()) if len(errors) else ())

    def radius(self, coverage: float) -> float:
        """Give the half width of intervals that hold such a share of new numbers; UsageError for too large a share."""
        rank = math.ceil((self.count + 1) * coverage - 1e-9)
        if rank > self.count:
            expected = f"at most {self.count / (self.count + 1):.3g}, as the errors of {self.count:,} rows are known"
            raise UsageError("too large a coverage", expected=expected, got=coverage, remedy="Set a smaller --coverage")
        return float(np.interp(rank, np.linspace(1, self.count, len(self.errors)), self.errors))
