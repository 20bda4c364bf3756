"""tinygrad on the CPU, a step under `TinyJit`, as its documentation says it is fastest; it needs clang."""

import os
import time

import numpy as np

from .task import MOMENTUM, Task, Trained

os.environ["DEV"] = "CPU"

from tinygrad import Context, Tensor, TinyJit, nn


class Network:
    """Two layers, from the given start."""

    def __init__(self, task: Task) -> None:
        self.layers = [nn.Linear(*weights.shape) for weights, _ in task.start()]
        for layer, (weights, biases) in zip(self.layers, task.start(), strict=True):
            layer.weight.assign(Tensor(weights.T.copy())).realize()
            layer.bias.assign(Tensor(biases)).realize()

    def __call__(self, images: Tensor) -> Tensor:
        """Compute the logits of uint8 images."""
        first, second = self.layers
        return second(first(images.float() * (1 / 255)).relu())


def train(task: Task) -> Trained:
    """Call the captured step for each batch; one of another size has a step of its own."""
    images = Tensor(task.load("train-images")).realize()
    labels = Tensor(task.load("train-labels").astype(np.int32)).realize()
    model = Network(task)
    parameters, batches = nn.state.get_parameters(model), task.batches()
    rules = {
        "sgd": lambda: nn.optim.SGD(parameters, task.learning_rate, MOMENTUM),
        "adam": lambda: adam(parameters, task),
    }
    optimizer = rules[task.optimizer]()

    def step(rows: Tensor) -> None:
        optimizer.zero_grad()
        loss = model(images[rows]).sparse_categorical_crossentropy(labels[rows]).backward()
        Tensor.realize(loss, *optimizer.schedule_step())

    steps = {len(rows): TinyJit(step) for rows in batches[0]}
    seconds = []
    with Context(TRAINING=1):
        for epoch in batches:
            start = time.perf_counter()
            for rows in epoch:
                steps[len(rows)](Tensor(rows.astype(np.int32)).realize())
            model.layers[0].bias.numpy()
            seconds.append(time.perf_counter() - start)
    # The first epoch has compiled.
    answer = lambda images: model(Tensor(images)).argmax(axis=1).numpy()  # noqa: E731
    return Trained(seconds[1:] or seconds, seconds[0] - min(seconds), answer)


def adam(parameters: list[Tensor], task: Task) -> nn.optim.Optimizer:
    """Give Adam by the rule of all."""
    return nn.optim.Adam(parameters, task.learning_rate)
