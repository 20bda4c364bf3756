"""Arrays of pixels: whether rows are images, on which scale, and what is not copied."""

from pathlib import Path

import numpy as np
import pytest

from glassnet.data.readers.pixel_arrays import BLOCK, PixelArray, Scale, recognize_pixels

HERE = Path("a.npz")


def smooth(side=8, count=40, brightest=200):
    """Rows whose neighbors are alike, as those of pictures are."""
    x, y = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    phases = np.random.default_rng(0).random((count, 2))
    rows = [np.sin(3 * x + 6 * a) * np.cos(3 * y + 6 * b) for a, b in phases]
    return np.rint((np.array(rows).reshape(count, -1) + 1) * brightest / 2)


def test_bytes_that_need_no_change_are_not_copied():
    images = np.arange(2 * 8 * 8, dtype=np.uint8).reshape(2, 8, 8)
    own = PixelArray((8, 8), None, Scale(0, 255)).apply_to_all(images, HERE)
    assert np.shares_memory(own, images)
    other = PixelArray((8, 8), None, Scale(0, 127)).apply_to_all(images, HERE)
    assert (other.max(), other.dtype, np.shares_memory(other, images)) == (255, np.uint8, False)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        (lambda rows: rows, True),
        (lambda rows: rows - 1_000, False),  # no pixel is below black
        (lambda rows: np.where(rows == rows.max(), 256, rows), False),  # nor above white
        (lambda rows: rows + 0.5, False),
        (lambda rows: rows / rows.max(), True),
    ],
)
def test_rows_are_pictures_where_they_have_the_values_of_pixels(change, taken):
    found, _ = recognize_pixels(change(smooth()), "", HERE)
    assert (found is not None) is taken


def test_a_bright_pixel_far_behind_dark_images_is_seen():
    images = np.zeros((BLOCK + 3, 4, 4), np.uint8)
    images[:, 0, 0], images[-1, 2, 2] = 9, 255
    found, decisions = recognize_pixels(images, "", HERE)
    assert (found.scale, [decision.doubt for decision in decisions if decision.doubt]) == (Scale(0, 255), [])


def test_digits_of_sixteen_levels_keep_their_black():
    images = np.random.default_rng(0).integers(0, 17, (30, 8, 8))
    found, decisions = recognize_pixels(images, "", HERE)
    assert found.scale == Scale(0, 16)
    assert [decision.words for decision in decisions] == ["pixels of 0..16"]
    assert found.apply(images).min() == 0
