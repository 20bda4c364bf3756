"""An optimizer with its memory, on its way down one network's loss."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from ..arrays import Allocate, AnyArray, Floats
from ..errors import UsageError
from ..network.network import Network
from ..network.penalty import Penalty
from ..network.trace import Trace
from ..optimizers.optimizer import Optimizer, State

PREFIX = "optimizer."


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
    """

    def __init__(
        self, optimizer: Optimizer, penalty: Penalty, network: Network, trace: Trace, keeps_best: bool
    ) -> None:
        self.network = network
        self.trace = trace
        self.penalty = penalty
        self.best = network.parameters.copy() if keeps_best else None
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
        if not isinstance(optimizer, Optimizer):
            expected = "an optimizer such as glassnet.SGD(learning_rate=0.1)"
            raise UsageError("not an optimizer", expected=expected, got=repr(optimizer))
        fresh = optimizer.start(self.network.parameters)
        if type(optimizer) is not type(self.rule) or fresh.keys() != self.memory.keys():
            self.memory = fresh
        self.rule = optimizer

    def begin_step(self) -> None:
        """Count one more step, before its parts are updated."""
        self.rule.count(self.memory)

    def step_part(self, part: slice, learning_rate: float) -> None:
        """Update a part of the network's parameters by the trace's gradient."""
        network, gradient, weight_count = self.network, self.trace.gradient, self.network.architecture.weight_count
        weights = slice(part.start, min(part.stop, weight_count))
        self.penalty.add_gradient(network.parameters[weights], gradient[weights])
        self.rule.step_part(part, network.parameters, gradient, self.memory, weight_count, learning_rate)

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
        return other

    def take_back(self, other: Descent) -> None:
        """Take over the parameters and the memory of a copy that went on."""
        self.network.parameters[:] = other.network.parameters
        for name, array in other.memory.items():
            self.memory[name][...] = array

    @property
    def chosen(self) -> Floats:
        """The parameters that count: the best ones if they are kept, else the present ones."""
        return self.network.parameters if self.best is None else self.best

    def keep_best(self) -> None:
        """Remember the present parameters as the best so far."""
        if self.best is not None:
            self.best[:] = self.network.parameters

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
        return {"parameters": self.network.parameters, **best, **memory}
