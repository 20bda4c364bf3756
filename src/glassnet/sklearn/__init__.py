"""scikit-learn's interface: multilayer perceptrons that take the place of its own, and do what those lack.

Parameters, fitted attributes and behaviour are those of ``sklearn.neural_network``; docs/sklearn.md lists what was
added and what differs.
"""

from __future__ import annotations

from ..extras import needed

needed("sklearn", "sklearn")

from .classifier import MLPClassifier  # noqa: E402
from .regressor import MLPRegressor  # noqa: E402
from .tabular import TabularClassifier, TabularRegressor  # noqa: E402

__all__ = ["MLPClassifier", "MLPRegressor", "TabularClassifier", "TabularRegressor"]
