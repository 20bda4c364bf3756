"""What happens to inputs before the network sees them; it is stored with the model and applied at prediction."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from ...arrays import AnyArray, Floats
from ...errors import DataError, UsageError
from ...registry import Registry
from ...settings import plain


class Preprocessing(ABC):
    """From what a source holds to network inputs.

    A subclass is registered, `@PREPROCESSINGS.register("pixels")`, by its name in a model file.

    Attributes
    ----------
    name : str
        That name.
    input_shape : tuple of int
        The shape of one example: (28, 28) for MNIST.
    """

    name: ClassVar[str]
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
            If these are not images.
        """
        expected = "images of shape (height, width)"
        raise UsageError("deskewing needs images", expected=expected, got=f"shape {self.input_shape}")

    @property
    def takes(self) -> str:
        """What it takes, in words."""
        if len(self.input_shape) >= 2:
            return "images of " + "x".join(map(str, self.input_shape))
        return f"rows of {self.inputs:,} numbers"

    @property
    def warps(self) -> int:
        """How often an example is warped."""
        return 0

    @abstractmethod
    def flatten(self, examples: AnyArray) -> AnyArray:
        """Lay each example out as one row; a view where the memory allows it.

        Raises
        ------
        DataError
            If the shape or the type is another than it takes.
        """

    @abstractmethod
    def scale(self, rows: AnyArray, out: Floats, first: int = 0) -> None:
        """Write the inputs, (batch, inputs), of examples that `flatten` has laid out.

        ``first`` is the number of the first row, where errors name one.

        Raises
        ------
        DataError
            If a value is out of range.
        """

    @cached_property
    def inputs(self) -> int:
        """The number of inputs that an example becomes: 784 for MNIST."""
        return math.prod(self.input_shape)

    def apply(self, examples: AnyArray, out: Floats | None = None, first: int = 0) -> Floats:
        """Turn examples, (batch, *input_shape) or rows, into network inputs, (batch, inputs), float32 by default.

        ``first`` is the number of the first example, where errors name one.

        Raises
        ------
        DataError
            If the shape or the type is another, or a value is out of range.
        """
        rows = self.flatten(examples)
        if out is None:
            out = np.empty((len(rows), self.inputs), np.float32)
        self.scale(rows, out, first)
        return out


PREPROCESSINGS: Registry[type[Preprocessing]] = Registry("preprocessing", "glassnet.data.preprocessing")


@PREPROCESSINGS.register("unchanged")
@dataclass(frozen=True)
class Unchanged(Preprocessing):
    """Take numbers as they are.

    Parameters
    ----------
    input_shape : tuple of int
        Of one example: (columns,), or (height, width) of an image.
    """

    input_shape: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "input_shape", tuple(map(plain, self.input_shape)))

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Self:
        """Make it of the fields that a model file has."""
        if not all(isinstance(side, int) and side > 0 for side in description["input_shape"]):
            raise ValueError("invalid shape of an example")
        return cls(tuple(description["input_shape"]))

    def describe(self) -> dict[str, Any]:
        """Give what `of` takes."""
        return {"kind": self.name, **asdict(self)}

    def flatten(self, examples: AnyArray) -> AnyArray:
        """Lay each example out as one row."""
        rows = np.asarray(examples)
        if rows.shape[1:] not in (self.input_shape, (self.inputs,)) or rows.dtype.kind not in "fiub":
            expected, got = f"numbers of shape (n, {self.inputs})", f"{rows.dtype} of shape {rows.shape}"
            raise DataError("rows of the wrong shape or type", expected=expected, got=got)
        return rows.reshape(len(rows), self.inputs)

    def scale(self, rows: AnyArray, out: Floats, first: int = 0) -> None:
        """Write the rows."""
        np.copyto(out, rows, casting="unsafe" if rows.dtype.kind in "iub" else "same_kind")
