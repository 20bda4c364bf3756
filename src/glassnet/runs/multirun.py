"""Runs of several trainings: an ensemble, whose networks answer together, and several seeds of one training.

::

    runs/001/                an ensemble
      config.toml            all settings, with the number of networks
      network-0/ ...         a whole run for each network: the same data, a seed of its own
      model.safetensors      all of them as one model
      out_of_fold.safetensors   of networks in folds: each row's answer by the network that has not learned from it
      metrics.json           of that model

    runs/002/                several seeds
      config.toml            all settings, with the first seed and the number of seeds
      seed-0/ ...            a whole run for each seed
      summary.json           mean, standard deviation and interval over the seeds
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from ..arrays import AnyArray, Floats
from ..data.dataset import Dataset
from ..errors import RunError
from ..evaluation.out_of_fold import join_folds, read_answers, validated
from ..evaluation.statistics import interval_of_mean
from ..files import write_whole
from .jobs import Jobs
from .run import METRICS, MODEL, Run, evaluate_splits, read_metrics, write_metrics
from .seals import sealed, split_digest
from .settings import RunSettings
from .threshold import decided

SUMMARY = "summary.json"
OUT_OF_FOLD = "out_of_fold.safetensors"
MEASURES = tuple(f"{split}_{measure}" for split in ("validation", "test") for measure in ("accuracy", "rmse"))
Member = TypeVar("Member")
Resume: TypeAlias = Callable[..., Member]  # of what `Place` has
Place: TypeAlias = tuple[Path, dict[str, Any], Dataset | None]  # where a run is, its settings, and data if it is read


class Ensemble:
    """A run whose networks are trained each in a run of its own, which `resume` starts or resumes."""

    def __init__(self, directory: Path, settings: RunSettings, data: Dataset, resume: Resume[Run]) -> None:
        self.directory = directory
        self.settings = settings
        self.data = data
        self._resume = resume

    def members(self) -> Iterator[Run]:
        """Give the networks' runs, one by one: each at its start, or where it was left."""
        return (self._resume(*place) for place in self.places())

    def places(self) -> Iterator[Place]:
        """Give the directory and the settings of each network's run."""
        for number in range(self.settings.ensemble):
            own = replace(self.settings, ensemble=1, member=number)
            yield self.directory / f"network-{number}", own.as_dict(), self.data

    def train(self, jobs: Jobs) -> Iterator[Path]:
        """Train all networks, several at a time, and give the directory of each that is trained."""
        return _trained(self._resume, self.places(), jobs)

    def finish(self) -> dict[str, Any]:
        """Make one model of all networks and evaluate it on validation and, once, on the test set."""
        path = self.directory / METRICS
        if path.exists():
            return read_metrics(path)
        runs = list(self.members())
        if left := [run.directory for run in runs if not run.training.finished]:
            raise RunError("a network of the ensemble is not trained yet", where=left[0])
        models = [run.training.model for run in runs]
        epochs = [run.training.progress.epoch for run in runs]
        answered = None
        if self.settings.folds:
            joined = join_folds(models, [run.data.validation for run in runs])
            answered, model = (joined.answers, joined.targets), joined.model
            joined.save(self.directory / OUT_OF_FOLD)
        else:
            model = validated(replace(models[0], networks=tuple(model.network for model in models)), self.data)
        model = decided(model, self.settings, self.data, answered)
        model.save(self.directory / MODEL, split_digest(self.data))
        facts = {
            "epochs": max(epochs),
            "elapsed_seconds": sum(run.training.progress.elapsed_seconds for run in runs),
            "epochs_of_networks": epochs,
            "model_is": f"the mean of {len(models)} networks",
        }
        return write_metrics(path, evaluate_splits(model, self.data, self.settings, facts, answered))


def out_of_fold(directory: Path, data: Dataset) -> tuple[Floats, AnyArray] | None:
    """Read the answers and the targets of the rows of an ensemble in folds; None of another run."""
    if not (directory / OUT_OF_FOLD).exists():
        return None
    rows, answers = read_answers(directory / OUT_OF_FOLD)
    return answers, data.train.source_targets[rows]


class Seeds:
    """Runs that differ in their seed alone: the settings' seed is the first; `resume` starts or resumes each."""

    def __init__(self, directory: Path, settings: RunSettings, resume: Resume[Run | Ensemble]) -> None:
        self.directory = directory
        self.settings = settings
        self._resume = resume

    def members(self) -> Iterator[Run | Ensemble]:
        """Give the runs, one by one: each at its start, or where it was left."""
        return (self._resume(*place) for place in self.places())

    def places(self) -> Iterator[Place]:
        """Give the directory and the settings of each seed's run."""
        for seed in range(self.settings.seed, self.settings.seed + self.settings.seeds):
            own = replace(self.settings, seeds=1, seed=seed)
            yield self.directory / f"seed-{seed}", own.as_dict(), None

    def train(self, jobs: Jobs) -> Iterator[Path]:
        """Train all seeds, or all networks of their ensembles, several at a time, as `Ensemble.train` does."""
        places = self.places() if self.settings.ensemble == 1 else self._networks()
        return _trained(self._resume, places, jobs)

    def _networks(self) -> Iterator[Place]:
        for member in self.members():
            assert isinstance(member, Ensemble)  # as the settings say
            yield from member.places()

    def finish(self) -> dict[str, Any]:
        """Finish all runs, write and give the summary: of each measure values, mean, deviation and 95% interval."""
        results = [run.finish() for run in self.members()]
        summary: dict[str, Any] = {
            "run": str(self.directory),
            "dataset": self.settings.dataset,
            "parameters": results[0]["parameters"],
            "seeds": [result["seed"] for result in results],
            "elapsed_seconds": [result["elapsed_seconds"] for result in results],
        }
        for measure in MEASURES:
            values = [result[measure] for result in results if result.get(measure) is not None]
            if values:
                summary[measure] = _statistics(values, most=1.0 if measure.endswith("accuracy") else float("inf"))
        write_whole(self.directory / SUMMARY, json.dumps(sealed(summary), indent=2, allow_nan=False) + "\n")
        return summary


def _trained(resume: Resume[Any], places: Iterable[Place], jobs: Jobs) -> Iterator[Path]:
    # A worker elsewhere has another working directory.
    return jobs.run(_train, ((resume, place[0].absolute(), *place[1:]) for place in places))


def _train(resume: Resume[Run | Ensemble], directory: Path, settings: Mapping[str, Any], read: Dataset | None) -> Path:
    """Train one network from its start, or from where it was left."""
    run = resume(directory, settings, read)
    assert isinstance(run, Run)  # as the settings say
    for _ in run:
        pass
    return directory


def _statistics(values: list[float], most: float) -> dict[str, Any]:
    """Sum up figures that lie in 0..most."""
    low, high = interval_of_mean(values)
    return {
        "values": values,
        "mean": statistics.fmean(values),
        "deviation": statistics.stdev(values),
        "interval": [max(low, 0.0), min(high, most)],
    }
