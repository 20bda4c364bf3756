"""Warped images: exact where a warp is, the same bytes from the same seed, and never out of range."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.data.dataset import Examples
from glassnet.data.images.augmentation import Augmentation, affine_coefficients, smooth_basis
from glassnet.data.images.deskew import deskew, slants
from glassnet.data.images.thickness import thicken
from glassnet.data.images.warp import BLOCK, affine_basis, warp
from glassnet.data.preprocessing.pixels import PixelScaling
from glassnet.errors import DataError, UsageError
from glassnet.model.model import read_inputs

EVERYTHING = Augmentation(shift=1.5, rotation=12, scale=0.12, shear=0.12, elastic=1.5, thickness=0.5, straighten=1)
sizes = st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 12))
images_of_any_size = st.one_of(
    hnp.arrays(np.uint8, sizes),
    hnp.arrays(np.float32, sizes, elements=st.floats(0, 1, width=32)),
    hnp.arrays(np.float64, sizes, elements=st.floats(0, 1)),
)


def affine(count, rotation=0.0, scale=(1.0, 1.0), shear=0.0, shift=(0.0, 0.0)):
    """The same map for so many images."""
    columns = [np.repeat(np.reshape(value, (-1, 1)), count, axis=1) for value in (scale, shift)]
    drawn = affine_coefficients(np.full(count, np.radians(rotation)), columns[0], np.full(count, shear), columns[1])
    return drawn.astype(np.float32)


def digits(mnist, count=200):
    return mnist.test.inputs[:count]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_the_identity_gives_the_image_back_exactly(mnist, dtype):
    images = digits(mnist).astype(dtype)
    for basis in (affine_basis((28, 28)), smooth_basis((28, 28))):
        coefficients = np.zeros((2, len(images), len(basis)), np.float32)
        coefficients[0, :, 0] = coefficients[1, :, 1] = 1
        np.testing.assert_array_equal(warp(images, coefficients, basis), images)
    np.testing.assert_array_equal(Augmentation().apply(images, np.random.default_rng(0)), images)


@pytest.mark.parametrize("shift", [(3, 0), (0, -2), (-1, 4), (30, 0), (0, -29)], ids=str)
def test_a_shift_by_whole_pixels_is_a_roll_with_black_behind_it(mnist, shift):
    images = digits(mnist)
    warped = warp(images, affine(len(images), shift=shift), affine_basis((28, 28)))
    expected = np.zeros_like(images)
    rows, columns = ((max(-s, 0), min(28 - s, 28)) for s in shift)
    if abs(shift[0]) < 28 and abs(shift[1]) < 28:
        inside = np.s_[:, rows[0] : rows[1], columns[0] : columns[1]]
        expected[inside] = np.roll(images, (-shift[0], -shift[1]), axis=(1, 2))[inside]
    np.testing.assert_array_equal(warped, expected)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_rotation_by_quarters_is_rot90_to_one_gray_level(mnist, quarters):
    images = digits(mnist)
    warped = warp(images, affine(len(images), rotation=90 * quarters), affine_basis((28, 28)))
    difference = warped.astype(int) - np.rot90(images, quarters, axes=(1, 2))
    assert np.abs(difference).max() <= 1


def test_images_of_many_pixels_are_found_exactly():
    images = np.random.default_rng(0).integers(0, 256, (BLOCK, 4, 140_000), dtype=np.uint8)
    identity = affine(BLOCK)
    np.testing.assert_array_equal(warp(images, identity, affine_basis((4, 140_000))), images)


def test_half_a_pixel_is_the_mean_of_two():
    image = np.array([[[10, 20, 40]]], np.float64)
    assert warp(image, affine(1, shift=(0, 0.5)), affine_basis((1, 3))).tolist() == [[[15, 30, 20]]]


def test_a_larger_scale_shows_less_of_the_image():
    image = np.zeros((1, 9, 9), np.uint8)
    image[0, 4, :] = 200
    assert (
        warp(image, affine(1, scale=(0.5, 1)), affine_basis((9, 9)))[0, :, 4].tolist()
        == [0] * 3 + [100, 200, 100] + [0] * 3
    )


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(mnist):
    images = digits(mnist)
    first, again, other = (EVERYTHING.apply(images, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes() != other.tobytes()


def test_an_image_is_warped_alike_whatever_its_block(mnist):
    images = digits(mnist, BLOCK + 3)
    coefficients = EVERYTHING.coefficients(len(images), np.random.default_rng(0))
    basis = smooth_basis((28, 28))
    whole = warp(images, coefficients, basis)
    alone = [warp(images[i : i + 1], coefficients[:, i : i + 1], basis)[0] for i in (0, BLOCK, BLOCK + 2)]
    # The sums of a matrix product may be taken in another order.
    assert np.abs(whole[[0, BLOCK, BLOCK + 2]].astype(int) - alone).max() <= 1


@given(images_of_any_size, st.integers(0, 5))
def test_images_of_any_size_and_type_keep_shape_type_and_range(images, seed):
    warped = EVERYTHING.apply(images, np.random.default_rng(seed))
    assert warped.shape == images.shape
    assert warped.dtype == images.dtype
    assert warped.min() >= 0
    assert warped.max() <= images.max()


@pytest.mark.parametrize("option", ["shift", "rotation", "scale", "shear", "elastic", "thickness"])
def test_every_kind_of_warp_moves_the_ink_and_keeps_most_of_it(mnist, option):
    images = digits(mnist)
    strength = {"rotation": 15, "scale": 0.2, "shear": 0.3, "thickness": 0.3}.get(option, 2)
    warped = Augmentation(**{option: strength}).apply(images, np.random.default_rng(0))
    changed = np.abs(warped.astype(int) - images).mean(axis=(1, 2))
    assert (changed > 0).mean() > 0.95
    assert warped.mean() == pytest.approx(images.mean(), rel=0.1)


def test_the_elastic_strength_is_the_pixels_root_mean_square_displacement():
    coefficients = Augmentation(elastic=2).coefficients(20_000, np.random.default_rng(0))[:, :, 3:]
    moved = coefficients @ smooth_basis((28, 28))[3:]
    # The strength is uniform in 0..2: its mean square is 4 / 3.
    assert np.mean(moved**2) == pytest.approx(4 / 3, rel=0.03)


@given(images_of_any_size, st.floats(-1, 1))
def test_strokes_grow_or_shrink_within_black_and_the_brightest_pixel(images, amount):
    changed = thicken(images, np.full(len(images), amount))
    assert (changed.shape, changed.dtype) == (images.shape, images.dtype)
    assert (changed >= 0).all()
    assert (changed <= images.max(axis=(1, 2), keepdims=True)).all()
    assert (changed >= images).all() if amount > 0 else (changed <= images).all()
    if amount == 0:
        np.testing.assert_array_equal(changed, images)


def test_the_inside_of_a_stroke_and_far_paper_stay_as_they_are():
    image = np.zeros((1, 9, 9), np.uint8)
    image[0, 2:7, 2:7] = 200
    for amount, edge in ((0.5, (20, 200)), (-0.5, (0, 180))):
        changed = thicken(image, np.array([amount]))[0]
        assert (changed[3:6, 3:6] == 200).all()
        assert (changed[0] == 0).all()
        assert (changed[1, 4], changed[2, 4]) == edge


def test_half_of_the_images_grow_and_half_shrink(mnist):
    images = digits(mnist, 1_000)
    changed = Augmentation(thickness=0.8).apply(images, np.random.default_rng(0)).sum(axis=(1, 2), dtype=int)
    assert 0.45 < (changed > images.sum(axis=(1, 2), dtype=int)).mean() < 0.55


def test_straightening_before_a_warp_is_deskewing_and_then_warping(mnist):
    images = digits(mnist)
    together = Augmentation(straighten=1).apply(images, np.random.default_rng(0))
    np.testing.assert_allclose(together, deskew(images), atol=1)
    turn = {"rotation": 20.0, "scale": 0.1, "shift": 1.5, "elastic": 1.0}
    together = Augmentation(**turn, straighten=1).apply(images / 255, np.random.default_rng(0))
    after = Augmentation(**turn).apply(deskew(images / 255), np.random.default_rng(0))
    alone = Augmentation(**turn).apply(images / 255, np.random.default_rng(0))
    # Looked up once or twice: no more than the smoothing of the second look lies between them.
    assert np.abs(together - after).mean() < np.abs(together - alone).mean() / 5


def test_straightened_by_half_an_image_slants_half_as_much():
    stroke = np.zeros((1, 28, 28))
    for row in range(6, 22):
        stroke[0, row, 6 + row // 2] = 1
    half = Augmentation(straighten=0.5).apply(stroke, np.random.default_rng(0))
    assert slants(half)[0] == pytest.approx(slants(stroke)[0] / 2, rel=0.02)


@pytest.mark.parametrize(
    "values",
    [
        {"shift": -1},
        {"scale": 1},
        {"rotation": 181},
        {"shear": 1e30},
        {"shift": 1e39},
        {"elastic": np.nan},
        {"thickness": 1.0},
        {"straighten": 2},
        {"shear": np.inf},
    ],
)
def test_an_augmentation_that_cannot_be_meant_is_refused(values):
    with pytest.raises(UsageError, match=f"invalid {next(iter(values))}: expected a number, at least 0"):
        Augmentation(**values)


def test_what_is_no_image_is_not_warped():
    with pytest.raises(UsageError, match="augmentation needs images"):
        EVERYTHING.apply(np.zeros((2, 784)), np.random.default_rng(0))
    with pytest.raises(DataError, match="only images can be warped"):
        deskew(np.zeros((2, 784)))
    with pytest.raises(UsageError, match="deskewing needs images"):
        PixelScaling((784,), deskew=True)


def test_deskewing_leaves_no_slant(mnist):
    images = digits(mnist)
    before, after = (np.abs(slants(each)[0]) for each in (images, deskew(images)))
    assert before.mean() > 0.15
    assert after.mean() < 0.03


def test_deskewing_moves_no_ink_up_or_down_and_keeps_the_center(mnist):
    images = digits(mnist)
    upright = deskew(images)
    np.testing.assert_allclose(upright.sum(axis=2, dtype=int), images.sum(axis=2, dtype=int), atol=15, rtol=0.02)
    assert np.abs(slants(upright)[1] - slants(images)[1]).max() < 0.05


@pytest.mark.parametrize("pixel", [1.05, -0.1, np.nan])
def test_floats_out_of_range_are_refused_before_they_are_warped(pixel):
    images = np.zeros((2, 6, 6), np.float32)
    images[1, 2, 3] = pixel
    with pytest.raises(DataError, match=r"outside|NaN|0\.\.1"):
        PixelScaling((6, 6), deskew=True).apply(images)
    distort, examples = partial(EVERYTHING.apply, rng=np.random.default_rng(0)), Examples(images, np.zeros(2))
    with pytest.raises(DataError, match=r"outside|NaN|0\.\.1"):
        read_inputs(examples, slice(0, 2), PixelScaling((6, 6)), np.empty((2, 36)), distort)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_images_that_have_no_slant_stay_as_they_are(dtype):
    images = np.zeros((3, 5, 5), dtype)
    images[1, 2] = 1  # one row
    images[2, :, 3] = 1  # upright already
    np.testing.assert_array_equal(deskew(images), images)


def test_preprocessing_deskews_before_it_scales(mnist):
    images = digits(mnist, 20)
    scaled = PixelScaling((28, 28), deskew=True).apply(images.reshape(20, 784))
    np.testing.assert_array_equal(scaled, deskew(images).reshape(20, 784) / np.float32(255))
