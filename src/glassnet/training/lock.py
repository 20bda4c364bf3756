"""One process at a time in a run directory."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ..errors import UsageError

if sys.platform != "win32":
    import fcntl


_held: set[int] = set()


def _let_go() -> None:
    """Leave the locks to the process that took them: a child that outlives it for a moment would keep them."""
    while _held:
        os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold a directory while the context lasts; a process that dies, however, lets go of it.

    The lock is the kernel's, on the directory itself, so nothing is left behind. Where there is none (Windows, some
    network drives), nothing is locked.

    Parameters
    ----------
    directory : Path
        An existing directory.

    Raises
    ------
    UsageError
        If another process holds it.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(directory, os.O_RDONLY)
    _held.add(descriptor)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            remedy = "Wait for it, or choose another --run"
            raise UsageError("another process is training in this run", got=directory, remedy=remedy) from error
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        if descriptor in _held:
            _held.remove(descriptor)
            os.close(descriptor)
