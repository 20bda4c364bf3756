"""Examples of one's own, in a file or a folder: read block by block, or all at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError

BLOCK = 10_000  # rows that are read at once where the memory of all of them is not wanted


@dataclass(frozen=True)
class Block:
    """Some examples in the order of their source.

    Parameters
    ----------
    inputs : ndarray of shape (rows, ...)
        uint8 images, or numbers.
    targets : ndarray of shape (rows,), optional
        Numbers or strings, where the source has any.
    names : sequence of str, optional
        What each example is called, where they have names.
    """

    inputs: AnyArray
    targets: AnyArray | None = None
    names: Sequence[str] = ()


class Source(ABC):
    """What can be learned from or predicted for.

    Parameters
    ----------
    path : Path
        Where it stands.

    Attributes
    ----------
    columns : tuple of str
        What the numbers of a row are, for a table; images have none.
    test : Source or None
        Examples to judge by, where they are kept apart.
    lacks_targets : bool
        Whether it is known, before anything is read, that there is nothing to predict.
    """

    columns: tuple[str, ...] = ()
    test: Source | None = None
    lacks_targets: bool = False

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """Read all examples in order, block by block.

        Raises
        ------
        DataFileError
            Where the file is not what it should be, naming the place.
        """

    def read(self) -> Block:
        """Read all examples at once; errors as in `blocks`, and if there is none."""
        blocks = list(self.blocks())
        if not sum(len(block.inputs) for block in blocks):
            raise DataFileError("no examples", expected="at least one row", where=self.path)
        targets = [block.targets for block in blocks if block.targets is not None]
        inputs = np.concatenate([block.inputs for block in blocks])
        return Block(inputs, self._settle_targets(np.concatenate(targets)) if targets else None)

    def _settle_targets(self, targets: AnyArray) -> AnyArray:
        """Give targets the type that all of them together have."""
        return targets


def is_square(count: int) -> bool:
    """Tell whether so many numbers can be the pixels of a square image of at least 4x4."""
    side = round(count**0.5)
    return bool(side >= 4 and side * side == count)


def as_images(inputs: AnyArray) -> AnyArray:
    """Show rows of bytes as square images, (rows, side, side), if they can be that; else as they are.

    Parameters
    ----------
    inputs : ndarray
        Of any shape and type.

    Returns
    -------
    ndarray
        A view.

    Examples
    --------
    >>> as_images(np.zeros((2, 784), np.uint8)).shape, as_images(np.zeros((2, 784))).shape
    ((2, 28, 28), (2, 784))
    """
    if inputs.ndim == 4 and inputs.shape[3] == 1:
        return inputs[..., 0]
    if inputs.ndim == 2 and inputs.dtype == np.uint8 and is_square(inputs.shape[1]):
        side = round(inputs.shape[1] ** 0.5)
        return inputs.reshape(len(inputs), side, side)
    return inputs
