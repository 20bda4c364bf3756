"""Training that cannot recover is stopped at once, with the likely cause and what to do."""

from __future__ import annotations

import math

import numpy as np

from ..arrays import Floats
from ..errors import DivergenceError

EXPLOSION = 1_000  # times the first loss


def quiet() -> np.errstate:
    """Silence NumPy's warnings of what the functions below report."""
    return np.errstate(over="ignore", invalid="ignore")


def check_loss(loss: float, first_loss: float, step: int, learning_rate: float) -> None:
    """Refuse a step's loss that is not finite, or a thousand times the first.

    Raises
    ------
    DivergenceError
        Saying which step, the likely cause, and the remedy.
    """
    # A first loss below 1 is a lucky start, not a scale: softmax knowing nothing has ln(classes), standardized
    # targets 1.
    if not math.isfinite(loss) or loss > EXPLOSION * max(first_loss, 1.0):
        raise DivergenceError(
            f"training diverged at step {step}: the loss is {loss:g}, at the first step it was {first_loss:g}; "
            f"likely the learning rate of {learning_rate:g} is too high",
            remedy=f"Try a learning rate of {gentler(learning_rate):.2g}",
        )


def check_parameters(parameters: Floats, step: int, learning_rate: float) -> None:
    """Refuse parameters that are not finite; errors as in `check_loss`."""
    # One product is finite unless a parameter is not, or all of them are far beyond any use.
    if not math.isfinite(parameters @ parameters):
        broken = int(np.count_nonzero(~np.isfinite(parameters)))
        what = f"{broken:,} of {parameters.size:,} parameters are no longer finite" if broken else "parameters exploded"
        raise DivergenceError(
            f"training diverged at step {step}: {what}; likely the learning rate of {learning_rate:g} is too high",
            remedy=f"Try a learning rate of {gentler(learning_rate):.2g}",
        )


def check_validation(loss: float, epoch: int, learning_rate: float) -> None:
    """Refuse a validation loss that is not finite; errors as in `check_loss`."""
    if not math.isfinite(loss):
        raise DivergenceError(
            f"training diverged in epoch {epoch}: the validation loss is {loss:g}; "
            f"likely the learning rate of {learning_rate:g} is too high",
            remedy=f"Try a learning rate of {gentler(learning_rate):.2g}",
        )


def check_responsive(responsive: list[bool], epoch: int, step: int, learning_rate: float) -> None:
    """Refuse a hidden layer that let no gradient through in a whole epoch; errors as in `check_loss`."""
    for layer, alive in enumerate(responsive, start=1):
        if not alive:
            raise DivergenceError(
                f"training died by step {step}: in epoch {epoch} every unit of hidden layer {layer} was dead, its "
                f"derivative zero for every example; likely the learning rate of {learning_rate:g} is too high, or the "
                "starting weights leave no unit active",
                remedy=f"Try a learning rate of {gentler(learning_rate):.2g}, leaky_relu, or another initializer",
            )


def gentler(learning_rate: float) -> float:
    """Propose a rate that is worth a try: a tenth, and never beyond what ordinary trainings use."""
    return min(learning_rate / 10, 0.1)
