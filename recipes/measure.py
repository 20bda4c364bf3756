"""Measure recipes: train each with its seeds, by the command that anybody would type, and keep what came out.

    python recipes/measure.py NAME [NAME ...] [--seed N]

Each seed's run is runs/recipes/NAME-SEED, and one that is interrupted goes on where it was; what it gave is written to
recipes/results/NAME-SEED.json. A seed that has been measured with the recipe's present settings is not run again.
"""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from glassnet.files import write_whole
from glassnet.registry import find
from glassnet.runs.recipes import Recipe, load_recipes

HERE = Path(__file__).parent


def measure(recipe: Recipe, seed: int) -> dict[str, Any]:
    """Train a recipe with a seed, or go on with it; give what is worth keeping."""
    command = f"glassnet train --recipe {recipe.name} --seed {seed} --json"
    run = HERE.parent / "runs" / "recipes" / f"{recipe.name}-{seed}"
    run.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", *shlex.split(command), "--run", run, "--resume"], check=True)
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    validation = metrics["validation_accuracy"]
    return {
        "recipe": recipe.name,
        "command": command,
        "settings": recipe.settings,
        "seed": seed,
        "versions": {**metrics["versions"], "blas": metrics["blas"], "input_parts": metrics["input_parts"]},
        "seconds": metrics["elapsed_seconds"],
        "validation_error": None if validation is None else 1 - validation,
        "test_error": 1 - metrics["test_accuracy"],
        "parameters_sha256": metrics["parameters_sha256"],
    }


def main() -> None:
    """Measure what is named and has not been measured yet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--seed", type=int, help="this one alone; all of the recipe's by default")
    arguments = parser.parse_args()
    recipes = load_recipes(HERE)
    (HERE / "results").mkdir(exist_ok=True)
    for recipe in [find("recipe", name, recipes) for name in arguments.names]:
        done = {result.seed for result in recipe.results}
        for seed in range(recipe.seeds) if arguments.seed is None else [arguments.seed]:
            if seed not in done:
                path = HERE / "results" / f"{recipe.name}-{seed}.json"
                write_whole(path, json.dumps(measure(recipe, seed), indent=2) + "\n")


if __name__ == "__main__":
    main()
