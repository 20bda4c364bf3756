"""How data was read: what was decided where it could have been meant otherwise, why, and which option settles it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

MOST_LINES = 6
READ_AS = ("table", "images")


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
    read_as : 'table' or 'images', optional
        What the numbers of a row are, where there is a square number of them.
    """

    header: bool | None = None
    delimiter: str = ""
    decimal: str = ""
    encoding: str = ""
    leave_out: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    read_as: str = ""


AS_THE_FILE_IS = ReadingOptions()


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
        The name of the file or the folder.
    decisions : tuple of Decision
        What was decided; those that nobody could doubt need not be in it.

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

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.decisions)

    def __getitem__(self, subject: str) -> Any:
        """Give what was decided of a subject; None if nothing was."""
        return next((decision.taken for decision in self.decisions if decision.subject == subject), None)

    @property
    def doubts(self) -> tuple[Decision, ...]:
        """The decisions that could have been others."""
        return tuple(decision for decision in self.decisions if decision.doubt)

    def lines(self) -> list[str]:
        """Say all in a line, and each doubt in one more, six at most."""
        if not self.decisions:
            return []
        said = f"{self.source}: {'; '.join(decision.words for decision in self.decisions if decision.words)}"
        doubts = [
            f"  in doubt: {each.doubt}" + (f"; {each.option} settles it" if each.option else "") for each in self.doubts
        ]
        if len(doubts) >= MOST_LINES:
            rest = len(doubts) - MOST_LINES + 2
            doubts = [*doubts[: MOST_LINES - 2], f"  in doubt: {rest} more; --dry-run shows them"]
        return [said, *doubts]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON holds it."""
        return {"source": self.source, "decisions": [asdict(decision) for decision in self.decisions]}


NOTHING_DECIDED = Reading()
