"""The studio: the training process, what is known of it, and the pages that look on."""

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
from .broadcast import Audience
from .network_view import Room
from .protocol import pack, unpack
from .trainer import train_as_told
from .uploads import Shelf


class Studio:
    """What is on show.

    Parameters
    ----------
    run : str
        The directory of the run whose network is there at first.
    shelf : Shelf
        Data that may be chosen.
    """

    def __init__(self, run: str, shelf: Shelf) -> None:
        self.run, self.shelf = run, shelf
        self.audience = Audience()
        self.values: dict[str, Any] = {}
        self.arrays: dict[str, AnyArray] = {}
        self.room: Room | None = None
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
        """Pass a command on; who asks waits while the training process is too busy to take it, but nobody else.

        Raises
        ------
        ProcessError
            If the training process has ended.
        """
        try:
            content = json.dumps(command).encode()
            await asyncio.get_running_loop().run_in_executor(self.sender, self.connection.send_bytes, content)
        except OSError as error:
            remedy = "Start glassnet play again"
            raise ProcessError("the training process has ended", remedy=remedy) from error

    def count_pages(self) -> None:
        """Tell the training process how many look on: the more, the fewer pictures of the parameters it sends."""
        if not self.closing:
            command = {"do": "pages", "count": len(self.audience.spectators)}
            self.sender.submit(self.connection.send_bytes, json.dumps(command).encode())

    def hello(self) -> bytes:
        """Tell a page that has just come all that the others know."""
        return pack("network", self.arrays, **self.values)

    async def seen(self) -> tuple[Model, Room]:
        """Give the network as it was last seen, and its room.

        Raises
        ------
        ProcessError
            If there is none yet, or no longer.
        DivergenceError
            If it has left the finite world.
        """
        if self.failure:
            raise ProcessError(self.failure.rstrip("."), remedy="Start glassnet play again")
        if self.room is None:
            raise ProcessError("no network yet", remedy="Wait a moment")
        room, parameters = self.room, self.arrays["parameters"]
        if not np.isfinite(parameters).all():
            raise DivergenceError("a network that has left the finite world. Press Reset")
        if not room.has("data"):
            await asyncio.to_thread(room.load, "data")
        return room.model(parameters), room

    def _listen(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the process
            try:
                while True:
                    frame = connection.recv_bytes()
                    loop.call_soon_threadsafe(self._hear, frame)
            except (EOFError, OSError):
                loop.call_soon_threadsafe(self._lose)

    def _hear(self, frame: bytes) -> None:
        values, arrays = unpack(frame)
        kind = values.pop("kind")
        if kind == "network":
            self.values, self.arrays, self.room = values, arrays, self._room(values["knobs"])
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
        self.audience.tell(frame, fleeting=kind == "parameters", afresh=kind == "network")

    def _room(self, knobs: dict[str, Any]) -> Room:
        return Room({**knobs, **self.shelf.settings(knobs["dataset"])}, self.room)

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
        self.audience.tell(pack("lost", error=self.failure))
