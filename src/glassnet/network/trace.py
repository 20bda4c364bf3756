"""A Trace: all that happened to one batch, in arrays that are reused from batch to batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Allocate, AnyArray, Floats, in_memory
from ..errors import DataError
from .architecture import Architecture
from .layer import Dense, dense_views


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
    input_gradient : bool
        Whether to have room for it.
    dropout : bool, optional
        Whether to have masks.
    allocate : callable, optional
        Makes the arrays that the layers work in.

    Attributes
    ----------
    inputs : ndarray of shape (batch, inputs)
        What went in.
    pre_activations, activations : sequence of ndarray of shape (batch, units)
        Weighted sums z and activations a of each layer after the input, the output layer last.
    masks, kept : sequence of ndarray of shape (batch, units)
        Of each hidden layer: what dropout multiplies the activations by, and the products. Empty without dropout.
    targets : ndarray of shape (batch, outputs)
        What the outputs should have been.
    weights, shares : ndarray of shape (batch,)
        How much each example counts, and the same divided by their sum.
    losses : ndarray of shape (batch,)
        Each example's loss.
    loss : float
        Their weighted mean: the sum of shares times losses.
    penalty : float
        What regularization adds to it.
    deltas : sequence of ndarray of shape (batch, units)
        The gradient of the loss with respect to each layer's weighted sums.
    gradient : ndarray of shape (parameters,)
        With respect to the parameter vector, and laid out like it.
    gradients : sequence of Dense
        Views into it: each layer's ``weights`` and ``biases``.
    input_gradient : ndarray of shape (batch, inputs) or None
        With respect to the inputs, if it was asked for.
    """

    def __init__(
        self,
        architecture: Architecture,
        batch_size: int,
        dtype: np.dtype[np.floating],
        input_gradient: bool,
        dropout: bool = False,
        allocate: Allocate = in_memory,
    ) -> None:
        sizes = architecture.sizes

        def layers() -> tuple[Floats, ...]:
            # The output layer's few columns are each contiguous: softmax and loss then run along the batch, not along
            # ten numbers at a time.
            hidden = [allocate((batch_size, units), dtype, "C") for units in sizes[1:-1]]
            return (*hidden, allocate((batch_size, sizes[-1]), dtype, "F"))

        self.inputs: Floats = np.zeros((batch_size, sizes[0]), dtype)
        self.pre_activations: Sequence[Floats] = layers()
        self.activations: Sequence[Floats] = layers()
        hidden = self.activations[:-1] if dropout else ()
        self.masks: Sequence[Floats] = tuple(allocate(a.shape, dtype, "C") for a in hidden)
        self.kept: Sequence[Floats] = tuple(allocate(a.shape, dtype, "C") for a in hidden)
        for mask in self.masks:
            mask.fill(1)
        self.targets: Floats = np.zeros((batch_size, sizes[-1]), dtype, order="F")
        self.weights: Floats = np.ones(batch_size, dtype)
        self.shares: Floats = np.zeros(batch_size, dtype)
        self.losses: Floats = allocate((batch_size,), dtype, "C")
        self.loss = 0.0
        self.penalty = 0.0
        self.deltas: Sequence[Floats] = layers()
        self.gradient: Floats = allocate((architecture.parameter_count,), dtype, "C")
        self.gradients: tuple[Dense, ...] = dense_views(self.gradient, sizes)
        self.input_gradient: Floats | None = np.zeros_like(self.inputs) if input_gradient else None

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def outputs(self) -> Floats:
        """The output layer's activations, (batch, outputs)."""
        return self.activations[-1]

    @property
    def logits(self) -> Floats:
        """The output layer's weighted sums, (batch, outputs)."""
        return self.pre_activations[-1]

    @property
    def layer_inputs(self) -> tuple[Floats, ...]:
        """What each layer after the input is given, (batch, inputs of the layer)."""
        return (self.inputs, *(self.kept or self.activations[:-1]))

    def drop(self, layer: int) -> None:
        """Multiply the activations of a layer by its mask, if it has one."""
        if layer < len(self.masks):
            np.multiply(self.activations[layer], self.masks[layer], out=self.kept[layer])

    def of_batch(self, inputs: Floats, targets: Floats) -> Trace:
        """Give the trace for a batch that lies elsewhere, (batch, inputs) and (batch, outputs), which it then shows."""
        trace = self if len(inputs) == len(self) else self[: len(inputs)]
        trace.inputs, trace.targets = inputs, targets
        return trace

    def take(self, name: str, values: AnyArray) -> None:
        """Copy inputs, targets or weights into the array of that name, unless they are that array already.

        Parameters
        ----------
        name : 'inputs', 'targets' or 'weights'
            The array's.
        values : ndarray of that array's shape
            Cast to its dtype.

        Raises
        ------
        DataError
            If they have another shape.
        """
        own: Floats = getattr(self, name)
        if values is own:
            return
        values = np.asarray(values)
        if values.shape != own.shape:
            remedy = "A smaller batch goes with trace[:n]" if values.shape[1:] == own.shape[1:] else None
            raise DataError(f"{name} of another shape", expected=own.shape, got=values.shape, remedy=remedy)
        np.copyto(own, values, casting="unsafe" if values.dtype.kind in "iub" else "same_kind")

    def weigh(self, weights: AnyArray | None) -> None:
        """Set how much each example counts; all the same for None. Errors as in `Network.backward`."""
        if weights is None:
            self.weights.fill(1)
            self.shares.fill(1 / len(self.shares))
            return
        self.take("weights", weights)
        total = self.weights.sum()
        if not total > 0:
            raise DataError("example weights do not sum to a positive number", got=float(total))
        np.divide(self.weights, total, out=self.shares)

    def __getitem__(self, rows: slice) -> Trace:
        """View the trace of a smaller batch: the arrays of some rows, and the same gradient.

        Parameters
        ----------
        rows : slice
            Which of them.

        Returns
        -------
        Trace
            What is written to its arrays is written to this one's; its loss and penalty are its own.

        Examples
        --------
        >>> from glassnet import Network
        >>> trace = Network([4, 3, 2]).trace(5)
        >>> trace[:2].outputs.shape, trace[:2].gradient is trace.gradient
        ((2, 2), True)
        """
        view = object.__new__(Trace)
        view.__dict__.update(self.__dict__)
        for name in ("inputs", "targets", "weights", "shares", "losses"):
            setattr(view, name, getattr(self, name)[rows])
        for name in ("pre_activations", "activations", "masks", "kept", "deltas"):
            setattr(view, name, tuple(array[rows] for array in getattr(self, name)))
        if self.input_gradient is not None:
            view.input_gradient = self.input_gradient[rows]
        return view
