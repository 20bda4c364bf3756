"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .errors import FileError


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name only when it is complete.

    The bytes go to a temporary name beside it, are forced to the disk, and are then renamed. Whatever stops the writer
    (a full disk, an exception, SIGKILL), the path holds its old content or the new, never a part.

    Parameters
    ----------
    path : path-like
        Where the file shall stand; its directory must exist.

    Yields
    ------
    binary file
        To write to.

    Raises
    ------
    FileError
        If the system refuses: a full disk, a missing directory, no permission.
    """
    path = Path(path)
    temporary = path.parent / f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part"
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _force_names_to_disk(path.parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        remedy = "Free some space or choose another place; what stood there before is untouched"
        raise FileError(f"cannot write {path}", got=reason, remedy=remedy) from error
    finally:
        # A path that could not be opened cannot be unlinked either; only the first error counts.
        with contextlib.suppress(OSError):
            temporary.unlink()


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Write all of a file or nothing; see `whole_file`."""
    with whole_file(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


def _force_names_to_disk(directory: Path) -> None:
    """Make a rename survive a power cut; only POSIX systems can open a directory for it."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
