"""Adam and AdamW."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from ..arrays import Floats
from ..settings import declaration, setting
from .optimizer import OPTIMIZERS, Optimizer, State


@OPTIMIZERS.register("adam")
@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """Scale each parameter's step by running moments of its gradient.

    At step number t, counted from 1:

    ::

        m ← β₁ m + (1 − β₁) g
        s ← β₂ s + (1 − β₂) g²
        θ ← θ − η (m / (1 − β₁^t)) / (√(s / (1 − β₂^t)) + ε)

    The divisions by 1 − β^t undo the bias of moments that start at zero. The paper calls s v.

    Parameters
    ----------
    learning_rate : float, optional
        η.
    weight_decay : float, optional
        Decoupled, as in `AdamW`; see `Optimizer`.
    beta1, beta2 : float, optional
        β₁ and β₂, in 0..1.
    epsilon : float, optional
        ε, positive.

    Raises
    ------
    UsageError
        If a setting is out of its range.

    Notes
    -----
    Source: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1. As in
    PyTorch, ε is added after the bias of s is undone, which is what the algorithm says (and not its footnote's faster
    order).

    Examples
    --------
    >>> parameters, adam = np.array([1.0]), Adam(learning_rate=0.5)
    >>> adam.step(parameters, np.array([100.0]), adam.init(parameters), weight_count=1)
    >>> parameters
    array([0.5])
    """

    learning_rate: float = field(
        default=0.001,
        kw_only=False,
        metadata=declaration(suits={"run": 0.003, "table": 0.005, "table regression": 0.009}),
    )
    beta1: float = setting(0.9, low=0, below=1, label="Beta 1", help="Decay of the running mean of the gradient")
    beta2: float = setting(
        0.999, low=0, below=1, label="Beta 2", help="Decay of the running mean of the squared gradient"
    )
    epsilon: float = setting(1e-8, above=0, help="Added to the denominator of each step")

    def init(self, parameters: Floats) -> State:
        return {
            "mean": np.zeros_like(parameters),
            "square": np.zeros_like(parameters),
            "steps": np.zeros((), np.int64),
        }

    def update(self, parameters: Floats, gradient: Floats, state: State, learning_rate: float) -> None:
        mean, square, steps = state["mean"], state["square"], state["steps"]
        count = int(steps)
        mean *= self.beta1
        work = (1 - self.beta1) * gradient  # one array for all that comes between, so that it stays in the cache
        mean += work
        square *= self.beta2
        np.multiply(gradient, gradient, out=work)
        work *= 1 - self.beta2
        square += work
        # The root of s's bias is taken out of the denominator, where it would cost a pass over the vector.
        root = math.sqrt(1 - self.beta2**count)
        np.sqrt(square, out=work)
        work += self.epsilon * root
        np.divide(mean, work, out=work)
        work *= learning_rate * root / (1 - self.beta1**count)
        parameters -= work


@OPTIMIZERS.register("adamw")
@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam whose weights decay apart from the gradient, by 0.01 unless said otherwise.

    Before Adam's step,

    ::

        w ← w − η λ w

    Parameters
    ----------
    learning_rate, weight_decay, beta1, beta2, epsilon : float, optional
        η, λ, 0 or more, and the others as in `Adam`, as are the errors.

    Notes
    -----
    Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization" (2019), algorithm 2. As in
    PyTorch the decay is scaled by η, which the paper leaves out. Unlike PyTorch's default, biases do not decay.

    Examples
    --------
    >>> parameters, adamw = np.array([2.0]), AdamW(learning_rate=0.5, weight_decay=0.2)
    >>> adamw.step(parameters, np.array([0.0]), adamw.init(parameters), weight_count=1)
    >>> parameters
    array([1.8])
    """

    weight_decay: float = 0.01
