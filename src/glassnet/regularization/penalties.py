"""Regularization that is minimized together with the loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..settings import Settings, setting


@dataclass(frozen=True)
class Penalty(Settings, group="penalty"):
    """A penalty on large weights, but not on biases, that is added to the loss.

    ::

        P = λ₁ Σ_i |w_i| + λ₂ Σ_i w_i² / 2
        ∂P/∂w_i = λ₁ sign(w_i) + λ₂ w_i

    Parameters
    ----------
    l1, l2 : float, optional
        λ₁ and λ₂, 0 or more. PyTorch's SGD calls λ₂ ``weight_decay``.

    Raises
    ------
    UsageError
        If one is negative or not finite.

    Examples
    --------
    >>> weights, gradient = np.array([2.0, -4.0]), np.zeros(2)
    >>> Penalty(l2=0.5).add_gradient(weights, gradient)
    >>> gradient, Penalty(l2=0.5).cost(weights)
    (array([ 1., -2.]), 5.0)
    """

    l1: float = setting(0.0, low=0, label="L1 penalty", help="Penalty on the sum of absolute weights")
    l2: float = setting(0.0, low=0, label="L2 penalty", common=True, help="Penalty on half the sum of squared weights")

    def cost(self, weights: Floats) -> float:
        """Compute the penalty.

        Parameters
        ----------
        weights : ndarray of shape (weights,)
            The leading part of the parameter vector.

        Returns
        -------
        float
        """
        penalty = 0.0
        if self.l1:
            penalty += self.l1 * float(np.abs(weights).sum())
        if self.l2:
            penalty += self.l2 * float(weights @ weights) / 2
        return penalty

    def add_gradient(self, weights: Floats, gradient: Floats) -> None:
        """Add the penalty's gradient to that of the loss.

        Parameters
        ----------
        weights, gradient : ndarray of shape (n,)
            The same part of both vectors; the gradient is added to.
        """
        if self.l1:
            gradient += self.l1 * np.sign(weights)
        if self.l2:
            gradient += self.l2 * weights


@dataclass(frozen=True)
class MaxNorm(Settings, group="regularization"):
    """No unit's incoming weights w may be longer than the limit c, which is positive.

    ::

        w ← w min(1, c / ‖w‖)

    Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section
    5.1.

    >>> weights = np.array([[3.0, 0.3], [4.0, 0.4]])
    >>> MaxNorm(1.0).project(weights)
    >>> weights
    array([[0.6, 0.3],
           [0.8, 0.4]])
    """

    limit: float = setting(above=0, help="Longest weight vector into a unit")

    def project(self, weights: Floats) -> None:
        """Shorten the columns of a layer's weights (inputs, units) that are too long, in place."""
        lengths = np.sqrt(np.einsum("jk,jk->k", weights, weights))
        if self.limit < lengths.max() < np.inf:  # what is not finite is left to be reported
            weights *= np.minimum(1, self.limit / np.maximum(lengths, self.limit * 1e-3))
