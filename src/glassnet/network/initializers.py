"""Where the weights start: small random numbers, so that units differ and signals keep their size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from ..arrays import Floats
from ..registry import Registry
from .formula import resolve


class Initializer(ABC):
    """Draws a layer's starting weights: derive from it to add one, and register the class by a name.

    Attributes
    ----------
    name : str
        By which it is registered.
    draws_biases : bool
        Whether biases are drawn as weights are, as older schemes do; else they start at zero.
    zero_outputs : bool
        Whether the last layer starts at zero, so that the first answers are all alike.

    Examples
    --------
    >>> class Small(Initializer):
    ...     def draw(self, rng, inputs, outputs):
    ...         return rng.normal(0, 0.01, (inputs, outputs))
    >>> from glassnet import Network
    >>> network = Network([4, 2], initializer=Small())
    """

    name: ClassVar[str]
    draws_biases: ClassVar[bool] = False
    zero_outputs: ClassVar[bool] = False

    @abstractmethod
    def draw(self, rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
        """Draw weights of shape (inputs, outputs), in float64."""


INITIALIZERS: Registry[type[Initializer]] = Registry("initializer")


def resolve_initializer(given: str | Initializer) -> Initializer:
    """Give an initializer: by name one of ``INITIALIZERS``, or a user's own as it is; errors as `resolve`."""
    return resolve(INITIALIZERS, given, Initializer, "'he_normal', or an object of a class of your own")


def initialize(initializer: str | Initializer, rng: np.random.Generator, weights: Floats, biases: Floats) -> None:
    """Fill a layer's weights (inputs, outputs) and biases (outputs,) with their starting values.

    Drawn in float64 and then rounded, so that a float32 network starts where its float64 twin does.
    """
    chosen = resolve_initializer(initializer)
    inputs, outputs = weights.shape
    weights[...] = chosen.draw(rng, inputs, outputs)
    biases[...] = chosen.draw(rng, 1, outputs)[0] if chosen.draws_biases else 0


def he_variance(inputs: int, outputs: int) -> float:
    """Give the variance that keeps the size of signals through ReLU layers (K. He et al. 2015, section 2.2).

    ::

        variance = 2 / inputs
    """
    return 2 / inputs


def glorot_variance(inputs: int, outputs: int) -> float:
    """Give the variance that balances forward and backward signals (X. Glorot, Y. Bengio 2010, section 4.2.1).

    ::

        variance = 2 / (inputs + outputs)
    """
    return 2 / (inputs + outputs)


def lecun_variance(inputs: int, outputs: int) -> float:
    """Give the variance that keeps a weighted sum's at one (Y. LeCun et al. 1998, "Efficient BackProp", section 4.6).

    ::

        variance = 1 / inputs
    """
    return 1 / inputs


class Normal(Initializer):
    """Normal numbers of a variance that depends on the units of the layer before and of this layer."""

    variance: Callable[[int, int], float]

    def draw(self, rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
        return rng.normal(0.0, np.sqrt(self.variance(inputs, outputs)), (inputs, outputs))


class Uniform(Initializer):
    """Numbers in -bound..bound of such a variance, which is bound² / 3."""

    variance: Callable[[int, int], float]

    def draw(self, rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
        bound = np.sqrt(3 * self.variance(inputs, outputs))
        return rng.uniform(-bound, bound, (inputs, outputs))


@INITIALIZERS.register("he_normal")
class HeNormal(Normal):
    """Normal, for ReLU and its kin."""

    variance = staticmethod(he_variance)


@INITIALIZERS.register("he_uniform")
class HeUniform(Uniform):
    """Uniform, for ReLU and its kin."""

    variance = staticmethod(he_variance)


@INITIALIZERS.register("glorot_normal")
class GlorotNormal(Normal):
    """Normal, for tanh and sigmoid."""

    variance = staticmethod(glorot_variance)


@INITIALIZERS.register("glorot_uniform")
class GlorotUniform(Uniform):
    """Uniform, for tanh and sigmoid."""

    variance = staticmethod(glorot_variance)


@INITIALIZERS.register("lecun_normal")
class LecunNormal(Normal):
    """Normal, for weighted sums of variance one."""

    variance = staticmethod(lecun_variance)


@INITIALIZERS.register("lecun_normal_biases")
class LecunNormalBiases(LecunNormal):
    """The same, with biases of variance one, and outputs of zero (D. Holzmüller et al. 2024, "Better by default").

    Units whose kinks lie in different places of the table's columns are of use from the first step on.
    """

    draws_biases = True
    zero_outputs = True


@INITIALIZERS.register("lecun_uniform")
class LecunUniform(Uniform):
    """Uniform, for weighted sums of variance one."""

    variance = staticmethod(lecun_variance)


@INITIALIZERS.register("standard_normal")
class StandardNormal(Initializer):
    """Normal numbers of variance one, the biases too."""

    draws_biases = True

    def draw(self, rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
        return rng.standard_normal((inputs, outputs))


@INITIALIZERS.register("uniform")
class UniformHalf(Initializer):
    """Numbers in -0.5..0.5, the biases too."""

    draws_biases = True

    def draw(self, rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
        return rng.uniform(-0.5, 0.5, (inputs, outputs))


@INITIALIZERS.register("zeros")
class Zeros(Initializer):
    """Zeros: hidden units that start alike stay alike."""

    def draw(self, rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
        return np.zeros((inputs, outputs))
