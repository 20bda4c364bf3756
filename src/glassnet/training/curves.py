"""What the curves of the losses tell about a training."""

from __future__ import annotations

from collections.abc import Sequence

from .finding import Finding
from .progress import Epoch

# A curve says nothing before so many epochs, nor a trend that fewer keep: a single validation loss jumped by 30% in
# healthy trainings.
SEVERAL = 3
# Of the training loss, from one epoch to the next. In 60 healthy trainings, of 200 to 50,000 images, it never rose at
# all; where the rate was five to twenty times too high, it rose by 3% to 15%.
JUMP = 0.03
# Of the first loss: what is less is the noise of a loss that is nearly zero.
NOTICEABLE = 0.01
# How far back a jump counts: what a training has recovered from is over.
RECENT = 10
# Mean loss of the first epoch to loss of the first step. Healthy trainings have 0.1 to 1.0; 1.5 is half a batch's noise
# away from them; rates too high had 2 to 70.
TAKEOFF = 2.0
# Of the loss, in all epochs so far. 16 steps an epoch made 0.03% of it at a rate of 1e-6, 3% at 1e-4, 20% at 1e-3, and
# 3% where five layers of sigmoids let no gradient through.
HARDLY_ANY = 0.05
# Of the first step's loss: who has learned this much in the first epoch may well have learned all there is.
SOMETHING = 0.2
# Of the best validation loss, by which each of the last ones is above it. Healthy trainings ended up to 3% above, 200
# images in 50 epochs 19% to 24%, 2,000 images in 40 epochs 20%.
OVERFITTED = 0.1
# Of the validation loss, an epoch. Those that had learned enough fell by less than this or rose in one of the last
# three epochs; a rate ten times too low lowered it by 5% in each.
STILL_FALLING = 0.01


def diagnose_history(
    epochs: Sequence[Epoch], *, first_loss: float | None = None, finished: bool = True
) -> list[Finding]:
    """Tell from the epochs' losses what goes wrong.

    Parameters
    ----------
    epochs : sequence of Epoch
        All so far, in order.
    first_loss : float, optional
        The very first step's; it tells a network that learned all in its first epoch from one that learned nothing.
    finished : bool, optional
        Whether no epoch will follow, so that a loss that still falls is worth mentioning.

    Returns
    -------
    list of Finding
        'unsteady', 'stalled', 'overfitting' or 'unfinished'; without validation losses none of the last two.

    Notes
    -----
    Source: L. Prechelt, "Early stopping - but when?" (1998), whose generalization loss is the validation loss over its
    minimum, less one, and who shows that it has many local minima.

    Examples
    --------
    >>> losses = [(1.3, 0.6), (0.5, 0.5), (0.2, 0.6), (0.1, 0.7), (0.05, 0.8)]
    >>> epochs = [Epoch(n, a, 0.0, b, 0.9, None, 0.1, 1.0, n, 500.0) for n, (a, b) in enumerate(losses, start=1)]
    >>> diagnose_history(epochs)[0].seen
    'The validation loss was lowest in epoch 2, at 0.5, and is 0.8 in epoch 5; the training loss fell from 0.5 to 0.05.'
    """
    found = _unsteady(epochs, first_loss)
    if not found:
        found = _stalled(epochs, first_loss)
    found += _overfitting(epochs)
    return found or (_unfinished(epochs) if finished else [])


def _unsteady(epochs: Sequence[Epoch], first_loss: float | None) -> list[Finding]:
    seen = [*_takeoff(epochs[-RECENT:], first_loss), *_jumps(epochs, first_loss)]
    if not seen:
        return []
    means = "The steps are so long that they leap over the valleys of the loss: the learning rate is too high."
    return [Finding("unsteady", " ".join(seen), means, "Try a third or a tenth of the learning rate.")]


def _takeoff(recent: Sequence[Epoch], first_loss: float | None) -> list[str]:
    if not recent or recent[0].number != 1 or first_loss is None or not 0 < first_loss:
        return []
    mean = recent[0].training_loss
    if mean <= TAKEOFF * first_loss:
        return []
    return [f"The loss was {first_loss:.3g} in the first step, and {mean:.3g} on average in the first epoch."]


