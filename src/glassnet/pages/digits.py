"""Digits inside a page: 16 grays, two pixels a byte, deflated; engine/digits.js unpacks them."""

from __future__ import annotations

import zlib

import numpy as np

from ..arrays import AnyArray
from .single_file import in_base64

LEVELS = 15  # of gray, beside white: of 256 no accuracy is left after training (see benchmarks/LOG.md)


def packed_digits(images: AnyArray, labels: AnyArray) -> str:
    """Pack images and their labels as base64.

    Parameters
    ----------
    images : ndarray of shape (digits, 28, 28)
        uint8, 255 being ink.
    labels : ndarray of shape (digits,)
        0 to 9.

    Returns
    -------
    str
        Deflated bytes: for each two pixels 16 times the gray of the first plus that of the second, in 0..15, and then a
        byte for each label.

    Examples
    --------
    >>> packed_digits(np.zeros((1, 28, 28), np.uint8), np.array([7]))
    'Y2AYBYMBsAMA'
    """
    grays = np.rint(images.reshape(len(images), -1) * (LEVELS / 255)).astype(np.uint8)
    pairs = grays[:, 0::2] << 4 | grays[:, 1::2]
    return in_base64(deflated(pairs.tobytes() + labels.astype(np.uint8).tobytes()))


def deflated(content: bytes) -> bytes:
    """Compress bytes as a browser's ``deflate-raw`` has them, without a header."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(content) + compressor.flush()
