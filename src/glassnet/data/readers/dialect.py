"""How a text table is written: its encoding, what separates its columns, its decimal mark, and whether it has a header.

All of it is told by a sample of many lines, and by the types of what stands in them; nothing is told by one line alone.
"""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ...errors import listed
from ..reading import Decision, ReadingOptions
from .cells import DATE, Profile, decimal_mark, is_gap

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", " ": "spaces"}
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")  # no text has these; those that steer a terminal, some have
SEPARATED = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # Excel's first line
SPOKEN = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
DECIMAL_ROWS = 200  # that the decimal mark is told by
MOST_RECORDS = 50  # that a delimiter is told by
YEARS = (1500, 2200)


@dataclass(frozen=True)
class Dialect:
    """How a text table is written.

    Parameters
    ----------
    encoding : str
        As Python calls it.
    delimiter : str
        One character; a space stands for several too.
    decimal : '.' or ','
        The decimal mark.
    header : bool
        Whether the table names its columns.
    names : tuple of str
        Of the columns: the table's own, or ``column 1`` and so on.
    start : int
        How many lines stand before the first record.
    skipped : bool
        Whether the first record is the header, and no example.
    profiles : tuple of Profile
        What the columns hold, told by the sample.
    """

    encoding: str
    delimiter: str
    decimal: str
    header: bool
    names: tuple[str, ...]
    start: int
    skipped: bool
    profiles: tuple[Profile, ...]


def guess_encoding(head: bytes, whole: bool = True) -> tuple[str, Decision | None]:
    """Tell the encoding by a file's bytes, all or the first; a ValueError if they are not text.

    >>> guess_encoding(b"a,b")[0], guess_encoding("é".encode("cp1252"))[0], guess_encoding("a,b".encode("utf-16"))[0]
    ('utf-8-sig', 'cp1252', 'utf-16')
    """
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            said = None if encoding == "utf-8-sig" else Decision("encoding", encoding, encoding.upper())
            return encoding, said
    for encoding, places in (("utf-16-le", slice(1, None, 2)), ("utf-16-be", slice(0, None, 2))):
        if head.count(0) > len(head) / 3 and head[places].count(0) > 0.9 * head.count(0):
            return encoding, Decision("encoding", encoding, encoding.upper())
    if BINARY.search(head):
        raise ValueError("control characters, which no text has")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        encoding = "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", head) else "latin-1"
        name = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}[encoding]
        doubt = f"the text is no UTF-8, and is read as {name}"
        return encoding, Decision("encoding", encoding, name, doubt, "--encoding NAME")
    return "utf-8-sig", None


def records(lines: Iterable[str], delimiter: str, strip: bool = True) -> Iterator[list[str]]:
    """Split lines into cells without the space around them; what is in quotes stays together. Blank lines are []."""
    if delimiter == " ":  # several are one
        lines = (" ".join(line.split("\t")).strip() + "\n" for line in lines)
    for cells in csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == " "):
        # A line of delimiters alone is a row, and so is one of "", as pandas writes a gap in a single column.
        blank = len(cells) == 1 and cells[0].isspace()
        yield [] if blank else [cell.strip() for cell in cells] if strip else cells


