"""Loss functions of the distance between outputs and targets, and all losses by name."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..errors import UsageError
from ..names import find
from .likelihoods import BinaryCrossEntropy, CrossEntropy, Poisson
from .loss import Loss

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
