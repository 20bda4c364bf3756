"""Run directories: begun, resumed, read; never overwritten."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..data.examples import Dataset
from ..errors import RunError, UsageError
from ..files import write_whole
from ..model.model import Model
from ..model.sealed import read_tensors
from ..model.storage import load_model
from .configuration import build_training, settle
from .run import CHECKPOINT, CONFIG, HISTORY, MODEL, Run
from .settings import Settings, checked, differences, read_toml, write_toml

RUNS = Path("runs")


def start_run(directory: str | os.PathLike[str] | None, given: Mapping[str, Any]) -> Run:
    """Begin a run in a new directory.

    Parameters
    ----------
    directory : path-like or None
        Where; must be missing or empty. By default ``runs/001``, counting up.
    given : mapping
        Settings, as `settle` takes them.

    Returns
    -------
    Run

    Raises
    ------
    UsageError
        If a setting cannot be meant, or the directory is in use. Nothing is written then.
    """
    settings, data = settle(given)
    training = build_training(settings, data)
    path = _next_directory() if directory is None else _claim(Path(directory))
    write_whole(path / CONFIG, write_toml(settings))
    return Run(path, settings, data, training)


def resume_run(directory: str | os.PathLike[str], given: Mapping[str, Any]) -> Run:
    """Go on with a run from its last checkpoint; a missing or empty directory is started.

    Parameters
    ----------
    directory : path-like
        The run's.
    given : mapping
        Settings that were said again; they must be what they were.

    Returns
    -------
    Run

    Raises
    ------
    UsageError
        If a setting is another than before, naming the difference.
    FileError
        If a file of the run is damaged.
    """
    path = Path(directory)
    if not (path / CONFIG).exists():
        return start_run(path, given)
    stored = read_toml(path / CONFIG)
    before, data = settle(stored)
    _refuse_changes(before, settle({**stored, **given})[0] if given else before, path)
    training = build_training(before, data)
    epochs = 0
    if (path / CHECKPOINT).exists():
        arrays, description = read_tensors(path / CHECKPOINT)
        _refuse_changes(_settings_of(description, path), before, path)
        training.restore(arrays, description["progress"])
        epochs = training.progress.epoch
    _cut_history(path / HISTORY, epochs)
    return Run(path, before, data, training)


def read_run(directory: str | os.PathLike[str]) -> tuple[Settings, Dataset, Model]:
    """Read the settings, the data and the model of a run that has been trained.

    Raises
    ------
    FileError
        If there is no such run, it has no model yet, or a file is damaged.
    """
    model = load_model(model_file(directory))
    return *settle(read_toml(Path(directory) / CONFIG)), model


def model_file(directory: str | os.PathLike[str]) -> Path:
    """Find the model of a run, or take the file that is named itself; errors as in `read_run`."""
    path = Path(directory)
    if path.is_file():
        return path
    if not (path / CONFIG).exists():
        raise RunError(
            "not a run", expected=f"a directory with {CONFIG}", got=path, remedy="Name a run such as runs/001"
        )
    if not (path / MODEL).exists():
        remedy = f"Train on with: glassnet train --run {path} --resume"
        raise RunError("the run has no model yet", where=path, remedy=remedy)
    return path / MODEL


def _settings_of(description: Mapping[str, Any], path: Path) -> Settings:
    try:
        return Settings(**checked(tomllib.loads(description["settings"])))
    except (KeyError, TypeError, ValueError) as error:
        raise RunError("checkpoint makes no sense", got=error, where=path, remedy="Start another run") from error


def _refuse_changes(before: Settings, now: Settings, path: Path) -> None:
    if changed := differences(before, now):
        remedy = "Resume with the old settings, or start another run"
        raise UsageError(f"changed settings: {'; '.join(changed)}", where=path, remedy=remedy)


def _cut_history(path: Path, epochs: int) -> None:
    """Keep the lines of whole, checkpointed epochs; what a killed run wrote beyond them is done again."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if len(lines) < epochs:
        remedy = "Start another run"
        raise RunError("history cut short", expected=f"{epochs} lines", got=len(lines), where=path, remedy=remedy)
    write_whole(path, "".join(f"{line}\n" for line in lines[:epochs]))


def _claim(path: Path) -> Path:
    """Take a missing or empty directory; never touch one in use."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        in_use = any(path.iterdir())
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError("not a directory", got=path, remedy="Choose another --run") from error
    except OSError as error:
        raise RunError("cannot make the run directory", got=error.strerror, where=path) from error
    if in_use:
        remedy = "Add --resume to go on with it, or choose another --run"
        raise UsageError("the run directory exists", expected="a new or empty directory", got=path, remedy=remedy)
    return path


def _next_directory() -> Path:
    """Claim the next free number; two runs starting at once get two."""
    number = max((int(path.name) for path in RUNS.glob("[0-9]*") if path.name.isdecimal()), default=0)
    while True:
        number += 1
        path = RUNS / f"{number:03}"
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise RunError("cannot make the run directory", got=error.strerror, where=path) from error
        return path
