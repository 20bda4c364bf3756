"""The tables of a walkthrough: sums, outputs, errors."""

from __future__ import annotations

import numpy as np
from rich.console import RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..explanation.equations import Equation
from ..explanation.names import neuron_name, output_name, source_name
from ..explanation.sums import Neuron, WeightedSum
from ..explanation.walkthrough import WalkthroughDetail
from ..formatting import number, percent, signed
from ..model.model import as_probabilities
from ..runs.example import Subject
from .terminal import picture_of, plain_table, results

TERMS = 6  # of a sum that are shown; the rest is added up
OUTPUTS = 12  # that a table shows at most


def sum_table(
    closeup: WalkthroughDetail,
    summed: WeightedSum,
    columns: tuple[str, ...],
    name: str,
    total: float,
    back: bool = False,
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


def output_table(closeup: WalkthroughDetail) -> RenderableType:
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


def error_table(closeup: WalkthroughDetail) -> RenderableType:
    """Show outputs, targets and the deltas of the last layer."""
    trace, classes = closeup.way.trace, bool(closeup.way.model.class_names)
    table = plain_table("output", "p" if classes else "a", "t", "d", "")
    for k in _shown(closeup):
        values = (number(trace.outputs[0, k]), number(trace.targets[0, k]), signed(trace.deltas[-1][0, k]))
        table.add_row(escape(output_name(closeup.way.model, k)), *values, _marks(closeup, k))
    return Padding(table, (0, 0, 0, 2))


def _marks(closeup: WalkthroughDetail, output: int) -> str:
    words = {closeup.way.said: "said"} if closeup.way.model.class_names else {}
    return " ".join([words[output]] if output in words else []) + (
        " wanted" if words and output == int(closeup.way.wanted) else ""
    )


def _shown(closeup: WalkthroughDetail) -> list[int]:
    """List the outputs that a table has room for: those with the largest errors, in their order."""
    errors = np.abs(closeup.way.trace.deltas[-1][0])
    return sorted(int(k) for k in np.argsort(-errors, kind="stable")[:OUTPUTS])


WIDTH = 92


def show(closeup: WalkthroughDetail, subject: Subject) -> None:
    """Print a walkthrough.

    Parameters
    ----------
    closeup : WalkthroughDetail
        With what was picked.
    subject : Subject
        Where it comes from.
    """
    console = results()
    console.width = min(console.width, WIDTH)
    for part in (_head(closeup, subject), *_forward(closeup), *_backward(closeup)):
        console.print(part)


def _head(closeup: WalkthroughDetail, subject: Subject) -> RenderableType:
    way, model = closeup.way, closeup.way.model
    lines = [Text(subject.name, "bold"), Text()]
    if model.class_names:
        probabilities = as_probabilities(way.trace.outputs)[0]
        for word, position in (("said", way.said), ("wanted", int(way.wanted))):
            lines.append(Text(f"{word:7} {output_name(model, position)}  {percent(float(probabilities[position]), 1)}"))
    else:
        for word, value in (("said", way.answer), ("wanted", way.wanted)):
            lines.append(Text(f"{word:7} {number(value, 2)} {model.unit}".rstrip()))
    lines.append(Text(f"loss    {number(way.trace.loss)}"))
    if subject.truth is None:
        lines.append(Text("Nobody said what it shows: --wanted does.", "dim"))
    if model.is_ensemble:
        lines.append(Text(f"The first of {len(model.networks)} networks that answer together.", "dim"))
    grid = Table.grid(padding=(0, 4))
    shape = model.preprocessing.input_shape
    picture = [picture_of(way.trace.inputs.reshape(shape))] if len(shape) == 2 else []
    grid.add_row(*picture, Text("\n" * (2 if picture else 0)) + Text("\n").join(lines))
    return grid


def _forward(closeup: WalkthroughDetail) -> list[RenderableType]:
    way, equations, trace = closeup.way, closeup.equations, closeup.way.trace
    inputs = trace.inputs[0]
    summed = closeup.weighted_sum
    name = neuron_name(way.model, closeup.neuron)
    z = float(trace.pre_activations[closeup.neuron.layer][0, closeup.neuron.unit])
    return [
        Text("\nForward", "bold underline"),
        *_heading("1 inputs", equations["input"]),
        Text(f"  {len(inputs):,} numbers, {np.count_nonzero(inputs):,} of them not zero"),
        *_heading("2 weighted sums", equations["sum"]),
        sum_table(closeup, summed, ("from", "x", "W", "x W"), f"z of {name}", z),
        *_heading("3 activations", equations["activation"]),
        *_layers(closeup),
        *_heading("4 outputs", equations["output"]),
        output_table(closeup),
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
        return f"which is −ln p of what is wanted: −ln {number(wanted)} = {number(way.trace.loss)}"
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
        error_table(closeup),
        *(_blame(closeup) if closeup.attribution else ()),
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


def _blame(closeup: WalkthroughDetail) -> list[RenderableType]:
    blame, name = closeup.attribution, neuron_name(closeup.way.model, closeup.neuron)
    assert blame is not None
    arriving, passed = closeup.equations["blame"]
    slope = f"{signed(blame.arriving.total)} × f'(z) {number(blame.slope)} = {signed(blame.delta)}"
    return [
        *_heading("7 blame", (arriving,)),
        sum_table(
            closeup, blame.arriving, ("from", "d", "W", "d W"), f"what reaches {name}", blame.arriving.total, back=True
        ),
        *_heading("", (passed, *closeup.equations["slope"])),
        Text(f"  d of {name}:  {slope}"),
    ]


def _after(closeup: WalkthroughDetail) -> str:
    way, after = closeup.way, closeup.update.outputs
    if way.model.target_scale is not None:
        restored = float(way.model.target_scale.restore(after[0]))
        return f"answer:  {number(way.answer, 2)} → {number(restored, 2)} {way.model.unit}".rstrip()
    position = int(way.wanted)
    both = as_probabilities(np.stack([way.trace.outputs[0], after]))
    before, then = (percent(float(values[position]), 1) for values in both)
    name, said = output_name(way.model, position), output_name(way.model, int(after.argmax()))
    return f"P({name}):  {before} → {then}; it would say {said}"


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
