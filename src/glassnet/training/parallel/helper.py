"""Helpers: processes that divide a training's steps with the one that trains.

Each is an interpreter of its own, started afresh. A forked one would inherit the locks that other threads of this
program hold at that moment (of BLAS, of logging); a thread would have to take turns in the interpreter at each of a
step's forty calls; and what `multiprocessing` starts runs the user's program again. All processes see the same memory,
and tell each other by signals how far they are.

What is divided, the first layer's inputs or the shards of a batch, is told by a `Division`. A helper that dies costs
time and nothing else: until the end of the epoch all work on a copy of what is trained.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...arrays import Floats
from ...errors import GlassnetError
from ...hardware import one_blas_thread, processors
from ...network.trace import Trace
from ..divergence import quiet
from .batch_shards import BatchShards
from .division import Division, vectors
from .executor import Executor, Share, Steps
from .input_parts import InputParts
from .sharing import COUNTERS, ArrayForm, Signals, memory_file, read_message, shared_arrays, write_message

LOOK_EVERY = 50  # steps that the trainer makes alone while the helper starts, before it looks for it again
TRY_EVERY = 4  # times that steps could be divided, but were slower so, before some are again
# Multiplications of a weight with an input that must be left to be worth a helper: about half a second's.
WORTH_A_HELPER = 3_000_000_000
START = "from glassnet.training.parallel.helper import main; main()"
MOST_OF_A_COMMAND = 65_536  # bytes
# The helper's death; and what comes again in its place once the trainer makes these steps alone.
COMES_AGAIN = (EOFError, ConnectionError, GlassnetError)
# What pickle raises for what it cannot write, such as a class that a function defines.
UNPICKLABLE = (pickle.PickleError, AttributeError, TypeError, ValueError, RecursionError)
EXCHANGED = ("optimizer", "schedule", "penalty", "averaging", "epochs", "progress")  # of a training, between two steps

_alive: list[int] = []  # the helpers that this process has started and not ended
log = logging.getLogger("glassnet")


class Helper(Executor):
    """Several processes: the one that trains, and helpers as soon as they are there.

    Parameters
    ----------
    workers : int, optional
        How many processes, however many processors there are; by default as many as there are free processors.
    worth : int, optional
        How much work must be left for helpers to be started.
    at_once : bool, optional
        Whether the first step waits for them.

    Attributes
    ----------
    processes : list of Popen
        The helpers.
    steps_helped : int
        How many steps were computed by all.
    """

    def __init__(self, workers: int | None = None, worth: int = WORTH_A_HELPER, at_once: bool = False) -> None:
        self.workers = workers
        self.worth = worth
        self.at_once = at_once
        self.steps_helped = 0
        self.processes: list[subprocess.Popen[bytes]] = []
        self._given_up = False
        self._starting: list[Signals] = []  # of helpers that are not ready yet
        self._signals: list[Signals] = []
        self._share: Share | None = None
        self._division: Division
        self._forms: dict[str, ArrayForm]
        self._seconds: dict[bool, float] = {}  # of a step without and with helpers, when last measured
        self._blocks_alone = 0

    @contextmanager
    def joined(self, training: Steps) -> Iterator[Share]:
        """Give this process's part of the work, once the helpers are there; until then everything."""
        steps = range(training.progress.batch, training.steps_per_epoch)
        helped = self._are_there(training)
        if helped and self._is_slow():
            self._blocks_alone += 1
            helped, steps = (False, steps) if self._blocks_alone % TRY_EVERY else (True, steps[:LOOK_EVERY])
        elif not helped and self.processes:  # they are starting
            steps = steps[:LOOK_EVERY]
        self._share = share = self._divide(training, steps) if helped else None
        start, progress = time.perf_counter(), copy(training.progress)
        if share is None:
            yield replace(training.whole, steps=steps)
        else:
            try:
                yield share
                for signals in self._signals:
                    signals.wait()  # for the helper to have learned from the last batch
                training.progress.note_responsive(self._division.responsive(training.progress.responsive, self._shared))
            except BaseException as error:
                training.progress = progress  # nothing else of the training has changed yet
                self._give_up(error)
                if not isinstance(error, COMES_AGAIN):
                    raise
                return
            finally:
                self._share = None
            self._put_together(training, share)
            self.steps_helped += len(steps)
        self._seconds[share is not None] = (time.perf_counter() - start) / len(steps)

    def gather(self, traces: Sequence[Trace]) -> tuple[float, Floats]:
        """Give loss and gradient of the whole batch, as far as this process updates."""
        if self._share is None:
            return super().gather(traces)
        return self._division.gather(self._share, traces, self._shared, self._signals)

    def _is_slow(self) -> bool:
        """Tell whether steps have lately taken longer with the helper, as they do where others need the processors."""
        return len(self._seconds) == 2 and self._seconds[True] > self._seconds[False]

    def close(self) -> None:
        """End the helpers."""
        if self.processes:
            self._end()
            self.processes = []

    def _give_up(self, error: BaseException) -> None:
        """Go on without any: what went wrong goes wrong again where it belongs, or was a helper's alone."""
        self._given_up = isinstance(error, Exception)  # after an interrupt there may be others
        self.close()
        log.info("training goes on without a helper process: %r", error)

    def _are_there(self, training: Steps) -> bool:
        """Tell whether the helpers are ready; start them if it is worth while."""
        if self.processes and not self._serve(training):
            self.close()
        if self._given_up or (not self.processes and not self.are_worth_while(training)):
            return False
        try:
            if not self.processes:
                self._start(training)
                for signals in self._starting if self.at_once else ():
                    signals.wait()
                self._starting = [] if self.at_once else self._starting
                return self.at_once
            for signals in self._signals:
                signals.check()
            self._starting = [signals for signals in self._starting if not signals.has_come()]
        except TimeoutError:  # an alarm of the program's
            raise
        except (OSError, EOFError, *UNPICKLABLE) as error:  # no room for a process, or a helper that has ended
            self._give_up(error)
            return False
        return not self._starting

    def _serve(self, training: Steps) -> bool:
        """Tell whether the helpers that there are know this training as it now is."""
        if self._owner != os.getpid():  # a process that was forked from their owner has none
            return False
        # Another optimizer remembers other arrays, and examples may have been changed where they are.
        return self._forms == forms(training, self._division) and self._examples == training.loader.sample()

    def are_worth_while(self, training: Steps) -> bool:
        """Tell whether so much work is left, and so many processors are free, that helpers are started."""
        steps = (training.epochs - training.progress.epoch) * training.steps_per_epoch
        work = steps * training.loader.batch_size * training.whole.network.architecture.weight_count
        possible = os.name == "posix" and bool(sys.executable) and not getattr(sys, "frozen", False)
        return possible and work >= self.worth and self.count(training) > 1

    def count(self, training: Steps) -> int:
        """Count the processes that can compute, this one too: no more than there are parts."""
        return min(divisible(training), self.workers or processors() - len(_alive))

    def _start(self, training: Steps) -> None:
        self._division = division = division_of(training, self.count(training))
        self._forms, self._owner = forms(training, division), os.getpid()
        # Their loader has the examples to train on.
        state = {**training.__getstate__(), "data": None, "loader": training.loader.compact()}
        self._examples = training.loader.sample()
        with ExitStack() as stack:
            message = write_message((type(training), state, self._forms, division))
            stack.callback(os.close, message)
            memory = memory_file(sum(form.size for form in self._forms.values()))
            stack.callback(os.close, memory)
            shared = shared_arrays(memory, self._forms)
            mine: list[socket.socket] = []
            started: list[subprocess.Popen[bytes]] = []
            try:
                self._start_helpers(division.workers - 1, [memory, message], mine, started, stack)
            except BaseException:
                _end(started, mine, self._owner)
                raise
        self._shared = shared
        self._signals = [Signals(end, shared["counters"][helper], 0) for helper, end in enumerate(mine)]
        self._starting = self._signals
        self.processes = started
        self._end = weakref.finalize(self, _end, started, mine, self._owner)

    def _start_helpers(
        self,
        count: int,
        files: list[int],
        mine: list[socket.socket],
        started: list[subprocess.Popen[bytes]],
        stack: ExitStack,
    ) -> None:
        """Start helpers, each with an end of a socket to the trainer, and the others with one to the first too."""
        theirs: list[list[socket.socket]] = [[] for _ in range(count)]
        for helper in range(count):
            end, other = socket.socketpair()
            mine.append(end)
            theirs[helper].append(stack.enter_context(other))
        for helper in range(1, count):
            for owner, end in zip((0, helper), socket.socketpair(), strict=True):
                theirs[owner].append(stack.enter_context(end))
        for helper, ends in enumerate(theirs):
            passed = [*files, *(end.fileno() for end in ends)]
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", START, *map(str, [helper, *passed])],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=passed,
                env=_environment(),
            )
            started.append(process)
            _alive.append(process.pid)

    def _divide(self, training: Steps, steps: range) -> Share | None:
        """Copy what is trained into shared memory, and tell the helpers to begin; None if one has died."""
        whole, shared = training.whole, self._shared
        share = self._division.share(training, shared, self._signals, steps)
        scalars = {name: array.copy() for name, array in whole.memory.items() if not array.ndim}
        changed = {name: getattr(training, name) for name in EXCHANGED}
        try:
            command = pickle.dumps((steps, scalars, changed))
            shared["command"][: len(command)] = np.frombuffer(command, np.uint8)
            shared["parameters"][:] = whole.network.parameters
            for name, array in vectors(whole):
                shared[name][:] = array
            for signals in self._signals:
                signals.tell()
        except (ConnectionError, *UNPICKLABLE) as error:  # one was killed since
            self._give_up(error)
            return None
        return share

    def _put_together(self, training: Steps, share: Share) -> None:
        """Copy what was learned into the training: all of it, also if an interrupt comes meanwhile."""
        try:
            self._copy_back(training.whole, share)
        except BaseException:
            self._copy_back(training.whole, share)
            raise

    def _copy_back(self, whole: Share, share: Share) -> None:
        whole.network.parameters[:] = self._shared["parameters"]
        for name, array in vectors(whole):
            array[:] = self._shared[name]
        for own, theirs in ((whole.memory, share.memory), (whole.average, share.average)):
            for name, array in own.items():
                if not array.ndim:
                    array[...] = theirs[name]


