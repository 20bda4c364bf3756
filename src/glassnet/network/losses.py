"""Loss functions: one number for how wrong an example's outputs are, and its gradient.

Over a batch, examples count by their weights:

::

    L = Σ_i w_i l_i / Σ_i w_i
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from ..arrays import Floats
from ..names import find


class Loss(ABC):
    """How wrong outputs are. Target rows may be soft: any numbers, not only zeros and a one."""

    name: ClassVar[str]
    of_logits: ClassVar[bool] = False  # whether `gradient` is with respect to the logits, past the output activation
    kinks: ClassVar[tuple[float, ...]] = ()  # values of (output - target) at which the derivative jumps

    @abstractmethod
    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        """Compute each example's loss.

        Parameters
        ----------
        logits : ndarray of shape (batch, outputs)
            The output layer's weighted sums, z.
        outputs : ndarray of shape (batch, outputs)
            Its activations, a (p if they are probabilities).
        targets : ndarray of shape (batch, outputs)
            What they should have been, t.

        Returns
        -------
        ndarray of shape (batch,)
        """

    @abstractmethod
    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        """Write each example's gradient into ``out``: with respect to its logits if `of_logits`, else to its outputs.

        Parameters
        ----------
        outputs, targets : ndarray of shape (batch, outputs)
            As in `per_example`.
        out : ndarray of shape (batch, outputs)
            Where the gradient goes.
        """


class CrossEntropy(Loss):
    """Cross-entropy of softmax probabilities, computed from the logits by log-sum-exp, whose sum softmax has.

    ::

        l = Σ_k t_k (ln(Σ_j exp(z_j − m)) + m − z_k)
        m = max(z)

    which is −Σ_k t_k ln p_k without ever taking the logarithm of an underflowed probability. Its derivative and that of
    softmax cancel into the simplest delta there is; for target rows that sum to one it is p − t.

    ::

        ∂l/∂z_k = p_k Σ_j t_j − t_k
    """

    name = "cross_entropy"
    of_logits = True

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        m: Floats = logits.max(axis=1)
        log_sum = -np.log(outputs.max(axis=1))  # softmax has summed them: its largest p is exp(0) / Σ_j exp(z_j − m)
        loss: Floats = log_sum * targets.sum(axis=1) + np.einsum("ik,ik->i", targets, m[:, None] - logits)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.multiply(outputs, targets.sum(axis=1, keepdims=True), out=out)
        out -= targets


class MeanSquaredError(Loss):
    """The mean over the K outputs of the squared error.

    ::

        l = Σ_k (a_k − t_k)² / K
        ∂l/∂a_k = 2 (a_k − t_k) / K
    """

    name = "mse"

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.mean(np.square(outputs - targets), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)
        out *= 2 / out.shape[1]


class MeanAbsoluteError(Loss):
    """The mean over the K outputs of the absolute error: large errors pull no harder than small ones.

    ::

        l = Σ_k |a_k − t_k| / K
        ∂l/∂a_k = sign(a_k − t_k) / K
    """

    name = "mae"
    kinks = (0.0,)

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.mean(np.abs(outputs - targets), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.sign(outputs - targets, out=out)
        out /= out.shape[1]


class Huber(Loss):
    """Squared for errors up to δ = 1, absolute beyond: the mean over the K outputs (P. J. Huber 1964).

    ::

        l = Σ_k c_k (|e_k| − c_k / 2) / K
        c_k = min(|e_k|, 1)
        e_k = a_k − t_k
        ∂l/∂a_k = max(−1, min(1, e_k)) / K
    """

    name = "huber"

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        error = np.abs(outputs - targets)
        clipped = np.minimum(error, 1)
        loss: Floats = np.mean(clipped * (error - clipped / 2), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.clip(outputs - targets, -1, 1, out=out)
        out /= out.shape[1]


LOSSES: dict[str, Loss] = {
    loss.name: loss for loss in (CrossEntropy(), MeanSquaredError(), MeanAbsoluteError(), Huber())
}


def loss_function(name: str) -> Loss:
    """Find a loss.

    Parameters
    ----------
    name : str
        A key of ``LOSSES``.

    Returns
    -------
    Loss

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return find("loss", name, LOSSES)
