"""Thickness: strokes that grow or shrink, as another pen would have written them."""

from __future__ import annotations

import numpy as np

from ...arrays import AnyArray, Floats


def thicken(images: AnyArray, amounts: Floats) -> AnyArray:
    """Let each image's strokes grow, or shrink where the amount s is negative.

    With m the mean of a pixel and the four beside it, black outside, and w the image's brightest pixel,

    ::

        g = min(w, p + s m)
        t = max(0, p + s (w − m))

    are the pixels that grow and those that shrink: what has ink around it gains some, what has paper around it loses
    some, and the inside of a stroke stays as it is.

    Parameters
    ----------
    images : ndarray of shape (batch, height, width)
        uint8, or floats; 0 or more.
    amounts : ndarray of shape (batch,)
        s, in −1..1.

    Returns
    -------
    ndarray of the same shape and dtype
        New images; none is brighter than it was.

    Examples
    --------
    >>> line = np.array([[[0, 0, 200, 0, 0]]], np.uint8)
    >>> thicken(line, np.array([0.5]))
    array([[[  0,  20, 200,  20,   0]]], dtype=uint8)
    >>> thicken(line, np.array([-0.5]))
    array([[[  0,   0, 120,   0,   0]]], dtype=uint8)
    """
    kind = np.result_type(images, np.float32)
    pixels = images.astype(kind)
    s = np.asarray(amounts, kind)[:, None, None]
    white = pixels.max(axis=(1, 2), keepdims=True)
    change = _mean_around(pixels)
    np.subtract(white, change, out=change, where=s < 0)
    change *= s
    pixels += change
    np.clip(pixels, 0, white, out=pixels)
    return np.rint(pixels, out=pixels).astype(np.uint8) if images.dtype == np.uint8 else pixels


def _mean_around(pixels: Floats) -> Floats:
    total = pixels.copy()
    total[:, 1:] += pixels[:, :-1]
    total[:, :-1] += pixels[:, 1:]
    total[:, :, 1:] += pixels[:, :, :-1]
    total[:, :, :-1] += pixels[:, :, 1:]
    total /= 5
    return total
