"""scratch.py, the page of plain NumPy: float64, and gradient descent without momentum."""

import time

import numpy as np

from glassnet import scratch

from .task import Task, Trained


def train(task: Task) -> Trained:
    """Take the page's own steps, on the given batches."""
    images, labels = task.load("train-images"), task.load("train-labels")
    layers = [(weights.astype(float), biases.astype(float)) for weights, biases in task.start()]
    seconds = []
    for batches in task.batches():
        start = time.perf_counter()
        for rows in batches:
            x, t = images[rows] / 255, np.eye(10)[labels[rows]]
            layers = scratch.update(layers, scratch.backward(layers, scratch.forward(layers, x), t), task.learning_rate)
        seconds.append(time.perf_counter() - start)
    return Trained(seconds, 0.0, lambda images: scratch.forward(layers, images / 255)[-1].argmax(axis=1))
