"""A picture file as a model's examples are."""

from __future__ import annotations

from pathlib import Path

from ..arrays import AnyArray
from ..data.catalogue import DIGITS
from ..data.folders import read_gray
from ..data.pictures import read_digit
from ..errors import ImageFileError
from ..model.model import Model

DEGREES = "degrees"  # the unit of rotated-mnist


def read_picture(model: Model, file: Path) -> AnyArray:
    """Read a picture as the model's training images were made: MNIST's were centered, others are as they are.

    Parameters
    ----------
    model : Model
        Who shall answer for it.
    file : Path
        PNG or JPEG.

    Returns
    -------
    ndarray of shape (1, height, width), uint8

    Raises
    ------
    ImageFileError
        If it cannot be read, or has another size than the model's images.
    """
    shape = model.preprocessing.input_shape
    of_digits = model.class_names == DIGITS or (not model.class_names and model.unit == DEGREES)
    if shape == (28, 28) and of_digits:
        return read_digit(file)[None]
    image = read_gray(file)
    if image.shape != shape:
        expected, got = (" x ".join(map(str, sides)) for sides in (shape, image.shape))
        raise ImageFileError("a picture of another size", expected=expected, got=got, where=file)
    return image[None]
