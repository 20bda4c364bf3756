"""What is answered to a page of the network as it now is: predictions, drawings, mistakes, robustness, files."""

from __future__ import annotations

import asyncio
import mimetypes
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ..arrays import AnyArray, Floats
from ..data.dataset import Examples
from ..data.images.digits import PictureReading
from ..data.preprocessing.pixels import PixelScaling
from ..errors import DataError, GlassnetError, ImageFileError, UsageError
from ..evaluation.calibration import reliability
from ..evaluation.evaluate import evaluate
from ..evaluation.mistakes import find_mistakes
from ..evaluation.novelty import TENSORS, NoveltyDetector
from ..evaluation.robustness import robustness
from ..formatting import percent
from ..hardware import one_blas_thread
from ..interop.onnx import export_onnx
from ..model.model import Model, as_probabilities
from ..pages.draw_page import write_draw_page
from ..pages.explain_page import network_inputs
from ..runs.example import picture_reading
from .protocol import pack, read_choices
from .served import Served
from .shown import MOST_EXAMPLES, Shown
from .uploads import question

MOST = 1_000  # examples in a request
FEW = 16  # of them, which are answered before a thread could be asked to
MOST_MISTAKES = 600  # that are sent; the surest
RIGHT = 20  # right answers of each class
ROBUSTNESS_EXAMPLES = 1_000
BINARY = "application/octet-stream"
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


async def data_sets(request: Request, served: Served) -> Response:
    """List the data sets; add a file that was sent; or read one again, by other choices."""
    if request.method == "GET":
        return JSONResponse(served.uploads.listed())
    content = await request.body()
    name, of, choices = (request.query_params.get(key, "") for key in ("name", "of", "choices"))
    chosen, uploads = read_choices(choices), served.uploads
    try:
        if of:
            return JSONResponse(uploads.keep(*await served.read(uploads.read_again, of, chosen), instead_of=of))
        return JSONResponse(uploads.keep(*await served.read(uploads.read, name, content, chosen)))
    except GlassnetError as error:
        return JSONResponse(question(error), 400)


async def network(request: Request, served: Served) -> Response:
    """Describe the run's network, or a new one for the data set that is asked for: parameters, examples, its course."""
    shown = await _asked(request, served)
    async with served.busy:
        values, arrays = await asyncio.to_thread(_with_one_thread, lambda: shown.described)
    return Response(pack("network", arrays, **values), media_type=BINARY)


async def examples(request: Request, served: Served) -> Response:
    """Give examples of a part of the data by their numbers, exact to the last bit."""
    shown = await _asked(request, served)
    first, most = (_whole(request.query_params.get(name), name, usual) for name, usual in (("first", 0), ("most", 1)))
    part = request.path_params["part"]
    values, arrays = await asyncio.to_thread(shown.rows_of, part, first, min(most, MOST_EXAMPLES))
    return Response(pack("examples", arrays, **values), media_type=BINARY)


async def _asked(request: Request, served: Served) -> Shown:
    """Give the network for the data set that a request names, the run's without one; data is read one after another."""
    return await served.read(served.networks.of, request.query_params.get("data", ""))


def _whole(text: str | None, name: str, usual: int) -> int:
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UsageError(f"not a number for {name}", expected="a whole number from 0", got=text[:80])
    return int(text)


async def answer(request: Request, served: Served) -> Response:
    """Answer for images, a byte for each pixel, one image after another."""
    body = await request.body()
    model = served.networks.run.model
    images, known = _images(model, body), await _detector(served.networks.run)
    if len(images) > FEW:
        return JSONResponse({"answers": await asyncio.to_thread(_answers, model, images, known)})
    return JSONResponse({"answers": _answers(model, images, known)})


async def _detector(shown: Shown) -> NoveltyDetector | None:
    return shown.detector() if shown.fitted else await asyncio.to_thread(shown.detector)


def _images(model: Model, body: bytes) -> AnyArray:
    scaling = model.preprocessing
    if not isinstance(scaling, PixelScaling):
        raise DataError("no pictures", expected="a network that reads images")
    size = scaling.inputs
    if not body or len(body) % size or len(body) > MOST * size:
        raise DataError("not images", expected=f"1 to {MOST:,} of {size} bytes", got=f"{len(body):,} bytes")
    return np.frombuffer(body, np.uint8).reshape(-1, *scaling.input_shape)


def _answers(model: Model, images: AnyArray, known: NoveltyDetector | None) -> list[dict[str, Any]]:
    """Give the number, or the class and all probabilities, of each image; what is refused has neither."""
    refused = known.refuses(model, images).tolist() if known else [False] * len(images)
    if model.task == "regression":
        found = zip(refused, model.predict(images), strict=True)
        return [{"refused": no, "value": None if no else float(value)} for no, value in found]
    names = model.class_names
    return [
        {
            "refused": no,
            "class": None if no else names[int(row.argmax())],
            "probabilities": dict(zip(names, map(float, row), strict=True)),
        }
        for no, row in zip(refused, as_probabilities(model.predict_outputs(images)), strict=True)
    ]


async def read_drawing(request: Request, served: Served) -> Response:
    """Bring a picture, dropped or pasted, into the form of the model's examples, and say what was done to it."""
    body = await request.body()
    model = (await _asked(request, served)).model
    found = await served.read(_read, model, body)
    boxes = [list(box) for box in found.boxes]
    message = pack("picture", {"images": np.ascontiguousarray(found.images)}, boxes=boxes, steps=list(found.steps))
    return Response(message, media_type=BINARY)


