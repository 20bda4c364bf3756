"""A Dask cluster that trains: whether its scheduler answers, and whether its workers can do what is asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..errors import RunError, UsageError
from ..extras import needed

ANSWERS_WITHIN = 4.0  # seconds, in which a scheduler has to answer


def find_scheduler(address: str) -> None:
    """Ask a scheduler who it is; UsageError if none answers, or it has no workers.

    A client of one that does not answer would wait longer, and complain at the end.
    """
    distributed = needed("distributed", "sweep")

    async def ask() -> Any:
        async with distributed.rpc(address, timeout=ANSWERS_WITHIN) as scheduler:
            return await scheduler.identity()

    async def answer() -> Any:
        return await asyncio.wait_for(ask(), ANSWERS_WITHIN)

    remedy = "Start one with dask scheduler, which prints its address"
    try:
        identity = asyncio.run(answer())
    except Exception as error:  # whatever else is at that address may answer anything
        raise UsageError("no Dask scheduler answers", got=address, remedy=remedy) from error
    if not identity.get("workers"):
        remedy = f"Start some with: dask worker {address}"
        raise UsageError("the Dask cluster has no workers", got=address, remedy=remedy)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Give a client of the scheduler at an address, which `find_scheduler` finds."""
    find_scheduler(address)
    distributed = needed("distributed", "sweep")
    with distributed.Client(address, timeout=ANSWERS_WITHIN, set_as_default=False) as client:
        yield client


def check_workers(address: str, directory: Path) -> None:
    """Refuse workers that have another version of glassnet, or that do not see a run's directory."""
    own = seen_by_worker(str(directory.absolute()))
    with connected(address) as client:
        answers = client.run(seen_by_worker, str(directory.absolute()), on_error="return")
    for worker, answer in answers.items():
        if isinstance(answer, Exception):
            remedy = "Install glassnet there, with the same extras"
            raise RunError("a worker of the cluster cannot train", got=answer, where=worker, remedy=remedy)
        if answer != own:
            remedy = "Install the same version everywhere, and keep the run on a drive that all machines share"
            facts = {"expected": _in_words(own), "got": _in_words(answer)}
            raise RunError("a worker of the cluster differs", **facts, where=worker, remedy=remedy)


def seen_by_worker(directory: str) -> tuple[str, bool]:
    """Give the version that a worker has, and whether it sees a directory."""
    return version("glassnet"), Path(directory).is_dir()


def _in_words(facts: tuple[str, bool]) -> str:
    return f"glassnet {facts[0]} that {'sees' if facts[1] else 'does not see'} the run's directory"
