import gzip
import io
import sys
import zipfile

import numpy as np
import pyarrow.parquet
import pytest
from PIL import Image

import glassnet
from glassnet import DataError, PixelScaling, UsageError, load_dataset, write_idx
from glassnet.data.preprocessing.targets import number_classes
from glassnet.data.readers import open_data
from glassnet.errors import DataFileError, FileError, ImageFileError, MissingExtraError, UnknownNameError

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (40, 6, 6), np.uint8)
LABELS = np.arange(40) % 3 + 4
FLOWERS = np.array(["iris", "rose", "tulip"])[LABELS - 4]
MEASURES = RNG.normal(5, 2, (40, 3)).round(3)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_table(path, columns, delimiter=",", header=True):
    rows = [delimiter.join(columns)] if header else []
    rows += [delimiter.join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def pixel_columns(name="pixel{}"):
    return {name.format(index): IMAGES.reshape(40, 36)[:, index] for index in range(36)}


def flowers(**others):
    columns = dict(zip(("long", "wide", "high"), MEASURES.T, strict=True))
    return {**columns, "kind": FLOWERS, **others}


def whole(data):
    """All rows of a data set that came from one table, in their order there."""
    return data.train.source_inputs, data.train.source_targets


def test_kaggles_table_is_read_as_it_is(here):
    data = load_dataset(write_table(here / "train.csv", {"label": LABELS, **pixel_columns()}))
    inputs, targets = whole(data)
    assert inputs.dtype == np.uint8
    np.testing.assert_array_equal(inputs, IMAGES)
    assert (data.task, data.class_names) == ("classification", ("4", "5", "6"))
    np.testing.assert_array_equal(targets, LABELS - 4)
    assert data.preprocessing == PixelScaling((6, 6))


@pytest.mark.parametrize("name", ["1x{}", "pixel_{}"])
def test_other_names_of_pixels_are_known_too(here, name):
    data = load_dataset(write_table(here / "a.csv", {"label": LABELS, **pixel_columns(name)}))
    np.testing.assert_array_equal(whole(data)[0], IMAGES)


def test_a_table_without_a_header_has_the_label_first_and_then_the_pixels(here):
    data = load_dataset(write_table(here / "a.csv", {"label": LABELS, **pixel_columns()}, header=False))
    np.testing.assert_array_equal(whole(data)[0], IMAGES)
    assert data.class_names == ("4", "5", "6")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz"])
def test_any_table_of_numbers_predicts_the_column_that_is_named(here, delimiter, suffix):
    path = write_table(here / f"flowers{suffix}", flowers(), delimiter)
    if suffix.endswith("gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    data = load_dataset(path, target="kind")
    assert (data.task, data.class_names) == ("classification", ("iris", "rose", "tulip"))
    np.testing.assert_array_equal(whole(data)[0], MEASURES)
    assert [data.class_names[label] for label in whole(data)[1]] == FLOWERS.tolist()
    scaling = data.preprocessing
    assert scaling.names == ("long", "wide", "high")
    medians, spreads = zip(*((encoder.median, encoder.spread) for encoder in scaling.encoders), strict=True)
    np.testing.assert_allclose(medians, np.median(data.train.inputs, axis=0))
    np.testing.assert_allclose(spreads, np.subtract(*np.quantile(data.train.inputs, (0.75, 0.25), axis=0)))


def test_a_number_is_predicted_where_the_target_is_one(here):
    path = write_table(here / "flowers.csv", {name: flowers()[name] for name in ("long", "wide", "high")})
    data = load_dataset(str(path), target="high")
    assert (data.task, data.class_names, data.preprocessing.names) == ("regression", (), ("long", "wide"))
    np.testing.assert_array_equal(whole(data)[1], MEASURES[:, 2])


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_task_can_be_set_against_what_the_target_looks_like(here, task):
    path = write_table(here / "a.csv", {"long": MEASURES[:, 0], "y": LABELS})
    data = load_dataset(path, task=task)
    assert data.task == task
    assert whole(data)[1].tolist() == (LABELS - 4 if task == "classification" else LABELS).tolist()


def test_quotes_spaces_blank_lines_and_a_byte_order_mark_are_read_as_meant(here):
    text = '\ufefflong, kind\n1.5,"rose, red"\n\n 2.5 ,tulip\n3.5,tulip\n4.5,"rose, red"\n'
    (here / "a.csv").write_text(text, encoding="utf-8")
    source = open_data(here / "a.csv", target="kind")
    block = source.read()
    assert block.inputs.tolist() == [[1.5], [2.5], [3.5], [4.5]]
    assert block.targets.tolist() == ["rose, red", "tulip", "tulip", "rose, red"]


def test_a_table_is_read_block_by_block_to_the_same_rows(here, monkeypatch):
    path = write_table(here / "a.csv", flowers())
    monkeypatch.setattr("glassnet.data.readers.csv_tables.BLOCK", 7)
    blocks = list(open_data(path, target="kind").blocks())
    assert [len(block.inputs) for block in blocks] == [7, 7, 7, 7, 7, 5]
    np.testing.assert_array_equal(np.concatenate([block.inputs for block in blocks]), MEASURES)


WRONG_TABLES = {
    "long,kind\n1,a\nx,b\n": r"not a number in a.csv, line 3, column 'long': expected a finite number, got 'x'",
    "long,kind\n1,a\n\ninf,b\n": r"line 4, column 'long': .* got 'inf'",
    "long,kind\n1,a\n2,b,7\n": r"a row of the wrong width in a.csv, line 3: expected 2 columns, got 3",
    "long,kind\n1,a\n2\n": r"line 3: expected 2 columns, got 1",
    'long,kind\n1,a\n2, "b, c"\n': r"line 3: expected 2 columns, got 3",
    "long,kind\n1,a\n2,\n": r"no target in a.csv, line 3, column 'kind'",
    "long,long,kind\n1,2,a\n": r"two columns of one name in a.csv: got 'long'",
    "": "an empty table in a.csv",
    "long,kind\n": "no examples in a.csv",
    "long,kind\n1,a\n2,a\n": "targets that differ, got a in all rows",
    "long,sort\n1,a\n2,b\n": "unknown column of a.csv: expected one of long, sort, got 'kind'",
}


@pytest.mark.parametrize(("text", "message"), WRONG_TABLES.items())
def test_a_table_that_cannot_be_read_is_refused_with_line_and_column(here, text, message):
    (here / "a.csv").write_text(text)
    with pytest.raises((DataFileError, UnknownNameError, DataError), match=message):
        load_dataset("a.csv", target="kind")


def test_the_line_of_a_wrong_cell_is_right_in_a_later_block(here, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.csv_tables.BLOCK", 3)
    (here / "a.csv").write_text("long,y\n" + "1,2\n" * 7 + "x,2\n")
    with pytest.raises(DataFileError, match="line 9, column 'long'"):
        load_dataset("a.csv")


@pytest.mark.parametrize("cell", ["256", "-1", "0.5", "x", ""])
def test_a_pixel_out_of_range_is_refused_with_line_and_column(here, cell):
    columns = {"label": LABELS.tolist(), **{name: values.tolist() for name, values in pixel_columns().items()}}
    columns["pixel7"][5] = cell
    write_table(here / "a.csv", columns)
    with pytest.raises(
        DataFileError, match=rf"line 7, column 'pixel7': expected a whole number in 0..255, got '{cell}'"
    ):
        load_dataset("a.csv")


def test_a_table_that_is_no_text_is_refused(here):
    (here / "a.csv").write_bytes(bytes(range(256)))
    with pytest.raises(DataFileError, match=r"cannot read the table in a.csv.*UTF-8"):
        load_dataset("a.csv")
    (here / "a.csv.gz").write_bytes(gzip.compress(b"long,y\n1,2\n" * 999)[:-20])
    with pytest.raises(DataFileError, match=r"cannot read the table in a.csv.gz"):
        load_dataset("a.csv.gz")


def test_without_a_target_there_is_nothing_to_predict(here):
    write_table(here / "a.csv", {"long": MEASURES[:, 0], "wide": MEASURES[:, 1]})
    with pytest.raises(DataFileError, match=r"nothing to predict in a.csv.*--target"):
        load_dataset("a.csv")


def test_words_are_not_predicted_as_numbers(here):
    write_table(here / "a.csv", flowers())
    with pytest.raises(DataFileError, match=r"targets are not numbers in a.csv: got 'iris'"):
        load_dataset("a.csv", target="kind", task="regression")


def test_a_class_that_was_not_trained_on_is_refused():
    with pytest.raises(DataError, match="not trained on: expected one of 4, 5, got 6"):
        number_classes(LABELS, ("4", "5"))


@pytest.mark.parametrize("names", [("x_train", "y_train", "x_test", "y_test"), ("X", "y", "X_test", "y_test")])
@pytest.mark.parametrize("packed", [True, False])
def test_arrays_are_known_by_their_names(here, names, packed):
    arrays = dict(zip(names, (IMAGES, LABELS, IMAGES[:9], LABELS[:9]), strict=True))
    if packed:
        np.savez_compressed("digits.npz", **arrays)
    else:
        (here / "digits").mkdir()
        for name, array in arrays.items():
            np.save(here / "digits" / name, array)
    data = load_dataset("digits.npz" if packed else here / "digits")
    np.testing.assert_array_equal(whole(data)[0], IMAGES)
    assert (len(data.train) + len(data.validation), len(data.test)) == (40, 9)
    np.testing.assert_array_equal(data.test.inputs, IMAGES[:9])


def test_arrays_on_disk_are_mapped_and_not_copied(here):
    np.save("x_train.npy", MEASURES)
    np.save("y_train.npy", LABELS)
    data = load_dataset("x_train.npy")
    base = data.train.source_inputs
    while not isinstance(base, np.memmap):
        base = base.base
    assert base.filename == here / "x_train.npy"
    assert data.preprocessing.names == ("column 1", "column 2", "column 3")


@pytest.mark.parametrize("shape", [(40, 36), (40, 6, 6, 1)])
def test_rows_of_bytes_are_square_images(here, shape):
    np.savez("a.npz", images=IMAGES.reshape(shape), labels=LABELS[:, None])
    data = load_dataset("a.npz")
    assert data.preprocessing == PixelScaling((6, 6))


class Trap:
    def __reduce__(self):
        return (open, ("sprung", "w"))


def test_nothing_is_ever_unpickled(here):
    trap = np.array([Trap()] * 40, object)
    np.savez("a.npz", x=trap, y=LABELS, allow_pickle=True)
    np.save("x.npy", trap, allow_pickle=True)
    np.save("y.npy", LABELS)
    for name in ("a.npz", "x.npy"):
        with pytest.raises(DataFileError, match="cannot read the arrays"):
            load_dataset(name)
    assert not (here / "sprung").exists()


def test_names_in_an_archive_that_lead_out_of_it_write_nothing(here):
    packed = io.BytesIO()
    np.save(packed, IMAGES)
    (here / "inner").mkdir()
    with zipfile.ZipFile("inner/a.npz", "w") as archive:
        archive.writestr("../escaped.npy", packed.getvalue())
        archive.writestr("x.npy", packed.getvalue())
    with pytest.raises(DataFileError, match="nothing to predict"):
        load_dataset("inner/a.npz")
    assert sorted(path.name for path in here.rglob("*")) == ["a.npz", "inner"]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": IMAGES}, "no inputs among the arrays in a.npz: expected arrays named x and y"),
        ({"x": IMAGES, "y": LABELS[:5]}, r"targets do not fit the inputs in a.npz: expected shape \(40,\)"),
        ({"x": IMAGES, "images": IMAGES, "y": LABELS}, "two arrays that could be the inputs"),
        ({"x": FLOWERS, "y": LABELS}, "inputs of the wrong kind"),
        ({"x": IMAGES[:0], "y": LABELS[:0]}, "no examples"),
    ],
)
def test_arrays_that_cannot_be_learned_from_are_refused(here, arrays, message):
    np.savez("a.npz", **arrays)
    with pytest.raises(DataFileError, match=message):
        load_dataset("a.npz")


@pytest.mark.parametrize("cut", [0, 10, 200, -30])
@pytest.mark.parametrize("name", ["a.npz", "x.npy"])
def test_arrays_that_are_cut_short_are_refused(here, name, cut):
    np.savez_compressed("a.npz", x=IMAGES, y=LABELS)
    np.save("x.npy", IMAGES)
    np.save("y.npy", LABELS)
    (here / name).write_bytes((here / name).read_bytes()[:cut])
    with pytest.raises(DataFileError, match="cannot read the arrays"):
        load_dataset(name)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_pair_of_idx_files_is_read_from_either_or_from_their_folder(here, suffix):
    for part, rows in (("train", 40), ("t10k", 9)):
        write_idx(here / f"{part}-images-idx3-ubyte{suffix}", IMAGES[:rows])
        write_idx(here / f"{part}-labels-idx1-ubyte{suffix}", LABELS[:rows].astype(np.uint8))
    for path in (here, *(here / f"train-{kind}{suffix}" for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))):
        data = load_dataset(path)
        np.testing.assert_array_equal(whole(data)[0], IMAGES)
        assert len(data.test) == 9
    assert len(open_data(here / f"train-images-idx3-ubyte{suffix}").asked.read().inputs) == 40
    assert len(open_data(here).asked.read().inputs) == 9


