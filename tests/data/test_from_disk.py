"""Files that are learned from while they are read: the same data, the same weights, and memory that does not grow."""

import gzip
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import glassnet
from glassnet import DataError, Training, UsageError, load_dataset
from glassnet.data import limits
from glassnet.data.dataset import Examples, ExamplesOnDisk
from glassnet.data.readers.idx import write_idx
from glassnet.errors import DataFileError
from glassnet.model.model import Model

RNG = np.random.default_rng(2)
ROWS = 3_000
X = RNG.normal(size=(ROWS, 5)) * [1, 10, 0.1, 3, 0] + [0, 5, 0, -900, 3]
KINDS = np.where(X[:, 0] + X[:, 1] / 10 > 0.3, "oak", np.where(X[:, 2] > 0, "elm", "ash"))
NUMBERS = X[:, 1] + 3 * X[:, 0] + RNG.normal(size=ROWS) / 10
IMAGES = np.cumsum(RNG.integers(0, 9, (ROWS, 8, 8), dtype=np.uint8), axis=2, dtype=np.uint8)
NAMES = ("a", "b", "c", "d", "e")


def table(path, targets, rows=slice(None), row_group_size=250):
    columns = {**{name: X[rows, k] for k, name in enumerate(NAMES)}, "target": targets[rows]}
    pq.write_table(pa.table(columns), path, row_group_size=row_group_size, write_page_checksum=True)
    return path


def save(folder, **arrays):
    folder.mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


def idx(folder, images, labels):
    folder.mkdir(exist_ok=True)
    write_idx(folder / "train-images-idx3-ubyte", images)
    write_idx(folder / "train-labels-idx1-ubyte", labels)
    return folder


def folder_of_tables(folder, targets):
    folder.mkdir()
    for number in range(3):
        table(folder / f"part-{number}.parquet", targets, slice(number * 1_000, (number + 1) * 1_000))
    return folder


SOURCES = {
    "images.npy": lambda path: save(path, x=IMAGES, y=KINDS.view(np.uint32)[::3].astype(np.int64) % 7),
    "table.npy": lambda path: save(path, x=np.asfortranarray(X), y=NUMBERS.astype(np.float32)),
    "one-hot.npy": lambda path: save(path, x=IMAGES / 255, y=np.eye(3)[np.random.default_rng(3).integers(0, 3, ROWS)]),
    "idx": lambda path: idx(path, IMAGES, (X[:, 1] > 5).astype(np.uint8)),
    "words.parquet": lambda path: table(path, KINDS),
    "numbers.parquet": lambda path: table(path, NUMBERS),
    "text.parquet": lambda path: table(path, np.char.mod("%d", (X[:, 1] > 5) + 1)),
    "folder": lambda path: folder_of_tables(path, KINDS),
    "truth.parquet": lambda path: table(path, X[:, 1] > 5),
}


@pytest.fixture(params=SOURCES)
def source(request, tmp_path):
    return SOURCES[request.param](tmp_path / request.param)


def in_memory(data):
    """Give the same data set with all of it in memory."""
    train = Examples(data.train.source_inputs[:], np.asarray(data.train.source_targets[:]), data.train.indices[:])
    return replace(data, train=train)


def test_the_data_is_that_of_the_file_but_for_the_choice_of_rows(source):
    disk, memory = load_dataset(source, window=640), load_dataset(source, window=0)
    assert isinstance(disk.train, ExamplesOnDisk)
    assert (disk.task, disk.class_names, disk.preprocessing.takes) == (
        memory.task,
        memory.class_names,
        memory.preprocessing.takes,
    )
    np.testing.assert_array_equal(disk.train.source_inputs[:], memory.train.source_inputs)
    assert np.array_equal(disk.train.source_targets[:], memory.train.source_targets)
    for part in ("train", "validation", "test"):
        assert len(getattr(disk, part)) == len(getattr(memory, part))
    everything = np.concatenate([disk.train.inputs, disk.validation.inputs, disk.test.inputs])
    order = [np.lexsort(rows.reshape(ROWS, -1).T) for rows in (everything, memory.train.source_inputs)]
    np.testing.assert_array_equal(everything[order[0]], memory.train.source_inputs[order[1]])
    words = [{decision.subject: decision.words for decision in data.reading} for data in (disk, memory)]
    assert "read from the disk while it is learned from, 640 rows at once" in words[0].pop("window")
    for one in words:
        one.pop("sha256", None)
    assert words[0] == words[1]


