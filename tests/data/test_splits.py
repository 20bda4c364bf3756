import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet
from glassnet.data.splits import split_sizes, stratified_split
from glassnet.errors import UnknownNameError, UsageError

# How often each digit occurs in the published files.
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
TRAINING_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


@st.composite
def cases(draw):
    """Labels of some classes, often of very unequal size, and sizes of the two parts."""
    counts = draw(st.lists(st.integers(1, 60), min_size=1, max_size=10))
    labels = np.repeat(np.arange(len(counts)), counts)
    labels = np.random.default_rng(draw(st.integers(0, 9))).permutation(labels)
    train_size = draw(st.integers(1, len(labels)))
    return labels, train_size, draw(st.integers(0, len(labels) - train_size)), draw(st.integers(0, 99))


@given(cases())
def test_the_parts_are_disjoint_sorted_and_of_exactly_the_sizes_asked_for(case):
    labels, train_size, validation_size, seed = case
    train, validation = stratified_split(labels, train_size, validation_size, seed)
    assert (len(train), len(validation)) == (train_size, validation_size)
    assert len({*train, *validation}) == train_size + validation_size
    assert all(0 <= row < len(labels) for row in (*train, *validation))
    assert (np.diff(train) > 0).all()
    assert (np.diff(validation) > 0).all()


@given(cases())
def test_every_class_has_its_share_to_within_the_bound_of_the_docstring(case):
    labels, *sizes_and_seed = case
    share = np.bincount(labels) / len(labels)
    bound = (1 + share * (len(share) - 2)) / 2
    train, validation = stratified_split(labels, *sizes_and_seed)
    for rows, largest in ((validation, bound), (train, 2 * bound)):
        counts = np.bincount(labels[rows], minlength=len(share))
        assert (np.abs(counts - share * len(rows)) <= largest + 1e-9).all()


@given(st.integers(1, 10), st.integers(1, 30), st.data())
def test_classes_of_equal_size_differ_by_less_than_one_from_their_share_of_the_validation_set(classes, each, data):
    labels = np.tile(np.arange(classes), each)
    size = data.draw(st.integers(0, len(labels) - 1))
    _, validation = stratified_split(labels, 1, size, seed=0)
    counts = np.bincount(labels[validation], minlength=classes)
    assert (np.abs(counts - size / classes) < 1).all()


@given(cases())
def test_the_same_seed_gives_the_same_rows(case):
    first, second = stratified_split(*case), stratified_split(*case)
    assert [part.tolist() for part in first] == [part.tolist() for part in second]


def test_another_seed_gives_other_rows():
    labels = np.arange(1_000) % 10
    chosen = {stratified_split(labels, 500, 100, seed)[1].tobytes() for seed in range(20)}
    assert len(chosen) == 20


def test_over_many_seeds_every_row_is_chosen_about_equally_often():
    labels = np.repeat([0, 1, 2], [10, 20, 30])
    often = np.zeros(60)
    for seed in range(600):
        often[stratified_split(labels, 30, 12, seed)[1]] += 1
    # Each row is chosen with probability 1/5: 120 times, with a deviation of about 10.
    assert often.min() > 70
    assert often.max() < 170


@pytest.mark.parametrize(
    ("rows", "asked", "settled"),
    [
        (60_000, (None, None), (50_000, 10_000)),
        (60_000, (1_000, None), (1_000, 10_000)),
        (60_000, (60_000, 0), (60_000, 0)),
        (60_000, (None, 0), (60_000, 0)),
        (60_000, (None, 20_000), (40_000, 20_000)),
        (600, (None, None), (500, 100)),
        (100_000, (None, None), (90_000, 10_000)),
        (3, (None, None), (3, 0)),
        (1, (None, None), (1, 0)),
    ],
)
def test_sizes_that_are_not_asked_for_are_filled_in(rows, asked, settled):
    assert split_sizes(rows, *asked) == settled


@pytest.mark.parametrize(
    ("rows", "asked", "message"),
    [
        (100, (None, -1), "invalid validation size: expected 0 or more, got -1"),
        (100, (0, None), "nothing is left to train on: expected a train size of at least 1, got"),
        (100, (-5, 10), "nothing is left to train on"),
        (100, (None, 100), "nothing is left to train on"),
        (0, (None, None), "nothing is left to train on"),
        (
            60_000,
            (50_001, 10_000),
            "exceed the data: expected at most 60,000 together, got 50,001 [+] 10,000",
        ),
        (60_000, (55_000, None), "together, got 55,000 [+] 10,000. Set a smaller --validation-size, or 0"),
        (60_000, (10.5, None), "expected a whole number, got 10.5"),
    ],
)
def test_impossible_sizes_are_refused(rows, asked, message):
    with pytest.raises(UsageError, match=message):
        split_sizes(rows, *asked)


def test_mnist_comes_in_its_published_numbers(mnist):
    assert mnist.train.source_inputs.shape == (60_000, 28, 28)
    assert mnist.test.inputs.shape == (10_000, 28, 28)
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (50_000, 10_000, 10_000)
    assert mnist.outputs == 10
    assert mnist.class_names == tuple("0123456789")


def test_mnist_holds_the_known_images_and_labels(mnist):
    assert np.bincount(mnist.test.targets).tolist() == TEST_COUNTS
    assert np.bincount(mnist.train.source_targets).tolist() == TRAINING_COUNTS
    assert mnist.test.targets[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert mnist.train.source_targets[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


def test_mnist_images_stay_bytes_and_are_not_copied(mnist):
    for examples in (mnist.train, mnist.validation, mnist.test):
        assert examples.source_inputs.dtype == np.uint8
    assert np.shares_memory(mnist.train.source_inputs, mnist.validation.source_inputs)
    assert np.shares_memory(mnist.train.select(slice(10)).source_inputs, mnist.train.source_inputs)


def test_the_test_set_stands_apart_from_what_is_learned_from(mnist):
    assert not np.shares_memory(mnist.test.source_inputs, mnist.train.source_inputs)
    assert not np.shares_memory(mnist.test.source_targets, mnist.train.source_targets)
    assert np.intersect1d(mnist.train.indices, mnist.validation.indices).size == 0
    other = glassnet.load_dataset("mnist", train_size=10, validation_size=0, seed=9)
    assert (other.test.targets == mnist.test.targets).all()


def test_mnist_digits_have_their_shares_in_both_parts(mnist):
    share = np.array(TRAINING_COUNTS) / 60_000
    for examples, largest in ((mnist.validation, 1), (mnist.train, 2)):
        counts = np.bincount(examples.targets)
        assert (np.abs(counts - share * len(examples)) < largest).all()


def test_mnist_can_be_loaded_without_validation():
    data = glassnet.load_dataset("mnist", train_size=60_000, validation_size=0)
    assert data.train.indices.tolist() == list(range(60_000))
    assert len(data.validation) == 0


def test_selecting_among_examples_walks_by_their_positions(mnist):
    some = mnist.validation.select(np.array([5, 3]))
    assert some.indices.tolist() == mnist.validation.indices[[5, 3]].tolist()
    assert (some.inputs == mnist.validation.inputs[[5, 3]]).all()
    assert some.targets.tolist() == mnist.validation.targets[[5, 3]].tolist()


def test_an_unknown_data_set_is_refused_and_the_nearest_offered():
    with pytest.raises(UnknownNameError, match=r"unknown data set: .* got 'mnits'\. Did you mean 'mnist'\?"):
        glassnet.load_dataset("mnits")
