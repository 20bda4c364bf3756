"""From the parameters of an estimator to the parts of a training."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import Floats
from ..data.images.augmentation import Augmentation
from ..errors import UsageError
from ..optimizers.adam import Adam, AdamW
from ..optimizers.averaging import Averaging, ExponentialAverage
from ..optimizers.optimizer import Optimizer
from ..optimizers.rmsprop import RMSprop
from ..optimizers.schedules import SCHEDULES, Constant, Schedule
from ..optimizers.sgd import SGD
from ..registry import find
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization

STOCHASTIC = ("sgd", "adam", "adamw", "rmsprop")
NUMBER = (int, float, np.integer, np.floating)
BY_EPOCH = ("invscaling", "adaptive")  # rates that the course of a training decides, epoch by epoch
NOISE = ("dropout", "input_dropout", "input_noise", "max_norm", "mixup")


def hidden_sizes(estimator: Any) -> tuple[int, ...]:
    """Give the widths of the hidden layers; a single number is one layer."""
    sizes = estimator.hidden_layer_sizes
    widths = tuple(sizes) if np.iterable(sizes) else (sizes,)
    if any(width <= 0 for width in widths):
        raise UsageError("hidden_layer_sizes must be > 0", got=list(widths))
    return tuple(int(width) for width in widths)


def activations(estimator: Any) -> str | list[str]:
    """Give the activation of all hidden layers, or of each; scikit-learn calls the sigmoid logistic."""
    given = estimator.activation
    if isinstance(given, str):
        return "sigmoid" if given == "logistic" else given
    return ["sigmoid" if name == "logistic" else name for name in given]


def optimizer(estimator: Any) -> Optimizer:
    """Make the update rule that ``solver`` names."""
    rate, decay = estimator.learning_rate_init, estimator.weight_decay
    moments = {"beta1": estimator.beta_1, "beta2": estimator.beta_2, "epsilon": estimator.epsilon}
    momentum = estimator.momentum
    rules: dict[str, Callable[[], Optimizer]] = {
        "sgd": lambda: SGD(
            rate, momentum=momentum, nesterov=estimator.nesterovs_momentum and momentum > 0, weight_decay=decay
        ),
        "adam": lambda: Adam(rate, weight_decay=decay, **moments),
        "adamw": lambda: AdamW(rate, weight_decay=decay, **moments),
        "rmsprop": lambda: RMSprop(rate, weight_decay=decay),
    }
    return find("solver", estimator.solver, rules)()


def schedule(estimator: Any) -> Schedule:
    """Make the schedule that ``learning_rate`` names; constant where the course decides."""
    known: dict[str, type[Schedule]] = {**SCHEDULES, **dict.fromkeys(BY_EPOCH, Constant)}
    return find("learning_rate", estimator.learning_rate, known)()


def is_planned(estimator: Any) -> bool:
    """Tell whether the rate falls until the last epoch, so that this is where the training is meant to end."""
    return estimator.learning_rate in SCHEDULES and estimator.learning_rate != "constant"


def penalty(estimator: Any, share: float) -> Penalty:
    """Make the penalty, of which scikit-learn takes one part in as many as the examples of a step count.

    Parameters
    ----------
    estimator : estimator
        Whose ``alpha`` and ``l1`` it is.
    share : float
        How much the examples of a step weigh together.
    """
    return Penalty(l1=estimator.l1 / share, l2=estimator.alpha / share)


def regularization(estimator: Any) -> Regularization:
    """Make the noise and the limits.

    Raises
    ------
    UsageError
        If one cannot be meant.
    """
    smoothing = getattr(estimator, "label_smoothing", 0.0)
    return Regularization(label_smoothing=smoothing, **{name: getattr(estimator, name) for name in NOISE})


def smoothed(estimator: Any, rows: Floats) -> tuple[Floats, Regularization]:
    """Give the target rows, and the noise and limits to learn them with.

    A row of independent labels is smoothed here, each between yes and no; one of classes is by the training.
    """
    noise = regularization(estimator)
    if estimator.out_activation_ != "logistic" or not noise.label_smoothing:
        return rows, noise
    part = noise.label_smoothing
    return (1 - part) * rows + part / 2, replace(noise, label_smoothing=0.0)


def augmentation(estimator: Any) -> Augmentation:
    """Give the warps of images, or none."""
    return estimator.augmentation or Augmentation()


def averaging(estimator: Any) -> Averaging | None:
    """Make the average of the parameters, if one is wanted."""
    return ExponentialAverage(estimator.average_decay) if estimator.average_decay else None


def check(estimator: Any) -> None:
    """Refuse numbers that cannot be meant; what makes the parts of a training checks the others.

    Raises
    ------
    UsageError
        Naming the parameter.
    """
    for name in ("max_iter", "max_fun", "n_iter_no_change", "batch_size"):
        value = getattr(estimator, name)
        if value != "auto" and not (isinstance(value, NUMBER) and not isinstance(value, bool) and value >= 1):
            raise UsageError(f"impossible {name}", expected="a whole number, 1 or more", got=repr(value))
    for name, bound in (("validation_fraction", 1.0), ("tol", math.inf), ("power_t", math.inf)):
        value = getattr(estimator, name)
        if not (isinstance(value, NUMBER) and 0 <= value < bound):
            expected = f"a number, 0 or more{' and less than 1' if bound == 1 else ''}"
            raise UsageError(f"impossible {name}", expected=expected, got=repr(value))
    if estimator.callback is not None and not callable(estimator.callback):
        raise UsageError("impossible callback", expected="a function of an epoch", got=repr(estimator.callback))
    for name in ("early_stopping", "warm_start", "shuffle", "nesterovs_momentum"):
        value = getattr(estimator, name)
        if not isinstance(value, (bool, np.bool_)):
            raise UsageError(f"impossible {name}", expected="True or False", got=repr(value))


def check_images(estimator: Any, columns: int) -> None:
    """Refuse a shape of images that the rows do not have, and warps of what is no image.

    Raises
    ------
    UsageError
        Naming ``image_shape``.
    """
    shape = estimator.image_shape
    if shape is not None and math.prod(shape) != columns:
        got = f"{tuple(shape)}, which is {math.prod(shape)}"
        raise UsageError("image_shape does not fit the rows", expected=f"{columns} pixels in all", got=got)
    if estimator.augmentation is not None and shape is None:
        raise UsageError("augmentation of rows that are no images", remedy="Say image_shape=(height, width)")


def refuse_with_lbfgs(estimator: Any, validation_data: Any) -> None:
    """Refuse what only a training in steps can do.

    Raises
    ------
    UsageError
        Naming it.
    """
    names = (*NOISE, "label_smoothing", "average_decay", "augmentation", "weight_decay", "callback")
    given = [name for name in names if getattr(estimator, name, None)]
    given += [] if validation_data is None else ["validation_data"]
    if given:
        remedy = "Choose solver='adam' or 'sgd', or leave it out"
        raise UsageError("lbfgs takes all examples as they are", got=", ".join(given), remedy=remedy)


def batch_size(estimator: Any, count: int) -> int:
    """Give the number of examples a step; scikit-learn's automatic one is 200."""
    return min(200 if estimator.batch_size == "auto" else int(estimator.batch_size), count)
