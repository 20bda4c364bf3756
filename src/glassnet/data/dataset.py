"""Examples, inputs and targets as rows of arrays that are not copied, and the data sets that they make."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Self, get_args

import numpy as np

from ..arrays import AnyArray, Floats, Integers, Task, blocks
from ..errors import DataError, UnknownNameError, UsageError
from ..formatting import html_pictures, html_table
from .array_forms import are_positions, as_alike, as_count, as_inputs, as_positions, strata_of
from .groups import RowGroups
from .preprocessing.encoders import ColumnEncoding, fit_columns, gap_takers
from .preprocessing.pixels import PixelScaling
from .preprocessing.preprocessing import Preprocessing
from .preprocessing.table import TablePreprocessing, check_finite
from .preprocessing.targets import (
    as_targets,
    check_labels,
    name_classes,
    number_classes,
    recognize_task,
)
from .quality import decide_task, examine
from .readers.reader import BLOCK
from .reading import NOTHING_DECIDED, Decision, Reading
from .rows import Rows
from .splits import check_size, split_sizes, stratified_folds, stratified_split
from .windows import AllBut, EveryRow, WindowOrder

TEST_SPLIT_SEED = 0  # the rows to test on are the data's, whatever the seed of a run
PART = 100_000  # targets of data on the disk that are looked at together
PICTURES = 10  # that a notebook shows of a data set of images

Part = float | tuple[Any, Any]  # a fraction or a count of the rows, or inputs and targets


class Examples:
    """A selection of rows from a source of inputs and targets.

    The source stays where it is (in memory, or mapped from a file), so that a training subset of 50,000 images costs
    50,000 indices.

    Parameters
    ----------
    inputs : ndarray of shape (rows, ...)
        uint8 images, or floats.
    targets : ndarray of shape (rows,) or (rows, outputs)
        Integer labels, or floats for regression; or target rows, as the network's outputs shall be.
    indices : ndarray of shape (examples,), optional
        Which rows are meant, whole numbers from 0, in which order; all by default.
    weights : ndarray of shape (rows,), optional
        How much each row counts in training; all the same by default.

    Attributes
    ----------
    columns : tuple of str
        What the numbers of a row are, if they are a table of a `Dataset`.
    class_names : tuple of str
        The name of each label, if they are part of a `Dataset`.

    Raises
    ------
    DataError
        If inputs and targets differ in number, or a target is not finite.

    Examples
    --------
    >>> examples = Examples(np.zeros((3, 2, 2), np.uint8), np.array([7, 8, 9]), indices=np.array([2, 0]))
    >>> len(examples), examples.targets
    (2, array([9, 7]))
    """

    columns: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()

    def __init__(
        self,
        inputs: AnyArray,
        targets: AnyArray,
        indices: Integers | None = None,
        weights: Floats | None = None,
    ) -> None:
        _check_paired(inputs, targets)
        if isinstance(targets, np.ndarray) and targets.dtype.kind == "f" and not np.isfinite(targets).all():
            row = int(np.argwhere(~np.isfinite(targets))[0][0])
            raise DataError("target is not a finite number", got=targets[row], where=f"row {row}")
        if weights is not None and weights.shape != (len(inputs),):
            raise DataError("weights of the wrong shape", expected=(len(inputs),), got=weights.shape)
        self.source_inputs = inputs
        self.source_targets = targets
        self.source_weights = weights
        self.indices = np.arange(len(inputs)) if indices is None else indices

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        shape, dtype = self.source_inputs.shape[1:], self.source_inputs.dtype
        return f"<Examples: {len(self):,} of shape {shape}, {dtype}>"

    @property
    def inputs(self) -> AnyArray:
        """A copy of the selected inputs, (examples, ...)."""
        return self.source_inputs[self.indices]

    @property
    def targets(self) -> AnyArray:
        """A copy of the selected targets, (examples,)."""
        return self.source_targets[self.indices]

    def select(self, positions: Integers | slice) -> Examples:
        """Choose some of these examples by their positions among them.

        Parameters
        ----------
        positions : ndarray of shape (n,), integers, or slice
            From 0, in the order wanted.

        Returns
        -------
        chosen : Examples
            Of the same source.

        Raises
        ------
        IndexError
            If a position is out of range.

        Examples
        --------
        >>> examples = Examples(np.zeros((3, 2, 2), np.uint8), np.array([7, 8, 9]), indices=np.array([2, 0]))
        >>> examples.select(slice(1, None)).targets
        array([7])
        """
        chosen = Examples(self.source_inputs, self.source_targets, self.indices[positions], self.source_weights)
        return chosen._named_as(self)

    def _named_as(self, other: Examples) -> Self:
        """Say that rows and labels mean what those of others do."""
        self.columns, self.class_names = other.columns, other.class_names
        return self

    def weighted(self, weights: Floats) -> Examples:
        """Give the same examples, of which each counts as its row of the source does, (rows,)."""
        other = copy(self)
        other.source_weights = weights
        return other

    def spread(self, count: int) -> Examples:
        """Choose so many of these examples, evenly spread over all; of what is on the disk, such as memory has."""
        return self.select(np.unique(np.linspace(0, len(self) - 1, count).astype(np.intp)))

    def parts_of_targets(self) -> Iterator[AnyArray]:
        """Go through all targets: at once, or of what is on the disk part by part."""
        yield self.targets

    def parts_of_indices(self) -> Iterator[Integers]:
        """Go through the rows of the source in the same way."""
        yield self.indices

    def describe_to(self, digest: Any) -> None:
        """Update a digest by what the source is: of all targets, of a thousand rows of inputs."""
        inputs, targets = self.source_inputs, self.source_targets
        rows = np.unique(np.linspace(0, max(len(inputs) - 1, 0), 1_000).astype(np.int64))[: len(inputs)]
        digest.update(repr((inputs.shape, inputs.dtype.str, targets.dtype.str)).encode())
        digest.update(np.ascontiguousarray(inputs[rows]).tobytes())
        digest.update(np.ascontiguousarray(targets).tobytes())


class ExamplesOnDisk(Examples):
    """Examples whose inputs stay in their file, and are learned in windows; see `glassnet.data.windows`.

    Whatever goes through them takes rows of ``source_inputs`` by their numbers, in the order of `order`, or of the
    file: all of them at once, as by ``inputs``, are as much as memory may not hold.

    Parameters
    ----------
    inputs : Rows
        Of the file.
    targets : ndarray of shape (rows,) or Rows
        Labels in memory, or numbers that stay in the file.
    indices : AllBut
        Which rows are meant.
    seen : Examples
        Some of them, evenly spread, in memory.
    """

    def __init__(self, inputs: Rows, targets: AnyArray | Rows, indices: AllBut, seen: Examples) -> None:
        self.source_inputs: Any = inputs
        self.source_targets: Any = targets
        self.source_weights: Floats | None = None
        self.indices: Any = indices
        self._seen = seen

    @property
    def inputs(self) -> AnyArray:
        """All inputs that are meant, read into memory."""
        found: AnyArray = self.source_inputs[self.indices[:]]
        return found

    @property
    def targets(self) -> AnyArray:
        """All targets."""
        found: AnyArray = self.source_targets[self.indices[:]]
        return found

    def spread(self, count: int) -> Examples:
        """Choose so many of those in memory."""
        return self._seen.spread(min(count, len(self._seen)))

    def select(self, positions: Integers | slice) -> Examples:
        """Choose some of these examples; of no more than a window has, inputs and targets are read into memory."""
        rows = self.indices[positions]
        if len(rows) > self.source_inputs.window:
            return Examples(self.source_inputs, self.source_targets, rows)._named_as(self)
        return Examples(self.source_inputs[rows], self.source_targets[rows])._named_as(self)

    def order(self, seed: int, epoch: int) -> WindowOrder:
        """Shuffle the blocks of the file, and rows within windows of them; slices of it are an epoch's batches."""
        return WindowOrder(self.indices, self.source_inputs.starts, self.source_inputs.capacity, seed, epoch)

    def by_row(self) -> Examples:
        """Give the same source by the numbers of its rows, as `order` gives them."""
        everything: Any = EveryRow()
        return Examples(self.source_inputs, self.source_targets, everything, self.source_weights)

    def parts_of_targets(self) -> Iterator[AnyArray]:
        """Go through all targets part by part."""
        for rows in self.parts_of_indices():
            yield self.source_targets.take(rows, axis=0)

    def parts_of_indices(self) -> Iterator[Integers]:
        """Go through the rows of the file part by part."""
        for part in blocks(len(self), PART):
            yield self.indices[part]

    def describe_to(self, digest: Any) -> None:
        """Update a digest by what the file is: of all targets, of a thousand rows, of its row groups."""
        inputs, targets = self.source_inputs, self.source_targets
        digest.update(repr((inputs.shape, inputs.dtype.str, targets.dtype.str)).encode())
        digest.update(inputs.layout)
        digest.update(np.ascontiguousarray(self._seen.source_inputs).tobytes())
        for part in self.parts_of_targets():
            digest.update(np.ascontiguousarray(part).tobytes())


