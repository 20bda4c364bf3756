"""The network: a function of inputs and one parameter vector, and its gradient by backpropagation.

Source of the algorithm: D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating
errors" (1986).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..arrays import AnyArray, Floats
from ..errors import UsageError
from ..formatting import html_table
from ..randomness import generator
from .activations import Activation, resolve_activation, resolve_output
from .architecture import Architecture
from .initializers import Initializer, initialize, resolve_initializer
from .layer import Layer, LayerTrace, layer_views
from .losses import Loss, resolve_loss
from .trace import Trace

SUMMARY = ("layer", "units", "function", "parameters")  # what `Network.summary` gives


class Network:
    """A fully connected feed-forward network.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer: inputs, hidden layers, outputs.
    activation : str or Activation, or sequence of them, optional
        Of all hidden layers, or one for each: sigmoid, tanh, relu, leaky_relu, elu, selu, gelu,
        gelu_tanh, silu, mish, identity.
    loss : str or Loss, optional
        cross_entropy, mse, mae, huber, half_squared_error, binary_cross_entropy, poisson, or quantile_0.9 and the like.
    output : str or Activation, optional
        softmax, sigmoid, identity or exponential; by default what the loss goes with.
    initializer : str or Initializer, optional
        Of all layers; by default each layer gets the one that suits its activation.
    seed : int, optional
        Where the starting weights come from.
    dtype : numpy float type, optional
        float32 for training, float64 for checks of gradients.

    Attributes
    ----------
    architecture : Architecture
        Sizes and functions.
    parameters : ndarray of shape (parameters,)
        All weights, then all biases. Write into it, never rebind it.
    layers : tuple of Layer
        Weights and biases, which are views into it, and activation of each layer after the input.
    loss : Loss
        What training minimizes.

    Raises
    ------
    UsageError
        If sizes, names or dtype are invalid.

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
        architecture = Architecture.of(sizes, activation, loss, output)
        self._build(architecture, _zeros(architecture, dtype))
        given = None if initializer is None else resolve_initializer(initializer)
        drawn = self.layers[:-1] if given and given.zero_outputs else self.layers
        for index, layer in enumerate(drawn):
            scheme = given or self.activations[index].suits
            initialize(scheme, generator(seed, "initialization", index), layer.weights, layer.biases)

    @classmethod
    def of(cls, architecture: Architecture, dtype: DTypeLike = np.float32) -> Network:
        """Make a network of a known architecture, all its parameters zero; dtype and errors as in `Network`."""
        return cls.over(architecture, _zeros(architecture, dtype))

    def _build(self, architecture: Architecture, parameters: Floats) -> None:
        self.architecture = architecture
        self.loss = resolve_loss(architecture.loss)
        functions = [*map(resolve_activation, architecture.activations), resolve_output(architecture.output)]
        self._view(parameters, functions)

    def _view(self, parameters: Floats, activations: Sequence[Activation]) -> None:
        """Make the layers views of one vector: there is no other way to make them."""
        self.parameters = parameters
        views = layer_views(parameters, self.architecture.sizes)
        self.layers = tuple(Layer(*view, function) for view, function in zip(views, activations, strict=True))

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.architecture.sizes))
        functions = ", ".join(map(str, self.activations))
        return f"<Network {sizes} ({functions}), {len(self.parameters):,} parameters, {self.parameters.dtype}>"

    def _repr_html_(self) -> str:
        return html_table(repr(self).strip("<>"), self.summary(), SUMMARY)

    def summary(self) -> list[tuple[str, ...]]:
        """Describe each layer after the input: its name, units, function and number of parameters."""
        rows: list[tuple[str, ...]] = []
        for number, layer in enumerate(self.layers, start=1):
            name = "output" if number == len(self.layers) else f"hidden layer {number}"
            count = layer.weights.size + layer.biases.size
            rows.append((name, f"{len(layer.biases):,}", str(layer.activation), f"{count:,}"))
        return rows

    def on(self, parameters: Floats) -> Network:
        """View the same function with another parameter vector, of the same shape and dtype."""
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._view(parameters, self.activations)
        return view

    def in_parts(self, parts: Sequence[slice]) -> Network:
        """View the same network with the first layer's sums computed over some runs of inputs, and then added."""
        view = self.on(self.parameters)
        view.layers = (replace(view.layers[0], parts=tuple(parts)), *view.layers[1:])
        return view

    def __copy__(self) -> Network:
        return self.on(self.parameters.copy())

    @classmethod
    def over(cls, architecture: Architecture, parameters: Floats) -> Network:
        """Make a network of a known architecture over a vector that is there already, which it does not copy."""
        network = object.__new__(cls)
        network._build(architecture, parameters)
        return network

    def __reduce__(self) -> tuple[Any, ...]:
        """Let copies and pickles be one vector with layers that are views of it, as this network is."""
        made = ("architecture", "parameters", "layers", "loss")
        own = {name: value for name, value in self.__dict__.items() if name not in made}
        return type(self).over, (self.architecture, self.parameters), own or None

    @property
    def activations(self) -> list[Activation]:
        """The activation of each layer after the input."""
        return [layer.activation for layer in self.layers]

    def hidden(self, trace: Trace) -> list[tuple[Layer, LayerTrace]]:
        """Pair each hidden layer with what happened in it."""
        return list(zip(self.layers[:-1], trace.layers, strict=False))

    @property
    def weights(self) -> Floats:
        """The leading part of the parameter vector, a view of shape (weights,): all weights, no biases."""
        return self.parameters[: self.architecture.weight_count]

    def trace(
        self, batch_size: int, *, input_gradient: bool = False, dropout: bool = False, gradient: Floats | None = None
    ) -> Trace:
        """Allocate the trace of a batch.

        Parameters
        ----------
        batch_size : int
            The largest batch it shall hold; ``trace[:n]`` holds a smaller one.
        input_gradient : bool, optional
            Whether `backward` shall go on to the gradient with respect to the inputs.
        dropout : bool, optional
            Whether hidden activations shall be multiplied by ``masks``, which are all one at first.
        gradient : ndarray of shape (parameters,), optional
            Where the gradient goes; a new array by default.
        """
        return Trace(self.architecture, batch_size, self.parameters.dtype, input_gradient, dropout, gradient)

    def forward(self, inputs: AnyArray, trace: Trace | None = None) -> Floats:
        """Compute the outputs, layer by layer.

        ::

            z^(l) = a^(l−1) W^(l) + b^(l)
            a^(l) = f(z^(l))

        with a^(0) = x, the inputs. Where the trace has masks of dropout, the next layer is given a^(l) ⊙ r^(l).

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
        trace.load("inputs", inputs)
        values = trace.inputs
        for layer, record in zip(self.layers, trace.layers, strict=True):
            values = layer.forward(values, record)
        return values

    def predict(self, inputs: Floats) -> Floats:
        """Compute the outputs as `forward` does, for inputs of the right shape and dtype, and keep nothing else."""
        for layer in self.layers:
            # As in a trace, the outputs' columns are contiguous.
            sums = np.empty((len(inputs), len(layer.biases)), inputs.dtype, "F" if layer is self.layers[-1] else "C")
            layer.weighted_sums(inputs, out=sums)
            layer.activation.forward(sums, out=sums)
            inputs = sums
        return inputs

    def backward(self, targets: AnyArray, trace: Trace, weights: AnyArray | None = None) -> Floats:
        """Compute loss and gradient of the batch that `forward` left in the trace: backpropagation.

        With δ^(l) = ∂ℓ/∂z^(l) of each of N examples, softmax and cross-entropy after the last layer L, and no dropout,

        ::

            δ^(L) = p − y
            δ^(l) = (δ^(l+1) W^(l+1)ᵀ) ⊙ f'(z^(l))
            ∂L/∂W^(l) = a^(l−1)ᵀ δ^(l) / N
            ∂L/∂b^(l) = Σ_n δ^(l)_n / N

        Other losses have their own δ^(L). With dropout, whose masks are r^(l),

        ::

            δ^(l) = (δ^(l+1) W^(l+1)ᵀ) ⊙ r^(l) ⊙ f'(z^(l))

        and a^(l−1) ⊙ r^(l−1) stands for a^(l−1). Where examples have weights, they stand for the division by N, which
        is done once, in δ^(L): the trace has δ^(l) / N.

        Parameters
        ----------
        targets : ndarray of shape (batch, outputs)
            One-hot or soft rows, or numbers. If it is ``trace.targets`` itself, nothing is checked or copied, and
            examples count as they do in the trace.
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
            If a shape does not fit, the weights have no positive sum, or the loss does not take such targets.
        """
        self.measure(targets, trace, weights)
        self._output_delta(trace)
        layers, records = self.layers, trace.layers
        for index in reversed(range(1, len(layers))):
            layers[index].backward(records[index].delta, out=records[index - 1].delta)
            layers[index - 1].through_activation(records[index - 1])
        for layer, record, gradient in zip(layers, records, trace.gradients, strict=True):
            layer.gradient(record, out=gradient)
        if trace.input_gradient is not None:
            layers[0].backward(records[0].delta, out=trace.input_gradient)
        return trace.gradient

    def measure(self, targets: AnyArray, trace: Trace, weights: AnyArray | None = None) -> float:
        """Compute ``trace.loss``, the weighted mean of ``trace.losses``; arguments and errors as in `backward`."""
        if targets is not trace.targets:
            trace.load("targets", targets)
            self.loss.check(trace.targets)
            trace.weigh(weights)
        elif weights is not None:
            trace.weigh(weights)
        trace.losses[...] = self.loss.per_example(trace.logits, trace.outputs, trace.targets)
        trace.loss = float(trace.losses.dot(trace.normalized_weights))  # half the price of @ for a few numbers
        return trace.loss

    def _output_delta(self, trace: Trace) -> None:
        """Write the last layer's delta; the mean over the batch is folded in here, where the array is small."""
        delta = trace.layers[-1].delta
        self.loss.gradient(trace.outputs, trace.targets, out=delta)
        if not self.loss.from_logits:
            self.layers[-1].activation.backward(trace.logits, trace.outputs, delta, out=delta)
        delta *= trace.normalized_weights[:, None]


def _zeros(architecture: Architecture, dtype: DTypeLike) -> Floats:
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise UsageError("invalid dtype", expected="float32 or float64", got=np.dtype(dtype))
    try:
        return np.zeros(architecture.parameter_count, dtype)
    except (MemoryError, ValueError) as error:  # ValueError: more than an index can count
        raise UsageError("network too large for memory", got=f"{architecture.parameter_count:,} parameters") from error
