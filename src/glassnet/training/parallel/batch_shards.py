"""Processes that divide a batch: each computes some of its shards, and updates a stretch of all parameters.

All see the same parameters. A step has two meetings: when every shard's gradient is there, each process adds up its own
stretch of them, in the order of `add_in_pairs`, and updates it; when every stretch is updated, the next step begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...arrays import AnyArray, Floats
from ...network.network import Network
from ...network.trace import Trace
from ...optimizers.optimizer import State
from ..loader import BatchLoader, ShardLoader
from .division import Division, Work, dealt, states
from .executor import Share, Steps, add_in_pairs
from .sharing import ALIGNMENT, ArrayForm, Signals


class BatchShards(Division):
    """The shards of a batch, dealt out to some processes; the one that trains has the first.

    Parameters
    ----------
    shards : int
        How many there are.
    workers : int
        How many processes; no more than there are shards.
    """

    def __init__(self, shards: int, workers: int) -> None:
        self.workers = workers
        # The trainer has no more than any other, for what is to do beside the steps is its own.
        counts = [part.stop - part.start for part in reversed(dealt(shards, workers))]
        self.starts = [sum(counts[:worker]) for worker in range(workers + 1)]

    def forms(self, training: Steps) -> dict[str, ArrayForm]:
        """Say what all see: every shard's gradient and loss, and which layers were seen to let a gradient through."""
        network, shards = training.whole.network, self.starts[-1]
        vector = ArrayForm(network.parameters.shape, network.parameters.dtype)
        return {
            **{f"gradient {shard}": vector for shard in range(shards)},
            "losses": ArrayForm((shards,), np.dtype(np.float64)),
            "responsive": ArrayForm((self.workers, len(network.layers) - 1), np.dtype(np.bool_)),
        }

    def whole_shards(
        self, training: Any, worker: int, shared: Mapping[str, AnyArray], loader: BatchLoader, steps: range
    ) -> Share:
        """Give a process its shards, and a stretch of the update; the trainer's number is 0."""
        whole, shards = training.whole, range(self.starts[worker], self.starts[worker + 1])
        network = whole.network.on(shared["parameters"]).in_parts(whole.network.layers[0].parts)
        rows, dropout = len(whole.traces[0]), bool(whole.traces[0].masks)
        traces = [network.trace(rows, dropout=dropout, gradient=shared[f"gradient {shard}"]) for shard in shards]
        own = stretch(len(network.parameters), worker, self.workers)
        memory, average = states(whole, shared, own)
        return Share(network, loader, traces, own, memory, average, steps)

    def share(self, training: Steps, shared: Mapping[str, AnyArray], helpers: Sequence[Signals], steps: range) -> Share:
        """Give the trainer its shards."""
        shared["responsive"][:] = False
        return self.whole_shards(training, 0, shared, MeetingLoader(training.loader, helpers, steps.start), steps)

    def gather(
        self, share: Share, traces: Sequence[Trace], shared: Mapping[str, AnyArray], helpers: Sequence[Signals]
    ) -> tuple[float, Floats]:
        """Await all gradients, and add up the trainer's stretch of them."""
        shared["losses"][: len(traces)] = [trace.loss for trace in traces]
        meet(helpers)
        return self.add(shared, share.own), shared["gradient 0"]

    def add(self, shared: Mapping[str, AnyArray], own: slice) -> float:
        """Add up a stretch of all gradients, where the first shard has it, and give the batch's loss."""
        gradients = [shared[f"gradient {shard}"][own] for shard in range(self.starts[-1])]
        return add_in_pairs(shared["losses"].tolist(), gradients)

    def responsive(self, seen: list[bool], shared: Mapping[str, AnyArray]) -> list[bool]:
        """Tell which hidden layers any process saw to let a gradient through, each among the examples of its shards."""
        found: list[bool] = np.logical_or(shared["responsive"].any(axis=0), seen).tolist()
        return found

    def work(self, training: Any, helper: int, shared: Mapping[str, AnyArray], signals: Sequence[Signals]) -> Shards:
        """Give a helper its shards."""
        return Shards(self, training, helper + 1, shared, signals[0])


class MeetingLoader(BatchLoader):
    """A loader that, once the trainer's own first shard is read, awaits the end of the step before.

    Parameters
    ----------
    loader : BatchLoader
        Of all shards.
    helpers : sequence of Signals
        To and from each helper.
    first : int
        The batch before which nobody has to be awaited.
    """

    def __init__(self, loader: BatchLoader, helpers: Sequence[Signals], first: int) -> None:
        self.__dict__.update(loader.__dict__)
        self._helpers, self._first = helpers, first

    def load(self, number: int, shard: int, trace: Trace) -> Trace:
        """Load a shard as `BatchLoader` does."""
        trace = super().load(number, shard, trace)
        if not shard and number != self._first:
            meet(self._helpers)
        return trace


class Shards(Work):
    """What a helper does: forward and backward of its shards, and the update of its stretch.

    Parameters
    ----------
    division : BatchShards
        Which shards are whose.
    training : Training
        A copy of the trainer's.
    worker : int
        This process's number; the trainer's is 0.
    shared : mapping of str to ndarray
        What all see.
    trainer : Signals
        To and from the trainer.
    """

    def __init__(
        self, division: BatchShards, training: Any, worker: int, shared: Mapping[str, AnyArray], trainer: Signals
    ) -> None:
        self.division, self.training, self.worker = division, training, worker
        self.shared, self.trainer = shared, trainer

    def make(self, steps: range, scalars: State) -> None:
        """Make this process's part of some steps of the epoch."""
        training, shared, first = self.training, self.shared, self.division.starts[self.worker]
        training.loader.begin(training.progress.epoch)
        loader = ShardLoader(training.loader, first)
        share = self.division.whole_shards(training, self.worker, shared, loader, steps)
        share.memory.update(scalars)
        done, total = training.progress.epoch * training.steps_per_epoch, training.epochs * training.steps_per_epoch
        for number in steps:
            traces = [loader.load(number, shard, trace) for shard, trace in enumerate(share.traces)]
            if number != steps.start:
                self.trainer.wait()  # until every stretch is updated
            for shard, trace in enumerate(traces, start=first):
                share.network.forward(trace.inputs, trace)
                share.network.backward(trace.targets, trace)
                shared["losses"][shard] = trace.loss
            self.trainer.tell()
            self._note_responsive(share.network, traces)
            self.trainer.wait()  # until every gradient is there
            self.division.add(shared, share.own)
            training.update(share, shared["gradient 0"], done + number, total)
            self.trainer.tell()

    def _note_responsive(self, network: Network, traces: Sequence[Trace]) -> None:
        """Remember which hidden layers let a gradient through, until all were seen to."""
        seen = self.shared["responsive"][self.worker]
        if not seen.all():
            for trace in traces:
                seen |= [bool(layer.slopes(record).any()) for layer, record in network.hidden(trace)]


def meet(helpers: Sequence[Signals]) -> None:
    """Await every helper, and let all go on."""
    for helper in helpers:
        helper.wait()
    for helper in helpers:
        helper.tell()


def stretch(parameters: int, worker: int, workers: int) -> slice:
    """Cut so many parameters into stretches that begin in cache lines of their own, and give one of them."""
    lines = dealt(-(-parameters // ALIGNMENT), workers)[worker]
    return slice(lines.start * ALIGNMENT, min(lines.stop * ALIGNMENT, parameters))
