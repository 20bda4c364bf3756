"""A walkthrough with one neuron, one of its weights and one step picked out of it."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats
from ..data.preprocessing.targets import one_hot
from ..errors import UsageError
from ..model.model import Model
from ..network.gradient_check import central_difference
from ..network.layer import layer_views
from ..network.network import Network
from ..network.trace import Trace
from ..optimizers.sgd import SGD
from .equations import Equation, derivation
from .sums import Attribution, Neuron, Update, WeightedSum, WeightGradient, neuron_name, output_name, source_name

TERMS = 8  # of a sum that a record has; the rest is added up


@dataclass(frozen=True)
class WalkthroughDetail:
    """What is looked at closely.

    Parameters
    ----------
    way : Walkthrough
        The example's.
    neuron : Neuron
        The picked one.
    source : int
        The input of its weight that is picked.
    learning_rate : float
        Of the step.

    Raises
    ------
    UsageError
        If the network has no such neuron or weight.
    """

    way: Walkthrough
    neuron: Neuron
    source: int
    learning_rate: float

    @classmethod
    def of(
        cls, way: Walkthrough, neuron: Neuron | None = None, source: int | None = None, learning_rate: float = 0.01
    ) -> WalkthroughDetail:
        """Pick what was asked for, else what learning would change most."""
        neuron = way.strongest_neuron() if neuron is None else way.check(neuron)
        return cls(way, neuron, way.strongest_weight(neuron) if source is None else source, learning_rate)

    def __post_init__(self) -> None:
        inputs = len(self.way.network.layers[self.neuron.layer].weights)
        if not 0 <= self.source < inputs:
            raise UsageError("no such weight", expected=f"0..{inputs - 1}", got=self.source)

    @cached_property
    def weighted_sum(self) -> WeightedSum:
        """The neuron's z."""
        return self.way.weighted_sum(self.neuron)

    @cached_property
    def attribution(self) -> Attribution | None:
        """The neuron's delta; None for an output, whose delta is its error."""
        return self.way.attribution(self.neuron) if self.neuron.layer < self.way.hidden else None

    @cached_property
    def gradient(self) -> WeightGradient:
        """The weight's."""
        return self.way.weight_gradient(self.neuron, self.source)

    @cached_property
    def update(self) -> Update:
        """The step."""
        return self.way.update(self.learning_rate)

    @cached_property
    def equations(self) -> dict[str, tuple[Equation, ...]]:
        """Of each step."""
        return derivation(self.way.model)

    def as_dict(self) -> dict[str, Any]:
        """Give all of it as plain values, for JSON.

        Returns
        -------
        dict
            ``forward`` and ``backward`` hold the network's every value, ``neuron``, ``weight`` and ``update`` what was
            picked, ``equations`` what made each number and where.
        """
        way, trace = self.way, self.way.trace
        return {
            "classes": list(way.model.class_names),
            "said": output_name(way.model, way.said) if way.model.class_names else way.answer,
            "wanted": way.model.class_names[int(way.wanted)] if way.model.class_names else way.wanted,
            "answer": way.answer,
            "loss": trace.loss,
            "forward": {
                "inputs": trace.inputs[0].tolist(),
                "pre_activations": [values[0].tolist() for values in trace.pre_activations],
                "activations": [values[0].tolist() for values in trace.activations],
            },
            "backward": {
                "targets": trace.targets[0].tolist(),
                "deltas": [values[0].tolist() for values in trace.deltas],
                "input_gradient": None if trace.input_gradient is None else trace.input_gradient[0].tolist(),
            },
            "neuron": self._neuron_as_dict(),
            "weight": {"from": source_name(way.model, self.neuron, self.source), **asdict(self.gradient)},
            "update": {**asdict(self.update), "outputs": self.update.outputs.tolist()},
            "equations": {step: [_plain(equation) for equation in made] for step, made in self.equations.items()},
        }

    def _neuron_as_dict(self) -> dict[str, Any]:
        index, unit = self.neuron
        trace, attribution = self.way.trace, self.attribution
        largest = self.weighted_sum.largest(TERMS)
        return {
            "name": neuron_name(self.way.model, self.neuron),
            "layer": index + 1,
            "unit": unit,
            "terms": [asdict(term) for term in largest],
            "rest": self.weighted_sum.rest(largest),
            "bias": self.weighted_sum.bias,
            "z": float(trace.pre_activations[index][0, unit]),
            "a": float(trace.activations[index][0, unit]),
            "slope": attribution.slope if attribution else None,
            "blame": attribution.arriving.total if attribution else None,
            "delta": float(trace.deltas[index][0, unit]),
        }


def _plain(equation: Equation) -> dict[str, str]:
    return {"text": equation.text, "latex": equation.latex, "place": equation.place}


