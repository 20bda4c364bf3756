"""The cache of unpacked files, so that reading a second time need not unpack again.

A cached file appears whole under its name or not at all, so two processes may start at once; a cache that cannot be
written is no error, only slower.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

from ..arrays import AnyArray
from ..errors import DataFileError, FileError
from ..files import whole_file
from .readers.idx import chunks, map_idx, open_unpacked, read_idx, unreadable, write_idx

ENVIRONMENT_VARIABLE = "GLASSNET_CACHE"


def cache_directory() -> Path:
    """Where unpacked files are kept: ``$GLASSNET_CACHE``, or glassnet's folder in the platform's cache directory.

    Returns
    -------
    Path
        It need not exist yet.

    Raises
    ------
    FileError
        If the user has no home directory, where one is needed.

    Notes
    -----
    Source: XDG Base Directory Specification 0.8; Apple's and Microsoft's file system guidelines.
    """
    if chosen := os.environ.get(ENVIRONMENT_VARIABLE):
        return Path(chosen)
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library/Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError as error:  # a user whom the system does not know, as in some containers
        remedy = f"Set {ENVIRONMENT_VARIABLE} to a directory"
        raise FileError("no home directory to keep a cache in", remedy=remedy) from error
    return base / "glassnet"


def read_unpacked(packed: Path, sha256: str) -> AnyArray:
    """Map a gzipped IDX file, whose unpacked bytes have that SHA-256, from the cache; in memory if none can be written.

    DataFileError if the bytes are not the expected ones.
    """
    return _cached(
        f"{sha256[:16]}/{packed.stem}",
        make=lambda path: _unpack(packed, path, sha256),
        without=lambda: _unpack_to_memory(packed, sha256),
    )


def compute_once(name: str, compute: Callable[[], AnyArray]) -> AnyArray:
    """Return a computed array, kept in the cache as an IDX file of that name, which says all that the array depends on.

    Mapped read-only, or in memory if the cache cannot be written; DataFileError if an IDX file cannot hold the array.
    """
    return _cached(name, make=lambda path: write_idx(path, compute()), without=compute)


def state_of(path: Path, sha256: str, unpacked: bool = False) -> str:
    """Compare a file, or what it unpacks to, with its digest: 'right', 'damaged' or 'absent'."""
    if not path.exists():
        return "absent"
    digest = hashlib.sha256()
    try:
        with open_unpacked(path) if unpacked else path.open("rb") as stream:
            for chunk in chunks(stream):
                digest.update(chunk)
    except (OSError, EOFError, zlib.error):
        return "damaged"
    return "right" if digest.hexdigest() == sha256 else "damaged"


def _cached(name: str, make: Callable[[Path], None], without: Callable[[], AnyArray]) -> AnyArray:
    """Map the file, making it first if it is missing or broken; do without if the cache refuses."""
    try:
        path = cache_directory() / name
    except FileError:  # a user without a home directory
        return without()
    try:
        return map_idx(path)
    except (OSError, DataFileError):
        pass
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        return map_idx(path)
    except DataFileError:
        raise
    except (OSError, FileError):
        return without()


def _unpack(packed: Path, path: Path, sha256: str) -> None:
    """Unpack as a stream, checking the digest before the file gets its name."""
    digest = hashlib.sha256()
    with whole_file(path) as target:
        try:
            with open_unpacked(packed) as source:
                for chunk in chunks(source):
                    digest.update(chunk)
                    target.write(chunk)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise unreadable(packed, error) from error
        _check_digest(digest.hexdigest(), sha256, packed)


def _unpack_to_memory(packed: Path, sha256: str) -> AnyArray:
    digest = hashlib.sha256()
    try:
        with open_unpacked(packed) as source:
            for chunk in chunks(source):
                digest.update(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(packed, error) from error
    _check_digest(digest.hexdigest(), sha256, packed)
    return read_idx(packed)


def _check_digest(got: str, expected: str, where: Path) -> None:
    if got != expected:
        remedy = "The file was damaged or replaced: install glassnet again"
        raise DataFileError("wrong SHA-256", expected=expected, got=got, where=where, remedy=remedy)
