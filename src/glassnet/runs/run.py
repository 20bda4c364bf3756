"""A run: a directory in which a training is configured, recorded, checkpointed and reported.

::

    runs/001/
      config.toml              all settings, enough to repeat the run
      history.jsonl            a line of JSON for each epoch
      checkpoint.safetensors   the training's state after the last whole epoch
      model.safetensors        the model: last epoch's, or with patience the best one's
      metrics.json             written at the end: results, versions, BLAS kernel

Each epoch appends to the history. The first, the last, and any that ends a second or more after the model and the
checkpoint were replaced, replaces these; whoever interrupts a run gets the last whole epoch kept too. A run killed at
any moment resumes from its checkpoint: the history is cut to the checkpoint's epoch, and what follows is the same to
the last bit. All of these files are sealed, see `glassnet.runs.seals`.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from ..arrays import AnyArray, Floats
from ..data.dataset import Dataset
from ..errors import FileError, RunError
from ..evaluation.evaluate import evaluate, result_of_answers
from ..evaluation.out_of_fold import validated
from ..evaluation.scores import scores_of_table
from ..files import locked, write_whole
from ..formatting import finite
from ..hardware import blas_description, one_blas_thread
from ..model.model import Model
from ..model.tensor_file import FORMAT_VERSION, read_tensors, write_tensors
from ..training.progress import Epoch
from ..training.training import Training
from .seals import are_settings_sealed, sealed, split_digest, unsealed
from .settings import RunSettings, write_toml
from .threshold import decided

CONFIG, HISTORY, CHECKPOINT = "config.toml", "history.jsonl", "checkpoint.safetensors"
MODEL, METRICS = "model.safetensors", "metrics.json"
NOTHING = -1  # no epoch is kept yet, not even that before the first
KEEP_EVERY = 1.0  # seconds: what a killed run has to do again at most, beside the epoch that it was in
LIBRARIES = ("glassnet", "numpy", "safetensors", "threadpoolctl")  # whose versions are told
UNFINISHED = ".*.part"  # what a killed writer leaves behind, see `glassnet.files`


@dataclass(frozen=True)
class Standing:
    """Where a training stood after a whole epoch, and that epoch's line of the history; none before the first."""

    epoch: int
    line: str
    model: Model
    arrays: dict[str, AnyArray]
    numbers: dict[str, Any]


class Run:
    """A training in its directory, with all its settings and the data. Iterating trains, records and checkpoints.

    `finish` reports; `glassnet.runs.directory` makes one, whose training is at its start, or restored.
    """

    def __init__(self, directory: Path, settings: RunSettings, data: Dataset, training: Training) -> None:
        self.directory = directory
        self.settings = settings
        self.data = data
        self.training = training
        self.kept = training.progress.epoch  # the last epoch that a checkpoint holds
        self._split = split_digest(data)

    def __iter__(self) -> Generator[Epoch, None, None]:
        with locked(self.directory):
            self._begin()
            kept_at = -math.inf
            last = None
            try:
                for epoch in self.training:
                    last = self._standing(epoch)
                    self._append_history(last.line)
                    if self.training.finished or time.monotonic() - kept_at >= KEEP_EVERY:
                        self._keep(last)
                        kept_at = time.monotonic()
                    yield epoch
            except (GeneratorExit, KeyboardInterrupt):  # nobody asks for the next one
                if last and last.epoch != self.kept:
                    self._mend_history(last)
                    self._keep(last)
                raise

    def take_over(self, epochs: Iterable[Epoch]) -> None:
        """Write down all of a training that was not recorded while it went on."""
        for epoch in epochs:
            self._append_history(self._line(epoch))
        self.kept = NOTHING
        self._keep(self._standing())

    def _standing(self, epoch: Epoch | None = None) -> Standing:
        """Copy where the training stands."""
        arrays, numbers = self.training.state()
        return Standing(numbers["epoch"], self._line(epoch) if epoch else "", self.training.model, arrays, numbers)

    def _keep(self, standing: Standing) -> None:
        """Write down where the training stood."""
        with self._writing_history() as file:
            os.fsync(file.fileno())  # before the checkpoint that counts its lines
        standing.model.save(self.directory / MODEL, self._split)
        settings = write_toml(self.settings)
        description = {"format": FORMAT_VERSION, "settings": settings, "progress": standing.numbers}
        write_tensors(self.directory / CHECKPOINT, standing.arrays, description)
        self.kept = standing.epoch

    def _mend_history(self, standing: Standing) -> None:
        """Write the history up to an epoch whose line may have been interrupted."""
        lines = checked_history(self.directory / HISTORY, standing.epoch - 1)
        write_whole(self.directory / HISTORY, "".join(f"{line}\n" for line in [*lines, standing.line]))

    def _begin(self) -> None:
        """Clear away what a killed process left: unfinished files, and history beyond the checkpoint."""
        path = self.directory / CHECKPOINT
        on_disk = read_tensors(path)[1]["progress"]["epoch"] if path.exists() else 0
        if on_disk != self.kept:
            got = f"epoch {on_disk} in place of {self.kept}"
            raise RunError("another process has continued this run", got=got, where=path, remedy="Resume it again")
        self._clear_unfinished()
        lines = checked_history(self.directory / HISTORY, self.kept)
        write_whole(self.directory / HISTORY, "".join(f"{line}\n" for line in lines))

    def _clear_unfinished(self) -> None:
        for leftover in self.directory.glob(UNFINISHED):
            leftover.unlink(missing_ok=True)

    def finish(self) -> dict[str, Any]:
        """Evaluate the model on validation and, once, on the test set; write and return the metrics.

        A run that was finished before is not evaluated again.
        """
        path = self.directory / METRICS
        if path.exists():
            return read_metrics(path)
        with locked(self.directory):
            self._clear_unfinished()  # of one that was killed while it wrote the metrics
            return write_metrics(path, self._evaluated())

    def _evaluated(self) -> dict[str, Any]:
        training = self.training
        model = decided(validated(training.model, self.data), self.settings, self.data)
        if model.decision or model.reference or not (self.directory / MODEL).exists():
            model.save(self.directory / MODEL, self._split)
        best = training.patience is not None
        facts = {
            "epochs": training.progress.epoch,
            "elapsed_seconds": training.progress.elapsed_seconds,
            "model_epoch": training.progress.best_epoch if best else training.progress.epoch,
            "model_is": ("the average after " if training.averaging else "")
            + ("the epoch with the lowest validation loss" if best else "the last epoch"),
        }
        return evaluate_splits(model, self.data, self.settings, facts)

    def _line(self, epoch: Epoch) -> str:
        return json.dumps(sealed(history_record(epoch, self.data.task == "classification")), allow_nan=False)

    def _append_history(self, line: str) -> None:
        with self._writing_history() as file:
            file.write(f"{line}\n")

    @contextmanager
    def _writing_history(self) -> Iterator[TextIO]:
        path = self.directory / HISTORY
        try:
            with path.open("a", encoding="utf-8", newline="\n") as file:
                yield file
        except OSError as error:
            raise FileError(
                "cannot write the history", got=error.strerror, where=path, remedy="Free some space"
            ) from error


