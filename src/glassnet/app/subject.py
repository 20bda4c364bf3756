"""The one example that is looked at: an example of a run's validation split, or a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ..arrays import AnyArray
from ..errors import UsageError, listed
from ..explanation.choice import typical_mistake
from ..model.model import Model
from ..model.storage import load_model
from ..training.directory import model_file, read_run
from .pictures import read_picture


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
        index = typical_mistake(replace(model, others=()), examples)
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
        If there is no such class.
    BadParameter
        If it is no number.
    """
    classes = subject.model.class_names
    if text is None:
        shown = replace(subject.model, others=())  # of an ensemble the first network is taken apart
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
        raise click.BadParameter(f"expected a number, got {text!r}", param_hint="--wanted") from None
