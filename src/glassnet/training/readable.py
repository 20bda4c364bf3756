"""Before a training starts: every example, also those that are judged by at its end, can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats, blocks
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.preprocessing import Preprocessing
from ..errors import DataError
from .divergence import quiet

BLOCK = 1_000  # examples that are looked at together
OWN_NUMBER = re.compile(r"( in)? (row|image) 0\b,?")  # of an example that is looked at alone


def check_readable(data: Dataset) -> None:
    """Refuse data of which an example is no numbers that a network can be given; bytes always are.

    Raises
    ------
    DataError
        Naming the row, and the split that it is in.
    """
    for split in ("train", "validation", "test"):
        examples: Examples = getattr(data, split)
        if len(examples) and examples.source_inputs.dtype.kind == "f":
            _check(examples, split, _unwarped(data.preprocessing), examples.source_inputs is data.train.source_inputs)


def _check(examples: Examples, split: str, preprocessing: Preprocessing, shared: bool) -> None:
    out = np.empty((min(BLOCK, len(examples)), preprocessing.inputs), np.float32)
    for part in blocks(len(examples), BLOCK):
        rows = examples.indices[part]
        inputs = examples.source_inputs[rows]
        if _problem(inputs, preprocessing, out[: len(rows)]) is None:
            continue
        for row, alone in zip(rows, inputs, strict=True):
            if problem := _problem(alone[None], preprocessing, out[:1]):
                where = f"row {row:,} of the {'' if shared else f'{split} '}data"
                raise DataError(f"{where}, counted from 0 and in the {split} split: {problem.rstrip('.')}")


def _problem(inputs: AnyArray, preprocessing: Preprocessing, out: Floats) -> str | None:
    """Say what is wrong with examples, if something is."""
    try:
        with quiet():
            preprocessing.apply(inputs, out)
    except DataError as error:
        return OWN_NUMBER.sub("", str(error))
    return None if np.isfinite(out).all() else "expected finite numbers, got NaN or infinity"


def _unwarped(preprocessing: Any) -> Preprocessing:
    """Give what reads examples without warping them, which takes time and makes no number one that cannot be read."""
    plain: Preprocessing = replace(preprocessing, deskew=False) if preprocessing.warps else preprocessing
    return plain
