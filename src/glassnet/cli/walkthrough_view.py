"""A walkthrough in a terminal: each step with its equations, where they are computed, and its numbers."""

from __future__ import annotations

import numpy as np
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..explanation import sums
from ..explanation.equations import Equation
from ..explanation.sums import Neuron, WeightedSum
from ..explanation.walkthrough import WalkthroughDetail
from ..formatting import number, percent, printable, quantity, signed
from ..model.model import Model, as_probabilities
from ..runs.example import PickedExample
from .terminal import picture_of, plain_table, results, shown

TERMS = 6  # of a sum that are shown; the rest is added up
OUTPUTS = 12  # that a table shows at most
WIDTH = 92


def show(closeup: WalkthroughDetail, picked: PickedExample) -> None:
    """Print a walkthrough."""
    console = results()
    console.width = min(console.width, WIDTH)
    for part in (_head(closeup, picked), *_forward(closeup), *_backward(closeup)):
        console.print(part)


def _head(closeup: WalkthroughDetail, picked: PickedExample) -> RenderableType:
    way, model = closeup.way, closeup.way.model
    lines = [Text(printable(picked.name), "bold"), Text()]
    if model.class_names:
        probabilities = as_probabilities(way.trace.outputs)[0]
        for word, position in (("answer", way.said), ("label", int(way.wanted))):
            lines.append(Text(f"{word:7} {output_name(model, position)}  {percent(float(probabilities[position]), 1)}"))
    else:
        for word, value in (("answer", way.answer), ("target", way.wanted)):
            lines.append(Text(f"{word:7} {quantity(value, model.unit)}"))
    lines.append(Text(f"loss    {number(way.trace.loss)}"))
    if picked.target is None:
        lines.append(Text("Its label is not known: give it with --wanted.", "dim"))
    if model.is_ensemble:
        lines.append(Text(f"The first of the ensemble's {len(model.networks)} networks.", "dim"))
    grid = Table.grid(padding=(0, 4))
    shape = model.preprocessing.input_shape
    picture = [picture_of(way.trace.inputs.reshape(shape))] if len(shape) == 2 else []
    grid.add_row(*picture, Text("\n" * (2 if picture else 0)) + Text("\n").join(lines))
    return grid


def _forward(closeup: WalkthroughDetail) -> list[RenderableType]:
    way, equations, trace = closeup.way, closeup.equations, closeup.way.trace
    inputs = trace.inputs[0]
    name = neuron_name(way.model, closeup.neuron)
    z = float(trace.pre_activations[closeup.neuron.layer][0, closeup.neuron.unit])
    return [
        Text("\nForward", "bold underline"),
        *_heading("1 inputs", equations["input"]),
        Text(f"  {len(inputs):,} numbers, {np.count_nonzero(inputs):,} of them not zero"),
        *_heading("2 weighted sums", equations["sum"]),
        _sum_forward(closeup, f"z of {name}", z),
        *_heading("3 activations", equations["activation"]),
        *_layers(closeup),
        *_heading("4 outputs", equations["output"]),
        _outputs(closeup),
        *_heading("5 loss", equations["loss"]),
        Text(f"  {_loss(closeup)}"),
    ]


def _layers(closeup: WalkthroughDetail) -> list[Text]:
    """Say for each hidden layer how many units are not silent, and what the picked one makes of its sum."""
    way, lines = closeup.way, []
    for index, values in enumerate(way.trace.activations[:-1]):
        name = way.network.architecture.activations[index]
        line = f"  layer {index + 1}, {name}: {np.count_nonzero(values):,} of {values.shape[1]:,} are not zero"
        if closeup.neuron.layer == index:
            unit = closeup.neuron.unit
            z, a = number(way.trace.pre_activations[index][0, unit]), number(values[0, unit])
            line += f"; neuron {index + 1}.{unit}: f({z}) = {a}"
        lines.append(Text(line))
    return lines or [Text("  none: there is no hidden layer")]


