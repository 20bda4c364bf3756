"""Letters as strokes: polylines for A to Z and a to z, drawn with pens, slants and an unsteady hand."""

import numpy as np
from PIL import Image, ImageDraw


def arc(x, y, across, down, start, stop, steps=14):
    """Points on an ellipse, from one angle to another, in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, stop, steps))
    return np.stack([x + across * np.cos(angles), y + down * np.sin(angles)], axis=1).tolist()


# x to the right in 0..0.7, y down in 0..1: capitals from 0 to 1, small letters from 0.4 to 1, tails down to 1.35.
LETTERS = {
    "A": [[[0, 1], [0.35, 0], [0.7, 1]], [[0.12, 0.65], [0.58, 0.65]]],
    "B": [[[0, 0], [0, 1]], [[0, 0], *arc(0.3, 0.24, 0.28, 0.24, -90, 90), [0, 0.48]],
          [[0, 0.48], *arc(0.32, 0.74, 0.33, 0.26, -90, 90), [0, 1]]],
    "C": [arc(0.4, 0.5, 0.4, 0.5, -50, -310, 24)],
    "D": [[[0, 0], [0, 1]], [[0, 0], *arc(0.2, 0.5, 0.5, 0.5, -90, 90, 20), [0, 1]]],
    "E": [[[0.6, 0], [0, 0], [0, 1], [0.6, 1]], [[0, 0.5], [0.5, 0.5]]],
    "F": [[[0.6, 0], [0, 0], [0, 1]], [[0, 0.5], [0.5, 0.5]]],
    "G": [[*arc(0.4, 0.5, 0.4, 0.5, -50, -350, 24), [0.8, 0.55], [0.45, 0.55]]],
    "H": [[[0, 0], [0, 1]], [[0.65, 0], [0.65, 1]], [[0, 0.5], [0.65, 0.5]]],
    "I": [[[0.3, 0], [0.3, 1]], [[0.1, 0], [0.5, 0]], [[0.1, 1], [0.5, 1]]],
    "J": [[[0.5, 0], [0.5, 0.75], *arc(0.25, 0.75, 0.25, 0.25, 0, 170)]],
    "K": [[[0, 0], [0, 1]], [[0.6, 0], [0, 0.55]], [[0.2, 0.4], [0.65, 1]]],
    "L": [[[0, 0], [0, 1], [0.6, 1]]],
    "M": [[[0, 1], [0.05, 0], [0.4, 0.7], [0.75, 0], [0.8, 1]]],
    "N": [[[0, 1], [0, 0], [0.65, 1], [0.65, 0]]],
    "O": [arc(0.4, 0.5, 0.4, 0.5, -90, 270, 30)],
    "P": [[[0, 1], [0, 0], *arc(0.3, 0.27, 0.32, 0.27, -90, 90), [0, 0.54]]],
    "Q": [arc(0.4, 0.5, 0.4, 0.5, -90, 270, 30), [[0.5, 0.7], [0.8, 1.05]]],
    "R": [[[0, 1], [0, 0], *arc(0.3, 0.26, 0.32, 0.26, -90, 90), [0, 0.52]], [[0.25, 0.52], [0.65, 1]]],
    "S": [[*arc(0.35, 0.25, 0.33, 0.25, -40, -270, 16), *arc(0.35, 0.75, 0.35, 0.25, -90, 140, 16)]],
    "T": [[[0, 0], [0.7, 0]], [[0.35, 0], [0.35, 1]]],
    "U": [[[0, 0], [0, 0.65], *arc(0.33, 0.65, 0.33, 0.35, 180, 0), [0.66, 0]]],
    "V": [[[0, 0], [0.35, 1], [0.7, 0]]],
    "W": [[[0, 0], [0.2, 1], [0.42, 0.3], [0.65, 1], [0.85, 0]]],
    "X": [[[0, 0], [0.65, 1]], [[0.65, 0], [0, 1]]],
    "Y": [[[0, 0], [0.35, 0.5], [0.7, 0]], [[0.35, 0.5], [0.35, 1]]],
    "Z": [[[0, 0], [0.65, 0], [0, 1], [0.65, 1]]],
    "a": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0.42], [0.5, 0.9], [0.6, 1]]],
    "b": [[[0, 0], [0, 1]], [[0, 0.6], *arc(0.25, 0.7, 0.25, 0.3, -130, 130, 18), [0, 0.9]]],
    "c": [arc(0.28, 0.7, 0.28, 0.3, -45, -315, 18)],
    "d": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0], [0.5, 1]]],
    "e": [[[0, 0.7], [0.5, 0.7], *arc(0.25, 0.7, 0.25, 0.3, -5, -310, 20)]],
    "f": [[*arc(0.4, 0.2, 0.2, 0.2, -20, -180, 10), [0.2, 1]], [[0, 0.45], [0.42, 0.45]]],
    "g": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0.42], [0.5, 1.1], *arc(0.25, 1.1, 0.25, 0.25, 0, 150, 12)]],
    "h": [[[0, 0], [0, 1]], [[0, 0.65], *arc(0.24, 0.65, 0.24, 0.25, 180, 360, 12), [0.48, 1]]],
    "i": [[[0.1, 0.4], [0.1, 1]], [[0.1, 0.18], [0.11, 0.2]]],
    "j": [[[0.3, 0.4], [0.3, 1.1], *arc(0.1, 1.1, 0.2, 0.22, 0, 140, 10)], [[0.3, 0.18], [0.31, 0.2]]],
    "k": [[[0, 0], [0, 1]], [[0.4, 0.42], [0, 0.75]], [[0.15, 0.65], [0.45, 1]]],
    "l": [[[0.1, 0], [0.1, 1]]],
    "m": [[[0, 0.4], [0, 1]], [[0, 0.65], *arc(0.18, 0.6, 0.18, 0.2, 180, 360, 10), [0.36, 1]],
          [[0.36, 0.65], *arc(0.54, 0.6, 0.18, 0.2, 180, 360, 10), [0.72, 1]]],
    "n": [[[0, 0.4], [0, 1]], [[0, 0.65], *arc(0.24, 0.65, 0.24, 0.25, 180, 360, 12), [0.48, 1]]],
    "o": [arc(0.28, 0.7, 0.28, 0.3, -90, 270, 24)],
    "p": [[[0, 0.4], [0, 1.35]], [[0, 0.6], *arc(0.25, 0.7, 0.25, 0.3, -130, 130, 18), [0, 0.9]]],
    "q": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0.42], [0.5, 1.35]]],
    "r": [[[0, 0.4], [0, 1]], [[0, 0.65], *arc(0.22, 0.65, 0.22, 0.23, 180, 310, 10)]],
    "s": [[*arc(0.22, 0.55, 0.2, 0.15, -30, -270, 12), *arc(0.22, 0.85, 0.22, 0.15, -90, 150, 12)]],
    "t": [[[0.2, 0.1], [0.2, 0.85], *arc(0.35, 0.85, 0.15, 0.15, 180, 60, 8)], [[0, 0.4], [0.42, 0.4]]],
    "u": [[[0, 0.4], [0, 0.8], *arc(0.23, 0.78, 0.23, 0.22, 180, 0, 12), [0.46, 0.4]], [[0.46, 0.4], [0.46, 1]]],
    "v": [[[0, 0.4], [0.25, 1], [0.5, 0.4]]],
    "w": [[[0, 0.4], [0.17, 1], [0.35, 0.5], [0.53, 1], [0.7, 0.4]]],
    "x": [[[0, 0.4], [0.48, 1]], [[0.48, 0.4], [0, 1]]],
    "y": [[[0, 0.4], [0.25, 0.95]], [[0.5, 0.4], [0.25, 0.95], [0.08, 1.35]]],
    "z": [[[0, 0.4], [0.48, 0.4], [0, 1], [0.48, 1]]],
}  # fmt: skip
# Some digit is written just so, by some hand: 0 5 2 1, 8, 9 9, 6.
LOOK_LIKE_DIGITS = "IOSZilosz" + "BDgqb"


def letter_strokes(letter, rng):
    """Give a letter's strokes as an unsteady hand would draw them, as lists of points in 0..1."""
    slant, wide, turn = rng.uniform(-0.25, 0.25), rng.uniform(0.8, 1.2), np.radians(rng.uniform(-8, 8))
    shake = rng.uniform(0, 0.02)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ [[wide, -slant], [0, 1]]
    bends = rng.normal(0, 0.03, (2, 3))

    def moved(points):
        points = np.array(points, float)
        points = points + np.stack([np.sin(points @ [2, 3] + bend[0]) * bend[1] for bend in bends], axis=1)
        return (points + rng.normal(0, shake, points.shape)) @ matrix.T

    strokes = [moved(path) for path in LETTERS[letter]]
    every = np.concatenate(strokes)
    low, side = every.min(axis=0), max(np.ptp(every, axis=0).max(), 1e-3)
    middle = (1 - np.ptp(every, axis=0) / side * 0.8) / 2
    return [((path - low) / side * 0.8 + middle).tolist() for path in strokes]


