"""What a network is, apart from its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from numbers import Integral
from typing import Any, TypeVar

from ..errors import GlassnetError, UsageError
from ..settings import plain
from .activations import Activation, resolve_activation, resolve_output
from .formula import Portable
from .losses import Loss, resolve_loss

Function = TypeVar("Function", bound=Portable)


@dataclass(frozen=True)
class Architecture:
    """The units of each layer of a fully connected network, the functions in it, and the loss that training minimizes.

    There is one activation for each hidden layer. What is registered is kept by its name, whichever way it was given;
    an object of an unregistered class, or with parameters of its own, is kept as it is. A UsageError if a width is not
    positive, the numbers of layers and activations differ, or loss and output do not fit.

    >>> Architecture.of([784, 128, 10]).parameter_count
    101770
    """

    sizes: tuple[int, ...]
    activations: tuple[str | Activation, ...]
    output: str | Activation
    loss: str | Loss

    @classmethod
    def of(
        cls,
        sizes: Sequence[int],
        activation: str | Activation | Sequence[str | Activation] = "relu",
        loss: str | Loss = "cross_entropy",
        output: str | Activation | None = None,
    ) -> Architecture:
        """Fill in what is usual: one activation for all hidden layers, and the output that the loss goes with."""
        hidden = max(len(sizes) - 2, 0)
        if isinstance(activation, str | Activation | type):
            resolve_activation(activation)  # a misspelled name is an error even where there is no hidden layer
            activation = (activation,) * hidden
        return cls(tuple(sizes), tuple(activation), resolve_loss(loss).outputs[0] if output is None else output, loss)

    def __post_init__(self) -> None:
        sizes = tuple(map(plain, self.sizes))
        wrong = [size for size in sizes if isinstance(size, bool) or not isinstance(size, Integral) or size < 1]
        if wrong or len(self.sizes) < 2:
            expected = "at least inputs and outputs, each a positive whole number"
            raise UsageError("invalid layer sizes", expected=expected, got=list(self.sizes))
        if len(self.activations) != len(self.sizes) - 2:
            expected = f"one activation, or {len(self.sizes) - 2}, one for each hidden layer"
            raise UsageError("activations do not fit the hidden layers", expected=expected, got=len(self.activations))
        kept: dict[str, Any] = {
            "sizes": tuple(map(int, sizes)),
            "activations": tuple(_kept(resolve_activation, given) for given in self.activations),
            "output": _kept(resolve_output, self.output),
            "loss": _kept(resolve_loss, self.loss),
        }
        for name, value in kept.items():
            object.__setattr__(self, name, value)
        output = resolve_output(self.output)
        if output.sums_to_one and self.sizes[-1] == 1:
            remedy = "For numbers say loss='mse', for a yes or no loss='binary_cross_entropy', or have two outputs"
            raise UsageError(f"a {output} of one output, which is always 1", remedy=remedy)
        fitting = resolve_loss(self.loss).outputs
        if output.name not in fitting:
            expected = f"{self.loss} with {' or '.join(fitting)}"
            raise UsageError("loss and output do not fit", expected=expected, got=f"{self.loss} with {self.output}")

    def describe(self) -> dict[str, Any]:
        """Give all of it in plain values, from which it can be made again.

        A UsageError if a function has no name by which another process could find it.
        """
        functions = {"ACTIVATIONS": self.activations, "OUTPUTS": (self.output,), "LOSSES": (self.loss,)}
        for registry, given in functions.items():
            if own := [function for function in given if not isinstance(function, str)]:
                remedy = f'Put @glassnet.{registry}.register("{own[0].name.lower()}") above its class'
                raise UsageError(f"{own[0]} is not registered, and cannot be saved", remedy=remedy)
        return {"sizes": self.sizes, "activations": self.activations, "output": self.output, "loss": self.loss}

    @cached_property
    def weight_count(self) -> int:
        """How many of the parameters are weights: the leading part of the vector."""
        return sum(math.prod(pair) for pair in pairwise(self.sizes))

    @property
    def parameter_count(self) -> int:
        """Weights and biases together."""
        return self.weight_count + sum(self.sizes[1:])


def _kept(resolve: Callable[[str | Function], Function], given: str | Function) -> str | Function:
    """Give the name of what can be made from its name alone, else the object."""
    function = resolve(given)
    try:
        return function.name if resolve(function.name) == function else function
    except (GlassnetError, TypeError):  # nothing of this name is registered, or it is not made without arguments
        return function
