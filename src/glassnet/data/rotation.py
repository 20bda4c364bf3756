"""Images turned by an angle: the second task on the same files."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Floats

ROTATED_MNIST_SEED = 20_260
ROTATED_MNIST_VERSION = 1  # of the pixels, in the cache: count it up when `rotate` or the angles change
LARGEST_ANGLE = 45.0  # degrees
BLOCK = 200  # images turned at once: about a MB of coordinates each


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
    for start in range(0, len(images), BLOCK):
        block = slice(start, start + BLOCK)
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
