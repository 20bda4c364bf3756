"""How good a table's answers are, as ``train`` and ``evaluate`` print it: what stands out comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from ..evaluation.scores import AT_HALF
from ..formatting import number, percent, quantity
from .terminal import plain_table, shown

PARTS = {"out_of_fold": "out-of-fold", "validation": "validation", "test": "test", "file": "file"}
METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "auc": "AUC",
    "average_precision": "average precision",
    "log_loss": "log loss",
    "ece": "calibration error",
    "rmse": "RMSE",
    "mae": "MAE",
    "r_squared": "R²",
}
SHARES, AMOUNTS = ("accuracy", "balanced_accuracy"), ("rmse", "mae")


def print_scores(scores: Mapping[str, Any], console: Console, of: str = "the training rows") -> None:
    """Print what stands out, the base rate of some rows, all metrics, and how it is decided between two classes."""
    parts = {name: scores[name] for name in PARTS if name in scores}
    base, first = scores["base_rate"], next(iter(parts.values()))
    for line in _findings(scores, first):
        console.print(f"[bold]{shown(line)}[/bold]", soft_wrap=True)
    if "shares" in base:
        share = percent(base["shares"][base["answer"]], 1)
        said = f'always "{base["answer"]}" is right for {share} of {of}'
    else:
        mean, error = _amount(base["answer"], scores["unit"]), quantity(first["rmse"]["base"])
        said = f"always {mean}, the mean of {of}, has an RMSE of {error}"
    console.print(f"base rate: {shown(said)}\n", soft_wrap=True)
    heads = [head for part in parts for head in (PARTS[part], "95% interval", "base")]
    table = plain_table("", *heads)
    for name in (key for metric in METRICS for key in (metric, metric + AT_HALF) if key in first):
        cells = [cell for part in parts.values() for cell in _cells(name.removesuffix(AT_HALF), part[name])]
        table.add_row("  at 0.5" if name.endswith(AT_HALF) else METRICS[name], *cells)
    console.print(table)
    rows = ", ".join(f"{PARTS[name]}: {part['rows']:,} rows" for name, part in parts.items())
    console.print(f"\n{rows}", soft_wrap=True)
    if "positive" in scores:
        console.print(shown(_decision(scores)), soft_wrap=True)


def _findings(scores: Mapping[str, Any], first: Mapping[str, Any]) -> list[str]:
    """Say which classes are never found, and whether nothing was learned."""
    found = [
        f'"{name}" is never found: none of its {rows:,} rows is answered so; '
        + ("--threshold f1 or --cost" if "positive" in scores else "--class-weights balanced")
        + " finds some"
        for name, rows in scores.get("never_found", {}).items()
    ]
    name = "auc" if "auc" in first else "r_squared"
    value, (low, high), base = first[name].values()
    if low is not None and low <= base:
        interval = f"95% interval {_written(name, low)} to {_written(name, high)}"
        found.append(f"not clearly better than the base rate: {METRICS[name]} {_written(name, value)} ({interval})")
    return found


def _decision(scores: Mapping[str, Any]) -> str:
    """Say which class is the positive one, from which probability it is answered, and how to take the other."""
    name = scores["positive"]
    other = next(known for known in scores["base_rate"]["shares"] if known != name)
    said = f'"{name}" is the positive class, answered from a probability of {scores["threshold"]:.3g}'
    return f'{said}; --positive "{other}" takes the other'


def _cells(name: str, score: Mapping[str, Any]) -> tuple[str, str, str]:
    low, high = (_written(name, end) for end in score["interval"])
    interval = f"{low.rstrip('%')}–{high}"
    return f"[bold]{_written(name, score['value'])}[/bold]", interval, _written(name, score["base"])


def _written(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return percent(value, 1) if name in SHARES else quantity(value) if name in AMOUNTS else number(round(value, 3), 3)


def _amount(value: Any, unit: str = "") -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(quantity(one, unit) for one in values)