def test_weights_are_those_of_the_same_rows_in_memory_in_the_same_order(source):
    disk = load_dataset(source, window=640)
    memory = in_memory(disk)
    found = []
    for data in (disk, memory):
        network = glassnet.Network([data.preprocessing.inputs, 6, data.outputs], loss=_loss(data), seed=1)
        training = Training(network, data, epochs=3, batch_size=32, workers=1)
        if data is memory:
            positions = {row: position for position, row in enumerate(data.train.indices.tolist())}
            orders = [disk.train.order(0, epoch)[:].tolist() for epoch in range(3)]
            given = iter([np.array([positions[row] for row in order]) for order in orders])
            training.loader.begin = lambda _, g=given, t=training: setattr(t.loader, "order", next(g, None))
            training.loader.begin(0)
            _count_epochs(training)
        epochs = list(training)
        found.append((network.parameters.tobytes(), [epoch.training_loss for epoch in epochs]))
    assert found[0] == found[1]


def _loss(data):
    return "cross_entropy" if data.class_names else "mse"


def _count_epochs(training):
    """Note the epoch, as the loader that is replaced would."""
    begin = training.loader.begin

    def and_note(epoch):
        training.loader.epoch = epoch
        begin(epoch)

    training.loader.begin = and_note


@pytest.mark.parametrize("kind", ["words.parquet", "table.npy"])
def test_columns_are_scaled_as_those_in_memory_are(tmp_path, kind):
    disk = load_dataset(SOURCES[kind](tmp_path / kind), window=640)
    columns = disk.train.source_inputs[:][disk.train.indices[:]]
    medians, spreads = scales(disk)
    np.testing.assert_allclose(medians, np.median(columns, axis=0), rtol=1e-13)
    np.testing.assert_allclose(spreads[:4], np.subtract(*np.quantile(columns[:, :4], (0.75, 0.25), axis=0)), rtol=1e-13)
    if not disk.class_names:
        scale = Model.for_data(glassnet.Network([5, 1], loss="mse"), disk).target_scale
        targets = in_memory(disk).train.targets
        np.testing.assert_allclose([scale.mean, scale.deviation], [targets.mean(), targets.std()], rtol=1e-6)
        exact = Model.for_data(glassnet.Network([5, 1], loss="mse"), in_memory(disk)).target_scale
        np.testing.assert_allclose([scale.mean, scale.deviation], [exact.mean, exact.deviation], rtol=1e-13)


def scales(data):
    """Medians and spreads of the columns."""
    return np.array([(encoder.median, encoder.spread) for encoder in data.preprocessing.encoders]).T


def test_words_dates_and_gaps_are_learned_from_on_the_disk_as_in_memory(tmp_path):
    rng, rows = np.random.default_rng(2), 3_000
    kinds, number = rng.choice(["oak", "elm", "ash"], rows), rng.normal(size=rows)
    when = pa.array(rng.integers(0, 900, rows).astype("datetime64[D]"))
    number[::50] = np.nan
    columns = {"kind": kinds, "number": number, "when": when, "label": np.where(kinds == "oak", "yes", "no")}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet", row_group_size=250)
    disk, memory = load_dataset(tmp_path / "a.parquet", window=640), load_dataset(tmp_path / "a.parquet")
    assert isinstance(disk.train, ExamplesOnDisk)
    assert disk.preprocessing.words == memory.preprocessing.words
    np.testing.assert_array_equal(disk.train.source_inputs[:], memory.train.source_inputs)
    assert disk.preprocessing.input_names == memory.preprocessing.input_names
    training = Training(glassnet.Network([disk.preprocessing.inputs, 8, 2], seed=0), disk, epochs=3, workers=1)
    assert list(training)[-1].validation_accuracy == 1


