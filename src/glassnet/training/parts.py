"""The parts of a training, made from its settings."""

from __future__ import annotations

from dataclasses import fields

from ..data.augmentation import Augmentation
from ..data.examples import Dataset
from ..errors import UsageError
from ..names import find
from ..optimizers.adam import Adam, AdamW
from ..optimizers.averaging import Averaging, ExponentialAverage, TailAverage
from ..optimizers.optimizer import Optimizer
from ..optimizers.rmsprop import RMSprop
from ..optimizers.schedules import Schedule, WarmUp, schedule
from ..optimizers.sgd import SGD
from .settings import Settings

OPTIMIZERS: dict[str, type[Optimizer]] = {cls.name: cls for cls in (SGD, RMSprop, Adam, AdamW)}
AUGMENTATION = tuple(field.name for field in fields(Augmentation))


def optimizer_for(settings: Settings) -> Optimizer:
    """Make the update rule; UsageError for one that is not known, or an option that it does not take."""
    rule = find("optimizer", settings.optimizer, OPTIMIZERS)
    known = {field.name for field in fields(rule)}
    options = {"momentum": settings.momentum, "nesterov": settings.nesterov}
    for option, value in options.items():
        if value and option not in known:
            remedy = "Leave it out, or choose another optimizer"
            raise UsageError(f"{settings.optimizer} takes no {option}", remedy=remedy)
    fitting = {option: value for option, value in options.items() if option in known}
    return rule(learning_rate=settings.learning_rate, weight_decay=settings.weight_decay, **fitting)


def schedule_for(settings: Settings, steps_per_epoch: int) -> Schedule:
    """Make what scales the rate over the training."""
    if not 0 <= settings.warmup < max(settings.epochs, 1):
        expected = f"0 or more, and less than the {settings.epochs} epochs"
        raise UsageError("impossible warmup", expected=expected, got=settings.warmup)
    chosen = schedule(settings.schedule)
    return WarmUp(round(settings.warmup * steps_per_epoch), chosen) if settings.warmup else chosen


def augmentation_for(settings: Settings, data: Dataset) -> Augmentation:
    """Make the noise of training images; UsageError for one that would change what shall be learned."""
    turning = (settings.rotation, settings.shear, settings.straighten, settings.deskew)
    if data.name == "rotated-mnist" and any(turning):
        remedy = "Leave rotation, shear, straightening and deskewing out: the angle is what shall be learned"
        raise UsageError("augmentation that changes the target", remedy=remedy)
    return Augmentation(**{name: getattr(settings, name) for name in AUGMENTATION})


def averaging_for(settings: Settings) -> Averaging | None:
    """Make the average of the parameters, if there is one; UsageError for two."""
    if settings.average_decay and settings.average_tail:
        raise UsageError("two averages of the parameters", remedy="Set average_decay or average_tail, not both")
    if settings.average_tail:
        return TailAverage(settings.average_tail)
    return ExponentialAverage(settings.average_decay) if settings.average_decay else None
