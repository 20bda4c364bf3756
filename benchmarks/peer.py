"""One peer doing one task in a process of its own, which prints one line of JSON.

python benchmarks/peer.py jax_scan '{"directory": "...", "hidden": 128, ...}'
"""

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    name, options = sys.argv[1], json.loads(sys.argv[2])
    if name == "jax_scan" and options["threads"] == 1:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = time.perf_counter()
    peer = importlib.import_module(f"peers.{name}")
    import_seconds = time.perf_counter() - start
    from peers.task import Task, write
    from threadpoolctl import threadpool_limits

    threadpool_limits(options["threads"])
    task = Task(**{**options, "directory": Path(options["directory"])})
    trained = peer.train(task)
    accuracy = float((trained.predict(task.load("test-images")) == task.load("test-labels")).mean())
    write(
        {
            "peer": name,
            "import_seconds": import_seconds,
            "compile_seconds": trained.compile_seconds,
            "epoch_seconds": trained.epoch_seconds,
            "accuracy": accuracy,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
