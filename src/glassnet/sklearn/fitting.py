"""Fitting a network: step by step, watched after each epoch, or by SciPy's L-BFGS.

The rules are those of scikit-learn's own estimators: a training is over when the loss, or the score on validation data,
has not improved by ``tol`` for more than ``n_iter_no_change`` epochs.
"""

from __future__ import annotations

import math
import sys
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from ..arrays import AnyArray, Floats, Task, blocks
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.preprocessing import Unchanged
from ..errors import DivergenceError
from ..hardware import one_blas_thread
from ..network.network import Network
from ..optimizers.averaging import ExponentialAverage
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization
from ..training.objective import Objective
from ..training.progress import Epoch
from ..training.training import Training
from .parameters import NOISE, Parameters

BLOCK = 1_000  # examples predicted at once
LOWEST_RATE = 1e-6  # an adaptive rate that is as good as none
SLOWER = 5  # times, each time that nothing improves
NOT_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


class SparseRows:
    """A sparse matrix (rows, columns) where an array of inputs is expected: made dense a batch at a time."""

    def __init__(self, matrix: Any) -> None:
        self._matrix = matrix.tocsr()
        self.shape: tuple[int, ...] = matrix.shape
        self.dtype: np.dtype[Any] = matrix.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: AnyArray | slice) -> AnyArray:
        dense: AnyArray = self._matrix[rows].toarray()
        return dense

    def take(self, rows: AnyArray, axis: int = 0, out: None = None, mode: str = "raise") -> AnyArray:
        """Make some rows dense, as `numpy.take` asks for them."""
        return self[rows]

    def select(self, rows: AnyArray) -> SparseRows:
        """Choose some rows, which stay sparse."""
        return SparseRows(self._matrix[rows])


@dataclass
class TrainingData:
    """Inputs (rows, features), target rows (rows, outputs), and weights (rows,) or none."""

    inputs: Any  # an array, or SparseRows
    targets: Floats
    weights: Floats | None = None

    @property
    def weight(self) -> float:
        """How much all examples count together."""
        return float(len(self.targets) if self.weights is None else self.weights.sum())

    def part(self, rows: AnyArray) -> TrainingData:
        """Choose some rows."""
        inputs = self.inputs.select(rows) if isinstance(self.inputs, SparseRows) else self.inputs[rows]
        return TrainingData(inputs, self.targets[rows], None if self.weights is None else self.weights[rows])

    def as_dataset(self, shape: tuple[int, ...], class_names: tuple[str, ...]) -> Dataset:
        """Give what a `Training` takes, with all rows to train on; rows have the shape of an image, or are columns."""
        task: Task = "classification" if class_names else "regression"
        examples = Examples(self.inputs, self.targets, weights=self.weights)
        nobody = Examples(self.targets[:0], self.targets[:0])
        return Dataset("given", task, examples, nobody, nobody, Unchanged(shape), class_names)

    def hold_out(self, fraction: float, strata: AnyArray | None, seed: int) -> tuple[TrainingData, TrainingData]:
        """Split off a fraction to stop by, with equal shares of the strata (rows,): one seed, the same rows.

        Of each stratum at least one example is trained on.
        """
        count, rows = math.ceil(fraction * len(self.targets)), np.arange(len(self.targets))
        if strata is not None:
            _, first, inverse, sizes = np.unique(strata, return_index=True, return_inverse=True, return_counts=True)
            rows = rows[sizes[inverse] > 1]  # of an only example nothing could be held out
            if min(count, len(rows) - count) < np.count_nonzero(sizes > 1):  # too few for a share of each
                rows, strata = np.setdiff1d(rows, first), None
            else:
                strata = strata[rows]
        if min(count, len(rows)) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        spare = len(rows) > count  # else all that may be held out is
        held_out = train_test_split(rows, random_state=seed, test_size=count, stratify=strata)[1] if spare else rows
        held = self.part(np.sort(held_out))
        if not held.weight > 0:
            raise ValueError("The validation set weighs nothing. Increase 'validation_fraction' or the sample weights.")
        return self.part(np.setdiff1d(np.arange(len(self.targets)), held_out)), held


def begin_history(estimator: Any, fresh: bool, validated: bool) -> None:
    """Start the attributes that are kept from epoch to epoch, all or those that were not kept before."""
    if fresh:
        estimator.n_iter_ = estimator.t_ = estimator._no_improvement_count = 0
        estimator.best_loss_ = estimator.validation_scores_ = estimator.best_validation_score_ = None
        estimator.loss_curve_, estimator.validation_loss_curve_, estimator._best = [], None, None
    for name in ("loss_curve_", "validation_loss_curve_", "validation_scores_"):
        if getattr(estimator, name, None) is not None:
            setattr(estimator, name, [*getattr(estimator, name)])  # its own: a shallow copy shares the former list
    if validated and estimator.validation_loss_curve_ is None:
        estimator.validation_loss_curve_ = []
    if estimator.early_stopping:
        estimator.best_loss_ = None
        if estimator.validation_scores_ is None:
            estimator.validation_scores_, estimator.best_validation_score_ = [], -np.inf
    elif estimator.best_loss_ is None:
        estimator.best_loss_ = np.inf


