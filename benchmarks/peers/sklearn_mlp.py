"""scikit-learn's MLPClassifier: its own start and its own shuffles, for it takes no others; no schedule either."""

import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from .task import MOMENTUM, Predict, Task, Trained


def scaled(images: np.ndarray) -> np.ndarray:
    """Give what it takes: floats."""
    return images.astype(np.float32) / np.float32(255)


def classifier(task: Task) -> MLPClassifier:
    """Set what can be set, and keep it from stopping early."""
    return MLPClassifier(
        (task.hidden,),
        solver=task.optimizer,
        alpha=0.0,
        batch_size=task.batch_size,
        learning_rate_init=task.learning_rate,
        momentum=MOMENTUM,
        nesterovs_momentum=False,
        max_iter=task.epochs,
        tol=0.0,
        n_iter_no_change=task.epochs,
        random_state=task.seed,
    )


def train(task: Task) -> Trained:
    """Fit in one call, as its users do; an epoch's seconds are that call's, divided by the epochs."""
    images, labels, model = task.load("train-images"), task.load("train-labels"), classifier(task)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is told when to stop
        model.fit(scaled(images), labels)
    seconds = (time.perf_counter() - start) / task.epochs
    return Trained([seconds] * task.epochs, 0.0, lambda images: model.predict(scaled(images)))


def predictor(task: Task) -> Predict:
    """Fit on a few images, since only a fitted classifier predicts."""
    model = classifier(task)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaled(task.load("train-images")[:1_000]), task.load("train-labels")[:1_000])
    return lambda images: model.predict_proba(scaled(images))
