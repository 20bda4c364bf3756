"""``glassnet evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command(name="evaluate")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--split",
    type=click.Choice(["validation", "test"]),
    default="validation",
    show_default=True,
    help="Make choices on validation; open the test set once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(run: Path, split: str, as_json: bool) -> None:
    """Evaluate the model of RUN on a split of the data it belongs to."""
    from ..evaluation.evaluate import ClassificationResult, evaluate
    from ..hardware import one_blas_thread
    from ..runs.directory import read_run
    from .terminal import print_json, results

    _, data, model = read_run(run)
    with one_blas_thread():
        result = evaluate(model, getattr(data, split))
    if as_json:
        print_json({"run": str(run), "dataset": data.name, "split": split, **result.as_dict()})
    elif isinstance(result, ClassificationResult):
        _print_classification(result, split, data.class_names)
    else:
        results().print(f"{split}: {result.examples:,} examples")
        results().print(f"RMSE  [bold]{result.rmse:.3f} {data.unit}".rstrip() + "[/bold]")
        results().print(f"MAE   {result.mae:.3f} {data.unit}".rstrip())
        results().print(f"R²    {result.r_squared:.4f}")


def _print_classification(result: Any, split: str, class_names: tuple[str, ...]) -> None:
    from rich.markup import escape

    from ..formatting import percent
    from .terminal import plain_table, results

    console = results()
    low, high = (percent(bound) for bound in result.accuracy_interval)
    console.print(f"{split}: {result.examples:,} examples")
    console.print(f"accuracy [bold]{percent(result.accuracy)}[/bold] (95% interval {low} to {high})")
    console.print(f"cross-entropy {result.cross_entropy:.4f}\n")
    by_class = plain_table("class", "precision", "recall", "F1", "examples", title="By class")
    names = [escape(name) for name in class_names]
    for index, name in enumerate(names):
        figures = (percent(values[index]) for values in (result.precision, result.recall, result.f1))
        by_class.add_row(name, *figures, f"{result.confusion[index].sum():,}")
    console.print(by_class)
    console.print()
    confusion = plain_table("true", *names, title="Confusion: rows are true, columns predicted")
    for index, name in enumerate(names):
        cells = [_cell(count, index == column) for column, count in enumerate(result.confusion[index])]
        confusion.add_row(name, *cells)
    console.print(confusion)


def _cell(count: int, right: bool) -> str:
    if right:
        return f"[dim]{count}[/dim]"
    return f"[bold]{count}[/bold]" if count else "·"
