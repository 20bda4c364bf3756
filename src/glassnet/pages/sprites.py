"""Small images in a page: arrays as PNG inside a data address."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from ..arrays import Bytes, Floats
from .single_file import in_base64

GAP = 2  # pixels between the images of a sheet
PAPER, BLUE, ORANGE = (255, 255, 255), (27, 88, 158), (137, 65, 3)


def ink(image: Bytes) -> str:
    """Give a gray image as dark ink on white paper, (height, width)."""
    return _address(Image.fromarray(255 - image))


def weights_sheet(weights: Floats, shape: tuple[int, int], columns: int) -> str:
    """Give images of what each neuron weighs, blue above zero and orange below, side by side.

    Parameters
    ----------
    weights : ndarray of shape (inputs, neurons)
        Each neuron's largest weight has the full color.
    shape : (int, int)
        Of an image.
    columns : int
        Images to a row.
    """
    height, width = shape
    count = weights.shape[1]
    rows = -(-count // columns)
    sheet = np.full((rows * (height + GAP), columns * (width + GAP), 3), 255, np.uint8)
    share = weights / np.maximum(np.abs(weights).max(axis=0), np.finfo(np.float32).tiny)
    for number in range(count):
        top, left = (number // columns) * (height + GAP), (number % columns) * (width + GAP)
        sheet[top : top + height, left : left + width] = signed(share[:, number].reshape(shape))
    return _address(Image.fromarray(sheet))


def signed(share: Floats) -> Bytes:
    """Color values of −1..1, (height, width), as (height, width, 3)."""
    most = np.where(share[..., None] > 0, BLUE, ORANGE)
    mixed = np.array(PAPER) + (most - np.array(PAPER)) * np.abs(share)[..., None]
    colored: Bytes = np.rint(mixed).astype(np.uint8)
    return colored


def _address(picture: Image.Image) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return f"data:image/png;base64,{in_base64(out.getvalue())}"
