"""The race: the same work done by glassnet and by the libraries that one would take instead.

    python benchmarks/race.py [--quick] [PART ...]

Writes benchmarks/results/race.json (with --quick race-quick.json and race-quick.md beside it), docs/race.md, which has
the rule of the race, and the README's tables. A peer whose library is not there is left out, and the page says why.
"""

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import growth
import numpy as np
import tables
from memory import peak_mebibytes

import glassnet
from glassnet.training.loader import epoch_order

HERE = Path(__file__).parent
RESULTS = HERE / "results"
CONFIGURATIONS = (
    {"hidden": 32, "batch_size": 32},
    {"hidden": 128, "batch_size": 32},
    {"hidden": 128, "batch_size": 128},
    {"hidden": 512, "batch_size": 128},
    {"hidden": 800, "batch_size": 256},
    {"hidden": 128, "batch_size": 128, "optimizer": "adam", "learning_rate": 0.001},
)
TRAINERS = ("numpy_glassnet", "torch_eager", "torch_compiled", "jax_scan", "sklearn_mlp", "numpy_scratch")
TRAINERS += ("keras_jit", "tinygrad_jit", "digits_loop")
# What takes seconds an epoch makes fewer of them (tinygrad's first compiles), with 2 threads untried, in two rounds.
SLOW = {"numpy_scratch": 1, "digits_loop": 1, "tinygrad_jit": 2}
SLOW_ROUNDS = 2
SGD_ALONE = ("digits_loop",)
NEEDS = {"torch_eager": "torch", "torch_compiled": "torch", "jax_scan": "jax", "sklearn_mlp": "sklearn"}
NEEDS |= {
    "keras_jit": "tensorflow",
    "tinygrad_jit": "tinygrad",
    "digits_loop": "nn_digits",
    "onnx_runtime": "onnxruntime",
}
COMPILERS = {"tinygrad_jit": "clang"}
QUICK_TRAINERS = ("numpy_glassnet", "torch_eager", "jax_scan", "sklearn_mlp", "numpy_scratch")
PREDICTORS = ("numpy_glassnet", "torch_eager", "sklearn_mlp", "onnx_runtime")
FLOOR = "matrix_products"
EPOCHS, ROUNDS, SEEDS = 3, 5, 5
MOST_EPOCHS = 8
# To 98%: the recipe of all; scikit-learn knows no schedule, so it gets a rate and the epochs that this needs.
RECIPE = {"hidden": 192, "batch_size": 96, "epochs": 3, "learning_rate": 0.2, "one_cycle": True}
WITHOUT_SCHEDULE = {"hidden": 192, "batch_size": 96, "epochs": 10, "learning_rate": 0.04}
WHOLE = {"numpy_glassnet": RECIPE, "torch_eager": RECIPE, "jax_scan": RECIPE, "sklearn_mlp": WITHOUT_SCHEDULE}


def prepare(directory: Path) -> None:
    """Write what every peer reads: images, labels, orders and starts, which are glassnet's own."""
    data = glassnet.load_dataset("mnist", train_size=60_000, validation_size=0)
    for name, examples in (("train", data.train), ("test", data.test)):
        np.save(directory / f"{name}-images", examples.inputs.reshape(-1, 784))
        np.save(directory / f"{name}-labels", examples.targets)
    for seed in range(SEEDS):
        orders = [epoch_order(len(data.train), seed, epoch) for epoch in range(MOST_EPOCHS)]
        np.save(directory / f"orders-{seed}", np.stack(orders))
        for hidden in {task["hidden"] for task in (*CONFIGURATIONS, RECIPE)}:
            layers = glassnet.Network([784, hidden, 10], seed=seed).layers
            arrays = {f"weights{i}": layer.weights for i, layer in enumerate(layers)}
            arrays |= {f"biases{i}": layer.biases for i, layer in enumerate(layers)}
            np.savez(directory / f"start-{hidden}-{seed}", **arrays)


