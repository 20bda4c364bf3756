"""What the signals of one batch and one step tell about a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..network.network import Network
from ..network.trace import Trace
from ..training.divergence import quiet

Bools: TypeAlias = NDArray[np.bool_]

# The figures below were measured on 2,000 images of MNIST, mostly in 784-128-10 with the optimizer and the batch size
# that `Training` has by default; "too high" is relative to its rate.

# Of a function's largest derivative: where a unit has less, 99% of its gradient is lost.
FLAT = 0.01
# Fewer make living units seem dead: 12% to 34% of healthy ones in batches of 8, no more in batches of 32 than in any.
FEWEST_EXAMPLES = 32
# Of a layer's units. Healthy trainings had up to 0.09 with one hidden layer, 0.22 with four and 0.27 with eight; rates
# five to thirty times too high killed 0.26 to 0.99. The notes of Stanford's CS231n, by A. Karpathy, know of 0.4.
DEAD = 0.3
# Of a layer's derivatives, over units and examples. Healthy trainings had up to 0.05; weights from a standard normal
# distribution made 0.75 under tanh and 0.56 under sigmoid, rates five to ten times too high 0.57 and 0.79.
SATURATED = 0.25
# Norm of the deltas of the first hidden layer to that of the last. The norm, and not the root mean square, since
# he_normal keeps it where layers widen or narrow. Healthy trainings of two to ten hidden layers had 0.5 to 5.5.
# Sigmoids, whose slope is 1/4 at most, had 0.24 in two layers, 0.054 in three, which learned late, and 0.013 and 0.003
# in four and five, which did not; relus with weights three times too large had 54 to 130 in six.
VANISHED, EXPLODED = 0.02, 50.0
# Norm of a step's update to norm of the weights, of which Karpathy's notes say: around 1e-3. Healthy trainings had 1e-3
# to 0.09 in their first steps and 5e-4 to 0.04 after an epoch; rates five to thirty times too high 0.1 to 1.8 in their
# first steps, but hardly more than others once the weights had grown and the units died.
LONG_STEP = 0.1
# A rate of 1e-4 made 6e-5, and took 3% off the loss in 80 steps; 1e-3 made 5e-4, and 20%.
SHORT_STEP = 1e-4

Kind = Literal[
    "dead",
    "saturated",
    "vanishing",
    "exploding",
    "rate too high",
    "rate too low",
    "stalled",
    "unsteady",
    "overfitting",
    "unfinished",
]


@dataclass(frozen=True)
class Finding:
    """One thing that goes wrong: what was seen, what it means, and what to try; the first has the numbers.

    Of units: 'dead', 'saturated'; of the way back: 'vanishing', 'exploding'; of a step: 'rate too high',
    'rate too low'; of the losses: 'stalled', 'unsteady', 'overfitting', 'unfinished'.
    """

    kind: Kind
    seen: str
    means: str
    remedy: str


def diagnose_trace(network: Network, trace: Trace) -> list[Finding]:
    """Tell from one batch, forward and backward, which units learn nothing and how the error arrives.

    The trace is as `Network.backward` left it. Findings are 'dead' (not from fewer than 32 examples), 'saturated',
    'vanishing' or 'exploding'.

    Sources: on saturated units and vanishing gradients X. Glorot, Y. Bengio, "Understanding the difficulty of training
    deep feedforward neural networks" (2010); on dead ones A. Maas, A. Hannun, A. Ng, "Rectifier nonlinearities improve
    neural network acoustic models" (2013).

    >>> network = Network([4, 8, 2], seed=0)
    >>> network.layers[0].biases[:6] = -100
    >>> trace = network.trace(40)
    >>> outputs = network.forward(np.ones((40, 4)), trace)
    >>> gradient = network.backward(np.array([[0, 1]] * 40), trace)
    >>> diagnose_trace(network, trace)[0].seen
    'The derivative is zero for all 40 examples looked at, in 7 of 8 units of hidden layer 1 (88%).'
    """
    if not np.isfinite(trace.logits).all():
        return [_overflow(trace)]
    with quiet():
        flat = _flat(network, trace)
        # A layer through which nothing comes at all is said to be so; that nothing arrives before it follows.
        blocked = any(layer.all() for layer in flat)
        return [*_dead(network, flat), *_saturated(network, flat), *_way_back(trace, blocked)]


def diagnose_update(before: Floats, after: Floats) -> list[Finding]:
    """Tell from the weights around one step, each (weights,), whether the learning rate is of the right size.

    Findings are 'rate too high' or 'rate too low'; none where all weights were zero, as any step from there is long.

    >>> diagnose_update(np.array([3.0, 4.0]), np.array([3.0, 4.001]))
    []
    >>> diagnose_update(np.array([3.0, 4.0]), np.array([3.0, 6.0]))[0].seen
    'A step changes the weights by 0.4 of their norm; 0.001 to 0.03 is usual.'
    """
    with quiet():
        size = float(np.linalg.norm(before.astype(np.float64)))
        change = float(np.linalg.norm(np.subtract(after, before, dtype=np.float64)))
    if not size or SHORT_STEP <= change / size <= LONG_STEP:
        return []
    if not np.isfinite(change):
        return [_too_high("A step leaves weights that are NaN or infinite.")]
    seen = f"A step changes the weights by {change / size:.2g} of their norm; 0.001 to 0.03 is usual."
    if change / size < SHORT_STEP:
        means = "The steps are so short that nothing is learned in any reasonable time: the learning rate is too low."
        return [Finding("rate too low", seen, means, "Try ten times the learning rate.")]
    return [_too_high(seen)]


def _flat(network: Network, trace: Trace) -> list[Bools]:
    """Tell of each unit of each hidden layer, (batch, units), at which examples its derivative is next to none."""
    pairs = network.hidden(trace)
    return [np.abs(layer.slopes(record)) < FLAT * layer.activation.steepest for layer, record in pairs]


def _dead(network: Network, flat: list[Bools]) -> list[Finding]:
    seen = []
    for number, (layer, activation) in enumerate(zip(flat, network.activations, strict=False), start=1):
        dead = layer.all(axis=0)
        if activation.rectifies and len(layer) >= FEWEST_EXAMPLES and dead.mean() >= DEAD:
            seen.append(f"{dead.sum():,} of {dead.size:,} units of hidden layer {number} ({dead.mean():.0%})")
    if not seen:
        return []
    return [
        Finding(
            "dead",
            f"The derivative is zero for all {len(flat[0])} examples looked at, in {', '.join(seen)}.",
            "A unit whose derivative is zero gets no gradient, and cannot come back by itself.",
            "Try a lower learning rate, leaky_relu, or biases that start at zero.",
        )
    ]


def _saturated(network: Network, flat: list[Bools]) -> list[Finding]:
    layers = enumerate(zip(flat, network.activations, strict=False), start=1)
    shares = [(number, layer.mean()) for number, (layer, activation) in layers if not activation.rectifies]
    seen = [f"{share:.0%} in hidden layer {number}" for number, share in shares if share >= SATURATED]
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


def _way_back(trace: Trace, blocked: bool) -> list[Finding]:
    """Compare the deltas of the first and the last hidden layer."""
    norms = [float(np.linalg.norm(deltas.astype(np.float64))) for deltas in trace.deltas[:-1]]
    if len(norms) < 2 or not norms[-1]:
        return []
    ratio = norms[0] / norms[-1]
    seen = f"The deltas have norm {norms[-1]:.2g} in hidden layer {len(norms)}, and {norms[0]:.2g} in hidden layer 1"
    if ratio < VANISHED and not blocked:
        means = "On its way back the error shrinks from layer to layer: the first layers learn next to nothing."
        remedy = "Try relu, fewer layers, or larger starting weights, as he_normal and glorot_uniform make them."
        return [Finding("vanishing", f"{seen}: {ratio:.2g} times as much.", means, remedy)]
    if ratio > EXPLODED:
        means = (
            "On its way back the error grows from layer to layer: the first layers make steps that are far too long."
        )
        remedy = "Try smaller starting weights, as he_normal and glorot_uniform make them, or a lower learning rate."
        return [Finding("exploding", f"{seen}: {ratio:,.0f} times as much.", means, remedy)]
    return []


def _overflow(trace: Trace) -> Finding:
    broken = int(np.count_nonzero(~np.isfinite(trace.logits)))
    return Finding(
        "exploding",
        f"{broken:,} of {trace.logits.size:,} weighted sums of the output layer are NaN or infinite.",
        "The weights have grown without bound, and every further step makes more numbers NaN.",
        "Start again, with a tenth of the learning rate or smaller starting weights.",
    )


def _too_high(seen: str) -> Finding:
    means = "The steps are so long that they destroy what was learned before: the learning rate is too high."
    return Finding("rate too high", seen, means, "Try a tenth of the learning rate, or a warm-up.")
