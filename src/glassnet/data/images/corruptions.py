"""Images made harder to read: turned, moved, noisy, blurred, faded, thick or thin, hidden in part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...arrays import Bytes, Floats
from ...randomness import generator
from .augmentation import affine_coefficients
from .warp import affine_basis, warp

Corrupt = Callable[[Bytes, float, np.random.Generator], Bytes]


@dataclass(frozen=True)
class Corruption:
    """A way of making images harder to read.

    Attributes
    ----------
    name, unit : str
        What it is called, and what its strength is counted in.
    strengths : tuple of float
        A range from nothing to too much.
    corrupt : callable
        Takes images (n, height, width), uint8, a strength and a generator; gives new ones.
    """

    name: str
    unit: str
    strengths: tuple[float, ...]
    corrupt: Corrupt

    def apply(self, images: Bytes, strength: float, seed: int = 0) -> Bytes:
        """Corrupt images (n, height, width), the same way each time."""
        return self.corrupt(images, strength, generator(seed, "corruption"))


def _warped(images: Bytes, degrees: float = 0.0, scale: float = 1.0, shift: Floats | None = None) -> Bytes:
    count = len(images)
    shifts = np.zeros((2, count)) if shift is None else shift
    turn = np.full(count, np.radians(degrees))
    coefficients = affine_coefficients(turn, np.full((2, count), 1 / scale), np.zeros(count), shifts)
    return warp(images, coefficients.astype(np.float32), affine_basis(images.shape[1:]))


def rotate(images: Bytes, degrees: float, rng: np.random.Generator) -> Bytes:
    """Turn counterclockwise."""
    return _warped(images, degrees=-degrees)


def enlarge(images: Bytes, scale: float, rng: np.random.Generator) -> Bytes:
    """Make larger or smaller, around the middle."""
    return _warped(images, scale=scale)


def shift(images: Bytes, pixels: float, rng: np.random.Generator) -> Bytes:
    """Move so far, each image in a direction of its own."""
    direction = rng.uniform(0, 2 * np.pi, len(images))
    return _warped(images, shift=pixels * np.stack([np.sin(direction), np.cos(direction)]))


def add_noise(images: Bytes, deviation: float, rng: np.random.Generator) -> Bytes:
    """Add Gaussian noise of a deviation, of 0..1."""
    noise = rng.standard_normal(images.shape, np.float32) * np.float32(255 * deviation)
    return _as_bytes(images + noise)


def blur(images: Bytes, sigma: float, rng: np.random.Generator) -> Bytes:
    """Spread each pixel by a bell of a width in pixels.

    ::

        w_ij = exp(−(y_i − y_j)² / (2 σ²)) / c_i
        c_i = Σ_j exp(−(y_i − y_j)² / (2 σ²))

    of the places y along a side; rows and columns in turn.
    """
    if not sigma:
        return images.copy()
    height, width = (bells(side, sigma) for side in images.shape[1:])
    return _as_bytes(np.einsum("ij,njk,lk->nil", height, images.astype(np.float32), width, optimize=True))


def bells(side: int, sigma: float) -> Floats:
    """Give the weights (side, side) with which a blur takes each pixel of a line into each."""
    places = np.arange(side)
    bells = np.exp(-((places[:, None] - places) ** 2) / (2 * sigma**2))
    weights: Floats = (bells / bells.sum(axis=1, keepdims=True)).astype(np.float32)
    return weights


def fade(images: Bytes, contrast: float, rng: np.random.Generator) -> Bytes:
    """Keep a part of the contrast; black stays black."""
    return _as_bytes(images * np.float32(contrast))


def thicken(images: Bytes, pixels: float, rng: np.random.Generator) -> Bytes:
    """Grow strokes by so many pixels on each side, or shrink them where it is negative: gray dilation and erosion."""
    whole, part = divmod(abs(pixels), 1)
    grown = images
    for _ in range(int(whole)):
        grown = _grown(grown, pixels > 0)
    return _as_bytes((1 - part) * grown + part * _grown(grown, pixels > 0)) if part else grown.copy()


def _grown(images: Bytes, larger: bool) -> Bytes:
    """Give each pixel the largest, or least, of itself and its four neighbors."""
    choose, outside = (np.maximum, 0) if larger else (np.minimum, 255)
    around = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
    pieces = [around[:, 1:-1, :-2], around[:, 1:-1, 2:], around[:, :-2, 1:-1], around[:, 2:, 1:-1]]
    result = images.copy()
    for piece in pieces:
        choose(result, piece, out=result)
    return result


def hide(images: Bytes, side: float, rng: np.random.Generator) -> Bytes:
    """Blacken a square of so many pixels a side, somewhere in the middle four fifths."""
    count, height, width = images.shape
    corners = [
        rng.integers(round(0.1 * n), max(round(0.9 * n - side), round(0.1 * n)) + 1, count) for n in (height, width)
    ]
    rows, columns = (
        (np.arange(n) >= first[:, None]) & (np.arange(n) < first[:, None] + side)
        for n, first in zip((height, width), corners, strict=True)
    )
    return np.where(rows[:, :, None] & columns[:, None, :], np.uint8(0), images)


def _as_bytes(values: Floats) -> Bytes:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


CORRUPTIONS = {
    corruption.name: corruption
    for corruption in (
        Corruption("rotation", "degrees", (-60, -45, -30, -20, -10, 0, 10, 20, 30, 45, 60), rotate),
        Corruption("shift", "pixels", (0, 1, 2, 3, 4, 6, 8), shift),
        Corruption("scale", "times", (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4), enlarge),
        Corruption("noise", "deviation", (0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8), add_noise),
        Corruption("blur", "pixels", (0, 0.5, 1, 1.5, 2, 2.5, 3), blur),
        Corruption("contrast", "of it", (1, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1), fade),
        Corruption("thickness", "pixels", (-1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2), thicken),
        Corruption("occlusion", "pixels a side", (0, 4, 6, 8, 10, 12, 14), hide),
    )
}
