"""Pictures that are cut along the outline of a digit: ink and paper both reach the edge.

Strokes hang together and cut the paper into pieces; that tells which of two tones is the ink where no margin does.
"""

from __future__ import annotations

import numpy as np

from ...arrays import AnyArray, Floats
from .connected import connected
from .paper import SAMPLED_SIDE, are_two_toned, two_tones

EDGES_OF_A_SHADOW = 2  # that cross the picture's edge; a crop of a 1 from corner to corner has 4
SHORT_RUN = 0.01  # of the way around the picture: no more is noise
WHOLE, APART = 0.9, 0.05  # of the ink: what hangs together in a tight crop, and how much more than of the paper
MOST_INK = 0.74  # of a tight crop; more is a sheet on a desk
NEARLY_EXPLAINED = 0.72  # of the brightness' variance in a tight crop, by ink and paper: soft strokes have many grays


def read_tight_crop(gray: Floats) -> tuple[Floats, list[str]] | None:
    """Tell ink from paper in a picture that is cut along the outline of a digit.

    Parameters
    ----------
    gray : ndarray of shape (height, width)
        Brightness in 0..1, dark on light or light on dark.

    Returns
    -------
    tuple of an ndarray of shape (height, width) and a list of str, or None
        Contrast, about 0 for paper, and what was done, in words; None if it is no tight crop.

    Examples
    --------
    >>> cross = np.ones((40, 30))
    >>> cross[:, 12:18] = cross[17:23] = 0.2
    >>> contrast, steps = read_tight_crop(1 - cross)
    >>> round(float(contrast[20, 5]), 2), float(contrast[5, 5]), steps
    (0.8, 0.0, ['inverted'])
    >>> read_tight_crop(np.pad(cross, 5, constant_values=1)) is None
    True
    """
    dark = gray < two_tones(gray)[0]
    if not are_two_toned(gray, NEARLY_EXPLAINED) or _edges_crossed(dark) <= EDGES_OF_A_SHADOW:
        return None
    parts = {tone: _largest_part(dark == tone) for tone in (True, False)}
    dark_ink = parts[True] > parts[False]
    ink = dark == dark_ink
    if parts[dark_ink] < WHOLE or abs(parts[True] - parts[False]) < APART or ink.mean() > MOST_INK:
        return None
    contrast = -gray if dark_ink else gray
    return contrast - np.median(contrast[~ink]), [] if dark_ink else ["inverted"]


def _edges_crossed(dark: AnyArray) -> int:
    """Count how often the tone changes along the way around the picture, runs of a few pixels left out."""
    around = np.concatenate([dark[0], dark[1:, -1], dark[-1, -2::-1], dark[-2:0:-1, 0]])
    reach = max(1, round(SHORT_RUN * len(around)))
    wrapped = np.concatenate([around[-reach:], around, around[:reach]]).astype(float)
    calm = np.convolve(wrapped, np.ones(2 * reach + 1), "valid") > reach
    return int(np.count_nonzero(calm != np.roll(calm, 1)))


def _largest_part(mask: AnyArray) -> float:
    """Give the share of a mask that its largest connected part has."""
    step = -(-max(mask.shape) // SAMPLED_SIDE)
    sizes = np.bincount(connected(mask[::step, ::step]).ravel())[1:]
    return float(sizes.max() / sizes.sum()) if len(sizes) else 0.0
