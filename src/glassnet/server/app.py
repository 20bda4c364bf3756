"""The server: its addresses, the page, how it is run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from ..errors import GlassnetError, ProcessError
from ..hardware import one_blas_thread
from ..pages.bundle import STATIC, import_map
from ..pages.single_file import fill, inert, view_styles
from .connections import server_of
from .page_settings import page_settings
from .routes import (
    answer,
    data_sets,
    detector,
    download,
    examples,
    media_type,
    mistakes,
    network,
    read_drawing,
    robustness_curves,
)
from .security import AccessControl, App, policy
from .served import Served

HOST = "127.0.0.1"
TOKEN_BYTES = 18

PAGE_FILES = ("js/*/*.js", "js/*/*/*.js", "css/*.css", "css/*/*.css")
Handler = Callable[[Request], Awaitable[Response]]


def application(served: Served, host: str, token: str) -> App:
    """Put the server together, for exactly this host and port; all addresses begin with the token."""
    page, files = live_page(), page_files()

    async def show_page(_request: Request) -> Response:
        return HTMLResponse(page)

    async def show_file(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        return FileResponse(found[0], media_type=found[1]) if found else Response("no such file\n", 404)

    routes = [
        Route("/", show_page),
        Route("/page/{name:path}", show_file),
        Route("/network", _answered(network, served)),
        Route("/examples/{part}", _answered(examples, served)),
        Route("/predict", _answered(answer, served), methods=["POST"]),
        Route("/drawing", _answered(read_drawing, served), methods=["POST"]),
        Route("/novelty", _answered(detector, served)),
        Route("/mistakes", _answered(mistakes, served)),
        Route("/robustness", _answered(robustness_curves, served)),
        Route("/download/{name}", _answered(download, served)),
        Route("/data", _answered(data_sets, served), methods=["GET", "POST"]),
        WebSocketRoute("/train", served.trainings.serve),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with one_blas_thread():  # the other processors are for the training
            yield
            await asyncio.to_thread(served.close)

    return AccessControl(Starlette(routes=routes, lifespan=lifespan), host, token, policy(page))


def _answered(handler: Callable[[Request, Served], Awaitable[Response]], served: Served) -> Handler:
    """Turn the foreseen errors of a handler into clear answers."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request, served)
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
    return fill("play.html", trusted, {"styles": ["css/tokens.css", *view_styles()]})


def make_server(served: Served, port: int, token: str | None = None) -> tuple[uvicorn.Server, str]:
    """Make a server that listens on this machine alone, and give it and the address of its page."""
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    host = f"{HOST}:{port}"
    return server_of(application(served, host, token), HOST, port), f"http://{host}/{token}/"
