"""PyTorch, eager and compiled."""

import time

import numpy as np
import torch
from torch.nn import functional

from .task import MOMENTUM, Task, Trained


def network(task: Task) -> torch.nn.Module:
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
    """Train with autograd; the step's forward and backward compiled if asked for."""
    torch.set_num_threads(task.threads)
    images = torch.from_numpy(task.load("train-images"))
    labels = torch.from_numpy(task.load("train-labels")).long()
    model = network(task)
    optimizer = rule(task, model)

    def loss_of(rows: torch.Tensor) -> torch.Tensor:
        inputs = images[rows].float().mul_(1 / 255)
        return functional.cross_entropy(model(inputs), labels[rows])

    compute = torch.compile(loss_of, dynamic=False) if compiled else loss_of

    def step(rows: torch.Tensor) -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = compute(rows)
        loss.backward()
        optimizer.step()
        return loss.item()

    compile_seconds = warm_up(task, model, compute) if compiled else 0.0
    seconds = []
    for epoch in range(task.epochs):
        start = time.perf_counter()
        total = sum(step(torch.from_numpy(rows)) for rows in task.batches(epoch))
        seconds.append(time.perf_counter() - start)
        assert np.isfinite(total)

    def predict(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(torch.from_numpy(images).float() / 255).argmax(dim=1).numpy()

    return Trained(seconds, compile_seconds, predict)


def warm_up(task: Task, model: torch.nn.Module, compute) -> float:
    """Compile for both batch sizes of an epoch, and leave the model as it was."""
    start = time.perf_counter()
    batches = task.batches(0)
    for rows in (batches[0], batches[-1]):
        compute(torch.from_numpy(rows)).backward()
    model.zero_grad(set_to_none=True)
    return time.perf_counter() - start
