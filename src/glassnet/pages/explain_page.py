"""A walkthrough as a page to click through, from the network down to a single multiplication."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..data.preprocessing.pixels import PixelScaling
from ..data.preprocessing.table import TablePreprocessing
from ..explanation.equations import Equation
from ..explanation.sums import output_name
from ..explanation.walkthrough import WalkthroughDetail
from ..files import write_whole
from ..formatting import percent, printable, quantity
from ..model.model import Model, as_probabilities
from ..network.formula import activation_trees, loss_trees
from ..network.network import Network
from ..runs.example import PickedExample
from .single_file import encoded, render
from .table_facts import table_facts

FIRST_STEP = 6  # the error signal: what no other page shows; a reader is one click from the rest


def write_page(closeup: WalkthroughDetail, picked: PickedExample, path: Path) -> None:
    """Write the page, one self-contained file."""
    data = page_data(closeup, picked)
    script = "explain_table.js" if data["table"] else "explain.js"
    write_whole(path, render("explain.html", script, data, subject=_words(closeup, picked), tried=bool(data["table"])))


def _words(closeup: WalkthroughDetail, picked: PickedExample) -> dict[str, str]:
    way = closeup.way
    sizes = " → ".join(map(str, way.network.architecture.sizes))
    said = f"{_said(closeup)} is what it said" if way.model.class_names else f"it said {_said(closeup)}"
    picture = f"The picture that went in: {picked.name}; {said}"
    return {
        "name": picked.name,
        "sizes": sizes,
        "title": picked.name[:1].upper() + picked.name[1:],
        "alternative": picture,
    }


def _said(closeup: WalkthroughDetail) -> str:
    way = closeup.way
    return (
        printable(output_name(way.model, way.said)) if way.model.class_names else quantity(way.answer, way.model.unit)
    )


def page_data(closeup: WalkthroughDetail, picked: PickedExample) -> dict[str, Any]:
    """Give what the page's scripts read: the network, the example, and Python's numbers to compare theirs with."""
    way, model = closeup.way, closeup.way.model
    trace, scaling = way.trace, model.preprocessing
    table, of_table = table_facts(model, picked.data) if picked.data else (None, {})
    if table:
        of_table["own"] = np.asarray(picked.inputs, np.float64)
    raw = isinstance(scaling, PixelScaling) and picked.inputs.dtype == np.uint8 and not scaling.deskew
    return {
        **model_data(model),
        "single": bool(model.network.parameters.dtype == np.float32),
        "parameters": encoded(model.network.parameters),
        "inputs": encoded(trace.inputs[0]),
        "raw": picked.inputs.ravel().tolist() if raw else None,
        "wanted": way.wanted,
        "neuron": list(closeup.neuron),
        "source": closeup.source,
        "rate": closeup.learning_rate,
        "start": FIRST_STEP if way.hidden else 4,
        "notes": _notes(closeup, picked),
        "table": table,
        "place": picked.place,
        "arrays": {name: encoded(values) for name, values in of_table.items()},
        "equations": equations_of(closeup),
        "python": {
            "sums": [encoded(values[0]) for values in trace.pre_activations],
            "activations": [encoded(values[0]) for values in trace.activations],
            "deltas": [encoded(values[0]) for values in trace.deltas],
        },
    }


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


def equations_of(closeup: WalkthroughDetail) -> dict[str, list[dict[str, str]]]:
    """Give the equations of each step, and where they are computed."""
    return {step: [_equation(one) for one in made] for step, made in closeup.equations.items()}


def _equation(equation: Equation) -> dict[str, str]:
    found = {"text": equation.text, "latex": equation.latex, "place": equation.place}
    return {**found, "code": equation.code, "of": equation.of}
