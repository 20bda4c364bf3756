"""Answers for drawings and pictures, and the detector that refuses what is none of the classes."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...arrays import AnyArray
from ...data.pixels import PixelScaling
from ...errors import DataError, ImageFileError
from ...evaluation.novelty import TENSORS, NoveltyDetector
from ...model.model import Model, as_probabilities
from ..pictures import read_picture
from .frames import pack
from .room import Room
from .studio import Studio

MOST = 1_000  # examples in a request
FEW = 16  # of them, which are answered before a thread could be asked to
BINARY = "application/octet-stream"


async def answer(request: Request, studio: Studio) -> Response:
    """Answer for images, a byte for each pixel, one image after another."""
    body = await request.body()
    model, room = await studio.seen()
    images, known = _images(model, body), await _detector(room)
    make = _numbers if model.task == "regression" else _classes
    if len(images) > FEW:
        return JSONResponse({"answers": await asyncio.to_thread(make, model, images, known)})
    return JSONResponse({"answers": make(model, images, known)})


async def _detector(room: Room) -> NoveltyDetector | None:
    if not room.has("detector"):
        await asyncio.to_thread(room.load, "detector")
    return room.detector


def _refused(model: Model, images: AnyArray, known: NoveltyDetector | None) -> AnyArray:
    return known.refuses(model, images) if known else np.zeros(len(images), bool)


def _images(model: Model, body: bytes) -> AnyArray:
    scaling = model.preprocessing
    if not isinstance(scaling, PixelScaling):
        raise DataError("no pictures", expected="a network that reads images")
    size = scaling.inputs
    if not body or len(body) % size or len(body) > MOST * size:
        raise DataError("not images", expected=f"1 to {MOST:,} of {size} bytes", got=f"{len(body):,} bytes")
    return np.frombuffer(body, np.uint8).reshape(-1, *scaling.input_shape)


def _numbers(model: Model, images: AnyArray, known: NoveltyDetector | None) -> list[dict[str, Any]]:
    found = zip(_refused(model, images, known), model.predict(images), strict=True)
    return [{"refused": bool(no), "value": None if no else float(value)} for no, value in found]


def _classes(model: Model, images: AnyArray, known: NoveltyDetector | None) -> list[dict[str, Any]]:
    names = model.class_names
    found = zip(_refused(model, images, known), as_probabilities(model.outputs(images)), strict=True)
    return [
        {
            "refused": bool(no),
            "class": None if no else names[int(row.argmax())],
            "probabilities": dict(zip(names, map(float, row), strict=True)),
        }
        for no, row in found
    ]


async def read_drawing(request: Request, studio: Studio) -> Response:
    """Bring a picture, dropped or pasted, into the form of the model's examples: its bytes, one for each pixel."""
    body = await request.body()
    model, _ = await studio.seen()
    image = await asyncio.to_thread(_read, model, body)
    return Response(image.tobytes(), media_type=BINARY)


def _read(model: Model, body: bytes) -> AnyArray:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "picture"
        path.write_bytes(body)
        try:
            image: AnyArray = read_picture(model, path)[0]
            return image
        except ImageFileError as error:  # where it was put for a moment is nothing to tell
            raise DataError(str(error).replace(f" in {path}", "").rstrip(".")) from error


async def detector(_request: Request, studio: Studio) -> Response:
    """Give the detector of novelty for the data on show, for the page to use."""
    _, room = await studio.seen()
    known = await _detector(room)
    if known is None:
        raise DataError("too few examples to tell what is unlike them")
    arrays = {name: np.ascontiguousarray(getattr(known, name)) for name in TENSORS}
    arrays["counts"] = arrays["counts"].astype(np.int32)
    return Response(pack("novelty", arrays, threshold=known.threshold), media_type=BINARY)
