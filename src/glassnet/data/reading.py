"""How data was read: what was decided where it could have been meant otherwise, why, and which option settles it."""

from __future__ import annotations

import csv
import io
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from ..errors import UnknownNameError, UsageError

MOST_LINES = 6
SHORT = 40  # characters of what is not broken into two lines
READ_AS = ("table", "images")
DATES = ("day-first", "month-first")
ON_ERROR = STOP, SKIP = "stop", "skip"  # what is done where a row cannot be used
DELIMITERS = {
    "space": " ",
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
}  # as they may be called


@dataclass(frozen=True, kw_only=True)
class ReadingOptions:
    """How a file is to be read, as far as somebody says so; what is left out is decided by the file.

    The settings of a run have the same names, and so have the arguments of `glassnet.load_dataset`.

    Parameters
    ----------
    header : bool, optional
        Whether the first line of a text file names the columns.
    delimiter : str, optional
        What separates the columns of a text file; ``space`` is one or several, ``tab`` a tab.
    decimal : '.' or ',', optional
        The decimal mark of a text file.
    encoding : str, optional
        Of a text file, by a name that Python knows.
    leave_out : tuple of str, optional
        Columns that are not learned from.
    keep : tuple of str, optional
        Columns that are learned from, though they look as if they numbered the rows.
    categories : tuple of str, optional
        Columns whose values are names of kinds, though they are numbers, such as a postal code.
    dates : 'day-first' or 'month-first', optional
        Which comes first in a date such as 3/4/2024.
    group, time : str, optional
        A column whose rows of one value are not divided, or by whose order rows are: the latest are to test on.
    read_as : 'table' or 'images', optional
        What the numbers of a row are, where there is a square number of them.
    on_error : 'stop' or 'skip', optional
        What is done where a row of a table cannot be used, such as one without a target.
    window : int, optional
        How many rows of a file are held and shuffled together while it is learned from; 0 where all are held.
    """

    header: bool | None = None
    delimiter: str = ""
    decimal: str = ""
    encoding: str = ""
    leave_out: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    dates: str = ""
    group: str = ""
    time: str = ""
    read_as: str = ""
    on_error: str = ""
    window: int | None = None

    def __post_init__(self) -> None:
        if self.decimal not in ("", ".", ","):
            raise UsageError("invalid decimal mark", expected="a point or a comma", got=repr(self.decimal))
        if self.dates not in ("", *DATES):
            raise UnknownNameError("order of a date", self.dates, DATES)
        if self.read_as not in ("", *READ_AS):
            raise UnknownNameError("way to read", self.read_as, READ_AS)
        if self.on_error not in ("", *ON_ERROR):
            raise UnknownNameError("answer to an error", self.on_error, ON_ERROR)
        if self.group and self.time:
            got, remedy = f"{self.group!r} and {self.time!r}", "Leave --group or --time out"
            raise UsageError("rows divided by a group and by time", expected="one of them", got=got, remedy=remedy)
        if self.window is not None and (isinstance(self.window, bool) or self.window < 0):
            raise UsageError("invalid window", expected="a number of rows, or 0 for all", got=self.window)
        object.__setattr__(self, "delimiter", DELIMITERS.get(self.delimiter, self.delimiter))
        if len(self.delimiter) > 1 or self.delimiter in ('"', "\n", "\r"):
            expected = f"one character, or {', '.join(DELIMITERS)}"
            raise UsageError("invalid delimiter", expected=expected, got=repr(self.delimiter))

    @property
    def divided_by(self) -> tuple[str, ...]:
        """The column that rows are divided by, if there is one."""
        return (self.group or self.time,) if self.group or self.time else ()

    def said(self) -> list[str]:
        """Name what is said; that there is no header can be said of any file."""
        return [name for name, value in asdict(self).items() if value]


AS_THE_FILE_IS = ReadingOptions()


def split_names(text: str) -> tuple[str, ...]:
    """Split names at commas; one that has a comma itself stands in quotes, as in a CSV file.

    >>> split_names('net price, "tax, total"'), split_names("a,b")
    (('net price', 'tax, total'), ('a', 'b'))
    """
    return tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True)) or [""])


