"""The processors that this process may use, the ranks that it is one of, and the threads of the BLAS library."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

CONTAINER_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # microseconds a period, and the period
# Whoever runs several programs side by side tells each by these how many processors are its own; joblib does.
TOLD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

# Rank and number of ranks, as the programs that start them say: MPICH, Slurm; Open MPI; MVAPICH.
LAUNCHERS = (
    ("PMI_RANK", "PMI_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"),
)

_said: list[int] = []  # what `use_processors` has said
_lock = threading.Lock()
_within = 0  # how many contexts of `one_blas_thread` last
_before: list[int] = []  # the threads of each BLAS library, when the first of them began


def processors() -> int:
    """Count the processors that this process may use.

    Affinity (``taskset``), the quota of a container, and what OMP_NUM_THREADS and the like say are all respected,
    unless `use_processors` has said otherwise.
    """
    if _said:
        return _said[0]
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # no container, or no quota: "max"
        quota, period = CONTAINER_QUOTA.read_text(encoding="ascii").split()
        count = min(count, int(quota) // int(period))
    for name in TOLD:
        with suppress(ValueError):
            count = min(count, int(os.environ.get(name, "")))
    return max(1, count)


def use_processors(count: int) -> None:
    """Let `processors` count so many from now on, however many there are."""
    _said[:] = [count]


def launched() -> tuple[int, int]:
    """Give the rank of this process and the number of ranks, as its launcher says; 0 and 1 where there is none.

    A launcher that says nothing is known by mpi4py, once that was imported: ``python -m mpi4py -m glassnet``.
    """
    for rank, ranks in LAUNCHERS:
        if os.environ.get(rank, "").isdecimal() and os.environ.get(ranks, "").isdecimal():
            return int(os.environ[rank]), int(os.environ[ranks])
    world = getattr(sys.modules.get("mpi4py.MPI"), "COMM_WORLD", None)
    return (world.Get_rank(), world.Get_size()) if world is not None else (0, 1)


@contextmanager
def at_most(count: int) -> Iterator[None]:
    """Let `processors` count no more than so many while the context lasts."""
    before = list(_said)
    use_processors(min(count, processors()))
    try:
        yield
    finally:
        _said[:] = before


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread while the context lasts, so that the last bits do not depend on the machine.

    The limit is the whole process's. Contexts may nest, and last at the same time in several threads: the first sets
    the limit, the last gives back what was before.
    """
    global _within, _before
    with _lock:
        if not _within:
            _before = [library.get_num_threads() for library in _libraries()]
            _set_threads([1] * len(_before))
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within:
                _set_threads(_before)


def side_by_side(work: Callable[[slice], None], pieces: Sequence[slice]) -> None:
    """Do a piece of work after another, or several at once where there are processors for them.

    Each piece is computed by one thread, so that its last bits do not depend on how many there are: 10,000 images take
    two threads 14 ms so, and 21 where BLAS divides each product. The first piece's error is raised.
    """
    threads = min(processors(), len(pieces)) if len(pieces) > 1 else 1
    if threads == 1:
        for piece in pieces:
            work(piece)
        return
    from concurrent.futures import ThreadPoolExecutor

    with one_blas_thread(), ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, pieces):
            pass


def _set_threads(counts: list[int]) -> None:
    for library, count in zip(_libraries(), counts, strict=True):
        # From its version 3.8 on, threadpoolctl lets one Python thread alone set the number, and does not tell others.
        release = getattr(library, "clear_controlling_thread", lambda force: None)
        release(force=True)
        library.set_num_threads(count)
        release(force=True)


def blas_description() -> str:
    """Name the BLAS library, its version and the processor kernel it chose, for the record."""
    return ", ".join(
        f"{library['internal_api']} {library['version']} {library.get('architecture', '')}".strip()
        for library in _controller().info()
        if library["user_api"] == "blas"
    )


@cache
def _controller() -> Any:
    import numpy  # noqa: F401  (the library must be loaded before it can be found)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _libraries() -> list[Any]:
    return [library for library in _controller().lib_controllers if library.user_api == "blas"]
