"""Which column of a table is to be predicted, and which ones predict it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import DataFileError, listed
from ...registry import find

TARGETS = ("label", "target", "class", "y")  # what a column to predict is called where nobody says which it is
# Columns of an image's pixels: pixel0 or pixel_0, as Kaggle has them, or 1x1, by row and column.
PIXEL = re.compile(r"pixel_?\d+|\d+x\d+", re.IGNORECASE)
# Columns that number the rows and say nothing; the last two are how pandas writes an index.
IDENTITIES = ("id", "index", "imageid", "image_id", "", "unnamed: 0")


@dataclass(frozen=True)
class Columns:
    """The columns of a table: all, the one to predict, those to predict it by, and whether the names are its own."""

    names: tuple[str, ...]
    target: str | None
    features: tuple[str, ...]
    named: bool = True

    @property
    def pixels(self) -> bool:
        """Whether the features are the pixels of a square image."""
        by_name = all(map(PIXEL.fullmatch, self.features))
        return is_square(len(self.features)) and (by_name or not self.named)

    @classmethod
    def choose(
        cls, path: Path, names: Sequence[str], target: str | None, features: Sequence[str] | None, named: bool = True
    ) -> Columns:
        """Find what was asked for, or what is usual.

        The target is by default the column that is called label, target, class or y; without a header, the first if the
        others are the pixels of a square image. Features are by default all others but those that number the rows.

        Raises
        ------
        UnknownNameError
            If there is no column of the target's name.
        DataFileError
            If two columns have one name, or a feature is missing.
        """
        if len(set(names)) != len(names):
            twice = next(name for name in names if list(names).count(name) > 1)
            raise DataFileError("two columns of one name", got=repr(twice), where=path, remedy="Rename one")
        if target is not None:
            find(f"column of {path}", target, dict.fromkeys(names))
        elif not named:
            target = names[0] if is_square(len(names) - 1) else None
        else:
            target = next((name for name in names if name.lower() in TARGETS), None)
        own = tuple(name for name in names if name != target and name.lower() not in IDENTITIES)
        if own and all(map(PIXEL.fullmatch, own)):
            own = tuple(sorted(own, key=_place))  # a table may have them in another order
        if not own:
            raise DataFileError("nothing to predict by", expected="a column beside the target", where=path)
        return cls(tuple(names), target, own if features is None else _find(path, names, own, features, named), named)


def is_square(count: int) -> bool:
    """Tell whether so many numbers can be the pixels of a square image of at least 4x4."""
    side = round(count**0.5)
    return bool(side >= 4 and side * side == count)


def _place(name: str) -> list[int]:
    """Give a pixel's number, or its row and column."""
    return [int(number) for number in re.findall(r"\d+", name)]


def _find(path: Path, names: Sequence[str], own: Sequence[str], wanted: Sequence[str], named: bool) -> tuple[str, ...]:
    """Find the features that a model was trained on: by name; pixels, and columns without names, in their order."""
    missing = [name for name in wanted if name not in names]
    if not missing:
        return tuple(wanted)
    if named and not all(map(PIXEL.fullmatch, wanted)):
        problem = "a column is missing" if len(missing) == 1 else f"{len(missing):,} columns are missing"
        expected = f"the columns that the model was trained on, {listed(list(map(repr, missing)), most=5)} among them"
        remedy = "Name the columns as in training; if there is no header, add --no-header"
        raise DataFileError(problem, expected=expected, got=listed(names, most=10), where=path, remedy=remedy)
    if len(own) != len(wanted):
        raise DataFileError("a table of another width", expected=f"{len(wanted)} columns", got=len(own), where=path)
    return tuple(own)
