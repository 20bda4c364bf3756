"""Attribution: which columns of a table moved an answer, and by how much, from that for the mean training row."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..arrays import AnyArray, Floats, Integers, blocks
from ..data.preprocessing.table import TablePreprocessing
from ..errors import UsageError
from ..hardware import one_blas_thread, side_by_side
from ..model.model import Model
from ..network.layer import Layer
from ..network.network import Network

PARTS = (1, 4, 16, 64, 256)  # of the way, until the shares add up to the change of the output within the tolerance
POINTS = 16  # of each part
TOLERANCE = 2e-4  # of a probability, or of the deviation of the training rows' numbers; of what is larger, a fraction
AT_ONCE = 1 << 11  # points that are gone through at once: what is computed of them stays in the cache


def attribute(model: Model, rows: AnyArray, classes: Integers | None = None) -> tuple[Floats, Floats]:
    """Share out among a table's columns by how much each answer differs from that for the mean of the training rows.

    ::

        R_i = (x_i − x'_i) Σ_n w_n g_ni

    with inputs x, their mean x' over the training rows (0 if the model does not keep it), and g_n the gradient of the
    number, or of the probability of one of ``classes``, (rows,), at point n of the straight way from x' to x. Points
    and weights w are those of Gauss and Legendre, of parts of the way. A column's share is the sum of its inputs': of
    words, gaps and parts of dates. Rows and errors are as in `Model.predict`, and a UsageError if the model is not of a
    table, or of classes without softmax.

    Returns
    -------
    base : ndarray of shape (rows,)
        The answer for x'.
    shares : ndarray of shape (rows, columns)
        Base and shares sum to the answer, in its unit.

    Notes
    -----
    Source: M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks" (2017), section 3.

    Examples
    --------
    >>> from glassnet import FeatureScaling, Network
    >>> model = Model(Network([2, 2], seed=0), FeatureScaling(("a", "b"), (0, 0), (1, 1)), ("no", "yes"))
    >>> rows = np.array([[1.0, -2.0]])
    >>> base, shares = attribute(model, rows, np.array([1]))
    >>> bool(abs(base + shares.sum() - model.predict_probabilities(rows)[0, 1]) < 1e-3)
    True
    """
    taken = model.preprocessing
    if not isinstance(taken, TablePreprocessing) or (
        model.class_names and not model.network.activations[-1].sums_to_one
    ):
        expected = "a model of a table, of numbers or with softmax outputs"
        raise UsageError("no attribution to columns", expected=expected, got=model)
    inputs, outputs = taken.apply(rows), np.zeros(len(rows), np.intp) if classes is None else classes
    start = np.array(model.reference.mean_inputs if model.reference else (0.0,) * taken.inputs, inputs.dtype)
    base: Floats = model.forward(start[None])[0, outputs].astype(np.float64)
    changes = model.forward(inputs)[np.arange(len(inputs)), outputs] - base
    left, shares = np.arange(len(inputs)), np.zeros(inputs.shape)

    def share_out(part: slice) -> None:
        ways, chosen = inputs[left[part]] - start, outputs[left[part]]
        gradients = (_mean_gradient(network, start, ways, chosen, parts) for network in model.networks)
        shares[left[part]] = sum(gradients) * ways / len(model.networks)

    for parts in PARTS:
        with one_blas_thread():
            side_by_side(share_out, list(blocks(len(left), max(1, AT_ONCE // POINTS // parts))))
        wrong = np.abs(shares[left].sum(axis=1) - changes[left])
        left = left[wrong > TOLERANCE * np.maximum(1, np.abs(changes[left]))]
    by_column = np.add.reduceat(shares, [place.start for place in taken.input_places], axis=1)
    scale = model.target_scale
    return (base, by_column) if scale is None else (scale.restore(base), by_column * scale.deviation)


def _mean_gradient(network: Network, start: Floats, ways: Floats, outputs: Integers, parts: int) -> Floats:
    """Average over a way from the start the gradient of one output of each row with respect to the inputs."""
    (places, weights), first = points_of(parts), network.layers[0]
    # On a straight way the first layer's sums go straight too: that layer is computed once for all points.
    z = places[:, None, None] * (ways @ first.weights) + (start @ first.weights + first.biases)
    z = z.reshape(-1, z.shape[-1]).astype(start.dtype)
    passed: list[tuple[Layer, Floats, Floats]] = []
    for layer in network.layers:
        z = passed[-1][2] @ layer.weights + layer.biases if passed else z
        a = np.empty_like(z)
        layer.activation.forward(z, out=a)
        passed.append((layer, z, a))
    delta: Floats = np.zeros_like(a)
    delta[np.arange(len(a)), np.tile(outputs, len(places))] = np.repeat(weights, len(ways))
    for layer, sums, values in reversed(passed):
        layer.activation.backward(sums, values, delta, out=delta)
        if layer is not first:
            delta = delta @ layer.weights.T
    mean: Floats = delta.reshape(len(places), len(ways), -1).sum(axis=0) @ first.weights.T
    return mean


@cache
def points_of(parts: int) -> tuple[Floats, Floats]:
    """Give places on a way of length one, in each of some equal parts, and how much each counts."""
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    return ((np.arange(parts)[:, None] + (nodes + 1) / 2) / parts).ravel(), np.tile(weights / 2 / parts, parts)
