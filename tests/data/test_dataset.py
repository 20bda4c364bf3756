"""Data sets made of arrays, and what examples and data sets are when shown, copied and pickled."""

import copy
import pickle
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet import DataError, Dataset, Examples, FeatureScaling, PixelScaling, UsageError

RNG = np.random.default_rng(7)
IMAGES = RNG.integers(0, 256, (60, 28, 28), np.uint8)
LABELS = np.arange(60) % 3
ROWS = RNG.normal(5, 3, (60, 4))
WAYS_TO_COPY = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
}
copied = pytest.mark.parametrize("way", WAYS_TO_COPY.values(), ids=WAYS_TO_COPY)


def sizes(data):
    return len(data.train), len(data.validation), len(data.test)


@pytest.mark.parametrize("images", [IMAGES, IMAGES.reshape(60, 784), (IMAGES / 255).astype(np.float32)])
def test_images_are_scaled_and_not_copied(images):
    data = Dataset.from_arrays(images, LABELS)
    assert data.preprocessing == PixelScaling((28, 28))
    assert np.shares_memory(data.train.source_inputs, images)
    assert data.outputs == 3
    assert data.class_names == ("0", "1", "2")
    assert sizes(data) == (50, 10, 0)


def test_a_table_is_standardized_by_its_training_rows():
    data = Dataset.from_arrays(ROWS, ROWS.sum(axis=1), validation=20)
    assert data.task == "regression"
    inputs = data.preprocessing.apply(data.train.inputs)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(inputs.std(axis=0), 1, atol=1e-6)
    assert abs(data.preprocessing.apply(data.validation.inputs).mean(axis=0)).max() > 0.1
    assert data.preprocessing.names == ("column 1", "column 2", "column 3", "column 4")


def test_a_frame_keeps_the_names_of_its_columns():
    frame = pd.DataFrame(ROWS, columns=list("abcd"))
    kinds = pd.Series(np.where(ROWS[:, 0] > 5, "large", "small"))
    data = Dataset.from_arrays(frame, kinds, validation=(frame[list("dcba")], kinds))
    assert data.preprocessing.names == tuple("abcd")
    np.testing.assert_array_equal(data.validation.inputs, ROWS)
    assert data.class_names == ("large", "small")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"validation": 0.25}, (45, 15, 0)),
        ({"validation": 15, "test": 0.5}, (15, 15, 30)),
        ({"validation": 0, "test": 6}, (54, 0, 6)),
        ({"train": 0.5, "validation": np.int64(5)}, (30, 5, 0)),
        ({"validation": (IMAGES[:7], LABELS[:7]), "test": (IMAGES[:9], LABELS[:9])}, (60, 7, 9)),
        ({"test": (IMAGES[:9], LABELS[:9])}, (50, 10, 9)),
    ],
)
def test_parts_are_fractions_counts_or_arrays_of_their_own(given, expected):
    data = Dataset.from_arrays(IMAGES, LABELS, **given)
    assert sizes(data) == expected
    drawn = [part for part in (data.train, data.validation, data.test) if len(part.source_inputs) == 60]
    rows = np.concatenate([part.indices for part in drawn])
    assert len(set(rows.tolist())) == len(rows)


def test_classes_have_their_shares_and_the_seed_decides_who_validates_but_not_who_tests():
    data, other = (Dataset.from_arrays(IMAGES, LABELS, validation=0.2, test=0.1, seed=seed) for seed in (0, 1))
    for part in (data.train, data.validation, data.test):
        assert np.ptp(np.bincount(part.targets)) <= 1
    assert data.validation.indices.tolist() != other.validation.indices.tolist()
    assert data.test.indices.tolist() == other.test.indices.tolist()


@pytest.mark.parametrize(
    ("targets", "given", "task", "names"),
    [
        (LABELS, {"class_names": ("red", "green", "blue", "none")}, "classification", ("red", "green", "blue", "none")),
        (LABELS * 10 + 7, {}, "classification", ("7", "17", "27")),
        (np.array(["b", "a", "c"])[LABELS], {}, "classification", ("a", "b", "c")),
        (np.array(["b", "a", "c"])[LABELS], {"class_names": ["c", "b", "a"]}, "classification", ("c", "b", "a")),
        (LABELS == 1, {}, "classification", ("False", "True")),
        (LABELS.astype(float), {}, "regression", ()),
        (LABELS.astype(float), {"task": "classification"}, "classification", ("0", "1", "2")),
        (LABELS, {"task": "regression"}, "regression", ()),
        (LABELS[:, None], {}, "classification", ("0", "1", "2")),
        (np.eye(3)[LABELS], {}, "regression", ()),
    ],
)
def test_targets_are_classes_or_numbers_as_they_look(targets, given, task, names):
    data = Dataset.from_arrays(IMAGES, targets, **given)
    assert (data.task, data.class_names) == (task, names)
    if task == "classification":
        said = [data.class_names[label] for label in data.train.targets]
        wanted = targets.ravel()[data.train.indices]
        if "class_names" in given and targets.dtype.kind == "i":
            wanted = np.array(names)[wanted]
        elif targets.dtype.kind == "f":
            wanted = wanted.astype(int)
        assert said == [str(value) for value in wanted]


