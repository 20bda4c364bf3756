"""Libraries that not everybody needs, imported where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingExtraError


def needed(module: str, extra: str) -> Any:
    """Import a module that an extra installs; MissingExtraError if it is not there."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(module, extra) from error
