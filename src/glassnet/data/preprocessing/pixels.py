"""Pixels as a network takes them: flattened, and between 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np

from ...arrays import AnyArray, Floats
from ...errors import DataError
from ...settings import plain
from ..images.deskew import deskew
from .preprocessing import PREPROCESSINGS, Preprocessing

BRIGHTEST = 255


@PREPROCESSINGS.register("pixels")
@dataclass(frozen=True)
class PixelScaling(Preprocessing):
    """Flatten images and bring their pixels into 0..1.

    ::

        x = pixel / 255

    Parameters
    ----------
    input_shape : tuple of int
        The shape of one image: (28, 28) for MNIST.
    deskew : bool, optional
        Whether slanted images are set upright first; see `glassnet.data.images.deskew`.

    Raises
    ------
    UsageError
        If inputs that are to be deskewed are not images.

    Examples
    --------
    >>> PixelScaling((1, 2)).apply(np.array([[[0, 255]]], dtype=np.uint8))
    array([[0., 1.]], dtype=float32)
    """

    input_shape: tuple[int, ...]
    deskew: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "input_shape", tuple(map(plain, self.input_shape)))
        object.__setattr__(self, "deskew", plain(self.deskew))
        if self.deskew and len(self.input_shape) != 2:
            super().upright()

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the fields that a model file has."""
        shape, upright = description["input_shape"], description.get("deskew", False)
        if not isinstance(upright, bool) or not all(isinstance(side, int) and side > 0 for side in shape):
            raise ValueError(f"unknown preprocessing {dict(description)}")
        return cls(tuple(shape), upright)

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return {"kind": self.name, **asdict(self)}

    def upright(self) -> PixelScaling:
        """Give the same with deskewing."""
        return replace(self, deskew=True)

    @property
    def warps(self) -> int:
        """Once for deskewing."""
        return int(self.deskew)

    def scale(self, pixels: AnyArray, out: Floats, first: int = 0) -> None:
        """Write the inputs of images: uint8 of 0..255, or floats that lie in 0..1 already."""
        if pixels.dtype != np.uint8:
            check_unit_range(pixels, first)
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
            raise DataError("images of the wrong shape", expected=shapes, got=f"shape {images.shape}")
        if images.dtype != np.uint8 and images.dtype.kind != "f":
            raise DataError("images of the wrong type", expected="uint8 or floats in 0..1", got=images.dtype)
        return images.reshape(len(images), self.inputs)


def check_unit_range(pixels: Floats, first: int = 0) -> None:
    """Refuse pixels of floats that are NaN or outside 0..1, naming the first such image, counted from ``first``."""
    if not pixels.size:
        return
    # NaN fails both comparisons, so it is refused too.
    lowest, highest = pixels.min(), pixels.max()
    if not (lowest >= 0 and highest <= 1):
        remedy = "Pass uint8 pixels, or divide by the brightest value"
        got, expected = f"{lowest:g}..{highest:g}", "floats in 0..1, none of them NaN"
        inside = ((pixels >= 0) & (pixels <= 1)).reshape(len(pixels), -1).all(axis=1)
        where = f"image {first + int(np.argmin(inside)):,}"
        raise DataError("pixels out of range", expected=expected, got=got, where=where, remedy=remedy)
