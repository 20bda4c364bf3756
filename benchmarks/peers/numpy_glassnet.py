"""glassnet."""

import time

import glassnet
from glassnet.data.examples import Dataset, Examples
from glassnet.data.preprocessing import PixelScaling

from .task import MOMENTUM, Task, Trained


def train(task: Task) -> Trained:
    """Train as the README does."""
    train_examples = Examples(task.load("train-images"), task.load("train-labels"))
    nothing = train_examples.select(slice(0, 0))
    data = Dataset(
        "race", "classification", train_examples, nothing, nothing, PixelScaling((784,)), tuple("0123456789")
    )
    rule = glassnet.SGD(task.learning_rate, momentum=MOMENTUM)
    training = glassnet.Training(
        glassnet.Network([784, task.hidden, 10], seed=0),
        data,
        optimizer=glassnet.Adam(task.learning_rate) if task.optimizer == "adam" else rule,
        batch_size=task.batch_size,
        epochs=task.epochs,
        seed=0,
        threads=task.threads,
    )
    seconds = []
    start = time.perf_counter()
    for _ in training:
        seconds.append(time.perf_counter() - start)
        start = time.perf_counter()
    return Trained(seconds, 0.0, training.model.predict)
