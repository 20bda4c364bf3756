"""Scores of a table's answers: metrics, each with its interval and beside it that of the base rate.

The base rate is what is reached without looking at a row: by always answering the commonest class of the training
rows, with the classes' shares as its probabilities, or the mean of the training targets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.table import TablePreprocessing
from ..model.decision import Decision
from ..model.model import Model
from ..randomness import generator
from . import metrics
from .calibration import log_probabilities, reliability
from .metrics import NORMAL_95, Interval, confusion_matrix, wilson_interval

RESAMPLES, FEWEST, MOST = 200, 1_000, 20_000  # of the bootstrap; rows of each, and answers of all classes
FEW = 20  # rows, below which resamples tell no interval
HARDLY = 0.05  # of the rows of a class, found below which it is said first
AT_HALF = "_at_half"  # ends the name of what the most probable class gives, where a threshold decides otherwise


@dataclass(frozen=True)
class Thresholds:
    """What each threshold makes of rows of two classes: those whose score reaches it are called positive.

    From it come the ROC curve (``false_positives`` against ``true_positives``) and that of precision and recall.

    Attributes
    ----------
    values : ndarray of shape (thresholds,)
        Every score that occurs, descending.
    true_positives, false_positives : ndarray of shape (thresholds,), integers
        Rows that are called positive at each, rightly and wrongly; the last are all positive and all negative rows.
    """

    values: Floats
    true_positives: Integers
    false_positives: Integers

    @classmethod
    def of(cls, scores: Floats, positive: AnyArray) -> Thresholds:
        """Count at the scores of rows, (n,), of which those marked, (n,) of bool, are positive."""
        order = np.argsort(-scores, kind="stable")
        ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))  # the last row of each score
        right = np.cumsum(positive[order])[ends]
        return cls(scores[order][ends], right, ends + 1 - right)

    def auc(self) -> float:
        """Give the area under the ROC curve: how probably a positive row scores above a negative one.

        ::

            auc = Σ_k wrong_k (found_k + before_k) / (2 positives negatives)

        with found_k positive rows that reach the k-th threshold, before_k that reach the one before it, and wrong_k
        negative rows between these two. A pair of one score counts half. NaN if a class is missing. Source:
        J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a ROC curve" (1982).
        """
        t, f = (np.append(0.0, counts) for counts in (self.true_positives, self.false_positives))
        pairs = t[-1] * f[-1]
        return float(np.sum(np.diff(f) * (t[1:] + t[:-1])) / (2 * pairs)) if pairs else math.nan

    def average_precision(self) -> float:
        """Give the mean precision at which the positive rows are found.

        ::

            average = Σ_k (found_k − before_k) precision_k / positives

        with precision_k at the k-th threshold, and words as for `auc`; NaN if there is no positive row.
        """
        t = np.append(0.0, self.true_positives)
        precision = t[1:] / (self.true_positives + self.false_positives)
        return float(np.sum(np.diff(t) * precision) / t[-1]) if t[-1] else math.nan

    def f1(self) -> Floats:
        """Give the F1 score at each threshold, (thresholds,)."""
        t, f = self.true_positives, self.false_positives
        scores: Floats = 2 * t / np.maximum(t + f + t[-1], 1)
        return scores

    def below(self, place: int) -> float:
        """Give the threshold in the middle between one and the next lower one, which 0 is after the last."""
        following = self.values[place + 1] if place + 1 < len(self.values) else 0.0
        return float(self.values[place] + following) / 2


class Score(NamedTuple):
    """A metric of a model's answers, its 95% interval, and the metric of the base rate."""

    value: float
    interval: Interval
    base: float


def base_rate(train: Examples, classes: int) -> Floats:
    """Give the share of each class among training rows, (classes,); where there are no classes their mean target."""
    parts = train.parts_of_targets()
    sums = [np.bincount(part, minlength=classes) if classes else part.sum(axis=0, dtype=np.float64) for part in parts]
    base: Floats = np.sum(sums, axis=0) / len(train)
    return base


def rarer(base: Floats) -> int:
    """Give the place of the rarer of two classes, the second of equal shares; 0 where there are no two."""
    return int(np.size(base) == 2 and base[1] <= base[0])


def scores_of_table(
    model: Model, data: Dataset, out_of_fold: tuple[Floats, AnyArray] | None = None
) -> dict[str, Any] | None:
    """Score a model on a table's rows that it has not learned from; None of images, or where there are no such rows.

    `out_of_fold` are the answers and the targets of networks in folds, which are validated on all training rows.
    """
    if not isinstance(data.preprocessing, TablePreprocessing) or (data.class_names and data.train.targets.ndim == 2):
        return None
    answered = {"out_of_fold": out_of_fold} if out_of_fold else {}
    for name, part in {"validation": data.validation, "test": data.test}.items():
        answered |= {name: (answers_of(model, part), part.targets)} if len(part) else {}
    return score_parts(model, answered, base_rate(data.train, len(data.class_names))) if answered else None


