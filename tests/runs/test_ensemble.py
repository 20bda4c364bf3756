"""Several networks as one model, several seeds as one figure, and recipes."""

import json
import statistics
import tomllib
from dataclasses import replace

import numpy as np
import pytest

import glassnet
from glassnet.errors import ModelFileError, RunError, UnknownNameError, UsageError
from glassnet.evaluation.metrics import cross_entropy
from glassnet.evaluation.statistics import interval_of_mean, student_quantile
from glassnet.model.model import load_model
from glassnet.runs.directory import resume_run, start_run
from glassnet.runs.recipes import DIRECTORY, load_recipes
from glassnet.runs.run import Run

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
    with pytest.raises(ModelFileError, match=r"makes no sense|another architecture"):
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


def finished(series):
    for run in series.members():
        list(run)
    return series.finish()


def test_a_series_reports_mean_deviation_and_interval(tmp_path):
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


def test_a_series_goes_on_with_the_settings_it_was_begun_with(tmp_path):
    series = start_run(tmp_path / "run", {**QUICK, "seed": 3, "seeds": 2})
    next(iter(next(series.members())))  # an epoch of the first seed
    again = resume_run(tmp_path / "run", {})
    assert [run.settings for run in again.members()] == [
        replace(series.settings, seeds=1, seed=seed) for seed in (3, 4)
    ]
    with pytest.raises(UsageError, match="seeds was 2, is 3"):
        resume_run(tmp_path / "run", {"seeds": 3})
    with pytest.raises(UsageError, match="the run directory exists"):
        start_run(tmp_path / "run", QUICK)
    expected = finished(start_run(tmp_path / "straight", {**QUICK, "seed": 3, "seeds": 2}))
    assert finished(again)["test_accuracy"] == expected["test_accuracy"]


def test_a_series_of_ensembles_is_both(tmp_path):
    series = start_run(tmp_path / "run", {**QUICK, "seeds": 2, "ensemble": 2})
    for ensemble in series.members():
        for run in ensemble.members():
            list(run)
    assert series.finish()["parameters"] == 2 * (784 * 16 + 16 + 16 * 10 + 10)
    models = [load_model(tmp_path / "run" / f"seed-{seed}" / "model.safetensors") for seed in (0, 1)]
    assert len({network.parameters.tobytes() for model in models for network in model.networks}) == 4


# Student's table, two-sided 95%: 1 to 30 degrees of freedom.
@pytest.mark.parametrize(("degrees", "t"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (30, 2.042)])
def test_students_quantiles_are_those_of_the_table(degrees, t):
    assert student_quantile(degrees) == pytest.approx(t, abs=5e-4)


def test_the_interval_of_a_mean_holds_it_nineteen_times_in_twenty():
    draws = np.random.default_rng(0).normal(size=(2_000, 5))
    intervals = [interval_of_mean(draw) for draw in draws.tolist()]
    assert np.mean([low < 0 < high for low, high in intervals]) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("name", load_recipes())
def test_every_recipe_can_be_trained(name, tmp_path):
    recipe = load_recipes()[name]
    given = {**recipe.settings, "train_size": 400, "validation_size": 100, "epochs": 1, "warmup": 0.0}
    run = start_run(tmp_path / "run", {**given, "ensemble": 1})
    next(iter(run))
    assert recipe.about
    assert recipe.source


def test_the_recipes_are_those_that_the_documentation_names():
    history = ["zhang", "nielsen-1", "nielsen-3", "lecun-300", "hinton", "srivastava", "simard", "ciresan", "meier"]
    ours = ["fast", "shortest", "plain", "permutation", "one-hidden-layer-800", "one-hidden-layer", "deep", "ensemble"]
    assert list(load_recipes()) == history + ours
    assert all(load_recipes()[name].published_error for name in history)


def test_the_results_of_recipes_are_complete():
    keys = {
        "recipe",
        "command",
        "settings",
        "seed",
        "versions",
        "seconds",
        "validation_error",
        "test_error",
        "parameters_sha256",
    }
    for path in (DIRECTORY / "results").glob("*.json"):
        result = json.loads(path.read_text(encoding="utf-8"))
        assert result.keys() == keys
        assert path.stem == f"{result['recipe']}-{result['seed']}"
        assert 0 < result["test_error"] < 1
        assert len(result["parameters_sha256"]) == 64


def write_recipe(directory, name="small", results=()):
    text = "place = 1\nabout = 'A'\nsource = 'S'\nseeds = 3\n[settings]\nhidden = [4]\nepochs = 2\n"
    (directory / f"{name}.toml").write_text(text)
    (directory / "results").mkdir(exist_ok=True)
    for seed, error, hidden in results:
        values = {
            "settings": {"hidden": [hidden], "epochs": 2},
            "seed": seed,
            "seconds": 10 + seed,
            "test_error": error,
        }
        (directory / "results" / f"{name}-{seed}.json").write_text(json.dumps(values))
    return load_recipes(directory)[name]


def test_the_results_of_a_recipe_are_summed_up(tmp_path):
    recipe = write_recipe(tmp_path, results=[(0, 0.02, 4), (1, 0.04, 4), (11, 0.03, 4)])
    assert [result.seed for result in recipe.results] == [0, 1, 11]
    assert recipe.mean_error == pytest.approx(0.03)
    assert recipe.deviation == pytest.approx(0.01)
    assert recipe.seconds == 11
    assert recipe.command == "glassnet train --recipe small --seeds 3"


def test_a_result_of_other_settings_or_of_another_recipe_does_not_count(tmp_path):
    write_recipe(tmp_path, "small-net", results=[(0, 0.5, 4)])
    recipe = write_recipe(tmp_path, results=[(0, 0.02, 4), (1, 0.04, 5)])
    assert [result.seed for result in recipe.results] == [0]
    assert recipe.deviation is None
    assert write_recipe(tmp_path, "unmeasured").mean_error is None


@pytest.mark.parametrize("damage", ["{", "{}", "[]", '{"settings": 3, "seed": 0, "seconds": 1, "test_error": 0}'])
def test_a_damaged_result_is_refused_by_its_recipes_name(tmp_path, damage):
    write_recipe(tmp_path, results=[(0, 0.02, 4)])
    (tmp_path / "results" / "small-0.json").write_text(damage)
    with pytest.raises(RunError, match=r"small\.toml"):
        load_recipes(tmp_path)


def test_recipes_that_are_missing_are_missed(tmp_path):
    with pytest.raises(RunError, match="no recipes"):
        load_recipes(tmp_path / "nowhere")


def test_the_installed_package_has_the_recipes():
    project = tomllib.loads((DIRECTORY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"] == {"recipes": "glassnet/recipes"}


def test_a_recipe_that_does_not_exist_is_answered_with_the_nearest():
    from glassnet.runs.recipes import recipe_settings

    with pytest.raises(UnknownNameError, match="Did you mean 'simard'"):
        recipe_settings("simmard")


@pytest.mark.parametrize(
    "text",
    [
        "settings = 3\nplace = 1\nabout = 'a'\nsource = 's'",
        "about = 1",
        "place = 1\nabout = 'a'\nsource = 's'\nsettings = {hiden = [3]}",
        "[",
        "x = 1",
    ],
)
def test_a_file_that_is_no_recipe_is_refused_by_its_name(tmp_path, text):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(RunError, match=r"bad\.toml"):
        load_recipes(tmp_path)
