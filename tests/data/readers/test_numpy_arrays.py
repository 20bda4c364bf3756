"""Arrays as people save them: names, shapes, scales and types of pixels, one-hot targets, names of classes."""

import io
import struct
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from glassnet import PixelScaling, load_dataset
from glassnet.data import limits
from glassnet.data.readers import open_data
from glassnet.data.readers.numpy_arrays import role_of
from glassnet.data.readers.pixel_arrays import gray_of
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError

RNG = np.random.default_rng(6)
LABELS = np.arange(60) % 3


@pytest.fixture(scope="module")
def digits():
    """Bytes with white and black among them."""
    return np.asarray(load_dataset("mnist").test.inputs[:60])


@pytest.fixture
def saved(tmp_path):
    def save(**arrays):
        np.savez(tmp_path / "a.npz", **arrays)
        return tmp_path / "a.npz"

    return save


def whole(path, **options):
    return open_data(path, options=ReadingOptions(**options)).read().inputs


FORMS = {
    "bytes": lambda x: x,
    "floats to 1": lambda x: (x / 255).astype(np.float32),
    "halves to 1": lambda x: (x / 255).astype(np.float16),
    "three digits": lambda x: (x / 255).round(3),
    "floats to 255": lambda x: x.astype(np.float64),
    "-1 to 1": lambda x: (x / 127.5 - 1).astype(np.float32),
    "int16": lambda x: x.astype(np.int16),
    "int32": lambda x: x.astype(np.int32),
    "int64": lambda x: x.astype(np.int64),
    "uint16": lambda x: x.astype(np.uint16) * 257,
}
SHAPES = {
    "images": lambda x: x,
    "channel behind": lambda x: x[..., None],
    "channel before": lambda x: x[:, None],
    "three channels behind": lambda x: np.repeat(x[..., None], 3, axis=3),
    "three channels before": lambda x: np.repeat(x[:, None], 3, axis=1),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", FORMS)
def test_pixels_of_any_scale_type_and_axis_are_the_same_bytes(saved, digits, form, shape):
    found = whole(saved(x=FORMS[form](SHAPES[shape](digits)), y=LABELS))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, digits)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("-1 to 1", "uint16")])
def test_rows_that_look_like_pictures_are_pictures(saved, digits, form):
    path = saved(x=FORMS[form](digits.reshape(60, -1)), y=LABELS)
    np.testing.assert_array_equal(whole(path), digits)
    assert load_dataset(path).preprocessing == PixelScaling((28, 28))
    assert whole(path, read_as="table").shape == (60, 784)


@pytest.mark.parametrize("shape", [(60, 28, 28), (60, 784)])
@pytest.mark.parametrize("kind", [bool, np.uint8, np.float32, np.int64])
def test_black_and_white_becomes_0_and_255(saved, digits, kind, shape):
    black = digits > 128
    np.testing.assert_array_equal(whole(saved(x=black.reshape(shape).astype(kind), y=LABELS)), black * np.uint8(255))


