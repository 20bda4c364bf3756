"""The server: its addresses, the page with its controls, the socket on which it watches the training, how it is run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import GlassnetError, ProcessError
from ..hardware import one_blas_thread
from ..pages.bundle import STATIC, import_map
from ..pages.single_file import fill, inert
from .connections import server_of
from .page_settings import page_settings
from .protocol import Change, Reset, Teach, pack, read_command
from .routes import answer, data_sets, detector, download, media_type, mistakes, read_drawing, robustness_curves
from .security import AccessControl, App, policy
from .trainer_process import Subscriber, TrainerProcess
from .uploads import OFFERED, UploadStore

HOST = "127.0.0.1"
CLOSED_SLOW, CLOSED_FULL = 1013, 4001  # "try again later"; and that too many pages are open
TOKEN_BYTES = 18

PAGE_FILES = ("js/**/*.js", "css/*.css", "vendor/*/*.js", "vendor/*/*.css", "vendor/*/fonts/*.woff2")
STYLES = (
    "vendor/katex/katex.min.css",
    "vendor/uplot/uPlot.min.css",
    *(f"css/{name}.css" for name in ("tokens", "stage", "draw", "play", "table")),
)

Handler = Callable[[Request], Awaitable[Response]]


def application(trainer: TrainerProcess, host: str, token: str) -> App:
    """Put the server together, for exactly this host and port; all addresses begin with the token."""
    page, files = live_page(), page_files()

    async def show_page(_request: Request) -> Response:
        return HTMLResponse(page)

    async def show_file(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        return FileResponse(found[0], media_type=found[1]) if found else Response("no such file\n", 404)

    async def watch(socket: WebSocket) -> None:
        await _watch(socket, trainer)

    routes = [
        Route("/", show_page),
        Route("/page/{name:path}", show_file),
        Route("/predict", _answered(answer, trainer), methods=["POST"]),
        Route("/drawing", _answered(read_drawing, trainer), methods=["POST"]),
        Route("/novelty", _answered(detector, trainer)),
        Route("/mistakes", _answered(mistakes, trainer)),
        Route("/robustness", _answered(robustness_curves, trainer)),
        Route("/download/{name}", _answered(download, trainer)),
        Route("/data", _answered(data_sets, trainer), methods=["GET", "POST"]),
        WebSocketRoute("/watch", watch),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with one_blas_thread():  # the other processors are for the training
            trainer.open()
            yield
            await asyncio.to_thread(trainer.close)

    return AccessControl(Starlette(routes=routes, lifespan=lifespan), host, token, policy(page))


def _answered(handler: Callable[[Request, TrainerProcess], Awaitable[Response]], trainer: TrainerProcess) -> Handler:
    """Turn the foreseen errors of a handler into clear answers."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request, trainer)
        except ProcessError as error:
            return JSONResponse({"error": str(error)}, 503)
        except ClientDisconnect:  # it left, or took too long
            return Response(status_code=408)
        except asyncio.CancelledError:  # the server stops, and waits no longer
            return JSONResponse({"error": "the server is stopping"}, 503)
        except (GlassnetError, MemoryError) as error:
            return JSONResponse({"error": str(error) or "Not enough memory."}, 400)

    return handle


def page_files() -> dict[str, tuple[Path, str]]:
    """Give what may be fetched: the path that a page writes, the file, and its media type."""
    files = [path for pattern in PAGE_FILES for path in STATIC.glob(pattern)]
    return {path.relative_to(STATIC).as_posix(): (path, media_type(path.name)) for path in files}


def live_page() -> str:
    """Fill the page's template."""
    modules = json.dumps(import_map("./page/js"))
    trusted = {"modules": modules, "settings": inert(json.dumps(page_settings(), allow_nan=False))}
    return fill("play.html", trusted, {"styles": STYLES, "subject": {"sizes": ""}})


async def _watch(socket: WebSocket, trainer: TrainerProcess) -> None:
    """Send a page all messages, and pass on its commands, until it leaves."""
    pages = trainer.pages
    await socket.accept()
    if pages.full:
        await socket.close(CLOSED_FULL, "too many pages are open; close one")
        return
    subscriber = pages.subscribe()
    trainer.count_pages()
    try:
        await trainer.ready.wait()
        if trainer.failure:
            await socket.send_bytes(pack("lost", error=trainer.failure))
            await socket.close()
            return
        subscriber.clear()  # what has been queued is in the first message
        await socket.send_bytes(trainer.hello())
        listening = asyncio.ensure_future(_listen(socket, trainer))
        try:
            await _send(socket, subscriber, listening)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError, OSError):
                await listening
    except (WebSocketDisconnect, RuntimeError, OSError):
        pass  # it has gone
    finally:
        pages.unsubscribe(subscriber)
        trainer.count_pages()


async def _send(socket: WebSocket, subscriber: Subscriber, listening: asyncio.Future[None]) -> None:
    """Send messages in order, until the page leaves or is given up."""
    while not listening.done():
        waiting: asyncio.Future[Any] = asyncio.ensure_future(subscriber.next())
        await asyncio.wait({waiting, listening}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            return
        message = waiting.result()
        if message is None:
            await socket.close(CLOSED_SLOW, "too slow; come again")
            return
        await socket.send_bytes(message)


async def _listen(socket: WebSocket, trainer: TrainerProcess) -> None:
    """Pass commands on; what is none is answered with why, and disturbs nobody else."""
    while True:
        message = await socket.receive()
        if message["type"] != "websocket.receive":
            return
        try:
            await trainer.ask(_translated(message.get("text") or message.get("bytes") or "", trainer.uploads))
        except GlassnetError as error:
            await socket.send_bytes(pack("error", error=str(error)))


def _translated(text: str | bytes, uploads: UploadStore) -> dict[str, Any]:
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
        return {"do": name, "knobs": {**knobs, **uploads.settings(identity)}, "identity": identity}
    return {"do": name, "knobs": knobs}


def make_server(trainer: TrainerProcess, port: int, token: str | None = None) -> tuple[uvicorn.Server, str]:
    """Make a server that listens on this machine alone, and give it and the address of its page."""
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    host = f"{HOST}:{port}"
    return server_of(application(trainer, host, token), HOST, port), f"http://{host}/{token}/"
