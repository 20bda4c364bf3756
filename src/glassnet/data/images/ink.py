"""Ink told from paper: uneven light, noise and specks are taken away, strokes stay.

Paper is a smooth surface, fitted to what the picture's border shows and then to all that lies near it; ink is what
stands out from it in one direction, dark or light.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...arrays import AnyArray, Floats

LARGEST_SIDE = 400  # pixels; larger pictures are averaged down first, which also calms their noise
FAINTEST = 0.1  # of the range from black to white: less contrast than this is an empty page
NOISE = 0.1  # of the strongest ink: anything fainter is paper
NOISE_DEVIATIONS = 4.0  # what noise reaches in no more than a few pixels of a picture
STRONGEST_SHARE = 200  # the strongest of so many pixels say how strong ink is
SPECK = 0.05  # of the largest stroke's ink: anything smaller is dirt
BORDER = 0.08  # of the shorter side: where the paper is looked for first
DEGREE = 4  # of the paper's surface: gradients, vignettes, and soft shadows
POWERS = tuple((i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i))
SAMPLED_SIDE = 60  # pixels: a smooth surface is fitted to a sample of so many a side
FITTABLE_SIDE = 40  # pixels; a smaller picture has too little paper to fit more than one brightness


def find_ink(gray: Floats) -> Floats | None:
    """Tell how much ink each pixel has.

    Parameters
    ----------
    gray : ndarray of shape (height, width)
        Brightness in 0..1, dark on light or light on dark.

    Returns
    -------
    ndarray of shape (height, width) or None
        Ink in 0..1, exactly 0 for paper, of a large picture averaged down; None if nothing stands out.

    Examples
    --------
    >>> page = np.linspace(0.6, 0.9, 100) * np.ones((100, 1))
    >>> page[20:80, 45:55] -= 0.4
    >>> ink = find_ink(page)
    >>> bool(ink[50, 50] > 0.9), float(ink[50, 20]), find_ink(np.full((50, 50), 0.7)) is None
    (True, 0.0, True)
    """
    gray = _average_down(gray)
    contrast = gray - _paper(gray)
    count = -(-contrast.size // STRONGEST_SHARE)
    ordered = np.sort(contrast, axis=None)
    dark, light = -float(ordered[:count].mean()), float(ordered[-count:].mean())
    ink = contrast if light > dark else -contrast
    strongest = max(light, dark)
    noise = 1.4826 * float(np.median(np.abs(contrast)))  # the deviation of a normal distribution with that median
    if strongest < max(FAINTEST, NOISE_DEVIATIONS * noise):
        return None
    ink = np.clip(ink / strongest, 0, 1)
    ink[ink < max(NOISE, NOISE_DEVIATIONS * noise / strongest)] = 0
    return _without_specks(ink)


def _average_down(gray: Floats) -> Floats:
    factor = -(-max(gray.shape) // LARGEST_SIDE)
    if factor == 1 or min(gray.shape) < factor:
        return gray
    height, width = (side // factor * factor for side in gray.shape)
    blocks = gray[:height, :width].reshape(height // factor, factor, width // factor, factor)
    averaged: Floats = blocks.mean(axis=(1, 3))
    return averaged


def _paper(gray: Floats) -> Floats:
    """Fit the paper's brightness: first to the border, then again to whatever lies near the fit."""
    height, width = gray.shape
    margin = max(1, round(BORDER * min(height, width)))
    border = np.ones(gray.shape, bool)
    border[margin : height - margin, margin : width - margin] = False
    level = float(np.median(gray[border]))
    if min(height, width) < FITTABLE_SIDE:
        return np.full_like(gray, level)
    step = -(-max(gray.shape) // SAMPLED_SIDE)
    sample, on_border = gray[::step, ::step], border[::step, ::step]
    row, column = (np.linspace(-1, 1, side) for side in gray.shape)
    basis = _polynomials(row[::step], column[::step])
    near = on_border
    for degree in (2, DEGREE, DEGREE, DEGREE, DEGREE):
        terms = [index for index, (i, j) in enumerate(POWERS) if i + j <= degree]
        coefficients = np.linalg.lstsq(basis[near][:, terms], sample[near], rcond=None)[0]
        paper = basis[..., terms] @ coefficients
        error = np.abs(sample - paper)
        near = error <= max(3 * 1.4826 * float(np.median(error)), NOISE / 4)
    surface: Floats = _polynomials(row, column) @ coefficients
    return surface


def _polynomials(row: Floats, column: Floats) -> Floats:
    """Compute each product of powers at each pixel: (rows, columns, powers)."""
    return np.stack([np.outer(row**i, column**j) for i, j in POWERS], axis=-1)


def _without_specks(ink: Floats) -> Floats:
    """Keep the strokes: connected pixels whose ink together is not much less than that of the largest."""
    labels = _connected(ink > 0)
    mass = np.bincount(labels.ravel(), ink.ravel())
    mass[0] = 0
    return np.where((mass >= SPECK * mass.max())[labels], ink, 0)


def _connected(mask: AnyArray) -> AnyArray:
    """Label the connected parts of a mask from 1 up, corners touching; 0 where it is false."""
    labels = np.zeros(mask.shape, np.intp)
    parents = [0]
    above: list[tuple[int, int, int]] = []
    for row, line in enumerate(mask):
        present = []
        for start, stop in _runs(line):
            touching = [label for first, last, label in above if first <= stop and last >= start]
            label = touching[0] if touching else len(parents)
            if not touching:
                parents.append(label)
            for other in touching[1:]:
                parents[_root(parents, other)] = _root(parents, label)
            labels[row, start:stop] = label
            present.append((start, stop, label))
        above = present
    return np.array([_root(parents, label) for label in range(len(parents))])[labels]


def _runs(line: AnyArray) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each run of true values."""
    changes = np.flatnonzero(np.diff(line, prepend=False, append=False))
    yield from zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True)


def _root(parents: list[int], label: int) -> int:
    while parents[label] != label:
        label = parents[label]
    return label
