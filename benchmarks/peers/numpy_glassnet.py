"""glassnet, as its README uses it."""

import time

import glassnet
from glassnet.data.dataset import Dataset, Examples
from glassnet.data.preprocessing.pixels import PixelScaling

from .task import MOMENTUM, Predict, Task, Trained

DIGITS = tuple("0123456789")


def train(task: Task) -> Trained:
    """Iterate over the epochs."""
    examples = Examples(task.load("train-images"), task.load("train-labels"))
    nothing = examples.select(slice(0, 0))
    data = Dataset("race", "classification", examples, nothing, nothing, PixelScaling((784,)), DIGITS)
    rules = {"sgd": glassnet.SGD(task.learning_rate, momentum=MOMENTUM), "adam": glassnet.Adam(task.learning_rate)}
    training = glassnet.Training(
        glassnet.Network([784, task.hidden, 10], seed=task.seed),
        data,
        optimizer=rules[task.optimizer],
        batch_size=task.batch_size,
        epochs=task.epochs,
        seed=task.seed,
        input_parts=task.threads,
        workers=task.threads,
    )
    seconds = []
    start = time.perf_counter()
    for _ in training:
        seconds.append(time.perf_counter() - start)
        start = time.perf_counter()
    return Trained(seconds, 0.0, training.model.predict)


def predictor(task: Task) -> Predict:
    """Give the public prediction of a model."""
    network = glassnet.Network([784, task.hidden, 10], seed=task.seed)
    return glassnet.Model(network, PixelScaling((784,)), DIGITS).predict_probabilities
