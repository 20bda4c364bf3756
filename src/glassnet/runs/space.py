"""The space that a sweep searches: a TOML file of settings, each fixed, one of a list, or within a range."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias, get_args

from ..errors import UnknownNameError, UsageError
from ..registry import find
from .build import lasting_name
from .settings import FORMER_NAMES, Option, load_toml, table, toml_value

RANGE = ("low", "high", "log", "step")
EXAMPLES = "epochs = 5, hidden = [64, 128] or learning_rate = { low = 0.01, high = 1.0, log = true }"


@dataclass(frozen=True)
class Choice:
    """One of several values."""

    values: tuple[Any, ...]

    def suggest(self, trial: Any, name: str) -> Any:
        """Let a trial of Optuna's choose, which knows the values by their text."""
        texts = [written(value) for value in self.values]
        return self.values[texts.index(trial.suggest_categorical(name, texts))]

    @property
    def toml(self) -> str:
        """How it stands in a space file."""
        return toml_value(self.values)

    @property
    def words(self) -> str:
        """What it allows."""
        return " or ".join(map(written, self.values))


@dataclass(frozen=True)
class Range:
    """A number from `low` to `high`, both included: in steps, or evenly in the logarithm, if that is asked for."""

    low: float
    high: float
    log: bool = False
    step: float | None = None

    def suggest(self, trial: Any, name: str) -> Any:
        """Let a trial of Optuna's choose."""
        if isinstance(self.low, int) and isinstance(self.high, int):
            return trial.suggest_int(name, self.low, self.high, step=self.step or 1, log=self.log)
        return trial.suggest_float(name, self.low, self.high, step=self.step, log=self.log)

    @property
    def toml(self) -> str:
        """How it stands in a space file."""
        parts = [f"low = {self.low}", f"high = {self.high}"]
        parts += ["log = true"] if self.log else []
        parts += [] if self.step is None else [f"step = {self.step}"]
        return f"{{ {', '.join(parts)} }}"

    @property
    def words(self) -> str:
        """What it allows."""
        steps = "" if self.step is None else f" in steps of {self.step:g}"
        return f"{self.low:g} to {self.high:g}{steps}{', logarithmic' if self.log else ''}"


Dimension: TypeAlias = Choice | Range


@dataclass(frozen=True)
class Space:
    """Settings of a run, some of which are searched."""

    entries: Mapping[str, Dimension]  # by name; those that say what others mean come first

    @classmethod
    def read(cls, path: Path) -> Space:
        """Read a space file; a UsageError names the setting that is not known, or has values that it cannot have."""
        options, given = table(), dict(_flat(load_toml(path), path))
        for name in given:
            find("setting", name, {known: one for known, one in options.items() if one.setting.option})
            if name in ("seeds", "ensemble"):
                remedy = "Leave it out, and train the best trial's settings with it afterwards"
                raise UsageError(f"a trial trains one network: {name} cannot be in a space", where=path, remedy=remedy)
        entries = {name: _dimension(name, value, options[name], path) for name, value in given.items()}
        space = cls({name: entries[name] for name in sorted(entries, key=lambda name: bool(options[name].chooser))})
        space._check(options, path)
        return space

    def _check(self, options: Mapping[str, Option], path: Path) -> None:
        if not self.searched:
            raise UsageError("nothing to search", expected=EXAMPLES, where=path, remedy="Give a setting several values")
        for name in self.entries:
            chooser, takers = options[name].chooser, options[name].takers
            chosen = self.entries.get(chooser)
            if isinstance(chosen, Choice) and not set(chosen.values) & set(takers):
                remedy = f"It is taken by {', '.join(takers)}"
                raise UsageError(f"no {chooser} of the space takes {name}", where=path, remedy=remedy)

    @property
    def searched(self) -> dict[str, Dimension]:
        """The settings that have more than one value."""
        return {name: one for name, one in self.entries.items() if isinstance(one, Range) or len(one.values) > 1}

    def settings(self, trial: Any) -> dict[str, Any]:
        """Give the settings of a trial of Optuna's, which chooses where it has not chosen yet.

        What the chosen optimizer, schedule or average does not take is left out.
        """
        options, searched = table(), self.searched
        values: dict[str, Any] = {"ensemble": 1}  # also of a table, which several networks are trained for by default
        for name, one in self.entries.items():
            option = options[name]
            if option.chooser in values and values[option.chooser] not in option.takers:
                continue
            value = one.suggest(trial, name) if name in searched else one.values[0]  # type: ignore[union-attr]
            values[name] = option.check(value, values.get(option.chooser))
        return values

    def corner(self) -> dict[str, Any]:
        """Give settings with the first of all values."""
        return self.settings(_First())

    @property
    def toml(self) -> str:
        """The space as a file."""
        return "".join(f"{name} = {one.toml}\n" for name, one in self.entries.items())

    def differences(self, other: Space) -> list[str]:
        """Say in words what another space has otherwise."""
        names = list(dict.fromkeys([*self.entries, *other.entries]))
        words = [
            (name, *(space.entries[name].toml if name in space.entries else "not there" for space in (self, other)))
            for name in names
        ]
        return [f"{name} was {before}, is {now}" for name, before, now in words if before != now]


