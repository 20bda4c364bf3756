"""A walkthrough with one neuron, one of its weights and one step picked out of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ..errors import UsageError
from .derivation import derivation
from .equation import Equation
from .naming import neuron_name, output_name, source_name
from .parts import Blame, Neuron, Update, WeightedSum, WeightGradient
from .walkthrough import Walkthrough

TERMS = 8  # of a sum that a record has; the rest is added up


@dataclass(frozen=True)
class Closeup:
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
    ) -> Closeup:
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
    def blame(self) -> Blame | None:
        """The neuron's delta; None for an output, whose delta is its error."""
        return self.way.blame(self.neuron) if self.neuron.layer < self.way.hidden else None

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
        trace, blame = self.way.trace, self.blame
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
            "slope": blame.slope if blame else None,
            "blame": blame.arriving.total if blame else None,
            "delta": float(trace.deltas[index][0, unit]),
        }


def _plain(equation: Equation) -> dict[str, str]:
    return {"text": equation.text, "latex": equation.latex, "place": equation.place}
