"""Gradients with respect to inputs: of the loss, or of one output's logit."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Floats
from ..data.preprocessing.targets import one_hot
from ..errors import UsageError
from ..model.model import Model
from ..network.losses import Loss
from ..network.network import Network


def input_gradient(model: Model, inputs: Floats, targets: Floats) -> Floats:
    """Give each example's own gradient of its loss with respect to its inputs; of an ensemble the mean.

    Inputs are preprocessed, (batch, inputs), targets are rows, (batch, outputs); the result is (batch, inputs).
    """
    total = np.zeros_like(inputs)
    for network in model.networks:
        total += _backward_to_inputs(network, inputs, targets)
    return total * (len(inputs) / len(model.networks))  # the loss is a mean over the batch


def logit_gradient(network: Network, inputs: Floats, output: int) -> Floats:
    """Give the gradient of one output's logit with respect to the inputs.

    Parameters
    ----------
    network : Network
        In float64 to prove, float32 to look.
    inputs : ndarray of shape (batch, inputs)
        Preprocessed.
    output : int
        Which one.

    Returns
    -------
    ndarray of shape (batch, inputs)

    Raises
    ------
    UsageError
        If there is no such output.
    """
    outputs = network.architecture.sizes[-1]
    if not 0 <= output < outputs:
        raise UsageError("no such output", expected=f"0..{outputs - 1}", got=output)
    view = network.on(network.parameters)
    view.loss = _ChosenLogit()
    return _backward_to_inputs(view, inputs, one_hot(np.full(len(inputs), output), outputs)) * len(inputs)


def target_rows(model: Model, targets: AnyArray) -> Floats:
    """Give labels, or numbers in their unit, as the rows that the network should answer, (batch, outputs)."""
    if model.target_scale is None:
        return one_hot(targets, model.network.architecture.sizes[-1])
    return model.target_scale.standardize(np.asarray(targets, np.float64)).reshape(len(targets), -1)


def _backward_to_inputs(network: Network, inputs: Floats, targets: Floats) -> Floats:
    trace = network.trace(len(inputs), input_gradient=True)
    network.forward(inputs, trace)
    network.backward(targets, trace)
    assert trace.input_gradient is not None
    return trace.input_gradient


class _ChosenLogit(Loss):
    """The logit that a one-hot target row points at: its gradient with respect to all logits is that row."""

    from_logits = True

    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        chosen: Floats = np.einsum("ij,ij->i", logits, targets)
        return chosen

    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        np.copyto(out, targets)
