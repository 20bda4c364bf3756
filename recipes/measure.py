"""Measure recipes: train each with its seeds, by the command that anybody would type, and keep what came out.

    python recipes/measure.py NAME [NAME ...] [--seed N]

Each seed's run stays in recipes/runs/NAME-SEED until it is finished, so that a run that is interrupted goes on where it
was; what it gave is written to recipes/results/NAME-SEED.json, and a seed that has a file there is not run again.
"""

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from glassnet.training.recipes import Recipe, load_recipes

HERE = Path(__file__).parent


def measure(recipe: Recipe, seed: int) -> dict[str, Any]:
    """Train a recipe with a seed, or go on with it; give what is worth keeping."""
    command = f"glassnet train --recipe {recipe.name} --seed {seed} --json"
    run = HERE / "runs" / f"{recipe.name}-{seed}"
    run.parent.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-m", *shlex.split(command), "--run", run, "--resume"], check=True)
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    validation = metrics["validation_accuracy"]
    return {
        "recipe": recipe.name,
        "command": command,
        "seed": seed,
        "versions": {**metrics["versions"], "blas": metrics["blas"], "threads": metrics["threads"]},
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
    for name in arguments.names:
        recipe = recipes[name]
        for seed in range(recipe.seeds) if arguments.seed is None else [arguments.seed]:
            path = HERE / "results" / f"{name}-{seed}.json"
            if not path.exists():
                path.write_text(json.dumps(measure(recipe, seed), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
