"""Processes that divide the first layer's inputs: each owns the weights of some, their gradient and their update.

The process that trains has the last inputs and all that follows the first layer. The first helper reads the batches
too: while the trainer goes forward and backward, it reads the next one. Each helper computes its part of the first
layer's sums, which the trainer adds in the order of `Layer.weighted_sums`; it needs the trainer's deltas, and then
updates its weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...arrays import AnyArray, Floats, Order
from ...network.layer import Layer, LayerTrace, WeightsAndBiases, weight_gradient
from ...network.trace import Trace
from ...optimizers.optimizer import State
from ..loader import BatchLoader
from .division import Division, Work, dealt, states
from .executor import Share, Steps
from .sharing import ArrayForm, Signals

SLOTS = 3  # a batch is learned from, the next one is read, and the last one may still be in the others' hands


class InputParts(Division):
    """Parts of the first layer's inputs, dealt out to some processes; each has neighboring ones.

    Parameters
    ----------
    parts : sequence of slice
        As `divide` cuts them.
    workers : int
        How many processes; no more than there are parts.
    """

    def __init__(self, parts: Sequence[slice], workers: int) -> None:
        self.workers = workers
        self.groups = [parts[group] for group in dealt(len(parts), workers)]

    def forms(self, training: Steps) -> dict[str, ArrayForm]:
        """Say what all see: some batches, the gradient, the parts' sums and the first layer's deltas."""
        network, rows = training.whole.network, training.loader.batch_size
        inputs, units, *_ = sizes = network.architecture.sizes
        dtype = network.parameters.dtype
        found = {f"inputs {slot}": ArrayForm((rows, inputs), dtype) for slot in range(SLOTS)}
        found |= {f"targets {slot}": ArrayForm((rows, sizes[-1]), dtype, "F") for slot in range(SLOTS)}
        # The sums are those of a plain product, which has other last bits where it is written column by column.
        for helper, group in enumerate(self.groups[:-1]):
            found |= {_name(helper, place): ArrayForm((rows, units), dtype) for place in range(len(group))}
        order: Order = "F" if len(sizes) == 2 else "C"  # as in a trace
        return {
            **found,
            "delta": ArrayForm((rows, units), dtype, order),
            "gradient": ArrayForm(network.parameters.shape, dtype),
        }

    def share(self, training: Steps, shared: Mapping[str, AnyArray], helpers: Sequence[Signals], steps: range) -> Share:
        """Give the last inputs of the first layer, and all that follows it."""
        whole = training.whole
        network = whole.network.on(shared["parameters"])
        first, *rest = network.layers
        others = tuple(
            (signals, [shared[_name(helper, place)] for place in range(len(group))])
            for helper, (signals, group) in enumerate(zip(helpers, self.groups, strict=False))
        )
        parts = tuple(self.groups[-1])
        network.layers = (HelpedLayer(first.weights, first.biases, first.activation, parts, others=others), *rest)
        largest = whole.traces[0]
        trace = network.trace(len(largest), dropout=bool(largest.masks), gradient=shared["gradient"])
        trace.layers[0].delta = shared["delta"]
        own = slice(parts[0].start * len(first.biases), None)
        loader = HelpedLoader(training.loader, shared, helpers[0])
        memory, average = states(whole, shared, own)
        return Share(network, loader, [trace], own, memory, average, steps)

    def work(self, training: Any, helper: int, shared: Mapping[str, AnyArray], signals: Sequence[Signals]) -> Head:
        """Give a helper its parts; the first one reads the batches as well."""
        sums = [shared[_name(helper, place)] for place in range(len(self.groups[helper]))]
        return Head(training, self.groups[helper], sums, shared, signals, reads=helper == 0)


def _name(helper: int, place: int) -> str:
    return f"sums {helper} {place}"


@dataclass(frozen=True, kw_only=True)
class HelpedLayer(Layer):
    """The first layer without the helpers' inputs.

    Parameters
    ----------
    others : tuple of (Signals, list of ndarray of shape (batch, units))
        For each helper the signals to and from it, and where the sums of its parts are.
    """

    others: tuple[tuple[Signals, list[Floats]], ...]

    def weighted_sums(self, inputs: Floats, out: Floats) -> None:
        """Compute z as `Layer` does, part after part, with the helpers' parts of it."""
        *own, last = self.parts
        np.matmul(inputs[:, last], self.weights[last], out=out)
        out += self.biases
        mine = [inputs[:, part] @ self.weights[part] for part in own]
        for signals, sums in self.others:
            signals.wait()
            for part in sums:
                out += part[: len(inputs)]
        for part in mine:
            out += part

    def gradient(self, trace: LayerTrace, out: WeightsAndBiases) -> None:
        """Tell the helpers that the deltas are there, and compute the gradient as `Layer` does."""
        for signals, _ in self.others:
            signals.tell()
        super().gradient(trace, out)


