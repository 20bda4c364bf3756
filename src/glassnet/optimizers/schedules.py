"""Schedules: how the learning rate changes over a training.

A schedule gives, for each step, the factor that scales the optimizer's learning rate; n is the number of steps done, N
the number there will be.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from ..errors import UsageError
from ..registry import find


@dataclass(frozen=True)
class Schedule(ABC):
    """The factor of each step's learning rate."""

    name: ClassVar[str]

    @abstractmethod
    def factor(self, step: int, steps: int) -> float:
        """Give the factor of one step.

        Parameters
        ----------
        step : int
            How many steps are done, 0..steps-1.
        steps : int
            How many there will be.

        Returns
        -------
        float
            0 or more.
        """


@dataclass(frozen=True)
class Constant(Schedule):
    """The rate stays.

    ::

        f = 1
    """

    name = "constant"

    def factor(self, step: int, steps: int) -> float:
        return 1.0


@dataclass(frozen=True)
class StepDecay(Schedule):
    """The rate falls by a factor of γ after each of k equal parts of the training (PyTorch's StepLR).

    ::

        f = γ^⌊k n / N⌋

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
    """

    gamma: float = 0.1
    parts: int = 3

    name = "step"

    def __post_init__(self) -> None:
        if not 0 < self.gamma < math.inf or self.parts < 1:
            raise UsageError("impossible step decay", expected="gamma > 0 and parts >= 1", got=self)

    def factor(self, step: int, steps: int) -> float:
        return float(self.gamma ** (self.parts * step // steps))


@dataclass(frozen=True)
class Cosine(Schedule):
    """The rate falls along half a cosine to zero (I. Loshchilov, F. Hutter 2017; PyTorch's CosineAnnealingLR).

    ::

        f = (1 + cos(π n / N)) / 2
    """

    name = "cosine"

    def factor(self, step: int, steps: int) -> float:
        return (1 + math.cos(math.pi * step / steps)) / 2


@dataclass(frozen=True)
class OneCycle(Schedule):
    """The rate rises along half a cosine from a 25th, and falls along another to nearly nothing.

    ::

        f = a + (b − a) (1 − cos(π q)) / 2

    While rising, a = 1/25, b = 1, q = n / r; then a = 1, b = 1/250000, q = (n − r) / (N − 1 − r); r = 0.3 N − 1 is
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
    """

    rise: float = 0.3
    first: float = 1 / 25
    last: float = 1 / 250_000

    name = "one-cycle"

    def __post_init__(self) -> None:
        if not 0 <= self.rise <= 1 or not 0 <= self.first < math.inf or not 0 <= self.last < math.inf:
            raise UsageError("impossible one-cycle", expected="rise in 0..1, first and last 0 or more", got=self)

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

        f = s (n + 1) / w

    for the first w steps, s being the other schedule's first factor.

    Parameters
    ----------
    warmup_steps : int
        w, 0 or more.
    then : Schedule, optional
        What follows.

    Raises
    ------
    UsageError
        If w is negative or not finite.

    Notes
    -----
    Source: P. Goyal et al., "Accurate, large minibatch SGD" (2017), section 2.2.

    Examples
    --------
    >>> schedule = WarmUp(2, Cosine())
    >>> [round(schedule.factor(step, 6), 3) for step in range(6)]
    [0.5, 1.0, 1.0, 0.854, 0.5, 0.146]
    """

    warmup_steps: int
    then: Schedule = field(default_factory=Constant)

    name = "warm-up"

    def __post_init__(self) -> None:
        if not 0 <= self.warmup_steps < math.inf:
            raise UsageError("impossible warm-up", expected="0 steps or more", got=self.warmup_steps)

    def factor(self, step: int, steps: int) -> float:
        if step < self.warmup_steps:
            return (step + 1) / self.warmup_steps * self.then.factor(0, max(steps - self.warmup_steps, 1))
        return self.then.factor(step - self.warmup_steps, steps - self.warmup_steps)


def _along_cosine(start: float, end: float, way: float) -> float:
    return start + (end - start) * (1 - math.cos(math.pi * way)) / 2


SCHEDULES: dict[str, Schedule] = {
    schedule.name: schedule for schedule in (Constant(), StepDecay(), Cosine(), OneCycle())
}


def schedule(name: str) -> Schedule:
    """Find a schedule with its usual numbers.

    Parameters
    ----------
    name : str
        A key of ``SCHEDULES``.

    Returns
    -------
    Schedule

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return find("schedule", name, SCHEDULES)
