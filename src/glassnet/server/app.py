"""The server: what may be asked of it, and how it is run."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from ..errors import GlassnetError, ProcessError
from ..hardware import one_blas_thread
from .page_files import live_page, page_files, policy
from .protocol import Change, Reset, Teach, pack, read_command
from .routes import answer, detector, download, mistakes, read_drawing, robustness_curves
from .security import LARGEST_BODY, App, Guard
from .trainer_process import Studio
from .uploads import OFFERED, Shelf

PATIENCE = 10.0  # seconds that a page may leave unread what it is sent
CONNECTIONS = 128  # at once, of all kinds; more are told to come back
HOST = "127.0.0.1"
CLOSED_SLOW, CLOSED_FULL = 1013, 4001  # "try again later"; and that there is no place
TOKEN_BYTES = 18

Handler = Callable[[Request], Awaitable[Response]]


def application(studio: Studio, shelf: Shelf, host: str, token: str) -> App:
    """Put the server together.

    Parameters
    ----------
    studio : Studio
        What is on show.
    shelf : Shelf
        Data that may be chosen.
    host : str
        Exact host and port.
    token : str
        Of this start; all addresses begin with it.
    """
    page, files = live_page(), page_files()

    async def show_page(_request: Request) -> Response:
        return HTMLResponse(page)

    async def show_file(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        return FileResponse(found[0], media_type=found[1]) if found else Response("no such file\n", 404)

    async def watch(socket: WebSocket) -> None:
        await _watch(socket, studio, shelf)

    routes = [
        Route("/", show_page),
        Route("/page/{name:path}", show_file),
        Route("/predict", _told(studio, answer), methods=["POST"]),
        Route("/drawing", _told(studio, read_drawing), methods=["POST"]),
        Route("/novelty", _told(studio, detector)),
        Route("/mistakes", _told(studio, mistakes)),
        Route("/robustness", _told(studio, robustness_curves)),
        Route("/download/{name}", _told(studio, download)),
        Route("/data", _shelved(shelf), methods=["GET", "POST"]),
        WebSocketRoute("/watch", watch),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with one_blas_thread():  # the other processors are for the training
            studio.open()
            yield
            await asyncio.to_thread(studio.close)

    return Guard(Starlette(routes=routes, lifespan=lifespan), host, token, policy(page))


def _told(studio: Studio, handler: Callable[[Request, Studio], Awaitable[Response]]) -> Handler:
    """Turn errors that were foreseen into clear answers."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request, studio)
        except ProcessError as error:
            return JSONResponse({"error": str(error)}, 503)
        except (GlassnetError, MemoryError) as error:
            return JSONResponse({"error": str(error) or "Not enough memory."}, 400)

    return handle


def _shelved(shelf: Shelf) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            if request.method == "POST":
                content = await request.body()
                name, target = (request.query_params.get(key, "") for key in ("name", "target"))
                return JSONResponse(await asyncio.to_thread(shelf.add, name, content, target))
            return JSONResponse(shelf.listed())
        except (GlassnetError, MemoryError) as error:
            return JSONResponse({"error": str(error) or "Not enough memory."}, 400)

    return handle


async def _watch(socket: WebSocket, studio: Studio, shelf: Shelf) -> None:
    """Tell a page all that happens, and pass on what it wants, until it leaves."""
    audience = studio.audience
    await socket.accept()
    if audience.full:
        await socket.close(CLOSED_FULL, "too many pages look on; close one")
        return
    spectator = audience.enter()
    studio.count_pages()
    try:
        await studio.ready.wait()
        if studio.failure:
            await socket.send_bytes(pack("lost", error=studio.failure))
            await socket.close()
            return
        spectator.forget()  # what has been queued is in the first picture
        await socket.send_bytes(studio.hello())
        listening = asyncio.ensure_future(_listen(socket, studio, shelf))
        try:
            await _tell(socket, spectator, listening)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError, OSError):
                await listening
    except (WebSocketDisconnect, RuntimeError, OSError):
        pass  # it has gone
    finally:
        audience.leave(spectator)
        studio.count_pages()


async def _tell(socket: WebSocket, spectator: Any, listening: asyncio.Future[None]) -> None:
    """Send news in order, until the page leaves or is given up."""
    while not listening.done():
        news = asyncio.ensure_future(spectator.next())
        await asyncio.wait({news, listening}, return_when=asyncio.FIRST_COMPLETED)
        if not news.done():
            news.cancel()
            return
        frame = news.result()
        if frame is None:
            await socket.close(CLOSED_SLOW, "too slow; come again")
            return
        await socket.send_bytes(frame)


async def _listen(socket: WebSocket, studio: Studio, shelf: Shelf) -> None:
    """Pass commands on; what is none is answered with why, and disturbs nobody else."""
    while True:
        message = await socket.receive()
        if message["type"] != "websocket.receive":
            return
        try:
            await studio.ask(_translated(message.get("text") or message.get("bytes") or "", shelf))
        except GlassnetError as error:
            await socket.send_bytes(pack("error", error=str(error)))


def _translated(text: str | bytes, shelf: Shelf) -> dict[str, Any]:
    """Give a command as the trainer takes it: checked, and with the place of a data set in place of its id."""
    command = read_command(text)
    name = type(command).__name__.lower()
    if isinstance(command, Teach):
        return {"do": name, "pixels": command.pixels.hex(), "label": command.label}
    if not isinstance(command, Reset | Change):
        return {"do": name}
    knobs: dict[str, Any] = dict(command.knobs)
    if isinstance(command, Reset):
        identity = knobs.pop("dataset", OFFERED[0])
        return {"do": name, "knobs": {**knobs, **shelf.settings(identity)}, "identity": identity}
    return {"do": name, "knobs": knobs}


class Wire(WebSocketsSansIOProtocol):
    """A page's socket: one that does not read what it is sent is cut off, and all that waited for it is freed."""

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


def make_server(studio: Studio, shelf: Shelf, port: int, token: str | None = None) -> tuple[uvicorn.Server, str]:
    """Make a server that listens on this machine alone.

    Parameters
    ----------
    studio, shelf
        As `application` takes them.
    port : int
        Where.
    token : str, optional
        A new one by default.

    Returns
    -------
    server : uvicorn.Server
    address : str
        Of the page.
    """
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    host = f"{HOST}:{port}"
    config = uvicorn.Config(
        application(studio, shelf, host, token),
        host=HOST,
        port=port,
        log_level="error",
        access_log=False,
        ws=Wire,
        ws_max_size=LARGEST_BODY,
        ws_per_message_deflate=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
        server_header=False,
        date_header=False,
    )
    return uvicorn.Server(config), f"http://{host}/{token}/"
