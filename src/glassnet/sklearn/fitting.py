"""The course of an estimator's training: what is noted after each epoch, and when it is over.

The rules are those of scikit-learn's own estimators: a training is over when the loss, or the score on validation data,
has not improved by ``tol`` for more than ``n_iter_no_change`` epochs.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning

from ..arrays import Task
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.table import Unchanged
from ..errors import DivergenceError
from ..hardware import one_blas_thread
from ..network.network import Network
from ..training.objective import Objective
from ..training.progress import Epoch
from ..training.training import Training
from . import parameters as settings
from .inputs import Problem, as_rows

LOWEST_RATE = 1e-6  # an adaptive rate that is as good as none
SLOWER = 5  # times, each time that nothing improves


class Course:
    """What happens after each epoch.

    Parameters
    ----------
    estimator : estimator
        Whose attributes are kept up to date.
    training : Training
        What goes on.
    validation : Problem or None
        What is scored after each epoch.
    """

    def __init__(self, estimator: Any, training: Training, validation: Any) -> None:
        self._estimator = estimator
        self._training = training
        self._validation = validation
        self._score = 0.0  # of the validation data, after the last epoch

    def note(self, epoch: Epoch) -> bool:
        """Note an epoch, and say whether it was the last."""
        estimator = self._estimator
        estimator.n_iter_ += 1
        estimator.t_ += len(self._training.data.train)
        estimator.loss_ = epoch.training_loss + epoch.penalty
        estimator.loss_curve_.append(estimator.loss_)
        self._say(f"Iteration {estimator.n_iter_}, loss = {estimator.loss_:.8f}")
        self._validate()
        self._count()
        self._slow_down()
        over = self._is_over()
        return bool(estimator.callback and estimator.callback(self._with_validation(epoch))) or over

    def _with_validation(self, epoch: Epoch) -> Epoch:
        """Add what the validation data said to an epoch's record."""
        if self._validation is None:
            return epoch
        estimator = self._estimator
        accuracy = self._score if hasattr(estimator, "classes_") else None
        return replace(epoch, validation_loss=estimator.validation_loss_curve_[-1], validation_accuracy=accuracy)

    def _say(self, line: str) -> None:
        if self._estimator.verbose:
            sys.stdout.write(f"{line}\n")

    def _validate(self) -> None:
        if self._validation is None:
            return
        estimator, network = self._estimator, self._training.model.network
        loss, score = estimator._judge(network, self._validation)
        self._score = score
        estimator.validation_loss_curve_.append(loss)
        if estimator.early_stopping:
            self.note_score(score, network)
            self._say(f"Validation score: {score:f}")

    def note_score(self, score: float, network: Network | None) -> None:
        """Note the score of an epoch, and keep its parameters if they are the best."""
        estimator = self._estimator
        estimator.validation_scores_.append(score)
        if network is not None and (score > estimator.best_validation_score_ or estimator._best is None):
            estimator._best = network.parameters.copy()

    def _count(self) -> None:
        """Count epochs in which nothing improved enough."""
        estimator = self._estimator
        if estimator.early_stopping:
            score = estimator.validation_scores_[-1]
            improved = not score < estimator.best_validation_score_ + estimator.tol
            estimator.best_validation_score_ = max(estimator.best_validation_score_, score)
        else:
            improved = not estimator.loss_ > estimator.best_loss_ - estimator.tol
            estimator.best_loss_ = min(estimator.best_loss_, estimator.loss_)
        estimator._no_improvement_count = 0 if improved else estimator._no_improvement_count + 1

    def _slow_down(self) -> None:
        estimator = self._estimator
        if estimator.learning_rate == "invscaling":
            self._set_rate(estimator.learning_rate_init / (estimator.t_ + 1) ** estimator.power_t)

    def _set_rate(self, rate: float) -> None:
        self._training.optimizer = replace(self._training.optimizer, learning_rate=rate)
        self._estimator._optimizer = self._training.optimizer

    def _is_over(self) -> bool:
        estimator = self._estimator
        if not estimator._no_improvement_count > estimator.n_iter_no_change:
            return False
        noun = "Validation score" if estimator.early_stopping else "Training loss"
        message = f"{noun} did not improve more than tol={estimator.tol:f}"
        message += f" for {estimator.n_iter_no_change} consecutive epochs."
        rate = self._training.optimizer.learning_rate
        if estimator.learning_rate != "adaptive" or rate <= LOWEST_RATE:
            self._say(f"{message} Stopping.")
            return True
        self._set_rate(rate / SLOWER)
        self._say(f"{message} Setting learning rate to {rate / SLOWER:f}")
        estimator._no_improvement_count = 0
        return False


