"""Data sets made of arrays, and what examples and data sets are when shown, copied and pickled."""

import copy
import pickle
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet import DataError, Dataset, Examples, FeatureScaling, PixelScaling, UsageError
from glassnet.errors import UnknownNameError

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
        (IMAGES[:, 0, 0], LABELS, {}, "inputs of the wrong kind"),
        (IMAGES.astype(np.int64), LABELS, {}, "images of the wrong type"),
        (IMAGES, LABELS, {"class_names": ("a", "b")}, r"label out of range.*got 2"),
        (IMAGES, np.array(["x", "y", "z"])[LABELS], {"class_names": ("x", "y")}, "a class that was not trained on"),
        (ROWS, np.full(60, "x"), {"task": "regression"}, "targets are not numbers"),
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


WORDS = np.array(["x", "y", "z"])[LABELS]


def with_gap(values, gap):
    """The values as objects, of which the fourth is missing."""
    objects = np.array(values, object)
    objects[3] = gap
    return objects


def test_class_names_that_are_no_words_become_words_and_a_saved_model_can_be_loaded(tmp_path):
    data = Dataset.from_arrays(ROWS, LABELS, class_names=np.array([0, 1, 2]))
    assert data.class_names == ("0", "1", "2")
    network = glassnet.Network([4, 3], seed=0)
    glassnet.Model(network, data.preprocessing, data.class_names).save(tmp_path / "model.gn")
    assert glassnet.load_model(tmp_path / "model.gn").class_names == ("0", "1", "2")
    direct = Dataset("direct", "classification", data.train, data.train, data.train, data.preprocessing, (7, 8, 9))
    assert direct.class_names == ("7", "8", "9")


@pytest.mark.parametrize("names", [("a", "a", "b"), (1, "1", 2)])
def test_two_classes_of_one_name_are_refused_however_a_data_set_is_made(names):
    data = Dataset.from_arrays(ROWS, LABELS)
    message = "two classes of one name: expected distinct names, got '[a1]' twice. Give each class"
    with pytest.raises(UsageError, match=message):
        Dataset.from_arrays(ROWS, LABELS, class_names=names)
    with pytest.raises(UsageError, match=message):
        Dataset("direct", "classification", data.train, data.validation, data.test, data.preprocessing, names)


def test_a_frame_that_counts_its_columns_is_predicted_for_by_them():
    frame = pd.DataFrame(ROWS)
    data = Dataset.from_arrays(frame, LABELS, test=(frame[[3, 2, 1, 0]], LABELS))
    assert data.preprocessing.names == ("0", "1", "2", "3")
    np.testing.assert_array_equal(data.test.inputs, ROWS)
    model = glassnet.Model(glassnet.Network([4, 3], seed=0), data.preprocessing, data.class_names)
    wanted = model.predict_probabilities(ROWS)
    np.testing.assert_array_equal(model.predict_probabilities(frame[[2, 0, 3, 1]]), wanted)
    np.testing.assert_array_equal(model.predict_probabilities(frame.rename(columns=str)), wanted)
    assert Dataset.from_arrays(frame, LABELS, columns=[2, 0]).preprocessing.names == ("2", "0")


def test_a_frame_with_two_columns_of_one_name_is_refused_where_one_of_them_is_meant():
    frame = pd.DataFrame(ROWS, columns=[0, "0", "b", "c"])
    with pytest.raises(DataError, match="two columns of one name: got '0'"):
        Dataset.from_arrays(frame, LABELS)
    assert Dataset.from_arrays(frame, LABELS, columns=["c", "b"]).preprocessing.names == ("c", "b")


