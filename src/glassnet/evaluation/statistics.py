"""Confidence intervals of a mean over few runs: Student's t."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..arrays import AnyArray
from ..errors import UsageError
from .metrics import Interval

CONFIDENCE = 0.95
STEPS = 2_000  # of Simpson's rule, even


def interval_of_mean(values: Sequence[float]) -> Interval:
    """Give the 95% interval of the mean that the values were drawn around.

    ::

        low = m − q s / √n
        high = m + q s / √n

    with mean m, standard deviation s of n values (divided by n − 1), and q Student's quantile for n − 1.

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


@dataclass(frozen=True)
class McNemar:
    """Where two models differ in being right.

    Attributes
    ----------
    only_first, only_second : int
        Examples that one of them alone answered rightly.
    p_value : float
        How probable a difference as large is if both are equally good.
    """

    only_first: int
    only_second: int
    p_value: float


def mcnemar(first_right: AnyArray, second_right: AnyArray) -> McNemar:
    """Compare two models by the examples that one of them alone answered rightly.

    If both are equally good, each of these falls to either with a half. Exact, two-sided: of n of them, the
    probability that at most as many fall to one side as the fewer did, doubled, and 1 at most.

    Parameters
    ----------
    first_right, second_right : ndarray of shape (n,), bool
        Whether each answered example i rightly.

    Returns
    -------
    McNemar

    Raises
    ------
    UsageError
        If they did not answer the same number of examples.

    Notes
    -----
    Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages"
    (1947); exact as in M. W. Fagerland, S. Lydersen, P. Laake, "The McNemar test for binary matched-pairs data" (2013).

    Examples
    --------
    >>> found = mcnemar(np.array([True] * 9 + [False]), np.array([False] * 8 + [True] * 2))
    >>> found.only_first, found.only_second, round(found.p_value, 4)
    (8, 1, 0.0391)
    """
    first, second = np.asarray(first_right, bool), np.asarray(second_right, bool)
    if first.shape != second.shape:
        raise UsageError("predictions for different examples", expected=len(first), got=len(second))
    b, c = int(np.sum(first & ~second)), int(np.sum(second & ~first))
    return McNemar(b, c, _both_tails(min(b, c), b + c))


def holm(p_values: Sequence[float]) -> list[float]:
    """Raise p-values of several tests, so that any of them is below a level by luck no more often than that.

    The smallest of n is multiplied by n, the next by n − 1, and so on; none becomes smaller than one before it, or
    larger than 1.

    Parameters
    ----------
    p_values : sequence of float
        In any order.

    Returns
    -------
    list of float
        In the same order.

    Notes
    -----
    Source: S. Holm, "A simple sequentially rejective multiple test procedure" (1979).

    Examples
    --------
    >>> holm([0.04, 0.01, 0.5])
    [0.08, 0.03, 0.5]
    """
    adjusted, least = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = least
    return adjusted


def _both_tails(fewer: int, n: int) -> float:
    """Double the probability that of n coins at most so many fall on one side; by logarithms, as 2ⁿ can be large."""
    log_terms = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2) for k in range(fewer + 1)
    ]
    return min(1.0, 2 * math.fsum(map(math.exp, log_terms)))
