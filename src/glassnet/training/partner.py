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
from contextlib import suppress
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats, Order
from ..errors import ProcessError
from ..network.trace import Trace
from .descent import Pace
from .division import Share
from .halves import Half
from .loader import Feed

# Counters, each in a cache line of its own: how many of the epoch's batches have been read; have had the partner's
# partial sums computed, the trainer's, the partner's half answered, and its deltas computed; have had the trainer's
# deltas given, and have been learned from; and whether the partner has failed.
READ, SUMS, TRAINERS_SUMS, ANSWERED, PROPAGATED, DELTAS, LEARNED, FAILED = (8 * line for line in range(8))
RATE, SHARE = 8 * 8, 8 * 8 + 1  # of the step
MESSAGE = 64 * 9  # bytes
GLANCES = 20_000  # at a counter, before a process begins to sleep between them
NAP_SECONDS = 50e-6
MOST_NAPS = 1_200_000  # a minute's; a step that takes longer is no step
SETTLING_SECONDS = 1.0

_leaving: list[int] = []  # processes that are done; taking leave of them at once would mean waiting some milliseconds


def shared(shape: tuple[int, ...], dtype: np.dtype[Any], order: Order) -> AnyArray:
    """Allocate an array of zeros that processes forked later share."""
    count = int(np.prod(shape, dtype=np.int64))
    memory = mmap.mmap(-1, max(count * dtype.itemsize, 1))
    return np.frombuffer(memory, dtype, count).reshape(shape, order=order)


def can_fork() -> bool:
    """Whether a partner may be had here.

    A forked process has only the thread that forked, so that must be the main one; what another thread was doing just
    then stays undone in it, and if that was a matrix product, the partner may never come to its own and is given up
    after a minute. And memory must be seen in the order in which it was written, which x86-64 grants.
    """
    known = sys.platform == "linux" and platform.machine() == "x86_64"
    return known and threading.current_thread() is threading.main_thread()


def take_leave() -> None:
    """Let the system forget the processes that have ended."""
    while _leaving:
        with suppress(ChildProcessError):  # somebody else has asked
            os.waitpid(_leaving.pop(), 0)


