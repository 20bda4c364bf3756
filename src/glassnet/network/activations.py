"""What every activation function is, and those that there are.

An activation turns the weighted sums z of a layer into its activations a. Its `backward` is one step of the chain rule:
it takes the gradient of the loss with respect to a and gives the gradient with respect to z.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from ..arrays import Floats
from ..erf import erf
from ..registry import Registry
from .formula import Portable, resolve

LARGE_EXPONENT = 20.0


class Activation(Portable):
    """A differentiable function of a layer's weighted sums: derive from it to add one.

    Registered by a name, ``@glassnet.ACTIVATIONS.register("softsign")``, it can be chosen by it everywhere. Without
    one, an instance can be given to `Network`, but the network cannot be saved.

    Attributes
    ----------
    name : str
        By which it is registered; the class's own otherwise.
    formula : str
        a as a formula of z, in the notation of `glassnet.network.formula`, for ONNX and the pages.
    slope : str
        f'(z), of z and a, in the same notation. Where each activation depends on every z, instead the gradient with
        respect to z, of z, a and g, the gradient with respect to a.
    kinks : tuple of float
        Where the derivative jumps: a gradient check keeps away from there.
    suits : str
        The initializer that keeps the variance of signals through this function.
    steepest : float
        The largest derivative, about, of a function that is flat somewhere; 0 if it nowhere is. A diagnosis calls a
        unit flat that has less than a hundredth of it.
    rectifies : bool
        Whether it is flat at one end alone: a unit may be there for good.
    sums_to_one : bool
        Whether a row of activations is a distribution.
    torch : str
        The module of torch.nn that computes the same, with its arguments if it needs some.

    Examples
    --------
    >>> class Softsign(Activation):
    ...     formula = "z / (1 + abs(z))"
    ...     slope = "1 / ((1 + abs(z)) * (1 + abs(z)))"
    ...
    ...     def forward(self, z, out):
    ...         np.divide(z, 1 + np.abs(z), out=out)
    ...
    ...     def backward(self, z, a, upstream, out):
    ...         np.divide(upstream, (1 + np.abs(z)) ** 2, out=out)
    >>> from glassnet import Network
    >>> Network([4, 3, 2], Softsign(), seed=0)
    <Network 4-3-2 (Softsign, softmax), 23 parameters, float32>
    """

    kinks: ClassVar[tuple[float, ...]] = ()
    suits: ClassVar[str] = "glorot_uniform"
    steepest: ClassVar[float] = 0.0
    rectifies: ClassVar[bool] = False
    sums_to_one: ClassVar[bool] = False
    torch: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "forward" in vars(cls):
            cls.torch = vars(cls).get("torch", "")

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


ACTIVATIONS: Registry[type[Activation]] = Registry("activation")
OUTPUTS: Registry[type[Activation]] = Registry("output activation")


def resolve_activation(given: str | Activation) -> Activation:
    """Give a hidden layer's activation: by name, of ``ACTIVATIONS``, or a user's own as it is; errors as `resolve`."""
    return resolve(ACTIVATIONS, given, Activation, "'relu', or an object of a class of your own")


def resolve_output(given: str | Activation) -> Activation:
    """Give the output layer's activation, as `resolve_activation` does, from ``OUTPUTS``."""
    return resolve(OUTPUTS, given, Activation, "'softmax', or an object of a class of your own")


@ACTIVATIONS.register("sigmoid")
@OUTPUTS.register("sigmoid")
class Sigmoid(Activation):
    """The logistic function, between 0 and 1.

    ::

        f(z) = 1 / (1 + exp(−z))
        f'(z) = a (1 − a)
    """

    formula = "1 / (1 + exp(-z))"
    slope = "a * (1 - a)"
    steepest = 0.25
    torch = "Sigmoid"

    def forward(self, z: Floats, out: Floats) -> None:
        # exp is kept from overflowing: beyond the bound 1 / (1 + e) is zero to the last bit that matters.
        np.maximum(z, -math.floor(math.log(np.finfo(z.dtype).max)), out=out)
        np.negative(out, out=out)
        np.exp(out, out=out)
        out += 1
        np.reciprocal(out, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, a * (1 - a), out=out)


