import errno
import gzip
import os
import struct
import tempfile
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.data import limits
from glassnet.data.readers import idx
from glassnet.data.readers.idx import idx_header, map_idx, read_idx, write_idx
from glassnet.errors import DataFileError, FileError
from glassnet.files import write_whole

TYPES = ["uint8", "int8", "int16", "int32", "float32", "float64"]
# A 2x3 picture and two int16 numbers, written by hand from the format's description.
PICTURE = bytes.fromhex("00000802 00000002 00000003 000102 fdfeff")
NUMBERS = bytes.fromhex("00000b01 00000002 0102 fffe")

arrays = st.sampled_from(TYPES).flatmap(
    lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4))
)


@pytest.fixture
def file(tmp_path):
    """A function that writes bytes under a fixed name and gives the path."""

    def write(data, name="a.idx"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def refusal(path):
    with pytest.raises(DataFileError) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@given(arrays, st.sampled_from(["a.idx", "a.idx.gz"]))
def test_what_is_written_is_read_back_bit_for_bit(array, name):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        write_idx(path, array)
        back = read_idx(path)
    assert back.dtype == array.dtype
    assert back.dtype.isnative
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()  # bytes, so that NaN and -0.0 count too


@given(arrays)
def test_a_mapped_file_holds_the_same_elements_read_only(array):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.idx"
        write_idx(path, array)
        mapped = map_idx(path)
        assert not mapped.flags.writeable
        assert mapped.astype(array.dtype).tobytes() == array.tobytes()


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda a: a[:, ::-1], lambda a: a.astype(">i4")])
def test_the_memory_layout_of_an_array_does_not_matter(tmp_path, layout):
    array = layout(np.arange(6, dtype=np.int32).reshape(2, 3))
    write_idx(tmp_path / "a", array)
    assert read_idx(tmp_path / "a").tolist() == array.tolist()


@pytest.mark.parametrize("name", ["a.idx", "a.idx.gz"])
def test_the_same_array_gives_the_same_bytes_at_any_time(tmp_path, monkeypatch, name):
    write_idx(tmp_path / name, np.arange(9.0))
    first = (tmp_path / name).read_bytes()
    monkeypatch.setattr("time.time", lambda: 2e9)  # a gzip header may hold the time
    write_idx(tmp_path / name, np.arange(9.0))
    assert (tmp_path / name).read_bytes() == first


def test_hand_written_bytes_are_read_right(file):
    picture, numbers = read_idx(file(PICTURE, "picture")), read_idx(file(NUMBERS, "numbers"))
    assert picture.tolist() == [[0, 1, 2], [253, 254, 255]]
    assert picture.dtype == np.uint8
    assert numbers.tolist() == [258, -2]
    assert numbers.dtype == np.int16


def test_hand_written_bytes_are_what_is_written(tmp_path):
    write_idx(tmp_path / "a", np.array([[0, 1, 2], [253, 254, 255]], np.uint8))
    assert (tmp_path / "a").read_bytes() == PICTURE


def test_gzip_is_told_by_the_first_bytes_and_not_by_the_name(file):
    assert read_idx(file(gzip.compress(PICTURE), "packed.idx")).tolist()[0] == [0, 1, 2]
    assert read_idx(file(PICTURE, "plain.idx.gz")).tolist()[0] == [0, 1, 2]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (PICTURE[:-1], ["cut short", "expected 6 bytes for shape (2, 3)", "got 5"]),
        (PICTURE + b"x", ["bytes after the end", "expected 6 bytes", "got more"]),
        (b"\x01" + PICTURE[1:], ["not an IDX file", "expected a magic number", "got 01000802"]),
        (b"\0\0\x0a" + PICTURE[3:], ["not an IDX file", "expected a magic number", "got 00000a02"]),
        (b"\0\0\x08\0x", ["not an IDX file", "got 00000800"]),
        (b"", ["not an IDX file", "got an empty file"]),
        (PICTURE[:3], ["not an IDX file", "got 000008"]),
        (PICTURE[:9], ["header cut short", "expected 2 dimensions", "got 1"]),
        (
            struct.pack(">BBBB65I", 0, 0, 8, 65, *[1] * 65) + b"x",
            ["expected at most 64 dimensions", "got 65"],
        ),
        (struct.pack(">BBBB4I", 0, 0, 8, 4, 0, *[2**32 - 1] * 3), ["invalid IDX shape", "expected", "got"]),
    ],
    ids=["short", "long", "magic", "type", "dimensionless", "empty", "stump", "header", "deep", "huge"],
)
def test_bytes_that_are_no_idx_file_are_refused_with_the_facts(file, data, facts, pack):
    message = refusal(file(pack(data)))
    assert [fact for fact in facts if fact not in message] == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_header_announcing_a_terabyte_is_refused_without_reserving_it(file, pack):
    path = file(pack(struct.pack(">BBBB2I", 0, 0, 8, 2, 1 << 20, 1 << 20)))
    tracemalloc.start()
    message = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "got 1,099,511,627,776" in message
    assert peak < 1 << 20


