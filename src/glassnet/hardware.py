"""How many processors share a step: a setting, since the order of its sums, and so the last bits, depend on it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from .errors import UsageError

# Below this many multiplications of a weight with an input, a second processor saves less of a step than it costs.
WORTH_SHARING = 500_000
USEFUL = 2  # processors: with more, each has less to do and more to wait for; nothing else has been measured
MOST_THREADS = 1_024
CONTAINER_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # microseconds a period, and the period

_here = threading.local()  # its limit, while this thread of Python's is in such a context


def processors() -> int:
    """Count the processors that this process may use, by its affinity and by the quota of its container."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = CONTAINER_QUOTA.read_text(encoding="ascii").split()
        return max(1, min(count, int(quota) // int(period)))
    except (OSError, ValueError):  # no container, or no quota: "max"
        return count


def suitable_threads(parameter_count: int, batch_size: int) -> int:
    """Choose how many processors share a step, by its size.

    Parameters
    ----------
    parameter_count, batch_size : int
        Their product is about a third of a step's multiplications.

    Returns
    -------
    int
        1 for small steps, 2 for others if the machine has them.

    Examples
    --------
    >>> suitable_threads(7_850, 32)
    1
    """
    return 1 if parameter_count * batch_size < WORTH_SHARING else min(USEFUL, processors())


def check_threads(count: int) -> int:
    """Return the number of threads if it can be meant.

    Raises
    ------
    UsageError
        If it is less than 1, or more than any machine has.
    """
    if not 1 <= count <= MOST_THREADS:
        raise UsageError("impossible number of threads", expected=f"1 to {MOST_THREADS}", got=count)
    return count


def check_processors(count: int) -> None:
    """Refuse more threads than this machine can run at once; they would wait for one another.

    Raises
    ------
    UsageError
        Naming how many there are.
    """
    if count > processors():
        expected = f"at most {processors()}, the processors that this process may use"
        raise UsageError("too many threads", expected=expected, got=count)


@contextmanager
def blas_threads(count: int) -> Iterator[None]:
    """Limit BLAS to so many threads while the context lasts; inside of a context of as many there is nothing to do.

    The limit is the whole process's: of several threads of Python's, the one that limits first has its way.
    """
    before = getattr(_here, "limit", None)
    if before == count:
        yield
        return
    with _controller().limit(limits=count, user_api="blas"):
        _here.limit = count
        try:
            yield
        finally:
            _here.limit = before


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
