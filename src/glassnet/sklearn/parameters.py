"""The parameters of an estimator: what each may be, and the parts of a network and a training that they ask for."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from numbers import Integral
from typing import Any, Self

import numpy as np

from ..data.images.augmentation import Augmentation
from ..errors import UnknownNameError, UsageError
from ..optimizers.adam import Adam
from ..optimizers.averaging import ExponentialAverage
from ..optimizers.optimizer import OPTIMIZERS, Optimizer
from ..optimizers.schedules import SCHEDULES, Constant, Schedule
from ..optimizers.sgd import SGD
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization
from ..settings import Settings, setting, settings_of
from ..training.progress import Epoch

Widths = int | Sequence[int]
Callback = Callable[[Epoch], Any]

BY_EPOCH = ("invscaling", "adaptive")  # rates that are set after each epoch, by what came of it
NOISE = ("dropout", "input_dropout", "input_noise", "max_norm", "label_smoothing", "mixup")
NOT_WITH_LBFGS = (*NOISE, "average_decay", "augmentation", "weight_decay", "callback")


def like(owner: type[Settings], name: str, default: Any = None, **more: Any) -> Any:
    """Declare a parameter as a class of `Settings` declares one of its own, whatever scikit-learn calls it."""
    (same,) = (one for one in settings_of(owner) if one.name == name)
    known = {word: getattr(same, word) for word in ("help", "low", "above", "high", "below", "unit")}
    return setting(same.default if default is None else default, **{**known, **more})


def single(value: Any) -> Any:
    """Take a number out of an array without axes."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _shape(given: Any) -> tuple[int, int]:
    """Take height and width."""
    sides = list(given) if np.iterable(given) else []
    if len(sides) != 2 or not all(isinstance(side, Integral) and int(side) > 0 for side in sides):
        raise UsageError("invalid image_shape", expected="(height, width), two whole numbers", got=repr(given))
    return int(sides[0]), int(sides[1])


