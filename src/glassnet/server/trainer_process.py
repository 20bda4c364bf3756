"""The training process as the server has it: started, asked, listened to, and its messages sent to all pages."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..errors import DivergenceError, ProcessError
from ..model.model import Model
from .broadcast import Broadcaster
from .network_view import NetworkView
from .protocol import pack, unpack
from .trainer import train_as_told
from .uploads import UploadStore


class TrainerProcess:
    """The process that trains, from a run's directory on; what it last told; and the pages that watch it."""

    def __init__(self, run: str, uploads: UploadStore) -> None:
        self.run, self.uploads = run, uploads
        self.pages = Broadcaster()
        self.values: dict[str, Any] = {}
        self.arrays: dict[str, AnyArray] = {}
        self.view: NetworkView | None = None
        self.ready = asyncio.Event()
        self.failure: str | None = None
        self.closing = False
        self.sender = ThreadPoolExecutor(1)  # one, so that commands keep their order
        self.busy = asyncio.Lock()  # for what takes seconds to compute: one at a time
        self.curves: tuple[str, list[dict[str, Any]]] = ("", [])  # of robustness, and whose

    def open(self) -> None:
        """Start the training process, and listen to it."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=train_as_told, args=(theirs, self.run), name="glassnet trainer", daemon=True
        )
        self.process.start()
        theirs.close()
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, args=(self.connection, loop), daemon=True).start()

    def close(self) -> None:
        """End the training process."""
        self.closing = True
        # To close the connection would not be noticed over there, while a thread here still reads from it.
        self.sender.submit(self.connection.send_bytes, json.dumps({"do": "end"}).encode())
        self.process.join(2)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.sender.shutdown(cancel_futures=True)
        self.connection.close()

    async def ask(self, command: dict[str, Any]) -> None:
        """Pass a command on; who asks waits while the training process is too busy to take it, but nobody else."""
        try:
            content = json.dumps(command).encode()
            await asyncio.get_running_loop().run_in_executor(self.sender, self.connection.send_bytes, content)
        except OSError as error:
            remedy = "Start glassnet play again"
            raise ProcessError("the training process has ended", remedy=remedy) from error

    def count_pages(self) -> None:
        """Tell the training process how many pages watch: the more, the less often it sends the parameters."""
        if not self.closing:
            command = {"do": "pages", "count": len(self.pages.subscribers)}
            self.sender.submit(self.connection.send_bytes, json.dumps(command).encode())

    def hello(self) -> bytes:
        """Tell a page that has just come all that the others know."""
        return pack("network", self.arrays, **self.values)

    async def current(self) -> tuple[Model, NetworkView]:
        """Give the network as it was last told, and its view; a `ProcessError` if there is none, yet or any more."""
        if self.failure:
            raise ProcessError(self.failure.rstrip("."), remedy="Start glassnet play again")
        if self.view is None:
            raise ProcessError("no network yet", remedy="Wait a moment")
        view, parameters = self.view, self.arrays["parameters"]
        if not np.isfinite(parameters).all():
            raise DivergenceError("training diverged: parameters are NaN or infinite. Press Reset")
        if not view.has("data"):
            await asyncio.to_thread(view.load, "data")
        return view.model(parameters), view

    def _listen(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the process
            try:
                while True:
                    loop.call_soon_threadsafe(self._hear, connection.recv_bytes())
            except (EOFError, OSError):
                loop.call_soon_threadsafe(self._lose)

    def _hear(self, message: bytes) -> None:
        values, arrays = unpack(message)
        kind = values.pop("kind")
        if kind == "network":
            self.values, self.arrays, self.view = values, arrays, self._view_of(values["knobs"])
            self.ready.set()
        elif kind == "parameters":
            self.arrays["parameters"] = arrays["parameters"]
        elif kind == "samples":
            self.arrays.update(arrays)
            self.values["judged"] = values["judged"]
        elif kind in ("status", "epoch"):
            self._note(values)
        elif kind == "failed":
            self.failure = values["error"]
            self.ready.set()
        self.pages.send(message, replaceable=kind == "parameters", afresh=kind == "network")

    def _view_of(self, knobs: dict[str, Any]) -> NetworkView:
        return NetworkView({**knobs, **self.uploads.settings(knobs["dataset"])}, self.view)

    def _note(self, values: dict[str, Any]) -> None:
        """Keep what a page that comes later must know."""
        known = dict(values)
        if "record" in known:
            self.values["history"].append(known.pop("record"))
        self.values.update(known)

    def _lose(self) -> None:
        if self.closing:
            return
        self.failure = self.failure or "the training process has ended"
        self.ready.set()
        self.pages.send(pack("lost", error=self.failure))