def _loss(closeup: WalkthroughDetail) -> str:
    way = closeup.way
    if way.network.loss.name == "cross_entropy":
        wanted = float(way.trace.outputs[0, int(way.wanted)])
        return f"which is −ln p of the label: −ln {number(wanted)} = {number(way.trace.loss)}"
    return f"{way.network.loss.name}: {number(way.trace.loss)}"


def _backward(closeup: WalkthroughDetail) -> list[RenderableType]:
    equations, gradient, update = closeup.equations, closeup.gradient, closeup.update
    name = neuron_name(closeup.way.model, closeup.neuron)
    source = source_name(closeup.way.model, closeup.neuron, closeup.source)
    moved = gradient.weight - closeup.learning_rate * gradient.gradient
    product = f"{number(gradient.value)} × {signed(gradient.delta)} = {signed(gradient.gradient, 10)}"
    return [
        Text("\nBackward", "bold underline"),
        *_heading("6 error", equations["error"]),
        _errors(closeup),
        *_error_signal(closeup),
        *_heading("8 correction", equations["gradient"]),
        Text(f"  of the weight from {source} to {name}:  {product}"),
        *_heading("  checked", equations["difference"]),
        Text(f"  by moving that very weight:  {signed(gradient.difference, 10)}"),
        *_heading("9 step", equations["update"]),
        Text(f"  rate {closeup.learning_rate:g}, all {len(closeup.way.network.parameters):,} parameters"),
        Text(f"  that weight:  {signed(gradient.weight)} → {signed(moved)}"),
        Text(f"  loss:  {number(closeup.way.trace.loss)} → {number(update.loss)}"),
        Text(f"  {_after(closeup)}"),
    ]


def _error_signal(closeup: WalkthroughDetail) -> list[RenderableType]:
    """Show the error that reaches the picked neuron; an output's is the error itself."""
    found, name = closeup.attribution, neuron_name(closeup.way.model, closeup.neuron)
    if found is None:
        return []
    arriving, passed = closeup.equations["blame"]
    slope = f"{signed(found.arriving.total)} × f'(z) {number(found.slope)} = {signed(found.delta)}"
    return [
        *_heading("7 error signal", (arriving,)),
        _sum_backward(closeup, found.arriving, f"what reaches {name}"),
        *_heading("", (passed, *closeup.equations["slope"])),
        Text(f"  δ of {name}:  {slope}"),
    ]


def _after(closeup: WalkthroughDetail) -> str:
    way, after = closeup.way, closeup.update.outputs
    if way.model.target_scale is not None:
        restored = float(way.model.target_scale.restore(after[0]))
        return f"answer:  {quantity(way.answer)} → {quantity(restored, way.model.unit)}"
    position = int(way.wanted)
    both = as_probabilities(np.stack([way.trace.outputs[0], after]))
    before, then = (percent(float(values[position]), 1) for values in both)
    name, said = output_name(way.model, position), output_name(way.model, int(after.argmax()))
    return f"P({name}):  {before} → {then}; the answer would be {said}"


def _heading(title: str, equations: tuple[Equation, ...]) -> list[RenderableType]:
    """Give a step's title, its equations, and at the right where they are computed."""
    apart = bool(title) and title[0] != " "  # what belongs to the step before is not set apart from it
    grid = Table.grid(expand=True, padding=(0, 2))
    grid.add_column(width=15, style="bold")
    grid.add_column(ratio=1)
    grid.add_column(justify="right", style="dim", no_wrap=True)
    for equation in equations:
        grid.add_row(title, Text(equation.text), equation.place)
        title = ""
    if not equations:
        grid.add_row(title, "", "")
    return [Text(), grid] if apart else [grid]


def _sum_forward(closeup: WalkthroughDetail, name: str, total: float) -> RenderableType:
    """Show the largest terms of the picked neuron's sum, the rest of them, the bias and the total."""
    letter = "a" if closeup.neuron.layer else "x"
    summed, table = closeup.weighted_sum, plain_table("from", letter, "W", f"{letter} W")
    for term in (largest := summed.largest(TERMS)):
        source = source_name(closeup.way.model, closeup.neuron, term.source)
        table.add_row(shown(source), number(term.value), signed(term.weight), signed(term.product))
    _add_rest(table, summed, len(largest), summed.rest(largest))
    table.add_row("bias b", "", "", signed(summed.bias))
    return _totalled(table, name, total)


