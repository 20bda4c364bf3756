"""The way of a call through glassnet: the files and the functions that it passes.

python benchmarks/paths.py
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

import glassnet

ROOT = Path(glassnet.__file__).parent
QUICK = ("--train-size", "500", "--validation-size", "100", "--epochs", "1", "--input-parts", "1")


class Way(NamedTuple):
    """The functions that a call passed, by file and in their order; how many calls, and how deep they went."""

    files: dict[str, list[str]]
    calls: int
    depth: int

    @property
    def functions(self) -> int:
        return sum(map(len, self.files.values()))


def passed(call: Callable[[], object]) -> Way:
    """Call, and follow this thread. What an import executes, the bodies of modules and classes, is no call."""
    found: dict[str, dict[str, None]] = {}
    calls = depth = deepest = 0

    def note(frame: object, event: str, _argument: object) -> None:
        nonlocal calls, depth, deepest
        code = getattr(frame, "f_code")  # noqa: B009
        if not code.co_flags & inspect.CO_OPTIMIZED or not code.co_filename.startswith(f"{ROOT}{os.sep}"):
            return
        if event == "call":
            name = Path(code.co_filename).relative_to(ROOT).as_posix()
            found.setdefault(name, {}).setdefault(code.co_qualname)
            calls += 1
            depth += 1
            deepest = max(deepest, depth)
        elif event == "return":
            depth -= 1

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return Way({name: list(functions) for name, functions in found.items()}, calls, deepest)


def step_path() -> Way:
    """Follow the third step of the default network, of batches of 128, by one process."""
    data = glassnet.load_dataset("mnist", train_size=2_000, validation_size=0)
    training = glassnet.Training(glassnet.Network([784, 128, 10]), data, workers=1)
    with training.executor.joined(training) as share:
        training._step(0, share)
        training._step(1, share)
        return passed(lambda: training._step(2, share))


def fit_path() -> Way:
    """Follow the second fit of a classifier with its defaults to 300 rows of 5 columns, for three epochs."""
    from glassnet.sklearn import MLPClassifier

    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5))
    y = (X[:, 0] > 0).astype(int)
    model = MLPClassifier(max_iter=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that three epochs are few
        model.fit(X, y)
        return passed(lambda: model.fit(X, y))


def train_path() -> Way:
    """Follow the second of two quick ``glassnet train``, each of one epoch, in a directory that is deleted again."""
    from glassnet.cli.main import main

    def call() -> None:
        with contextlib.suppress(SystemExit):
            main(["train", *QUICK])

    with (
        tempfile.TemporaryDirectory() as directory,
        contextlib.chdir(directory),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        call()
        return passed(call)


def show(title: str, way: Way) -> None:
    """Print a way."""
    print(f"{title}: {way.calls} calls of {way.functions} functions in {len(way.files)} files, {way.depth} deep")
    for name, functions in way.files.items():
        print(f"  {name:<40} {', '.join(functions)}")


if __name__ == "__main__":
    show("a training step", step_path())
    show("glassnet train", train_path())
    show("MLPClassifier().fit(X, y)", fit_path())
