"""The part of ``glassnet predict`` for pictures: an answer for each digit, in words and bars or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from ..arrays import AnyArray
from ..errors import ImageFileError
from ..evaluation.novelty import NoveltyDetector
from ..evaluation.shifted_copies import averaged_over_shifts
from ..formatting import percent, printable, quantity
from ..model.model import Model
from ..runs.example import picture_reading
from .terminal import picture_of, print_json, results, shown

if TYPE_CHECKING:
    from rich.console import Console

    from ..data.images.digits import PictureReading

BAR = 20  # characters for a probability of one
Answer = dict[str, Any]


def predict_pictures(
    model: Model, detector: NoveltyDetector | None, run: Path, files: tuple[Path, ...], *, as_json: bool, show: bool
) -> None:
    """Answer for each digit of each picture; errors go to stderr, and end the command in the end."""
    console, errors, predictions = results(), [], []
    for file in files:
        try:
            reading = picture_reading(model, file)
        except ImageFileError as error:
            errors.append(str(error))
            predictions.append({"file": str(file), "error": str(error)})
            continue
        answers = answers_for_picture(model, detector, file, reading)
        predictions += answers
        if not as_json:
            _print_picture(console, model, reading, answers, show)
    if as_json:
        print_json({"run": str(run), "predictions": predictions})
    for problem in errors:
        click.echo(printable(f"glassnet: {problem}"), err=True)
    if errors:
        click.get_current_context().exit(1)


def answers_for_picture(
    model: Model, detector: NoveltyDetector | None, file: Path, reading: PictureReading
) -> list[Answer]:
    """Answer for each digit: what it is, where it lies, and what was done to the picture."""
    images = reading.images
    refused = detector.refuses(model, images).tolist() if detector else [False] * len(images)
    found: list[Answer]
    if model.task == "regression":
        numbers = map(float, _answered(model.predict, reading))
        found = [
            {"value": None if no else number, "unit": model.unit} for no, number in zip(refused, numbers, strict=True)
        ]
    else:
        rows = [
            dict(zip(model.class_names, map(float, row), strict=True))
            for row in _answered(model.predict_probabilities, reading)
        ]
        found = [
            {"digit": None if no else max(row, key=lambda name: row[name]), "probabilities": row}
            for no, row in zip(refused, rows, strict=True)
        ]
    return [
        {"file": str(file), "refused": no, **answer, "box": list(box), "steps": list(reading.steps)}
        for no, answer, box in zip(refused, found, reading.boxes, strict=True)
    ]


def _answered(answer: Callable[[AnyArray], AnyArray], reading: PictureReading) -> AnyArray:
    return averaged_over_shifts(answer, reading.images) if reading.fitted else answer(reading.images)


def _print_picture(console: Console, model: Model, reading: PictureReading, answers: list[Answer], show: bool) -> None:
    name = shown(answers[0]["file"])
    if len(answers) > 1:
        said = [shown(answer["digit"] or "?") if "digit" in answer else _said(answer) for answer in answers]
        console.print(f"{name}: {len(answers)} digits, [bold]{' '.join(said)}[/bold]", soft_wrap=True)
    if show:
        console.print(f"  [dim]{shown(', '.join(reading.steps)) or 'as it is'}[/dim]", soft_wrap=True)
    for image, answer in zip(reading.images, answers, strict=True):
        place = "" if len(answers) == 1 else " at {} {}".format(*answer["box"])
        console.print(f"{name}{place}: {_said(answer)}", soft_wrap=True)
        if show:
            console.print(picture_of(np.asarray(image) / 255), soft_wrap=True)
        if model.class_names and not answer["refused"]:
            _print_bars(console, answer)


def _said(answer: Answer) -> str:
    if answer["refused"]:
        return "[bold]none[/bold], unlike all that it was trained on"
    if "digit" in answer:
        return f"[bold]{shown(answer['digit'])}[/bold]"
    return f"[bold]{shown(quantity(answer['value'], answer['unit']))}[/bold]"


def _print_bars(console: Console, answer: Answer) -> None:
    full = "█" if console.encoding.startswith("utf") else "#"
    for name, probability in answer["probabilities"].items():
        bar = full * round(probability * BAR)
        style = "bold" if name == answer["digit"] else "dim" if probability < 0.005 else None
        console.print(f"  {printable(name)}  {percent(probability, 1):>6}  {bar}".rstrip(), style=style, markup=False)