def test_the_blocks_are_what_is_read_at_once(saved, digits, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.numpy_arrays.BLOCK", 7)
    monkeypatch.setattr("glassnet.data.readers.pixel_arrays.BLOCK", 9)
    reader = open_data(saved(x=digits / 255, y=LABELS))
    blocks = list(reader.blocks())
    np.testing.assert_array_equal(np.concatenate([block.inputs for block in blocks]), reader.read().inputs)
    assert [block.rows[0] for block in blocks] == [*range(1, 61, 7)]


def test_colors_become_gray_as_in_pictures(saved):
    colors = RNG.integers(0, 256, (60, 5, 4, 3)).astype(np.uint8)
    from PIL import Image

    expected = np.stack([np.asarray(Image.fromarray(image).convert("L")) for image in colors])
    path = saved(x=colors, y=LABELS)
    np.testing.assert_array_equal(whole(path), expected)
    assert load_dataset(path).reading["color"] == "gray"
    clear = np.concatenate([colors, np.full((60, 5, 4, 1), 255, np.uint8)], axis=3)
    np.testing.assert_array_equal(gray_of(clear), expected)


@pytest.mark.parametrize(
    ("x", "problem"),
    [
        (RNG.normal(size=(60, 5, 5)), "pixels of an unknown scale .*: expected 0..1, 0..255"),
        (RNG.integers(-300, 300, (60, 5, 5)), "pixels of an unknown scale"),
        (np.zeros((60, 5, 5, 2)), r"images of the wrong shape .*got \(60, 5, 5, 2\)"),
        (np.zeros((60, 1, 1, 5, 5)), "images of the wrong shape"),
        (
            np.where(np.arange(60)[:, None, None] == 7, np.nan, np.ones((60, 5, 5))),
            "a pixel is not a number in .*a.npz, row 8",
        ),
        (np.zeros((60, 0, 5)), "inputs of the wrong kind"),
    ],
)
def test_images_of_an_unknown_form_are_refused(saved, x, problem):
    with pytest.raises(DataFileError, match=problem):
        load_dataset(saved(x=x, y=LABELS))


TABLES = {
    "of any size": RNG.normal(size=(200, 64)),
    "of 0 to 1": RNG.random((200, 64)),
    "that follow one another": np.cumsum(RNG.random((200, 64)), axis=1) / 64,
    "of truth values": RNG.integers(0, 2, (200, 64)).astype(float),
    "that count": RNG.integers(0, 9, (200, 64)),
}


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_measures_are_no_pictures(saved, name):
    x = TABLES[name]
    path = saved(x=x, y=np.arange(200) % 2)
    assert whole(path).shape == (200, 64)
    doubted = x.min() >= 0
    assert [each.option for each in load_dataset(path).reading.doubts] == (["--read-as images"] if doubted else [])
    if doubted:
        assert whole(path, read_as="images").shape == (200, 8, 8)


def test_rows_of_bytes_that_need_not_be_pictures_are_doubted(saved):
    path = saved(x=RNG.integers(0, 256, (200, 64)).astype(np.uint8), y=np.arange(200) % 2)
    reading = load_dataset(path).reading
    assert reading["images"] is True
    assert [each.option for each in reading.doubts] == ["--read-as table"]
    assert whole(path, read_as="table").shape == (200, 64)


def test_rows_that_are_no_square_are_no_images(saved):
    with pytest.raises(DataFileError, match=r"rows are not square images .*got 63 columns"):
        whole(saved(x=RNG.random((20, 63)), y=np.arange(20) % 2), read_as="images")
    with pytest.raises(DataFileError, match="images cannot be read as a table"):
        whole(saved(x=RNG.random((20, 6, 6)), y=np.arange(20) % 2), read_as="table")


def test_dark_pixels_are_doubted(saved, digits):
    doubts = load_dataset(saved(x=digits // 3, y=LABELS)).reading.doubts
    assert ["no pixel is brighter than 85" in each.doubt for each in doubts] == [True]


def test_digits_of_sixteen_levels_are_as_bright_as_others(saved):
    levels = np.linspace(0, 16, 64).reshape(8, 8).round()
    found = whole(saved(x=np.stack([levels] * 60), y=LABELS))
    assert (found.min(), found.max()) == (0, 255)


@pytest.mark.parametrize("kind", [np.float32, np.int64, bool])
def test_one_hot_rows_are_classes_by_their_place(saved, digits, kind):
    data = load_dataset(saved(x=digits, y=np.eye(3)[LABELS].astype(kind)))
    assert data.class_names == ("0", "1", "2")
    assert data.reading["targets"] == "one-hot"
    assert open_data(saved(x=digits, y=np.eye(3)[LABELS])).read().targets.tolist() == LABELS.tolist()


@pytest.mark.parametrize(
    "rows", [np.full((60, 3), 1 / 3), np.ones((60, 3)), np.zeros((60, 3)), 2 * np.eye(3)[LABELS], -np.eye(3)[LABELS]]
)
def test_rows_of_other_numbers_are_never_classes_by_their_largest(saved, digits, rows):
    with pytest.raises(DataFileError, match=r"several targets in a row in .*, row 1: .*one-hot"):
        load_dataset(saved(x=digits, y=rows))


def test_the_row_that_is_not_one_hot_is_named(saved, digits):
    rows = np.eye(3)[LABELS]
    rows[41, 0] = rows[41, 1] = 1
    with pytest.raises(DataFileError, match="row 42"):
        load_dataset(saved(x=digits, y=rows))


NAMES = [
    *(("x", "y"), ("X_train", "Y_train"), ("xTrain", "yTrain"), ("train_x", "train_y"), ("x_tr", "y_tr")),
    *(("images_train", "labels_train"), ("trainImages", "trainLabels"), ("training_images", "training_labels")),
    *(("data", "target"), ("Inputs", "Targets"), ("train-data", "train-labels"), ("arr_0", "arr_1")),
]


@pytest.mark.parametrize("names", NAMES)
def test_arrays_are_found_by_any_usual_names(saved, digits, names):
    data = load_dataset(saved(**dict(zip(names, (digits, LABELS), strict=True))))
    assert len(data.train) + len(data.validation) + len(data.test) == 60
    assert bool(data.reading.doubts) == (names[0] == "arr_0")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        *(("x_test", "test inputs"), ("testLabels", "test targets"), ("t10k_images", "test inputs")),
        *(("val_images", "validation inputs"), ("y_valid", "validation targets"), ("x_te", "test inputs")),
        *(("class_names", "class names"), ("label_names", "class names"), ("notes", None), ("weights", None)),
    ],
)
def test_names_say_what_an_array_is_for(name, role):
    assert role_of(name) == role


def test_parts_that_are_kept_apart_are_used_for_what_they_are(saved, digits):
    parts = {"train_images": digits, "train_labels": LABELS[:, None]}
    parts |= {"val_images": digits[:9], "val_labels": LABELS[:9, None]}
    data = load_dataset(saved(**parts, test_images=digits[:7], test_labels=LABELS[:7, None]))
    assert [len(part) for part in (data.train, data.validation, data.test)] == [60, 9, 7]


def test_classes_have_the_names_that_the_archive_gives_them(saved, digits):
    data = load_dataset(saved(x=digits, y=LABELS, class_names=np.array(["shirt", "bag", "coat"])), test_size=0)
    assert data.class_names == ("bag", "coat", "shirt")
    kept = data.train.source_targets
    assert [data.class_names[label] for label in kept[:3]] == ["shirt", "bag", "coat"]
    with pytest.raises(DataFileError, match=r"labels without a name .*: expected labels of 0\.\.1, got 0\.\.2"):
        load_dataset(saved(x=digits, y=LABELS, class_names=np.array(["shirt", "bag"])))


def archive_of(path, name, header, content=b""):
    packed = header.encode() + b" " * ((-len(header) - 11) % 64) + b"\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\x93NUMPY\1\0" + struct.pack("<H", len(packed)) + packed + content)
        y = io.BytesIO()
        np.save(y, np.zeros(60, np.uint8))
        archive.writestr("y.npy", y.getvalue())


