"""The catalogue of named data sets."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..arrays import AnyArray, Bytes, Floats
from ..errors import UsageError
from ..names import find
from .cache import compute_once, read_unpacked
from .examples import Dataset, Examples, Task
from .own import check_own_test, load_own
from .pixels import PixelScaling
from .rotation import ROTATED_MNIST_VERSION, fixed_angles, rotate
from .splits import split_sizes, stratified_split

MNIST_DIRECTORY = Path(__file__).parent / "mnist"
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
DIGITS = tuple("0123456789")
MNIST_LICENCE = "CC BY-SA 3.0"

# (training inputs, training targets, test inputs, test targets)
Arrays = tuple[AnyArray, AnyArray, AnyArray, AnyArray]


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue."""

    name: str
    task: Task
    description: str
    licence: str
    load: Callable[[], Arrays]
    class_names: tuple[str, ...] = ()
    unit: str = ""


def load_dataset(
    name: str | os.PathLike[str],
    *,
    train_size: int | None = None,
    validation_size: int | None = None,
    test_size: int | None = None,
    target: str | None = None,
    task: Task | None = None,
    seed: int = 0,
) -> Dataset:
    """Load a data set by its name, or one's own by its path, and carve a validation set from its training rows.

    Parameters
    ----------
    name : str or path-like
        A name of the catalogue, such as ``'mnist'``, the handwritten digits, or ``'rotated-mnist'``, the same turned by
        an angle to be predicted. Else a path: a table (``.csv``, ``.tsv``, ``.parquet``), arrays (``.npz``, ``.npy``),
        a pair of IDX files, or a folder of pictures with a folder for each class.
    train_size, validation_size : int, optional
        How many rows to train on and to validate on. By default a sixth, 10,000 at most, validates, and the rest
        trains. Validation size 0 is allowed.
    test_size : int, optional
        How many rows to judge by, of data that has no test set of its own; as many as validate by default.
    target : str, optional
        Of a table, the column to predict; by default the one that is called label, target, class or y.
    task : 'classification' or 'regression', optional
        What is learned; by default recognized by the targets, see `glassnet.data.task`.
    seed : int, optional
        Which rows train and which validate. Classes have equal shares in both.

    Returns
    -------
    Dataset
        With `train`, `validation` and `test`, whose images stay uint8 and are not copied.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    UsageError
        If the sizes leave nothing to train on, or exceed the data.
    DataFileError
        If a file is damaged, or is not what it should be.

    Examples
    --------
    >>> data = load_dataset("mnist", train_size=1_000, validation_size=500)
    >>> len(data.train), len(data.validation), len(data.test)
    (1000, 500, 10000)
    """
    if name not in CATALOGUE and is_path(name):
        return load_own(
            Path(name),
            train_size=train_size,
            validation_size=validation_size,
            test_size=test_size,
            target=target,
            task=task,
            seed=seed,
        )
    entry = find("data set", str(name), CATALOGUE)
    if target is not None or task not in (None, entry.task):
        remedy = "Leave target and task out"
        raise UsageError(f"{name} has a task of its own", expected=entry.task, got=target or task, remedy=remedy)
    inputs, targets, test_inputs, test_targets = entry.load()
    check_own_test(test_size, len(test_targets))
    sizes = split_sizes(len(inputs), train_size, validation_size)
    strata = targets if entry.task == "classification" else np.zeros(len(targets), np.int8)
    train, validation = stratified_split(strata, *sizes, seed)
    return Dataset(
        name=entry.name,
        task=entry.task,
        train=Examples(inputs, targets, train),
        validation=Examples(inputs, targets, validation),
        test=Examples(test_inputs, test_targets),
        preprocessing=PixelScaling(inputs.shape[1:]),
        class_names=entry.class_names,
        unit=entry.unit,
    )


def is_path(name: str | os.PathLike[str]) -> bool:
    """Tell whether a data set is named by a path: by what is there, or by how it is written."""
    text = os.fspath(name)
    return not isinstance(name, str) or Path(text).exists() or os.sep in text or bool(Path(text).suffix)


def _read_mnist(stem: str) -> Bytes:
    return read_unpacked(MNIST_DIRECTORY / f"{stem}.gz", MNIST_SHA256[stem])


def _load_mnist() -> Arrays:
    train_images, train_labels, test_images, test_labels = (_read_mnist(stem) for stem in MNIST_SHA256)
    return train_images, train_labels, test_images, test_labels


def _load_rotated_mnist() -> Arrays:
    """Turn every image by its angle, which belongs to the data set and not to a run."""
    train_images, train_angles = _rotated("train-images-idx3-ubyte", stream=0)
    test_images, test_angles = _rotated("t10k-images-idx3-ubyte", stream=1)
    return train_images, train_angles, test_images, test_angles


def _rotated(stem: str, stream: int) -> tuple[Bytes, Floats]:
    images = _read_mnist(stem)
    angles = fixed_angles(len(images), stream)
    name = f"rotated-{ROTATED_MNIST_VERSION}-{stem}"
    return compute_once(name, lambda: rotate(images, angles)), angles


CATALOGUE = {
    entry.name: entry
    for entry in (
        Entry(
            "mnist",
            "classification",
            "handwritten digits, 28x28: which digit is it?",
            MNIST_LICENCE,
            _load_mnist,
            class_names=DIGITS,
        ),
        Entry(
            "rotated-mnist",
            "regression",
            "the same digits turned by -45 to 45 degrees: by how much?",
            MNIST_LICENCE,
            _load_rotated_mnist,
            unit="degrees",
        ),
    )
}
