"""Paper under any light: its brightness at each pixel, so that what is left is ink.

Gradients and vignettes are smooth, and a surface is fitted to them. The edge of a shadow is not; but a shadow is
broader than a stroke, so that it stays where all that is narrow is filled in (F. Meyer, "top hat", 1978).
"""

from __future__ import annotations

import numpy as np

from ...arrays import AnyArray, Floats

DEGREE = 4  # of the paper's surface: gradients, vignettes, and soft shadows
POWERS = tuple((i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i))
SAMPLED_SIDE = 60  # pixels: a smooth surface is fitted to a sample of so many a side
FITTABLE_SIDE = 40  # pixels; a smaller picture has too little paper to fit more than one brightness
BORDER = 0.08  # of the shorter side: where the paper is looked for first
BROADEST_STROKE = 0.3  # of the longer side: what is broader, in both directions, is paper or shadow
NARROWER = (0.04, 0.06, 0.09, 0.13)  # of the longer side: squares that may be broader than all strokes
BROAD_PART = 0.01  # of the strokes, where some crossing is broader than a square
DECIDED = 2.0  # times as much that is narrow and darker, or lighter, say which the ink is
CORNER = 0.15  # of each side: what lies there is mostly paper, also where a digit touches all four sides
TOLERANCE = 0.025  # how far from the surface paper may lie
EXPLAINED = 0.82  # of the brightness' variance, by two tones; a gradient alone reaches 0.75
EVEN = 0.06  # of the range from black to white: paper that differs no more is called even


def even_light(gray: Floats) -> tuple[Floats, list[str]]:
    """Tell how far each pixel stands out from the paper, in the direction of the ink.

    Parameters
    ----------
    gray : ndarray of shape (height, width)
        Brightness in 0..1, dark on light or light on dark.

    Returns
    -------
    tuple of an ndarray of shape (height, width) and a list of str
        Contrast, about 0 for paper, and what was done, in words.

    Examples
    --------
    >>> page = np.linspace(0.5, 0.9, 100) * np.ones((100, 1))
    >>> page[20:80, 45:55] -= 0.4
    >>> contrast, steps = even_light(page)
    >>> round(float(contrast[50, 50]), 2), abs(round(float(contrast[50, 20]), 2)), steps
    (0.4, 0.0, ['light evened'])
    """
    surface = np.full_like(gray, np.median(gray)) if are_two_toned(gray, EXPLAINED) else _surface(gray)
    flat = gray - surface
    steps = ["light evened"] if float(np.ptp(surface)) > EVEN else []
    if _is_light_on_dark(flat):
        flat = -flat
        steps.append("inverted")
    if min(gray.shape) < 3 or (min(gray.shape) < FITTABLE_SIDE and _is_plain(np.abs(_around(flat)))):
        return -flat, steps
    paper = _paper(flat)
    contrast = paper - flat
    contrast -= np.median(contrast[contrast < np.median(contrast) + EVEN])
    if not steps and float(np.ptp(paper)) > 2 * EVEN:
        steps.append("light evened")
    return contrast, steps


def _is_light_on_dark(flat: Floats) -> bool:
    """Tell whether the ink is lighter than the paper: it is narrow, covers less, and least along the border."""
    dark = flat < two_tones(flat)[0]
    if _has_shadow(flat):
        for share in (*NARROWER, 2 * NARROWER[-1]):  # the narrower is the ink
            side = round(share * max(flat.shape))
            sums = [float(np.square(_filled(part, side) - part).sum()) for part in (flat, -flat)]
            if not 1 / DECIDED < sums[0] / sums[1] < DECIDED:
                break
        return sums[1] > sums[0]
    around = float(_around(dark).mean())
    if not 0.05 < around < 0.95:  # paper alone, or a frame alone
        height, width = (round(side / 8) for side in dark.shape)
        inner = dark[height : len(dark) - height, width : dark.shape[1] - width]
        return float(inner.mean() + dark.mean()) > 1
    return float(dark.mean()) + around + float(_corners(dark).mean()) > 3 / 2


def _corners(values: AnyArray) -> AnyArray:
    """Give what lies in the four corners, in one row."""
    ends = [[slice(size), slice(-size, None)] for size in (max(1, round(CORNER * side)) for side in values.shape)]
    return np.concatenate([values[rows, columns].ravel() for rows in ends[0] for columns in ends[1]])


