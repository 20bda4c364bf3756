"""The first layer divided among several processors, each the owner of some of its inputs.

The weighted sums z = x W + b are sums over the inputs, so the inputs can be dealt out in parts: with x_p the inputs of
part p and W_p their rows of W, z is the sum of all x_p W_p, and b. The owner of part p alone reads and writes W_p, its
gradient and its velocity, which therefore stay in one processor's cache. It needs the deltas, and gives its sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..arrays import Allocate, Floats
from ..network.architecture import Architecture
from ..network.dense import Dense
from .descent import Descent, Pace

STRIDE = 16  # parts are multiples of so many inputs, which suits the matrix product
MOST = 0.9  # of the inputs, for all others together


class Owner(Protocol):
    """Somebody who owns a part of the first layer."""

    def sums(self, inputs: Floats) -> Floats:
        """Give the part's contribution to the weighted sums of a batch, (batch, units)."""

    def learn(self, inputs: Floats, deltas: Floats, pace: Pace) -> None:
        """Update the part by the gradient of a batch."""


class Share:
    """A part of the first layer, and all that its owner does with it.

    Parameters
    ----------
    inputs : slice
        Which of the layer's inputs.
    descent : Descent
        Whose parameters, gradient and memory it works on.
    allocate : callable
        Makes the array of the partial sums.
    """

    def __init__(self, inputs: slice, descent: Descent, allocate: Allocate) -> None:
        layer = descent.network.layers[0]
        self._inputs = inputs
        self._descent = descent
        self._weights = layer.weights[inputs]
        self._gradient = descent.trace.gradients[0].weights[inputs]
        units = layer.weights.shape[1]
        self._part = slice(inputs.start * units, inputs.stop * units)
        self._sums = allocate((len(descent.trace), units), layer.weights.dtype, "C")

    def sums(self, inputs: Floats) -> Floats:
        """Compute x_p W_p, of shape (batch, units)."""
        out = self._sums[: len(inputs)]
        np.matmul(inputs[:, self._inputs], self._weights, out=out)
        return out

    def shown_sums(self, count: int) -> Floats:
        """Show what `sums` computed last, for a batch of so many examples."""
        return self._sums[:count]

    def learn(self, inputs: Floats, deltas: Floats, pace: Pace) -> None:
        """Compute the part's gradient from inputs (batch, inputs) and deltas (batch, units), and update the part."""
        Dense.gradient_of_weights(inputs[:, self._inputs], deltas, self._gradient)
        self._descent.step_part(self._part, pace)


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
        Who has the rest.
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


def divide(architecture: Architecture, owners: int, reading: int = 0) -> list[slice]:
    """Cut the first layer's inputs into parts, the last of which belongs to whoever does everything else.

    Parameters
    ----------
    architecture : Architecture
        The network's.
    owners : int
        How many; the result may have fewer parts if there are too few inputs.
    reading : int, optional
        What it takes the first owner to read an example, in weights whose product and gradient take as long.

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
    rest = (architecture.weight_count - inputs * units) / (2 * units)
    each = min((inputs + rest + reading / units) / owners, MOST * inputs / max(owners - 1, 1))
    width = max(round(each / STRIDE), 1) * STRIDE
    first = max(round((each - reading / units) / STRIDE), 0 if reading else 1) * STRIDE
    starts = [0, *range(first, first + width * (owners - 1), width)][:owners]
    cuts = [start for start in starts if start < inputs]
    return [slice(start, stop) for start, stop in zip(cuts, [*cuts[1:], inputs], strict=True)]
