"""Things found by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from .errors import UnknownNameError, UsageError

Thing = TypeVar("Thing")


def find(noun: str, name: str, known: Mapping[str, Thing]) -> Thing:
    """Look a name up.

    Parameters
    ----------
    noun : str
        What the names are of, for the message.
    name : str
        The one that is meant.
    known : mapping of str
        All there are.

    Returns
    -------
    object
        What has that name.

    Raises
    ------
    UnknownNameError
        If none has; the nearest name is offered.

    Examples
    --------
    >>> find("fruit", "pear", {"apple": 1, "pear": 2})
    2
    """
    if name not in known:
        raise UnknownNameError(noun, name, known)
    return known[name]


def check_kind(noun: str, value: object, kind: type, example: str) -> None:
    """Refuse a value of another kind.

    Parameters
    ----------
    noun : str
        What it should be, for the message.
    value : object
        What came.
    kind : type
        What it must be an instance of.
    example : str
        How one is made.

    Raises
    ------
    UsageError
        If it is none.

    Examples
    --------
    >>> check_kind("number", 3, int, "3")
    """
    if not isinstance(value, kind):
        raise UsageError(f"not {noun}", expected=f"{noun} such as {example}", got=repr(value))
