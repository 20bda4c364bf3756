"""What a small file may make of memory and time: refused before it is allocated, in a process of one gigabyte."""

import gzip
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glassnet import load_dataset
from glassnet.data import limits
from glassnet.errors import DataFileError

CODE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
import glassnet
try:
    glassnet.load_dataset(sys.argv[1])
except glassnet.GlassnetError as error:
    print(error)
"""


def long_words(path):
    words = pa.DictionaryArray.from_arrays(np.r_[np.zeros(399, np.int32), np.int32(1)], ["x" * 1_000_000, "y"])
    pq.write_table(pa.table({"a": np.arange(400.0), "class": words}), path)


def long_words_in_a_feature(path):
    words = pa.DictionaryArray.from_arrays(np.r_[np.zeros(399, np.int32), np.int32(1)], ["x" * 1_000_000, "y"])
    pq.write_table(pa.table({"a": np.arange(400.0), "note": words, "class": np.arange(400) % 2}), path)


def many_rows(path):
    zeros = pa.array(np.zeros(1_000_000, np.int8))
    with pq.ParquetWriter(path, pa.schema([(name, "int8") for name in ("a", "b", "c", "label")])) as file:
        for _ in range(40):
            file.write_table(pa.table(dict.fromkeys(("a", "b", "c", "label"), zeros)))


def packed_rows(path):
    with gzip.open(path, "wb", 1) as file:
        file.write(b"a,b,label\n")
        for _ in range(600):
            file.write(b"1,2,0\n3,4,1\n" * 83_333)


def one_line(path):
    with gzip.open(path, "wb", 1) as file:
        for _ in range(100):
            file.write(b"1" * 1_000_000)


def wide(path):
    names = ",".join(f"c{number}" for number in range(120_000))
    path.write_text(f"{names},class\n" + "".join(f"{','.join('1' * 120_000)},{kind}\n" for kind in "abab"))


def long_cell(path):
    path.write_text("a,label\n" + "".join(f"{row},{'x' * 200_000 if row % 2 else 'y'}\n" for row in range(60)))


BOMBS = {
    "words.parquet": (long_words, "10,000 characters in a cell, got 1,000,000"),
    "feature.parquet": (long_words_in_a_feature, "10,000 characters in a cell, got 1,000,000"),
    "rows.parquet": (many_rows, "nothing to learn"),  # it is gone through, row group by row group
    "rows.csv.gz": (packed_rows, "bytes unpacked, got 599,997,610"),
    "line.csv.gz": (one_line, "too long a line"),
    "wide.csv": (wide, "100,000 columns, got 120,001"),
    "cell.csv": (long_cell, "10,000 characters in a cell, got 200,000"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_unpacks_to_much_is_refused_in_a_gigabyte(tmp_path, name, monkeypatch):
    make, message = BOMBS[name]
    make(tmp_path / name)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # each thread reserves memory
    words = [sys.executable, "-c", CODE, str(tmp_path / name)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert message in done.stdout


@pytest.mark.slow
def test_many_rows_of_a_small_file_are_refused_where_all_of_them_are_to_be_held(tmp_path):
    many_rows(tmp_path / "rows.parquet")
    with pytest.raises(DataFileError, match="bytes unpacked, got 960,000,000"):
        load_dataset(tmp_path / "rows.parquet", window=0)


def test_a_packed_file_of_several_parts_is_measured_by_all_of_them(tmp_path, monkeypatch):
    rows = b"1.5,2.5,0\n3.5,4.5,1\n" * 20_000
    parts = [b"a,b,label\n" + rows, *[rows] * 20, b"1.5,2.5,0\n"]  # the end tells the size of the last one
    (tmp_path / "a.csv.gz").write_bytes(b"".join(map(gzip.compress, parts)))
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=1_000_000))
    with pytest.raises(DataFileError, match=r"too large in .*bytes unpacked"):
        load_dataset(tmp_path / "a.csv.gz", window=0)


@pytest.mark.parametrize(
    ("limit", "most"), [("columns", 2), ("rows", 20), ("unpacked_bytes", 100), ("cell_characters", 2), ("classes", 2)]
)
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_each_limit_holds_for_each_kind_of_table(tmp_path, monkeypatch, suffix, limit, most):
    words = ["oak", "elm", "ash"] * 10
    if suffix == ".parquet":
        pq.write_table(pa.table({"a": np.arange(30.0), "b": np.ones(30), "class": words}), tmp_path / "a.parquet")
    else:
        text = "a,b,class\n" + "".join(f"{row},1,{word}\n" for row, word in enumerate(words))
        (tmp_path / f"a{suffix}").write_bytes(gzip.compress(text.encode()) if suffix.endswith("gz") else text.encode())
    load_dataset(tmp_path / f"a{suffix}")
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, **{limit: most}))
    with pytest.raises(DataFileError, match=f"too large in .*expected at most {most}"):
        load_dataset(tmp_path / f"a{suffix}")


@pytest.mark.slow
def test_time_grows_with_the_columns_and_not_with_their_square(tmp_path):
    import time

    seconds = []
    for columns in (2_000, 16_000):
        names = ",".join(f"c{number}" for number in range(columns))
        rows = "".join(f"{','.join('1' * columns)},{kind}\n" for kind in "abab")
        (tmp_path / "a.csv").write_text(f"{names},class\n{rows}")
        start = time.process_time()
        load_dataset(tmp_path / "a.csv")
        seconds.append(time.process_time() - start)
    assert seconds[1] < 32 * seconds[0]


def test_any_damage_to_a_parquet_file_is_an_error_of_ours(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table({"a": np.arange(60.0), "class": pa.array([b"oak", b"elm", b"\xc3\xa9"] * 20, "binary")})
    pq.write_table(table, path, write_page_checksum=True, compression="none")
    whole = path.read_bytes()
    before = load_dataset(path)
    assert before.class_names == ("elm", "oak", "é")
    random = np.random.default_rng(1)
    refused = 0
    for place in random.integers(0, len(whole), 120):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << random.integers(8)
        path.write_bytes(damaged)
        try:
            data = load_dataset(path)
        except DataFileError:
            refused += 1
        else:
            same = np.array_equal(data.train.source_inputs, before.train.source_inputs)
            assert same or data.preprocessing.names != before.preprocessing.names
    assert refused > 60


def test_a_row_group_that_has_lost_rows_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": np.arange(60.0), "class": ["oak", "elm"] * 30}), path)
    whole, said = path.read_bytes(), []
    for place in np.flatnonzero(np.frombuffer(whole, np.uint8) == 2 * 60):  # as the footer's integers are written
        path.write_bytes(whole[:place] + bytes([2 * 28]) + whole[place + 1 :])
        try:
            assert len(load_dataset(path).train.source_inputs) == 60
        except DataFileError as error:
            said.append(str(error))
    assert any("expected 60 rows, as the file says, got 28 in its row groups" in line for line in said), said


def test_classes_that_are_no_text_are_refused(tmp_path):
    classes = pa.array([b"\xff\xfe\xfd", b"elm"] * 20, "binary")
    pq.write_table(pa.table({"a": np.arange(40.0), "class": classes}), tmp_path / "a.parquet")
    with pytest.raises(DataFileError, match="cannot read the table"):
        load_dataset(tmp_path / "a.parquet")


def test_a_file_that_is_large_itself_is_read_and_a_small_one_with_as_much_inside_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=40_000))
    text = "a,class\n" + "1.0000000000000,yes\n1.0000000000000,no\n2.0000000000000,no\n" * 1_000
    (tmp_path / "plain.csv").write_text(text)
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert len(load_dataset(tmp_path / "plain.csv").train.source_inputs) == 3_000
    with pytest.raises(DataFileError, match=r"too large.*40,000 bytes unpacked"):
        load_dataset(tmp_path / "packed.csv.gz")
