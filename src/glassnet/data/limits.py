"""How much a file may make glassnet hold in memory: each reader asks before it allocates.

A file of a few kilobytes can unpack to gigabytes. What is larger than here is refused, with the limit.
Who has more memory, and trusts the file, raises one:
``limits.LIMITS = replace(limits.LIMITS, unpacked_bytes=8 << 30)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import DataFileError


@dataclass(frozen=True)
class Limits:
    """The most that one file may hold.

    Parameters
    ----------
    unpacked_bytes : int
        Of all that is held at once: a text file after decompression, the arrays of an archive, the columns of a table;
        of a large file ten times its own size.
    rows : int
        Of a table or an array.
    columns : int
        Of a table.
    cell_characters : int
        Of one cell of a table, and of one name.
    pixels : int
        Of one picture, before it is decoded.
    classes : int
        Different targets that a network tells apart.
    in_memory_bytes : int
        Of the inputs in a file that can be read part by part: of a larger one a part is held while it is learned from.
    """

    unpacked_bytes: int = 560 << 20  # EMNIST's largest file has 547 MB
    rows: int = 50_000_000
    columns: int = 100_000
    cell_characters: int = 10_000
    pixels: int = 20_000_000
    classes: int = 10_000
    in_memory_bytes: int = 560 << 20


LIMITS = Limits()
USUAL_RATIO = 10  # of what a packed file holds to its own size: a file of some gigabytes may be read, a bomb may not
UNITS = {"unpacked_bytes": "bytes unpacked", "cell_characters": "characters in a cell"}


def check_limit(limit: str, found: int, where: object) -> None:
    """Refuse more than a limit, by its name; asked before anything of that size is allocated.

    Raises
    ------
    DataFileError
        If there is more than the limit.

    Examples
    --------
    >>> check_limit("columns", 120_000, "wide.csv")
    Traceback (most recent call last):
    glassnet.errors.DataFileError: too large in wide.csv: expected at most 100,000 columns, got 120,000. ...
    """
    most = getattr(LIMITS, limit)
    if limit == "unpacked_bytes" and isinstance(where, Path) and where.is_file():
        most = most_unpacked(where)
    if found > most:
        expected = f"at most {most:,} {UNITS.get(limit, limit)}"
        remedy = "Take a part of the file, or raise glassnet.data.limits.LIMITS"
        raise DataFileError("too large", expected=expected, got=f"{found:,}", where=where, remedy=remedy)


def most_unpacked(path: Path) -> int:
    """Give how many bytes a file may unpack to: what is large itself hides nothing."""
    return max(LIMITS.unpacked_bytes, USUAL_RATIO * path.stat().st_size)


def is_for_memory(size: int) -> bool:
    """Tell whether so many bytes of inputs are read into memory, where they could be read part by part."""
    return size <= LIMITS.in_memory_bytes
