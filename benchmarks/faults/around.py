"""What a command or a library finds around it: locales, homes, limits, names, and the programs that call it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .rows import LIMIT, TINY, Outcome, call, environment, in_two, is_clean, last_line, model_bytes, row, some

RUN = (*TINY, "--epochs", "2")

VARIABLES: dict[str, dict[str, str]] = {
    "C locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "ascii streams": {"PYTHONIOENCODING": "ascii"},
    "missing locale": {"LC_ALL": "xx_XX.UTF-8", "LANG": "xx_XX.UTF-8"},
    "time zone of Mars": {"TZ": "Mars/X"},
    "no home": {"HOME": "/nonexistent"},
    "empty home": {"HOME": ""},
    "dumb terminal": {"TERM": "dumb"},
    "optimized": {"PYTHONOPTIMIZE": "2"},
    "hash seed": {"PYTHONHASHSEED": "7"},
    "developer mode": {"PYTHONDEVMODE": "1"},
    "no temporary folder": {"TMPDIR": "/nonexistent"},
    "cache is a file": {"GLASSNET_CACHE": "/etc/passwd"},
    "cache cannot be made": {"GLASSNET_CACHE": "/proc/nothing"},
    "warnings are errors": {"PYTHONWARNINGS": "error"},
    "narrow terminal": {"COLUMNS": "1"},
    "wide terminal": {"COLUMNS": "100000"},
}


@row(
    "environment",
    "the same bytes everywhere",
    "locales, homes, time zones, temporary folders, caches and Python's own switches; a deleted working directory",
)
def variables(place: Path, part: float) -> Outcome:
    outcome = Outcome()
    call("train", *RUN, "--run", place / "whole")
    expected = model_bytes(place / "whole")

    def attempt(case: tuple[str, dict[str, str]]) -> tuple[bool, str]:
        name, changes = case
        run = place / name.replace(" ", "-")
        result = call("train", *RUN, "--run", run, env=environment(**changes))
        evaluated = call("evaluate", run, env=environment(**changes))
        same = result.returncode == evaluated.returncode == 0 and model_bytes(run) == expected
        return same, f"{name}: {last_line(result.stderr)} {last_line(evaluated.stderr)}"

    for held, case in in_two(attempt, some(VARIABLES.items(), part)):
        outcome.note(held, case)
    gone = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" -m glassnet train --run x'
    result = subprocess.run(["sh", "-c", gone, sys.executable], cwd=place, capture_output=True, env=environment())
    outcome.note(is_clean(result), f"deleted directory: {last_line(result.stderr)}")
    return outcome


@row(
    "names of runs",
    "trained to the same bytes, evaluated, reported; nothing of them is taken for an option or markup",
    "space, letters of other scripts, newline, -x, --help, quotes, markup, 200 letters, dots, no UTF-8",
)
def names(place: Path, part: float) -> Outcome:
    outcome = Outcome()
    call("train", *RUN, "--run", place / "whole")
    expected = model_bytes(place / "whole")
    chosen: list[str | bytes] = [
        "a b", "été", "数字", "new\nline", "-x", "--help", "q'u\"o", "<b>run&", "[red]run[/red]", "r" * 200, "a.b..c",
        "%s{0}", "$HOME", "\x1b[31m", b"no\xff", " ",
    ]  # fmt: skip

    def attempt(name: str | bytes) -> tuple[bool, str]:
        run = Path(os.fsdecode(name)) if not os.fsdecode(name).startswith("-") else Path(f"./{os.fsdecode(name)}")
        words = (["train", *RUN, f"--run={run}"], ["evaluate", "--", run], ["report", "--", run])
        results = [call(*each, cwd=place) for each in words]
        shown = b"".join(result.stdout + result.stderr for result in results)
        tidy = b"Traceback" not in shown and b"\x1b" not in shown and all(result.returncode == 0 for result in results)
        return tidy and model_bytes(place / run) == expected, f"{name!r}: {[last_line(r.stderr) for r in results]}"

    for held, case in in_two(attempt, some(chosen, part)):
        outcome.note(held, case)
    return outcome


@row(
    "little memory, few files",
    "trained to the same bytes, or refused in one line",
    "RLIMIT_AS of 400 MB to 2 GB, networks that are too large, 24 open files, 256 KB of stack, nice, one processor",
)
def limits(place: Path, part: float) -> Outcome:
    outcome = Outcome()
    call("train", *RUN, "--run", place / "whole")
    expected = model_bytes(place / "whole")

    def limit(kind: int, value: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(kind, (value, value))

    cases: list[tuple[str, tuple[str, ...], Any]] = [
        *((f"{size} MB", (), limit(resource.RLIMIT_AS, size << 20)) for size in (400, 600, 1_000, 2_000)),
        ("too large", ("--hidden", "30000,30000,30000"), limit(resource.RLIMIT_AS, 2_000 << 20)),
        ("24 files", (), limit(resource.RLIMIT_NOFILE, 24)),
        ("small stack", (), limit(resource.RLIMIT_STACK, 256 << 10)),
        ("nice", (), lambda: os.nice(19)),
        ("one processor", (), lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})),
    ]
    for name, words, before in some(cases, part):
        run = place / name.replace(" ", "-")
        result = call("train", *RUN, *words, "--run", run, preexec_fn=before, timeout=LIMIT)
        same = result.returncode == 0 and (bool(words) or model_bytes(run) == expected)
        outcome.note(same or is_clean(result), f"{name}: exit {result.returncode}, {last_line(result.stderr)}")
    return outcome


HOST = """
import hashlib, os, signal, sys, threading, warnings
import threadpoolctl  # which sets KMP_DUPLICATE_LIB_OK when it is imported
warnings.simplefilter("error")
import numpy as np
import glassnet
def trained(*_):
    data = glassnet.load_dataset("mnist", train_size=500, validation_size=100)
    training = glassnet.Training(glassnet.Network([784, 8, 10], seed=1), data, epochs=2, input_parts=1)
    for _ in training: pass
    return hashlib.sha256(training.network.parameters.tobytes()).hexdigest()
