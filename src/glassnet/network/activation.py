"""What every activation function is.

An activation turns the weighted sums z of a layer into its activations a. Its `backward` is one step of the chain rule:
it takes the gradient of the loss with respect to a and gives the gradient with respect to z.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from ..arrays import Floats


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