def save_pictures(folder, count=12, size=(6, 6)):
    for index in range(count):
        place = folder / FLOWERS[index]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(IMAGES[index]).resize(size[::-1]).save(place / f"{index:02}.png")


def test_a_folder_of_pictures_has_a_folder_for_each_class(here):
    save_pictures(here / "all")
    data = load_dataset("all", validation_size=3, test_size=3)
    assert data.class_names == ("iris", "rose", "tulip")
    names = [data.class_names[label] for label in whole(data)[1]]
    assert names == sorted(FLOWERS[:12])
    np.testing.assert_array_equal(whole(data)[0][0], IMAGES[0])


def test_pictures_to_judge_by_may_be_apart(here):
    save_pictures(here / "all" / "train")
    save_pictures(here / "all" / "test", count=6)
    data = load_dataset("all")
    assert (len(data.train) + len(data.validation), len(data.test)) == (12, 6)
    save_pictures(here / "all" / "test" / "daisy", count=1)
    (here / "all" / "test" / "daisy" / "iris" / "00.png").rename(here / "all" / "test" / "daisy" / "00.png")
    with pytest.raises(DataError, match=r"not trained on in the .*: expected one of iris, rose, tulip, got daisy"):
        load_dataset("all")


def test_pictures_that_cannot_be_learned_from_are_refused_by_name(here):
    (here / "none").mkdir()
    with pytest.raises(DataFileError, match=r"no pictures in none.*a folder for each class.*got an empty folder"):
        load_dataset("none/")
    save_pictures(here / "all")
    save_pictures(here / "all", count=1, size=(5, 7))
    with pytest.raises(DataFileError, match=r"several sizes in all: .*got 6x6 \(11\), 7x5 \(1\), such as iris/00.png"):
        load_dataset("./all")
    (here / "all" / "iris" / "00.png").write_bytes(b"no picture")
    with pytest.raises(ImageFileError, match=r"not a picture in all/iris/00.png"):
        load_dataset("./all")


