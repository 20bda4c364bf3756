"""In a crop along a digit's outline ink is told from paper; what only looks like a crop is none."""

import numpy as np
import pytest
from PIL import Image

from glassnet.data.images.ink import find_ink
from glassnet.data.images.tight_crops import read_tight_crop


def crops(images):
    """Each digit without its margins, ten times enlarged, as ink in 0..1."""
    for image in images:
        rows, columns = (np.flatnonzero((image > 40).any(axis=axis)) for axis in (1, 0))
        digit = Image.fromarray(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
        yield np.asarray(digit.resize((10 * digit.width, 10 * digit.height), Image.Resampling.BICUBIC)) / 255


@pytest.mark.parametrize("inverted", [False, True])
def test_nearly_all_crops_of_digits_give_their_ink_dark_on_light_and_light_on_dark(mnist, inverted):
    overlaps, said = [], []
    for ink in crops(mnist.test.inputs[500:600]):
        found, steps = find_ink(ink if inverted else 1 - ink)
        both = (found > 0.5, ink > 0.5) if found is not None and found.shape == ink.shape else (False, True)
        overlaps.append(np.sum(both[0] & both[1]) / np.sum(both[0] | both[1]))
        said.append(("inverted" in steps) is inverted)
    assert np.mean(said) >= 0.97
    assert np.mean(np.array(overlaps) > 0.8) >= 0.95


def test_the_bar_of_a_seven_along_the_edge_is_no_edge_of_the_paper():
    seven = np.zeros((200, 160))
    seven[:30], seven[30:, 90:120] = 1, 1
    found, steps = find_ink(1 - seven)
    assert found[10, 80] == 1
    assert steps == []


ROW, COLUMN = np.mgrid[:200, :160] / 200
MARGIN = np.where((np.abs(ROW - 0.5) < 0.3) & (np.abs(COLUMN - 0.4) < 0.05), 0.2, 0.9)


@pytest.mark.parametrize(
    "page",
    [
        MARGIN,
        np.where(ROW + COLUMN > 0.9, MARGIN - 0.15, MARGIN),  # half in shadow
        np.where((ROW * 200 % 40 < 2) | (COLUMN * 200 % 40 < 2), 0.5, MARGIN),  # squared paper
        np.where((ROW + COLUMN < 0.25) | (ROW + COLUMN > 1.5), 0.2, MARGIN),  # two corners of a desk
        np.full((200, 160), 0.7),
    ],
    ids=["a margin", "a shadow", "squared paper", "a desk", "nothing"],
)
def test_what_has_a_margin_is_no_tight_crop(page):
    assert read_tight_crop(page) is None
