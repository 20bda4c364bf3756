"""Recipes: settings with a name, what is known of them, and what was measured with them."""

from __future__ import annotations

import json
import statistics
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import RunError
from ..names import find
from .settings import checked

_INSTALLED = Path(__file__).parents[1] / "recipes"
DIRECTORY = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[3] / "recipes"
RESULTS = "results"
REQUIRED = {"place", "about", "source", "settings"}
KNOWN = REQUIRED | {"published_error", "published_note", "note", "seeds"}


@dataclass(frozen=True)
class Result:
    """What one run of a recipe gave, as `recipes/measure.py` writes it.

    Attributes
    ----------
    seed : int
        The run's.
    seconds : float
        Of training.
    test_error : float
        A fraction, 0..1.
    """

    seed: int
    seconds: float
    test_error: float


@dataclass(frozen=True)
class Recipe:
    """Settings, where they come from, and how well they do.

    Attributes
    ----------
    name : str
        What it is called by.
    place : int
        In the list of recipes.
    about, source : str
        What it is, and whose.
    settings : dict
        As `settle` takes them.
    published_error : float or None
        The source's test error, a fraction.
    published_note : str
        What else is to be known of that figure.
    note : str
        In what it differs from its source.
    seeds : int
        With how many it is measured.
    results : tuple of Result
        What was measured, by seed.
    """

    name: str
    place: int
    about: str
    source: str
    settings: dict[str, Any]
    published_error: float | None = None
    published_note: str = ""
    note: str = ""
    seeds: int = 5
    results: tuple[Result, ...] = field(default=(), compare=False)

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
    """Read all recipes and their results.

    Parameters
    ----------
    directory : Path, optional
        Where the files are.

    Returns
    -------
    dict of str to Recipe
        By name: history first, by year; then our own, from the fastest to the best.

    Raises
    ------
    RunError
        If a file is not a recipe.
    """
    recipes = [_read(path, directory / RESULTS) for path in directory.glob("*.toml")]
    return {recipe.name: recipe for recipe in sorted(recipes, key=lambda recipe: recipe.place)}


def recipe_settings(name: str) -> dict[str, Any]:
    """Give the settings of the recipe of that name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    return find("recipe", name, load_recipes()).settings


def _read(path: Path, results: Path) -> Recipe:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        if not REQUIRED <= values.keys() <= KNOWN:
            raise ValueError(f"its keys are {', '.join(values)}")
        values["settings"] = checked(values["settings"])
    except (OSError, ValueError, TypeError) as error:
        raise RunError("not a recipe", got=error, where=path, remedy="Compare it with the others") from error
    found = sorted(results.glob(f"{path.stem}-*.json"))
    measured = [_result(file) for file in found if file.stem.removeprefix(f"{path.stem}-").isdecimal()]
    return Recipe(name=path.stem, **values, results=tuple(sorted(measured, key=lambda result: result.seed)))


def _result(path: Path) -> Result:
    values = json.loads(path.read_text(encoding="utf-8"))
    return Result(values["seed"], values["seconds"], values["test_error"])
