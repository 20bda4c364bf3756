"""Training that cannot recover is stopped at once, with the place, the likely cause and what to do."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..arrays import AnyArray
from ..errors import DivergenceError
from ..network.network import Network
from ..network.trace import Trace

EXPLOSION = 1_000  # times the first loss
LARGE = 1_000.0  # a weight or a bias that no ordinary training reaches


def quiet() -> np.errstate:
    """Silence NumPy's warnings of what the functions below report."""
    return np.errstate(over="ignore", invalid="ignore")


def check_loss(
    loss: float,
    first_loss: float,
    step: int,
    learning_rate: float,
    network: Network | None = None,
    traces: Sequence[Trace] = (),
) -> None:
    """Refuse a step's loss that is not finite, or a thousand times the first.

    Network and traces, if they are given, tell where the numbers ceased to be finite.

    Raises
    ------
    DivergenceError
        Saying which step, the place, the likely cause, and the remedy.
    """
    # A first loss below 1 is a lucky start, not a scale: softmax knowing nothing has ln(classes), standardized
    # targets 1.
    if not math.isfinite(loss) or loss > EXPLOSION * max(first_loss, 1.0):
        found = "" if math.isfinite(loss) or network is None else _place(network, traces)
        what = f"at step {step}: the loss is {loss:g}"
        what += f", at the first step it was {first_loss:g}" if step > 1 else ""
        what += f"; {found}" if found else ""
        raise _diverged(what, step, learning_rate, network if found else None)


def check_parameters(network: Network, step: int, learning_rate: float) -> None:
    """Refuse parameters that are not finite after a step; errors as in `check_loss`."""
    parameters = network.parameters
    # One product is finite unless a parameter is not, or all of them are far beyond any use.
    if not math.isfinite(parameters @ parameters):
        found = _broken_layers(network)
        what = f"at step {step}: {found or 'parameters exploded'}"
        raise _diverged(what, step + 1, learning_rate, network if found else None)


def check_validation(loss: float, epoch: int, learning_rate: float) -> None:
    """Refuse a validation loss that is not finite; errors as in `check_loss`."""
    if not math.isfinite(loss):
        raise _diverged(f"in epoch {epoch}: the validation loss is {loss:g}", epoch + 1, learning_rate, None)


def check_responsive(responsive: list[bool], epoch: int, step: int, learning_rate: float) -> None:
    """Refuse a hidden layer that let no gradient through in a whole epoch; errors as in `check_loss`."""
    for layer, alive in enumerate(responsive, start=1):
        if not alive:
            raise DivergenceError(
                f"training stopped at step {step}: in all of epoch {epoch} every unit of hidden layer {layer} was "
                "dead, with a derivative of zero for every example; probably the learning rate of "
                f"{learning_rate:g} is too high, or the starting weights leave no unit active",
                remedy=f"Try a learning rate of {gentler(learning_rate):.2g}, leaky_relu, or another initializer",
            )


def gentler(learning_rate: float) -> float:
    """Propose a rate that is worth a try: a tenth, and never beyond what ordinary trainings use."""
    return min(learning_rate / 10, 0.1)


def _diverged(what: str, step: int, learning_rate: float, broken: Network | None) -> DivergenceError:
    """Suspect the learning rate, but not before the first update, nor where all finite parameters are ordinary."""
    said = f"training diverged {what}"
    if broken is not None and step == 1:
        said += "; no step was made yet, so the learning rate is not the cause"
        return DivergenceError(said, remedy="Check the data, and the parameters that the network started with")
    if broken is not None and _are_ordinary(broken):
        said += "; all other parameters are of ordinary size, so the learning rate is probably not the cause"
        remedy = "Check what was written to its parameters, and any activation or loss of your own"
        return DivergenceError(said, remedy=remedy)
    said += f"; probably the learning rate of {learning_rate:g} is too high"
    return DivergenceError(said, remedy=f"Try a learning rate of {gentler(learning_rate):.2g}")


def _are_ordinary(network: Network) -> bool:
    """Tell whether all parameters but those that are not finite are as small as a training leaves them."""
    finite = network.parameters[np.isfinite(network.parameters)]
    return bool(finite.size) and float(np.abs(finite).max()) < LARGE


def _place(network: Network, traces: Sequence[Trace]) -> str:
    """Say where on the way forward numbers are first not finite: an example, or a layer and what is wrong with it."""
    for trace in traces:
        for kind, values in (("inputs", trace.inputs), ("targets", trace.targets)):
            if len(rows := np.flatnonzero(~np.isfinite(values).all(axis=1))):
                return f"the {kind} of example {rows[0]} of the batch are not finite"
    if broken := _broken_layers(network):
        return broken
    for number in range(len(network.layers)):
        records = [trace.layers[number] for trace in traces]
        for kind, arrays in (
            ("weighted sums", [each.z for each in records]),
            ("outputs", [each.a for each in records]),
        ):
            if not all(np.isfinite(array).all() for array in arrays):
                return f"the {kind} of {_named(network, number)} are the first that are not finite"
    return ""


def _broken_layers(network: Network) -> str:
    """Say which layers have parameters that are not finite, and how many."""
    found = []
    for number, layer in enumerate(network.layers):
        count = _not_finite(layer.weights) + _not_finite(layer.biases)
        if count:
            size = layer.weights.size + layer.biases.size
            found.append(f"{count:,} of {size:,} parameters of {_named(network, number)}")
    return f"not finite: {' and '.join(found)}" if found else ""


def _not_finite(array: AnyArray) -> int:
    return array.size - int(np.count_nonzero(np.isfinite(array)))


def _named(network: Network, number: int) -> str:
    return "the output layer" if number == len(network.layers) - 1 else f"hidden layer {number + 1}"
