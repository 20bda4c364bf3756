"""Strangers: images that are none of what a model was trained on, to see what it says to them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..arrays import Bytes, Floats
from ..randomness import generator

Estrange = Callable[[Bytes, np.random.Generator], Bytes]

SPECKS = 0.15  # of all pixels, about as much ink as a digit has
CORNERS = (8, 20)  # that a scribble has, from and below


def blank(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Empty pages."""
    return np.zeros_like(images)


def noise(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Every gray as likely, pixel by pixel."""
    return rng.integers(0, 256, images.shape, np.uint8)


def specks(images: Bytes, rng: np.random.Generator) -> Bytes:
    """White dots, here and there."""
    return (rng.random(images.shape) < SPECKS).astype(np.uint8) * np.uint8(255)


def shuffled(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Pixels in another order."""
    return rng.permuted(images.reshape(len(images), images[:1].size or 1), axis=1).reshape(images.shape)


def inverted(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Dark on light."""
    return 255 - images


def two_at_once(images: Bytes, rng: np.random.Generator) -> Bytes:
    """One image over the one before it."""
    return np.maximum(images, np.roll(images, 1, axis=0))


def scribbles(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Straight strokes from corner to corner, as wide as a pen and as large as a digit."""
    drawn = images.copy()
    for k in range(len(drawn)):
        drawn[k] = _scribble(images.shape[1:], rng)
    return drawn


UNFAMILIAR: dict[str, Estrange] = {
    "blank": blank,
    "noise": noise,
    "specks": specks,
    "shuffled": shuffled,
    "inverted": inverted,
    "two at once": two_at_once,
    "scribbles": scribbles,
}


def make_unfamiliar(name: str, images: Bytes, seed: int = 0) -> Bytes:
    """Make as many strangers as there are images, out of them or of their size.

    Parameters
    ----------
    name : str
        One of `UNFAMILIAR`.
    images : ndarray of shape (n, height, width), uint8
        What the model knows.
    seed : int, optional
        Of what is random.

    Returns
    -------
    ndarray of the same shape, uint8

    Examples
    --------
    >>> make_unfamiliar("inverted", np.array([[[0, 55]]], np.uint8))
    array([[[255, 200]]], dtype=uint8)
    """
    return UNFAMILIAR[name](images, generator(seed, "corruption"))


def _scribble(shape: tuple[int, ...], rng: np.random.Generator) -> Bytes:
    sides = np.array(shape)
    corners = rng.uniform(sides / 7, sides * 6 / 7, (rng.integers(*CORNERS), 2))
    places = np.moveaxis(np.indices(shape, float), 0, -1).reshape(-1, 1, 2)
    gray = 1.7 - _distances(places, corners[:-1], corners[1:]).min(axis=1)
    ink: Bytes = (255 * np.clip(gray, 0, 1)).astype(np.uint8).reshape(shape)
    return ink


def _distances(places: Floats, starts: Floats, ends: Floats) -> Floats:
    """Give how far each place (n, 1, 2) is from each straight stroke: (n, strokes)."""
    along = ends - starts
    share = np.sum((places - starts) * along, axis=2) / np.maximum(np.sum(along**2, axis=1), 1e-9)
    nearest = starts + np.clip(share, 0, 1)[..., None] * along
    distances: Floats = np.linalg.norm(places - nearest, axis=2)
    return distances
