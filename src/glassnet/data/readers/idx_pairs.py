"""IDX files as they are called and kept: images with their labels, to train on and to judge by; EMNIST's set upright.

MNIST's files are called ``train-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``; copies have dots for dashes, other
words for the parts, large letters, and ``.gz`` or not. What stands before such a name is the name of a data set of its
own: ``emnist-letters-train-images-idx3-ubyte.gz``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...arrays import AnyArray
from ...errors import DataFileError, listed
from ..reading import AS_THE_FILE_IS, Decision, ReadingOptions
from ..rows import ArrayRows, ChangedRows, Rows, window_for
from .folders import PARTS, SET_UPRIGHT, entries, is_leftover, is_of_emnist, part_of, unwrapped, words_of
from .idx import idx_header, is_idx, read_idx
from .numpy_arrays import Arrays
from .reader import READERS, Reader

IMAGES = frozenset({"images", "image", "imgs", "img", "pictures", "data", "x"})
LABELS = frozenset({"labels", "label", "lbls", "lbl", "targets", "y"})
FORMAT = re.compile(r"idx\d?|u?byte|gz|int|file")  # words of a name that say how it is written
DIGITS, CAPITALS, SMALL = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
# What EMNIST's labels stand for, split by split, from the first label on.
# G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters" (2017).
EMNIST: dict[str, tuple[int, str]] = {
    "balanced": (0, DIGITS + CAPITALS + "abdefghnqrt"),
    "byclass": (0, DIGITS + CAPITALS + SMALL),
    "bymerge": (0, DIGITS + CAPITALS + "abdefghnqrt"),
    "digits": (0, DIGITS),
    "letters": (1, SMALL),
    "mnist": (0, DIGITS),
}


@dataclass(frozen=True)
class IdxName:
    """What the name of an IDX file says: of which data set, which part of it, images or labels."""

    dataset: str
    part: str | None
    labels: bool

    @classmethod
    def of(cls, name: str, said: bool = True) -> IdxName | None:
        """Take a name apart; none if it is not that of an IDX file, as it has to say, unless it is known otherwise.

        Examples
        --------
        >>> IdxName.of("Train-Images.idx3-ubyte.GZ")
        IdxName(dataset='', part='train', labels=False)
        >>> IdxName.of("emnist-letters-test-labels-idx1-ubyte")
        IdxName(dataset='emnist-letters', part='test', labels=True)
        """
        words = words_of(name)
        if is_leftover(name) or (said and not any(word.startswith(("idx", "ubyte")) for word in words)):
            return None
        rest = [word for word in words if not FORMAT.fullmatch(word) and word not in IMAGES | LABELS]
        known = frozenset().union(*PARTS.values())
        dataset = "-".join(word for word in rest if word not in known)
        return cls(dataset, part_of(rest), bool(LABELS & set(words)))


@READERS.register("-idx")
class IdxPair(Arrays):
    """Images in an IDX file with the labels that stand beside them, or a folder of such, which may have test images.

    Whichever file is named, the other is found, and so are those to judge by where the training images are named.
    """

    files = "IDX files"
    settled_by = ("read_as", "window")

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Take a file that is called so or begins so, or a folder of images in such."""
        if path.is_dir():
            return any(not name.labels for _, name in _idx_files(unwrapped(path)))
        if IdxName.of(path.name):
            return True
        return not any(reader.opens(path) for reader in READERS.values() if reader is not cls) and is_idx(path)

    def __init__(self, path: Path, options: ReadingOptions = AS_THE_FILE_IS) -> None:
        folder = unwrapped(path) if path.is_dir() else path.parent
        self._of_folder = path.is_dir()
        beside = _idx_files(folder)
        if self._of_folder:
            name = IdxName(_only_dataset(beside, path), None, labels=False)
        else:
            name, beside = _named(path, beside)
        parts = _parts_of([(file, other) for file, other in beside if other.dataset == name.dataset], folder)
        main = _main_part(parts, name.part if not self._of_folder else None, self._of_folder)
        images, labels = parts[main]
        if images is None:
            expected, got = "the images that belong to the labels, beside them", labels
            raise DataFileError("labels without images", expected=expected, got=got, remedy="Put both into a folder")
        others = {part: files for part, files in parts.items() if part != main} if main == "train" else {}
        apart = {part: _Part(pixels, own, options) for part, (pixels, own) in others.items() if pixels}
        self._open(path, images, labels, options)
        self.validation, self.test = apart.get("validation"), apart.get("test")
        self.decisions += _said_of(images, labels, others)
        if main == "test" and (training := parts.get("train", (None, None))[0]):
            doubt = f"{training.name}, beside them, is not trained on"
            self.decisions.append(Decision("part", "test", "", doubt, f"--dataset {training}"))

    @property
    def sources(self) -> list[Path]:
        """Give the files of images and labels, those to choose by and to judge by too."""
        return self._files + [file for part in (self.validation, self.test) if part for file in part.sources]

    @property
    def asked(self) -> Reader:
        """Give the images that were named; of a folder those to evaluate on."""
        return self.test or self if self._of_folder else self

    def _open(self, path: Path, images: Path, labels: Path | None, options: ReadingOptions) -> None:
        self._files = [file for file in (images, labels) if file]
        pixels, numbers = _images_of(images, options), None if labels is None else read_idx(labels)
        of_emnist = is_of_emnist(images)
        if of_emnist and pixels.ndim == 3:
            pixels = ChangedRows(pixels, _transposed) if isinstance(pixels, Rows) else _transposed(pixels)
        named, words = (None, "") if numbers is None else _as_characters(images, numbers)
        super().__init__(path, pixels, numbers if named is None else named, options)
        self.target_remedy = "Put the file of their labels beside the images, such as train-labels-idx1-ubyte"
        if of_emnist and pixels.ndim == 3:
            self.decisions.append(SET_UPRIGHT)
        if words:
            self.decisions.append(Decision("class names", True, words))


