"""What reads the examples of a file or a folder, block by block or all at once, and is registered by what it reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ...arrays import AnyArray, Floats, Task
from ...errors import DataFileError, FileError
from ...registry import Registry
from ..limits import check_limit
from ..preprocessing.encoders import places_of
from ..reading import AS_THE_FILE_IS, DATES, Decision, ReadingOptions
from ..rows import Rows
from .cells import MARKS, PLAINLY, Profile, Writing, is_gap
from .columns import Table, is_square
from .dates import DateWriting, depend_on_order, written_as
from .folders import SET_UPRIGHT, is_of_emnist
from .labels import Labels

FIRST = 5  # cells of each block whose text is kept
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
    rows : sequence of int, optional
        Where each stands in its file, counted from 1: its line in a text file, else its row.
    """

    inputs: AnyArray
    targets: AnyArray | None = None
    rows: Sequence[int] = ()


class Reader(ABC):
    """What reads the examples of one kind of file.

    A subclass is registered by the ending of the files that it opens, says by `endings` or `opens` what else it opens,
    and gives `blocks`.

    Parameters
    ----------
    path : Path
        The file, or the folder.
    options : ReadingOptions, optional
        How it is to be read.

    Attributes
    ----------
    files : str
        What it opens, in words; by default files of its ending.
    endings : tuple of str
        All endings of such files, in small letters; by default the one that it is registered by.
    settled_by : tuple of str
        Which of the `ReadingOptions` it takes.
    columns : tuple of str
        What the numbers of a row are, for a table; images have none.
    validation, test : Reader or None
        Examples to choose by and to evaluate on, where they are kept apart.
    lacks_targets : bool
        Whether it is known, before anything is read, that there is nothing to predict.
    target_remedy : str
        What to do where there is nothing to predict, as a sentence without its full stop.
    decisions : list of Decision
        What was decided about the file where it could have been meant otherwise; complete once it is read.
    first_cells : dict of str to list of str
        What stands in columns of dates, once they are read: of the first rows at least.
    counted : str
        What `RowBlock.rows` counts: ``line`` or ``row``.
    task : 'classification' or 'regression', optional
        What shall be learned, where somebody says so before it is read: whether 007 is a name or a number.
    window : int
        Of how many rows a part is held while they are learned from; 0 where all are read into memory.
    skipped : list of (int, FileError), optional
        Where to note the rows that cannot be read, by their number, instead of raising the error of the first: who
        wants the others sets an empty list before reading.
    keeps_empty : bool
        Whether rows of empty cells count as such too, where each shall have an answer.
    refused : FileError, optional
        The error of a row by which reading has ended.

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
    settled_by: ClassVar[tuple[str, ...]] = ()
    columns: tuple[str, ...] = ()
    validation: Reader | None = None
    test: Reader | None = None
    lacks_targets: bool = False
    target_remedy: str = "Name the column with --target, or the array y or labels"
    counted: ClassVar[str] = "row"
    task: Task | None = None
    window: int = 0
    skipped: list[tuple[int, FileError]] | None = None
    keeps_empty: bool = False
    refused: FileError | None = None

    def __init__(self, path: Path, options: ReadingOptions = AS_THE_FILE_IS) -> None:
        self.path = path
        self.options = options
        self.decisions: list[Decision] = []
        self.first_cells: dict[str, list[str]] = {}

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Tell, by its name or by what a folder holds, whether this reads what is there."""
        return not path.is_dir() and path.name.lower().endswith(cls.endings or cls.name)

    @property
    def encoders(self) -> dict[str, str]:
        """Choose what makes inputs of each column of a table, by its name; nothing of images."""
        return dict.fromkeys(self.columns, "robust")

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The words of each column that has some, in the order of their numbers."""
        return {}

    @property
    def sources(self) -> list[Path]:
        """Give the files that are read, of a folder or a pair all of them."""
        return [self.path]

    @property
    def asked(self) -> Reader:
        """Give the examples that a prediction is asked for: those to evaluate on, where they are kept apart."""
        return self.test or self

    @abstractmethod
    def blocks(self) -> Iterator[RowBlock]:
        """Read all examples in order, block by block.

        Raises
        ------
        DataFileError
            Where the file is not what it should be, naming the place.
        """

    def read(self) -> RowBlock:
        """Read all examples at once; errors as in `blocks`, and if there is none, or more than `data.limits` has."""
        blocks: list[RowBlock] = []
        rows = held = 0
        for block in self.blocks():
            rows, held = rows + len(block.inputs), held + block.inputs.nbytes
            check_limit("rows", rows, self.path)
            check_limit("unpacked_bytes", held, self.path)
            blocks.append(block)
        if not rows:
            raise DataFileError("no examples", expected="at least one row", where=self.path)
        inputs = np.concatenate([block.inputs for block in blocks])
        targets = [block.targets for block in blocks if block.targets is not None]
        places = [np.asarray(block.rows, np.int64) for block in blocks if len(block.rows)]
        rows_of_file: Any = np.concatenate(places) if places else range(1, rows + 1)
        whole = RowBlock(inputs, np.concatenate(targets) if targets else None, rows=rows_of_file)
        return replace(whole, targets=self.settle_targets(whole)) if targets else whole

    def stored(self) -> tuple[Rows, Rows | AnyArray | None]:
        """Give inputs and targets that stay in the file, where there is a `window`; labels may be in memory."""
        raise NotImplementedError

    def windows_said(self, row_bytes: int) -> Decision:
        """Say that the file is read while it is learned from, and how many rows are held."""
        held = f"read from the disk while it is learned from, {self.window:,} rows at once"
        return Decision("window", self.window, f"{held} ({self.window * row_bytes / (1 << 20):,.0f} MiB)")

    def settle_targets(self, block: RowBlock) -> AnyArray:
        """Give the targets of all blocks, joined to one, the type that all of them together have."""
        assert block.targets is not None
        return block.targets

    def targets_like(self, targets: AnyArray, class_names: Sequence[str]) -> AnyArray:
        """Give targets as a trained model has them."""
        return targets

    def name_of(self, row: int) -> str:
        """Say what an example is called, by its number in `RowBlock.rows`; empty where they have no names."""
        return ""

    def refuse(self, row: int, error: FileError) -> None:
        """Raise the error of a row, or note it where `skipped` wants that."""
        if self.skipped is None:
            self.refused = error
            raise error
        self.skipped.append((row, error))


class TableReader(Reader):
    """What reads a table of one row an example, of whose columns one is predicted by others.

    A subclass gives `header` and `blocks`, and reads in `blocks` the columns `columns`, in that order, and `target`.

    Parameters
    ----------
    path : Path
        The file.
    target : str, optional
        The column to predict, as `Table.choose` takes it.
    features : sequence of str, optional
        The columns to predict it by; all others by default.
    options : ReadingOptions, optional
        How the file is to be read.

    Attributes
    ----------
    names : tuple of str
        Of all columns.
    target : str or None
        The column to predict; none where features are named and it is not, as who knows them wants to predict.
    pixels : bool
        Whether the columns are the pixels of a square image.
    profile_of : dict of str to Profile
        What each column holds, by its name, as far as it is known.
    white : int
        The brightest that a pixel can be: 255 of whole numbers, 1 of fractions.
    indices : frozenset of str
        Columns that the file itself calls an index.
    known : tuple of str
        Names that somebody says its columns have: the target's, or the features'.
    kinds : dict of str to str
        Of the columns that are no numbers: ``categories`` or ``dates``.
    numbered : dict of str to dict of str to float
        The words of each column of categories, in the order in which they were met, which are its numbers.
    learned : dict of str to tuple of str, optional
        The words of each such column that a model has learned: others are -1. New ones are numbered where it is None.
    with_gaps : frozenset of str, optional
        The columns in which a value may be missing; None for all.
    marks : tuple of str
        What separates columns, and decimals, where such a table is written as text.

    Raises
    ------
    UnknownNameError
        If there is no column of such a name.
    DataFileError
        If the file is not such a table.
    """

    settled_by: ClassVar[tuple[str, ...]] = (
        "leave_out",
        "keep",
        "categories",
        "dates",
        "group",
        "time",
        "read_as",
        "on_error",
    )
    indices: frozenset[str] = frozenset()
    with_gaps: frozenset[str] | None = None
    numbered: dict[str, dict[str, float]]
    learned: dict[str, tuple[str, ...]] | None = None
    marks: tuple[str, str] = (",", ".")

    def __init__(
        self,
        path: Path,
        target: str | None = None,
        features: Sequence[str] | None = None,
        options: ReadingOptions = AS_THE_FILE_IS,
    ) -> None:
        super().__init__(path, options)
        self.known = (target,) if target is not None else tuple(features or ())
        names, named = self.header()
        self.profile_of = dict(zip(names, self.profiles(), strict=False))
        table = Table(path, tuple(names), named, self.profile_of, options, self.indices)
        chosen = table.choose(target) if features is None else table.match(features, target)
        self.names, self.target, self.columns = chosen.names, chosen.target, chosen.features
        self.pixels, self.white, self.kinds = chosen.pixels, chosen.white, dict(chosen.kinds)
        self.numbered = {}
        self.decisions = [*chosen.decisions, *self.decisions]
        self.transposed = self.pixels and is_of_emnist(path)
        if self.transposed:
            self.decisions.append(SET_UPRIGHT)
        self.lacks_targets = self.target is None

    @abstractmethod
    def header(self) -> tuple[Sequence[str], bool]:
        """Give the names of all columns, and whether they are the table's own."""

    def own_rows(self) -> Iterator[list[str]] | None:
        """Give all cells of every row as they stand in the file, of one that cannot be read too; None if unknown."""
        return None

    def profiles(self) -> Sequence[Profile]:
        """Say what the columns hold, told by a sample of the rows; nothing where it is not known."""
        return ()

    def writing_of(self, name: str) -> Writing:
        """Say how the numbers of a column are written."""
        return self.profile_of[name].writing if name in self.profile_of else PLAINLY

    def take_kinds(self, kinds: Mapping[str, str], gaps: Sequence[str]) -> None:
        """Read columns as a model has learned them, whatever they look like here; others are numbers."""
        self.kinds, self.with_gaps = dict(kinds), frozenset(gaps)
        self.__dict__.pop("_dates", None)
        _ = self._dates  # whose doubts are said before any row is read

    @cached_property
    def _dates(self) -> dict[str, DateWriting]:
        """Tell how the dates of each column are written: as the others where it could be either way, else in doubt."""
        order, names = self.options.dates, [name for name, kind in self.kinds.items() if kind == "dates"]
        cells = {name: self.profile_of[name].cells if name in self.profile_of else () for name in names}
        found = {name: written_as(cells[name], order == DATES[0] if order else None) for name in names}
        sure = [name for name in names if not found[name][1] and depend_on_order(cells[name])]
        orders = {found[name][0].day_first for name in sure}
        if len(orders) == 1 and not order:
            self.decisions.append(Decision("dates", DATES[not min(orders)], ""))
            return dict.fromkeys(names, DateWriting(min(orders)))
        for name in names:
            if found[name][1]:
                doubt = f'the dates of "{name}" could have the month first'
                self.decisions.append(Decision("dates", "" if orders else DATES[0], "", doubt, "--dates month-first"))
        return {name: writing for name, (writing, _) in found.items()}

    def values_of(self, name: str, cells: Sequence[str]) -> AnyArray:
        """Make numbers of a column's cells, each what `kinds` says; NaN for a gap and for what cannot be read."""
        kind = self.kinds.get(name)
        if kind == "dates":
            return self._dates[name].numbers(cells)
        if kind != "categories":
            return self.writing_of(name).numbers(cells)
        if self.learned is not None and name not in self.numbered:
            self.numbered[name] = places_of(self.learned.get(name, ()))
        known = self.numbered.setdefault(name, {})
        if self.learned is None:
            for cell in cells:
                if cell not in known and not is_gap(cell):
                    known[cell] = len(known)
        return np.array([known.get(cell, -1.0 if not is_gap(cell) else np.nan) for cell in cells], np.float64)

    @property
    def encoders(self) -> dict[str, str]:
        """Choose what makes inputs of each column; nothing of pixels."""
        return {} if self.pixels else {name: self.kinds.get(name, "robust") for name in self.columns}

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The words of each column of categories, in the order of their numbers."""
        return {name: tuple(self.numbered.get(name, ())) for name, kind in self.kinds.items() if kind == "categories"}

    @property
    def units(self) -> tuple[str, ...]:
        """What stands beside the numbers of each column, such as %; () if nothing does."""
        units = tuple(self.writing_of(name).unit for name in self.columns)
        return units if any(units) else ()

    def settle_targets(self, block: RowBlock) -> AnyArray:
        """Make numbers of text, if all targets of all blocks are that; other targets are what they are."""
        assert self.target is not None
        assert block.targets is not None
        if block.targets.dtype != object:
            return block.targets
        texts, places = block.targets.tolist(), dict[str, int]()
        for text, place in zip(texts, block.rows, strict=True):
            places.setdefault(text, place)
        values, number = self.settle_texts(Counter(texts), places), {text: n for n, text in enumerate(places)}
        if values.dtype.kind == "U":
            check_limit("unpacked_bytes", values.itemsize * len(texts), f"{self.path}, column {self.target!r}")
        settled: AnyArray = values[[number[text] for text in texts]]
        return settled

    def settle_texts(self, times: Mapping[str, int], places: Mapping[str, int]) -> AnyArray:
        """Make a number of each different text, or leave them as they are; by how many rows have it, and the first."""
        assert self.target is not None
        writing = replace(self.writing_of(self.target), truth=False)
        values, decisions = Labels(times, places, self.path, self.target, self.counted, writing).settle(self.task)
        self.decisions += decisions
        return values

    def targets_like(self, targets: AnyArray, class_names: Sequence[str]) -> AnyArray:
        """Give targets as a trained model has them: names of its classes, numbers, or the text of what is neither."""
        if targets.dtype != object or self.target is None:
            return targets
        writing = replace(self.writing_of(self.target), truth=False)
        known: dict[str, Any] = {text: text for text in class_names}
        for text in set(targets.tolist()) - known.keys():
            number = writing.number(text)
            if number is not None and class_names:
                known[text] = str(int(number)) if number.is_integer() else text
            else:
                known[text] = text if number is None else repr(number)
        return np.array([known[text] for text in targets.tolist()], str)

    def checked(
        self, inputs: Floats, targets: AnyArray | None, places: Sequence[int], cells: Mapping[str, Any]
    ) -> RowBlock:
        """Make a block of rows, (rows, columns), of which those with NaN, or without a target, are refused.

        `cells` are the columns as they stand in the file, by name.
        """
        with np.errstate(invalid="ignore"):
            wrong = ~np.isfinite(inputs)
            if self.pixels:
                wrong |= (inputs < 0) | (inputs > self.white) | ((inputs != np.rint(inputs)) & (self.white != 1))
        for column in [] if self.pixels else np.flatnonzero(wrong.any(axis=0)).tolist():
            name = self.columns[column]
            if name not in self.options.divided_by and (self.with_gaps is None or name in self.with_gaps):
                rows, own = np.flatnonzero(wrong[:, column]), cells[name]
                wrong[rows, column] = [not is_gap(str(own[row])) for row in rows.tolist()]
        lacking = np.zeros(len(inputs), bool)
        if targets is not None and targets.dtype == object:
            lacking[:] = [*map(self.lacks_target, targets)]
        refused = wrong.any(axis=1) | lacking
        for row in np.flatnonzero(refused).tolist():
            where = f"{self.path}, {self.counted} {places[row]}, column "
            if wrong[row].any():
                name = self.columns[int(np.argmax(wrong[row]))]
                self.refuse(places[row], self._wrong_cell(cells[name][row], name, f"{where}{name!r}"))
            else:
                self.refuse(places[row], self.no_target(places[row], targets[row]))  # type: ignore[index]
        kept = np.flatnonzero(~refused)
        for name in (name for name, kind in self.kinds.items() if kind == "dates" and name in cells):
            self.first_cells.setdefault(name, []).extend(str(cells[name][row]) for row in kept[:FIRST].tolist())
        if refused.any():
            inputs, places = inputs[kept], [places[row] for row in kept.tolist()]
            targets = None if targets is None else targets[kept]
        return RowBlock(self.shown(inputs), targets, rows=places)

    @cached_property
    def _of_numbers(self) -> bool:
        """Whether targets are numbers, among which a word such as NA is a gap, as far as it is known."""
        profile = self.profile_of.get(self.target or "")
        return profile is not None and 0 < len(profile.cells) == len(profile.numbers)

    def lacks_target(self, text: str) -> bool:
        """Tell whether the text of a target says that there is none."""
        return not text or (self._of_numbers and is_gap(text))

    def no_target(self, place: int, text: str = "") -> DataFileError:
        """Say that a row, by its number, has nothing to learn from."""
        where = f"{self.path}, {self.counted} {place}, column {self.target!r}"
        got, remedy = repr(text) if text else "nothing", "Fill the gap, or leave the row out"
        return DataFileError("no target", got=got, where=where, remedy=remedy)

    def shown(self, inputs: AnyArray) -> AnyArray:
        """Give pixels as images of bytes, and other numbers as they are."""
        if not self.pixels:
            return inputs
        images = as_images(inputs.astype(np.uint8) if self.white != 1 else np.rint(inputs * 255).astype(np.uint8))
        return images.swapaxes(1, 2) if self.transposed else images

    def _wrong_cell(self, cell: object, name: str, where: str) -> DataFileError:
        """Say what is wrong with a cell that should be a number, or a pixel."""
        got, settles = repr(str(cell)), "leave the column out with --leave-out"
        if name in self.options.divided_by and is_gap(str(cell)):
            return DataFileError("no group or time", got=got, where=where, remedy="Fill the gap, or leave the row out")
        if self.kinds.get(name) == "dates":
            remedy = f"Write it as 2024-12-31, or {settles}"
            return DataFileError("not a date", expected="a date", got=got, where=where, remedy=remedy)
        if self.pixels:
            expected = "a whole number in 0..255" if self.white != 1 else "a number in 0..1"
            remedy = "Correct it, or say --read-as table if these are not images"
            return DataFileError("not a pixel", expected=expected, got=got, where=where, remedy=remedy)
        remedy = f"Fill the gap, leave the row out, or {settles}"
        if not is_gap(str(cell)):
            remedy = f"Write it as a number, or {settles}"
            writing = self.writing_of(name)
            other = MARKS[writing.decimal]
            if "decimal" in self.settled_by and replace(writing, decimal=other).number(str(cell)) is not None:
                remedy = f"Write all with one decimal mark; is it '{other}' in all, say --decimal {other}"
        return DataFileError("not a number", expected="a finite number", got=got, where=where, remedy=remedy)


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
