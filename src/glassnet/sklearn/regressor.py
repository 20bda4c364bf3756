"""The regressor behind scikit-learn's interface."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d

from ..arrays import AnyArray, Floats
from ..data.images.augmentation import Augmentation
from ..errors import UsageError
from ..network import losses as network_losses
from ..network.network import Network
from ..registry import find
from .estimator import MOST, Estimator, has_steps
from .fitting import TrainingData
from .parameters import Callback, Parameters, Widths
from .tabular import TabularRegressor

LOSSES = {
    "squared_error": "half_squared_error",
    "poisson": "poisson",
    "absolute_error": "mae",
    "huber": "huber",
    "quantile": "quantile",
}


def _known_losses() -> dict[str, str]:
    """Give glassnet's name of each loss: scikit-learn's, and all that are registered for numbers."""
    registered = {name: name for name, loss in network_losses.LOSSES.items() if "identity" in loss.outputs}
    return {**LOSSES, **registered}


class MLPRegressor(RegressorMixin, Estimator):  # type: ignore[misc]  # scikit-learn has no types
    """A regressor with the interface of ``sklearn.neural_network.MLPRegressor``.

    Parameters
    ----------
    loss : str, optional
        ``squared_error``, ``poisson``, ``absolute_error``, ``huber`` or ``quantile``.
    quantile : float, optional
        The part of the targets that shall lie below what is predicted, for ``loss='quantile'``.
    hidden_layer_sizes and all others
        As in `MLPClassifier`, but for ``class_weight`` and ``label_smoothing``.

    Attributes
    ----------
    coefs_, intercepts_ and all others
        As in `MLPClassifier`, but for ``classes_``.

    Examples
    --------
    >>> X = np.linspace(0, 1, 50)[:, None]
    >>> model = MLPRegressor(hidden_layer_sizes=16, solver="lbfgs", random_state=0).fit(X, 3 * X[:, 0] + 1)
    >>> float(model.predict([[0.5]]).round(1)[0])
    2.5
    """

    _table_estimator = TabularRegressor
    _wants_numbers = True

    def __init__(
        self,
        loss: str = "squared_error",
        hidden_layer_sizes: Widths = (100,),
        activation: str | Sequence[str] = "relu",
        *,
        quantile: float = 0.5,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        dropout: float = 0.0,
        input_dropout: float = 0.0,
        input_noise: float = 0.0,
        max_norm: float = 0.0,
        mixup: float = 0.0,
        l1: float = 0.0,
        weight_decay: float | None = None,
        average_decay: float = 0.0,
        augmentation: Augmentation | None = None,
        image_shape: tuple[int, int] | None = None,
        initializer: str = "lecun_normal",
        callback: Callback | None = None,
        threads: int = 1,
        recipe: str | None = None,
        ensemble: int = 8,
    ) -> None:
        self._take(locals())

    def fit(self, X: Any, y: Any, sample_weight: Any = None, validation_data: Any = None) -> MLPRegressor:
        """Train; arguments as in `MLPClassifier.fit`, with y of shape (n,) or (n, outputs)."""
        self._fit(X, y, sample_weight, validation_data)
        return self

    @available_if(has_steps)  # type: ignore[untyped-decorator]  # scikit-learn has no types
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, validation_data: Any = None) -> MLPRegressor:
        """Train one epoch more, on data that comes in parts; arguments as in `fit`."""
        self._fit(X, y, sample_weight, validation_data, incremental=True)
        return self

    def predict(self, X: Any) -> Floats:
        """Give each row's number, (n,), or numbers, (n, outputs)."""
        if table := self._by_recipe():
            return cast(Floats, table.predict(X))
        outputs = self._outputs(X)
        return outputs[:, 0] if self.n_outputs_ == 1 else outputs

    def _loss_name(self, given: Parameters) -> str:
        return f"quantile_{given.quantile:g}" if given.loss == "quantile" else find("loss", given.loss, _known_losses())

    def _meet_targets(self, y: AnyArray, fresh: bool, classes: Any) -> AnyArray:
        return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _target_rows(self, y: AnyArray, noun: str = "`y`") -> Floats:
        rows: Floats = np.asarray(y, np.float64).reshape(len(y), -1)
        return rows

    def _check_sizes(self, X: Any, rows: Floats) -> None:
        super()._check_sizes(X, rows)
        largest, kept = np.abs(rows).max(), np.finfo(X.dtype).max ** 0.5
        if not largest < kept:
            expected, remedy = (
                f"numbers below {kept:.3g}, whose squares {X.dtype} can hold",
                "Divide `y` by its largest",
            )
            raise UsageError("`y` is too large", expected=expected, got=f"{largest:.3g}", remedy=remedy)
        spread = float(np.std(rows, axis=0).max())
        if self.solver != "lbfgs" and (spread > MOST or (spread > 0 and spread**2 / 2 < self.tol)):
            tiny = f"so that a loss below tol={self.tol:g} says nothing"
            why = "more than steps can reach" if spread > MOST else tiny
            message = f"`y` has a standard deviation of {spread:.3g}, {why}. Scale it, as by TransformedTargetRegressor"
            warnings.warn(f"{message} with StandardScaler.", UserWarning, stacklevel=5)

    def _new_network(self, given: Parameters, data: TrainingData) -> Network:
        network = super()._new_network(given, data)
        # What is best without looking at the features need not be learned.
        if given.loss in ("quantile", "absolute_error"):
            best = np.quantile(data.targets, given.quantile if given.loss == "quantile" else 0.5, axis=0)
        else:
            best = np.average(data.targets, axis=0, weights=data.weights)
        network.layers[-1].biases[...] = np.log(np.maximum(best, 1e-6)) if given.loss == "poisson" else best
        return network

    def _score(self, outputs: Floats, data: TrainingData) -> float:
        if not np.isfinite(outputs).all():
            return float("nan")
        return float(r2_score(data.targets, outputs, sample_weight=data.weights))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = self.recipe is None
        return tags
