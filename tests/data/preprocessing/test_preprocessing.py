import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet import DataError, Dataset, Examples, PixelScaling, TargetScale, one_hot

IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
SCALING = PixelScaling((2, 3))
labels_and_classes = st.integers(1, 12).flatmap(
    lambda classes: st.tuples(
        hnp.arrays(np.uint8, st.integers(0, 20), elements=st.integers(0, classes - 1)), st.just(classes)
    )
)


@given(labels_and_classes)
def test_one_hot_rows_hold_a_single_one_at_the_label(case):
    labels, classes = case
    rows = one_hot(labels, classes)
    assert rows.shape == (len(labels), classes)
    assert rows.dtype == np.float32
    assert (rows.sum(axis=1) == 1).all()
    assert ((rows == 0) | (rows == 1)).all()
    assert (rows.argmax(axis=1) == labels).all()


def test_one_hot_overwrites_what_stood_in_its_place():
    out = np.full((2, 3), 7.0)
    assert one_hot(np.array([2, 0]), 3, out) is out
    assert out.tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize("label", [3, 255, -1])
def test_a_label_out_of_range_is_refused_with_its_row(label):
    with pytest.raises(DataError, match=rf"label out of range in row 2: expected 0\.\.2, got {label}\."):
        one_hot(np.array([0, 2, label, 99]), 3)


@pytest.mark.parametrize("labels", [np.array([0.0, 1.0]), np.array([True, False]), np.array(["0", "1"])])
def test_labels_that_are_no_integers_are_refused(labels):
    with pytest.raises(DataError, match=f"expected integers, got {labels.dtype}"):
        one_hot(labels, 2)


def test_a_column_of_labels_is_refused_and_not_spread_over_the_rows():
    with pytest.raises(DataError, match=r"expected shape \(n,\), got shape \(2, 1\)"):
        one_hot(np.array([[0], [1]]), 2)


def test_inputs_and_targets_that_differ_in_number_are_refused():
    with pytest.raises(DataError, match="differ in number: expected 4 targets, got 3"):
        Examples(IMAGES, np.zeros(3, np.uint8))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_target_that_is_not_finite_is_refused_with_its_row(value):
    with pytest.raises(DataError, match=f"not a finite number in row 1: got {value}"):
        Examples(IMAGES, np.array([0, value, 1, value]))


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_a_data_set_refuses_a_label_without_a_class_name_wherever_it_stands(part):
    parts = {name: Examples(IMAGES, np.array([0, 1, 0, 1])) for name in ("train", "validation", "test")}
    parts[part] = Examples(IMAGES, np.array([0, 1, 2, 1]))
    with pytest.raises(DataError, match=r"label out of range in row 2: expected 0\.\.1, got 2"):
        Dataset("three", "classification", **parts, preprocessing=SCALING, class_names=("no", "yes"))


def test_a_data_set_with_nothing_to_train_on_is_refused():
    some = Examples(IMAGES, np.zeros(4, np.uint8))
    with pytest.raises(DataError, match="nothing to train on in empty"):
        Dataset("empty", "classification", some.select(slice(0)), some, some, SCALING, ("zero",))


def test_every_pixel_becomes_exactly_its_255th():
    every = np.arange(256, dtype=np.uint8).reshape(1, 256)
    scaled = PixelScaling((256,)).apply(every)
    assert scaled.dtype == np.float32
    assert scaled.tolist() == [[np.float32(pixel) / np.float32(255) for pixel in range(256)]]
    assert (scaled.min(), scaled.max()) == (0, 1)


def test_float64_receives_the_quotient_in_full_precision():
    out = np.empty((4, 6))
    assert SCALING.apply(IMAGES, out) is out
    assert out.tolist() == [[pixel / 255 for pixel in image.ravel().tolist()] for image in IMAGES]


def test_floats_in_range_are_taken_as_they_are():
    floats = np.linspace(0, 1, 24, dtype=np.float32).reshape(4, 2, 3)
    assert SCALING.apply(floats).tolist() == floats.reshape(4, 6).tolist()
    assert SCALING.apply(floats.astype(np.float64)).tolist() == floats.reshape(4, 6).tolist()


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=4, min_side=1, max_side=4)))
def test_flattening_lays_rows_out_one_after_another_without_a_copy(images):
    flat = PixelScaling(images.shape[1:]).flatten(images)
    expected = [[image[index] for index in np.ndindex(images.shape[1:])] for image in images]
    assert flat.tolist() == np.array(expected).tolist()
    assert np.shares_memory(flat, images)


