"""``glassnet evaluate``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from ..data.reading import SKIP
from ..errors import DataError, GlassnetError, listed
from ..formatting import printable
from .new_data import BadRows, RowError, on_error_option, reading_options

if TYPE_CHECKING:
    from ..arrays import AnyArray
    from ..data.dataset import Dataset, Examples
    from ..evaluation.evaluate import ClassificationResult, RegressionResult
    from ..model.model import Model


@click.command(name="evaluate")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--split",
    type=click.Choice(["validation", "test"]),
    default="validation",
    show_default=True,
    help="Compare models on validation; use the test set once, at the end.",
)
@click.option("--dataset", type=click.Path(path_type=Path), help="The same as FILE.")
@click.option("--target", metavar="NAME", help="Column of FILE with the true answers. [as in training]")
@on_error_option
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    run: Path, file: Path | None, dataset: Path | None, split: str, as_json: bool, on_error: str, **how: Any
) -> None:
    """Evaluate the model of RUN on a split of its data, or on all rows of FILE.

    FILE has the true answers; columns are found by name. RUN may then be a model file. Of the run's own data, moved or
    not, the split is judged.
    """
    from ..evaluation.evaluate import evaluate, result_of_answers
    from ..evaluation.scores import scores_of_table
    from ..formatting import finite
    from ..hardware import one_blas_thread
    from ..runs.directory import read_run
    from .terminal import print_json

    if file and dataset:
        raise click.UsageError("FILE and --dataset are the same: give one", click.get_current_context())
    file, known, data = file or dataset, None, None
    if own := _own_data(run, file) if file else read_run(run)[1:]:
        from ..runs.multirun import out_of_fold

        data, model = own
        if file:
            said = f"{file.name}: the run's own data, of which the rows of its {split} are judged"
            click.echo(printable(said), err=True)
        known = out_of_fold(run, data)
        examples, name, about = getattr(data, split), split, dict[str, Any](dataset=data.name, split=split)
    elif file:
        from ..model.model import load_model
        from ..runs.directory import model_file

        model, bad = load_model(model_file(run)), BadRows(file.name, skip=on_error == SKIP)
        examples = _labelled(model, run, file, bad, **how)
        name, about = file.name, {"file": str(file), "skipped": bad.bad}
    with one_blas_thread():
        answered = known if split == "validation" else None
        result = result_of_answers(model, *answered) if answered else evaluate(model, examples)
        name = "out-of-fold" if answered else name
        scores = finite(scores_of_table(model, data, known) if data else _scores_of_file(model, run, examples))
    if as_json:
        print_json({"run": str(run), **about, **result.as_dict(), **({"scores": scores} if scores else {})})
    else:
        _print(result, name, model, scores)


def _own_data(run: Path, file: Path) -> tuple[Dataset, Model] | None:
    """Read a file that a run was trained with, perhaps moved, so that it has learned from most rows; else None."""
    from ..runs.directory import read_run

    try:
        return read_run(run, file)[1:] if run.is_dir() and file.is_file() else None
    except GlassnetError:
        return None


def _scores_of_file(model: Model, run: Path, examples: Examples) -> dict[str, Any] | None:
    """Score the answers for a file beside the base rate of the run; None where that is not known, or not a table."""
    from ..evaluation.scores import answers_of, score_parts
    from ..runs.run import METRICS, read_metrics

    known = read_metrics(run / METRICS).get("scores") if (run / METRICS).is_file() else None
    if not known:
        return None
    base = known["base_rate"]
    values = np.array(list(base["shares"].values()) if "shares" in base else base["answer"])
    return score_parts(model, {"file": (answers_of(model, examples), examples.targets)}, values)


def _labelled(model: Model, run: Path, file: Path, bad: BadRows, **how: Any) -> Examples:
    """Read the rows of a file with what is to be said of them, but for the bad ones."""
    from ..data.dataset import Examples
    from ..errors import DataFileError
    from .new_data import numbered_blocks, open_new, unanswerable

    source = open_new(model, run, file, judged=True, **how)
    if source.lacks_targets:
        raise DataFileError("no targets to evaluate with", expected="a target for each row", where=file)
    read = list(numbered_blocks(source))
    errors = {number: error for block in read for number, error in block.errors.items()}
    blocks = [block for block in read if block.targets is not None]
    numbers = [number for block in blocks for number in block.numbers]
    places = [place for block in blocks for place in block.places]
    inputs = np.concatenate([block.inputs for block in blocks]) if blocks else np.empty((0, 0))
    targets, wrong = np.empty(0), dict[int, RowError]()
    if numbers:
        found = np.concatenate([block.targets for block in blocks if block.targets is not None])
        targets, wrong = _targets(model, source.targets_like(found, model.class_names), places)
        model.preprocessing.flatten(inputs[:1])  # what is wrong with all rows is not the fault of one
        wrong = unanswerable(model, inputs, places) | wrong
    bad.count(len(numbers) + len(errors), errors | {numbers[position]: error for position, error in wrong.items()})
    bad.tell()
    kept = np.delete(np.arange(len(inputs)), list(wrong))
    return Examples(inputs, targets, kept)


def _targets(model: Model, targets: AnyArray, stands: Sequence[str]) -> tuple[AnyArray, dict[int, RowError]]:
    """Give the numbers of classes, or the numbers themselves, and by their position what is wrong with others."""
    from ..data.preprocessing.targets import number_classes

    kinds, places = np.unique(targets, return_inverse=True)
    settled: list[float] = []
    for kind in kinds:
        try:
            known = int(number_classes(np.array([kind]), model.class_names)[0]) if model.class_names else float(kind)
            settled.append(known)
        except ValueError:  # of a class that is not known, as DataError is one
            settled.append(np.nan)
    expected = f"one of {listed(model.class_names, most=10)}" if model.class_names else "a finite number"
    wrong: dict[int, RowError] = {}
    for position in np.flatnonzero(~np.isfinite(settled)[places]).tolist():
        got, where = repr(str(targets[position])), stands[position]
        wrong[position] = DataError("not a target", expected=expected, got=got, where=where)
    found = np.nan_to_num(settled)[places]
    return found.astype(np.int64) if model.class_names else found, wrong


def _print(result: ClassificationResult | RegressionResult, name: str, model: Model, scores: Any) -> None:
    from ..evaluation.evaluate import ClassificationResult
    from ..formatting import number, quantity
    from .scores_view import print_scores
    from .terminal import results, shown

    console = results()
    if scores:
        print_scores(scores, console)
    if isinstance(result, ClassificationResult):
        _print_classification(result, name, model.class_names, brief=bool(scores))
    if scores or isinstance(result, ClassificationResult):
        return
    console.print(f"{shown(name)}: {result.examples:,} examples")
    console.print(f"RMSE  [bold]{shown(quantity(result.rmse, model.unit))}[/bold]")
    console.print(f"MAE   {shown(quantity(result.mae, model.unit))}")
    console.print(f"R²    {number(result.r_squared)}")


def _print_classification(result: Any, split: str, class_names: tuple[str, ...], brief: bool) -> None:
    from ..formatting import number, percent
    from .terminal import plain_table, results, shown

    console = results()
    low, high = (percent(bound) for bound in result.accuracy_interval)
    if not brief:
        console.print(f"{shown(split)}: {result.examples:,} examples")
        console.print(f"accuracy [bold]{percent(result.accuracy)}[/bold] (95% interval {low} to {high})")
        console.print(f"cross-entropy {number(result.cross_entropy)}")
    console.print(f"\n[bold]By class[/bold]{f', {shown(split)}' if brief else ''}")
    by_class = plain_table("class", "precision", "recall", "F1", "examples")
    names = [shown(name) for name in class_names]
    for index, name in enumerate(names):
        figures = (percent(values[index]) for values in (result.precision, result.recall, result.f1))
        by_class.add_row(name, *figures, f"{result.confusion[index].sum():,}")
    console.print(by_class)
    console.print()
    console.print("[bold]Confusion: rows are true, columns predicted[/bold]")
    confusion = plain_table("true", *names)
    for index, name in enumerate(names):
        cells = [_cell(count, index == column) for column, count in enumerate(result.confusion[index])]
        confusion.add_row(name, *cells)
    console.print(confusion)


def _cell(count: int, right: bool) -> str:
    if right:
        return f"[dim]{count}[/dim]"
    return f"[bold]{count}[/bold]" if count else "·"