@dataclass(frozen=True, repr=False)
class Dataset:
    """Examples to train on, to validate on and to test on, and their preprocessing; `from_arrays` makes one of arrays.

    Parameters
    ----------
    name : str
        As in the catalogue.
    task : 'classification' or 'regression'
        Whether the targets are labels or numbers.
    train, validation, test : Examples
        Disjoint; validation may be empty.
    preprocessing : Preprocessing
        How inputs become network inputs.
    class_names : tuple of str
        The name of each label, kept as str; empty for regression.
    unit : str
        The unit of numeric targets; empty for classification.
    reading : Reading
        What was decided about a file or a folder of one's own, with reasons and doubts; empty for other data.
    groups : RowGroups, optional
        Which rows are never divided among the parts, nor among folds.

    Raises
    ------
    DataError
        If a label has no class name, or there is nothing to train on.
    UsageError
        If two classes have one name, or there is no such task.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist", train_size=1_000, validation_size=500)
    >>> len(data.train), len(data.validation), len(data.test), data.class_names[:3]
    (1000, 500, 10000, ('0', '1', '2'))
    """

    name: str
    task: Task
    train: Examples
    validation: Examples
    test: Examples
    preprocessing: Preprocessing
    class_names: tuple[str, ...] = ()
    unit: str = ""
    reading: Reading = NOTHING_DECIDED
    groups: RowGroups | None = None

    def __post_init__(self) -> None:
        _check_task(self.task)
        object.__setattr__(self, "class_names", tuple(map(str, self.class_names)))
        if twice := _twice(self.class_names):
            remedy = "Give each class a name of its own"
            raise UsageError(
                "two classes of one name", expected="distinct names", got=f"{twice!r} twice", remedy=remedy
            )
        if not len(self.train):
            raise DataError("nothing to train on", expected="at least one training example", where=self.name)
        columns = self.preprocessing.names if isinstance(self.preprocessing, TablePreprocessing) else ()
        for part in ("train", "validation", "test"):
            examples = copy(getattr(self, part))  # as another data set may have the same, by other names
            examples.columns, examples.class_names = columns, self.class_names
            object.__setattr__(self, part, examples)
        if self.task == "classification":
            for examples in (self.train, self.validation, self.test):
                if examples.source_targets.ndim == 1:
                    for targets in examples.parts_of_targets():
                        check_labels(targets, len(self.class_names))

    @classmethod
    def from_arrays(
        cls,
        inputs: Any,
        targets: Any,
        *,
        train: float | None = None,
        validation: Part | None = None,
        test: Part | None = None,
        class_names: Sequence[str] = (),
        task: Task | None = None,
        columns: Sequence[str] | None = None,
        encoders: Mapping[str, str] | None = None,
        words: Mapping[str, Sequence[str]] | None = None,
        groups: Any = None,
        time: Any = None,
        name: str = "arrays",
        unit: str = "",
        seed: int = 0,
    ) -> Dataset:
        """Make a data set of arrays, or of a frame of numbers; arrays are not copied.

        Parameters
        ----------
        inputs : array of shape (n, height, width) or (n, columns)
            Images, uint8 or floats in 0..1, whose pixels are scaled to 0..1; rows of uint8 with a square number of
            columns, such as (n, 784), are images too. Other rows are a table of numbers, whose columns are standardized
            by mean and deviation of the training rows.
        targets : array of shape (n,), or (n, outputs)
            Integers of at most 64 different values, strings and truth values are classes; floats, and rows of several,
            are numbers. None may be missing.
        train : int or float, optional
            How many rows to train on, or which fraction of all; by default all that are left.
        validation : int, float, or pair of arrays, optional
            How many rows to validate on, or which fraction of all, or inputs and targets of their own. By default a
            sixth of the rows that are not for testing, at most 10,000.
        test : int, float, or pair of arrays, optional
            The same for testing; by default none. These rows do not depend on the seed.
        class_names : sequence of str, optional
            Names of the labels 0, 1, ..., or of False and True; of targets that are strings, all of them in the order
            wanted. By default all that occur, in ascending order.
        task : 'classification' or 'regression', optional
            What is learned; by default as the targets are.
        columns : sequence of str, optional
            Names of a table's columns; of a data frame, which columns to use, by default all.
        encoders : mapping of str to str, optional
            As in `load_dataset`.
        words : mapping of str to sequence of str, optional
            What the numbers 0, 1, ... in a column of categories stand for, by its name.
        groups : array of shape (n,), optional
            Rows of one value are never divided among the parts and the folds, whose sizes are then nearly those wanted.
        time : array of shape (n,), optional
            Numbers or dates: the latest rows test, the latest of the others validate. Not together with `groups`.
        name, unit : str, optional
            Of the data set; of numeric targets.
        seed : int, optional
            Decides which rows are for training and which for validation. Classes have equal shares in both.

        Returns
        -------
        Dataset

        Raises
        ------
        DataError
            If inputs and targets do not fit one another, are none or of the wrong kind, or a target is missing.
        UsageError
            If a size is invalid, or leaves nothing to train on; if names of classes or columns are not distinct, or of
            another number; or if there is no such task.

        Examples
        --------
        >>> images = np.zeros((12, 28, 28), np.uint8)
        >>> data = Dataset.from_arrays(images, ["cat", "dog", "dog"] * 4, validation=0.25)
        >>> data
        <Dataset arrays: images of 28x28 to 2 classes, 9 train, 3 validation, 0 test>
        >>> data.class_names, np.bincount(data.train.targets)
        (('cat', 'dog'), array([3, 6]))
        >>> rows = np.random.default_rng(0).normal(size=(60, 2))
        >>> Dataset.from_arrays(rows, rows.sum(axis=1), test=(rows[:5], rows[:5].sum(axis=1)), columns=("a", "b"))
        <Dataset arrays: rows of 2 columns (a, b) to numbers, 50 train, 10 validation, 5 test>
        """
        columns = [str(name) for name in (getattr(inputs, "columns", ()) if columns is None else columns)]
        class_names = tuple(map(str, class_names))
        inputs, targets = as_inputs(inputs, columns), as_targets(targets)
        _check_paired(inputs, targets)
        if not inputs.size:
            expected = "at least one row and column"
            raise DataError("no numbers to learn from", expected=expected, got=f"shape {inputs.shape}")
        task, reading = _decided(inputs, targets, task, class_names, columns, name)
        by_position = bool(class_names) and are_positions(targets, class_names)
        if task == "regression" and targets.dtype.kind not in "fiu":
            raise DataError("targets are not numbers", got=repr(str(targets[0])))
        if task == "classification" and targets.ndim == 1:
            class_names = class_names or name_classes(targets)

        def examples(inputs: AnyArray, targets: AnyArray, part: str) -> Examples:
            if task == "classification" and targets.ndim == 1:
                where = f"the {part} examples of {name}"
                targets = as_positions(targets) if by_position else number_classes(targets, tuple(class_names), where)
            return Examples(inputs, targets)

        whole, count = examples(inputs, targets, "training"), len(targets)
        apart = {
            part: examples(as_alike(as_inputs(given[0], columns), inputs, part), as_targets(given[1]), part)
            for part, given in (("validation", validation), ("test", test))
            if isinstance(given, tuple | list)
        }
        held_out = 0 if "test" in apart or test is None else as_count(test, count)
        check_size("test size", held_out, count)
        sizes = (as_count(train, count), 0 if "validation" in apart else as_count(validation, count))
        strata, together = strata_of(task, whole.source_targets), RowGroups.of(groups, time, count, held_out, sizes[1])
        rest, tested = stratified_split(strata, count - held_out, held_out, TEST_SPLIT_SEED, together)
        left, parted = together and together.select(rest), split_sizes(len(rest), *sizes)
        trained, validated = stratified_split(strata[rest], *parted, seed, left)
        parts = {"train": rest[trained], "validation": rest[validated], "test": tested}
        preprocessing = _fit_preprocessing(inputs, columns, parts["train"], encoders, words)
        for own in apart.values():
            preprocessing.flatten(own.source_inputs[:1])  # refuses another type
        found = {part: whole.select(rows) for part, rows in parts.items()} | apart
        splits = (found["train"], found["validation"], found["test"])
        return cls(name, task, *splits, preprocessing, tuple(class_names), unit, reading, together)

    def with_one_part(self) -> Dataset:
        """Give the same data with the rows to validate on among those to train on, and columns fitted by all of them.

        Raises
        ------
        UsageError
            If they are of another source, or stay in their file.
        """
        train, others = self.train, self.validation
        if train.source_inputs is not others.source_inputs or isinstance(train, ExamplesOnDisk):
            remedy = "Set --folds 0, or --ensemble 1"
            raise UsageError("folds of rows that are kept apart", expected="rows of one source", remedy=remedy)
        both = replace_indices(train, np.sort(np.concatenate([train.indices, others.indices])))
        preprocessing = self.preprocessing
        if isinstance(preprocessing, ColumnEncoding):
            preprocessing = preprocessing.refitted(both.source_inputs[both.indices])
        return replace(
            self, train=both, validation=replace_indices(train, both.indices[:0]), preprocessing=preprocessing
        )

    def fold(self, number: int, count: int, seed: int = 0) -> Dataset:
        """Validate on one of several parts of the training rows, with equal shares of classes, and train on the rest.

        No group is in two of them; where rows have times, each is a stretch of time.

        Parameters
        ----------
        number, count : int
            Which part, counted from 0, and of how many.
        seed : int, optional
            Of the shuffle before.
        """
        rows = self.train.indices
        if not 0 <= number < count <= len(rows):
            raise UsageError("invalid fold", expected=f"0 to {count - 1}, of at most {len(rows):,}", got=number)
        groups = self.groups and self.groups.select(rows)
        folds = stratified_folds(strata_of(self.task, self.train.targets), count, seed, groups)
        train, validation = (replace_indices(self.train, rows[part]) for part in (folds != number, folds == number))
        return replace(self, train=train, validation=validation)

    def __repr__(self) -> str:
        numbers = f"numbers in {self.unit}" if self.unit else "numbers"
        answers = f"{len(self.class_names)} classes" if self.class_names else numbers
        parts = f"{len(self.train):,} train, {len(self.validation):,} validation, {len(self.test):,} test"
        return f"<Dataset {self.name}: {self.preprocessing.takes} to {answers}, {parts}>"

    def _repr_html_(self) -> str:
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        table = html_table(repr(self).strip("<>"), [(part, f"{len(some):,}") for part, some in parts.items()])
        shown = self.train.select(slice(0, PICTURES))
        if shown.source_inputs.dtype != np.uint8 or shown.source_inputs.ndim != 3:
            return table
        labels = shown.targets.tolist()
        names = [self.class_names[label] if self.class_names else f"{label} {self.unit}" for label in labels]
        return table + html_pictures(zip(names, shown.inputs, strict=True))

    def fingerprint(self, with_names: bool = True) -> str:
        """Give a digest of what the data is: of all targets, of a thousand rows of inputs in each part, of names.

        Without names of columns, and validation rows that are kept apart, it is what version 0.1 gave.

        Parameters
        ----------
        with_names : bool, optional
            Whether the columns' names and validation rows that are kept apart count too.

        Returns
        -------
        str
            A SHA-256, in hexadecimal.
        """
        digest = hashlib.sha256(repr((self.task, self.class_names)).encode())
        parts = [self.train, self.test]
        if with_names:
            digest.update(repr(getattr(self.preprocessing, "names", ())).encode())
            parts += [self.validation] if self.validation.source_inputs is not self.train.source_inputs else []
        for part in parts:
            part.describe_to(digest)
        return digest.hexdigest()[:32]

    @property
    def outputs(self) -> int:
        """The number of outputs that a network for this data needs."""
        targets = self.train.source_targets
        return len(self.class_names) or (1 if targets.ndim == 1 else targets.shape[1])


