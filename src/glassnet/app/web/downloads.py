"""The network as a file: for glassnet and PyTorch, for ONNX, or as a page to draw on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ...evaluation.evaluate import evaluate
from ...interop.onnx import export_onnx
from ...model.model import Model
from ..draw_page import write_draw_page
from ..terminal import percent
from .pages import media_type
from .room import Room
from .studio import Studio


def _write_page(model: Model, room: Room, path: Path) -> None:
    seen = room.data.validation
    accuracy = evaluate(model, seen).as_dict()["accuracy"] if len(seen) and model.task == "classification" else None
    words = "" if accuracy is None else f"{percent(accuracy, 1)} of validation digits"
    write_draw_page(model, room.examples, words, path)


MAKERS: dict[str, Callable[[Model, Room, Path], object]] = {
    "model.safetensors": lambda model, room, path: model.save(path),
    "model.onnx": lambda model, room, path: export_onnx(model, path),
    "digits.html": _write_page,
}


async def download(request: Request, studio: Studio) -> Response:
    """Give the network as it now is."""
    name = request.path_params["name"]
    if name not in MAKERS:
        return PlainTextResponse("no such file\n", 404)
    model, room = await studio.seen()
    content = await asyncio.to_thread(_made, name, model, room)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type(name), headers=headers)


def _made(name: str, model: Model, room: Room) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        MAKERS[name](model, room, path)
        return path.read_bytes()
