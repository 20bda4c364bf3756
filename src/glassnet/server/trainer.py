"""The process that trains: it obeys commands between two steps, and tells what happens and what the network is."""

from __future__ import annotations

import hashlib
import json
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray, Integers
from ..data.dataset import Examples
from ..data.preprocessing.pixels import PixelScaling
from ..data.preprocessing.preprocessing import Preprocessing
from ..diagnosis.diagnose import diagnose
from ..errors import GlassnetError, UsageError
from ..explanation.walkthrough import Walkthrough, WalkthroughDetail
from ..hardware import one_blas_thread
from ..pages.explain_page import equations_of, model_data
from ..pages.table_facts import table_facts
from ..runs.run import history_record
from .protocol import pack
from .session import Session

SAMPLES = 60
LEARNING_RATE = 0.01  # of the one step that the page takes back from the answer
SLICE = 0.02  # seconds of training between two looks for commands
INTERVAL = 0.12  # seconds between two messages with the parameters,
BYTES_A_SECOND = 8e6  # to one page; of a large network they come less often,
BYTES_TO_ALL = 20e6  # and of any where many pages watch: each copy costs the training a little


def train_as_told(connection: Connection, run: str) -> None:
    """Train from a run on, as the JSON commands that come say, until one ends it or the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the connection
    with one_blas_thread():
        try:
            Trainer(connection, Session.of_run(Path(run))).work()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
        except GlassnetError as error:
            connection.send_bytes(pack("failed", error=str(error)))


class Trainer:
    """A session, and the connection to the server."""

    def __init__(self, connection: Connection, session: Session) -> None:
        self.connection = connection
        self.running = False
        self.until_epoch: int | None = None
        self.sent_at, self.pages = 0.0, 0
        self.recent: list[float] = []
        self.actions: dict[str, Callable[[dict[str, Any]], None]] = {
            name: getattr(self, f"_{name}")
            for name in ("run", "pause", "step", "epoch", "reset", "change", "teach", "forget", "save", "pages", "end")
        }
        self._take_up(session)

    def work(self) -> None:
        """Obey and train, until the connection ends."""
        while True:
            while self.connection.poll(0 if self.running else None):
                self._obey(json.loads(self.connection.recv_bytes()))
            self._go_on()

    def _obey(self, command: dict[str, Any]) -> None:
        try:
            self.actions[command.pop("do")](command)
        except (GlassnetError, MemoryError) as error:
            self.running = self.running and isinstance(error, UsageError)
            self._complain(error)

    def _take_up(self, session: Session) -> None:
        values, arrays = snapshot(session)
        self.session, self.running = session, False
        self.recent.clear()
        self.connection.send_bytes(pack("network", arrays, **values, **self._where()))

    def _run(self, _command: dict[str, Any]) -> None:
        self.session.go_on()
        self.running, self.until_epoch = True, None
        self._tell_status()

    def _pause(self, _command: dict[str, Any]) -> None:
        self.running = False
        self._show()
        self._tell_status()
        self._offer()

    def _step(self, _command: dict[str, Any]) -> None:
        self.session.go_on()
        self.running = False
        self._advance(0)
        self._show()
        self._tell_status()

    def _epoch(self, command: dict[str, Any]) -> None:
        self._run(command)
        self.until_epoch = self.session.training.progress.epoch + 1

    def _reset(self, command: dict[str, Any]) -> None:
        self._take_up(self.session.anew(command["knobs"], command["identity"]))

    def _change(self, command: dict[str, Any]) -> None:
        self.session.change(command["knobs"])
        self.running = self.running and not self.session.training.finished
        self._tell_status()

    def _teach(self, command: dict[str, Any]) -> None:
        self.running = False
        told = self.session.teach(np.frombuffer(bytes.fromhex(command["pixels"]), np.uint8), command["label"])
        self._show()
        self._tell("taught", label=command["label"], **told, **self._taught())
        self._tell_status()
        self._offer()

    def _forget(self, _command: dict[str, Any]) -> None:
        self.session.forget()
        self._show()
        self._tell("forgotten", after=self.session.judge(), **self._taught())
        self._tell_status()

    def _save(self, _command: dict[str, Any]) -> None:
        self._tell("saved", path=str(self.session.save()))

    def _pages(self, command: dict[str, Any]) -> None:
        self.pages = command["count"]

    def _end(self, _command: dict[str, Any]) -> None:
        raise EOFError

    def _go_on(self) -> None:
        if not self.running:
            return
        try:
            self._advance(SLICE)
        except (GlassnetError, MemoryError) as error:  # it diverged, say
            self.running = False
            self._complain(error)
            return
        if not self.running or time.monotonic() - self.sent_at > self._interval():
            self._show()

    def _interval(self) -> float:
        size = self.session.training.network.parameters.nbytes
        return max(INTERVAL, size / BYTES_A_SECOND, size * self.pages / BYTES_TO_ALL)

    def _advance(self, seconds: float) -> None:
        """Make steps for so long, one at least; at an epoch's end complete it."""
        training = self.session.training
        until = time.monotonic() + seconds
        while True:
            if training.progress.batch < training.steps_per_epoch:  # else an error came at its end
                self.recent.append(training.step().loss)
            if training.progress.batch == training.steps_per_epoch:
                self._complete_epoch()
                break
            if time.monotonic() >= until:
                break

    def _complete_epoch(self) -> None:
        session, training = self.session, self.session.training
        epoch = next(training)
        session.epochs.append(epoch)
        findings = [asdict(finding) for finding in diagnose(training, session.epochs)]
        if training.finished or training.progress.epoch == self.until_epoch:
            self.running = False
        self._show()
        record = history_record(epoch, session.data.task == "classification")
        self._tell("epoch", record=record, findings=findings, **self._where())
        if not self.running:
            self._offer()

    def _offer(self) -> None:
        """Send examples to choose from, a typical mistake first: those of an hour ago may be right by now."""
        session = self.session
        examples = rows(*session.samples(SAMPLES), session.data.preprocessing)
        self.connection.send_bytes(pack("samples", examples, judged=session.judge()))

    def _where(self) -> dict[str, Any]:
        """Say where the training stands."""
        training, session = self.session.training, self.session
        progress = training.progress
        status = "running" if self.running else "finished" if training.finished else "paused"
        return {
            "status": status,
            "epoch": progress.epoch,
            "place": progress.epoch + progress.batch / training.steps_per_epoch,
            "steps": progress.epoch * training.steps_per_epoch + progress.batch,
            "knobs": {**session.settings.as_dict(), "dataset": session.identity},
            **self._taught(),
            "net": name_of(training.network.parameters),
        }

    def _taught(self) -> dict[str, Any]:
        corrections = self.session.corrections
        return {"corrections": len(corrections), "undoable": len(corrections.before)}

    def _show(self) -> None:
        """Send the parameters as they are, and the mean loss of the batches since the last time."""
        loss = float(np.mean(self.recent)) if self.recent else None
        training = self.session.training
        place = training.progress.epoch + training.progress.batch / training.steps_per_epoch
        parameters = {"parameters": np.ascontiguousarray(training.network.parameters)}
        self.connection.send_bytes(pack("parameters", parameters, loss=loss, place=place))
        self.recent.clear()
        self.sent_at = time.monotonic()

    def _complain(self, error: Exception) -> None:
        self._tell("error", error=str(error) or "Not enough memory.")
        self._tell_status()

    def _tell_status(self) -> None:
        self._tell("status", **self._where())

    def _tell(self, kind: str, **values: Any) -> None:
        self.connection.send_bytes(pack(kind, **values))


