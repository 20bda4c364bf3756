"""An optimizer with its memory, on its way down one network's loss."""

from __future__ import annotations

from collections.abc import Mapping

from ..arrays import AnyArray, Floats
from ..errors import UsageError
from ..network.network import Network
from ..optimizers.optimizer import Optimizer, State

PREFIX = "optimizer."


class Descent:
    """The update rule of a training, and what it remembers between steps.

    Parameters
    ----------
    optimizer : Optimizer
        The rule.
    network : Network
        Whose parameters it updates.
    keeps_best : bool
        Whether the parameters that `keep_best` was last called at are kept beside the present ones.
    """

    def __init__(self, optimizer: Optimizer, network: Network, keeps_best: bool) -> None:
        self.network = network
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

    def step(self, gradient: Floats, learning_rate: float) -> None:
        """Update the network's parameters, shape (parameters,), by the gradient of the same shape."""
        self.rule.step(
            self.network.parameters,
            gradient,
            self.memory,
            weight_count=self.network.architecture.weight_count,
            learning_rate=learning_rate,
        )

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
