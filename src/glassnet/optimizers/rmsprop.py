"""RMSprop."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arrays import Floats
from ..settings import setting
from .optimizer import OPTIMIZERS, Optimizer, State


@OPTIMIZERS.register("rmsprop")
@dataclass(frozen=True, kw_only=True)
class RMSprop(Optimizer):
    """Divide each parameter's gradient by a running root of its mean square.

    ::

        s ← α s + (1 − α) g²
        θ ← θ − η g / (√s + ε)

    With momentum μ, in PyTorch's form:

    ::

        v ← μ v + g / (√s + ε)
        θ ← θ − η v

    Parameters
    ----------
    learning_rate : float, optional
        η. PyTorch's default is 0.01, the lecture's 0.001, which is ours.
    weight_decay : float, optional
        Decoupled; see `Optimizer`.
    smoothing : float, optional
        α, in 0..1.
    epsilon : float, optional
        ε, positive.
    momentum : float, optional
        μ, in 0..1.

    Raises
    ------
    UsageError
        If a setting is out of its range.

    Notes
    -----
    Source: G. Hinton, "Neural networks for machine learning", lecture 6e (2012).

    Examples
    --------
    >>> parameters, rmsprop = np.array([1.0]), RMSprop(learning_rate=0.05)
    >>> rmsprop.step(parameters, np.array([100.0]), rmsprop.init(parameters), weight_count=1)
    >>> parameters
    array([0.5])
    """

    learning_rate: float = field(default=0.001, kw_only=False)
    smoothing: float = setting(0.99, low=0, below=1, help="Decay of the running mean of the squared gradient")
    epsilon: float = setting(1e-8, above=0, help="Added to the denominator of each step")
    momentum: float = setting(0.0, low=0, below=1, help="Fraction of the velocity kept at each step")

    def init(self, parameters: Floats) -> State:
        state: State = {"square": np.zeros_like(parameters)}
        if self.momentum:
            state["velocity"] = np.zeros_like(parameters)
        return state

    def update(self, parameters: Floats, gradient: Floats, state: State, learning_rate: float) -> None:
        square = state["square"]
        square *= self.smoothing
        step = gradient * gradient
        step *= 1 - self.smoothing
        square += step
        np.sqrt(square, out=step)
        step += self.epsilon
        np.divide(gradient, step, out=step)
        if self.momentum:
            velocity = state["velocity"]
            velocity *= self.momentum
            velocity += step
            step = velocity
        parameters -= learning_rate * step
