"""Race this version against another checkout: the six networks of the race, in turns, each in a fresh process.

python benchmarks/versions.py ../other-checkout 9

Prints the medians of the rounds' median epochs, their ratios, and the geometric mean of these. Each version takes the
number of threads (1 or 2) that suits it best in a first round.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from race import CONFIGURATIONS, EPOCHS, prepare

HERE = Path(__file__).resolve().parents[1]


def epoch_seconds(checkout: Path, task: dict[str, Any]) -> float:
    """Train once, and give the median epoch."""
    threads = str(task["threads"])
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout / "src"),
        "OPENBLAS_NUM_THREADS": threads,
        "OMP_NUM_THREADS": threads,
    }
    command = [sys.executable, str(checkout / "benchmarks" / "peer.py"), "train", "numpy_glassnet", json.dumps(task)]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return statistics.median(json.loads(printed)["epoch_seconds"])


def main(other: Path, rounds: int) -> None:
    """Race, and print a line for each network."""
    ratios = []
    with tempfile.TemporaryDirectory() as place:
        prepare(Path(place))
        for configuration in CONFIGURATIONS:
            task = {"directory": place, "epochs": EPOCHS, **configuration}
            threads, seconds = {}, {checkout: [] for checkout in (HERE, other)}
            for checkout in seconds:
                tried = {count: epoch_seconds(checkout, {**task, "threads": count}) for count in (1, 2)}
                threads[checkout] = min(tried, key=lambda count, tried=tried: tried[count])
            for _ in range(rounds):
                for checkout, found in seconds.items():
                    found.append(epoch_seconds(checkout, {**task, "threads": threads[checkout]}))
            now, then = (statistics.median(found) for found in seconds.values())
            ratios.append(now / then)
            chosen = "/".join(str(count) for count in threads.values())
            print(
                f"{configuration}: {now:.3f} s, other {then:.3f} s, ratio {now / then:.3f} (threads {chosen})",
                flush=True,
            )
    print(f"geometric mean {statistics.geometric_mean(ratios):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
