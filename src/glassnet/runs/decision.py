"""The decision between two classes, as a run's settings have it: a threshold, or what it is chosen for."""

from __future__ import annotations

import math
from dataclasses import replace

from ..arrays import AnyArray, Floats
from ..data.dataset import Dataset
from ..errors import UnknownNameError, UsageError
from ..evaluation.scores import Thresholds, answers_of, base_rate
from ..model.decision import Decision
from ..model.model import Model
from .settings import RunSettings

F1 = "f1"


def check_decision(settings: RunSettings, data: Dataset) -> None:
    """Refuse a decision that cannot be made, before anything is trained."""
    asked = [name for name in ("threshold", "cost", "positive") if getattr(settings, name)]
    if not asked:
        return
    if len(data.class_names) != 2 or data.train.source_targets.ndim != 1:
        got = f"{len(data.class_names)} classes" if data.class_names else "numbers to predict"
        raise UsageError(f"--{asked[0]} is for a target of two classes", got=got, remedy="Leave it out")
    if settings.positive and settings.positive not in data.class_names:
        raise UnknownNameError("class", settings.positive, data.class_names)
    if settings.threshold and settings.cost:
        raise UsageError("both --threshold and --cost", remedy="Leave one of them out: costs choose a threshold")
    chosen = settings.cost or settings.threshold == F1
    if chosen and settings.folds < 2 and not len(data.validation):
        raise UsageError("no rows to choose a threshold on", remedy="Set --validation-size, or --threshold 0.3")
    _costs(settings)
    _threshold(settings)


def decided(model: Model, settings: RunSettings, data: Dataset, answers: Floats, labels: AnyArray) -> Model:
    """Give a model its decision, by probabilities, (n, 2), and the true classes, (n,), of rows not learned from."""
    costs, threshold = _costs(settings), _threshold(settings)
    if not (costs or settings.threshold or settings.positive):
        return model
    rarer = int(base_rate(data.train, 2).argmin())
    positive = data.class_names.index(settings.positive) if settings.positive else rarer
    if threshold is None:
        thresholds = Thresholds.of(answers[:, positive], labels == positive)
        threshold = thresholds.cheapest(*costs) if costs else thresholds.below(int(thresholds.f1().argmax()))
    return replace(model, decision=Decision(threshold, positive))


def decided_on_validation(model: Model, settings: RunSettings, data: Dataset) -> Model:
    """Do so by the validation rows."""
    if not (settings.threshold or settings.cost or settings.positive):
        return model
    judged = data.validation if len(data.validation) else data.train.spread(1)  # of which nothing is chosen
    return decided(model, settings, data, answers_of(model, judged), judged.targets)


def _threshold(settings: RunSettings) -> float | None:
    """Read the threshold; None where it is to be chosen."""
    if settings.cost or settings.threshold == F1:
        return None
    try:
        threshold = float(settings.threshold or 0.5)
    except ValueError:
        threshold = math.nan
    if not 0 <= threshold <= 1:
        raise UsageError("invalid threshold", expected=f"a number from 0 to 1, or {F1}", got=settings.threshold)
    return threshold


def _costs(settings: RunSettings) -> tuple[float, float] | None:
    """Read what a false positive and a false negative cost."""
    if not settings.cost:
        return None
    try:
        named = dict(part.split("=") for part in " ".join(settings.cost).split())
        costs = float(named.pop("fp")), float(named.pop("fn"))
    except (ValueError, KeyError):
        named = {"": ""}
    if named or not all(0 < cost < math.inf for cost in costs):
        expected = "two numbers above 0, such as fp=1,fn=20: of a false positive, and of a false negative"
        raise UsageError("invalid cost", expected=expected, got=",".join(settings.cost))
    return costs
