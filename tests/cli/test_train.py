"""Seeds, ensembles and recipes, by the command that a person types."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from glassnet.runs.recipes import load_recipes

SMALL = ["--train-size", "1000", "--validation-size", "500", "--epochs", "2", "--hidden", "16"]


@pytest.fixture
def call(call, monkeypatch, tmp_path):
    """Run a command in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return call


def test_several_seeds_give_mean_deviation_and_interval(call):
    code, out, _ = call("train", *SMALL, "--seeds", 3, "--seed", 5, "--json")
    summary = json.loads(out)
    assert code == 0
    assert summary["seeds"] == [5, 6, 7]
    assert len(summary["test_accuracy"]["values"]) == 3
    assert {path.name for path in Path("runs/001").iterdir()} == {
        "config.toml",
        "seed-5",
        "seed-6",
        "seed-7",
        "summary.json",
    }
    code, again, _ = call("train", "--json", "--run", "runs/001", "--resume")
    assert (code, json.loads(again)["test_accuracy"]) == (0, summary["test_accuracy"])


def test_a_run_with_several_seeds_says_which_of_them_to_name(call):
    call("train", *SMALL, "--seeds", 2)
    code, out, error = call("evaluate", "runs/001")
    assert (code, out) == (1, "")
    assert "Name one of its seeds: runs/001/seed-0" in error
    assert call("evaluate", "runs/001/seed-0")[0] == 0


def test_what_is_no_run_is_not_resumed(call):
    Path("full").mkdir()
    Path("full/letter.txt").write_text("Dear reader")
    code, _, error = call("train", *SMALL, "--run", "full", "--resume")
    assert (code, "nothing to resume" in error, [*Path("full").iterdir()]) == (2, True, [Path("full/letter.txt")])


def test_several_seeds_are_reported_in_words(call):
    code, out, _ = call("train", *SMALL, "--seeds", 2)
    assert code == 0
    assert "test accuracy" in out
    assert "2 seeds; 95% interval of the mean" in out
    assert out.count(" ± ") == 2
    code, out, _ = call("train", "--dataset", "rotated-mnist", *SMALL, "--seeds", 2)
    assert (code, "test rmse" in out) == (0, True)


def test_an_ensemble_is_trained_evaluated_and_used_like_one_network(call, mnist):
    code, out, error = call("train", *SMALL, "--ensemble", 2, "--json")
    result = json.loads(out)
    assert (code, result["parameters"]) == (0, 2 * 12_730)
    assert "2 networks" in error
    code, out, _ = call("evaluate", "runs/001", "--split", "test", "--json")
    assert (code, json.loads(out)["accuracy"]) == (0, result["test_accuracy"])


def test_a_recipe_gives_the_settings_and_options_win_over_it(call):
    code, _, _ = call("train", "--recipe", "simard", *SMALL, "--json")
    config = Path("runs/001/config.toml").read_text()
    assert code == 0
    for line in ("hidden = [16]", "epochs = 2", "elastic = 1.5", "batch_size = 128"):
        assert line in config.splitlines()


def test_recipes_are_listed_with_published_and_measured_errors(call):
    code, out, error = call("recipes")
    assert (code, error) == (0, "")
    for name, recipe in load_recipes().items():
        (line,) = (line for line in out.splitlines() if line.split()[:1] == [name])
        for figure in (recipe.published_error, recipe.mean_error):
            assert figure is None or f"{figure:.2%}" in line
    assert max(map(cell_len, out.splitlines())) <= 100


def test_all_about_one_recipe_is_told(call):
    code, out, _ = call("recipes", "simard")
    recipe = load_recipes()["simard"]
    assert code == 0
    for fact in (recipe.about, recipe.source, recipe.note, recipe.command, "0.70%", "elastic"):
        assert fact in out
    code, out, _ = call("recipes", "simard", "--json")
    (entry,) = json.loads(out)["recipes"]
    assert (code, entry["published_error"], entry["settings"]["hidden"]) == (0, 0.007, [800])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--recipe", "simmard"], "Did you mean 'simard'"),
        (["--recipe", ""], "unknown recipe"),
        (["--seeds", "0"], "invalid seeds: expected a whole number, at least 1, got 0."),
        (["--ensemble", "0"], "invalid ensemble"),
        (["--dropout", "1"], "invalid dropout"),
        (["--average-decay", "0.9", "--average-tail", "0.5"], "two averages"),
        (["--dataset", "rotated-mnist", "--rotation", "5"], "changes the target"),
        (["--shift", "-1"], "invalid shift"),
    ],
)
def test_wrong_use_gives_one_line_and_leaves_no_run(call, arguments, message):
    code, out, error = call("train", *SMALL, *arguments)
    assert (code, out) == (2, "")
    assert message in error
    assert error.count("\n") == 1
    assert not Path("runs").exists()
