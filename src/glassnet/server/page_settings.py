"""What the live page is told of its server, as JSON: how files of one's own may be read, and the worker that trains."""

from __future__ import annotations

from typing import Any

from ..data.reading import DELIMITERS
from ..pages.bundle import worker_script
from ..runs.settings import table
from ..settings import Setting
from .connections import LARGEST_BODY

# How a file of one's own is read, in the order in which it is decided.
READING = ["target", "task", "header", "delimiter", "decimal", "encoding", "leave_out", "keep", "categories", "dates"]
READING += ["read_as"]
KINDS = {bool: "flag", str: "text"}


def page_settings() -> dict[str, Any]:
    """Describe the settings by which a file of one's own is read, its largest size, and the script of the worker."""
    known = {option.setting.name: option.setting for option in table().values()}
    reading = [_reading(known[name]) for name in READING]
    return {"reading": reading, "largest_upload": LARGEST_BODY, "worker": worker_script()}


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
