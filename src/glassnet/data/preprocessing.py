"""What happens to inputs and targets before the network sees them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..errors import DataError, UsageError
from .deskewing import deskew

BRIGHTEST = 255


@dataclass(frozen=True)
class PixelScaling:
    """Flatten images and bring their pixels into 0..1.

    ::

        x = pixel / 255

    Parameters
    ----------
    input_shape : tuple of int
        The shape of one image: (28, 28) for MNIST.
    deskew : bool, optional
        Whether slanted images are set upright first; see `glassnet.data.deskewing`.

    Raises
    ------
    UsageError
        If what is to be deskewed is no image.

    Examples
    --------
    >>> PixelScaling((1, 2)).apply(np.array([[[0, 255]]], dtype=np.uint8))
    array([[0., 1.]], dtype=float32)
    """

    input_shape: tuple[int, ...]
    deskew: bool = False

    def __post_init__(self) -> None:
        if self.deskew and len(self.input_shape) != 2:
            expected = "inputs of shape (height, width)"
            raise UsageError("deskewing of what is no image", expected=expected, got=self.input_shape)

    @cached_property
    def inputs(self) -> int:
        """The number of inputs that an image becomes: 784 for MNIST."""
        return math.prod(self.input_shape)

    def apply(self, images: AnyArray, out: Floats | None = None) -> Floats:
        """Turn images into network inputs.

        Parameters
        ----------
        images : ndarray of shape (batch, *input_shape) or (batch, inputs)
            uint8 of 0..255, or floats that lie in 0..1 already.
        out : ndarray of shape (batch, inputs), optional
            Where to write; float32 and new by default.

        Returns
        -------
        ndarray of shape (batch, inputs)

        Raises
        ------
        DataError
            If the shape or the type is another, or a float is NaN or outside 0..1.
        """
        pixels = self.flatten(images)
        if out is None:
            out = np.empty(pixels.shape, np.float32)
        self.scale(pixels, out)
        return out

    def scale(self, pixels: AnyArray, out: Floats) -> None:
        """Write the inputs of images that `flatten` has laid out; both are of shape (batch, inputs)."""
        if pixels.dtype != np.uint8:
            check_unit_range(pixels)
        if self.deskew:
            pixels = deskew(pixels.reshape(-1, *self.input_shape)).reshape(pixels.shape)
        if pixels.dtype == np.uint8:
            np.divide(pixels, BRIGHTEST, out=out, casting="same_kind", dtype=out.dtype)
        else:
            np.copyto(out, pixels, casting="same_kind")

    def flatten(self, images: AnyArray) -> AnyArray:
        """Lay each image out as one row; a view where the memory allows it."""
        images = np.asarray(images)
        if images.shape[1:] not in (self.input_shape, (self.inputs,)) or images.ndim < 2:
            shapes = f"shape (n, {', '.join(map(str, self.input_shape))}) or (n, {self.inputs})"
            raise DataError("images of another shape", expected=shapes, got=f"shape {images.shape}")
        if images.dtype != np.uint8 and images.dtype.kind != "f":
            raise DataError("images of another type", expected="uint8 or floats in 0..1", got=images.dtype)
        return images.reshape(len(images), self.inputs)


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
        """Take mean and standard deviation from the training targets; a constant target keeps the unit."""
        # Asked of the targets themselves: by rounding, constant ones can have a deviation of 1e-17.
        constant = np.min(targets) == np.max(targets)
        deviation = 0.0 if constant else float(np.std(targets, dtype=np.float64))
        return cls(float(np.mean(targets, dtype=np.float64)), deviation or 1.0)

    def standardize(self, targets: Floats) -> Floats:
        """Bring targets to mean 0 and deviation 1."""
        return (targets - self.mean) / self.deviation

    def restore(self, standardized: Floats) -> Floats:
        """Bring a network's outputs back to the targets' unit."""
        return self.mean + self.deviation * standardized


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


def check_unit_range(pixels: Floats) -> None:
    """Refuse pixels of floats that are NaN or outside 0..1.

    Raises
    ------
    DataError
        Naming the first.
    """
    if not pixels.size:
        return
    # NaN fails both comparisons, so it is refused too.
    lowest, highest = pixels.min(), pixels.max()
    if not (lowest >= 0 and highest <= 1):
        remedy = "Pass uint8 pixels, or divide by the brightest value"
        got = f"{lowest:g}..{highest:g}"
        raise DataError("pixels out of range", expected="floats in 0..1, none of them NaN", got=got, remedy=remedy)
