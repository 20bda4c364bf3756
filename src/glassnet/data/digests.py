"""The SHA-256 of the files that data is read from: most of their formats have no checksum of their own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import DataFileError, UsageError

SHA256 = re.compile(r"[0-9a-f]{64}")


def sha256_of(files: Sequence[Path]) -> str:
    """Give the digest of a file; of several that of what ``sha256sum`` prints of them, in the order of their names.

    Raises
    ------
    DataFileError
        If one cannot be read.
    """
    digests = [(file.name, _sha256(file)) for file in files]
    if len(digests) == 1:
        return digests[0][1]
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests))
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def check_sha256(files: Sequence[Path], expected: str, where: object) -> str:
    """Give the digest of files, and refuse them if it is not the expected one, where one is.

    Raises
    ------
    UsageError
        If what is expected is no SHA-256.
    DataFileError
        If it is another, or a file cannot be read.
    """
    wanted = expected.strip().lower()
    if wanted and not SHA256.fullmatch(wanted):
        remedy = "Take what sha256sum prints of the file"
        raise UsageError("invalid sha256", expected="64 digits of 0 to 9 and a to f", got=repr(expected), remedy=remedy)
    found = sha256_of(files)
    if wanted not in ("", found):
        remedy = "Get the data again, or take the digest from where you trust it"
        raise DataFileError("wrong SHA-256", expected=wanted, got=found, where=where, remedy=remedy)
    return found


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        remedy = "Check the name"
        raise DataFileError("cannot read the file", got=error.strerror, where=file, remedy=remedy) from error
