"""Each column of a table has a role with a reason; where another is plausible, it is doubted or asked."""

import gzip
import json
import re
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from glassnet import load_dataset
from glassnet.data import limits
from glassnet.data.readers import open_data
from glassnet.data.readers.cells import Profile
from glassnet.data.readers.columns import Table
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError, UnknownNameError, UsageError

RNG = np.random.default_rng(12)
ROWS = 120
A, B = RNG.normal(size=(2, ROWS)).round(3)
CLASSES = (A > 0).astype(int)


def write(path, header, *columns):
    lines = [] if header is None else [",".join(header)]
    lines += [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


def options(data):
    return [doubt.option for doubt in data.reading.doubts if doubt.option]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        (["x", "y", "label"], "label"),
        (["class", "a", "Target"], "Target"),
        (["y", "x", "CLASS"], "CLASS"),
        (["class", "label", "b"], "label"),
        (["a", "b", "y"], "y"),
    ],
)
def test_the_target_is_the_plainest_usual_name(tmp_path, header, target):
    columns = {name: (CLASSES if name == target else A) for name in header}
    data = load_dataset(write(tmp_path / "a.csv", header, *columns.values()))
    assert data.reading["target"] == target
    assert data.preprocessing.names == tuple(name for name in header if name != target)


def test_another_usual_name_is_doubted(tmp_path):
    data = load_dataset(write(tmp_path / "a.csv", ["class", "a", "label"], CLASSES, A, CLASSES))
    assert "--target class" in options(data)


@pytest.mark.parametrize("header", [["x", "y", "flow"], ["height", "weight", "species"], ["x", "y", "z"]])
def test_where_no_name_says_which_is_the_target_it_is_asked(tmp_path, header):
    path = write(tmp_path / "a.csv", header, A, B, CLASSES)
    with pytest.raises(DataFileError, match=rf"nothing to predict.*--target {header[-1]}"):
        load_dataset(path)
    assert load_dataset(path, target=header[-1]).reading["target"] == header[-1]


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("columns", [3, 25, 64])
@pytest.mark.parametrize("words", [True, False])
def test_without_a_header_the_end_that_looks_like_classes_is_taken_and_doubted(tmp_path, place, columns, words):
    pixels = list(RNG.integers(0, 17, (columns, ROWS)))
    label = np.array(["oak", "elm"])[CLASSES] if words else CLASSES
    data = load_dataset(write(tmp_path / "a.csv", None, *([label, *pixels] if place == "first" else [*pixels, label])))
    assert data.reading["target"] == ("column 1" if place == "first" else f"column {columns + 1}")
    assert len(data.class_names) == 2
    assert f'--target "column {columns + 1 if place == "first" else 1}"' in options(data)


@pytest.mark.parametrize("columns", [4, 17, 26])
def test_without_a_header_and_all_columns_alike_it_is_asked(tmp_path, columns):
    path = write(tmp_path / "a.csv", None, *RNG.integers(0, 10, (columns, ROWS)))
    with pytest.raises(DataFileError, match=rf'--target "column 1" or --target "column {columns}"'):
        load_dataset(path)


NUMBERS_OF_ROWS = ["id", "ID", "customer_number", "customer id", "orderId", "row", "uuid", "Unnamed: 0", "index", ""]


@pytest.mark.parametrize("name", NUMBERS_OF_ROWS)
def test_what_numbers_the_rows_is_left_out_and_said(tmp_path, name):
    numbers = np.arange(ROWS) if name in ("Unnamed: 0", "") else RNG.permutation(ROWS) + 10_000
    path = write(tmp_path / "a.csv", [name, "a", "label"], numbers, A, CLASSES)
    data = load_dataset(path)
    assert data.preprocessing.names == ("a",)
    assert f'left out "{name}"' in data.reading.lines(width=500)[0]
    assert load_dataset(path, keep=[name]).preprocessing.names == (name, "a")


@pytest.mark.parametrize("name", ["index", "ID", "key"])
def test_what_is_called_an_index_and_says_something_is_kept_and_doubted(tmp_path, name):
    for values in (RNG.integers(0, 9, ROWS), RNG.normal(size=ROWS).round(3)):
        data = load_dataset(write(tmp_path / "a.csv", [name, "a", "label"], values, A, CLASSES))
        assert data.preprocessing.names == (name, "a")
        assert f"--leave-out {name}" in options(data)


def test_a_number_of_rows_that_is_sorted_by_the_label_is_named_as_leakage(tmp_path):
    numbers = np.empty(ROWS, int)
    numbers[np.argsort(CLASSES, kind="stable")] = np.arange(ROWS) * 3 + 500
    data = load_dataset(write(tmp_path / "a.csv", ["customer id", "a", "label"], numbers, B, CLASSES))
    assert '--keep "customer id"' in options(data)


DATES = [
    "2024-03-{:02}",
    "{:02}/03/2024",
    "{:02}.3.2024",
    "2024-03-{:02} 10:00:00",
    "{} March 2024",
    "2024-03-{:02}T10:00:00Z",
]


