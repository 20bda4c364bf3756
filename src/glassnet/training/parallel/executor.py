"""Executors: each says what this process computes of the next steps, and adds up parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ...arrays import Floats
from ...data.dataset import Examples
from ...evaluation.evaluate import ClassificationResult, RegressionResult, evaluate
from ...model.model import Model
from ...network.architecture import Architecture
from ...network.network import Network
from ...network.trace import Trace
from ...optimizers.optimizer import State
from ..loader import AheadLoader, BatchLoader
from ..progress import Progress

# Below this many multiplications of a weight with an input, a second process saves less of a step than it costs.
WORTH_SHARING = 500_000
FEWEST_SHARED_STEPS = 10  # of an epoch that is worth sharing
STRIDE = 16  # parts are multiples of so many inputs, which suits the matrix product
MOST = 0.9  # of the inputs, for all parts but the last together


@dataclass
class Share:
    """What one process computes of a training's steps: all of it, unless others help.

    Attributes
    ----------
    network : Network
        Goes forward and backward; its first layer may get part of its sums from elsewhere.
    loader : BatchLoader
        Gives the batches, which may have been read elsewhere.
    traces : sequence of Trace
        One for each shard of a batch that is computed here.
    own : slice
        The stretch of the parameter vector that is updated here.
    memory : dict of str to ndarray
        The optimizer's, of that stretch.
    average : dict of str to ndarray
        The average of the parameters, of that stretch, and how many steps are in it; empty without averaging.
    steps : range
        Which batches of the epoch come next.
    """

    network: Network
    loader: BatchLoader
    traces: Sequence[Trace]
    own: slice
    memory: State
    average: State
    steps: range = range(0)

    @property
    def weight_count(self) -> int:
        """How many of the leading parameters of its stretch are weights, which alone are decayed and penalized."""
        start, stop, _ = self.own.indices(len(self.network.parameters))
        return max(min(stop, self.network.architecture.weight_count) - start, 0)


class Steps(Protocol):
    """What an executor knows of a training.

    Attributes
    ----------
    progress : Progress
        Where it stands.
    epochs, steps_per_epoch : int
        How long it is.
    loader : BatchLoader
        The batches.
    whole : Share
        All of a step's work, in this process.
    """

    progress: Progress
    epochs: int
    steps_per_epoch: int
    loader: BatchLoader
    whole: Share

    def __getstate__(self) -> dict[str, Any]:
        """Give what copies are made of."""


class Executor(ABC):
    """Who computes the steps.

    Attributes
    ----------
    shards : int
        In how many parts a batch's examples are best computed, where nothing else is said.
    """

    shards = 1

    @abstractmethod
    def joined(self, training: Steps) -> AbstractContextManager[Share]:
        """Say what this process does of the next steps; put together at the end what was divided.

        If the context ends without an error before all its steps are made, what it has done is undone, and whoever
        trains asks again.
        """

    def gather(self, traces: Sequence[Trace]) -> tuple[float, Floats]:
        """Give loss and gradient of the whole batch: every shard's, added pairwise: ((0 + 1) + (2 + 3)) + ...

        The gradient, (parameters,), is added up where the first shard has its own.
        """
        return add_in_pairs([trace.loss for trace in traces], [trace.gradient for trace in traces]), traces[0].gradient

    def evaluate(self, model: Model, examples: Examples) -> ClassificationResult | RegressionResult:
        """Evaluate what was learned, in this process alone or together with others, to the same bytes."""
        return evaluate(model, examples)

    def close(self) -> None:  # noqa: B027  (most have nothing to close)
        """Let go of other processes; whoever trains on starts them anew."""


def add_in_pairs(losses: list[float], gradients: Sequence[Floats]) -> float:
    """Add gradients, where the first is, and losses: ((0 + 1) + (2 + 3)) + ..., however many there are.

    Sums of neighbors are parts of the whole sum if there are 2, 4, 8, ... of them, whoever has added them.
    """
    losses, stride = list(losses), 1
    while stride < len(losses):
        for index in range(0, len(losses) - stride, 2 * stride):
            losses[index] += losses[index + stride]
            gradient = gradients[index]
            gradient += gradients[index + stride]
        stride *= 2
    return losses[0]


class Sequential(Executor):
    """One process does all of it, one part after another."""

    def joined(self, training: Steps) -> AbstractContextManager[Share]:
        """Give all work of all steps that are left of the epoch."""
        loader = AheadLoader(training.loader) if AheadLoader.pays(training.loader) else training.loader
        steps = range(training.progress.batch, training.steps_per_epoch)
        return nullcontext(replace(training.whole, loader=loader, steps=steps))


def suitable_parts(parameter_count: int, batch_size: int, steps: int) -> int:
    """Choose in how many parts the first layer's sums are computed: 2 where a second process can save time.

    It depends on the step alone, never on the machine, so that a training has the same last bits everywhere.

    Examples
    --------
    >>> suitable_parts(7_850, 32, 1_000), suitable_parts(101_770, 128, 391)
    (1, 2)
    """
    return 2 if parameter_count * batch_size >= WORTH_SHARING and steps >= FEWEST_SHARED_STEPS else 1


def divide(architecture: Architecture, parts: int, reading: int = 0) -> list[slice]:
    """Cut the first layer's inputs into parts, the last of which belongs to whoever does everything else.

    The weighted sums z = x W + b are sums over the inputs: with x_p the inputs of part p and W_p their rows of W, z is
    the sum of all x_p W_p, and b. Whoever has part p alone reads and writes W_p, its gradient and its velocity, which
    stay in one processor's cache; it needs the deltas, and gives its sums.

    Parameters
    ----------
    architecture : Architecture
        The network's.
    parts : int
        How many; the result may have fewer if there are too few inputs.
    reading : int, optional
        What it takes to read an example, which the first part's owner does, in weights whose product and gradient
        take as long.

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
    each = min((inputs + rest + reading / units) / parts, MOST * inputs / max(parts - 1, 1))
    width = max(round(each / STRIDE), 1) * STRIDE
    first = max(round((each - reading / units) / STRIDE), 0 if reading else 1) * STRIDE
    starts = [0, *range(first, first + width * (parts - 1), width)][:parts]
    cuts = [start for start in starts if start < inputs]
    return [slice(start, stop) for start, stop in zip(cuts, [*cuts[1:], inputs], strict=True)]
