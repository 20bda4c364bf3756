"""What the processes of one machine divide of a training's steps, and what each of them then does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ...arrays import AnyArray, Floats
from ...network.trace import Trace
from ...optimizers.optimizer import State
from .executor import Share, Steps
from .sharing import ArrayForm, Signals


class Division(ABC):
    """What is divided, and in which order sums are added; it holds in all processes.

    Attributes
    ----------
    workers : int
        How many processes: the one that trains, and helpers.
    """

    workers: int

    @abstractmethod
    def forms(self, training: Steps) -> dict[str, ArrayForm]:
        """Say which arrays all processes see, beside the parameters and what is remembered of each of them."""

    @abstractmethod
    def share(self, training: Steps, shared: Mapping[str, AnyArray], helpers: Sequence[Signals], steps: range) -> Share:
        """Say what the process that trains does of some steps; ``helpers`` are the signals to and from each."""

    def gather(
        self, share: Share, traces: Sequence[Trace], shared: Mapping[str, AnyArray], helpers: Sequence[Signals]
    ) -> tuple[float, Floats]:
        """Give loss and gradient of the whole batch, the latter at least where the trainer updates."""
        return traces[0].loss, traces[0].gradient

    def responsive(self, seen: list[bool], shared: Mapping[str, AnyArray]) -> list[bool]:
        """Tell which hidden layers any process saw to let a gradient through; ``seen`` are the trainer's."""
        return seen

    @abstractmethod
    def work(self, training: Any, helper: int, shared: Mapping[str, AnyArray], signals: Sequence[Signals]) -> Work:
        """Say what a helper does, by its number from 0; its first signals are those to and from the trainer."""


class Work(ABC):
    """What a helper does of some steps."""

    @abstractmethod
    def make(self, steps: range, scalars: State) -> None:
        """Do this process's part of some steps of the epoch; ``scalars`` are the optimizer's single numbers."""


def dealt(count: int, workers: int) -> list[slice]:
    """Deal out so many neighboring things; the last of several processes gets no more than any other.

    >>> dealt(4, 3), dealt(3, 2)
    ([slice(0, 2, None), slice(2, 3, None), slice(3, 4, None)], [slice(0, 2, None), slice(2, 3, None)])
    """
    starts = [-(-count * worker // workers) for worker in range(workers + 1)]
    return [slice(start, stop) for start, stop in pairwise(starts)]


def vectors(whole: Share) -> list[tuple[str, AnyArray]]:
    """Give names and arrays of what is remembered of each parameter."""
    memory = [(f"memory {name}", array) for name, array in whole.memory.items() if array.ndim]
    return memory + [(f"average {name}", array) for name, array in whole.average.items() if array.ndim]


def states(whole: Share, shared: Mapping[str, AnyArray], own: slice) -> list[State]:
    """Give a stretch of the optimizer's memory and of the average; single numbers are copies."""
    return [
        {name: shared[f"{kind} {name}"][own] if array.ndim else array.copy() for name, array in state.items()}
        for kind, state in (("memory", whole.memory), ("average", whole.average))
    ]