def test_a_second_process_changes_no_byte(tmp_path):
    data = load_dataset(SOURCES["images.npy"](tmp_path / "a"), window=640)
    found = []
    for workers in (1, 2):
        network = glassnet.Network([64, 8, data.outputs], seed=0)
        training = Training(network, data, epochs=3, batch_size=32, input_parts=2, workers=workers)
        if workers == 2:
            training.executor.worth, training.executor.at_once = 0, True
        list(training)
        found.append(network.parameters.tobytes())
        assert workers == 1 or training.executor.steps_helped or os.cpu_count() == 1
    assert found[0] == found[1]


def test_shards_read_their_parts_of_a_batch(tmp_path):
    data = load_dataset(SOURCES["idx"](tmp_path / "a"), window=640)
    trainings = [
        Training(glassnet.Network([64, 8, 2], seed=0), data, batch_size=32, shards=shards) for shards in (1, 4)
    ]
    for number in range(data.train.__len__() // 32):
        whole = trainings[0].loader.positions(number, 0)
        parts = [trainings[1].loader.positions(number, shard) for shard in range(4)]
        assert whole.tolist() == np.concatenate(parts).tolist()


@pytest.mark.parametrize("kind", ["images.npy", "folder"])
def test_a_run_is_resumed_to_the_same_bytes_and_keeps_its_window(tmp_path, kind):
    from glassnet.runs.directory import read_run, resume_run, start_run

    path = SOURCES[kind](tmp_path / "data")
    given = {"dataset": str(path), "window": 640, "hidden": 6, "epochs": 4, "patience": 0, "batch_size": 32}
    whole = start_run(tmp_path / "whole", given)
    list(whole)
    part = start_run(tmp_path / "part", given)
    for epoch in part:
        if epoch.number == 2:
            break
    assert f"window = {part.data.reading['window']}" in (tmp_path / "part/config.toml").read_text()
    resumed = resume_run(tmp_path / "part", {})
    list(resumed)
    metrics = [run.finish() for run in (whole, resumed)]
    assert metrics[0]["parameters_sha256"] == metrics[1]["parameters_sha256"]
    assert len(read_run(tmp_path / "part")[1].train) == len(whole.data.train)
    with pytest.raises(UsageError, match="window was 640, is 320"):
        resume_run(tmp_path / "part", {"window": 320})


def test_other_data_or_other_row_groups_than_a_run_was_begun_with_are_refused(tmp_path):
    from glassnet.runs.directory import resume_run, start_run

    path = table(tmp_path / "a.parquet", KINDS)
    list(start_run(tmp_path / "run", {"dataset": str(path), "window": 500, "epochs": 1}))
    table(path, KINDS, row_group_size=100)
    with pytest.raises(DataFileError, match="the data is not what the run was started with"):
        resume_run(tmp_path / "run", {})


def test_large_files_are_left_on_the_disk_and_a_file_of_old_that_was_learned_whole_is_again(tmp_path, monkeypatch):
    from glassnet.runs.directory import resume_run, start_run

    path = SOURCES["images.npy"](tmp_path / "a")
    run = start_run(tmp_path / "run", {"dataset": str(path), "epochs": 1})
    list(run)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, in_memory_bytes=ROWS * 64 - 1))
    assert load_dataset(path).reading["window"] == 1 << 20
    assert load_dataset(path, window=0).reading["window"] is None
    config = tmp_path / "run/config.toml"
    lines = [line for line in config.read_text().splitlines() if not line.startswith(("window", "#"))]
    config.write_text("\n".join(lines) + "\n")
    assert not isinstance(resume_run(tmp_path / "run", {}).data.train, ExamplesOnDisk)


@pytest.mark.parametrize("part", ["test", "validation"])
@pytest.mark.parametrize("window", [64, 640])
def test_what_is_kept_apart_is_in_memory_or_on_the_disk_by_its_size(tmp_path, part, window):
    path = save(tmp_path / "a", x=IMAGES, y=X[:, 1] > 5, **{f"x_{part}": IMAGES[:500], f"y_{part}": X[:500, 1] > 5})
    data = load_dataset(path, window=window)
    own = getattr(data, part)
    assert len(own) == 500
    assert isinstance(own, ExamplesOnDisk) == (window == 64)
    model = Model.for_data(glassnet.Network([64, 4, 2], seed=0), data)
    whole = glassnet.evaluate(model, own)
    again = glassnet.evaluate(model, Examples(IMAGES[:500], (X[:500, 1] > 5).astype(int)))
    assert whole == again
    with pytest.raises(UsageError, match=f"the data has a {part} set of its own"):
        load_dataset(path, window=window, **{f"{part}_size": 7})


