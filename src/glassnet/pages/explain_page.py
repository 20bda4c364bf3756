"""A walkthrough as a page: the network and one example, forward and back, from the picture down to a single weight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..data.dataset import Examples
from ..data.preprocessing.pixels import PixelScaling
from ..data.preprocessing.preprocessing import Preprocessing
from ..data.preprocessing.table import TablePreprocessing
from ..evaluation.evaluate import evaluate
from ..explanation.sums import output_name
from ..explanation.walkthrough import WalkthroughDetail
from ..files import write_whole
from ..formatting import percent, printable, quantity
from ..model.model import Model, as_probabilities
from ..network.formula import activation_trees, loss_trees
from ..network.network import Network
from ..runs.example import PickedExample, pick_positions
from .digits import packed_digits
from .single_file import encoded, render
from .table_facts import table_facts

OTHERS = 500  # examples that it was not trained on, to look at instead and to count a step's price by
SPREAD = 2_000  # examples that the deviation of each input is taken of


def write_page(closeup: WalkthroughDetail, picked: PickedExample, path: Path) -> None:
    """Write the page, one self-contained file."""
    data = page_data(closeup, picked)
    write_whole(path, render("explain.js", data, title=picked.name[:1].upper() + picked.name[1:]))


def _said(closeup: WalkthroughDetail) -> str:
    way = closeup.way
    return (
        printable(output_name(way.model, way.said)) if way.model.class_names else quantity(way.answer, way.model.unit)
    )


def page_data(closeup: WalkthroughDetail, picked: PickedExample) -> dict[str, Any]:
    """Give what the page's scripts read: the network, examples, and Python's numbers to compare theirs with."""
    way, model = closeup.way, closeup.way.model
    trace, data = way.trace, picked.data
    table, of_table = table_facts(model, data) if data else (None, {})
    if table:
        of_table["own"] = np.asarray(picked.inputs, np.float64)
    seen = (data.validation if len(data.validation) else data.train) if data else None
    return {
        **model_data(model),
        "single": bool(model.network.parameters.dtype == np.float32),
        "parameters": encoded(model.network.parameters),
        **(examples_data(model, seen, data.train if data else None) if seen is not None else {}),
        "inputs": encoded(trace.inputs[0]),
        "wanted": way.wanted if picked.target is not None else None,
        "number": picked.number,
        "neuron": list(closeup.neuron),
        "source": closeup.source,
        "rate": closeup.learning_rate,
        "notes": _notes(closeup, picked),
        "table": table,
        "place": picked.place,
        "arrays": {name: encoded(values) for name, values in of_table.items()},
        "python": {
            "sums": [encoded(values[0]) for values in trace.pre_activations],
            "activations": [encoded(values[0]) for values in trace.activations],
            "deltas": [encoded(values[0]) for values in trace.deltas],
        },
    }


def examples_data(model: Model, seen: Examples, learned: Examples | None) -> dict[str, Any]:
    """Give examples that the network was not trained on, how many it reads, and how much each input varies."""
    first = replace(model, networks=(model.network,))
    scaling = model.preprocessing
    some = seen.select(slice(0, OTHERS))
    varied = network_inputs((learned or seen).spread(SPREAD), scaling).std(axis=0, dtype=np.float64)
    found: dict[str, Any] = {"spread": encoded(varied.astype(np.float32)), "quality": None}
    if model.class_names:
        accuracy = float(evaluate(first, seen).as_dict()["accuracy"])
        found["quality"] = {"right": round(accuracy * len(seen)), "total": len(seen)}
    if reads_drawn_digits(model, some):
        found["unseen"] = {"count": len(some), "packed": packed_digits(some.inputs, some.targets)}
        return found
    chosen = pick_positions(first, some, 40)
    inputs = network_inputs(some.select(chosen), scaling)
    found["examples"] = {
        "inputs": encoded(np.asarray(inputs, np.float32)),
        "wanted": some.targets[chosen].astype(float).tolist(),
        "numbers": chosen.tolist(),
    }
    return found


def reads_drawn_digits(model: Model, examples: Examples) -> bool:
    """Whether inputs are the bytes of 28 by 28 pixels, of one of at most 256 classes."""
    scaling, inputs = model.preprocessing, examples.source_inputs
    drawn = isinstance(scaling, PixelScaling) and not scaling.deskew and scaling.input_shape == (28, 28)
    return bool(drawn and inputs.dtype == np.uint8 and 0 < len(model.class_names) <= 256 and examples.targets.ndim == 1)


def network_inputs(examples: Examples, scaling: Preprocessing) -> AnyArray:
    """Give examples as the network takes them, (examples, inputs)."""
    return scaling.apply(scaling.flatten(examples.inputs))


def model_data(model: Model) -> dict[str, Any]:
    """Give what the scripts know of a model but for its parameters: its shape, and what its ends stand for."""
    architecture, shape, scaling = model.network.architecture, model.preprocessing.input_shape, model.preprocessing
    scale = model.target_scale
    return {
        "network": {
            "sizes": list(architecture.sizes),
            "activations": [str(activation) for activation in architecture.activations],
            "output": str(architecture.output),
            "loss": str(architecture.loss),
            "formulas": network_trees(model.network),
        },
        "shape": list(shape) if len(shape) == 2 else None,
        "names": [*map(printable, scaling.input_names)] if isinstance(scaling, TablePreprocessing) else None,
        "classes": [*map(printable, model.class_names)],
        "scale": {"mean": scale.mean, "deviation": scale.deviation} if scale else None,
        "unit": printable(model.unit),
    }


def network_trees(network: Network) -> dict[str, Any]:
    """Give the formulas of all that a network's architecture names, for JSON; errors as in `activation_trees`."""
    *hidden, output = network.activations
    return {
        "activations": {activation.name: activation_trees(activation) for activation in hidden},
        "output": activation_trees(output),
        "loss": {**loss_trees(network.loss), "fromLogits": network.loss.from_logits},
    }


def _notes(closeup: WalkthroughDetail, picked: PickedExample) -> list[str]:
    way, model = closeup.way, closeup.way.model
    sure = ""
    if model.class_names:
        sure = f": {percent(float(as_probabilities(way.trace.outputs)[0, way.said]), 1)}"
    notes = [f"It says {_said(closeup)}{sure}."]
    if picked.target is None:
        notes.append("Nobody said what it shows.")
    if model.is_ensemble:
        notes.append(f"The first of the ensemble's {len(model.networks)} networks.")
    return notes