def score_parts(model: Model, answered: Mapping[str, tuple[Floats, AnyArray]], base: Floats) -> dict[str, Any]:
    """Score answers for parts of the rows, by their names; give plain values, and which classes are hardly found."""
    names, parts = model.class_names, dict[str, Any]()
    for part, (answers, targets) in answered.items():
        scores = score(answers, targets, base, model.decision)
        parts[part] = {"rows": len(targets), **{name: one._asdict() for name, one in scores.items()}}
    if not names:
        return {"base_rate": {"answer": base.tolist()}, "unit": model.unit, **parts}
    shares = dict(zip(names, base.tolist(), strict=True))
    answers, targets = next(iter(answered.values()))
    confusion = confusion_matrix(targets, model.decide(answers), len(names))
    found = zip(names, np.diag(confusion).tolist(), confusion.sum(axis=1).tolist(), strict=True)
    known: dict[str, Any] = {"base_rate": {"answer": names[base.argmax()], "shares": shares}}
    known["hardly_found"] = {name: [right, rows] for name, right, rows in found if rows and right < HARDLY * rows}
    if len(names) == 2:
        decision = model.decision or Decision(0.5, rarer(base))
        known |= {"positive": names[decision.positive], "threshold": decision.threshold}
    return {**known, **parts}


def answers_of(model: Model, examples: Examples) -> Floats:
    """Give the probabilities of classes, (n, classes), or the numbers, (n,) or (n, outputs), in double precision."""
    if model.class_names:
        return np.exp(log_probabilities(model, examples))
    return np.asarray(model.predict(examples.inputs), np.float64)


def score(answers: Floats, targets: AnyArray, base: Floats, decision: Decision | None = None) -> dict[str, Score]:
    """Score answers, with intervals, beside the base rate.

    Answers and targets are probabilities, (n, classes), and true classes, (n,), or numbers, both (n,) or (n, outputs).
    Of classes there are ``accuracy``, ``balanced_accuracy``, ``auc`` (of several the mean of each against the others),
    ``log_loss`` and ``ece``; of two also ``f1`` and ``average_precision`` of the positive one, which is the rarer if
    there is no decision, and what ends in ``_at_half`` if the threshold is another; of numbers ``rmse``, ``mae`` and
    ``r_squared``.

    The interval of an accuracy is Wilson's; any other is the value ± 1.96 standard deviations over resamples of the
    rows, within what the metric can be (B. Efron, "Bootstrap methods: another look at the jackknife", 1979), and NaN
    of fewer than 20 rows. Of two classes ``ece`` is of the positive one's probability.

    >>> found = score(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), np.array([0, 1, 1]), np.array([0.4, 0.6]))
    >>> found["auc"].value, found["auc"].base, round(found["accuracy"].value, 3)
    (1.0, 0.5, 0.667)
    """
    n, drawn = len(targets), list[dict[str, float]]()
    m = min(n, max(FEWEST, MOST // max(2, answers.size // n)))
    half = Decision(0.5, decision.positive if decision else rarer(base))
    with np.errstate(over="ignore", invalid="ignore"):  # of targets near the largest float
        found = _metrics(answers, targets, decision or half)
        constant = _metrics(np.broadcast_to(base, answers.shape), targets, half)
        for number in range(RESAMPLES):
            rows = generator(0, "bootstrap", number).integers(n, size=m)
            drawn.append(_metrics(answers[rows], targets[rows], decision or half))
    scores = {}
    for name, value in found.items():
        known = [one[name] for one in drawn if n >= FEW and math.isfinite(one[name])]
        deviation = np.std(known or [math.nan]) * math.sqrt(m / n)
        least, most = -math.inf if name == "r_squared" else 0, math.inf if name in ("log_loss", "rmse", "mae") else 1
        interval = Interval(*np.clip(value + np.array([-1, 1]) * NORMAL_95 * deviation, least, most).tolist())
        exact = wilson_interval(round(value * n), n) if name.startswith("accuracy") else interval
        scores[name] = Score(value, exact, constant[name.removesuffix(AT_HALF)])
    return scores


def _metrics(answers: Floats, targets: AnyArray, decision: Decision) -> dict[str, float]:
    """Compute all metrics; arguments as of `score`."""
    if answers.ndim == 1 or targets.ndim == 2:
        pair = answers.ravel(), targets.ravel()
        rmse, mae = metrics.root_mean_squared_error(*pair), metrics.mean_absolute_error(*pair)
        return {"rmse": rmse, "mae": mae, "r_squared": metrics.r_squared(*pair)}
    two, best, found = answers.shape[1] == 2, answers.argmax(axis=1), dict[str, Any]()
    said = {"": best} if decision.threshold == 0.5 else {"": decision.answers(answers), AT_HALF: best}
    for suffix, labels in said.items():
        confusion = confusion_matrix(targets, labels, answers.shape[1])
        _, recall, f1 = metrics.precision_recall_f1(confusion)
        found["accuracy" + suffix] = np.trace(confusion) / len(targets)
        found["balanced_accuracy" + suffix] = recall[confusion.sum(axis=1) > 0].mean()
        found |= {"f1" + suffix: f1[decision.positive]} if two else {}
    ranked = [Thresholds.of(answers[:, k], targets == k) for k in ([decision.positive] if two else range(len(recall)))]
    areas = [one.auc() for one in ranked if 0 < one.true_positives[-1] < len(targets)]
    found["auc"] = np.mean(areas) if areas else math.nan
    found |= {"average_precision": ranked[0].average_precision()} if two else {}
    found["log_loss"] = metrics.cross_entropy(answers, targets)
    found["ece"] = reliability(answers, targets, positive=decision.positive if two else None).expected_error
    return {name: float(value) for name, value in found.items()}
