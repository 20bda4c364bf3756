"""A Trace: all that happened to one batch, in arrays that are reused from batch to batch."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Floats
from ..errors import DataError
from .architecture import Architecture
from .layer import LayerTrace, WeightsAndBiases, layer_views


class Trace:
    """Every number of one batch's way forward and backward.

    A trace belongs to a batch, never to a layer; explanation, page and report only ever read one. Its gradient is the
    true gradient of ``loss + penalty``.

    Parameters
    ----------
    architecture : Architecture
        The network's.
    batch_size : int
        The number of rows.
    dtype : numpy.dtype
        Of all arrays: float32 or float64, the network's.
    input_gradient : bool, optional
        Whether to have room for it.
    dropout : bool, optional
        Whether to have masks.
    gradient : ndarray of shape (parameters,), optional
        Where the gradient goes; a new array by default.

    Attributes
    ----------
    inputs : ndarray of shape (batch, inputs)
        What went in.
    layers : list of LayerTrace
        For each layer after the input what happened in it: ``inputs``, ``z``, ``a``, ``mask``, ``outputs``, ``delta``.
    z, a, delta : dict of ndarray of shape (batch, units)
        The same by the number of the layer, as in z^(1), a^(0) = x and δ^(1): ``trace.z[1]``, ``trace.a[0]``,
        ``trace.delta[1]``.
    targets : ndarray of shape (batch, outputs)
        What the outputs should have been.
    weights, normalized_weights : ndarray of shape (batch,)
        How much each example counts, and the same divided by their sum.
    losses : ndarray of shape (batch,)
        Each example's loss.
    loss : float
        Their weighted mean: the sum of normalized weights times losses.
    penalty : float
        What regularization adds to it.
    gradient : ndarray of shape (parameters,)
        With respect to the parameter vector, and laid out like it.
    gradients : tuple of WeightsAndBiases
        Views into it: each layer's ``weights`` and ``biases``.
    input_gradient : ndarray of shape (batch, inputs) or None
        With respect to the inputs, if it was asked for.

    Examples
    --------
    >>> from glassnet import Network
    >>> [layer.z.shape for layer in Network([4, 3, 2]).trace(5).layers]
    [(5, 3), (5, 2)]
    """

    def __init__(
        self,
        architecture: Architecture,
        batch_size: int,
        dtype: np.dtype[np.floating],
        input_gradient: bool = False,
        dropout: bool = False,
        gradient: Floats | None = None,
    ) -> None:
        sizes = architecture.sizes
        self.inputs: Floats = np.zeros((batch_size, sizes[0]), dtype)
        self.layers: list[LayerTrace] = []
        for units in sizes[1:]:
            last = len(self.layers) == len(sizes) - 2
            # The output layer's few columns are each contiguous: softmax and loss then run along the batch and not
            # along ten numbers at a time (softmax of 128 x 10: 9.3 in place of 18.9 µs, benchmarks/LOG.md).
            z, a, delta = (np.zeros((batch_size, units), dtype, "F" if last else "C") for _ in range(3))
            masked = dropout and not last
            mask, outputs = (np.ones_like(z), np.zeros_like(z)) if masked else (None, a)
            inputs = self.layers[-1].outputs if self.layers else self.inputs
            self.layers.append(LayerTrace(inputs, z, a, mask, outputs, delta))
        self.targets: Floats = np.zeros((batch_size, sizes[-1]), dtype, order="F")
        self.weights: Floats = np.ones(batch_size, dtype)
        self.normalized_weights: Floats = np.full(batch_size, 1 / max(batch_size, 1), dtype)
        self.losses: Floats = np.zeros(batch_size, dtype)
        self.loss = 0.0
        self.penalty = 0.0
        self.gradient: Floats = np.zeros(architecture.parameter_count, dtype) if gradient is None else gradient
        self.gradients: tuple[WeightsAndBiases, ...] = layer_views(self.gradient, sizes)
        self.input_gradient: Floats | None = np.zeros_like(self.inputs) if input_gradient else None

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def outputs(self) -> Floats:
        """The output layer's activations, (batch, outputs)."""
        return self.layers[-1].a

    @property
    def logits(self) -> Floats:
        """The output layer's weighted sums, (batch, outputs)."""
        return self.layers[-1].z

    @property
    def z(self) -> dict[int, Floats]:
        """The weighted sums by the number of their layer, from 1, each (batch, units)."""
        return dict(enumerate((layer.z for layer in self.layers), start=1))

    @property
    def a(self) -> dict[int, Floats]:
        """The activations by the number of their layer, each (batch, units); number 0 are the inputs."""
        return {0: self.inputs, **dict(enumerate((layer.a for layer in self.layers), start=1))}

    @property
    def delta(self) -> dict[int, Floats]:
        """The gradient of the loss with respect to the weighted sums by the number of their layer, from 1."""
        return dict(enumerate((layer.delta for layer in self.layers), start=1))

    @property
    def pre_activations(self) -> tuple[Floats, ...]:
        """The weighted sums z of each layer after the input, (batch, units), the first of them z^(1)."""
        return tuple(layer.z for layer in self.layers)

    @property
    def activations(self) -> tuple[Floats, ...]:
        """The activations a of each layer after the input, (batch, units), the first of them a^(1)."""
        return tuple(layer.a for layer in self.layers)

    @property
    def deltas(self) -> tuple[Floats, ...]:
        """The gradient of the loss with respect to each layer's weighted sums, (batch, units)."""
        return tuple(layer.delta for layer in self.layers)

    @property
    def masks(self) -> tuple[Floats, ...]:
        """What dropout multiplies the activations of each hidden layer by, (batch, units); empty without dropout."""
        return tuple(layer.mask for layer in self.layers if layer.mask is not None)

    @property
    def layer_inputs(self) -> tuple[Floats, ...]:
        """What each layer after the input is given, (batch, inputs of the layer)."""
        return (self.inputs, *(layer.outputs for layer in self.layers[:-1]))

    def load(self, name: str, values: AnyArray) -> None:
        """Copy inputs, targets or weights into the array of that name; a DataError if they have another shape."""
        own: Floats = getattr(self, name)
        if values is own:
            return
        values = np.asarray(values)
        if values.shape != own.shape:
            remedy = "A smaller batch goes with trace[:n]" if values.shape[1:] == own.shape[1:] else None
            raise DataError(f"{name} of the wrong shape", expected=own.shape, got=values.shape, remedy=remedy)
        own[...] = values

    def weigh(self, weights: AnyArray | None = None, total: float | None = None) -> None:
        """Say how much each example counts, (batch,), not negative; all the same by default.

        They are divided by their sum, or by the total of a batch of which this is a part. A DataError if they have
        another shape, or do not sum to a positive number.
        """
        if weights is None:
            self.weights.fill(1)
            self.normalized_weights.fill(1 / (total or len(self)))
            return
        self.load("weights", weights)
        total = self.weights.sum() if total is None else total
        if not total > 0:
            raise DataError("example weights do not sum to a positive number", got=float(total))
        np.divide(self.weights, total, out=self.normalized_weights)

    def __getitem__(self, rows: slice) -> Trace:
        """View the trace of a smaller batch: the arrays of some rows, and the same gradient.

        Parameters
        ----------
        rows : slice
            Which of them.

        Returns
        -------
        Trace
            What is written to its arrays is written to this one's; its weights, loss and penalty are its own.

        Examples
        --------
        >>> from glassnet import Network
        >>> trace = Network([4, 3, 2]).trace(5)
        >>> trace[:2].outputs.shape, trace[:2].gradient is trace.gradient
        ((2, 2), True)
        """
        view = object.__new__(Trace)
        view.__dict__.update(self.__dict__)
        for name in ("inputs", "targets", "losses"):
            setattr(view, name, getattr(self, name)[rows])
        view.layers = [layer.rows(rows) for layer in self.layers]
        if self.input_gradient is not None:
            view.input_gradient = self.input_gradient[rows]
        view.weights = np.ones(len(view), view.weights.dtype)
        view.normalized_weights = np.full(len(view), 1 / max(len(view), 1), view.weights.dtype)
        return view
