"""Targets that are written as text: numbers, names of classes, or gaps; a label keeps its text where it is a name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...arrays import AnyArray, Task
from ...errors import DataFileError, listed
from ..limits import check_limit
from ..preprocessing.targets import LARGEST_WHOLE, MOST_CLASSES, recognize_values
from ..reading import Decision
from .cells import PLAINLY, Writing, is_gap

CODE = re.compile(r"[+-]?0\d+", re.ASCII)  # 007: a number needs no zeros in front
CANONICAL = re.compile(r"-?[1-9]\d*|0", re.ASCII)  # a whole number as it is written back
POINT_ZERO = re.compile(r"(-?[1-9]\d*|0)(\.0)?", re.ASCII)
MOSTLY = 0.9  # the share of numbers from which a word among them is a mistake
WIDEST = 2**63  # whole numbers from here on are floats


@dataclass(frozen=True)
class Labels:
    """The text of all targets of a table, each different one once.

    Parameters
    ----------
    times : mapping of str to int
        How many rows have each text.
    places : mapping of str to int
        Where in the file each stands first.
    path : Path
        The file.
    column : str
        The target's name.
    counted : str
        What ``places`` count: ``line`` or ``row``.
    writing : Writing
        How numbers are written.
    """

    times: Mapping[str, int]
    places: Mapping[str, int]
    path: Path
    column: str
    counted: str = "row"
    writing: Writing = PLAINLY

    def settle(self, task: Task | None) -> tuple[AnyArray, list[Decision]]:
        """Make a number of each text if all are that, else leave them as they are; say what could be meant otherwise.

        Raises
        ------
        DataFileError
            At a gap, or a word, among numbers.
        """
        times = self.times
        numbers = {text: number for text in times if (number := self.writing.number(text)) is not None}
        gaps = [text for text in times if is_gap(text) and text not in numbers]
        words = [text for text in times if text not in numbers and text not in gaps]
        if "" in gaps or (gaps and not words):
            raise self._error("no target", None, gaps, "Fill the gap, or leave the row out")
        share = sum(times[text] for text in numbers) / sum(times.values())
        quantities = len(numbers) > MOST_CLASSES or not all(number.is_integer() for number in numbers.values())
        if words and share >= (0.5 if task == "regression" else MOSTLY) and (quantities or task == "regression"):
            remedy = "Write it as a number, leave the row out, or say --task classification if all are names"
            if task is None or task == "regression":
                raise self._error("target is not a number", "a number, as the others are", [*words, *gaps], remedy)
        if not words:
            return self._numbers(numbers, task)
        return self._names(), [*self._gaps_among_words(gaps, times), *self._nearly_alike(words)]

    def _numbers(self, numbers: dict[str, float], task: Task | None) -> tuple[AnyArray, list[Decision]]:
        """Give integers where all are written so, and floats where they are quantities; else the text is a name."""
        if all(map(CANONICAL.fullmatch, numbers)) and all(abs(number) < WIDEST for number in numbers.values()):
            whole = {text: int(text) for text in numbers}
            return np.array([whole[text] for text in self.times], np.int64), []
        floats = np.array([numbers[text] for text in self.times])
        if task == "regression" or (task is None and not self._are_names(numbers, floats)):
            return floats, []
        distinct = set(numbers.values())
        one_each = len(distinct) == len(numbers) and max(map(abs, distinct)) < LARGEST_WHOLE
        if one_each and all(map(POINT_ZERO.fullmatch, numbers)):
            return floats, []  # the classes 1 and 2, written as 1.0 and 2.0
        odd = next((text for text in numbers if not CANONICAL.fullmatch(text)), next(iter(numbers)))
        doubt = f'labels such as "{odd}" are read as names, not as numbers'
        return self._names(), [Decision("labels", "names", "", doubt, "" if task else "--task regression")]

    def _are_names(self, numbers: dict[str, float], floats: AnyArray) -> bool:
        """Tell whether numbers are names: 007 needs no zeros, and 1.1 and 1.10 are two only if they are not counted."""
        rows = sum(self.times.values())
        few = len(numbers) <= MOST_CLASSES and rows >= 2 * len(numbers)
        twice = len(set(numbers.values())) < len(numbers)
        coded = any(map(CODE.fullmatch, numbers)) or (few and all(map(CANONICAL.fullmatch, numbers)))  # beyond integers
        return (
            coded
            or (few and twice)
            or (not self.writing.unit and recognize_values(np.unique(floats), rows) == "classification")
        )

    def _names(self) -> AnyArray:
        longest = max(map(len, self.times))
        check_limit("cell_characters", longest, f"{self.path}, column {self.column!r}")
        return np.array([*self.times], str)

    def _gaps_among_words(self, gaps: Sequence[str], times: Mapping[str, int]) -> list[Decision]:
        """Speak of words that mean a gap elsewhere, such as NA, and are names of classes here."""
        if not gaps:
            return []
        count, place = sum(times[gap] for gap in gaps), self._place(gaps)
        quoted = listed([f'"{gap}"' for gap in gaps], most=5)
        rows = f"{count:,} row{'s' if count > 1 else ''}, first {self.counted} {place}"
        doubt = f"{quoted} ({rows}) is a class of its own here: leave these rows out if it is a gap"
        return [Decision("gaps", list(gaps), "", doubt)]

    def _nearly_alike(self, words: Sequence[str]) -> list[Decision]:
        """Speak of classes that differ by the case of letters, or by spaces, only."""
        alike: dict[str, list[str]] = {}
        for word in words:
            alike.setdefault(" ".join(word.casefold().split()), []).append(word)
        groups = [same for same in alike.values() if len(same) > 1]
        if not groups:
            return []
        quoted = listed([" and ".join(f'"{word}"' for word in same) for same in groups], most=5)
        by = "the case of letters" if all(len({word.casefold() for word in same}) == 1 for same in groups) else "spaces"
        doubt = f"the classes {quoted} differ by {by} only: write them alike if they are one"
        return [Decision("alike", [word for same in groups for word in same], "", doubt)]

    def _place(self, wrong: Sequence[str]) -> int:
        """Give the place in the file of the first of these texts."""
        return min(self.places[text] for text in wrong)

    def _error(self, problem: str, expected: str | None, wrong: Sequence[str], remedy: str) -> DataFileError:
        first, found = min(wrong, key=self.places.__getitem__), sum(self.times[text] for text in wrong)
        where = f"{self.path}, {self.counted} {self.places[first]}, column {self.column!r}"
        more = f", and {found - 1:,} more" if found > 1 else ""
        got = f"{repr(first) if first else 'nothing'}{more}"
        return DataFileError(problem, expected=expected, got=got, where=where, remedy=remedy)
