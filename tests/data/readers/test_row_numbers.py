"""A cell that cannot be read is named by the file's own row, however many rows stand before it."""

import gzip

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet import FeatureScaling, GlassnetError, PixelScaling, load_dataset
from glassnet.cli.new_data import numbered_blocks
from glassnet.data.matching import open_for
from glassnet.data.readers import open_data

ROWS = 20_100
FAR = (9_999, 10_000, 10_001, 20_050)  # counted from 0: around the end of a block of 10,000, and in the third one


def frame(row, value=np.nan, column="width"):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"width": rng.normal(size=ROWS).round(3), "height": rng.normal(size=ROWS).round(3)})
    table["label"] = np.where(table.width > 0, "a", "b")
    table[column] = table[column].astype(object)
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize("row", FAR)
def test_a_word_among_numbers_is_named_by_its_line(tmp_path, row):
    frame(row, "much").to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(GlassnetError, match=rf"line {row + 2}\b"):
        load_dataset(tmp_path / "a.csv", target="label")


@pytest.mark.parametrize("row", FAR[2:])
def test_the_line_is_right_in_a_packed_table_too(tmp_path, row):
    text = frame(row, "much").to_csv(index=False)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    with pytest.raises(GlassnetError, match=rf"line {row + 2}\b"):
        load_dataset(tmp_path / "a.csv.gz", target="label")


@pytest.mark.parametrize("row", FAR)
def test_a_gap_in_a_parquet_table_is_named_by_its_row(tmp_path, row):
    table = frame(row)
    table["width"] = table["width"].astype(float)
    table.to_parquet(tmp_path / "a.parquet")
    assert np.flatnonzero(np.isnan(load_dataset(tmp_path / "a.parquet").train.source_inputs[:, 0])).tolist() == [row]
    reader = open_data(tmp_path / "a.parquet", "label")
    reader.take_kinds({}, gaps=[])
    with pytest.raises(GlassnetError, match=rf"row {row + 1}\b"):
        reader.read()


@pytest.mark.parametrize("row", FAR)
def test_a_missing_target_in_a_parquet_table_is_named_by_its_row(tmp_path, row):
    frame(row, None, "label").to_parquet(tmp_path / "a.parquet")
    with pytest.raises(GlassnetError, match=rf"row {row + 1}\b"):
        load_dataset(tmp_path / "a.parquet", target="label")


def test_rows_without_a_target_are_left_out_of_a_parquet_table_where_that_is_wanted(tmp_path):
    whole = pd.DataFrame({"width": np.r_[0.0, 1, 2, 3, 4, 5], "kind": [7, 8, 7, 8, 7, 8]})
    table = whole.astype({"kind": "Int64"})
    table.loc[[1, 4], "kind"] = None
    table.loc[2, "width"] = None
    table.to_parquet(tmp_path / "a.parquet")
    reader = open_data(tmp_path / "a.parquet", "kind")
    reader.take_kinds({}, gaps=[])
    reader.skipped = []
    found = reader.read()
    assert (found.inputs.ravel().tolist(), list(found.rows)) == ([0, 3, 5], [1, 4, 6])
    assert reader.targets_like(found.targets, ("7", "8")).astype(float).tolist() == [7, 8, 8]
    assert [row for row, _ in reader.skipped] == [2, 3, 5]
    assert "no target" in str(reader.skipped[0][1])


@pytest.mark.parametrize("row", FAR)
def test_a_number_that_is_none_is_named_by_its_row_where_arrays_are_predicted_for(row):
    inputs = np.random.default_rng(0).normal(size=(ROWS, 2))
    data = glassnet.Dataset.from_arrays(inputs[:100], np.arange(100) % 2)
    network = glassnet.Network([2, data.outputs])
    inputs[row, 1] = np.nan
    with pytest.raises(GlassnetError, match=rf"row {row}\b"):
        glassnet.Model.for_data(network, data).predict(inputs)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_row_of_empty_cells_keeps_its_place_where_a_blank_line_is_no_row(tmp_path, delimiter):
    rows = ["a,b", "70,2", ",", "30,-2", "", "  ", "71,2", '"",""', "72,3", ","]
    path = tmp_path / "new.csv"
    path.write_text("\n".join(row.replace(",", delimiter) for row in rows) + "\n")
    assert_numbered(path, ("a", "b"), {1: 70, 3: 30, 4: 71, 6: 72}, {2: "line 3", 5: "line 8", 7: "line 10"})


def test_a_gap_in_a_single_column_keeps_its_place(tmp_path):
    path = tmp_path / "new.csv"
    pd.DataFrame({"a": [1.5, np.nan, 2.5]}).to_csv(path, index=False)
    assert_numbered(path, ("a",), {1: 1.5, 3: 2.5}, {2: "line 3"})


def test_empty_rows_before_an_error_are_counted_in_a_table_of_pixels(tmp_path):
    names = [f"pixel{number}" for number in range(16)]
    rows = [["1"] * 16, [""] * 16, ["2"] * 16, ["3", "much", *["3"] * 14]]
    path = tmp_path / "new.csv"
    path.write_text("\n".join(map(",".join, [names, *rows])) + "\n")
    assert_numbered(path, names, {1: [1], 3: [2]}, {2: "line 3", 4: "line 5"}, PixelScaling((4, 4)))


def assert_numbered(path, names, values, errors, preprocessing=None):
    count = len(names)
    taken = preprocessing or FeatureScaling(tuple(names), (0.0,) * count, (1.0,) * count)
    source, _ = open_for(taken, path)
    found, wrong = {}, {}
    for block in numbered_blocks(source):
        found |= dict(zip(block.numbers, block.inputs.reshape(len(block.inputs), -1)[:, 0], strict=True))
        wrong |= block.errors
    assert found == values
    assert wrong.keys() == errors.keys()
    for number, place in errors.items():
        assert place in str(wrong[number])


def test_rows_of_empty_cells_are_left_out_of_training_and_spoken_of(tmp_path):
    rows = [f"{a},{a % 2}" for a in range(60)]
    (tmp_path / "a.csv").write_text("\n".join(["a,label", *rows[:30], ",", *rows[30:], ",,", ","]) + "\n")
    data = load_dataset(tmp_path / "a.csv")
    assert (data.reading["rows"], data.reading["empty_rows"]) == (60, 3)
    assert "left out 3 rows of empty cells (first line 32)" in " ".join(data.reading.lines())
