"""Modules by the names that documents of version 0.1 call them: they are found for one release, with a warning."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

FORMER = {
    "glassnet.evaluation.adversarial": "glassnet.evaluation.robustness",
    "glassnet.explanation.closeup": "glassnet.explanation.walkthrough",
    "glassnet.explanation.excitation": "glassnet.explanation.activation_maximization",
    "glassnet.explanation.parts": "glassnet.explanation.sums",
    "glassnet.interop.classifier": "glassnet.sklearn.classifier",
    "glassnet.interop.regressor": "glassnet.sklearn.regressor",
    "glassnet.interop.fitted": "glassnet.sklearn.convert",
    "glassnet.interop.sklearn": "glassnet.sklearn",
    "glassnet.training.diagnostics": "glassnet.diagnosis.diagnose",
}


class FormerModules(MetaPathFinder, Loader):
    """Finds what no other finder has found, by its former name."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give a module for a former name; nothing for any other."""
        return ModuleSpec(fullname, self) if fullname in FORMER else None

    def exec_module(self, module: ModuleType) -> None:
        """Let the module give what the present one has, and say its name."""
        present = FORMER[module.__name__]

        def find(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            warnings.warn(f"{module.__name__} is now {present}", FutureWarning, stacklevel=2)
            return getattr(import_module(present), name)

        module.__getattr__ = find  # type: ignore[method-assign]


def install() -> None:
    """Let former names be found after all others."""
    sys.meta_path.append(FormerModules())
