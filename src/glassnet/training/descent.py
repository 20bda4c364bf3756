"""An optimizer with its memory, on its way down one network's loss."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import NamedTuple

import numpy as np

from ..arrays import Allocate, AnyArray, Floats
from ..errors import UsageError
from ..network.network import Network
from ..network.trace import Trace
from ..optimizers.averaging import Averaging
from ..optimizers.optimizer import Optimizer, State
from ..registry import check_kind
from ..regularization.penalties import MaxNorm, Penalty

PREFIX = "optimizer."


class Pace(NamedTuple):
    """How far one step goes: the learning rate, and its share in the average of the parameters."""

    learning_rate: float
    share: float


class Descent:
    """The update rule of a training, and what it remembers between steps.

    Parameters
    ----------
    optimizer : Optimizer
        The rule.
    penalty : Penalty
        Whose gradient is added to that of the loss.
    network : Network
        Whose parameters it updates.
    trace : Trace
        Whose gradient it goes by.
    keeps_best : bool
        Whether the parameters that `keep_best` was last called at are kept beside the present ones.
    averaging : Averaging, optional
        How the parameters along the way are averaged.
    constraint : MaxNorm, optional
        What the hidden layers' weights must keep to after each step.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        penalty: Penalty,
        network: Network,
        trace: Trace,
        keeps_best: bool,
        averaging: Averaging | None = None,
        constraint: MaxNorm | None = None,
    ) -> None:
        check_kind("a penalty", penalty, Penalty, "glassnet.Penalty(l2=0.001)")
        if averaging is not None:
            check_kind("an average", averaging, Averaging, "glassnet.ExponentialAverage(0.999)")
        self.network = network
        self.trace = trace
        self.penalty = penalty
        self.best = network.parameters.copy() if keeps_best else None
        self.constraint = constraint
        # The average, and how many steps are in it.
        self.average: State = {}
        if averaging is not None:
            self.average = {"average": np.zeros_like(network.parameters), "averaged": np.zeros((), np.int64)}
        self.memory: State = {}
        self.rule = optimizer
        self.exchange(optimizer)

    def exchange(self, optimizer: Optimizer) -> None:
        """Go on by another rule: one of the same kind keeps the memory, another kind starts afresh.

        Raises
        ------
        UsageError
            If it is no optimizer.
        """
        check_kind("an optimizer", optimizer, Optimizer, "glassnet.SGD(learning_rate=0.1)")
        fresh = optimizer.init(self.network.parameters)
        if type(optimizer) is not type(self.rule) or fresh.keys() != self.memory.keys():
            self.memory = fresh
        self.rule = optimizer

    def begin_step(self, pace: Pace) -> None:
        """Count one more step, before its parts are updated."""
        self.rule.count(self.memory)
        if pace.share:
            self.average["averaged"] += 1

    def step_part(self, part: slice, pace: Pace) -> None:
        """Update a part of the network's parameters by the trace's gradient."""
        network, gradient, weight_count = self.network, self.trace.gradient, self.network.architecture.weight_count
        weights = slice(part.start, min(part.stop, weight_count))
        self.penalty.add_gradient(network.parameters[weights], gradient[weights])
        self.rule.step_part(part, network.parameters, gradient, self.memory, weight_count, pace.learning_rate)
        if self.constraint is not None:  # which nobody divides: it looks at all weights of a unit
            for layer in network.layers[:-1]:
                self.constraint.project(layer.weights)
        if pace.share:
            average = self.average["average"][part]
            average += pace.share * (network.parameters[part] - average)

    def copied(self, trace: Trace, allocate: Allocate) -> Descent:
        """Copy parameters and memory, to go on with them elsewhere for a while."""

        def copy_of(array: AnyArray) -> AnyArray:
            duplicate = allocate(array.shape, array.dtype, "C")
            duplicate[...] = array
            return duplicate

        other = copy(self)
        other.network = self.network.on(copy_of(self.network.parameters))
        other.trace = trace
        other.memory = {name: copy_of(array) for name, array in self.memory.items()}
        other.average = {name: copy_of(array) for name, array in self.average.items()}
        return other

    def take_back(self, other: Descent) -> None:
        """Take over the parameters and all that is remembered from a copy that went on."""
        self.network.parameters[:] = other.network.parameters
        for own, theirs in ((self.memory, other.memory), (self.average, other.average)):
            for name, array in theirs.items():
                own[name][...] = array

    @property
    def present(self) -> Floats:
        """What has been learned so far: the average if there is one yet, else the parameters."""
        return self.average["average"] if self.average and self.average["averaged"] else self.network.parameters

    @property
    def chosen(self) -> Floats:
        """The parameters that count: the best ones if they are kept, else the present ones."""
        return self.present if self.best is None else self.best

    def keep_best(self) -> None:
        """Remember the present parameters as the best so far."""
        if self.best is not None:
            self.best[:] = self.present

    def state(self) -> dict[str, AnyArray]:
        """Copy the parameters, the best ones and the optimizer's memory, by name."""
        return {name: array.copy() for name, array in self._arrays().items()}

    def restore(self, arrays: Mapping[str, AnyArray]) -> None:
        """Put back what `state` gave.

        Raises
        ------
        UsageError
            If the arrays are another training's.
        """
        own = self._arrays()
        shapes = {name: (array.shape, array.dtype.name) for name, array in own.items()}
        found = {name: (array.shape, array.dtype.name) for name, array in arrays.items()}
        if found != shapes:
            raise UsageError("state of another training", expected=shapes, got=found)
        for name, array in own.items():
            array[...] = arrays[name]

    def _arrays(self) -> dict[str, AnyArray]:
        best = {} if self.best is None else {"best": self.best}
        memory = {f"{PREFIX}{name}": array for name, array in self.memory.items()}
        return {"parameters": self.network.parameters, **best, **memory, **self.average}
