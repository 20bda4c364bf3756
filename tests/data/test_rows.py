"""Rows that stay in their file are those of the array, however they are asked for, and a changed file is refused."""

import os
import pickle

import numpy as np
import pytest

from glassnet.data.rows import ArrayRows, ChangedRows
from glassnet.errors import DataFileError

RNG = np.random.default_rng(0)
ARRAYS = {
    "bytes": RNG.integers(0, 256, (1_000, 6, 5), dtype=np.uint8),
    "floats": RNG.normal(size=(1_000, 3)),
    "other byte order": RNG.integers(-9, 9, (1_000, 4)).astype(">i4"),
    "column by column": np.asfortranarray(RNG.normal(size=(1_000, 3, 2))),
    "one a row": RNG.integers(0, 9, 1_000),
}


def opened(path, array, window=64):
    np.save(path, array)
    mapped = np.load(path, mmap_mode="r")
    return ArrayRows(path, mapped.offset, array.shape, array.dtype, window, not mapped.flags.c_contiguous)


@pytest.fixture(params=ARRAYS)
def array(request):
    return ARRAYS[request.param]


def test_stretches_and_single_rows_are_those_of_the_array(tmp_path, array):
    rows = opened(tmp_path / "a.npy", array)
    assert (rows.shape, rows.ndim, len(rows), rows.size) == (array.shape, array.ndim, 1_000, array.size)
    assert rows.dtype == array.dtype.newbyteorder("=")
    for asked in (slice(None), slice(5, 17), slice(990, 2_000), slice(3, 50, 7), slice(9, 9)):
        np.testing.assert_array_equal(rows[asked], array[asked])
    for asked in (np.array([5, 3, 999, 3, 4]), np.arange(0), np.arange(40, 90)):
        np.testing.assert_array_equal(rows[asked], array[asked])


@pytest.mark.parametrize("window", [1, 10, 64, 640, 100_000])
def test_what_is_taken_through_memory_is_the_same(tmp_path, array, window):
    rows = opened(tmp_path / "a.npy", array, window)
    for count in (1, 7, 100, 1_000):
        for _ in range(5 if count < 1_000 else 1):
            asked = RNG.permutation(1_000)[:count]
            np.testing.assert_array_equal(rows.take(asked), array[asked])


def test_a_block_is_read_once_while_it_is_held_and_no_more_blocks_are_held_than_a_window_has(tmp_path, monkeypatch):
    rows, read = opened(tmp_path / "a.npy", ARRAYS["bytes"], window=640), []
    real = ArrayRows.read
    monkeypatch.setattr(ArrayRows, "read", lambda self, start, stop: read.append(start) or real(self, start, stop))
    for _ in range(20):
        rows.take(RNG.permutation(640)[:32])
    assert sorted(read) == list(range(0, 640, 10))
    rows.take(np.arange(640, 1_000))
    assert len(read) == 100
    rows.take(np.arange(0, 1_000, 10))  # of all blocks, of which a window of 64 is still there
    assert len(read) == 136


def test_rows_that_are_made_of_others_are_changed_block_by_block(tmp_path):
    rows = ChangedRows(opened(tmp_path / "a.npy", ARRAYS["bytes"]), _first_line)
    assert rows.shape == (1_000, 5)
    np.testing.assert_array_equal(rows[10:30], ARRAYS["bytes"][10:30, 0] / 2)
    np.testing.assert_array_equal(rows.take(np.array([7, 700])), ARRAYS["bytes"][[7, 700], 0] / 2)
    assert rows.dtype == np.float64


def _first_line(images):
    return images[:, 0] / 2


def test_a_copy_for_another_process_holds_no_rows(tmp_path):
    rows = opened(tmp_path / "a.npy", ARRAYS["bytes"], window=100_000)
    rows.take(np.arange(1_000))
    packed = pickle.dumps(rows)
    assert len(packed) < 5_000
    np.testing.assert_array_equal(pickle.loads(packed).take(np.array([3, 999])), ARRAYS["bytes"][[3, 999]])


def test_a_file_that_changes_is_refused_by_its_name(tmp_path):
    path = tmp_path / "a.npy"
    rows = opened(path, ARRAYS["bytes"])
    rows.take(np.array([3]))
    os.utime(path, (1, 1))
    with pytest.raises(DataFileError, match=r"file has changed since it was opened in .*a\.npy"):
        rows.take(np.array([999]))
    path.unlink()
    with pytest.raises(DataFileError, match=r"cannot read the file in .*a\.npy: got No such file"):
        rows[:3]


def test_a_file_that_is_cut_short_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.npy"
    rows = opened(path, ARRAYS["bytes"])
    os.truncate(path, path.stat().st_size - 10)
    with pytest.raises(DataFileError, match="file has changed"):
        rows[990:]
    monkeypatch.setattr(ArrayRows, "check_unchanged", lambda *_: None)  # it was cut a moment later
    with pytest.raises(DataFileError, match="the file was cut short while it was read"):
        rows[990:]
    np.testing.assert_array_equal(rows[:990], ARRAYS["bytes"][:990])
    with pytest.raises(DataFileError, match="file cut short"):
        opened_as_it_is(path)


def opened_as_it_is(path):
    array = ARRAYS["bytes"]
    return ArrayRows(path, 128, array.shape, array.dtype, 64)
