"""Parquet tables: a folder's files and parts, the rows that are looked at, and gaps among bytes."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glassnet import load_dataset
from glassnet.data import limits
from glassnet.data.readers import parquet_tables
from glassnet.data.readers.parquet_tables import ParquetTable
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError


def write(path, rows=60, **columns):
    rng = np.random.default_rng(rows)
    own = {"a": rng.random(rows), "b": rng.random(rows), "label": np.arange(rows) % 2} | columns
    pq.write_table(pa.table(own), path)
    return path


def test_tables_that_are_called_so_validate_and_test_and_it_is_said(tmp_path):
    for name, rows in (("train", 60), ("validation", 20), ("test", 30)):
        write(tmp_path / f"{name}.parquet", rows)
    data = load_dataset(tmp_path)
    assert (len(data.train), len(data.validation), len(data.test)) == (60, 20, 30)
    said = {decision.subject: decision.words for decision in data.reading.decisions}
    assert said["validation"] == "validated on validation.parquet"
    assert said["test"] == "tested on test.parquet"


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"a": np.arange(60)}, "expected column 'a' of double, got column 'a' of int64"),
        ({"c": np.ones(60)}, "expected none, got column 'c' of double"),
    ],
)
def test_a_table_of_other_types_or_other_names_does_not_go_with_the_rest(tmp_path, other, message):
    write(tmp_path / "1.parquet")
    write(tmp_path / "2.parquet", **other)
    with pytest.raises(DataFileError, match=message):
        load_dataset(tmp_path)


def test_a_table_with_another_name_alone_does_not_go_with_the_rest(tmp_path):
    write(tmp_path / "1.parquet")
    table = pq.read_table(tmp_path / "1.parquet").rename_columns(["a", "d", "label"])
    pq.write_table(table, tmp_path / "2.parquet")
    with pytest.raises(DataFileError, match="expected column 'b' of double, got column 'd' of double"):
        load_dataset(tmp_path)


@pytest.mark.parametrize(("rows", "looked"), [(1_000, 0), (1_001, 1_000), (999, 0)])
def test_how_many_rows_were_looked_at_is_known_where_there_are_more(tmp_path, rows, looked):
    table = ParquetTable(write(tmp_path / "a.parquet", rows))
    assert {profile.looked for profile in table.profiles()} == {looked}


@pytest.mark.parametrize("without", [["pixel3"], [f"pixel{number}" for number in range(16)]])
def test_a_gap_among_pixels_of_bytes_is_named_by_its_row(tmp_path, without):
    pixels = {f"pixel{number}": pa.array([number] * 60, pa.uint8()) for number in range(16)}
    for name in without:
        pixels[name] = pa.array([None if row == 41 else 7 for row in range(60)], pa.uint8())
    pq.write_table(pa.table({**pixels, "label": np.arange(60) % 3}), tmp_path / "a.parquet")
    with pytest.raises(DataFileError, match=rf"row 42, column '{without[0]}'"):
        load_dataset(tmp_path / "a.parquet")


def bytes_of(path, label, rows=60):
    pixels = {
        f"pixel{number}": pa.array([(number + row) % 256 for row in range(rows)], pa.uint8()) for number in range(16)
    }
    pq.write_table(pa.table({**pixels, "label": label}), path)
    return path


def test_pixels_that_are_bytes_are_taken_as_they_are(tmp_path, monkeypatch):
    reader = ParquetTable(bytes_of(tmp_path / "a.parquet", np.arange(60) % 3))
    monkeypatch.setattr(ParquetTable, "checked", lambda *_: pytest.fail("gone through number by number"))
    block = reader.read()
    assert (block.inputs.shape, block.inputs.dtype) == ((60, 4, 4), np.uint8)
    assert block.inputs[59].ravel().tolist() == list(range(59, 75))
    assert block.targets.tolist() == [0, 1, 2] * 20
    assert list(block.rows) == list(range(1, 61))


def test_pixels_beside_labels_of_text_without_one_are_named_by_their_row(tmp_path):
    labels = ["cat", "dog"] * 30
    labels[7] = " "
    reader = ParquetTable(bytes_of(tmp_path / "a.parquet", labels))
    with pytest.raises(DataFileError, match=r"no target in .*row 8, column 'label'"):
        reader.read()


def test_fractions_are_pixels_too(tmp_path):
    pixels = {f"pixel{number}": np.linspace(0, 1, 60) for number in range(16)}
    pq.write_table(pa.table({**pixels, "label": np.arange(60) % 3}), tmp_path / "a.parquet")
    block = ParquetTable(tmp_path / "a.parquet").read()
    assert block.inputs[:, 0, 0].tolist() == np.rint(np.linspace(0, 255, 60)).tolist()


@pytest.mark.parametrize(("cells", "lengths"), [(1_500, [500, 500]), (900, [300, 300, 300, 100]), (3, [100] * 10)])
def test_a_row_group_is_read_in_pieces_of_so_many_cells(tmp_path, monkeypatch, cells, lengths):
    monkeypatch.setattr(parquet_tables, "PIECE_CELLS", cells)
    table = ParquetTable(write(tmp_path / "a.parquet", 1_000, c=np.arange(1_000)))
    found = [len(piece) for piece in table.group(0, 1, of_targets=False)]
    assert found == lengths
    assert sum(len(piece) for piece in table.group(0, 1, of_targets=True)) == 1_000


def test_what_is_wrong_in_a_row_group_is_named_by_the_row_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_tables, "PIECE_CELLS", 200)
    a = np.zeros(500)
    a[450] = np.inf
    table = ParquetTable(write(tmp_path / "a.parquet", 500, a=a))
    with pytest.raises(DataFileError, match="row 1451, column 'a'"):
        list(table.group(0, 1_001, of_targets=False))


TYPES = {
    "date32": (pa.array([0, 1] * 30, "date32"), "dates", {"day": "dates"}),
    "date64": (pa.array([0, 86_400_000] * 30, "date64"), "dates", {"day": "dates"}),
    "timestamp": (pa.array([0, 1] * 30, "timestamp[s]"), "dates", {"day": "dates"}),
    "time32": (pa.array([0, 43_200] * 30, "time32[s]"), "numbers", {}),
    "time64": (pa.array([0, 43_200_000_000] * 30, "time64[us]"), "numbers", {}),
    "duration": (pa.array([0, 43_200_000] * 30, "duration[ms]"), "numbers", {}),
    "duration in ns": (pa.array([0, 43_200_000_000_000] * 30, "duration[ns]"), "numbers", {}),
    "decimal": (pa.array([0, 0.5] * 30).cast(pa.decimal128(5, 2)), "numbers", {}),
    "truth": (pa.array([False, True] * 30), "numbers", {}),
    "text": (pa.array(["x", "y"] * 30), "words", {"day": "categories"}),
    "binary": (pa.array([b"x", b"y"] * 30), "words", {"day": "categories"}),
    "long text": (pa.array(["x", "y"] * 30, pa.large_string()), "words", {"day": "categories"}),
    "bytes of one length": (pa.array([b"x", b"y"] * 30, pa.binary(1)), "words", {"day": "categories"}),
    "text stored once": (pa.array(["x", "y"] * 30).dictionary_encode(), "words", {"day": "categories"}),
    "text of numbers": (pa.array(["0", "0.5"] * 30), "numbers", {}),
    "list": (pa.array([[1], [2]] * 30), "lists", None),
    "list of text": (pa.array([["1"], ["2"]] * 30), "lists", None),
    "struct": (pa.array([{"x": 1}] * 60), "lists", None),
    "struct of text": (pa.array([{"x": "1"}] * 60), "lists", None),
    "map": (pa.array([[("x", 1)]] * 60, pa.map_(pa.string(), pa.int64())), "lists", None),
}


@pytest.mark.parametrize("name", TYPES)
def test_a_column_is_what_its_type_says(tmp_path, name):
    column, kind, kinds = TYPES[name]
    table = ParquetTable(write(tmp_path / "a.parquet", day=column))
    assert table.profile_of["day"].kind == kind
    if kinds is None:
        assert table.columns == ("a", "b")
        assert next(one.words for one in table.decisions if one.subject == "leave_out") == 'left out "day" (lists)'
        return
    assert table.kinds == kinds
    assert table.columns == ("a", "b", "day")
    second = {"timestamp": 1 / 86_400} | dict.fromkeys(("date32", "date64", "truth"), 1)
    second |= {name: 1 for name, column in TYPES.items() if column[1] == "words"}
    assert table.read().inputs[:2, 2].tolist() == [0, second.get(name, 0.5)]


def test_values_that_are_missing_are_gaps_whatever_their_type(tmp_path):
    columns = {
        "truth": pa.array([True, None, False] * 20),
        "whole": pa.array([7, None, 9] * 20),
        "price": pa.array([7, None, 9] * 20).cast(pa.decimal128(19, 0)),
        "hour": pa.array([0, None, 86_400] * 20, "duration[s]"),
        "text": pa.array(["1.5", None, "2.5"] * 20),
        "word": pa.array(["x", None, "y"] * 20),
        "day": pa.array([0, None, 1] * 20, "date32"),
    }
    inputs = ParquetTable(write(tmp_path / "a.parquet", **columns), target="label").read().inputs[:3, 2:]
    expected = [[1, 7, 7, 0, 1.5, 0, 0], [np.nan] * 7, [0, 9, 9, 1, 2.5, 1, 1]]
    np.testing.assert_array_equal(inputs, expected)


def test_own_rows_are_as_python_writes_them_and_gaps_empty(tmp_path):
    table = ParquetTable(write(tmp_path / "a.parquet", 2, a=[0.5, 1], b=pa.array([b"x", None]), label=["u", "v"]))
    assert list(table.own_rows()) == [["0.5", "x", "u"], ["1.0", "", "v"]]


def test_columns_that_pandas_describes_as_an_index_are_left_out_and_a_range_is_none(tmp_path):
    def left_out(described):
        frame = pa.table({"a": np.arange(60.0), "n": np.arange(60), "label": np.arange(60) % 2})
        metadata = None if described is None else {"pandas": described}
        pq.write_table(frame.replace_schema_metadata(metadata), tmp_path / "a.parquet")
        return [one.taken for one in ParquetTable(tmp_path / "a.parquet").decisions if one.subject == "leave_out"]

    assert left_out('{"index_columns": ["n", {"kind": "range"}]}') == [["n"]]
    assert left_out("{}") == left_out(None) == []


def test_a_folder_of_tables_is_stepped_into_and_its_tables_read_in_the_order_of_their_names(tmp_path):
    inner = tmp_path / "data" / "inner"
    inner.mkdir(parents=True)
    for name, value in (("b.parquet", 2.0), ("a.PQ", 1.0), ("._a.parquet", 7.0)):
        write(inner / name, 30, a=np.full(30, value))
    (inner / "notes.txt").write_text("-")
    (inner / "c.parquet").mkdir()
    table = ParquetTable(tmp_path / "data")
    block = table.read()
    assert block.inputs[:, 0].tolist() == [1.0] * 30 + [2.0] * 30
    assert list(block.rows) == list(range(1, 61))
    assert [path.name for path in table.sources] == ["a.PQ", "b.parquet"]
    assert len(list(table.own_rows())) == 60


def test_tables_of_which_none_trains_are_one_table(tmp_path):
    for name, rows in (("test", 30), ("val", 20)):
        write(tmp_path / f"{name}.parquet", rows)
    table = ParquetTable(tmp_path)
    assert (len(table.read().inputs), table.validation, table.test) == (50, None, None)


def test_a_row_group_of_many_rows_is_held_whole_and_that_few_are_mixed_is_said(tmp_path):
    path = write(tmp_path / "a.parquet", 800)
    pq.write_table(pq.read_table(path), path, row_group_size=100)
    said = {}
    for window in (50, 799, 800):
        table = ParquetTable(path, options=ReadingOptions(window=window))
        decision = next(one for one in table.decisions if one.subject == "window")
        said[window] = (table.window, decision.taken, decision.doubt)
        assert decision.words == f"read from the disk while it is learned from, {table.window} rows at once (0 MiB)"
    mixed = "are shuffled together: sorted rows are learned better from smaller ones, or a larger window"
    assert said == {
        50: (100, 100, f"row groups of 100 rows, of which 1 {mixed}"),
        799: (799, 799, f"row groups of 100 rows, of which 7 {mixed}"),
        800: (800, 800, ""),
    }
    pq.write_table(pq.read_table(path), path)
    alone = ParquetTable(path, options=ReadingOptions(window=50))
    assert (alone.window, [one.doubt for one in alone.decisions if one.doubt]) == (800, [])


@pytest.mark.parametrize("label", [np.arange(800) % 3, ["x", "y"] * 400, np.arange(800) / 7])
def test_what_stays_in_row_groups_is_what_is_read_at_once(tmp_path, label):
    path = write(tmp_path / "a.parquet", 800, word=["u", "v", "w", "x"] * 200, label=label)
    pq.write_table(pq.read_table(path), path, row_group_size=150)
    table = ParquetTable(path, options=ReadingOptions(window=300))
    inputs, targets = table.stored()
    assert (inputs.shape, targets.shape, inputs.window) == ((800, 3), (800,), 300)
    whole = ParquetTable(path).read()
    for start, stop in ((0, 800), (149, 151), (150, 300), (799, 800), (5, 5)):
        np.testing.assert_array_equal(inputs.read(start, stop), whole.inputs[start:stop])
        np.testing.assert_array_equal(targets.read(start, stop), whole.targets[start:stop])
    assert inputs.starts.tolist() == [0, 150, 300, 450, 600, 750, 800]
    assert inputs.layout == np.array([0, 150, 300, 450, 600, 750, 800], "<i8").tobytes()


def test_whole_numbers_to_learn_stay_whole_though_the_next_is_missing(tmp_path):
    label = pa.array([1, None, *[0, 1] * 29])
    table = ParquetTable(write(tmp_path / "a.parquet", label=label), options=ReadingOptions(window=30))
    assert table.stored()[1].dtype == np.int64


def test_a_table_without_rows_or_of_no_table_is_refused(tmp_path):
    path = write(tmp_path / "a.parquet")
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    with pytest.raises(DataFileError, match="no examples"):
        ParquetTable(path, target="label").read()
    path.write_bytes(b"PAR0 no table PAR0")
    with pytest.raises(
        DataFileError, match=r"cannot read the table in .*a\.parquet: got .*magic bytes.*Check the name"
    ):
        ParquetTable(path)
    with pytest.raises(DataFileError, match="cannot read the table"):
        ParquetTable(tmp_path / "b.parquet")


def test_a_table_of_more_columns_or_numbers_than_the_limit_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "a.parquet")
    monkeypatch.setattr(limits, "USUAL_RATIO", 0)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, columns=2))
    with pytest.raises(DataFileError, match="expected at most 2 columns, got 3"):
        ParquetTable(path)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, columns=3, unpacked_bytes=10_000))
    table = ParquetTable(path)
    assert len(table.read().inputs) == 60
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=60 * 2 * 8 - 1))
    with pytest.raises(DataFileError, match="expected at most 959 bytes unpacked, got 960"):
        table.read()
    with pytest.raises(DataFileError, match="expected at most 959 bytes unpacked"):
        ParquetTable(path)  # its row groups are read at once


def test_a_long_text_is_refused_by_its_length(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, cell_characters=5))
    assert ParquetTable(write(tmp_path / "a.parquet", word=["abcde", "x"] * 30)).kinds == {"word": "categories"}
    with pytest.raises(DataFileError, match="expected at most 5 characters in a cell, got 6"):
        ParquetTable(write(tmp_path / "a.parquet", word=["abcdef", "x"] * 30))


def test_a_table_takes_a_window_beside_what_settles_others():
    names = ("leave_out", "keep", "categories", "dates", "group", "time", "read_as", "on_error", "window")
    assert (ParquetTable.settled_by, ParquetTable.endings) == (names, (".parquet", ".pq"))
    assert ParquetTable.name == ".parquet"


def test_numbers_that_are_names_of_kinds_are_words(tmp_path):
    options = ReadingOptions(categories=("code",))
    table = ParquetTable(write(tmp_path / "a.parquet", code=pa.array([7, None, 9] * 20)), options=options)
    np.testing.assert_array_equal(table.read().inputs[:3, 2], [0, np.nan, 1])
    assert table.words == {"code": ("7", "9")}


TARGETS = {
    "days": (pa.array([0, 1] * 30, "date32"), ["1970-01-01", "1970-01-02"], object),
    "truth with a gap": (pa.array([True, False] * 29 + [None, True]), [True, False], bool),
    "prices": (pa.array([7, 9] * 30).cast(pa.decimal128(19, 0)), [7.0, 9.0], np.float64),
    "words": (pa.array(["x", "y"] * 30), ["x", "y"], object),
    "bytes": (pa.array([b"x", b"y"] * 30), ["x", "y"], object),
}


@pytest.mark.parametrize("name", TARGETS)
def test_targets_of_any_type_are_numbers_or_text(tmp_path, name):
    column, values, kind = TARGETS[name]
    path = write(tmp_path / "a.parquet", label=column)
    table = ParquetTable(path)
    table.skipped = []
    block = table.read()
    assert block.targets[:2].tolist() == values
    assert [row for row, _ in table.skipped] == ([59] if name == "truth with a gap" else [])
    if not table.skipped:
        assert ParquetTable(path, options=ReadingOptions(window=30)).stored()[1].dtype == kind


def test_rows_without_a_target_are_named_or_left_out(tmp_path):
    path = write(tmp_path / "a.parquet", label=pa.array([0, 1, None, *[0, 1] * 28, None]))
    with pytest.raises(DataFileError, match=r"no target in .*row 3, column 'label'"):
        ParquetTable(path).read()
    table = ParquetTable(path)
    table.skipped = []
    assert list(table.read().rows) == [1, 2, *range(4, 60)]
    assert [row for row, _ in table.skipped] == [3, 60]


def test_bytes_that_are_no_text_are_shown_as_far_as_they_go(tmp_path):
    table = ParquetTable(write(tmp_path / "a.parquet", 2, b=pa.array([b"x\xff", b"y"])))
    assert [row[1] for row in table.own_rows()] == ["x\ufffd", "y"]


def test_a_table_of_no_part_trains_beside_one_to_choose_by(tmp_path):
    write(tmp_path / "a.parquet", 30)
    write(tmp_path / "val.parquet", 20)
    table = ParquetTable(tmp_path)
    assert (len(table.read().inputs), len(table.validation.read().inputs), table.test) == (30, 20, None)
    assert [path.name for path in table.sources] == ["a.parquet", "val.parquet"]


def test_a_file_of_more_rows_than_bytes_has_no_more_than_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, rows=50))
    ParquetTable(write(tmp_path / "a.parquet", 60))  # it may be gone through, row group by row group
    zeros = np.zeros(100_000, np.int8)
    pq.write_table(pa.table({"a": zeros, "label": zeros}), tmp_path / "b.parquet")
    with pytest.raises(DataFileError, match="expected at most 50 rows, got 100,000"):
        ParquetTable(tmp_path / "b.parquet")


def test_pixels_take_a_byte_each_and_numbers_eight(tmp_path, monkeypatch):
    pixels = ParquetTable(bytes_of(tmp_path / "a.parquet", np.arange(60) % 3))
    numbers = ParquetTable(write(tmp_path / "b.parquet"))
    monkeypatch.setattr(limits, "USUAL_RATIO", 0)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=960))
    assert (pixels.read().inputs.nbytes, numbers.read().inputs.nbytes) == (960, 960)
    monkeypatch.undo()
    for path, mebibytes in ((tmp_path / "a.parquet", 305), (tmp_path / "b.parquet", 305)):
        options = ReadingOptions(window=20_000_000)
        assert f"({mebibytes} MiB)" in next(
            one.words for one in ParquetTable(path, options=options).decisions if one.subject == "window"
        )


def test_no_more_row_groups_are_read_than_hold_the_rows(tmp_path, monkeypatch):
    path = write(tmp_path / "a.parquet", 800)
    pq.write_table(pq.read_table(path), path, row_group_size=150)
    read, group = [], ParquetTable.group
    monkeypatch.setattr(ParquetTable, "group", lambda self, *which: read.append(which[:2]) or group(self, *which))
    inputs, _ = ParquetTable(path, options=ReadingOptions(window=300)).stored()
    for start, stop in ((0, 150), (149, 151), (750, 800)):
        inputs.read(start, stop)
    assert read == [(0, 1), (0, 1), (1, 151), (5, 751)]
    table = ParquetTable(path, options=ReadingOptions(window=100))
    assert table.window == 150
    assert "row groups of 150 rows, of which 1 are shuffled" in next(one.doubt for one in table.decisions if one.doubt)


@pytest.mark.parametrize("kind", ["timestamp[s]", "date32", "time32[s]", "duration[us]", "string", "int64", "bool"])
def test_a_column_of_gaps_alone_is_empty_unless_it_can_hold_dates_alone(tmp_path, kind):
    column = pa.array([None] * 60, kind)
    found = ParquetTable(write(tmp_path / "a.parquet", gap=column)).profile_of["gap"].kind
    dates = kind in ("timestamp[s]", "date32")
    assert found == ("dates" if dates else "numbers" if kind in ("time32[s]", "duration[us]") else "nothing")
