"""Is the gradient right? Compare it with finite differences of the loss, which know nothing of backpropagation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..errors import DataError, UsageError
from ..randomness import generator
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization, draw_mask
from .network import Network
from .trace import Trace

STEP = 1e-5
TOLERANCE = 1e-7
KINK_MARGIN = 1e-4  # more than a step of 1e-5 moves any weighted sum of the nets that are checked


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found: two gradients (checks,) in float64, of each parameter or along each direction."""

    analytic: Floats
    numeric: Floats

    @property
    def relative_error(self) -> float:
        """How far the two are apart.

        ::

            e = ‖g − q‖ / (‖g‖ + ‖q‖)

        with g the gradient by backpropagation, ``analytic``, and q the differences, ``numeric``.
        """
        size = float(np.linalg.norm(self.analytic) + np.linalg.norm(self.numeric))
        return float(np.linalg.norm(self.analytic - self.numeric)) / size if size else 0.0

    @property
    def passed(self) -> bool:
        """Whether they agree to a ten-millionth."""
        return self.relative_error <= TOLERANCE


def check_gradient(
    network: Network,
    inputs: Floats,
    targets: Floats,
    *,
    weights: Floats | None = None,
    penalty: Penalty | None = None,
    dropout: float = 0.0,
    directions: int | None = None,
    seed: int = 0,
) -> GradientCheck:
    """Compare the gradient by backpropagation with central differences.

    ::

        q = (L(θ + ε d) − L(θ − ε d)) / (2 ε)

    With d one parameter's direction, or a random one, q is compared with g d, the same derivative by backpropagation.

    Parameters
    ----------
    network : Network
        In float64; its parameters are the same afterwards.
    inputs : ndarray of shape (batch, inputs)
        A batch.
    targets : ndarray of shape (batch, outputs)
        Its targets.
    weights : ndarray of shape (batch,), optional
        How much each example counts.
    penalty : Penalty, optional
        Regularization, part of what is differentiated.
    dropout : float, optional
        The rate at which hidden units are left out, by masks that stay the same.
    directions : int, optional
        Check along that many random directions; by default along each parameter, for small networks.
    seed : int, optional
        Of the directions and the masks.

    Returns
    -------
    GradientCheck

    Raises
    ------
    UsageError
        If the network is not float64, or the rate of dropout is invalid.
    DataError
        If a weighted sum, error or weight lies so near a kink (where a derivative jumps, as ReLU's does at 0) that the
        difference could step across it. Choose other data: there the gradient is not defined, and no check can tell.

    Examples
    --------
    >>> network = Network([3, 4, 2], "tanh", seed=1, dtype=np.float64)
    >>> check_gradient(network, np.eye(3), np.eye(2)[[0, 1, 1]]).passed
    True
    """
    if network.parameters.dtype != np.float64:
        raise UsageError("gradient check in low precision", expected="a float64 network", got=network.parameters.dtype)
    penalty = penalty or Penalty()
    trace = network.trace(len(inputs), dropout=dropout > 0)
    Regularization(dropout=dropout)  # refuses what is not a rate
    for layer, mask in enumerate(trace.masks):
        draw_mask(dropout, generator(seed, "dropout", layer), mask)
    weight_count = network.architecture.weight_count
    network.forward(inputs, trace)
    gradient = network.backward(targets, trace, weights)
    penalty.add_gradient(network.weights, gradient[:weight_count])
    _refuse_kinks(network, trace, penalty)

    def objective() -> float:
        network.forward(inputs, trace)
        return network.measure(targets, trace, weights) + penalty.cost(network.weights)

    analytic, numeric = [], []
    for direction in _directions(len(gradient), directions, seed):
        analytic.append(float(gradient @ direction))
        numeric.append(central_difference(objective, network.parameters, direction))
    return GradientCheck(np.array(analytic), np.array(numeric))


def _directions(size: int, count: int | None, seed: int) -> Iterator[Floats]:
    """Yield the unit vector of each parameter, or ``count`` random ones."""
    rng = generator(seed, "gradient_check")
    for index in range(size if count is None else count):
        direction: Floats = rng.standard_normal(size) if count else np.zeros(size)
        if not count:
            direction[index] = 1
        yield direction / np.linalg.norm(direction)


def central_difference(objective: Callable[[], float], parameters: Floats, direction: Floats) -> float:
    """Estimate how an objective changes along a direction (parameters,), as `check_gradient` says.

    The parameters (parameters,), in float64, are moved to either side, and the same afterwards.
    """
    start = parameters.copy()
    np.copyto(parameters, start + STEP * direction)
    above = objective()
    np.copyto(parameters, start - STEP * direction)
    below = objective()
    np.copyto(parameters, start)
    return (above - below) / (2 * STEP)


def _refuse_kinks(network: Network, trace: Trace, penalty: Penalty) -> None:
    hidden = zip(network.activations[:-1], trace.pre_activations, strict=False)
    places = [(np.ravel(z), f.kinks, KINK_MARGIN, f"weighted sum, {f}") for f, z in hidden]
    error = np.ravel(trace.outputs - trace.targets)
    places.append((error, network.loss.kinks, KINK_MARGIN, f"output error, {network.loss.name}"))
    # A weight moves by no more than the step itself.
    places.append((network.weights, (0.0,) if penalty.l1 else (), 2 * STEP, "weight, l1"))
    for values, kinks, margin, where in places:
        for kink in kinks:
            nearest = float(np.abs(values - kink).min())
            if nearest < margin:
                expected, remedy = f"a distance of at least {margin:g}", "Choose other data"
                raise DataError("too near a kink", expected=expected, got=nearest, where=where, remedy=remedy)
