"""Deskewing: slanted digits set upright, by the moments of their ink."""

from __future__ import annotations

import numpy as np

from ...arrays import AnyArray, Floats
from .warp import affine_basis, check_images, warp


def deskew(images: AnyArray) -> AnyArray:
    """Shear each image until its rows and columns are uncorrelated.

    With p the ink of a pixel, as a part of the image's, and y, x its place,

    ::

        m = Σ_i p_i y_i
        n = Σ_i p_i x_i
        h = (Σ_i p_i y_i x_i − m n) / (Σ_i p_i y_i² − m²)

    is the slant in columns a row; row y moves by h (y − m).

    Parameters
    ----------
    images : ndarray of shape (batch, height, width)
        uint8, or floats.

    Returns
    -------
    ndarray of the same shape and dtype
        Images without ink, or with ink in one row only, stay as they are.

    Raises
    ------
    DataError
        If these are not images.

    Examples
    --------
    >>> slanted = np.eye(5, dtype=np.uint8)[None] * 200
    >>> deskew(slanted)[0, :, 2]
    array([200, 200, 200, 200, 200], dtype=uint8)
    """
    check_images(images)
    slant, middle = slants(images)
    coefficients = np.zeros((2, len(images), 3), np.float32)
    coefficients[0, :, 0] = coefficients[1, :, 1] = 1
    coefficients[1, :, 0] = slant
    coefficients[1, :, 2] = -slant * middle
    return warp(images, coefficients, affine_basis(images.shape[1:]))


def slants(images: AnyArray) -> tuple[Floats, Floats]:
    """Measure each image's slant h and the row m of its center, counted from the middle; see `deskew`."""
    y, x, one = affine_basis(images.shape[1:]).astype(np.float64)
    ink = images.reshape(len(images), -1) @ np.stack([one, y, x, y * y, y * x], axis=1)
    mass = np.where(ink[:, 0] > 0, ink[:, 0], 1)[:, None]
    m, n, yy, yx = (ink[:, 1:] / mass).T
    spread = yy - m * m
    slant = np.divide(yx - m * n, spread, out=np.zeros_like(spread), where=spread > 1e-6)
    return slant, m
