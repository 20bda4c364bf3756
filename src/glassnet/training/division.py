"""The weights divided among several processors: each is the owner of some inputs of the first layer, or of all layers.

The weighted sums z = x W + b are sums over the inputs, so the inputs can be dealt out in parts: with x_p the inputs of
part p and W_p their rows of W, z is the sum of all x_p W_p, and b. The owner of part p alone reads and writes W_p, its
gradient and its velocity, which therefore stay in one processor's cache. It needs the deltas, and gives its sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from ..arrays import Allocate, Floats
from ..network.architecture import Architecture
from ..network.layer import Dense
from ..network.trace import Trace
from .descent import Descent, Pace
from .halves import Half

STRIDE = 16  # parts are multiples of so many inputs, which suits the matrix product
MOST = 0.9  # of the inputs, for all others together


class Owner(Protocol):
    """Somebody who owns a part of the weights."""

    def sums(self, inputs: Floats) -> Floats:
        """Give the part's contribution to the weighted sums of a batch in the first layer, (batch, units)."""

    def answer(self, trace: Trace) -> None:
        """Take the other half of the batch forward, where batches are halved."""

    def learn(self, trace: Trace, pace: Pace) -> None:
        """Update the part by the gradient of a batch, for which the trainer's deltas are there."""


class Share:
    """A part of the weights, and all that its owner does with it.

    Parameters
    ----------
    parts : sequence of slice
        Which of each layer's inputs; there may be fewer than layers.
    descent : Descent
        Whose parameters, gradient and memory it works on.
    half : Half or None
        Of every batch, if batches are halved.
    allocate : callable
        Makes the array of the partial sums.
    """

    def __init__(self, parts: Sequence[slice], descent: Descent, half: Half | None, allocate: Allocate) -> None:
        layer = descent.network.layers[0]
        self.descent = descent
        self.half = half
        self._parts = parts
        self._weights = layer.weights[parts[0]]
        self._ranges = ranges(descent.network.architecture, parts)
        self._sums = allocate((len(descent.trace), layer.weights.shape[1]), layer.weights.dtype, "C")

    def sums(self, inputs: Floats) -> Floats:
        """Compute x_p W_p, of shape (batch, units)."""
        out = self._sums[: len(inputs)]
        np.matmul(inputs[:, self._parts[0]], self._weights, out=out)
        return out

    def shown_sums(self, count: int) -> Floats:
        """Show what `sums` computed last, for a batch of so many examples."""
        return self._sums[:count]

    def answer(self, trace: Trace) -> None:
        """Take this owner's half of the batch forward, if it has one."""
        if self.half:
            self.half.forward(trace, self.shown_sums(len(trace)))

    def learn(self, trace: Trace, pace: Pace) -> None:
        """Take its half backward, and update the part."""
        if self.half:
            self.half.backward()
        self.update(trace, pace)

    def update(self, trace: Trace, pace: Pace) -> None:
        """Compute the part's gradient from the whole batch's inputs and deltas, and update the part."""
        layers = zip(self._parts, trace.layer_inputs, trace.deltas, trace.gradients, strict=False)
        for part, values, deltas, gradient in layers:
            Dense.gradient_of_weights(values[:, part], deltas, gradient.weights[part])
        for each in self._ranges:
            self.descent.step_part(each, pace)


def ranges(architecture: Architecture, parts: Sequence[slice]) -> list[slice]:
    """Find the weights of some inputs of each layer in the parameter vector, neighbors joined.

    Examples
    --------
    >>> ranges(Architecture.of([4, 3, 2]), [slice(2, 4), slice(0, 1)])
    [slice(6, 14, None)]
    >>> ranges(Architecture.of([4, 3, 2]), [slice(0, 2), slice(1, 3)])
    [slice(0, 6, None), slice(14, 18, None)]
    """
    found: list[slice] = []
    start = 0
    for part, (inputs, units) in zip(parts, pairwise(architecture.sizes), strict=False):
        own = slice(start + part.start * units, start + part.stop * units)
        if found and found[-1].stop == own.start:
            own = slice(found.pop().start, own.stop)
        if own.stop > own.start:
            found.append(own)
        start += inputs * units
    return found


@dataclass(frozen=True)
class DividedDense(Dense):
    """The first layer as one of its owners sees it: its own inputs are computed here, the rest elsewhere.

    Parameters
    ----------
    weights, biases : ndarray
        As in `Dense`; whole.
    own : slice
        The inputs that are this owner's.
    others : sequence of Owner
        Who has the rest of the sums; nobody where they are added later.
    """

    own: slice
    others: Sequence[Owner]

    def forward(self, inputs: Floats, out: Floats) -> None:
        """Compute the weighted sums, as `Dense` does."""
        np.matmul(inputs[:, self.own], self.weights[self.own], out=out)
        out += self.biases
        for other in self.others:
            out += other.sums(inputs)

    def gradient(self, inputs: Floats, deltas: Floats, out: Dense) -> None:
        """Compute the gradient of the own part, and of the biases, as `Dense` does."""
        self.gradient_of_weights(inputs[:, self.own], deltas, out.weights[self.own])
        np.add.reduce(deltas, axis=0, out=out.biases)


def divide(architecture: Architecture, owners: int, reading: int = 0, halved: bool = False) -> list[slice]:
    """Cut the first layer's inputs into parts, the last of which belongs to whoever does everything else.

    Parameters
    ----------
    architecture : Architecture
        The network's.
    owners : int
        How many; the result may have fewer parts if there are too few inputs.
    reading : int, optional
        What it takes the first owner to read an example, in weights whose product and gradient take as long.
    halved : bool, optional
        Whether everything else is halved too.

    Returns
    -------
    list of slice
        In order; together all inputs. The first is empty if reading is all that its owner has time for.

    Examples
    --------
    >>> divide(Architecture.of([784, 128, 10]), 2)
    [slice(0, 400, None), slice(400, 784, None)]
    >>> divide(Architecture.of([784, 128, 10]), 2, reading=1_000_000)
    [slice(0, 0, None), slice(0, 784, None)]
    """
    inputs, units = architecture.sizes[:2]
    # The gradients of the other layers are the last owner's; their weights take half the time of the first layer's.
    rest = 0 if halved else (architecture.weight_count - inputs * units) / (2 * units)
    each = min((inputs + rest + reading / units) / owners, MOST * inputs / max(owners - 1, 1))
    width = max(round(each / STRIDE), 1) * STRIDE
    first = max(round((each - reading / units) / STRIDE), 0 if reading else 1) * STRIDE
    starts = [0, *range(first, first + width * (owners - 1), width)][:owners]
    cuts = [start for start in starts if start < inputs]
    return [slice(start, stop) for start, stop in zip(cuts, [*cuts[1:], inputs], strict=True)]


def halve(architecture: Architecture) -> tuple[list[slice], list[slice]]:
    """Cut the inputs of every layer after the first in two.

    Examples
    --------
    >>> halve(Architecture.of([784, 64, 10]))
    ([slice(0, 32, None)], [slice(32, 64, None)])
    """
    middles = [(round(inputs / 2 / STRIDE) * STRIDE, inputs) for inputs in architecture.sizes[1:-1]]
    return [slice(0, middle) for middle, _ in middles], [slice(middle, inputs) for middle, inputs in middles]
