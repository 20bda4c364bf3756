"""Files from the web: mirrors tried in turn, what broke off resumed, nothing kept whose SHA-256 is another."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..arrays import AnyArray
from ..errors import DataFileError, FileError
from ..extras import needed
from .cache import ENVIRONMENT_VARIABLE, cache_directory, compute_once, name_of_unpacked
from .readers.idx import read_idx

CONNECT, STALLED = 10.0, 20.0  # seconds until a server that does not answer, or goes on, is given up
ROUNDS = 2  # through all mirrors
LARGEST = 200_000_000  # bytes; no file here has a quarter of it
CHUNK = 1 << 16
PARTIAL = ".part"
OF_THE_DISK = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.ENOTDIR,
    errno.EIO,
)


@dataclass(frozen=True)
class Remote:
    """Files that are kept on the web.

    Parameters
    ----------
    name : str
        Of the folder in the cache that they go to.
    mirrors : tuple of str
        Addresses that a file's name is put behind, the preferred first.
    sha256 : mapping of str
        The digest of each file, by its name.
    """

    name: str
    mirrors: tuple[str, ...]
    sha256: Mapping[str, str]

    @property
    def directory(self) -> Path:
        """Where the files are kept."""
        return cache_directory() / "downloads" / self.name

    @property
    def missing(self) -> list[str]:
        """The names of the files that are not there yet."""
        return [name for name in self.sha256 if not (self.directory / name).exists()]

    def read(self) -> tuple[AnyArray, ...]:
        """Read all files, which are in the IDX format; errors as in `fetch`."""
        return tuple(
            compute_once(name_of_unpacked(name, digest), lambda name=name: read_idx(self._fetch(name)))  # type: ignore[misc]
            for name, digest in self.sha256.items()
        )

    def fetch(self) -> list[Path]:
        """Get all files, or take them from the cache where they are and are right.

        Raises
        ------
        MissingExtraError
            If pooch is not installed.
        DataFileError
            If no mirror gives a file, saying what each of them said; what came of it is kept, to go on with.
        FileError
            If the directory cannot be written to, of which no mirror is to blame.
        """
        return [self._fetch(name) for name in self.sha256]

    def _fetch(self, name: str) -> Path:
        pooch = needed("pooch", "download")
        pooch.get_logger().setLevel(logging.WARNING)
        if not (self.directory / name).exists():
            self._check_directory()
        said: dict[str, str] = {}
        for mirror in self.mirrors * ROUNDS:
            try:
                return Path(
                    pooch.retrieve(
                        f"{mirror}{name}", f"sha256:{self.sha256[name]}", name, self.directory, downloader=resume
                    )
                )
            except (OSError, ValueError) as error:  # what requests raises are OSErrors; a wrong digest a ValueError
                if isinstance(error, OSError) and error.errno in OF_THE_DISK:
                    raise self._unwritable(error) from error
                said[mirror] = _reason(error)
        got = "; ".join(f"{mirror} {reason}" for mirror, reason in said.items())
        remedy = f"Try again later, which goes on where it broke off, or put the file into {self.directory}"
        raise DataFileError(f"cannot fetch {name}", got=got, remedy=remedy)

    def _check_directory(self) -> None:
        """Try to write where the files shall go, before any mirror is asked."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.directory):
                pass
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> FileError:
        remedy = f"Set {ENVIRONMENT_VARIABLE} to a directory that can be written to and has space"
        got = error.strerror or str(error)
        return FileError("cannot keep what is fetched", got=got, where=self.directory, remedy=remedy)


def resume(url: str, output_file: str | os.PathLike[str], _pooch: Any) -> None:
    """Download a file for pooch, going on with what another attempt left in a file of the url's name beside it.

    OSError if the server refuses, stalls or breaks off.
    """
    requests = needed("requests", "download")
    partial = Path(output_file).parent / (url.rpartition("/")[2] + PARTIAL)
    have = partial.stat().st_size if partial.exists() else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with requests.get(url, headers=headers, stream=True, timeout=(CONNECT, STALLED)) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            partial.unlink()  # it is complete or wrong already: the digest will tell which, of a fresh one
            raise OSError("refused to go on")
        response.raise_for_status()
        goes_on = response.status_code == requests.codes.partial_content
        with partial.open("ab" if goes_on else "wb") as file:
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                if file.tell() > LARGEST:
                    raise OSError("sent more than any file has")
    shutil.move(partial, output_file)


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"answered {response.status_code}"
    if isinstance(error, ValueError):
        return "sent other bytes: wrong SHA-256"
    return str(error) if type(error) is OSError else type(error).__name__
