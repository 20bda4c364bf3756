"""What a page needs to know of a new network before it can show it."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from ...arrays import AnyArray, Integers
from ...data.examples import Examples
from ...data.pixels import PixelScaling
from ...data.preprocessing import Preprocessing
from ...explanation.closeup import Closeup
from ...explanation.walkthrough import Walkthrough
from ..explain_page import equations_of, model_data
from .course import Course

SAMPLES = 60
LEARNING_RATE = 0.01  # of the one step that the page takes back from the answer


def scene(course: Course) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Describe a course's network, its data, and some examples: values for JSON, and arrays.

    Parameters
    ----------
    course : Course
        What is watched.
    """
    model, (examples, positions) = course.model, course.samples(SAMPLES)
    scaling = model.preprocessing
    way = Walkthrough(model, examples.inputs[0], examples.targets[0].item())
    parameters = np.ascontiguousarray(model.network.parameters)
    values: dict[str, Any] = {
        "subject": {
            **model_data(model),
            "rate": LEARNING_RATE,
            "equations": equations_of(Closeup.of(way, learning_rate=LEARNING_RATE)),
            "deskew": isinstance(scaling, PixelScaling) and scaling.deskew,
            "drawable": isinstance(scaling, PixelScaling) and scaling.input_shape == (28, 28),
        },
        "task": course.data.task,
        "name": course.name,
        "validation": len(course.data.validation),
        "judged": course.judge(),
        "history": [],
    }
    return values, {"parameters": parameters, **rows(examples, positions, scaling)}


def rows(examples: Examples, positions: Integers, scaling: Preprocessing) -> dict[str, AnyArray]:
    """Give examples as the network takes them, their targets, and where in their split they stand."""
    inputs = scaling.apply(scaling.flatten(examples.inputs))
    arrays = {"inputs": inputs, "targets": examples.targets}
    found = {name: np.ascontiguousarray(values, dtype=np.float32) for name, values in arrays.items()}
    return {**found, "positions": positions.astype(np.int32)}


def name_of(parameters: AnyArray) -> str:
    """Name a network by what it has learned, so that a link can tell whether it was made with this one."""
    return hashlib.sha256(parameters.tobytes()).hexdigest()[:8]
