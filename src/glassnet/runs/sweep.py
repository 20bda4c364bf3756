"""A sweep: the same run with several seeds, so that a figure has an error with it.

::

    runs/001/
      config.toml       all settings, with the first seed and the number of seeds
      seed-0/ ...       a whole run for each seed
      summary.json      mean, standard deviation and interval over the seeds
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..evaluation.statistics import interval_of_mean
from ..files import write_whole
from .ensemble import Ensemble
from .run import Run
from .settings import RunSettings

SUMMARY = "summary.json"
MEASURES = tuple(f"{split}_{measure}" for split in ("validation", "test") for measure in ("accuracy", "rmse"))
Resume = Callable[[Path, Mapping[str, Any]], Run | Ensemble]


class Sweep:
    """Runs that differ in their seed alone: the settings' seed is the first; `resume` starts or resumes each."""

    def __init__(self, directory: Path, settings: RunSettings, resume: Resume) -> None:
        self.directory = directory
        self.settings = settings
        self._resume = resume

    def members(self) -> Iterator[Run | Ensemble]:
        """Give the runs, one by one: each at its start, or where it was left."""
        for seed in range(self.settings.seed, self.settings.seed + self.settings.seeds):
            own = replace(self.settings, seeds=1, seed=seed)
            yield self._resume(self.directory / f"seed-{seed}", own.as_dict())

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
        write_whole(self.directory / SUMMARY, json.dumps(summary, indent=2, allow_nan=False) + "\n")
        return summary


def _statistics(values: list[float], most: float) -> dict[str, Any]:
    """Sum up figures that lie in 0..most."""
    low, high = interval_of_mean(values)
    return {
        "values": values,
        "mean": statistics.fmean(values),
        "deviation": statistics.stdev(values),
        "interval": [max(low, 0.0), min(high, most)],
    }