def minimize_loss(estimator: Any, given: Parameters, network: Network, data: TrainingData) -> None:
    """Let SciPy's L-BFGS-B minimize the loss over all examples, in float64."""
    exact = Network.of(network.architecture, np.float64)
    penalty = Penalty(l1=given.l1 / data.weight, l2=given.alpha / data.weight)
    objective = Objective(exact, data.inputs[:], data.targets, data.weights, penalty)
    options = {"maxfun": given.max_fun, "maxiter": given.max_iter, "gtol": given.tol}
    found = minimize(objective, network.parameters.astype(np.float64), method="L-BFGS-B", jac=True, options=options)
    if found.status != 0:
        warnings.warn(f"lbfgs failed to converge: {found.message}", ConvergenceWarning, stacklevel=4)
    network.parameters[:] = found.x
    estimator.n_iter_, estimator.loss_ = min(found.nit, given.max_iter), float(found.fun)


def train(
    estimator: Any,
    given: Parameters,
    network: Network,
    data: TrainingData,
    validation: TrainingData | None,
    incremental: bool,
) -> None:
    """Train epoch by epoch, one only if examples come in parts, and leave in the network what was learned."""
    training = make_training(estimator, given, network, data, incremental)
    monitor = ConvergenceMonitor(estimator, given, training, validation)
    estimator.n_iter_, over = 0, False
    last = 1 if incremental else given.max_iter
    try:
        with one_blas_thread():
            while not over and estimator.n_iter_ < last:
                over = monitor.note(next(training))
        if not over and not incremental and not given.is_planned:
            message = f"Stochastic Optimizer: Maximum iterations ({given.max_iter}) reached"
            message += " and the optimization hasn't converged yet."
            warnings.warn(message, ConvergenceWarning, stacklevel=4)
    except KeyboardInterrupt:
        warnings.warn("Training interrupted by user.", stacklevel=4)
    except DivergenceError as error:
        if not given.early_stopping:
            raise ValueError(f"{NOT_FINITE} {error}") from error
        estimator.validation_scores_.append(float("nan"))
    estimator._epochs, estimator._optimizer = training.progress.epoch, training.optimizer
    estimator._memory, _ = training.state()
    estimator._over = over and incremental and given.early_stopping
    if given.early_stopping and estimator._best is not None and (over or not incremental):
        network.parameters[:] = estimator._best
    elif given.average_decay:  # else the network itself has been trained
        network.parameters[:] = training.model.network.parameters


