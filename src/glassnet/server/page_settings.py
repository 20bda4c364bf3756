"""The settings that the live page offers, as JSON made from their declarations: the page knows none by itself."""

from __future__ import annotations

import math
from dataclasses import MISSING
from typing import Any

from ..data.reading import DELIMITERS
from ..runs.settings import Option, table
from ..settings import Setting
from .connections import LARGEST_BODY

FIRST = ("learning_rate", "batch_size", "hidden", "activation", "optimizer")  # controls that are always in sight
# Names in the address of a view, where they are shorter than the settings' own.
LINKED = {"learning_rate": "lr", "batch_size": "bs", "activation": "act", "optimizer": "opt", "dataset": "data"}
LINKED |= {"train_size": "size", "l2": "reg", "weight_decay": "wd", "dropout": "drop"}
# How a file of one's own is read, in the order in which it is decided.
READING = ["target", "task", "header", "delimiter", "decimal", "encoding", "leave_out", "keep", "categories", "dates"]
READING += ["read_as"]
KINDS = {bool: "flag", str: "text", float: "number", int: "number"}


def page_settings() -> dict[str, Any]:
    """Describe the settings of a network that may be chosen, those by which a file of one's own is read, and bounds."""
    known = {option.setting.name: option.setting for option in table().values()}
    return {"knobs": knobs(), "reading": [_reading(known[name]) for name in READING], "largest_upload": LARGEST_BODY}


def _reading(declared: Setting) -> dict[str, Any]:
    choices = [name for name in DELIMITERS if name.isalpha()] if declared.name == "delimiter" else declared.choices
    return {
        "name": declared.name,
        "label": declared.label,
        "help": declared.help,
        "kind": "choice" if choices else KINDS.get(declared.kind, "list"),
        "choices": None if choices is None else list(choices),
        "shown": declared.shown,
    }


def knobs() -> list[dict[str, Any]]:
    """Describe the settings that a page may choose; the page knows of none but these."""
    options = [option for option in table().values() if option.setting.knob]
    # Those that are always in sight come first, the others by their groups.
    groups = list(dict.fromkeys(option.setting.group for option in options))
    options.sort(key=lambda option: groups.index(option.setting.group))
    options.sort(key=lambda option: FIRST.index(option.setting.name) if option.setting.name in FIRST else len(FIRST))
    return [_knob(option) for option in options]


def _knob(option: Option) -> dict[str, Any]:
    declared = option.setting
    counted = f", {declared.unit}" if declared.unit not in ("", "fraction") else ""
    low, high = declared.usual or (max(declared.low, declared.above), min(declared.high, declared.below))
    suits = {place: value for place, value in declared.suits.items() if place not in ("run", "page")}
    if option.chooser:
        suits = {name: taken.default_for("run", "page") for name, taken in option.takers.items()}
    return {
        "name": declared.name,
        "link": LINKED.get(declared.name, declared.name),
        "label": declared.label + counted,
        "help": declared.help,
        "group": declared.group.capitalize(),
        "first": declared.name in FIRST,
        "kind": _kind(declared),
        "choices": None if declared.choices is None else list(declared.choices),
        "low": low if math.isfinite(low) else None,
        "high": high if math.isfinite(high) else None,
        "step": 1 if declared.kind is int else "any",
        "standard": None if declared.default is MISSING else declared.default_for("run"),
        "suits": {name: None if value is MISSING else value for name, value in suits.items()},
        "live": declared.live,
        "chooser": option.chooser,
        "takers": list(option.takers),
    }


def _kind(declared: Setting) -> str:
    """Say which control a setting gets."""
    if declared.name == "dataset":
        return "data"
    if declared.choices is not None:
        return "choice"
    if declared.usual:
        return "powers"
    return KINDS.get(declared.kind, "widths")
