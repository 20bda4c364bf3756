"""The gradient of the loss with respect to inputs: which way a picture would have to change to be misread."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Floats
from ..data.preprocessing.targets import one_hot
from ..model.model import Model


def input_gradient(model: Model, inputs: Floats, targets: Floats) -> Floats:
    """Give each example's own gradient of its loss with respect to its inputs.

    Parameters
    ----------
    model : Model
        Of an ensemble the mean over its networks.
    inputs : ndarray of shape (batch, inputs)
        Preprocessed.
    targets : ndarray of shape (batch, outputs)
        Target rows.

    Returns
    -------
    ndarray of shape (batch, inputs)
    """
    total = np.zeros_like(inputs)
    for network in model.networks:
        trace = network.trace(len(inputs), input_gradient=True)
        network.forward(inputs, trace)
        network.backward(targets, trace)
        assert trace.input_gradient is not None
        total += trace.input_gradient
    return total * (len(inputs) / len(model.networks))  # the loss is a mean over the batch


def target_rows(model: Model, targets: AnyArray) -> Floats:
    """Give labels, or numbers in their unit, as the rows that the network should answer, (batch, outputs)."""
    if model.target_scale is None:
        return one_hot(targets, model.network.architecture.sizes[-1])
    return model.target_scale.standardize(np.asarray(targets, np.float64)).reshape(len(targets), -1)
