"""Dropout: units that are left out at random while learning, so that none relies on another."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats

EQUALLY_LIKELY = 2**16  # numbers that two random bytes can be


def draw_mask(rate: float, rng: np.random.Generator, out: Floats) -> None:
    """Draw a mask, into a float array of any shape, that leaves the expectation of what it multiplies as it is.

    With q the part of the units that is kept, 1 less the rate in 0..1, an element of the mask is

    ::

        m = [r < q] / q

    where r is a random number in 0..1, on a grid of 65,536 places; q is rounded to that grid.

    Notes
    -----
    Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section
    10, where the kept are scaled while learning, as here, so that nothing need be scaled afterwards.

    Examples
    --------
    >>> mask = np.empty(100_000)
    >>> draw_mask(0.2, np.random.default_rng(0), mask)
    >>> np.unique(mask).round(2), float(mask.mean().round(2))
    (array([0.  , 1.25]), 1.0)
    """
    kept = max(1, round((1 - rate) * EQUALLY_LIKELY))
    numbers = np.frombuffer(rng.bytes(2 * out.size), "<u2").reshape(out.shape)
    np.multiply(numbers < kept, out.dtype.type(EQUALLY_LIKELY / kept), out=out)
