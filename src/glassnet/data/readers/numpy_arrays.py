"""Arrays as NumPy writes them: one ``.npz`` archive, or ``.npy`` files that are mapped into memory and never copied.

The arrays are known by their names: inputs and targets, or x and y, or images and labels; those to judge by have test
before or behind it. So Keras' ``mnist.npz`` (x_train, y_train, x_test, y_test) is read as it is.
"""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np

from ...arrays import AnyArray, blocks
from ...errors import DataFileError, listed
from ..limits import check_limit
from ..reading import AS_THE_FILE_IS, Decision, ReadingOptions
from ..rows import ArrayRows, ChangedRows, Rows, window_for
from .folders import PARTS, entries, is_leftover, unwrapped, words_of
from .pixel_arrays import recognize_pixels
from .reader import BLOCK, READERS, Reader, RowBlock

INPUTS = (
    *("x", "xs", "input", "inputs", "image", "images", "img", "imgs", "picture", "pictures", "data", "pixels"),
    *("feature", "features", "samples"),
)
TARGETS = ("y", "ys", "target", "targets", "label", "labels", "lbl", "lbls", "answer", "answers")
CLASS_NAMES = ("classnames", "labelnames", "targetnames", "categorynames", "names", "classes", "categories")
UNNAMED = ("arr_0", "arr_1")  # what numpy.savez calls arrays that it is given without names
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
    NotImplementedError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
REMEDY = "Write it anew with numpy.savez or numpy.save, from arrays of numbers or strings"


