import cmath
import hashlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import glassnet
from glassnet.data import catalogue
from glassnet.data.images.warp import BLOCK, LARGEST_ANGLE, fixed_angles, rotate

# Frozen: these numbers are the data set, on every machine.
FIRST_TRAINING_ANGLES = [-3.1790960, 8.4348145, -2.5839725, -25.0343513, 14.5802126]
FIRST_TEST_ANGLES = [-6.0896873, -33.0388870, 3.1872928, 18.9800100, -15.2290268]
TEST_IMAGES_SHA256 = "76d1533e0649bac50024a3c3ca04f8006c0db7aa111844d6fcef7a52c6503225"
TEST_ANGLES_SHA256 = "8f013c59019661172071eb33fb87b0ce77ac0d44f6b16439f34bdfe25b30248d"
TRAINING_ANGLES_SHA256 = "1a8dd62c0d9860986a658695f4432080bf1b25e03d4c634f4dfbadc61e5b5b06"

pictures = st.integers(1, 7).flatmap(lambda side: hnp.arrays(np.uint8, (1, side, side)))


def sha256(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


def turn(image, degrees):
    return rotate(image[None], np.array([degrees]))[0]


def slowly_turned(image, degrees):
    """Turn with complex numbers, each source pixel weighing in by its distance, as `rotate` does not."""
    side = len(image)
    center = (side - 1) / 2
    back = cmath.exp(-1j * math.radians(degrees))
    turned = np.zeros((side, side))
    for row, column in np.ndindex(side, side):
        source = complex(column - center, center - row) * back  # the imaginary axis points up
        for source_row, source_column in np.ndindex(side, side):
            distance = source - complex(source_column - center, center - source_row)
            weight = max(0, 1 - abs(distance.real)) * max(0, 1 - abs(distance.imag))
            turned[row, column] += weight * image[source_row, source_column]
    return turned


def direction_of_ink(image):
    """The angle in degrees, counter-clockwise from the right, at which the center sees the ink."""
    center = (len(image) - 1) / 2
    rows, columns = np.mgrid[: len(image), : len(image)]
    return math.degrees(math.atan2(np.sum((center - rows) * image), np.sum((columns - center) * image)))


@given(pictures)
def test_a_turn_by_zero_changes_nothing(images):
    assert (rotate(images, np.zeros(1)) == images).all()


@given(pictures, st.integers(-4, 4))
def test_quarter_turns_are_exact_and_counter_clockwise_as_seen(images, quarters):
    turned = rotate(images, np.array([90.0 * quarters]))
    assert (turned[0] == np.rot90(images[0], quarters)).all()


def test_half_a_turn_puts_everything_upside_down():
    image = np.arange(9, dtype=np.uint8).reshape(3, 3)
    assert turn(image, 180).tolist() == [[8, 7, 6], [5, 4, 3], [2, 1, 0]]


@given(pictures, st.floats(-180, 180))
def test_turned_pixels_are_those_of_a_slow_loop_rounded(images, degrees):
    difference = rotate(images, np.array([degrees]))[0] - slowly_turned(images[0], degrees)
    assert np.abs(difference).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("degrees", [-45, -20, 5, 30, 45])
def test_a_positive_angle_moves_a_dot_on_the_right_upward(degrees):
    image = np.zeros((29, 29), np.uint8)
    image[13:16, 21:24] = 200  # to the right of the center, which is (14, 14)
    assert direction_of_ink(image) == 0
    assert direction_of_ink(turn(image, degrees)) == pytest.approx(degrees, abs=0.5)


def test_turning_keeps_the_ink_but_for_what_leaves_the_corners(mnist):
    images = mnist.test.inputs[:1_000]
    before = images.sum(axis=(1, 2), dtype=float)
    after = rotate(images, fixed_angles(1_000, 1)).sum(axis=(1, 2), dtype=float)
    assert abs(after.sum() / before.sum() - 1) < 0.005
    assert np.abs(after / before - 1).max() < 0.1


def test_each_image_is_turned_by_its_own_angle_across_blocks():
    count = BLOCK + 3
    images = np.random.default_rng(0).integers(0, 256, (count, 5, 5), np.uint8)
    degrees = np.linspace(-45, 45, count)
    one_by_one = [turn(image, angle).tolist() for image, angle in zip(images, degrees, strict=True)]
    assert rotate(images, degrees).tolist() == one_by_one


def test_turning_leaves_the_source_alone():
    images = np.full((1, 4, 4), 9, np.uint8)
    images.flags.writeable = False
    assert rotate(images, np.array([30.0])).flags.writeable


@pytest.mark.parametrize(("count", "stream"), [(60_000, 0), (10_000, 1)])
def test_the_angles_are_uniform_in_minus_45_to_45(count, stream):
    angles = fixed_angles(count, stream)
    assert angles.dtype == np.float32
    assert np.abs(angles).max() <= LARGEST_ANGLE == 45
    # Kolmogorov and Smirnov: the distance of the distributions exceeds 2/sqrt(n) once in 1,500 draws.
    distance = np.abs((np.sort(angles) + 45) / 90 - (np.arange(count) + 0.5) / count).max()
    assert distance < 2 / math.sqrt(count)


def test_the_angles_are_frozen():
    assert fixed_angles(5, 0).tolist() == pytest.approx(FIRST_TRAINING_ANGLES, abs=1e-6)
    assert fixed_angles(5, 1).tolist() == pytest.approx(FIRST_TEST_ANGLES, abs=1e-6)
    assert sha256(fixed_angles(60_000, 0)) == TRAINING_ANGLES_SHA256
    assert sha256(fixed_angles(10_000, 1)) == TEST_ANGLES_SHA256


def test_the_rotated_test_images_are_frozen(mnist):
    assert sha256(rotate(mnist.test.inputs, fixed_angles(10_000, 1))) == TEST_IMAGES_SHA256


def test_rotated_mnist_is_the_digits_each_with_its_fixed_angle(mnist, monkeypatch):
    turned = []
    # Turning all 70,000 takes seconds; here it matters only what is turned by how much.
    monkeypatch.setattr(catalogue, "compute_once", lambda name, compute: (turned.append(name), compute())[1])
    monkeypatch.setattr(catalogue, "rotate", lambda images, _: images)
    data = glassnet.load_dataset("rotated-mnist")
    assert (data.test.inputs == mnist.test.inputs).all()
    assert (data.train.source_inputs == mnist.train.source_inputs).all()
    assert data.test.targets.tolist() == fixed_angles(10_000, 1).tolist()
    assert data.train.source_targets.tolist() == fixed_angles(60_000, 0).tolist()
    assert (data.task, data.unit, data.outputs, len(set(turned))) == ("regression", "degrees", 1, 2)


def test_a_runs_seed_chooses_rows_but_turns_nothing(monkeypatch):
    monkeypatch.setattr(catalogue, "compute_once", lambda _, compute: compute())
    monkeypatch.setattr(catalogue, "rotate", lambda images, _: images)
    first, second = (glassnet.load_dataset("rotated-mnist", seed=seed) for seed in (0, 1))
    assert first.train.indices.tolist() != second.train.indices.tolist()
    assert (first.train.source_targets == second.train.source_targets).all()
    assert (first.test.targets == second.test.targets).all()
