"""A walkthrough in a terminal: each step with its equations, where they are computed, and its numbers."""

from __future__ import annotations

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
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
TITLE = 17  # columns of a step's name


def show(detail: WalkthroughDetail, picked: PickedExample) -> None:
    """Print a walkthrough."""
    console = results()
    console.width = min(console.width, WIDTH)
    for part in (_head(detail, picked), *_forward(detail), *_backward(detail)):
        console.print(part)


def _head(detail: WalkthroughDetail, picked: PickedExample) -> RenderableType:
    way, model = detail.way, detail.way.model
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


def _forward(detail: WalkthroughDetail) -> list[RenderableType]:
    way, equations, trace = detail.way, detail.equations, detail.way.trace
    inputs = trace.inputs[0]
    name = neuron_name(way.model, detail.neuron)
    z = float(trace.pre_activations[detail.neuron.layer][0, detail.neuron.unit])
    return [
        Text("\nForward", "bold underline"),
        *_heading("1 inputs", equations["input"]),
        Text(f"  {len(inputs):,} numbers, {np.count_nonzero(inputs):,} of them not zero"),
        *_heading("2 weighted sums", equations["sum"]),
        _sum_forward(detail, f"z of {name}", z),
        *_heading("3 activations", equations["activation"]),
        *_layers(detail),
        *_heading("4 outputs", equations["output"]),
        _outputs(detail),
        *_heading("5 loss", equations["loss"]),
        Text(f"  {_loss(detail)}"),
    ]


def _layers(detail: WalkthroughDetail) -> list[Text]:
    """Say for each hidden layer how many units are not silent, and what the picked one makes of its sum."""
    way, lines = detail.way, []
    for index, values in enumerate(way.trace.activations[:-1]):
        name = way.network.architecture.activations[index]
        line = f"  layer {index + 1}, {name}: {np.count_nonzero(values):,} of {values.shape[1]:,} are not zero"
        if detail.neuron.layer == index:
            unit = detail.neuron.unit
            z, a = number(way.trace.pre_activations[index][0, unit]), number(values[0, unit])
            line += f"; neuron {index + 1}.{unit}: f({z}) = {a}"
        lines.append(Text(line))
    return lines or [Text("  none: there is no hidden layer")]


def _loss(detail: WalkthroughDetail) -> str:
    way = detail.way
    if way.network.loss.name == "cross_entropy":
        wanted = float(way.trace.outputs[0, int(way.wanted)])
        return f"which is −ln p of the label: −ln {number(wanted)} = {number(way.trace.loss)}"
    return f"{way.network.loss.name}: {number(way.trace.loss)}"


def _backward(detail: WalkthroughDetail) -> list[RenderableType]:
    equations, gradient, update = detail.equations, detail.gradient, detail.update
    name = neuron_name(detail.way.model, detail.neuron)
    source = source_name(detail.way.model, detail.neuron, detail.source)
    moved = gradient.weight - detail.learning_rate * gradient.gradient
    product = f"{number(gradient.value)} × {signed(gradient.delta)} = {signed(gradient.gradient, 10)}"
    return [
        Text("\nBackward", "bold underline"),
        *_heading("6 error", equations["error"]),
        _errors(detail),
        *_error_signal(detail),
        *_heading("8 gradient", equations["gradient"]),
        Text(f"  of the weight from {source} to {name}:"),
        Text(f"  {product}"),
        *_heading("  checked", equations["difference"]),
        Text(f"  by moving this weight:  {signed(gradient.difference, 10)}"),
        *_heading("9 step", equations["update"]),
        Text(f"  rate {detail.learning_rate:g}, all {len(detail.way.network.parameters):,} parameters"),
        Text(f"  this weight:  {signed(gradient.weight)} → {signed(moved)}"),
        Text(f"  loss:  {number(detail.way.trace.loss)} → {number(update.loss)}"),
        Text(f"  {_after(detail)}"),
    ]


def _error_signal(detail: WalkthroughDetail) -> list[RenderableType]:
    """Show the error that reaches the picked neuron; an output's is the error itself."""
    found, name = detail.attribution, neuron_name(detail.way.model, detail.neuron)
    if found is None:
        return []
    arriving, passed = detail.equations["blame"]
    slope = f"{signed(found.arriving.total)} × f'(z) {number(found.slope)} = {signed(found.delta)}"
    return [
        *_heading("7 error signal", (arriving,)),
        _sum_backward(detail, found.arriving, f"what reaches {name}"),
        *_heading("", (passed, *detail.equations["slope"])),
        Text(f"  δ of {name}:  {slope}"),
    ]


def _after(detail: WalkthroughDetail) -> str:
    way, after = detail.way, detail.update.outputs
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
    return [Text(), _Heading(title, equations)] if apart else [_Heading(title, equations)]


