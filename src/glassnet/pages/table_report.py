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
from ..evaluation.inspection import (
    Category,
    Importance,
    partial_dependence,
    permutation_importance,
    worse_categories,
    write_value,
)
from ..evaluation.metrics import wilson_interval
from ..evaluation.scores import Score, Thresholds, answers_of, base_rate, score
from ..formatting import quantity
from ..model.decision import Decision
from ..runs.run import METRICS
from . import figures
from .run_facts import Facts
from .single_file import fill, render_static

STRONGEST = 5  # columns of which it is shown how the answer depends on them
MISTAKES = 10
MOST_WORDS = 12  # of a column, the commonest first
BINS = 10
GRID = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # thresholds that are compared
DWARFS = 5  # times as important as the next column is what may know the answer
DATES = 200  # that the answer is computed for
SHOWN = 8  # columns of a mistake


def table_report(facts: Facts, **values: Any) -> tuple[str, str]:
    """Render the page of a run on a table, with more values for its template, and its model card as Markdown."""
    values |= {"facts": facts, "found": TableFacts(facts)}
    for name in ("findings", "card"):
        lines = unescape(fill(f"{name}.txt", {}, values)).splitlines()
        values[name] = [line.split("|", 1) for line in lines if line.strip()]
    return render_static("table_report.html", **values), unescape(fill("model_card.md", {}, values))


