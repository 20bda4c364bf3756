"""The fully connected layer: every unit weighs every input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from ..arrays import Floats

# OpenBLAS multiplies matrices without packing them first if that takes at most so many multiplications, which saves up
# to a fifth; tiles of fewer rows than the least height lose it again.
SMALL_PRODUCT = 1_000_000
LEAST_HEIGHT = 14


@dataclass(frozen=True)
class Dense:
    """Weights and biases, as views into the network's one parameter vector.

    The same class holds a layer's gradient, as views into the gradient vector.

    Parameters
    ----------
    weights : ndarray of shape (inputs, outputs)
        W.
    biases : ndarray of shape (outputs,)
        b.
    """

    weights: Floats
    biases: Floats

    def forward(self, inputs: Floats, out: Floats) -> None:
        """Compute the weighted sums.

        ::

            z_k = Σ_j x_j W_jk + b_k

        Parameters
        ----------
        inputs : ndarray of shape (batch, inputs)
            x.
        out : ndarray of shape (batch, outputs)
            z goes here.
        """
        np.matmul(inputs, self.weights, out=out)
        out += self.biases

    def gradient(self, inputs: Floats, deltas: Floats, out: Dense) -> None:
        """Compute the gradient of the loss with respect to weights and biases, summed over the batch.

        ::

            ∂L/∂W_jk = Σ_i x_ij d_ik
            ∂L/∂b_k = Σ_i d_ik

        Parameters
        ----------
        inputs : ndarray of shape (batch, inputs)
            x.
        deltas : ndarray of shape (batch, outputs)
            d, the gradient of the batch's loss with respect to the weighted sums.
        out : Dense
            Where both go.
        """
        self.gradient_of_weights(inputs, deltas, out.weights)
        np.add.reduce(deltas, axis=0, out=out.biases)

    @staticmethod
    def gradient_of_weights(inputs: Floats, deltas: Floats, out: Floats) -> None:
        """Compute ∂L/∂W alone, of shape (inputs, outputs); for the rest see `gradient`."""
        batch, units = deltas.shape
        tiles = _tiles(len(out), units, batch)
        if tiles == 1:
            np.matmul(inputs.T, deltas, out=out)
        else:  # the same, some inputs at a time
            np.matmul(inputs.T.reshape(tiles, -1, batch), deltas, out=out.reshape(tiles, -1, units))

    def backward(self, deltas: Floats, out: Floats) -> None:
        """Pass the deltas back through the weights: the gradient with respect to the layer's inputs.

        ::

            ∂L/∂x_j = Σ_k d_k W_jk

        Parameters
        ----------
        deltas : ndarray of shape (batch, outputs)
            d.
        out : ndarray of shape (batch, inputs)
            Where the gradient goes.
        """
        np.matmul(deltas, self.weights.T, out=out)


@cache
def _tiles(inputs: int, units: int, batch: int) -> int:
    """Choose into how many tiles of equal height the product of a weight gradient is cut."""
    heights = [h for h in range(LEAST_HEIGHT, inputs) if inputs % h == 0 and h * units * batch <= SMALL_PRODUCT]
    return inputs // max(heights) if heights else 1


def dense_views(vector: Floats, sizes: tuple[int, ...]) -> tuple[Dense, ...]:
    """Cut a vector into layers: all weights first, then all biases.

    Parameters
    ----------
    vector : ndarray of shape (parameters,)
        Contiguous.
    sizes : tuple of int
        Units of each layer, inputs first.

    Returns
    -------
    tuple of Dense
        Views: writing to them writes to the vector.

    Examples
    --------
    >>> [layer.weights.shape for layer in dense_views(np.arange(13.0), (2, 3, 1))]
    [(2, 3), (3, 1)]
    """
    shapes = list(pairwise(sizes))
    lengths = [inputs * outputs for inputs, outputs in shapes] + [outputs for _, outputs in shapes]
    pieces = np.split(vector, np.cumsum(lengths)[:-1])
    weights = [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=False)]
    return tuple(Dense(w, b) for w, b in zip(weights, pieces[len(shapes) :], strict=True))
