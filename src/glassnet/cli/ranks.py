"""A command that was started several times at once, by ``mpiexec``: rank 0 alone is heard, and all end together."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

from ..errors import MissingExtraError
from ..extras import needed
from ..hardware import launched
from .signals import ENDING

GRACE = 2.0  # seconds that another rank leaves to rank 0, which mostly fails for the same reason, and then ends all


class Ranks:
    """All ranks of this command; ``communicator`` is theirs, or None where this process is alone."""

    def __init__(self, communicator: Any = None) -> None:
        self.communicator = communicator

    def end(self, code: int) -> None:
        """End all ranks at once if this one has failed: those that wait for it would wait forever."""
        if code and self.communicator is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            with open(os.devnull, "w") as nowhere:  # noqa: PTH123
                os.dup2(nowhere.fileno(), 2)  # where MPI would say so too
            self.communicator.Abort(code)


@contextmanager
def one_of_all_ranks() -> Iterator[Ranks]:
    """Let all ranks but the first print no result, and leave it to the first what a signal ends."""
    rank, ranks = launched()
    world = None
    if ranks == 1:
        yield Ranks()
        return
    with suppress(MissingExtraError, RuntimeError):  # which those commands say that need it
        # Before anything can go wrong: ranks that have not begun cannot be ended.
        world = needed("mpi4py.MPI", "mpi").COMM_WORLD
    if rank == 0:
        yield Ranks(world)
        return
    for name in ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # noqa: PTH123
        yield Ranks(world)


def say_which_rank() -> str:
    """Give what a rank's complaint begins with, if rank 0 has none that has ended all ranks meanwhile."""
    rank, ranks = launched()
    if rank == 0:
        return ""
    time.sleep(GRACE)
    return f"rank {rank} of {ranks}: "
