"""A cell that cannot be read is named by the file's own row, however many rows stand before it."""

import gzip

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet import GlassnetError, load_dataset

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
    with pytest.raises(GlassnetError, match=rf"row {row + 1}\b"):
        load_dataset(tmp_path / "a.parquet", target="label")


@pytest.mark.parametrize("row", FAR)
def test_a_missing_target_in_a_parquet_table_is_named_by_its_row(tmp_path, row):
    frame(row, None, "label").to_parquet(tmp_path / "a.parquet")
    with pytest.raises(GlassnetError, match=rf"row {row + 1}\b"):
        load_dataset(tmp_path / "a.parquet", target="label")


@pytest.mark.parametrize("row", FAR)
def test_a_number_that_is_none_is_named_by_its_row_where_arrays_are_predicted_for(row):
    inputs = np.random.default_rng(0).normal(size=(ROWS, 2))
    data = glassnet.Dataset.from_arrays(inputs[:100], np.arange(100) % 2)
    network = glassnet.Network([2, data.outputs])
    inputs[row, 1] = np.nan
    with pytest.raises(GlassnetError, match=rf"row {row}\b"):
        glassnet.Model.for_data(network, data).predict(inputs)
