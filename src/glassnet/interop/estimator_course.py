"""The course of an estimator's training: what is noted after each epoch, and when it is over.

The rules are those of scikit-learn's own estimators: a training is over when the loss, or the score on validation data,
has not improved by ``tol`` for more than ``n_iter_no_change`` epochs.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np

from ..network.network import Network
from ..training.progress import Epoch
from ..training.training import Training

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
