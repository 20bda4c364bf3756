"""The rows of the table: what is tried, what must hold, and what came of it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import glassnet

SOURCE = Path(glassnet.__file__).parents[1]
LIMIT = 120  # seconds for anything; only a fault takes so long
TINY = ("--train-size", "600", "--validation-size", "200", "--hidden", "8", "--input-parts", "1")


@dataclass
class Outcome:
    """How many of the cases held, what else is worth saying, and the first that did not."""

    held: int = 0
    tried: int = 0
    notes: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def note(self, held: bool, case: object) -> None:
        """Count a case."""
        self.tried += 1
        self.held += held
        if not held:
            self.missed.append(str(case)[:300])

    @property
    def holds(self) -> bool:
        """Whether nothing was missed, and something was tried."""
        return self.tried > 0 and self.held == self.tried


@dataclass(frozen=True)
class Row:
    """A row: a name to call it by, what must hold, how it is tried, and the trial.

    The trial is given an empty directory, and the part of all cases that shall be tried, 0..1.
    """

    name: str
    promise: str
    how: str
    trial: Callable[[Path, float], Outcome]


ROWS: dict[str, Row] = {}


def row(name: str, promise: str, how: str) -> Callable[[Callable[[Path, float], Outcome]], Any]:
    """Add a trial to the table."""

    def add(trial: Callable[[Path, float], Outcome]) -> Callable[[Path, float], Outcome]:
        ROWS[name] = Row(name, promise, how, trial)
        return trial

    return add


def some(cases: Iterable[Any], part: float, seed: int = 0) -> list[Any]:
    """Draw a part of all cases, one at least, in their order."""
    cases = list(cases)
    count = max(1, round(part * len(cases)))
    return [cases[place] for place in sorted(random.Random(seed).sample(range(len(cases)), count))]


def glassnet_command(*words: object) -> list[str]:
    """Give the command that runs the tree that is tested."""
    return [sys.executable, "-m", "glassnet", *map(os.fspath, map(str_or_path, words))]


def str_or_path(word: object) -> Any:
    """Leave text, bytes and paths as they are."""
    return word if isinstance(word, str | bytes | os.PathLike) else str(word)


def environment(**changes: str) -> dict[str, str]:
    """Give the environment of a command: this one, with changes."""
    return {**os.environ, "PYTHONPATH": str(SOURCE), **changes}


def call(*words: object, before: Sequence[str] = (), timeout: float = LIMIT, **options: Any) -> Any:
    """Run glassnet; what comes too late is ended, with exit code 124."""
    options = {"capture_output": True, "env": environment(), **options}
    try:
        return subprocess.run([*before, *glassnet_command(*words)], timeout=timeout, **options)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 124, b"", b"")


def begin(*words: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start glassnet."""
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "env": environment(), **options}
    return subprocess.Popen(glassnet_command(*words), **options)


def last_line(error: bytes) -> str:
    """Give what was said last."""
    lines = error.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def is_clean(result: Any, codes: Sequence[int] = (1, 2)) -> bool:
    """Tell whether a refusal is glassnet's own: its exit code, one last line, no traceback, nothing that steers."""
    line = last_line(result.stderr)
    tidy = b"Traceback" not in result.stderr and line.startswith("glassnet: ") and line.isprintable()
    return result.returncode in codes and tidy


def in_two(trial: Callable[[Any], Any], cases: Iterable[Any]) -> list[Any]:
    """Try cases two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(trial, cases))


def wait_for_epochs(run: Path, epochs: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a run's history has so many lines, or its process has ended."""
    history, start = run / "history.jsonl", time.monotonic()
    while process.poll() is None and time.monotonic() - start < LIMIT:
        if history.exists() and history.read_bytes().count(b"\n") >= epochs:
            return
        time.sleep(0.005)


def model_bytes(run: Path) -> bytes:
    """Give a run's model file."""
    return (run / "model.safetensors").read_bytes()
