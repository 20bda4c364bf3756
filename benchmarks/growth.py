"""How time and memory grow with examples, hidden units and batch size.

    python benchmarks/growth.py '{"images": "file.npy", "labels": ..., "hidden": 128, "batch_size": 128}'

does one training of one epoch and prints one line of JSON; `measure` does all of them, each in a fresh process.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

import glassnet
from glassnet.data.dataset import Dataset, Examples
from glassnet.data.preprocessing.pixels import PixelScaling

EXAMPLES = (15_000, 60_000, 240_000, 960_000)
WIDTHS = (32, 64, 128, 256, 512, 1024, 2048)
BATCHES = (1, 4, 16, 64, 256, 1024, 4096)
PIECE = 15_000


def write_examples(directory: Path, count: int) -> dict[str, str]:
    """Write so many examples: the training images over and over, each time shifted by another pixel."""
    images, labels = (np.load(directory / f"train-{what}.npy") for what in ("images", "labels"))
    paths = {what: str(directory / f"{what}-{count}.npy") for what in ("images", "labels")}
    target = np.lib.format.open_memmap(paths["images"], "w+", np.uint8, (count, 784))
    for number, start in enumerate(range(0, count, PIECE)):
        first = start % len(images)
        target[start : start + PIECE] = np.roll(images[first : first + PIECE], number // 4, axis=1)
    target.flush()
    np.save(paths["labels"], np.resize(labels, count))
    return paths


def train(task: dict[str, Any]) -> dict[str, float]:
    """Train for an epoch on mapped images; give its seconds, and the memory that is the process's own."""
    examples = Examples(np.load(task["images"], mmap_mode="r"), np.load(task["labels"]))
    nothing = examples.select(slice(0, 0))
    names = tuple("0123456789")
    data = Dataset("growth", "classification", examples, nothing, nothing, PixelScaling((784,)), names)
    network = glassnet.Network([784, task["hidden"], 10], seed=0)
    rule = glassnet.SGD(0.001, momentum=0.9)
    training = glassnet.Training(network, data, optimizer=rule, batch_size=task["batch_size"], epochs=1)
    seconds = next(training).training_seconds
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own = sum(int(status[name].split()[0]) for name in ("RssAnon", "RssShmem")) / 1024
    return {"seconds": seconds, "own_mebibytes": own}


def point(paths: dict[str, str], hidden: int, batch_size: int) -> dict[str, float]:
    """Train once in a fresh process."""
    task = {**paths, "hidden": hidden, "batch_size": batch_size}
    printed = subprocess.run([sys.executable, __file__, json.dumps(task)], capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)


def measure(directory: Path) -> dict[str, dict[int, dict[str, float]]]:
    """Vary one size at a time from 784-128-10 with batches of 128."""
    by_examples = {}
    for count in EXAMPLES:
        paths = write_examples(directory, count)
        by_examples[count] = point(paths, 128, 128)
        if count > EXAMPLES[0]:
            Path(paths["images"]).unlink()
    paths = {what: str(directory / f"{what}-{EXAMPLES[0]}.npy") for what in ("images", "labels")}
    print("grew", file=sys.stderr)
    return {
        "examples": by_examples,
        "hidden": {hidden: point(paths, hidden, 128) for hidden in WIDTHS},
        "batch": {batch_size: point(paths, 128, batch_size) for batch_size in BATCHES},
    }


if __name__ == "__main__":
    print(json.dumps(train(json.loads(sys.argv[1]))))
