"""The report of a run on a table, findings first, and its model card."""

from __future__ import annotations

from calendar import day_name, month_name
from datetime import UTC, datetime
from functools import cached_property
from html import unescape
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats
from ..data.preprocessing.column_encoders import DateEncoder, calendar
from ..data.preprocessing.encoders import ColumnEncoding
from ..data.preprocessing.table import TablePreprocessing
from ..evaluation.inspection import partial_dependence, permutation_importance, worse_categories, write_value
from ..evaluation.metrics import wilson_interval
from ..evaluation.scores import Thresholds, answers_of, rarer, scores_of_table
from ..formatting import finite, quantity
from ..model.decision import Decision
from ..runs.run import METRICS
from . import figures
from .findings import how_it_learned, part_of
from .run_facts import Facts
from .single_file import fill, render_static

STRONGEST = 5  # columns of which it is shown how the answer depends on them
MISTAKES, OF_A_MISTAKE = 10, 6  # and columns that are shown of each
MOST_WORDS = 12  # of a column, the commonest first
GROUPS = 10  # of rows, by their answers
GRID = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # thresholds that are compared
LEAST_OF_A_SCALE = 8  # of the widest: so much narrower are those of columns of which less depends
FEW = 3  # different numbers that are shown as words are
DWARFS = 5  # times as important as the next column is what may know the answer
DATES, NUMBERS = 200, 33  # that the answer is computed for


def table_report(facts: Facts, **values: Any) -> tuple[str, str]:
    """Render the page of a run on a table, with more values for its template, and its model card as Markdown."""
    found = TableFacts(facts)
    values |= {"facts": facts, "found": found, "figures": figures}
    values |= {"headline": _headline(found), "learned": how_it_learned(facts)}
    for name in ("findings", "card"):  # lines of a name, a bar, and what is said
        lines = unescape(fill(f"{name}.txt", {}, values)).splitlines()
        values[name] = [line.split("|", 1) for line in lines if line.strip()]
    return render_static("table_report.html", **values), unescape(fill("model_card.md", {}, values))


def _headline(found: TableFacts) -> str:
    own, rows = found.scores[found.parts[0]], len(found.facts.examples)
    seen = f"{rows:,} rows it has not learned from"
    if found.facts.classifies:
        return f"Right about {found.target} in {part_of(own['accuracy']['value'], rows)} {seen}"
    return f"Off by {quantity(own['rmse']['value'], found.facts.data.unit)} on {seen}"


