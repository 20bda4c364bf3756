"""What happens to inputs before the network sees them; it is stored with the model and applied at prediction."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from ...arrays import AnyArray, Floats
from ...errors import UsageError


class Preprocessing(ABC):
    """From what a source holds to network inputs.

    Attributes
    ----------
    kind : str
        Its name in a model file.
    input_shape : tuple of int
        The shape of one example: (28, 28) for MNIST.
    """

    kind: ClassVar[str]
    input_shape: tuple[int, ...]

    @classmethod
    @abstractmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the fields that a model file has; any of several errors if they make no sense."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Give what `of` takes, as plain values, and the kind."""

    def upright(self) -> Preprocessing:
        """Give the same for images that are set upright first.

        Raises
        ------
        UsageError
            If these are no images.
        """
        expected = "images of shape (height, width)"
        raise UsageError("deskewing of what is no image", expected=expected, got=f"shape {self.input_shape}")

    @property
    def warps(self) -> int:
        """How often an example is warped."""
        return 0

    @abstractmethod
    def flatten(self, examples: AnyArray) -> AnyArray:
        """Lay each example out as one row, (batch, inputs); a view where the memory allows it.

        Raises
        ------
        DataError
            If the shape or the type is another than it takes.
        """

    @abstractmethod
    def scale(self, rows: AnyArray, out: Floats) -> None:
        """Write the inputs of examples that `flatten` has laid out; both are of shape (batch, inputs).

        Raises
        ------
        DataError
            If a value is out of range.
        """

    @cached_property
    def inputs(self) -> int:
        """The number of inputs that an example becomes: 784 for MNIST."""
        return math.prod(self.input_shape)

    def apply(self, examples: AnyArray, out: Floats | None = None) -> Floats:
        """Turn examples into network inputs.

        Parameters
        ----------
        examples : ndarray of shape (batch, *input_shape) or (batch, inputs)
            As they stand in the source.
        out : ndarray of shape (batch, inputs), optional
            Where to write; float32 and new by default.

        Returns
        -------
        ndarray of shape (batch, inputs)

        Raises
        ------
        DataError
            If the shape or the type is another, or a value is out of range.
        """
        rows = self.flatten(examples)
        if out is None:
            out = np.empty(rows.shape, np.float32)
        self.scale(rows, out)
        return out
