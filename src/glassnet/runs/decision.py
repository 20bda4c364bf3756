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
    if len(_numbers(settings)) != 1 and settings.folds < 2 and not len(data.validation):
        raise UsageError("no rows to choose a threshold on", remedy="Set --validation-size, or --threshold 0.3")


def decided(
    model: Model, settings: RunSettings, data: Dataset, answered: tuple[Floats, AnyArray] | None = None
) -> Model:
    """Give a model its decision, by answers out of fold and the true classes, or by those for the validation rows."""
    if not (settings.threshold or settings.cost or settings.positive):
        return model
    numbers, positive = _numbers(settings), int(base_rate(data.train, 2).argmin())
    if settings.positive:
        positive = data.class_names.index(settings.positive)
    if len(numbers) == 1:
        return replace(model, decision=Decision(numbers[0], positive))
    answers, labels = answered or (answers_of(model, data.validation), data.validation.targets)
    thresholds = Thresholds.of(answers[:, positive], labels == positive)
    gain = -thresholds.cost(*numbers) if numbers else thresholds.f1()
    return replace(model, decision=Decision(thresholds.below(int(gain.argmax())), positive))


def _numbers(settings: RunSettings) -> tuple[float, ...]:
    """Read a threshold, or what a false positive and a false negative cost, or nothing, which is to choose for F1."""
    if settings.threshold == F1:
        return ()
    name, expected = "threshold", f"a number from 0 to 1, or {F1}"
    try:
        if settings.cost:
            name, expected = "cost", "of a false positive and a false negative numbers above 0, such as fp=1,fn=20"
            by_kind = {kind: float(value) for kind, value in (part.split("=") for part in settings.cost)}
            numbers, most = (by_kind.pop("fp"), by_kind.pop("fn"), *(-cost for cost in by_kind.values())), math.inf
        else:
            numbers, most = (float(settings.threshold or 0.5),), 1.0
    except (ValueError, KeyError):
        numbers, most = (math.nan,), 1.0
    if not all(0 <= number <= most for number in numbers):
        raise UsageError(f"invalid {name}", expected=expected, got=getattr(settings, name))
    return numbers
