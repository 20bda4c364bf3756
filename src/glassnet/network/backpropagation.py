"""Backpropagation: from how wrong the outputs are to the gradient of every weight, the last layer first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .trace import Trace

if TYPE_CHECKING:
    from .network import Network


def propagate(network: Network, trace: Trace) -> None:
    """Compute the deltas of all layers from the batch that `Network.measure` left in the trace.

    With d the delta of a layer (the gradient with respect to its z) and m the mask of dropout before it (1 without
    dropout), the delta of the layer before it is

    ::

        d_before = (d Wᵀ) m f'(z_before)

    Parameters
    ----------
    network : Network
        The function.
    trace : Trace
        Receives ``deltas``.
    """
    _output_delta(network, trace)
    for index in reversed(range(1, len(network.layers))):
        before = trace.deltas[index - 1]
        network.layers[index].backward(trace.deltas[index], out=before)
        if trace.masks:
            before *= trace.masks[index - 1]
        z, a = trace.pre_activations[index - 1], trace.activations[index - 1]
        network.activations[index - 1].backward(z, a, before, out=before)


def _output_delta(network: Network, trace: Trace) -> None:
    """Write the last layer's delta; the mean over the batch is folded in here, where the array is small."""
    delta = trace.deltas[-1]
    network.loss.gradient(trace.outputs, trace.targets, out=delta)
    if not network.loss.of_logits:
        network.activations[-1].backward(trace.logits, trace.outputs, delta, out=delta)
    delta *= trace.shares[:, None]


def differentiate(network: Network, trace: Trace) -> None:
    """Compute the gradient of all weights and biases from the deltas that `propagate` left.

    Parameters
    ----------
    network : Network
        The function.
    trace : Trace
        Receives ``gradient``, and ``input_gradient`` if it has one.
    """
    layers = zip(network.layers, trace.layer_inputs, trace.deltas, trace.gradients, strict=True)
    for layer, values, delta, gradient in layers:
        layer.gradient(values, delta, out=gradient)
    if trace.input_gradient is not None:
        network.layers[0].backward(trace.deltas[0], out=trace.input_gradient)
