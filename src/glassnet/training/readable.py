"""Before a training starts: every example, also those that are judged by at its end, can be computed with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import blocks
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.preprocessing import Preprocessing
from ..errors import DataError
from .divergence import quiet

BLOCK = 1_000  # examples that are looked at together


def check_readable(data: Dataset) -> None:
    """Refuse data of which an example is no numbers that a network can be given; bytes always are.

    Raises
    ------
    DataError
        Naming the split, and the row of its arrays, from 0; of one's own file its row, from 1.
    """
    for split in ("train", "validation", "test"):
        examples: Examples = getattr(data, split)
        if len(examples) and examples.source_inputs.dtype.kind == "f":
            _check(examples, f"{split} rows", _unwarped(data.preprocessing), data.reading.source)


def _check(examples: Examples, what: str, preprocessing: Preprocessing, file: str) -> None:
    out = np.empty((min(BLOCK, len(examples)), preprocessing.inputs), np.float32)
    for part in blocks(len(examples), BLOCK):
        rows = examples.indices[part]
        try:
            with quiet():
                preprocessing.apply(examples.source_inputs.take(rows, axis=0), out[: len(rows)])
        except DataError:
            # A block is refused by the row in it; one row alone can be named by its own number.
            for row in rows.tolist():
                _check_row(examples, row, what, preprocessing, file)
            raise


def _check_row(examples: Examples, row: int, what: str, preprocessing: Preprocessing, file: str) -> None:
    try:
        with quiet():
            preprocessing.apply(examples.source_inputs[row : row + 1], first=row + bool(file))
    except DataError as error:
        what += f" of {file}, counted from 1," if file else ""
        raise DataError(f"{what} that cannot be computed with: {error}".removesuffix(".")) from error


def _unwarped(preprocessing: Any) -> Preprocessing:
    """Give what reads examples without warping them, which takes time and makes no number one that cannot be read."""
    plain: Preprocessing = replace(preprocessing, deskew=False) if preprocessing.warps else preprocessing
    return plain