def test_what_unpacks_to_more_than_the_limit_is_refused_before_it_is_unpacked(tmp_path, monkeypatch, digits):
    np.savez_compressed(tmp_path / "a.npz", x=digits, y=LABELS)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=digits.nbytes // 2))
    monkeypatch.setattr(limits, "USUAL_RATIO", 0)
    monkeypatch.setattr("numpy.lib.format.read_array", lambda *_, **__: pytest.fail("unpacked"))
    with pytest.raises(DataFileError, match=r"too large in .*a\.npz"):
        load_dataset(tmp_path / "a.npz")


@pytest.mark.parametrize("shape", [f"({2**62}, 784)", "(60, 28, 29)", f"({2**40},)", "(-1, 5)", f"({10**30}, 1)"])
def test_a_header_that_announces_more_than_there_is_is_refused(tmp_path, shape):
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    archive_of(tmp_path / "a.npz", "x.npy", header, bytes(60 * 28 * 28))
    with pytest.raises(DataFileError, match=r"a\.npz"):
        load_dataset(tmp_path / "a.npz")


def test_a_member_that_is_no_array_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", b"no magic number at all")
    with pytest.raises(DataFileError, match=r"cannot read the arrays in .*magic"):
        load_dataset(tmp_path / "a.npz")


def test_a_folder_around_arrays_is_stepped_into(tmp_path, digits):
    (tmp_path / "data" / "arrays").mkdir(parents=True)
    np.save(tmp_path / "data" / "arrays" / "x.npy", digits)
    np.save(tmp_path / "data" / "arrays" / "y.npy", LABELS)
    (tmp_path / "data" / "arrays" / "._x.npy").write_bytes(b"")
    data = load_dataset(tmp_path / "data")
    assert len(data.train) == 42