def guess_delimiter(lines: Sequence[str]) -> tuple[str, list[str]]:
    """Tell what separates the columns: what makes records of one width, of cells that hold no other separator.

    Gives it, and others that are nearly as plausible.

    >>> guess_delimiter(['"a, b";c', "1,5;2", "2,5;3"]), guess_delimiter(["a   b", "1.0 2.0"])
    ((';', []), (' ', []))
    """
    scores = {delimiter: _score(lines, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    near = [other for other, score in scores.items() if other != best and score > 0.9 * scores[best] > 0]
    if not any(" " in line for line in lines):
        near = [other for other in near if other != " "]  # which a tab counts as too
    return best, near if scores[best] else []


def _score(lines: Sequence[str], delimiter: str) -> float:
    """Judge a delimiter, 0..1: the share of records of the usual width, times that of clean cells in them."""
    try:
        rows = [row for row in records(lines[:MOST_RECORDS], delimiter) if any(row)]
    except csv.Error:
        return 0.0
    widths = Counter(map(len, rows))
    width, times = max(widths.items(), key=lambda item: (item[1], item[0])) if widths else (1, 0)
    if width == 1:
        return 0.0
    whole = [row for row in rows if len(row) == width]
    body = [cell for row in whole[1:] or whole for cell in row]
    others = [other for other in DELIMITERS if other not in (delimiter, " ")]
    clean = sum(not any(other in cell for other in others) or _is_known(cell) for cell in body)
    return times / len(rows) * clean / len(body)


def _is_known(cell: str) -> bool:
    """Tell whether a cell is a number with a comma, or a date."""
    return Profile.of([cell], "," if decimal_mark([cell], True)[0] == "," else ".").kind in ("numbers", "dates")


def recognize(
    lines: Sequence[str], encoding: str, known: Sequence[str], options: ReadingOptions
) -> tuple[Dialect, list[Decision]]:
    """Tell how a table is written by its first lines; `known` are names that its columns should have.

    Options are taken as they are. A ValueError if there is nothing in them.
    """
    start, delimiter = _before_the_table(lines)
    delimited = _settle_delimiter(lines[start:], options.delimiter or delimiter)
    delimiter = str(delimited.taken)
    rows = whole_records(lines[start:], delimiter)
    if not rows:
        raise ValueError("no cells with anything in them")
    commented = _header_in_comment(lines[:start], delimiter, len(rows[0]))
    first, body = (commented, rows) if commented else (rows[0], rows[1:])
    columns = [[row[place] for row in body if len(row) == len(first)] for place in range(len(first))]
    marked = _settle_decimal(columns, delimiter, options.decimal)
    profiles = [Profile.of(cells, str(marked.taken)) for cells in columns]
    header, doubt = bool(commented) or bool(options.header), ""
    if not commented and options.header is None:
        header, doubt = _is_header(first, profiles, known)
    headed = _headed(header, doubt, start + (not commented))
    if not headed.taken:
        profiles = [Profile.of([first[place], *below], str(marked.taken)) for place, below in enumerate(columns)]
    names = _names(first) if headed.taken else tuple(f"column {number}" for number in range(1, len(first) + 1))
    skipped = headed.taken and not commented
    dialect = Dialect(encoding, delimiter, str(marked.taken), headed.taken, names, start, skipped, tuple(profiles))
    return dialect, [headed, delimited, marked]


def _before_the_table(lines: Sequence[str]) -> tuple[int, str]:
    """Count the lines before the first record: comments, and Excel's ``sep=;``, which says the delimiter."""
    start, delimiter = 0, ""
    if lines and (separated := SEPARATED.fullmatch(lines[0])):
        return 1, separated[1]
    while start < len(lines) and (lines[start].startswith("#") or not lines[start].strip()):
        start += 1
    return (start if start < len(lines) else 0), delimiter


def _header_in_comment(comments: Sequence[str], delimiter: str, width: int) -> list[str]:
    """Give the names in the last comment, as NumPy writes a header, if they are as many as the columns."""
    last = [line.lstrip("#") for line in comments[-1:] if line.startswith("#")]
    cells = next(iter(whole_records(last, delimiter)), [])
    return cells if len(cells) == width > 1 else []


def _settle_delimiter(lines: Sequence[str], said: str) -> Decision:
    delimiter, near = (said, []) if said else guess_delimiter(lines)
    words = "" if delimiter == "," else f"columns apart by {DELIMITERS.get(delimiter, repr(delimiter))}"
    doubt = f"{DELIMITERS[near[0]]} could separate the columns too" if near else ""
    return Decision("delimiter", delimiter, words, doubt, f"--delimiter {SPOKEN[near[0]]}" if near else "")


def _settle_decimal(columns: Sequence[Sequence[str]], delimiter: str, said: str) -> Decision:
    cells = (cell for row in islice(zip(*columns, strict=True), DECIMAL_ROWS) for cell in row)
    mark, doubted = (said, False) if said else decimal_mark(cells, delimiter == ";")
    words = "decimal commas" if mark == "," else ""
    if not doubted:
        return Decision("decimal", mark, words)
    taken, other = ("commas", ".") if mark == "," else ("points", ",")
    doubt = f"numbers are read with decimal {taken}, and could have {'points' if other == '.' else 'commas'}"
    return Decision("decimal", mark, words, doubt, f"--decimal {other}")


def _headed(header: bool, doubt: str, line: int) -> Decision:
    option = "" if not doubt else "--no-header" if header else "--header"
    return Decision("header", header, f"header in line {line}" if header else "no header", doubt, option)


def whole_records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Split a sample, of which the last record may be cut, into records with anything in them."""
    found = []
    try:
        for row in records(lines, delimiter):
            if any(row):
                found.append(row)
    except csv.Error:
        pass
    return found


def _names(first: Sequence[str]) -> tuple[str, ...]:
    """Name the columns as the header does; of several without a name, all but the first are numbered."""
    seen = 0
    names = []
    for place, name in enumerate(first, start=1):
        seen += name == ""
        names.append(f"column {place}" if name == "" and seen > 1 else name)
    return tuple(names)


def _is_header(first: Sequence[str], profiles: Sequence[Profile], known: Sequence[str]) -> tuple[bool, str]:
    """Tell whether a first record names the columns below it, and what could be meant otherwise.

    A word above numbers or dates is a name, and a number above numbers is none: unless the numbers of the first line
    count up, 0, 1, 2 or 2017, 2018, 2019, where those below them do not, or are far from them.
    """
    if known and 2 * sum(name in first for name in known) >= len(known):
        return True, ""
    names = examples = 0
    above = []  # the numbers of the first line, each with those below it
    for cell, profile in zip(first, profiles, strict=True):
        if is_gap(cell):
            names += cell == "" and profile.whole and profile.all_different  # pandas' index
            continue
        number = profile.writing.number(cell) if profile.kind == "numbers" else None
        if profile.kind == "numbers" and number is None:
            names += 1
        elif profile.kind == "dates":
            names += not DATE.fullmatch(cell)
            examples += bool(DATE.fullmatch(cell))
        elif number is not None and math.isfinite(number):
            above.append((number, profile.numbers))
        elif profile.kind == "words":
            examples += cell in profile.cells
    if above and not names:
        header, doubt = _counts(above)
        return header, doubt
    if names:
        doubted = len(above) > 4 * names and not _counts(above)[0]
        return True, "the first line could be an example with a mistake" if doubted else ""
    return not examples and any(not is_gap(cell) for cell in first), ""


def _counts(above: Sequence[tuple[float, np.ndarray]]) -> tuple[bool, str]:
    """Tell whether the numbers of a first line are names of columns, and what could be meant otherwise."""
    firsts = np.array([number for number, _ in above])
    with np.errstate(over="ignore"):
        steps = np.diff(firsts)
    different = bool((firsts == np.rint(firsts)).all()) and len(set(firsts.tolist())) == len(firsts) > 1
    evenly = different and bool((steps == steps[0]).all())
    from_start = firsts[0] in (0, 1) and steps[:1] == 1
    years = bool(((firsts >= YEARS[0]) & (firsts <= YEARS[1])).all())
    far = np.array([_is_far(number, below) for number, below in above])
    shown = listed([f"{number:g}" for number in firsts], most=4)
    if different and years and far.all():
        return True, f"the first line ({shown}) could be an example"
    if evenly and not _count_alike([below for _, below in above], steps):
        plausible = from_start or years or far.sum() >= 2 or len(firsts) > 3
        if plausible and len(firsts) > 2:
            return True, f"the first line ({shown}) could be an example"
    # pandas calls two columns 0 and 1, which is an example too; one where the numbers below are whole as well.
    counted = (different or len(firsts) == 1) and len(firsts) < 3 and firsts[0] == 0 and (steps == 1).all()
    fractions = any((below != np.rint(below)).any() for _, below in above)
    if counted and (fractions or len(firsts) > 1):
        header = fractions and len(firsts) > 1
        return header, f"the first line ({shown}) could be {'an example' if header else 'the names of the columns'}"
    if different and far.all() and len(above[0][1]) > 2:
        return False, f"the first line ({shown}) could be the names of the columns"
    return False, ""


def _is_far(number: float, below: np.ndarray) -> bool:
    """Tell whether a number lies further from those below it than they lie from one another."""
    with np.errstate(over="ignore"):
        return not len(below) or max(below.min() - number, number - below.max()) > np.ptp(below)


def _count_alike(columns: Sequence[np.ndarray], steps: np.ndarray) -> bool:
    """Tell whether most of the other lines count up by the same steps."""
    rows = np.array([column[: min(map(len, columns))] for column in columns])
    return rows.size > 0 and bool((np.diff(rows, axis=0) == steps[:, None]).all(axis=0).mean() > 0.5)