def _read(model: Model, body: bytes) -> PictureReading:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "picture"
        path.write_bytes(body)
        try:
            return picture_reading(model, path)
        except ImageFileError as error:  # where it was put for a moment is nothing to tell
            raise DataError(str(error).replace(f" in {path}", "").rstrip(".")) from error


async def detector(request: Request, served: Served) -> Response:
    """Give the novelty detector of the data, for the page to use."""
    known = await _detector(await _asked(request, served))
    if known is None:
        raise DataError("too few examples to tell what is unlike them")
    arrays = {name: np.ascontiguousarray(getattr(known, name)) for name in TENSORS}
    arrays["counts"] = arrays["counts"].astype(np.int32)
    return Response(pack("novelty", arrays, threshold=known.threshold), media_type=BINARY)


async def mistakes(_request: Request, served: Served) -> Response:
    """Give counts of true against said classes, the examples behind them, and reliability; or the largest errors."""
    shown = served.networks.run
    model = shown.model
    make = _largest_errors if model.task == "regression" else _confusions
    async with served.busy:
        values, arrays = await asyncio.to_thread(_with_one_thread, make, model, shown.examples)
    return Response(pack("mistakes", arrays, **values, examples=len(shown.examples)), media_type=BINARY)


def _with_one_thread(make: Callable[..., Any], *given: Any) -> Any:
    with one_blas_thread():
        return make(*given)


def _confusions(model: Model, examples: Examples) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    probabilities, labels = as_probabilities(model.predict_outputs(examples.inputs)), examples.targets
    if labels.ndim > 1:
        labels = labels.argmax(axis=1)
    count, said = len(model.class_names), probabilities.argmax(axis=1)
    matrix = np.zeros((count, count), np.int64)
    np.add.at(matrix, (labels, said), 1)
    wrong = find_mistakes(probabilities, labels).positions[:MOST_MISTAKES]
    right = [np.flatnonzero((labels == k) & (said == k))[:RIGHT] for k in range(count)]
    chosen = np.concatenate([wrong, *right])
    bins = reliability(probabilities, labels)
    values = {
        "matrix": matrix.tolist(),
        "reliability": {
            "counts": bins.counts.tolist(),
            "confidence": _plain(bins.confidence),
            "accuracy": _plain(bins.accuracy),
        },
    }
    sureness = probabilities[chosen, said[chosen]].astype(np.float32)
    return values, {**_rows(model, examples, chosen, labels[chosen], said[chosen]), "sureness": sureness}


def _largest_errors(model: Model, examples: Examples) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    said = model.predict(examples.inputs)
    if said.ndim > 1:
        raise UsageError("a model of several targets cannot be shown", remedy="Train on one target")
    errors = np.abs(said - examples.targets)
    chosen = np.argsort(-errors, kind="stable")[:MOST_MISTAKES]
    shares = np.quantile(errors, [0.5, 0.9, 0.99])
    values = {"errors": {"median": float(shares[0]), "ninety": float(shares[1]), "ninety_nine": float(shares[2])}}
    return values, _rows(model, examples, chosen, examples.targets[chosen], said[chosen])


def _rows(model: Model, examples: Examples, chosen: AnyArray, true: AnyArray, said: AnyArray) -> dict[str, AnyArray]:
    inputs = network_inputs(examples.select(chosen), model.preprocessing)
    arrays = {"inputs": inputs, "targets": true, "said": said}
    return {name: np.ascontiguousarray(values, dtype=np.float32) for name, values in arrays.items()}


def _plain(values: Floats) -> list[float | None]:
    """Give plain values; of an empty bin there is none."""
    return [float(value) if np.isfinite(value) else None for value in values]


async def robustness_curves(_request: Request, served: Served) -> Response:
    """Give accuracy on images that are harder to read, computed once."""
    shown = served.networks.run
    if shown.model.task == "regression" or not isinstance(shown.model.preprocessing, PixelScaling):
        return JSONResponse({"curves": []})
    some = shown.examples.select(slice(0, ROBUSTNESS_EXAMPLES))
    async with served.busy:  # who asks meanwhile gets the same curves
        if not served.curves:
            served.curves = await asyncio.to_thread(_with_one_thread, _curves, shown.model, some)
    return JSONResponse({"curves": served.curves, "examples": len(some)})


def _curves(model: Model, examples: Examples) -> list[dict[str, Any]]:
    return [asdict(curve) for curve in robustness(model, examples)]


def _write_page(shown: Shown, path: Path) -> None:
    model, seen = shown.model, shown.data.validation
    accuracy = evaluate(model, seen).as_dict()["accuracy"] if len(seen) and model.task == "classification" else None
    words = "" if accuracy is None else f"{percent(accuracy, 1)} of validation digits"
    write_draw_page(model, shown.examples, words, path)


WRITERS: dict[str, Callable[[Shown, Path], object]] = {
    "model.safetensors": lambda shown, path: shown.model.save(path),
    "model.onnx": lambda shown, path: export_onnx(shown.model, path),
    "digits.html": _write_page,
}


async def download(request: Request, served: Served) -> Response:
    """Give the network as a file."""
    name = request.path_params["name"]
    if name not in WRITERS:
        return PlainTextResponse("no such file\n", 404)
    content = await asyncio.to_thread(_written, name, served.networks.run)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type(name), headers=headers)


def _written(name: str, shown: Shown) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        WRITERS[name](shown, path)
        return path.read_bytes()


def media_type(name: str) -> str:
    """Tell a file's media type by its name, the same on each system."""
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or BINARY
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