class _Part(IdxPair):
    """The images to choose by or to judge by, and their labels."""

    def __init__(self, images: Path, labels: Path | None, options: ReadingOptions) -> None:
        self._of_folder = False
        self._open(images, images, labels, options)


def _idx_files(folder: Path) -> list[tuple[Path, IdxName]]:
    """List the IDX files in a folder by what their names say."""
    found = [(Path(entry), IdxName.of(entry.name)) for entry in entries(folder) if not entry.is_dir()]
    return [(path, name) for path, name in found if name]


def _named(path: Path, beside: list[tuple[Path, IdxName]]) -> tuple[IdxName, list[tuple[Path, IdxName]]]:
    """Give what the name of a file says, and the files beside it; of one that does not say idx those that begin so."""
    if name := IdxName.of(path.name):
        return name, beside
    name = IdxName.of(path.name, said=False) or IdxName("", None, labels=False)
    files = [Path(entry) for entry in entries(path.parent) if not entry.is_dir()]
    known = [(file, other) for file in files if (other := IdxName.of(file.name, said=False)) and is_idx(file)]
    return name, known or [(path, name)]


def _only_dataset(files: Iterable[tuple[Path, IdxName]], path: Path) -> str:
    """Give the name of the only data set that there is; of several, all are named to choose from."""
    files = [(file, name) for file, name in files if not name.labels]
    datasets = {name.dataset: file for file, name in reversed(files)}
    if len(datasets) > 1:
        names = sorted(dataset or "files without a name of their own" for dataset in datasets)
        trained = [file for file, name in files if name.part == "train"] or [file for file, _ in files]
        remedy = f"Name one by its training images: --dataset {trained[0]}"
        raise DataFileError("several data sets", expected="one", got=listed(names), where=path, remedy=remedy)
    return next(iter(datasets))


