"""What reads the examples of a file or a folder, block by block or all at once, and is registered by what it reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError
from ...registry import Registry
from ..reading import AS_THE_FILE_IS, Decision, ReadingOptions
from .columns import Columns, is_square

BLOCK = 10_000  # rows that are read at once where the memory of all of them is not wanted


@dataclass(frozen=True)
class RowBlock:
    """Some examples in the order of their file.

    Parameters
    ----------
    inputs : ndarray of shape (rows, ...)
        uint8 images, or numbers.
    targets : ndarray of shape (rows,), optional
        Numbers or strings, where the file has any.
    names : sequence of str, optional
        What each example is called, where they have names.
    rows : sequence of int, optional
        Where each stands in its file, counted from 1: its line in a text file, else its row.
    """

    inputs: AnyArray
    targets: AnyArray | None = None
    names: Sequence[str] = ()
    rows: Sequence[int] = ()


class Reader(ABC):
    """What reads the examples of one kind of file.

    A subclass is registered by the ending of the files that it opens, says by `endings` or `opens` what else it opens,
    and gives `blocks`.

    Parameters
    ----------
    path : Path
        The file, or the folder.

    Attributes
    ----------
    files : str
        What it opens, in words; by default files of its ending.
    endings : tuple of str
        All endings of such files, in small letters; by default the one that it is registered by.
    columns : tuple of str
        What the numbers of a row are, for a table; images have none.
    test : Reader or None
        Examples to evaluate on, where they are kept apart.
    lacks_targets : bool
        Whether it is known, before anything is read, that there is nothing to predict.
    decisions : list of Decision
        What was decided about the file where it could have been meant otherwise; complete once it is read.
    counted : str
        What `RowBlock.rows` counts: ``line`` or ``row``.
    skipped : list of (int, DataFileError), optional
        Where to note the rows that cannot be read, by their number, instead of raising the error of the first: who
        wants the others sets an empty list before reading.

    Examples
    --------
    >>> class Ones(Reader):  # below @READERS.register(".ones")
    ...     endings = (".ones", ".ones.gz")
    ...     def blocks(self):
    ...         yield RowBlock(np.ones((2, 3)), np.array([0, 1]))
    >>> Ones.opens(Path("A.ONES")), Ones(Path("A.ONES")).read().inputs.shape
    (True, (2, 3))
    """

    name: ClassVar[str]
    files: ClassVar[str] = ""
    endings: ClassVar[tuple[str, ...]] = ()
    columns: tuple[str, ...] = ()
    test: Reader | None = None
    lacks_targets: bool = False
    counted: ClassVar[str] = "row"
    skipped: list[tuple[int, DataFileError]] | None = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self.decisions: list[Decision] = []

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Tell, by its name or by what a folder holds, whether this reads what is there."""
        return not path.is_dir() and path.name.lower().endswith(cls.endings or cls.name)

    @abstractmethod
    def blocks(self) -> Iterator[RowBlock]:
        """Read all examples in order, block by block.

        Raises
        ------
        DataFileError
            Where the file is not what it should be, naming the place.
        """

    def read(self) -> RowBlock:
        """Read all examples at once; errors as in `blocks`, and if there is none."""
        blocks = list(self.blocks())
        if not sum(len(block.inputs) for block in blocks):
            raise DataFileError("no examples", expected="at least one row", where=self.path)
        targets = [block.targets for block in blocks if block.targets is not None]
        inputs = np.concatenate([block.inputs for block in blocks])
        return RowBlock(inputs, self.settle_targets(np.concatenate(targets)) if targets else None)

    def settle_targets(self, targets: AnyArray) -> AnyArray:
        """Give the targets of all blocks the type that all of them together have."""
        return targets


class TableReader(Reader):
    """What reads a table of one row an example, of whose columns one is predicted by others.

    A subclass gives `header` and `blocks`, and reads in `blocks` the columns `columns`, in that order, and `target`.

    Parameters
    ----------
    path : Path
        The file.
    target : str, optional
        The column to predict, as `Columns.choose` takes it.
    features : sequence of str, optional
        The columns to predict it by; all others by default.
    options : ReadingOptions, optional
        How the file is to be read.

    Attributes
    ----------
    names : tuple of str
        Of all columns.
    target : str or None
        The column to predict; none where the features were named, as who knows them wants to predict.
    pixels : bool
        Whether the columns are the pixels of a square image.

    Raises
    ------
    UnknownNameError
        If there is no column of such a name.
    DataFileError
        If the file is not such a table.
    """

    def __init__(
        self,
        path: Path,
        target: str | None = None,
        features: Sequence[str] | None = None,
        options: ReadingOptions = AS_THE_FILE_IS,
    ) -> None:
        super().__init__(path)
        self.options = options
        names, named = self.header()
        chosen = Columns.choose(path, names, target, features, named)
        self.names, self.columns, self.pixels = chosen.names, chosen.features, chosen.pixels
        self.target = chosen.target if features is None else None
        self.lacks_targets = self.target is None

    @abstractmethod
    def header(self) -> tuple[Sequence[str], bool]:
        """Give the names of all columns, and whether they are the table's own."""


READERS: Registry[type[Reader]] = Registry("reader", "glassnet.data.readers")


def as_images(inputs: AnyArray) -> AnyArray:
    """Show rows of bytes as square images, (rows, side, side), if they can be that; else as they are.

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