class Arrays(Reader):
    """Examples in arrays: inputs (rows, ...), and targets, (rows,) or one-hot, where there are any.

    Raises
    ------
    DataFileError
        If they differ in number, are no numbers, or are images of an unknown form.
    """

    target_remedy = "Name the array of targets y or labels"
    settled_by: ClassVar[tuple[str, ...]] = ("read_as",)

    def __init__(
        self,
        path: Path,
        inputs: AnyArray | Rows,
        targets: AnyArray | Rows | None = None,
        options: ReadingOptions = AS_THE_FILE_IS,
        names: AnyArray | None = None,
    ) -> None:
        super().__init__(path)
        if inputs.ndim < 2 or inputs.dtype.kind not in "fiub" or not math.prod(inputs.shape[1:]):
            expected, got = "numbers of shape (rows, ...)", f"{inputs.dtype} of shape {inputs.shape}"
            raise DataFileError("inputs of the wrong kind", expected=expected, got=got, where=path)
        if targets is not None and (targets.ndim == 0 or len(targets) != len(inputs)):
            expected, got = f"shape ({len(inputs)},)", f"shape {targets.shape}"
            raise DataFileError("targets do not fit the inputs", expected=expected, got=got, where=path)
        self._inputs = inputs
        looked_at: Any = inputs  # by shape, type and slices, whether it is an array or in a file
        self._pixels, decided = recognize_pixels(looked_at, options.read_as, path)
        self.decisions = decided
        self._targets = targets
        self._names = self._class_names(names)
        if targets is not None and targets.ndim == 2 and targets.shape[1] > 1:
            self.decisions.append(Decision("targets", "one-hot", f"one-hot targets of {targets.shape[1]} columns"))
        if isinstance(targets, np.ndarray):
            self._targets, self._names = self._one_a_row(targets), None
        elif targets is not None:
            self._one_a_row(targets[:1])  # refuses another kind
        self.lacks_targets = targets is None
        if isinstance(inputs, Rows):
            self.window = inputs.window
            row_bytes = math.prod(inputs.shape[1:]) * (1 if self._pixels else inputs.dtype.itemsize)
            self.decisions.append(self.windows_said(row_bytes))
        if self._pixels is None:
            self.columns = tuple(f"column {number}" for number in range(1, inputs.shape[1] + 1))

    def _one_a_row(self, targets: AnyArray, first: int = 0) -> AnyArray:
        """Give a target for each row: of one-hot rows the place of the one, of labels their names."""
        if targets.ndim == 2 and targets.shape[1] == 1:
            targets = targets[:, 0]
        if targets.ndim == 2:
            targets = self._places(targets, first)
        if targets.ndim != 1 or targets.dtype.kind not in "fiubSU":
            expected, got = f"shape ({len(targets)},), or one-hot", f"{targets.dtype} of shape {targets.shape}"
            raise DataFileError("targets of the wrong kind", expected=expected, got=got, where=self.path)
        return targets if self._names is None else self._named(targets)

    def _places(self, rows: AnyArray, first: int) -> AnyArray:
        """Read one-hot rows: a single one among zeros is a class, called by its place."""
        wrong = ((rows != 0) & (rows != 1)).any(axis=1) | ((rows == 1).sum(axis=1) != 1)
        if wrong.any():
            row = int(np.argmax(wrong))
            expected = "one target a row, or one-hot rows: a single 1, and else 0"
            got, remedy = np.array2string(rows[row], threshold=8), "Write one label or number a row"
            where = f"{self.path}, row {first + row + 1}"
            raise DataFileError("several targets in a row", expected=expected, got=got, where=where, remedy=remedy)
        places: AnyArray = rows.argmax(axis=1)
        return places

    def _class_names(self, names: AnyArray | None) -> list[str] | None:
        """Read the names of the classes that the labels stand for, unless these are names themselves."""
        if names is None or self._targets is None or self._targets.dtype.kind in "SU":
            return None
        known = [name.decode() if isinstance(name, bytes) else str(name) for name in names.tolist()]
        self.decisions.append(Decision("class names", known, f"classes called {listed(known, most=5)}"))
        return known

    def _named(self, targets: AnyArray) -> AnyArray:
        """Call labels by the names of the classes that the archive holds."""
        known, numbers = self._names or [], targets.astype(np.int64)
        if (numbers != targets).any() or (len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(known)):
            expected, got = f"labels of 0..{len(known) - 1}", f"{targets.min()}..{targets.max()}"
            raise DataFileError("labels without a name", expected=expected, got=got, where=self.path)
        return np.array(known)[numbers]

    def blocks(self) -> Iterator[RowBlock]:
        """Give views of the arrays, or images made of them."""
        for part in blocks(len(self._inputs), BLOCK):
            inputs = self._inputs[part] if self._pixels is None else self._pixels.apply(self._inputs[part])
            targets = None if self._targets is None else self._targets[part]
            if isinstance(self._targets, Rows) and targets is not None:
                targets = self._one_a_row(targets, part.start)
            yield RowBlock(inputs, targets, rows=range(part.start + 1, part.start + len(inputs) + 1))

    def read(self) -> RowBlock:
        """Give the arrays themselves, or images made of them."""
        if not len(self._inputs):
            raise DataFileError("no examples", expected="at least one row", where=self.path)
        if isinstance(self._inputs, Rows) or isinstance(self._targets, Rows):
            return super().read()
        whole = self._pixels.apply_to_all(self._inputs, self.path) if self._pixels else self._inputs
        return RowBlock(whole, self._targets, rows=range(1, len(whole) + 1))

    def stored(self) -> tuple[Rows, Rows | AnyArray | None]:
        """Give inputs and targets that stay in the file."""
        assert isinstance(self._inputs, Rows)
        inputs = self._inputs if self._pixels is None else ChangedRows(self._inputs, self._pixels.apply)
        targets = self._targets
        return inputs, ChangedRows(targets, self._one_a_row) if isinstance(targets, Rows) else targets

    def add_parts(self, found: Mapping[str, AnyArray], options: ReadingOptions) -> None:
        """Make readers of the arrays that are kept apart, to choose by and to judge by."""
        for part in ("validation", "test"):
            if (inputs := found.get(f"{part} inputs")) is not None:
                targets = found.get(f"{part} targets")
                other = Arrays(self.path, inputs, targets, options, found.get("class names"))
                setattr(self, part, other)
                verb = "validated" if part == "validation" else "tested"
                without = ", which have no targets" if targets is None else ""
                said = f"{'not ' if without else ''}{verb} on {len(inputs):,} of their own{without}"
                self.decisions.append(Decision(part, len(inputs), said))


