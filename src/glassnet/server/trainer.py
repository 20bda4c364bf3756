"""The process that trains for one visitor: it obeys between two steps, and tells what happens and what is learned."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import asdict
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from ..diagnosis.diagnose import diagnose
from ..errors import GlassnetError, UsageError
from ..hardware import one_blas_thread
from ..runs.build import build_training, resolve
from ..runs.directory import keep_run
from ..runs.run import history_record
from ..training.progress import Epoch
from .protocol import pack
from .shown import suits_the_page

SLICE = 0.02  # seconds of training between two looks for commands
INTERVAL = 0.12  # seconds between two messages with the parameters,
BYTES_A_SECOND = 8e6  # of a large network fewer
MOST_NUMBERS = 20_000_000  # of parameters, or of a batch's activations
MOST_LAYERS, MOST_UNITS = 6, 2_048  # hidden, that a page draws


def train_as_told(connection: Connection, given: dict[str, Any], sent: str | None) -> None:
    """Train from a new beginning, by settings, as JSON commands say, until one ends it or the connection is closed.

    `sent` is the file of a data set that a page has sent, which is deleted at the end, and so is kept with a run.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the connection
    with one_blas_thread():
        try:
            Trainer(connection, given, Path(sent) if sent else None).work()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
        except (GlassnetError, MemoryError) as error:
            connection.send_bytes(pack("failed", error=str(error) or "Not enough memory."))


class Trainer:
    """A training, and the connection to the server."""

    def __init__(self, connection: Connection, given: dict[str, Any], sent: Path | None) -> None:
        self.connection, self.sent = connection, sent
        self.settings, self.data = resolve({**suits_the_page(), **given})
        _refuse_too_large([self.data.preprocessing.inputs, *self.settings.hidden, self.data.outputs], self.settings)
        self.training = build_training(self.settings, self.data)
        self.epochs: list[Epoch] = []
        self.recent: list[float] = []
        self.running, self.told_at = True, 0.0
        steps = self.training.steps_per_epoch
        self._tell("begun", epochs=self.settings.epochs, steps=steps, examples=len(self.data.train))
        self._show()

    def work(self) -> None:
        """Obey and train, until the connection ends."""
        while True:
            while self.connection.poll(0 if self.running else None):
                self._obey(json.loads(self.connection.recv_bytes())["do"])
            if self.running:
                self.go_on()

    def _obey(self, command: str) -> None:
        if command == "end":
            raise EOFError
        try:
            if command == "save":
                path = keep_run(self.settings, self.data, self.training, self.epochs, self.sent)
                self._tell("saved", path=str(path))
                return
            self.running = command == "run" and not self.training.finished
            self._show()
        except GlassnetError as error:
            self._tell("error", error=str(error))

    def go_on(self) -> None:
        """Make some steps, and tell of them now and then."""
        try:
            self._advance()
        except (GlassnetError, MemoryError) as error:  # it diverged, say
            self.running = False
            self._tell("error", error=str(error) or "Not enough memory.")
            return
        size = self.training.network.parameters.nbytes
        if not self.running or time.monotonic() - self.told_at > max(INTERVAL, size / BYTES_A_SECOND):
            self._show()

    def _advance(self) -> None:
        """Make steps for a moment, one at least; at an epoch's end complete it."""
        training, until = self.training, time.monotonic() + SLICE
        while True:
            if training.progress.batch < training.steps_per_epoch:  # else an error came at its end
                self.recent.append(training.step().loss)
            if training.progress.batch == training.steps_per_epoch:
                self._complete_epoch()
                return
            if time.monotonic() >= until:
                return

    def _complete_epoch(self) -> None:
        epoch = next(self.training)
        self.epochs.append(epoch)
        findings = [asdict(finding) for finding in diagnose(self.training, self.epochs)]
        self.running = not self.training.finished
        record = history_record(epoch, self.data.task == "classification")
        self._show()
        self._tell("epoch", record=record, findings=findings, finished=self.training.finished)

    def _show(self) -> None:
        """Send the parameters as they are, where the training stands, and the mean loss since the last time."""
        progress, steps = self.training.progress, self.training.steps_per_epoch
        loss = float(np.mean(self.recent)) if self.recent else None
        arrays = {"parameters": np.ascontiguousarray(self.training.network.parameters)}
        place = {"epoch": progress.epoch, "step": progress.epoch * steps + progress.batch, "steps": steps}
        self.connection.send_bytes(pack("progress", arrays, loss=loss, running=self.running, **place))
        self.recent.clear()
        self.told_at = time.monotonic()

    def _tell(self, kind: str, **values: Any) -> None:
        self.connection.send_bytes(pack(kind, **values))


def _refuse_too_large(widths: list[int], settings: Any) -> None:
    remedy = "Train it with glassnet train"
    if len(settings.hidden) > MOST_LAYERS or max(settings.hidden, default=0) > MOST_UNITS:
        expected = f"at most {MOST_LAYERS} hidden layers of at most {MOST_UNITS:,} neurons"
        raise UsageError("a network too large to watch", expected=expected, remedy=remedy)
    if max(sum(a * b for a, b in pairwise(widths)), settings.batch_size * sum(widths)) > MOST_NUMBERS:
        expected = f"at most {MOST_NUMBERS:,} weights, and activations of a batch"
        raise UsageError("a network too large to watch", expected=expected, remedy=remedy)
