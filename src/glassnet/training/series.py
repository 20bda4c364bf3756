"""A series: the same run with several seeds, so that a figure has an error with it.

::

    runs/001/
      seed-0/ ...       a whole run for each seed
      summary.json      mean, standard deviation and interval over the seeds
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..evaluation.intervals import interval_of_mean
from ..files import write_whole
from .ensemble import Ensemble
from .run import Run

SUMMARY = "summary.json"
Open = Callable[[Path, Mapping[str, Any]], Run | Ensemble]


class Series:
    """Runs that differ in their seed alone.

    `glassnet.training.directory` makes one.

    Parameters
    ----------
    directory : Path
        Where they stand.
    given : mapping
        Settings, as `settle` takes them; the seed is the first one's.
    count : int
        How many: the seeds count up.
    open_run : callable
        Starts or resumes a run, from a directory and settings.
    """

    def __init__(self, directory: Path, given: Mapping[str, Any], count: int, open_run: Open) -> None:
        self.directory = directory
        self.given = given
        self.count = count
        self._open = open_run

    def runs(self) -> Iterator[Run | Ensemble]:
        """Give the runs, one by one: each at its start, or where it was left."""
        first = self.given.get("seed", 0)
        for seed in range(first, first + self.count):
            yield self._open(self.directory / f"seed-{seed}", {**self.given, "seed": seed})

    def finish(self, results: list[Mapping[str, Any]]) -> dict[str, Any]:
        """Sum up the metrics of all runs, and write the summary.

        Parameters
        ----------
        results : list of dict
            As `Run.finish` gives them.

        Returns
        -------
        dict
            ``seeds``, and for each measure its ``values``, ``mean``, ``deviation`` and 95% ``interval``.
        """
        summary: dict[str, Any] = {
            "run": str(self.directory),
            "dataset": results[0]["dataset"],
            "parameters": results[0]["parameters"],
            "seeds": [result["seed"] for result in results],
            "elapsed_seconds": [result["elapsed_seconds"] for result in results],
        }
        for measure in ("validation_accuracy", "test_accuracy", "validation_rmse", "test_rmse"):
            values = [result[measure] for result in results if result.get(measure) is not None]
            if len(values) == len(results):
                summary[measure] = {
                    "values": values,
                    "mean": statistics.fmean(values),
                    "deviation": statistics.stdev(values),
                    "interval": list(interval_of_mean(values)),
                }
        write_whole(self.directory / SUMMARY, json.dumps(summary, indent=2, allow_nan=False) + "\n")
        return summary
