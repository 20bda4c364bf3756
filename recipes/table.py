"""The table of recipes in docs/recipes.md, from their files and results.

python recipes/table.py
"""

from pathlib import Path

from glassnet.cli.recipes import measured, network, published, seeds, time_of
from glassnet.runs.recipes import Recipe, load_recipes

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "recipes.md"
BEGIN, END = "<!-- recipes -->\n", "<!-- end of recipes -->"
HEAD = ("recipe", "network", "published", "measured", "seeds", "a run takes")


def table(recipes: dict[str, Recipe]) -> str:
    """Give the table in Markdown."""
    rows = [HEAD, ("---",) * len(HEAD)]
    for recipe in recipes.values():
        figures = (published(recipe), measured(recipe), seeds(recipe), time_of(recipe))
        rows.append((f"`{recipe.name}`", network(recipe), *figures))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Write the table into its page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}{table(load_recipes(HERE))}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
