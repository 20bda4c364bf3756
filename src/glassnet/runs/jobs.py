"""Trainings side by side: by joblib, in processes of this machine or on the workers of a Dask cluster."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import ProcessError
from ..hardware import at_most, use_processors
from .cluster import connected

LOOKS_EVERY = 1.0  # seconds, after which a process notices that the one that started it is gone

_watching: list[threading.Thread] = []


@dataclass(frozen=True)
class Jobs:
    """How many trainings go on at a time, on how many processors each, and where: this changes the time and no byte.

    On a cluster there are as many as it has threads, unless `count` says otherwise.
    """

    count: int | None = None
    workers: int | None = None
    dask: str = ""  # the address of a cluster's scheduler

    @property
    def side_by_side(self) -> bool:
        """Whether trainings happen elsewhere than in this process, one after the other."""
        return bool(self.dask) or (self.count or 1) > 1

    def run(self, function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Call a function that can be pickled with each of these arguments, and give what it returns as it comes."""
        import joblib

        common = (os.getpid(), not self.dask, self.workers or 1, function)
        calls = (joblib.delayed(_call)(*common, each) for each in arguments)
        with self._backend():
            most = self.count or (-1 if self.dask else 1)
            # Dask does not know a number of jobs: no more are given to it than shall go on at a time.
            ahead = "all" if self.dask and not self.count else most
            parallel = joblib.Parallel(most, batch_size=1, pre_dispatch=ahead, return_as="generator_unordered")
            with _interrupts_held_back():  # while processes start
                results = parallel(calls)
            try:
                with closing(results):
                    yield from results
            except BrokenExecutor as error:
                remedy = "Check that there is enough memory, of which fewer --jobs need less, and start it again"
                raise ProcessError("a process that trains was killed", remedy=remedy) from error

    @contextmanager
    def _backend(self) -> Iterator[None]:
        import joblib

        if self.dask:
            with connected(self.dask) as client, joblib.parallel_config(backend="dask", client=client):
                yield
            return
        # Without the bound joblib would divide all processors between the jobs.
        chosen = {"backend": "loky", "inner_max_num_threads": self.workers or 1} if self.side_by_side else {}
        with joblib.parallel_config(**chosen):
            yield


ONE = Jobs()


def _call(home: int, local: bool, processors: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Call a function with no more processors than this: in the process that asks for it, or in a worker."""
    if os.getpid() == home:
        with at_most(processors):
            return function(*arguments)
    use_processors(processors)
    if local and not _watching:
        _watching.append(threading.Thread(target=_end_with, args=(home,), daemon=True))
        _watching[0].start()
    return function(*arguments)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let Ctrl-C wait while the context lasts; processes that are started in it never hear it.

    A terminal sends it to them too, and they would complain: it is the process that started them that ends them.
    """
    from joblib.externals.loky.backend import resource_tracker

    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    resource_tracker.ensure_running()  # which lets interrupts through again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: one of loky's would do all it was given, and wait for five minutes."""
    while os.getppid() == parent:
        time.sleep(LOOKS_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