@ACTIVATIONS.register("tanh")
class Tanh(Activation):
    """The hyperbolic tangent, between −1 and 1.

    ::

        f(z) = tanh(z)
        f'(z) = 1 − a²
    """

    formula = "tanh(z)"
    slope = "1 - a * a"
    steepest = 1.0
    torch = "Tanh"

    def forward(self, z: Floats, out: Floats) -> None:
        np.tanh(z, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, 1 - a * a, out=out)


@ACTIVATIONS.register("relu")
class Relu(Activation):
    """The rectified linear unit (V. Nair, G. Hinton 2010).

    ::

        f(z) = max(0, z)
        f'(z) = [z > 0]
    """

    formula = "max(0, z)"
    slope = "z > 0"
    kinks = (0.0,)
    suits = "he_normal"
    steepest = 1.0
    rectifies = True
    torch = "ReLU"

    def forward(self, z: Floats, out: Floats) -> None:
        np.maximum(z, _zeros(z.shape, z.dtype), out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, a > 0, out=out)


@ACTIVATIONS.register("leaky_relu")
class LeakyRelu(Activation):
    """A ReLU that lets a hundredth through where it would be silent (A. Maas, A. Hannun, A. Ng 2013).

    ::

        f(z) = max(0, z) + 0.01 min(0, z)
        f'(z) = [z > 0] + 0.01 [z ≤ 0]
    """

    formula = "max(0, z) + 0.01 * min(0, z)"
    slope = "(z > 0) + 0.01 * (z <= 0)"
    kinks = (0.0,)
    suits = "he_normal"
    torch = "LeakyReLU"
    leak = 0.01

    def forward(self, z: Floats, out: Floats) -> None:
        # For a leak between 0 and 1, max(z, leak z) is the same function.
        np.maximum(z, self.leak * z, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, np.where(z > 0, z.dtype.type(1), z.dtype.type(self.leak)), out=out)


