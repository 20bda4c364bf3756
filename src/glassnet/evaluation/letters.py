"""Letters as strokes, drawn with several pens: what a detector learns to tell digits from.

Left out are letters that some hand writes just as another writes a digit: B D I O S Z b g i l o q s z.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Floats

SIDE, BOX = 28, 20
PENS = (0.7, 1.9)  # half the width of a stroke, in pixels, from and to


def draw_letters(count: int, rng: np.random.Generator) -> Bytes:
    """Draw each letter so many times, each time by another hand.

    Parameters
    ----------
    count : int
        Of each letter.
    rng : numpy.random.Generator
        Of slant, width, turn, pen and shake.

    Returns
    -------
    ndarray of shape (count * letters, 28, 28), uint8
        Fitted into 20x20 and centered by mass, as MNIST's digits are.

    Examples
    --------
    >>> images = draw_letters(1, np.random.default_rng(0))
    >>> len(images) == len(LETTERS), images.shape[1:], int(images.max())
    (True, (28, 28), 255)
    """
    return np.stack([_drawn(strokes, rng) for strokes in LETTERS.values() for _ in range(count)])


def _drawn(strokes: list[Path], rng: np.random.Generator) -> Bytes:
    slant, wide, turn = rng.uniform(-0.3, 0.3), rng.uniform(0.75, 1.3), np.radians(rng.uniform(-12, 12))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ [[wide, -slant], [0, 1]]
    shake, pen = rng.uniform(0, 0.025), rng.uniform(*PENS)
    bends = rng.normal(0, 0.05, (2, 2))
    moved = []
    for stroke in strokes:
        points = np.array(stroke)
        points = points + np.stack([np.sin(points @ [2, 3] + 9 * first) * bend for first, bend in bends], axis=1)
        moved.append((points + rng.normal(0, shake, points.shape)) @ matrix.T)
    every = np.concatenate(moved)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = (BOX - 2 * pen) / (high - low).max()
    corners = [(points - (low + high) / 2) * scale + (SIDE - 1) / 2 for points in moved]
    starts, ends = (np.concatenate([points[part] for points in corners]) for part in (slice(-1), slice(1, None)))
    ink = _inked(starts, ends, pen)
    for axis in (0, 1):  # the center of mass on the middle
        mass = ink.sum(axis=1 - axis)
        ink = np.roll(ink, round(SIDE / 2 - float(mass @ np.arange(SIDE) / mass.sum())), axis)
    image: Bytes = np.rint(255 * ink).astype(np.uint8)
    return image


def _inked(starts: Floats, ends: Floats, pen: float) -> Floats:
    """Paint straight strokes, (x, y) to (x, y), by each pixel's distance from the nearest."""
    rows, columns = np.indices((SIDE, SIDE), float)
    places = np.stack([columns, rows], axis=-1).reshape(-1, 1, 2)
    ink: Floats = np.clip(pen + 0.5 - stroke_distances(places, starts, ends).min(axis=1), 0, 1)
    return ink.reshape(SIDE, SIDE)


def stroke_distances(places: Floats, starts: Floats, ends: Floats) -> Floats:
    """Give how far each place (n, 1, 2) is from each straight stroke: (n, strokes)."""
    along = ends - starts
    share = np.sum((places - starts) * along, axis=2) / np.maximum(np.sum(along**2, axis=1), 1e-9)
    nearest = starts + np.clip(share, 0, 1)[..., None] * along
    distances: Floats = np.linalg.norm(places - nearest, axis=2)
    return distances


Path = list[list[float]]


