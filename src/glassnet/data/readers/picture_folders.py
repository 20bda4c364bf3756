"""A folder of pictures, with a folder for each class; or pictures alone, to be predicted for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from ...arrays import Bytes
from ...errors import DataFileError, listed
from ..images.decode import brightness, open_picture, picture_endings
from .reader import BLOCK, READERS, Reader, RowBlock

SUFFIXES = (".png", ".jpg", ".jpeg")


@READERS.register("folder of pictures")
class PictureFolder(Reader):
    """Pictures of one size, as gray pixels.

    ::

        digits/train/seven/*.png      or without train and test:   digits/seven/*.png
        digits/test/seven/*.png
    """

    files = "a folder of pictures (.png, .jpg)"

    @classmethod
    def opens(cls, path: Path) -> bool:
        """Take a folder that no other reader opens."""
        return path.is_dir() and not any(other.opens(path) for other in READERS.values() if other is not cls)

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        train, test = path / "train", path / "test"
        root = train if train.is_dir() else path
        self._classes = [folder for folder in sorted(root.iterdir()) if folder.is_dir() and _pictures(folder)]
        self._files = [file for folder in self._classes or [root] for file in _pictures(folder)]
        if not self._files:
            expected = f"a folder for each class, with pictures ({', '.join(SUFFIXES)})"
            raise DataFileError("no pictures", expected=expected, got=_listing(root), where=path)
        self.lacks_targets = not self._classes
        self.test = PictureFolder(test) if root is train and test.is_dir() else None

    def blocks(self) -> Iterator[RowBlock]:
        """Decode block by block; errors name the file."""
        files, shape = iter(self._files), None
        while block := list(islice(files, BLOCK)):
            images = []
            for file in block:
                image = read_gray(file)
                shape = shape or image.shape
                if image.shape != shape:
                    expected, got = (f"{width}x{height}" for height, width in (shape, image.shape))
                    remedy = "Bring all pictures to one size"
                    raise DataFileError(
                        "pictures of several sizes", expected=expected, got=got, where=file, remedy=remedy
                    )
                images.append(image)
            names = [str(file.relative_to(self.path)) for file in block]
            targets = np.array([file.parent.name for file in block]) if self._classes else None
            yield RowBlock(np.stack(images), targets, names)


def read_gray(file: Path) -> Bytes:
    """Read a picture as gray pixels, (height, width), as it is; ImageFileError if it is none, or too large."""
    with open_picture(file) as picture:
        return np.rint(brightness(picture) * 255).astype(np.uint8)


def is_picture(path: Path) -> bool:
    """Tell by its name whether a file is a picture."""
    return path.suffix.lower() in picture_endings()


def _pictures(path: Path) -> list[Path]:
    return sorted(file for file in path.glob("*") if is_picture(file))


def _listing(path: Path) -> str:
    names = sorted(entry.name for entry in path.iterdir())
    return listed(names, most=5) or "an empty folder"
