"""Run directories: begun, resumed, read; never overwritten."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..data.examples import Dataset
from ..errors import ModelFileError, RunError, UsageError
from ..files import write_whole
from ..model.model import Model
from ..model.sealed import read_tensors
from ..model.storage import load_model
from .configuration import architecture_for, build_training, settle
from .ensemble import Ensemble
from .lock import locked
from .run import CHECKPOINT, CONFIG, HISTORY, MODEL, UNFINISHED, Run, checked_history
from .series import Series
from .settings import Settings, checked, differences, read_toml, write_toml
from .training import Training

RUNS = Path("runs")


def start_run(directory: str | os.PathLike[str] | None, given: Mapping[str, Any]) -> Run | Ensemble:
    """Begin a run in a new directory.

    Parameters
    ----------
    directory : path-like or None
        Where; must be missing or empty. By default ``runs/001``, counting up.
    given : mapping
        Settings, as `settle` takes them.

    Returns
    -------
    Run or Ensemble
        As the setting says.

    Raises
    ------
    UsageError
        If a setting cannot be meant, or the directory is in use. Nothing is written then.
    """
    settings, data = settle(given)
    training = build_training(settings, data)
    path = new_directory() if directory is None else _make(Path(directory))
    with locked(path):
        _refuse_in_use(path)
        write_whole(path / CONFIG, write_toml(settings))
    if settings.ensemble > 1:
        return Ensemble(path, settings, data, resume_member)
    return Run(path, settings, data, training)


def resume_run(directory: str | os.PathLike[str], given: Mapping[str, Any]) -> Run | Ensemble:
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
    if before.ensemble > 1:
        return Ensemble(path, before, data, resume_member)
    training = build_training(before, data)
    epochs = 0
    if (path / CHECKPOINT).exists():
        arrays, description = read_tensors(path / CHECKPOINT)
        _refuse_changes(_settings_of(description, path), before, path)
        _restore(training, arrays, description, path)
        epochs = training.progress.epoch
    checked_history(path / HISTORY, epochs)
    return Run(path, before, data, training)


def open_series(directory: str | os.PathLike[str] | None, given: Mapping[str, Any], count: int, resume: bool) -> Series:
    """Prepare a run with several seeds.

    Parameters
    ----------
    directory : path-like or None
        Where the runs go; by default ``runs/001``, counting up.
    given : mapping
        Settings, as `settle` takes them; the seed is the first one's.
    count : int
        How many seeds.
    resume : bool
        Whether runs that were begun go on.

    Raises
    ------
    UsageError
        If there are to be fewer than two, or a setting cannot be meant.
    """
    if count < 2:
        raise UsageError("impossible number of seeds", expected="2 or more", got=count)
    build_training(*settle(given))
    path = new_directory() if directory is None else Path(directory)
    return Series(path, given, count, resume_run if resume else start_run)


def resume_member(directory: str | os.PathLike[str], given: Mapping[str, Any]) -> Run:
    """Start or resume the run of one network of an ensemble; arguments and errors as in `resume_run`."""
    run = resume_run(directory, given)
    if isinstance(run, Ensemble):
        raise UsageError("an ensemble in place of one of its networks", where=directory, remedy="Start another run")
    return run


def read_run(directory: str | os.PathLike[str]) -> tuple[Settings, Dataset, Model]:
    """Read the settings, the data and the model of a run that has been trained.

    Raises
    ------
    FileError
        If there is no such run, it has no model yet, or a file is damaged.
    """
    path = model_file(directory)
    model = load_model(path)
    settings, data = settle(read_toml(Path(directory) / CONFIG))
    expected = architecture_for(settings.hidden, settings.activation, settings.loss, data)
    if model.network.architecture != expected:
        got, remedy = model.network.architecture, "Put the run's own model back, or train again"
        raise ModelFileError("a model of another run", expected=expected, got=got, where=path, remedy=remedy)
    return settings, data, model


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


def _restore(training: Training, arrays: Mapping[str, Any], description: Mapping[str, Any], path: Path) -> None:
    try:
        training.restore(arrays, description["progress"])
    except (KeyError, TypeError, ValueError) as error:
        raise RunError("checkpoint makes no sense", got=error, where=path, remedy="Start another run") from error


def _make(path: Path) -> Path:
    """Make a directory, or take one that exists."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError("not a directory", got=path, remedy="Choose another --run") from error
    except OSError as error:
        raise RunError("cannot make the run directory", got=error.strerror, where=path) from error
    return path


def _refuse_in_use(path: Path) -> None:
    """Never write into a directory that holds anything but the leftovers of a killed start."""
    if set(path.iterdir()) - set(path.glob(UNFINISHED)):
        remedy = "Add --resume to go on with it, or choose another --run"
        raise UsageError("the run directory exists", expected="a new or empty directory", got=path, remedy=remedy)


def new_directory() -> Path:
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
