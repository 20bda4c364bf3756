"""``glassnet recipes``, and training by one."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from commands import SMALL
from glassnet.runs.recipes import load_recipes

pytestmark = pytest.mark.usefixtures("empty_directory")


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
