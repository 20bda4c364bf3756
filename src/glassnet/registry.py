"""Things that are chosen by name, registered where they are defined."""

from __future__ import annotations

import pkgutil
import threading
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TypeVar

from .errors import UnknownNameError, UsageError

Thing = TypeVar("Thing")
_discovering = threading.RLock()


class Registry(Mapping[str, Thing]):
    """What there is of one kind, by name, in the order of definition.

    Parameters
    ----------
    noun : str
        What the names are of, for messages: "optimizer".
    package : str, optional
        Where such things are defined: all its modules are imported when a name is first looked up, so that a new file
        needs to be named nowhere else.

    Examples
    --------
    >>> FRUITS = Registry("fruit")
    >>> @FRUITS.register("pear")
    ... class Pear:
    ...     pass
    >>> FRUITS["pear"] is Pear, Pear.name, list(FRUITS)
    (True, 'pear', ['pear'])
    >>> FRUITS["paer"]
    Traceback (most recent call last):
    glassnet.errors.UnknownNameError: unknown fruit: expected one of pear, got 'paer'. Did you mean 'pear'?
    """

    def __init__(self, noun: str, package: str | None = None) -> None:
        self.noun = noun
        self._package = package
        self._things: dict[str, Thing] = {}

    def register(self, name: str) -> Callable[[Thing], Thing]:
        """Make a decorator that keeps a class by a name, which becomes its attribute ``name``.

        Raises
        ------
        UsageError
            If another thing has the name.
        """

        def keep(thing: Thing) -> Thing:
            known = self._things.get(name)
            # A module that is executed again (a notebook's cell, a doctest) defines the same thing anew.
            if known is not None and getattr(known, "__qualname__", "") != getattr(thing, "__qualname__", ""):
                raise UsageError(f"{self.noun} {name} is registered twice", remedy="Give one of them another name")
            thing.name = name  # type: ignore[attr-defined]
            self._things[name] = thing
            return thing

        return keep

    def __getitem__(self, name: str) -> Thing:
        """Look a name up; UnknownNameError, which offers the nearest, if there is none."""
        self._discover()
        if name not in self._things:
            raise UnknownNameError(self.noun, name, self._things)
        return self._things[name]

    def __contains__(self, name: object) -> bool:
        self._discover()
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        self._discover()
        return iter(self._things)

    def __len__(self) -> int:
        self._discover()
        return len(self._things)

    def _discover(self) -> None:
        if self._package is None:
            return
        with _discovering:  # another thread may be about it
            for module in pkgutil.iter_modules(import_module(self._package).__path__) if self._package else ():
                import_module(f"{self._package}.{module.name}")
            # In the order of the modules, whichever of them has been imported before.
            self._things = dict(sorted(self._things.items(), key=lambda item: item[1].__module__))
            self._package = None


def find(noun: str, name: str, known: Mapping[str, Thing]) -> Thing:
    """Look a name up among those of a plain mapping; errors as in `Registry`.

    >>> find("fruit", "pear", {"apple": 1, "pear": 2})
    2
    """
    if name not in known:
        raise UnknownNameError(noun, name, known)
    return known[name]


def check_kind(noun: str, value: object, kind: type, example: str) -> None:
    """Refuse with a UsageError a value of the wrong kind, and give an example of how one is made.

    >>> check_kind("number", 3, int, "3")
    """
    if not isinstance(value, kind):
        raise UsageError(f"not {noun}", expected=f"{noun} such as {example}", got=repr(value))
