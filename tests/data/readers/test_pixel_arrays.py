"""Arrays of pixels: whether rows are images, on which scale, and what is not copied."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

from glassnet.data import limits
from glassnet.data.readers.pixel_arrays import BLOCK, PixelArray, Scale, gray_of, recognize_pixels
from glassnet.errors import DataFileError

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


def summary(decisions):
    return [(one.subject, one.taken, one.words, one.doubt, one.option) for one in decisions]


def noise(low, high, shape, kind=np.float64):
    """Numbers of which none says anything of its neighbor, the lowest and the highest among them."""
    values = np.random.default_rng(5).integers(low, high + 1, shape).astype(kind)
    values.flat[0], values.flat[1] = low, high
    return values


@pytest.mark.parametrize(
    ("low", "high", "whole", "scale"),
    [
        (0, 1, True, (0, 1)),
        (0, 0.5, False, (0, 1)),
        (-1, 1, True, (-1, 1)),
        (-0.5, 0.5, False, (-1, 1)),
        (0, 2, True, (0, 255)),
        (0, 255, True, (0, 255)),
        (0, 254.5, False, (0, 255)),
        (0, 256, True, (0, 65_535)),
        (5, 65_535, True, (0, 65_535)),
        (0, 65_536, True, None),
        (0, 255.5, False, None),
        (-1, 2, True, None),
        (-2, 1, True, None),
        (0, 0, True, (0, 255)),
    ],
)
def test_black_and_white_are_told_by_the_darkest_and_the_brightest(low, high, whole, scale):
    images = np.full((6, 5, 5), low, np.float64)
    images[1] = high
    assert whole == bool((images == np.rint(images)).all())
    if scale is None:
        with pytest.raises(DataFileError) as raised:
            recognize_pixels(images, "", HERE)
        assert str(raised.value) == (
            f"pixels of an unknown scale in a.npz: expected 0..1, 0..255, 0..65535 or -1..1, got {low:g}..{high:g}. "
            "Scale them to 0..1 before you save them."
        )
        return
    found, decisions = recognize_pixels(images, "", HERE)
    assert (found.sides, found.colors, found.scale) == ((5, 5), None, Scale(*scale))
    black, white = scale
    dim = high != low and (high - black) / (white - black) < 0.5
    doubt = (f"no pixel is brighter than {high:g}", f"scaling them so that white is {white}") if dim else ("", "")
    said = [("scale", f"{black}..{white}", f"pixels of {black}..{white}", *doubt)]
    assert summary(decisions) == ([] if high == low else said)


@pytest.mark.parametrize(("brightest", "doubted"), [(127, True), (128, False), (255, False)])
def test_bytes_are_doubted_where_none_is_half_as_bright_as_white(brightest, doubted):
    images = np.zeros((6, 5, 5), np.uint8)
    images[1] = brightest
    said = ("scale", "0..255", "pixels of 0..255", "no pixel is brighter than 127", "scaling them so that white is 255")
    assert summary(recognize_pixels(images, "", HERE)[1]) == ([said] if doubted else [])


@pytest.mark.parametrize(("shape", "sixteen"), [((8, 8), True), ((64,), True), ((5, 5), False), ((8, 9), False)])
def test_sixteen_levels_are_those_of_images_of_eight_by_eight(shape, sixteen):
    images = noise(0, 16, (40, *shape))
    if shape == (64,):
        images = smooth(8, 40, 16)
        images.flat[0], images.flat[1] = 0, 16
    found, _ = recognize_pixels(images, "", HERE)
    assert found.scale == (Scale(0, 16) if sixteen else Scale(0, 255))
    brighter = images + (images == 16)
    assert recognize_pixels(brighter, "", HERE)[0].scale == Scale(0, 255)


COLORED = {
    (6, 5, 4): ((5, 4), None),
    (6, 5, 4, 1): ((5, 4), 3),
    (6, 5, 4, 3): ((5, 4), 3),
    (6, 5, 7, 4): ((5, 7), 3),
    (6, 1, 5, 7): ((5, 7), 1),
    (6, 3, 5, 7): ((5, 7), 1),
    (6, 4, 5, 7): ((5, 7), 1),
    (6, 3, 5, 3): ((3, 5), 3),
}


@pytest.mark.parametrize("shape", COLORED)
def test_the_axis_of_colors_stands_behind_or_before(shape):
    images = noise(0, 255, shape, np.uint8)
    found, decisions = recognize_pixels(images, "", HERE)
    assert (found.sides, found.colors) == COLORED[shape]
    channels = 1 if found.colors is None else shape[found.colors]
    assert summary(decisions) == ([("color", "gray", f"{channels} channels made gray", "", "")] if channels > 1 else [])
    gray = found.apply(images)
    assert (gray.shape, gray.dtype) == ((6, *found.sides), np.uint8)
    np.testing.assert_array_equal(found.apply_to_all(images, HERE), gray)


@pytest.mark.parametrize("shape", [(6, 5, 4, 2), (6, 2, 5, 7), (6, 1, 1, 1, 5)])
def test_images_of_another_shape_are_refused_whole(shape):
    with pytest.raises(DataFileError) as raised:
        recognize_pixels(np.zeros(shape), "", HERE)
    assert str(raised.value) == (
        "images of the wrong shape in a.npz: expected shape (n, height, width), or with 1, 3 or 4 channels before or "
        f"behind, got {shape}. Keep one image a row."
    )
    with pytest.raises(DataFileError, match=r"images cannot be read as a table in a\.npz: got shape .*Leave --read-as"):
        recognize_pixels(np.zeros((6, 5, 5)), "table", HERE)


@pytest.mark.parametrize("where", [3, BLOCK + 2])
def test_a_pixel_that_is_no_number_is_named_by_its_row(where):
    images = np.zeros((BLOCK + 5, 4, 4), np.float16)
    images[where, 2, 1] = np.nan
    images[-1, 0, 0] = np.inf
    with pytest.raises(DataFileError) as raised:
        recognize_pixels(images, "", HERE)
    assert str(raised.value) == (
        f"a pixel is not a number in a.npz, row {where + 1}. Leave the image out, or fill the gap."
    )


def test_rows_of_bytes_are_pictures_that_are_doubted_unless_their_neighbors_are_alike():
    said = "pictures of 8x8"
    doubted = ("images", True, said, "each row could be 64 columns of a table", "--read-as table")
    assert summary(recognize_pixels(noise(0, 255, (40, 64), np.uint8), "", HERE)[1]) == [doubted]
    certain = ("images", True, said, "", "")
    assert summary(recognize_pixels(smooth().astype(np.uint8), "", HERE)[1]) == [certain]
    assert summary(recognize_pixels(noise(0, 255, (40, 64), np.uint8), "images", HERE)[1]) == [certain]
    small = smooth(7, 40).astype(np.uint8)
    assert summary(recognize_pixels(small, "", HERE)[1])[0][3:] == (
        "each row could be 49 columns of a table",
        "--read-as table",
    )
    assert recognize_pixels(smooth().astype(np.uint8), "table", HERE) == (None, [])
    assert recognize_pixels(smooth().astype(np.uint8)[:1], "", HERE)[1][0].doubt != ""  # of one row nothing is told


def test_rows_of_other_numbers_are_tables_that_are_doubted_where_they_could_be_pictures():
    rows = noise(0, 255, (40, 64))
    doubted = ("images", False, "rows of 64 numbers", "each row of 64 could be pictures of 8x8", "--read-as images")
    assert recognize_pixels(rows, "", HERE)[0] is None
    assert summary(recognize_pixels(rows, "", HERE)[1]) == [doubted]
    assert recognize_pixels(rows - 1, "", HERE) == (None, [])
    assert recognize_pixels(rows + 1, "", HERE) == (None, [])  # brighter than white
    assert recognize_pixels(rows[:, :49], "", HERE) == (None, [])
    assert recognize_pixels(rows + 0.5 * (rows < 255), "", HERE) == (None, [])
    assert summary(recognize_pixels(rows / 255, "", HERE)[1]) == [doubted]
    assert recognize_pixels(rows[:, :63], "", HERE) == (None, [])
    with pytest.raises(DataFileError, match=r"rows are not square images in a\.npz: got 63 columns.*Write images of"):
        recognize_pixels(rows[:, :63], "images", HERE)
    found, decisions = recognize_pixels(rows, "images", HERE)
    assert (found.sides, found.scale) == ((8, 8), Scale(0, 255))
    assert summary(decisions) == [
        ("images", True, "pictures of 8x8", "", ""),
        ("scale", "0..255", "pixels of 0..255", "", ""),
    ]


def test_rows_that_follow_one_another_in_a_line_alone_are_no_pictures():
    spectra = np.rint(np.cumsum(noise(-9, 9, (60, 64)), axis=1) + 120)
    assert spectra.min() >= 0
    assert recognize_pixels(spectra, "", HERE)[0] is None
    assert recognize_pixels(np.full((9, 64), 7.0), "", HERE)[0] is None  # nothing differs


def test_bytes_are_made_of_black_and_white_and_rounded():
    assert Scale(0, 1).apply(np.array([0, 0.5, 0.499, 1])).tolist() == [0, 128, 127, 255]
    assert Scale(-1, 1).apply(np.array([-1.0, 0, 1])).tolist() == [0, 128, 255]
    assert Scale(0, 16).apply(np.array([0, 8, 16], np.int16)).tolist() == [0, 128, 255]
    pixels = np.arange(3, dtype=np.uint8)
    assert Scale(0, 255).apply(pixels) is pixels
    assert Scale(0, 1).apply(pixels[:2]).tolist() == [0, 255]
    assert PixelArray((2, 2)).scale == Scale(0, 255)
    for thing, name in ((Scale(0, 1), "black"), (PixelArray((2, 2)), "sides")):
        assert thing.apply(np.zeros((1, 4), np.uint8)).max() == 0
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, 1)


def test_colors_are_made_gray_as_pillow_does_and_what_is_not_opaque_stands_on_white():
    colors = np.array(
        [[[[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [9, 9, 9, 0], [0, 0, 0, 128]]]], np.uint8
    )
    assert gray_of(colors).tolist() == [[[76, 150, 29, 255, 127]]]
    assert gray_of(colors[..., :3]).tolist() == [[[76, 150, 29, 9, 0]]]
    assert gray_of(colors[..., :1]).tolist() == [[[255, 0, 0, 9, 0]]]


def test_images_are_changed_block_by_block_and_no_more_of_them_than_the_limit(monkeypatch):
    images = noise(0, 1, (40, 5, 4))
    monkeypatch.setattr("glassnet.data.readers.pixel_arrays.BLOCK", 7)
    found = PixelArray((5, 4), None, Scale(0, 1))
    np.testing.assert_array_equal(found.apply_to_all(images, HERE), images * 255)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=800))
    assert found.apply_to_all(images, HERE).nbytes == 800
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=799))
    with pytest.raises(DataFileError, match="expected at most 799 bytes unpacked, got 800"):
        found.apply_to_all(images, HERE)
    with pytest.raises(DataFileError, match="expected at most 799"):
        PixelArray((5, 4), 3).apply_to_all(np.zeros((40, 5, 4, 1), np.uint8), HERE)
