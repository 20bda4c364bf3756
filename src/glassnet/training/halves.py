"""A batch divided between two owners: each takes one half of the examples through the layers after the first.

The layers after the first need all that the first one gave, so they cannot be divided by inputs without adding up sums
at every one of them. Examples need nothing of one another until the gradient: there each owner has some inputs of every
layer, and needs the activations and deltas of all examples.
"""

from __future__ import annotations

from ..arrays import Floats
from ..network.architecture import Architecture
from ..network.network import Network, propagate
from ..network.trace import Trace

# Weights of the layers after the first, times examples, from which on it is worth while to wait for one another.
WORTH_HALVING = 40_000_000


def worth_halving(architecture: Architecture, batch_size: int) -> bool:
    """Whether the layers after the first have so much to do that a batch is better halved.

    Examples
    --------
    >>> [worth_halving(Architecture.of(sizes), 128) for sizes in ([784, 512, 256, 10], [784, 1000, 500, 10])]
    [False, True]
    """
    inputs, units = architecture.sizes[:2]
    return (architecture.weight_count - inputs * units) * batch_size >= WORTH_HALVING


class Half:
    """One of the two halves of every batch.

    Parameters
    ----------
    network : Network
        Undivided.
    second : bool
        Which half.
    """

    def __init__(self, network: Network, second: bool) -> None:
        self._network = network
        self._second = second

    def rows(self, count: int) -> slice:
        """Give this half of so many examples."""
        middle = count // 2
        return slice(middle, count) if self._second else slice(0, middle)

    def forward(self, trace: Trace, sums: Floats) -> None:
        """Go forward from the first layer's weighted sums, and measure the losses.

        Parameters
        ----------
        trace : Trace
            Of the whole batch; its first sums are those of one owner.
        sums : ndarray of shape (batch, units)
            The other owner's, which are added.
        """
        rows = self.rows(len(trace))
        self._view = view = trace[rows]
        first = view.pre_activations[0]
        first += sums[rows]
        self._network.complete(view)
        view.losses[...] = self._network.loss.per_example(view.logits, view.outputs, view.targets)
        view.shares.fill(1 / len(trace))

    def backward(self) -> None:
        """Compute the deltas of the examples that went forward last."""
        propagate(self._network, self._view)