@READERS.register(".npz")
class NpzArrays(Arrays):
    """An archive of arrays; nothing in it is unpickled, and nothing is unpacked to the disk."""

    files = "arrays (.npz, .npy)"

    def __init__(self, path: Path, options: ReadingOptions = AS_THE_FILE_IS) -> None:
        try:
            # Opened here: NumPy leaves a file open that is not an archive.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                if not isinstance(archive, np.lib.npyio.NpzFile):
                    raise ValueError("one array only: name it .npy")
                names = _names(archive.files, path)
                _check_sizes(archive.zip, names.values(), path)
                found = {role: archive[name] for role, name in names.items()}
        except DAMAGE as error:
            raise _unreadable(path, error) from error
        super().__init__(path, found["inputs"], found.get("targets"), options, found.get("class names"))
        self.decisions += _said_of(names)
        self.add_parts(found, options)


@READERS.register(".npy")
class NpyArrays(Arrays):
    """Arrays mapped into memory: a file such as x_train.npy, with its targets beside it, or a folder of such."""

    files = "a folder of arrays (.npy)"
    settled_by = ("read_as", "window")

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Take a folder of such files too."""
        return bool(_arrays_in(unwrapped(path))) if path.is_dir() else super().opens(path)

    def __init__(self, path: Path, options: ReadingOptions = AS_THE_FILE_IS) -> None:
        known = _arrays_in(unwrapped(path) if path.is_dir() else path.parent)
        self._files = [path]
        if path.is_dir():
            names = _names(known, path)
            self._files = [known[name] for name in names.values()]
            window = _window(known[names["inputs"]], options)
            found: dict[str, Any] = {role: _open(known[name], window) for role, name in names.items()}
            if "class names" in found:
                found["class names"] = _open(known[names["class names"]], 0)
            super().__init__(path, found["inputs"], found.get("targets"), options, found.get("class names"))
            self.decisions += _said_of(names)
            self.add_parts(found, options)
            return
        role = role_of(path.stem) or ""
        wanted = role.replace("inputs", "targets") if role.endswith("inputs") else ""
        targets = [file for name, file in known.items() if wanted and role_of(name) == wanted]
        if len(targets) > 1:
            got, remedy = " and ".join(file.name for file in targets), "Rename one"
            raise DataFileError(f"two arrays that could be the {wanted}", got=got, where=path.parent, remedy=remedy)
        window = _window(path, options)
        super().__init__(path, _open(path, window), _open(targets[0], window) if targets else None, options)
        if targets:
            self._files += targets
            self.decisions.append(Decision("targets", targets[0].name, f"targets of {targets[0].name}"))

    @property
    def sources(self) -> list[Path]:
        """Give the arrays that are read."""
        return self._files


def _arrays_in(folder: Path) -> dict[str, Path]:
    """Find the arrays in a folder, by their names without the ending."""
    found = [Path(entry) for entry in entries(folder) if not is_leftover(entry.name)]
    return {file.stem: file for file in found if file.suffix.lower() == ".npy" and file.is_file()}


def _map(path: Path) -> Any:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except DAMAGE as error:
        raise _unreadable(path, error) from error


def _window(path: Path, options: ReadingOptions) -> int:
    """Choose how many rows of an array are held while it is learned from; 0 for all."""
    mapped = _map(path)
    rows = math.prod(mapped.shape[:1])
    return window_for(options.window, rows, mapped.nbytes // max(rows, 1))


def _open(path: Path, window: int) -> AnyArray | Rows:
    """Map an array into memory, or leave it in its file, where there is a window."""
    mapped = _map(path)
    if not window or not mapped.ndim or mapped.dtype.kind not in "fiub":
        return np.asarray(mapped)
    fortran = not mapped.flags.c_contiguous
    return ArrayRows(path, mapped.offset, mapped.shape, mapped.dtype, window, fortran)


def _check_sizes(archive: zipfile.ZipFile | None, names: Iterable[str], path: Path) -> None:
    """Refuse members that hold more than their headers bear out, or all together more than the limit."""
    size = 0
    assert archive is not None  # it is open
    for name in names:
        member = archive.getinfo(f"{name}.npy" if f"{name}.npy" in archive.namelist() else name)
        with archive.open(member) as file:
            announced = _announced(file)
        if announced > member.file_size:
            expected, got = f"at most {member.file_size:,} bytes, as the archive has it", f"{announced:,}"
            raise DataFileError("array of the wrong size", expected=expected, got=got, where=f"{path}, {name}")
        size += member.file_size
        check_limit("unpacked_bytes", size, path)


def _announced(file: IO[bytes]) -> int:
    """Give the bytes that the header of an array announces; ValueError if there is none."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    if dtype.hasobject:
        raise ValueError("objects, which only pickle could read")
    if any(length < 0 for length in shape):
        raise ValueError(f"a shape of {shape}")
    return math.prod(shape) * dtype.itemsize