def test_sizes_are_as_asked_for(tmp_path):
    path = SOURCES["words.parquet"](tmp_path / "a.parquet")
    data = load_dataset(path, window=640, train_size=1_000, validation_size=30, test_size=7)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [1_000, 30, 7]
    assert isinstance(data.train, ExamplesOnDisk)
    few = load_dataset(path, window=640, train_size=100, validation_size=0, test_size=0)
    assert [len(few.train), len(few.validation), len(few.test)] == [100, 0, 0]
    assert not isinstance(few.train, ExamplesOnDisk)
    np.testing.assert_allclose(scales(few)[0], np.median(few.train.inputs, axis=0), rtol=1e-12)
    others = [load_dataset(path, window=640, seed=seed) for seed in (0, 1)]
    assert others[0].train.indices[:].tolist() != others[1].train.indices[:].tolist()
    np.testing.assert_array_equal(others[0].test.inputs, others[1].test.inputs)
    with pytest.raises(UsageError, match="nothing is left to train on"):
        load_dataset(path, window=640, validation_size=2_500)


def test_order_of_the_file_is_kept_where_nothing_is_shuffled(tmp_path):
    data = load_dataset(SOURCES["images.npy"](tmp_path / "a"), window=640)
    training = Training(glassnet.Network([64, data.outputs]), data, batch_size=64, shuffle=False)
    assert training.loader.positions(3, 0).tolist() == data.train.indices[192:256].tolist()


WRONG = {
    "not a number": (lambda a: a.__setitem__((2_345, 1), np.inf), "a.parquet, row 2346, column 'b'"),
    "target": (lambda a: a.__setitem__((1_234, 5), np.inf), "target is not a finite number in .*a.parquet, row 1235"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_number_is_refused_with_its_row(tmp_path, kind):
    change, message = WRONG[kind]
    array = np.column_stack([X, NUMBERS])
    change(array)
    columns = dict(zip((*NAMES, "target"), array.T, strict=True))
    pq.write_table(pa.table(columns), tmp_path / "a.parquet", row_group_size=250)
    with pytest.raises((DataFileError, DataError), match=message):
        load_dataset(tmp_path / "a.parquet", window=640)


def test_a_damaged_row_group_is_named(tmp_path):
    path = table(tmp_path / "a.parquet", NUMBERS)
    content = bytearray(path.read_bytes())
    with pq.ParquetFile(path) as file:
        column = file.metadata.row_group(7).column(2)
        place = column.data_page_offset + column.total_compressed_size // 2
    content[place] ^= 16
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=r"cannot read the table in .*a\.parquet, row group 8: got .*CRC"):
        load_dataset(path, window=640)


def test_a_table_that_changes_while_it_is_learned_from_is_refused(tmp_path):
    path = table(tmp_path / "a.parquet", KINDS)
    data = load_dataset(path, window=640)
    training = Training(glassnet.Network([5, 3], seed=0), data, epochs=5, batch_size=32, workers=1)
    next(training)
    os.utime(path, (1, 1))
    with pytest.raises(DataFileError, match=r"the file has changed since it was opened in .*a\.parquet"):
        list(training)


def test_tables_of_other_columns_in_a_folder_are_refused(tmp_path):
    folder = folder_of_tables(tmp_path / "a", KINDS)
    pq.write_table(pa.table({"a": X[:9, 0], "b": NUMBERS[:9].astype(str), "target": KINDS[:9]}), folder / "z.parquet")
    message = r"a table of other columns in .*z\.parquet: expected column 'b' of double, got column 'b' of string"
    with pytest.raises(DataFileError, match=message):
        load_dataset(folder)


def test_tables_that_are_called_so_test_and_validate(tmp_path):
    (tmp_path / "a").mkdir()
    table(tmp_path / "a/train-00000-of-00002.parquet", KINDS, slice(0, 1_500))
    table(tmp_path / "a/train-00001-of-00002.parquet", KINDS, slice(1_500, 2_500))
    table(tmp_path / "a/test-00000-of-00001.parquet", KINDS, slice(2_500, 2_900))
    table(tmp_path / "a/validation-00000-of-00001.parquet", KINDS, slice(2_900, 3_000))
    for window in (0, 500):
        data = load_dataset(tmp_path / "a", window=window)
        assert [len(data.train), len(data.validation), len(data.test)] == [2_500, 100, 400]
        np.testing.assert_array_equal(data.test.inputs, X[2_500:2_900])
        assert [data.class_names[label] for label in data.test.targets] == KINDS[2_500:2_900].tolist()


def test_row_groups_that_are_too_large_to_be_mixed_are_doubted(tmp_path):
    path = table(tmp_path / "a.parquet", KINDS, row_group_size=1_000)
    assert "row groups of 1,000 rows, of which 1 are shuffled" in " ".join(
        load_dataset(path, window=640).reading.lines()
    )
    assert load_dataset(path, window=640).reading["window"] == 1_000
    small = load_dataset(table(path, KINDS, row_group_size=50), window=640).reading
    assert not any(decision.subject == "window" for decision in small.doubts)


def test_what_cannot_be_read_part_by_part_is_said(tmp_path):
    path = idx(tmp_path / "a", IMAGES, (X[:, 1] > 5).astype(np.uint8))
    (path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress((path / "train-images-idx3-ubyte").read_bytes()))
    (path / "train-images-idx3-ubyte").unlink()
    with pytest.raises(DataFileError, match=r"a packed file cannot be read part by part.*gunzip"):
        load_dataset(path, window=640)
    (tmp_path / "a.csv").write_text("a,label\n" + "1,0\n2,1\n" * 30)
    with pytest.raises(DataFileError, match="nothing that window settles"):
        load_dataset(tmp_path / "a.csv", window=640)
    with pytest.raises(UsageError, match="invalid window"):
        load_dataset(tmp_path / "a.csv", window=-1)


def test_a_file_that_is_too_large_for_memory_is_no_longer_refused(tmp_path, monkeypatch):
    path = table(tmp_path / "a.parquet", KINDS)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=30_000, in_memory_bytes=30_000))
    monkeypatch.setattr(limits, "USUAL_RATIO", 0)
    data = load_dataset(path, validation_size=10, test_size=10)
    assert isinstance(data.train, ExamplesOnDisk)
    with pytest.raises(DataFileError, match="too large"):
        load_dataset(path, window=0)


