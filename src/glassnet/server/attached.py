"""Training with Python for one visitor, at their wish: a process for each, which ends when they leave."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
from collections.abc import AsyncIterator
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import GlassnetError, ProcessError, UsageError
from ..hardware import processors
from .protocol import Begin, pack, read_command, unpack
from .trainer import train_as_told
from .uploads import OFFERED, SENT, UploadStore

MOST = max(2, processors())  # trainings at once; the pages themselves train in their browsers
LEAVE = 2.0  # seconds that a process may take to end


class Trainings:
    """Who trains with Python now."""

    def __init__(self, uploads: UploadStore) -> None:
        self.uploads = uploads
        self.going: set[AttachedTraining] = set()

    async def serve(self, socket: WebSocket) -> None:
        """Train for a page that has opened a socket, as its commands say, until it leaves."""
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
            while True:  # until a training could begin
                try:
                    training = await self.begin(await _received(socket))
                except GlassnetError as error:
                    await socket.send_bytes(pack("error", error=str(error)))
                    continue
                try:
                    await training.serve(socket)
                finally:
                    self.going.discard(training)
                    await asyncio.shield(asyncio.to_thread(training.end))
                await socket.close()
                return

    async def begin(self, text: str | bytes) -> AttachedTraining:
        """Start what a command asks for; a UsageError where it asks for none, or too many train."""
        command = read_command(text)
        if not isinstance(command, Begin):
            raise UsageError("no training yet", expected="begin")
        if len(self.going) >= MOST:
            remedy = "Wait until one ends, or train in the browser"
            raise UsageError("too many train with Python on this computer", expected=f"at most {MOST}", remedy=remedy)
        knobs: dict[str, Any] = dict(command.knobs)
        identity = knobs.pop("dataset", OFFERED[0])
        settings = self.uploads.settings(identity)
        training = AttachedTraining({**knobs, **settings}, settings["dataset"] if identity.startswith(SENT) else None)
        self.going.add(training)
        return training

    def close(self) -> None:
        """End all."""
        for training in [*self.going]:
            training.end()


class AttachedTraining:
    """One process that trains, and its visitor."""

    def __init__(self, given: dict[str, Any], sent: str | None) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=train_as_told, args=(theirs, given, sent), name="glassnet trainer", daemon=True
        )
        self.process.start()
        theirs.close()

    async def serve(self, socket: WebSocket) -> None:
        """Tell the visitor what the process tells, and the process what the visitor says, until one of them leaves."""
        listening = asyncio.ensure_future(self._listen(socket))
        try:
            last = b""
            async for message in self._messages(listening):
                last = message
                await socket.send_bytes(message)  # while it is not read, the training waits
            if not listening.done() and not (last and unpack(last)[0]["kind"] == "failed"):
                await socket.send_bytes(pack("failed", error=str(_ended())))
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError, OSError):
                await listening

    async def _messages(self, until: asyncio.Future[None]) -> AsyncIterator[bytes]:
        while True:
            heard: asyncio.Future[bytes | None] = asyncio.ensure_future(asyncio.to_thread(self._hear))
            waiting: set[asyncio.Future[Any]] = {heard, until}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if until.done():
                self._say("end")  # so that the thread, which cannot be cancelled, hears the end
                return
            message = heard.result()
            if message is None:
                return
            yield message

    def _hear(self) -> bytes | None:
        try:
            return self.connection.recv_bytes()
        except (EOFError, OSError):
            return None

    async def _listen(self, socket: WebSocket) -> None:
        while True:
            try:
                command = read_command(await _received(socket))
                if isinstance(command, Begin):
                    raise UsageError("it trains already", remedy="Open another connection for another training")
                self._say(type(command).__name__.lower())
            except GlassnetError as error:
                await socket.send_bytes(pack("error", error=str(error)))

    def _say(self, command: str) -> None:
        with contextlib.suppress(OSError):
            self.connection.send_bytes(json.dumps({"do": command}).encode())

    def end(self) -> None:
        """End the process, whatever it does."""
        self._say("end")
        self.process.join(LEAVE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.connection.close()


def _ended() -> ProcessError:
    return ProcessError("the training process has ended", remedy="Train anew")


async def _received(socket: WebSocket) -> str | bytes:
    message = await socket.receive()
    if message["type"] != "websocket.receive":
        raise WebSocketDisconnect
    return message.get("text") or message.get("bytes") or ""