def test_what_a_model_takes_says_how_new_rows_are_read(saved, digits):
    rows = digits.reshape(60, 784) / 255
    path = saved(x=rows, y=LABELS)
    columns = [f"column {number}" for number in range(1, 785)]
    pixels = [f"pixel{number}" for number in range(784)]
    assert open_data(path, features=columns).asked.read().inputs.tolist() == rows.tolist()
    unlike = saved(x=RNG.random((5, 784)))
    assert open_data(unlike, features=pixels).asked.read().inputs.shape == (5, 28, 28)


def test_it_is_said_which_arrays_are_judged_by(tmp_path):
    rows = RNG.random((60, 3))
    words = {}
    for name, more in (("a", {"y_test": LABELS[:20]}), ("b", {})):
        np.savez(tmp_path / f"{name}.npz", x_train=rows, y_train=LABELS, x_test=rows[:20], **more)
        decisions = open_data(tmp_path / f"{name}.npz").decisions
        words[name] = next(decision.words for decision in decisions if decision.subject == "test")
    assert words == {"a": "tested on 20 of their own", "b": "not tested on 20 of their own, which have no targets"}


def test_the_targets_beside_an_array_are_a_subject_of_the_reading(tmp_path):
    np.save(tmp_path / "x_train.npy", RNG.random((60, 3)))
    np.save(tmp_path / "y_train.npy", LABELS)
    decisions = {decision.subject: decision.taken for decision in open_data(tmp_path / "x_train.npy").decisions}
    assert decisions["targets"] == "y_train.npy"


def test_it_is_said_which_array_has_the_targets(tmp_path):
    rows = RNG.random((60, 3))
    np.savez(tmp_path / "a.npz", x=rows, y=LABELS)
    np.savez(tmp_path / "b.npz", x=rows)
    words = [open_data(tmp_path / name).decisions[0].words for name in ("a.npz", "b.npz")]
    assert words == ["inputs x, targets y", "inputs x"]


INPUTS = [
    "x",
    "xs",
    "input",
    "inputs",
    "image",
    "images",
    "img",
    "imgs",
    "picture",
    "pictures",
    "data",
    "pixels",
    "feature",
    "features",
    "samples",
]
TARGETS = ["y", "ys", "target", "targets", "label", "labels", "lbl", "lbls", "answer", "answers"]
PARTS = {
    "": ["train", "training", "trn", "tr"],
    "validation ": ["val", "valid", "validation", "validate", "dev"],
    "test ": ["test", "testing", "tst", "te", "t10k"],
}


def test_every_usual_name_says_what_an_array_is_for():
    expected, found = {}, {}
    for kind, nouns in (("inputs", INPUTS), ("targets", TARGETS)):
        for noun in nouns:
            expected[noun] = kind
            expected |= {f"{word}_{noun}": part + kind for part, words in PARTS.items() for word in words}
            expected |= {f"{noun}-{word}": part + kind for part, words in PARTS.items() for word in words}
    for name in ["class_names", "LabelNames", "target-names", "category_names", "names", "classes", "categories"]:
        expected[name] = "class names"
    found = {name: role_of(name) for name in expected}
    assert found == expected
    assert role_of("other") is None


