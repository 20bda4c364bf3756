"""What came of a sweep as one self-contained page: the search, what mattered, and all trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from ..formatting import percent, quantity
from ..runs.space import Choice, Dimension, Range, setting_in_words
from .figures import BLUE, INK, MUTED, figure, round_ticks
from .single_file import render_static

SMALL = (3.6, 2.7)  # inches
LEAST_ERROR = 1e-4  # that is drawn, as an axis of logarithms has no zero
SPREAD = 0.22  # of points above the same word
Trials = Sequence[Mapping[str, Any]]


def sweep_page(summary: Mapping[str, Any], dimensions: Mapping[str, Dimension]) -> str:
    """Render the summary of a sweep, whose searched settings are these."""
    measure = summary["measure"]
    trials = [trial for trial in summary["trials"] if trial[measure] is not None]
    order = list(dict.fromkeys([*summary["importances"], *dimensions]))
    panels = [_panel(summary, trials, name, dimensions[name]) for name in order]
    return render_static(
        "sweep.html",
        name=summary["run"].rsplit("/", 1)[-1],
        data=summary["dataset"],
        headline=f"{_score(measure, summary['best'][measure])}, the best of {len(summary['trials'])} trials",
        findings=_findings(summary),
        history=_history(summary, trials),
        importances=_bars(summary["importances"]),
        panels=panels,
        measure=_words(measure),
        columns=[_words(name) for name in order],
        rows=_rows(summary, order),
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _findings(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say which settings are best, what they reach, what mattered, and what it took."""
    best = summary["best"]
    settings = ", ".join(f"{_words(name)} {setting_in_words(value)}" for name, value in best["settings"].items())
    tested = summary["measure"].replace("validation", "test")
    names = [name for name in (summary["measure"], tested) if best[name] is not None]
    scores = " and ".join(f"{_words(name)} {_score(name, best[name])}" for name in names)
    counts = ", ".join(f"{summary[state]} {state}" for state in ("complete", "pruned", "failed") if summary[state])
    found = [("Best with", f"{settings}."), ("Reaches", f"{scores}, in {best['run']}.")]
    if summary["importances"]:
        name, part = max(summary["importances"].items(), key=lambda pair: pair[1])
        found.append(("Mattered", f"{_words(name)} most: {percent(part, 0)} of what told good trials from others."))
    return [*found, ("Took", f"{summary['elapsed_seconds']:,.0f} s of training: {counts}.")]


def _score(measure: str, value: float | None) -> str:
    if value is None:
        return ""
    return percent(value) if measure.endswith("accuracy") else quantity(value)


def _bars(importances: Mapping[str, float]) -> list[tuple[str, str, float]]:
    most = max(importances.values(), default=0) or 1
    return [(_words(name), percent(share, 0), 100 * share / most) for name, share in importances.items()]


def _rows(summary: Mapping[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """Give all trials, the best first, and those without a score last."""
    sign = -1 if summary["direction"] == "maximize" else 1
    measure = summary["measure"]

    def rank(trial: Mapping[str, Any]) -> tuple[bool, float]:
        return trial["state"] != "complete", sign * (trial[measure] or 0)

    return [
        {
            "trial": trial["trial"],
            "score": _score(measure, trial[measure]),
            "state": trial["state"],
            "epochs": trial["epochs"],
            "cells": [setting_in_words(trial["settings"].get(name)) for name in names],
        }
        for trial in sorted(summary["trials"], key=rank)
    ]


def _error(summary: Mapping[str, Any], trial: Mapping[str, Any]) -> float:
    """Give the score as an error, which is less where the trial is better."""
    score = float(trial[summary["measure"]])
    return max(1 - score if summary["direction"] == "maximize" else score, LEAST_ERROR)


def _history(summary: Mapping[str, Any], trials: Trials) -> str:
    """Draw the error of each trial, and the least until then."""

    def draw(axes: Any) -> None:
        complete = [trial for trial in trials if trial["state"] == "complete"]
        _points(axes, summary, trials, [float(trial["trial"]) for trial in trials])
        least = list(accumulate((_error(summary, trial) for trial in complete), min))
        numbers = [trial["trial"] for trial in complete]
        axes.step(numbers, least, where="post", color=BLUE, linewidth=1.6, label="best so far")
        axes.set_xlabel("trial")
        _error_axis(axes, summary, trials)
        axes.legend(fontsize=8, loc="upper right")

    return figure(draw, "The error of each trial, and the least until then", (8.4, 3.2))


def _panel(summary: Mapping[str, Any], trials: Trials, name: str, dimension: Dimension) -> str:
    """Draw the error of trials over what one setting was."""
    taken = [trial for trial in trials if name in trial["settings"]]
    values = [trial["settings"][name] for trial in taken]

    def draw(axes: Any) -> None:
        if isinstance(dimension, Range):
            numbers = [float(value[0] if isinstance(value, tuple) else value) for value in values]
            if dimension.log:
                axes.set_xscale("log")
                round_ticks(axes.xaxis, dimension.low, dimension.high, lambda tick: f"{tick:g}")
            _points(axes, summary, taken, numbers)
        else:
            _points(axes, summary, taken, _spread(dimension, taken, values))
            axes.set_xticks(range(len(dimension.values)), [setting_in_words(value) for value in dimension.values])
            axes.set_xlim(-0.5, len(dimension.values) - 0.5)
        axes.set_xlabel(_words(name))
        _error_axis(axes, summary, trials)

    return figure(draw, f"The error of trials over their {_words(name)}", SMALL)


def _spread(dimension: Choice, taken: Trials, values: Sequence[Any]) -> list[float]:
    """Put trials of the same value beside one another, in the order of the search."""
    last = max(trial["trial"] for trial in taken) if taken else 0
    shares = [trial["trial"] / last if last else 0.5 for trial in taken]
    places = [dimension.values.index(value) for value in values]
    return [place + SPREAD * (2 * share - 1) for place, share in zip(places, shares, strict=True)]


def _points(axes: Any, summary: Mapping[str, Any], trials: Trials, across: Sequence[float]) -> None:
    """Draw complete trials, those that were ended early, and the best."""
    best = summary["best"]["trial"]
    styles: dict[str, dict[str, Any]] = {
        "pruned": {"marker": "x", "color": MUTED, "markersize": 4},
        "complete": {"marker": "o", "color": INK, "markersize": 4},
        "best": {"marker": "o", "color": BLUE, "markersize": 8},
    }
    for kind, style in styles.items():
        pairs = [
            (x, _error(summary, trial))
            for x, trial in zip(across, trials, strict=True)
            if kind == ("best" if trial["trial"] == best else trial["state"])
        ]
        if pairs:
            axes.plot(*zip(*pairs, strict=True), linestyle="none", label=kind, **style)


def _error_axis(axes: Any, summary: Mapping[str, Any], trials: Trials) -> None:
    errors = [_error(summary, trial) for trial in trials]
    of_classes = summary["direction"] == "maximize"
    axes.set_yscale("log")
    round_ticks(axes.yaxis, min(errors), max(errors), lambda tick: f"{100 * tick:g}%" if of_classes else f"{tick:g}")
    axes.set_ylabel("wrong" if of_classes else "rmse")
