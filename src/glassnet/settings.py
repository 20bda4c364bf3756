"""Settings, each declared once, in the class that uses it.

A declaration says all that is known of a setting: its bounds, its unit, what it does. From it come the check of a
value, the option of `glassnet train`, the key of a configuration file, the control on the page, and a line of the
reference.
"""

from __future__ import annotations

import math
import types
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache, reduce
from numbers import Integral, Real
from typing import Any, ClassVar, get_args

from .errors import UnknownNameError, UsageError

NOUNS = {
    float: ("a number", "numbers"),
    int: ("a whole number", "whole numbers"),
    str: ("a string", "strings"),
    bool: ("true or false", "values true or false"),
}
# An annotation is mostly text, which is compared and not evaluated: other fields may have types that are not there.
KINDS: dict[Any, Any] = {kind.__name__: kind for kind in NOUNS}
KINDS |= {f"tuple[{name}, ...]": types.GenericAlias(tuple, (kind, ...)) for name, kind in list(KINDS.items())}
WHOLE = 2**63  # whole numbers lie below it, as in TOML


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is known of one setting."""

    help: str = ""  # what it does, as a phrase
    name: str = ""  # the field's
    key: str = ""  # its name among all settings of a run; the field's unless said otherwise
    label: str = ""  # what a page calls it; made of the name unless said otherwise
    kind: Any = float  # float, int, str, bool, or a tuple of one of them
    default: Any = field(default_factory=lambda: MISSING)  # the field's; MISSING if a value must be given
    low: float = -math.inf  # at least
    above: float = -math.inf  # more than
    high: float = math.inf  # at most
    below: float = math.inf  # less than
    choices: Collection[str] | None = None  # all names that may be chosen, such as a registry
    others: bool = False  # whether other names may be meant too, which are then checked where they are used
    unit: str = ""  # what numbers count
    group: str = ""  # the heading under which it stands
    suits: Mapping[str, Any] = field(default_factory=dict)  # other defaults: for a run, a task, a page
    shown: str = ""  # how the default is described where it depends on the data
    option: bool = True  # whether it is an option of `glassnet train`
    common: bool = False  # whether it is among the few that `glassnet train --help` shows
    knob: bool = True  # whether a page may choose it

    def check(self, value: Any) -> Any:
        """Give a value as the type of its kind: NumPy's numbers become Python's, a single value a tuple of one.

        A UsageError if it is of the wrong kind, or out of bounds.
        """
        if not isinstance(self.kind, types.GenericAlias):
            found = self._read(value, self.kind)
        else:
            inner = get_args(self.kind)[0]
            several = value.tolist() if getattr(value, "ndim", 0) == 1 else value  # an array of NumPy's
            many = several if isinstance(several, (list, tuple)) else (several,)
            read = [self._read(item, inner) for item in many]
            found = None if None in read else tuple(read)
        if found is None:
            got = value if isinstance(value, Real) else repr(value)
            raise UsageError(f"invalid {self.name}", expected=self.expected, got=got)
        return found

    def _read(self, value: Any, kind: Any) -> Any:
        """Convert one value; None if it is of the wrong kind or out of bounds."""
        value = plain(value)
        if kind is float:
            if isinstance(value, bool) or not isinstance(value, Real):
                return None
            try:
                number = float(value)
            except OverflowError:  # a whole number beyond all floats
                return None
            return number if math.isfinite(number) and self._within(number) else None
        if kind is int:
            if isinstance(value, bool) or not isinstance(value, Integral):
                return None
            whole = int(value)
            return whole if -WHOLE <= whole < WHOLE and self._within(whole) else None
        if kind is bool:
            return value if isinstance(value, bool) else None
        if not isinstance(value, str):
            return None
        if self.choices is not None and not self.others and value not in self.choices:
            raise UnknownNameError(getattr(self.choices, "noun", self.name.replace("_", " ")), value, self.choices)
        return value

    def _within(self, number: Any) -> bool:
        return bool(self.low <= number <= self.high and self.above < number < self.below)

    @property
    def expected(self) -> str:
        """What a value must be, in words."""
        if isinstance(self.kind, types.GenericAlias):
            return f"a list of {NOUNS[get_args(self.kind)[0]][1]}" + (f", each {self.bounds}" if self.bounds else "")
        return NOUNS[self.kind][0] + (f", {self.bounds}" if self.bounds else "")

    @property
    def bounds(self) -> str:
        """The bounds in words; empty if there are none."""
        lower = [f"{word} {bound:g}" for word, bound in (("at least", self.low), ("more than", self.above))]
        upper = [f"{word} {bound:g}" for word, bound in (("at most", self.high), ("less than", self.below))]
        return " and ".join(words for words in (*lower, *upper) if not words.endswith("inf"))

    def default_for(self, *places: str) -> Any:
        """Give the default where the last of these places that it has one for is meant: a run, a task, a page."""
        return next((self.suits[place] for place in reversed(places) if place in self.suits), self.default)


def plain(value: Any) -> Any:
    """Give a number of NumPy's, or an array of one and no dimension, as Python's; everything else as it is.

    It is asked for by what it has, as imports of NumPy have no place here.
    """
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def declaration(**known: Any) -> dict[str, Any]:
    """Make the metadata of a field of a class of `Settings`, where `setting` does not serve; arguments as there."""
    Setting(**known)  # a misspelled word is refused where it stands
    return {"setting": known}


def setting(default: Any = MISSING, **known: Any) -> Any:
    """Declare a field of a class of `Settings`.

    Parameters
    ----------
    default : object, optional
        Of the field; a value must be given where there is none.
    **known
        What is known of it, by the names of `Setting`'s attributes. A field of a subclass inherits what it does not say
        itself, also if it is no more than a name, a type and a default.

    Returns
    -------
    dataclasses.Field

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Brake(Settings):
    ...     strength: float = setting(0.5, low=0, below=1, help="Part of the speed that is lost.")
    >>> Brake(1)
    Traceback (most recent call last):
    glassnet.errors.UsageError: invalid strength: expected a number, at least 0 and less than 1, got 1.
    >>> settings_of(Brake)[0].help
    'Part of the speed that is lost.'
    """
    return field(default=default, metadata=declaration(**known))


@dataclass(frozen=True)
class Settings:
    """Base of frozen dataclasses that have settings: each is checked by its declaration when one is made.

    Subclasses name the group of their settings: ``class Penalty(Settings, group="penalty")``. Fields that are not
    declared with `setting` are not checked.
    """

    _group: ClassVar[str] = ""

    def __init_subclass__(cls, group: str | None = None, **further: Any) -> None:
        super().__init_subclass__(**further)
        if group is not None:
            cls._group = group

    def __post_init__(self) -> None:
        for declared in settings_of(type(self)):
            value = getattr(self, declared.name)
            checked = declared.check(value)
            if checked is not value:
                object.__setattr__(self, declared.name, checked)


def settings_of(owner: type[Settings]) -> tuple[Setting, ...]:
    """Give the settings of a class, in the order of its fields; UsageError for a type that no setting can have."""
    key: Any = owner  # a class is hashable, whatever its instances are
    return _settings_of(key)


@cache
def _settings_of(owner: Any) -> tuple[Setting, ...]:
    found = []
    for one in fields(owner):
        versions = [vars(base).get("__dataclass_fields__", {}).get(one.name) for base in reversed(owner.__mro__)]
        declared = [version.metadata["setting"] for version in versions if version and "setting" in version.metadata]
        if not declared:
            continue
        kind = KINDS.get(one.type.__name__ if type(one.type) is type else str(one.type))
        if kind is None:
            raise UsageError(
                f"setting {one.name} of the wrong type", expected=f"one of {', '.join(KINDS)}", got=one.type
            )
        label = one.name.replace("_", " ").capitalize()
        words: dict[str, Any] = {"key": one.name, "label": label, "group": owner._group}
        words = reduce(lambda known, more: {**known, **more}, declared, words)
        found.append(Setting(name=one.name, kind=kind, default=one.default, **words))
    return tuple(found)
