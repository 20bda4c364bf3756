"""A sweep: a search for good settings in a space, by trials that Optuna chooses, and ends early where they are poor.

::

    runs/space/                named after the file of the space
      space.toml               what is searched
      journal.log              Optuna's record of all trials, which its dashboard reads too
      trial-000/ ...           a run for each trial
      summary.json, sweep.html what came of it

All that processes know of one another stands in the journal, so any number of them, of one command or several, on one
machine or many, work on the same sweep. Who trains a trial holds its lock; a trial whose lock nobody holds was left by
a process that died, and whoever finds it goes on with it from its last checkpoint. A new trial's settings are chosen by
a sampler with a seed of its own, made of the sweep's seed and the trial's number: one job at a time gives the same
trials again, also after it was killed.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from ..errors import DivergenceError, RunError, UsageError
from ..evaluation.evaluate import evaluate
from ..extras import needed
from ..files import lock_file, remove_held, write_whole
from ..hardware import one_blas_thread
from ..randomness import generator
from .build import build_training, resolve
from .directory import SPACE, make_directory, resume_run
from .jobs import Jobs
from .multirun import SUMMARY
from .run import UNFINISHED, Run
from .seals import sealed
from .space import Space

JOURNAL, LOCK = "journal.log", ".lock"
STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}  # Optuna's names, and ours
NAME = "sweep"  # of Optuna's study
RANDOM_TRIALS = 10  # before the sampler begins to learn, as Optuna has it
COMPARED_FROM = 5  # trials, before which none is ended early
PRUNED_FROM = 3  # epochs of a trial, before which it is not
FEWEST_FOR_IMPORTANCE = 4  # complete trials
LOOKS_EVERY = 0.2  # seconds, for trials that another command trains


class Sweep:
    """The trials of a space, in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.space = Space.read(directory / SPACE)
        optuna = needed("optuna", "sweep")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        pruner = optuna.pruners.MedianPruner(n_startup_trials=COMPARED_FROM, n_warmup_steps=PRUNED_FROM)
        self.study = optuna.load_study(study_name=NAME, storage=_storage(directory), pruner=pruner)
        self.measure: str = self.study.user_attrs["measure"]
        self.maximizes = self.study.direction.name == "MAXIMIZE"
        self._optuna = optuna

    def search(self, trials: int, jobs: Jobs) -> None:
        """Train until there are so many trials, with those that there have been, and none is left unfinished."""
        while (missing := trials - len(self.finished)) > 0:
            found = jobs.run(train_one, [(self.directory.absolute(), trials)] * missing)
            if not any(number is not None for number in list(found)):
                time.sleep(LOOKS_EVERY)

    @property
    def finished(self) -> list[Any]:
        """Optuna's records of the trials that have ended in one way or another."""
        return [trial for trial in self.study.get_trials(deepcopy=False) if trial.state.is_finished()]

    @contextmanager
    def claimed(self, trials: int) -> Iterator[Any]:
        """Hold a trial that nobody trains while the context lasts: one that was left, or a new one; None if neither."""
        with ExitStack() as held:
            with lock_file(self.directory / LOCK):
                trial = self._left(held) or self._new(trials, held)
            yield trial
            if trial is not None:
                remove_held(self._lock_of(trial.number))

    def _left(self, held: ExitStack) -> Any:
        running = self._optuna.trial.TrialState.RUNNING
        for left in self.study.get_trials(deepcopy=False, states=(running,)):
            with ExitStack() as tried:
                is_free = tried.enter_context(lock_file(self._lock_of(left.number), wait=False))
                # It may have ended between the two looks.
                if is_free and self.study.get_trials(deepcopy=False)[left.number].state == running:
                    held.push(tried.pop_all())
                    self._seed(left.number)
                    trial = self._optuna.trial.Trial(self.study, left._trial_id)
                    self.space.settings(trial)
                    return trial
        return None

    def _new(self, trials: int, held: ExitStack) -> Any:
        number = len(self.study.get_trials(deepcopy=False))
        if number >= trials:
            return None
        held.enter_context(lock_file(self._lock_of(number)))
        self._seed(number)
        trial = self.study.ask()
        self.space.settings(trial)  # so that the next one knows of them
        return trial

    def _seed(self, number: int) -> None:
        seed = int(generator(_seed_of(self.space), "sweep", number).integers(2**31))
        self.study.sampler = self._optuna.samplers.TPESampler(seed=seed, n_startup_trials=RANDOM_TRIALS)

    def _lock_of(self, number: int) -> Path:
        return self.directory / f"{LOCK}-{number:03}"

    def directory_of(self, number: int) -> Path:
        """Give the directory of a trial's run."""
        return self.directory / f"trial-{number:03}"

    def train(self, trial: Any) -> None:
        """Train a trial from its start, or from where it was left, and tell Optuna how it ended."""
        states = self._optuna.trial.TrialState
        try:
            run = resume_run(self.directory_of(trial.number), self.space.settings(trial))
        except UsageError as error:  # settings that do not fit one another
            trial.set_user_attr("reason", str(error))
            self.study.tell(trial, state=states.FAIL)
            return
        assert isinstance(run, Run)  # a space has no seeds and no ensemble
        try:
            is_pruned = self._epochs(run, trial)
        except DivergenceError as error:
            trial.set_user_attr("reason", str(error))
            is_pruned = True
        trial.set_user_attr("epochs", run.training.progress.epoch)
        trial.set_user_attr("seconds", run.training.progress.elapsed_seconds)
        if is_pruned:
            self.study.tell(trial, state=states.PRUNED)
        else:
            self.study.tell(trial, self._score(run))

    def _epochs(self, run: Run, trial: Any) -> bool:
        """Train, telling the score of each epoch; give whether it was ended early."""
        told = self.study.get_trials(deepcopy=False)[trial.number].intermediate_values
        with closing(iter(run)) as epochs:
            for epoch in epochs:
                if epoch.number not in told:
                    trial.report(getattr(epoch, self.measure), epoch.number)
                if not run.training.finished and trial.should_prune():
                    return True
        return False

    def _score(self, run: Run) -> float:
        with one_blas_thread():
            result = evaluate(run.training.model, run.data.validation).as_dict()
        return float(result[self.measure.removeprefix("validation_")])

    def summary(self) -> dict[str, Any]:
        """Write and give what came of it: all trials, the best, evaluated on the test set, and what mattered."""
        records = [self._record(trial) for trial in self.finished]
        complete = [record for record in records if record["state"] == "complete"]
        with lock_file(self.directory / LOCK):  # another command may be at its end too
            best = complete and self._best(complete)
        summary = {
            "run": str(self.directory),
            "dataset": self.study.user_attrs["dataset"],
            "measure": self.measure,
            "direction": self.study.direction.name.lower(),
            **{state: sum(record["state"] == state for record in records) for state in STATES.values()},
            "elapsed_seconds": sum(record["seconds"] for record in records),
            "best": best or None,
            "importances": self._importances(len(complete)),
            "trials": records,
        }
        write_whole(self.directory / SUMMARY, json.dumps(sealed(summary), indent=2, allow_nan=False) + "\n")
        return summary

    def _record(self, trial: Any) -> dict[str, Any]:
        settings = self.space.settings(trial)
        facts = trial.user_attrs
        return {
            "trial": trial.number,
            "run": str(self.directory_of(trial.number)),
            "state": STATES[trial.state.name],
            self.measure: trial.value,
            "epochs": facts.get("epochs", 0),
            "seconds": facts.get("seconds", 0.0),
            "settings": {name: settings[name] for name in self.space.searched if name in settings},
            **({"reason": facts["reason"]} if "reason" in facts else {}),
        }

    def _best(self, complete: list[dict[str, Any]]) -> dict[str, Any]:
        """Give the best trial, the first of equals. It alone is evaluated on the test set, when the search is over."""
        sign = -1 if self.maximizes else 1
        best = min(complete, key=lambda record: sign * record[self.measure])
        metrics = resume_run(best["run"], {}).finish()
        test = self.measure.replace("validation", "test")
        return {**best, test: metrics[test]}

    def _importances(self, complete: int) -> dict[str, float]:
        """Give the share of each setting in what made trials better or worse, the greatest first; by PED-ANOVA."""
        if complete < FEWEST_FOR_IMPORTANCE:
            return {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of settings that few trials have taken
            shares = self._optuna.importance.get_param_importances(self.study)
        return {name: float(share) for name, share in shares.items()}


def begin_sweep(directory: Path, space: Space) -> Sweep:
    """Begin a sweep in a directory, or go on with the one that is there; UsageError if that is of another space."""
    settings, data = resolve(space.corner())
    build_training(settings, data)  # refuses what does not fit
    if not len(data.validation):
        remedy = "Give validation_size"
        raise UsageError("a sweep needs validation examples, which trials are compared by", got=0, remedy=remedy)
    optuna = needed("optuna", "sweep")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    make_directory(directory)
    remedy = "Choose another --run"
    lock = directory / LOCK
    if not lock.exists() and set(directory.iterdir()) - set(directory.glob(UNFINISHED)):
        expected = "a sweep, or a new or empty directory"
        raise UsageError("the run directory exists", expected=expected, got=directory, remedy=remedy)
    with lock_file(lock):
        if not (directory / SPACE).exists():
            write_whole(directory / SPACE, space.toml)
        if changed := Space.read(directory / SPACE).differences(space):
            raise UsageError(f"the space has changed: {'; '.join(changed)}", where=directory, remedy=remedy)
        _mend_journal(directory)
        up = data.task == "classification"
        direction = "maximize" if up else "minimize"
        study = optuna.create_study(
            study_name=NAME, storage=_storage(directory), direction=direction, load_if_exists=True
        )
        study.set_user_attr("dataset", settings.dataset)
        study.set_user_attr("measure", "validation_accuracy" if up else "validation_rmse")
    return Sweep(directory)


def train_one(directory: Path, trials: int) -> int | None:
    """Train a trial of a sweep that nobody trains, and give its number; None if there is none."""
    sweep = Sweep(directory)
    with sweep.claimed(trials) as trial:
        if trial is None:
            return None
        sweep.train(trial)
        return int(trial.number)


def _seed_of(space: Space) -> int:
    """Give the seed of the search: that of the trainings, if it is fixed."""
    return int(space.corner().get("seed", 0))


class _JournalLock:
    """Optuna's lock on its journal, as the kernel's: a process that is killed lets go of it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: ExitStack | None = None

    def acquire(self) -> bool:
        self._held = ExitStack()
        self._held.enter_context(lock_file(self._path))
        return True

    def release(self) -> None:
        assert self._held is not None
        self._held.close()


def _mend_journal(directory: Path) -> None:
    """Cut off the unfinished last line of a journal, which a full disk leaves; Optuna would refuse what follows it."""
    path = directory / JOURNAL
    with lock_file(directory / f".{JOURNAL}.lock"):
        if path.exists() and (text := path.read_bytes())[-1:] not in (b"", b"\n"):
            os.truncate(path, text.rfind(b"\n") + 1)


def _storage(directory: Path) -> Any:
    storages = needed("optuna", "sweep").storages
    path = directory / JOURNAL
    try:
        lock = _JournalLock(directory / f".{JOURNAL}.lock")
        return storages.JournalStorage(storages.journal.JournalFileBackend(str(path), lock_obj=lock))
    except ValueError as error:
        raise RunError("cannot read the record of the trials", got=error, where=path, remedy="Start another") from error
