"""The parameters of an estimator: what each may be, and what a network and a training are made of by them."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..errors import UsageError
from ..optimizers.adam import Adam, AdamW
from ..optimizers.optimizer import Optimizer
from ..optimizers.rmsprop import RMSprop
from ..optimizers.schedules import SCHEDULES, Constant, Schedule
from ..optimizers.sgd import SGD
from ..registry import find

STOCHASTIC: dict[str, type[Optimizer]] = {"sgd": SGD, "adam": Adam, "adamw": AdamW, "rmsprop": RMSprop}
BY_EPOCH = ("invscaling", "adaptive")  # rates that are set after each epoch, by what came of it
NOISE = ("dropout", "input_dropout", "input_noise", "max_norm", "label_smoothing", "mixup")
NOT_WITH_LBFGS = (*NOISE, "average_decay", "augmentation", "weight_decay", "callback")

COUNTS = ("max_iter", "max_fun", "n_iter_no_change", "batch_size")
SWITCHES = ("early_stopping", "warm_start", "shuffle", "nesterovs_momentum")


def resolve(estimator: Any) -> SimpleNamespace:
    """Check an estimator's parameters, and give them with NumPy's numbers as Python's."""
    given = SimpleNamespace(
        **{
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in vars(estimator).items()
            if not name.startswith("_") and not name.endswith("_")  # as fitted attributes do
        }
    )
    for name in COUNTS:
        value = getattr(given, name)
        if value != "auto" and not (isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 1):
            raise UsageError(f"invalid {name}", expected="a whole number, 1 or more", got=repr(value))
    for name, bound in (("validation_fraction", 1.0), ("tol", math.inf), ("power_t", math.inf)):
        value = getattr(given, name)
        if not (isinstance(value, (int, float)) and 0 <= value < bound):
            expected = f"a number, 0 or more{' and less than 1' if bound == 1 else ''}"
            raise UsageError(f"invalid {name}", expected=expected, got=repr(value))
    if given.callback is not None and not callable(given.callback):
        raise UsageError("invalid callback", expected="a function of an epoch", got=repr(given.callback))
    for name in SWITCHES:
        value = getattr(given, name)
        if not isinstance(value, bool):
            raise UsageError(f"invalid {name}", expected="True or False", got=repr(value))
    return given


def hidden_sizes(given: SimpleNamespace) -> list[int]:
    """Give the widths of the hidden layers; a single number is one layer."""
    sizes = given.hidden_layer_sizes
    widths = [int(width) for width in (sizes if np.iterable(sizes) else [sizes])]
    if any(width <= 0 for width in widths):
        raise UsageError("hidden_layer_sizes must be > 0", got=widths)
    return widths


def activations(given: SimpleNamespace) -> str | list[str]:
    """Give the activation of all hidden layers, or of each; scikit-learn calls the sigmoid logistic."""
    names = [given.activation] if isinstance(given.activation, str) else given.activation
    names = ["sigmoid" if name == "logistic" else name for name in names]
    return names[0] if isinstance(given.activation, str) else names


def optimizer(given: SimpleNamespace) -> Optimizer:
    """Make the update rule that ``solver`` names."""
    options: dict[str, Any] = {"learning_rate": given.learning_rate_init}
    if given.weight_decay is not None:
        options["weight_decay"] = given.weight_decay
    if given.solver == "sgd":
        options |= {"momentum": given.momentum, "nesterov": given.nesterovs_momentum and given.momentum > 0}
    elif given.solver in ("adam", "adamw"):
        options |= {"beta1": given.beta_1, "beta2": given.beta_2, "epsilon": given.epsilon}
    return find("solver", given.solver, STOCHASTIC)(**options)


def schedule(given: SimpleNamespace) -> Schedule:
    """Make the schedule that ``learning_rate`` names; constant where the rate is set by epoch."""
    return find("learning_rate", given.learning_rate, {**SCHEDULES, **dict.fromkeys(BY_EPOCH, Constant())})


def check_images(given: SimpleNamespace, columns: int) -> None:
    """Refuse a shape of images that rows of so many columns do not have, and augmentation of what is no image."""
    shape = given.image_shape
    if shape is None:
        raise UsageError("augmentation of rows that are no images", remedy="Say image_shape=(height, width)")
    if math.prod(shape) != columns:
        got = f"{tuple(shape)}, which is {math.prod(shape)}"
        raise UsageError("image_shape does not fit the rows", expected=f"{columns} pixels in all", got=got)


def refuse_with_lbfgs(given: SimpleNamespace, validation_data: Any) -> None:
    """Refuse what only a training in steps can do."""
    names = [name for name in NOT_WITH_LBFGS if getattr(given, name, None)]
    names += [] if validation_data is None else ["validation_data"]
    if names:
        remedy = "Choose solver='adam' or 'sgd', or leave it out"
        raise UsageError("lbfgs takes all examples as they are", got=", ".join(names), remedy=remedy)
