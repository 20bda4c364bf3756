"""Weight averaging: the mean of the parameters along the way is often a better place than the last of them.

All averages are kept up by one rule. With θ the parameters after a step and c that step's weight,

::

    m ← m + c (θ − m)
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from ..registry import Registry
from ..settings import Settings, setting

AVERAGES: Registry[type[Averaging]] = Registry("average", package=__package__)


class Averaging(Settings, ABC, group="averaging"):
    """Which steps count, and how much. A run takes the one whose first setting is not zero.

    Examples
    --------
    >>> list(AVERAGES)
    ['exponential', 'tail']
    """

    name: ClassVar[str]

    @abstractmethod
    def weight(self, step: int, steps: int) -> float:
        """Give the weight c, in 0..1, of the parameters after a step, counted from 1, of all steps.

        It is 0 if the average has not begun, 1 for the first step that counts.
        """

    def share(self, step: int, steps: int) -> float:
        """Do what `weight` does: its name of old."""
        warnings.warn("Averaging.share is called weight now, and will go", FutureWarning, stacklevel=2)
        return self.weight(step, steps)


@AVERAGES.register("exponential")
@dataclass(frozen=True)
class ExponentialAverage(Averaging):
    """Every step counts β times as much as the next: the exponential moving average, its bias corrected.

    After t steps, with θ_i the parameters after step i, counted from 0,

    ::

        m = (1 − β) Σ_i β^(t − 1 − i) θ_i / (1 − β^t)

    which the weight

    ::

        c = (1 − β) / (1 − β^t)

    keeps up.

    Parameters
    ----------
    decay : float
        β, in 0..1: 0.999 looks back some thousand steps.

    Raises
    ------
    UsageError
        If it is not.

    Notes
    -----
    Source: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization" (2015), section 7.2.

    Examples
    --------
    >>> ExponentialAverage(0.5).weight(1, 10), ExponentialAverage(0.5).weight(2, 10)
    (1.0, 0.6666666666666666)
    """

    decay: float = setting(
        key="average_decay",
        above=0,
        below=1,
        suits={"page": 0.0},
        knob=False,
        help="Decay of an exponential average of the parameters, such as 0.999; 0 for none",
    )

    def weight(self, step: int, steps: int) -> float:
        return (1 - self.decay) / (1 - self.decay**step)


@AVERAGES.register("tail")
@dataclass(frozen=True)
class TailAverage(Averaging):
    """The steps of the last part of a training count alike, those before it not at all.

    With t the steps of the tail so far,

    ::

        c = 1 / t

    Parameters
    ----------
    part : float
        Of the training, in 0..1.

    Raises
    ------
    UsageError
        If it is not.

    Notes
    -----
    Source: P. Izmailov et al., "Averaging weights leads to wider optima and better generalization" (2018), who average
    the ends of cycles.

    Examples
    --------
    >>> [TailAverage(0.5).weight(step, 6) for step in (3, 4, 5)]
    [0.0, 1.0, 0.5]
    """

    part: float = setting(
        key="average_tail",
        above=0,
        high=1,
        unit="fraction",
        suits={"page": 0.0},
        knob=False,
        help="Part of the training, at its end, whose parameters are averaged; 0 for none",
    )

    def weight(self, step: int, steps: int) -> float:
        n = step - min(round((1 - self.part) * steps), steps - 1)  # the last step at least
        return 1 / n if n > 0 else 0.0