class TableFacts:
    """What a table's report tells beside `Facts`, each computed when it is first asked for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.model, self.data, self.examples = facts.model, facts.data, facts.examples
        self.columns, self.rows = self.data.preprocessing, self.examples.inputs
        assert isinstance(self.columns, TablePreprocessing)

    @property
    def target(self) -> str:
        """What is predicted."""
        return str(self.data.reading["target"] or "the target")

    @property
    def trained(self) -> str:
        """The day on which the run was finished."""
        return f"{datetime.fromtimestamp((self._facts.path / METRICS).stat().st_mtime, UTC):%Y-%m-%d}"

    @cached_property
    def answers(self) -> Floats:
        """Probabilities, or numbers, of the rows that are reported on."""
        known = self._facts.out_of_fold
        return known[1] if known else answers_of(self.model, self.examples)

    @cached_property
    def base(self) -> Floats:
        """The classes' shares among the training rows, or the mean target."""
        return base_rate(self.data.train, len(self.data.class_names))

    @cached_property
    def scores(self) -> dict[str, dict[str, Score]]:
        """Of these rows, and of the test set, by name."""
        decision, split = self.model.decision, self._facts.split
        found = {split: score(self.answers, self.examples.targets, self.base, decision)}
        if split != "test" and len(self.data.test):
            found["test"] = score(answers_of(self.model, self.data.test), self.data.test.targets, self.base, decision)
        return found

    @cached_property
    def importance(self) -> Importance:
        """Of each column."""
        return permutation_importance(self._facts.parts)

    @property
    def names(self) -> list[str]:
        """The columns, the most important first."""
        return [self.columns.names[column] for column in self.importance.strongest]

    @property
    def above_floor(self) -> int:
        """How many columns matter more than a random one."""
        return int((self.importance.increase > self.importance.floor).sum())

    @property
    def dwarfs(self) -> bool:
        """Whether one column matters far more than all others, as something does that knows the answer."""
        most = np.sort(self.importance.increase)[::-1]
        return len(most) > 1 and most[0] > DWARFS * max(most[1], self.importance.floor)

    @property
    def leaks(self) -> list[Any]:
        """What reading the table has found that may know the answer."""
        return [decision for decision in self.data.reading.doubts if "leakage" in decision.doubt]

    @property
    def distances(self) -> list[float]:
        """Within what half of the answers lie from the true numbers, and nine of ten."""
        return np.quantile(self.errors, (0.5, 0.9)).tolist()

    @cached_property
    def decision(self) -> Decision:
        """Between two classes: as the model keeps it, or the more probable, the rarer one being positive."""
        return self.model.decision or Decision(0.5, int(np.argmin(self.base)))

    @cached_property
    def said(self) -> AnyArray:
        """The class of each answer."""
        return self.model.decide(self.answers)

    @cached_property
    def errors(self) -> Floats:
        """Of each answer: 1 if the class is wrong, or the distance of the number."""
        if self._facts.classifies:
            return (self.said != self.examples.targets).astype(np.float64)
        distance: Floats = np.abs(self.residuals)
        return distance

    @cached_property
    def residuals(self) -> Floats:
        """Predicted minus true numbers."""
        return self.answers.ravel() - self.examples.targets.ravel()

    @cached_property
    def worse(self) -> list[Category]:
        """Rows with something in common whose error is clearly higher."""
        return worse_categories(self.columns, self.rows, self.errors)

    @cached_property
    def thresholds(self) -> Thresholds:
        """What each threshold makes of these rows, where there are two classes."""
        positive = self.decision.positive
        return Thresholds.of(self.answers[:, positive], self.examples.targets == positive)

    def at(self, threshold: float) -> tuple[int, int]:
        """Count the rows that are called positive from a threshold on, rightly and wrongly."""
        place = np.searchsorted(-self.thresholds.values, -threshold, side="right")
        counts = self.thresholds.true_positives, self.thresholds.false_positives
        right, wrong = (int(np.append(0, each)[place]) for each in counts)
        return right, wrong

    @property
    def grid(self) -> list[float]:
        """Thresholds to compare, with the chosen one."""
        return sorted({*GRID, self.decision.threshold})

    @property
    def best_f1(self) -> float:
        """The threshold with the largest F1."""
        return self.thresholds.below(int(self.thresholds.f1().argmax()))

    def curves(self) -> list[str]:
        """Draw ROC and precision-recall curve, with the chosen threshold."""
        t, f = (np.append(0, counts) for counts in (self.thresholds.true_positives, self.thresholds.false_positives))
        right, wrong = self.at(self.decision.threshold)
        dot: dict[str, Any] = {"marker": "o", "color": figures.ORANGE, "linestyle": "", "markersize": 8}
        dot["label"] = f"threshold {self.decision.threshold:.2g}"
        guess = {"color": figures.MUTED, "linewidth": 0.8}
        square = {"xlim": (0, 1), "ylim": (0, 1.02)}
        share = t[-1] / (t[-1] + f[-1])
        return [
            figures.plot(
                "ROC: the positive rows that are found over the negative rows that are taken for positive",
                ("false alarms: negative rows called positive", "found: positive rows called so"),
                ([0, 1], [0, 1], guess),
                (f / f[-1], t / t[-1], {}),
                ([wrong / f[-1]], [right / t[-1]], dot),
                **square,
            ),
            figures.plot(
                "Precision over recall: which part of the alarms is right, by the part of the positive rows found",
                ("found (recall)", "right among those called positive (precision)"),
                ([0, 1], [share, share], guess),
                (t[1:] / t[-1], t[1:] / (t + f)[1:], {}),
                ([right / t[-1]], [right / max(right + wrong, 1)], dot),
                **square,
            ),
        ]

    def reliability(self) -> str:
        """Draw how often answers came true, over their probability, in equally large groups."""
        two = len(self.data.class_names) == 2
        said = self.answers[:, self.decision.positive] if two else self.answers.max(axis=1)
        true = self.examples.targets == (self.decision.positive if two else self.answers.argmax(axis=1))
        groups = [part for part in np.array_split(np.argsort(said, kind="stable"), BINS) if len(part)]
        ends = [wilson_interval(int(true[part].sum()), len(part)) for part in groups]
        middle = [float(said[part].mean()) for part in groups]
        x = np.repeat(middle, 3)
        y = np.array([[low, high, np.nan] for low, high in ends]).ravel()
        return figures.plot(
            "How often answers came true over their probability",
            ("probability said", "share that came true"),
            ([0, 1], [0, 1], {"color": figures.MUTED, "linewidth": 0.8}),
            (x, y, {"color": figures.MUTED, "linewidth": 1.2}),
            (middle, [float(true[part].mean()) for part in groups], {"marker": "o"}),
            xlim=(0, 1.02),
            ylim=(0, 1.02),
        )

    def residual_plots(self) -> list[str]:
        """Draw predicted over true numbers, and how residuals spread over what was predicted."""
        predicted, unit = self.answers.ravel(), self.data.unit
        groups = [part for part in np.array_split(np.argsort(predicted, kind="stable"), BINS) if len(part)]
        middle = [float(np.median(predicted[part])) for part in groups]
        spread = np.array([np.quantile(self.residuals[part], (0.1, 0.5, 0.9)) for part in groups]).T
        names = ("a tenth lies above", "median", "a tenth lies below")
        styles = ({"linestyle": "--", "marker": "^"}, {"marker": "o"}, {"linestyle": ":", "marker": "v"})
        lines = [(middle, y, {**style, "label": name}) for y, style, name in zip(spread[::-1], styles, names)]
        axes = (f"predicted {unit}".strip(), f"predicted − true {unit}".strip())
        zero = ([middle[0], middle[-1]], [0, 0], {"color": figures.MUTED, "linewidth": 0.8})
        return [
            figures.predicted_against_true(predicted, self.examples.targets.ravel(), unit),
            figures.plot("How residuals spread over what was predicted", axes, zero, *lines),
        ]

    @cached_property
    def panels(self) -> list[dict[str, Any]]:
        """How the answer depends on each of the strongest columns: a line over numbers, or items of words or dates."""
        strong = self.importance.strongest[:STRONGEST].tolist()
        found = [{"column": self.columns.names[column], **self._dependence(column)} for column in strong]
        low, high = (float(end(np.concatenate([one["answers"] for one in found]))) for end in (np.min, np.max))
        room = 0.04 * (high - low) or 1.0
        for one in found:
            one |= {"low": low - room, "high": high + room}
            if "values" in one:
                names = (f"{one['column']} {one['unit']}".strip(), one["of"])
                lines = [(one["values"], one["answers"], {"marker": "o" if len(one["values"]) <= BINS else ""})]
                if len(one["missing"]):
                    ends = one["values"][[0, -1]]
                    lines.append((ends, one["missing"].repeat(2), {"color": figures.MUTED, "linestyle": "--", "label": "missing"}))
                one["figure"] = figures.plot(f"The answer over {one['column']}", names, *lines, ylim=(one["low"], one["high"]))
        return found

    def _dependence(self, column: int) -> dict[str, Any]:
        values = self.rows[:, column].astype(np.float64)
        known = values[~np.isnan(values)]
        encoder = self.columns.encoders[column] if isinstance(self.columns, ColumnEncoding) else None
        if encoder is not None and encoder.words:
            every, counts = np.unique(values, return_counts=True)
            every = every[np.argsort(-counts, kind="stable")][:MOST_WORDS]
            answers, of = self._mean_answers(column, every)
            order = np.argsort(-answers, kind="stable")
            return {"of": of, "answers": answers[order], "words": [self.written(column, value) for value in every[order]]}
        if isinstance(encoder, DateEncoder):
            every = np.unique(np.quantile(known, np.linspace(0, 1, DATES), method="nearest"))
            answers, of = self._mean_answers(column, every)
            return {"of": of, **self._by_part(column, encoder, every, answers)}
        every = np.unique(np.quantile(known, np.linspace(0.01, 0.99, 33), method="nearest"))
        answers, of = self._mean_answers(column, np.append(every, [np.nan] * (len(known) < len(values))))
        unit = self.columns.units[column] if self.columns.units else ""
        return {"of": of, "values": every, "unit": unit, "answers": answers[: len(every)], "missing": answers[len(every) :]}

    def _mean_answers(self, column: int, values: Floats) -> tuple[Floats, str]:
        """Give the mean answers, (values,), and what they are: of several classes the probability that varies most."""
        found = partial_dependence(self.model, self.rows, column, values)
        if not self._facts.classifies:
            return found[:, 0], f"predicted {self.target}"
        of = self.decision.positive if found.shape[1] == 2 else int(np.ptp(found, axis=0).argmax())
        return found[:, of], f"probability of {self.data.class_names[of]}"

    def _by_part(self, column: int, encoder: DateEncoder, dates: Floats, answers: Floats) -> dict[str, Any]:
        """Average answers by the part of their dates that explains most of how they vary."""
        parts, least, found = calendar(dates), np.inf, dict[str, Any]()
        parts["time"] = dates[np.arange(len(dates)) * BINS // len(dates) * len(dates) // BINS]
        words = {"month": month_name, "weekday": day_name}
        for part in dict(encoder.parts):
            every, own = np.unique(parts[part], return_inverse=True)
            means = np.bincount(own, answers) / np.bincount(own)
            left = np.square(answers - means[own]).sum() / max(len(dates) - len(every), 1)
            if left < least:
                least, known = left, words.get(part, {value: f"{value:.0f}" for value in range(3000)})
                texts = [self.written(column, value) if part == "time" else known[int(value)] for value in every]
                found = {"by": part, "answers": means, "words": texts}
        return found

    def written(self, column: int, value: float) -> str:
        """Write a value as the table has it."""
        return write_value(self.columns, column, float(value))

    @cached_property
    def mistakes(self) -> list[dict[str, Any]]:
        """The wrong answers that were most certain, or the largest errors, each with the values of its row."""
        order = np.argsort(-self.errors, kind="stable")
        if self._facts.classifies:
            true = self.answers[np.arange(len(self.answers)), self.examples.targets]
            order = np.argsort(np.where(self.errors > 0, true, 2), kind="stable")[: int(self.errors.sum())]
        return [
            {
                "row": int(self.examples.indices[n]) + 1,
                "true": self._named(self.examples.targets[n]),
                "said": self._named(self.said[n] if self._facts.classifies else self.answers.ravel()[n]),
                "sure": float(self.answers[n].max()) if self._facts.classifies else None,
                "values": [self.written(column, self.rows[n, column]) for column in self.importance.strongest[:SHOWN]],
            }
            for n in order[:MISTAKES].tolist()
        ]

    def _named(self, answer: Any) -> str:
        return self.data.class_names[answer] if self._facts.classifies else quantity(float(answer), self.data.unit)
