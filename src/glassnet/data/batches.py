"""Batches: which examples, in which order, as the arrays that a network takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..errors import DataError
from ..randomness import generator
from .examples import Examples
from .pixels import check_unit_range
from .preprocessing import Preprocessing
from .targets import TargetScale, one_hot

Distort = Callable[[AnyArray], AnyArray]  # images in, images of the same shape and type out


def epoch_order(count: int, seed: int, epoch: int) -> Integers:
    """Shuffle the positions of an epoch's examples.

    Parameters
    ----------
    count : int
        The number of training examples.
    seed, epoch : int
        The address of this shuffle.

    Returns
    -------
    ndarray of shape (count,)
        Each position once.

    Examples
    --------
    >>> sorted(epoch_order(4, seed=0, epoch=1).tolist())
    [0, 1, 2, 3]
    """
    return generator(seed, "shuffle", epoch).permutation(count)


def batch_starts(count: int, batch_size: int) -> Iterator[slice]:
    """Cut the positions 0..count-1 into runs; the last may be smaller.

    Parameters
    ----------
    count : int
        The number of examples.
    batch_size : int
        The length of a run, at least 1.

    Yields
    ------
    slice

    Examples
    --------
    >>> list(batch_starts(5, 3))
    [slice(0, 3, None), slice(3, 5, None)]
    """
    for start in range(0, count, batch_size):
        yield slice(start, min(start + batch_size, count))


def read_inputs(
    examples: Examples,
    positions: Integers | slice,
    preprocessing: Preprocessing,
    out: Floats,
    distort: Distort | None = None,
) -> None:
    """Gather inputs of the given examples and preprocess them.

    Parameters
    ----------
    examples : Examples
        The source.
    positions : ndarray of shape (batch,) or slice
        Which of them.
    preprocessing : Preprocessing
        What turns an example into inputs.
    out : ndarray of shape (batch, inputs)
        Where the inputs go.
    distort : callable, optional
        What is done to the images first.

    Raises
    ------
    DataError
        If the source's shape, type or range is not what the preprocessing takes.
    """
    images = np.take(examples.source_inputs, examples.indices[positions], axis=0)
    if distort is not None:
        images = preprocessing.flatten(images).reshape(-1, *preprocessing.input_shape)
        if images.dtype != np.uint8:
            check_unit_range(images)
        images = distort(images)
    preprocessing.apply(images, out)


def read_targets(examples: Examples, positions: Integers | slice, scale: TargetScale | None, out: Floats) -> None:
    """Gather targets of the given examples: one-hot rows for labels, standardized numbers; rows as they are.

    Parameters
    ----------
    examples : Examples
        The source.
    positions : ndarray of shape (batch,) or slice
        Which of them.
    scale : TargetScale or None
        For numbers; None for labels.
    out : ndarray of shape (batch, outputs)
        Where the target rows go.

    Raises
    ------
    DataError
        If a label is not an integer in 0..outputs-1.
    """
    targets = examples.source_targets[examples.indices[positions]]
    if targets.ndim == 2:
        if targets.shape != out.shape:
            raise DataError("target rows of another width", expected=out.shape[1], got=targets.shape[1])
        np.copyto(out, targets, casting="unsafe")
    elif scale is None:
        one_hot(targets, out.shape[1], out)
    else:
        out[...] = scale.standardize(targets).reshape(out.shape)