class HelpedLoader(BatchLoader):
    """A loader whose batches are read by the first helper."""

    def __init__(self, loader: BatchLoader, shared: Mapping[str, AnyArray], reader: Signals) -> None:
        self.__dict__.update(loader.__dict__)
        self._shared, self._reader = shared, reader

    def load(self, number: int, shard: int, trace: Trace) -> Trace:
        """Await a batch, and give a trace that shows it."""
        positions = self.positions(number, shard)
        rows = slice(len(positions))
        trace = trace if len(positions) == len(trace) else trace[rows]
        self._reader.wait()
        trace.inputs = self._shared[f"inputs {number % SLOTS}"][rows]
        trace.targets = self._shared[f"targets {number % SLOTS}"][rows]
        self.finish(number, shard, positions, trace)
        return trace


class Head(Work):
    """What a helper does: its parts' sums, gradient and update, and as the first one the reading.

    Parameters
    ----------
    training : Training
        A copy of the trainer's.
    parts : sequence of slice
        Of the first layer's inputs; none but an empty one where reading takes all of the helper's time.
    sums : list of ndarray of shape (batch, units)
        Where each part's sums go.
    shared : mapping of str to ndarray
        What all see.
    signals : sequence of Signals
        To and from the trainer, and then the other helpers that are read for; or the one that reads.
    reads : bool
        Whether this helper reads the batches.
    """

    def __init__(
        self,
        training: Any,
        parts: Sequence[slice],
        sums: list[Floats],
        shared: Mapping[str, AnyArray],
        signals: Sequence[Signals],
        reads: bool,
    ) -> None:
        self.training, self.parts, self.sums, self.shared, self.reads = training, parts, sums, shared, reads
        self.trainer, *self.others = signals
        self.network = training.network.on(shared["parameters"])
        units = len(self.network.layers[0].biases)
        self.own = slice(parts[0].start * units, parts[-1].stop * units)

    def make(self, steps: range, scalars: State) -> None:
        """Make some steps of the epoch for the head."""
        training, shared, loader = self.training, self.shared, self.training.loader
        memory, average = states(training.whole, shared, self.own)
        share = Share(self.network, loader, [], self.own, {**memory, **scalars}, average, steps)
        gradient = self.network.trace(0, gradient=shared["gradient"]).gradients[0].weights
        weights = self.network.layers[0].weights
        loader.begin(training.progress.epoch)
        done, total = training.progress.epoch * training.steps_per_epoch, training.epochs * training.steps_per_epoch
        if self.reads:
            self._read(steps.start)
        for number in steps:
            rows = slice(len(loader.positions(number, 0)))
            inputs = shared[f"inputs {number % SLOTS}"][rows]
            if not self.reads:
                self.others[0].wait()
            for part, sums in zip(self.parts, self.sums, strict=True):
                np.matmul(inputs[:, part], weights[part], out=sums[rows])
            self.trainer.tell()
            if self.reads and number + 1 < steps.stop:
                self._read(number + 1)
            self.trainer.wait()  # for its deltas
            for part in self.parts:
                weight_gradient(inputs[:, part], shared["delta"][rows], out=gradient[part])
            training.update(share, shared["gradient"], done + number, total)
        self.trainer.tell()

    def _read(self, number: int) -> None:
        """Read a batch into its slot, and tell all."""
        loader = self.training.loader
        positions = loader.positions(number, 0)
        rows, slot = slice(len(positions)), number % SLOTS
        loader.read(number, 0, positions, self.shared[f"inputs {slot}"][rows], self.shared[f"targets {slot}"][rows])
        for each in (self.trainer, *self.others):
            each.tell()