@dataclass(frozen=True, kw_only=True)
class Parameters(Settings, group="estimator"):
    """The checked parameters of an estimator, NumPy's numbers as Python's, with what the other kind has left out."""

    hidden_layer_sizes: Widths = (100,)
    activation: str | Sequence[str] = "relu"
    loss: str = "squared_error"
    quantile: float = setting(0.5, above=0, below=1, help="Part of the targets that shall lie below what is predicted")
    solver: str = "adam"
    alpha: float = like(Penalty, "l2", 0.0001)
    batch_size: int = setting(200, low=1, help="Examples a step")
    learning_rate: str = "constant"
    learning_rate_init: float = like(Adam, "learning_rate")
    power_t: float = setting(0.5, low=0, help="Exponent of an invscaling rate")
    max_iter: int = setting(200, low=1, help="Most epochs")
    shuffle: bool = setting(True, help="Whether each epoch has an order of its own")
    tol: float = setting(1e-4, low=0, help="By how much a loss or a score must improve")
    verbose: bool | int = False
    warm_start: bool = setting(False, help="Whether fit goes on from the last weights")
    momentum: float = like(SGD, "momentum", 0.9)
    nesterovs_momentum: bool = like(SGD, "nesterov", True)
    early_stopping: bool = setting(False, help="Whether to stop by a score on validation data")
    validation_fraction: float = setting(0.1, low=0, below=1, help="Part of the examples that is held out to stop by")
    beta_1: float = like(Adam, "beta1")
    beta_2: float = like(Adam, "beta2")
    epsilon: float = like(Adam, "epsilon")
    n_iter_no_change: int = setting(10, low=1, help="Epochs without improvement that end a training")
    max_fun: int = setting(15000, low=1, help="Most evaluations of the loss by lbfgs")
    dropout: float = like(Regularization, "dropout")
    input_dropout: float = like(Regularization, "input_dropout")
    input_noise: float = like(Regularization, "input_noise")
    max_norm: float = like(Regularization, "max_norm")
    label_smoothing: float = like(Regularization, "label_smoothing")
    mixup: float = like(Regularization, "mixup")
    l1: float = like(Penalty, "l1")
    weight_decay: float = like(
        Optimizer,
        "weight_decay",
        help="Decoupled decay of the weights at each step; None for the solver's own: 0.01 of adamw, 0 of the others",
    )
    average_decay: float = like(ExponentialAverage, "decay", 0.0, low=0, above=-math.inf)
    augmentation: Augmentation | None = None
    image_shape: tuple[int, int] | None = None
    initializer: str = "lecun_normal"
    callback: Callback | None = None
    threads: int = setting(
        1,
        low=1,
        help="Parts of the inputs whose sums are computed apart, each by a process; changes the last bits",
    )
    recipe: str | None = None
    ensemble: int = setting(8, low=1, help="Networks that the recipe for tables trains")

    @classmethod
    def of(cls, estimator: Any) -> Self:
        """Take and check an estimator's parameters."""
        given = {one.name: single(getattr(estimator, one.name)) for one in fields(cls) if hasattr(estimator, one.name)}
        if given["batch_size"] == "auto":
            del given["batch_size"]
        if given["n_iter_no_change"] == math.inf:
            given["n_iter_no_change"] = sys.maxsize
        if given["solver"] != "lbfgs" and given["solver"] not in OPTIMIZERS:
            raise UnknownNameError("solver", given["solver"], (*OPTIMIZERS, "lbfgs"))
        if given["weight_decay"] is None:  # as the solver has it by default
            given["weight_decay"] = 0.0 if given["solver"] == "lbfgs" else OPTIMIZERS[given["solver"]].weight_decay
        if given["image_shape"] is not None:
            given["image_shape"] = _shape(given["image_shape"])
        if not (given["callback"] is None or callable(given["callback"])):
            raise UsageError("invalid callback", expected="a function of an epoch", got=repr(given["callback"]))
        return cls(**given)

    @property
    def hidden_sizes(self) -> list[int]:
        """The widths of the hidden layers; a single number is one layer."""
        sizes = self.hidden_layer_sizes
        widths = list(sizes) if np.iterable(sizes) and not isinstance(sizes, str) else [sizes]
        if not all(isinstance(width, Integral) and not isinstance(width, bool) for width in widths):
            expected = "a whole number, or one for each hidden layer"
            raise UsageError("invalid hidden_layer_sizes", expected=expected, got=repr(sizes))
        if min(widths, default=1) <= 0:
            raise UsageError("hidden_layer_sizes must be > 0", got=widths)
        return [int(width) for width in widths]

    @property
    def activations(self) -> str | list[str]:
        """The activation of all hidden layers, or of each; scikit-learn calls the sigmoid logistic."""
        if isinstance(self.activation, str):
            return "sigmoid" if self.activation == "logistic" else self.activation
        return ["sigmoid" if name == "logistic" else name for name in self.activation]

    def optimizer(self) -> Optimizer:
        """Make the update rule that ``solver`` names."""
        options: dict[str, Any] = {}
        if self.solver == "sgd":
            options = {"momentum": self.momentum, "nesterov": self.nesterovs_momentum and self.momentum > 0}
        elif self.solver in ("adam", "adamw"):
            options = {"beta1": self.beta_1, "beta2": self.beta_2, "epsilon": self.epsilon}
        rate, decay = self.learning_rate_init, self.weight_decay
        return OPTIMIZERS[self.solver](learning_rate=rate, weight_decay=decay, **options)

    def schedule(self) -> Schedule:
        """Make the schedule that ``learning_rate`` names; constant where the rate is set by epoch."""
        if self.learning_rate in BY_EPOCH:
            return Constant()
        if self.learning_rate not in SCHEDULES:
            raise UnknownNameError("learning_rate", self.learning_rate, (*SCHEDULES, *BY_EPOCH))
        return SCHEDULES[self.learning_rate]()

    @property
    def is_planned(self) -> bool:
        """Whether the rate falls until the last epoch, so that the training is meant to end there."""
        return self.learning_rate != "constant" and self.learning_rate in SCHEDULES

    def check_images(self, columns: int) -> None:
        """Refuse a shape that rows of so many columns do not have, and augmentation needs images."""
        shape = self.image_shape
        if shape is None and self.augmentation is not None:
            raise UsageError("augmentation needs images", remedy="Say image_shape=(height, width)")
        if shape is not None and math.prod(shape) != columns:
            got = f"{tuple(shape)}, which is {math.prod(shape)}"
            raise UsageError("image_shape does not fit the rows", expected=f"{columns} pixels in all", got=got)

    def check_lbfgs(self, validation_data: Any) -> None:
        """Refuse what only a training in steps can do."""
        names = [name for name in NOT_WITH_LBFGS if getattr(self, name)]
        names += [] if validation_data is None else ["validation_data"]
        if names:
            remedy = "Choose solver='adam' or 'sgd', or leave it out"
            raise UsageError("lbfgs takes all examples as they are", got=", ".join(names), remedy=remedy)