def arc(x: float, y: float, across: float, down: float, start: float, stop: float, steps: int = 14) -> Path:
    """Give points on an ellipse, from one angle to another, in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, stop, steps))
    points: Path = np.stack([x + across * np.cos(angles), y + down * np.sin(angles)], axis=1).tolist()
    return points


# x to the right in 0..0.7, y down in 0..1: capitals from 0 to 1, small letters from 0.4 to 1, tails down to 1.35.
LETTERS: dict[str, list[Path]] = {
    "A": [[[0, 1], [0.35, 0], [0.7, 1]], [[0.12, 0.65], [0.58, 0.65]]],
    "C": [arc(0.4, 0.5, 0.4, 0.5, -50, -310, 24)],
    "E": [[[0.6, 0], [0, 0], [0, 1], [0.6, 1]], [[0, 0.5], [0.5, 0.5]]],
    "F": [[[0.6, 0], [0, 0], [0, 1]], [[0, 0.5], [0.5, 0.5]]],
    "G": [[*arc(0.4, 0.5, 0.4, 0.5, -50, -350, 24), [0.8, 0.55], [0.45, 0.55]]],
    "H": [[[0, 0], [0, 1]], [[0.65, 0], [0.65, 1]], [[0, 0.5], [0.65, 0.5]]],
    "J": [[[0.5, 0], [0.5, 0.75], *arc(0.25, 0.75, 0.25, 0.25, 0, 170)]],
    "K": [[[0, 0], [0, 1]], [[0.6, 0], [0, 0.55]], [[0.2, 0.4], [0.65, 1]]],
    "L": [[[0, 0], [0, 1], [0.6, 1]]],
    "M": [[[0, 1], [0.05, 0], [0.4, 0.7], [0.75, 0], [0.8, 1]]],
    "N": [[[0, 1], [0, 0], [0.65, 1], [0.65, 0]]],
    "P": [[[0, 1], [0, 0], *arc(0.3, 0.27, 0.32, 0.27, -90, 90), [0, 0.54]]],
    "Q": [arc(0.4, 0.5, 0.4, 0.5, -90, 270, 30), [[0.5, 0.7], [0.8, 1.05]]],
    "R": [[[0, 1], [0, 0], *arc(0.3, 0.26, 0.32, 0.26, -90, 90), [0, 0.52]], [[0.25, 0.52], [0.65, 1]]],
    "T": [[[0, 0], [0.7, 0]], [[0.35, 0], [0.35, 1]]],
    "U": [[[0, 0], [0, 0.65], *arc(0.33, 0.65, 0.33, 0.35, 180, 0), [0.66, 0]]],
    "V": [[[0, 0], [0.35, 1], [0.7, 0]]],
    "W": [[[0, 0], [0.2, 1], [0.42, 0.3], [0.65, 1], [0.85, 0]]],
    "X": [[[0, 0], [0.65, 1]], [[0.65, 0], [0, 1]]],
    "Y": [[[0, 0], [0.35, 0.5], [0.7, 0]], [[0.35, 0.5], [0.35, 1]]],
    "a": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0.42], [0.5, 0.9], [0.6, 1]]],
    "c": [arc(0.28, 0.7, 0.28, 0.3, -45, -315, 18)],
    "d": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0], [0.5, 1]]],
    "e": [[[0, 0.7], [0.5, 0.7], *arc(0.25, 0.7, 0.25, 0.3, -5, -310, 20)]],
    "f": [[*arc(0.4, 0.2, 0.2, 0.2, -20, -180, 10), [0.2, 1]], [[0, 0.45], [0.42, 0.45]]],
    "h": [[[0, 0], [0, 1]], [[0, 0.65], *arc(0.24, 0.65, 0.24, 0.25, 180, 360, 12), [0.48, 1]]],
    "j": [[[0.3, 0.4], [0.3, 1.1], *arc(0.1, 1.1, 0.2, 0.22, 0, 140, 10)], [[0.3, 0.18], [0.31, 0.2]]],
    "k": [[[0, 0], [0, 1]], [[0.4, 0.42], [0, 0.75]], [[0.15, 0.65], [0.45, 1]]],
    "m": [[[0, 0.4], [0, 1]], [[0, 0.65], *arc(0.18, 0.6, 0.18, 0.2, 180, 360, 10), [0.36, 1]],
          [[0.36, 0.65], *arc(0.54, 0.6, 0.18, 0.2, 180, 360, 10), [0.72, 1]]],
    "n": [[[0, 0.4], [0, 1]], [[0, 0.65], *arc(0.24, 0.65, 0.24, 0.25, 180, 360, 12), [0.48, 1]]],
    "p": [[[0, 0.4], [0, 1.35]], [[0, 0.6], *arc(0.25, 0.7, 0.25, 0.3, -130, 130, 18), [0, 0.9]]],
    "r": [[[0, 0.4], [0, 1]], [[0, 0.65], *arc(0.22, 0.65, 0.22, 0.23, 180, 310, 10)]],
    "t": [[[0.2, 0.1], [0.2, 0.85], *arc(0.35, 0.85, 0.15, 0.15, 180, 60, 8)], [[0, 0.4], [0.42, 0.4]]],
    "u": [[[0, 0.4], [0, 0.8], *arc(0.23, 0.78, 0.23, 0.22, 180, 0, 12), [0.46, 0.4]], [[0.46, 0.4], [0.46, 1]]],
    "v": [[[0, 0.4], [0.25, 1], [0.5, 0.4]]],
    "w": [[[0, 0.4], [0.17, 1], [0.35, 0.5], [0.53, 1], [0.7, 0.4]]],
    "x": [[[0, 0.4], [0.48, 1]], [[0.48, 0.4], [0, 1]]],
    "y": [[[0, 0.4], [0.25, 0.95]], [[0.5, 0.4], [0.25, 0.95], [0.08, 1.35]]],
}  # fmt: skip
