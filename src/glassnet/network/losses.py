"""What every loss function is, and those that there are.

A loss is one number for how wrong an example's outputs are. Over a batch, examples count by their weights:

::

    L = Σ_n c_n ℓ_n / Σ_n c_n

Equations are of one example: z are its logits z^(L), a its outputs a^(L), p too where they are probabilities, and y its
targets, one for each of K outputs.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from ..arrays import Floats
from ..errors import DataError, UsageError
from ..registry import Registry
from .formula import Portable, resolve


class Loss(Portable):
    """How wrong outputs are: derive from it, and register the class with ``@LOSSES.register("name")``, to add one.

    Attributes
    ----------
    name : str
        By which it is registered; the class's own otherwise.
    formula : str
        An example's loss as a formula of its K logits z, outputs a and targets y, in the notation of
        `glassnet.network.formula`, for the pages.
    slope : str
        What `gradient` computes, of z, a, y and K.
    outputs : tuple of str
        The output activations that it goes with, the usual one first.
    from_logits : bool
        Whether `gradient` is with respect to the logits, past the output activation.
    kinks : tuple of float
        Values of output minus target at which the derivative jumps.

    Examples
    --------
    >>> LOSSES["mse"]().per_example(None, np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    array([2.])
    """

    outputs: ClassVar[tuple[str, ...]] = ("identity", "sigmoid")
    from_logits: ClassVar[bool] = False
    kinks: ClassVar[tuple[float, ...]] = ()

    @classmethod
    def named(cls, name: str) -> Loss | None:
        """Make the loss that a name with a number in it says, such as ``quantile_0.9``; None if it is not this kind's.

        Raises
        ------
        UsageError
            If the number is invalid.
        """
        del name
        return None

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
            What they should have been, y.

        Returns
        -------
        ndarray of shape (batch,)
        """

    @abstractmethod
    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        """Write each example's gradient into ``out``: with respect to its logits if `from_logits`, else to its outputs.

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
            If the loss is for another kind of targets.
        """
        del targets


LOSSES: Registry[type[Loss]] = Registry("loss")


def resolve_loss(given: str | Loss) -> Loss:
    """Give a loss: one of ``LOSSES`` by name, ``quantile_`` and a number between 0 and 1, or a user's own.

    An UnknownNameError if there is none of that name, a UsageError if its number is invalid.

    >>> resolve_loss("quantile_0.9").name
    'quantile_0.9'
    """
    if isinstance(given, str):
        given = next(filter(None, (kind.named(given) for kind in LOSSES.values())), given)
    return resolve(LOSSES, given, Loss, "'mse', or an object of a class of your own")


ROUNDING = 1e-3  # that the sum of a row of probabilities may be off, in float32 and with many classes


@LOSSES.register("cross_entropy")
class CrossEntropy(Loss):
    """Cross-entropy of softmax probabilities, computed from the logits by log-sum-exp, whose sum softmax has.

    A target row is one-hot or soft: probabilities, whose sum is one.

    ::

        ℓ = ln(Σ_k' exp(z_k' − z_max)) + z_max − Σ_k y_k z_k
        z_max = max(z)

    which is −Σ_k y_k ln p_k without ever taking the logarithm of an underflowed probability. Its derivative and that of
    softmax cancel into the simplest delta there is.

    ::

        ∂ℓ/∂z_k = p_k − y_k
    """

    formula = "log(sum(exp(z - max(z)))) + max(z) - sum(y * z)"
    slope = "a - y"
    outputs = ("softmax",)
    from_logits = True

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.maximum.reduce(logits, axis=1)
        loss -= np.einsum("ik,ik->i", targets, logits)
        # Softmax has summed the exponentials: its largest p is exp(0) / Σ_k' exp(z_k' − z_max).
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


@LOSSES.register("mse")
class MeanSquaredError(Loss):
    """The mean over the K outputs of the squared error.

    ::

        ℓ = Σ_k (a_k − y_k)² / K
        ∂ℓ/∂a_k = 2 (a_k − y_k) / K
    """

    formula = "mean((a - y) * (a - y))"
    slope = "2 * (a - y) / K"

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.mean(np.square(outputs - targets), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)
        out *= 2 / out.shape[1]


@LOSSES.register("mae")
class MeanAbsoluteError(Loss):
    """The mean over the K outputs of the absolute error: large errors pull no harder than small ones.

    ::

        ℓ = Σ_k |a_k − y_k| / K
        ∂ℓ/∂a_k = sign(a_k − y_k) / K
    """

    formula = "mean(abs(a - y))"
    slope = "sign(a - y) / K"
    kinks = (0.0,)

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.mean(np.abs(outputs - targets), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.sign(outputs - targets, out=out)
        out /= out.shape[1]


@LOSSES.register("huber")
class Huber(Loss):
    """Squared for errors e up to 1, absolute beyond: the mean over the K outputs (P. J. Huber 1964).

    ::

        ℓ = Σ_k min(|e_k|, 1) (|e_k| − min(|e_k|, 1) / 2) / K
        e_k = a_k − y_k
        ∂ℓ/∂a_k = max(−1, min(1, e_k)) / K
    """

    formula = "mean(min(abs(a - y), 1) * (abs(a - y) - min(abs(a - y), 1) / 2))"
    slope = "max(-1, min(1, a - y)) / K"

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        error = np.abs(outputs - targets)
        clipped = np.minimum(error, 1)
        loss: Floats = np.mean(clipped * (error - clipped / 2), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.clip(outputs - targets, -1, 1, out=out)
        out /= out.shape[1]


@LOSSES.register("half_squared_error")
class HalfSquaredError(Loss):
    """The sum over the K outputs of half the squared error, whose delta is the error itself.

    ::

        ℓ = Σ_k (a_k − y_k)² / 2
        ∂ℓ/∂a_k = a_k − y_k
    """

    formula = "sum((a - y) * (a - y)) / 2"
    slope = "a - y"

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        loss: Floats = np.square(outputs - targets).sum(axis=1) / 2
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)


@LOSSES.register("binary_cross_entropy")
class BinaryCrossEntropy(Loss):
    """The sum over K independent yes-or-no questions of the cross-entropy of a sigmoid, computed from its logit.

    ::

        ℓ = Σ_k (max(0, z_k) − y_k z_k + ln(1 + exp(−|z_k|)))

    which is −Σ_k (y_k ln p_k + (1 − y_k) ln(1 − p_k)) without ever taking the logarithm of zero.

    ::

        ∂ℓ/∂z_k = p_k − y_k
    """

    formula = "sum(max(0, z) - y * z + log1p(exp(-abs(z))))"
    slope = "a - y"
    outputs = ("sigmoid",)
    from_logits = True

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
            raise DataError("targets are not probabilities", expected="0..1", got=got)


@LOSSES.register("poisson")
class Poisson(Loss):
    """Half the deviance of counts y from the rates a = exp(z), the sum over the K outputs.

    ::

        ℓ = Σ_k (a_k − y_k z_k + y_k ln(y_k) − y_k)
        ∂ℓ/∂z_k = a_k − y_k

    where y ln(y) is 0 for y = 0 (P. McCullagh, J. A. Nelder, "Generalized linear models", 1989, section 6.2).
    """

    formula = "sum(a - y * z + y * log(y + (y <= 0)) - y)"
    slope = "a - y"
    outputs = ("exponential",)
    from_logits = True

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        least = targets * np.log(np.where(targets > 0, targets, 1)) - targets
        loss: Floats = (outputs - targets * logits + least).sum(axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.subtract(outputs, targets, out=out)

    def check(self, targets: Floats) -> None:
        if not targets.min() >= 0:
            raise DataError("targets are not counts", expected="0 or more", got=float(targets.min()))


QUANTILE = "quantile_"  # and the part of the targets that shall lie below, such as 0.9


@LOSSES.register("quantile_0.5")
class Quantile(Loss):
    """The mean over the K outputs of a tilted absolute error, least where a part τ of the targets lies below.

    ::

        ℓ = Σ_k max((1 − τ) e_k, −τ e_k) / K
        e_k = a_k − y_k
        ∂ℓ/∂a_k = (sign(e_k) / 2 + 1 / 2 − τ) / K

    Two networks with τ = 0.05 and τ = 0.95 bound an interval for nine tenths of the targets (R. Koenker, G. Bassett,
    "Regression quantiles", 1978). A UsageError if τ is not between 0 and 1.
    """

    kinks = (0.0,)

    def __init__(self, q: float = 0.5) -> None:
        if not 0 < q < 1:
            raise UsageError("invalid quantile", expected="between 0 and 1", got=q)
        self.name, self._q = f"{QUANTILE}{q:g}", q
        self.formula = f"mean(max((1 - {q!r}) * (a - y), -{q!r} * (a - y)))"
        self.slope = f"(sign(a - y) / 2 + 1 / 2 - {q!r}) / K"

    @classmethod
    def named(cls, name: str) -> Quantile | None:
        try:
            q = float(name.removeprefix(QUANTILE)) if name.startswith(QUANTILE) else None
        except ValueError:
            return None
        return None if q is None else cls(q)

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        error = outputs - targets
        loss: Floats = np.mean(np.maximum((1 - self._q) * error, -self._q * error), axis=1)
        return loss

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.sign(outputs - targets, out=out)
        out /= 2
        out += 0.5 - self._q
        out /= out.shape[1]
