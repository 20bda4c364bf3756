"""98.83% by the shortest road: the recipe `shortest`, and a straightforward NumPy script beside it, in turns.

    python benchmarks/shortest.py [ROUNDS]

Prints the seconds and the test accuracy of each round, and the ratio of the median seconds. Both are timed from the
first step to the last, without imports and reading; each round has its own seed.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
MARK = 0.9883
EPOCHS = 12  # of the straightforward script: the fewest with which its mean over seeds passes the mark on validation


def glassnet(seed: int) -> tuple[float, float]:
    """Train the recipe on all 60,000 images, as the other does; give seconds and test accuracy."""
    options = ["--recipe", "shortest", "--train-size", "60000", "--validation-size", "0", "--seed", str(seed), "--json"]
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "glassnet", "train", *options]
        result = json.loads(subprocess.run(command, cwd=directory, capture_output=True, check=True).stdout)
    return result["elapsed_seconds"], result["test_accuracy"]


def straightforward(seed: int) -> tuple[float, float]:
    """Let the script train; give seconds and test accuracy."""
    command = [sys.executable, str(HERE / "straightforward.py"), str(EPOCHS), str(seed)]
    result = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return result["seconds"], result["accuracy"]


def main() -> None:
    """Race."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    results: dict[str, list[tuple[float, float]]] = {"glassnet": [], "straightforward": []}
    for seed in range(rounds):
        for runner in (glassnet, straightforward):
            results[runner.__name__].append(runner(seed))
            seconds, accuracy = results[runner.__name__][-1]
            print(f"{runner.__name__:<16} seed {seed}  {seconds:6.1f} s  {accuracy:.2%}", flush=True)
    medians = {name: statistics.median(seconds for seconds, _ in rows) for name, rows in results.items()}
    for name, rows in results.items():
        accuracy = statistics.fmean(accuracy for _, accuracy in rows)
        verdict = "past" if accuracy >= MARK else "below"
        print(f"{name:<16} median {medians[name]:.1f} s, mean {accuracy:.2%}, {verdict} {MARK:.2%}")
    print(f"ratio {medians['glassnet'] / medians['straightforward']:.2f}")


if __name__ == "__main__":
    main()
