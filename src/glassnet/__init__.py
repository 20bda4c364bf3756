"""glassnet: a neural network you can see through, in NumPy and mathematics only.

The public names are listed in ``__init__.pyi``, where type checkers and editors find them too. Each is imported when it
is first used, so that ``import glassnet`` loads NumPy and nothing else.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from . import former

_STUB = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
# `from .module import Name as Name`: the module of each public name.
_HOMES = {name: module for module, name in re.findall(r"^from (\.[\w.]+) import (\w+) as \2$", _STUB, re.MULTILINE)}
__all__ = sorted(_HOMES)
former.install()


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("glassnet")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
