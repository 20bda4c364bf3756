"""Losses that are minus the logarithm of a likelihood, computed from the logits: the simplest deltas there are."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..errors import DataError
from .loss import Loss

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
