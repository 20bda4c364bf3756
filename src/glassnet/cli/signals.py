"""Signals that ask a command to end: the first lets it put away what it has, a second one ends it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")  # Ctrl-C; docker stop, systemd, Slurm; a terminal that is closed


class Stopped(KeyboardInterrupt):
    """A signal asked the command to end."""


class Stop:
    """Which signal came, if one did."""

    signum: int | None = None

    @property
    def reason(self) -> str:
        """What a person reads."""
        number = self.signum
        return "interrupted" if number in (None, signal.SIGINT) else f"stopped by {signal.Signals(number).name}"

    @property
    def code(self) -> int:
        """The exit code, as shells have it."""
        return 128 + (self.signum or signal.SIGINT)


@contextmanager
def stop_signals() -> Iterator[Stop]:
    """Raise a `Stopped` in the main thread at the first of these signals, while the context lasts.

    What is ignored, as `nohup` has it, stays so; in another thread than the main one nothing is changed.
    """
    stop = Stop()
    before: dict[int, Any] = {}

    def note(number: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_DFL)
        stop.signum = number
        raise Stopped

    try:
        if threading.current_thread() is threading.main_thread():
            numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]  # Windows has no SIGHUP
            for number in numbers:
                if (handler := signal.getsignal(number)) in (signal.SIG_DFL, signal.default_int_handler):
                    before[number] = handler
                    signal.signal(number, note)
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
