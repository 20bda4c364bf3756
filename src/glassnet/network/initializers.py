"""Where the weights start: small random numbers, so that units differ and signals keep their size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..arrays import Floats
from ..registry import find

# (rng, inputs, outputs) -> weights of shape (inputs, outputs)
Initializer = Callable[[np.random.Generator, int, int], Floats]


def _normal(variance: Callable[[int, int], float]) -> Initializer:
    return lambda rng, inputs, outputs: rng.normal(0.0, np.sqrt(variance(inputs, outputs)), (inputs, outputs))


def _uniform(variance: Callable[[int, int], float]) -> Initializer:
    def draw(rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
        # A uniform number in -bound..bound has variance bound² / 3.
        bound = np.sqrt(3 * variance(inputs, outputs))
        return rng.uniform(-bound, bound, (inputs, outputs))

    return draw


def he_variance(inputs: int, outputs: int) -> float:
    """Give the variance that keeps the size of signals through ReLU layers (K. He et al. 2015, section 2.2).

    ::

        v = 2 / inputs

    Parameters
    ----------
    inputs, outputs : int
        Units of the layer before and of this layer, which does not matter.

    Returns
    -------
    float
    """
    return 2 / inputs


def glorot_variance(inputs: int, outputs: int) -> float:
    """Give the variance that balances forward and backward signals (X. Glorot, Y. Bengio 2010, section 4.2.1).

    ::

        v = 2 / (inputs + outputs)

    Parameters
    ----------
    inputs, outputs : int
        Units of the layer before and of this layer.

    Returns
    -------
    float
    """
    return 2 / (inputs + outputs)


def lecun_variance(inputs: int, outputs: int) -> float:
    """Give the variance that keeps a weighted sum's at one (Y. LeCun et al. 1998, "Efficient BackProp", section 4.6).

    ::

        v = 1 / inputs

    Parameters
    ----------
    inputs, outputs : int
        Units of the layer before and of this layer, which does not matter.

    Returns
    -------
    float
    """
    return 1 / inputs


INITIALIZERS: dict[str, Initializer] = {
    "he_normal": _normal(he_variance),
    "he_uniform": _uniform(he_variance),
    "glorot_normal": _normal(glorot_variance),
    "glorot_uniform": _uniform(glorot_variance),
    "lecun_normal": _normal(lecun_variance),
    "lecun_uniform": _uniform(lecun_variance),
    "standard_normal": lambda rng, inputs, outputs: rng.standard_normal((inputs, outputs)),
    "uniform": lambda rng, inputs, outputs: rng.uniform(-0.5, 0.5, (inputs, outputs)),
    "zeros": lambda rng, inputs, outputs: np.zeros((inputs, outputs)),
}
# The older schemes draw biases as they draw weights; the others start them at zero.
DRAWS_BIASES = frozenset({"standard_normal", "uniform"})


def initialize(name: str, rng: np.random.Generator, weights: Floats, biases: Floats) -> None:
    """Fill a layer's weights and biases with their starting values.

    Drawn in float64 and then rounded, so that a float32 network starts where its float64 twin does.

    Parameters
    ----------
    name : str
        A key of ``INITIALIZERS``; ``uniform`` is -0.5..0.5.
    rng : numpy.random.Generator
        Where the numbers come from.
    weights : ndarray of shape (inputs, outputs)
        Filled.
    biases : ndarray of shape (outputs,)
        Filled: with zeros, or drawn too for ``standard_normal`` and ``uniform``.

    Raises
    ------
    UnknownNameError
        If there is no such initializer.
    """
    draw = initializer(name)
    inputs, outputs = weights.shape
    weights[...] = draw(rng, inputs, outputs)
    biases[...] = draw(rng, 1, outputs)[0] if name in DRAWS_BIASES else 0


def initializer(name: str) -> Initializer:
    """Find an initializer.

    Parameters
    ----------
    name : str
        A key of ``INITIALIZERS``.

    Returns
    -------
    callable
        From a generator and the numbers of inputs and outputs to weights of shape (inputs, outputs), float64.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return find("initializer", name, INITIALIZERS)
