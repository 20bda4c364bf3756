"""A folder of pictures, with a folder for each class; or pictures alone, to be predicted for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...arrays import Bytes, blocks
from ...errors import DataFileError, FileError, ImageFileError, listed
from ..images.decode import brightness, open_picture, picture_endings
from ..reading import AS_THE_FILE_IS, Decision, ReadingOptions
from .folders import entries, is_leftover, part_of, unwrapped, words_of
from .reader import BLOCK, READERS, Reader, RowBlock

MOST_COUNTED = 6  # classes whose numbers of pictures are said one by one
ORIENTATION, ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)  # EXIF's tag, and the values of cameras held upright
NUMBER_OF_NAME = re.compile(r"[\W_]*\d*$")  # at the end of a file's name, with what sets it apart


@dataclass
class Found:
    """What a search through a folder came upon: pictures, and what was left out, in words that a person can act on."""

    pictures: list[Path] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)  # folders below the one that was searched
    others: list[str] = field(default_factory=list)  # endings of files that are not pictures
    leftovers: list[str] = field(default_factory=list)  # hidden files and folders
    loops: list[str] = field(default_factory=list)  # links that lead back to where the search came from

    def add(self, other: Found) -> None:
        """Take over what another search left out."""
        self.others += other.others
        self.leftovers += other.leftovers
        self.loops += other.loops


@READERS.register("folder of pictures")
class PictureFolder(Reader):
    """Pictures of one size, as gray pixels.

    ::

        digits/train/seven/*.png      or without train and test:   digits/seven/*.png
        digits/test/seven/*.png

    A folder ``val`` is to choose by. Hidden folders and those of systems and programs are left out.
    """

    files = "a folder of pictures (.png, .jpg, .webp and the like)"
    settled_by = ("read_as",)
    target_remedy = "Put the pictures of each class into a folder that is called as the class"

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Take a folder that no other reader opens."""
        return path.is_dir() and not any(other.opens(path) for other in _other_readers())

    def __init__(self, path: Path, options: ReadingOptions = AS_THE_FILE_IS) -> None:
        super().__init__(path, options)
        if options.read_as == "table":
            raise DataFileError("pictures cannot be read as a table", where=path, remedy="Leave read as out")
        parts = parts_in(unwrapped(path, holds_pictures))
        root = parts.pop("train")
        for part, folder in parts.items():
            setattr(self, part, _Part(folder))
        self._find(root)

    def _find(self, root: Path) -> None:
        """Look for the classes and their pictures below a folder."""
        self._root = root
        self._found, here = Found(), search(root, deep=False)
        self._found.add(here)
        folders = dict(_class_folders(root, self._found))
        _refuse_classes_within(root, folders)
        for within in folders.values():
            self._found.add(within)
        self._classes = {name: within.pictures for name, within in folders.items() if within.pictures}
        self._empty = [name for name, within in folders.items() if not within.pictures]
        self._nested = [name for name, within in folders.items() if within.pictures and within.inner]
        self.lacks_targets = not self._classes
        self._loose = len(here.pictures) if self._classes else 0
        if self.lacks_targets:
            self._classes = {"": here.pictures}
            self.target_remedy = f"{type(self).target_remedy}{_classes_by_name(here.pictures)}"
        if not any(self._classes.values()):
            raise self._without_pictures()
        self._files = [file for pictures in self._classes.values() for file in pictures]
        self._labels = [name for name, pictures in self._classes.items() for _ in pictures]

    def _without_pictures(self) -> DataFileError:
        expected = "a folder for each class, with pictures (.png, .jpg, .webp and the like)"
        names = [entry.name for entry in entries(self._root) if not is_leftover(entry.name)]
        data = [name for name in names if any(reader.opens(self._root / name) for reader in _other_readers())]
        data.sort(key=lambda name: part_of(words_of(name)) != "train")  # of several that which is to be trained on
        remedy = f"Name the file itself: {self._root / data[0]}" if data else None
        got = listed(names, most=5) or "an empty folder"
        return DataFileError("no pictures", expected=expected, got=got, where=self.path, remedy=remedy)

    @property
    def sources(self) -> list[Path]:
        """Give all pictures, those to choose by and to judge by too."""
        return self._files + [file for part in (self.validation, self.test) if part for file in part.sources]

    def blocks(self) -> Iterator[RowBlock]:
        """Decode block by block; errors name the file."""
        shape, animated = None, 0
        for part in blocks(len(self._files), BLOCK):
            images, rows = [], []
            for row in range(part.start, part.stop):
                try:
                    image, frames = _decoded(self._files[row])
                except ImageFileError as error:
                    self.refuse(row + 1, error)
                    continue
                shape, animated = shape or image.shape, animated + (frames > 1)
                if image.shape == shape:
                    images.append(image)
                    rows.append(row)
                else:
                    self.refuse(row + 1, self._of_another_size(row, image.shape, shape))
            if images:
                targets = None if self.lacks_targets else np.array([self._labels[row] for row in rows])
                yield RowBlock(np.stack(images), targets, rows=[row + 1 for row in rows])
        self.decisions = self._decided(shape, animated)

    def name_of(self, row: int) -> str:
        """Name the picture by its path in the folder."""
        return str(self._files[row - 1].relative_to(self.path))

    def _decided(self, shape: tuple[int, ...] | None, animated: int) -> list[Decision]:
        """Say what was taken for classes and pictures, and what was left out."""
        counts = {name: len(pictures) for name, pictures in self._classes.items()}
        height, width = shape or (0, 0)
        decided = [Decision("pictures", sum(counts.values()), f"pictures of {width}x{height}, in gray")]
        if self._root != self.path:
            inside = self._root.relative_to(self.path)
            decided.insert(0, Decision("folder", str(inside), f"trained on {inside}"))
        for part, verb in (("validation", "validated"), ("test", "tested")):
            if isinstance(other := getattr(self, part), PictureFolder):
                inside = other.path.relative_to(self.path)
                without = "not " if other.lacks_targets else ""
                why = ", which has no classes" if without else ""
                decided.append(Decision(part, "" if without else str(inside), f"{without}{verb} on {inside}{why}"))
        if not self.lacks_targets:
            decided.append(Decision("classes", list(counts), _counted(counts), *_alike(list(counts))))
        if self._nested:
            said = f"pictures in folders within {listed(self._nested, most=4)} count too"
            decided.append(Decision("nested", self._nested, said))
        return [*decided, *_left_out(self._found, self._empty, self._loose, animated)]

    def _of_another_size(self, row: int, *shapes: tuple[int, ...]) -> FileError:
        """Say what is wrong with one picture where the others are wanted, else with all of them."""
        if self.skipped is None:
            return self._of_several_sizes()
        got, expected = (f"{width}x{height}" for height, width in shapes)
        return ImageFileError("a picture of the wrong size", expected=expected, got=got, where=self._files[row])

    def _of_several_sizes(self) -> DataFileError:
        """Say which sizes there are, and how many pictures have each."""
        sizes = {file: size for file in self._files if (size := _size(file))}
        counts = Counter(sizes.values()).most_common()
        said = listed([f"{width}x{height} ({count:,})" for (width, height), count in counts], most=6)
        odd = next(file.relative_to(self.path) for file, size in sizes.items() if size == counts[-1][0])
        width, height = counts[0][0]
        remedy = f"Bring a copy of them to one size, for example by: mogrify -resize '{width}x{height}!' FILES"
        got = f"{said}, such as {odd}"
        return DataFileError("pictures of several sizes", expected="one", got=got, where=self.path, remedy=remedy)


class _Part(PictureFolder):
    """The pictures to choose by or to judge by, which have no parts of their own."""

    def __init__(self, path: Path) -> None:
        Reader.__init__(self, path)
        self._find(unwrapped(path, holds_pictures))


def parts_in(folder: Path) -> dict[str, Path]:
    """Find the folders to train on, to choose by and to judge by; without such, all of it is to train on.

    A folder with that word in its name, as train, training_set or seg_train, is one if it holds folders; with pictures
    in it, it is a class that is called so.

    Raises
    ------
    DataFileError
        If two folders could be the same part, or such folders and classes stand side by side.
    """
    visible = [Path(entry) for entry in entries(folder) if not is_leftover(entry.name) and entry.is_dir()]
    named = [(part, inside) for inside in visible if (part := part_of(words_of(inside.name)))]
    if not any(part == "train" and not holds_pictures(inside) for part, inside in named):
        return {"train": folder}
    parts: dict[str, Path] = {}
    for part, inside in named:
        if part in parts:
            got, remedy = f"{parts[part].name} and {inside.name}", "Name the folder that holds one of them alone"
            raise DataFileError(f"two folders that could be {part}", got=got, where=folder, remedy=remedy)
        parts[part] = inside
    if classes := [inside.name for inside in visible if inside not in parts.values() and holds_pictures(inside)]:
        expected, got = f"either the folder {parts['train'].name} or classes", listed(sorted(classes), most=5)
        remedy = f"Name the folder {parts['train']} alone, or move it away"
        raise DataFileError("classes beside a folder to train on", expected=expected, got=got, remedy=remedy)
    return parts | {"train": unwrapped(parts["train"], holds_pictures)}


def search(folder: Path, deep: bool = True) -> Found:
    """Look for pictures in a folder, and below it; links are followed once."""
    found, seen, waiting = Found(), {folder.resolve()}, [folder]
    while waiting:
        for entry in entries(waiting.pop()):
            path = Path(entry)
            if is_leftover(entry.name):
                found.leftovers.append(entry.name)
            elif not entry.is_dir():
                if is_picture(path):
                    found.pictures.append(path)
                else:
                    found.others.append(path.suffix.lower() or "no ending")
            elif deep and entry.is_symlink() and path.resolve() in {*seen, *folder.resolve().parents}:
                found.loops.append(entry.name)
            elif deep:
                seen.add(path.resolve())
                waiting.append(path)
                found.inner.append(entry.name)
    found.pictures.sort()
    return found


def _class_folders(root: Path, found: Found) -> Iterator[tuple[str, Found]]:
    """Give the name of each folder in a folder, and what is in it."""
    known: dict[Path, str] = {}
    above = {root.resolve(), *root.resolve().parents}
    for entry in entries(root):
        if is_leftover(entry.name) or not entry.is_dir():
            continue
        place = Path(entry).resolve()
        if place in above:
            found.loops.append(entry.name)
            continue
        if place in known:
            got, remedy = f"{known[place]} and {entry.name}", "Remove the link"
            raise DataFileError("two classes of the same folder", got=got, where=root, remedy=remedy)
        known[place] = entry.name
        yield entry.name, search(Path(entry))


def _refuse_classes_within(root: Path, folders: dict[str, Found]) -> None:
    """Refuse folders of which each holds the same folders: the classes are these, and the split is unknown."""
    inner = [set(found.inner) for name, found in folders.items() if found.pictures]
    shared = set.intersection(*inner) if len(inner) > 1 else set()
    if shared:
        expected = "a folder for each class, or folders that are called train and test"
        got = f"{listed(sorted(folders), most=5)}, each with {listed(sorted(shared), most=5)}"
        remedy = f"Name one of them, such as {root / min(folders)}, or call them train and test"
        raise DataFileError("classes within several folders", expected=expected, got=got, where=root, remedy=remedy)


def read_gray(file: Path) -> Bytes:
    """Read a picture as gray pixels, (height, width), as it is; ImageFileError if it is none, or too large."""
    return _decoded(file)[0]


def _decoded(file: Path) -> tuple[Bytes, int]:
    """Give the gray pixels of a picture's first frame, and the number of frames."""
    with open_picture(file) as picture:
        frames = getattr(picture, "n_frames", 1)
        return np.rint(brightness(picture) * 255).astype(np.uint8), frames


def is_picture(path: Path) -> bool:
    """Tell by its name whether a file is a picture, and no leftover of a system."""
    return path.suffix.lower() in picture_endings() and not is_leftover(path.name)


def holds_pictures(folder: Path) -> bool:
    """Tell whether there are pictures in a folder itself."""
    return any(is_picture(Path(entry)) and not entry.is_dir() for entry in entries(folder))


def _size(file: Path) -> tuple[int, int] | None:
    """Give a picture's width and height as it is seen, without decoding it; none of what is not a picture."""
    try:
        with open_picture(file) as picture:
            width, height = picture.size
            turned = picture.getexif().get(ORIENTATION) in ON_ITS_SIDE
    except ImageFileError:
        return None
    return (height, width) if turned else (width, height)


def _other_readers() -> list[type[Reader]]:
    """Give all readers but this one; one that derives from it opens nothing by itself."""
    return [reader for reader in READERS.values() if reader is not PictureFolder]


def _counted(counts: dict[str, int]) -> str:
    """Say how many pictures the classes have."""
    if len(counts) <= MOST_COUNTED:
        return f"by folder: {', '.join(f'{name} {count:,}' for name, count in counts.items())}"
    least, most = min(counts, key=lambda name: counts[name]), max(counts, key=lambda name: counts[name])
    if counts[least] == counts[most]:
        return f"by folder, {counts[least]:,} each"
    return f"by folder, from {least} with {counts[least]:,} to {most} with {counts[most]:,}"


def _alike(names: Sequence[str]) -> tuple[str, str]:
    """Doubt classes whose names differ by case, by spaces, or by how an accent is written."""
    seen: dict[str, str] = {}
    pairs = []
    for name in names:
        plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
        if plain in seen:
            pairs.append(f'"{seen[plain]}" and "{name}"')
        seen.setdefault(plain, name)
    if not pairs:
        return "", ""
    return f"{listed(pairs, most=3)} differ by capitals or spaces alone and are two classes", "giving both one folder"


def _left_out(found: Found, empty: Sequence[str], loose: int, animated: int) -> Iterator[Decision]:
    """Say what of a folder is not learned from."""
    if empty:
        said = f"{'folder' if len(empty) == 1 else 'folders'} without pictures: {listed(empty, most=5)}"
        doubt = f"{listed([repr(name) for name in empty], most=5)} may be meant as a class"
        yield Decision("folders without pictures", list(empty), said, doubt, "putting pictures in it, or removing it")
    if found.leftovers:
        names = list(dict.fromkeys(found.leftovers))
        yield Decision("hidden", names, f"hidden left out: {listed(names, most=4)}")
    if found.others:
        kinds = [f"{count:,} {ending}" for ending, count in Counter(found.others).most_common()]
        said = f"{len(found.others):,} {'file' if len(found.others) == 1 else 'files'} left out as no pictures"
        yield Decision("files left out", len(found.others), f"{said} ({listed(kinds, most=4)})")
    if found.loops:
        yield Decision("links", found.loops, f"links that lead back left out: {listed(found.loops, most=3)}")
    if loose:
        yield Decision("pictures left out", loose, f"{loose:,} pictures beside the folders left out, of no class")
    if animated:
        yield Decision("animated", animated, f"the first frame of {animated:,} animated")


def _classes_by_name(pictures: Sequence[Path]) -> str:
    """Say which classes the names of files seem to tell, if they do."""
    beginnings = [name for file in pictures if (name := NUMBER_OF_NAME.sub("", file.stem))]
    counts = Counter(beginnings)
    if not 2 <= len(counts) <= max(2, len(pictures) // 2):
        return ""
    said = [f"{name} ({count:,})" for name, count in counts.most_common()]
    return f"; their names begin with {listed(said, most=6)}"