def begin_notes(estimator: Any, fresh: bool, validated: bool) -> None:
    """Start the attributes that the course of a training keeps: all of a fresh one, else what was not kept before."""
    if fresh:
        estimator.n_iter_ = estimator.t_ = estimator._no_improvement_count = 0
        estimator.loss_curve_ = []
        estimator.best_loss_ = estimator.validation_scores_ = estimator.best_validation_score_ = None
        estimator.validation_loss_curve_ = estimator._best = None
    if validated and estimator.validation_loss_curve_ is None:
        estimator.validation_loss_curve_ = []
    if estimator.early_stopping:
        estimator.best_loss_ = None
        if estimator.validation_scores_ is None:
            estimator.validation_scores_, estimator.best_validation_score_ = [], -np.inf
    elif estimator.best_loss_ is None:
        estimator.best_loss_ = np.inf


NOT_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


def minimize_loss(estimator: Any, problem: Problem) -> None:
    """Let SciPy's L-BFGS-B minimize the loss over all examples."""
    network, penalty = estimator._network(np.float64), settings.penalty(estimator, problem.weight)
    objective = Objective(network, problem.dense, problem.targets, problem.weights, penalty)
    start = network.parameters.copy()
    options = {"maxfun": estimator.max_fun, "maxiter": estimator.max_iter, "gtol": estimator.tol}
    found = minimize(objective, start, method="L-BFGS-B", jac=True, options=options)
    if found.status != 0:
        warnings.warn(f"lbfgs failed to converge: {found.message}", ConvergenceWarning, stacklevel=4)
    network.parameters[:] = found.x
    estimator.n_iter_, estimator.loss_ = min(found.nit, estimator.max_iter), float(found.fun)
    dtype = estimator.coefs_[0].dtype
    estimator.coefs_ = [layer.weights.astype(dtype) for layer in network.layers]
    estimator.intercepts_ = [layer.biases.astype(dtype) for layer in network.layers]


def train(estimator: Any, problem: Problem, validation: Problem | None, incremental: bool) -> None:
    """Train epoch by epoch; one only if examples come in parts."""
    training = _make_training(estimator, problem, incremental)
    course = Course(estimator, training, validation)
    estimator.n_iter_, over = 0, False
    last = 1 if incremental else estimator.max_iter
    try:
        with one_blas_thread():
            while not over and estimator.n_iter_ < last:
                over = course.note(next(training))
        if not over and not incremental and not settings.is_planned(estimator):
            message = f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached"
            message += " and the optimization hasn't converged yet."
            warnings.warn(message, ConvergenceWarning, stacklevel=4)
    except KeyboardInterrupt:
        warnings.warn("Training interrupted by user.", stacklevel=4)
    except DivergenceError as error:
        _note_divergence(estimator, error, course)
    estimator._epochs = training.progress.epoch
    estimator._memory = {name: array for name, array in training.state()[0].items() if name != "parameters"}
    estimator._over = over and incremental and estimator.early_stopping
    network = training.model.network
    if estimator.early_stopping and estimator._best is not None and (over or not incremental):
        network.parameters[:] = estimator._best
    estimator._keep(network)


def _note_divergence(estimator: Any, error: DivergenceError, course: Course) -> None:
    """Stop with the best so far, where early stopping has kept it; else there is no answer."""
    if not estimator.early_stopping:
        raise ValueError(f"{NOT_FINITE} {error}") from error
    course.note_score(float("nan"), None)


def _make_training(estimator: Any, problem: Problem, incremental: bool) -> Training:
    """Make the training of the next epochs: where examples come in parts, it goes on with the optimizer's memory."""
    count, columns = problem.inputs.shape
    size = settings.batch_size(estimator, count)
    shape = tuple(estimator.image_shape or (columns,))
    targets, regularization = settings.smoothed(estimator, problem.targets)
    examples = Examples(as_rows(problem.inputs), targets, weights=problem.weights)
    nobody = Examples(problem.targets[:0], problem.targets[:0])
    names = tuple(map(str, range(estimator.n_outputs_))) if hasattr(estimator, "classes_") else ()
    task: Task = "classification" if names else "regression"
    data = Dataset("given", task, examples, nobody, nobody, Unchanged(shape), names)
    training = Training(
        estimator._network(),
        data,
        optimizer=settings.optimizer(estimator),
        schedule=settings.schedule(estimator),
        penalty=settings.penalty(estimator, problem.weight / -(-count // size)),
        augmentation=settings.augmentation(estimator),
        regularization=regularization,
        averaging=settings.averaging(estimator),
        batch_size=size,
        # Where examples come in parts, a planned rate falls over the first max_iter of them.
        epochs=max(estimator._epochs + 1, estimator.max_iter)
        if incremental
        else estimator._epochs + estimator.max_iter,
        seed=estimator._seed,
        shuffle=estimator.shuffle,
        strict=False,
        input_parts=estimator.threads,
    )
    _go_on(estimator, training, incremental)
    return training


def _go_on(estimator: Any, training: Training, incremental: bool) -> None:
    """Bring a new training to where the last one ended."""
    arrays, numbers = training.state()
    if incremental and estimator._memory is not None:
        arrays = {**arrays, **estimator._memory}
        training.optimizer = estimator._optimizer
    training.restore(arrays, {**numbers, "epoch": estimator._epochs})
    estimator._optimizer = training.optimizer
