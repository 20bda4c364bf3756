"""What jobs save: a sweep, and several seeds, with one job and with two, in turns.

    python benchmarks/sweeps.py            # some three minutes on a quiet machine with two processors

Beside the time it tells what is used of the processors, which holds on a busy machine too: where two jobs need no more
of that than one, they are twice as fast as soon as two processors are free. The sweep's first five trials are random,
and are trained to their end, so that any number of jobs does the same work.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPACE = Path(__file__).parent.parent / "docs" / "sweep.toml"
COMMANDS = {
    "5 trials of docs/sweep.toml": ["sweep", str(SPACE), "--trials", "5"],
    "4 seeds of the default training": ["train", "--seeds", "4", "--input-parts", "1"],
}
JOBS = (1, 2)


def seconds(words: list[str], jobs: int) -> tuple[float, float]:
    """Time a command, and give what it and its workers used of the processors."""
    with tempfile.TemporaryDirectory() as place:
        options = ["--jobs", str(jobs), "--workers", "1", "--json", "--run", f"{place}/run"]
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-m", "glassnet", *words, *options], check=True, capture_output=True)
        taken, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    print("| what | 1 job, s | 2 jobs, s | of processors, 1 job, s | of processors, 2 jobs, s |\n|---|---|---|---|---|")
    for name, words in COMMANDS.items():
        found = {jobs: [] for jobs in JOBS}
        for _ in range(rounds):
            for jobs in JOBS:
                found[jobs].append(seconds(words, jobs))
        columns = zip(
            *([statistics.median(column) for column in zip(*found[jobs], strict=True)] for jobs in JOBS), strict=True
        )
        print(f"| {name} | {' | '.join(f'{value:.1f}' for pair in columns for value in pair)} |", flush=True)


if __name__ == "__main__":
    main()