class _Heading:
    """A title beside equations, each with its place at the right, or below it where the line is too short."""

    def __init__(self, title: str, equations: tuple[Equation, ...]) -> None:
        self.title, self.equations = title, equations

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        title = self.title
        for equation in self.equations:
            line = Text.assemble((title.ljust(TITLE), "bold"), equation.text)
            room = options.max_width - line.cell_len
            if room < len(equation.place) + 2:
                yield line
                line, room = Text(), options.max_width
            yield line.append(equation.place.rjust(room), "dim")
            title = ""
        if not self.equations:
            yield Text(title, "bold")


def _sum_forward(detail: WalkthroughDetail, name: str, total: float) -> RenderableType:
    """Show the largest terms of the picked neuron's sum, the rest of them, the bias and the total."""
    letter = "a" if detail.neuron.layer else "x"
    summed, table = detail.weighted_sum, plain_table("from", letter, "W", f"{letter} W")
    for term in (largest := summed.largest(TERMS)):
        source = source_name(detail.way.model, detail.neuron, term.source)
        table.add_row(shown(source), number(term.value), signed(term.weight), signed(term.product))
    _add_rest(table, summed, len(largest), summed.rest(largest))
    table.add_row("bias b", "", "", signed(summed.bias))
    return _totalled(table, name, total)


def _sum_backward(detail: WalkthroughDetail, arriving: WeightedSum, name: str) -> RenderableType:
    """Show the largest terms δ W of what reaches the picked neuron from the next layer, the rest, and the total."""
    table, layer = plain_table("from", "δ", "W", "δ W"), detail.neuron.layer + 1
    for term in (largest := arriving.largest(TERMS)):
        source = neuron_name(detail.way.model, Neuron(layer, term.source))
        table.add_row(shown(source), signed(term.value), signed(term.weight), signed(term.product))
    _add_rest(table, arriving, len(largest), arriving.rest(largest))
    return _totalled(table, name, arriving.total)


def _add_rest(table: Table, summed: WeightedSum, shown: int, rest: float) -> None:
    if others := len(summed.values) - shown:
        table.add_row(f"{others:,} others", "", "", signed(rest), style="dim")


def _totalled(table: Table, name: str, total: float) -> RenderableType:
    table.add_row(f"[bold]{shown(name)}[/bold]", "", "", f"[bold]{signed(total)}[/bold]")
    return _indented(table)


def _outputs(detail: WalkthroughDetail) -> RenderableType:
    """Show what becomes of the logits; of softmax each step."""
    way, trace, largest = detail.way, detail.way.trace, _largest(detail)
    z, a = trace.logits[0], trace.outputs[0]
    names = {k: shown(output_name(way.model, k)) for k in largest}
    if way.network.architecture.output != "softmax":
        table = plain_table("output", "z", "a", "")
        for k in largest:
            table.add_row(names[k], signed(z[k]), signed(a[k]), _marks(detail, k))
        return _indented(table)
    shifted = z - z.max()
    exponentials = np.exp(shifted)
    table = plain_table("output", "z", "z − z_max", "exp(z − z_max)", "p", "")
    for k in largest:
        figures = signed(z[k]), signed(shifted[k]), number(exponentials[k], 6), number(a[k], 6)
        table.add_row(names[k], *figures, _marks(detail, k))
    if others := len(z) - len(largest):
        table.add_row(f"{others:,} others", "", "", "", "", "", style="dim")
    table.add_row("sum of all", "", "", number(exponentials.sum(), 6), number(a.sum(), 6), "", style="dim")
    return _indented(table)


def _errors(detail: WalkthroughDetail) -> RenderableType:
    """Show outputs, targets and the deltas of the last layer."""
    trace, classes = detail.way.trace, bool(detail.way.model.class_names)
    table = plain_table("output", "p" if classes else "a", "y", "δ", "")
    for k in _largest(detail):
        values = (number(trace.outputs[0, k]), number(trace.targets[0, k]), signed(trace.deltas[-1][0, k]))
        table.add_row(shown(output_name(detail.way.model, k)), *values, _marks(detail, k))
    return _indented(table)


def _indented(table: Table) -> RenderableType:
    return Padding(table, (0, 0, 0, 2))


def _marks(detail: WalkthroughDetail, output: int) -> str:
    """Mark the answer, and the label."""
    way = detail.way
    marks = {"answer": way.said, "label": int(way.wanted)} if way.model.class_names else {}
    return " ".join(word for word, position in marks.items() if position == output)


def _largest(detail: WalkthroughDetail) -> list[int]:
    """List the outputs that a table has room for: those with the largest errors, in their order."""
    errors = np.abs(detail.way.trace.deltas[-1][0])
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
