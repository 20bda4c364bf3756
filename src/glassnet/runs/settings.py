"""The settings of a run: every choice that its result depends on, as plain values, in memory and in TOML.

Those of the run itself are declared here, the others where they are used; `table` puts them together.
"""

from __future__ import annotations

import json
import math
import tomllib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..data.catalogue import CATALOGUE
from ..data.images.augmentation import Augmentation
from ..data.reading import DATES, ON_ERROR, READ_AS
from ..errors import RunError, UsageError
from ..network.activations import ACTIVATIONS
from ..network.initializers import INITIALIZERS
from ..network.losses import LOSSES
from ..optimizers.averaging import AVERAGES
from ..optimizers.optimizer import OPTIMIZERS
from ..optimizers.schedules import SCHEDULES
from ..registry import Registry, find
from ..regularization.penalties import Penalty
from ..regularization.regularization import Regularization
from ..settings import Setting, Settings, setting, settings_of

DECIMALS = (".", ",")
TASKS = ("classification", "regression")
SUITS_THE_ACTIVATION = "auto"
# Runs and configuration files of old say how many processors shared a step, each of which had a part of the inputs.
FORMER_NAMES = {"threads": "input_parts"}
# In runs of version 0.1, which have no such line, gelu is what is called gelu_tanh now.
EXACT_GELU = 'gelu = "erf"'
PARTS: tuple[type[Settings], ...] = (Penalty, Augmentation, Regularization)  # of every run


