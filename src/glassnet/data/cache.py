"""The cache of unpacked files, so that reading a second time need not unpack again.

A cached file appears whole under its name or not at all, so two processes may start at once; a cache that cannot be
written is no error, only slower. Beside each stands its seal, a file of its SHA-256 and of its size and times when that
was last found right: a file that has another size or time is read through again, and made anew if it is damaged.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import logging
import os
import zlib
from collections.abc import Callable
from pathlib import Path

from ..arrays import AnyArray
from ..errors import DataFileError, FileError
from ..files import clear_unfinished, whole_file, write_whole
from .readers.idx import chunks, map_idx, open_unpacked, read_idx, unreadable, write_idx

ENVIRONMENT_VARIABLE = "GLASSNET_CACHE"
SEAL = ".seal"
log = logging.getLogger("glassnet")  # whose warnings Python prints on stderr, a line each, unless it is told otherwise


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
    Source: XDG Base Directory Specification 0.8, and what `platformdirs` knows of macOS and Windows.
    """
    try:
        if chosen := os.environ.get(ENVIRONMENT_VARIABLE):
            return Path(chosen).expanduser()
        from platformdirs import user_cache_path

        # Neither a folder of the author nor one named Cache: where every version has looked for it.
        found = user_cache_path("glassnet", appauthor=False, opinion=False)
        if not found.is_absolute():  # a relative XDG_CACHE_HOME is to be ignored, by the specification
            found = Path.home() / ".cache" / "glassnet"
    except (RuntimeError, KeyError) as error:  # a user whom the system does not know, as in some containers
        raise _homeless() from error
    if not found.is_absolute():
        raise _homeless()
    return found


def _homeless() -> FileError:
    return FileError("no home directory to keep a cache in", remedy=f"Set {ENVIRONMENT_VARIABLE} to a directory")


def read_unpacked(packed: Path, sha256: str) -> AnyArray:
    """Map a gzipped IDX file, whose unpacked bytes have that SHA-256, from the cache; in memory if none can be written.

    DataFileError if the bytes are not the expected ones.
    """
    return _cached(
        name_of_unpacked(packed, sha256),
        make=lambda path: _unpack(packed, path, sha256),
        without=lambda: _unpack_to_memory(packed, sha256),
        sha256=sha256,
    )


def name_of_unpacked(packed: Path | str, sha256: str) -> str:
    """Give the name in the cache of what a file unpacks to; another digest has another place."""
    return f"{sha256[:16]}/{Path(packed).stem}"


def state_in_cache(name: str, sha256: str | None = None) -> tuple[Path, str]:
    """Read a cached file through: by the digest that it should have, or by its seal, it is right, damaged or absent."""
    path = cache_directory() / name
    known = sha256 or _read_seal(path)[0]
    return path, state_of(path, known) if known else "absent"  # without a seal it will be made anew


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


def _cached(
    name: str, make: Callable[[Path], None], without: Callable[[], AnyArray], sha256: str | None = None
) -> AnyArray:
    """Map the file, making it first if it is missing or damaged; do without if the cache refuses."""
    try:
        path = cache_directory() / name
    except FileError:  # a user without a home directory
        return without()
    try:
        clear_unfinished(path.parent)
        if path.exists():
            if _is_right(path, sha256):
                return map_idx(path)
            if sha256 or _read_seal(path)[0]:  # else it is of an older version, or not sealed yet
                log.warning("glassnet: %s was damaged, and is made anew", path)
    except (OSError, DataFileError):
        pass
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        _seal(path, sha256 or _digest(path))
        return map_idx(path)
    except DataFileError:
        raise
    except (OSError, FileError):
        return without()


def _is_right(path: Path, sha256: str | None) -> bool:
    """Tell whether a file is as it was made: by its size and times, or else by its digest; without one it is not."""
    sealed, stamp = _read_seal(path)
    if sealed and stamp == _stamp(path) and sha256 in (None, sealed):
        return True
    known = sha256 or sealed
    if not known or state_of(path, known) != "right":
        return False
    _seal(path, known)
    return True


def _seal(path: Path, sha256: str) -> None:
    """Write down that a file has that digest now; where that cannot be written, it is read through each time."""
    with contextlib.suppress(FileError):
        write_whole(path.with_name(path.name + SEAL), f"{sha256} {_stamp(path)}\n")


def _read_seal(path: Path) -> tuple[str, str]:
    """Give digest and stamp of a file's seal; empty if there is none."""
    try:
        digest, _, stamp = path.with_name(path.name + SEAL).read_text(encoding="ascii").strip().partition(" ")
    except (OSError, ValueError):
        return "", ""
    return digest, stamp


def _stamp(path: Path) -> str:
    """Give what changes when a file is written: its size, and the times of its content and of what is known of it."""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
