"""The peak memory of a process and of those it starts, each shared page counted once."""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

INTERVAL_SECONDS = 0.01


def family(process: int) -> list[int]:
    """List a process and all that descend from it."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(member for child in children for member in family(int(child)))]


def mebibytes(process: int) -> float:
    """Add up the proportional memory of the family: a page that n processes share counts a n-th for each."""
    total = 0
    for member in family(process):
        lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def peak_mebibytes(command: list[str], environment: dict[str, str]) -> float:
    """Run a command to its end, and look at its memory all the while."""
    peak = 0.0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with suppress(OSError, StopIteration):  # one of them has just ended
                peak = max(peak, mebibytes(process.pid))
            time.sleep(INTERVAL_SECONDS)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return peak
