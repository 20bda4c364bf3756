"""The gradient check of everything: each activation with each loss and each regularizer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from ..arrays import Floats
from ..errors import DataError
from ..network.activations import ACTIVATIONS
from ..network.gradient_check import KINK_MARGIN, GradientCheck, check_gradient
from ..network.losses import LOSSES, resolve_loss
from ..network.network import Network
from ..randomness import generator
from ..regularization.penalties import Penalty

SMALL = (5, 7, 4, 3)  # unequal widths, so that a transposed matrix cannot pass
LARGE = (784, 128, 64, 10)
BATCH = 6
DIRECTIONS = 10
# The median's loss weighs both sides alike; another quantile shows a sign that is wrong.
STANDS_FOR = {"quantile_0.5": "quantile_0.8"}
# A penalty, and the rate of dropout.
REGULARIZERS = {
    "none": (Penalty(), 0.0),
    "l1": (Penalty(l1=0.01), 0.0),
    "l2": (Penalty(l2=0.1), 0.0),
    "both": (Penalty(l1=0.01, l2=0.1), 0.0),
    "dropout": (Penalty(l2=0.1), 0.4),
}
ATTEMPTS = 1_000


class Case(NamedTuple):
    """What was combined, and what the check found.

    Attributes
    ----------
    activation, loss, output : str
        The functions' names.
    regularizer : str
        A key of ``REGULARIZERS``.
    check : GradientCheck
        The two gradients.
    """

    activation: str
    loss: str
    output: str
    regularizer: str
    check: GradientCheck


def names_with_kinks() -> list[str]:
    """List the functions whose derivative jumps somewhere; they are checked away from there."""
    losses = [name for name, _ in losses_with_outputs() if resolve_loss(name).kinks]
    return [*(name for name, activation in ACTIVATIONS.items() if activation.kinks), *dict.fromkeys(losses), "l1"]


def losses_with_outputs() -> list[tuple[str, str]]:
    """Pair each registered loss with the output that it usually goes with, and the squared error with all of its."""
    return [
        (STANDS_FOR.get(name, name), output)
        for name, loss in LOSSES.items()
        for output in (loss.outputs if name == "mse" else loss.outputs[:1])
    ]


def survey_gradients(seed: int = 0) -> Iterator[Case]:
    """Check every parameter of a small network for each combination.

    Targets are soft and examples have unequal weights, so the gradient that arrives from above is not uniform.
    """
    for activation, (loss, output), name in product(ACTIVATIONS, losses_with_outputs(), REGULARIZERS):
        penalty, dropout = REGULARIZERS[name]
        check = check_away_from_kinks(SMALL, activation, loss, output, penalty, dropout=dropout, seed=seed)
        yield Case(activation, loss, output, name, check)


def survey_large_gradients(seed: int = 0) -> Iterator[Case]:
    """Check a network of MNIST's size along random directions, for each activation and loss, under L2 and dropout."""
    for activation, (loss, output) in product(ACTIVATIONS, losses_with_outputs()):
        penalty, dropout = REGULARIZERS["dropout"]
        check = check_away_from_kinks(
            LARGE, activation, loss, output, penalty, dropout=dropout, directions=DIRECTIONS, seed=seed
        )
        yield Case(activation, loss, output, "dropout", check)


def check_away_from_kinks(
    sizes: tuple[int, ...],
    activation: str,
    loss: str,
    output: str,
    penalty: Penalty,
    *,
    dropout: float = 0.0,
    directions: int | None = None,
    seed: int = 0,
) -> GradientCheck:
    """Draw data until none of its values lies near a kink, and check there.

    Raises
    ------
    DataError
        If a thousand draws all lie near one.
    """
    network = Network(sizes, activation, loss=loss, output=output, seed=seed, dtype=np.float64)
    # Among a hundred thousand weights some always lie near zero, where the L1 penalty has its kink: move them off it.
    network.weights[...] = np.copysign(np.maximum(np.abs(network.weights), KINK_MARGIN), network.weights)
    last: DataError | None = None
    for attempt in range(ATTEMPTS):
        rng = generator(seed, "gradient_check", attempt)
        # Small biases other than zero, so that their gradient is not seen at a special place.
        network.parameters[network.architecture.weight_count :] = rng.normal(0, 0.1, sum(sizes[1:]))
        inputs, targets, weights = _batch(rng, sizes, probabilities=output != "identity")
        try:
            return check_gradient(
                network,
                inputs,
                targets,
                weights=weights,
                penalty=penalty,
                dropout=dropout,
                directions=directions,
                seed=seed,
            )
        except DataError as error:
            last = error
    raise last or DataError("no attempt was made")


def _batch(rng: np.random.Generator, sizes: tuple[int, ...], probabilities: bool) -> tuple[Floats, Floats, Floats]:
    inputs = rng.standard_normal((BATCH, sizes[0])) / np.sqrt(sizes[0] / SMALL[0])
    targets = rng.standard_normal((BATCH, sizes[-1])) * 1.5  # errors on both sides of Huber's bound
    if probabilities:
        targets = np.exp(targets) / np.exp(targets).sum(axis=1, keepdims=True)
    return inputs, targets, rng.uniform(0.5, 2.0, BATCH)
