"""Columns of frames of three libraries: what each has of gaps, kinds, dates and spans of time is the same here."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as papq
import pytest

from glassnet.data.frames import read_frame
from glassnet.data.load import load_dataset
from glassnet.data.preprocessing.column_encoders import CategoryEncoder
from glassnet.data.readers.dates import DateWriting

NAN = np.nan
NOON = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)
COLUMNS = {
    "whole": ([1, None, 3], "robust", [1, NAN, 3]),
    "decimal": ([Decimal("1.5"), None, Decimal(2)], "robust", [1.5, NAN, 2]),
    "span": ([dt.timedelta(days=1), None, dt.timedelta(hours=3)], "robust", [1, NAN, 0.125]),
    "clock": ([dt.time(6), None, dt.time(12, 30)], "robust", [0.25, NAN, 12.5 / 24]),
    "empty": ([None, None, None], "robust", [NAN, NAN, NAN]),
    "date": ([dt.date(2020, 1, 1), None, dt.date(1969, 12, 31)], "dates", [18_262, NAN, -1]),
    "time": ([NOON.replace(tzinfo=None), None, dt.datetime(1970, 1, 1, 6)], "dates", [18_262.5, NAN, 0.25]),
    "zone": ([NOON, None, NOON + dt.timedelta(days=1)], "dates", [18_262.5, NAN, 18_263.5]),
    "word": (["b", None, "a"], "categories", [1, NAN, 0]),
    "truth": ([True, None, False], "categories", [1, NAN, 0]),
    "sure": ([True, False, True], "categories", [1, 0, 1]),
}
VALUES = {name: values for name, (values, _, _) in COLUMNS.items()}
FRAMES = {
    "pandas": pd.DataFrame(VALUES),
    "pandas of pyarrow": pa.table(VALUES).to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.DataFrame(VALUES),
    "pyarrow": pa.table(VALUES),
}


@pytest.mark.parametrize("library", FRAMES)
def test_columns_are_read_alike_from_every_library(library):
    found = read_frame(FRAMES[library])
    assert found.kinds == {name: kind for name, (_, kind, _) in COLUMNS.items()}
    for (name, (_, _, expected)), values in zip(COLUMNS.items(), found.rows.T, strict=True):
        np.testing.assert_array_equal(values, expected, err_msg=name)
    assert found.words == {"word": ("a", "b"), "truth": ("False", "True"), "sure": ("False", "True")}


def kinds(library):
    words, numbers = ["y", None, "x"], [4, None, 3]
    if library == "polars":
        return pl.DataFrame(
            {"word": pl.Series(words, dtype=pl.Categorical), "number": pl.Series(words).cast(pl.Enum(["x", "y"]))}
        )
    if library == "pyarrow":
        return pa.table({name: pa.array(words).dictionary_encode() for name in ("word", "number")})
    return pd.DataFrame({"word": pd.Categorical(words), "number": pd.Categorical(numbers)})


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_categories_are_categories_also_of_numbers(library):
    found = read_frame(kinds(library))
    assert set(found.kinds.values()) == {"categories"}
    np.testing.assert_array_equal(found.rows, [[1, 1], [NAN, NAN], [0, 0]])
    assert found.words["number"] == (("3", "4") if library == "pandas" else ("x", "y"))


def test_a_whole_number_is_the_same_kind_with_gaps_beside_it_and_without():
    encoder = CategoryEncoder((0, 1, -1), read_frame(kinds("pandas")).words["number"])
    assert encoder.read("number", np.array([4, 3])).tolist() == [1, 0]
    assert encoder.read("number", np.array([4.0, 3.5])).tolist() == [1, -1]


def test_a_frame_has_the_gaps_and_words_that_a_file_of_the_same_cells_has():
    encoder = CategoryEncoder((0, 1, 2), ("none", "x"))
    np.testing.assert_array_equal(
        encoder.read("word", np.array([" x ", "?", "", "none", "z"], object)), [1, NAN, NAN, 0, -1]
    )


def test_parquet_is_read_as_the_frame_that_it_holds(tmp_path):
    columns = {
        "span": pa.array([dt.timedelta(hours=number) for number in range(20)], pa.duration("ns")),
        "clock": pa.array([dt.time(number, 30) for number in range(20)], pa.time32("s")),
        "moment": pa.array(range(1, 20 * 10**14, 10**14), pa.timestamp("ns")),
        "kind": pa.array([None, 1.0, 2.0, 2.5] * 5),
        "word": pa.array(["NA", "a", " b ", ""] * 5),
    }
    answer = {"y": pa.array(np.arange(20) % 7 / 3)}
    papq.write_table(pa.table(columns | answer), tmp_path / "table.parquet")
    file = str(tmp_path / "table.parquet")
    data = load_dataset(file, target="y", categories=["kind"], test_size=0, validation_size=0)
    np.testing.assert_array_equal(data.train.inputs, data.preprocessing.flatten(pa.table(columns)))
    span, clock, moment, *_ = data.train.inputs[4]
    assert (span, clock, round(moment, 6)) == (4 / 24, 4.5 / 24, round(4 * 10**5 / 86_400, 6))


def test_a_time_of_a_zone_is_that_of_greenwich_in_text_as_in_frames():
    texts = ["2020-01-01T12:00:00+00:00", "2020-01-01 17:30 +0530", "2019-12-31T23:00-13:00", "2020-01-01 12:00 UTC"]
    assert DateWriting().numbers(texts).tolist() == pytest.approx([18_262.5] * 4)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_words_of_a_frame_are_those_of_the_same_csv_without_space_around_and_gaps_where_nothing_is(library, tmp_path):
    words = ["WD ", "New", "  ", "WD", ""] * 8
    (tmp_path / "a.csv").write_text("sale,label\n" + "".join(f"{word},{n % 2}\n" for n, word in enumerate(words)))
    frame = {"pandas": pd, "polars": pl}[library].DataFrame({"sale": words})
    found = read_frame(frame)
    assert found.words == {"sale": ("New", "WD")}
    np.testing.assert_array_equal(found.rows[:5, 0], [1, 0, NAN, 1, NAN])
    data = load_dataset(tmp_path / "a.csv")
    assert set(data.preprocessing.words["sale"]) == {"WD", "New"}
    order = np.argsort(np.concatenate([part.indices for part in (data.train, data.validation, data.test)]))
    read = np.concatenate([part.inputs for part in (data.train, data.validation, data.test)])[order]
    np.testing.assert_array_equal(data.preprocessing.flatten(frame), read)