def history_record(epoch: Epoch, classification: bool) -> dict[str, Any]:
    """Give an epoch's line of the history: the figures of its task."""
    values = asdict(epoch)
    del values["validation_rmse" if classification else "validation_accuracy"]
    return {"epoch": values.pop("number"), **values}


def checked_history(path: Path, epochs: int) -> list[str]:
    """Read the first lines of a history, one for each epoch, and check their seals."""
    text = path.read_bytes().decode("utf-8", "replace") if path.exists() else ""
    lines, needed = text.split("\n")[:epochs], are_settings_sealed(path.parent / CONFIG)
    for number in range(1, epochs + 1):
        line = lines[number - 1] if number <= len(lines) else ""
        problem = None if line.startswith(f'{{"epoch": {number},') else line[:40] or "nothing"
        try:
            if not problem:
                unsealed(json.loads(line), needed)
        except (ValueError, RecursionError) as error:
            problem = f"a line that was altered: {error}"
        if problem:
            expected, remedy = f"epoch {number} in line {number}", "Put the file back, or start another run"
            raise RunError("history damaged", expected=expected, got=problem, where=path, remedy=remedy)
    return lines


def evaluate_splits(
    model: Model,
    data: Dataset,
    settings: RunSettings,
    facts: Mapping[str, Any],
    out_of_fold: tuple[Floats, AnyArray] | None = None,
) -> dict[str, Any]:
    """Evaluate a model on validation and, once, on the test set; give plain values for JSON, with the versions.

    Networks in folds are validated by their answers out of fold, which are given with the targets.
    """
    with one_blas_thread():
        splits = {"validation": data.validation, "test": data.test}
        found = {name: evaluate(model, split) if len(split) else None for name, split in splits.items()}
        if out_of_fold:
            found["validation"] = result_of_answers(model, *out_of_fold)
        scores = scores_of_table(model, data, out_of_fold)
    results = {name: result and result.as_dict() for name, result in found.items()}
    measure = "accuracy" if data.task == "classification" else "rmse"
    return {
        "dataset": settings.dataset,
        "parameters": sum(len(network.parameters) for network in model.networks),
        "seed": settings.seed,
        "input_parts": settings.input_parts,
        "shards": settings.shards,
        **facts,
        **{f"{name}_{measure}": result[measure] if result else None for name, result in results.items()},
        **results,
        **({"scores": finite(scores)} if scores else {}),
        "reading": data.reading.as_dict() if data.reading.decisions else None,
        "parameters_sha256": parameters_digest(model),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "blas": blas_description(),
        "machine": platform.machine(),
    }


def parameters_digest(model: Model) -> str:
    """Give the SHA-256 of all parameters, network by network, as bytes."""
    digest = hashlib.sha256()
    for network in model.networks:
        digest.update(network.parameters.tobytes())
    return digest.hexdigest()


def write_metrics(path: Path, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Write the metrics of the run whose directory they go to, and give them with its name."""
    named = {"run": str(path.parent), **metrics}
    write_whole(path, json.dumps(sealed(named), indent=2, allow_nan=False) + "\n")
    return named


def read_metrics(path: Path) -> dict[str, Any]:
    """Read the metrics of a finished run."""
    remedy = "Delete the file and resume"
    try:
        metrics: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        missing = [key for key in ("run", "dataset", "validation", "test", "versions") if key not in metrics]
        metrics = metrics if missing else unsealed(metrics, are_settings_sealed(path.parent / CONFIG))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise RunError("cannot read the metrics", got=error, where=path, remedy=remedy) from error
    if missing:
        raise RunError("metrics incomplete", expected=", ".join(missing), where=path, remedy=remedy)
    return metrics
