"""Training is an iterator: ask for the next epoch, get the record of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..arrays import AnyArray
from ..data.dataset import Dataset
from ..data.images.augmentation import Augmentation
from ..errors import UsageError
from ..evaluation.evaluate import evaluate
from ..hardware import blas_threads, check_threads, suitable_threads
from ..model.model import Model
from ..network.network import Network
from ..optimizers.averaging import Averaging
from ..optimizers.optimizer import Optimizer
from ..optimizers.schedules import Constant, Schedule
from ..optimizers.sgd import SGD
from ..registry import check_kind
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization
from .descent import Descent, Pace
from .divergence import check_loss, check_parameters, check_responsive, check_validation, quiet, responsive_layers
from .loader import Feed
from .progress import Clock, Epoch, Progress, Step, check_counts, epoch_record
from .workplace import Workplace


class Training(Iterator[Epoch]):
    """Teach a network, epoch by epoch or step by step.

    Iterating runs whole epochs and yields an `Epoch` after each; `step` makes a single update. Pausing is not asking
    for the next. ``optimizer``, ``schedule`` and ``penalty`` may be replaced between any two steps, and `state` taken
    and put back at any of them: what follows is the same to the last bit.

    Parameters
    ----------
    network : Network
        Changed in place.
    data : Dataset
        Trained on ``data.train``, watched on ``data.validation``; ``data.test`` is not touched.
    optimizer : Optimizer, optional
        SGD with rate 0.1 and momentum 0.9 by default.
    schedule, penalty : Schedule, Penalty, optional
        What scales the optimizer's rate, and what large weights cost; constant and nothing by default.
    augmentation, regularization : Augmentation, Regularization, optional
        Noise and limits while learning; none by default.
    averaging : Averaging, optional
        What is validated, and `model`, are then averages of the parameters.
    batch_size, epochs : int, optional
        Examples a step, of which the last of an epoch may have fewer, and how many epochs to run.
    patience : int or None, optional
        Stop when the validation loss has not improved for so many epochs, and keep the best epoch's parameters.
    seed : int, optional
        Of the shuffles and all noise.
    shuffle, strict : bool, optional
        Whether each epoch has an order of its own, and whether a dead hidden layer ends the training.
    threads : int, optional
        Processors that share a step and read ahead; by size. It changes the last bits, as the order of sums does.

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
        augmentation: Augmentation | None = None,
        regularization: Regularization | None = None,
        averaging: Averaging | None = None,
        batch_size: int = 128,
        epochs: int = 10,
        patience: int | None = None,
        seed: int = 0,
        shuffle: bool = True,
        strict: bool = True,
        threads: int | None = None,
    ) -> None:
        check_counts({"batch size": batch_size, "number of epochs": epochs, "patience": patience})
        if patience and not len(data.validation):
            raise UsageError("patience without a validation set", remedy="Set a validation size, or no patience")
        regularization = regularization or Regularization()
        check_kind("a regularization", regularization, Regularization, "glassnet.Regularization(dropout=0.5)")
        check_kind("a schedule", schedule or Constant(), Schedule, "glassnet.Cosine()")
        self.network, self.data = network, data
        self.schedule, self.averaging = schedule or Constant(), averaging
        self.batch_size = min(batch_size, len(data.train))
        self.epochs, self.patience, self.seed, self.strict = epochs, patience, seed, strict
        self.steps_per_epoch = -(-len(data.train) // self.batch_size)  # the smaller last one included
        suitable = suitable_threads(len(network.parameters), self.batch_size)
        self.threads = check_threads(suitable if threads is None else threads)
        self._live = Model.for_data(network, data)
        self.trace = network.trace(self.batch_size, dropout=regularization.dropout > 0)
        self.progress = Progress(responsive=[False] * (len(network.layers) - 1))
        optimizer, penalty = optimizer or SGD(learning_rate=0.1, momentum=0.9), penalty or Penalty()
        limits = regularization.constraint
        self._descent = Descent(optimizer, penalty, network, self.trace, patience is not None, averaging, limits)
        noise = (augmentation or Augmentation(), regularization)
        feed = Feed(self._live, data.train, self.batch_size, seed, *noise, shuffle)
        self._alone = Workplace(self._descent, feed, self.threads, self.steps_per_epoch)
        self._clock = Clock()

    @property
    def optimizer(self) -> Optimizer:
        """The update rule. A new one of the same kind keeps the old one's memory; another kind starts afresh."""
        return self._descent.rule

    @optimizer.setter
    def optimizer(self, optimizer: Optimizer) -> None:
        self._descent.exchange(optimizer)

    @property
    def penalty(self) -> Penalty:
        """The regularization."""
        return self._descent.penalty

    @penalty.setter
    def penalty(self, penalty: Penalty) -> None:
        self._descent.penalty = penalty

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or patience is at its end."""
        progress = self.progress
        waited = progress.epoch - progress.best_epoch
        return progress.epoch >= self.epochs or (self.patience is not None and waited >= self.patience)

    @property
    def model(self) -> Model:
        """The trained model, a copy: the best epoch's parameters with patience, else the present ones."""
        return replace(self._live, networks=(self.network.on(self._descent.chosen.copy()),))

    def __next__(self) -> Epoch:
        """Run the rest of the present epoch; ``network`` has what was learned when it is complete.

        Raises
        ------
        DivergenceError
            If the loss or the parameters leave the finite world, or a hidden layer is dead.
        DataError, ProcessError
            If an example cannot be read, or a process that helps has ended.
        """
        if self.finished:
            raise StopIteration
        first, last = self.progress.batch, self.steps_per_epoch
        with self._at_work(), self._alone.several(first, last) as place:
            for _ in range(first, last):
                self._step(place)
        with blas_threads(self.threads), quiet():
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
        if self.progress.batch == self.steps_per_epoch or self.finished:
            raise UsageError("no batch is left in this epoch", remedy="Call next(training) to complete it")
        with self._at_work():
            step = self._step(self._alone)
            check_parameters(self.network.parameters, step.number, self.optimizer.learning_rate)
        return step

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
        self._alone.feed.begin(progress.epoch)
        self._clock = Clock(progress.elapsed_seconds)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Count the time as the epoch's."""
        start = self._clock.read()
        with blas_threads(self._alone.blas_threads), quiet():
            yield
        self.progress.elapsed_seconds = self._clock.read()
        self.progress.epoch_seconds += self.progress.elapsed_seconds - start

    def _step(self, place: Workplace) -> Step:
        progress, steps = self.progress, self.steps_per_epoch
        done, total = progress.epoch * steps + progress.batch, self.epochs * steps
        rate = float(self.optimizer.learning_rate * self.schedule.factor(done, total))
        pace = Pace(rate, self.averaging.weight(done + 1, total) if self.averaging else 0.0)
        self.trace = trace = place.predict(progress.batch)
        progress.first_loss = trace.loss if progress.first_loss is None else progress.first_loss
        check_loss(trace.loss, progress.first_loss, done + 1, self.optimizer.learning_rate)
        place.learn(trace, pace)
        if not all(progress.responsive):
            progress.note_responsive(responsive_layers(self.network, trace))
        progress.note_step(trace.loss, trace.penalty, rate, len(trace))
        return Step(done + 1, progress.epoch + 1, trace.loss, trace.penalty, rate)

    def _complete_epoch(self) -> Epoch:
        progress, steps = self.progress, self.steps_per_epoch
        rate, number = self.optimizer.learning_rate, progress.epoch + 1
        check_responsive(progress.responsive if self.strict else [], number, number * steps, rate)
        check_parameters(self.network.parameters, number * steps, rate)  # within an epoch the next loss tells as much
        live, seen = replace(self._live, networks=(self.network.on(self._descent.present),)), self.data.validation
        result = evaluate(live, seen) if len(seen) else None
        if result:
            check_validation(result.loss, number, rate)
            if progress.note_validation(result.loss):
                self._descent.keep_best()
        progress.elapsed_seconds = self._clock.read()
        record = epoch_record(progress, len(self.data.train), result)
        progress.begin_epoch()
        self._alone.feed.begin(progress.epoch)
        return record
