"""The settings of a run: every choice that its result depends on, as plain values, in memory and in TOML."""

from __future__ import annotations

import json
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import RunError, UsageError
from ..registry import find


@dataclass(frozen=True)
class Settings:
    """All settings of a run.

    Parameters
    ----------
    dataset : str
        A name of the catalogue, or the path of one's own data.
    target, task : str
        Of one's own data, the column to predict and what is learned, as `load_dataset` takes them.
    fingerprint : str
        Of one's own data, so that a run is not gone on with on other data.
    train_size, validation_size, test_size : int
        Rows to train on, to validate on, and to judge by.
    hidden : tuple of int
        Widths of the hidden layers.
    activation : tuple of str
        One for all of them, or one each.
    initializer : str
        Of the weights; ``auto`` chooses by activation.
    loss, optimizer, schedule : str
        By name.
    learning_rate, momentum, weight_decay, l1, l2 : float
        As the optimizer and the penalty take them.
    nesterov : bool
        Whether momentum looks ahead.
    warmup : float
        Epochs during which the rate rises first.
    epochs, batch_size : int
        How long, and how many examples a step.
    deskew : bool
        Whether slanted images are set upright.
    shift, rotation, scale, shear, elastic, thickness, straighten : float
        How strongly training images are changed, as `Augmentation` takes them.
    dropout, input_dropout, input_noise, max_norm, label_smoothing, mixup : float
        As `Regularization` takes them.
    average_decay, average_tail : float
        Of an average of the parameters, exponential or over the last part of the training; 0 for none.
    patience : int
        Epochs without improvement until stopping; 0 never stops early.
    ensemble, member : int
        Networks that answer together; and which of an ensemble's this is.
    seed, seeds : int
        Of everything random; and with how many seeds, counting up, all of it is done.
    threads : int
        How many processors share a step.
    """

    dataset: str
    target: str
    task: str
    fingerprint: str
    train_size: int
    validation_size: int
    test_size: int
    hidden: tuple[int, ...]
    activation: tuple[str, ...]
    initializer: str
    loss: str
    optimizer: str
    learning_rate: float
    momentum: float
    nesterov: bool
    schedule: str
    warmup: float
    epochs: int
    batch_size: int
    l1: float
    l2: float
    weight_decay: float
    deskew: bool
    shift: float
    rotation: float
    scale: float
    shear: float
    elastic: float
    thickness: float
    straighten: float
    dropout: float
    input_dropout: float
    input_noise: float
    max_norm: float
    label_smoothing: float
    mixup: float
    average_decay: float
    average_tail: float
    patience: int
    ensemble: int
    member: int
    seed: int
    seeds: int
    threads: int


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse settings that are not known or of another type, and give lists and numbers the type of their field.

    Raises
    ------
    UnknownNameError, UsageError
        Naming the setting.

    Examples
    --------
    >>> checked({"hidden": [300, 100], "momentum": 0})
    {'hidden': (300, 100), 'momentum': 0.0}
    """
    kinds = typing.get_type_hints(Settings)
    settings = {}
    for key, value in given.items():
        kind = find("setting", key, kinds)
        if isinstance(kind, types.GenericAlias) and not isinstance(value, (list, tuple)):
            value = (value,)
        if not _fits(value, kind):
            raise UsageError(f"setting {key} of another type", expected=_kind_name(kind), got=repr(value))
        settings[key] = tuple(value) if isinstance(value, list) else float(value) if kind is float else value
    return settings


def write_toml(settings: Settings) -> str:
    """Write settings as TOML, in the order of the fields."""
    lines = [f"{key} = {_toml_value(value)}" for key, value in asdict(settings).items()]
    return "\n".join(lines) + "\n"


def read_toml(path: Path) -> dict[str, Any]:
    """Read settings from a TOML file, some or all of them.

    Raises
    ------
    RunError
        If the file cannot be read or is no TOML.
    UsageError
        If a setting is not known or of another type.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError("cannot read the settings", got=error.strerror, where=path, remedy="Check the name") from error
    except ValueError as error:  # bad TOML, or bytes that are no UTF-8
        raise RunError("settings are not TOML", got=error, where=path, remedy="Write lines like epochs = 5") from error
    return checked(given)


def differences(before: Settings, now: Settings) -> list[str]:
    """Say in words which settings are not as they were before."""
    was, present = asdict(before), asdict(now)
    return [f"{key} was {was[key]}, is {present[key]}" for key in was if was[key] != present[key]]


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(kind, types.GenericAlias):
        inner = typing.get_args(kind)[0]
        return isinstance(value, (list, tuple)) and all(_fits(item, inner) for item in value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return False
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _kind_name(kind: Any) -> str:
    names = {int: "a whole number", float: "a number", str: "a string", bool: "true or false"}
    return names.get(kind) or f"a list, each {names[typing.get_args(kind)[0]]}"


def _toml_value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml_value, value))}]"
    # For strings (but for one control character), booleans and finite numbers, JSON's notation is TOML's too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
