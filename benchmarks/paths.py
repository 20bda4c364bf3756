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
from collections.abc import Callable
from pathlib import Path

import glassnet

ROOT = Path(glassnet.__file__).parent
QUICK = ("--train-size", "500", "--validation-size", "100", "--epochs", "1", "--threads", "1")


def passed(call: Callable[[], object]) -> dict[str, list[str]]:
    """Call, and give the functions of glassnet that were called, in their order, by file in the order of their first.

    Of this thread. What an import executes, the bodies of modules and classes, is no call.
    """
    found: dict[str, dict[str, None]] = {}

    def note(frame: object, event: str, _argument: object) -> None:
        code = getattr(frame, "f_code")  # noqa: B009
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED and code.co_filename.startswith(f"{ROOT}{os.sep}"):
            name = Path(code.co_filename).relative_to(ROOT).as_posix()
            found.setdefault(name, {}).setdefault(code.co_qualname)

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return {name: list(functions) for name, functions in found.items()}


def train_path(*options: str) -> dict[str, list[str]]:
    """Follow ``glassnet train``, as it is usually called but shorter, in a directory that is deleted again."""
    from glassnet.cli.main import main

    def call() -> None:
        with contextlib.suppress(SystemExit):
            main(["train", *(options or QUICK)])

    with (
        tempfile.TemporaryDirectory() as directory,
        contextlib.chdir(directory),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        call()  # so that nothing is imported, and no table filled, on the way that is followed
        return passed(call)


def show(title: str, path: dict[str, list[str]]) -> None:
    """Print a way."""
    print(f"{title}: {sum(map(len, path.values()))} functions in {len(path)} files")
    for name, functions in path.items():
        print(f"  {name:<40} {', '.join(functions)}")


if __name__ == "__main__":
    show("glassnet train", train_path())
