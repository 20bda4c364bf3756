"""Ranks of MPI that train the networks of a run: rank 0 has its directory, and the others follow.

For each training rank 0 sends its settings and where it stands. The others read the data themselves, build the same
training, and make its steps; they write nothing, and print nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import GlassnetError
from ..hardware import launched
from ..training.parallel.mpi import MPI, shards_of_a_rank, versions, world
from ..training.training import Training
from .build import build_training, resolve
from .run import Run


@contextmanager
def all_ranks() -> Iterator[MPI | None]:
    """Give all ranks, on each of them; None where this process is alone.

    Where rank 0 ends without an error, the others are told; any error has to end all processes.
    """
    if launched()[1] == 1:
        yield None
        return
    ranks = world()
    ranks.agree(versions())
    yield ranks
    if ranks.rank == 0:
        ranks.communicator.bcast(None)


def lead(ranks: MPI, run: Run) -> None:
    """Let all ranks make the steps of a run on rank 0, from where it stands.

    A UsageError if its shards cannot be divided among them, a ProcessError if one of them cannot train it.
    """
    shards_of_a_rank(run.training.shards, ranks.ranks)
    ranks.communicator.bcast((run.settings.as_dict(), *run.training.state()))
    ranks.agree({})
    run.training.executor = ranks


def follow(ranks: MPI) -> None:
    """Make the steps of whatever rank 0 trains, until it has done."""
    while (task := ranks.communicator.bcast(None)) is not None:
        settings, arrays, numbers = task
        training: Training | None = None
        problem = {}
        try:
            training = build_training(*resolve(settings))
            training.restore(arrays, numbers)
        except (GlassnetError, OSError, MemoryError) as error:
            problem = {"problem": str(error)}
        ranks.agree(problem)  # which raises on all ranks if any has one
        assert training is not None
        training.executor = ranks
        for _ in training:
            pass
