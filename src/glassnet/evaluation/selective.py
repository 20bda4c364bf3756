"""Answering only when sure: how much better the answers are that remain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats


@dataclass(frozen=True)
class RiskCoverage:
    """The accuracy of the surest answers, for every share of them.

    Attributes
    ----------
    coverage : ndarray of shape (n,)
        The share that is answered, the surest first: 1/n, 2/n, ... 1.
    risk : ndarray of shape (n,)
        The share of wrong answers among these.
    sureness : ndarray of shape (n,)
        Of the least sure of these.
    """

    coverage: Floats
    risk: Floats
    sureness: Floats

    @property
    def area(self) -> float:
        """The mean risk over all coverages: the smaller, the better sureness tells right from wrong."""
        return float(self.risk.mean())

    def coverage_at(self, risk: float) -> float:
        """Give the largest share that can be answered with so few wrong; 0 if none can."""
        fitting = np.flatnonzero(self.risk <= risk)
        return float(self.coverage[fitting[-1]]) if len(fitting) else 0.0


def risk_coverage(sureness: Floats, right: Floats) -> RiskCoverage:
    """Leave out the least sure answers, one after another.

    ::

        risk_n = Σ_i wrong_i / n

    over the n surest answers, with wrong_i = 1 where answer i is wrong, else 0.

    Parameters
    ----------
    sureness : ndarray of shape (n,)
        Of each answer, such as its probability.
    right : ndarray of shape (n,), bool
        Whether it is.

    Returns
    -------
    RiskCoverage

    Notes
    -----
    Source: R. El-Yaniv, Y. Wiener, "On the foundations of noise-free selective classification" (2010). Answers that are
    equally sure stand in the order they came in.

    Examples
    --------
    >>> curve = risk_coverage(np.array([0.9, 0.5, 0.8, 0.6]), np.array([True, False, True, True]))
    >>> curve.risk, curve.coverage_at(0.1)
    (array([0.  , 0.  , 0.  , 0.25]), 0.75)
    """
    order = np.argsort(-np.asarray(sureness), kind="stable")
    m = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~np.asarray(right, bool)[order])
    return RiskCoverage(m / len(order), wrong / m, np.asarray(sureness)[order])