def test_arrays_beside_each_other_and_in_a_folder_say_what_they_are(tmp_path):
    rows = RNG.random((60, 3))
    for name, array in (
        ("x_train", rows),
        ("y_train", LABELS),
        ("x_test", rows[:9]),
        ("class_names", np.array(list("abc"))),
    ):
        np.save(tmp_path / f"{name}.npy", array)
    folder = open_data(tmp_path)
    assert [path.name for path in folder.sources] == ["class_names.npy", "x_test.npy", "x_train.npy", "y_train.npy"]
    said = [(one.subject, one.taken, one.words) for one in folder.decisions]
    assert said == [
        ("class names", ["a", "b", "c"], "classes called a, b, c"),
        ("arrays", ["class_names", "x_test", "x_train", "y_train"], "inputs x_train, targets y_train"),
        ("test", 9, "not tested on 9 of their own, which have no targets"),
    ]
    assert folder.read().targets[:3].tolist() == ["a", "b", "c"]
    alone = open_data(tmp_path / "x_train.npy")
    assert [path.name for path in alone.sources] == ["x_train.npy", "y_train.npy"]
    assert [(one.subject, one.words) for one in alone.decisions] == [("targets", "targets of y_train.npy")]
    assert alone.read().targets.tolist() == LABELS.tolist()
    assert open_data(tmp_path / "x_test.npy").read().targets is None
    assert open_data(tmp_path / "x_test.npy").lacks_targets
    np.save(tmp_path / "train-labels.npy", LABELS)
    with pytest.raises(
        DataFileError, match=r"two arrays that could be the targets .*got train-labels\.npy and y_train\.npy"
    ):
        open_data(tmp_path / "x_train.npy")
    with pytest.raises(DataFileError, match=r"two arrays that could be the targets .*got train-labels and y_train"):
        open_data(tmp_path)


def test_targets_alone_and_arrays_of_other_names_are_read_as_they_can_be(tmp_path):
    np.save(tmp_path / "y_train.npy", np.eye(3)[LABELS])
    assert open_data(tmp_path / "y_train.npy").read().inputs.shape == (60, 3)
    with pytest.raises(DataFileError, match=r"no inputs among the arrays .*expected arrays named x and y.*got y_train"):
        open_data(tmp_path)
    np.savez(tmp_path / "a.npz", x_test=np.eye(3)[LABELS], y_test=LABELS)
    assert open_data(tmp_path / "a.npz").read().targets.tolist() == LABELS.tolist()
    np.savez(tmp_path / "a.npz", a=LABELS)
    with pytest.raises(DataFileError, match=r"got a[.]"):
        open_data(tmp_path / "a.npz")
    np.savez(tmp_path / "a.npz", np.eye(3)[LABELS], LABELS)
    found = open_data(tmp_path / "a.npz")
    assert (
        found.decisions[-1].taken,
        found.decisions[-1].words,
        found.decisions[-1].doubt,
        found.decisions[-1].option,
    ) == (
        ["arr_0", "arr_1"],
        "inputs arr_0, targets arr_1",
        "the arrays have no names; the first is taken for the inputs",
        "numpy.savez(FILE, x=..., y=...)",
    )
    np.savez(tmp_path / "a.npz", *[np.eye(3)[LABELS]] * 3)
    with pytest.raises(DataFileError, match="no inputs among the arrays"):
        open_data(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        (np.zeros(9), None, r"inputs of the wrong kind in .*: expected numbers .*got float64 of shape \(9,\)"),
        (np.array(5.0), None, r"inputs of the wrong kind .*got float64 of shape \(\)"),
        (np.zeros((9, 0)), None, "inputs of the wrong kind"),
        (np.zeros((9, 2), complex), None, "inputs of the wrong kind"),
        (np.array([["a", "b"]] * 9), None, "inputs of the wrong kind"),
        (np.zeros((9, 2)), np.zeros(8), r"targets do not fit the inputs .*expected shape \(9,\), got shape \(8,\)"),
        (np.zeros((9, 2)), np.array(1), r"targets do not fit the inputs .*got shape \(\)"),
        (np.zeros((9, 2)), np.zeros((9, 2, 2)), r"targets of the wrong kind .*expected shape \(9,\), or one-hot"),
        (np.zeros((9, 2)), np.zeros(9, complex), "targets of the wrong kind"),
        (np.zeros((0, 2)), np.zeros(0), "no examples"),
    ],
)
def test_arrays_of_other_kinds_and_sizes_are_refused(tmp_path, inputs, targets, message):
    np.savez(tmp_path / "a.npz", x=inputs, **({} if targets is None else {"y": targets}))
    with pytest.raises(DataFileError, match=message):
        open_data(tmp_path / "a.npz").read()


