"""The activation functions of the output layer: what makes probabilities or rates of logits."""

from __future__ import annotations

import math

import numpy as np

from ..arrays import Floats
from ..names import find
from .activation import Activation
from .activations import Identity, Sigmoid


class Softmax(Activation):
    """Positive outputs that sum to one: probabilities. Each depends on every z of its row.

    ::

        p_k = exp(z_k − m) / Σ_j exp(z_j − m)
        m = max(z)

    Subtracting the largest z changes nothing, since it divides out, and keeps exp from overflowing. With g the gradient
    with respect to p, the gradient with respect to z is

    ::

        d_k = p_k (g_k − Σ_j p_j g_j)
    """

    name = "softmax"

    def forward(self, z: Floats, out: Floats) -> None:
        np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True), out=out)
        np.exp(out, out=out)
        out /= np.add.reduce(out, axis=1, keepdims=True)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        mean = np.sum(a * upstream, axis=1, keepdims=True)
        np.multiply(a, upstream - mean, out=out)


class Exponential(Activation):
    """Positive outputs of any size: rates.

    ::

        f(z) = exp(z)
        f'(z) = a
    """

    name = "exponential"

    def forward(self, z: Floats, out: Floats) -> None:
        # Kept from overflowing, and what it is multiplied with too: a step too far is a large loss and not a NaN.
        np.minimum(z, math.floor(math.log(np.finfo(z.dtype).max)) - 5, out=out)
        np.exp(out, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(a, upstream, out=out)


_OUTPUT = (Softmax(), Sigmoid(), Identity(), Exponential())
OUTPUT: dict[str, Activation] = {activation.name: activation for activation in _OUTPUT}


def output_activation(name: str) -> Activation:
    """Find the output layer's activation.

    Parameters
    ----------
    name : str
        A key of ``OUTPUT``.

    Returns
    -------
    Activation

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return find("output activation", name, OUTPUT)