class Partner:
    """The owner of a share, in a process of its own.

    Parameters
    ----------
    share : Share
        In shared memory, as are the two that follow.
    feed : Feed
        Where the batches are.
    reader : Partner, optional
        Who reads the batches; this one by default.
    """

    def __init__(self, share: Share, feed: Feed, reader: Partner | None = None) -> None:
        self._share = share
        self._feed = feed
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self._counters = memoryview(self._memory).cast("q")
        self._pace = memoryview(self._memory).cast("d")
        self._reader = reader
        self._done = 0
        self._trainer = os.getpid()
        self._process = 0  # the partner's; 0 before and after
        self._inside = False  # whether this is the partner

    def start(self, first: int, last: int) -> None:
        """Fork the process, for the batches first..last-1 of the epoch that the feed has begun."""
        take_leave()
        self._done = first
        interrupts: list[int] = []
        # An interrupt between the fork and the next line would leave a process that nobody knows.
        before = signal.signal(signal.SIGINT, lambda number, frame: interrupts.append(number))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python 3.12 and JAX warn of threads that the fork will lack
                self._process = os.fork()
            if not self._process:
                self._live(first, last)
        finally:
            signal.signal(signal.SIGINT, before or signal.SIG_DFL)
        if interrupts:
            raise KeyboardInterrupt

    def await_batch(self, number: int) -> None:
        """Return once a batch is in its slot.

        Raises
        ------
        DataError
            If it cannot be read.
        ProcessError
            If the partner has ended.
        """
        try:
            (self._reader or self).wait(READ, number + 1)
        except ProcessError:
            self._feed.read(number)  # which raises what the partner met
            raise

    def sums(self, inputs: Floats) -> Floats:
        """Await and show the partial sums of the next batch; the trainer's own are where the partner will look."""
        self._counters[TRAINERS_SUMS] = self._done + 1
        self.wait(SUMS, self._done + 1)
        return self._share.shown_sums(len(inputs))

    def answer(self, trace: Trace) -> None:
        """Await the partner's half of the batch."""
        if self._share.half:
            self.wait(ANSWERED, self._done + 1)

    def learn(self, trace: Trace, pace: Pace) -> None:
        """Tell the partner that the trainer's deltas are where it will look for them, and await its own."""
        self._pace[RATE], self._pace[SHARE] = pace
        self._done += 1
        self._counters[DELTAS] = self._done
        if self._share.half:
            self.wait(PROPAGATED, self._done)

    def finish(self) -> None:
        """Return once the partner has learned from the last batch; it ends by itself."""
        self.wait(LEARNED, self._done)
        if self._process:
            _leaving.append(self._process)
            self._process = 0

    def end(self) -> None:
        """End the process if it has not finished; if it is in the middle of an update, after that."""
        until = time.monotonic() + SETTLING_SECONDS
        while self._process and self._counters[LEARNED] < self._done and not self._counters[FAILED]:
            if time.monotonic() > until:
                break
        if self._process:
            with suppress(ProcessLookupError, ChildProcessError):  # it, or the news of its end, may be gone already
                os.kill(self._process, signal.SIGKILL)
                os.waitpid(self._process, 0)
            self._process = 0

    def wait(self, counter: int, count: int) -> None:
        """Return once a counter has reached a count."""
        for _ in range(GLANCES):
            if self._counters[counter] >= count:
                return
            os.sched_yield()
        for _ in range(MOST_NAPS):
            ended = self._other_has_ended()
            if self._counters[counter] >= count:  # what it did before it ended counts
                return
            if ended:
                raise self._error("has failed" if self._counters[FAILED] else "has ended")
            time.sleep(NAP_SECONDS)
        raise self._error("does nothing any longer")

    def _other_has_ended(self) -> bool:
        if self._inside:
            if os.getppid() != self._trainer:
                os._exit(1)
            return False
        if self._process and os.waitpid(self._process, os.WNOHANG)[0]:
            self._process = 0
        return not self._process or bool(self._counters[FAILED])

    def _error(self, what: str) -> ProcessError:
        reason = bytes(self._memory[MESSAGE:]).rstrip(b"\0").decode(errors="replace") or None
        remedy = "Run it again, or with threads=1"
        return ProcessError(f"a process that helped with training {what}", got=reason, remedy=remedy)

    def _live(self, first: int, last: int) -> None:
        """Be the partner."""
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trainer's, who ends this one
            gc.disable()
            self._inside = True
            if self._reader is not None:
                self._reader._inside = True  # who is no child of this process
            self._work(first, last)
        except BaseException as error:
            message = repr(error).encode()[: mmap.PAGESIZE - MESSAGE]
            self._memory[MESSAGE : MESSAGE + len(message)] = message
            self._counters[FAILED] = 1
        finally:
            os._exit(0)

    def _work(self, first: int, last: int) -> None:
        unread = self._read(first, last)
        for number in range(first, last):
            if unread:  # not earlier: what came before it has been learned
                raise unread
            (self._reader or self).wait(READ, number + 1)
            trace = self._share.descent.trace.of_batch(*self._feed.batch(number))
            self._share.sums(trace.inputs)
            self._counters[SUMS] = number + 1
            if self._share.half:
                self._take_half(trace, self._share.half, number)
            unread = self._read(number + 1, last)  # while the trainer is between forward and backward
            self.wait(DELTAS, number + 1)
            self._share.update(trace, Pace(self._pace[RATE], self._pace[SHARE]))
            self._counters[LEARNED] = number + 1

    def _take_half(self, trace: Trace, half: Half, number: int) -> None:
        self.wait(TRAINERS_SUMS, number + 1)
        self._share.answer(trace)
        self._counters[ANSWERED] = number + 1
        half.backward()
        self._counters[PROPAGATED] = number + 1

    def _read(self, number: int, last: int) -> Exception | None:
        """Read a batch, if that is this one's task, or return what is wrong with it."""
        if self._reader is None and number < last:
            try:
                self._feed.read(number)
            except Exception as error:
                return error
            self._counters[READ] = number + 1
        return None
