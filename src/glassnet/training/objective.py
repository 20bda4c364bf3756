"""The loss of a network over all examples as a function of one vector, for optimizers that ask for that."""

from __future__ import annotations

from ..arrays import AnyArray, Floats
from ..network.network import Network
from ..regularization.penalties import Penalty


class Objective:
    """Loss and gradient at any parameter vector.

    ::

        L = Σ_n c_n ℓ_n / Σ_n c_n + P

    with ℓ_n the loss of example n at that vector, c_n how much it counts, and P the penalty on the weights.

    Parameters
    ----------
    network : Network
        Whose parameters are set by each call.
    inputs : ndarray of shape (examples, inputs)
        Preprocessed.
    targets : ndarray of shape (examples, outputs)
        Target rows.
    weights : ndarray of shape (examples,), optional
        How much each example counts.
    penalty : Penalty, optional
        On large weights.

    Raises
    ------
    DataError
        If a shape does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> network = Network([2, 1], loss="mse", dtype=np.float64)
    >>> objective = Objective(network, np.eye(2), np.array([[1.0], [3.0]]))
    >>> loss, gradient = objective(np.zeros(3))
    >>> loss, gradient.tolist()
    (5.0, [-1.0, -3.0, -4.0])
    """

    def __init__(
        self,
        network: Network,
        inputs: AnyArray,
        targets: AnyArray,
        weights: AnyArray | None = None,
        penalty: Penalty | None = None,
    ) -> None:
        self.network = network
        self._penalty = penalty or Penalty()
        self._weights = weights
        self._trace = network.trace(len(inputs))
        self._trace.load("inputs", inputs)
        self._trace.load("targets", targets)
        network.loss.check(self._trace.targets)

    def __call__(self, vector: AnyArray) -> tuple[float, Floats]:
        """Compute loss and gradient.

        Parameters
        ----------
        vector : ndarray of shape (parameters,)
            Where.

        Returns
        -------
        loss : float
        gradient : ndarray of shape (parameters,)
            A copy.
        """
        network, trace = self.network, self._trace
        network.parameters[:] = vector
        network.forward(trace.inputs, trace)
        gradient = network.backward(trace.targets, trace, self._weights).copy()
        count = network.architecture.weight_count
        self._penalty.add_gradient(network.weights, gradient[:count])
        return trace.loss + self._penalty.cost(network.weights), gradient