def test_what_is_no_data_is_refused():
    with pytest.raises(DataFileError, match=r"no such file: expected .*a table \(.csv"):
        load_dataset("nothing.csv")
    with pytest.raises(UnknownNameError, match="Did you mean 'mnist'"):
        load_dataset("mnst")
    with pytest.raises(DataFileError, match=r"no known kind.*got .*test_load.py"):
        load_dataset(__file__)


def test_a_target_is_only_named_in_a_table(here):
    np.savez("a.npz", x=IMAGES, y=LABELS)
    with pytest.raises(DataFileError, match="where there is no table"):
        load_dataset("a.npz", target="y")
    for options in ({"target": "y"}, {"task": "regression"}):
        with pytest.raises(UsageError, match="mnist has a task of its own"):
            load_dataset("mnist", **options)
    assert load_dataset("mnist", task="classification", test_size=10_000).name == "mnist"


def test_rows_to_judge_by_are_the_same_whatever_the_seed(here):
    path = write_table(here / "a.csv", flowers())
    first, second = (load_dataset(path, target="kind", seed=seed) for seed in (0, 1))
    assert first.test.indices.tolist() == second.test.indices.tolist()
    assert first.train.indices.tolist() != second.train.indices.tolist()
    parts = [set(part.indices.tolist()) for part in (first.train, first.validation, first.test)]
    assert set.union(*parts) == set(range(40))
    assert sum(map(len, parts)) == 40
    assert [len(part) for part in parts] == [29, 5, 6]
    everything = load_dataset(path, target="kind", validation_size=0, test_size=0)
    assert (len(everything.train), len(everything.validation), len(everything.test)) == (40, 0, 0)


