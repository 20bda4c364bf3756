"""How an estimator is fitted: all at once by L-BFGS, or epoch by epoch by a training."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning

from ..data.examples import Dataset, Examples, Task
from ..data.features import Unchanged
from ..errors import DivergenceError
from ..training.objective import Objective
from ..training.threads import blas_threads
from ..training.training import Training
from . import estimator_settings as settings
from .estimator_course import Course
from .estimator_problem import Problem
from .sparse import as_rows

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
        with blas_threads(training.threads):
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
        threads=estimator.threads,
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
