"""Thickness: strokes that grow or shrink, as another pen would have written them."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Floats


def thicken(images: AnyArray, amounts: Floats) -> AnyArray:
    """Grow each image's strokes by a part of a pixel on every side, or shrink them where it is negative.

    With m the largest, or for shrinking the least, of a pixel and the four beside it, and s the amount without its
    sign,

    ::

        q = (1 − s) p + s m

    Parameters
    ----------
    images : ndarray of shape (batch, height, width)
        uint8, or floats.
    amounts : ndarray of shape (batch,)
        In −1..1, pixels.

    Returns
    -------
    ndarray of the same shape and dtype
        New images.

    Notes
    -----
    Source: gray dilation and erosion, J. Serra, "Image Analysis and Mathematical Morphology" (1982), chapter 12.

    Examples
    --------
    >>> line = np.array([[[0, 0, 200, 0, 0]]], np.uint8)
    >>> thicken(line, np.array([0.5]))
    array([[[  0, 100, 200, 100,   0]]], dtype=uint8)
    >>> thicken(line, np.array([-0.5]))
    array([[[  0,   0, 100,   0,   0]]], dtype=uint8)
    """
    ends = np.empty_like(images)
    for larger in (True, False):
        chosen = (amounts > 0) == larger
        ends[chosen] = neighborly(images[chosen], larger)
    shares = np.abs(amounts).astype(np.result_type(images, np.float32))[:, None, None]
    changed: AnyArray = (1 - shares) * images + shares * ends
    if images.dtype == np.uint8:
        return np.rint(changed, out=changed).astype(np.uint8)
    np.clip(changed, np.minimum(images, ends), np.maximum(images, ends), out=changed)  # but for rounding
    return changed


def neighborly(images: AnyArray, larger: bool) -> AnyArray:
    """Give each pixel the largest, or the least, of itself and the four beside it; (batch, height, width)."""
    choose = np.maximum if larger else np.minimum
    result = images.copy()
    choose(result[:, 1:], images[:, :-1], out=result[:, 1:])
    choose(result[:, :-1], images[:, 1:], out=result[:, :-1])
    choose(result[:, :, 1:], images[:, :, :-1], out=result[:, :, 1:])
    choose(result[:, :, :-1], images[:, :, 1:], out=result[:, :, :-1])
    return result