@pytest.mark.parametrize("size", [-1, 40, 41])
def test_an_impossible_test_size_is_refused(here, size):
    path = write_table(here / "a.csv", flowers())
    with pytest.raises(UsageError, match="invalid test size"):
        load_dataset(path, target="kind", test_size=size)


def test_a_test_size_is_refused_where_the_data_has_a_test_set(here):
    np.savez("a.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:9], y_test=LABELS[:9])
    for name, own in (("a.npz", 9), ("mnist", 10_000)):
        assert len(load_dataset(name, test_size=own).test) == own
        with pytest.raises(UsageError, match=f"a test set of its own: expected {own}, got 5"):
            load_dataset(name, test_size=5)


def test_a_table_is_trained_on_and_its_statistics_go_with_the_model(here):
    path = write_table(here / "a.csv", flowers())
    data = load_dataset(path, target="kind", seed=1)
    training = glassnet.Training(glassnet.Network([3, 8, 3], seed=0), data, batch_size=8, epochs=2)
    list(training)
    training.model.save("model.safetensors")
    model = glassnet.load_model("model.safetensors")
    assert model.preprocessing == data.preprocessing
    assert model.predict(MEASURES).tolist() == training.model.predict(MEASURES).tolist()


def write_parquet(path, columns):
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def test_a_parquet_table_is_read_as_a_text_table_is(here):
    data = load_dataset(write_parquet(here / "a.parquet", flowers()), target="kind")
    np.testing.assert_array_equal(whole(data)[0], MEASURES)
    assert data.class_names == ("iris", "rose", "tulip")
    assert data.preprocessing.names == ("long", "wide", "high")
    pixels = load_dataset(write_parquet(here / "b.parquet", {"label": LABELS, **pixel_columns()}))
    np.testing.assert_array_equal(whole(pixels)[0], IMAGES)
    assert pixels.preprocessing == PixelScaling((6, 6))


def test_a_parquet_table_is_read_block_by_block(here, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.parquet_tables.BLOCK", 7)
    path = write_parquet(here / "a.parquet", flowers())
    blocks = list(open_data(path, target="kind").blocks())
    assert [len(block.inputs) for block in blocks] == [7, 7, 7, 7, 7, 5]


WRONG_PARQUET = {
    "infinite": (
        {"long": [1.0, np.inf], "kind": ["a", "b"]},
        "not a number in a.parquet, row 2, column 'long': expected a finite number, got 'inf'",
    ),
    "words": (
        {"long": ["1", "x"], "kind": ["a", "b"]},
        "not a number in a.parquet, row 2, column 'long': .* got 'x'. .*--leave-out",
    ),
    "no target": ({"long": [1.0, 2.0], "kind": ["a", None]}, "no target in a.parquet, row 2, column 'kind'"),
    "no column": ({"long": [1.0, 2.0], "sort": ["a", "b"]}, "unknown column of a.parquet"),
    "no rows": ({"long": pyarrow.array([], "double"), "kind": pyarrow.array([], "string")}, "no examples in a.parquet"),
}


@pytest.mark.parametrize("name", WRONG_PARQUET)
def test_a_parquet_table_that_cannot_be_learned_from_is_refused(here, name):
    columns, message = WRONG_PARQUET[name]
    write_parquet(here / "a.parquet", columns)
    with pytest.raises((DataFileError, UnknownNameError), match=message):
        load_dataset("a.parquet", target="kind")


def test_a_parquet_file_that_is_damaged_is_refused(here):
    path = write_parquet(here / "a.parquet", flowers())
    whole_file = path.read_bytes()
    for damaged in (b"", whole_file[:-40], b"PAR1" + bytes(99)):
        path.write_bytes(damaged)
        with pytest.raises(DataFileError, match="cannot read the table"):
            load_dataset(path, target="kind")


def test_without_pyarrow_one_line_says_what_to_install(here, monkeypatch):
    write_parquet(here / "a.parquet", flowers())
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pyarrow is not installed. .*pip install 'glassnet\[parquet\]'"):
        load_dataset("a.parquet", target="kind")


def test_targets_have_one_type_whatever_the_blocks_they_come_in(here, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.csv_tables.BLOCK", 2)
    (here / "a.csv").write_text(
        "long,kind\n" + "".join(f"{n},{kind}\n" for n, kind in enumerate(["01", "02", "01", "0A"]))
    )
    data = load_dataset("a.csv", target="kind", validation_size=0, test_size=0)
    assert data.class_names == ("01", "02", "0A")


def test_pixels_are_put_in_their_order(here):
    columns = pixel_columns()
    shuffled = {name: columns[name] for name in sorted(columns)}  # pixel0, pixel1, pixel10, ...
    data = load_dataset(write_table(here / "a.csv", {**shuffled, "label": LABELS}))
    np.testing.assert_array_equal(whole(data)[0], IMAGES)
    new = open_data(write_table(here / "b.csv", {"id": LABELS, **shuffled}), features=[f"pixel{n}" for n in range(36)])
    np.testing.assert_array_equal(new.read().inputs, IMAGES)


def test_a_table_without_a_header_need_not_be_pixels(here):
    numbers = {str(n): RNG.normal(size=40).round(3) for n in range(16)}
    data = load_dataset(write_table(here / "a.csv", {"x": LABELS, **numbers}, header=False))
    assert data.preprocessing.input_shape == (16,)
    assert data.class_names == ("4", "5", "6")


def test_who_predicts_needs_no_targets(here):
    write_table(here / "a.csv", {**flowers(), "kind": [""] * 40})
    source = open_data(here / "a.csv", features=("long", "wide", "high"))
    assert source.read().targets is None


@pytest.mark.parametrize("packed", [True, False])
def test_a_test_part_without_targets_is_left_aside(here, packed):
    if packed:
        np.savez("a.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:9])
    else:
        save_pictures(here / "all" / "train")
        (here / "all" / "test").mkdir()
        Image.fromarray(IMAGES[0]).save(here / "all" / "test" / "new.png")
    data = load_dataset("a.npz" if packed else "./all")
    assert len(data.train) + len(data.validation) + len(data.test) == (40 if packed else 12)


def test_an_array_that_is_named_is_what_is_read(here):
    for name, rows in (("x_train", 40), ("x_test", 9)):
        np.save(name, IMAGES[:rows])
        np.save(name.replace("x", "y"), LABELS[:rows])
    for name, rows in (("x_train.npy", 40), ("x_test.npy", 9)):
        source = open_data(here / name)
        assert (len(source.read().inputs), source.test) == (rows, None)
    np.savez("a.npz", x_test=IMAGES[:9])
    assert len(open_data(here / "a.npz").read().inputs) == 9


def test_idx_files_to_judge_by_are_not_trained_on_too(here):
    write_idx(here / "t10k-images-idx3-ubyte", IMAGES)
    write_idx(here / "t10k-labels-idx1-ubyte", LABELS.astype(np.uint8))
    data = load_dataset(here)
    parts = [set(part.indices.tolist()) for part in (data.train, data.validation, data.test)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 40


@pytest.mark.parametrize("targets", [LABELS.astype(float), LABELS.astype("S1"), LABELS > 4])
def test_whole_floats_bytes_and_truth_values_are_classes(here, targets):
    np.savez("a.npz", x=IMAGES, y=targets)
    names = load_dataset("a.npz").class_names
    assert names in (("4", "5", "6"), ("False", "True"))


def test_fractions_are_no_classes_in_a_test_part_either(here):
    np.savez("a.npz", x=IMAGES, y=LABELS, x_test=IMAGES, y_test=LABELS + 0.5)
    with pytest.raises(DataError, match=r"a class is not a whole number in row 1: got 4.5"):
        load_dataset("a.npz")


def test_pictures_of_other_kinds_are_read_as_they_look(here):
    gray = IMAGES[0].astype(np.uint16) * 257
    ink = np.zeros((6, 6, 4), np.uint8)
    ink[2:4, 2:4, 3] = 255
    for name, picture in (("deep", Image.fromarray(gray)), ("clear", Image.fromarray(ink, "RGBA"))):
        (here / name / "a").mkdir(parents=True)
        picture.save(here / name / "a" / "1.png")
    np.testing.assert_array_equal(open_data(here / "deep").read().inputs[0], IMAGES[0])
    assert np.ptp(open_data(here / "clear").read().inputs[0]) == 255


@pytest.mark.parametrize("test_size", [0.2, "9"])
def test_a_test_size_is_a_whole_number(here, test_size):
    with pytest.raises(UsageError, match="invalid test size"):
        load_dataset(write_table(here / "a.csv", flowers()), target="kind", test_size=test_size)


def test_numbers_too_large_to_count_are_read_as_they_are_written(here):
    (here / "a.csv").write_text("long,kind\n1,99999999999999999999\n2,1\n3,1\n4,99999999999999999999\n")
    assert load_dataset("a.csv", target="kind", validation_size=0, test_size=0).task in ("classification", "regression")


def test_a_row_that_is_no_number_is_named_by_its_place_in_the_source(here):
    inputs = MEASURES.copy()
    inputs[30, 1], inputs[7, 0] = np.inf, np.nan  # the one is a mistake, the other a gap
    np.savez("a.npz", x=inputs, y=LABELS)
    for seed in range(3):
        with pytest.raises(DataError, match=r"in a.npz, row 31, column 'column 2'"):
            load_dataset("a.npz", seed=seed)
    np.savez("a.npz", x=MEASURES, y=np.where(np.arange(40) == 7, np.nan, 0.5))
    with pytest.raises(DataFileError, match=r"target is not a finite number in a.npz, row 8"):
        load_dataset("a.npz")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_of_targets_alone_predicts_nothing(here, suffix):
    path = here / f"a{suffix}"
    (write_table if suffix == ".csv" else write_parquet)(path, {"y": LABELS})
    with pytest.raises(DataFileError, match="nothing to predict by"):
        load_dataset(path)


def test_a_damaged_archive_of_a_table_is_told(here):
    packed = bytearray(gzip.compress(write_table(here / "a.csv", flowers()).read_bytes()))
    packed[60:80] = bytes(20)
    (here / "a.csv.gz").write_bytes(bytes(packed))
    with pytest.raises(DataFileError, match=r"cannot read the table in .*a.csv.gz"):
        load_dataset(here / "a.csv.gz", target="kind")


def test_a_table_without_a_header_that_has_words_in_it_loses_no_row(here):
    rows = [f"{number}.5,{number % 7},{'ab'[number % 2]}" for number in range(30)]
    (here / "iris.data.csv").write_text("\n".join(rows) + "\n")
    data = load_dataset("iris.data.csv", target="column 3")
    assert len(data.train) + len(data.validation) + len(data.test) == 30
    assert data.class_names == ("a", "b")
    data = load_dataset("iris.data.csv")
    assert data.reading["target"] == "column 3"  # the one column of words


def test_a_column_that_numbers_the_rows_is_left_out(here):
    for name in ("id", "", "Unnamed: 0", "Index"):
        rows = [f"{number},{number % 7},{number % 2}" for number in range(30)]
        (here / "table.csv").write_text("\n".join([f"{name},width,label", *rows]) + "\n")
        assert load_dataset("table.csv").preprocessing.names == ("width",)


def test_what_is_no_path_is_refused(here):
    with pytest.raises(UsageError, match=r"not a data set: expected a name or a path, got ndarray"):
        load_dataset(np.zeros(3))


def test_a_name_that_is_too_long_for_a_file_is_refused_in_our_words():
    with pytest.raises(FileError, match=r"cannot look for a+: got File name too long"):
        glassnet.load_dataset("a" * 300)
