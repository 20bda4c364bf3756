"""``glassnet predict``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ..model.model import Model

BAR = 20  # characters for a probability of one


@click.command(name="predict")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as one JSON object.")
def command(run: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """Read the digits in pictures with the model of RUN.

    PNG or JPEG, any size, one digit each, dark on light or light on dark: it is fitted into 20x20 pixels and
    centered by mass in 28x28, as MNIST was made.
    """
    import numpy as np

    from ..data.pictures import read_digit
    from ..model.storage import load_model
    from ..training.directory import model_file
    from .terminal import print_json

    model = load_model(model_file(run))
    images = np.stack([read_digit(file) for file in files])
    answers = [{"file": str(file), **answer} for file, answer in zip(files, _answers(model, images), strict=True)]
    if as_json:
        print_json({"run": str(run), "predictions": answers})
    else:
        _print_answers(answers, model)


def _answers(model: Model, images: Any) -> list[dict[str, Any]]:
    if model.task == "regression":
        return [{"value": float(value), "unit": model.unit} for value in model.predict(images)]
    probabilities = model.predict_probabilities(images)
    named = [dict(zip(model.class_names, map(float, row), strict=True)) for row in probabilities]
    digits = [model.class_names[index] for index in probabilities.argmax(axis=1)]
    return [{"digit": digit, "probabilities": row} for digit, row in zip(digits, named, strict=True)]


def _print_answers(answers: list[dict[str, Any]], model: Model) -> None:
    from .terminal import percent, results

    console = results()
    for answer in answers:
        if model.task == "regression":
            console.print(f"{answer['file']}: [bold]{answer['value']:.1f} {model.unit}[/bold]")
            continue
        console.print(f"{answer['file']}: [bold]{answer['digit']}[/bold]")
        for name, probability in answer["probabilities"].items():
            bar = "█" * round(probability * BAR)
            style = "bold" if name == answer["digit"] else "dim" if probability < 0.005 else ""
            line = f"  {name}  {percent(probability, 1):>6}  {bar}"
            console.print(f"[{style}]{line}[/{style}]" if style else line)
