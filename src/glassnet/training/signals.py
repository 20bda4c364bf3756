"""What the signals of one batch and one step tell about a training."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..network.network import Network
from ..network.trace import Trace
from .divergence import quiet
from .finding import Finding

# A derivative below this share of the function's largest one counts as none: 99% of the gradient is lost.
FLAT = 0.01
# Largest derivatives of the functions that are flat at both ends.
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0}
# Functions that are flat at one end, with a derivative of about 1 at the other; leaky_relu is never flat.
RECTIFIERS = ("relu", "elu", "gelu", "silu")
# A unit that answers to one example in ten is silent for all of so many in one batch out of 30.
FEWEST_EXAMPLES = 32
# Of a layer's units. Healthy trainings of one to four hidden layers had up to 0.1 to 0.2, of eight 0.27; rates five to
# ten times too high killed 0.4 to 0.95. A. Karpathy's notes for Stanford's CS231n know of 0.4.
DEAD = 0.3
# Of a layer's derivatives, over units and examples. Healthy trainings had up to 0.05 after 40 epochs; tanh with standard
# normal weights had 0.75, sigmoid 0.56, and rates five to ten times too high made 0.57 and 0.79.
SATURATED = 0.25
# Norm of the deltas of the first hidden layer to that of the last. Norms, since with suitable weights they stay as they
# are where layers widen or narrow: 0.8 to 5.5 in healthy trainings of two to ten hidden layers. Sigmoids, whose slope is
# at most 1/4, had 0.24 in two layers, 0.05 in three, which learned late, and 0.013 and 0.003 in four and five, which did
# not learn. Relus with weights three times too large had 54 to 130 in six layers.
VANISHED, EXPLODED = 0.02, 50.0
# Norm of a step's update to norm of the weights: A. Karpathy's notes for CS231n say that 1e-3 is usual. Healthy
# trainings had up to 0.09 in their first steps (softmax alone; 0.03 with hidden layers) and 1e-3 to 0.03 after an epoch,
# rates five to fifty times too high 0.1 to 1.8 in their first steps.
LONG_STEP = 0.1
# A rate of 1e-4 made 6e-5, and a fall of the loss by 3% in 80 steps; 1e-3 made 5e-4, and 20%.
SHORT_STEP = 1e-4


def diagnose_trace(network: Network, trace: Trace) -> list[Finding]:
    """Tell from one batch, forward and backward, which units learn nothing and how the error arrives.

    Parameters
    ----------
    network : Network
        The function.
    trace : Trace
        As `Network.backward` left it.

    Returns
    -------
    list of Finding
        'dead', 'saturated', 'vanishing' or 'exploding'.

    Notes
    -----
    Sources: on saturated units and vanishing gradients X. Glorot, Y. Bengio, "Understanding the difficulty of training
    deep feedforward neural networks" (2010); on dead ones A. Maas, A. Hannun, A. Ng, "Rectifier nonlinearities improve
    neural network acoustic models" (2013).

    Examples
    --------
    >>> network = Network([4, 8, 2], seed=0)
    >>> network.layers[0].biases[:6] = -100
    >>> trace = network.trace(40)
    >>> outputs = network.forward(np.ones((40, 4)), trace)
    >>> gradient = network.backward(np.array([[0, 1]] * 40), trace)
    >>> diagnose_trace(network, trace)[0].seen
    """
    if not np.isfinite(trace.logits).all():
        return [_overflow(trace)]
    with quiet():
        slopes = _slopes(network, trace)
        units = [*_dead(network, slopes), *_saturated(network, slopes)]
        return units + _way_back(trace, explained=bool(units))


def diagnose_update(before: Floats, after: Floats) -> list[Finding]:
    """Tell from one step whether the learning rate is of the right size.

    Parameters
    ----------
    before, after : ndarray of shape (weights,)
        The weights around the step.

    Returns
    -------
    list of Finding
        'rate too high' or 'rate too low'; none where all weights were zero, as any step from there is long.

    Examples
    --------
    >>> diagnose_update(np.array([3.0, 4.0]), np.array([3.0, 4.001]))
    []
    >>> diagnose_update(np.array([3.0, 4.0]), np.array([3.0, 6.0]))[0].seen
    'A step changes the weights by 0.4 of their norm; 0.001 is usual.'
    """
    with quiet():
        size = float(np.linalg.norm(before.astype(np.float64)))
        change = float(np.linalg.norm(np.subtract(after, before, dtype=np.float64)))
    if not size or SHORT_STEP <= change / size <= LONG_STEP:
        return []
    if not np.isfinite(change):
        return [_too_high("A step leaves weights that are no finite numbers.")]
    seen = f"A step changes the weights by {change / size:.2g} of their norm; 0.001 is usual."
    if change / size < SHORT_STEP:
        means = "The steps are so short that nothing is learned in any reasonable time: the learning rate is too low."
        return [Finding("rate too low", seen, means, "Try ten times the learning rate.")]
    return [_too_high(seen)]


def _slopes(network: Network, trace: Trace) -> list[Floats]:
    """Give the size of the derivative of each unit of each hidden layer at each example."""
    slopes = []
    for z, a, activation in zip(trace.pre_activations[:-1], trace.activations, network.activations, strict=False):
        slope = np.ones_like(z)
        activation.backward(z, a, slope, out=slope)
        slopes.append(np.abs(slope, out=slope))
    return slopes


def _dead(network: Network, slopes: list[Floats]) -> list[Finding]:
    seen = []
    for number, (slope, name) in enumerate(zip(slopes, network.architecture.activations, strict=True), start=1):
        dead = (slope < FLAT).all(axis=0)
        if name in RECTIFIERS and len(slope) >= FEWEST_EXAMPLES and dead.mean() >= DEAD:
            seen.append(f"{dead.mean():.0%} of hidden layer {number} ({dead.sum():,} of {dead.size:,})")
    if not seen:
        return []
    return [
        Finding(
            "dead",
            f"Units that are dead for each of {len(slopes[0])} examples: {', '.join(seen)}.",
            "A unit whose derivative is zero gets no gradient, and cannot come back by itself.",
            "Try a lower learning rate, leaky_relu, or biases that start at zero.",
        )
    ]


def _saturated(network: Network, slopes: list[Floats]) -> list[Finding]:
    seen = []
    for number, (slope, name) in enumerate(zip(slopes, network.architecture.activations, strict=True), start=1):
        share = float(np.mean(slope < FLAT * STEEPEST.get(name, 0.0)))
        if share >= SATURATED:
            seen.append(f"{share:.0%} in hidden layer {number}")
    if not seen:
        return []
    return [
        Finding(
            "saturated",
            f"Derivatives below {FLAT:.0%} of their maximum: {', '.join(seen)}.",
            "The weighted sums are so large that the activations lie at their ends, where hardly any gradient comes "
            "through.",
            "Start with smaller weights, as glorot_uniform does, scale the inputs, or try a lower learning rate.",
        )
    ]


def _way_back(trace: Trace, explained: bool) -> list[Finding]:
    """Compare the deltas of the first and the last hidden layer; that they vanish may be explained already."""
    norms = [float(np.linalg.norm(deltas.astype(np.float64))) for deltas in trace.deltas[:-1]]
    if len(norms) < 2 or not norms[-1]:
        return []
    ratio = norms[0] / norms[-1]
    seen = f"The deltas have norm {norms[-1]:.2g} in hidden layer {len(norms)}, and {norms[0]:.2g} in hidden layer 1"
    if ratio < VANISHED and not explained:
        means = "On its way back the error shrinks from layer to layer: the first layers learn next to nothing."
        remedy = "Try relu, fewer layers, or larger starting weights, as he_normal and glorot_uniform make them."
        return [Finding("vanishing", f"{seen}: {ratio:.1g} times as much.", means, remedy)]
    if ratio > EXPLODED:
        means = "On its way back the error grows from layer to layer: the first layers are thrown about."
        remedy = "Try smaller starting weights, as he_normal and glorot_uniform make them, or a lower learning rate."
        return [Finding("exploding", f"{seen}: {ratio:,.0f} times as much.", means, remedy)]
    return []


def _overflow(trace: Trace) -> Finding:
    broken = int(np.count_nonzero(~np.isfinite(trace.logits)))
    return Finding(
        "exploding",
        f"{broken:,} of {trace.logits.size:,} weighted sums of the output layer are no finite numbers.",
        "The weights have grown without bounds, and every further step spreads it.",
        "Start again, with a tenth of the learning rate or smaller starting weights.",
    )


def _too_high(seen: str) -> Finding:
    means = "The steps are so long that they destroy what was learned before: the learning rate is too high."
    return Finding("rate too high", seen, means, "Try a tenth of the learning rate, or a warm-up.")