@pytest.mark.parametrize("kind", ["<f4", "i2", "u1", "?"])
def test_arrays_of_numbers_of_any_type_are_tables(tmp_path, kind):
    rows = np.array([[0, 1, 1]] * 9, kind)
    np.savez(tmp_path / "a.npz", x=rows, y=["u", "v", "w"] * 3)
    found = open_data(tmp_path / "a.npz")
    assert found.columns == ("column 1", "column 2", "column 3")
    block = found.read()
    assert (block.inputs.tolist(), block.targets[:2].tolist()) == (rows.tolist(), ["u", "v"])
    assert list(block.rows) == list(range(1, 10))


@pytest.mark.parametrize("labels", [[0, 1, 3], [-1, 0, 1], [0.5, 1, 2]])
def test_labels_that_no_name_stands_for_are_refused(saved, labels):
    with pytest.raises(DataFileError, match=rf"labels without a name .*expected labels of 0\.\.2, got {labels[0]}"):
        open_data(saved(x=RNG.random((60, 3)), y=np.array(labels * 20), names=list("abc"))).read()


def test_names_of_classes_are_for_labels_that_are_numbers(saved):
    rows = RNG.random((60, 3))
    assert open_data(saved(x=rows, y=np.array(["u", "v"] * 30), names=list("ab"))).read().targets[:2].tolist() == [
        "u",
        "v",
    ]
    assert open_data(saved(x=rows, names=list("ab"))).decisions[0].subject == "arrays"
    named = open_data(saved(x=rows, y=np.eye(3)[LABELS], names=np.array([b"a", b"b", b"c"])))
    assert named.read().targets[:3].tolist() == ["a", "b", "c"]
    assert [one.subject for one in named.decisions] == ["class names", "targets", "arrays"]
    six = open_data(saved(x=rows, y=LABELS, names=list("abcdef")))
    assert six.decisions[0].words == "classes called a, b, c, ... f"


@pytest.mark.parametrize(("rows", "window"), [(1_000, 0), (1_001, 64)])
def test_arrays_that_are_too_large_stay_on_the_disk(tmp_path, monkeypatch, rows, window):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, in_memory_bytes=24_000))
    monkeypatch.setattr("glassnet.data.rows.WINDOW_BYTES", 2_400)
    inputs, labels = RNG.random((rows, 3)), np.arange(rows) % 3
    np.save(tmp_path / "x.npy", inputs)
    np.save(tmp_path / "y.npy", labels)
    for path in (tmp_path, tmp_path / "x.npy"):
        found = open_data(path)
        assert found.window == window
        words = [one.words for one in found.decisions if one.subject == "window"]
        assert words == (["read from the disk while it is learned from, 64 rows at once (0 MiB)"] if window else [])
        block = found.read()
        assert (block.inputs.tolist(), block.targets.tolist()) == (inputs.tolist(), labels.tolist())


@pytest.mark.parametrize("kind", ["one-hot", "names", "columns", "fortran"])
def test_what_stays_on_the_disk_is_what_is_read_at_once(tmp_path, kind):
    inputs, labels = RNG.random((300, 3)), np.arange(300) % 3
    targets = {"one-hot": np.eye(3)[labels], "columns": labels[:, None]}.get(kind, labels)
    np.save(tmp_path / "x.npy", np.asfortranarray(inputs) if kind == "fortran" else inputs)
    np.save(tmp_path / "y.npy", targets)
    if kind == "names":
        np.save(tmp_path / "classes.npy", np.array(list("abc")))
    found = open_data(tmp_path, options=ReadingOptions(window=50))
    assert found.window == 50
    rows, own = found.stored()
    whole = open_data(tmp_path).read()
    np.testing.assert_array_equal(rows.read(7, 120), inputs[7:120])
    np.testing.assert_array_equal(own.read(7, 120), whole.targets[7:120])
    np.testing.assert_array_equal(found.read().targets, whole.targets)


def test_a_row_on_the_disk_that_is_not_one_hot_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.numpy_arrays.BLOCK", 100)
    targets = np.eye(3)[np.arange(300) % 3]
    targets[250] = 1
    np.save(tmp_path / "x.npy", RNG.random((300, 3)))
    np.save(tmp_path / "y.npy", targets)
    with pytest.raises(DataFileError, match="row 251: expected one target a row"):
        open_data(tmp_path, options=ReadingOptions(window=50)).read()
