"""A digit brought into the form that MNIST's have.

Each was fitted into 20x20 pixels with its proportions kept, and laid into 28x28 with its center of mass in the middle
(Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", 1998).
"""

from __future__ import annotations

import math

import numpy as np

from ...arrays import Bytes, Floats
from .paper import largest_around

FIELD, BOX = 28, 20
# Widths of strokes in pixels of the 20x20: of MNIST's digits one in a hundred is thinner than the first, or
# thicker than the last, and those in the middle are usual.
THINNEST, THIN, THICK, THICKEST = 1.45, 2.1, 3.6, 4.6
FINE = 160  # pixels of the longer side, in which a pen is made broader or narrower


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

    digit = _cut_out(ink)
    height, width = (max(1, round(side * BOX / max(digit.shape))) for side in digit.shape)
    shrinks = max(digit.shape) >= BOX
    filtering = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    fitted = np.asarray(Image.fromarray(digit.astype(np.float32)).resize((width, height), filtering))
    row, column = (_offset(fitted.sum(axis=axis)) for axis in (1, 0))
    field = np.zeros((FIELD, FIELD), np.float32)
    field[row : row + height, column : column + width] = fitted / fitted.max()
    return np.rint(np.clip(field, 0, 1) * 255).astype(np.uint8)


def fit_pen(ink: Floats) -> tuple[Floats, list[str]]:
    """Make strokes that are thinner or thicker than nearly all of MNIST's broader or narrower.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        How much ink each pixel has, 0 for paper; not all zero.

    Returns
    -------
    tuple of an ndarray and a list of str
        The same ink where its pen is usual, or it is no larger than MNIST's; and what was done, in words.

    Examples
    --------
    >>> line = np.zeros((200, 200))
    >>> line[50:150, 100] = 1.0
    >>> broad, steps = fit_pen(line)
    >>> steps, round(float(np.count_nonzero(broad.any(axis=0)) / np.count_nonzero(broad.any(axis=1)) * BOX))
    (['thin strokes broadened'], 2)
    """
    from PIL import Image

    digit = _cut_out(ink)
    width = stroke_width(digit) * BOX / max(digit.shape)
    if THINNEST <= width <= THICKEST or max(digit.shape) <= BOX:
        return ink, []
    grows = width < THINNEST
    scale = FINE / max(digit.shape)
    reach = round(abs((THIN if grows else THICK) - width) / 2 / BOX * FINE)
    sides = [max(1, round(side * scale)) for side in digit.shape[::-1]]
    large = np.asarray(Image.fromarray(digit.astype(np.float32)).resize(sides, Image.Resampling.BILINEAR))
    large = np.pad(large, reach + 1)
    changed = largest_around(large, 2 * reach + 1) if grows else -largest_around(-large, 2 * reach + 1)
    if not (changed > 0.5).any():
        return ink, []
    return changed, ["thin strokes broadened" if grows else "thick strokes narrowed"]


def stroke_width(ink: Floats) -> float:
    """Measure the usual width of strokes, in pixels: twice their area, by the length of their outlines."""
    padded = np.pad(ink, 1)
    steps = np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum()
    # Along rows and columns an outline is 4/π times as long as it is, over all directions.
    return float(2 * padded.sum() / (steps * math.pi / 4))


def _offset(mass: Floats) -> int:
    """Where a profile of ink begins so that its center of mass falls on the field's pixel 14, and none is cut off.

    Counted from 0: in all of MNIST's test images the center of mass lies in 13.5..14.5, measured.
    """
    center = float(mass @ np.arange(len(mass)) / mass.sum())
    return min(max(FIELD // 2 - math.floor(center + 0.5), 0), FIELD - len(mass))


def _cut_out(ink: Floats) -> Floats:
    """Give the rectangle that has ink, whose strongest is 1."""
    rows, columns = (np.flatnonzero((ink > 0).any(axis=axis)) for axis in (1, 0))
    part: Floats = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / ink.max()
    return part
