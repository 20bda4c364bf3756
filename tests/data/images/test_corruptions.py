"""Corruptions: nothing at no strength, and what each says at others."""

import numpy as np
import pytest

from glassnet.data.images.corruptions import CORRUPTIONS

NOTHING = {"rotation": 0, "shift": 0, "scale": 1, "noise": 0, "blur": 0, "contrast": 1, "thickness": 0, "occlusion": 0}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_of_no_strength_changes_nothing_and_the_seed_decides(name, mnist):
    corruption, images = CORRUPTIONS[name], mnist.test.inputs[:20]
    before = images.copy()
    assert (corruption.apply(images, NOTHING[name]) == images).all()
    strongest = corruption.strengths[-1]
    once, again = corruption.apply(images, strongest, seed=3), corruption.apply(images, strongest, seed=3)
    assert once.dtype == np.uint8
    assert once.shape == images.shape
    assert (once == again).all()
    assert (once != images).any()
    assert (images == before).all()


def test_each_corruption_does_what_it_says():
    images = np.zeros((1, 9, 9), np.uint8)
    images[0, 4, 2:7] = 200
    assert (CORRUPTIONS["rotation"].apply(images, 90)[0].argmax() // 9) == 2  # upright now
    assert CORRUPTIONS["thickness"].apply(images, 1)[0, 3, 4] == 200
    assert CORRUPTIONS["thickness"].apply(images, 0.5)[0, 3, 4] == 100
    assert CORRUPTIONS["thickness"].apply(images, -1).max() == 0
    assert CORRUPTIONS["contrast"].apply(images, 0.5).max() == 100
    assert CORRUPTIONS["blur"].apply(images, 1)[0, 3, 4] > 20
    assert CORRUPTIONS["blur"].apply(np.full((1, 9, 9), 90, np.uint8), 2).std() == 0
    white = np.full((50, 28, 28), 255, np.uint8)
    assert ((CORRUPTIONS["occlusion"].apply(white, 6) == 0).sum(axis=(1, 2)) == 36).all()
    gray = np.full((4, 28, 28), 128, np.uint8)
    assert CORRUPTIONS["noise"].apply(gray, 0.1).std() == pytest.approx(25.5, rel=0.05)
    dot = np.zeros((200, 29, 29), np.uint8)
    dot[:, 14, 14] = 255
    moved = CORRUPTIONS["shift"].apply(dot, 5).astype(float)
    places = np.indices((29, 29)) - 14
    means = np.einsum("nij,dij->dn", moved, places) / moved.sum(axis=(1, 2))
    np.testing.assert_allclose(np.hypot(*means), 5, atol=0.05)
    wide = CORRUPTIONS["scale"].apply(np.pad(np.full((1, 10, 10), 255, np.uint8), ((0, 0), (9, 9), (9, 9))), 1.4)
    assert (wide[0, 14] > 127).sum() == 14
