"""One peer at one task, in a process of its own; prints one line of JSON.

python benchmarks/peer.py train jax_scan '{"directory": "...", "hidden": 128, "batch_size": 128, ...}'
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

MICROSECOND = 1e-6


def train(peer, task) -> dict[str, object]:
    """Train, and judge on the test images."""
    trained = peer.train(task)
    accuracy = float((trained.predict(task.load("test-images")) == task.load("test-labels")).mean())
    return {"epoch_seconds": trained.epoch_seconds, "compile_seconds": trained.compile_seconds, "accuracy": accuracy}


def predict(peer, task) -> dict[str, object]:
    """Time 10,000 images in one call, and one image in each of many calls."""
    answer, images = peer.predictor(task), task.load("test-images")
    whole, one = [], []
    for _ in range(30):
        start = time.perf_counter()
        answer(images)
        whole.append(time.perf_counter() - start)
    for index in range(5_000):
        image = images[index : index + 1]
        start = time.perf_counter()
        answer(image)
        one.append(time.perf_counter() - start)
    microseconds = np.percentile(one, [50, 99]) / MICROSECOND
    return {
        "milliseconds_for_10000": float(np.median(whole)) * 1e3,
        "one_median_microseconds": float(microseconds[0]),
        "one_p99_microseconds": float(microseconds[1]),
    }


def main() -> None:
    """Import the peer, and do the task."""
    what, name, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    if name == "jax_scan" and options["threads"] == 1:  # it has no other way to use one thread
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = time.perf_counter()
    peer = importlib.import_module(f"peers.{name}")
    import_seconds = time.perf_counter() - start

    from peers.task import Task

    task = Task(**{**options, "directory": Path(options["directory"])})
    result = {"train": train, "predict": predict}[what](peer, task)
    print(json.dumps({**result, "import_seconds": import_seconds}))


if __name__ == "__main__":
    main()
