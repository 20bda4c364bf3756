"""Adversarial examples: images changed by less than the eye minds, so that they are misread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import AnyArray, Bytes, Floats, Integers
from ..data.dataset import Examples
from ..data.images.corruptions import CORRUPTIONS
from ..data.preprocessing.pixels import PixelScaling
from ..errors import UsageError
from ..model.model import Model
from .input_gradients import input_gradient, target_rows

STEPS = 10  # of projected gradient descent
STRIDE = 2.5  # all steps together go so many times as far as the bound, so that every corner is within reach


def attack_once(model: Model, images: AnyArray, targets: AnyArray, strength: float) -> Floats:
    """Move every pixel by the whole strength, whichever way raises the loss: the fast gradient sign method.

    ::

        x' = min(1, max(0, x + ε sign(g)))

    with g the gradient of the loss with respect to x.

    Parameters
    ----------
    model : Model
        Who is attacked; one that takes pixels as they are.
    images : ndarray of shape (n, ...)
        uint8, or floats in 0..1.
    targets : ndarray of shape (n,)
        Their labels.
    strength : float
        ε, the most that a pixel may change, of 0..1.

    Returns
    -------
    ndarray of shape (n, inputs)
        In 0..1.

    Raises
    ------
    UsageError
        If the images are warped before the network sees them, through which no gradient is known.

    Notes
    -----
    Source: I. J. Goodfellow, J. Shlens, C. Szegedy, "Explaining and harnessing adversarial examples" (2015), section 4.
    """
    x = _pixels(model, images)
    return np.clip(x + strength * np.sign(input_gradient(model, x, target_rows(model, targets))), 0, 1)


def attack(model: Model, images: AnyArray, targets: AnyArray, strength: float, steps: int = STEPS) -> Floats:
    """Climb the loss in small steps, never farther from the image than the strength: projected gradient descent.

    ::

        u = min(x + ε, max(x − ε, x' + η sign(g)))
        x' ← min(1, max(0, u))

    with η = 2.5 ε / steps, from x' = x.

    Parameters
    ----------
    model, images, targets, strength
        As in `attack_once`; errors too.
    steps : int, optional
        How many.

    Returns
    -------
    ndarray of shape (n, inputs)

    Notes
    -----
    Source: A. Madry et al., "Towards deep learning models resistant to adversarial attacks" (2018), section 2.1.
    """
    x = _pixels(model, images)
    rows, moved = target_rows(model, targets), x.copy()
    for _ in range(steps):
        moved += STRIDE * strength / steps * np.sign(input_gradient(model, moved, rows))
        np.clip(np.clip(moved, x - strength, x + strength), 0, 1, out=moved)
    return moved


def _pixels(model: Model, images: AnyArray) -> Floats:
    if model.preprocessing.warps or not isinstance(model.preprocessing, PixelScaling):
        remedy = "Attack a model that was trained without deskewing"
        raise UsageError("the preprocessing has no gradient", expected="pixels as they are", remedy=remedy)
    rows = model.preprocessing.flatten(images)
    return model.preprocessing.apply(rows, np.empty(rows.shape, model.network.parameters.dtype))


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
    """Evaluate a model on corrupted images, corruption by corruption; then, if it has gradients, on attacks.

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
        raise UsageError("robustness is measured of image classifiers only", expected="uint8 images and labels")
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
