"""What every loss function is: one number for how wrong an example's outputs are, and its gradient.

Over a batch, examples count by their weights:

::

    L = Σ_i w_i l_i / Σ_i w_i
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from ..arrays import Floats
from ..errors import DataError, UsageError
from ..registry import find


class Loss(ABC):
    """How wrong outputs are."""

    name: str
    outputs: ClassVar[tuple[str, ...]] = ("identity", "sigmoid")  # activations that it goes with, the usual one first
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

    def check(self, targets: Floats) -> None:
        """Refuse target rows (batch, outputs) that the equations do not hold for; here there are none.

        Raises
        ------
        DataError
            If the loss is that of another kind of targets.
        """
        del targets


ROUNDING = 1e-3  # that the sum of a row of probabilities may be off, in float32 and with many classes


class CrossEntropy(Loss):
    """Cross-entropy of softmax probabilities, computed from the logits by log-sum-exp, whose sum softmax has.

    A target row is one-hot or soft: probabilities, whose sum is one.

    ::

        l = ln(Σ_j exp(z_j − m)) + m − Σ_k t_k z_k
        m = max(z)

    which is −Σ_k t_k ln p_k without ever taking the logarithm of an underflowed probability. Its derivative and that of
    softmax cancel into the simplest delta there is.

    ::

        ∂l/∂z_k = p_k − t_k
    """

    name = "cross_entropy"
    outputs = ("softmax",)
    of_logits = True

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.maximum.reduce(logits, axis=1)
        loss -= np.einsum("ik,ik->i", targets, logits)
        # Softmax has summed the exponentials: its largest p is exp(0) / Σ_j exp(z_j − m).
        loss -= np.log(np.maximum.reduce(outputs, axis=1))
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)

    def check(self, targets: Floats) -> None:
        sums = targets.sum(axis=1)
        error = np.abs(sums - 1)
        if not error.max() < ROUNDING:
            remedy = "Give one-hot rows, or soft ones that sum to one; example weights go in `weights`"
            got = float(sums[error.argmax()])
            raise DataError("target row is not a distribution", expected="a sum of 1", got=got, remedy=remedy)


class BinaryCrossEntropy(Loss):
    """The sum over K independent yes-or-no questions of the cross-entropy of a sigmoid, computed from its logit.

    ::

        l = Σ_k (max(0, z_k) − t_k z_k + ln(1 + exp(−|z_k|)))

    which is −Σ_k (t_k ln p_k + (1 − t_k) ln(1 − p_k)) without ever taking the logarithm of zero.

    ::

        ∂l/∂z_k = p_k − t_k
    """

    name = "binary_cross_entropy"
    outputs = ("sigmoid",)
    of_logits = True

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        terms = np.maximum(logits, 0)
        terms -= targets * logits
        terms += np.log1p(np.exp(-np.abs(logits)))
        loss: Floats = terms.sum(axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)

    def check(self, targets: Floats) -> None:
        if not (targets.min() >= 0 and targets.max() <= 1):
            got = f"{targets.min():g}..{targets.max():g}"
            raise DataError("targets are no probabilities", expected="0..1", got=got)


class Poisson(Loss):
    """Half the deviance of counts t from the rates a = exp(z), the sum over the K outputs.

    ::

        l = Σ_k (a_k − t_k z_k + t_k ln(t_k) − t_k)
        ∂l/∂z_k = a_k − t_k

    where t ln(t) is 0 for t = 0 (P. McCullagh, J. A. Nelder, "Generalized linear models", 1989, section 6.2).
    """

    name = "poisson"
    outputs = ("exponential",)
    of_logits = True

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        least = targets * np.log(np.where(targets > 0, targets, 1)) - targets
        loss: Floats = (outputs - targets * logits + least).sum(axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)

    def check(self, targets: Floats) -> None:
        if not targets.min() >= 0:
            raise DataError("targets are no counts", expected="0 or more", got=float(targets.min()))


QUANTILE = "quantile_"  # and the part of the targets that shall lie below, such as 0.9


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


class HalfSquaredError(Loss):
    """The sum over the K outputs of half the squared error, whose delta is the error itself.

    ::

        l = Σ_k (a_k − t_k)² / 2
        ∂l/∂a_k = a_k − t_k
    """

    name = "half_squared_error"

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.square(outputs - targets).sum(axis=1) / 2
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)


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


class Quantile(Loss):
    """The mean over the K outputs of a tilted absolute error, least where a part q of the targets lies below.

    ::

        l = Σ_k max((1 − q) e_k, −q e_k) / K
        e_k = a_k − t_k
        ∂l/∂a_k = (sign(e_k) / 2 + 1 / 2 − q) / K

    Two networks with q = 0.05 and q = 0.95 bound an interval for nine tenths of the targets (R. Koenker, G. Bassett,
    "Regression quantiles", 1978).

    Parameters
    ----------
    q : float
        The part, between 0 and 1.

    Raises
    ------
    UsageError
        If it is not.
    """

    kinks = (0.0,)

    def __init__(self, q: float) -> None:
        if not 0 < q < 1:
            raise UsageError("impossible quantile", expected="between 0 and 1", got=q)
        self.name, self._q = f"{QUANTILE}{q:g}", q

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        error = outputs - targets
        loss: Floats = np.mean(np.maximum((1 - self._q) * error, -self._q * error), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.sign(outputs - targets, out=out)
        out /= 2
        out += 0.5 - self._q
        out /= out.shape[1]


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        CrossEntropy(),
        MeanSquaredError(),
        MeanAbsoluteError(),
        Huber(),
        HalfSquaredError(),
        BinaryCrossEntropy(),
        Poisson(),
        Quantile(0.5),
    )
}


def loss_function(name: str) -> Loss:
    """Find a loss.

    Parameters
    ----------
    name : str
        A key of ``LOSSES``, or ``quantile_`` and a number between 0 and 1.

    Returns
    -------
    Loss

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    UsageError
        If the quantile is impossible.

    Examples
    --------
    >>> loss_function("quantile_0.9").name
    'quantile_0.9'
    """
    if name.startswith(QUANTILE) and (q := _number(name.removeprefix(QUANTILE))) is not None:
        return Quantile(q)
    return find("loss", name, LOSSES)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
