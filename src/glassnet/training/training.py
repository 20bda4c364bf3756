"""Training is an iterator: ask for the next epoch, get the record of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import AnyArray, Integers
from ..data.batches import epoch_order
from ..data.examples import Dataset
from ..data.preprocessing import TargetScale
from ..errors import UsageError
from ..evaluation.evaluate import evaluate
from ..model.model import Model
from ..network.network import Network
from ..network.penalty import Penalty
from ..network.trace import Trace
from ..optimizers.optimizer import Optimizer
from ..optimizers.schedules import Constant, Schedule
from ..optimizers.sgd import SGD
from .descent import Descent
from .divergence import check_loss, check_parameters, check_responsive, check_validation
from .progress import Epoch, Progress, Step, epoch_record
from .threads import blas_threads, check_threads, suitable_threads

REPORTED_AS_DIVERGENCE: dict[str, Any] = {"over": "ignore", "invalid": "ignore"}  # no warnings besides


class Training:
    """Teach a network, epoch by epoch or step by step.

    Iterating runs whole epochs and yields an `Epoch` after each; `step` makes a single update. Pausing is not asking
    for the next. ``optimizer``, ``schedule`` and ``penalty`` may be replaced between any two steps, and `state` may
    be taken and put back at any of them: what follows is the same to the last bit.

    Parameters
    ----------
    network : Network
        Changed in place.
    data : Dataset
        Trained on ``data.train``, watched on ``data.validation``; ``data.test`` is not touched.
    optimizer : Optimizer, optional
        SGD with rate 0.1 and momentum 0.9 by default.
    schedule : Schedule, optional
        Scales the optimizer's rate; constant by default.
    penalty : Penalty, optional
        Regularization; none by default.
    batch_size : int, optional
        Examples a step; the last batch of an epoch may be smaller. At least the training set: full-batch descent.
    epochs : int, optional
        How many to run.
    patience : int or None, optional
        Stop when the validation loss has not improved for so many epochs, and keep the best epoch's parameters.
    seed : int, optional
        Of the shuffles.
    threads : int, optional
        Of the matrix products; chosen by size.

    Raises
    ------
    UsageError
        If a number cannot be meant, the network does not fit the data, or patience has no validation set to watch.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist", train_size=1_000, validation_size=500)
    >>> training = Training(Network([784, 16, 10], seed=0), data, epochs=2)
    >>> [epoch.number for epoch in training]
    [1, 2]
    >>> training.model.predict(data.test.inputs[:3])
    array([7, 2, 1])
    """

    def __init__(
        self,
        network: Network,
        data: Dataset,
        *,
        optimizer: Optimizer | None = None,
        schedule: Schedule | None = None,
        penalty: Penalty | None = None,
        batch_size: int = 128,
        epochs: int = 10,
        patience: int | None = None,
        seed: int = 0,
        threads: int | None = None,
    ) -> None:
        numbers = {"batch size": batch_size, "number of epochs": epochs, "patience": patience}
        for name, value in numbers.items():
            if value is not None and (not isinstance(value, int) or value < 1):
                raise UsageError(f"impossible {name}", expected="a positive whole number", got=value)
        if patience and not len(data.validation):
            raise UsageError("patience without a validation set", remedy="Set a validation size, or no patience")
        self.network = network
        self.data = data
        self.schedule = schedule or Constant()
        self.penalty = penalty or Penalty()
        self.batch_size = min(batch_size, len(data.train))
        self.epochs = epochs
        self.patience = patience
        self.seed = seed
        suitable = suitable_threads(len(network.parameters), self.batch_size)
        self.threads = suitable if threads is None else check_threads(threads)
        scale = TargetScale.fit(data.train.targets) if data.task == "regression" else None
        self._live = Model(network, data.preprocessing, data.class_names, scale, data.unit)
        self._whole_trace = network.trace(self.batch_size)
        self.trace = self._whole_trace
        self.progress = Progress(responsive=[False] * (len(network.layers) - 1))
        optimizer = optimizer or SGD(learning_rate=0.1, momentum=0.9)
        self._descent = Descent(optimizer, network, keeps_best=patience is not None)
        self._order: Integers = epoch_order(len(data.train), seed, 0)
        self._started: float | None = None

    @property
    def optimizer(self) -> Optimizer:
        """The update rule. A new one of the same kind keeps the old one's memory; another kind starts afresh."""
        return self._descent.rule

    @optimizer.setter
    def optimizer(self, optimizer: Optimizer) -> None:
        self._descent.exchange(optimizer)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch, the smaller last one included."""
        return -(-len(self.data.train) // self.batch_size)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or patience is at its end."""
        progress = self.progress
        waited = progress.epoch - progress.best_epoch
        return progress.epoch >= self.epochs or (self.patience is not None and waited >= self.patience)

    @property
    def model(self) -> Model:
        """The trained model, a copy: the best epoch's parameters with patience, else the present ones."""
        network = Network.of(self.network.architecture, self.network.parameters.dtype)
        network.parameters[:] = self._descent.chosen
        return replace(self._live, network=network)

    def __iter__(self) -> Training:
        return self

    def __next__(self) -> Epoch:
        """Run the rest of the present epoch.

        Raises
        ------
        DivergenceError
            If the loss or the parameters leave the finite world, or a hidden layer is dead.
        """
        if self.finished:
            raise StopIteration
        with blas_threads(self.threads), np.errstate(**REPORTED_AS_DIVERGENCE):
            while self.progress.batch < self.steps_per_epoch:
                self._step()
            return self._complete_epoch()

    def step(self) -> Step:
        """Make one update.

        ``trace`` has all of it beside the `Step` that is returned.

        Raises
        ------
        UsageError
            If the epoch has no batch left: ``next(training)`` then completes it.
        DivergenceError
            As when iterating.
        """
        with blas_threads(self.threads), np.errstate(**REPORTED_AS_DIVERGENCE):
            return self._step()

    def state(self) -> tuple[dict[str, AnyArray], dict[str, Any]]:
        """Take all that the rest of the training depends on, beside the settings: arrays, copied, and numbers."""
        return self._descent.state(), self.progress.as_dict()

    def restore(self, arrays: Mapping[str, AnyArray], numbers: Mapping[str, Any]) -> None:
        """Go on from where `state` was taken, in a training with the same settings.

        Raises
        ------
        UsageError
            If the state is another training's.
        """
        progress = Progress.from_dict(numbers, hidden_layers=len(self.progress.responsive))
        self._descent.restore(arrays)
        self.progress = progress
        self._order = epoch_order(len(self.data.train), self.seed, self.progress.epoch)
        self._started = None

    def _step(self) -> Step:
        start, progress = self._elapsed_seconds(), self.progress
        if progress.batch == self.steps_per_epoch or self.finished:
            raise UsageError("no batch is left in this epoch", remedy="Call next(training) to complete it")
        first = progress.batch * self.batch_size
        positions = self._order[first : first + self.batch_size]
        done = progress.epoch * self.steps_per_epoch + progress.batch
        rate = self.optimizer.learning_rate * self.schedule.factor(done, self.epochs * self.steps_per_epoch)
        self.trace = trace = self._whole_trace[: len(positions)]
        self._learn(positions, trace, done + 1, rate)
        if not all(progress.responsive):
            progress.note_responsive(self.network.responsive_layers(trace))
        progress.note_step(trace.loss, trace.penalty, rate, self._elapsed_seconds() - start)
        return Step(done + 1, progress.epoch + 1, trace.loss, trace.penalty, rate)

    def _elapsed_seconds(self) -> float:
        """Read the clock that started with the training and goes on when it is restored."""
        now = time.perf_counter()
        if self._started is None:
            self._started = now - self.progress.elapsed_seconds
        self.progress.elapsed_seconds = now - self._started
        return self.progress.elapsed_seconds

    def _learn(self, positions: Integers, trace: Trace, number: int, rate: float) -> None:
        """Predict, measure, find the gradient of everything, and only then update."""
        network = self.network
        weight_count = network.architecture.weight_count
        self._live.read_batch(self.data.train, positions, trace)
        network.forward(trace.inputs, trace)
        network.backward(trace.targets, trace)
        trace.penalty = self.penalty.add(network.weights, trace.gradient[:weight_count])
        if self.progress.first_loss is None:
            self.progress.first_loss = trace.loss
        check_loss(trace.loss, self.progress.first_loss, number, self.optimizer.learning_rate)
        self._descent.step(trace.gradient, rate)
        check_parameters(network.parameters, number, self.optimizer.learning_rate)

    def _complete_epoch(self) -> Epoch:
        progress, steps = self.progress, self.steps_per_epoch
        rate, number = self.optimizer.learning_rate, progress.epoch + 1
        check_responsive(progress.responsive, number, number * steps, rate)
        result = evaluate(self._live, self.data.validation) if len(self.data.validation) else None
        if result:
            check_validation(result.loss, number, rate)
            if progress.note_validation(result.loss):
                self._descent.keep_best()
        self._elapsed_seconds()
        record = epoch_record(progress, steps, len(self.data.train), result)
        progress.begin_epoch()
        self._order = epoch_order(len(self.data.train), self.seed, progress.epoch)
        return record
