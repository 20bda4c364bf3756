"""Pixels are whole numbers from 0 to 255, both of them among them."""

import numpy as np
import pandas as pd
import pytest

from glassnet import load_dataset
from glassnet.errors import DataFileError

ROWS = 30


def images(row, value):
    pixels = np.random.default_rng(0).integers(1, 255, (ROWS, 16)).astype(object)
    pixels[row, 5] = value
    table = pd.DataFrame(pixels, columns=[f"pixel{number}" for number in range(16)])
    table.insert(0, "label", np.arange(ROWS) % 3)
    return table


def read(table, path):
    if path.suffix == ".parquet":
        table.astype({"pixel5": float}).to_parquet(path)
    else:
        table.to_csv(path, index=False, header="bare" not in path.name)
    return load_dataset(path)


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("row", [0, 3])
@pytest.mark.parametrize("name", ["a.csv", "bare.csv", "a.csv.gz", "a.parquet"])
def test_the_darkest_and_the_brightest_are_pixels(tmp_path, name, row, value):
    data = read(images(row, value), tmp_path / name)
    whole = np.concatenate([part.inputs for part in (data.train, data.validation, data.test) if len(part)])
    assert (whole.dtype, whole.shape[1:]) == (np.uint8, (4, 4))
    assert (whole[:, 1, 1] == value).sum() == 1


@pytest.mark.parametrize("value", [256, -1, 0.5])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet"])
def test_what_lies_beyond_them_is_refused_with_its_row(tmp_path, name, value):
    place = r"row 4\b" if name == "a.parquet" else r"line 5\b"
    table = images(3, value)
    table.loc[0, ["pixel2", "pixel5"]] = 255  # the first wrong cell is not this one
    with pytest.raises(DataFileError, match=rf"{place}.*'pixel5'.*255"):
        read(table, tmp_path / name)
