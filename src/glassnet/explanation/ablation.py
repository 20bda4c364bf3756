"""Ablation: what a network can do without."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Floats
from ..data.dataset import Examples
from ..errors import UsageError
from ..evaluation.evaluate import ClassificationResult, evaluate
from ..model.model import Model
from ..network.layer import layer_views
from .sums import Neuron

SHARES = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)


def change_neuron(model: Model, neuron: Neuron, scale: float = 0.0, shift: float = 0.0) -> Model:
    """Scale and shift what a hidden neuron says to the next layer; by default it is switched off.

    With its activation a, weights W to the next layer and its biases b,

    ::

        W' = s W
        b' = b + d W

    does to every sum what s a + d in place of a would.

    Parameters
    ----------
    model : Model
        Of one network.
    neuron : Neuron
        A hidden one.
    scale, shift : float, optional
        s and d.

    Returns
    -------
    Model
        A copy; the model stays as it is.

    Raises
    ------
    UsageError
        If there is no such hidden neuron, or the model is an ensemble.
    """
    layers = len(model.network.layers)
    sizes = model.network.architecture.sizes
    if not (0 <= neuron.layer < layers - 1 and 0 <= neuron.unit < sizes[neuron.layer + 1]):
        raise UsageError("no such hidden neuron", got=f"{neuron.layer + 1}.{neuron.unit}")
    copy, parameters = _copy(model)
    after = layer_views(parameters, sizes)[neuron.layer + 1]
    after.biases[...] += shift * after.weights[neuron.unit]
    after.weights[neuron.unit] *= scale
    return copy


def prune(model: Model, share: float) -> Model:
    """Set the smallest weights to zero, layer by layer.

    Parameters
    ----------
    model : Model
        Of one network.
    share : float
        Of each layer's weights, 0..1, those that are smallest by absolute value.

    Returns
    -------
    Model
        A copy.

    Raises
    ------
    UsageError
        If the share is none, or the model is an ensemble.

    Notes
    -----
    Source: S. Han, J. Pool, J. Tran, W. Dally, "Learning both weights and connections for efficient neural networks"
    (2015), section 3.
    """
    if not 0 <= share <= 1:
        raise UsageError("invalid fraction of weights", expected="0..1", got=share)
    copy, parameters = _copy(model)
    for layer in layer_views(parameters, model.network.architecture.sizes):
        smallest = np.argsort(np.abs(layer.weights), axis=None, kind="stable")[: round(share * layer.weights.size)]
        layer.weights.ravel()[smallest] = 0
    return copy


@dataclass(frozen=True)
class Ablation:
    """What a network loses without its parts.

    Attributes
    ----------
    accuracy : float
        Of the whole.
    without : tuple of ndarray of shape (units,)
        For each hidden layer, the accuracy without each of its neurons.
    pruned : tuple of (float, float)
        Shares of the weights that were set to zero, and the accuracy that was left.
    """

    accuracy: float
    without: tuple[Floats, ...]
    pruned: tuple[tuple[float, float], ...]


def ablate(model: Model, examples: Examples) -> Ablation:
    """Switch off every hidden neuron in turn, and prune more and more weights; errors as in `prune`.

    Parameters
    ----------
    model : Model
        A classifier of one network.
    examples : Examples
        To judge by.
    """
    sizes = model.network.architecture.sizes
    without = tuple(
        np.array([_accuracy(change_neuron(model, Neuron(layer, unit)), examples) for unit in range(units)])
        for layer, units in enumerate(sizes[1:-1])
    )
    return Ablation(_accuracy(model, examples), without, prune_more_and_more(model, examples))


def prune_more_and_more(model: Model, examples: Examples) -> tuple[tuple[float, float], ...]:
    """Give shares of the weights to set to zero, and the accuracy that each leaves; arguments as in `ablate`."""
    return tuple((share, _accuracy(prune(model, share), examples)) for share in SHARES)


def _accuracy(model: Model, examples: Examples) -> float:
    result = evaluate(model, examples)
    if not isinstance(result, ClassificationResult):
        raise UsageError("ablation needs a classifier")
    return result.accuracy


def _copy(model: Model) -> tuple[Model, Floats]:
    if model.is_ensemble:
        raise UsageError("an ensemble has no neurons of its own", remedy="Take one of its networks")
    parameters = model.network.parameters.copy()
    return replace(model, networks=(model.network.on(parameters),)), parameters
