"""PyTorch, eager and compiled."""

import time

import numpy as np
import torch
from torch.nn import functional

from .task import MOMENTUM, Predict, Task, Trained


def network(task: Task) -> torch.nn.Sequential:
    """Build the network from the given start."""
    layers: list[torch.nn.Module] = []
    for weights, biases in task.start():
        layer = torch.nn.Linear(*weights.shape)
        layer.weight.data = torch.from_numpy(weights.T.copy())
        layer.bias.data = torch.from_numpy(biases)
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def rule(task: Task, model: torch.nn.Module) -> torch.optim.Optimizer:
    """Make the optimizer, in its fused form, the fastest on a CPU."""
    if task.optimizer == "adam":
        return torch.optim.Adam(model.parameters(), lr=task.learning_rate, fused=True)
    return torch.optim.SGD(model.parameters(), lr=task.learning_rate, momentum=MOMENTUM, fused=True)


def train(task: Task, compiled: bool = False) -> Trained:
    """Train with autograd; reading, forward and loss compiled together if asked for."""
    torch.set_num_threads(task.threads)
    torch.set_flush_denormal(True)  # velocities that fade away; glassnet flushes them too
    batches = [[torch.from_numpy(rows) for rows in epoch] for epoch in task.batches()]
    rates = task.rates(len(batches[0])).tolist()
    images, labels = torch.from_numpy(task.load("train-images")), torch.from_numpy(task.load("train-labels")).long()
    model = network(task)
    optimizer = rule(task, model)

    def loss_of(rows: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(model(images[rows].float().mul_(1 / 255)), labels[rows])

    compute = torch.compile(loss_of, dynamic=False) if compiled else loss_of
    start = time.perf_counter()
    if compiled:
        warm_up((batches[0][0], batches[0][-1]), model, compute)
    compile_seconds = time.perf_counter() - start
    seconds = []
    for epoch in range(task.epochs):
        start = time.perf_counter()
        for rows, rate in zip(batches[epoch], rates[epoch], strict=True):
            optimizer.param_groups[0]["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
            compute(rows).backward()
            optimizer.step()
        seconds.append(time.perf_counter() - start)

    def predict(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(torch.from_numpy(images).float().mul_(1 / 255)).argmax(dim=1).numpy()

    return Trained(seconds, compile_seconds, predict)


def warm_up(batches, model: torch.nn.Module, compute) -> None:
    """Compile for both batch sizes of an epoch, and leave the model as it was."""
    for rows in batches:
        compute(rows).backward()
    model.zero_grad(set_to_none=True)


def predictor(task: Task) -> Predict:
    """Run the model without autograd."""
    torch.set_num_threads(task.threads)
    model = network(task)

    def predict(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return torch.softmax(model(torch.from_numpy(images).float().mul_(1 / 255)), dim=1).numpy()

    return predict