def _roles() -> dict[str, str]:
    """Give what an array is for by all the names that it may have, without signs and in small letters."""
    roles = dict.fromkeys(CLASS_NAMES, "class names")
    for kind, nouns in (("inputs", INPUTS), ("targets", TARGETS)):
        for noun in nouns:
            roles[noun] = kind
            for part, words in PARTS.items():
                prefix = "" if part == "train" else f"{part} "
                for word in words:
                    roles[word + noun] = roles[noun + word] = f"{prefix}{kind}"
    return roles


ROLES = _roles()


def role_of(name: str) -> str | None:
    """Say what an array of that name is for: inputs, targets, test inputs or test targets, and so on; or nothing.

    Examples
    --------
    >>> role_of("X_train"), role_of("trainLabels"), role_of("test-images"), role_of("notes")
    ('inputs', 'targets', 'test inputs', None)
    """
    return ROLES.get("".join(words_of(name)))


def _names(names: Mapping[str, object] | Sequence[str], path: Path) -> dict[str, str]:
    """Find the names of the roles there are."""
    roles: dict[str, str] = {}
    for name in names:
        role = role_of(name)
        if role in roles:
            got = f"{roles[role]} and {name}"
            raise DataFileError(f"two arrays that could be the {role}", got=got, where=path, remedy="Rename one")
        if role:
            roles[role] = name
    if "inputs" not in roles and "test inputs" in roles:
        return {role.removeprefix("test "): name for role, name in roles.items() if role.startswith("test ")}
    if not roles and set(names) == set(UNNAMED):
        return dict(zip(("inputs", "targets"), UNNAMED, strict=True))
    if "inputs" not in roles:
        expected, got = "arrays named x and y, or x_train and y_train", listed([*names]) or "none"
        raise DataFileError("no inputs among the arrays", expected=expected, got=got, where=path)
    return roles


def _said_of(names: Mapping[str, str]) -> list[Decision]:
    """Say which arrays were taken for inputs and targets."""
    said = f"inputs {names['inputs']}" + (f", targets {names['targets']}" if "targets" in names else "")
    doubt, option = "", ""
    if set(names.values()) & {*UNNAMED}:
        doubt, option = "the arrays have no names; the first is taken for the inputs", "numpy.savez(FILE, x=..., y=...)"
    return [Decision("arrays", sorted(names.values()), said, doubt, option)]


def _unreadable(path: Path, error: Exception) -> DataFileError:
    if isinstance(error, DataFileError):
        return error
    got = getattr(error, "strerror", None) or str(error)
    return DataFileError("cannot read the arrays", got=got, where=path, remedy=REMEDY)
