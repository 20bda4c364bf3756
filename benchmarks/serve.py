"""Load `glassnet serve` on one processor: how long a row takes, and how many a second are answered in batches.

    apt-get install wrk
    python benchmarks/serve.py [--seconds 20] [--run RUN --table TABLE.csv]

By default eight networks learn the 1,000 rows and 20 columns of German credit (see tabular_data.py). The server has the
first processor and one BLAS thread, and wrk asks from the second one, each connection as soon as it is answered. Beside
that stand /health, which computes nothing, and of each request how long the server computed, and how long it waited for
the processor: on a busy machine latencies are mostly that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

SERVER, ASKING = "0", "1"  # processors
CASES = (("health", 0, 1), ("a row", 1, 1), ("a row", 1, 4), ("a hundred rows", 100, 1), ("a hundred rows", 100, 4))
SCRIPT = """
wrk.path, wrk.method = "{path}", "{method}"
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open("{body}", "rb"):read("*a")
function done(found, latency)
  local wrong = found.errors.status + found.errors.connect + found.errors.read + found.errors.timeout
  print("FOUND", found.requests, found.duration, latency:percentile(50), latency:percentile(99), wrong)
end
"""


def trained(place: Path) -> tuple[Path, Path]:
    """Train on German credit; gives the run and the table."""
    from tabular_data import load

    table, run = place / "german.csv", place / "run"
    load("german").frame.to_csv(table, index=False)
    command = ["train", "--dataset", table, "--target", "creditability", "--run", run]
    subprocess.run([sys.executable, "-m", "glassnet", *map(str, command)], check=True, capture_output=True)
    return run, table


def scheduled(process: int) -> np.ndarray:
    """Give the milliseconds that a process has computed, and those that it has waited for a processor."""
    return np.array(Path(f"/proc/{process}/schedstat").read_text().split()[:2], float) / 1e6


def main() -> None:
    """Start the server of a run, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20, help="of each case [20]")
    parser.add_argument("--run", type=Path, help="of another table")
    parser.add_argument("--table", type=Path, help="that RUN was trained on")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run, table = (said.run, said.table) if said.run else trained(place)
        rows = json.loads(pd.read_csv(table, keep_default_na=False, nrows=100).to_json(orient="records"))
        command = ["taskset", "-c", SERVER, sys.executable, "-m", "glassnet", "serve", str(run), "--port", "0"]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            measure(server, rows, place, said.seconds)
        finally:
            server.terminate()
            server.wait()


def measure(server: subprocess.Popen[str], rows: list[dict[str, object]], place: Path, seconds: int) -> None:
    """Ask as each case says, and print its row."""
    address = server.stdout.readline().strip() if server.stdout else ""
    if not address:
        raise SystemExit("the server did not start")
    print(subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.partition(" Copyright")[0])
    print("| request | connections | a second | rows a second | median ms | p99 ms | computed | waited | wrong |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, size, connections in CASES:
        (place / "body").write_text(json.dumps(rows[0] if size == 1 else rows[:size]) if size else "")
        path, method = ("/predict", "POST") if size else ("/health", "GET")
        (place / "case.lua").write_text(SCRIPT.format(path=path, method=method, body=place / "body"))
        before = scheduled(server.pid)
        load = ["taskset", "-c", ASKING, "wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-s", "case.lua"]
        out = subprocess.run([*load, address], cwd=place, capture_output=True, text=True, check=True).stdout
        count, duration, middle, late, wrong = map(float, out.partition("FOUND")[2].split())
        rate, spent = count / duration * 1e6, (scheduled(server.pid) - before) / count
        times = " | ".join(f"{time:.2f}" for time in (middle / 1e3, late / 1e3, *spent))
        print(f"| {name} | {connections} | {rate:,.0f} | {rate * size:,.0f} | {times} | {wrong:.0f} |", flush=True)


if __name__ == "__main__":
    main()
