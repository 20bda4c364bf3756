"""Robustness: accuracy against images that are harder and harder to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import AnyArray, Bytes, Integers
from ..data.examples import Examples
from ..errors import UsageError
from ..model.model import Model
from .adversarial import attack, attack_once
from .corruptions import CORRUPTIONS

ATTACKS = {"fgsm": attack_once, "pgd": attack}
ATTACK_STRENGTHS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2)


@dataclass(frozen=True)
class Curve:
    """Accuracy over the strength of what is done to images.

    Attributes
    ----------
    name, unit : str
        What is done, and what its strength is counted in.
    strengths, accuracies : tuple of float
        One for each.
    """

    name: str
    unit: str
    strengths: tuple[float, ...]
    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean accuracy over all strengths."""
        return float(np.mean(self.accuracies))


def robustness(model: Model, examples: Examples, seed: int = 0) -> Iterator[Curve]:
    """Judge a model on corrupted images, corruption by corruption; then, if it has gradients, on attacks.

    Parameters
    ----------
    model : Model
        A classifier of images.
    examples : Examples
        uint8 images and labels.
    seed : int, optional
        Of directions and noise.

    Yields
    ------
    Curve

    Raises
    ------
    UsageError
        If the examples are no such images.
    """
    images, labels = examples.inputs, examples.targets
    if model.task == "regression" or images.ndim != 3 or images.dtype != np.uint8:
        raise UsageError("robustness is that of a classifier of images", expected="uint8 images and labels")
    for corruption in CORRUPTIONS.values():
        changed = (corruption.apply(images, strength, seed) for strength in corruption.strengths)
        yield _curve(
            corruption.name, corruption.unit, corruption.strengths, [_accuracy(model, x, labels) for x in changed]
        )
    if not model.preprocessing.warps:
        for name, harm in ATTACKS.items():
            attacked = (harm(model, images, labels, strength) for strength in ATTACK_STRENGTHS)
            yield _curve(name, "of a pixel's range", ATTACK_STRENGTHS, [_accuracy(model, x, labels) for x in attacked])


def _curve(name: str, unit: str, strengths: tuple[float, ...], accuracies: list[float]) -> Curve:
    return Curve(name, unit, tuple(map(float, strengths)), tuple(accuracies))


def _accuracy(model: Model, images: AnyArray | Bytes, labels: Integers) -> float:
    return float(np.mean(model.predict(images) == labels))
