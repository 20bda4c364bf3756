"""Calibration: whether of the answers given with 80%, 80% are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Integers
from ..data.dataset import Examples
from ..errors import UsageError
from ..model.model import Model

BINS = 15
COLDEST, HOTTEST = 1e-2, 1e2  # temperatures that are looked between
HALVINGS = 60  # of the range of inverse temperatures, until its ends are neighbors


@dataclass(frozen=True)
class Reliability:
    """How sure the answers were, and how often right, bin by bin of sureness.

    Attributes
    ----------
    counts : ndarray of shape (bins,), integers
        Answers in each of the equally wide bins of 0..1.
    confidence, accuracy : ndarray of shape (bins,)
        Their means; 0 in an empty bin.
    """

    counts: Integers
    confidence: Floats
    accuracy: Floats

    @property
    def expected_error(self) -> float:
        """Average how far sureness and accuracy are apart: the expected calibration error.

        ::

            e = Σ_k n_k |c_k − a_k| / N

        with n_k answers, their mean sureness c_k and accuracy a_k in bin k, and N answers in all.

        Notes
        -----
        Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
        binning" (2015).
        """
        return float(np.sum(self.counts * np.abs(self.confidence - self.accuracy)) / self.counts.sum())


def reliability(probabilities: Floats, labels: Integers, bins: int = BINS, positive: int | None = None) -> Reliability:
    """Sort answers by how sure they were.

    Parameters
    ----------
    probabilities : ndarray of shape (n, classes)
        Of which the largest is the answer, and its sureness.
    labels : ndarray of shape (n,), integers
        The true classes.
    bins : int, optional
        How many.
    positive : int, optional
        The class whose probability is sorted in place of the largest one, and which is then what is right.

    Returns
    -------
    Reliability

    Examples
    --------
    >>> sure = reliability(np.array([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7]]), np.array([0, 1, 1]), bins=5)
    >>> sure.counts, round(sure.expected_error, 3)
    (array([0, 0, 0, 1, 2]), 0.367)
    """
    sureness = (probabilities.max(axis=1) if positive is None else probabilities[:, positive]).astype(np.float64)
    right = labels == (probabilities.argmax(axis=1) if positive is None else positive)
    place = np.minimum((sureness * bins).astype(np.intp), bins - 1)
    counts = np.bincount(place, minlength=bins)
    sums = [np.bincount(place, weights=values, minlength=bins) for values in (sureness, right)]
    confidence, accuracy = (np.divide(total, counts, out=np.zeros(bins), where=counts > 0) for total in sums)
    return Reliability(counts, confidence, accuracy)


def log_probabilities(model: Model, examples: Examples) -> Floats:
    """Give logarithms of all classes' probabilities, (n, classes), float64, without those that underflow being lost.

    Raises
    ------
    UsageError
        If the model predicts numbers.
    """
    if model.task == "regression":
        raise UsageError("a regression model has no probabilities")
    if model.is_ensemble or model.network.architecture.output != "softmax":
        probabilities = model.predict_probabilities(examples.inputs).astype(np.float64)
        return np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    logits = np.concatenate([trace.logits.astype(np.float64) for _, trace in model.traces(examples)])
    return logits - _log_sum_exp(logits)[:, None]


def _log_sum_exp(logits: Floats) -> Floats:
    largest = logits.max(axis=1)
    total: Floats = largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))
    return total


def soften(logits: Floats, temperature: float) -> Floats:
    """Give probabilities at another temperature: above 1 less sure, below 1 surer, the answers the same.

    ::

        p_k = exp(z_k / T) / Σ_k' exp(z_k' / T)

    Parameters
    ----------
    logits : ndarray of shape (n, classes)
        z, or logarithms of probabilities, which differ from it by a constant a row.
    temperature : float
        T, positive.

    Returns
    -------
    ndarray of shape (n, classes)
    """
    scaled = logits / temperature
    probabilities: Floats = np.exp(scaled - _log_sum_exp(scaled)[:, None])
    return probabilities


def fit_temperature(logits: Floats, labels: Integers, smoothing: float = 0.0) -> float:
    """Find the temperature at which the true classes surprise least.

    The cross-entropy is convex in b = 1 / T, so that its slope has one zero, which is found by halving:

    ::

        s = Σ_n Σ_k (p_nk − y_nk) z_nk / N

    with y_nk = 1 for the true class of example n, 0 for the others.

    Parameters
    ----------
    logits : ndarray of shape (n, classes)
        Of examples that the network was not trained on.
    labels : ndarray of shape (n,), integers
        The true classes.
    smoothing : float, optional
        The share of each target that is given to all classes alike, so that few examples do not make it sure.

    Returns
    -------
    float
        T, in 0.01..100.

    Notes
    -----
    Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks" (2017), section 4.2.

    Examples
    --------
    >>> logits = np.array([[4.0, 0.0]] * 4)  # sure to 98%, and right three times of four
    >>> round(fit_temperature(logits, np.array([0, 0, 0, 1])), 2)
    3.64
    """
    true = logits[np.arange(len(labels)), labels]
    if smoothing:
        true = (1 - smoothing) * true + smoothing * logits.mean(axis=1)
    low, high = 1 / HOTTEST, 1 / COLDEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        slope = np.mean(np.sum(soften(logits, 1 / middle) * logits, axis=1) - true)
        low, high = (middle, high) if slope < 0 else (low, middle)
    return 1 / low
