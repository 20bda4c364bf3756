"""How the settings of a plain `glassnet train` were chosen: on validation accuracy, over ten seeds.

    python benchmarks/defaults.py

Prints the Markdown table of docs/experiments.md. The test set is not touched.
"""

import statistics
from concurrent.futures import ProcessPoolExecutor

import glassnet

SEEDS = range(10)
# (epochs, batch size, learning rate), each with momentum 0.9 and a one-cycle schedule
CANDIDATES = ((8, 64, 0.1), (10, 64, 0.1), (12, 64, 0.1), (12, 96, 0.15), (12, 128, 0.2), (10, 64, 0.05))


def measure(epochs: int, batch_size: int, learning_rate: float, seed: int) -> tuple[float, float]:
    """Train once; give validation accuracy and seconds."""
    training = glassnet.Training(
        glassnet.Network([784, 128, 10], seed=seed),
        glassnet.load_dataset("mnist", seed=seed),
        optimizer=glassnet.SGD(learning_rate, momentum=0.9),
        schedule=glassnet.OneCycle(),
        batch_size=batch_size,
        epochs=epochs,
        seed=seed,
        input_parts=1,
    )
    last = list(training)[-1]
    return last.validation_accuracy or 0.0, last.elapsed_seconds


def main() -> None:
    """Print a row for each candidate."""
    print("| epochs | batch | rate | validation accuracy, mean ± sd of 10 seeds | lowest | seconds |")
    print("|---|---|---|---|---|---|")
    with ProcessPoolExecutor(2) as pool:
        for candidate in CANDIDATES:
            results = list(pool.map(measure, *([value] * len(SEEDS) for value in candidate), SEEDS))
            accuracies, seconds = zip(*results, strict=True)
            mean, deviation = statistics.mean(accuracies), statistics.stdev(accuracies)
            cells = (*candidate, f"{mean:.2%} ± {deviation:.2%}", f"{min(accuracies):.2%}")
            print("|", " | ".join(map(str, cells)), f"| {statistics.mean(seconds):.1f} |", flush=True)


if __name__ == "__main__":
    main()
