"""Attribution: which columns of a table moved an answer, and by how much, from that for the mean training row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from ..arrays import AnyArray, Floats, Integers, blocks
from ..data.preprocessing.table import TablePreprocessing
from ..errors import UsageError
from ..hardware import one_blas_thread, side_by_side
from ..model.model import Model
from ..network.layer import Layer
from ..network.network import Network

POINTS = (16, 64, 256, 1_024)  # of the way, until the shares add up to the change of the output within the tolerance
TOLERANCE = 2e-4  # of a probability, or of the deviation of the training rows' numbers
AT_ONCE = 1 << 11  # points that are gone through at once: what is computed of them stays in the cache


@dataclass(frozen=True)
class Attribution:
    """What moved answers.

    Parameters
    ----------
    base : ndarray of shape (rows,)
        The answer for the mean of the training rows' inputs: the probability of each row's class, or the number.
    shares : ndarray of shape (rows, columns)
        What each column of the table adds to it: base and shares sum to the answer, in the same unit.
    """

    base: Floats
    shares: Floats


def attribute(model: Model, rows: AnyArray, classes: Integers | None = None) -> Attribution:
    """Share out among a table's columns by how much each answer differs from that for the mean of the training rows.

    ::

        R_i = (x_i − x'_i) Σ_n w_n g_ni

    with inputs x, their mean x' over the training rows, and g_n the gradient of the probability or the number at point
    n of the straight way from x' to x; points and weights w are those of Gauss and Legendre, more of them until the
    shares add up. A column's share is the sum of those of its inputs: of all its values, gaps and parts of dates.

    Parameters
    ----------
    model : Model
        Of a table; ensembles too.
    rows : ndarray of shape (rows, columns), or frame
        As `Model.predict` takes them.
    classes : ndarray of shape (rows,), integers, optional
        Whose probability is explained; by default the most probable.

    Returns
    -------
    Attribution

    Raises
    ------
    UsageError
        If the model is not one of a table, or its outputs are not probabilities that sum to one.
    DataError
        If the rows do not fit the model.

    Notes
    -----
    Source: M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks" (2017), section 3.

    Examples
    --------
    >>> from glassnet import FeatureScaling, TargetScale
    >>> network = Network([2, 3, 1], "tanh", loss="mse", seed=0)
    >>> model = Model(network, FeatureScaling(("a", "b"), (0, 0), (1, 1)), (), TargetScale(5.0, 2.0))
    >>> rows = np.array([[1.0, -2.0]])
    >>> found = attribute(model, rows)
    >>> found.shares.shape, bool(abs(found.base + found.shares.sum(axis=1) - model.predict(rows)) < 1e-3)
    ((1, 2), True)
    """
    if not isinstance(model.preprocessing, TablePreprocessing):
        raise UsageError("attribution to columns", expected="a model of a table", got=model.preprocessing.takes)
    if model.class_names and not model.network.activations[-1].sums_to_one:
        remedy = "Train with --loss cross_entropy"
        raise UsageError("attribution to columns", expected="softmax outputs", got="others", remedy=remedy)
    inputs = model.preprocessing.apply(rows)
    start = np.array(model.mean_inputs or (0,) * inputs.shape[1], inputs.dtype)
    outputs = model.forward(inputs).astype(np.float64)
    if classes is None:
        classes = outputs.argmax(axis=1)
    base = model.forward(start[None])[0, classes].astype(np.float64)
    changes = outputs[np.arange(len(inputs)), classes] - base
    left, shares = np.arange(len(inputs)), np.zeros(inputs.shape)

    def share_out(part: slice) -> None:
        rows, ways = left[part], inputs[left[part]] - start
        gradients = (_mean_gradient(network, start, ways, classes[rows], points) for network in model.networks)
        shares[rows] = sum(gradients) * ways / len(model.networks)

    for points in POINTS:
        with one_blas_thread():
            side_by_side(share_out, list(blocks(len(left), AT_ONCE // points)))
        left = left[np.abs(shares[left].sum(axis=1) - changes[left]) > TOLERANCE]
    firsts = np.cumsum([0, *model.preprocessing.widths[:-1]])
    by_column = np.add.reduceat(shares, firsts, axis=1)
    if model.target_scale is None:
        return Attribution(base, by_column)
    return Attribution(model.target_scale.restore(base), by_column * model.target_scale.deviation)


def _mean_gradient(network: Network, start: Floats, ways: Floats, outputs: Integers, points: int) -> Floats:
    """Average over a way from the start the gradient of one output of each row with respect to the inputs."""
    nodes, weights = _points(points)
    first = network.layers[0]
    # On a straight way the first layer's sums go straight too: that layer is computed once for all points.
    z = nodes[:, None, None] * (ways @ first.weights) + (start @ first.weights + first.biases)
    z = z.reshape(-1, z.shape[-1]).astype(start.dtype)
    passed: list[tuple[Layer, Floats, Floats]] = []
    for layer in network.layers:
        z = passed[-1][2] @ layer.weights + layer.biases if passed else z
        a = np.empty_like(z)
        layer.activation.forward(z, out=a)
        passed.append((layer, z, a))
    delta: Floats = np.zeros_like(a)
    delta[np.arange(len(a)), np.tile(outputs, points)] = np.repeat(weights, len(ways))
    for layer, sums, values in reversed(passed):
        layer.activation.backward(sums, values, delta, out=delta)
        if layer is not first:
            delta = delta @ layer.weights.T
    mean: Floats = delta.reshape(points, len(ways), -1).sum(axis=0) @ first.weights.T
    return mean


@cache
def _points(count: int) -> tuple[Floats, Floats]:
    """Give places in 0..1, and how much each counts."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 2, weights / 2
