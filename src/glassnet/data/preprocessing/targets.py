"""Targets as a network learns them: one-hot rows of labels, standardized numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...arrays import AnyArray, Floats, Integers
from ...errors import DataError


@dataclass(frozen=True)
class TargetScale:
    """Standardize numeric targets, so that a network of ordinary weights can reach them.

    ::

        s = (t − m) / d
        t = m + d s

    Parameters
    ----------
    mean : float
        m, the mean of the training targets, in their unit.
    deviation : float
        d, their standard deviation, in their unit.

    Examples
    --------
    >>> scale = TargetScale.fit(np.array([-2.0, 0.0, 2.0]))
    >>> scale.restore(scale.standardize(np.array([5.0])))
    array([5.])
    """

    mean: float
    deviation: float

    @classmethod
    def fit(cls, targets: Floats) -> TargetScale:
        """Take mean and deviation from the training targets; a constant one, and rows of several, keep their unit."""
        if targets.ndim > 1:
            return cls(0.0, 1.0)
        # Asked of the targets themselves: by rounding, constant ones can have a deviation of 1e-17.
        constant = np.min(targets) == np.max(targets)
        deviation = 0.0 if constant else float(np.std(targets, dtype=np.float64))
        return cls(float(np.mean(targets, dtype=np.float64)), deviation or 1.0)

    def standardize(self, targets: Floats) -> Floats:
        """Bring targets to mean 0 and deviation 1."""
        return (targets - self.mean) / self.deviation

    def restore(self, standardized: Floats) -> Floats:
        """Bring a network's outputs back to the targets' unit, in float64: a mean can be large beside its deviation."""
        return self.mean + self.deviation * np.asarray(standardized, np.float64)


def one_hot(labels: Integers, classes: int, out: Floats | None = None) -> Floats:
    """Encode labels as rows with a single one.

    ::

        t_k = [k = label]

    Parameters
    ----------
    labels : ndarray of shape (batch,), integers
        Each in 0..classes-1.
    classes : int
        The width of a row.
    out : ndarray of shape (batch, classes), optional
        Where to write; float32 and new by default.

    Returns
    -------
    ndarray of shape (batch, classes)

    Raises
    ------
    DataError
        If a label is out of range.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    labels = np.asarray(labels)
    check_labels(labels, classes)
    if out is None:
        out = np.empty((len(labels), classes), np.float32)
    out.fill(0)
    out[np.arange(len(labels)), labels] = 1
    return out


def check_labels(labels: AnyArray, classes: int) -> None:
    """Refuse labels that are no integers in 0..classes-1, naming the first."""
    if labels.ndim != 1:
        raise DataError("labels of another shape", expected="shape (n,)", got=f"shape {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise DataError("labels of another type", expected="integers", got=labels.dtype)
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(wrong):
        row = int(wrong[0])
        raise DataError("label out of range", expected=f"0..{classes - 1}", got=int(labels[row]), where=f"row {row}")