class TableFacts:
    """The numbers that a table's report has beside those of `Facts`."""

    def __init__(self, facts: Facts) -> None:
        data, model, examples = facts.data, facts.model, facts.examples
        assert isinstance(data.preprocessing, TablePreprocessing)
        self.facts, self.columns, self.rows, self.true = facts, data.preprocessing, examples.inputs, examples.targets
        self.target = str(data.reading["target"] or "the target")
        self.trained = f"{datetime.fromtimestamp((facts.path / METRICS).stat().st_mtime, UTC):%Y-%m-%d}"
        self.answers = facts.out_of_fold[1] if facts.out_of_fold else answers_of(model, examples)
        known = (self.answers, self.true) if facts.out_of_fold else None
        self.scores: dict[str, Any] = finite(facts.metrics.get("scores") or scores_of_table(model, data, known) or {})
        self.parts = [part for part in ("out_of_fold", "validation", "test") if part in self.scores]
        self.leaks = [decision for decision in data.reading.doubts if "leakage" in decision.doubt]
        if facts.classifies:
            self.said = model.decide(self.answers)
            self.errors: Floats = (self.said != self.true).astype(np.float64)
            shares = np.array(list(self.scores["base_rate"]["shares"].values()))
            self.decision = model.decision or Decision(0.5, rarer(shares))
        else:
            self.residuals = self.answers.ravel() - self.true.ravel()
            self.errors = np.abs(self.residuals)
            self.nearness = np.quantile(self.errors, (0.5, 0.9)).tolist()
        self.importance = permutation_importance(facts.parts)
        self.order = self.importance.strongest.tolist()
        self.names = [self.importance.columns[column] for column in self.order]
        self.rises = self.importance.increase[self.order].tolist()
        self.above_floor = sum(rise > self.importance.floor for rise in self.rises)
        self.dwarfs = len(self.rises) > 1 and self.rises[0] > DWARFS * max(self.rises[1], self.importance.floor)
        self.worse = worse_categories(self.columns, self.rows, self.errors)

    @cached_property
    def thresholds(self) -> Thresholds:
        """What each threshold makes of the rows, where there are two classes."""
        return Thresholds.of(self.answers[:, self.decision.positive], self.true == self.decision.positive)

    @property
    def counts(self) -> tuple[AnyArray, AnyArray]:
        """The rows called positive rightly and wrongly at each threshold, the first of which nothing reaches."""
        return np.append(0, self.thresholds.true_positives), np.append(0, self.thresholds.false_positives)

    def at(self, threshold: float) -> list[int]:
        """Count the rows called positive, rightly and wrongly, from a threshold on."""
        place = np.searchsorted(-self.thresholds.values, -threshold, side="right")
        return [int(counts[place]) for counts in self.counts]

    @property
    def grid(self) -> list[float]:
        """Thresholds to compare, with the one in use."""
        return sorted({*GRID, self.decision.threshold})

    @property
    def best_f1(self) -> float:
        """The threshold with the largest F1."""
        return self.thresholds.below(int(self.thresholds.f1().argmax()))

    @property
    def reliability(self) -> tuple[Floats, ...]:
        """Of equal groups by probability: its mean, the share that came true, and each interval's ends and a gap."""
        two = self.answers.shape[1] == 2
        sure = self.answers[:, self.decision.positive] if two else self.answers.max(axis=1)
        true = self.true == (self.decision.positive if two else self.answers.argmax(axis=1))
        groups = _groups(sure)
        ends = [(*wilson_interval(int(true[own].sum()), len(own)), np.nan) for own in groups]
        mean, came_true = (np.array([values[own].mean() for own in groups]) for values in (sure, true))
        return mean, came_true, np.repeat(mean, 3), np.array(ends).ravel()

    @property
    def spread(self) -> tuple[Floats, Floats]:
        """Of equal groups by predicted numbers: their median, and the first, fifth and ninth tenths of residuals."""
        predicted = self.answers.ravel()
        groups = _groups(predicted)
        tenths = [np.quantile(self.residuals[own], (0.1, 0.5, 0.9)) for own in groups]
        return np.array([np.median(predicted[own]) for own in groups]), np.array(tenths).T

    @property
    def mistakes(self) -> list[dict[str, Any]]:
        """Wrong answers, those first that leave the true class the least probability, or that are farthest off."""
        order = np.argsort(-self.errors, kind="stable")
        if self.facts.classifies:
            left = np.where(self.errors > 0, self.answers[np.arange(len(self.true)), self.true], 2)
            order = np.argsort(left, kind="stable")[: int(self.errors.sum())]
        return [
            {
                "row": int(self.facts.examples.indices[row]) + 1,
                "true": self._named(self.true[row]),
                "said": self._named(self.said[row])
                if self.facts.classifies
                else quantity(float(self.answers.ravel()[row])),
                "sure": float(self.answers[row, self.said[row]]) if self.facts.classifies else None,
                "cells": [self._written(column, self.rows[row, column]) for column in self.order[:OF_A_MISTAKE]],
            }
            for row in order[:MISTAKES].tolist()
        ]

    def _named(self, answer: Any) -> str:
        names = self.facts.data.class_names
        return names[answer] if names else f"{answer:.6g}".replace("-", "−")

    def _written(self, column: int, value: float) -> str:
        return write_value(self.columns, column, float(value))

    @cached_property
    def panels(self) -> list[dict[str, Any]]:
        """How the answer depends on each of the strongest columns: over numbers, or by words, few numbers or dates."""
        found = [{"column": self.columns.names[column], **self._panel(column)} for column in self.order[:STRONGEST]]
        widest = max(np.ptp(panel["answers"]) for panel in found) or 1.0
        for panel in found:
            low, high = panel["answers"].min(), panel["answers"].max()
            room = max(0.06 * (high - low), (widest / LEAST_OF_A_SCALE - (high - low)) / 2)
            panel |= {"low": low - room, "high": high + room, "middle": panel["answers"].mean()}
        return found

    def _panel(self, column: int) -> dict[str, Any]:
        encoder = self.columns.encoders[column] if isinstance(self.columns, ColumnEncoding) else None
        values = self.rows[:, column].astype(np.float64)
        known = values[~np.isnan(values)]
        every, counts = np.unique(values, return_counts=True)
        if len(every) <= FEW or (encoder is not None and encoder.words):
            every = every[np.argsort(-counts, kind="stable")][:MOST_WORDS]
            answers, of = self._mean_answers(column, every)
            order = np.argsort(-answers, kind="stable")
            return {"of": of, "answers": answers[order], "words": [self._written(column, every[k]) for k in order]}
        dates = isinstance(encoder, DateEncoder)
        every = np.unique(np.quantile(known, np.linspace(0.02, 0.98, DATES if dates else NUMBERS), method="nearest"))
        answers, of = self._mean_answers(column, np.append(every, [np.nan] * (not dates and len(known) < len(values))))
        if isinstance(encoder, DateEncoder):
            return {"of": of, **self._by_part(column, encoder, every, answers)}
        unit = self.columns.units[column] if self.columns.units else ""
        return {"of": of, "numbers": every, "unit": unit, "answers": answers}

    def _mean_answers(self, column: int, values: Floats) -> tuple[Floats, str]:
        """Give mean answers, (values,), and what they are: of several classes the probability that varies most."""
        found = partial_dependence(self.facts.model, self.rows, column, values)
        if not self.facts.classifies:
            return found[:, 0], f"predicted {self.target}"
        of = self.decision.positive if found.shape[1] == 2 else int(np.ptp(found, axis=0).argmax())
        return found[:, of], f"probability of {self.facts.data.class_names[of]}"

    def _by_part(self, column: int, encoder: DateEncoder, dates: Floats, answers: Floats) -> dict[str, Any]:
        """Average answers by the part of their dates that explains most of how they vary."""
        parts, least, found = calendar(dates), np.inf, dict[str, Any]()
        names: dict[str, Any] = {"month": month_name, "weekday": day_name}
        for group in _groups(dates):
            parts["time"][group] = dates[group[0]]
        for part in dict(encoder.parts):
            every, own = np.unique(parts[part], return_inverse=True)
            means = np.bincount(own, answers) / np.bincount(own)
            left = np.square(answers - means[own]).sum() / max(len(dates) - len(every), 1)
            if left < least:
                least, called = left, names.get(part)
                words = [called[int(value)] if called else f"{value:.0f}" for value in every if part != "time"]
                found = {"by": part, "answers": means, "words": words or [self._written(column, one) for one in every]}
        return found


def _groups(values: Floats) -> list[AnyArray]:
    """Divide rows into equal groups by ascending values."""
    return [own for own in np.array_split(np.argsort(values, kind="stable"), GROUPS) if len(own)]
