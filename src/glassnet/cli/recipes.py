"""``glassnet recipes``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..runs.recipes import Recipe


@click.command(name="recipes")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(name: str | None, as_json: bool) -> None:
    """List the recipes, with published and measured test errors; with NAME, show all of one recipe."""
    from ..registry import find
    from ..runs.recipes import load_recipes
    from .terminal import print_json

    recipes = load_recipes()
    chosen = [find("recipe", name, recipes)] if name else [*recipes.values()]
    if as_json:
        print_json({"recipes": [_as_dict(recipe) for recipe in chosen]})
    elif name:
        _print_one(chosen[0])
    else:
        _print_all(chosen)


def _as_dict(recipe: Recipe) -> dict[str, object]:
    found = {"mean_error": recipe.mean_error, "deviation": recipe.deviation, "seconds": recipe.seconds}
    return {**asdict(recipe), **found, "command": recipe.command}


def _print_all(recipes: list[Recipe]) -> None:
    from .terminal import plain_table, results

    table = plain_table("recipe", "network", "published", "measured", "seeds", "time", title="Test error")
    for recipe in recipes:
        figures = (published(recipe), measured(recipe), seeds(recipe), time_of(recipe))
        table.add_row(recipe.name, network(recipe), *figures)
    console = results()
    console.print(table)
    console.print(
        "\npublished: of glassnet's own recipes, the error to beat; *: of a larger network or a longer training"
    )
    console.print("measured: mean ± standard deviation over the seeds; time: the median run's, on 2 processors")
    console.print("details: glassnet recipes NAME; training: glassnet train --recipe NAME")


def _print_one(recipe: Recipe) -> None:
    from rich.markup import escape

    from .terminal import results

    console = results()
    console.print(f"[bold]{recipe.name}[/bold]  {escape(recipe.about)}\n", soft_wrap=True)
    time = time_of(recipe)
    runs = f"1 seed, {time}" if len(recipe.results) == 1 else f"{len(recipe.results)} seeds, {time} each"
    facts = {
        "source": escape(recipe.source),
        "published": " ".join(filter(None, [published(recipe), escape(recipe.published_note)])),
        "measured": f"{measured(recipe)} ({runs})" if recipe.results else "-",
        "note": escape(recipe.note),
    }
    for word, fact in facts.items():
        if fact:
            console.print(f"{word:<12}{fact}", soft_wrap=True)
    console.print(f"{'command':<12}{recipe.command}\n")
    for key, value in recipe.settings.items():
        shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
        console.print(f"  {key:<18}{shown}")


def network(recipe: Recipe) -> str:
    """Write the hidden layers, and how many networks there are."""
    hidden = "-".join(map(str, recipe.settings.get("hidden", (128,))))
    count = recipe.settings.get("ensemble", 1)
    return (f"{count} x " if count > 1 else "") + (hidden or "none")


def published(recipe: Recipe) -> str:
    """Write the source's test error."""
    if recipe.published_error is None:
        return "-"
    return f"{recipe.published_error:.2%}" + ("*" if recipe.scaled_down else "")


def measured(recipe: Recipe) -> str:
    """Write mean and deviation of the measured test errors."""
    if recipe.mean_error is None:
        return "-"
    return f"{recipe.mean_error:.2%}" + ("" if recipe.deviation is None else f" ± {recipe.deviation:.2%}")


def seeds(recipe: Recipe) -> str:
    """Write with how many seeds it was measured."""
    return str(len(recipe.results)) if recipe.results else "-"


def time_of(recipe: Recipe) -> str:
    """Write how long a run took."""
    if recipe.seconds is None:
        return "-"
    return f"{recipe.seconds:.1f} s" if recipe.seconds < 60 else f"{recipe.seconds / 60:.1f} min"