@dataclass(frozen=True, kw_only=True)
class RunSettings(Settings, group="training"):
    """All settings of a run; those that are declared elsewhere stand in ``options`` and are attributes too.

    `glassnet.runs.build.resolve` makes one from some of them.
    """

    dataset: str = setting(
        "mnist",
        group="data",
        label="Data",
        common=True,
        help=f"Data set, or the path of your own data; the data sets are {', '.join(CATALOGUE)}",
    )
    target: str = setting(
        "",
        group="data",
        knob=False,
        shown="label, target, class or y",
        common=True,
        help="Column to predict; of your own table",
    )
    task: str = setting(
        "classification",
        group="data",
        knob=False,
        choices=TASKS,
        shown="by the targets",
        help="Whether your own data is of classes or of numbers to predict",
    )
    sha256: str = setting(
        "", group="data", knob=False, shown="any", unit="hex", help="SHA-256 that the file of your own data must have"
    )
    header: bool = setting(
        False, group="data", knob=False, shown="by the first rows", help="Whether the first line names the columns"
    )
    delimiter: str = setting(
        "",
        group="data",
        knob=False,
        shown="by the first rows",
        unit="character",
        help="What separates the columns: a character, tab, or space for any number of spaces",
    )
    decimal: str = setting(
        "", group="data", knob=False, choices=DECIMALS, others=True, shown="by the first rows", help="Decimal mark"
    )
    encoding: str = setting(
        "", group="data", knob=False, shown="by the first rows", help="Encoding of a text file, such as cp1252"
    )
    leave_out: tuple[str, ...] = setting(
        (), group="data", knob=False, shown="texts, indices", help="Columns that are not inputs"
    )
    keep: tuple[str, ...] = setting(
        (), group="data", knob=False, shown="none", help="Columns that are inputs although they seem to number the rows"
    )
    categories: tuple[str, ...] = setting(
        (), group="data", knob=False, shown="words", help="Columns whose values are kinds, though they are numbers"
    )
    dates: str = setting(
        "",
        group="data",
        knob=False,
        choices=DATES,
        others=True,
        shown="by the cells",
        help="Which comes first in a date such as 3/4/2024",
    )
    group: str = setting(
        "", group="data", knob=False, shown="none", help="Column, such as the customer, whose rows are all for one use"
    )
    time: str = setting(
        "", group="data", knob=False, shown="none", help="Column of dates or numbers of which the latest are to test on"
    )
    read_as: str = setting(
        "",
        group="data",
        knob=False,
        choices=READ_AS,
        others=True,
        shown="by the columns",
        help="Whether rows of a square number of values, such as 784, are a table or images",
    )
    on_error: str = setting(
        "",
        group="data",
        knob=False,
        choices=ON_ERROR,
        others=True,
        shown="stop",
        help="Where rows of a table cannot be used: say how many and stop, or skip them",
    )
    window: int = setting(
        0,
        group="data",
        low=0,
        knob=False,
        shown="0; 64 MiB of a file over 560 MiB",
        unit="rows",
        help="Rows of a large file that are in memory at a time, and shuffled together; 0 for all",
    )
    reading: tuple[str, ...] = setting((), group="data", option=False, knob=False, help="How your own data was read")
    fingerprint: str = setting("", group="data", option=False, knob=False, help="Digest of your own data")
    train_size: int = setting(
        50_000, group="data", low=1, label="Training examples", help="Number of training examples"
    )
    validation_size: int = setting(
        10_000, group="data", low=0, knob=False, help="Number of validation examples; 0 for none"
    )
    test_size: int = setting(
        10_000,
        group="data",
        low=0,
        knob=False,
        shown="a sixth",
        help="Number of test examples of your own data; 0 for none",
    )
    deskew: bool = setting(False, group="data", knob=False, help="Deskew images: shear slanted ones upright")
    hidden: tuple[int, ...] = setting(
        (128,),
        group="network",
        low=1,
        label="Hidden layers",
        suits={"regression": (256, 64), "table": (64, 64, 64)},
        common=True,
        help="Units of each hidden layer, such as 300,100; or none",
    )
    activation: tuple[str, ...] = setting(
        ("relu",),
        group="network",
        choices=ACTIVATIONS,
        suits={"table": ("selu",), "table regression": ("mish",)},
        common=True,
        help="Activation of the hidden layers; one for all, or one for each",
    )
    initializer: str = setting(
        SUITS_THE_ACTIVATION,
        group="network",
        knob=False,
        choices=(SUITS_THE_ACTIVATION, *INITIALIZERS),
        suits={"table": "lecun_normal_biases"},
        help="Distribution of the first weights; auto suits the activation",
    )
    loss: str = setting(
        "cross_entropy",
        group="network",
        choices=LOSSES,
        others=True,
        suits={"regression": "mse"},
        help="Loss that is minimized; also quantile_Q, with Q such as 0.9",
    )
    class_weights: str = setting(
        "none",
        knob=False,
        choices=("none", "balanced"),
        help="Whether rare classes count as much as others in training",
    )
    epochs: int = setting(
        12,
        low=1,
        suits={"regression": 10, "page": 20},
        shown="12; 10 for regression; 96 for a table",
        common=True,
        help="Passes over the training examples",
    )
    batch_size: int = setting(
        64, low=1, suits={"table": 256}, common=True, help="Training examples in a step; full for all"
    )
    patience: int = setting(
        0,
        low=0,
        unit="epochs",
        knob=False,
        suits={"page": 0},
        shown="0; 20 for your own images; never too early for a table",
        common=True,
        help="Stop after this many epochs without improvement; 0 for never; the best epoch is kept",
    )
    ensemble: int = setting(
        1,
        low=1,
        knob=False,
        suits={"page": 1},
        shown="1; 8 for a table of up to 50,000 rows",
        help="Number of networks in the ensemble",
    )
    folds: int = setting(
        0,
        low=0,
        knob=False,
        suits={"page": 0},
        unit="parts",
        shown="0; for a table the number of networks",
        help="Parts of the rows, on one of which each network of the ensemble validates; 0: all on the same rows",
    )
    member: int = setting(0, low=0, option=False, knob=False, help="Which network of the ensemble this is")
    seed: int = setting(
        0,
        low=0,
        common=True,
        help="Seed of all that is random; the split, the first weights, the order of examples, noise",
    )
    seeds: int = setting(
        1, low=1, knob=False, suits={"page": 1}, help="Number of seeds; reports mean ± standard deviation"
    )
    input_parts: int = setting(
        1,
        low=1,
        high=1024,
        knob=False,
        suits={"page": 1},
        shown="1, or 2 for large steps",
        help="Parts that the first layer's sums are computed in; changes the last bits of results",
    )
    shards: int = setting(
        1,
        low=1,
        high=1024,
        knob=False,
        suits={"page": 1},
        shown="1, or the number of ranks",
        help="Parts that a batch's examples are computed in; changes the last bits of results",
    )
    optimizer: str = setting(
        "sgd",
        group="optimizer",
        choices=OPTIMIZERS,
        suits={"regression": "adam", "table": "adam"},
        common=True,
        help="Update rule",
    )
    schedule: str = setting(
        "one-cycle",
        group="schedule",
        choices=SCHEDULES,
        suits={"table": "coslog4", "page": "constant"},
        common=True,
        help="Learning rate schedule",
    )
    warmup: float = setting(
        0.0,
        group="schedule",
        low=0,
        unit="epochs",
        knob=False,
        help="Epochs at the start in which the learning rate rises linearly",
    )
    threshold: str = setting(
        "",
        group="decision",
        knob=False,
        shown="0.5",
        help="Probability from which the positive class is answered, or f1",
    )
    cost: tuple[str, ...] = setting(
        (), group="decision", knob=False, shown="none", help="Choose the threshold by what errors cost: fp=1,fn=20"
    )
    positive: str = setting(
        "", group="decision", knob=False, shown="the rarer of two", help="Class that threshold, costs and F1 are of"
    )
    options: Mapping[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return vars(self)["options"][name]
        except KeyError:
            raise AttributeError(f"these settings have no {name}") from None

    def as_dict(self) -> dict[str, Any]:
        """Give all of them by name, in the order of the table."""
        own = {declared.name: getattr(self, declared.name) for declared in settings_of(RunSettings)}
        return {**own, **self.options}

    def changed(self, **changes: Any) -> RunSettings:
        """Give settings of which some are others; those of another optimizer are what suits it."""
        was, now = self.as_dict(), checked(changes)
        another = {name for name, value in now.items() if value != was.get(name)}
        options = table()
        return completed({**{name: was[name] for name in was if options[name].chooser not in another}, **now})


@dataclass(frozen=True)
class Option:
    """A setting as runs know it."""

    setting: Setting  # as it is declared, or first declared; its name is the one that runs know
    chooser: str = ""  # the setting that chooses who takes it, such as ``optimizer``; empty where every run has it
    takers: Mapping[str, Setting] = field(default_factory=dict)  # by the names that may be chosen, as each declares it

    def check(self, value: Any, chosen: str | None = None) -> Any:
        """Check a value as who is chosen declares it; while that is open, as any of the takers does."""
        if not self.chooser or (isinstance(chosen, str) and chosen in self.takers):
            return self.takers.get(chosen or "", self.setting).check(value)
        refused = None
        for declared in self.takers.values():
            try:
                return declared.check(value)
            except UsageError as error:
                refused = refused or error
        raise refused or AssertionError(self.setting.name)


def table() -> dict[str, Option]:
    """Give all settings of a run by name.

    A UsageError if two that are not chosen between have the same name, or are of different kinds.
    """
    options: dict[str, Option] = {}
    for declared in settings_of(RunSettings):
        _add(options, declared)
        if isinstance(declared.choices, Registry):
            for name, owner in declared.choices.items():
                for own in settings_of(owner) if issubclass(owner, Settings) else ():
                    _add(options, own, declared.name, name)
    for part in PARTS:
        for own in settings_of(part):
            _add(options, own)
    for average in AVERAGES.values():
        first, *others = settings_of(average)
        # Off unless a run says otherwise.
        for own in (replace(first, default=0.0, low=0.0, above=-math.inf), *others):
            _add(options, own)
    return options


def _add(options: dict[str, Option], declared: Setting, chooser: str = "", taker: str = "") -> None:
    named = declared if declared.name == declared.key else replace(declared, name=declared.key)
    known = options.setdefault(named.name, Option(named, chooser))
    if known.chooser != chooser or known.setting.kind != named.kind or (not chooser and known.setting is not named):
        remedy = "Give one of them another name, or setting(key=...)"
        raise UsageError(f"two settings called {named.name}", got=taker or named.group, remedy=remedy)
    if chooser:
        first = known.setting if known.setting.help else named
        options[named.name] = replace(known, setting=first, takers={**known.takers, taker: named})


def completed(given: Mapping[str, Any], *places: str) -> RunSettings:
    """Make settings of some of them, with what suits these places in place of the others.

    A UsageError if one is not taken by what is chosen, or has to be given.
    """
    options = table()
    values: dict[str, Any] = {}
    for name, option in options.items():
        declared, chosen = option.setting, values.get(option.chooser)
        if option.chooser and chosen not in option.takers:
            if given.get(name):  # what is zero or false asks for nothing
                remedy = f"Leave it out, or choose another {option.chooser}"
                raise UsageError(f"{chosen} takes no {name}", remedy=remedy)
            continue
        declared = option.takers.get(chosen or "", declared)
        value = given[name] if name in given else declared.default_for("run", *places)
        if value is MISSING:
            raise UsageError(f"{chosen or 'the run'} needs {name}", expected=declared.expected)
        values[name] = declared.check(value)
    own = {declared.name: values.pop(declared.name) for declared in settings_of(RunSettings)}
    return RunSettings(**own, options=values)


def made(owner: type[Settings], settings: RunSettings) -> Any:
    """Make an optimizer, a schedule or another part from the settings that it declares."""
    return owner(**{declared.name: getattr(settings, declared.key) for declared in settings_of(owner)})


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give settings the type of their kind; refuse those not known, of the wrong type or out of bounds, by name.

    >>> checked({"hidden": [300, 100], "momentum": 0})
    {'hidden': (300, 100), 'momentum': 0.0}
    """
    options, values = table(), {}
    for former, name in FORMER_NAMES.items():
        if former in given and name in given:
            raise UsageError(f"both {former} and {name}", remedy=f"Leave out {former}, the former name")
    given = {FORMER_NAMES.get(name, name): value for name, value in given.items()}
    for name, value in given.items():
        option = find("setting", name, options)
        values[name] = option.check(value, given.get(option.chooser))
    return values


def write_toml(settings: RunSettings) -> str:
    """Write settings as TOML, in the order of the table."""
    lines = [f"{key} = {toml_value(value)}" for key, value in settings.as_dict().items()]
    lines += [EXACT_GELU] if "gelu" in settings.activation else []
    return "\n".join(lines) + "\n"


def read_toml(path: Path, of_a_run: bool = False) -> dict[str, Any]:
    """Read settings from a TOML file, some or all of them; its tables are no more than headings.

    Those of a run may be of version 0.1. A RunError if it cannot be read or is no TOML; UsageError if a setting is not
    known, of the wrong type or out of bounds.
    """
    return as_today(_flat(load_toml(path), path), of_a_run)


def load_toml(path: Path, noun: str = "settings", example: str = "epochs = 5") -> dict[str, Any]:
    """Read a TOML file; a RunError if it cannot be read or is no TOML."""
    try:
        content = path.read_bytes()
        # Windows' editors begin a file with a byte order mark.
        encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
        return tomllib.loads(content.decode(encoding).replace("\r\n", "\n"))
    except OSError as error:
        raise RunError(f"cannot read the {noun}", got=error.strerror, where=path, remedy="Check the name") from error
    except (ValueError, RecursionError) as error:  # bad TOML, or nested too deep, or bytes that are no UTF-8
        raise RunError("invalid TOML", got=error, where=path, remedy=f"Write lines like {example}") from error


def as_today(given: Mapping[str, Any], of_a_run: bool = True) -> dict[str, Any]:
    """Check the settings of a file, and call what a run of version 0.1 says by its present name."""
    meant = given.get("gelu", "tanh" if of_a_run else "erf")
    settings = checked({name: value for name, value in given.items() if name != "gelu"})
    if meant == "tanh" and "activation" in settings:
        settings["activation"] = tuple({"gelu": "gelu_tanh"}.get(name, name) for name in settings["activation"])
    # Runs that have no such line were trained on all rows, which were shuffled together.
    return {"window": 0, **settings} if of_a_run else settings


def _flat(given: Mapping[str, Any], path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        for key, one in value.items() if isinstance(value, dict) else [(name, value)]:
            if key in found:
                raise UsageError(f"two values of {key}", where=path, remedy="Leave one of them out")
            found[key] = one
    return found


def differences(before: RunSettings, now: RunSettings) -> list[str]:
    """Say in words which settings are not as they were before."""
    was, present = before.as_dict(), now.as_dict()
    return [
        f"{key} was {was.get(key)}, is {present.get(key)}"
        for key in {**was, **present}
        if was.get(key) != present.get(key)
    ]


def toml_value(value: Any) -> str:
    """Write one value as TOML."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    # For strings (but for one control character), booleans and finite numbers, JSON's notation is TOML's too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