@pytest.mark.parametrize(
    ("inputs", "targets", "given", "message"),
    [
        (IMAGES, LABELS[:5], {}, "differ in number"),
        (IMAGES[:, 0, 0], LABELS, {}, "inputs of another kind"),
        (IMAGES.astype(np.int64), LABELS, {}, "images of another type"),
        (IMAGES, LABELS, {"class_names": ("a", "b")}, r"label out of range.*got 2"),
        (IMAGES, np.array(["x", "y", "z"])[LABELS], {"class_names": ("x", "y")}, "a class that was not trained on"),
        (ROWS, np.full(60, "x"), {"task": "regression"}, "targets are no numbers"),
        (np.where(ROWS[9, 2] == ROWS, np.nan, ROWS), LABELS, {"validation": 0}, "column 'column 3'"),
        (IMAGES, LABELS, {"validation": 1.5}, "invalid size"),
        (IMAGES, LABELS, {"validation": 60}, "nothing is left to train on"),
        (IMAGES, LABELS, {"test": 60}, "invalid test size"),
        (IMAGES, LABELS, {"validation": -0.1}, "invalid size"),
    ],
)
def test_arrays_that_make_no_data_set_are_refused(inputs, targets, given, message):
    with pytest.raises((DataError, UsageError), match=message):
        Dataset.from_arrays(inputs, targets, **given)


def test_a_network_learns_what_arrays_say():
    data = Dataset.from_arrays(ROWS, np.where(ROWS[:, 0] > 5, "large", "small"), validation=0.2)
    training = glassnet.Training(glassnet.Network([4, 16, 2], seed=0), data, epochs=60, batch_size=10)
    assert list(training)[-1].training_loss < 0.1


@copied
def test_a_copied_data_set_has_the_same_examples_and_goes_on_sharing_one_array(way):
    data = Dataset.from_arrays(IMAGES, LABELS, validation=0.2, test=0.1)
    other = way(data)
    assert repr(other) == repr(data)
    assert other.fingerprint() == data.fingerprint()
    for name in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(other, name).inputs, getattr(data, name).inputs)
        np.testing.assert_array_equal(getattr(other, name).targets, getattr(data, name).targets)
    assert other.train.source_inputs is other.validation.source_inputs is other.test.source_inputs


@copied
def test_copied_examples_are_the_same_rows(way):
    examples = Examples(IMAGES, LABELS, np.array([3, 1]), weights=np.arange(60.0))
    other = way(examples).select(slice(1, None))
    np.testing.assert_array_equal(other.inputs, IMAGES[1:2])
    assert (other.targets.tolist(), other.source_weights.tolist()) == ([1], list(range(60)))


@copied
@pytest.mark.parametrize("used", [False, True])
def test_copied_preprocessings_do_what_the_first_does(way, used):
    for scaling, examples in (
        (PixelScaling((28, 28), deskew=True), IMAGES),
        (FeatureScaling.fit("abcd", [ROWS]), ROWS),
        (Dataset.from_arrays(ROWS, LABELS, columns="abcd", encoders={"a": "numbers"}).preprocessing, ROWS),
    ):
        if used:
            scaling.apply(examples)
        other = way(scaling)
        assert (other, hash(other), repr(other)) == (scaling, hash(scaling), repr(scaling))
        np.testing.assert_array_equal(other.apply(examples), scaling.apply(examples))


@copied
def test_a_copied_model_predicts_the_same_and_a_deep_one_lets_the_first_be(way):
    data = Dataset.from_arrays(IMAGES, LABELS)
    model = glassnet.Model([glassnet.Network([784, 3], seed=seed) for seed in (0, 1)], data.preprocessing, "abc")
    other, before = way(model), model.predict_probabilities(IMAGES)
    np.testing.assert_array_equal(other.predict_probabilities(IMAGES), before)
    assert (other.class_names, other.preprocessing, repr(other)) == (model.class_names, data.preprocessing, repr(model))


class Elements(HTMLParser):
    """What a page has: its elements, with their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_what_is_shown_is_one_readable_line():
    data = Dataset.from_arrays(ROWS, LABELS, columns="abcd", validation=0.1)
    model = glassnet.Model(glassnet.Network([4, 8, 3], seed=0), data.preprocessing, data.class_names)
    assert repr(data) == "<Dataset arrays: rows of 4 columns (a, b, c, d) to 3 classes, 54 train, 6 validation, 0 test>"
    assert repr(model) == "<Model 4-8-3 (relu, softmax): rows of 4 columns (a, b, c, d) to 3 classes>"
    assert repr(data.preprocessing) == "<FeatureScaling of rows of 4 columns (a, b, c, d)>"
    assert repr(data.train) == "<Examples: 54 of shape (4,), float64>"
    wide = FeatureScaling.fit([f"column {k}" for k in range(1000)], [RNG.normal(size=(3, 1000))])
    assert len(repr(wide)) < 120


def test_notebooks_show_tables_and_pictures_without_scripts_and_escaped():
    names = ("<b>bold</b>", "x", "y")
    data = Dataset.from_arrays(IMAGES, LABELS, class_names=names, name="<script>alert(1)</script>")
    model = glassnet.Model(glassnet.Network([784, 5, 3], seed=0), data.preprocessing, names)
    numbers = Dataset.from_arrays(ROWS, ROWS[:, 0], unit="<i>cm</i>")
    guess = glassnet.Model(
        glassnet.Network([4, 1], loss="mse"), numbers.preprocessing, target_scale=glassnet.TargetScale(0, 1)
    )
    things = [data, numbers, model, guess]
    things += [glassnet.evaluate(model, data.validation), glassnet.evaluate(guess, numbers.validation)]
    for thing in things:
        page = Elements(thing._repr_html_())
        assert {tag for tag, _ in page.elements} <= {"table", "caption", "thead", "tr", "th", "td", "img"}
        assert repr(thing).strip("<>") in page.text
    shown = [attributes for tag, attributes in Elements(data._repr_html_()).elements if tag == "img"]
    assert [image["alt"] for image in shown] == [names[label] for label in data.train.targets[:10]]