PEAK = """
import re, sys
import glassnet, glassnet.data.quality, glassnet.diagnosis.diagnose
glassnet.data.quality.EXAMINED = 50_000  # numbers, which small files have not yet
data = glassnet.load_dataset(sys.argv[1], window=4096, validation_size=500, test_size=500)
network = glassnet.Network([data.preprocessing.inputs, 4, data.outputs], seed=0)
training = glassnet.Training(network, data, epochs=1, workers=1)
glassnet.diagnosis.diagnose.diagnose(training, [])
assert next(training).validation_accuracy > 0
data.fingerprint()
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def repeated(folder, kind, times):
    """Write the same rows many times over: a file of images, or a folder of tables."""
    folder.mkdir()
    labels = RNG.integers(0, 3, 4_000)
    if kind == "npy":
        return save(
            folder, x=np.tile(RNG.integers(0, 256, (4_000, 400), np.uint8), (times, 1)), y=np.tile(labels, times)
        )
    columns = {**{f"c{k}": RNG.normal(size=4_000) for k in range(40)}, "label": labels}
    for number in range(times):
        pq.write_table(pa.table(columns), folder / f"{number:02}.parquet", row_group_size=2_000)
    return folder


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell its peak")
@pytest.mark.parametrize("kind", ["npy", "parquet"])
def test_peak_memory_does_not_grow_with_the_rows(tmp_path, kind):
    peaks = []
    for times in (2, 16):
        path = repeated(tmp_path / f"{times}", kind, times)
        words = [sys.executable, "-c", PEAK, str(path)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stdout) / 1024)
    # 56,000 more rows are 21 or 17 MiB, and their order would be another 0.9.
    assert peaks[1] - peaks[0] < 5, peaks