def _images_of(path: Path, options: ReadingOptions) -> AnyArray | Rows:
    """Read images, or leave them in their file, where it is not packed and there is a window."""
    packed, header = idx_header(path)
    if packed or len(header.shape) < 2 or not header.shape[0]:
        if packed and options.window:
            remedy = f"Unpack it: gunzip {path.name}"
            raise DataFileError("a packed file cannot be read part by part", where=path, remedy=remedy)
        return read_idx(path)
    window = window_for(options.window, header.shape[0], header.data_size // header.shape[0])
    return ArrayRows(path, header.size, header.shape, header.dtype, window) if window else read_idx(path)


def _transposed(images: AnyArray) -> AnyArray:
    return images.swapaxes(1, 2)


def _parts_of(files: Iterable[tuple[Path, IdxName]], folder: Path) -> dict[str | None, tuple[Path | None, Path | None]]:
    """Pair images and labels, part by part; of a file that is there packed and unpacked, the unpacked is taken."""
    parts: dict[str | None, list[Path | None]] = {}
    for path, name in files:
        pair = parts.setdefault(name.part, [None, None])
        known = pair[name.labels]
        if known and known.name.lower().removesuffix(".gz") != path.name.lower().removesuffix(".gz"):
            what = f"{name.part or 'the'} {'labels' if name.labels else 'images'}"
            got, remedy = f"{known.name} and {path.name}", "Keep one of them in the folder"
            raise DataFileError(f"two files that could be {what}", got=got, where=folder, remedy=remedy)
        if not known or known.name.lower().endswith(".gz"):
            pair[name.labels] = path
    return {part: (pair[0], pair[1]) for part, pair in parts.items()}


def _main_part(
    parts: dict[str | None, tuple[Path | None, Path | None]], named: str | None, of_folder: bool
) -> str | None:
    """Choose the part to train on, or the one that was named."""
    if not of_folder:
        return named if named in parts else next(iter(parts))
    order = ("train", None, "validation", "test")
    return next(part for part in order if part in parts and parts[part][0])


def _as_characters(images: Path, labels: AnyArray) -> tuple[AnyArray | None, str]:
    """Give the characters that EMNIST's labels stand for, by the mapping beside the images, or by the split's name."""
    words = words_of(images.name)
    split = next((word for word in words if word in EMNIST), "")
    if "emnist" not in words or labels.ndim != 1 or labels.dtype.kind not in "iu":
        return None, ""
    first, characters = EMNIST.get(split, (0, ""))
    known = dict(enumerate(characters, start=first))
    if (mapping := images.with_name(f"emnist-{split}-mapping.txt")).is_file():
        known = _read_mapping(mapping, small=split == "letters")
    if not known or not set(np.unique(labels).tolist()) <= set(known):
        return None, ""
    if all(known[label] == str(label) for label in known):
        return None, f"EMNIST's split {split}"
    numbers = np.array(sorted(known))
    names = np.array([known[number] for number in numbers.tolist()])
    by = mapping.name if mapping.is_file() else "by its split"
    return names[np.searchsorted(numbers, labels)], f"EMNIST's split {split}: labels called by characters ({by})"


def _read_mapping(path: Path, small: bool) -> dict[int, str]:
    """Read EMNIST's mapping: in each line a label, the code of a character, and perhaps that of its small letter."""
    try:
        lines = [list(map(int, line.split())) for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
        return {line[0]: chr(line[-1] if small else line[1]) for line in lines}
    except (OSError, ValueError, IndexError, OverflowError) as error:
        remedy = "Get the file again, or remove it"
        raise DataFileError("cannot read the mapping", got=error, where=path, remedy=remedy) from error


def _said_of(
    images: Path, labels: Path | None, others: dict[str | None, tuple[Path | None, Path | None]]
) -> list[Decision]:
    """Say which files were taken for what."""
    beside = f" with {labels.name}" if labels else " without labels"
    decided = [Decision("images", images.name, f"images of {images.name}{beside}")]
    for part, verb in (("validation", "validated"), ("test", "tested")):
        if part in others and (file := others[part][0]):
            without = "not " if others[part][1] is None else ""
            decided.append(Decision(part, file.name, f"{without}{verb} on {file.name}"))
    return decided
