"""What stands in a cell of a text table: a number as tables write them, a truth value, a date, a gap, or a word.

Python's own ``float`` and ``int`` are asked only for what has passed `PLAIN`: they also take ``1_12``,
``infinity``, and the digits of all scripts, which no table means by a number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ...arrays import AnyArray

# How tables write that a value is not known; in small letters.
GAPS = {"", "na", "n/a", "n.a.", "nan", "-nan", "null", "none", "nil", "<na>", "nat", "missing", "?", "-", "--", "."}
GAPS |= {"#n/a", "#na", "#null!", "#div/0!", "#value!", "#ref!", "#num!", "(null)", "\\n", "undefined"}
TRUTH = {
    "true": 1.0,
    "false": 0.0,
    "yes": 1.0,
    "no": 0.0,
    "y": 1.0,
    "n": 0.0,
    "t": 1.0,
    "f": 0.0,
    "on": 1.0,
    "off": 0.0,
}
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|\d{1,2}[- ][a-z]{3,9}[- ]\d{2,4}"
    r"|[a-z]{3,9} \d{1,2},? \d{4})([ t]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?)?( ?(z|utc|[+-]\d{2}:?\d{2}))?"
    r"|\d{1,2}:\d{2}(:\d{2})?",
    re.IGNORECASE | re.ASCII,
)
UNIT = r"[$€£¥₹₽₩₺]|[a-z]{2}\$|usd|eur|gbp|chf|jpy|cny|inr|cad|aud|sek|nok|dkk|pln|brl"
IN_UNITS = re.compile(rf"([+-]?)({UNIT})?\s*([+-]?\d[\d.,'’\s]*|[+-]?[.,]\d+)\s*({UNIT}|%|‰)?", re.IGNORECASE)
# 1,234,567 and 1 234 567 and 1'234'567; no thousands begin with 0, and none stand behind the decimal mark.
GROUPED = r"([1-9]\d{0,2})([\s'’%s])\d{3}(\2\d{3})*(%s\d*)?([eE][+-]?\d+)?"
MARKS = {".": ",", ",": "."}


@dataclass(frozen=True)
class Writing:
    """How the numbers of a column are written.

    Parameters
    ----------
    decimal : '.' or ','
        The decimal mark; the other separates thousands.
    unit : str
        What stands before or behind each: ``%``, ``$``, ``EUR``.
    truth : bool
        Whether words such as True and no are 1 and 0.

    Examples
    --------
    >>> Writing().number("-1,234.5"), Writing(",").number("1.234,5"), Writing(unit="%").number("12 %")
    (-1234.5, 1234.5, 12.0)
    >>> Writing().number("1_12"), Writing().number("yes"), Writing(truth=True).number("yes"), Writing().number("0,250")
    (None, None, 1.0, None)
    """

    decimal: str = "."
    unit: str = ""
    truth: bool = False

    def number(self, cell: str) -> float | None:
        """Read a cell; None if it is not a number."""
        if self.truth and (found := TRUTH.get(cell.lower())) is not None:
            return found
        if self.decimal == "." and not self.unit and PLAIN.fullmatch(cell):
            return float(cell)
        if INFINITE.fullmatch(cell):
            return float(cell)
        sign, unit, digits = taken_apart(cell)
        if unit.lower() != self.unit.lower():
            return None
        sign, digits = (sign + digits[:1], digits[1:]) if digits[:1] in ("+", "-") else (sign, digits)
        if grouped := self._grouped.fullmatch(digits):
            digits = digits.replace(grouped[2], "")
        elif MARKS[self.decimal] in digits:
            return None
        plain = sign + digits.replace(self.decimal, ".")
        return float(plain) if PLAIN.fullmatch(plain) else None

    @cached_property
    def _grouped(self) -> re.Pattern[str]:
        return re.compile(GROUPED % (re.escape(MARKS[self.decimal]), re.escape(self.decimal)))

    def numbers(self, cells: Sequence[str]) -> AnyArray:
        """Read all cells; NaN for what is not a number."""
        if self.decimal == "." and not self.unit and all(map(PLAIN.fullmatch, cells)):
            return np.array(cells, str).astype(np.float64)
        found = (self.number(cell) for cell in cells)
        return np.array([np.nan if number is None else number for number in found])


PLAINLY = Writing()


def taken_apart(cell: str) -> tuple[str, str, str]:
    """Give the sign, the unit and the digits of a cell.

    >>> taken_apart("-$1,200"), taken_apart("5 %"), taken_apart("1e5"), taken_apart("\u22122")
    (('-', '$', '1,200'), ('', '%', '5'), ('', '', '1e5'), ('-', '', '2'))
    """
    cell = cell.replace("\u2212", "-")  # a true minus
    found = IN_UNITS.fullmatch(cell)
    if not found or (found[2] and found[4]):
        return "", "", cell
    return found[1], found[2] or found[4] or "", found[3].strip()


def is_gap(cell: str) -> bool:
    """Tell whether a cell says that its value is not known."""
    return cell.lower() in GAPS


def decimal_mark(cells: Iterable[str], semicolons: bool) -> tuple[str, bool]:
    """Tell a table's decimal mark by the cells that have points or commas, and whether the other is plausible.

    >>> decimal_mark(["1,5", "2"], True), decimal_mark(["1,234.5"], False), decimal_mark(["1,234"], True)
    ((',', False), ('.', False), (',', True))
    """
    votes: Counter[str] = Counter()
    for cell in cells:
        if "," not in cell and "." not in cell:
            continue
        digits = re.sub(r"(?<=\d)[\s'’](?=\d{3}(?!\d))", "", taken_apart(cell)[2].lstrip("+-"))
        if not re.fullmatch(r"[\d.,]+([eE][+-]?\d+)?", digits):
            continue
        for mark, other in MARKS.items():
            alone = digits.count(mark) == 1 and other not in digits
            if alone and not re.fullmatch("[1-9]" + r"\d{0,2}" + re.escape(mark) + r"\d{3}", digits):
                votes[mark] += 1  # no thousands have a mark there
            elif alone:
                votes["either " + mark] += 1
            elif (mark in digits or digits.count(other) > 1) and Writing(mark).number(digits) is not None:
                votes[mark] += 1
    if votes["."] or votes[","]:
        return (".", votes[","] > 0) if votes["."] >= votes[","] else (",", votes["."] > 0)
    if votes["either ,"]:
        return ("," if semicolons else "."), True
    return ".", semicolons and votes["either ."] > 0


@dataclass(frozen=True)
class Profile:
    """What a column holds, told by a sample of it.

    Parameters
    ----------
    kind : 'numbers', 'dates', 'words' or 'nothing'
        Truth values are numbers; a column of which half are numbers is one of numbers, with mistakes.
    cells : sequence of str
        The sample without its gaps.
    writing : Writing
        How numbers are written.
    gaps : int
        How many cells of the sample were gaps.
    looked : int
        At how many rows one looked, those further down among them; 0 if at all that there are.
    again : bool
        Whether values of the sample, or of rows further down, come again there.
    """

    kind: str
    cells: Sequence[str]
    writing: Writing = PLAINLY
    gaps: int = 0
    looked: int = 0
    again: bool = False

    @classmethod
    def of(cls, cells: Sequence[str], decimal: str = ".") -> Profile:
        """Look at a sample of a column.

        >>> Profile.of(["1", "NA", "2.5"]).kind, Profile.of(["2024-03-01"]).kind, Profile.of(["no", "Yes"]).kind
        ('numbers', 'dates', 'numbers')
        """
        full = [cell for cell in cells if not is_gap(cell)]
        gaps = len(cells) - len(full)
        if not full:
            return cls("nothing", full, Writing(decimal), gaps)
        if all(map(PLAIN.fullmatch, full)) and decimal == ".":
            return cls("numbers", full, gaps=gaps)
        truth = {cell.lower() for cell in full} <= {*TRUTH, "0", "1"}
        units = Counter(unit for cell in full if (unit := taken_apart(cell)[1]))
        unit, times = units.most_common(1)[0] if units else ("", 0)
        writing = Writing(decimal, unit if 2 * times >= len(full) else "", truth)
        numbers = sum(writing.number(cell) is not None for cell in full)
        if 2 * numbers >= len(full):
            return cls("numbers", full, writing, gaps)
        dates = sum(DATE.fullmatch(cell) is not None for cell in full)
        return cls("dates" if 2 * dates >= len(full) else "words", full, writing, gaps)

    def with_later(self, cells: Sequence[str]) -> Profile:
        """Look at cells further down too: whether values come again, and what a column without numbers holds there."""
        later = Profile.of(cells, self.writing.decimal)
        together = [*self.cells, *later.cells]
        other = later if self.kind != "numbers" and later.kind != "nothing" else self
        if self.kind == later.kind != "numbers":
            other = replace(self, cells=together, gaps=self.gaps + later.gaps)
        looked = len(self.cells) + self.gaps + len(cells)
        return replace(other, looked=looked, again=len(set(together)) < len(together))

    @property
    def empty(self) -> bool:
        """Whether nothing was looked at."""
        return not self.cells and not self.gaps

    @cached_property
    def numbers(self) -> AnyArray:
        """The finite numbers of the sample; none of a column of another kind."""
        found = self.writing.numbers(self.cells) if self.kind == "numbers" else np.zeros(0)
        return found[np.isfinite(found)]

    @cached_property
    def whole(self) -> bool:
        """Whether it holds whole numbers alone, and some."""
        return bool(len(self.numbers) and (self.numbers == np.rint(self.numbers)).all())

    @cached_property
    def distinct(self) -> int:
        """How many different values the sample has."""
        return len(np.unique(self.numbers)) if self.kind == "numbers" else len(set(self.cells))

    @cached_property
    def all_different(self) -> bool:
        """Whether no value is there twice."""
        return self.distinct == len(self.cells) and not self.again

    @cached_property
    def like_classes(self) -> bool:
        """Whether a few values come again and again, as names of classes do, none of them nearly always."""
        most_common = Counter(self.cells).most_common(1)[0][1] if self.cells else 0
        few = 2 <= self.distinct <= min(64, max(2, len(self.cells) // 3))
        return few and (self.kind == "words" or self.whole) and most_common <= 0.95 * len(self.cells)