def replace_indices(examples: Examples, indices: Integers) -> Examples:
    """Give other rows of the same source."""
    return Examples(examples.source_inputs, examples.source_targets, indices, examples.source_weights)


def _decided(
    inputs: AnyArray,
    targets: AnyArray,
    task: Task | None,
    class_names: Sequence[str],
    columns: Sequence[str],
    name: str,
) -> tuple[Task, Reading]:
    """Decide what is learned, unless that or the classes are said, and look for what makes the result worth less."""
    if task or class_names or targets.ndim > 1:
        task = task or ("classification" if class_names else _recognized(targets))
        _check_task(task)
        return task, NOTHING_DECIDED
    task, said = decide_task(targets, _recognized(targets), name, DataError)
    rows = Decision("rows", len(inputs), f"{len(inputs):,} rows")
    # No file is its source: rows are counted from 0.
    return task, Reading("", (rows, said, *examine(inputs, targets, task, columns)))


def _check_paired(inputs: AnyArray, targets: AnyArray) -> None:
    if len(inputs) != len(targets):
        raise DataError("inputs and targets differ in number", expected=f"{len(inputs):,} targets", got=len(targets))


def _check_task(task: str) -> None:
    if task not in get_args(Task):
        raise UnknownNameError("task", task, get_args(Task))


