"""Confidence intervals of a mean over few runs: Student's t."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from functools import cache

import numpy as np

from .metrics import Interval

CONFIDENCE = 0.95
STEPS = 2_000  # of Simpson's rule, even


def interval_of_mean(values: Sequence[float]) -> Interval:
    """Give the 95% interval of the mean that the values were drawn around.

    ::

        low = m − t s / √n
        high = m + t s / √n

    with mean m, standard deviation s of n values (divided by n − 1), and t Student's quantile for n − 1.

    Parameters
    ----------
    values : sequence of float
        At least two.

    Returns
    -------
    Interval

    Notes
    -----
    Source: Student, "The probable error of a mean" (1908).

    Examples
    --------
    >>> low, high = interval_of_mean([1.0, 2.0, 3.0])
    >>> round(low, 2), round(high, 2)
    (-0.48, 4.48)
    """
    m, s, n = statistics.fmean(values), statistics.stdev(values), len(values)
    t = student_quantile(n - 1)
    return Interval(m - t * s / math.sqrt(n), m + t * s / math.sqrt(n))


@cache
def student_quantile(degrees: int) -> float:
    """Give the number that Student's variable exceeds in absolute value once in twenty times.

    Parameters
    ----------
    degrees : int
        Of freedom, at least 1.

    Examples
    --------
    >>> round(student_quantile(4), 3)
    2.776
    """
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, degrees) < CONFIDENCE else (low, middle)
    return low


def _within(t: float, degrees: int) -> float:
    """Integrate Student's density over −t..t."""
    x = np.linspace(0, t, STEPS + 1)
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    density = scale * (1 + x * x / degrees) ** (-(degrees + 1) / 2)
    simpson = density[0] + density[-1] + 4 * density[1:-1:2].sum() + 2 * density[2:-1:2].sum()
    return float(2 * simpson * t / STEPS / 3)
