"""Things found by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from .errors import UnknownNameError

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
