"""Examples: inputs and targets, as rows of arrays that are not copied."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from ..arrays import AnyArray, Floats, Integers, Task
from ..errors import DataError
from .preprocessing.preprocessing import Preprocessing
from .preprocessing.targets import check_labels


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
    indices : ndarray of int, optional
        Which rows are meant, in which order; all by default.
    weights : ndarray of shape (rows,), optional
        How much each row counts in training; all the same by default.

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

    def __init__(
        self,
        inputs: AnyArray,
        targets: AnyArray,
        indices: Integers | None = None,
        weights: Floats | None = None,
    ) -> None:
        if len(inputs) != len(targets):
            raise DataError(
                "inputs and targets differ in number", expected=f"{len(inputs):,} targets", got=len(targets)
            )
        if targets.dtype.kind == "f" and not np.isfinite(targets).all():
            row = int(np.argwhere(~np.isfinite(targets))[0][0])
            raise DataError("target is not a finite number", got=targets[row], where=f"row {row}")
        if weights is not None and weights.shape != (len(inputs),):
            raise DataError("weights of another shape", expected=(len(inputs),), got=weights.shape)
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
        return Examples(self.source_inputs, self.source_targets, self.indices[positions], self.source_weights)


@dataclass(frozen=True)
class Dataset:
    """What a network learns from, chooses by, and is judged on.

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
        The name of each label; empty for regression.
    unit : str
        The unit of numeric targets; empty for classification.

    Raises
    ------
    DataError
        If a label has no class name, or there is nothing to train on.
    """

    name: str
    task: Task
    train: Examples
    validation: Examples
    test: Examples
    preprocessing: Preprocessing
    class_names: tuple[str, ...] = ()
    unit: str = ""

    def __post_init__(self) -> None:
        if not len(self.train):
            raise DataError("nothing to train on", expected="at least one training example", where=self.name)
        if self.task == "classification":
            for examples in (self.train, self.validation, self.test):
                if examples.source_targets.ndim == 1:
                    check_labels(examples.targets, len(self.class_names))

    def fingerprint(self) -> str:
        """Give a digest of what the data is: of all targets, and of a thousand rows of inputs in each part."""
        digest = hashlib.sha256(repr((self.task, self.class_names)).encode())
        for part in (self.train, self.test):
            inputs, targets = part.source_inputs, part.source_targets
            rows = np.unique(np.linspace(0, max(len(inputs) - 1, 0), 1_000).astype(np.int64))[: len(inputs)]
            digest.update(repr((inputs.shape, inputs.dtype.str, targets.dtype.str)).encode())
            digest.update(np.ascontiguousarray(inputs[rows]).tobytes())
            digest.update(np.ascontiguousarray(targets).tobytes())
        return digest.hexdigest()[:32]

    @property
    def outputs(self) -> int:
        """The number of outputs that a network for this data needs."""
        targets = self.train.source_targets
        return len(self.class_names) or (1 if targets.ndim == 1 else targets.shape[1])
