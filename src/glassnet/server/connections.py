"""Connections: how long each may take over what it sends and reads, and how many are waited for.

Any program on this machine can connect. Connections that have not shown the token yet, the unknown ones, are counted
apart from the page's own, so that however many of them there are, the page is served.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

PATIENCE = 10.0  # seconds that anybody may leave unread what is sent to them
HEADERS = 5.0  # seconds from a connection, or from a request's first byte, to the end of its headers
BODY = 10.0  # seconds from there to the end of its body, of 1 MB at most
LARGEST_BODY = 1_000_000  # bytes
KEEP_ALIVE = 30  # seconds between two requests of one connection

# How many may be waited for; beyond that the one waited for longest is closed. A page sends its request as soon
# as it is connected, and is read three turns of the loop after it is taken, in which fewer than that many can come.
BACKLOG = 150  # connections that are taken in one turn
MOST_UNKNOWN = 512
MOST_OWN = 256
CONNECTIONS = 1_024  # of all kinds, also those that are being answered; more are told to come back

ADMIT = "admit"  # the key of a request's state under which it is told that the token was right
_SAID = json.dumps({"error": "The request took too long to arrive."}).encode()
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: application/json\r\n"
TIMED_OUT += b"content-length: %d\r\n\r\n" % len(_SAID) + _SAID


class Impatient(asyncio.Protocol):
    """One that does not read what it is sent is cut off, and all that waited for it is freed."""

    loop: asyncio.AbstractEventLoop
    transport: Any
    cut: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Begin to wait: more is there than the system takes."""
        super().pause_writing()
        self.cut = self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it has been read."""
        super().resume_writing()
        self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait_no_more(self) -> None:
        if self.cut:
            self.cut.cancel()


class WebSocketConnection(Impatient, WebSocketsSansIOProtocol):
    """A page's socket."""


class Awaited:
    """Connections that bytes are awaited of, the longest awaited first; of too many, the first is closed."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.connections: dict[HttpConnection, None] = {}

    def add(self, connection: HttpConnection) -> None:
        """Await bytes of one more."""
        self.connections[connection] = None
        if len(self.connections) > self.most:
            first = next(iter(self.connections))
            del self.connections[first]
            first.transport.abort()

    def remove(self, connection: HttpConnection) -> None:
        """Await nothing of it."""
        self.connections.pop(connection, None)


class HttpConnection(Impatient, H11Protocol):
    """A connection for requests, with a deadline for each one's headers and body."""

    def __init__(self, unknown: Awaited, own: Awaited, **given: Any) -> None:
        super().__init__(**given)
        self.app_state = {**self.app_state, ADMIT: self._admit}
        self.awaited, self.own = unknown, own
        self.phase: str | None = None
        self.deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Await headers."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Await another request."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._await(None)
        super().connection_lost(exc)

    def _look(self) -> None:
        """See what is awaited now; a deadline begins where that changes, and not with each byte."""
        upgraded = self.transport.get_protocol() is not self
        phase = None if upgraded or self.transport.is_closing() else self._phase()
        if phase != self.phase:
            self._await(phase)

    def _phase(self) -> str | None:
        if self.conn.their_state is h11.IDLE:
            begun = self.awaited is not self.own or self.conn.trailing_data[0]
            return "headers" if begun else "another request"
        return "body" if self.conn.their_state is h11.SEND_BODY else None

    def _await(self, phase: str | None) -> None:
        self.phase = phase
        if self.deadline:
            self.deadline.cancel()
        self.awaited.remove(self)
        if phase:
            self.awaited.add(self)
            seconds = {"headers": HEADERS, "body": BODY}.get(phase, KEEP_ALIVE)
            self.deadline = self.loop.call_later(seconds, self._give_up)

    def _admit(self) -> None:
        """Count it among the page's own: it has shown the token."""
        if self.awaited is not self.own:
            phase = self.phase
            self._await(None)
            self.awaited = self.own
            self._await(phase)

    def _give_up(self) -> None:
        """Say that it took too long, unless an answer has begun."""
        if self.phase == "body" and self.conn.our_state is h11.SEND_RESPONSE:
            self.transport.write(TIMED_OUT)
            self.transport.close()
        else:
            self.transport.abort()


def connections() -> Callable[..., HttpConnection]:
    """Give what makes the connections of one server."""
    unknown, own = Awaited(MOST_UNKNOWN), Awaited(MOST_OWN)
    return lambda **given: HttpConnection(unknown, own, **given)


def server_of(app: Any, host: str, port: int) -> uvicorn.Server:
    """Make the server of an app whose connections are such ones."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="error",
        access_log=False,
        http=cast(Any, connections()),
        ws=WebSocketConnection,
        ws_max_size=LARGEST_BODY,
        ws_per_message_deflate=False,
        limit_concurrency=CONNECTIONS,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=2,
        server_header=False,
        date_header=False,
    )
    return uvicorn.Server(config)