class Walkthrough:
    """The way of one example through a network and back, in float64.

    The numbers are those of a `Trace` of the model's network, whose parameters are taken as they are.

    Parameters
    ----------
    model : Model
        Of an ensemble, the first network.
    example : ndarray of the shape of one input
        As it stands in the source: a picture of uint8, a row of a table.
    wanted : int or float
        What the answer should have been: a label, or a number in the target's unit.

    Attributes
    ----------
    network : Network
        In float64.
    trace : Trace
        Forward and backward, of a batch of one.
    wanted : int or float
        As given.

    Raises
    ------
    UsageError
        If what is wanted is none of the classes, or several numbers are predicted.
    DataError
        If the example does not fit the model.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist", train_size=100, validation_size=10)
    >>> network = glassnet.Network([784, 16, 10], seed=0)
    >>> model = glassnet.Model(network, data.preprocessing, data.class_names)
    >>> way = Walkthrough(model, data.validation.inputs[0], wanted=7)
    >>> neuron = way.strongest_neuron()
    >>> bool(abs(way.weighted_sum(neuron).total - way.trace.pre_activations[0][0, neuron.unit]) < 1e-12)
    True
    """

    def __init__(self, model: Model, example: AnyArray, wanted: float) -> None:
        self.model, self.wanted = model, wanted
        self.network = in_float64(model.network)
        self.trace: Trace = self.network.trace(1, input_gradient=True)
        model.preprocessing.apply(example[None], out=self.trace.inputs)
        self.trace.targets[...] = _target_row(model, wanted)
        self.network.forward(self.trace.inputs, self.trace)
        self.network.backward(self.trace.targets, self.trace)

    @cached_property
    def said(self) -> int:
        """The output that is largest."""
        return int(self.trace.outputs[0].argmax())

    @cached_property
    def answer(self) -> float:
        """The largest output's label, or the number in the target's unit."""
        scale = self.model.target_scale
        return self.said if scale is None else float(scale.restore(self.trace.outputs[0, 0]))

    @property
    def hidden(self) -> int:
        """The number of hidden layers."""
        return len(self.network.layers) - 1

    def strongest_neuron(self) -> Neuron:
        """Choose the neuron of the first layer that has the largest delta."""
        return Neuron(0, int(np.abs(self.trace.deltas[0][0]).argmax()))

    def check(self, neuron: Neuron) -> Neuron:
        """Give the neuron back.

        Raises
        ------
        UsageError
            If the network has no such neuron.
        """
        sizes = self.network.architecture.sizes[1:]
        if not (0 <= neuron.layer < len(sizes) and 0 <= neuron.unit < sizes[neuron.layer]):
            layers = ", ".join(f"{number}.0 to {number}.{size - 1}" for number, size in enumerate(sizes, 1))
            raise UsageError("no such neuron", expected=layers, got=f"{neuron.layer + 1}.{neuron.unit}")
        return neuron

    def weighted_sum(self, neuron: Neuron) -> WeightedSum:
        """Take z = Σ x W + b of a neuron apart."""
        layer = self.network.layers[neuron.layer]
        values = self.trace.layer_inputs[neuron.layer][0]
        return WeightedSum(values, layer.weights[:, neuron.unit], float(layer.biases[neuron.unit]))

    def attribution(self, neuron: Neuron) -> Attribution:
        """Take the delta of a hidden neuron apart."""
        index, unit = neuron
        after = self.network.layers[index + 1]
        arriving = WeightedSum(self.trace.deltas[index + 1][0], after.weights[unit])
        return Attribution(arriving, self.slope(neuron), float(self.trace.deltas[index][0, unit]))

    def slope(self, neuron: Neuron) -> float:
        """Give f'(z) of a hidden neuron."""
        layer, record = self.network.hidden(self.trace)[neuron.layer]
        return float(layer.slopes(record)[0, neuron.unit])

    def strongest_weight(self, neuron: Neuron) -> int:
        """Choose the weight of a neuron that is corrected most, by its input."""
        return int(np.abs(self.trace.gradients[neuron.layer].weights[:, neuron.unit]).argmax())

    def weight_gradient(self, neuron: Neuron, source: int) -> WeightGradient:
        """Give the gradient of the weight from a source to a neuron, and try it."""
        index, unit = neuron
        return WeightGradient(
            source=source,
            weight=float(self.network.layers[index].weights[source, unit]),
            value=float(self.trace.layer_inputs[index][0, source]),
            delta=float(self.trace.deltas[index][0, unit]),
            gradient=float(self.trace.gradients[index].weights[source, unit]),
            difference=self._difference(neuron, source),
        )

    def _difference(self, neuron: Neuron, source: int) -> float:
        moved = self.network.on(self.network.parameters.copy())
        direction = np.zeros_like(moved.parameters)
        layer_views(direction, moved.architecture.sizes)[neuron.layer].weights[source, neuron.unit] = 1
        return central_difference(lambda: self._look_again(moved)[0], moved.parameters, direction)

    def update(self, learning_rate: float) -> Update:
        """Make one step of plain descent on a copy, and look at the example again."""
        parameters, sgd = self.network.parameters.copy(), SGD(learning_rate=learning_rate)
        weight_count = self.network.architecture.weight_count
        sgd.step(parameters, self.trace.gradient, sgd.init(parameters), weight_count=weight_count)
        return Update(learning_rate, *self._look_again(self.network.on(parameters)))

    def _look_again(self, network: Network) -> tuple[float, Floats]:
        trace = network.trace(1)
        network.forward(self.trace.inputs, trace)
        return network.measure(self.trace.targets, trace), trace.outputs[0]


def in_float64(network: Network) -> Network:
    """Copy a network into float64; its parameters keep their values exactly."""
    copy = Network.of(network.architecture, np.float64)
    copy.parameters[...] = network.parameters
    return copy


def _target_row(model: Model, wanted: float) -> Floats:
    """Give the row (1, outputs) that the network should have answered with."""
    outputs = model.network.architecture.sizes[-1]
    if model.target_scale is None:
        if not (isinstance(wanted, int | np.integer) and 0 <= wanted < outputs):
            raise UsageError("no such class", expected=f"0..{outputs - 1}", got=wanted)
        return one_hot(np.array([wanted]), outputs)
    if outputs != 1:
        raise UsageError("a model of several targets cannot be explained", expected="one output", got=outputs)
    return model.target_scale.standardize(np.array([[wanted]], np.float64))


def __getattr__(name: str) -> Any:
    """Serve the former name of `WalkthroughDetail` for one release."""
    if name != "Closeup":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn("Closeup is called WalkthroughDetail now", FutureWarning, stacklevel=2)
    return WalkthroughDetail