@pytest.mark.parametrize("date", DATES)
def test_words_and_dates_are_learned_from_and_texts_and_empty_columns_left_out(tmp_path, date):
    city, when = RNG.choice(["Oslo", "New York"], ROWS), [date.format(row % 28 + 1) for row in range(ROWS)]
    text = [f"what {row} said" for row in range(ROWS)]
    names = ["city", "when", "note", "said", "a", "label"]
    path = write(tmp_path / "a.csv", names, city, when, [""] * ROWS, text, A, CLASSES)
    data = load_dataset(path)
    assert data.reading["leave_out"] == ["note", "said"]
    said = " ".join(data.reading.lines(width=500))
    assert f'left out "note" (empty), "said" (text, {ROWS} different)' in said
    assert '1 number, 1 category ("city"), 1 date ("when")' in said
    inputs = dict(zip(data.preprocessing.names, data.train.source_inputs.T, strict=True))
    assert data.preprocessing.words["city"] == tuple(dict.fromkeys(city))
    assert [data.preprocessing.words["city"][int(number)] for number in inputs["city"]] == list(city)
    march = np.datetime64("2024-03-01").astype(int)
    assert np.floor(inputs["when"]).tolist() == [march + row % 28 for row in range(ROWS)]
    assert "said" in load_dataset(path, keep=["said"]).preprocessing.words
    with pytest.raises(UsageError, match="cannot be kept: expected numbers, got empty"):
        load_dataset(path, keep=["note"])
    with pytest.raises(DataFileError, match=r'nothing to predict by.*"city", "when", "a" \(as said\)'):
        load_dataset(path, leave_out=["a", "city", "when"])
    with pytest.raises(UnknownNameError, match="Did you mean 'city'"):
        load_dataset(path, leave_out=["cit"])


@pytest.mark.parametrize(
    ("left_out", "remedy"),
    [((), "Learn from a column of numbers all the same: --keep id"), (("id",), "Leave out fewer columns")],
)
def test_where_nothing_is_left_to_learn_from_what_helps_is_named(tmp_path, left_out, remedy):
    words = [f"word {row}" for row in range(ROWS)]
    path = write(tmp_path / "a.csv", ["id", "city", "label"], RNG.permutation(ROWS), words, CLASSES)
    with pytest.raises(DataFileError, match=f"nothing to predict by.*{remedy}"):
        load_dataset(path, leave_out=left_out)


def test_bytes_that_are_no_text_are_left_out_as_words_are(tmp_path):
    raw = pyarrow.array([b"\xff\xfe" + bytes([row]) for row in range(ROWS)], "binary")
    pyarrow.parquet.write_table(pyarrow.table({"x": A, "raw": raw, "label": CLASSES}), tmp_path / "a.parquet")
    data = load_dataset(tmp_path / "a.parquet", target="label")
    assert data.preprocessing.names == ("x",)
    assert any("raw" in decision.words for decision in data.reading.decisions)


def test_a_parquet_file_has_the_same_roles_as_text(tmp_path):
    table = {
        "x": A,
        "code": ["1.5"] * ROWS,
        "city": ["Oslo"] * ROWS,
        "when": pyarrow.array([0] * ROWS, "timestamp[s]"),
        "day": pyarrow.array([0] * ROWS, "date32"),
        "sizes": [[1, 2]] * ROWS,
        "member": CLASSES > 0,
        "price": pyarrow.array(B).cast(pyarrow.decimal128(9, 3), safe=False),
        "label": CLASSES,
        "__index_level_0__": RNG.permutation(ROWS),
        "patient": np.arange(ROWS),
    }
    described = {"index_columns": ["__index_level_0__", "patient"]}
    frame = pyarrow.table(table).replace_schema_metadata({"pandas": json.dumps(described)})
    pyarrow.parquet.write_table(frame, tmp_path / "a.parquet")
    data = load_dataset(tmp_path / "a.parquet")
    assert data.preprocessing.names == ("x", "code", "city", "when", "day", "member", "price")
    assert [encoder.name for encoder in data.preprocessing.encoders][2:5] == ["categories", "dates", "dates"]
    assert data.reading["leave_out"] == ["sizes", "__index_level_0__", "patient"]
    np.testing.assert_array_equal(data.train.source_inputs[:, 0], A)


@pytest.mark.parametrize(
    ("header", "as_images", "option"),
    [
        (None, True, "--read-as table"),
        ([f"p{n}" for n in range(36)], False, "--read-as images"),
        ([f"pixel{n}" for n in range(36)], True, ""),
    ],
)
def test_thirty_six_columns_are_a_picture_or_a_table_and_doubted(tmp_path, header, as_images, option):
    pixels = RNG.integers(0, 256, (36, ROWS))
    path = write(tmp_path / "a.csv", None if header is None else ["label", *header], CLASSES, *pixels)
    data = load_dataset(path)
    assert (data.preprocessing.input_shape == (6, 6)) is as_images
    assert [found for found in options(data) if "read-as" in found] == ([option] if option else [])
    other = load_dataset(path, read_as="table" if as_images else "images")
    assert (other.preprocessing.input_shape == (6, 6)) is not as_images


def test_what_is_no_square_is_no_picture(tmp_path):
    path = write(tmp_path / "a.csv", ["label", "a", "b"], CLASSES, A, B)
    with pytest.raises(DataFileError, match=r"no square images.*got 2 columns"):
        load_dataset(path, read_as="images")


def match(path, features, **said):
    return open_data(path, features=features, options=ReadingOptions(**said))


def test_a_model_finds_its_columns_by_name(tmp_path):
    path = write(tmp_path / "a.csv", ["id", "b", "a", "when"], range(ROWS), B, A, ["2024-01-01"] * ROWS)
    np.testing.assert_array_equal(match(path, ("a", "b")).read().inputs, np.stack([A, B], axis=1))
    with pytest.raises(DataFileError, match=r"2 columns are missing.*'c', 'd' among them, got id, b, a, when"):
        match(path, ("a", "c", "d"))


