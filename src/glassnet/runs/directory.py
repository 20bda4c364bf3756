"""Run directories: begun, resumed, read, never overwritten; and the novelty detector that is kept in one."""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..data.dataset import Dataset, Examples
from ..errors import DataFileError, FileError, ModelFileError, RunError, UsageError
from ..evaluation.novelty import NoveltyDetector
from ..files import LOCK, exists, locked, write_whole
from ..model.model import Model, load_model
from ..model.tensor_file import read_tensors
from ..training.parallel.executor import FEWEST_SHARED_STEPS
from ..training.progress import Epoch
from ..training.training import Training
from .build import architecture_for, build_training, resolve
from .multirun import SUMMARY, Ensemble, Seeds
from .run import CHECKPOINT, CONFIG, HISTORY, MODEL, UNFINISHED, Run, checked_history
from .seals import are_settings_sealed, check_settings, sealed_settings, split_digest
from .settings import RunSettings, as_today, checked, differences, read_toml, write_toml

RUNS = Path("runs")
SPACE = "space.toml"  # of a sweep
NOVELTY = "novelty.safetensors"  # made when first asked for

HALVED_FROM = 40_000_000  # weights behind the first layer, times examples, from which version 0.1 halved batches


def start_run(
    directory: str | os.PathLike[str] | None, given: Mapping[str, Any], read: Dataset | None = None
) -> Run | Ensemble | Seeds:
    """Begin a run, an ensemble or several seeds, as the settings say, in a new directory: a next ``runs/001`` if none.

    Settings are checked, and a directory in use is refused, before anything is written. `read` is as in `resolve`.
    """
    settings, data = resolve(given, read)
    training = build_training(settings, data)
    config = _config_of(settings)
    path = _next_directory() if directory is None else make_directory(Path(directory))
    with locked(path):
        _refuse_in_use(path)
        write_whole(path / CONFIG, config)
    return _open(path, settings, data, training)


def resume_run(
    directory: str | os.PathLike[str], given: Mapping[str, Any], read: Dataset | None = None
) -> Run | Ensemble | Seeds:
    """Go on with a run from its last checkpoint; a missing or empty directory is started.

    Settings that are said again must be what they were: a difference is named and refused. `read` is as in `resolve`.
    """
    path = Path(directory)
    if not exists(path / CONFIG):
        if path.is_dir() and _is_in_use(path):
            raise UsageError("nothing to resume", expected=f"a run, with {CONFIG}", where=path, remedy="Name another")
        return start_run(path, given, read)
    stored = read_settings(path)
    before, data = resolve(stored, read)
    divided_by = {name: value for name, value in checked(given).items() if name in ("group", "time")}
    _refuse_changes(before, replace(before, **divided_by), path)  # other inputs would look like other data
    if (now := {**stored, **given}) != stored:
        _refuse_changes(before, resolve(now, read)[0], path)
    training = build_training(before, data)
    _restore(training, before, path, read)
    _refuse_other_bits(training, path)
    return _open(path, before, data, training)


def _open(path: Path, settings: RunSettings, data: Dataset, training: Training) -> Run | Ensemble | Seeds:
    """Give what the settings make of a directory; several seeds or networks have trainings of their own."""
    if settings.seeds > 1:
        return Seeds(path, settings, _resume_of_seeds)
    if settings.ensemble > 1:
        return Ensemble(path, settings, data, _resume_of_ensemble)
    return Run(path, settings, data, training)


def _resume_of_seeds(directory: Path, given: Mapping[str, Any], read: Dataset | None = None) -> Run | Ensemble:
    run = resume_run(directory, given, read)
    assert not isinstance(run, Seeds)  # its settings, which were refused if they had changed, say one seed
    return run


def _resume_of_ensemble(directory: Path, given: Mapping[str, Any], read: Dataset | None = None) -> Run:
    run = resume_run(directory, given, read)
    assert isinstance(run, Run)  # in the same way, one network
    return run


def keep_run(
    settings: RunSettings, data: Dataset, training: Training, epochs: Sequence[Epoch], file: Path | None = None
) -> Path:
    """Write down a training that was watched elsewhere as the next of ``runs/001``; the data's file goes with it.

    `resume_run` goes on with it; a training that was finished is evaluated on the test set.
    """
    path = _next_directory()
    if file:
        kept = path.resolve() / f"data{file.suffix}"
        write_whole(kept, file.read_bytes())
        settings = replace(settings, dataset=str(kept))
    run = Run(path, settings, data, training)
    with locked(path):
        write_whole(path / CONFIG, _config_of(settings))
        run.take_over(epochs)
    if training.finished:
        run.finish()
    return path


