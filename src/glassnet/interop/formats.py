"""The formats that a model can be written in, for other programs: one file each in this package."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeAlias

from ..model.model import Model
from ..registry import Registry

Write: TypeAlias = "Callable[[Model, str | os.PathLike[str]], str | None]"

# Each writes a model to a path, and may give words for a person about what it wrote.
FORMATS: Registry[Write] = Registry("format", "glassnet.interop")
