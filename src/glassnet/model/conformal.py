"""Intervals around predicted numbers, by errors on rows that were not learned from: split-conformal prediction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..arrays import Floats
from ..errors import UsageError

KEPT = 200  # errors that a model file has: of more, as many that are evenly spread over their ranks


@dataclass(frozen=True)
class Residuals:
    """How far a model's answers were off on rows that it had not learned from.

    Of n such errors, in ascending order, that of rank

    ::

        r = ⌈(n + 1) c⌉

    bounds a share c of new ones, or more, if old and new rows come from the same source in no special order.

    Parameters
    ----------
    count : int
        n.
    sizes : tuple of float
        Absolute errors in the target's unit, ascending, from the smallest to the largest.

    Notes
    -----
    Sources: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic learning in a random world" (2005); J. Lei, M. G'Sell,
    A. Rinaldo, R. J. Tibshirani, L. Wasserman, "Distribution-free predictive inference for regression" (2018).

    Examples
    --------
    >>> Residuals.of(np.arange(-10.0, 9.0)).radius(0.8)
    8.0
    """

    count: int
    sizes: tuple[float, ...]

    @classmethod
    def of(cls, errors: Floats) -> Self:
        """Keep what is needed of errors, (rows,)."""
        ranks = np.linspace(0, 1, min(len(errors), KEPT))
        return cls(len(errors), tuple(np.quantile(np.abs(errors), ranks).tolist()))

    @classmethod
    def read(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the fields that a model file has; a ValueError if they make no sense."""
        count, sizes = int(description["count"]), tuple(map(float, description["sizes"]))
        if not (
            0 < len(sizes) <= count and np.isfinite(sizes).all() and min(sizes) >= 0 and list(sizes) == sorted(sizes)
        ):
            raise ValueError("invalid residuals")
        return cls(count, sizes)

    def radius(self, coverage: float) -> float:
        """Give the half width of an interval that holds such a share, above 0 and below 1, of all new numbers.

        A UsageError if there are too few errors to say so.
        """
        rank = math.ceil((self.count + 1) * coverage - 1e-9)
        if rank > self.count:
            most = math.floor(1_000 * self.count / (self.count + 1)) / 1_000
            expected = f"at most {most:g}, as the errors of {self.count:,} rows are known"
            raise UsageError("an interval of too large a coverage", expected=expected, got=coverage)
        return float(np.interp(rank, np.linspace(1, self.count, len(self.sizes)), self.sizes))