def divisible(training: Steps) -> int:
    """Count the parts that can be computed by a process each: of a batch where there are any, else of the inputs."""
    whole = training.whole
    return len(whole.traces) if len(whole.traces) > 1 else len(whole.network.layers[0].parts)


def division_of(training: Steps, workers: int) -> Division:
    """Divide a training's steps among so many processes."""
    whole = training.whole
    if len(whole.traces) > 1:
        return BatchShards(len(whole.traces), workers)
    return InputParts(whole.network.layers[0].parts, workers)


def forms(training: Steps, division: Division) -> dict[str, ArrayForm]:
    """Say which arrays all processes see."""
    whole = training.whole
    vector = ArrayForm(whole.network.parameters.shape, whole.network.parameters.dtype)
    return {
        **division.forms(training),
        "counters": ArrayForm((2 * division.workers, COUNTERS), np.dtype(np.int64)),
        "command": ArrayForm((MOST_OF_A_COMMAND,), np.dtype(np.uint8)),
        "parameters": vector,
        **{name: vector for name, _ in vectors(whole)},
    }


def _environment() -> dict[str, str]:
    """Give the helper's environment: the modules that this process finds, and one thread."""
    paths = [path or str(Path.cwd()) for path in sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _end(processes: list[subprocess.Popen[bytes]], ends: list[socket.socket], owner: int) -> None:
    for end in ends:
        end.close()
    for process in processes:
        if os.getpid() == owner:  # a process that was forked from the owner only forgets them
            process.kill()
            process.wait()
        _alive.remove(process.pid)


def main() -> None:
    """Be a helper, until the trainer ends or closes its end of the socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trainer's, who ends this process
    helper, memory, message, *ends = map(int, sys.argv[1:])
    kind, state, own_forms, division = read_message(message)
    training = object.__new__(kind)
    training.__setstate__(state)
    shared = shared_arrays(memory, own_forms)
    signals = [
        Signals(socket.socket(fileno=end), shared["counters"][channel], side)
        for end, (channel, side) in zip(ends, _channels(helper, division.workers - 1), strict=True)
    ]
    work = division.work(training, helper, shared, signals)
    with one_blas_thread(), quiet(), suppress(EOFError, OSError):  # the trainer has ended
        signals[0].tell()  # it is ready
        while True:
            signals[0].wait()
            steps, scalars, changed = pickle.loads(shared["command"].tobytes())
            for name, value in changed.items():
                setattr(training, name, value)
            work.make(steps, scalars)


def _channels(helper: int, helpers: int) -> list[tuple[int, int]]:
    """Give a helper's rows of the counters, and its side of each: to the trainer; between the first and all others."""
    others = range(1, helpers) if helper == 0 else [helper]
    return [(helper, 1), *((helpers + other, int(helper > 0)) for other in others)]