@pytest.mark.parametrize(
    ("objects", "like"),
    [
        (np.array(ROWS[:, 0].tolist(), object), ROWS[:, 0]),
        (np.array([Fraction(row, 2) for row in range(60)], object), np.arange(60) / 2),
        (np.array(LABELS.tolist(), object), LABELS),
        (pd.Series(pd.array(LABELS.tolist(), dtype="Int64")), LABELS),
        (np.array((LABELS == 1).tolist(), object), LABELS == 1),
        (np.array(np.eye(3)[LABELS].tolist(), object), np.eye(3)[LABELS]),
        (np.array([b"no", b"yes"], object)[LABELS % 2], np.array(["no", "yes"])[LABELS % 2]),
        (np.array(["1", "2", "3"], object)[LABELS], np.array(["1", "2", "3"])[LABELS]),
        ([1, "a", 2.5] * 20, np.array(["1", "a", "2.5"] * 20)),
    ],
)
def test_targets_that_are_objects_are_learned_as_numbers_where_they_are_numbers_and_else_as_words(objects, like):
    data, wanted = Dataset.from_arrays(ROWS, objects), Dataset.from_arrays(ROWS, like)
    assert (data.task, data.class_names, data.outputs) == (wanted.task, wanted.class_names, wanted.outputs)
    np.testing.assert_array_equal(data.train.targets, wanted.train.targets)
    assert data.train.targets.dtype == wanted.train.targets.dtype


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("values", [WORDS, LABELS, ROWS[:, 0], LABELS == 1, ROWS[:, :2]], ids=lambda some: some.dtype)
def test_a_missing_target_is_refused_by_its_row(values, gap):
    targets = with_gap(values, gap)
    message = r"a target is missing in row 3: got (None|nan|<NA>|NaT)\."
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(ROWS, targets)
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(ROWS, values, test=(ROWS, targets))


def test_a_missing_target_is_refused_with_what_to_do():
    for targets in (["a", np.nan] * 30, pd.Series(["a", None] * 30)):
        with pytest.raises(
            DataError, match=r"a target is missing in row 1: got .*\. Leave the row out, or fill the gap"
        ):
            Dataset.from_arrays(ROWS, targets)


def test_a_misspelled_task_is_refused_and_the_nearest_is_offered():
    data = Dataset.from_arrays(ROWS, LABELS)
    with pytest.raises(UnknownNameError, match=r"unknown task.*Did you mean 'classification'"):
        Dataset.from_arrays(ROWS, LABELS, task="clasification")
    with pytest.raises(UnknownNameError, match="Did you mean 'regression'"):
        Dataset("direct", "regresion", data.train, data.validation, data.test, data.preprocessing)


@pytest.mark.parametrize("part", ["validation", "test"])
@pytest.mark.parametrize(
    ("inputs", "own", "message"),
    [
        (ROWS, ROWS[:, :3], r" inputs of the wrong shape: expected shape \(n, 4\).*, got shape \(60, 3\)"),
        (
            ROWS,
            pd.DataFrame(ROWS[:, :3]),
            r" inputs of the wrong shape: expected shape \(n, 4\).*, got shape \(60, 3\)",
        ),
        (IMAGES, IMAGES[:, :27], r" inputs of the wrong shape: expected shape \(n, 28, 28\)"),
        (IMAGES, IMAGES.reshape(60, 14, 56), " inputs of the wrong shape"),
        (IMAGES, IMAGES.astype(np.int64), "images of the wrong type"),
    ],
)
def test_a_part_of_its_own_that_is_unlike_the_others_is_refused(part, inputs, own, message):
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(inputs, LABELS, **{part: (own, LABELS)})


def test_a_part_of_its_own_may_be_flat_where_the_others_are_images_and_empty():
    flat = IMAGES.reshape(60, 784)
    data = Dataset.from_arrays(IMAGES / 255, LABELS, validation=(flat / 255, LABELS), test=(flat[:0], LABELS[:0]))
    np.testing.assert_array_equal(data.validation.inputs, IMAGES / 255)
    assert sizes(data) == (60, 60, 0)
    table = Dataset.from_arrays(flat.astype(float), LABELS, test=(flat, LABELS))
    np.testing.assert_array_equal(table.test.inputs, flat)


@pytest.mark.parametrize("names", ["abc", "abcde"])
def test_another_number_of_column_names_is_refused(names):
    message = f"wrong number of columns: expected 4 names, got {len(names)}. Name each column"
    with pytest.raises(UsageError, match=message):
        Dataset.from_arrays(ROWS, LABELS, columns=names)
    with pytest.raises(UsageError, match="two columns of one name"):
        Dataset.from_arrays(ROWS, LABELS, columns="aabc")
    with pytest.raises(DataError, match="a column is missing: expected 'e'"):
        Dataset.from_arrays(pd.DataFrame(ROWS, columns=list("abcd")), LABELS, columns="abce")


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        (ROWS[:0], LABELS[:0], r"no numbers to learn from: expected at least one row.*, got shape \(0, 4\)"),
        (IMAGES[:0], WORDS[:0], "no numbers to learn from"),
        (ROWS[:, :0], LABELS, "no numbers to learn from"),
        (ROWS, LABELS[:0], "differ in number: expected 60 targets, got 0"),
        (ROWS, 3, r"targets of the wrong shape: expected shape \(n,\) or \(n, outputs\), got shape \(\)"),
    ],
)
def test_empty_arrays_are_refused_in_words(inputs, targets, message):
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(inputs, targets)