def read_run(directory: str | os.PathLike[str], moved: Path | None = None) -> tuple[RunSettings, Dataset, Model]:
    """Read the settings, the data, from where they were `moved` to, and the model of a run that has been trained.

    A RunError if the settings are not those it was trained with, a DataFileError if the examples are not.
    """
    path = model_file(directory)
    model = load_model(path)
    settings, data = resolve(read_settings(Path(directory)) | ({"dataset": str(moved)} if moved else {}))
    _refuse_unsealed_changes(settings, Path(directory))
    expected = architecture_for(settings.hidden, settings.activation, settings.loss, data)
    if model.network.architecture != expected:
        got, remedy = model.network.architecture, "Put the run's own model back, or train again"
        raise ModelFileError("a model of another run", expected=expected, got=got, where=path, remedy=remedy)
    # A model of a version that did not keep the digest has none.
    if read_tensors(path)[1].get("split", found := split_digest(data)) != found:
        remedy = "Put the old settings and data back, or train anew"
        raise DataFileError("the examples are not those that the model was trained on", where=directory, remedy=remedy)
    return settings, data, model


def read_settings(directory: Path) -> dict[str, Any]:
    """Read the settings of a run, and refuse them if they were altered since it began.

    Own data may have been moved, as their fingerprint is kept; settings of a version that did not seal them are
    compared with the checkpoint's.
    """
    path = directory / CONFIG
    given = read_toml(path, of_a_run=True)
    intact = check_settings(path.read_text(encoding="utf-8"))
    if intact is False:
        changed = _changed(_settings_kept(directory), given, given)
        if not _is_moved(changed, given):
            raise _altered(changed, path)
    return given


def _refuse_unsealed_changes(settings: RunSettings, directory: Path) -> None:
    """Compare settings that have no seal, or have lost it, with the checkpoint's; what is left out is as completed."""
    path, values = directory / CONFIG, settings.as_dict()
    if not are_settings_sealed(path):
        changed = _changed(_settings_kept(directory), values, {})
        if changed and not _is_moved(changed, values):
            raise _altered(changed, path)


def _changed(was: Mapping[str, Any], now: Mapping[str, Any], gone_from: Mapping[str, Any]) -> dict[str, str]:
    """Say in words which settings are other ones, and which are gone where all should be there."""
    changed = {
        name: f"{name} was {was[name]}, is {now[name]}" for name in was if name in now and now[name] != was[name]
    }
    gone = {name: f"{name} was {was[name]}, is gone" for name in was if gone_from and name not in gone_from}
    return changed | gone


def _is_moved(changed: Mapping[str, str], settings: Mapping[str, Any]) -> bool:
    """Tell whether nothing but the place of one's own data is another, which its fingerprint knows again."""
    return set(changed) == {"dataset"} and bool(settings.get("fingerprint"))


def _altered(changed: Mapping[str, str], path: Path) -> RunError:
    got = "; ".join(changed.values()) or "another text, though no setting is known to differ"
    remedy = f"Put it back as it was, or train anew with: glassnet train --config {path}"
    return RunError("the settings were altered since the run began", got=got, where=path, remedy=remedy)


def _settings_kept(directory: Path) -> dict[str, Any]:
    """Give the settings that a run's checkpoint was written with, or its first member's, if it can be read."""
    own = directory / CHECKPOINT
    members = sorted(directory.glob(f"*/**/{CHECKPOINT}"))
    with contextlib.suppress(FileError, UsageError, KeyError, TypeError, ValueError):
        for path in [own] if own.exists() else members[:1]:
            kept = as_today(tomllib.loads(read_tensors(path)[1]["settings"]))
            differing = () if path == own else ("seed", "seeds", "ensemble", "member")
            return {name: value for name, value in kept.items() if name not in differing}
    return {}


def _config_of(settings: RunSettings) -> str:
    """Give the file of a run's settings; UsageError if a path in it cannot be written as text."""
    text = write_toml(settings)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        remedy = "Rename the file or its folder"
        raise UsageError(
            "a path that is not UTF-8 cannot be kept in a run", got=settings.dataset, remedy=remedy
        ) from error
    return sealed_settings(text)


