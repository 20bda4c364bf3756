"""The IDX file format: read, map into memory, write.

A file is a magic number (two zero bytes, one byte for the element type, one for the number of dimensions), then each
dimension as a big-endian 32-bit integer, then the elements, big-endian, last dimension fastest.

Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", section "File formats for the
MNIST database" (1998).
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError
from ...files import whole_file
from ..limits import check_limit

# Type byte -> element type. 0x0A is unused by the format.
ELEMENT_TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype("u1"),
    0x09: np.dtype("i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
GZIP_MAGIC = b"\x1f\x8b"
DEFLATE_LIMIT = 1032  # No deflate stream unpacks to more than 1032 bytes a byte (zlib's technical notes).
NUMPY_DIMENSIONS = 64
CHUNK = 1_000_000  # bytes or elements at once


class Header(NamedTuple):
    """What stands before the elements."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of the header itself: the offset of the first element."""
        return 4 + 4 * len(self.shape)

    @property
    def data_size(self) -> int:
        """Bytes of all elements."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_idx(path: str | os.PathLike[str]) -> AnyArray:
    """Read an IDX file, gzipped or not, into memory.

    Parameters
    ----------
    path : path-like
        The file. Whether it is gzipped is told by its first bytes, not its name.

    Returns
    -------
    ndarray of the file's shape
        In the machine's byte order, of the file's type: uint8, int8, int16, int32, float32 or float64.

    Raises
    ------
    DataFileError
        If it is missing, has another magic number, or does not hold exactly the bytes its header announces.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.idx.gz"
    >>> write_idx(path, np.arange(6, dtype=np.int16).reshape(2, 3))
    >>> read_idx(path)
    array([[0, 1, 2],
           [3, 4, 5]], dtype=int16)
    """
    path = Path(path)
    try:
        with open_unpacked(path) as stream:
            header = read_header(stream, path)
            _check_announced_size(header, path)
            data = np.empty(header.data_size, np.uint8)
            size = _fill(data, stream)
            check_size(header, size + len(stream.read(1)), path)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from error
    array = data.view(header.dtype).reshape(header.shape)
    return array if header.dtype.isnative else array.byteswap(inplace=True).view(header.dtype.newbyteorder("="))


def _fill(data: AnyArray, stream: BinaryIO) -> int:
    """Read bytes into memory that is there already, never a second copy of the whole; give their number."""
    done = 0
    while done < len(data) and (count := stream.readinto(data[done : done + CHUNK].data)):  # type: ignore[attr-defined]
        done += count
    return done


def idx_header(path: Path) -> tuple[bool, Header]:
    """Read what stands before the elements, and whether the file is gzipped; of one that is not, its size is checked.

    DataFileError as of `read_idx`.
    """
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == GZIP_MAGIC
        with open_unpacked(path) as stream:
            header = read_header(stream, path)
        if not packed:
            check_size(header, path.stat().st_size - header.size, path)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from error
    return packed, header


def map_idx(path: Path) -> AnyArray:
    """Map an uncompressed IDX file into memory, read-only: pages are read when touched, and shared by processes."""
    with path.open("rb") as stream:
        header = read_header(stream, path)
    check_size(header, path.stat().st_size - header.size, path)
    mapped = np.memmap(path, header.dtype, mode="r", offset=header.size, shape=header.shape)
    return np.asarray(mapped)


def write_idx(path: str | os.PathLike[str], array: AnyArray) -> None:
    """Write an array as an IDX file, gzipped if the name ends in ``.gz``; the same array gives the same bytes.

    Parameters
    ----------
    path : path-like
        Where; written whole or not at all.
    array : ndarray of any shape
        Of type uint8, int8, int16, int32, float32 or float64, with 1 to 255 dimensions.

    Raises
    ------
    DataFileError
        If the format cannot hold the array.

    Notes
    -----
    Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "numbers.idx"
    >>> write_idx(path, np.array([7, 8], np.uint8))
    >>> path.read_bytes().hex(" ")
    '00 00 08 01 00 00 00 02 07 08'
    """
    dtype = array.dtype.newbyteorder(">")
    codes = [code for code, known in ELEMENT_TYPES.items() if known == dtype]
    if not codes or not 1 <= array.ndim <= 255 or max(array.shape) >= 1 << 32:
        known = ", ".join(known.newbyteorder("=").name for known in ELEMENT_TYPES.values())
        got = f"{array.dtype} of shape {array.shape}"
        raise DataFileError("an IDX file cannot hold this array", expected=f"1 to 255 dimensions of {known}", got=got)
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, codes[0], array.ndim, *array.shape)
    with whole_file(path) as file:
        packer = gzip.GzipFile("", "wb", fileobj=file, mtime=0) if str(path).endswith(".gz") else file
        packer.write(header)
        for piece in np.split(array.ravel(), range(CHUNK, array.size, CHUNK)):  # never a second copy of the whole
            packer.write(piece.astype(dtype).tobytes())
        if packer is not file:
            packer.close()


def is_idx(path: Path) -> bool:
    """Tell by its first bytes, and by those it unpacks to, whether a file is in this format."""
    try:
        with open_unpacked(path) as stream:
            magic = stream.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    return len(magic) == 4 and magic[:2] == b"\0\0" and magic[2] in ELEMENT_TYPES and 1 <= magic[3] <= NUMPY_DIMENSIONS


def open_unpacked(path: Path) -> BinaryIO:
    """Open a file for reading its unpacked bytes."""
    with path.open("rb") as stream:
        packed = stream.read(2) == GZIP_MAGIC
    return cast(BinaryIO, gzip.GzipFile(path)) if packed else path.open("rb")


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Read a stream piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk


def read_header(stream: BinaryIO, where: object) -> Header:
    """Read the magic number and the dimensions."""
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in ELEMENT_TYPES or magic[3] == 0:
        raise DataFileError(
            "not an IDX file",
            expected="a magic number 0000TTDD",
            got=magic.hex() or "an empty file",
            where=where,
        )
    dimensions = stream.read(4 * magic[3])
    if len(dimensions) < 4 * magic[3]:
        expected, got = f"{magic[3]} dimensions", len(dimensions) // 4
        raise DataFileError("IDX header cut short", expected=expected, got=got, where=where)
    header = Header(ELEMENT_TYPES[magic[2]], struct.unpack(f">{magic[3]}I", dimensions))
    _check_shape(header, where)
    return header


def check_size(header: Header, size: int, where: object) -> None:
    """Refuse elements that are fewer or more than the header announces."""
    if size != header.data_size:
        problem = "IDX file cut short" if size < header.data_size else "bytes after the end of the IDX data"
        got = f"{size:,}" if size < header.data_size else "more"
        expected = f"{header.data_size:,} bytes for shape {header.shape}"
        raise DataFileError(problem, expected=expected, got=got, where=where, remedy="Get the file again")


def unreadable(path: Path, error: Exception) -> DataFileError:
    """Turn what the system or the unpacker said into one clear error."""
    reason = getattr(error, "strerror", None) or str(error)
    return DataFileError("cannot read the file", got=reason, where=path, remedy="Check the name, or get it again")


def _check_shape(header: Header, where: object) -> None:
    """Refuse what NumPy cannot represent, even if one dimension of zero leaves nothing to read."""
    strides = math.prod(max(length, 1) for length in header.shape) * header.dtype.itemsize
    if len(header.shape) > NUMPY_DIMENSIONS or strides > sys.maxsize:
        expected = f"at most {NUMPY_DIMENSIONS} dimensions and {sys.maxsize:,} bytes"
        got = f"{len(header.shape)} dimensions and {strides:,} bytes"
        raise DataFileError("invalid IDX shape", expected=expected, got=got, where=where)


def _check_announced_size(header: Header, path: Path) -> None:
    """Keep a hostile header from reserving memory that the file could never fill."""
    limit = path.stat().st_size * DEFLATE_LIMIT
    if header.data_size > limit:
        raise DataFileError(
            "IDX header announces more than the file can hold",
            expected=f"at most {limit:,} bytes",
            got=f"{header.data_size:,}",
            where=path,
        )
    check_limit("unpacked_bytes", header.data_size, path)