@ACTIVATIONS.register("elu")
class Elu(Activation):
    """The exponential linear unit with α = 1 (D.-A. Clevert, T. Unterthiner, S. Hochreiter 2016).

    ::

        f(z) = max(0, z) + exp(min(0, z)) − 1
        f'(z) = exp(min(0, z))
    """

    formula = "max(0, z) + expm1(min(0, z))"
    slope = "exp(min(0, z))"
    suits = "he_normal"
    steepest = 1.0
    rectifies = True
    torch = "ELU"

    def forward(self, z: Floats, out: Floats) -> None:
        np.add(np.maximum(z, 0), np.expm1(np.minimum(z, 0)), out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(upstream, np.exp(np.minimum(z, 0)), out=out)


@ACTIVATIONS.register("selu")
class Selu(Activation):
    """The scaled ELU, whose constants keep activations at mean 0 and variance 1 (G. Klambauer et al. 2017).

    ::

        f(z) = λ (max(0, z) + α (exp(min(0, z)) − 1))
        f'(z) = λ ([z > 0] + α exp(min(0, z)) [z ≤ 0])
        λ = 1.0507009873554805
        α = 1.6732632423543772
    """

    alpha = 1.6732632423543772
    scale = 1.0507009873554805
    formula = f"{scale} * (max(0, z) + {alpha} * expm1(min(0, z)))"
    slope = f"{scale} * ((z > 0) + {alpha} * exp(min(0, z)) * (z <= 0))"
    kinks = (0.0,)
    suits = "lecun_normal"
    steepest = scale * alpha
    rectifies = True
    torch = "SELU"

    def forward(self, z: Floats, out: Floats) -> None:
        zero = np.zeros_like(z)  # with an array np.minimum takes 2 in place of 7 µs for 256 x 64
        below = np.expm1(np.minimum(z, zero))
        below *= self.scale * self.alpha
        np.maximum(z, zero, out=out)
        out *= self.scale
        out += below

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        # Below zero f'(z) = a + λ α, above λ. np.where of a random mask takes several times as long.
        slope = np.minimum(a, np.zeros_like(a))
        slope += self.scale * self.alpha
        slope -= (z > 0) * z.dtype.type(self.scale * (self.alpha - 1))
        np.multiply(upstream, slope, out=out)


@ACTIVATIONS.register("gelu")
class Gelu(Activation):
    """The Gaussian error linear unit: z times the part of a normal distribution below z (D. Hendrycks, K. Gimpel 2016).

    ::

        f(z) = z Φ(z)
        f'(z) = Φ(z) + z exp(−z² / 2) / √(2 π)
        Φ(z) = (1 + erf(z / √(2))) / 2
    """

    formula = "z * ((1 + erf(z / sqrt(2))) / 2)"
    slope = "(1 + erf(z / sqrt(2))) / 2 + z * exp(-z * z / 2) / sqrt(2 * pi)"
    suits = "he_normal"
    steepest = 1.0
    rectifies = True
    torch = "GELU"

    def forward(self, z: Floats, out: Floats) -> None:
        part = erf(z * math.sqrt(1 / 2))
        part += 1
        part *= 0.5
        np.multiply(z, part, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        slope = z * z
        slope *= -0.5
        np.exp(slope, out=slope)
        slope *= z
        slope *= math.sqrt(1 / (2 * math.pi))
        # Φ(z) is a / z, which costs less than erf; where z is too small to divide by, it is 1 / 2.
        tiny = np.abs(z) < np.finfo(z.dtype).tiny
        slope += np.where(tiny, 0.5, a) / np.where(tiny, 1, z)
        np.multiply(upstream, slope, out=out)


@ACTIVATIONS.register("gelu_tanh")
class GeluTanh(Activation):
    """The Gaussian error linear unit, approximated by tanh (D. Hendrycks, K. Gimpel 2016, section 2).

    ::

        f(z) = z (1 + tanh(u)) / 2
        u = √(2 / π) (z + 0.044715 z³)
        f'(z) = (1 + tanh(u)) / 2 + z (1 − tanh(u)²) √(2 / π) (1 + 3 · 0.044715 z²) / 2
    """

    _u = "sqrt(2 / pi) * (z + 0.044715 * z * z * z)"
    formula = f"z * (1 + tanh({_u})) / 2"
    slope = f"(1 + tanh({_u})) / 2 + z * (1 - tanh({_u}) * tanh({_u})) * sqrt(2 / pi) * (1 + 3 * 0.044715 * z * z) / 2"
    suits = "he_normal"
    steepest = 1.0
    rectifies = True
    torch = "GELU(approximate='tanh')"
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


@ACTIVATIONS.register("silu")
class Silu(Activation):
    """The sigmoid-weighted linear unit, also called swish (S. Elfwing, E. Uchibe, K. Doya 2018).

    ::

        f(z) = z σ(z)
        f'(z) = σ(z) + a (1 − σ(z))
        σ(z) = 1 / (1 + exp(−z))
    """

    formula = "z / (1 + exp(-z))"
    slope = "1 / (1 + exp(-z)) + a * (1 - 1 / (1 + exp(-z)))"
    suits = "he_normal"
    steepest = 1.0
    rectifies = True
    torch = "SiLU"

    def forward(self, z: Floats, out: Floats) -> None:
        np.multiply(z, self._sigmoid(z), out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        sigmoid = self._sigmoid(z)
        np.multiply(upstream, sigmoid + a * (1 - sigmoid), out=out)

    @staticmethod
    def _sigmoid(z: Floats) -> Floats:
        Sigmoid().forward(z, out := np.empty_like(z))
        return out


@ACTIVATIONS.register("mish")
class Mish(Activation):
    """A smooth function near SiLU (D. Misra 2019).

    ::

        f(z) = z u
        f'(z) = u + z (1 − u²) σ(z)
        u = tanh(ln(1 + exp(z)))
        σ(z) = 1 / (1 + exp(−z))
    """

    _t = "tanh(max(0, z) + log1p(exp(-abs(z))))"
    formula = f"z * {_t}"
    slope = f"{_t} + z * (1 - {_t} * {_t}) / (1 + exp(-z))"
    suits = "he_normal"
    steepest = 1.1
    rectifies = True
    torch = "Mish"

    def forward(self, z: Floats, out: Floats) -> None:
        np.multiply(z, self._tanh(z)[0], out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        tanh, exponential, share = self._tanh(z)
        # (1 − u²) σ(z) = 4 e (e + 1) / (e² + 2 e + 2)².
        exponential *= exponential + 1
        exponential *= 4
        exponential *= share
        exponential *= share
        exponential *= z
        exponential += tanh
        np.multiply(upstream, exponential, out=out)

    @staticmethod
    def _tanh(z: Floats) -> tuple[Floats, Floats, Floats]:
        """Give u = (e² + 2 e) / (e² + 2 e + 2), e = exp(z), and 1 / (e² + 2 e + 2), without a logarithm."""
        exponential = np.exp(np.minimum(z, np.full_like(z, LARGE_EXPONENT)))  # beyond it u is 1, and e² still a float
        tanh = exponential + 2
        tanh *= exponential
        share = np.reciprocal(tanh + 2)
        tanh *= share
        return tanh, exponential, share


@ACTIVATIONS.register("identity")
@OUTPUTS.register("identity")
class Identity(Activation):
    """No activation: layers of it are, together, one linear map.

    ::

        f(z) = z
        f'(z) = 1
    """

    formula = "z"
    slope = "1"
    torch = "Identity"

    def forward(self, z: Floats, out: Floats) -> None:
        np.copyto(out, z)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.copyto(out, upstream)


@OUTPUTS.register("softmax")
class Softmax(Activation):
    """Positive outputs that sum to one: probabilities. Each depends on every z of its row.

    ::

        p_k = exp(z_k − z_max) / Σ_k' exp(z_k' − z_max)
        z_max = max(z)

    Subtracting the largest z changes nothing, since it divides out, and keeps exp from overflowing. The gradient with
    respect to z, from that with respect to p, is

    ::

        ∂ℓ/∂z_k = p_k (∂ℓ/∂p_k − Σ_k' p_k' ∂ℓ/∂p_k')
    """

    formula = "exp(z - max(z)) / sum(exp(z - max(z)))"
    slope = "a * (g - sum(a * g))"
    sums_to_one = True
    torch = "Softmax"

    def forward(self, z: Floats, out: Floats) -> None:
        np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True), out=out)
        np.exp(out, out=out)
        out /= np.add.reduce(out, axis=1, keepdims=True)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        mean = np.sum(a * upstream, axis=1, keepdims=True)
        np.multiply(a, upstream - mean, out=out)


@OUTPUTS.register("exponential")
class Exponential(Activation):
    """Positive outputs of any size: rates.

    ::

        f(z) = exp(z)
        f'(z) = a
    """

    formula = "exp(z)"
    slope = "a"

    def forward(self, z: Floats, out: Floats) -> None:
        # Kept from overflowing, and what it is multiplied with too: a step too far is a large loss and not a NaN.
        np.minimum(z, math.floor(math.log(np.finfo(z.dtype).max)) - 5, out=out)
        np.exp(out, out=out)

    def backward(self, z: Floats, a: Floats, upstream: Floats, out: Floats) -> None:
        np.multiply(a, upstream, out=out)


@lru_cache(16)
def _zeros(shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> Floats:
    """Remember zeros: NumPy takes the maximum of two arrays four times as fast as of an array and a number."""
    return np.zeros(shape, dtype)
