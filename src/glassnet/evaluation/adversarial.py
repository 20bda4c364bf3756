"""Adversarial examples: images changed by less than the eye minds, so that they are misread."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Floats
from ..errors import UsageError
from ..model.model import Model
from .gradients import input_gradient, target_rows

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

        y = min(x + ε, max(x − ε, x' + η sign(g)))
        x' ← min(1, max(0, y))

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
    if model.preprocessing.warps or model.preprocessing.kind != "pixels":
        remedy = "Attack a model that was trained without deskewing"
        raise UsageError("no gradient leads through the preprocessing", expected="pixels as they are", remedy=remedy)
    rows = model.preprocessing.flatten(images)
    return model.preprocessing.apply(rows, np.empty(rows.shape, model.network.parameters.dtype))
