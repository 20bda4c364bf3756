"""A second process that reads the batches and owns the head of the first layer: the weights of its first inputs.

It is an interpreter of its own, started afresh. A forked one would inherit the locks that other threads of this program
hold at that moment (of BLAS, of logging); a thread would have to take turns in the interpreter at each of a step's
forty calls; and what `multiprocessing` starts runs the user's program again. Both processes see the same memory, and
tell each other by signals how far they are.

Of each batch the helper computes its part of the first layer's sums, and while the trainer goes forward and backward it
reads the next batch. It needs the trainer's deltas, and then updates the head. A helper that dies costs time and
nothing else: until the end of the epoch both work on a copy of what is trained.
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
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...arrays import AnyArray, Floats, Order
from ...errors import GlassnetError
from ...hardware import one_blas_thread, processors
from ...network.layer import Layer, LayerTrace, WeightsAndBiases, weight_gradient
from ...network.network import Network
from ...network.trace import Trace
from ...optimizers.optimizer import State
from ..divergence import quiet
from ..loader import BatchLoader
from .executor import Executor, Share, Steps
from .sharing import COUNTERS, ArrayForm, Signals, memory_file, read_message, shared_arrays, write_message

SLOTS = 3  # a batch is learned from, the next one is read, and the last one may still be in the other's hands
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
    """Two processes: the one that trains, and a helper as soon as there is one.

    Parameters
    ----------
    head : int
        How many of the first layer's inputs are the helper's.
    worth : int, optional
        How much work must be left for one to be started.
    at_once : bool, optional
        Whether the first step waits for it.

    Attributes
    ----------
    process : Popen or None
        The helper.
    steps_helped : int
        How many steps were computed by both.
    """

    def __init__(self, head: int, worth: int = WORTH_A_HELPER, at_once: bool = False) -> None:
        self.head = head
        self.worth = worth
        self.at_once = at_once
        self.steps_helped = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._given_up = self._is_ready = False
        self._signals: Signals
        self._forms: dict[str, ArrayForm]
        self._seconds: dict[bool, float] = {}  # of a step without and with the helper, when last measured
        self._blocks_alone = 0

    @contextmanager
    def joined(self, training: Steps) -> Iterator[Share]:
        """Give the tail of the first layer and all that follows, once the helper is there; until then everything."""
        steps = range(training.progress.batch, training.steps_per_epoch)
        helped = self._is_there(training)
        if helped and self._is_slow():
            self._blocks_alone += 1
            helped, steps = (False, steps) if self._blocks_alone % TRY_EVERY else (True, steps[:LOOK_EVERY])
        elif not helped and self.process is not None:  # it is starting
            steps = steps[:LOOK_EVERY]
        share = self._divide(training, steps) if helped else None
        start, progress = time.perf_counter(), copy(training.progress)
        if share is None:
            yield replace(training.whole, steps=steps)
        else:
            try:
                yield share
                self._signals.wait()  # for the helper to have learned from the last batch
            except BaseException as error:
                training.progress = progress  # nothing else of the training has changed yet
                self._give_up(error)
                if not isinstance(error, COMES_AGAIN):
                    raise
                return
            self._put_together(training, share)
            self.steps_helped += len(steps)
        self._seconds[share is not None] = (time.perf_counter() - start) / len(steps)

    def _is_slow(self) -> bool:
        """Tell whether steps have lately taken longer with the helper, as they do where others need the processors."""
        return len(self._seconds) == 2 and self._seconds[True] > self._seconds[False]

    def close(self) -> None:
        """End the helper."""
        if self.process is not None:
            self._end()
            self.process = None

    def _give_up(self, error: BaseException) -> None:
        """Go on without one: what went wrong goes wrong again where it belongs, or was the helper's alone."""
        self._given_up = isinstance(error, Exception)  # after an interrupt there may be another
        self._is_ready = False
        self.close()
        log.info("training goes on without a helper process: %r", error)

    def _is_there(self, training: Steps) -> bool:
        """Tell whether the helper is ready; start it if it is worth while."""
        if self.process is not None and not self._serves(training):
            self.close()
        if self._given_up or (self.process is None and not self._is_worth(training)):
            return False
        try:
            if self.process is None:
                self._start(training)
                if self.at_once:
                    self._signals.wait()
                    self._is_ready = True
                return self._is_ready
            self._signals.check()
            self._is_ready = self._is_ready or self._signals.has_come()
        except TimeoutError:  # an alarm of the program's
            raise
        except (OSError, EOFError, *UNPICKLABLE) as error:  # no room for a process, or a helper that has ended
            self._give_up(error)
        return self._is_ready

    def _serves(self, training: Steps) -> bool:
        """Tell whether the helper that there is knows this training as it now is."""
        if self._owner != os.getpid():  # a process that was forked from its owner has none
            return False
        # Another optimizer remembers other arrays, and examples may have been changed where they are.
        return self._forms == forms(training) and self._examples == training.loader.sample()

    def _is_worth(self, training: Steps) -> bool:
        steps = (training.epochs - training.progress.epoch) * training.steps_per_epoch
        work = steps * training.loader.batch_size * training.whole.network.architecture.weight_count
        possible = os.name == "posix" and bool(sys.executable) and not getattr(sys, "frozen", False)
        return possible and work >= self.worth and len(_alive) + 1 < processors()

    def _start(self, training: Steps) -> None:
        self._forms, self._owner, self._is_ready = forms(training), os.getpid(), False
        # Its loader has the examples to train on.
        state = {**training.__getstate__(), "data": None, "loader": training.loader.compact()}
        self._examples = training.loader.sample()
        with ExitStack() as stack:
            message = write_message((type(training), state, self._forms, self.head))
            stack.callback(os.close, message)
            memory = memory_file(sum(form.size for form in self._forms.values()))
            stack.callback(os.close, memory)
            mine, theirs = socket.socketpair()
            stack.callback(theirs.close)
            passed = [memory, message, theirs.fileno()]
            shared = shared_arrays(memory, self._forms)
            try:
                self.process = subprocess.Popen(
                    [sys.executable, "-P", "-c", START, *map(str, passed)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=passed,
                    env=_environment(),
                )
            except BaseException:
                mine.close()
                raise
        self._shared, self._signals = shared, Signals(mine, shared["counters"], 0)
        self._end = weakref.finalize(self, _end, self.process, mine, self._owner)
        _alive.append(self.process.pid)

    def _divide(self, training: Steps, steps: range) -> Share | None:
        """Copy what is trained into shared memory, and tell the helper to begin; None if there is none any longer."""
        whole, shared = training.whole, self._shared
        scalars = {name: array.copy() for name, array in whole.memory.items() if not array.ndim}
        changed = {name: getattr(training, name) for name in EXCHANGED}
        try:
            command = pickle.dumps((steps, scalars, changed))
            shared["command"][: len(command)] = np.frombuffer(command, np.uint8)
            shared["parameters"][:] = whole.network.parameters
            for name, array in _vectors(whole):
                shared[name][:] = array
            self._signals.tell()
        except (ConnectionError, *UNPICKLABLE) as error:  # it was killed since
            self._give_up(error)
            return None
        network = whole.network.on(shared["parameters"])
        first, *rest = network.layers
        tail = HelpedLayer(
            first.weights,
            first.biases,
            first.activation,
            (slice(self.head, None),),
            signals=self._signals,
            others=shared["sums"],
        )
        network.layers = (tail, *rest)
        largest = whole.traces[0]
        trace = network.trace(len(largest), dropout=bool(largest.masks), gradient=shared["gradient"])
        trace.layers[0].delta = shared["delta"]
        own = slice(self.head * len(first.biases), None)
        loader = HelpedLoader(training.loader, shared, self._signals)
        memory, average = _states(whole, shared, own)
        return Share(network, loader, [trace], own, memory, average, steps)

    def _put_together(self, training: Steps, share: Share) -> None:
        """Copy what was learned into the training: all of it, also if an interrupt comes meanwhile."""
        try:
            self._copy_back(training.whole, share)
        except BaseException:
            self._copy_back(training.whole, share)
            raise

    def _copy_back(self, whole: Share, share: Share) -> None:
        whole.network.parameters[:] = self._shared["parameters"]
        for name, array in _vectors(whole):
            array[:] = self._shared[name]
        for own, theirs in ((whole.memory, share.memory), (whole.average, share.average)):
            for name, array in own.items():
                if not array.ndim:
                    array[...] = theirs[name]


def forms(training: Steps) -> dict[str, ArrayForm]:
    """Say which arrays both processes see."""
    whole, rows = training.whole, training.loader.batch_size
    inputs, units, *_ = sizes = whole.network.architecture.sizes
    dtype = whole.network.parameters.dtype
    vector = ArrayForm(whole.network.parameters.shape, dtype)
    found = {f"inputs {slot}": ArrayForm((rows, inputs), dtype) for slot in range(SLOTS)}
    found |= {f"targets {slot}": ArrayForm((rows, sizes[-1]), dtype, "F") for slot in range(SLOTS)}
    order: Order = "F" if len(sizes) == 2 else "C"  # as in a trace
    # The sums are those of a plain product, which has other last bits where it is written column by column.
    found |= {"sums": ArrayForm((rows, units), dtype), "delta": ArrayForm((rows, units), dtype, order)}
    found["counters"] = ArrayForm((COUNTERS,), np.dtype(np.int64))
    found["command"] = ArrayForm((MOST_OF_A_COMMAND,), np.dtype(np.uint8))
    return {**found, "parameters": vector, "gradient": vector, **{name: vector for name, _ in _vectors(whole)}}


def _vectors(whole: Share) -> list[tuple[str, AnyArray]]:
    """Give names and arrays of what is remembered of each parameter."""
    memory = [(f"memory {name}", array) for name, array in whole.memory.items() if array.ndim]
    return memory + [(f"average {name}", array) for name, array in whole.average.items() if array.ndim]


def _states(whole: Share, shared: Mapping[str, AnyArray], own: slice) -> list[State]:
    """Give the stretch of the optimizer's memory and of the average; single numbers are copies."""
    return [
        {name: shared[f"{kind} {name}"][own] if array.ndim else array.copy() for name, array in state.items()}
        for kind, state in (("memory", whole.memory), ("average", whole.average))
    ]


@dataclass(frozen=True, kw_only=True)
class HelpedLayer(Layer):
    """The first layer without the helper's inputs.

    Parameters
    ----------
    signals : Signals
        To and from the helper.
    others : ndarray of shape (batch, units)
        Where the helper's sums are.
    """

    signals: Signals
    others: Floats

    def weighted_sums(self, inputs: Floats, out: Floats) -> None:
        """Compute z as `Layer` does, with the helper's part of it."""
        super().weighted_sums(inputs, out)
        self.signals.wait()
        out += self.others[: len(inputs)]

    def gradient(self, trace: LayerTrace, out: WeightsAndBiases) -> None:
        """Tell the helper that the deltas are there, and compute the gradient as `Layer` does."""
        self.signals.tell()
        super().gradient(trace, out)


class HelpedLoader(BatchLoader):
    """A loader whose batches are read by the helper."""

    def __init__(self, loader: BatchLoader, shared: Mapping[str, AnyArray], signals: Signals) -> None:
        self.__dict__.update(loader.__dict__)
        self._shared, self._signals = shared, signals

    def load(self, number: int, shard: int, trace: Trace) -> Trace:
        """Await a batch, and give a trace that shows it."""
        positions = self.positions(number, shard)
        rows = slice(len(positions))
        trace = trace if len(positions) == len(trace) else trace[rows]
        self._signals.wait()
        trace.inputs = self._shared[f"inputs {number % SLOTS}"][rows]
        trace.targets = self._shared[f"targets {number % SLOTS}"][rows]
        self.finish(number, shard, positions, trace)
        return trace


def _environment() -> dict[str, str]:
    """Give the helper's environment: the modules that this process finds, and one thread."""
    paths = [path or str(Path.cwd()) for path in sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _end(process: subprocess.Popen[bytes], end: socket.socket, owner: int) -> None:
    end.close()
    if os.getpid() == owner:  # a process that was forked from the owner only forgets it
        process.kill()
        process.wait()
    _alive.remove(process.pid)


def main() -> None:
    """Be the helper, until the trainer ends or closes its end of the socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trainer's, who ends this process
    memory, message, end = map(int, sys.argv[1:])
    kind, state, own_forms, head = read_message(message)
    training = object.__new__(kind)
    training.__setstate__(state)
    shared = shared_arrays(memory, own_forms)
    signals = Signals(socket.socket(fileno=end), shared["counters"], 1)
    helper = Head(training, head, shared, signals)
    with one_blas_thread(), quiet(), suppress(EOFError, OSError):  # the trainer has ended
        signals.tell()  # it is ready
        while True:
            signals.wait()
            steps, scalars, changed = pickle.loads(shared["command"].tobytes())
            for name, value in changed.items():
                setattr(training, name, value)
            helper.work(steps, scalars)


class Head:
    """What the helper does.

    Parameters
    ----------
    training : Training
        A copy of the trainer's.
    head : int
        How many of the first layer's inputs are the helper's.
    shared : mapping of str to ndarray
        What both see.
    signals : Signals
        To and from the trainer.
    """

    def __init__(self, training: Any, head: int, shared: Mapping[str, AnyArray], signals: Signals) -> None:
        self.training, self.head, self.shared, self.signals = training, head, shared, signals
        self.network: Network = training.network.on(shared["parameters"])
        self.own = slice(head * len(self.network.layers[0].biases))

    def work(self, steps: range, scalars: State) -> None:
        """Do the head's part of some steps of the epoch."""
        training, shared, loader = self.training, self.shared, self.training.loader
        memory, average = _states(training.whole, shared, self.own)
        share = Share(self.network, loader, [], self.own, {**memory, **scalars}, average, steps)
        gradient = self.network.trace(0, gradient=shared["gradient"]).gradients[0].weights[: self.head]
        weights = self.network.layers[0].weights[: self.head]
        loader.begin(training.progress.epoch)
        done, total = training.progress.epoch * training.steps_per_epoch, training.epochs * training.steps_per_epoch
        self._read(steps.start)
        for number in steps:
            rows = slice(len(loader.positions(number, 0)))
            inputs = shared[f"inputs {number % SLOTS}"][rows, : self.head]
            np.matmul(inputs, weights, out=shared["sums"][rows])
            self.signals.tell()
            if number + 1 < steps.stop:
                self._read(number + 1)
            self.signals.wait()  # for the trainer's deltas
            weight_gradient(inputs, shared["delta"][rows], out=gradient)
            training.update(share, shared["gradient"], done + number, total)
        self.signals.tell()

    def _read(self, number: int) -> None:
        """Read a batch into its slot."""
        loader = self.training.loader
        positions = loader.positions(number, 0)
        rows, slot = slice(len(positions)), number % SLOTS
        loader.read(number, 0, positions, self.shared[f"inputs {slot}"][rows], self.shared[f"targets {slot}"][rows])
        self.signals.tell()
