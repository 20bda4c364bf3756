"""How good a table's answers are, as ``train`` and ``evaluate`` print it: what stands out comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from ..evaluation.scores import AT_HALF
from ..formatting import number, percent, quantity
from .terminal import plain_table, shown

METRICS = {"f1": "F1", "auc": "AUC", "ece": "calibration error", "rmse": "RMSE", "mae": "MAE", "r_squared": "R²"}
PARTS = ("out_of_fold", "validation", "test", "file")
SHARES, AMOUNTS = ("accuracy", "balanced_accuracy"), ("rmse", "mae")  # written as percentages, and in any unit


def print_scores(scores: Mapping[str, Any], console: Console) -> None:
    """Print what stands out, the base rate, all metrics, and how it is decided between two classes."""
    parts = {name.replace("_", "-"): dict(scores[name]) for name in PARTS if name in scores}
    first, heads = next(iter(parts.values())), [head for part in parts for head in (part, "95% interval", "base")]
    for line in _findings(scores, first):
        console.print(f"[bold]{shown(line)}[/bold]", soft_wrap=True)
    console.print(f"base rate: {shown(_base_rate(scores, first))}\n", soft_wrap=True)
    rows = [f"{part} of {scored.pop('rows'):,} rows" for part, scored in parts.items()]
    table = plain_table("", *heads)
    for name in sorted(first, key=lambda name: list(first).index(name.removesuffix(AT_HALF))):
        cells = [cell for part in parts.values() for cell in _cells(name.removesuffix(AT_HALF), part[name])]
        table.add_row("  at 0.5" if name.endswith(AT_HALF) else _label(name), *cells)
    console.print(table)
    console.print(f"\n{', '.join(rows)}", soft_wrap=True)
    if positive := scores.get("positive"):
        other = next(name for name in scores["base_rate"]["shares"] if name != positive)
        said = f'"{positive}" is the positive class, answered from a probability of {scores["threshold"]:.3g} on'
        console.print(shown(f'{said}; --positive "{other}" takes the other'), soft_wrap=True)


def _findings(scores: Mapping[str, Any], first: Mapping[str, Any]) -> list[str]:
    """Say which classes are not found, and whether nothing was learned."""
    remedy = "--threshold f1 or --cost fp=1,fn=20" if "positive" in scores else "--class-weights balanced"
    found = [
        f'"{name}" is {"hardly ever" if right else "never"} found: {right:,} of its {rows:,} rows; {remedy} finds more'
        for name, (right, rows) in scores.get("hardly_found", {}).items()
    ]
    name = "auc" if "auc" in first else "r_squared"
    low, high = first[name]["interval"]
    if low is not None and low <= first[name]["base"]:
        interval = f"95% interval {_written(name, low)} to {_written(name, high)}"
        value = f"{_label(name)} {_written(name, first[name]['value'])}"
        found.append(f"not clearly better than the base rate: {value} ({interval})")
    return found


def _base_rate(scores: Mapping[str, Any], first: Mapping[str, Any]) -> str:
    base = scores["base_rate"]
    if "shares" in base:
        return f'always "{base["answer"]}" is right for {percent(max(base["shares"].values()), 1)} of the training rows'
    means = base["answer"] if isinstance(base["answer"], list) else [base["answer"]]
    mean = ", ".join(quantity(value, scores["unit"]) for value in means)
    return f"always {mean}, the mean of the training rows, has an RMSE of {quantity(first['rmse']['base'])}"


def _label(name: str) -> str:
    return METRICS.get(name, name.replace("_", " "))


def _cells(name: str, score: Mapping[str, Any]) -> tuple[str, str, str]:
    low, high = (_written(name, end) for end in score["interval"])
    return (
        f"[bold]{_written(name, score['value'])}[/bold]",
        "-" if low == high == "-" else f"{low.rstrip('%')}–{high}",
        _written(name, score["base"]),
    )


def _written(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    # 0 is added, as it makes 0 of −0.
    return (
        percent(value, 1)
        if name in SHARES
        else quantity(value)
        if name in AMOUNTS
        else number(round(value, 3) + 0.0, 3)
    )
