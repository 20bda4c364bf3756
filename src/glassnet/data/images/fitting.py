"""A digit brought into the form that MNIST's have.

Each was fitted into 20x20 pixels with its proportions kept, and laid into 28x28 with its center of mass in the middle
(Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", 1998).
"""

from __future__ import annotations

import math

import numpy as np

from ...arrays import Bytes, Floats

FIELD, BOX = 28, 20


def center_digit(ink: Floats) -> Bytes:
    """Fit ink into 20x20 and center it by mass in 28x28.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        How much ink each pixel has, 0 for paper; not all zero.

    Returns
    -------
    ndarray of shape (28, 28), uint8

    Examples
    --------
    >>> bar = np.zeros((100, 300))
    >>> bar[20:60, 200:210] = 1.0
    >>> np.argwhere(center_digit(bar)).min(axis=0), np.argwhere(center_digit(bar)).max(axis=0)
    (array([ 4, 12]), array([23, 16]))
    """
    from PIL import Image

    ink = ink / ink.max()
    rows, columns = (np.flatnonzero((ink > 0).any(axis=axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * BOX / max(digit.shape))) for side in digit.shape)
    shrinks = max(digit.shape) >= BOX
    filtering = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    fitted = np.asarray(Image.fromarray(digit.astype(np.float32)).resize((width, height), filtering))
    row, column = (_offset(fitted.sum(axis=axis)) for axis in (1, 0))
    field = np.zeros((FIELD, FIELD), np.float32)
    field[row : row + height, column : column + width] = fitted / fitted.max()
    return np.rint(np.clip(field, 0, 1) * 255).astype(np.uint8)


def _offset(mass: Floats) -> int:
    """Where a profile of ink begins so that its center of mass falls on the field's pixel 14, and none is cut off.

    Counted from 0: in all of MNIST's test images the center of mass lies in 13.5..14.5, measured.
    """
    center = float(mass @ np.arange(len(mass)) / mass.sum())
    return min(max(FIELD // 2 - math.floor(center + 0.5), 0), FIELD - len(mass))
