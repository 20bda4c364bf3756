"""An ensemble: several networks of one architecture, trained one after another, that answer together.

::

    runs/001/
      config.toml          all settings, with the number of networks
      network-0/ ...       a whole run for each network: the same data, a seed of its own
      model.safetensors    all of them as one model
      metrics.json         of that model
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..data.dataset import Dataset
from ..errors import RunError
from .run import METRICS, MODEL, Run, evaluate_splits, read_metrics, write_metrics
from .settings import RunSettings

Resume = Callable[[Path, Mapping[str, Any]], Run]


class Ensemble:
    """A run whose networks are trained each in a run of its own, which `resume` starts or resumes."""

    def __init__(self, directory: Path, settings: RunSettings, data: Dataset, resume: Resume) -> None:
        self.directory = directory
        self.settings = settings
        self.data = data
        self._resume = resume

    def members(self) -> Iterator[Run]:
        """Give the networks' runs, one by one: each at its start, or where it was left."""
        for number in range(self.settings.ensemble):
            own = replace(self.settings, ensemble=1, member=number)
            yield self._resume(self.directory / f"network-{number}", own.as_dict())

    def finish(self) -> dict[str, Any]:
        """Make one model of all networks and evaluate it on validation and, once, on the test set."""
        path = self.directory / METRICS
        if path.exists():
            return read_metrics(path)
        models, epochs, seconds = [], [], 0.0
        for run in self.members():
            if not run.training.finished:
                raise RunError("a network of the ensemble is not trained yet", where=run.directory)
            models.append(run.training.model)
            epochs.append(run.training.progress.epoch)
            seconds += run.training.progress.elapsed_seconds
        model = replace(models[0], networks=tuple(model.network for model in models))
        model.save(self.directory / MODEL)
        facts = {
            "epochs": max(epochs),
            "elapsed_seconds": seconds,
            "epochs_of_networks": epochs,
            "model_is": f"the mean of {len(models)} networks",
        }
        return write_metrics(path, evaluate_splits(model, self.data, self.settings, facts))
