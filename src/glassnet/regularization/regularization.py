"""Regularization by noise and limits: what makes learning harder, so that what is learned holds elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Task
from ..errors import UsageError
from ..randomness import generator
from ..settings import Settings, setting
from .noise import draw_mask
from .penalties import MaxNorm
from .soft_targets import mix, smooth


@dataclass(frozen=True, kw_only=True)
class Regularization(Settings, group="regularization"):
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
        If one is out of its range.

    Examples
    --------
    >>> Regularization(dropout=0.5, max_norm=2).dropout
    0.5
    """

    dropout: float = setting(0.0, low=0, below=1, unit="fraction", help="Dropout rate of the hidden layers")
    input_dropout: float = setting(0.0, low=0, below=1, unit="fraction", help="Dropout rate of the inputs")
    input_noise: float = setting(
        0.0, low=0, knob=False, help="Standard deviation of Gaussian noise added to the inputs"
    )
    max_norm: float = setting(0.0, low=0, knob=False, help="Max-norm of the weights into a hidden unit; 0 for no limit")
    label_smoothing: float = setting(0.0, low=0, below=1, unit="fraction", help="Label smoothing")
    mixup: float = setting(0.0, low=0, knob=False, help="Mixup strength: 0.1 blends few examples, 1 all of them")

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
