"""Ink told from paper: uneven light, noise and lines are taken away, strokes stay."""

from __future__ import annotations

import numpy as np

from ...arrays import Floats
from .lines import remove_lines
from .paper import even_light, mean_of_nine, two_tones
from .tight_crops import read_tight_crop

LARGEST_SIDE = 400  # pixels; larger pictures are averaged down first, which also calms their noise
SMALLEST_SIDE = 8  # pixels; in a smaller picture a frame cannot be told from a stroke
FAINTEST = 0.05  # of the range from black to white: less contrast than this is an empty page
NOISE = 0.1  # of the strongest ink: anything fainter is paper
EDGES_OF_SHADOWS = 0.2  # the same where light was evened, which leaves a faint line where a shadow ends
NOISE_DEVIATIONS = 4.0  # what noise reaches in no more than a few pixels of a picture
STRONGEST_SHARE = 200  # the strongest of so many pixels say how strong ink is
FAINT = 0.025  # of the range from black to white: less is no line


def find_ink(gray: Floats) -> tuple[Floats | None, list[str]]:
    """Tell how much ink each pixel has.

    Parameters
    ----------
    gray : ndarray of shape (height, width)
        Brightness in 0..1, dark on light or light on dark.

    Returns
    -------
    tuple of an ndarray of shape (height, width) or None, and a list of str
        Ink in 0..1, exactly 0 for paper, of a large picture averaged down; None if nothing stands out. And what was
        done, in words.

    Examples
    --------
    >>> page = np.linspace(0.6, 0.9, 100) * np.ones((100, 1))
    >>> page[20:80, 45:55] -= 0.4
    >>> ink, steps = find_ink(page)
    >>> bool(ink[50, 50] > 0.9), float(ink[50, 20]), steps, find_ink(np.full((50, 50), 0.7))[0] is None
    (True, 0.0, ['light evened'], True)
    """
    small = _average_down(gray)
    if (cropped := read_tight_crop(small)) is not None:  # without noise, light, lines or a frame around
        return _as_ink(cropped[0], NOISE), cropped[1]
    contrast, steps = even_light(small)
    least = NOISE_DEVIATIONS * _noise(contrast)
    if _strongest(contrast) < max(FAINTEST, least):
        return None, steps
    removed: list[str] = []
    if min(gray.shape) >= SMALLEST_SIDE:
        left, removed = remove_lines(contrast > max(FAINT, least))
    if removed:
        cleaned = np.where(left, contrast, 0)
        if _strongest(cleaned) < max(FAINTEST, least):
            return None, [*steps, *removed]
        contrast, steps = cleaned, [*steps, *removed]
    faintest = EDGES_OF_SHADOWS if "light evened" in steps else NOISE
    return _as_ink(contrast, max(faintest, least / _strongest(contrast))), steps


def _as_ink(contrast: Floats, faintest: float) -> Floats:
    ink: Floats = np.clip(contrast / _strongest(contrast), 0, 1)
    ink[ink < faintest] = 0
    return ink


def _noise(contrast: Floats) -> float:
    """Estimate the deviation of the paper: of all pixels, most of which are paper, or else of those that seem to be."""
    seeming = contrast[contrast < two_tones(contrast)[0]]
    apart = contrast - mean_of_nine(contrast)
    if not len(seeming):
        return _deviation(contrast)
    return min(_deviation(contrast), max(_deviation(seeming - np.median(seeming)), _deviation(apart)))


def _deviation(differences: Floats) -> float:
    return 1.4826 * float(np.median(np.abs(differences)))  # of a normal distribution with that median


def _strongest(contrast: Floats) -> float:
    count = -(-contrast.size // STRONGEST_SHARE)
    return float(np.partition(contrast, -count, axis=None)[-count:].mean())


def _average_down(gray: Floats) -> Floats:
    factor = -(-max(gray.shape) // LARGEST_SIDE)
    if factor == 1 or min(gray.shape) < factor:
        return gray
    height, width = (side // factor * factor for side in gray.shape)
    blocks = gray[:height, :width].reshape(height // factor, factor, width // factor, factor)
    averaged: Floats = blocks.mean(axis=(1, 3))
    return averaged