if __name__ == "__main__":
    handlers = [signal.getsignal(n) for n in range(1, 32)]
    state = np.random.get_state()[1].tobytes(), np.geterr(), os.getcwd(), sorted(os.environ.items())
    expected = trained()
    {host}
    assert all(one == expected for one in found), found
    assert handlers == [signal.getsignal(n) for n in range(1, 32)], "signal handlers"
    assert state == (np.random.get_state()[1].tobytes(), np.geterr(), os.getcwd(), sorted(os.environ.items())), "state"
    print(expected)
"""
POOL = (
    "from concurrent.futures import {0} as Pool\n    with Pool({1}) as pool: found = list(pool.map(trained, range(3)))"
)
METHOD = (
    "import multiprocessing as mp\n    with mp.get_context('{0}').Pool(2) as pool: found = pool.map(trained, range(3))"
)
HOSTS = {
    "alone": "found = [trained()]",
    "a thread": "found = []; t = threading.Thread(target=lambda: found.append(trained())); t.start(); t.join()",
    "eight threads": POOL.format("ThreadPoolExecutor", 8),
    "a pool": POOL.format("ProcessPoolExecutor", 2),
    "spawn": METHOD.format("spawn"),
    "fork": METHOD.format("fork"),
    "forkserver": METHOD.format("forkserver"),
    "asyncio": "import asyncio\n    found = [asyncio.run(asyncio.to_thread(trained))]",
    "no streams": "sys.stdout.flush(); out, sys.stdout = sys.stdout, None; found = [trained()]; sys.stdout = out",
    "own handler": "signal.signal(signal.SIGTERM, print); handlers = [signal.getsignal(n) for n in range(1, 32)]; "
    "found = [trained()]",
    "errors raised": "old = np.seterr(all='raise'); found = [trained()]; np.seterr(**old)",
    "another seed": "np.random.seed(5); found = [trained()]; state = (np.random.get_state()[1].tobytes(), *state[1:])",
}


@row(
    "host programs",
    "the same bytes; signal handlers, error state, random numbers, directory and environment of the program are kept",
    "threads, pools, spawn, fork, forkserver, asyncio, closed streams, own handlers, NumPy's errors raised, -W error",
)
def hosts(place: Path, part: float) -> Outcome:
    outcome, digests = Outcome(), set()

    def attempt(case: tuple[str, str]) -> tuple[str, Any]:
        name, host = case
        program = place / f"host_of_{name.replace(' ', '_')}.py"  # asyncio.py would be imported
        program.write_text(HOST.replace("{host}", host))
        options: Any = {"cwd": place, "capture_output": True, "env": environment(), "timeout": LIMIT}
        return name, subprocess.run([sys.executable, program], **options)

    for name, result in in_two(attempt, some(HOSTS.items(), part)):
        outcome.note(result.returncode == 0, f"{name}: {last_line(result.stderr)}")
        digests.add(result.stdout)
    outcome.note(len(digests) == 1, "different bytes")
    return outcome
