"""Arrays as NumPy writes them: one ``.npz`` archive, or ``.npy`` files that are mapped into memory and never copied.

The arrays are known by their names: inputs and targets, or x and y, or images and labels; those to judge by have test
before or behind it. So Keras' ``mnist.npz`` (x_train, y_train, x_test, y_test) is read as it is.
"""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from ...arrays import AnyArray, blocks
from ...errors import DataFileError, listed
from .reader import BLOCK, READERS, Reader, RowBlock, as_images

INPUTS = ("x", "inputs", "images", "data", "features")
TARGETS = ("y", "targets", "labels", "target", "label")
TRAIN = ("{}_train", "train_{}", "{}")
TEST = ("{}_test", "test_{}")
# What NumPy and the archive's reader raise where a byte is wrong.
DAMAGE = (
    OSError,
    ValueError,
    EOFError,
    SyntaxError,
    TypeError,
    KeyError,
    OverflowError,
    MemoryError,
    RuntimeError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
REMEDY = "Write it anew with numpy.savez or numpy.save, from arrays of numbers or strings"


class Arrays(Reader):
    """Examples in arrays: inputs (rows, ...), and targets, (rows,) or (rows, 1), where there are any.

    Raises
    ------
    DataFileError
        If they differ in number, or are no numbers.
    """

    def __init__(
        self, path: Path, inputs: AnyArray, targets: AnyArray | None = None, test: Reader | None = None
    ) -> None:
        super().__init__(path)
        if inputs.ndim < 2 or inputs.dtype.kind not in "fiub":
            expected, got = "numbers of shape (rows, ...)", f"{inputs.dtype} of shape {inputs.shape}"
            raise DataFileError("inputs of another kind", expected=expected, got=got, where=path)
        if targets is not None:
            targets = targets[:, 0] if targets.ndim == 2 and targets.shape[1] == 1 else targets
            if targets.shape != (len(inputs),):
                expected, got = f"shape ({len(inputs)},)", f"shape {targets.shape}"
                raise DataFileError("targets do not fit the inputs", expected=expected, got=got, where=path)
        self._whole = RowBlock(as_images(inputs), targets)
        self.test = test
        self.lacks_targets = targets is None
        if self._whole.inputs.ndim == 2:
            self.columns = tuple(f"column {number}" for number in range(1, inputs.shape[1] + 1))

    def blocks(self) -> Iterator[RowBlock]:
        """Give views of the arrays."""
        inputs, targets = self._whole.inputs, self._whole.targets
        for part in blocks(len(inputs), BLOCK):
            yield RowBlock(inputs[part], None if targets is None else targets[part])

    def read(self) -> RowBlock:
        """Give the arrays themselves."""
        if not len(self._whole.inputs):
            raise DataFileError("no examples", expected="at least one row", where=self.path)
        return self._whole


@READERS.register(".npz")
class NpzArrays(Arrays):
    """An archive of arrays; nothing in it is unpickled, and nothing is unpacked to the disk."""

    files = "arrays (.npz, .npy)"

    def __init__(self, path: Path) -> None:
        try:
            # Opened here: NumPy leaves a file open that is no archive.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                if not isinstance(archive, np.lib.npyio.NpzFile):
                    raise ValueError("one array only: name it .npy")
                found = {role: archive[name] for role, name in _names(archive.files, path).items()}
        except DAMAGE as error:
            raise _unreadable(path, error) from error
        super().__init__(path, *_by_role(found, path))


@READERS.register(".npy")
class NpyArrays(Arrays):
    """Arrays mapped into memory: a file such as x_train.npy, with its targets beside it, or a folder of such."""

    files = "a folder of arrays (.npy)"

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Take a folder of such files too."""
        return any(path.glob("*.npy")) if path.is_dir() else super().opens(path)

    def __init__(self, path: Path) -> None:
        known = {file.stem: file for file in sorted((path if path.is_dir() else path.parent).glob("*.npy"))}
        if path.is_dir():
            found = {role: _map(known[name]) for role, name in _names(known, path).items()}
            super().__init__(path, *_by_role(found, path))
            return
        role = _role(path.stem)
        wanted = role.replace("inputs", "targets") if role in ("inputs", "test inputs") else ""
        targets = [file for name, file in known.items() if wanted and _role(name) == wanted]
        if len(targets) > 1:
            got, remedy = " and ".join(file.name for file in targets), "Rename one"
            raise DataFileError(f"two arrays that could be the {wanted}", got=got, where=path.parent, remedy=remedy)
        super().__init__(path, _map(path), _map(targets[0]) if targets else None)


def _map(path: Path) -> AnyArray:
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except DAMAGE as error:
        raise _unreadable(path, error) from error


def _role(name: str) -> str | None:
    """Say what an array of that name is for: inputs, targets, test inputs or test targets."""
    for kind, nouns in (("inputs", INPUTS), ("targets", TARGETS)):
        for prefix, patterns in (("", TRAIN), ("test ", TEST)):
            if name.lower() in [pattern.format(noun) for pattern in patterns for noun in nouns]:
                return f"{prefix}{kind}"
    return None


def _names(names: Mapping[str, object] | list[str], path: Path) -> dict[str, str]:
    """Find the names of the roles there are."""
    roles: dict[str, str] = {}
    for name in names:
        role = _role(name)
        if role in roles:
            got = f"{roles[role]} and {name}"
            raise DataFileError(f"two arrays that could be the {role}", got=got, where=path, remedy="Rename one")
        if role:
            roles[role] = name
    if "inputs" not in roles and "test inputs" in roles:
        return {role.removeprefix("test "): name for role, name in roles.items() if role.startswith("test ")}
    if "inputs" not in roles:
        expected, got = "arrays named x and y, or x_train and y_train", listed([*names]) or "none"
        raise DataFileError("no inputs among the arrays", expected=expected, got=got, where=path)
    return roles


def _by_role(found: Mapping[str, AnyArray], path: Path) -> tuple[AnyArray, AnyArray | None, Arrays | None]:
    """Give inputs, targets and test part, as `Arrays` takes them."""
    test = Arrays(path, found["test inputs"], found.get("test targets")) if "test inputs" in found else None
    return found["inputs"], found.get("targets"), test


def _unreadable(path: Path, error: Exception) -> DataFileError:
    got = getattr(error, "strerror", None) or str(error)
    return DataFileError("cannot read the arrays", got=got, where=path, remedy=REMEDY)