def snapshot(session: Session) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Describe a session's network, its data, and some examples to a page: values for JSON, and arrays."""
    model, (examples, positions) = session.model, session.samples(SAMPLES)
    scaling = model.preprocessing
    way = Walkthrough(model, examples.inputs[0], examples.targets[0].item())
    parameters = np.ascontiguousarray(model.network.parameters)
    table, of_table = table_facts(session.trained or model, session.data, bool(session.trained))
    values: dict[str, Any] = {
        "subject": {
            **model_data(model),
            "table": table,
            "rate": LEARNING_RATE,
            "equations": equations_of(WalkthroughDetail.of(way, learning_rate=LEARNING_RATE)),
            "deskew": isinstance(scaling, PixelScaling) and scaling.deskew,
            "drawable": isinstance(scaling, PixelScaling) and scaling.input_shape == (28, 28),
        },
        "task": session.data.task,
        "name": session.name,
        "validation": len(session.data.validation),
        "judged": session.judge(),
        "history": [],
    }
    return values, {"parameters": parameters, **rows(examples, positions, scaling), **of_table}


def rows(examples: Examples, positions: Integers, scaling: Preprocessing) -> dict[str, AnyArray]:
    """Give examples, their targets, and where in their split they stand, for a page."""
    arrays = {"inputs": network_inputs(examples, scaling), "targets": examples.targets}
    found = {name: np.ascontiguousarray(values, dtype=np.float32) for name, values in arrays.items()}
    return {**found, "positions": positions.astype(np.int32)}


def network_inputs(examples: Examples, scaling: Preprocessing) -> AnyArray:
    """Give examples as the network takes them, (examples, inputs)."""
    return scaling.apply(scaling.flatten(examples.inputs))


def name_of(parameters: AnyArray) -> str:
    """Name a network by what it has learned, so that a link can tell whether it was made with this one."""
    return hashlib.sha256(parameters.tobytes()).hexdigest()[:8]
