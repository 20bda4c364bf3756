"""Schedules: how the learning rate changes over a training.

A schedule gives, for each step, the factor that scales the optimizer's learning rate; t is the number of steps done, T
the number there will be.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from ..registry import Registry
from ..settings import Settings, setting

SCHEDULES: Registry[type[Schedule]] = Registry("schedule", package=__package__)


@dataclass(frozen=True)
class Schedule(Settings, ABC, group="schedule"):
    """The factor of each step's learning rate.

    Examples
    --------
    >>> [[round(schedule.factor(step, 4), 3) for step in range(4)] for schedule in (Constant(), Cosine())]
    [[1.0, 1.0, 1.0, 1.0], [1.0, 0.854, 0.5, 0.146]]
    """

    name: ClassVar[str]

    @abstractmethod
    def factor(self, step: int, steps: int) -> float:
        """Give the factor, 0 or more, when ``step`` of all ``steps`` steps are done: from 0 to one less than all."""

    def next_round(self, part: float) -> float:
        """Say when a rate that rises and falls again has come round to where it was, in parts of the training."""
        return math.inf


@SCHEDULES.register("constant")
@dataclass(frozen=True)
class Constant(Schedule):
    """The rate stays.

    ::

        f = 1
    """

    def factor(self, step: int, steps: int) -> float:
        return 1.0


@SCHEDULES.register("step")
@dataclass(frozen=True)
class StepDecay(Schedule):
    """The rate falls by a factor of γ after each of k equal parts of the training (PyTorch's StepLR).

    ::

        f = γ^⌊k t / T⌋

    Parameters
    ----------
    gamma : float, optional
        γ, positive.
    parts : int, optional
        k, at least 1.

    Raises
    ------
    UsageError
        If one is out of its range.

    Examples
    --------
    >>> [round(StepDecay(0.1, parts=2).factor(step, 4), 3) for step in range(4)]
    [1.0, 1.0, 0.1, 0.1]
    """

    gamma: float = setting(
        0.1,
        key="step_factor",
        label="Step factor",
        above=0,
        help="Factor of the learning rate after each part of the training",
    )
    parts: int = setting(
        3,
        key="step_parts",
        label="Step parts",
        low=1,
        help="Equal parts of the training, each with its own learning rate",
    )

    def factor(self, step: int, steps: int) -> float:
        return float(self.gamma ** (self.parts * step // steps))


@SCHEDULES.register("cosine")
@dataclass(frozen=True)
class Cosine(Schedule):
    """The rate falls along half a cosine to zero (I. Loshchilov, F. Hutter 2017; PyTorch's CosineAnnealingLR).

    ::

        f = (1 + cos(π t / T)) / 2
    """

    def factor(self, step: int, steps: int) -> float:
        return (1 + math.cos(math.pi * step / steps)) / 2


@SCHEDULES.register("coslog4")
@dataclass(frozen=True)
class CosineOfLogarithm(Schedule):
    """The rate rises and falls four times, each time for twice as long.

    ::

        f = (1 − cos(2 π ln(1 + 15 (t + 1/2) / T) / ln(2))) / 2

    A single step has 1. Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by default" (2024), section 3.
    """

    def factor(self, step: int, steps: int) -> float:
        if steps == 1:
            return 1.0
        return (1 - math.cos(2 * math.pi * math.log2(1 + 15 * (step + 0.5) / steps))) / 2

    def next_round(self, part: float) -> float:
        return 2 * part + 1 / 15  # the logarithm is larger by 1


@SCHEDULES.register("one-cycle")
@dataclass(frozen=True)
class OneCycle(Schedule):
    """The rate rises along half a cosine from a 25th, and falls along another to nearly nothing.

    ::

        f = a + (b − a) (1 − cos(π q)) / 2

    While rising, a = 1/25, b = 1, q = t / h; then a = 1, b = 1/250000, q = (t − h) / (T − 1 − h); h = 0.3 T − 1 is
    where the rate is highest. These are the numbers of PyTorch's OneCycleLR, which also cycles the momentum; this
    does not (its ``cycle_momentum=False``).

    Parameters
    ----------
    rise : float, optional
        The part of the training that rises, in 0..1; 0.3 above.
    first, last : float, optional
        The first and the last factor, 0 or more; 1/25 and 1/250000 above.

    Raises
    ------
    UsageError
        If one is out of its range.

    Notes
    -----
    Source: L. N. Smith, N. Topin, "Super-convergence: very fast training of neural networks using large learning rates"
    (2018).

    Examples
    --------
    >>> [round(OneCycle().factor(step, 10), 3) for step in (0, 2, 5, 9)]
    [0.04, 1.0, 0.611, 0.0]
    """

    rise: float = setting(
        0.3,
        key="cycle_rise",
        label="Cycle rise",
        low=0,
        high=1,
        unit="fraction",
        help="Part of the training in which the rate rises",
    )
    first: float = setting(
        1 / 25,
        key="cycle_first",
        label="Cycle first",
        low=0,
        help="Factor of the learning rate at the start",
    )
    last: float = setting(
        1 / 250_000,
        key="cycle_last",
        label="Cycle last",
        low=0,
        help="Factor of the learning rate at the end",
    )

    def factor(self, step: int, steps: int) -> float:
        summit = self.rise * steps - 1
        if step < summit:
            return _along_cosine(self.first, 1.0, step / summit)
        # A training so short that it has no rise begins at the summit.
        summit = max(summit, 0.0)
        return _along_cosine(1.0, self.last, (step - summit) / max(steps - 1 - summit, 1))


@dataclass(frozen=True)
class WarmUp(Schedule):
    """The rate rises in a line to where another schedule starts, which then takes the remaining steps.

    ::

        f = f_then (t + 1) / T_w

    for the first T_w steps, f_then being the other schedule's first factor.

    Parameters
    ----------
    warmup_steps : int
        T_w, 0 or more.
    then : Schedule, optional
        What follows.

    Raises
    ------
    UsageError
        If T_w is negative or not finite.

    Notes
    -----
    Source: P. Goyal et al., "Accurate, large minibatch SGD" (2017), section 2.2.

    Examples
    --------
    >>> schedule = WarmUp(2, Cosine())
    >>> [round(schedule.factor(step, 6), 3) for step in range(6)]
    [0.5, 1.0, 1.0, 0.854, 0.5, 0.146]
    """

    warmup_steps: int = setting(low=0, help="Steps in which the learning rate rises")
    then: Schedule = field(default_factory=Constant)

    name = "warm-up"

    def factor(self, step: int, steps: int) -> float:
        if step < self.warmup_steps:
            return (step + 1) / self.warmup_steps * self.then.factor(0, max(steps - self.warmup_steps, 1))
        return self.then.factor(step - self.warmup_steps, steps - self.warmup_steps)


def _along_cosine(start: float, end: float, way: float) -> float:
    return start + (end - start) * (1 - math.cos(math.pi * way)) / 2