class _First:
    """Chooses in place of a trial: always the first."""

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        return choices[0]

    def suggest_int(self, name: str, low: int, high: int, **how: Any) -> int:
        return low

    def suggest_float(self, name: str, low: float, high: float, **how: Any) -> float:
        return low


def written(value: Any) -> str:
    """Write a value as an option of `glassnet train` takes it.

    >>> written((300, 100)), written(()), written(0.5), written(True)
    ('300,100', 'none', '0.5', 'true')
    """
    if isinstance(value, tuple):
        return ",".join(map(written, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def setting_in_words(value: Any) -> str:
    """Write a searched value in four digits; nothing where it was not taken.

    >>> setting_in_words(0.0123456), setting_in_words((64,)), setting_in_words(None)
    ('0.01235', '64', '')
    """
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else written(value)


def _flat(given: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Any]]:
    """Give names and values; a table that is no range is a heading, as in the settings of a run."""
    found: set[str] = set()
    for name, value in given.items():
        is_heading = isinstance(value, dict) and not set(value) & set(RANGE)
        for key, one in value.items() if is_heading else [(name, value)]:
            key = FORMER_NAMES.get(key, key)
            if key in found:
                raise UsageError(f"two values of {key}", where=path, remedy="Leave one of them out")
            found.add(key)
            yield key, one


def _dimension(name: str, value: Any, option: Option, path: Path) -> Dimension:
    """Read what a setting may be: a list is a choice, also where a setting is a list itself."""
    if isinstance(value, dict):
        return _range(name, value, option, path)
    values = value if isinstance(value, list) else [value]
    if not values:
        raise UsageError(f"no values of {name}", where=path, remedy="Give one, or several to choose from")
    read = []
    for one in values:
        try:
            checked = option.check(one)
        except UnknownNameError:
            raise
        except UsageError as error:
            raise UsageError(f"invalid {name}", expected=option.setting.expected, got=repr(one), where=path) from error
        read.append(lasting_name(checked) if name == "dataset" else checked)
    return Choice(tuple(dict.fromkeys(read)))


def _range(name: str, given: Mapping[str, Any], option: Option, path: Path) -> Range:
    """Read a range, and refuse one that no setting or no search can have."""
    several = isinstance(option.setting.kind, types.GenericAlias)  # such as widths: a number is a list of one
    kind = get_args(option.setting.kind)[0] if several else option.setting.kind
    if kind not in (int, float):
        raise UsageError(f"{name} has no range", expected="one value, or a list", got=dict(given), where=path)
    for key in given:
        if key not in RANGE:
            raise UnknownNameError(f"part of the range of {name}", key, RANGE)

    def refuse(expected: str, got: Any) -> UsageError:
        return UsageError(f"invalid range of {name}", expected=expected, got=got, where=path)

    for end in ("low", "high"):
        if end not in given:
            raise refuse("low and high", ", ".join(given))
        number = int if kind is int else (int, float)
        if isinstance(given[end], bool) or not isinstance(given[end], number):
            raise refuse(f"{'whole ' if kind is int else ''}numbers", f"{end} = {given[end]!r}")
        try:
            option.check(given[end])
        except UsageError as error:
            raise refuse(f"ends that are each {option.setting.expected}", f"{end} = {given[end]}") from error
    low, high = kind(given["low"]), kind(given["high"])
    if low >= high:
        raise refuse("low less than high", f"{low} to {high}")
    log, step = given.get("log", False), given.get("step")
    if not isinstance(log, bool):
        raise refuse("log = true or false", repr(log))
    if log and (low <= 0 or step is not None):
        raise refuse("a logarithmic range above 0, without steps", f"low = {low}" if step is None else f"step = {step}")
    return Range(low, high, log) if step is None else _stepped(low, high, step, kind, refuse)


def _stepped(low: Any, high: Any, step: Any, kind: type, refuse: Any) -> Range:
    """Let a range end at the last of its steps."""
    number = int if kind is int else (int, float)
    if isinstance(step, bool) or not isinstance(step, number) or not 0 < step <= high - low:
        raise refuse(f"a step of 0 to {high - low}", step)
    first, each = Decimal(str(low)), Decimal(str(step))
    last = first + (Decimal(str(high)) - first) // each * each
    return Range(low, kind(last), step=kind(step))
