"""A neuron: what it is called, and the sums that it takes part in, forward and backward, term by term."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..arrays import Floats
from ..data.preprocessing.table import TablePreprocessing
from ..model.model import Model


class Neuron(NamedTuple):
    """One unit of a network.

    Attributes
    ----------
    layer : int
        Counted from 0, the first after the input.
    unit : int
        Within the layer, counted from 0.
    """

    layer: int
    unit: int


@dataclass(frozen=True)
class Term:
    """One product of a sum.

    Attributes
    ----------
    source : int
        Where the value came from: an input, or a neuron of the layer before or after.
    value, weight, product : float
        What came, what it is multiplied by, and the result.
    """

    source: int
    value: float
    weight: float
    product: float


@dataclass(frozen=True)
class WeightedSum:
    """A sum of products, and what is added to it.

    Attributes
    ----------
    values, weights : ndarray of shape (terms,)
        The factors.
    bias : float
        What is added; 0 where nothing is.
    """

    values: Floats
    weights: Floats
    bias: float = 0.0

    @property
    def products(self) -> Floats:
        """The terms, (terms,)."""
        return self.values * self.weights

    @property
    def total(self) -> float:
        """All terms and the bias, added without rounding in between."""
        return math.fsum([*self.products, self.bias])

    def largest(self, count: int) -> list[Term]:
        """Give the terms that matter most, none of them zero.

        Examples
        --------
        >>> [term.source for term in WeightedSum(np.array([1.0, 0.0, 2.0]), np.array([3.0, 9.0, -4.0])).largest(5)]
        [2, 0]
        """
        products = self.products
        order = np.argsort(-np.abs(products), kind="stable")[:count]
        return [
            Term(int(i), float(self.values[i]), float(self.weights[i]), float(products[i]))
            for i in order
            if products[i]
        ]

    def rest(self, shown: list[Term]) -> float:
        """Add up the terms that are not among those shown, without the bias."""
        hidden = np.ones(len(self.values), bool)
        hidden[[term.source for term in shown]] = False
        return math.fsum(self.products[hidden])


@dataclass(frozen=True)
class Attribution:
    """How the error reaches a neuron: what comes back to it, and what of that it lets through.

    Attributes
    ----------
    arriving : WeightedSum
        The deltas of the layer after it, times the weights to it.
    slope : float
        f'(z).
    delta : float
        Their product.
    """

    arriving: WeightedSum
    slope: float
    delta: float


@dataclass(frozen=True)
class WeightGradient:
    """The gradient of one weight, by backpropagation and by trying.

    Attributes
    ----------
    source : int
        The input of the neuron that the weight belongs to.
    weight, value, delta : float
        Itself, what it multiplies, and the delta of its neuron.
    gradient : float
        Value times delta.
    difference : float
        What moving the weight by a little either way says.
    """

    source: int
    weight: float
    value: float
    delta: float
    gradient: float
    difference: float


@dataclass(frozen=True)
class Update:
    """What one step of descent on this example alone does.

    Attributes
    ----------
    learning_rate : float
        Of the step.
    loss : float
        After it.
    outputs : ndarray of shape (outputs,)
        After it.
    """

    learning_rate: float
    loss: float
    outputs: Floats


def input_name(model: Model, position: int) -> str:
    """Name an input: a pixel by row and column, a feature by its column.

    Examples
    --------
    >>> from glassnet import Network, PixelScaling
    >>> input_name(Model(Network([784, 10]), PixelScaling((28, 28)), tuple("0123456789")), 58)
    'pixel 2,2'
    """
    preprocessing = model.preprocessing
    if isinstance(preprocessing, TablePreprocessing):
        return preprocessing.input_names[position]
    if len(preprocessing.input_shape) == 2:
        row, column = divmod(position, preprocessing.input_shape[1])
        return f"pixel {row},{column}"
    return f"input {position}"


def output_name(model: Model, position: int) -> str:
    """Name an output: its class, or the number it stands for."""
    return model.class_names[position] if model.class_names else "the answer"


def neuron_name(model: Model, neuron: Neuron) -> str:
    """Name a unit: ``neuron 1.33`` is unit 33 of the first hidden layer, ``output 4`` that of class 4."""
    if neuron.layer == len(model.network.layers) - 1:
        return f"output {output_name(model, neuron.unit)}" if model.class_names else "the output"
    return f"neuron {neuron.layer + 1}.{neuron.unit}"


def source_name(model: Model, neuron: Neuron, position: int) -> str:
    """Name what a weight of a neuron multiplies: an input, or a neuron of the layer before."""
    return neuron_name(model, Neuron(neuron.layer - 1, position)) if neuron.layer else input_name(model, position)
