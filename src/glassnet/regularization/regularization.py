"""Regularization by noise and limits: what makes learning harder, so that what is learned holds elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Task
from ..errors import UsageError
from ..randomness import generator
from ..settings import Settings, setting
from .penalties import MaxNorm

EQUALLY_LIKELY = 2**16  # numbers that two random bytes can be


@dataclass(frozen=True, kw_only=True)
class Regularization(Settings, group="regularization"):
    """Dropout, noise, max-norm, label smoothing and mixup; all of them off by default, and at prediction.

    Parameters
    ----------
    dropout, input_dropout : float, optional
        The part of the hidden units and of the inputs that are left out; see `draw_mask`.
    input_noise : float, optional
        The deviation of Gaussian noise that is added to the inputs, in their unit after preprocessing
        (C. M. Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995).
    max_norm : float, optional
        The largest norm of the weights into a hidden unit; see `glassnet.regularization.penalties.MaxNorm`.
    label_smoothing : float, optional
        The part of each label that is spread over all classes; see `smooth`.
    mixup : float, optional
        How strongly examples are blended; see `mix`.

    Raises
    ------
    UsageError
        If one is out of its range.

    Examples
    --------
    >>> Regularization(dropout=0.5, max_norm=2).dropout
    0.5
    """

    dropout: float = setting(
        0.0, low=0, below=1, unit="fraction", common=True, help="Dropout rate of the hidden layers"
    )
    input_dropout: float = setting(0.0, low=0, below=1, unit="fraction", help="Dropout rate of the inputs")
    input_noise: float = setting(
        0.0, low=0, knob=False, help="Standard deviation of Gaussian noise added to the inputs"
    )
    max_norm: float = setting(0.0, low=0, knob=False, help="Max-norm of the weights into a hidden unit; 0 for no limit")
    label_smoothing: float = setting(
        0.0, low=0, below=1, unit="fraction", help="Label smoothing: part of each label that is spread over all classes"
    )
    mixup: float = setting(0.0, low=0, knob=False, help="Mixup strength: 0.1 blends few examples, 1 all of them")

    def check(self, task: Task, hidden_layers: int) -> None:
        """Refuse what makes no sense for a task and a network.

        Parameters
        ----------
        task : 'classification' or 'regression'
            What is learned.
        hidden_layers : int
            How many the network has.

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


def draw_mask(rate: float, rng: np.random.Generator, out: Floats) -> None:
    """Draw a mask, into a float array of any shape, that leaves the expectation of what it multiplies as it is.

    With q the part of the units that is kept, 1 less the rate in 0..1, an element of the mask is

    ::

        r = [u < q] / q

    where u is a random number in 0..1, on a grid of 65,536 places; q is rounded to that grid.

    Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section
    10, where the kept are scaled while learning, as here, so that nothing need be scaled afterwards.

    >>> mask = np.empty(100_000)
    >>> draw_mask(0.2, np.random.default_rng(0), mask)
    >>> np.unique(mask).round(2), float(mask.mean().round(2))
    (array([0.  , 1.25]), 1.0)
    """
    kept = max(1, round((1 - rate) * EQUALLY_LIKELY))
    numbers = np.frombuffer(rng.bytes(2 * out.size), "<u2").reshape(out.shape)
    np.multiply(numbers < kept, out.dtype.type(EQUALLY_LIKELY / kept), out=out)


def smooth(targets: Floats, part: float) -> None:
    """Spread a part ε of each target row over all K classes alike, in place: label smoothing.

    ::

        y ← (1 − ε) y + ε / K

    The targets are (batch, classes), rows that sum to one; ε is in 0..1.

    Source: C. Szegedy et al., "Rethinking the inception architecture for computer vision" (2016), section 7.

    >>> targets = np.array([[0.0, 1.0]])
    >>> smooth(targets, 0.2)
    >>> targets
    array([[0.1, 0.9]])
    """
    targets *= 1 - part
    targets += part / targets.shape[1]


def mix(inputs: Floats, targets: Floats, strength: float, rng: np.random.Generator) -> None:
    """Blend each example with another one of the batch, in place: mixup.

    With a partner x', y' drawn for every example x, y, and λ from the beta distribution of both parameters α,

    ::

        x ← λ x + (1 − λ) x'
        y ← λ y + (1 − λ) y'

    Inputs are (batch, inputs), targets (batch, outputs); α, the strength, is positive: small ones blend few examples, 1
    blends all in every proportion.

    Source: H. Zhang, M. Cisse, Y. N. Dauphin, D. Lopez-Paz, "mixup: Beyond empirical risk minimization" (2018), section
    2.

    >>> inputs, targets = np.array([[0.0], [1.0]]), np.eye(2)
    >>> mix(inputs, targets, 1.0, np.random.default_rng(1))
    >>> bool(np.array_equal(inputs[:, 0], targets[:, 1])), targets.sum(axis=1)
    (True, array([1., 1.]))
    """
    partners = rng.permutation(len(inputs))
    share = rng.beta(strength, strength, (len(inputs), 1)).astype(inputs.dtype)
    for values in (inputs, targets):
        values += (1 - share) * (values[partners] - values)