@pytest.mark.parametrize("kept", [3, 12, -9, -8, -1])
def test_a_gzip_file_cut_short_is_refused(file, kept):
    assert "cannot read the file" in refusal(file(gzip.compress(PICTURE)[:kept]))


def test_no_flipped_bit_of_a_gzip_file_changes_the_data(file):
    packed = gzip.compress(PICTURE, mtime=0)
    refused = 0
    for bit in range(8 * len(packed)):
        flipped = bytearray(packed)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            # Some bits, such as the time stamp's, mean nothing; those that do are noticed.
            assert read_idx(file(flipped)).tobytes() == PICTURE[12:]
        except DataFileError:
            refused += 1
    assert refused >= 8 * (len(packed) - 11)  # bits of gzip's header, and of the padding, may mean nothing


def test_a_missing_file_and_a_directory_are_refused(tmp_path):
    assert "got No such file or directory" in refusal(tmp_path / "missing")
    assert "got Is a directory" in refusal(tmp_path)


@pytest.mark.parametrize("array", [np.array(1, np.uint8), np.zeros(2, np.uint16), np.zeros(2, bool), np.array(["a"])])
def test_an_array_that_the_format_cannot_hold_is_refused(tmp_path, array):
    with pytest.raises(DataFileError, match="expected 1 to 255 dimensions of uint8, int8, int16") as caught:
        write_idx(tmp_path / "a", array)
    assert f"got {array.dtype} of shape {array.shape}" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def full_disk(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("broken", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_leaves_the_old_content_and_nothing_else(tmp_path, monkeypatch, broken):
    path = tmp_path / "a.idx"
    write_idx(path, np.zeros(3))
    old = path.read_bytes()
    monkeypatch.setattr(broken, full_disk)
    with pytest.raises(FileError, match=r"cannot write .*a\.idx: got No space left on device"):
        write_idx(path, np.ones(3))
    assert path.read_bytes() == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.idx"]


def test_the_bytes_are_forced_to_the_disk_before_they_get_their_name(tmp_path, monkeypatch):
    path, seen = tmp_path / "a", []
    monkeypatch.setattr("os.fsync", lambda _: seen.append(path.exists()))
    write_whole(path, "text")
    assert seen[0] is False
    assert path.read_text() == "text"


@pytest.mark.parametrize("name", ["missing/a", "file/a", "x" * 250, "directory"])
def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()
    with pytest.raises(FileError, match="cannot write"):
        write_whole(tmp_path / name, b"data")
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["directory", "file"]


def test_a_shape_that_no_array_can_have_is_refused_though_it_holds_nothing(tmp_path):
    header = struct.pack(">BBBB3I", 0, 0, 0x0E, 3, 0, 2**31, 2**30)  # float64
    (tmp_path / "a.idx").write_bytes(header)
    with pytest.raises(DataFileError, match="invalid IDX shape"):
        read_idx(tmp_path / "a.idx")


def test_many_sides_of_one_are_a_shape(tmp_path):
    array = np.ones((1,) * 60)
    write_idx(tmp_path / "a.idx", array)
    assert read_idx(tmp_path / "a.idx").shape == array.shape


@pytest.mark.parametrize("name", ["a.idx", "a.idx.gz"])
@pytest.mark.parametrize("chunk", [1, 4, 10, 11])
def test_an_array_is_written_and_read_piece_by_piece(tmp_path, monkeypatch, name, chunk):
    array = np.arange(10, dtype=np.int16).reshape(2, 5)
    monkeypatch.setattr(idx, "CHUNK", chunk)
    write_idx(tmp_path / name, array)
    assert read_idx(tmp_path / name).tolist() == array.tolist()
    with idx.open_unpacked(tmp_path / name) as stream:
        pieces = list(idx.chunks(stream))
    assert [len(piece) for piece in pieces] == [chunk] * (32 // chunk) + [32 % chunk] * (32 % chunk > 0)


def test_a_file_of_the_format_is_known_by_its_first_bytes(file, tmp_path):
    for kind in (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E):
        assert idx.is_idx(file(bytes([0, 0, kind, 1])))
        assert idx.is_idx(file(gzip.compress(bytes([0, 0, kind, 64]))))
    others = [b"\0\0\x0a\1", b"\0\0\x08\0", b"\0\0\x08\x41", b"\1\0\x08\1", b"\0\1\x08\1", b"\0\0\x08", b""]
    for start in (*others, gzip.compress(PICTURE)[:11], b"\x1f\x8b"):
        assert idx.is_idx(file(start)) is False
    assert idx.is_idx(tmp_path / "nothing") is False
    assert idx.is_idx(tmp_path) is False


def test_what_stands_before_the_elements_is_read_and_the_size_of_what_is_not_packed_checked(file):
    packed, header = idx_header(file(PICTURE))
    assert (packed, header, header.size, header.data_size) == (False, (np.dtype("u1"), (2, 3)), 12, 6)
    packed, header = idx_header(file(gzip.compress(NUMBERS[:-1])))
    assert (packed, header, header.size, header.data_size) == (True, (np.dtype(">i2"), (2,)), 8, 4)
    with pytest.raises(DataFileError, match=r"IDX file cut short .*got 5\. Get the file again"):
        idx_header(file(PICTURE[:-1]))
    with pytest.raises(DataFileError, match=r"bytes after the end of the IDX data .*got more"):
        idx_header(file(PICTURE + b"x"))
    with pytest.raises(DataFileError, match=r"cannot read the file .*Check the name, or get it again"):
        idx_header(file(gzip.compress(PICTURE)[:12]))
    with pytest.raises(DataFileError, match="IDX file cut short"):
        map_idx(file(PICTURE[:-1]))


def test_what_unpacks_to_more_than_the_limit_is_refused(file, monkeypatch):
    path = file(gzip.compress(PICTURE))
    monkeypatch.setattr(limits, "USUAL_RATIO", 0)
    for most in (6, 5):
        monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=most))
        if most == 6:
            assert read_idx(path).shape == (2, 3)
        else:
            assert "expected at most 5 bytes unpacked, got 6" in refusal(path)


def test_a_file_that_is_not_packed_holds_no_more_than_its_bytes_times_1032(file):
    for count, words in (
        (8 * 1032, "cut short"),
        (8 * 1032 + 1, f"announces more than the file can hold in {file(b'')}: "),
    ):
        message = refusal(file(struct.pack(">BBBBI", 0, 0, 8, 1, count)))
        assert words in message
    assert "expected at most 8,256 bytes, got 8,257" in message


@pytest.mark.parametrize("length", [1 << 32, (1 << 32) + 1])
def test_a_side_that_needs_more_than_four_bytes_cannot_be_written(tmp_path, length):
    with pytest.raises(DataFileError, match="an IDX file cannot hold this array"):
        write_idx(tmp_path / "a.idx", np.broadcast_to(np.uint8(0), (length,)))
    with pytest.raises(DataFileError, match=r"uint8, int8, int16, int32, float32, float64, got int64 of shape \(3,\)"):
        write_idx(tmp_path / "a.idx", np.arange(3, dtype=np.int64))


def test_a_shape_is_refused_from_one_byte_beyond_what_can_be_counted(file):
    whole = [(1 << 32) - 1, 1 << 31, 0]  # a little below 2 to the 63
    assert idx_header(file(struct.pack(">BBBB3I", 0, 0, 8, 3, *whole)))[1].shape == tuple(whole)
    message = refusal(file(struct.pack(">BBBB3I", 0, 0, 8, 3, 1 << 31, 1 << 31, 2)))  # 2 to the 63
    assert "expected at most 64 dimensions and 9,223,372,036,854,775,807 bytes" in message
    assert "got 3 dimensions and 9,223,372,036,854,775,808 bytes" in message