def test_a_table_without_names_is_refused_for_a_model_with_names_unless_it_is_said(tmp_path):
    path = write(tmp_path / "a.csv", None, B, A)
    with pytest.raises(DataFileError, match=r"no header.*--no-header"):
        match(path, ("a", "b"))
    reader = match(path, ("a", "b"), header=False)
    np.testing.assert_array_equal(reader.read().inputs, np.stack([B, A], axis=1))
    reader = match(path, ("column 2", "column 3"))
    assert reader.columns == ("column 1", "column 2")


def test_a_column_of_truth_is_read_alike_in_a_file_of_two_rows(tmp_path):
    reader = match(write(tmp_path / "a.csv", ["a", "member"], [1, 2], ["Y", "n"]), ("a", "member"))
    assert reader.read().inputs[:, 1].tolist() == [1, 0]


@pytest.mark.parametrize("upright", [True, False])
def test_emnist_as_a_table_is_set_upright_and_other_images_are_not(tmp_path, upright):
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28))
    path = tmp_path / ("emnist-letters-train.csv" if upright else "letters.csv")
    rows = [[n % 4, *pixels] for n, pixels in enumerate(images.reshape(40, -1).tolist())]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows))
    data = load_dataset(path, validation_size=0, test_size=10)
    shown = {image.tobytes() for image in (images.swapaxes(1, 2) if upright else images).astype(np.uint8)}
    assert {image.tobytes() for image in data.train.inputs} < shown
    assert ("set upright" in " ".join(data.reading.lines())) is upright


MANY = 8_000


def far(path, names, *columns):
    if path.suffix == ".parquet":
        table = {name: pyarrow.array(column, from_pandas=True) for name, column in zip(names, columns, strict=True)}
        pyarrow.parquet.write_table(pyarrow.table(table), path)
        return path
    cells = [["" if value != value else value for value in column] for column in columns]
    return write(path, names, *cells)


def test_values_that_come_again_far_down_make_no_index(tmp_path):
    a = RNG.normal(size=MANY).round(3)
    student = np.resize(RNG.permutation(2_000), MANY)
    data = load_dataset(far(tmp_path / "a.csv", ["student_id", "a", "label"], student, a, (a > 0).astype(int)))
    assert data.reading["features"] == ["student_id", "a"]
    assert "--leave-out student_id" in options(data)


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_what_a_part_of_the_rows_says_is_said_to_be_that_and_can_be_settled(tmp_path, ending):
    a = RNG.normal(size=MANY).round(3)
    number = RNG.permutation(MANY)
    path = far(
        tmp_path / f"a.{ending.removesuffix('.gz')}", ["student_id", "a", "label"], number, a, (a > 0).astype(int)
    )
    if ending.endswith("gz"):
        path = path.rename(tmp_path / "a.csv.gz")
        path.write_bytes(gzip.compress(path.read_bytes()))
    data = load_dataset(path)
    text = " ".join(" ".join(data.reading.lines(most=None)).split())
    assert re.search(r'left out "student_id" \(all different in the [\d,]+ rows looked at\)', text)
    assert "--keep student_id" in options(data)
    assert load_dataset(path, keep=["student_id"]).reading["features"] == ["student_id", "a"]


def test_a_column_that_begins_far_down_is_one_of_numbers(tmp_path):
    v = RNG.normal(size=MANY).round(3)
    path = far(tmp_path / "a.csv", ["a", "v", "label"], v, [""] * 1_200 + v[1_200:].tolist(), (v > 0).astype(int))
    inputs = load_dataset(path).train.source_inputs[:, 1]
    assert np.isnan(inputs[:1_200]).all()
    assert inputs[1_200:].tolist() == v[1_200:].tolist()
    path = far(
        tmp_path / "a.csv", ["a", "v", "label"], v, ["unknown"] * 1_200 + v[1_200:].tolist(), (v > 0).astype(int)
    )
    with pytest.raises(DataFileError, match="line 2, column 'v'"):
        load_dataset(path)
    assert load_dataset(path, leave_out=["v"]).reading["features"] == ["a"]


def test_a_column_that_is_empty_as_far_as_one_looked_can_be_kept(tmp_path):
    v = RNG.normal(size=MANY)
    column = np.where(np.arange(MANY) < 1_200, np.nan, v)
    path = far(tmp_path / "a.parquet", ["a", "v", "label"], v, column, (v > 0).astype(int))
    data = load_dataset(path)
    assert data.reading["leave_out"] == ["v"]
    assert "--keep v" in options(data)
    assert load_dataset(path, keep=["v"]).reading["features"] == ["a", "v"]


def test_a_table_of_which_all_rows_were_looked_at_is_not_doubted(tmp_path):
    data = load_dataset(write(tmp_path / "a.csv", ["id", "a", "label"], RNG.permutation(ROWS), A, CLASSES))
    assert 'left out "id" (all different)' in " ".join(data.reading.lines())
    assert "--keep id" not in options(data)


def test_columns_called_as_pandas_calls_an_index_are_features_where_they_are_none(tmp_path):
    hp, one, two = RNG.integers(1, 60, size=(3, ROWS))
    path = write(tmp_path / "a.csv", ["hp", "level_1", "level_2", "outcome"], hp, one, two, (one > two).astype(int))
    data = load_dataset(path, target="outcome")
    assert data.reading["features"] == ["hp", "level_1", "level_2"]
    assert {"--leave-out level_1", "--leave-out level_2"} <= set(options(data))
    path = write(tmp_path / "a.csv", ["Unnamed: 0", "hp", "Unnamed: 2", "outcome"], one, hp, two, CLASSES)
    assert load_dataset(path, target="outcome").reading["features"] == ["Unnamed: 0", "hp", "Unnamed: 2"]


