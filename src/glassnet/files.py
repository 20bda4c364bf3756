"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .errors import FileError, UsageError

LOCK = ".run.lock"  # of a directory: a file in it, for as long as it is held
ASKS_EVERY, ASKS_FOR = 0.01, 0.05  # seconds, for a lock that another process holds, or lets go of just now
JUST_BEGUN = 60.0  # seconds in which a living process may not have locked its file yet


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing, in bytes, that appears under its name only when it is complete.

    The bytes go to a temporary name beside it, are forced to the disk, and are then renamed. Whatever stops the writer
    (a full disk, an exception, SIGKILL), the path holds its old content or the new, never a part. Its directory must
    exist; a FileError says why the system refuses.
    """
    path = Path(path)
    temporary = path.parent / f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part"
    try:
        with temporary.open("xb") as file:
            _mark(file.fileno())  # by which others know that it is being written
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


def exists(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is something of that name; a FileError says why the system does not tell."""
    try:
        return Path(path).exists()
    except OSError as error:  # a name that is too long, a directory that may not be searched
        raise FileError(f"cannot look for {path}", got=error.strerror, remedy="Check the name") from error


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Write all of a file or nothing; see `whole_file`."""
    with whole_file(path) as file:
        # A name that is no UTF-8, and stands in a page or a table, is written as Python shows it.
        file.write(data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data)


def clear_unfinished(directory: Path) -> None:
    """Remove what killed writers of whole files left in a directory; what a living process is writing stays."""
    try:
        with os.scandir(directory) as found:  # plainly, as it is done at each reading from the cache
            names = [entry.name for entry in found if entry.name.startswith(".") and entry.name.endswith(".part")]
    except OSError:
        return
    for name in names:
        with contextlib.suppress(OSError):
            if not _is_being_written(directory / name):
                (directory / name).unlink()  # which Windows refuses as long as it is open


def _is_being_written(path: Path) -> bool:
    with path.open("rb") as file:
        if not _mark(file.fileno()):
            return True
        age = time.time() - os.fstat(file.fileno()).st_mtime
    return age < JUST_BEGUN and _is_alive(path.name.split(".")[-3])


def _mark(descriptor: int) -> bool:
    """Lock an open file as long as it is open; False if another process has. Windows removes no file that is open.

    A lock of `filelock` is a file of its own: it does not lock one that is being written, and may empty it.
    """
    try:
        import fcntl
    except ImportError:  # on Windows
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks
    return True


def _is_alive(number: str) -> bool:
    """Tell whether there is a process of that number; on Windows, where asking would end it, there is none."""
    if sys.platform == "win32" or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _force_names_to_disk(directory: Path) -> None:
    """Make a rename survive a power cut; only POSIX systems can open a directory for it."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def lock_file(path: Path, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a file, made for it, while the context lasts; gives whether it is held, if there is no `wait`.

    A process that dies lets go of it, and one that it has forked does not keep it. Where there are no locks (some
    network drives), or no file may be made, all succeed.
    """
    from filelock import FileLock, Timeout

    # A file that only says that it is a lock would stay when its process dies.
    lock = FileLock(path, thread_local=False, fallback_to_soft=False)
    held = True
    try:
        lock.acquire(timeout=-1 if wait else ASKS_FOR, poll_interval=ASKS_EVERY)
    except Timeout:
        held = False
    except (OSError, NotImplementedError):
        pass
    try:
        yield held
    finally:
        lock.release()


def remove_held(path: Path) -> None:
    """Remove the file of a lock that is held, so that none is left; Windows refuses, where letting go removes it."""
    with contextlib.suppress(OSError):
        path.unlink()


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold a directory while the context lasts, UsageError if another process does; a process that dies lets go of it.

    Nothing is left behind: the file goes while it is still locked, and who has opened it meanwhile opens another.
    """
    path, owner = directory / LOCK, os.getpid()
    with lock_file(path, wait=False) as held:
        if not held:
            remedy = "Wait for it, or choose another --run"
            raise UsageError("another process is training in this run", got=directory, remedy=remedy)
        try:
            yield
        finally:
            if os.getpid() == owner:  # a process that was forked from the owner leaves it alone
                remove_held(path)
