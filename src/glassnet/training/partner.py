"""A second process that owns a share of the first layer, for the length of an epoch.

Threads would have to take turns in the interpreter at every call; two processes that see the same memory need only tell
each other how far they are, which takes a microsecond.
"""

from __future__ import annotations

import gc
import mmap
import os
import platform
import signal
import sys
import threading
import time
import warnings
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats, Order
from ..errors import ProcessError
from .division import Share
from .feed import Feed

# Counters, each in a cache line of its own: how many of the epoch's batches have been read, have had their partial sums
# computed, their deltas given, and have been learned from; and whether the partner has failed.
READ, SUMS, DELTAS, LEARNED, FAILED = (8 * line for line in range(5))
RATE = 8 * 5
GLANCES = 20_000  # at a counter, before a process begins to sleep between them


def shared(shape: tuple[int, ...], dtype: np.dtype[Any], order: Order) -> AnyArray:
    """Allocate an array of zeros that processes forked later share."""
    count = int(np.prod(shape, dtype=np.int64))
    memory = mmap.mmap(-1, max(count * dtype.itemsize, 1))
    return np.frombuffer(memory, dtype, count).reshape(shape, order=order)


def can_fork() -> bool:
    """Whether a partner may be had here.

    Forking must be safe, which Linux grants to a main thread; and memory must be seen in the order in which it was
    written, which x86-64 grants.
    """
    known = sys.platform == "linux" and platform.machine() == "x86_64"
    return known and threading.current_thread() is threading.main_thread()


class Partner:
    """The owner of a share, in a process of its own.

    Parameters
    ----------
    share : Share
        In shared memory, as are the two that follow.
    feed : Feed
        Where the batches are.
    deltas : ndarray of shape (batch, units)
        Where those of the first layer will be.
    reader : Partner, optional
        Who reads the batches; this one by default.
    """

    def __init__(self, share: Share, feed: Feed, deltas: Floats, reader: Partner | None = None) -> None:
        self._share = share
        self._feed = feed
        self._deltas = deltas
        memory = mmap.mmap(-1, mmap.PAGESIZE)
        self._counters = memoryview(memory).cast("q")
        self._rate = memoryview(memory).cast("d")
        self._reader = reader or self
        self._done = 0
        self._trainer = os.getpid()
        self._process = 0

    def start(self, first: int, last: int) -> None:
        """Fork the process, for the batches first..last-1 of the epoch that the feed has begun."""
        self._done = first
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, where BLAS has threads
            self._process = os.fork()
        if not self._process:
            self._live(first, last)

    def await_batch(self, number: int) -> None:
        """Return once a batch is in its slot.

        Raises
        ------
        ProcessError
            If the partner has ended.
        """
        self._reader.wait(READ, number + 1)

    def sums(self, inputs: Floats) -> Floats:
        """Await and show the partial sums of the next batch."""
        self.wait(SUMS, self._done + 1)
        return self._share.shown_sums(len(inputs))

    def learn(self, inputs: Floats, deltas: Floats, learning_rate: float) -> None:
        """Tell the partner that the deltas are where it will look for them."""
        self._rate[RATE] = learning_rate
        self._done += 1
        self._counters[DELTAS] = self._done

    def finish(self) -> None:
        """Return once the partner has learned from all that was given to it, and end it."""
        self.wait(LEARNED, self._done)
        self.end()

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0

    def wait(self, counter: int, count: int) -> None:
        """Return once a counter has reached a count."""
        for _ in range(GLANCES):
            if self._counters[counter] >= count:
                return
            os.sched_yield()
        while self._counters[counter] < count:
            self._look_after_the_other()
            time.sleep(50e-6)

    def _look_after_the_other(self) -> None:
        if not self._process:
            if os.getppid() != self._trainer:
                os._exit(1)
        elif self._counters[FAILED] or os.waitpid(self._process, os.WNOHANG)[0]:
            if not self._counters[FAILED]:
                self._process = 0
            self._feed.read(self._done)  # which raises what the partner may have met
            remedy = "Run it again, or with threads=1"
            raise ProcessError("a process that helped with training has ended", remedy=remedy)

    def _live(self, first: int, last: int) -> None:
        """Be the partner."""
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trainer's, who ends this one
            gc.disable()
            self._work(first, last)
        except BaseException:
            self._counters[FAILED] = 1
        finally:
            os._exit(0)

    def _work(self, first: int, last: int) -> None:
        reads = self._reader is self
        if reads:
            self._read(first)
        for number in range(first, last):
            self.await_batch(number)
            inputs, _ = self._feed.batch(number)
            self._share.sums(inputs)
            self._counters[SUMS] = number + 1
            if reads and number + 1 < last:
                self._read(number + 1)  # while the trainer is between forward and backward
            self.wait(DELTAS, number + 1)
            self._share.learn(inputs, self._deltas[: len(inputs)], self._rate[RATE])
            self._counters[LEARNED] = number + 1
        while True:
            self._look_after_the_other()
            time.sleep(1e-3)

    def _read(self, number: int) -> None:
        self._feed.read(number)
        self._counters[READ] = number + 1
