"""The digits in a picture: read the file, turn it upright, tell ink from paper, find digits, fit each into 28x28."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from ...arrays import Bytes
from ...errors import ImageFileError
from ...hardware import one_blas_thread
from .decode import decode
from .fitting import center_digit, fit_pen
from .ink import find_ink
from .segmentation import find_digits

Box = tuple[int, int, int, int]  # left, top, width, height


@dataclass(frozen=True)
class PictureReading:
    """What a network sees of a picture, and what was done to it.

    Parameters
    ----------
    images : ndarray of shape (n, height, width), uint8
        Each digit found, in reading order; bright ink on black.
    boxes : tuple of n boxes
        Where each lies: left, top, width, height, in pixels of the picture as it is seen upright.
    steps : tuple of str
        What was done, in words, such as "turned by EXIF 90°" or "frame removed".
    fitted : bool, optional
        Whether the digits could as well lie a pixel aside: not in a picture of the size of the images.
    """

    images: Bytes
    boxes: tuple[Box, ...]
    steps: tuple[str, ...]
    fitted: bool = False

    @property
    def largest(self) -> Bytes:
        """The image of the largest digit, (height, width)."""
        image: Bytes = self.images[max(range(len(self.boxes)), key=lambda k: self.boxes[k][2] * self.boxes[k][3])]
        return image


def read_digits(path: str | os.PathLike[str]) -> PictureReading:
    """Find the digits in a picture, and bring each into the form that MNIST's have.

    Parameters
    ----------
    path : path-like
        A picture of any usual format and size, dark on light or light on dark.

    Returns
    -------
    PictureReading
        With one digit or more.

    Raises
    ------
    ImageFileError
        If the file is not a picture, is too large, or shows nothing.
    """
    picture = decode(path)
    with one_blas_thread():  # another job's threads would be waited for
        ink, steps = find_ink(picture.gray)
    if ink is None:
        remedy = "Draw a digit with more contrast"
        raise ImageFileError("the picture is blank", expected="a digit that stands out", where=path, remedy=remedy)
    digits, more = find_digits(ink)
    across, down = (side / length for side, length in zip(picture.size, ink.shape[::-1], strict=True))
    images = []
    for _, mask in digits:
        digit, widened = fit_pen(np.where(mask, ink, 0))
        images.append(center_digit(digit))
        more += [step for step in widened if step not in more]
    boxes = tuple(
        (round(part.left * across), round(part.top * down), round(part.width * across), round(part.height * down))
        for part, _ in digits
    )
    fitted = tuple(picture.size) != images[0].shape
    return PictureReading(np.stack(images), boxes, (*picture.steps, *steps, *more), fitted)


def read_digit(path: str | os.PathLike[str]) -> Bytes:
    """Give the image of the largest digit in a picture, (28, 28); arguments and errors as in `read_digits`."""
    return read_digits(path).largest
