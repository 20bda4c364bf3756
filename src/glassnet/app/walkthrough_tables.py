"""The tables of a walkthrough: sums, outputs, errors."""

from __future__ import annotations

import numpy as np
from rich.console import RenderableType
from rich.markup import escape
from rich.padding import Padding

from ..explanation.closeup import Closeup
from ..explanation.naming import neuron_name, output_name, source_name
from ..explanation.parts import Neuron, WeightedSum
from .terminal import number, plain_table, signed

TERMS = 6  # of a sum that are shown; the rest is added up
OUTPUTS = 12  # that a table shows at most


def sum_table(
    closeup: Closeup, summed: WeightedSum, columns: tuple[str, ...], name: str, total: float, back: bool = False
) -> RenderableType:
    """Show the largest terms of a sum, the rest of them, the bias and the total."""
    model, (layer, _) = closeup.way.model, closeup.neuron
    table = plain_table(*columns)
    largest = summed.largest(TERMS)
    for term in largest:
        source = (
            neuron_name(model, Neuron(layer + 1, term.source))
            if back
            else source_name(model, closeup.neuron, term.source)
        )
        table.add_row(
            escape(source),
            signed(term.value) if back else number(term.value),
            signed(term.weight),
            signed(term.product),
        )
    others = len(summed.values) - len(largest)
    if others:
        table.add_row(f"{others:,} others", "", "", signed(summed.rest(largest)), style="dim")
    if not back:
        table.add_row("bias b", "", "", signed(summed.bias))
    table.add_row(f"[bold]{escape(name)}[/bold]", "", "", f"[bold]{signed(total)}[/bold]")
    return Padding(table, (0, 0, 0, 2))


def output_table(closeup: Closeup) -> RenderableType:
    """Show what becomes of the logits; of softmax each step."""
    way, trace = closeup.way, closeup.way.trace
    z, a = trace.logits[0], trace.outputs[0]
    if way.network.architecture.output != "softmax":
        table = plain_table("output", "z", "a", "")
        for k in _shown(closeup):
            table.add_row(escape(output_name(way.model, k)), signed(z[k]), signed(a[k]), _marks(closeup, k))
        return Padding(table, (0, 0, 0, 2))
    shifted = z - z.max()
    table = plain_table("output", "z", "z − m", "exp(z − m)", "p", "")
    for k in _shown(closeup):
        marks = _marks(closeup, k)
        table.add_row(
            escape(output_name(way.model, k)),
            signed(z[k]),
            signed(shifted[k]),
            number(np.exp(shifted[k]), 6),
            number(a[k], 6),
            marks,
        )
    others = len(z) - len(_shown(closeup))
    if others:
        table.add_row(f"{others:,} others", "", "", "", "", "", style="dim")
    table.add_row("sum of all", "", "", number(np.exp(shifted).sum(), 6), number(a.sum(), 6), "", style="dim")
    return Padding(table, (0, 0, 0, 2))


def error_table(closeup: Closeup) -> RenderableType:
    """Show outputs, targets and the deltas of the last layer."""
    trace, classes = closeup.way.trace, bool(closeup.way.model.class_names)
    table = plain_table("output", "p" if classes else "a", "t", "d", "")
    for k in _shown(closeup):
        values = (number(trace.outputs[0, k]), number(trace.targets[0, k]), signed(trace.deltas[-1][0, k]))
        table.add_row(escape(output_name(closeup.way.model, k)), *values, _marks(closeup, k))
    return Padding(table, (0, 0, 0, 2))


def _marks(closeup: Closeup, output: int) -> str:
    words = {closeup.way.said: "said"} if closeup.way.model.class_names else {}
    return " ".join([words[output]] if output in words else []) + (
        " wanted" if words and output == int(closeup.way.wanted) else ""
    )


def _shown(closeup: Closeup) -> list[int]:
    """List the outputs that a table has room for: those with the largest errors, in their order."""
    errors = np.abs(closeup.way.trace.deltas[-1][0])
    return sorted(int(k) for k in np.argsort(-errors, kind="stable")[:OUTPUTS])
