"""Segmentation: which ink is a digit, and of which; specks, underlines and what reaches in from the edge are none."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from ...arrays import AnyArray, Floats, Integers
from .connected import connected
from .paper import largest_around

SPECK = 0.05  # of the largest part's ink: anything smaller is dirt
SMALLEST_DIGIT = 0.4  # of the tallest digit's height: what is smaller belongs to a digit, or to none
AT_EDGE = 0.006  # of the longer side: what comes as near touches the edge
SMALL = 40  # pixels: a smaller picture is of one digit, as MNIST's are
GAP = 0.008  # of the picture's longer side, to either side: strokes as near are one
FLAT = 0.25  # height to width: what is flatter is an underline or a dash, if something else is there


@dataclass
class Part:
    """Connected ink: its rectangle, from and to before, how much ink, and its labels."""

    top: int
    bottom: int
    left: int
    right: int
    mass: float
    labels: list[int]

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    def joined(self, other: Part) -> Part:
        """Take both as one."""
        return Part(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
            self.mass + other.mass,
            self.labels + other.labels,
        )


def find_digits(ink: Floats) -> tuple[list[tuple[Part, AnyArray]], list[str]]:
    """Find the digits in a picture.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        How much ink each pixel has, 0 for paper.

    Returns
    -------
    tuple of a list of (Part, mask) and a list of str
        Each digit in reading order, with the pixels of the picture that are its; and what was left out, in words.

    Examples
    --------
    >>> page = np.zeros((40, 60))
    >>> page[10:30, 10:14] = page[10:30, 30:40] = 1
    >>> [(part.left, part.right) for part, _ in find_digits(page)[0]]
    [(10, 14), (30, 40)]
    """
    labels = np.where(ink > 0, connected(_joined(ink > 0)), 0)
    parts = _parts(labels, ink)
    small = max(ink.shape) < SMALL
    parts, steps = (parts, []) if small else _without_what_reaches_in(parts, ink.shape)
    largest = max((part.mass for part in parts), default=0)
    parts = [part for part in parts if part.mass >= SPECK * largest]
    digits = [functools.reduce(Part.joined, parts)] if small and parts else _grouped(parts)
    tallest = max((max(part.height, 0.5 * part.width) for part in digits), default=0)
    upright = [part for part in digits if part.height > FLAT * part.width and part.height >= SMALLEST_DIGIT * tallest]
    if upright and any(part.height <= FLAT * part.width for part in digits):
        steps.append("underline removed")
    return [(part, np.isin(labels, part.labels)) for part in _in_reading_order(upright or digits)], steps


def _joined(mask: AnyArray) -> AnyArray:
    """Bridge gaps of a few pixels, as a pen leaves them that is lifted or dry; none in a small picture."""
    reach = round(GAP * max(mask.shape))
    return largest_around(mask, 2 * reach + 1)


def _parts(labels: Integers, ink: Floats) -> list[Part]:
    mass = np.bincount(labels.ravel(), ink.ravel())
    rows, columns = np.nonzero(labels)
    found = labels[rows, columns]
    ends = [np.full(len(mass), start) for start in (*ink.shape, 0, 0)]
    np.minimum.at(ends[0], found, rows)
    np.minimum.at(ends[1], found, columns)
    np.maximum.at(ends[2], found, rows + 1)
    np.maximum.at(ends[3], found, columns + 1)
    top, left, bottom, right = (end.tolist() for end in ends)
    return [Part(top[k], bottom[k], left[k], right[k], float(mass[k]), [k]) for k in np.unique(found).tolist()]


def _without_what_reaches_in(parts: list[Part], shape: tuple[int, ...]) -> tuple[list[Part], list[str]]:
    """Leave out what touches the picture's edge, a thumb or a desk, if a digit lies within."""

    def touches(part: Part) -> bool:
        gaps = (part.top, part.left, shape[0] - part.bottom, shape[1] - part.right)
        return min(gaps) <= AT_EDGE * max(shape)

    within = [part for part in parts if not touches(part)]
    outer = [part for part in parts if touches(part)]
    if not within or not outer:
        return parts, []
    tall = max(part.height for part in within)
    if tall < 0.12 * min(shape) or tall < 0.4 * min(max(part.height for part in outer), 0.6 * shape[0]):
        return parts, []
    heavy = any(part.mass > SPECK * max(other.mass for other in within) for part in outer)
    return within, ["what touches the edge left out"] if heavy else []


def _grouped(parts: list[Part]) -> list[Part]:
    """Join parts of one digit: strokes that are broken, and the bar of a 5 or a 7 beside it."""
    groups = sorted(parts, key=lambda part: -part.mass)
    tallest = max((part.height for part in parts), default=0)
    heights = [part.height for part in parts if part.height >= 0.5 * tallest]
    most = 1.6 * float(np.median(heights)) if len(heights) > 2 else np.inf  # on a sheet, digits are about as tall
    joined = True
    while joined:
        joined = False
        for k, one in enumerate(groups):
            other = next((other for other in groups[k + 1 :] if _belong_together(one, other, most)), None)
            if other is not None:
                groups[k] = one.joined(other)
                groups = [group for group in groups if group is not other]
                joined = True
                break
    return groups


def _belong_together(one: Part, other: Part, most: float) -> bool:
    small, large = sorted((one, other), key=lambda part: max(part.height, part.width))
    union = one.joined(other)
    if union.height > most or any(part.height <= FLAT * part.width / 2 for part in (one, other)):
        return False
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    aside = max(one.left, other.left) - min(one.right, other.right)
    if down < 0 and aside < 0:  # their rectangles overlap
        shared = -down * -aside
        return shared > 0.25 * small.height * small.width or max(small.height, small.width) < 0.6 * large.height
    if aside < 0:  # one above the other
        if max(small.height, small.width) < 0.6 * large.height:
            return down <= 0.2 * large.height
        low = union.height < 2 * union.width  # too low for one digit above another
        return down <= (0.12 if low or union.height > 3 * union.width else 0.02) * union.height
    slight = small.height < 0.5 * large.height
    return down < 0 and slight and aside <= 0.15 * large.height


def _in_reading_order(parts: list[Part]) -> list[Part]:
    """Sort into rows from above, each from the left; who overlaps a row's first digit by half its height is in it."""
    rest, ordered = sorted(parts, key=lambda part: part.top), []
    while rest:
        first = rest[0]
        row = [
            part
            for part in rest
            if min(part.bottom, first.bottom) - max(part.top, first.top) > 0.4 * min(part.height, first.height)
        ]
        ordered += sorted(row, key=lambda part: part.left)
        rest = [part for part in rest if all(part is not other for other in row)]
    return ordered
