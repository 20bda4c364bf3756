"""Constraints: what parameters must keep to, restored after each update."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..errors import UsageError


@dataclass(frozen=True)
class MaxNorm:
    """No unit's incoming weights w may be longer than the limit c.

    ::

        w ← w min(1, c / ‖w‖)

    Parameters
    ----------
    limit : float
        c, positive.

    Raises
    ------
    UsageError
        If it is not.

    Notes
    -----
    Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section
    5.1.

    Examples
    --------
    >>> weights = np.array([[3.0, 0.3], [4.0, 0.4]])
    >>> MaxNorm(1.0).project(weights)
    >>> weights
    array([[0.6, 0.3],
           [0.8, 0.4]])
    """

    limit: float

    def __post_init__(self) -> None:
        if not 0 < self.limit < float("inf"):
            raise UsageError("impossible max-norm", expected="a positive number", got=self.limit)

    def project(self, weights: Floats) -> None:
        """Shorten the columns that are too long.

        Parameters
        ----------
        weights : ndarray of shape (inputs, units)
            A layer's; changed.
        """
        lengths = np.sqrt(np.einsum("jk,jk->k", weights, weights))
        if self.limit < lengths.max() < np.inf:  # what is not finite is left to be reported
            weights *= np.minimum(1, self.limit / np.maximum(lengths, self.limit * 1e-3))
