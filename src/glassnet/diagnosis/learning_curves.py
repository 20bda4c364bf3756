"""What the curves of the losses tell about a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from ..training.progress import Epoch
from .signals import Finding

# The figures below were measured as those of `signals` were.

# A trend is what so many epochs agree on: in healthy trainings a single one's validation loss jumped by up to 30%.
SEVERAL = 3
# Of the training loss, from one epoch to the next. It never rose in 50 healthy trainings that saw the same examples in
# every epoch; rates five to thirty times too high made it rise by 3% to 120%.
JUMP = 0.03
# Of the first loss; and no less than that loss over the root of the number of examples, about as much as a mean of so
# many losses is off. Augmentation and dropout made it rise by up to 4.1% of the first loss with 200 examples, 2.6% with
# 1,000 and 1.8% with 2,000, where the roots give 7.1%, 3.2% and 2.2%; rates too high made it rise by 2.6% and more.
CHANCE = 0.01
# How many epochs a jump is held against a training.
RECENT = 10
# Mean loss of the first epoch to loss of the first step: 0.1 to 1.0 in healthy trainings, 1.3 to 3 at rates fifteen to
# twenty times too high, 10 to 70 at higher ones.
TAKEOFF = 3.0
# Of the training loss, in all epochs so far. Steps of a rate of 1e-6 took 0.03% off it in 5 epochs, of 1e-4 3%, of 1e-3
# 20%; and 3% where four layers of sigmoids let hardly any gradient through.
HARDLY_ANY = 0.05
# Of the training loss, an epoch: what still falls by more has only begun slowly, as momentum does.
STANDSTILL = 0.01
# Of the loss at the start: who has learned as much in the first epoch may have learned all there is.
SOMETHING = 0.2
# Of the best validation loss, by which each of the last few is above it: up to 3% in healthy trainings; 19% to 24%
# where 200 images were gone through 50 times, 20% with 2,000 images and 40 times.
OVERFITTED = 0.1
# Of the validation loss, an epoch. In trainings that had come to their end it rose, or fell by less, in one of the last
# few; a rate a hundredth of the usual lowered it by 5% in each, one of a five-hundredth by 1.1%.
STILL_FALLING = 0.01


def diagnose_history(
    epochs: Sequence[Epoch], *, first_loss: float | None = None, finished: bool = True, best_kept: bool = False
) -> list[Finding]:
    """Tell from the epochs' losses what goes wrong: 'unsteady', 'stalled', 'overfitting' or 'unfinished'.

    The last two only with validation losses. `first_loss` is the first step's, if its batch was large enough to mean
    something: how much was learned, or destroyed, in the first epoch. `finished` says that no epoch will follow, so
    that a loss that still falls is worth a word; `best_kept`, that the best epoch's parameters are what is kept.

    Source: L. Prechelt, "Early stopping - but when?" (1998), whose generalization loss is the validation loss over its
    minimum, less one, and whose curves have many minima, so that a single rise means nothing.

    >>> losses = [(1.3, 0.6), (0.5, 0.5), (0.2, 0.6), (0.1, 0.7), (0.05, 0.8)]
    >>> epochs = [Epoch(n, a, 0.0, b, 0.9, None, 0.1, 1.0, n, 500.0) for n, (a, b) in enumerate(losses, start=1)]
    >>> diagnose_history(epochs)[0].seen
    'The validation loss was lowest in epoch 2, at 0.5, and is 0.8 in epoch 5; the training loss fell from 0.5 to 0.05.'
    """
    found = _unsteady(epochs, first_loss) or _stalled(epochs, first_loss)
    found += _overfitting(epochs, best_kept)
    return found or (_unfinished(epochs) if finished else [])


def learned(epochs: Sequence[Epoch], first_loss: float | None) -> bool:
    """Tell whether the training loss has fallen by a fifth since the start."""
    if not epochs:
        return False
    start = max(epochs[0].training_loss, -math.inf if first_loss is None else first_loss)
    return start - epochs[-1].training_loss > SOMETHING * abs(start)


def _unsteady(epochs: Sequence[Epoch], first_loss: float | None) -> list[Finding]:
    seen = [*_takeoff(epochs[-RECENT:], first_loss), *_jumps(epochs, first_loss)]
    if not seen:
        return []
    means = "The steps are so long that they leap over the valleys of the loss: the learning rate is too high."
    return [Finding("unsteady", " ".join(seen), means, "Try a third or a tenth of the learning rate.")]


def _takeoff(recent: Sequence[Epoch], first_loss: float | None) -> list[str]:
    if not recent or recent[0].number != 1 or first_loss is None or first_loss <= 0:
        return []
    mean = recent[0].training_loss
    if mean <= TAKEOFF * first_loss:
        return []
    return [f"The training loss was {first_loss:.3g} in the first step, and {mean:.3g} on average in the first epoch."]


def _jumps(epochs: Sequence[Epoch], first_loss: float | None) -> list[str]:
    chance = _chance(epochs, first_loss)
    pairs = [(before.training_loss, after.training_loss, after.number) for before, after in pairwise(epochs)][-RECENT:]
    jumps = [pair for pair in pairs if pair[1] - pair[0] > max(JUMP * abs(pair[0]), chance)]
    if not jumps:
        return []
    before, after, number = max(jumps, key=lambda pair: pair[1] - pair[0])
    return [
        f"The training loss rose in {len(jumps)} of the last {len(pairs)} epochs, "
        f"most in epoch {number}: from {before:.3g} to {after:.3g}."
    ]


def _chance(epochs: Sequence[Epoch], first_loss: float | None) -> float:
    """Tell by how much the training loss may rise without meaning anything."""
    if not epochs:
        return 0.0
    examples = epochs[0].examples_per_second * epochs[0].training_seconds
    start = epochs[0].training_loss if first_loss is None else first_loss
    return abs(start) * max(CHANCE, 1 / math.sqrt(examples))


def _stalled(epochs: Sequence[Epoch], first_loss: float | None) -> list[Finding]:
    if len(epochs) < SEVERAL or learned(epochs, first_loss):
        return []
    first, before, last = (epochs[index].training_loss for index in (0, -2, -1))
    if first - last >= HARDLY_ANY * abs(first) or before - last >= STANDSTILL * abs(before):
        return []
    return [
        Finding(
            "stalled",
            f"The training loss was {first:.5g} in epoch {epochs[0].number}, and is {last:.5g} in epoch "
            f"{epochs[-1].number}.",
            "Hardly anything is learned: the steps are too short, no gradient reaches the weights, or the inputs tell "
            "nothing about the targets.",
            "Mend first what else is found; if nothing is, try ten times the learning rate.",
        )
    ]


def _overfitting(epochs: Sequence[Epoch], best_kept: bool) -> list[Finding]:
    losses = _validation_losses(epochs)
    if len(losses) <= SEVERAL:
        return []
    best = losses.index(min(losses))
    then, now = epochs[best], epochs[-1]
    above = min(losses[-SEVERAL:]) - losses[best]
    if above <= OVERFITTED * abs(losses[best]) or now.training_loss >= then.training_loss:
        return []
    stop = f"What is kept is epoch {then.number}." if best_kept else f"Stop at epoch {then.number}: set a patience."
    return [
        Finding(
            "overfitting",
            f"The validation loss was lowest in epoch {then.number}, at {losses[best]:.3g}, and is {losses[-1]:.3g} in "
            f"epoch {now.number}; the training loss fell from {then.training_loss:.3g} to {now.training_loss:.3g}.",
            "It learns its training examples by heart, and no longer what they have in common with others.",
            f"{stop} {'Better are' if best_kept else 'Or use'} more examples, augmentation, dropout, an L2 penalty.",
        )
    ]


def _unfinished(epochs: Sequence[Epoch]) -> list[Finding]:
    losses = _validation_losses(epochs)[-SEVERAL - 1 :]
    falling = [before - after > STILL_FALLING * abs(before) for before, after in pairwise(losses)]
    if len(falling) < SEVERAL or not all(falling):
        return []
    return [
        Finding(
            "unfinished",
            f"The validation loss fell in each of the last {SEVERAL} epochs, from {losses[0]:.3g} to {losses[-1]:.3g}.",
            "It was still learning when the training ended.",
            f"Train longer, for twice the {epochs[-1].number} epochs, or try a higher learning rate.",
        )
    ]


def _validation_losses(epochs: Sequence[Epoch]) -> list[float]:
    """Give them of all epochs, or of none."""
    return [epoch.validation_loss for epoch in epochs if epoch.validation_loss is not None]
