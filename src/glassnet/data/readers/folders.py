"""What counts in a folder of data: no hidden entries, no leftovers of systems and programs, no folder around it all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from ...errors import DataFileError
from ..reading import Decision

# What systems, cameras, file servers and archivers leave behind, beside all that begins with a dot.
LEFTOVERS = frozenset(
    {
        "__macosx",
        "__pycache__",
        "@eadir",
        "@tmp",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "recycler",
        "lost+found",
        "system volume information",
        "found.000",
        "lost.dir",
        "thumbs.db",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "folder.jpg.tmp",
        "icon\r",
    }
)
# The words by which data to train on, to choose by and to judge by are told apart in the names of files and folders.
TRAIN = frozenset({"train", "training", "trn", "tr"})
VALIDATION = frozenset({"val", "valid", "validation", "validate", "dev"})
TEST = frozenset({"test", "testing", "tst", "te", "t10k"})
PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


SET_UPRIGHT = Decision("upright", True, "EMNIST's images, kept transposed, set upright")


def is_of_emnist(path: Path) -> bool:
    """Tell by its name whether a file is of EMNIST, as IDX or as Kaggle's tables, all of which are transposed."""
    return "emnist" in words_of(path.name)


def words_of(name: str) -> list[str]:
    """Split a name into its words, in small letters.

    Examples
    --------
    >>> words_of("Train_Images.idx3-ubyte"), words_of("xTrain")
    (['train', 'images', 'idx3', 'ubyte'], ['x', 'train'])
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W_]+", apart.casefold())


def part_of(words: list[str]) -> str | None:
    """Tell by the words of a name which part it is: train, validation or test; none if no word or several say so.

    Examples
    --------
    >>> part_of(["seg", "train"]), part_of(["t10k", "images"]), part_of(["cat"])
    ('train', 'test', None)
    """
    found = [part for part, names in PARTS.items() if names & set(words)]
    return found[0] if len(found) == 1 else None


def is_leftover(name: str) -> bool:
    """Tell whether a file or folder is hidden, or the system's own: ``._1.png``, ``.git``, ``__MACOSX``, ``Thumbs.db``.

    Examples
    --------
    >>> is_leftover("._1.png"), is_leftover("Thumbs.db"), is_leftover("cat")
    (True, True, False)
    """
    return name.startswith(".") or name.casefold() in LEFTOVERS or name.endswith("~")


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """List what is in a folder, in the order of names; DataFileError if the system refuses."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        remedy = "Check the rights of the folder"
        raise DataFileError("cannot read the folder", got=error.strerror, where=folder, remedy=remedy) from error


def unwrapped(folder: Path, last: Callable[[Path], bool] = lambda _: False) -> Path:
    """Step into folders that hold one folder and nothing else, as an archive unpacked into a folder of its own does.

    Given is the first that holds a file, or several folders, or nothing, or one folder of which `last` is true.
    """
    seen = {folder.resolve()}
    while True:
        inside = [entry for entry in entries(folder) if not is_leftover(entry.name)]
        if len(inside) != 1 or not inside[0].is_dir() or (deeper := Path(inside[0])).resolve() in seen or last(deeper):
            return folder
        seen.add(deeper.resolve())
        folder = deeper
