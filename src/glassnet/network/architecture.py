"""What a network is, apart from its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ..errors import UsageError
from .activations import hidden_activation, output_activation
from .losses import loss_function


@dataclass(frozen=True)
class Architecture:
    """The shape of a fully connected network and the functions in it.

    Parameters
    ----------
    sizes : tuple of int
        Units of each layer: inputs, hidden layers, outputs.
    activations : tuple of str
        One for each hidden layer.
    output : str
        The output activation: ``softmax``, ``sigmoid``, ``identity`` or ``exponential``.
    loss : str
        What training minimizes; it says which outputs it goes with.

    Raises
    ------
    UsageError
        If a width is not positive, the numbers of layers and activations differ, or loss and output do not fit.

    Examples
    --------
    >>> Architecture.of([784, 128, 10]).parameter_count
    101770
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    output: str
    loss: str

    @classmethod
    def of(
        cls,
        sizes: Sequence[int],
        activation: str | Sequence[str] = "relu",
        loss: str = "cross_entropy",
        output: str | None = None,
    ) -> Architecture:
        """Fill in what is usual: one activation for all hidden layers, and the output that the loss goes with."""
        hidden = max(len(sizes) - 2, 0)
        activations = (activation,) * hidden if isinstance(activation, str) else tuple(activation)
        if isinstance(activation, str):
            hidden_activation(activation)  # a misspelled name is an error even where there is no hidden layer
        if output is None:
            output = loss_function(loss).outputs[0]
        return cls(tuple(sizes), activations, output, loss)

    def __post_init__(self) -> None:
        wrong = [size for size in self.sizes if isinstance(size, bool) or not isinstance(size, int) or size < 1]
        if wrong or len(self.sizes) < 2:
            expected = "at least inputs and outputs, each a positive whole number"
            raise UsageError("impossible layer sizes", expected=expected, got=list(self.sizes))
        if len(self.activations) != len(self.sizes) - 2:
            expected = f"one activation, or {len(self.sizes) - 2}, one for each hidden layer"
            raise UsageError("activations do not fit the hidden layers", expected=expected, got=len(self.activations))
        for name in self.activations:
            hidden_activation(name)
        output_activation(self.output)
        if self.output == "softmax" and self.sizes[-1] == 1:
            remedy = "For numbers say loss='mse', for a yes or no loss='binary_cross_entropy', or have two outputs"
            raise UsageError("a softmax of one output, which is always 1", remedy=remedy)
        fitting = loss_function(self.loss).outputs
        if self.output not in fitting:
            expected = f"{self.loss} with {' or '.join(fitting)}"
            raise UsageError("loss and output do not fit", expected=expected, got=f"{self.loss} with {self.output}")

    @cached_property
    def weight_count(self) -> int:
        """How many of the parameters are weights: the leading part of the vector."""
        return sum(math.prod(pair) for pair in pairwise(self.sizes))

    @property
    def parameter_count(self) -> int:
        """Weights and biases together."""
        return self.weight_count + sum(self.sizes[1:])
