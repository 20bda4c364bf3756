"""A finding: one thing that goes wrong in a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "dead",
    "saturated",
    "vanishing",
    "exploding",
    "rate too high",
    "rate too low",
    "stalled",
    "unsteady",
    "overfitting",
    "unfinished",
]


@dataclass(frozen=True)
class Finding:
    """What was seen, what it means, and what to try.

    Attributes
    ----------
    kind : str
        Its name. Of units: 'dead', 'saturated'; of the way back: 'vanishing', 'exploding'; of a step: 'rate too high',
        'rate too low'; of the losses: 'stalled', 'unsteady', 'overfitting', 'unfinished'.
    seen, means, remedy : str
        Sentences; the first has the numbers.
    """

    kind: Kind
    seen: str
    means: str
    remedy: str
