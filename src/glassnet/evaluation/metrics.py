"""Metrics: numbers about predictions, computed from arrays alone."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..arrays import Floats, Integers, squarable_unit

NORMAL_95 = 1.959963984540054  # the 97.5th percentile of the standard normal distribution


class Interval(NamedTuple):
    """Where a figure lies with 95% confidence.

    Attributes
    ----------
    low, high : float
        Its ends, in the figure's unit.
    """

    low: float
    high: float


def wilson_interval(successes: int, trials: int) -> Interval:
    """Give the 95% interval of a proportion.

    ::

        c = (p + q² / (2 n)) / (1 + q² / n)
        h = q √(p (1 − p) / n + q² / (4 n²)) / (1 + q² / n)

    The interval is c − h to c + h, with p the observed proportion, n the trials and q = 1.96, the 97.5th percentile of
    the standard normal distribution.

    Parameters
    ----------
    successes, trials : int
        How many of how many, ``trials`` at least 1.

    Returns
    -------
    Interval

    Notes
    -----
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    Unlike the textbook's p ± 1.96 standard errors it holds near 100%, where digit classifiers live.

    Examples
    --------
    >>> low, high = wilson_interval(9_800, 10_000)
    >>> round(low, 4), round(high, 4)
    (0.9771, 0.9826)
    """
    p, n, z = successes / trials, trials, NORMAL_95
    scale = 1 + z * z / n
    center = (p + z * z / (2 * n)) / scale
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    return Interval(max(0.0, center - half), min(1.0, center + half))


def confusion_matrix(labels: Integers, predictions: Integers, classes: int) -> Integers:
    """Count how often labels of each class, its row, were predicted as each, a column: (classes, classes).

    Examples
    --------
    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
    array([[1, 0],
           [1, 1]])
    """
    return np.bincount(labels.astype(np.intp) * classes + predictions, minlength=classes * classes).reshape(
        classes, classes
    )


def cross_entropy(probabilities: Floats, labels: Integers) -> float:
    """Average the surprise of the true classes.

    ::

        L = −Σ_n ln(p_n) / N

    Parameters
    ----------
    probabilities : ndarray of shape (n, classes)
        Of each class.
    labels : ndarray of shape (n,), integers
        The true ones; p_n is the probability that example n gives to its own.

    Returns
    -------
    float
        In nats. A probability that underflowed to zero counts as the smallest there is.
    """
    return mean_surprise(probabilities[np.arange(len(labels)), labels])


def mean_surprise(true: Floats) -> float:
    """Average the surprise of true classes by the probabilities that they were given, (n,)."""
    return float(-np.mean(np.log(np.maximum(true, np.finfo(true.dtype).tiny), dtype=np.float64)))


def precision_recall_f1(confusion: Integers) -> tuple[Floats, Floats, Floats]:
    """Tell, class by class, how far its name can be trusted and how much of it was found.

    ::

        precision_k = C_kk / Σ_k' C_k'k
        recall_k = C_kk / Σ_k' C_kk'
        f1_k = 2 C_kk / (Σ_k' C_k'k + Σ_k' C_kk')

    Parameters
    ----------
    confusion : ndarray of shape (classes, classes)
        C, from `confusion_matrix`.

    Returns
    -------
    precision, recall, f1 : ndarray of shape (classes,)
        0 where a class never occurs.
    """
    hits = np.diag(confusion).astype(np.float64)
    predicted, actual = confusion.sum(axis=0), confusion.sum(axis=1)
    return _ratio(hits, predicted), _ratio(hits, actual), _ratio(2 * hits, predicted + actual)


def root_mean_squared_error(predictions: Floats, targets: Floats) -> float:
    """Average the errors of predictions a for targets y, (N,) each, so that large ones weigh more.

    ::

        rmse = √(Σ_n (a_n − y_n)² / N)
    """
    errors, unit = _squarable(np.subtract(predictions, targets, dtype=np.float64))
    return math.sqrt(float(np.mean(np.square(errors)))) * unit


def mean_absolute_error(predictions: Floats, targets: Floats) -> float:
    """Average the absolute errors of predictions a for targets y, (N,) each.

    ::

        mae = Σ_n |a_n − y_n| / N

    Examples
    --------
    >>> mean_absolute_error(np.array([1.0, 4.0]), np.array([2.0, 2.0]))
    1.5
    """
    errors, unit = _squarable(np.subtract(predictions, targets, dtype=np.float64))
    return float(np.mean(np.abs(errors))) * unit


def r_squared(predictions: Floats, targets: Floats) -> float:
    """Tell which share of the targets' variance is explained.

    ::

        R² = 1 − Σ_n (a_n − y_n)² / Σ_n (y_n − m)²

    with predictions a and targets y, (N,) each, and m the mean of the targets.

    Returns
    -------
    float
        At most 1; 0 is what a constant guess at m reaches. NaN if all targets are equal.

    Examples
    --------
    >>> r_squared(np.array([1.0, 2.0, 5.0]), np.array([1.0, 2.0, 3.0]))
    -1.0
    """
    if np.min(targets) == np.max(targets):
        return math.nan
    targets, unit = _squarable(np.asarray(targets, np.float64))
    errors = np.subtract(np.asarray(predictions, np.float64) / unit, targets)
    spread = np.subtract(targets, np.mean(targets))
    errors, size = _squarable(errors)
    spread, span = _squarable(spread)
    variance = float(spread @ spread)
    return 1 - float(errors @ errors) / variance * (size / span) * (size / span) if variance else math.nan


def _squarable(values: Floats) -> tuple[Floats, float]:
    """Divide values so that their squares can be summed; give what by, too."""
    unit = float(squarable_unit(values))
    return (values if unit == 1 else values / unit), unit


def _ratio(part: Floats, whole: Integers) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
