"""What every loss function is: one number for how wrong an example's outputs are, and its gradient.

Over a batch, examples count by their weights:

::

    L = Σ_i w_i l_i / Σ_i w_i
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from ..arrays import Floats


class Loss(ABC):
    """How wrong outputs are."""

    name: str
    outputs: ClassVar[tuple[str, ...]] = ("identity", "sigmoid")  # activations that it goes with, the usual one first
    of_logits: ClassVar[bool] = False  # whether `gradient` is with respect to the logits, past the output activation
    kinks: ClassVar[tuple[float, ...]] = ()  # values of (output - target) at which the derivative jumps

    @abstractmethod
    def per_example(self, logits: Floats, outputs: Floats, targets: Floats) -> Floats:
        """Compute each example's loss.

        Parameters
        ----------
        logits : ndarray of shape (batch, outputs)
            The output layer's weighted sums, z.
        outputs : ndarray of shape (batch, outputs)
            Its activations, a (p if they are probabilities).
        targets : ndarray of shape (batch, outputs)
            What they should have been, t.

        Returns
        -------
        ndarray of shape (batch,)
        """

    @abstractmethod
    def gradient(self, outputs: Floats, targets: Floats, out: Floats) -> None:
        """Write each example's gradient into ``out``: with respect to its logits if `of_logits`, else to its outputs.

        Parameters
        ----------
        outputs, targets : ndarray of shape (batch, outputs)
            As in `per_example`.
        out : ndarray of shape (batch, outputs)
            Where the gradient goes.
        """

    def check(self, targets: Floats) -> None:
        """Refuse target rows (batch, outputs) that the equations do not hold for; here there are none.

        Raises
        ------
        DataError
            If the loss is that of another kind of targets.
        """
        del targets
