"""The table of the defaults in docs/recipes.md: each row is a command, run as a person would type it.

    python benchmarks/results.py

Prints a Markdown table; takes about a minute on two cores.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A command, over some seeds."""

    name: str
    options: str
    seeds: range


ROWS = (
    Row("the default, 784-128-10", "", range(5)),
    Row("the angle of a turned digit", "--dataset rotated-mnist", range(5)),
)


def run(options: str, seed: int) -> tuple[dict[str, float], float]:
    """Train in a fresh process; give its JSON and the whole process's seconds."""
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "glassnet", "train", *options.split(), "--seed", str(seed), "--json"]
        start = time.perf_counter()
        output = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout
        return json.loads(output), time.perf_counter() - start


def figure(results: list[dict[str, float]], split: str) -> str:
    """Write mean and deviation of a split's figure."""
    key = next(key for key in results[0] if key.startswith(split))
    values = [result[key] for result in results]
    mean, deviation = statistics.mean(values), statistics.stdev(values)
    return f"{mean:.2%} ± {deviation:.2%}" if key.endswith("accuracy") else f"RMSE {mean:.2f}° ± {deviation:.2f}°"


def main() -> None:
    """Print the table and its commands; to stderr, the largest peak memory of the default's processes."""
    print("| | network | seeds | validation | test | seconds |")
    print("|---|---|---|---|---|---|")
    for number, row in enumerate(ROWS, start=1):
        results, seconds = zip(*(run(row.options, seed) for seed in row.seeds), strict=True)
        figures = [figure(list(results), split) for split in ("validation", "test")]
        cells = [row.name, str(len(row.seeds)), *figures, f"{statistics.median(seconds):.0f}"]
        print(f"| {number} |", " | ".join(cells), "|", flush=True)
        if not row.options:
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"peak memory of the default: {peak:.0f} MiB", file=sys.stderr)
    print("\n```sh")
    for number, row in enumerate(ROWS, start=1):
        print(f"glassnet train {row.options}".rstrip(), f" # {number}")
    print("```")


if __name__ == "__main__":
    main()
