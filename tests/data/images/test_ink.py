"""Ink is told from paper under uneven light, in noise and among specks."""

import numpy as np
import pytest

from glassnet.data.images import ink as inks
from glassnet.data.images.ink import LARGEST_SIDE
from glassnet.data.images.segmentation import find_digits

SIDE = 200
ROW, COLUMN = np.mgrid[:SIDE, :SIDE] / SIDE - 0.5
STROKE = (np.abs(COLUMN) < 0.05) & (np.abs(ROW) < 0.3)
LIGHTS = {
    "even": np.full((SIDE, SIDE), 0.85),
    "gradient": 0.65 + 0.4 * COLUMN,
    "diagonal": 0.6 + 0.3 * COLUMN + 0.3 * ROW,
    "vignette": 0.9 * (1 - 1.2 * (ROW**2 + COLUMN**2)),
}


def find_ink(page):
    """The ink of all digits that are found."""
    ink = inks.find_ink(page)[0]
    return None if ink is None else np.where(sum(mask for _, mask in find_digits(ink)[0]), ink, 0)


def overlap(ink):
    """The share of pixels on which stroke and ink agree that either has: 1 if they are the same."""
    return (STROKE & (ink > 0.3)).sum() / (STROKE | (ink > 0.3)).sum()


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.05])
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("inverted", [False, True], ids=["dark on light", "light on dark"])
def test_a_stroke_is_found_under_any_light(light, noise, inverted):
    page = LIGHTS[light] * np.where(STROKE, 0.3, 1.0) + np.random.default_rng(0).normal(0, noise, (SIDE, SIDE))
    ink = find_ink(1 - page if inverted else page)
    assert overlap(ink) > 0.95
    assert not ink[:40].any()


def test_specks_are_taken_away_and_broken_strokes_stay():
    page = np.where(STROKE & (np.abs(ROW) > 0.05), 0.1, 0.9)  # a stroke in two parts
    page[5:8, 5:8] = 0.1
    ink = find_ink(page)
    assert not ink[:10, :10].any()
    assert ink[60].any()
    assert ink[140].any()


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.2])
def test_a_page_without_a_stroke_has_no_ink(noise):
    page = LIGHTS["diagonal"] + np.random.default_rng(1).normal(0, noise, (SIDE, SIDE))
    assert find_ink(page) is None


def test_a_spiral_is_one_stroke():
    # Its arms meet only at the end: labels of the runs of a row must be joined later.
    angle = np.linspace(0, 6 * np.pi, 4_000)
    page = np.full((SIDE, SIDE), 0.9)
    page[(100 + 4 * angle * np.sin(angle)).astype(int), (100 + 4 * angle * np.cos(angle)).astype(int)] = 0.1
    assert (find_ink(page) > 0).sum() == (page < 0.5).sum()


def test_a_large_picture_is_averaged_down():
    page = np.full((2_000, 1_500), 0.9)
    page[500:1_500, 700:800] = 0.1
    assert max(find_ink(page).shape) <= LARGEST_SIDE
