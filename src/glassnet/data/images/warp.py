"""Warps: images whose every pixel is taken from a place of another image, between its pixels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ...arrays import AnyArray, Bytes, Floats
from ...errors import DataError

BLOCK = 16  # images warped at once, so that what is computed for them stays in the processor's cache


@lru_cache(8)
def affine_basis(shape: tuple[int, int]) -> Floats:
    """Give the functions that affine maps are made of, at each pixel of an image, (height, width).

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
        If these are not images.

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
    """Refuse what is not an array of images.

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


ROTATED_MNIST_SEED = 20_260
ROTATED_MNIST_VERSION = 1  # of the pixels, in the cache: count it up when `rotate` or the angles change
LARGEST_ANGLE = 45.0  # degrees
TURNED_AT_ONCE = 200  # images turned at once: about a MB of coordinates each


def fixed_angles(count: int, stream: int) -> Floats:
    """Draw the angles of rotated-mnist, the same on every machine and every NumPy.

    ::

        α = 45 (2 u − 1)

    Only the raw output of the PCG64 bit generator is used, whose stream NumPy promises to keep (NEP 19).

    Parameters
    ----------
    count : int
        How many.
    stream : int
        0 for the 60,000 images, 1 for the test images.

    Returns
    -------
    ndarray of shape (count,), float32
        Degrees, uniform in -45..45, counter-clockwise positive.
    """
    bits = np.random.PCG64(np.random.SeedSequence(ROTATED_MNIST_SEED, spawn_key=(stream,))).random_raw(count)
    uniform = (bits >> np.uint64(11)) * 2.0**-53
    return (LARGEST_ANGLE * (2 * uniform - 1)).astype(np.float32)


def rotate(images: Bytes, degrees: Floats) -> Bytes:
    """Turn each image about its center, with bilinear interpolation and black outside.

    ::

        row_s = center + sin(α) (column − center) + cos(α) (row − center)
        column_s = center + cos(α) (column − center) − sin(α) (row − center)

    (row_s, column_s) is where the turned image's pixel (row, column) comes from. Rows count downward, so with these
    signs a positive angle turns counter-clockwise as one looks at the picture.

    Parameters
    ----------
    images : ndarray of shape (count, side, side), uint8
        Square images.
    degrees : ndarray of shape (count,)
        The angle for each.

    Returns
    -------
    ndarray of shape (count, side, side), uint8

    Examples
    --------
    >>> corner = np.array([[[0, 9], [0, 0]]], np.uint8)
    >>> rotate(corner, np.array([90.0]))[0]
    array([[9, 0],
           [0, 0]], dtype=uint8)
    """
    turned = np.empty_like(images)
    for start in range(0, len(images), TURNED_AT_ONCE):
        block = slice(start, start + TURNED_AT_ONCE)
        turned[block] = _rotate_block(images[block], np.radians(degrees[block], dtype=np.float64))
    return turned


def _rotate_block(images: Bytes, radians: Floats) -> Bytes:
    side = images.shape[-1]
    center = (side - 1) / 2
    row, column = np.mgrid[:side, :side] - center  # (side, side) each
    sine, cosine = np.sin(radians)[:, None, None], np.cos(radians)[:, None, None]
    source_row = center + sine * column + cosine * row  # (count, side, side)
    source_column = center + cosine * column - sine * row
    return np.rint(_bilinear(images, source_row, source_column)).astype(np.uint8)


def _bilinear(images: Bytes, row: Floats, column: Floats) -> Floats:
    """Read images between their pixels; a frame of black two pixels wide stands for everything outside."""
    count, side, _ = images.shape
    framed = np.pad(images, ((0, 0), (2, 2), (2, 2))).reshape(count, -1)
    # Rounding away the last bits keeps a turn by 90 degrees exact.
    row = np.clip(np.round(row, 9) + 2, 0, side + 2)
    column = np.clip(np.round(column, 9) + 2, 0, side + 2)
    top, left = row.astype(np.intp), column.astype(np.intp)
    down, right = row - top, column - left  # in 0..1
    corner = (top * (side + 4) + left).reshape(count, -1)

    def pixel(offset: int) -> Floats:
        return np.take_along_axis(framed, corner + offset, axis=1).reshape(row.shape).astype(np.float64)

    upper = (1 - right) * pixel(0) + right * pixel(1)
    lower = (1 - right) * pixel(side + 4) + right * pixel(side + 5)
    return (1 - down) * upper + down * lower
