"""How many functions and files of glassnet one fit of an estimator passes through: what a reader has to follow.

Run with ``python benchmarks/paths.py``; ``--list`` names the functions.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

import glassnet

PACKAGE = str(Path(glassnet.__file__).parent)


class Passed(NamedTuple):
    """The files and functions that a call passed through, how many calls it made, and how deep they went."""

    files: list[str]
    functions: list[str]
    calls: int
    depth: int


def passed(call: Callable[[], object]) -> Passed:
    """Make a call, and note which of glassnet's own functions run until it returns."""
    functions: dict[object, str] = {}
    calls = depth = deepest = 0

    def note(frame, event, argument):
        nonlocal calls, depth, deepest
        code = frame.f_code
        if not code.co_filename.startswith(PACKAGE):
            return
        if event == "call":
            functions.setdefault(code, f"{code.co_filename[len(PACKAGE) + 1 :]}: {code.co_qualname}")
            calls, depth = calls + 1, depth + 1
            deepest = max(deepest, depth)
        elif event == "return":
            depth -= 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    names = sorted(functions.values())
    return Passed(sorted({name.partition(":")[0] for name in names}), names, calls, deepest)


def fit_path() -> Passed:
    """Count a fit of `MLPClassifier` with its defaults, three epochs of 300 rows; the second, when all is imported."""
    from glassnet.sklearn import MLPClassifier

    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5))
    y = (X[:, 0] > 0).astype(int)
    model = MLPClassifier(max_iter=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
        return passed(lambda: model.fit(X, y))


if __name__ == "__main__":
    path = fit_path()
    if "--list" in sys.argv:
        print(*path.functions, sep="\n")
    print(f"fit: {len(path.functions)} functions in {len(path.files)} files, {path.calls} calls, depth {path.depth}")
