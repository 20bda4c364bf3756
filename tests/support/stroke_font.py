"""Letters as strokes: polylines for A to Z and a to z, drawn with pens, slants and an unsteady hand."""

import string

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from glassnet.evaluation import letters
from glassnet.evaluation.letters import arc

# Some digit is written just so, by some hand: 0 5 2 1, 8, 9 9, 6.
LOOK_LIKE_DIGITS = {
    "I": [[[0.3, 0], [0.3, 1]], [[0.1, 0], [0.5, 0]], [[0.1, 1], [0.5, 1]]],
    "O": [arc(0.4, 0.5, 0.4, 0.5, -90, 270, 30)],
    "S": [[*arc(0.35, 0.25, 0.33, 0.25, -40, -270, 16), *arc(0.35, 0.75, 0.35, 0.25, -90, 140, 16)]],
    "Z": [[[0, 0], [0.65, 0], [0, 1], [0.65, 1]]],
    "i": [[[0.1, 0.4], [0.1, 1]], [[0.1, 0.18], [0.11, 0.2]]],
    "l": [[[0.1, 0], [0.1, 1]]],
    "o": [arc(0.28, 0.7, 0.28, 0.3, -90, 270, 24)],
    "s": [[*arc(0.22, 0.55, 0.2, 0.15, -30, -270, 12), *arc(0.22, 0.85, 0.22, 0.15, -90, 150, 12)]],
    "z": [[[0, 0.4], [0.48, 0.4], [0, 1], [0.48, 1]]],
    "B": [[[0, 0], [0, 1]], [[0, 0], *arc(0.3, 0.24, 0.28, 0.24, -90, 90), [0, 0.48]],
          [[0, 0.48], *arc(0.32, 0.74, 0.33, 0.26, -90, 90), [0, 1]]],
    "D": [[[0, 0], [0, 1]], [[0, 0], *arc(0.2, 0.5, 0.5, 0.5, -90, 90, 20), [0, 1]]],
    "g": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0.42], [0.5, 1.1], *arc(0.25, 1.1, 0.25, 0.25, 0, 150, 12)]],
    "q": [arc(0.25, 0.7, 0.25, 0.3, -30, -330, 20), [[0.5, 0.42], [0.5, 1.35]]],
    "b": [[[0, 0], [0, 1]], [[0, 0.6], *arc(0.25, 0.7, 0.25, 0.3, -130, 130, 18), [0, 0.9]]],
}  # fmt: skip
# The other shapes are those that the detector of novelty is fitted to, drawn otherwise.
LETTERS = {letter: (letters.LETTERS | LOOK_LIKE_DIGITS)[letter] for letter in string.ascii_letters.swapcase()}


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


def letter_pages(count, seed):
    """Make so many pages, each with one letter, in turn through all of them; yields the letter and the page."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        letter = tuple(LETTERS)[k % len(LETTERS)]
        yield letter, page_of(letter_strokes(letter, rng), rng.uniform(0.03, 0.09))


def printed_pages(seed):
    """Make pages of a printed font's letters that look like no digit, in three widths, each a little turned."""
    rng = np.random.default_rng(seed)
    for letter in sorted(LETTERS.keys() - LOOK_LIKE_DIGITS.keys()):
        for width in (0, 3, 6):
            page = Image.new("L", (240, 240), 255)
            ImageDraw.Draw(page).text((50, 20), letter, fill=0, font=ImageFont.load_default(140), stroke_width=width)
            yield page.rotate(rng.uniform(-10, 10), fillcolor=255)


def scribble_pages(count, seed):
    """Make so many pages of scribbles."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield page_of(scribble_strokes(rng), rng.uniform(0.015, 0.05))