def in_shell(*names: str) -> str:
    """Write names as a shell takes them for an option, and `split_names` after it.

    >>> print(in_shell("net price", "tax, total"), in_shell("a", "b"), in_shell("net price"))
    'net price,"tax, total"' a,b "net price"
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(names)
    return shell_word(text.getvalue())


def shell_word(text: str) -> str:
    """Write a word as a shell takes it."""
    if re.fullmatch(r"[\w.,-]+", text):
        return text
    return shlex.quote(text) if re.search(r'["$`!\\]', text) else f'"{text}"'


@dataclass(frozen=True)
class Decision:
    """One thing that was decided about data.

    Parameters
    ----------
    subject : str
        What was decided, in a word or two: target, features, header.
    taken : str, int, bool, or list of str
        What it was decided to be, as JSON holds it.
    words : str
        The same for a person, with its reason: ``target "cultivar" (3 words, by name)``.
    doubt : str, optional
        Another reading that is plausible: ``"quality" could be the target too``.
    option : str, optional
        What settles it: ``--target quality``.
    """

    subject: str
    taken: Any
    words: str
    doubt: str = ""
    option: str = ""


@dataclass(frozen=True)
class Reading:
    r"""What was decided about a file or a folder of data, in the order in which a person wants to know it.

    Parameters
    ----------
    source : str
        The name of the file or the folder; empty of arrays.
    decisions : tuple of Decision
        What was decided; those that nobody could doubt need not be in it.
    cells : mapping of str to sequence of str, optional
        What stands in the first rows, of columns of dates.

    Examples
    --------
    >>> rows = Decision("rows", 178, "178 rows")
    >>> target = Decision("target", "y", 'target "y" (by name)', '"class" could be it too', "--target class")
    >>> print(*Reading("wine.csv", (rows, target)).lines(), sep="\n")
    wine.csv: 178 rows; target "y" (by name)
      in doubt: "class" could be it too; --target class settles it
    """

    source: str = ""
    decisions: tuple[Decision, ...] = ()
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.decisions)

    def __getitem__(self, subject: str) -> Any:
        """Give what was decided of a subject; None if nothing was."""
        return next((decision.taken for decision in self.decisions if decision.subject == subject), None)

    @property
    def doubts(self) -> tuple[Decision, ...]:
        """The decisions that could have been others."""
        return tuple(decision for decision in self.decisions if decision.doubt)

    def lines(self, width: int = 100, most: int | None = MOST_LINES) -> list[str]:
        """Say all of it in lines of so many characters: what was decided, then each doubt; of too many the first."""
        if not self.decisions:
            return []
        words = [decision.words for decision in self.decisions if decision.words]
        together = [one.replace(" ", "\0") if len(one) <= SHORT else one for one in words]
        source = f"{self.source}: " if self.source else ""
        said = _wrapped(f"{source}{'; '.join(together)}", width, "  ")
        doubts = [_wrapped(_in_doubt(decision), width, "    ") for decision in self._doubts_first()]
        if most is None or len(said) + sum(map(len, doubts)) <= most:
            return [*said, *chain.from_iterable(doubts)]
        lines = said[: most // 2]
        while doubts and len(lines) + len(doubts[0]) < most:
            lines += doubts.pop(0)
        return [*lines, f"  in doubt: {len(doubts)} more; --dry-run shows them"]

    def _doubts_first(self) -> list[Decision]:
        """Give what an option settles before what is only said."""
        return sorted(self.doubts, key=lambda decision: not decision.option)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON holds it."""
        return {"source": self.source, "decisions": [asdict(decision) for decision in self.decisions]}


def _in_doubt(decision: Decision) -> str:
    if not decision.option:
        return f"  note: {decision.doubt}"
    option = decision.option.replace(" ", "\0")  # which somebody copies, in one line
    return f"  in doubt: {decision.doubt}; {option} settles it"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """Break a line between words, but not within quotes."""
    kept = re.sub(r'"[^"]*"', lambda found: found[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(
        kept, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return [line.replace("\0", " ") for line in lines]


NOTHING_DECIDED = Reading()
