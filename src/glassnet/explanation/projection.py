"""A layer's activations on a plane, so that one sees which examples it takes to be alike."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Floats, blocks
from ..model.model import BLOCK, Model


def hidden_activations(model: Model, examples: AnyArray) -> Floats:
    """Give what the last hidden layer says of each example, (n, units); the inputs where there is none."""
    network, preprocessing = model.network, model.preprocessing
    rows = preprocessing.flatten(examples)
    trace = network.trace(min(BLOCK, len(rows)))
    found = []
    for block in blocks(len(rows), BLOCK):
        part = trace[: block.stop - block.start]
        preprocessing.scale(rows[block], part.inputs)
        network.forward(part.inputs, part)
        found.append(part.layer_inputs[-1].copy())
    return np.concatenate(found)


def principal_components(values: Floats, count: int = 2) -> tuple[Floats, Floats]:
    """Project rows, (n, columns), on the directions in which they differ most: (n, count); and give their shares.

    A share is that of the variance which the direction has.

    Notes
    -----
    Source: K. Pearson, "On lines and planes of closest fit to systems of points in space" (1901), by singular values.

    Examples
    --------
    >>> projected, shares = principal_components(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), 1)
    >>> np.abs(projected[:, 0]).round(3), shares.round(3)
    (array([1.414, 0.   , 1.414]), array([1.]))
    """
    centered = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    left, sizes, _ = np.linalg.svd(centered, full_matrices=False)
    variance = sizes**2
    return left[:, :count] * sizes[:count], variance[:count] / max(variance.sum(), np.finfo(float).tiny)
