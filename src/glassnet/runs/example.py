"""One example to look at: of a run's data, or a picture read as the model's training images were made."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..arrays import AnyArray, Integers
from ..data.catalogue import DIGITS
from ..data.dataset import Dataset, Examples
from ..data.images.digits import PictureReading, read_digits
from ..data.readers.idx_pairs import EMNIST
from ..data.readers.picture_folders import read_gray
from ..errors import ImageFileError, UsageError, listed
from ..evaluation.mistakes import typical_mistake
from ..model.model import Model, load_model
from .directory import model_file, read_run

OF_EMNIST = {frozenset(characters) for _, characters in EMNIST.values()}  # whose images were made as MNIST's were
DEGREES = "degrees"  # the unit of rotated-mnist


@dataclass(frozen=True)
class PickedExample:
    """A model and one example for it: inputs as in the source, the target if known; the data, its row, its number."""

    model: Model
    inputs: AnyArray
    target: float | None
    name: str
    data: Dataset | None = None
    place: int = -1
    number: int | None = None


def pick_example(run: Path, index: int | None, image: Path | None) -> PickedExample:
    """Pick an example of a run's validation split, or else of training: by index, or a typical mistake; or a picture.

    For a picture a model file will do in place of a run's directory.
    """
    if image is not None:
        model = load_model(model_file(run))
        return PickedExample(model, read_picture(model, image)[0], None, image.name)
    if run.is_file():
        remedy = "Add --image, or name the run's directory"
        raise UsageError("a model file has no examples", got=run, remedy=remedy)
    _, data, model = read_run(run)
    split, examples = ("validation", data.validation) if len(data.validation) else ("training", data.train)
    if index is None:
        index = typical_mistake(replace(model, networks=(model.network,)), examples)
    if index >= len(examples):
        raise UsageError("no such example", expected=f"0..{len(examples) - 1}", got=index, where=f"the {split} split")
    chosen = examples.select(slice(index, index + 1))
    name, place = f"{split} example {index:,}", int(chosen.indices[0])
    return PickedExample(model, chosen.inputs[0], chosen.targets[0].item(), name, data, place, index)


def pick_positions(model: Model, examples: Examples, count: int) -> Integers:
    """Choose so many examples, as positions: a typical mistake, then one of each class, then whatever comes."""
    order = [typical_mistake(model, examples)]
    if model.class_names:
        order += [int(np.flatnonzero(examples.targets == label)[0]) for label in np.unique(examples.targets)]
    return np.array(list(dict.fromkeys([*order, *range(len(examples))]))[:count])


def read_picture(model: Model, file: Path) -> AnyArray:
    """Give the one image of a picture that the model answers for, (1, height, width) uint8: its largest digit."""
    return picture_reading(model, file).largest[None]


def picture_reading(model: Model, file: Path) -> PictureReading:
    """Read a picture as the model's images are: of MNIST and EMNIST found and centered, of others taken as it is."""
    shape = model.preprocessing.input_shape
    if len(shape) != 2:
        got = f"one of {model.preprocessing.takes}"
        remedy = "Put what it shall answer for into a table or an array, as it was trained on"
        raise UsageError("pictures are read in gray", expected="a model of gray images", got=got, remedy=remedy)
    of_digits = model.class_names == DIGITS or (not model.class_names and model.unit == DEGREES)
    if shape == (28, 28) and of_digits:
        return read_digits(file)
    image = read_gray(file)
    if image.shape != shape and shape == (28, 28) and frozenset(model.class_names) in OF_EMNIST:
        return read_digits(file)
    if image.shape != shape:
        expected, got = (" x ".join(map(str, sides)) for sides in (shape, image.shape))
        raise ImageFileError("a picture of the wrong size", expected=expected, got=got, where=file)
    return PictureReading(image[None], ((0, 0, image.shape[1], image.shape[0]),), ())


def wanted_target(picked: PickedExample, text: str | None) -> float:
    """Give the target to explain the error to: what was asked for, else the true one, else the model's own answer."""
    classes = picked.model.class_names
    if text is None:
        shown = replace(picked.model, networks=picked.model.networks[:1])  # the one that is taken apart
        return shown.predict(picked.inputs[None])[0].item() if picked.target is None else picked.target
    if classes:
        if text not in classes:
            raise UsageError("no such class", expected=f"one of {listed(classes)}", got=text)
        return classes.index(text)
    try:
        if math.isfinite(number := float(text)):
            return number
        raise ValueError
    except ValueError:
        raise UsageError("no such target", expected="a number", got=repr(text)) from None
