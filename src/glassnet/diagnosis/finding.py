"""A finding: one thing that goes wrong in a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "dead",  # units
    "saturated",
    "vanishing",  # deltas, on the way back
    "exploding",
    "rate too high",  # a step
    "rate too low",
    "stalled",  # the losses
    "unsteady",
    "overfitting",
    "unfinished",
]


@dataclass(frozen=True)
class Finding:
    """What was seen, what it means, and what to try: sentences, of which the first has the numbers."""

    kind: Kind
    seen: str
    means: str
    remedy: str
