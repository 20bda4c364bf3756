"""Training is an iterator: ask for the next epoch, get the record of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats
from ..data.dataset import Dataset
from ..data.images.augmentation import Augmentation
from ..errors import UsageError
from ..hardware import one_blas_thread
from ..model.model import Model
from ..network.network import Network
from ..optimizers.averaging import Averaging
from ..optimizers.optimizer import Optimizer, State
from ..optimizers.schedules import Constant, Schedule
from ..optimizers.sgd import SGD
from ..registry import check_kind
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization
from ..settings import plain
from .divergence import check_loss, check_parameters, check_responsive, check_validation, quiet
from .loader import BatchLoader
from .parallel.executor import Executor, Sequential, Share, divide, suitable_parts
from .parallel.helper import Helper
from .progress import Clock, Epoch, Progress, Step, check_counts, epoch_record
from .readable import check_readable

OPTIMIZER = "optimizer."  # before the names of its memory, in a training's state


class Training(Iterator[Epoch]):
    """Train a network, epoch by epoch or step by step.

    Iterating runs whole epochs and yields an `Epoch` after each; `step` makes a single update. To pause, do not ask
    for the next one. Between any two steps ``optimizer``, ``schedule`` and ``penalty`` may be replaced, and `state` may
    be taken and restored, after which the training goes on to the same bits.

    Parameters
    ----------
    network : Network
        Changed in place.
    data : Dataset
        ``data.train`` is trained on, ``data.validation`` validated on after each epoch; ``data.test`` is only checked.
    optimizer : Optimizer, optional
        SGD with rate 0.1 and momentum 0.9 by default.
    schedule, penalty : Schedule, Penalty, optional
        How the learning rate changes, and a penalty on large weights; a constant rate and no penalty by default.
    augmentation, regularization : Augmentation, Regularization, optional
        Distortions of images, and noise and limits in training; none by default.
    averaging : Averaging, optional
        An average of the parameters along the way, which is then validated and is what `model` has.
    batch_size, epochs : int, optional
        Examples in a step (in an epoch's last step perhaps fewer), and number of epochs.
    patience : int or None, optional
        Keep the best epoch's parameters, and stop if for so many, or a round of a rising rate, none was better.
    seed : int, optional
        Of the shuffles and all noise.
    shuffle, strict : bool, optional
        Whether each epoch has an order of its own, and whether a dead hidden layer ends the training.
    input_parts : int, optional
        In how many parts the first layer's sums are computed, which changes the last bits: 1 or 2 by the step's size.
    shards : int, optional
        In how many parts a batch's examples are computed, which changes them too: 1, or one for each rank of MPI.
    workers : int, optional
        How many processes may compute the steps, each some of the parts; by default one for each processor, and one
        alone where that is as fast. It never changes a number.
    executor : Executor, optional
        Who computes the steps otherwise: ``glassnet.MPI(COMM_WORLD)`` divides each batch among the ranks of MPI.
    threads : int, optional
        The former name of ``input_parts`` and ``workers`` together.

    Raises
    ------
    UsageError
        If a number is invalid, the network does not fit the data, or patience has no validation set to watch.
    DataError
        If an example of any split is not finite, or otherwise no input, by its row.

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
        input_parts: int | None = None,
        shards: int | None = None,
        workers: int | None = None,
        executor: Executor | None = None,
        threads: int | None = None,
    ) -> None:
        if threads is not None:
            warnings.warn("threads is now input_parts and workers", FutureWarning, stacklevel=2)
            input_parts, workers = input_parts or threads, workers or threads
        batch_size, epochs, patience, seed = map(plain, (batch_size, epochs, patience, seed))
        input_parts, shards, workers = map(plain, (input_parts, shards, workers))
        if executor is not None:
            check_kind("an executor", executor, Executor, "glassnet.MPI(mpi4py.MPI.COMM_WORLD)")
        check_counts({"batch size": batch_size, "number of epochs": epochs, "patience": patience})
        check_counts({"number of input parts": input_parts, "number of shards": shards, "number of workers": workers})
        if patience and not len(data.validation):
            raise UsageError("patience without a validation set", remedy="Set a validation size, or no patience")
        regularization, augmentation = regularization or Regularization(), augmentation or Augmentation()
        check_readable(data)
        self.network, self.data = network, data
        self.schedule, self.averaging, self.regularization = schedule or Constant(), averaging, regularization
        check_parts(self.schedule, averaging, augmentation, regularization)
        self.batch_size = min(batch_size, len(data.train))
        self.epochs, self.patience, self.seed, self.strict = epochs, patience, seed, strict
        self.steps_per_epoch = -(-len(data.train) // self.batch_size)  # the smaller last one included
        self.input_parts = input_parts or suitable_parts(len(network.parameters), self.batch_size, self.steps_per_epoch)
        self.shards, self.workers = shards or (executor.shards if executor else 1), workers
        self._live = Model.for_data(network, data)
        # What does nothing is left out.
        noise = (
            None if augmentation == Augmentation() else augmentation,
            None if regularization == Regularization() else regularization,
        )
        self.loader = BatchLoader(self._live, data.train, self.batch_size, self.shards, seed, *noise, shuffle)
        self.progress = Progress(responsive=[False] * (len(network.layers) - 1))
        self.penalty = penalty or Penalty()
        self._memory: State = {}
        self.optimizer = optimizer or SGD(learning_rate=0.1, momentum=0.9)
        self._best = network.parameters.copy() if patience is not None else None
        self._average = {} if averaging is None else new_average(network.parameters)
        self._clock = Clock()
        self._begin(executor)

    def _begin(self, executor: Executor | None = None) -> None:
        """Make what is not part of the training's state: who computes, and the arrays of a step."""
        network, loader = self.network, self.loader
        parts = divide(network.architecture, self.input_parts, loader.work)
        rows, dropout = -(-self.batch_size // self.shards), self.regularization.dropout > 0
        traces = [network.trace(rows, dropout=dropout) for _ in range(self.shards)]
        divided = network.in_parts(parts) if len(parts) > 1 else network
        self.whole = Share(divided, loader, traces, slice(None), self._memory, self._average)
        self.trace = traces[0]
        alone_or_helped = Helper(self.workers) if self._may_be_helped(len(parts)) else Sequential()
        self.executor: Executor = executor or alone_or_helped

    def _may_be_helped(self, parts: int) -> bool:
        # A limit on weights looks at all that go into a unit, which nobody has alone.
        return max(parts, self.shards) > 1 and not self.regularization.max_norm and self.workers != 1

    def __getstate__(self) -> dict[str, Any]:
        """Give what copies and pickles are made of: neither processes nor arrays that only last for a step."""
        return {name: value for name, value in self.__dict__.items() if name not in ("whole", "trace", "executor")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.network.architecture.sizes))
        return f"<Training of {sizes} on {self.data.name}: {self.progress.epoch} of {self.epochs} epochs done>"

    @property
    def optimizer(self) -> Optimizer:
        """The update rule. A new one of the same kind keeps the old one's memory; another kind starts afresh."""
        return self._optimizer

    @optimizer.setter
    def optimizer(self, optimizer: Optimizer) -> None:
        check_kind("an optimizer", optimizer, Optimizer, "glassnet.SGD(learning_rate=0.1)")
        fresh = optimizer.init(self.network.parameters)
        if self._memory.keys() != fresh.keys() or type(optimizer) is not type(getattr(self, "_optimizer", None)):
            self._memory.clear()
            self._memory.update(fresh)
        self._optimizer = optimizer

    @property
    def penalty(self) -> Penalty:
        """What large weights cost."""
        return self._penalty

    @penalty.setter
    def penalty(self, penalty: Penalty) -> None:
        check_kind("a penalty", penalty, Penalty, "glassnet.Penalty(l2=0.001)")
        self._penalty, self._is_penalized = penalty, penalty != Penalty()

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or patience is at its end."""
        done, best = self.progress.epoch, self.progress.best_epoch
        if self.patience is None or done >= self.epochs:
            return done >= self.epochs
        return done - best >= self.patience or done >= self.epochs * self.schedule.next_round(best / self.epochs)

    @property
    def model(self) -> Model:
        """The trained model, a copy: the best epoch's parameters with patience, else the present ones."""
        chosen = self._present if self._best is None else self._best
        return replace(self._live, networks=(self.network.on(chosen.copy()),))

    @property
    def _present(self) -> Floats:
        """What has been learned so far: the average if there is one yet, else the parameters."""
        return self._average["average"] if self._average and self._average["averaged"] else self.network.parameters

    def __len__(self) -> int:
        """Count the epochs, if patience does not end them earlier."""
        return self.epochs

    def __next__(self) -> Epoch:
        """Run the rest of the present epoch; ``network`` has what was learned when it is complete.

        Raises
        ------
        DivergenceError
            If the loss or the parameters are no longer finite, or a hidden layer is dead.
        DataError
            If an example cannot be read.
        """
        if self.finished:
            raise StopIteration
        with self._timed():
            while self.progress.batch < self.steps_per_epoch:
                with self.executor.joined(self) as share:
                    for number in share.steps:
                        self._step(number, share)
        with one_blas_thread(), quiet():
            try:
                return self._complete_epoch()
            except BaseException:
                self.executor.close()
                raise

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
        with self._timed():
            step = self._step(self.progress.batch, self.whole)
            check_parameters(self.network, step.number, self.optimizer.learning_rate)
        return step

    def _step(self, number: int, share: Share) -> Step:
        """Load a batch, go forward, go backward, gather the gradient, and update."""
        network, progress, traces = share.network, self.progress, []
        for shard, largest in enumerate(share.traces):
            trace = share.loader.load(number, shard, largest)
            network.forward(trace.inputs, trace)
            # Before going backward, when whoever else computes this step begins to update its weights.
            trace.penalty = self.penalty.cost(network.weights) if self._is_penalized else 0.0
            network.backward(trace.targets, trace)
            traces.append(trace)
        loss, gradient = self.executor.gather(traces)

        done, total = progress.epoch * self.steps_per_epoch + number, self.epochs * self.steps_per_epoch
        progress.first_loss = loss if progress.first_loss is None else progress.first_loss
        check_loss(loss, progress.first_loss, done + 1, self.optimizer.learning_rate, network, traces)
        rate = self.update(share, gradient, done, total)
        self.trace = trace = traces[0]
        if not all(progress.responsive):
            for seen in traces:
                progress.note_responsive([bool(layer.slopes(record).any()) for layer, record in network.hidden(seen)])
        progress.note_step(loss, trace.penalty, rate, examples=share.loader.rows(number))
        return Step(done + 1, progress.epoch + 1, loss, trace.penalty, rate)

    def update(self, share: Share, gradient: Floats, done: int, total: int) -> float:
        """Update one process's stretch of the parameters, ``done`` of all ``total`` steps having been made.

        Returns
        -------
        float
            The learning rate of this step.
        """
        rate = float(self.optimizer.learning_rate * self.schedule.factor(done, total))
        parameters, gradient, weights = share.network.parameters[share.own], gradient[share.own], share.weight_count
        if self._is_penalized:
            self.penalty.add_gradient(parameters[:weights], gradient[:weights])  # gradient += ∂P/∂w
        self.optimizer.step(parameters, gradient, share.memory, weight_count=weights, learning_rate=rate)
        if self.regularization.max_norm:
            self.regularization.limit([layer.weights for layer in share.network.layers[:-1]])
        if self.averaging is not None and (weight := self.averaging.weight(done + 1, total)):
            average = share.average["average"]
            average += weight * (parameters - average)  # m ← m + c (θ − m)
            share.average["averaged"] += 1
        return rate

    def state(self) -> tuple[dict[str, AnyArray], dict[str, Any]]:
        """Take all that the rest of the training depends on, beside the settings: arrays, copied, and numbers."""
        return {name: array.copy() for name, array in self._arrays().items()}, self.progress.as_dict()

    def restore(self, arrays: Mapping[str, AnyArray], numbers: Mapping[str, Any]) -> None:
        """Go on from where `state` was taken, in a training with the same settings.

        Raises
        ------
        UsageError
            If the state is another training's.
        """
        progress = Progress.from_dict(numbers, hidden_layers=len(self.progress.responsive))
        own = self._arrays()
        shapes = {name: (array.shape, array.dtype.name) for name, array in own.items()}
        found = {name: (array.shape, array.dtype.name) for name, array in arrays.items()}
        if found != shapes:
            raise UsageError("state of another training", expected=shapes, got=found)
        for name, array in own.items():
            array[...] = arrays[name]
        self.progress = progress
        self.loader.begin(progress.epoch)
        self._clock = Clock(progress.elapsed_seconds)

    def _arrays(self) -> dict[str, AnyArray]:
        best = {} if self._best is None else {"best": self._best}
        memory = {f"{OPTIMIZER}{name}": array for name, array in self._memory.items()}
        return {"parameters": self.network.parameters, **best, **memory, **self._average}

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Count the time as the epoch's, and keep the last bits from depending on the number of BLAS threads."""
        start = self._clock.read()
        with one_blas_thread(), quiet():
            yield
        self.progress.elapsed_seconds = self._clock.read()
        self.progress.epoch_seconds += self.progress.elapsed_seconds - start

    def _complete_epoch(self) -> Epoch:
        progress, steps = self.progress, self.steps_per_epoch
        rate, number = self.optimizer.learning_rate, progress.epoch + 1
        check_responsive(progress.responsive if self.strict else [], number, number * steps, rate)
        check_parameters(self.network, number * steps, rate)  # within an epoch the next loss tells as much
        live, seen = replace(self._live, networks=(self.network.on(self._present),)), self.data.validation
        result = self.executor.evaluate(*self.loader.at_hand(live, seen)) if len(seen) else None
        if result:
            check_validation(result.loss, number, rate)
            if progress.note_validation(result.loss) and self._best is not None:
                self._best[:] = self._present
        progress.elapsed_seconds = self._clock.read()
        record = epoch_record(progress, len(self.data.train), result)
        progress.begin_epoch()
        self.loader.begin(progress.epoch)
        if self.finished:
            self.executor.close()
        return record


def new_average(parameters: Floats) -> State:
    """Make the average of the parameters, and the count of the steps that are in it."""
    return {"average": np.zeros_like(parameters), "averaged": np.zeros((), np.int64)}


def check_parts(schedule: object, averaging: object, augmentation: object, regularization: object) -> None:
    """Refuse what is no schedule, average, augmentation or regularization."""
    check_kind("a schedule", schedule, Schedule, "glassnet.Cosine()")
    if averaging is not None:
        check_kind("an average", averaging, Averaging, "glassnet.ExponentialAverage(0.999)")
    check_kind("an augmentation", augmentation, Augmentation, "glassnet.Augmentation(shift=1)")
    check_kind("a regularization", regularization, Regularization, "glassnet.Regularization(dropout=0.5)")