def _has_shadow(flat: Floats) -> bool:
    """Tell whether both tones are broader than strokes somewhere: light and shadow, or paper and desk."""
    step = -(-max(flat.shape) // SAMPLED_SIDE)
    height, width = (max(1, side // step) for side in flat.shape)
    coarse = flat[: height * step, : width * step]
    if step > 1 and min(flat.shape) >= step:  # averaged, so that thin lines do not part a tone
        coarse = coarse.reshape(height, step, width, step).mean(axis=(1, 3))
    dark = coarse < two_tones(coarse)[0]
    side = round(BROADEST_STROKE * max(coarse.shape))
    return all(bool((~largest_around(~tone, side)).any()) for tone in (dark, ~dark))


def are_two_toned(gray: Floats, explained: float) -> bool:
    """Tell whether paper and ink, each of one brightness, explain nearly all: then the light is even."""
    parted = gray > two_tones(gray)[0]
    return not 0 < parted.mean() < 1 or two_tones(gray)[1] > explained * float(gray.var())


def two_tones(flat: Floats) -> tuple[float, float]:
    """Find the brightness that parts two tones best, and their variance (N. Otsu, "A threshold selection", 1979)."""
    counts, edges = np.histogram(flat, 64)
    middles = (edges[:-1] + edges[1:]) / 2
    below, sums = np.cumsum(counts), np.cumsum(counts * middles)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.nan_to_num(below * above * (sums / below - (sums[-1] - sums) / above) ** 2)
    best = int(between.argmax())
    return float(edges[1 + best]), float(between[best] / below[-1] ** 2)


def _around(values: AnyArray) -> AnyArray:
    """Give the outermost pixels, in one row."""
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])


def _is_plain(differences: Floats) -> bool:
    return float((differences < EVEN).mean()) > 0.9


def _border(values: AnyArray) -> AnyArray:
    """Give what lies along the four sides, in one row."""
    height, width = values.shape
    margin = max(1, round(BORDER * min(height, width)))
    border = np.ones(values.shape, bool)
    border[margin : height - margin, margin : width - margin] = False
    return values[border]


def _surface(gray: Floats) -> Floats:
    """Fit a smooth surface to the paper: first to the border, then again to whatever lies near the fit."""
    height, width = gray.shape
    level = float(np.median(_border(gray)))
    if min(height, width) < FITTABLE_SIDE:
        return np.full_like(gray, level)
    step = -(-max(gray.shape) // SAMPLED_SIDE)
    margin = max(1, round(BORDER * min(height, width)))
    border = np.ones(gray.shape, bool)
    border[margin : height - margin, margin : width - margin] = False
    sample = gray[::step, ::step]
    row, column = (np.linspace(-1, 1, side) for side in gray.shape)
    basis = _polynomials(row[::step], column[::step])
    near = border[::step, ::step]
    for degree in (2, DEGREE, DEGREE, DEGREE, DEGREE):
        terms = [index for index, (i, j) in enumerate(POWERS) if i + j <= degree]
        coefficients = np.linalg.lstsq(basis[near][:, terms], sample[near], rcond=None)[0]
        error = np.abs(sample - basis[..., terms] @ coefficients)
        near = error <= max(3 * 1.4826 * float(np.median(error)), TOLERANCE)
    surface: Floats = _polynomials(row, column) @ coefficients
    return surface


def _polynomials(row: Floats, column: Floats) -> Floats:
    """Compute each product of powers at each pixel: (rows, columns, powers)."""
    return np.stack([np.outer(row**i, column**j) for i, j in POWERS], axis=-1)


def _paper(flat: Floats) -> Floats:
    """Fill what is narrow, with a square hardly broader than the strokes, so that it follows light and shadow."""
    longest = max(flat.shape)
    paper = _filled(flat, max(3, round(BROADEST_STROKE * longest)))
    depth = paper - flat
    strokes = depth > (depth.max() + np.median(depth)) / 2
    for share in NARROWER:
        side = round(share * longest)
        broad = largest_around(~largest_around(~strokes, side), side)
        if broad.sum() <= BROAD_PART * strokes.sum():
            return _filled(flat, round(1.5 * side))
    return paper


def _filled(flat: Floats, side: int) -> Floats:
    """Fill what is dark and nowhere as broad as a square of so many pixels."""
    calm = mean_of_nine(flat)
    return -largest_around(-largest_around(calm, side), side)


def mean_of_nine(values: Floats) -> Floats:
    """Average each pixel with those around it, against noise."""
    for axis in (0, 1):
        padded = np.pad(values, [(1, 1) if axis == k else (0, 0) for k in (0, 1)], mode="edge")
        first, middle, last = (np.take(padded, range(k, k + values.shape[axis]), axis) for k in range(3))
        values = (first + middle + last) / 3
    return values


def largest_around(values: AnyArray, side: int) -> AnyArray:
    """Give each pixel the largest value in a square around it, of so many pixels a side, made odd."""
    reach = side // 2
    for axis in (0, 1):
        around = [(reach, reach) if axis == k else (0, 0) for k in (0, 1)]
        padded = np.pad(values, around, constant_values=False if values.dtype == bool else -np.inf)
        # Of runs twice as long in each step, so that the time hardly depends on the side.
        length = 1
        while 2 * length <= 2 * reach + 1:
            padded = np.maximum(*_shifted(padded, length, axis))
            length *= 2
        values = np.maximum(*_shifted(padded, 2 * reach + 1 - length, axis)) if 2 * reach + 1 > length else padded
    return values


def _shifted(values: AnyArray, by: int, axis: int) -> tuple[AnyArray, AnyArray]:
    count = values.shape[axis] - by
    start, later = [slice(None)] * 2, [slice(None)] * 2
    start[axis], later[axis] = slice(count), slice(by, None)
    return values[tuple(start)], values[tuple(later)]
