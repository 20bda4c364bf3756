"""Warps: images whose every pixel is taken from a place of another image, between its pixels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..arrays import AnyArray, Floats
from ..errors import DataError

BLOCK = 16  # images warped at once, so that what is computed for them stays in the processor's cache


@lru_cache(8)
def affine_basis(shape: tuple[int, int]) -> Floats:
    """Give the functions that affine maps are made of, at each pixel of an image.

    Parameters
    ----------
    shape : (int, int)
        The image's height and width.

    Returns
    -------
    ndarray of shape (3, pixels), float32
        y and x, counted from the middle of the image in pixels, and 1.

    Examples
    --------
    >>> affine_basis((1, 2))
    array([[ 0. ,  0. ],
           [-0.5,  0.5],
           [ 1. ,  1. ]], dtype=float32)
    """
    y, x = np.indices(shape, np.float32).reshape(2, -1)
    return np.stack([y - (shape[0] - 1) / 2, x - (shape[1] - 1) / 2, np.ones_like(x)]).astype(np.float32)


def warp(images: AnyArray, coefficients: Floats, basis: Floats) -> AnyArray:
    """Warp each image by a field that is linear in its coefficients.

    ::

        y_in = Σ_k c_ik B_kn
        x_in = Σ_k d_ik B_kn

    is where pixel n of warped image i comes from, counted from the middle of the image.

    Parameters
    ----------
    images : ndarray of shape (batch, height, width)
        uint8, or floats.
    coefficients : ndarray of shape (2, batch, functions)
        c and d, float32.
    basis : ndarray of shape (functions, pixels)
        B, float32; begins with `affine_basis`.

    Returns
    -------
    ndarray of the images' shape and dtype
        Black where the place lies outside.

    Raises
    ------
    DataError
        If these are no images.

    Examples
    --------
    >>> images = np.array([[[10, 20, 30]]], np.uint8)
    >>> half_a_pixel = np.array([[[1, 0, 0]], [[0, 1, 0.5]]], np.float32)
    >>> warp(images, half_a_pixel, affine_basis((1, 3)))
    array([[[15, 25, 15]]], dtype=uint8)
    """
    check_images(images)
    warped = np.empty_like(images)
    middle = [np.float32((side - 1) / 2) for side in images.shape[1:]]
    for start in range(0, len(images), BLOCK):
        block = slice(start, start + BLOCK)
        y, x = (c[block] @ basis + half for c, half in zip(coefficients, middle, strict=True))
        values = bilinear(images[block], y, x)
        if images.dtype == np.uint8:
            np.rint(values, out=values)
        else:  # a mean of four is no brighter than the brightest of them, but for rounding
            np.clip(values, min(images[block].min(), 0), max(images[block].max(), 0), out=values)
        warped[block] = values.reshape(warped[block].shape)
    return warped


def check_images(images: AnyArray) -> None:
    """Refuse what is no array of images.

    Raises
    ------
    DataError
        If the shape is not (n, height, width).
    """
    if images.ndim != 3:
        raise DataError("only images can be warped", expected="shape (n, height, width)", got=images.shape)


def bilinear(images: AnyArray, y: Floats, x: Floats) -> Floats:
    """Look up images between their pixels.

    With y₀ = ⌊y⌋ and x₀ = ⌊x⌋ the row above and the column before, v = y − y₀, u = x − x₀,

    ::

        p = (1 − v) ((1 − u) a + u b) + v ((1 − u) c + u d)

    of the four pixels around: a and b above, c and d below.

    Parameters
    ----------
    images : ndarray of shape (batch, height, width)
        Black around.
    y, x : ndarray of shape (batch, places), float32
        Rows and columns, from 0. Changed.

    Returns
    -------
    ndarray of shape (batch, places)
        float64 for images of that type, else float32.
    """
    count, height, width = images.shape
    # Two rows and columns of black before and after: what lies farther out is black too.
    padded = np.zeros((count, height + 4, width + 4), np.result_type(images, np.float32))
    padded[:, 2:-2, 2:-2] = images
    stride = width + 4
    v, above = _split(y, height)
    u, before = _split(x, width)
    place = above.astype(np.int64)
    place *= stride
    place += before.astype(np.int64)
    place += padded[0].size * np.arange(count)[:, None]
    pixels = padded.ravel()
    # Places are inside; "clip" takes them without looking.
    a, b, c, d = (np.take(pixels[step:], place, mode="clip") for step in (0, 1, stride, stride + 1))
    b -= a
    d -= c
    b *= u
    d *= u
    a += b
    c += d
    c -= a
    c *= v
    a += c
    return a


def _split(places: Floats, side: int) -> tuple[Floats, Floats]:
    """Split places along a side into fraction and whole part, counted in the padded image."""
    places += 2
    np.clip(places, 0, side + 2, out=places)
    whole = np.floor(places)
    places -= whole
    return places, whole
