"""The floor: the matrix products of an epoch and nothing else."""

import time

import numpy as np

from .task import Task, Trained


def train(task: Task) -> Trained:
    """Multiply what a step multiplies, as often as an epoch has steps."""
    rng = np.random.default_rng(0)
    x, h, d = (rng.random((task.batch_size, width), np.float32) for width in (784, task.hidden, 10))
    (w1, _), (w2, _) = task.start()
    z, logits, w1_gradient, w2_gradient = np.empty_like(h), np.empty_like(d), np.empty_like(w1), np.empty_like(w2)
    seconds = []
    for batches in task.batches():
        start = time.perf_counter()
        for _ in batches:
            np.matmul(x, w1, out=z)
            np.matmul(h, w2, out=logits)
            np.matmul(h.T, d, out=w2_gradient)
            np.matmul(d, w2.T, out=z)
            np.matmul(x.T, z, out=w1_gradient)
        seconds.append(time.perf_counter() - start)
    return Trained(seconds, 0.0, lambda images: np.full(len(images), -1))
