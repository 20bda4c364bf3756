"""The network as a file: for glassnet and PyTorch, for ONNX, or as a page to draw on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ...interop.onnx import export_onnx
from ...model.model import Model
from ..draw_page import write_draw_page
from ..terminal import percent
from .pages import media_type
from .room import Room
from .studio import Studio


def _write_page(model: Model, room: Room, path: Path, judged: dict[str, float] | None) -> None:
    words = f"{percent(judged['accuracy'], 1)} of validation digits" if judged and "accuracy" in judged else ""
    write_draw_page(model, room.examples, words, path)


MAKERS: dict[str, Callable[[Model, Room, Path, dict[str, float] | None], object]] = {
    "model.safetensors": lambda model, room, path, judged: model.save(path),
    "model.onnx": lambda model, room, path, judged: export_onnx(model, path),
    "digits.html": _write_page,
}


async def download(request: Request, studio: Studio) -> Response:
    """Give the network as it now is."""
    name = request.path_params["name"]
    if name not in MAKERS:
        return PlainTextResponse("no such file\n", 404)
    model, room = await studio.seen()
    content = await asyncio.to_thread(_made, name, model, room, studio.values.get("judged"))
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type(name), headers=headers)


def _made(name: str, model: Model, room: Room, judged: dict[str, float] | None) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        MAKERS[name](model, room, path, judged)
        return path.read_bytes()