def make_training(
    estimator: Any, given: Parameters, network: Network, data: TrainingData, incremental: bool
) -> Training:
    """Make the training of the next epochs: where examples come in parts, it goes on with the optimizer's memory."""
    count, columns = data.inputs.shape
    size = min(given.batch_size, count)
    share = data.weight / -(-count // size)  # what the examples of a step weigh, by which scikit-learn divides
    noise, targets = {name: getattr(given, name) for name in NOISE}, data.targets
    if noise["label_smoothing"] and estimator.out_activation_ == "logistic":
        # Each label between yes and no; Regularization smooths rows of classes, which sum to one.
        part = noise.pop("label_smoothing")
        targets = (1 - part) * targets + part / 2
    several = hasattr(estimator, "classes_") and estimator.n_outputs_ > 1  # else one number, if only a probability
    names = tuple(map(str, range(estimator.n_outputs_))) if several else ()
    dataset = replace(data, targets=targets).as_dataset(tuple(given.image_shape or (columns,)), names)
    done = estimator._epochs
    training = Training(
        network,
        dataset,
        optimizer=given.optimizer(),
        schedule=given.schedule(),
        penalty=Penalty(l1=given.l1 / share, l2=given.alpha / share),
        augmentation=given.augmentation,
        regularization=Regularization(**noise) if any(noise.values()) else None,
        averaging=ExponentialAverage(given.average_decay) if given.average_decay else None,
        batch_size=size,
        # Where examples come in parts, a planned rate falls over the first max_iter of them.
        epochs=max(done + 1, given.max_iter) if incremental else done + given.max_iter,
        seed=estimator._seed,
        shuffle=given.shuffle,
        strict=False,
        input_parts=given.threads,
        workers=1 if incremental else None,  # one epoch is over before a helper is there
    )
    if done:
        go_on(estimator, training, incremental)
    return training


def go_on(estimator: Any, training: Training, incremental: bool) -> None:
    """Bring a new training to the epoch where the last one ended; with its memory, where examples come in parts."""
    goes_on = incremental and type(training.optimizer) is type(estimator._optimizer)
    if goes_on:
        training.optimizer = estimator._optimizer
    arrays, numbers = training.state()
    if goes_on:
        arrays |= {name: estimator._memory[name] for name in arrays.keys() & estimator._memory.keys() - {"parameters"}}
    training.restore(arrays, {**numbers, "epoch": estimator._epochs})


class ConvergenceMonitor:
    """Notes each epoch in an estimator's attributes, and says when its training is over."""

    def __init__(self, estimator: Any, given: Parameters, training: Training, validation: TrainingData | None) -> None:
        self._estimator = estimator
        self._given = given
        self._training = training
        self._validation = validation

    def note(self, epoch: Epoch) -> bool:
        """Note an epoch, and say whether it was the last."""
        estimator, given = self._estimator, self._given
        estimator.n_iter_ += 1
        estimator.t_ += len(self._training.data.train)
        estimator.loss_ = epoch.training_loss + epoch.penalty
        estimator.loss_curve_.append(estimator.loss_)
        if given.verbose:
            sys.stdout.write(f"Iteration {estimator.n_iter_}, loss = {estimator.loss_:.8f}\n")
        if self._validation is not None:
            epoch = self._validate(epoch, self._validation)
        improved = self._improved()
        estimator._no_improvement_count = 0 if improved else estimator._no_improvement_count + 1
        if given.learning_rate == "invscaling":
            self._set_rate(given.learning_rate_init / (estimator.t_ + 1) ** given.power_t)
        over = estimator._no_improvement_count > given.n_iter_no_change and self._gives_up()
        return bool(given.callback and given.callback(epoch)) or over

    def _validate(self, epoch: Epoch, data: TrainingData) -> Epoch:
        """Score the network on validation data, keep it if it is the best, and add this to the epoch's record."""
        estimator, given = self._estimator, self._given
        network = self._training.model.network
        loss, outputs = evaluate(network, data)
        score = estimator._score(outputs, data)
        estimator.validation_loss_curve_.append(loss)
        if given.early_stopping:
            estimator.validation_scores_.append(score)
            if score > estimator.best_validation_score_ or estimator._best is None:
                estimator._best = network.parameters.copy()
            if given.verbose:
                sys.stdout.write(f"Validation score: {score:f}\n")
        accuracy = score if hasattr(estimator, "classes_") else None
        return replace(epoch, validation_loss=loss, validation_accuracy=accuracy)

    def _improved(self) -> bool:
        """Compare the epoch with the best so far, and note it if it is better."""
        estimator, given = self._estimator, self._given
        if given.early_stopping:
            score = estimator.validation_scores_[-1]
            improved = not score < estimator.best_validation_score_ + given.tol
            estimator.best_validation_score_ = max(estimator.best_validation_score_, score)
        else:
            improved = not estimator.loss_ > estimator.best_loss_ - given.tol
            estimator.best_loss_ = min(estimator.best_loss_, estimator.loss_)
        return improved

    def _set_rate(self, rate: float) -> None:
        self._training.optimizer = replace(self._training.optimizer, learning_rate=rate)

    def _gives_up(self) -> bool:
        """End a training that no longer improves, or lower an adaptive rate and go on."""
        estimator, given = self._estimator, self._given
        noun = "Validation score" if given.early_stopping else "Training loss"
        message = f"{noun} did not improve more than tol={given.tol:f}"
        message += f" for {given.n_iter_no_change} consecutive epochs."
        rate = self._training.optimizer.learning_rate
        over = given.learning_rate != "adaptive" or rate <= LOWEST_RATE
        if not over:
            self._set_rate(rate / SLOWER)
            estimator._no_improvement_count = 0
        if given.verbose:
            sys.stdout.write(f"{message} {'Stopping.' if over else f'Setting learning rate to {rate / SLOWER:f}'}\n")
        return over


def evaluate(network: Network, data: TrainingData) -> tuple[float, Floats]:
    """Give the mean loss of examples, each of its weight, and the outputs (rows, outputs)."""
    count, outputs, total = len(data.targets), [], 0.0
    trace = network.trace(min(BLOCK, count))
    for rows in blocks(count, BLOCK):
        part = trace[: rows.stop - rows.start]
        outputs.append(network.forward(data.inputs[rows], part).copy())
        mean = network.measure(data.targets[rows], part)
        total += mean * len(part) if data.weights is None else float(part.losses @ data.weights[rows])
    return total / data.weight, np.concatenate(outputs)


def predict(network: Network, inputs: Any) -> Floats:
    """Compute the outputs (rows, outputs) of an array of inputs, or of `SparseRows`."""
    dtype, parts = network.parameters.dtype, blocks(len(inputs), BLOCK)
    return np.concatenate([network.predict(np.ascontiguousarray(inputs[part], dtype=dtype)) for part in parts])
