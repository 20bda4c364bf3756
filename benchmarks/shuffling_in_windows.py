"""How well is learned in the order of windows, beside whole shuffles: test accuracy of rows sorted by their class.

python benchmarks/shuffling_in_windows.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import glassnet

SEEDS = range(5)
WINDOWS = (1_024, 4_096, 16_384)
EPOCHS = 6


def sorted_digits(folder: Path) -> Path:
    """Write MNIST's training images sorted by class, which is the worst order that a file can have."""
    train = glassnet.load_dataset("mnist").train
    order = np.argsort(train.source_targets, kind="stable")
    np.save(folder / "x_train.npy", np.asarray(train.source_inputs)[order])
    np.save(folder / "y_train.npy", np.asarray(train.source_targets)[order])
    return folder


def accuracy(path: Path, window: int, seed: int) -> float:
    """Train, and give the share of MNIST's own test images that are read rightly."""
    data = glassnet.load_dataset(path, window=window, test_size=0, seed=seed)
    training = glassnet.Training(
        glassnet.Network([784, 64, 10], seed=seed),
        data,
        schedule=glassnet.OneCycle(),
        batch_size=64,
        epochs=EPOCHS,
        seed=seed,
        workers=1,
    )
    list(training)
    return glassnet.evaluate(training.model, glassnet.load_dataset("mnist").test).accuracy


def main() -> None:
    """Print mean and standard deviation for each window."""
    with tempfile.TemporaryDirectory() as folder:
        path = sorted_digits(Path(folder))
        for window in (0, *WINDOWS):
            found = [100 * accuracy(path, window, seed) for seed in SEEDS]
            name = f"windows of {window:,} rows" if window else "whole shuffles"
            print(f"{name}: {np.mean(found):.2f} ± {np.std(found, ddof=1):.2f} %", flush=True)


if __name__ == "__main__":
    main()
