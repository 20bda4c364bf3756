"""scikit-learn's MLPClassifier: its own start and its own shuffles, for it takes no others."""

import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from .task import MOMENTUM, Task, Trained


def train(task: Task) -> Trained:
    """Fit in one call, as its users do; an epoch's seconds are that call's, divided by the epochs."""
    images, labels = task.load("train-images"), task.load("train-labels")
    classifier = MLPClassifier(
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
        random_state=0,
    )
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is told when to stop
        classifier.fit(images.astype(np.float32) / 255, labels)
    seconds = (time.perf_counter() - start) / task.epochs
    return Trained([seconds] * task.epochs, 0.0, lambda images: classifier.predict(images.astype(np.float32) / 255))