def _twice(names: Sequence[str]) -> str | None:
    """Give the first name that is there twice."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


def _recognized(targets: AnyArray) -> Task:
    return "regression" if targets.dtype.kind == "f" or targets.ndim > 1 else recognize_task(targets)


def _fit_preprocessing(
    inputs: AnyArray,
    columns: Sequence[str],
    train: Integers,
    encoders: Mapping[str, str] | None,
    words: Mapping[str, Sequence[str]] | None,
) -> Preprocessing:
    """Scale pixels of images; fit a table's columns by the training rows."""
    if inputs.ndim == 2:
        names = columns or [f"column {number + 1}" for number in range(inputs.shape[1])]
        if len(names) != inputs.shape[1]:
            expected, remedy = f"{inputs.shape[1]} names", "Name each column of the inputs once"
            raise UsageError("wrong number of columns", expected=expected, got=len(names), remedy=remedy)
        if twice := _twice(names):
            raise UsageError("two columns of one name", expected="distinct names", got=repr(twice), remedy="Rename one")
        gaps = gap_takers(names, encoders)
        for part in blocks(len(inputs), BLOCK):  # before rows are chosen, so that an error names that of the source
            check_finite(inputs[part], names, part.start, gaps=gaps)
        return fit_columns(names, lambda: (inputs[train[part]] for part in blocks(len(train), BLOCK)), encoders, words)
    if encoders:
        raise UsageError("encoders are for the columns of a table", got=f"examples of shape {inputs.shape[1:]}")
    scaling = PixelScaling(inputs.shape[1:])
    scaling.flatten(inputs[:1])  # refuses another type
    return scaling
