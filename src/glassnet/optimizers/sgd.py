"""Stochastic gradient descent, plain, with momentum, and with Nesterov's."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arrays import Floats
from ..errors import UsageError
from ..settings import setting
from .optimizer import OPTIMIZERS, Optimizer, State

# Inputs that are nearly always zero get a zero gradient, and their velocity decays into the subnormal range, where one
# multiplication takes over a hundred cycles. Every so many steps such velocities are set to zero; they are smaller than
# any rounding error of the parameters by a factor of 1e20.
FLUSH_EVERY = 100
FLUSH_BELOW = 1e-30


@OPTIMIZERS.register("sgd")
@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """Walk downhill.

    Without momentum:

    ::

        θ ← θ − η g

    With momentum μ, in PyTorch's form, whose velocity v is in units of the gradient (the papers scale it by η, which
    differs when the rate changes):

    ::

        v ← μ v + g
        θ ← θ − η v

    With Nesterov's, the step looks one velocity ahead; v is updated as above, and

    ::

        θ ← θ − η (g + μ v)

    Parameters
    ----------
    learning_rate : float, optional
        η.
    weight_decay : float, optional
        Decoupled; see `Optimizer`.
    momentum : float, optional
        μ, in 0..1; 0 is plain descent.
    nesterov : bool, optional
        Look ahead; needs momentum.

    Raises
    ------
    UsageError
        If a setting is out of its range, or Nesterov's step has no momentum.

    Notes
    -----
    Sources: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods" (1964); I.
    Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), section 2.

    Examples
    --------
    >>> parameters, sgd = np.array([1.0]), SGD(learning_rate=0.5)
    >>> sgd.step(parameters, np.array([1.0]), sgd.init(parameters), weight_count=1)
    >>> parameters
    array([0.5])
    """

    learning_rate: float = field(default=0.1, kw_only=False)
    momentum: float = setting(
        0.0, low=0, below=1, suits={"run": 0.9}, help="Fraction of the velocity kept at each step"
    )
    nesterov: bool = setting(False, knob=False, help="Nesterov's momentum, which looks one velocity ahead")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and not self.momentum:
            raise UsageError("Nesterov without momentum", expected="a positive momentum", got=self.momentum)

    def init(self, parameters: Floats) -> State:
        if not self.momentum:
            return {}
        return {"velocity": np.zeros_like(parameters), "steps": np.zeros((), np.int64)}

    def update(self, parameters: Floats, gradient: Floats, state: State, learning_rate: float) -> None:
        if not self.momentum:
            parameters -= learning_rate * gradient
            return
        velocity, steps = state["velocity"], state["steps"]
        velocity *= self.momentum
        velocity += gradient
        if int(steps) % FLUSH_EVERY == 0:
            velocity[np.abs(velocity) < FLUSH_BELOW] = 0
        if self.nesterov:
            parameters -= learning_rate * (gradient + self.momentum * velocity)
        else:
            parameters -= learning_rate * velocity
