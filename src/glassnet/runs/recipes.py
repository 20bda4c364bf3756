"""Recipes: settings with a name, what is known of them, and what was measured with them."""

from __future__ import annotations

import json
import statistics
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import GlassnetError, RunError
from ..registry import find
from .settings import checked, table

_INSTALLED = Path(__file__).parents[1] / "recipes"
DIRECTORY = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[3] / "recipes"
RESULTS = "results"
REQUIRED = {"place", "about", "source", "settings"}
KNOWN = REQUIRED | {"published_error", "published_note", "scaled_down", "note", "seeds"}


@dataclass(frozen=True)
class Result:
    """What one run of a recipe gave, as `recipes/measure.py` writes it; the test error is a fraction, 0..1."""

    seed: int
    seconds: float
    test_error: float

    @classmethod
    def read(cls, path: Path, settings: Mapping[str, Any]) -> Result | None:
        """Read a file; None if it was measured with other settings than these."""
        values = json.loads(path.read_text(encoding="utf-8"))
        same = checked(values["settings"]) == settings
        return cls(int(values["seed"]), float(values["seconds"]), float(values["test_error"])) if same else None


@dataclass(frozen=True)
class Recipe:
    """Settings, where they come from, and how well they do."""

    name: str
    place: int  # in the list of recipes
    about: str
    source: str
    settings: dict[str, Any]  # as `resolve` takes them
    published_error: float | None = None  # the source's test error, a fraction
    published_note: str = ""
    scaled_down: bool = False  # smaller or shorter than its source, which would take too long
    note: str = ""  # in what it differs from its source
    seeds: int = 5  # with how many it is measured
    results: tuple[Result, ...] = field(default=(), compare=False)  # by seed

    @property
    def command(self) -> str:
        """What trains it as it was measured."""
        return f"glassnet train --recipe {self.name}" + (f" --seeds {self.seeds}" if self.seeds > 1 else "")

    @property
    def mean_error(self) -> float | None:
        """The mean test error of the measured seeds; None before there is one."""
        return statistics.fmean(result.test_error for result in self.results) if self.results else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation over the seeds; None for fewer than two."""
        return statistics.stdev(result.test_error for result in self.results) if len(self.results) > 1 else None

    @property
    def seconds(self) -> float | None:
        """The median time of a run."""
        return statistics.median(result.seconds for result in self.results) if self.results else None


def load_recipes(directory: Path = DIRECTORY) -> dict[str, Recipe]:
    """Read all recipes and their results, by name: history first, by year; then our own, from the fastest to the best.

    A RunError if there are none, or a file is not a recipe or a result.
    """
    if not directory.is_dir():
        raise RunError("no recipes", where=directory, remedy="Install glassnet again")
    recipes = [_read(path, directory / RESULTS) for path in directory.glob("*.toml")]
    return {recipe.name: recipe for recipe in sorted(recipes, key=lambda recipe: recipe.place)}


def recipe_settings(name: str, dataset: str | None = None) -> dict[str, Any]:
    """Give the settings of the recipe of that name, UnknownNameError if there is none, for a data set to train on.

    On another data set than its own, the numbers of rows mean nothing and are left out.
    """
    settings = find("recipe", name, load_recipes()).settings
    own = settings.get("dataset", table()["dataset"].setting.default)
    sizes = () if dataset in (None, own) else ("train_size", "validation_size")
    return {key: value for key, value in settings.items() if key not in sizes}


def _read(path: Path, results: Path) -> Recipe:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        if not REQUIRED <= values.keys() <= KNOWN:
            raise ValueError(f"its keys are {', '.join(values)}")
        values["settings"] = checked(dict(values["settings"]))
        files = sorted(file for file in results.glob(f"{path.stem}-*.json") if _seed(file, path.stem).isdecimal())
        read = [Result.read(file, values["settings"]) for file in files]
        measured = sorted(filter(None, read), key=lambda result: result.seed)
        return Recipe(name=path.stem, **values, results=tuple(measured))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, GlassnetError) as error:
        raise RunError(
            "not a recipe, or not its result", got=error, where=path, remedy="Install glassnet again"
        ) from error


def _seed(file: Path, name: str) -> str:
    return file.stem.removeprefix(f"{name}-")
