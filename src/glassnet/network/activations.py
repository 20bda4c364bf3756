"""What every activation function is.

An activation turns the weighted sums z of a layer into its activations a. Its `backward` is one step of the chain rule:
it takes the gradient of the loss with respect to a and gives the gradient with respect to z.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import ClassVar

import numpy as np

from ..arrays import Floats
from ..registry import find


class Activation(ABC):
    """A differentiable function of a layer's weighted sums."""

    name: ClassVar[str]
    kinks: ClassVar[tuple[float, ...]] = ()  # where the derivative jumps
    suits: ClassVar[str] = (
        "glorot_uniform"  # the initializer that keeps the variance of what this function lets through
    )

    @abstractmethod
    def forward(self, z: Floats, out: Floats) -> None:
        """Write f(z) into ``out``, which may be ``z`` itself.

        Parameters
        ----------
        z : ndarray of shape (batch, units)
            Weighted sums.
        out : ndarray of shape (batch, units)
            Where the activations go.
        """

    @abstractmethod
    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        """Write the gradient with respect to z into ``out``, which may be ``upstream`` itself.

        Parameters
        ----------
        z, a : ndarray of shape (batch, units)
            Weighted sums and activations, as `forward` left them.
        upstream : ndarray of shape (batch, units)
            The gradient of the loss with respect to a.
        out : ndarray of shape (batch, units)
            Where the gradient goes.
        """


class Identity(Activation):
    """No activation: layers of it are, together, one linear map.

    ::

        f(z) = z
        f'(z) = 1
    """

    name = "identity"

    def forward(self, z: Floats, out: Floats) -> None:
        np.copyto(out, z)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.copyto(out, upstream)


class Sigmoid(Activation):
    """The logistic function, between 0 and 1.

    ::

        f(z) = 1 / (1 + exp(−z))
        f'(z) = a (1 − a)
    """

    name = "sigmoid"

    def forward(self, z: Floats, out: Floats) -> None:
        # exp is kept from overflowing: beyond the bound 1 / (1 + e) is zero to the last bit that matters.
        np.maximum(z, -math.floor(math.log(np.finfo(z.dtype).max)), out=out)
        np.negative(out, out=out)
        np.exp(out, out=out)
        out += 1
        np.reciprocal(out, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, a * (1 - a), out=out)


class Tanh(Activation):
    """The hyperbolic tangent, between −1 and 1.

    ::

        f(z) = tanh(z)
        f'(z) = 1 − a²
    """

    name = "tanh"

    def forward(self, z: Floats, out: Floats) -> None:
        np.tanh(z, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, 1 - a * a, out=out)


class Relu(Activation):
    """The rectified linear unit (V. Nair, G. Hinton 2010).

    ::

        f(z) = max(0, z)
        f'(z) = [z > 0]
    """

    name = "relu"
    kinks = (0.0,)
    suits = "he_normal"

    def forward(self, z: Floats, out: Floats) -> None:
        np.maximum(z, _zeros(z.shape, z.dtype), out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, a > 0, out=out)


class LeakyRelu(Activation):
    """A ReLU that lets a hundredth through where it would be silent (A. Maas, A. Hannun, A. Ng 2013).

    ::

        f(z) = max(0, z) + 0.01 min(0, z)
        f'(z) = [z > 0] + 0.01 [z ≤ 0]
    """

    name = "leaky_relu"
    kinks = (0.0,)
    suits = "he_normal"
    slope = 0.01

    def forward(self, z: Floats, out: Floats) -> None:
        # For a slope between 0 and 1, max(z, slope z) is the same function.
        np.maximum(z, self.slope * z, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, np.where(z > 0, z.dtype.type(1), z.dtype.type(self.slope)), out=out)


class Elu(Activation):
    """The exponential linear unit with α = 1 (D.-A. Clevert, T. Unterthiner, S. Hochreiter 2016).

    ::

        f(z) = max(0, z) + exp(min(0, z)) − 1
        f'(z) = exp(min(0, z))
    """

    name = "elu"
    suits = "he_normal"

    def forward(self, z: Floats, out: Floats) -> None:
        np.add(np.maximum(z, 0), np.expm1(np.minimum(z, 0)), out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, np.exp(np.minimum(z, 0)), out=out)


class Gelu(Activation):
    """The Gaussian error linear unit in its tanh form (D. Hendrycks, K. Gimpel 2016, section 2).

    ::

        f(z) = z (1 + tanh(u)) / 2
        u = √(2 / π) (z + 0.044715 z³)
        f'(z) = (1 + tanh(u)) / 2 + z (1 − tanh(u)²) √(2 / π) (1 + 3 · 0.044715 z²) / 2
    """

    name = "gelu"
    suits = "he_normal"
    scale = math.sqrt(2 / math.pi)
    cubic = 0.044715

    def forward(self, z: Floats, out: Floats) -> None:
        np.multiply(z, 0.5 * (1 + self._tanh(z)), out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        tanh = self._tanh(z)
        slope = self.scale * (1 + 3 * self.cubic * z * z)
        np.multiply(upstream, 0.5 * (1 + tanh) + 0.5 * z * (1 - tanh * tanh) * slope, out=out)

    def _tanh(self, z: Floats) -> Floats:
        # z * z * z, not z**3: a power takes 50 times as long.
        return np.tanh(self.scale * (z + self.cubic * (z * z * z)))


class Silu(Activation):
    """The sigmoid-weighted linear unit, also called swish (S. Elfwing, E. Uchibe, K. Doya 2018).

    ::

        f(z) = z σ(z)
        f'(z) = σ(z) + a (1 − σ(z))
        σ(z) = 1 / (1 + exp(−z))
    """

    name = "silu"
    suits = "he_normal"

    def forward(self, z: Floats, out: Floats) -> None:
        np.multiply(z, self._sigmoid(z), out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        sigmoid = self._sigmoid(z)
        np.multiply(upstream, sigmoid + a * (1 - sigmoid), out=out)

    @staticmethod
    def _sigmoid(z: Floats) -> Floats:
        Sigmoid().forward(z, out := np.empty_like(z))
        return out


@lru_cache(16)
def _zeros(shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> Floats:
    """Remember zeros: NumPy takes the maximum of two arrays four times as fast as of an array and a number."""
    return np.zeros(shape, dtype)


_HIDDEN = (Sigmoid(), Tanh(), Relu(), LeakyRelu(), Elu(), Gelu(), Silu(), Identity())
HIDDEN: dict[str, Activation] = {activation.name: activation for activation in _HIDDEN}


def hidden_activation(name: str) -> Activation:
    """Find a hidden layer's activation.

    Parameters
    ----------
    name : str
        A key of ``HIDDEN``.

    Returns
    -------
    Activation

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return find("activation", name, HIDDEN)


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