def test_flat_images_and_transposed_ones_give_the_same_inputs():
    expected = SCALING.apply(IMAGES).tolist()
    assert SCALING.apply(IMAGES.reshape(4, 6)).tolist() == expected
    assert SCALING.apply(np.asfortranarray(IMAGES)).tolist() == expected
    assert SCALING.apply(IMAGES[:0]).shape == (0, 6)


@pytest.mark.parametrize("shape", [(6,), (2, 3), (4, 3, 2), (4, 5), (4, 2, 3, 1), ()])
def test_images_of_another_shape_are_refused(shape):
    with pytest.raises(DataError) as caught:
        SCALING.apply(np.zeros(shape, np.uint8))
    assert "expected shape (n, 2, 3) or (n, 6), got shape" in str(caught.value)
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("dtype", [np.int64, np.uint16, np.bool_, np.complex128, object])
def test_images_of_another_type_are_refused(dtype):
    with pytest.raises(DataError, match=f"expected uint8 or floats in 0..1, got {np.dtype(dtype)}"):
        SCALING.apply(IMAGES.astype(dtype))


@pytest.mark.parametrize("pixel", [np.nan, np.inf, -np.inf, -0.01, 1.001, 255.0])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_single_float_out_of_range_is_refused_wherever_it_stands(pixel, dtype):
    images = np.full((4, 2, 3), 0.5, dtype)
    images[3, 1, 0] = pixel
    with pytest.raises(DataError, match=r"expected floats in 0\.\.1, none of them NaN, got .* divide by"):
        SCALING.apply(images)


@example(np.array([1e-313, 0.0]), np.ones(5))
@given(
    hnp.arrays(np.float64, st.integers(2, 20), elements=st.floats(-1e6, 1e6)),
    hnp.arrays(np.float64, 5, elements=st.floats(-1e6, 1e6)),
)
def test_restoring_undoes_standardizing(targets, others):
    scale = TargetScale.fit(targets)
    back = scale.restore(scale.standardize(others))
    np.testing.assert_allclose(back, others, rtol=1e-9, atol=1e-9 * (1 + abs(scale.mean)))


def test_standardized_targets_have_mean_zero_and_deviation_one():
    targets = np.array([-45.0, 3.0, 10.0, 41.0], np.float32)
    standardized = TargetScale.fit(targets).standardize(targets)
    assert abs(standardized.mean()) < 1e-6
    assert abs(standardized.std() - 1) < 1e-6


def test_the_target_scale_is_worked_out_by_hand():
    scale = TargetScale.fit(np.array([1.0, 3.0, 3.0, 9.0]))
    assert (scale.mean, scale.deviation) == (4.0, 3.0)  # squared deviations 9, 1, 1, 25; their mean is 9
    assert scale.standardize(np.array([10.0])).tolist() == [2.0]
    assert scale.restore(np.array([-1.0])).tolist() == [1.0]


@pytest.mark.parametrize("value", [0.0, 5.0, 0.1, -1e-30, 1e6 + 0.1])
@pytest.mark.parametrize("count", [1, 3, 1_000])
def test_constant_targets_keep_their_unit(value, count):
    scale = TargetScale.fit(np.full(count, value))
    assert scale.deviation == 1
    assert abs(scale.mean - value) <= 1e-9 * abs(value)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-9, 1e155, 1e307])
def test_targets_of_any_size_are_standardized_and_restored(size):
    targets = size * np.array([-1.0, 0.5, 1.0, 0.1])
    scale = TargetScale.fit(targets)
    found = scale.standardize(targets)
    assert abs(found.mean()) < 1e-9
    assert found.std() == pytest.approx(1)
    np.testing.assert_allclose(scale.restore(found), targets, rtol=1e-12)


def test_whole_targets_beyond_32_bits_keep_their_digits():
    moments = 1_700_000_000_000_000_000 + np.arange(100) * 86_400_000_000_000
    scale = TargetScale.fit(moments)
    np.testing.assert_allclose(scale.restore(scale.standardize(moments)), moments, rtol=1e-15)