def scribble_strokes(rng):
    """Corners from anywhere to anywhere, or loops over loops."""
    if rng.random() < 0.5:
        return [rng.uniform(0.1, 0.9, (rng.integers(8, 25), 2)).tolist()]
    turns = np.linspace(0, rng.uniform(3, 7) * 2 * np.pi, 150)
    x = 0.15 + 0.7 * turns / turns[-1] + 0.12 * np.cos(turns)
    return [np.stack([x, 0.5 + rng.uniform(0.15, 0.35) * np.sin(turns)], axis=1).tolist()]


def page_of(strokes, pen, side=220):
    """A picture with the strokes drawn by a pen as wide as a part of the page's side."""
    scale = 3
    page = Image.new("L", (side * scale, side * scale), 245)
    draw = ImageDraw.Draw(page)
    width = max(1, round(pen * side * scale))
    for path in strokes:
        points = [tuple((0.1 + 0.8 * np.array(point)) * side * scale) for point in path]
        draw.line(points, 30, width, joint="curve")
        for x, y in points:
            draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=30)
    return page.resize((side, side), Image.Resampling.BOX)


def letter_pages(count, seed, letters=tuple(LETTERS)):
    """Make so many pages, each with one letter, in turn through all of them; yields the letter and the page."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        letter = letters[k % len(letters)]
        yield letter, page_of(letter_strokes(letter, rng), rng.uniform(0.03, 0.09))


def scribble_pages(count, seed):
    """Make so many pages of scribbles."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield page_of(scribble_strokes(rng), rng.uniform(0.015, 0.05))
