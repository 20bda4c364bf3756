"""What the places in a network are called."""

from __future__ import annotations

from ..data.preprocessing.table import TablePreprocessing
from ..model.model import Model
from .sums import Neuron


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
