"""Parquet tables: a folder's files and parts, the rows that are looked at, and gaps among bytes."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glassnet import load_dataset
from glassnet.data.readers.parquet_tables import ParquetTable
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


def test_a_gap_among_pixels_of_bytes_is_named_by_its_row(tmp_path):
    pixels = {f"pixel{number}": pa.array([number] * 60, pa.uint8()) for number in range(16)}
    pixels["pixel3"] = pa.array([None if row == 41 else 7 for row in range(60)], pa.uint8())
    pq.write_table(pa.table({**pixels, "label": np.arange(60) % 3}), tmp_path / "a.parquet")
    with pytest.raises(DataFileError, match=r"row 42, column 'pixel3'"):
        load_dataset(tmp_path / "a.parquet")
