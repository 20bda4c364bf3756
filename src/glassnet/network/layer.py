"""The fully connected layer: weighted sums, an activation, and in training a mask of dropout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from ..arrays import Floats
from .activations import Activation

# OpenBLAS multiplies matrices without packing them first if that takes at most so many multiplications. A weight
# gradient cut into tiles below that bound takes 67 in place of 82 µs (32 x 784 x 128, benchmarks/LOG.md); tiles of
# fewer rows than the least height lose it again.
SMALL_PRODUCT = 1_000_000
LEAST_HEIGHT = 14
WHOLE = (slice(None),)  # all inputs in one part


class WeightsAndBiases(NamedTuple):
    """A layer's part of a vector laid out as the parameters are: W of shape (inputs, units), and b (units,)."""

    weights: Floats
    biases: Floats


@dataclass
class LayerTrace:
    """What happened to one batch in one layer.

    Attributes
    ----------
    inputs : ndarray of shape (batch, inputs)
        What the layer was given, a^(l−1).
    z, a : ndarray of shape (batch, units)
        Weighted sums z^(l) and activations a^(l).
    mask : ndarray of shape (batch, units) or None
        r^(l), what dropout multiplies the activations by.
    outputs : ndarray of shape (batch, units)
        What the layer gives on: a^(l), or with a mask their product.
    delta : ndarray of shape (batch, units)
        The gradient of the batch's loss with respect to z^(l): δ^(l) of each example, times its share of the loss.
    """

    inputs: Floats
    z: Floats
    a: Floats
    mask: Floats | None
    outputs: Floats
    delta: Floats

    def rows(self, rows: slice) -> LayerTrace:
        """View some examples of the batch."""
        a, mask = self.a[rows], None if self.mask is None else self.mask[rows]
        outputs = a if mask is None else self.outputs[rows]
        return LayerTrace(self.inputs[rows], self.z[rows], a, mask, outputs, self.delta[rows])


@dataclass(frozen=True)
class Layer:
    """One layer of a network, whose weights and biases are views into the network's one parameter vector.

    Parameters
    ----------
    weights : ndarray of shape (inputs, units)
        W^(l); W_ij leads from input i to unit j.
    biases : ndarray of shape (units,)
        b^(l).
    activation : Activation
        f.
    parts : tuple of slice, optional
        Runs of inputs whose sums are computed one by one and then added, which changes the last bits.
    """

    weights: Floats
    biases: Floats
    activation: Activation
    parts: tuple[slice, ...] = WHOLE

    def forward(self, inputs: Floats, trace: LayerTrace) -> Floats:
        """Compute z, a = f(z), and under dropout a times the mask, for a batch (batch, inputs); all stay in the trace.

        Returns
        -------
        ndarray of shape (batch, units)
            ``trace.outputs``, the next layer's inputs.
        """
        trace.inputs = inputs
        self.weighted_sums(inputs, out=trace.z)
        self.activation.forward(trace.z, out=trace.a)
        if trace.mask is not None:
            np.multiply(trace.a, trace.mask, out=trace.outputs)
        return trace.outputs

    def weighted_sums(self, inputs: Floats, out: Floats) -> None:
        """Compute the weighted sums.

        ::

            z^(l)_j = Σ_i a^(l−1)_i W^(l)_ij + b^(l)_j

        Parameters
        ----------
        inputs : ndarray of shape (batch, inputs)
            a^(l−1).
        out : ndarray of shape (batch, units)
            z^(l) goes here.
        """
        if self.parts is WHOLE:  # views of all of it cost 1.5 of the 25 µs that predicting one image takes
            np.matmul(inputs, self.weights, out=out)
            out += self.biases
            return
        *others, last = self.parts
        np.matmul(inputs[:, last], self.weights[last], out=out)
        out += self.biases
        for part in others:
            out += inputs[:, part] @ self.weights[part]

    def backward(self, deltas: Floats, out: Floats) -> None:
        """Pass the deltas back through the weights: the gradient with respect to the layer's inputs.

        ::

            ∂ℓ/∂a^(l−1)_i = Σ_j δ^(l)_j W^(l)_ij

        Parameters
        ----------
        deltas : ndarray of shape (batch, units)
            δ^(l), or of a batch δ^(l) / N.
        out : ndarray of shape (batch, inputs)
            Where the gradient goes.
        """
        np.matmul(deltas, self.weights.T, out=out)

    def through_activation(self, trace: LayerTrace) -> None:
        """Turn the gradient with respect to the outputs, in ``trace.delta``, into the delta: ⊙ r^(l) ⊙ f'(z^(l))."""
        if trace.mask is not None:
            trace.delta *= trace.mask
        self.activation.backward(trace.z, trace.a, trace.delta, out=trace.delta)

    def slopes(self, trace: LayerTrace) -> Floats:
        """Compute f'(z) at what `forward` left in the trace, (batch, units)."""
        slopes = np.ones_like(trace.z)
        self.activation.backward(trace.z, trace.a, slopes, out=slopes)
        return slopes

    def gradient(self, trace: LayerTrace, out: WeightsAndBiases) -> None:
        """Compute the gradient of the batch's loss with respect to weights and biases.

        ::

            ∂L/∂W^(l) = a^(l−1)ᵀ δ^(l) / N
            ∂L/∂b^(l) = Σ_n δ^(l)_n / N

        Parameters
        ----------
        trace : LayerTrace
            Has a^(l−1), its ``inputs``, and δ^(l) / N, its ``delta``, in which the division is done already.
        out : WeightsAndBiases
            Where both go.
        """
        for part in self.parts:
            weight_gradient(trace.inputs[:, part], trace.delta, out=out.weights[part])
        np.add.reduce(trace.delta, axis=0, out=out.biases)


def weight_gradient(inputs: Floats, deltas: Floats, out: Floats) -> None:
    """Multiply the inputs' transpose (inputs, batch) by the deltas (batch, units), in tiles where that is faster."""
    batch, units = deltas.shape
    tiles = _tiles(len(out), units, batch)
    if tiles == 1:
        np.matmul(inputs.T, deltas, out=out)
    else:
        rows = len(out) // tiles
        np.matmul(inputs.T.reshape(tiles, rows, batch), deltas, out=out.reshape(tiles, rows, units))


@cache
def _tiles(inputs: int, units: int, batch: int) -> int:
    """Choose into how many tiles of equal height the product of a weight gradient is cut."""
    heights = [h for h in range(LEAST_HEIGHT, inputs) if inputs % h == 0 and h * units * batch <= SMALL_PRODUCT]
    return inputs // max(heights) if heights else 1


def layer_views(vector: Floats, sizes: tuple[int, ...]) -> tuple[WeightsAndBiases, ...]:
    """Cut a contiguous vector of shape (parameters,) into layers: all weights first, then all biases.

    Examples
    --------
    >>> [layer.weights.shape for layer in layer_views(np.arange(13.0), (2, 3, 1))]
    [(2, 3), (3, 1)]
    """
    shapes = list(pairwise(sizes))
    lengths = [inputs * units for inputs, units in shapes] + [units for _, units in shapes]
    starts = list(accumulate(lengths, initial=0))
    pieces = [vector[start:end] for start, end in pairwise(starts)]
    weights = [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=False)]
    return tuple(WeightsAndBiases(w, b) for w, b in zip(weights, pieces[len(shapes) :], strict=True))
