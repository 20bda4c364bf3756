"""The work that all peers are given, and what they give back."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

MOMENTUM = 0.9
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Task:
    """Train 784-hidden-10 for some epochs, from a given start, on given batches.

    The files of ``directory`` are written by `race.prepare`: images and labels, the order of each epoch's examples, and
    the starting weights, so that every peer computes the same numbers.
    """

    directory: Path
    hidden: int
    batch_size: int
    epochs: int
    threads: int
    optimizer: str = "sgd"
    learning_rate: float = 0.02
    one_cycle: bool = False
    seed: int = 0

    def load(self, name: str) -> np.ndarray:
        """Read an array into memory."""
        return np.load(self.directory / f"{name}.npy")

    def start(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Give each layer's starting weights, (inputs, outputs), and biases."""
        arrays = np.load(self.directory / f"start-{self.hidden}-{self.seed}.npz")
        return [(arrays[f"weights{i}"], arrays[f"biases{i}"]) for i in range(len(arrays.files) // 2)]

    def batches(self) -> list[list[np.ndarray]]:
        """Give the rows of each batch of each epoch."""
        orders = np.load(self.directory / f"orders-{self.seed}.npy")[: self.epochs]
        starts = range(0, orders.shape[1], self.batch_size)
        return [[order[start : start + self.batch_size] for start in starts] for order in orders]

    def rates(self, each: int) -> np.ndarray:
        """Give the learning rate of each of so many steps of each epoch: constant, or PyTorch's OneCycleLR."""
        steps, summit = each * self.epochs, 0.3 * each * self.epochs - 1

        def rate(step: int) -> float:
            start, end, way = (0.04, 1.0, step / summit)
            if step >= summit:
                start, end, way = (1.0, 1 / 250_000, (step - summit) / (steps - 1 - summit))
            return self.learning_rate * (start + (end - start) * (1 - math.cos(math.pi * way)) / 2)

        rates = [rate(step) if self.one_cycle else self.learning_rate for step in range(steps)]
        return np.array(rates, np.float32).reshape(self.epochs, each)


@dataclass(frozen=True)
class Trained:
    """What a peer gives back: seconds of each epoch, seconds of compiling, and how to predict labels."""

    epoch_seconds: list[float]
    compile_seconds: float
    predict: Predict
