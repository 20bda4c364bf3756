"""A sweep over seeds: mean, deviation and interval."""

import json
import statistics
from dataclasses import replace

import pytest

from glassnet.errors import UsageError
from glassnet.model.model import load_model
from glassnet.runs.directory import resume_run, start_run

QUICK = {"train_size": 600, "validation_size": 200, "hidden": (16,), "epochs": 2}


def finished(sweep):
    for run in sweep.members():
        list(run)
    return sweep.finish()


def test_a_sweep_reports_mean_deviation_and_interval(tmp_path):
    summary = finished(start_run(tmp_path / "run", {**QUICK, "seed": 3, "seeds": 3}))
    runs = [json.loads((tmp_path / "run" / f"seed-{seed}" / "metrics.json").read_text()) for seed in (3, 4, 5)]
    values = [run["test_accuracy"] for run in runs]
    assert summary["seeds"] == [3, 4, 5]
    assert summary["test_accuracy"]["values"] == values
    assert summary["test_accuracy"]["mean"] == pytest.approx(statistics.mean(values))
    assert summary["test_accuracy"]["deviation"] == statistics.stdev(values)
    low, high = summary["test_accuracy"]["interval"]
    assert 0 <= low < statistics.mean(values) < high <= 1
    assert json.loads((tmp_path / "run" / "summary.json").read_text()) == summary


def test_a_sweep_goes_on_with_the_settings_it_was_begun_with(tmp_path):
    sweep = start_run(tmp_path / "run", {**QUICK, "seed": 3, "seeds": 2})
    next(iter(next(sweep.members())))  # an epoch of the first seed
    again = resume_run(tmp_path / "run", {})
    assert [run.settings for run in again.members()] == [replace(sweep.settings, seeds=1, seed=seed) for seed in (3, 4)]
    with pytest.raises(UsageError, match="seeds was 2, is 3"):
        resume_run(tmp_path / "run", {"seeds": 3})
    with pytest.raises(UsageError, match="the run directory exists"):
        start_run(tmp_path / "run", QUICK)
    expected = finished(start_run(tmp_path / "straight", {**QUICK, "seed": 3, "seeds": 2}))
    assert finished(again)["test_accuracy"] == expected["test_accuracy"]


def test_a_sweep_of_ensembles_is_both(tmp_path):
    sweep = start_run(tmp_path / "run", {**QUICK, "seeds": 2, "ensemble": 2})
    for ensemble in sweep.members():
        for run in ensemble.members():
            list(run)
    assert sweep.finish()["parameters"] == 2 * (784 * 16 + 16 + 16 * 10 + 10)
    models = [load_model(tmp_path / "run" / f"seed-{seed}" / "model.safetensors") for seed in (0, 1)]
    assert len({network.parameters.tobytes() for model in models for network in model.networks}) == 4
