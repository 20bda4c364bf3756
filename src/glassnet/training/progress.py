"""Where a training stands, the records of what it did, and the time that it took."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, NamedTuple

from ..errors import UsageError
from ..evaluation.evaluate import ClassificationResult, RegressionResult
from ..formatting import html_table


class Clock:
    """Counts seconds from the first reading, on top of those of earlier sittings.

    Parameters
    ----------
    elapsed_seconds : float, optional
        Those earlier ones.
    """

    def __init__(self, elapsed_seconds: float = 0.0) -> None:
        self._before = elapsed_seconds
        self._started: float | None = None

    def read(self) -> float:
        """Give the seconds counted by now."""
        now = time.perf_counter()
        if self._started is None:
            self._started = now
        return self._before + now - self._started


class Step(NamedTuple):
    """One update.

    Attributes
    ----------
    number : int
        Counted from 1 over the whole training.
    epoch : int
        Counted from 1.
    loss, penalty : float
        Of its batch, before the update.
    learning_rate : float
        With which it was made.

    Examples
    --------
    >>> Step(number=1, epoch=1, loss=2.3, penalty=0.0, learning_rate=0.1).loss
    2.3
    """

    number: int
    epoch: int
    loss: float
    penalty: float
    learning_rate: float


@dataclass(frozen=True)
class Epoch:
    """One pass over the training examples.

    Attributes
    ----------
    number : int
        Counted from 1.
    training_loss, penalty : float
        Means over the epoch's examples.
    validation_loss : float or None
        After the epoch; None without a validation set, as the next two.
    validation_accuracy : float or None
        A fraction; None for regression.
    validation_rmse : float or None
        In the target's unit; None for classification.
    learning_rate : float
        Of the last step.
    training_seconds : float
        The steps of this epoch alone.
    elapsed_seconds : float
        Since the training started, over all its sittings.
    examples_per_second : float
        Of the steps alone.

    Examples
    --------
    An epoch is what a training gives at each turn:

    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist", train_size=500, validation_size=100)
    >>> epoch = next(glassnet.Training(glassnet.Network([784, 8, 10]), data))
    >>> epoch.number, 0 <= epoch.validation_accuracy <= 1, epoch.validation_rmse
    (1, True, None)
    """

    number: int
    training_loss: float
    penalty: float
    validation_loss: float | None
    validation_accuracy: float | None
    validation_rmse: float | None
    learning_rate: float
    training_seconds: float
    elapsed_seconds: float
    examples_per_second: float

    def _repr_html_(self) -> str:
        values = {name.replace("_", " "): value for name, value in vars(self).items() if value is not None}
        shown = {name: f"{value:.4g}" if isinstance(value, float) else value for name, value in values.items()}
        return html_table(f"epoch {shown.pop('number')}", shown.items())


@dataclass
class Progress:
    """The numbers of a training's state; with the arrays beside them they are all of it.

    Attributes
    ----------
    epoch, batch : int
        How many epochs are complete, and how many batches of the present one.
    loss_sum, penalty_sum : float
        Over the present epoch's examples so far.
    learning_rate : float
        Of the last step.
    responsive : list of bool
        For each hidden layer, whether any unit let a gradient through in the present epoch.
    epoch_seconds, elapsed_seconds : float
        Spent on the present epoch's steps, and since the start.
    first_loss : float or None
        The very first step's.
    best_epoch : int
        The epoch with the lowest validation loss, counted from 1; 0 before there is one.
    best_loss : float
        That loss.
    """

    epoch: int = 0
    batch: int = 0
    loss_sum: float = 0.0
    penalty_sum: float = 0.0
    learning_rate: float = 0.0
    responsive: list[bool] = field(default_factory=list)
    epoch_seconds: float = 0.0
    elapsed_seconds: float = 0.0
    first_loss: float | None = None
    best_epoch: int = 0
    best_loss: float = math.inf

    def note_step(self, loss: float, penalty: float, learning_rate: float, examples: int) -> None:
        """Add a step to the present epoch."""
        self.batch += 1
        self.loss_sum += examples * loss
        self.penalty_sum += examples * penalty
        self.learning_rate = learning_rate

    def note_responsive(self, layers: list[bool]) -> None:
        """Remember which hidden layers were seen to let a gradient through."""
        self.responsive = [before or now for before, now in zip(self.responsive, layers, strict=True)]

    def note_validation(self, loss: float) -> bool:
        """Remember the present epoch's validation loss if it is the best, and say whether it is."""
        better = loss < self.best_loss
        if better:
            self.best_loss, self.best_epoch = loss, self.epoch + 1
        return better

    def begin_epoch(self) -> None:
        """Count the present epoch as complete, and forget its sums."""
        self.epoch += 1
        self.batch = 0
        self.loss_sum = self.penalty_sum = self.epoch_seconds = 0.0
        self.responsive = [False] * len(self.responsive)

    def as_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON, which knows no infinity."""
        values = dict(self.__dict__)
        values["best_loss"] = self.best_loss if math.isfinite(self.best_loss) else None
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], hidden_layers: int) -> Progress:
        """Read what `as_dict` gave.

        Raises
        ------
        UsageError
            If the values are not a progress of a network with so many hidden layers.
        """
        fresh = cls(responsive=[False] * hidden_layers, best_loss=0.0).as_dict()
        if not isinstance(values, Mapping) or values.keys() != fresh.keys():
            raise UsageError("not a training's progress", expected=sorted(fresh), got=values)
        counts = [values[name] for name in ("epoch", "batch", "best_epoch")]
        responsive = values["responsive"]
        if not all(isinstance(count, int) and count >= 0 for count in counts) or len(responsive) != hidden_layers:
            raise UsageError("invalid progress", got=dict(values))
        best_loss = values["best_loss"]
        return cls(**{**values, "best_loss": math.inf if best_loss is None else best_loss})


def check_counts(counts: Mapping[str, Any]) -> None:
    """Refuse what cannot be counted to.

    Raises
    ------
    UsageError
        If a value is neither a positive whole number nor None, by its name.
    """
    for name, value in counts.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, Integral) or value < 1):
            raise UsageError(f"invalid {name}", expected="a positive whole number", got=value)


def epoch_record(progress: Progress, examples: int, result: ClassificationResult | RegressionResult | None) -> Epoch:
    """Sum up the epoch that has just been completed.

    Parameters
    ----------
    progress : Progress
        At the epoch's end.
    examples : int
        How many the epoch had.
    result : ClassificationResult, RegressionResult or None
        Of the validation set, if there is one.
    """
    return Epoch(
        number=progress.epoch + 1,
        training_loss=progress.loss_sum / examples,
        penalty=progress.penalty_sum / examples,
        validation_loss=result.loss if result else None,
        validation_accuracy=result.accuracy if isinstance(result, ClassificationResult) else None,
        validation_rmse=result.rmse if isinstance(result, RegressionResult) else None,
        learning_rate=progress.learning_rate,
        training_seconds=progress.epoch_seconds,
        elapsed_seconds=progress.elapsed_seconds,
        examples_per_second=examples / progress.epoch_seconds,
    )
