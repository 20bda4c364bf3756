"""Arrays and frames as `Dataset.from_arrays` takes them: inputs, targets and sizes of each form that they may have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays import AnyArray, Integers, Task
from ..errors import DataError
from ..settings import plain
from .preprocessing.table import columns_of
from .preprocessing.targets import check_unmasked
from .readers.reader import as_images


def as_inputs(inputs: Any, columns: Sequence[str]) -> AnyArray:
    """Give images, (n, height, width), or rows of numbers, (n, columns); of a frame the columns of these names."""
    check_unmasked("inputs", inputs)
    array = columns_of(inputs, columns) if columns and hasattr(inputs, "columns") else np.asarray(inputs)
    if array.ndim < 2 or array.dtype.kind not in "fiub":
        expected, got = "numbers of shape (n, ...)", f"{array.dtype} of shape {array.shape}"
        raise DataError("inputs of the wrong kind", expected=expected, got=got)
    return as_images(array)


def as_alike(inputs: AnyArray, others: AnyArray, part: str) -> AnyArray:
    """Give a part's own inputs the shape that the others have, of images or of flat rows; DataError if they cannot."""
    own, shape = inputs.shape[1:], others.shape[1:]
    if own != shape and (math.prod(own) != math.prod(shape) or 1 not in (len(own), len(shape))):
        expected = f"shape (n, {', '.join(map(str, shape))}), as the others"
        raise DataError(f"{part} inputs of the wrong shape", expected=expected, got=f"shape {inputs.shape}")
    return inputs.reshape(len(inputs), *shape)


def are_positions(targets: AnyArray, class_names: Sequence[str]) -> bool:
    """Tell whether targets are places among the names: integers, and truth values that the names do not spell."""
    return targets.dtype.kind in "iu" or (targets.dtype.kind == "b" and not {"False", "True"} <= set(class_names))


def as_positions(targets: AnyArray) -> AnyArray:
    """Give places among the names as integers: False is 0, True is 1."""
    return targets.astype(np.int64) if targets.dtype.kind == "b" else targets


def as_count(part: Any, rows: int) -> Any:
    """Give a fraction of the rows as a count; what is none stays as it is."""
    part = plain(part)
    return round(part * rows) if isinstance(part, float) and 0 <= part < 1 else part


def strata_of(task: Task, targets: AnyArray) -> Integers:
    """Give the class of each row; zeros where there are none."""
    return targets if task == "classification" and targets.ndim == 1 else np.zeros(len(targets), np.int8)
