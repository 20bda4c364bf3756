"""What all optimizers share. Settings are fixed; state is plain arrays beside them."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from ..arrays import AnyArray, Floats
from ..registry import Registry
from ..settings import Settings, declaration, setting

# Arrays by name: what an optimizer remembers between steps. Save them, load them, and it goes on as if nothing was.
State = dict[str, AnyArray]

OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer", package=__package__)


@dataclass(frozen=True, kw_only=True)
class Optimizer(Settings, ABC, group="optimizer"):
    """An update rule for one parameter vector, whose rate η is positive, and scaled by a schedule.

    With a decoupled weight decay λ, 0 or more, weights, not biases, shrink at each step before the update and apart
    from the gradient:

    ::

        w ← w − η λ w

    Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization" (2019). PyTorch's SGD, RMSprop and Adam
    mean by the same word an L2 penalty: see `glassnet.Penalty`. A UsageError if a setting is out of its range.

    Parameters
    ----------
    learning_rate : float
        η.
    weight_decay : float, optional
        λ.

    Examples
    --------
    >>> import glassnet
    >>> list(glassnet.OPTIMIZERS), glassnet.OPTIMIZERS["adam"](learning_rate=0.01).beta1
    (['adam', 'adamw', 'rmsprop', 'sgd'], 0.9)
    """

    learning_rate: float = field(
        kw_only=False,
        metadata=declaration(above=0, common=True, help="Learning rate, which the schedule scales"),
    )
    weight_decay: float = setting(0.0, low=0, help="Decoupled decay of the weights at each step")

    name: ClassVar[str]

    @abstractmethod
    def init(self, parameters: Floats) -> State:
        """Make the state before the first step: what the rule remembers of parameters (parameters,), if anything."""

    def start(self, parameters: Floats) -> State:
        """Do what `init` does: its name of old."""
        warnings.warn("Optimizer.start is called init now, and will go", FutureWarning, stacklevel=2)
        return self.init(parameters)

    @abstractmethod
    def update(self, parameters: Floats, gradient: Floats, state: State, learning_rate: float) -> None:
        """Take the rule's step with this rate, in place; decay and counting have been done.

        Parameters and gradient are (parameters,); the gradient stays as it is, the state, from `init`, is changed.
        Every element is updated by itself, so a vector may be updated part by part.
        """

    def step(
        self,
        parameters: Floats,
        gradient: Floats,
        state: State,
        *,
        weight_count: int,
        learning_rate: float | None = None,
    ) -> None:
        """Update the parameters, in place.

        Parameters
        ----------
        parameters, gradient : ndarray of shape (parameters,)
            θ, changed; and g, left as it is.
        state : dict
            Arrays by name, from `init`; changed.
        weight_count : int
            How many of the leading parameters are weights, which alone decay.
        learning_rate : float, optional
            The rate of this step, where a schedule changes it.
        """
        rate = self.learning_rate if learning_rate is None else learning_rate
        if "steps" in state:
            state["steps"][...] = int(state["steps"]) + 1  # += takes ten times as long with an array of one number
        if self.weight_decay:
            parameters[:weight_count] *= 1 - rate * self.weight_decay
        self.update(parameters, gradient, state, rate)
