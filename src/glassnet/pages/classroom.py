"""A classroom in one file: digits, a trained network and all that trains others in the browser. No server, no names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..data.catalogue import DIGITS
from ..data.dataset import Dataset, Examples
from ..data.load import load_dataset
from ..data.preprocessing.pixels import PixelScaling
from ..errors import UsageError
from ..files import write_whole
from ..model.model import Model, load_model
from ..network.activations import ACTIVATIONS
from ..network.formula import activation_trees
from .bundle import STATIC, bundled, worker_script
from .digits import packed_digits
from .explain_page import model_data
from .lesson import READY, Lesson
from .seal import sealed
from .single_file import encoded, fill, inert, read

UNSEEN = 5_000  # digits that no network in the file is trained on
# The network that the file opens with: sixteen neurons can all be seen, and it errs on one digit in fifteen. Lessons
# count on its mistakes, so that it is kept, not trained anew: the last bits of a training are the processor's.
READY_NET = READY / "ready.safetensors"
RECIPE = (
    "glassnet train --hidden 16 --train-size 20000 --validation-size 5000 --learning-rate 0.3 --momentum 0"
    " --batch-size 32 --epochs 8 --schedule cosine --seed 0"
)


def write_classroom(path: Path, digits: int = 20_000, lesson: Lesson | None = None) -> None:
    """Write the file, with so many digits to learn from."""
    about = {"lesson": lesson and lesson_data(lesson)}  # first, as it may be refused
    data = load_dataset("mnist", train_size=digits, validation_size=UNSEEN)
    content = {**about, **page_data(load_model(READY_NET), data)}
    trusted = {
        "styles": "\n".join(read(f"css/{path}") for path in ["tokens.css", *view_styles()]),
        "data": inert(json.dumps(content, allow_nan=False)),
        "script": bundled("#app/classroom.js"),
    }
    write_whole(path, sealed(fill("classroom.html", trusted, {})))


def view_styles() -> list[str]:
    """List the styles of the views."""
    return sorted(f"views/{path.name}" for path in (STATIC / "css" / "views").glob("*.css"))


def page_data(model: Model, data: Dataset) -> dict[str, Any]:
    """Give what the page's scripts read."""
    about = model_data(model)
    about["network"]["formulas"]["activations"] = {
        name: activation_trees(activation()) for name, activation in ACTIVATIONS.items()
    }
    return {
        **about,
        "parameters": encoded(model.network.parameters),
        "recipe": RECIPE,
        "worker": worker_script(),
        "digits": _packed(data.train),
        "unseen": _packed(data.validation),
    }


def _packed(examples: Examples) -> dict[str, int | str]:
    return {"count": len(examples), "packed": packed_digits(examples.inputs, examples.targets)}


def lesson_data(lesson: Lesson) -> dict[str, Any]:
    """Give a lesson with the networks that it names."""
    return {**lesson.as_dict(), "nets": {name: _net(path) for name, path in lesson.nets.items()}}


def _net(path: Path) -> dict[str, Any]:
    model = load_model(path)
    sizes, fits = model.network.architecture.sizes, PixelScaling((28, 28))
    if model.class_names != DIGITS or model.is_ensemble or model.preprocessing != fits:
        got = f"{' - '.join(map(str, sizes))}, {len(model.class_names)} classes"
        raise UsageError("not a network for this class", expected="one that reads digits", got=got, where=path)
    return {"network": model_data(model)["network"], "parameters": encoded(model.network.parameters)}
