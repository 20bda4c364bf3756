"""Recipes and their measured results."""

import json
import tomllib

import pytest

from glassnet.errors import RunError, UnknownNameError
from glassnet.runs.directory import start_run
from glassnet.runs.recipes import DIRECTORY, load_recipes


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
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["sources"]["recipes"] == "glassnet/recipes"
    assert {"/recipes/*.toml", "/recipes/results/*"} <= set(wheel["include"])


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
