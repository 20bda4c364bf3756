"""What a network gets wrong, and how it bears what is harder to read."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...arrays import AnyArray, Floats
from ...data.examples import Examples
from ...data.pixels import PixelScaling
from ...errors import UsageError
from ...evaluation.calibration import reliability
from ...evaluation.mistakes import find_mistakes
from ...evaluation.robustness import robustness
from ...model.model import Model, as_probabilities
from ...training.threads import blas_threads
from .answers import BINARY
from .frames import pack
from .scene import name_of
from .studio import Studio

MOST = 600  # mistakes that are sent; the surest
RIGHT = 20  # right answers of each class
ROBUSTNESS_EXAMPLES = 1_000


async def mistakes(_request: Request, studio: Studio) -> Response:
    """Give counts of true against said classes, the examples behind them, and reliability; or the largest errors."""
    model, room = await studio.seen()
    make = _numbers if model.task == "regression" else _classes
    async with studio.busy:
        values, arrays = await asyncio.to_thread(_computed, make, model, room.examples)
    return Response(pack("mistakes", arrays, **values, examples=len(room.examples)), media_type=BINARY)


def _computed(make: Any, model: Model, examples: Examples) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    with blas_threads(1):
        values: tuple[dict[str, Any], dict[str, AnyArray]] = make(model, examples)
        return values


def _classes(model: Model, examples: Examples) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    probabilities, labels = as_probabilities(model.outputs(examples.inputs)), examples.targets
    if labels.ndim > 1:
        labels = labels.argmax(axis=1)
    count, said = len(model.class_names), probabilities.argmax(axis=1)
    matrix = np.zeros((count, count), np.int64)
    np.add.at(matrix, (labels, said), 1)
    wrong = find_mistakes(probabilities, labels).positions[:MOST]
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


def _numbers(model: Model, examples: Examples) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    said = model.predict(examples.inputs)
    if said.ndim > 1:
        raise UsageError("several numbers at once cannot be shown", remedy="Train on one target")
    errors = np.abs(said - examples.targets)
    chosen = np.argsort(-errors, kind="stable")[:MOST]
    shares = np.quantile(errors, [0.5, 0.9, 0.99])
    values = {"errors": {"median": float(shares[0]), "ninety": float(shares[1]), "ninety_nine": float(shares[2])}}
    return values, _rows(model, examples, chosen, examples.targets[chosen], said[chosen])


def _rows(model: Model, examples: Examples, chosen: AnyArray, true: AnyArray, said: AnyArray) -> dict[str, AnyArray]:
    scaling = model.preprocessing
    inputs = scaling.apply(scaling.flatten(examples.select(chosen).inputs))
    arrays = {"inputs": inputs, "targets": true, "said": said}
    return {name: np.ascontiguousarray(values, dtype=np.float32) for name, values in arrays.items()}


def _plain(values: Floats) -> list[float | None]:
    """Give plain values; of an empty bin there is none."""
    return [float(value) if np.isfinite(value) else None for value in values]


async def robustness_curves(_request: Request, studio: Studio) -> Response:
    """Give accuracy on images that are harder to read."""
    model, room = await studio.seen()
    if model.task == "regression" or not isinstance(model.preprocessing, PixelScaling):
        return JSONResponse({"curves": []})
    some = room.examples.select(slice(0, ROBUSTNESS_EXAMPLES))
    net = name_of(model.network.parameters)
    async with studio.busy:  # who asks the same meanwhile gets the same curves
        if studio.curves[0] != net:
            studio.curves = (net, await asyncio.to_thread(_curves, model, some))
    return JSONResponse({"curves": studio.curves[1], "examples": len(some)})


def _curves(model: Model, examples: Examples) -> list[dict[str, Any]]:
    with blas_threads(1):
        return [asdict(curve) for curve in robustness(model, examples)]