def invocation(what: str, peer: str, task: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Give the command and the environment in which a peer does a task."""
    threads = str(task["threads"])
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    return [sys.executable, str(HERE / "peer.py"), what, peer, json.dumps(task)], environment


def run(what: str, peer: str, task: dict[str, Any]) -> dict[str, Any]:
    """Let a peer do a task in a fresh process; give what it printed, and the whole process's seconds."""
    command, environment = invocation(what, peer, task)
    start = time.perf_counter()
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if printed.returncode:
        raise SystemExit(f"{peer} failed at {task}:\n{printed.stderr}")
    return {**json.loads(printed.stdout), "process_seconds": seconds}


def absent(peers) -> dict[str, str]:
    """Say which peers cannot be run, and why."""
    reasons = {}
    for peer in peers:
        if peer in NEEDS and importlib.util.find_spec(NEEDS[peer]) is None:
            reasons[peer] = f"`{NEEDS[peer]}` is not installed"
        elif peer in COMPILERS and shutil.which(COMPILERS[peer]) is None:
            reasons[peer] = f"it compiles with {COMPILERS[peer]}, which is not there"
    return reasons


def best_threads(peer: str, task: dict[str, Any]) -> int:
    """Try 1 thread and 2, and choose by the median epoch."""

    def seconds(threads: int) -> float:
        return statistics.median(run("train", peer, {**task, "threads": threads})["epoch_seconds"])

    return min((1, 2), key=seconds)


def training_race(directory: Path, configurations, peers, count: int, chosen: list[dict[str, Any]]) -> Iterator[Any]:
    """Train every configuration with every peer; the floor runs among them, at both thread counts."""
    for configuration in configurations:
        task = {"directory": str(directory), "epochs": EPOCHS, **configuration}
        known = next((entry["threads"] for entry in chosen if entry["configuration"] == configuration), {})
        tasks = {}
        for peer in peers:
            if peer in SGD_ALONE and "optimizer" in configuration:
                continue
            own = {**task, "epochs": SLOW.get(peer, EPOCHS)}
            threads = known.get(peer) or (2 if peer in SLOW else best_threads(peer, own))
            tasks[peer] = {**own, "threads": threads}
        tasks |= {f"{FLOOR} {threads}": {**task, "threads": threads} for threads in (1, 2)}
        results: dict[str, list[dict[str, Any]]] = {name: [] for name in tasks}
        for number in range(count):
            for name, own in tasks.items():
                if number < SLOW_ROUNDS or name not in SLOW:
                    results[name].append(run("train", name.split()[0], own))
        print(f"trained {configuration}", file=sys.stderr)
        threads = {name: own["threads"] for name, own in tasks.items()}
        yield {"configuration": configuration, "threads": threads, "results": results}


def whole_race(directory: Path, count: int) -> dict[str, list[dict[str, Any]]]:
    """Race from the start of the interpreter to a printed test accuracy; glassnet by its command line."""
    results: dict[str, list[dict[str, Any]]] = {peer: [] for peer in WHOLE}
    for seed in range(count):
        for peer, recipe in WHOLE.items():
            task = {"directory": str(directory), "threads": 2, "seed": seed, **recipe}
            result = run_command(recipe, seed) if peer == "numpy_glassnet" else run("train", peer, task)
            results[peer].append({"seconds": result["process_seconds"], "accuracy": result["accuracy"]})
    print("raced to 98%", file=sys.stderr)
    return results


def run_command(recipe: dict[str, Any], seed: int) -> dict[str, Any]:
    """Train by ``glassnet train``."""
    options = f"--hidden {recipe['hidden']} --batch-size {recipe['batch_size']} --epochs {recipe['epochs']}"
    options += f" --learning-rate {recipe['learning_rate']} --momentum 0.9 --schedule one-cycle --seed {seed}"
    options += " --train-size 60000 --validation-size 0 --json"
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "glassnet", "train", *options.split()]
        start = time.perf_counter()
        printed = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout
        return {"process_seconds": time.perf_counter() - start, "accuracy": json.loads(printed)["test_accuracy"]}


def prediction_race(directory: Path, count: int) -> dict[str, Any]:
    """Predict with every peer that is made for it, with 1 thread and with 2."""
    task = {"directory": str(directory), "hidden": 128, "batch_size": 128, "epochs": 1}
    tasks = {f"{peer} {threads}": {**task, "threads": threads} for peer in PREDICTORS for threads in (1, 2)}
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in tasks}
    for _ in range(count):
        for name, own in tasks.items():
            results[name].append(run("predict", name.split()[0], own))
    print("predicted", file=sys.stderr)
    return results


def memory_race(directory: Path) -> dict[str, float]:
    """Give the peak memory of training in MiB, of all processes of a peer together, median of three."""
    task = {"directory": str(directory), "hidden": 128, "batch_size": 128, "epochs": 2, "threads": 2}
    missing = absent(TRAINERS)
    peers = [peer for peer in TRAINERS if peer not in missing and peer not in ("tinygrad_jit", "digits_loop")]
    runs = [{peer: peak_mebibytes(*invocation("train", peer, task)) for peer in peers} for _ in range(3)]
    print("weighed", file=sys.stderr)
    return {peer: statistics.median(weights[peer] for weights in runs) for peer in peers}


def main() -> None:
    """Run all or some parts, and write the results; parts that are not run stay what they were."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three configurations, two rounds, and the race to 98%%")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="parts of the race; all by default")
    arguments = parser.parse_args()
    quick, path = arguments.quick, RESULTS / ("race-quick.json" if arguments.quick else "race.json")
    last = RESULTS / "race.json"
    if (quick or arguments.parts) and not last.exists():
        parser.error(f"{last} does not exist, and a part of a race needs the rest: run all of it first")
    whole = json.loads(last.read_text(encoding="utf-8")) if quick or arguments.parts else {}
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        prepare(directory)
        if quick:  # with the threads that the whole race chose
            training = training_race(directory, CONFIGURATIONS[:3], QUICK_TRAINERS, 2, whole["training"])
            result = {"training": list(training), "whole": whole_race(directory, 2)}
        else:
            result = whole | {part: PARTS[part](directory) for part in arguments.parts or PARTS}
    result["machine"], result["absent"] = tables.machine(), absent(TRAINERS + PREDICTORS)
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    tables.write(result, path.with_suffix(".md") if quick else tables.PAGE)


PARTS = {
    "training": lambda directory: list(
        training_race(
            directory, CONFIGURATIONS, [peer for peer in TRAINERS if peer not in absent(TRAINERS)], ROUNDS, []
        )
    ),
    "whole": lambda directory: whole_race(directory, SEEDS),
    "prediction": lambda directory: prediction_race(directory, ROUNDS),
    "memory": memory_race,
    "growth": growth.measure,
}

if __name__ == "__main__":
    main()