def _sum_backward(closeup: WalkthroughDetail, arriving: WeightedSum, name: str) -> RenderableType:
    """Show the largest terms δ W of what reaches the picked neuron from the next layer, the rest, and the total."""
    table, layer = plain_table("from", "δ", "W", "δ W"), closeup.neuron.layer + 1
    for term in (largest := arriving.largest(TERMS)):
        source = neuron_name(closeup.way.model, Neuron(layer, term.source))
        table.add_row(shown(source), signed(term.value), signed(term.weight), signed(term.product))
    _add_rest(table, arriving, len(largest), arriving.rest(largest))
    return _totalled(table, name, arriving.total)


def _add_rest(table: Table, summed: WeightedSum, shown: int, rest: float) -> None:
    if others := len(summed.values) - shown:
        table.add_row(f"{others:,} others", "", "", signed(rest), style="dim")


def _totalled(table: Table, name: str, total: float) -> RenderableType:
    table.add_row(f"[bold]{shown(name)}[/bold]", "", "", f"[bold]{signed(total)}[/bold]")
    return _indented(table)


def _outputs(closeup: WalkthroughDetail) -> RenderableType:
    """Show what becomes of the logits; of softmax each step."""
    way, trace, largest = closeup.way, closeup.way.trace, _largest(closeup)
    z, a = trace.logits[0], trace.outputs[0]
    names = {k: shown(output_name(way.model, k)) for k in largest}
    if way.network.architecture.output != "softmax":
        table = plain_table("output", "z", "a", "")
        for k in largest:
            table.add_row(names[k], signed(z[k]), signed(a[k]), _marks(closeup, k))
        return _indented(table)
    shifted = z - z.max()
    exponentials = np.exp(shifted)
    table = plain_table("output", "z", "z − z_max", "exp(z − z_max)", "p", "")
    for k in largest:
        figures = signed(z[k]), signed(shifted[k]), number(exponentials[k], 6), number(a[k], 6)
        table.add_row(names[k], *figures, _marks(closeup, k))
    if others := len(z) - len(largest):
        table.add_row(f"{others:,} others", "", "", "", "", "", style="dim")
    table.add_row("sum of all", "", "", number(exponentials.sum(), 6), number(a.sum(), 6), "", style="dim")
    return _indented(table)


def _errors(closeup: WalkthroughDetail) -> RenderableType:
    """Show outputs, targets and the deltas of the last layer."""
    trace, classes = closeup.way.trace, bool(closeup.way.model.class_names)
    table = plain_table("output", "p" if classes else "a", "y", "δ", "")
    for k in _largest(closeup):
        values = (number(trace.outputs[0, k]), number(trace.targets[0, k]), signed(trace.deltas[-1][0, k]))
        table.add_row(shown(output_name(closeup.way.model, k)), *values, _marks(closeup, k))
    return _indented(table)


def _indented(table: Table) -> RenderableType:
    return Padding(table, (0, 0, 0, 2))


def _marks(closeup: WalkthroughDetail, output: int) -> str:
    """Mark the answer, and the label."""
    way = closeup.way
    marks = {"answer": way.said, "label": int(way.wanted)} if way.model.class_names else {}
    return " ".join(word for word, position in marks.items() if position == output)


def _largest(closeup: WalkthroughDetail) -> list[int]:
    """List the outputs that a table has room for: those with the largest errors, in their order."""
    errors = np.abs(closeup.way.trace.deltas[-1][0])
    return sorted(int(k) for k in np.argsort(-errors, kind="stable")[:OUTPUTS])


def output_name(model: Model, position: int) -> str:
    """Name an output as a terminal can show it."""
    return printable(sums.output_name(model, position))


def neuron_name(model: Model, neuron: Neuron) -> str:
    """Name a unit as a terminal can show it."""
    return printable(sums.neuron_name(model, neuron))


def source_name(model: Model, neuron: Neuron, position: int) -> str:
    """Name what a weight multiplies as a terminal can show it."""
    return printable(sums.source_name(model, neuron, position))
