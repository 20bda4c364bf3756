"""The decision between two classes, as a run's settings have it: a threshold, or what it is chosen for."""

from __future__ import annotations

import math
from dataclasses import replace

from ..arrays import AnyArray, Floats
from ..data.dataset import Dataset
from ..errors import UnknownNameError, UsageError
from ..evaluation.scores import Thresholds, answers_of, base_rate, rarer
from ..model.decision import Decision
from ..model.model import Model
from .settings import RunSettings

F1 = "f1"


def rule_of(settings: RunSettings, data: Dataset) -> tuple[tuple[float, ...], int] | None:
    """Read the threshold, or two costs, or nothing, which is to choose for F1, and the place of the positive class.

    None if nothing is asked for; what cannot be decided so is refused.
    """
    asked, names = [name for name in ("threshold", "cost", "positive") if getattr(settings, name)], data.class_names
    if not asked:
        return None
    if len(names) != 2 or data.train.source_targets.ndim != 1:
        got = f"{len(names)} classes" if names else "numbers to predict"
        raise UsageError(f"--{asked[0]} is for a target of two classes", got=got, remedy="Leave it out")
    if settings.positive not in ("", *names):
        raise UnknownNameError("class", settings.positive, names)
    if settings.threshold and settings.cost:
        raise UsageError("both --threshold and --cost", remedy="Leave one of them out: costs choose a threshold")
    numbers = _numbers(settings)
    if len(numbers) != 1 and settings.folds < 2 and not len(data.validation):
        raise UsageError("no rows to choose a threshold on", remedy="Set --validation-size, or --threshold 0.3")
    return numbers, names.index(settings.positive) if settings.positive else rarer(base_rate(data.train, 2))


def decided(
    model: Model, settings: RunSettings, data: Dataset, answered: tuple[Floats, AnyArray] | None = None
) -> Model:
    """Give a model its decision, by answers out of fold and the true classes, or by those for the validation rows."""
    if (rule := rule_of(settings, data)) is None:
        return model
    numbers, positive = rule
    if len(numbers) == 1:
        return replace(model, decision=Decision(numbers[0], positive))
    answers, labels = answered or (answers_of(model, data.validation), data.validation.targets)
    thresholds = Thresholds.of(answers[:, positive], labels == positive)
    gain = thresholds.f1()
    if numbers:  # what is saved beside answering none as positive
        gain = numbers[1] * thresholds.true_positives - numbers[0] * thresholds.false_positives
    threshold = thresholds.below(int(gain.argmax())) if gain.max() > 0 else 1.0
    return replace(model, decision=Decision(threshold, positive))


def _numbers(settings: RunSettings) -> tuple[float, ...]:
    """Read a threshold, what a false positive and a false negative cost, or nothing for F1."""
    if settings.threshold == F1:
        return ()
    try:
        if settings.cost:
            costs = {kind: float(value) for kind, value in (part.split("=") for part in settings.cost)}
            numbers: tuple[float, ...] = costs.pop("fp"), costs.pop("fn")
            valid = not costs and all(0 < cost < math.inf for cost in numbers)
        else:
            numbers = (float(settings.threshold or 0.5),)
            valid = 0 <= numbers[0] <= 1
    except (ValueError, KeyError):
        valid = False
    if not valid and settings.cost:
        expected = "a positive number for each kind of error, such as fp=1,fn=20"
        raise UsageError("invalid cost", expected=expected, got=",".join(settings.cost))
    if not valid:
        raise UsageError("invalid threshold", expected=f"a number from 0 to 1, or {F1}", got=settings.threshold)
    return numbers
