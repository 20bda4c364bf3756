"""Activation maximization: the input that excites a neuron most."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..arrays import Floats
from ..evaluation.input_gradients import logit_gradient
from ..network.layer import layer_views
from ..network.network import Network
from .sums import Neuron

STEPS = 200
RATE = 0.05  # of the norm that the input may have, a step


def maximize_activation(network: Network, neuron: Neuron, norm: float = 8.0, steps: int = STEPS) -> Floats:
    """Climb a neuron's weighted sum, among inputs in 0..1 of a bounded norm.

    ::

        x' = x + η g / ‖g‖

    then cut to 0..1 and, where ‖x'‖ is too large, scaled down; g is the gradient of the sum with respect to x.

    Parameters
    ----------
    network : Network
        Of pixels in 0..1.
    neuron : Neuron
        Which one.
    norm : float, optional
        The largest that the input may have: MNIST's digits have about 9.
    steps : int, optional
        How many.

    Returns
    -------
    ndarray of shape (inputs,)
        For a neuron of the first layer the image of its positive weights, scaled and cut; for others what leads there.

    Notes
    -----
    Source: D. Erhan, Y. Bengio, A. Courville, P. Vincent, "Visualizing higher-layer features of a deep network" (2009).

    Examples
    --------
    >>> network = Network([3, 2], seed=0, dtype=np.float64)
    >>> network.layers[0].weights[:, 1] = [0.3, -0.5, 0.4]
    >>> maximize_activation(network, Neuron(0, 1), norm=1.0).round(1)
    array([0.6, 0. , 0.8])
    """
    upto = _network_up_to(network, neuron)
    x = np.full((1, network.architecture.sizes[0]), norm / 2 / np.sqrt(network.architecture.sizes[0]))
    x = x.astype(network.parameters.dtype)
    for step in range(steps):
        gradient = logit_gradient(upto, x, neuron.unit)
        size = float(np.linalg.norm(gradient))
        if not size:
            break  # a silent neuron before it: no way is up
        rate = RATE * norm * (1 - step / steps)
        x = np.clip(x + rate * gradient / size, 0, 1)
        x *= min(1.0, norm / float(np.linalg.norm(x)))
    found: Floats = x[0]
    return found


def _network_up_to(network: Network, neuron: Neuron) -> Network:
    """Give the part of a network that ends in a neuron's layer, whose weighted sums are its logits."""
    form = network.architecture
    sizes = form.sizes[: neuron.layer + 2]
    output = form.output if neuron.layer == len(network.layers) - 1 else "identity"
    loss = form.loss if output == form.output else "mse"
    part = Network.of(type(form)(sizes, form.activations[: neuron.layer], output, loss), network.parameters.dtype)
    for own, layer in zip(layer_views(part.parameters, sizes), network.layers, strict=False):
        own.weights[...], own.biases[...] = layer.weights, layer.biases
    return part


def __getattr__(name: str) -> Any:
    """Serve the former name of `maximize_activation` for one release."""
    if name != "exciting_input":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn("exciting_input is called maximize_activation now", FutureWarning, stacklevel=2)
    return maximize_activation
