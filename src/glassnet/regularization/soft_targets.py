"""Soft targets: rows that are not quite sure, from one-hot ones."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats


def smooth(targets: Floats, part: float) -> None:
    """Take a part ε of every row's certainty, and give it to all K classes alike, in place: label smoothing.

    ::

        t ← (1 − ε) t + ε / K

    The targets are (batch, classes), rows that sum to one; ε is in 0..1.

    Notes
    -----
    Source: C. Szegedy et al., "Rethinking the inception architecture for computer vision" (2016), section 7.

    Examples
    --------
    >>> targets = np.array([[0.0, 1.0]])
    >>> smooth(targets, 0.2)
    >>> targets
    array([[0.1, 0.9]])
    """
    targets *= 1 - part
    targets += part / targets.shape[1]


def mix(inputs: Floats, targets: Floats, strength: float, rng: np.random.Generator) -> None:
    """Blend each example with another one of the batch, in place: mixup.

    With a partner x', t' drawn for every example x, t, and λ from the beta distribution of both parameters α,

    ::

        x ← λ x + (1 − λ) x'
        t ← λ t + (1 − λ) t'

    Inputs are (batch, inputs), targets (batch, outputs); α, the strength, is positive: small ones blend few examples, 1
    blends all in every proportion.

    Notes
    -----
    Source: H. Zhang, M. Cisse, Y. N. Dauphin, D. Lopez-Paz, "mixup: Beyond empirical risk minimization" (2018), section
    2.

    Examples
    --------
    >>> inputs, targets = np.array([[0.0], [1.0]]), np.eye(2)
    >>> mix(inputs, targets, 1.0, np.random.default_rng(1))
    >>> bool(np.array_equal(inputs[:, 0], targets[:, 1])), targets.sum(axis=1)
    (True, array([1., 1.]))
    """
    partners = rng.permutation(len(inputs))
    share = rng.beta(strength, strength, (len(inputs), 1)).astype(inputs.dtype)
    for values in (inputs, targets):
        values += (1 - share) * (values[partners] - values)
