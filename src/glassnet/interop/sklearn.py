"""The former place of `glassnet.sklearn`, which whoever imports from here is told."""

from __future__ import annotations

import warnings
from typing import Any


def __getattr__(name: str) -> Any:
    if name not in ("MLPClassifier", "MLPRegressor"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .. import sklearn

    warnings.warn("glassnet.interop.sklearn is now glassnet.sklearn", FutureWarning, stacklevel=2)
    return getattr(sklearn, name)
