"""The network: a function of inputs and one parameter vector, and its gradient by backpropagation.

Source of the algorithm: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating
errors" (1986).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import DTypeLike

from ..arrays import AnyArray, Floats
from ..errors import UsageError
from ..randomness import generator
from .activations import Activation, resolve_activation, resolve_output
from .architecture import Architecture
from .initializers import Initializer, initialize, resolve_initializer
from .layer import Dense, dense_views
from .losses import Loss, resolve_loss
from .trace import Trace


class Network:
    """A fully connected feed-forward network.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer: inputs, hidden layers, outputs.
    activation : str or Activation, or sequence of them, optional
        Of all hidden layers, or one for each: sigmoid, tanh, relu, leaky_relu, elu, gelu, silu, identity.
    loss : str or Loss, optional
        cross_entropy, mse, mae, huber, half_squared_error, binary_cross_entropy, poisson, or quantile_0.9 and the like.
    output : str or Activation, optional
        softmax, sigmoid, identity or exponential; by default what the loss goes with.
    initializer : str or Initializer, optional
        Of all layers; by default each layer gets the one that suits its activation.
    seed : int, optional
        Where the starting weights come from.
    dtype : numpy float type, optional
        float32 to train, float64 to prove.

    Attributes
    ----------
    architecture : Architecture
        Sizes and functions.
    parameters : ndarray of shape (parameters,)
        All weights, then all biases. Write into it, never rebind it.
    layers : sequence of Dense
        Views into it.
    activations : sequence of Activation
        Of each layer after the input.
    loss : Loss
        What training minimizes.

    Raises
    ------
    UsageError
        If sizes, names or dtype cannot be meant.

    Examples
    --------
    >>> network = Network([4, 3, 2], seed=0)
    >>> trace = network.trace(5)
    >>> outputs = network.forward(np.ones((5, 4)), trace)
    >>> gradient = network.backward(np.array([[0, 1]] * 5), trace)
    >>> outputs.shape, gradient.shape, len(network.parameters)
    ((5, 2), (23,), 23)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | Activation | Sequence[str | Activation] = "relu",
        *,
        loss: str | Loss = "cross_entropy",
        output: str | Activation | None = None,
        initializer: str | Initializer | None = None,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self._build(Architecture.of(sizes, activation, loss, output), dtype)
        if initializer is not None:
            resolve_initializer(initializer)
        for index, layer in enumerate(self.layers):
            scheme = initializer or self.activations[index].suits
            initialize(scheme, generator(seed, "initialization", index), layer.weights, layer.biases)

    @classmethod
    def of(cls, architecture: Architecture, dtype: DTypeLike = np.float32) -> Network:
        """Make a network of a known architecture, all its parameters zero; dtype and errors as in `Network`."""
        network = object.__new__(cls)
        network._build(architecture, dtype)
        return network

    def _build(self, architecture: Architecture, dtype: DTypeLike) -> None:
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise UsageError("invalid dtype", expected="float32 or float64", got=np.dtype(dtype))
        self.architecture = architecture
        try:
            self.parameters: Floats = np.zeros(architecture.parameter_count, dtype)
        except (MemoryError, ValueError) as error:  # ValueError: more than an index can count
            raise UsageError("network too large to hold", got=f"{architecture.parameter_count:,} parameters") from error
        self.layers: tuple[Dense, ...] = dense_views(self.parameters, architecture.sizes)
        self.activations = [*map(resolve_activation, architecture.activations), resolve_output(architecture.output)]
        self.loss = resolve_loss(architecture.loss)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.architecture.sizes))
        functions = ", ".join(map(str, self.activations))
        return f"<Network {sizes} ({functions}), {len(self.parameters):,} parameters, {self.parameters.dtype}>"

    def on(self, parameters: Floats) -> Network:
        """View the same function with another parameter vector, of the same shape and dtype."""
        view = copy(self)
        view.parameters, view.layers = parameters, dense_views(parameters, self.architecture.sizes)
        return view

    @property
    def weights(self) -> Floats:
        """The leading part of the parameter vector, a view of shape (weights,): all weights, no biases."""
        return self.parameters[: self.architecture.weight_count]

    def trace(self, batch_size: int, *, input_gradient: bool = False, dropout: bool = False) -> Trace:
        """Allocate the trace of a batch.

        Parameters
        ----------
        batch_size : int
            The largest batch it shall hold; ``trace[:n]`` holds a smaller one.
        input_gradient : bool, optional
            Whether `backward` shall go on to the gradient with respect to the inputs.
        dropout : bool, optional
            Whether hidden activations shall be multiplied by ``masks``, which are all one at first.
        """
        return Trace(self.architecture, batch_size, self.parameters.dtype, input_gradient, dropout)

    def forward(self, inputs: AnyArray, trace: Trace | None = None) -> Floats:
        """Compute the outputs, layer by layer.

        ::

            z = x W + b
            a = f(z)

        Each layer's a is the next layer's x; multiplied by the mask, where the trace has masks of dropout.

        Parameters
        ----------
        inputs : ndarray of shape (batch, inputs)
            Preprocessed inputs. If it is ``trace.inputs`` itself, nothing is copied.
        trace : Trace, optional
            Where every intermediate value goes; a new one by default.

        Returns
        -------
        ndarray of shape (batch, outputs)
            ``trace.outputs``.

        Raises
        ------
        DataError
            If the inputs' shape does not fit.
        """
        if trace is None:
            trace = self.trace(len(inputs))
        trace.take("inputs", inputs)
        self.layers[0].forward(trace.inputs, out=trace.pre_activations[0])
        self.complete(trace)
        return trace.outputs

    def complete(self, trace: Trace) -> None:
        """Go forward from the first layer's weighted sums, which are in the trace."""
        values, sums, results = trace.layer_inputs, trace.pre_activations, trace.activations
        for index, (layer, activation) in enumerate(zip(self.layers, self.activations, strict=True)):
            if index:
                layer.forward(values[index], out=sums[index])
            activation.forward(sums[index], out=results[index])
            trace.drop(index)

    def predict(self, inputs: Floats) -> Floats:
        """Compute the outputs as `forward` does, for inputs of the right shape and dtype, and keep nothing else."""
        for layer, activation in zip(self.layers, self.activations, strict=True):
            # As in a trace, the outputs' columns are contiguous.
            sums = np.empty((len(inputs), len(layer.biases)), inputs.dtype, "F" if layer is self.layers[-1] else "C")
            layer.forward(inputs, out=sums)
            activation.forward(sums, out=sums)
            inputs = sums
        return inputs

    def backward(self, targets: AnyArray, trace: Trace, weights: AnyArray | None = None) -> Floats:
        """Compute loss and gradient of the batch that `forward` left in the trace, as `backpropagation` says.

        Parameters
        ----------
        targets : ndarray of shape (batch, outputs)
            One-hot or soft rows, or numbers. If it is ``trace.targets`` itself, nothing is copied.
        trace : Trace
            From `forward`; receives losses, deltas and gradient.
        weights : ndarray of shape (batch,), optional
            How much each example counts; all the same by default.

        Returns
        -------
        ndarray of shape (parameters,)
            ``trace.gradient``, the gradient of the weighted mean loss.

        Raises
        ------
        DataError
            If a shape does not fit, the weights have no positive sum, or targets are none that the loss takes.
        """
        self.measure(targets, trace, weights)
        propagate(self, trace)
        differentiate(self, trace)
        return trace.gradient

    def measure(self, targets: AnyArray, trace: Trace, weights: AnyArray | None = None) -> float:
        """Compute ``trace.loss``, the weighted mean of ``trace.losses``; arguments and errors as in `backward`."""
        if targets is not trace.targets:
            trace.take("targets", targets)
            self.loss.check(trace.targets)
        trace.weigh(weights)
        trace.losses[...] = self.loss.per_example(trace.logits, trace.outputs, trace.targets)
        trace.loss = float(trace.losses @ trace.shares)
        return trace.loss


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
    if not network.loss.from_logits:
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
