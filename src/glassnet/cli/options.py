"""The options of ``glassnet train``, made from the table of settings, and the types of their values."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import MISSING
from typing import Any, TypeVar, get_args

import click
from click.shell_completion import CompletionItem

from ..data.catalogue import CATALOGUE
from ..data.reading import split_names
from ..errors import UnknownNameError
from ..runs.settings import Option, table
from ..settings import Setting
from .help import GroupedOption

Command = TypeVar("Command", bound=Callable[..., Any])
FULL_BATCH = sys.maxsize
MOST_NAMES = 4  # that stand for the value of an option; more of them stand in its help


class Name(click.Choice[str]):
    """A choice of these names that offers the nearest when one is misspelled; with `others`, more may be meant."""

    def __init__(self, names: Collection[str], others: bool = False) -> None:
        super().__init__(list(names))
        self.others = others

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a known name."""
        if value not in self.choices and not self.others:
            raise UnknownNameError(param.name if param and param.name else "name", value, self.choices)
        return value


class Data(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """A data set of the catalogue, or a path; both are completed."""

    name = "data set"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete a name, or let the shell complete a path."""
        names = [CompletionItem(name) for name in CATALOGUE if name.startswith(incomplete)]
        return [*names, CompletionItem(incomplete, type="file")]


class Names(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """Names separated by commas; one with a comma in it stands in quotes."""

    name = "names"

    def __init__(self, names: Collection[str]) -> None:
        self.names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Split; the setting knows the names."""
        return split_names(value) if isinstance(value, str) else value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the name after the last comma."""
        before, comma, begun = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in self.names if name.startswith(begun)]


class Widths(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """Widths separated by commas, or ``none``."""

    name = "widths"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read whole numbers."""
        if not isinstance(value, str) or value == "none":
            return () if value == "none" else value
        try:
            return tuple(int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"expected widths such as 128 or 300,100, or none, got {value!r}.", param, ctx)


class BatchSize(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.3
    """A number of examples, or ``full``."""

    name = "batch size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a whole number."""
        try:
            return FULL_BATCH if value == "full" else int(value)
        except ValueError:
            self.fail(f"expected a whole number or full, got {value!r}.", param, ctx)


# What can be written otherwise than as its kind.
OWN_TYPES = {"dataset": (Data(), "NAME|PATH"), "batch_size": (BatchSize(), "N")}


def jobs_options(command: Command) -> Command:
    """Give a command the options of how many trainings run at the same time, and where."""
    jobs = click.option(
        "--jobs",
        cls=GroupedOption,
        group="run",
        metavar="N",
        type=click.IntRange(1),
        help="Trainings that run at the same time, where there are several; never changes their results. [1]",
    )
    dask = click.option(
        "--dask",
        cls=GroupedOption,
        group="run",
        metavar="ADDRESS",
        default="",
        help="Address of a Dask scheduler, on whose cluster the trainings run. [this machine]",
    )
    return jobs(dask(command))


class SettingOption(GroupedOption):
    """An option that is a setting; not given, it leaves the choice to what suits the data."""

    def __init__(self, option: Option) -> None:
        declared = option.setting
        kind, metavar = option_type(declared)
        dashed = declared.name.replace("_", "-")
        flags = f"--{dashed}/--no-{dashed}" if declared.kind is bool else f"--{dashed}"
        super().__init__(
            [flags],
            group=declared.group,
            common=declared.common,
            type=kind,
            metavar=metavar,
            default=None,
            help=described(option),
        )
        self.option = option

    def get_brief_record(self, ctx: click.Context) -> tuple[str, str]:
        """Give what it does, up to the first semicolon, a few names that may be chosen, and its defaults."""
        declared = self.option.setting
        named, few = declared.choices is not None, len(declared.choices or ()) <= MOST_NAMES
        metavar = "NAME" if named else self.make_metavar(ctx).replace("[,N...]", ",...")
        names = f": {', '.join(declared.choices)}" if declared.choices is not None and few else ""
        default, of_table = self._default("run") or declared.shown, self._default("run", "table")
        if "table" in declared.shown:
            default = declared.shown
        elif of_table not in ("", default):
            default += f"; {of_table} for a table"
        return f"{self.opts[0]} {metavar}".rstrip(), f"{declared.help.partition(';')[0]}{names}. [{default}]"

    def _default(self, *places: str) -> str:
        """Write the default for these places; of what only some take, that of the one chosen there."""
        chooser = self.option.chooser
        chosen = self.option.takers.get(table()[chooser].setting.default_for(*places)) if chooser else None
        return written((chosen or self.option.setting).default_for(*places))


def setting_options() -> Iterator[SettingOption]:
    """Make the option of each setting, group by group."""
    options = [option for option in table().values() if option.setting.option]
    groups = list(dict.fromkeys(option.setting.group for option in options))
    for option in sorted(options, key=lambda option: groups.index(option.setting.group)):
        yield SettingOption(option)


def option_type(declared: Setting) -> tuple[Any, str | None]:
    """Give click's type of a setting's values, and what stands for one in the help."""
    if declared.name in OWN_TYPES:
        return OWN_TYPES[declared.name]
    if get_args(declared.kind):
        inner = get_args(declared.kind)[0]
        return (Widths(), "N[,N...]") if inner is int else (Names(declared.choices or ()), "NAME[,NAME...]")
    if declared.choices is not None:
        few = len(declared.choices) <= MOST_NAMES
        return Name(declared.choices, declared.others), None if few else "NAME"
    unit = declared.unit.upper() or {int: "N", str: "NAME"}.get(declared.kind)
    return declared.kind, None if declared.kind is bool else unit


def described(option: Option) -> str:
    """Say what a setting does, who takes it, what it may be, and what it is by default."""
    declared = option.setting
    text = declared.help
    if option.chooser and len(option.takers) < len(table()[option.chooser].setting.choices or ()):
        text += f" ({', '.join(option.takers)} only)"
    if declared.choices is not None and (len(declared.choices) > MOST_NAMES or get_args(declared.kind)):
        text += f": {', '.join(declared.choices)}"
    facts = [default_in_words(option), "" if get_args(declared.kind) else interval(declared)]
    return f"{text}. [{'; '.join(filter(None, facts))}]"


def default_in_words(option: Option) -> str:
    """Say what a setting is by default, and for whom it is another one."""
    declared = option.setting
    if declared.shown:
        return declared.shown
    if option.chooser:
        takers: dict[str, list[str]] = {}
        for name, taken in option.takers.items():
            takers.setdefault(written(taken.default_for("run")), []).append(name)
        several = len(takers) > 1
        return "; ".join(f"{value} for {', '.join(names)}" if several else value for value, names in takers.items())
    others = [
        f"{written(value)} for {place}" for place, value in declared.suits.items() if place not in ("run", "page")
    ]
    return "; ".join([written(declared.default_for("run")), *others])


def interval(declared: Setting) -> str:
    """Write the bounds of a number, as click does: 0<=x<1; empty if there are none."""
    lower = [(f"{bound:g}", sign) for bound, sign in ((declared.low, "<="), (declared.above, "<")) if bound > -math.inf]
    upper = [f"{sign}{bound:g}" for bound, sign in ((declared.high, "<="), (declared.below, "<")) if bound < math.inf]
    if lower and not upper:
        return f"x{lower[0][1].replace('<', '>')}{lower[0][0]}"
    return f"{''.join(lower[0]) if lower else ''}x{upper[0]}" if upper else ""


def written(value: Any) -> str:
    """Write a value as it may be given to an option."""
    if value is MISSING:
        return "required"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(written, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