def _jumps(epochs: Sequence[Epoch], first_loss: float | None) -> list[str]:
    losses = [epoch.training_loss for epoch in epochs]
    least = NOTICEABLE * min(map(abs, [*losses[:1], *([first_loss] if first_loss else [])]), default=0.0)
    pairs = list(zip(losses, losses[1:], epochs[1:], strict=False))[-RECENT:]
    jumps = [pair for pair in pairs if pair[1] - pair[0] > max(JUMP * abs(pair[0]), least)]
    if not jumps:
        return []
    before, after, epoch = max(jumps, key=lambda pair: pair[1] - pair[0])
    return [
        f"The training loss rose in {len(jumps)} of the last {len(pairs)} epochs, "
        f"most in epoch {epoch.number}: from {before:.3g} to {after:.3g}."
    ]


def _stalled(epochs: Sequence[Epoch], first_loss: float | None) -> list[Finding]:
    if len(epochs) < SEVERAL or learned(epochs, first_loss):
        return []
    first, before, last = (epochs[index].training_loss for index in (0, -2, -1))
    if first - last >= HARDLY_ANY * abs(first) or before - last >= NOTICEABLE * abs(before):
        return []
    return [
        Finding(
            "stalled",
            f"The training loss was {first:.4g} in epoch {epochs[0].number} and is {last:.4g} in epoch "
            f"{epochs[-1].number}: a change of {_percent(last / first - 1) if first else 'nothing'}.",
            "Hardly anything is learned: the steps are too short, no gradient reaches the weights, or the inputs tell "
            "nothing about the targets.",
            "Mend first what else is found; if nothing is, try ten times the learning rate.",
        )
    ]


def learned(epochs: Sequence[Epoch], first_loss: float | None) -> bool:
    """Tell whether the loss has fallen by a fifth since the first step; not, if that one's is not known."""
    return bool(epochs) and first_loss is not None and first_loss - epochs[-1].training_loss > SOMETHING * first_loss


def _overfitting(epochs: Sequence[Epoch]) -> list[Finding]:
    losses = _validation_losses(epochs)
    if len(losses) <= SEVERAL:
        return []
    best = losses.index(min(losses))
    then, now = epochs[best], epochs[-1]
    if min(losses[-SEVERAL:]) <= (1 + OVERFITTED) * losses[best] or now.training_loss >= then.training_loss:
        return []
    return [
        Finding(
            "overfitting",
            f"The validation loss was lowest in epoch {then.number}, at {losses[best]:.3g}, and is {losses[-1]:.3g} in "
            f"epoch {now.number}; the training loss fell from {then.training_loss:.3g} to {now.training_loss:.3g}.",
            "It learns its training examples by heart, and no longer what they have in common with others.",
            f"Stop at epoch {then.number}: set a patience. Or use more examples, augmentation, dropout, an L2 penalty.",
        )
    ]


def _unfinished(epochs: Sequence[Epoch]) -> list[Finding]:
    losses = _validation_losses(epochs)[-SEVERAL - 1 :]
    falls = [before - after >= STILL_FALLING * abs(before) for before, after in zip(losses, losses[1:], strict=False)]
    if len(falls) < SEVERAL or not all(falls):
        return []
    return [
        Finding(
            "unfinished",
            f"The validation loss fell in each of the last {SEVERAL} epochs, from {losses[0]:.3g} to {losses[-1]:.3g}.",
            "It was still learning when the training ended.",
            f"Train longer: twice {epochs[-1].number} epochs, say. Or try a higher learning rate.",
        )
    ]


def _validation_losses(epochs: Sequence[Epoch]) -> list[float]:
    """Give them of all epochs, or none."""
    return [epoch.validation_loss for epoch in epochs if epoch.validation_loss is not None]


def _percent(share: float) -> str:
    return f"{100 * share:+.2g}%"
