"""The metrics of a run: its results, and what they were computed with."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..data.dataset import Dataset
from ..errors import RunError
from ..evaluation.evaluate import evaluate
from ..files import write_whole
from ..hardware import blas_description, one_blas_thread
from ..model.model import Model
from .settings import RunSettings

METRICS = "metrics.json"
LIBRARIES = ("glassnet", "numpy", "safetensors", "threadpoolctl")


def judge(model: Model, data: Dataset, settings: RunSettings, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Judge a model on validation and, once, on the test set.

    Parameters
    ----------
    model : Model
        The judged.
    data : Dataset
        What it was trained on.
    settings : RunSettings
        How.
    facts : mapping
        What else is to be told of the training.

    Returns
    -------
    dict
        Results, settings that matter to them, versions and machine: plain values, for JSON.
    """
    with one_blas_thread():
        splits = {"validation": data.validation, "test": data.test}
        results = {name: evaluate(model, split).as_dict() if len(split) else None for name, split in splits.items()}
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
    write_whole(path, json.dumps(named, indent=2, allow_nan=False) + "\n")
    return named


def read_metrics(path: Path) -> dict[str, Any]:
    """Read the metrics of a finished run.

    Raises
    ------
    RunError
        If the file is not what `Run.finish` wrote.
    """
    remedy = "Delete the file and resume"
    try:
        metrics: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        missing = [key for key in ("run", "dataset", "validation", "test", "versions") if key not in metrics]
    except (OSError, ValueError, TypeError) as error:
        raise RunError("cannot read the metrics", got=error, where=path, remedy=remedy) from error
    if missing:
        raise RunError("metrics incomplete", expected=", ".join(missing), where=path, remedy=remedy)
    return metrics