@pytest.mark.parametrize("names", [["", "Unnamed: 0"], ["Unnamed: 0.1", "Unnamed: 0"], ["level_0", "level_1"]])
@pytest.mark.parametrize(
    "index",
    [(range(ROWS), RNG.permutation(ROWS)), (np.repeat(range(ROWS // 4), 4), np.resize(range(4), ROWS))],
    ids=["counting", "repeating"],
)
def test_an_index_of_pandas_in_front_is_left_out(tmp_path, names, index):
    data = load_dataset(write(tmp_path / "a.csv", [*names, "a", "label"], *index, A, CLASSES))
    assert data.reading["leave_out"] == names


@pytest.mark.parametrize("names", [("Label", "label"), ("y", "Y"), ("target", "TARGET")])
def test_two_columns_whose_names_differ_by_capitals_are_doubted(tmp_path, names):
    data = load_dataset(write(tmp_path / "a.csv", [names[0], "f", names[1]], CLASSES, A, (B > 0).astype(int)))
    assert data.reading["target"] == names[0]
    assert f"--target {names[1]}" in options(data)


def test_pixels_of_0_to_1_are_said_to_be_that(tmp_path):
    names = [f"pixel{number}" for number in range(16)]
    for brightest, words in ((1, "images of 4x4 pixels, of 0 to 1"), (255, "images of 4x4 pixels")):
        columns = [(RNG.random(ROWS) * brightest).round(3 if brightest == 1 else 0) for _ in names]
        columns[0][0] = brightest
        path = write(
            tmp_path / "a.csv",
            [*names, "label"],
            *[column if brightest == 1 else column.astype(int) for column in columns],
            CLASSES,
        )
        decisions = {decision.subject: decision.words for decision in load_dataset(path).reading.decisions}
        assert decisions["read_as"] == words


def test_sixteen_columns_of_a_model_are_no_pixels_unless_they_are_called_so(tmp_path):
    names = [f"measure {letter}" for letter in "abcdefghijklmnop"]
    path = write(tmp_path / "a.csv", names, *[A] * 16)
    reader = open_data(path, features=names)
    assert (reader.pixels, list(reader.columns)) == (False, names)


def test_a_number_of_rows_in_front_of_nameless_columns_is_left_out_for_a_model(tmp_path):
    names, said = ["column 3", "column 4"], ReadingOptions(header=False)  # the model had the target in front of them
    path = write(tmp_path / "a.csv", None, range(1, ROWS + 1), A, B)
    np.testing.assert_array_equal(open_data(path, features=names, options=said).read().inputs, np.stack([A, B], axis=1))
    path = write(tmp_path / "b.csv", None, range(1, ROWS + 1), A)  # as many as the model takes
    assert open_data(path, features=names, options=said).read().inputs[:, 0].tolist() == [*range(1, ROWS + 1)]


@pytest.mark.parametrize(
    ("cells", "as_images"),
    [
        (np.arange(16.0) / 16 + 0.003, False),  # between the levels that bytes have
        (np.arange(16.0) * 17 / 255, True),
        (np.arange(16.0) * 17 / 255 + np.eye(16)[3], False),  # brighter than white
    ],
)
def test_fractions_are_pixels_where_they_are_bytes_divided_by_255(tmp_path, cells, as_images):
    turned = np.stack([np.roll(cells, row) for row in range(ROWS)], axis=1).round(4)
    path = write(tmp_path / "a.csv", None, CLASSES, *turned)
    assert open_data(path, "column 1").pixels is as_images


def test_where_it_is_asked_for_the_target_no_index_is_proposed(tmp_path):
    path = write(tmp_path / "a.csv", ["index", "a", "b"], [1, 2] * (ROWS // 2), A, ["x", "y", "z"] * (ROWS // 3))
    with pytest.raises(DataFileError) as raised:
        load_dataset(path)
    assert "--target b" in str(raised.value)
    assert "--target index" not in str(raised.value)


def test_a_number_of_rows_at_the_end_of_a_nameless_table_is_no_target(tmp_path):
    path = write(tmp_path / "a.csv", None, A, B, CLASSES, range(1, ROWS + 1))
    found = open_data(path)
    assert found.target == "column 3"
    assert '--target "column 1"' in [decision.option for decision in found.decisions]


def test_a_models_pixels_keep_the_white_of_the_file_that_they_stand_in(tmp_path):
    names = [f"pixel{number}" for number in range(16)]
    for white, columns in ((1, [np.full(ROWS, 0.5)] * 16), (255, [np.full(ROWS, 7)] * 16)):
        path = write(tmp_path / "a.csv", names, *columns)
        assert open_data(path, features=names).white == white
        path = write(tmp_path / "b.csv", None, *columns)
        assert open_data(path, features=names).white == white


def test_words_are_counted_over_all_rows_that_were_looked_at(tmp_path):
    customers = [f"c{n * 37 % 150}" for n in range(1_200)]
    rows = [f"{customer},note {n},{n % 7},{n % 2}" for n, customer in enumerate(customers)]
    (tmp_path / "a.csv").write_text("\n".join(["customer_id,note,size,label", *rows]))
    reading = load_dataset(tmp_path / "a.csv").reading
    assert any('"customer_id" comes again' in doubt.doubt for doubt in reading.doubts)
    (words,) = [decision.words for decision in reading if decision.subject == "leave_out"]
    different, looked = re.fullmatch(
        r'left out "note" \(text, ([\d,]+) different in the ([\d,]+) rows .*', words
    ).groups()
    assert different == looked


# What is decided of columns by what is known of them, without a file.


def table(columns, named=True, looked=0, indices=(), **said):
    """A table whose columns hold these cells; one of which nothing is known has none."""
    profiles = {
        name: replace(Profile.of([str(cell) for cell in cells]), looked=looked)
        for name, cells in columns.items()
        if cells is not None
    }
    return Table(Path("a.csv"), tuple(columns), named, profiles, ReadingOptions(**said), frozenset(indices))


def decided(chosen):
    return {decision.subject: decision for decision in chosen.decisions}


def summary(decision):
    return decision.taken, decision.words, decision.doubt, decision.option


def measures(rows=ROWS, seed=0):
    return np.random.default_rng(seed).normal(size=rows).round(3).tolist()


def classes(rows=ROWS):
    return [row * 7 % 3 % 2 for row in range(rows)]


def test_columns_called_as_an_index_are_left_out_where_nobody_looked_into_them():
    names = ["id", "Index", "ImageId", "image_id", "customer_id", "a", "label"]
    chosen = table(dict.fromkeys(names)).choose(None)
    assert chosen.features == ("customer_id", "a")
    left_out = decided(chosen)["leave_out"]
    assert summary(left_out) == (
        ["id", "Index", "ImageId", "image_id"],
        'left out "id", "Index", "ImageId", "image_id" (an index)',
        "",
        "",
    )
    assert chosen.white == 255


def test_what_was_decided_of_a_plain_table_is_said_whole():
    chosen = table({"a": measures(), "city": ["x", "y"] * 60, "label": classes()}).choose(None)
    assert (chosen.names, chosen.target, chosen.features) == (("a", "city", "label"), "label", ("a", "city"))
    assert (chosen.pixels, chosen.kinds) == (False, {"city": "categories"})
    found = decided(chosen)
    assert list(found) == ["target", "features"]
    assert summary(found["target"]) == ("label", 'target "label" (by name)', "", "")
    assert summary(found["features"]) == (["a", "city"], '1 number, 1 category ("city")', "", "")
    chosen = table({"a": measures(), "b": measures(seed=1), "label": classes()}).choose("b")
    assert summary(decided(chosen)["target"]) == ("b", 'target "b"', "", "")
    assert summary(decided(chosen)["features"])[1] == "2 numeric features"
    words = {f"w{number}": ["x", "y"] * 60 for number in range(6)}
    days = {"day": [f"2024-01-{1 + row % 28:02}" for row in range(ROWS)]}
    text = summary(decided(table({**words, **days, "label": classes()}).choose(None))["features"])[1]
    assert text == '6 categories ("w0", "w1", "w2", ... "w5"), 1 date ("day")'


@pytest.mark.parametrize(
    ("names", "target", "doubt"),
    [
        (("class", "label"), "label", "class"),
        (("y", "target"), "target", "y"),
        (("x", "a", "y"), None, None),  # coordinates
        (("x", "id", "y"), "y", ""),
        (("x", "z", "y"), None, None),
        (("x", "y"), "y", ""),
        (("x", "y", "z", "class"), "class", ""),
    ],
)
def test_y_is_the_target_unless_it_is_a_coordinate(names, target, doubt):
    found = table({name: measures(seed=seed) for seed, name in enumerate(names)})
    if target is None:
        with pytest.raises(DataFileError, match="nothing to predict"):
            found.choose(None)
    else:
        aim = decided(found.choose(None))["target"]
        assert aim.taken == target
        assert (aim.doubt, aim.option) == (
            (f'"{doubt}" could be the target too', f"--target {doubt}") if doubt else ("", "")
        )


def test_headers_of_digits_alone_are_no_names_that_a_target_is_asked_by():
    found = table({"0": classes(), "1": measures(), "2": measures(seed=1)})
    assert summary(decided(found.choose(None))["target"]) == (
        "0",
        'target "0" (the first column, like classes)',
        'no name says which column is the target: "2" could be it too',
        "--target 2",
    )
    assert summary(decided(table({"0": measures(), "1": classes()}).choose(None))["target"])[1:] == (
        'target "1" (the last column, like classes)',
        'no name says which column is the target: "0" could be it too',
        "--target 0",
    )


def test_the_end_that_stands_out_is_the_target_of_a_nameless_table():
    few, more = [row % 3 for row in range(ROWS)], [row % 7 for row in range(ROWS)]
    chosen = table({"column 1": few, "column 2": more, "column 3": more, "column 4": more}, named=False).choose(None)
    assert chosen.target == "column 1"
    near = [row % 4 for row in range(ROWS)]
    with pytest.raises(DataFileError, match='--target "column 1" or --target "column 4"'):
        table({"column 1": near, "column 2": more, "column 3": more, "column 4": more}, named=False).choose(None)
    words = ["x", "y", "z"] * 40
    chosen = table({"column 1": more, "column 2": more, "column 3": words}, named=False).choose(None)
    assert chosen.target == "column 3"
    with pytest.raises(DataFileError, match="nothing to predict"):
        table({"column 1": more, "column 2": words, "column 3": words}, named=False).choose(None)


def test_who_is_asked_for_the_target_is_shown_the_columns():
    names = [f"c{number}" for number in range(11)]
    with pytest.raises(DataFileError) as raised:
        table({name: measures() for name in names}).choose(None)
    assert str(raised.value) == (
        "nothing to predict in a.csv: expected a column called label, target, class or y, got the columns "
        "c0, c1, c2, ... c10. Name the column: --target c0 or --target c10."
    )
    columns = {"a": measures(), "b": classes(), "c": classes(), "d": classes(), "e": measures()}
    with pytest.raises(DataFileError, match=r"--target b or --target c\.$"):
        table(columns).choose(None)
    with pytest.raises(DataFileError, match="expected a target, got the columns"):
        table({"column 1": measures(), "column 2": measures()}, named=False).choose(None)


def test_a_text_of_its_own_is_different_in_more_than_half_of_the_rows():
    for different, kept in ((61, False), (60, True)):
        words = [f"w{row % different}" for row in range(ROWS)]
        chosen = table({"a": measures(), "w": words, "label": classes()}).choose(None)
        assert ("w" in chosen.features) is kept
    for different, kept in ((11, False), (10, True)):
        words = [f"w{row}" for row in range(different)]
        chosen = table({"a": measures(different), "w": words, "label": classes(different)}).choose(None)
        assert ("w" in chosen.features) is kept


def test_reasons_say_how_many_rows_were_looked_at():
    text, number = [f"w{row}" for row in range(1_200)], list(RNG.permutation(1_200))
    columns = {"a": measures(1_200), "w": text, "id": number, "e": [""], "label": classes(1_200)}
    found = decided(table(columns, looked=1_234).choose(None))["leave_out"]
    assert summary(found) == (
        ["w", "id", "e"],
        'left out "w" (text, 1,200 different in the 1,234 rows looked at), "id" (all different in the 1,234 rows '
        'looked at), "e" (empty in the 1,234 rows looked at)',
        '"w" may be otherwise in rows that were not looked at',
        "--keep w",
    )
    found = decided(table(columns).choose(None))["leave_out"]
    assert summary(found)[1:] == ('left out "w" (text, 1,200 different), "id" (all different), "e" (empty)', "", "")


def test_what_is_said_to_be_kept_left_out_or_a_category_is():
    columns = {"id": range(ROWS), "a": measures(), "code": [row % 7 for row in range(ROWS)], "label": classes()}
    assert table(columns).choose(None).features == ("a", "code")
    assert table(columns, keep=("id",)).choose(None).features == ("id", "a", "code")
    assert table(columns, categories=("id",)).choose(None).kinds == {"id": "categories"}
    assert table(columns, categories=("code",)).choose(None).kinds == {"code": "categories"}
    chosen = table(columns, leave_out=("a",)).choose(None)
    assert chosen.features == ("code",)
    assert summary(decided(chosen)["leave_out"]) == (
        ["id", "a"],
        'left out "id" (all different), "a" (as said)',
        "",
        "",
    )
    empty = columns | {"e": [""]}
    assert "e" not in table(empty).choose(None).features
    with pytest.raises(UsageError, match='column "e" cannot be kept: expected numbers, got empty'):
        table(empty, keep=("e",)).choose(None)
    assert "e" in table(empty, keep=("e",), looked=50).choose(None).features


@pytest.mark.parametrize(
    ("cells", "left_out"),
    [
        (range(3), True),
        (range(2), False),  # too few to tell
        ([1, 2, 2], False),
        ([1.5, 2, 3], False),
    ],
)
def test_what_is_called_an_index_is_left_out_where_three_whole_numbers_or_more_are_all_different(cells, left_out):
    rows = len(cells)
    chosen = table({"row": cells, "a": measures(rows), "label": classes(rows)}).choose(None)
    assert ("row" not in chosen.features) is left_out


def test_pandas_index_stands_in_front_and_counts_or_repeats_in_order():
    def features(**columns):
        return table({**columns, "label": classes(6)}).choose(None).features

    repeated, other = [0, 0, 0, 1, 1, 1], [2, 1, 0, 2, 1, 0]
    assert features(level_0=repeated, a=measures(6)) == ("a",)
    assert features(level_0=[0, 1, 2, 0, 1, 2], a=measures(6)) == ("a",)
    assert features(level_0=other, a=measures(6)) == ("level_0", "a")
    assert features(level_0=[2, 5, 1, 0, 4, 3], a=measures(6)) == ("a",)  # all different
    assert features(a=measures(6), level_0=repeated) == ("a", "level_0")
    assert features(a=measures(6), __index_level_0__=repeated) == ("a",)
    assert features(level_0=[0.5, 1, 2, 3, 4, 5], a=measures(6)) == ("level_0", "a")
    found = decided(table({"level_0": repeated, "a": measures(6), "label": classes(6)}).choose(None))
    assert found["leave_out"].words == 'left out "level_0" (pandas\' index)'
    marked = table({"a": measures(), "member": RNG.permutation(ROWS), "label": classes()}, indices=["member"])
    assert marked.choose(None).features == ("a",)


def test_a_feature_that_counts_the_rows_or_is_called_so_is_doubted():
    def doubts(columns, **said):
        chosen = table({**columns, "label": classes(len(next(iter(columns.values()))))}, **said).choose(None)
        return [summary(one) for one in chosen.decisions if one.subject == "index"]

    for rows, found in ((21, 1), (20, 0)):
        assert len(doubts({"t": range(5, 5 + rows)})) == found
    assert doubts({"t": range(30), "a b": [row % 3 for row in range(30)]}) == [
        ("t", "", '"t" counts the rows, and is taken as a feature', "--leave-out t")
    ]
    assert doubts({"t": [*range(29), 30]}) == []
    assert doubts({"t": [row + 0.5 for row in range(30)]}) == []
    assert doubts({"t": range(30)}, keep=("t",)) == []
    assert doubts({"row no": [row % 7 for row in range(30)], "a": measures(30)}) == [
        ("row no", "", '"row no" has the name of an index, and is taken as a feature', '--leave-out "row no"')
    ]


def test_a_number_of_rows_that_sorts_twenty_rows_by_their_class_is_doubted():
    def doubt(rows, labels, **more):
        order = np.argsort(labels, kind="stable")
        numbers = np.empty(rows, int)
        numbers[order] = np.arange(rows)
        return decided(table({"id": numbers, "a": measures(rows), "label": labels, **more}).choose("label"))[
            "leave_out"
        ]

    found = doubt(20, classes(20))
    assert found.doubt == '"id" is sorted by the target: possible leakage, unless it is a measure'
    assert found.option == "--keep id"
    assert doubt(19, classes(19)).doubt == ""
    assert doubt(30, [row % 3 for row in range(30)]).doubt != ""
    assert doubt(30, measures(30)).doubt == ""  # quantities
    labels = [*classes(30)]
    swapped = table({"id": RNG.permutation(30), "a": measures(30), "label": labels}).choose(None)
    assert decided(swapped)["leave_out"].doubt == ""


def test_rows_of_one_owner_and_rows_in_the_order_of_dates_are_doubted():
    def doubt(**columns):
        rows = len(next(iter(columns.values())))
        found = decided(table({**columns, "a": measures(rows), "label": classes(rows)}).choose(None))
        return summary(found["divided"]) if "divided" in found else None

    assert doubt(patient=[row // 2 for row in range(40)]) == (
        "patient",
        "",
        '"patient" comes again: to answer for new ones, scores of a random split are too good',
        "--group patient",
    )
    assert doubt(patient=[row % 10 for row in range(40)]) is None  # few
    assert doubt(patient=[row % 11 for row in range(40)])[0] == "patient"
    assert doubt(patient=[*range(36), 0, 1, 2, 3])[0] == "patient"
    assert doubt(patient=[*range(37), 0, 1, 2]) is None  # nearly all once
    assert doubt(visit=[row // 2 for row in range(40)]) is None  # no owner by its name
    days = [f"2024-01-{day:02}" for day in range(1, 12)]
    later = (
        "day",
        "",
        'rows stand in the order of "day": to answer for later ones, scores of a random split are too good',
        "--time day",
    )
    assert doubt(day=days) == later
    assert doubt(day=days[::-1]) == later
    assert doubt(day=[*days, days[-1]]) == later
    assert doubt(day=[*days, days[0]]) is None
    assert doubt(day=days[:10]) is None
    assert doubt(day=days, patient=[row // 2 for row in range(11)]) == later  # too few patients
    assert doubt(day=[f"{day:02}/02/2024" for day in range(1, 13)])[0] == "day"


def test_rows_are_divided_by_a_column_beside_the_target():
    days = [f"2024-01-{1 + row % 28:02}" for row in range(ROWS)]
    columns = {"who": ["x", "y", "z"] * 40, "day": days, "id": range(ROWS), "a": measures(), "label": classes()}
    chosen = table(columns, group="who").choose(None)
    assert (chosen.features, chosen.kinds) == (("who", "day", "a"), {"day": "dates", "who": "categories"})
    assert decided(chosen)["features"].taken == ["day", "a"]
    assert "divided" not in decided(chosen)
    chosen = table(columns, time="day").choose(None)
    assert chosen.features == ("who", "day", "a")
    assert table(columns, time="id").choose(None).features == ("who", "day", "id", "a")
    for said in ({"group": "label"}, {"time": "who"}, {"time": "label"}):
        with pytest.raises(UsageError, match=f"rows cannot be divided by this.*got {next(iter(said.values()))}"):
            table(columns, **said).choose(None)
    with pytest.raises(UnknownNameError):
        table(columns, group="nobody")


def pixels(count, values=None):
    values = range(256) if values is None else values
    return {number: [values[(number * 7 + row * 3) % len(values)] for row in range(40)] for number in range(count)}


@pytest.mark.parametrize(
    ("name", "count", "named", "said", "taken", "doubt", "option"),
    [
        ("column {}", 256, False, {}, "images", "", ""),
        ("column {}", 225, False, {}, "images", "the 225 columns could be features of a table too", "--read-as table"),
        ("p{}", 256, True, {}, "table", "", ""),
        (
            "p{}",
            225,
            True,
            {},
            "table",
            "the 225 columns could be images of 15x15 pixels too",
            "--read-as images",
        ),
        ("p{}", 225, True, {"read_as": "images"}, "images", "", ""),
        ("pixel{}", 16, True, {}, "images", "", ""),
        ("p {} x", 16, True, {}, None, "", ""),
        ("p{}", 9, True, {}, None, "", ""),
        ("p{}", 15, True, {}, None, "", ""),
        ("pixel{}", 16, True, {"read_as": "table"}, None, "", ""),
    ],
)
def test_a_square_number_of_columns_of_bytes_may_be_a_picture(name, count, named, said, taken, doubt, option):
    columns = {"column 0" if not named else "label": classes(40)}
    columns |= {name.format(number + 1): cells for number, cells in pixels(count).items()}
    chosen = table(columns, named, **said).choose(next(iter(columns)))
    found = decided(chosen)
    if taken is None:
        assert ("read_as" in found, chosen.pixels) == (False, False)
        return
    side = round(count**0.5)
    words = f"images of {side}x{side} pixels" if taken == "images" else f"{count} numeric features"
    assert summary(found["read_as"]) == (taken, words, doubt, option)
    assert chosen.pixels is (taken == "images")
    assert "features" not in found


@pytest.mark.parametrize(
    ("values", "called", "taken"),
    [
        ([0, 255], True, True),
        ([0, 256, 7, 9], True, True),  # those called pixels mostly
        ([0, 256], True, False),
        ([0, -1, 300, 5, 6], False, False),
        ([0, 256, 7, 9], False, False),
        ([0, -1], False, False),
        ([0.5, 1.5, 7.5, 9], False, False),
        ([0, 0.5, 1], True, True),
        ([0, 0.5, -0.5], True, False),
        ([0, 0.2, 1], False, True),
        ([0, 0.5, 1], False, False),
    ],
)
def test_columns_are_pixels_by_their_values(values, called, taken):
    name = "pixel{}" if called else "column {}"
    columns = {"column 0": classes(40), **{name.format(n + 1): cells for n, cells in pixels(16, values).items()}}
    assert table(columns, called).choose("column 0").pixels is taken


def test_pixels_are_put_in_the_order_of_their_numbers():
    columns = {f"pixel{number}": None for number in reversed(range(16))}
    chosen = table({**columns, "label": None}).choose(None)
    assert chosen.features == tuple(f"pixel{number}" for number in range(16))
    columns = {f"{row}x{column}": None for column in range(1, 5) for row in range(1, 5)}
    chosen = table({**columns, "label": None}).choose(None)
    assert chosen.features[:5] == ("1x1", "1x2", "1x3", "1x4", "2x1")


def test_a_model_finds_pixels_by_order_in_a_table_that_calls_them_otherwise():
    wanted = [f"pixel{number}" for number in range(16)]
    columns = {f"p{number}": cells for number, cells in pixels(16).items()}
    named = table({"id": range(40), **columns, "Label": classes(40)})
    assert named.match(wanted).features == tuple(columns)
    assert named.match(wanted).pixels
    with pytest.raises(DataFileError, match=r"a table of the wrong width in a\.csv: expected 16 columns, got 17"):
        table({"a": measures(40), **columns}).match(wanted)
    turned = {f"1x{number}": None for number in reversed(range(16))}
    assert table(turned).match(wanted).features == tuple(f"1x{number}" for number in range(16))


def test_a_model_finds_pixels_beside_their_label_in_a_table_without_names():
    wanted = [f"pixel{number}" for number in range(16)]
    cells = pixels(16)
    columns = {f"column {number + 1}": own for number, own in cells.items()}
    behind = table({**columns, "column 17": classes(40)}, named=False)
    assert behind.match(wanted).features == tuple(columns)
    front = table({"column 0": classes(40), **columns}, named=False)
    assert front.match(wanted).features == tuple(columns)
    alike = table({"column 0": cells[3], **columns}, named=False)  # the first, as in training
    assert alike.match(wanted).features == tuple(columns)
    assert front.match(wanted, "column 3").features == ("column 0", "column 1", "column 2", *tuple(columns)[3:])


def test_a_missing_column_is_named_and_so_are_those_that_there_are():
    found = table({f"c{number}": measures() for number in range(11)})
    with pytest.raises(DataFileError) as raised:
        found.match(["c0", "d"])
    assert str(raised.value) == (
        "a column is missing in a.csv: expected the columns that the model was trained on, 'd' among them, got "
        "c0, c1, c2, ... c10. Name the columns as in training; if there is no header, add "
        "--no-header."
    )
    with pytest.raises(DataFileError, match=r"6 columns are missing.*'d0', 'd1', 'd2', \.\.\. 'd5' among them"):
        found.match([f"d{number}" for number in range(6)])
    nameless = table({"column 1": measures(), "column 2": measures()}, named=False)
    with pytest.raises(DataFileError, match=r"no header in a\.csv: expected a header.*\('a', 'b'\)"):
        nameless.match(["a", "b"])
    assert nameless.match(["column 3", "column 4"]).features == ("column 1", "column 2")
    assert nameless.match(["column 2", "column 1"]).features == ("column 2", "column 1")
    with pytest.raises(UnknownNameError):
        found.match(["c0"], "nothing")
    assert found.match(["c1"], "c0").target == "c0"


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(DataFileError, match=r"two columns of one name in a\.csv: got 'b'\. Rename one"):
        Table(Path("a.csv"), ("a", "b", "b"))


@pytest.mark.parametrize(
    ("columns", "said", "remedy"),
    [
        ({}, {}, 'got the column "label" alone. Is the separator another'),
        ({"a": ["1"] * 9}, {"leave_out": ("a",)}, "Leave out fewer columns"),
        ({"e": [""]}, {}, "Write numbers in a column"),
        ({"w": [f"w{row}" for row in range(30)], "my id": range(30)}, {}, 'all the same: --keep "my id"'),
        ({"": range(30)}, {}, "Learn from a column of numbers all the same: --keep"),
    ],
)
def test_where_no_column_is_left_a_remedy_is_named(columns, said, remedy):
    with pytest.raises(DataFileError, match=f"nothing to predict by in a.csv.*{remedy}"):
        table({**columns, "label": classes(30)}, **said).choose(None)


def test_what_was_decided_of_columns_cannot_be_changed():
    found = table({"a": measures(), "label": classes()})
    for thing in (found, found.choose(None)):
        with pytest.raises(FrozenInstanceError):
            thing.names = ()
    assert found.choose(None) == replace(found.choose(None), decisions=())  # however it was said


def test_white_is_255_but_for_fractions_of_1():
    assert table({"a": [0.5, 1.5], "label": [1, 2]}).choose("label").white == 255
    assert table({"a": ["x", "y"], "label": [1, 2]}).choose("label").white == 255
    assert table({"a": [0.5, 1], "label": [1, 2]}).choose("label").white == 1


def test_a_table_has_no_more_columns_than_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, columns=2))
    assert Table(Path("a.csv"), ("a", "b")).names == ("a", "b")
    with pytest.raises(DataFileError, match="expected at most 2 columns, got 3"):
        Table(Path("a.csv"), ("a", "b", "c"))


def test_columns_of_which_some_are_called_pixels_keep_their_order():
    names = ["z", *(f"pixel{number}" for number in reversed(range(15)))]
    assert table(dict.fromkeys(names)).match([f"pixel{number}" for number in range(16)]).features == tuple(names)
