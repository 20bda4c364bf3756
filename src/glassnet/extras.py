"""Libraries that not everybody needs, imported where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingExtraError


def needed(module: str, extra: str) -> Any:
    """Import a library of an extra.

    Parameters
    ----------
    module : str
        Its name to Python.
    extra : str
        What installs it.

    Returns
    -------
    module

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(module, extra) from error
