"""Is glassnet slower than it was? Compares two quick races, and fails if it is by more than a tenth.

    python benchmarks/alarm.py BEFORE AFTER

BEFORE and AFTER are files as `make bench-quick` writes them. Machines differ, so an epoch's seconds are counted in
those of the matrix products that the same race measured beside it. Where there is no BEFORE yet, AFTER becomes it.
"""

import json
import math
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

OURS, FLOOR = "numpy_glassnet", "matrix_products 1"
MOST = 1.10


def epochs_in_products(race: dict[str, Any]) -> dict[str, float]:
    """Give, for each network of a race, how many times the seconds of its matrix products an epoch takes."""
    return {
        json.dumps(entry["configuration"], sort_keys=True): seconds(entry, OURS) / seconds(entry, FLOOR)
        for entry in race["training"]
    }


def seconds(entry: dict[str, Any], peer: str) -> float:
    """Give the median of all epochs of all rounds."""
    return statistics.median(epoch for result in entry["results"][peer] for epoch in result["epoch_seconds"])


def slowdown(before: dict[str, Any], after: dict[str, Any]) -> tuple[float, dict[str, float]]:
    """Give by how much all networks that both races have became slower, as a geometric mean, and by how much each."""
    old, new = epochs_in_products(before), epochs_in_products(after)
    each = {name: new[name] / old[name] for name in old if name in new}
    if not each:
        raise SystemExit("the two races have no network in common")
    return math.exp(statistics.fmean(map(math.log, each.values()))), each


def main(before: Path, after: Path) -> int:
    """Print how the two races compare; 1 if the second is slower by more than a tenth."""
    race = json.loads(after.read_text(encoding="utf-8"))
    if not before.exists():
        epochs_in_products(race)  # it can be compared with
        before.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(after, before)
        print(f"nothing to compare with yet: {after} is kept as {before}")
        return 0
    mean, each = slowdown(json.loads(before.read_text(encoding="utf-8")), race)
    for name, ratio in each.items():
        print(f"{ratio:5.2f} times the time before: {name}")
    print(f"{mean:5.2f} times on average; the alarm is at {MOST:.2f}")
    return int(mean > MOST)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
