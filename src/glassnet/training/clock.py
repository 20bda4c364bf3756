"""The time that a training has taken."""

from __future__ import annotations

import time


class Clock:
    """Counts seconds from the first reading, on top of those of earlier sittings.

    Parameters
    ----------
    elapsed_seconds : float, optional
        Those earlier ones.
    """

    def __init__(self, elapsed_seconds: float = 0.0) -> None:
        self._before = elapsed_seconds
        self._started: float | None = None

    def read(self) -> float:
        """Give the seconds counted by now."""
        now = time.perf_counter()
        if self._started is None:
            self._started = now
        return self._before + now - self._started