def model_file(directory: str | os.PathLike[str]) -> Path:
    """Find the model of a run, or take the file that is named itself."""
    path = Path(directory)
    if exists(path) and path.is_file():
        return path
    if exists(path / SPACE):
        remedy = f"Name one of its trials, such as the best one that {SUMMARY} names"
        raise RunError("a sweep has no model of its own", where=path, remedy=remedy)
    if not exists(path / CONFIG):
        raise RunError(
            "not a run", expected=f"a directory with {CONFIG}", got=path, remedy="Name a run such as runs/001"
        )
    if not (path / MODEL).exists():
        if seeds := sorted(path.glob("seed-*")):
            remedy = f"Name one of its seeds: {seeds[0]}"
            raise RunError("a run with several seeds has no model of its own", where=path, remedy=remedy)
        remedy = f"Continue it with: glassnet train --run {path} --resume"
        raise RunError("the run has no model yet", where=path, remedy=remedy)
    return path / MODEL


def detector_of(run: Path, read: tuple[Dataset, Model] | None = None) -> NoveltyDetector | None:
    """Give a run's novelty detector, fitted when first asked for and kept beside the model; None of a model file alone.

    `read` are the run's data and model, where they have been read already.
    """
    if not run.is_dir():
        return None
    with contextlib.suppress(FileError):
        return NoveltyDetector.load(run / NOVELTY)
    data, model = read or read_run(run)[1:]
    detector = NoveltyDetector.fit(model, *reference_and_threshold(data))
    with contextlib.suppress(FileError):  # a run that cannot be written to can be asked all the same
        detector.save(run / NOVELTY)
    return detector


def reference_and_threshold(data: Dataset) -> tuple[Examples, Examples]:
    """Give examples to fit a detector to, and others for its threshold: validation, or a tenth of training kept out."""
    if len(data.validation):
        return data.train, data.validation
    apart = np.arange(len(data.train)) % 10 == 9
    return data.train.select(np.flatnonzero(~apart)), data.train.select(np.flatnonzero(apart))


def _settings_of(description: Mapping[str, Any], path: Path, read: Dataset | None) -> RunSettings:
    try:
        return resolve(as_today(tomllib.loads(description["settings"])), read)[0]
    except (KeyError, TypeError, ValueError) as error:
        raise RunError("invalid checkpoint", got=error, where=path, remedy="Start another run") from error


def _refuse_other_bits(training: Training, path: Path) -> None:
    """Refuse to go on with a run of version 0.1 whose steps two processors shared in a way that is no more."""
    threads = tomllib.loads((path / CONFIG).read_text(encoding="utf-8")).get("threads", 1)
    architecture = training.network.architecture
    behind_first = architecture.weight_count - architecture.sizes[0] * architecture.sizes[1]
    halved = threads == 2 and behind_first * training.batch_size >= HALVED_FROM
    otherwise = halved or training.steps_per_epoch < FEWEST_SHARED_STEPS or training.regularization.max_norm
    if threads > 1 and otherwise and training.progress.epoch > 0 and not training.finished:
        remedy = "Train it anew; its model and its figures can be used as they are"
        raise RunError("cannot continue this run bit for bit: another version started it", where=path, remedy=remedy)


def _refuse_changes(before: RunSettings, now: RunSettings, path: Path) -> None:
    if changed := differences(before, now):
        remedy = "Resume with the old settings, or start another run"
        raise UsageError(f"changed settings: {'; '.join(changed)}", where=path, remedy=remedy)


def _restore(training: Training, settings: RunSettings, path: Path, read: Dataset | None) -> None:
    """Bring a run's training to where its last checkpoint was written, if there is one."""
    if (path / CHECKPOINT).exists():
        arrays, description = read_tensors(path / CHECKPOINT)
        if description.get("settings") != write_toml(settings):
            _refuse_changes(_settings_of(description, path, read), settings, path)
        try:
            training.restore(arrays, description["progress"])
        except (KeyError, TypeError, ValueError) as error:
            raise RunError("invalid checkpoint", got=error, where=path, remedy="Start another run") from error
    checked_history(path / HISTORY, training.progress.epoch)


def make_directory(path: Path) -> Path:
    """Make a run's directory, or take one that exists; an error says why it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError("not a directory", got=path, remedy="Choose another --run") from error
    except OSError as error:
        raise RunError("cannot make the run directory", got=error.strerror, where=path) from error
    return path


def _refuse_in_use(path: Path) -> None:
    """Never write into a directory that holds anything but the leftovers of a killed start."""
    if _is_in_use(path):
        remedy = "Add --resume to go on with it, or choose another --run"
        raise UsageError("the run directory exists", expected="a new or empty directory", got=path, remedy=remedy)


def _is_in_use(path: Path) -> bool:
    return bool(set(path.iterdir()) - {path / LOCK, *path.glob(UNFINISHED)})


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
