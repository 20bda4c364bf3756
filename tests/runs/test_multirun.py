"""An ensemble as a model, and as a run; a sweep over seeds: mean, deviation and interval."""

import json
import statistics
from dataclasses import replace

import numpy as np
import pytest

import glassnet
from glassnet.data.load import load_dataset
from glassnet.errors import ModelFileError, RunError, UsageError
from glassnet.evaluation.metrics import cross_entropy
from glassnet.model.model import load_model
from glassnet.runs import build
from glassnet.runs.build import resolve, seed_of
from glassnet.runs.directory import resume_run, start_run
from glassnet.runs.run import Run
from glassnet.runs.seals import unsealed

QUICK = {"train_size": 600, "validation_size": 200, "hidden": (16,), "epochs": 2}


@pytest.fixture(scope="module")
def data():
    return glassnet.load_dataset("mnist", train_size=600, validation_size=200)


def trained(directory, given):
    run = start_run(directory, given)
    for member in [run] if isinstance(run, Run) else run.members():
        list(member)
    return run, run.finish()


def model_of(data, seeds, dtype=np.float32):
    networks = [glassnet.Network([784, 12, 10], seed=seed, dtype=dtype) for seed in seeds]
    return glassnet.Model(networks, data.preprocessing, data.class_names)


def test_an_ensemble_answers_with_the_mean_of_its_networks(data):
    ensemble, images = model_of(data, range(4), np.float64), data.test.inputs[:1_500]
    alone = [model_of(data, [seed], np.float64).predict_probabilities(images) for seed in range(4)]
    np.testing.assert_allclose(ensemble.predict_probabilities(images), np.mean(alone, axis=0), rtol=1e-12)
    np.testing.assert_array_equal(ensemble.predict(images), np.mean(alone, axis=0).argmax(axis=1))


def test_an_ensemble_is_judged_by_its_mean_probabilities(data):
    ensemble = model_of(data, range(3), np.float64)
    result = glassnet.evaluate(ensemble, data.validation)
    probabilities = ensemble.predict_probabilities(data.validation.inputs)
    expected = cross_entropy(probabilities, data.validation.targets)
    assert result.cross_entropy == pytest.approx(expected, rel=1e-12)
    assert result.loss == pytest.approx(expected, rel=1e-9)
    assert result.accuracy == (probabilities.argmax(axis=1) == data.validation.targets).mean()


def test_networks_of_other_architectures_are_refused(data):
    other = glassnet.Network([784, 13, 10])
    with pytest.raises(UsageError, match="different architectures"):
        glassnet.Model([model_of(data, [0]).network, other], data.preprocessing, data.class_names)


def test_an_ensemble_file_is_read_back_bit_by_bit(data, tmp_path):
    ensemble = model_of(data, range(3))
    ensemble.save(tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    for before, after in zip(ensemble.networks, again.networks, strict=True):
        assert before.parameters.tobytes() == after.parameters.tobytes()


@pytest.mark.parametrize("count", [0, -1, True, 2.0, "3", 10**12])
def test_an_impossible_number_of_networks_is_refused(data, tmp_path, count, monkeypatch):
    from glassnet.model import model

    honest = model.describe
    monkeypatch.setattr(model, "describe", lambda *kept: {**honest(*kept), "networks": count})
    model_of(data, range(2)).save(tmp_path / "model.safetensors")
    with pytest.raises(ModelFileError, match=r"invalid model description|another architecture"):
        load_model(tmp_path / "model.safetensors")


def test_an_ensemble_run_trains_each_network_with_a_seed_of_its_own_on_the_same_data(tmp_path):
    run, metrics = trained(tmp_path / "run", {**QUICK, "ensemble": 3, "seed": 4})
    model = load_model(tmp_path / "run" / "model.safetensors")
    assert len(model.networks) == 3
    assert len({network.parameters.tobytes() for network in model.networks}) == 3
    assert metrics["model_is"] == "the mean of 3 networks"
    assert metrics["parameters"] == 3 * len(model.network.parameters)
    assert metrics["test_accuracy"] == glassnet.evaluate(model, run.data.test).accuracy
    for number, member in enumerate(run.members()):
        alone = load_model(tmp_path / "run" / f"network-{number}" / "model.safetensors")
        assert alone.network.parameters.tobytes() == model.networks[number].parameters.tobytes()
        np.testing.assert_array_equal(member.data.validation.indices, run.data.validation.indices)
        assert not (member.directory / "metrics.json").exists()  # the test set is opened once, for all of them


def test_no_network_of_an_ensemble_starts_as_one_of_the_next_seeds_ensemble_does():
    settings, _ = resolve({**QUICK, "seed": 4})
    assert seed_of(settings) == 4
    assert seed_of(replace(settings, ensemble=3, member=2)) == 2_004  # frozen: networks trained so far began so
    seeds = [seed_of(replace(settings, seed=seed, member=member)) for seed in range(100) for member in range(10)]
    assert len(set(seeds)) == len(seeds)


def test_an_ensemble_resumes_to_the_same_bytes(tmp_path):
    given = {**QUICK, "ensemble": 2}
    _, whole = trained(tmp_path / "whole", given)
    begun = start_run(tmp_path / "begun", given)
    first = next(begun.members())
    next(iter(first))  # an epoch of two, of the first network of two
    with pytest.raises(RunError, match="not trained yet"):
        begun.finish()
    again = resume_run(tmp_path / "begun", {})
    for member in again.members():
        list(member)
    assert again.finish()["parameters_sha256"] == whole["parameters_sha256"]
    assert resume_run(tmp_path / "begun", {}).finish() == again.finish()


def test_networks_in_folds_of_a_table_read_it_once_and_are_those_that_read_it_themselves(tmp_path, monkeypatch):
    rows = np.random.default_rng(0).normal(size=(600, 2)).round(3)
    lines = [f"{a},{b},{'yes' if a > b else 'no'}" for a, b in rows.tolist()]
    (tmp_path / "table.csv").write_text("\n".join(["a,b,target", *lines]))
    given = {"dataset": str(tmp_path / "table.csv"), "test_size": 0, "ensemble": 3, "epochs": 2, "hidden": (8,)}
    read = []
    monkeypatch.setattr(build, "load_dataset", lambda *some, **more: read.append(some) or load_dataset(*some, **more))
    run, metrics = trained(tmp_path / "run", given)
    assert len(read) == 1
    assert run.settings.batch_size == 400  # of a fold's 400 rows, which have no small rest
    begun = start_run(tmp_path / "alone", given)
    for directory, settings, _ in begun.places():
        list(start_run(directory, settings))
    assert begun.finish()["parameters_sha256"] == metrics["parameters_sha256"]


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
    assert unsealed(json.loads((tmp_path / "run" / "summary.json").read_text())) == summary


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
