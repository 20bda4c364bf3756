"""Regularization by noise and limits: what makes learning harder, so that what is learned holds elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Task
from ..errors import UsageError
from ..randomness import generator
from .noise import check_rate, draw_mask
from .penalties import MaxNorm
from .soft_targets import mix, smooth


@dataclass(frozen=True, kw_only=True)
class Regularization:
    """Dropout, noise, max-norm, label smoothing and mixup; all of them off by default, and at prediction.

    Parameters
    ----------
    dropout, input_dropout : float, optional
        The part of the hidden units and of the inputs that are left out; see `glassnet.regularization.noise`.
    input_noise : float, optional
        The deviation of Gaussian noise that is added to the inputs, in their unit after preprocessing
        (C. M. Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995).
    max_norm : float, optional
        The most that the weights into a hidden unit may measure; see `glassnet.regularization.penalties.MaxNorm`.
    label_smoothing : float, optional
        The part of certainty that is shared out; see `glassnet.regularization.soft_targets.smooth`.
    mixup : float, optional
        How strongly examples are blended; see `glassnet.regularization.soft_targets.mix`.

    Raises
    ------
    UsageError
        If one cannot be meant.

    Examples
    --------
    >>> Regularization(dropout=0.5, max_norm=2).dropout
    0.5
    """

    dropout: float = 0.0
    input_dropout: float = 0.0
    input_noise: float = 0.0
    max_norm: float = 0.0
    label_smoothing: float = 0.0
    mixup: float = 0.0

    def __post_init__(self) -> None:
        check_rate(self.dropout, "dropout")
        check_rate(self.input_dropout, "input dropout")
        for name in ("input_noise", "mixup"):
            if not 0 <= getattr(self, name) < math.inf:
                problem = f"impossible {name.replace('_', ' ')}"
                raise UsageError(problem, expected="a number, 0 or more", got=getattr(self, name))
        if self.max_norm:
            MaxNorm(self.max_norm)
        if not 0 <= self.label_smoothing < 1:
            raise UsageError("impossible label smoothing", expected="0 to less than 1", got=self.label_smoothing)

    def check(self, task: Task, hidden_layers: int) -> None:
        """Refuse what makes no sense for a task and a network.

        Raises
        ------
        UsageError
            If numbers are to be smoothed as labels, or there are no hidden units to leave out or to limit.
        """
        if (self.dropout or self.max_norm) and not hidden_layers:
            remedy = "Leave it out, or have a hidden layer; input_dropout and input_noise need none"
            raise UsageError("dropout or max-norm without hidden units", remedy=remedy)
        if self.label_smoothing and task == "regression":
            raise UsageError("label smoothing without labels", remedy="Leave it out when numbers are predicted")

    def limit(self, hidden: Sequence[Floats]) -> None:
        """Restore the max-norm of the hidden layers' weights, each (inputs, units), in place."""
        for weights in hidden:
            MaxNorm(self.max_norm).project(weights)

    @property
    def disturbs(self) -> bool:
        """Whether `disturb` changes anything."""
        return bool(self.mixup or self.label_smoothing or self.input_noise or self.input_dropout)

    def disturb(self, inputs: Floats, targets: Floats, seed: int, *place: int) -> None:
        """Change a batch, (batch, inputs) and (batch, outputs), in place, by the noise of its epoch and number."""
        if self.mixup:
            mix(inputs, targets, self.mixup, generator(seed, "mixup", *place))
        if self.label_smoothing:
            smooth(targets, self.label_smoothing)
        if self.input_noise:
            noise = generator(seed, "noise", *place).standard_normal(inputs.shape, inputs.dtype.type)
            noise *= self.input_noise
            inputs += noise
        if self.input_dropout:
            mask = np.empty_like(inputs)
            draw_mask(self.input_dropout, generator(seed, "dropout", *place, 0), mask)
            inputs *= mask

    def draw_masks(self, masks: Sequence[Floats], seed: int, *place: int) -> None:
        """Draw the masks of the hidden layers, each (batch, units), for a batch of that epoch and number."""
        for layer, mask in enumerate(masks, start=1):
            draw_mask(self.dropout, generator(seed, "dropout", *place, layer), mask)