@pytest.mark.parametrize("columns", [4, 10])
def test_rows_of_bytes_that_are_no_square_image_are_standardized(columns):
    rows = RNG.integers(0, 256, (60, columns), np.uint8)
    data = Dataset.from_arrays(rows, LABELS)
    assert data.preprocessing.names == tuple(f"column {number + 1}" for number in range(columns))
    np.testing.assert_allclose(data.preprocessing.apply(data.train.inputs).mean(axis=0), 0, atol=1e-6)
    assert np.shares_memory(data.train.source_inputs, rows)


@pytest.mark.parametrize(
    ("names", "truth"), [(("no", "yes"), 1), (("False", "True"), 1), (("True", "False"), 0)], ids=lambda some: str(some)
)
def test_of_truth_values_false_is_the_first_class_and_true_the_second_unless_their_names_say_so(names, truth):
    answers = LABELS == 1
    for targets in (answers, answers.tolist(), answers.astype(object)):
        data = Dataset.from_arrays(ROWS, targets, class_names=names, test=(ROWS, answers))
        assert data.class_names == names
        np.testing.assert_array_equal(data.test.targets, np.where(answers, truth, 1 - truth))
        np.testing.assert_array_equal(data.train.targets, data.test.targets[data.train.indices])


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


@pytest.mark.parametrize(("value", "problem"), [(np.nan, "not a number"), (1e60, "a number too large")])
@pytest.mark.parametrize("part", ["validation", "test"])
def test_rows_that_cannot_be_computed_with_are_found_before_training(part, value, problem):
    rows = np.random.default_rng(0).normal(size=(60, 2))
    labels, others = (rows[:, 0] > 0).astype(int), rows[:10].copy()
    others[3, 1] = value
    data = Dataset.from_arrays(rows, labels, columns=("a", "b"), **{part: (others, labels[:10])})
    with pytest.raises(DataError, match=rf"{part} rows that cannot be computed with: {problem}.* in row 3, column 'b'"):
        glassnet.Training(glassnet.Network([2, 2], seed=0), data)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_gap_is_named_by_the_row_of_the_source_whichever_part_it_falls_into(seed):
    rows = np.random.default_rng(0).normal(size=(60, 2))
    labels = (rows[:, 0] > 0).astype(int)
    rows[50, 0] = np.inf
    with pytest.raises(DataError, match="in row 50, column 'a': expected a finite number, got inf"):
        Dataset.from_arrays(rows, labels, columns=("a", "b"), test=20, seed=seed)


@pytest.mark.parametrize(
    ("targets", "problem"),
    [
        ([f"word {k}" for k in range(300)], "nearly every row has a class of its own"),
        (np.full(300, 2.5), "nothing to learn"),
        (np.ma.masked_greater(np.arange(300), 290), "masked targets"),
    ],
)
def test_arrays_that_teach_nothing_or_lack_values_are_refused_as_files_are(targets, problem):
    with pytest.raises(DataError, match=problem):
        Dataset.from_arrays(np.random.default_rng(0).normal(size=(300, 3)), targets)


def test_masked_inputs_are_refused():
    with pytest.raises(DataError, match="masked inputs: expected values that all count, got 2 masked"):
        Dataset.from_arrays(np.ma.masked_less(np.arange(20.0).reshape(10, 2), 2), np.arange(10) % 2)


def test_what_is_decided_about_arrays_is_kept_with_them():
    rows = np.random.default_rng(0).normal(size=(100, 2))
    reading = Dataset.from_arrays(rows, rows[:, 0] > 0, columns=("a", "b")).reading
    assert reading.lines()[0].startswith("100 rows; 2 classes")
    assert [doubt.subject for doubt in reading.doubts] == ["leakage"]
