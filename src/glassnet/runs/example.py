"""A picture file as a model's examples are."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from ..arrays import AnyArray
from ..data.catalogue import DIGITS
from ..data.images.decode import read_digit
from ..data.readers.picture_folders import read_gray
from ..errors import ImageFileError, UsageError, listed
from ..evaluation.mistakes import typical_mistake
from ..model.model import Model, load_model
from .directory import model_file, read_run

DEGREES = "degrees"  # the unit of rotated-mnist


def read_picture(model: Model, file: Path) -> AnyArray:
    """Read a picture as the model's training images were made: MNIST's were centered, others are as they are.

    Parameters
    ----------
    model : Model
        Who shall answer for it.
    file : Path
        PNG or JPEG.

    Returns
    -------
    ndarray of shape (1, height, width), uint8

    Raises
    ------
    ImageFileError
        If it cannot be read, or has another size than the model's images.
    """
    shape = model.preprocessing.input_shape
    of_digits = model.class_names == DIGITS or (not model.class_names and model.unit == DEGREES)
    if shape == (28, 28) and of_digits:
        return read_digit(file)[None]
    image = read_gray(file)
    if image.shape != shape:
        expected, got = (" x ".join(map(str, sides)) for sides in (shape, image.shape))
        raise ImageFileError("a picture of another size", expected=expected, got=got, where=file)
    return image[None]


@dataclass(frozen=True)
class Subject:
    """What is looked at.

    Attributes
    ----------
    model : Model
        Who answers.
    example : ndarray of the shape of one input
        As it stands in the source.
    truth : int, float or None
        Its target; None for a picture, of which it is not known.
    name : str
        Where it comes from.
    """

    model: Model
    example: AnyArray
    truth: float | None
    name: str


def choose(run: Path, index: int | None, image: Path | None) -> Subject:
    """Find the example.

    Parameters
    ----------
    run : Path
        A run directory; with a picture, a model file will do.
    index : int or None
        Of the validation split, or of the training examples where that is empty; a typical mistake by default.
    image : Path or None
        A picture instead.

    Raises
    ------
    UsageError
        If the index is out of range.
    FileError
        If the run or the picture cannot be read.
    """
    if image is not None:
        model = load_model(model_file(run))
        return Subject(model, read_picture(model, image)[0], None, image.name)
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
    return Subject(model, chosen.inputs[0], chosen.targets[0].item(), f"{split} example {index:,}")


def wanted_of(subject: Subject, text: str | None) -> float:
    """Say what the answer should be: what was asked for, else the truth, else, where nobody knows it, what was said.

    Parameters
    ----------
    subject : Subject
        The example and the model.
    text : str or None
        What was asked for.

    Raises
    ------
    UsageError
        If there is no such class, or it is no number.
    """
    classes = subject.model.class_names
    if text is None:
        shown = replace(subject.model, networks=subject.model.networks[:1])  # the one that is taken apart
        return shown.predict(subject.example[None])[0].item() if subject.truth is None else subject.truth
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
