"""What scikit-learn's two estimators have in common: examples and parameters in, a trained network out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ..arrays import AnyArray, Floats
from ..errors import UnknownNameError, UsageError, listed
from ..network.architecture import Architecture
from ..network.network import Network
from ..optimizers.optimizer import OPTIMIZERS
from . import fitting
from .fitting import SparseRows, TrainingData
from .parameters import Parameters, single
from .tabular import MOST_SEEDS, TabularEstimator

OUTPUT_NAMES = {"sigmoid": "logistic", "exponential": "exp"}  # where scikit-learn has others
RECIPES = ("tabular",)
WITH_RECIPE = ("recipe", "ensemble", "random_state", "class_weight", "verbose")  # parameters that it does not decide
MOST = 1e6  # that a feature or a deviation of targets can be and be learned with
BALANCED_IN_PARTS = (  # as scikit-learn's estimators have it
    "class_weight '{0}' is not supported for partial_fit. In order to use 'balanced' weights, use"
    " compute_class_weight('{0}', classes=classes, y=y). In place of y you can use a large enough sample of the full"
    " training set target to properly estimate the class frequency distributions. Pass the resulting weights as the"
    " class_weight parameter."
)


def has_steps(estimator: Estimator) -> bool:
    """Tell whether a solver goes step by step; AttributeError, as scikit-learn wants it, if it does not."""
    if estimator.recipe is not None:
        raise AttributeError("partial_fit is not available with a recipe, which needs all rows at once.")
    if estimator.solver not in OPTIMIZERS:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A multilayer perceptron behind scikit-learn's interface; its two kinds say what targets are."""

    class_weight: Any = None  # a parameter of the classifier alone

    def _take(self, given: dict[str, Any]) -> None:
        """Keep the parameters as they were given to ``__init__``, whose local names these are."""
        self.__dict__.update({name: value for name, value in given.items() if name not in ("self", "__class__")})

    # What the kinds say.

    _wants_numbers: bool

    _table_estimator: type[TabularEstimator]

    def _meet_targets(self, y: AnyArray, fresh: bool, classes: Any) -> AnyArray:
        """Learn what targets there are, or refuse others than before; give them without needless axes."""
        return y

    def _target_rows(self, y: AnyArray, noun: str = "`y`") -> Floats:
        """Turn targets into target rows (rows, outputs), or refuse those of another kind than were learned."""
        raise NotImplementedError

    def _loss_name(self, given: Parameters) -> str:
        """Name the loss."""
        raise NotImplementedError

    def _score(self, outputs: Floats, data: TrainingData) -> float:
        """Score outputs (rows, outputs): the higher, the better."""
        raise NotImplementedError

    def _strata(self, targets: Floats) -> AnyArray | None:
        """Say what parts of the examples must have equal shares of."""
        return None

    def _check_sizes(self, X: Any, rows: Floats) -> None:
        """Warn of features so large that nothing can be learned of the others."""
        sizes = abs(X).max(axis=0)
        largest = sizes.toarray().ravel() if issparse(sizes) else np.asarray(sizes)
        if not largest.max() <= MOST:
            column = int(largest.argmax())
            name = repr(str(self.feature_names_in_[column])) if hasattr(self, "feature_names_in_") else column
            message = f"Feature {name} has values up to {largest[column]:g}, beside which others do not count and rows"
            message += " hardly differ. Scale the features, as by StandardScaler, or leave it out."
            warnings.warn(message, UserWarning, stacklevel=5)

    def _class_weights(self, y: AnyArray) -> Floats:
        """Say how much each example counts by its class."""
        raise NotImplementedError

    def _say_unwatched(self, strata: AnyArray) -> None:
        """Warn of what early stopping cannot see."""

    # By the recipe for tables, which another estimator has.

    def _fit_by_recipe(self, X: Any, y: Any, sample_weight: Any, validation_data: Any) -> None:
        given = Parameters.of(self)
        if given.recipe not in RECIPES:
            raise UnknownNameError("recipe", given.recipe, RECIPES)
        defaults, kind = type(self)().get_params(), self._table_estimator
        chosen = [name for name, value in self.get_params().items() if repr(value) != repr(defaults[name])]
        if unused := [name for name in chosen if name not in WITH_RECIPE]:
            message = f"The recipe decides {listed(unused)}: what was given is not used."
            warnings.warn(f"{message} {kind.__name__}(settings=...) takes settings.", UserWarning, stacklevel=4)
        if validation_data is not None:
            raise UsageError("validation_data with a recipe, whose networks validate each on a part of the rows")
        for name in [name for name in vars(self) if name.endswith("_") and name.strip("_") == name.rstrip("_")]:
            delattr(self, name)  # of another fit
        if self.class_weight is not None:
            by_class = compute_sample_weight(self.class_weight, y)
            sample_weight = by_class if sample_weight is None else by_class * np.asarray(sample_weight)
        self._table = kind(given.ensemble, random_state=self.random_state)
        self._table.learn(X, y, sample_weight=sample_weight)
        self.__dict__.update({name: value for name, value in vars(self._table).items() if name.endswith("_")})

    # Fitting.

    def _fit(
        self, X: Any, y: Any, sample_weight: Any, validation_data: Any, incremental: bool = False, classes: Any = None
    ) -> None:
        if self.recipe is not None:
            self._fit_by_recipe(X, y, sample_weight, validation_data)
            return
        given = Parameters.of(self)
        fresh = not hasattr(self, "coefs_") or not (self.warm_start or incremental)
        if fresh:  # what fails from here on leaves it unfitted, not with one fit's weights and another's classes
            self.__dict__.pop("coefs_", None)
        if fresh or not hasattr(self, "_seed"):
            self._seed = int(check_random_state(single(self.random_state)).randint(MOST_SEEDS))
            self._epochs, self._over = 0, False
        if incremental and isinstance(self.class_weight, str):
            raise ValueError(BALANCED_IN_PARTS.format(self.class_weight))
        data = self._read(X, y, sample_weight, fresh, incremental, classes)
        validation = None if validation_data is None else self._read_validation(validation_data)
        if given.image_shape or given.augmentation:
            given.check_images(data.inputs.shape[1])
        if self.solver == "lbfgs":
            given.check_lbfgs(validation_data)
        elif self.early_stopping and validation is None:
            strata = self._strata(data.targets)
            data, validation = data.hold_out(given.validation_fraction, strata, self._seed)
            if strata is not None and not incremental:  # parts of the data often lack a class
                self._say_unwatched(strata)
        network = self._new_network(given, data) if fresh else self._network()
        fitting.begin_history(self, fresh, validation is not None)
        if self.solver == "lbfgs":
            fitting.minimize_loss(self, given, network, data)
        elif incremental and self._over:
            message = "Training was stopped early: the best weights are kept. Call fit to begin again."
            warnings.warn(message, ConvergenceWarning, stacklevel=3)
        else:
            fitting.train(self, given, network, data, validation, incremental)
        if not np.isfinite(network.parameters).all():
            raise ValueError(fitting.NOT_FINITE)
        self.coefs_ = [layer.weights for layer in network.layers]
        self.intercepts_ = [layer.biases for layer in network.layers]

    def _read(self, X: Any, y: Any, sample_weight: Any, fresh: bool, incremental: bool, classes: Any) -> TrainingData:
        """Check the examples to train on; a fresh estimator learns their columns, precision and targets."""
        dtype = (np.float64, np.float32) if fresh else self.coefs_[0].dtype
        first = fresh and not (incremental and hasattr(self, "n_features_in_"))
        kept = {"accept_sparse": "csr", "multi_output": True, "y_numeric": self._wants_numbers, "dtype": dtype}
        X, y = validate_data(self, X, y, reset=first, **kept)
        y = self._meet_targets(y, fresh, classes)
        rows = self._target_rows(y)
        self.n_outputs_ = rows.shape[1]
        if fresh:
            self._check_sizes(X, rows)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        if self.class_weight is not None:
            by_class = self._class_weights(y)
            weights = by_class if weights is None else weights * by_class
        return TrainingData(SparseRows(X) if issparse(X) else X, rows, weights)

    def _read_validation(self, pair: Any) -> TrainingData:
        """Check the examples to watch."""
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            got = f"{len(pair)} of them" if isinstance(pair, tuple | list) else type(pair).__name__
            raise UsageError("invalid validation_data", expected="a pair (X, y)", got=got)
        X, y = validate_data(self, *pair, accept_sparse="csr", multi_output=True, reset=False)
        rows = self._target_rows(y, "`y` of the validation data")
        return TrainingData(SparseRows(X) if issparse(X) else X, rows)

    def _new_network(self, given: Parameters, data: TrainingData) -> Network:
        """Make a network with starting weights for the examples."""
        self._architecture = form = self._planned(given, data.inputs.shape[1])
        scheme = None if given.initializer == "auto" else given.initializer
        start = {"initializer": scheme, "seed": self._seed, "dtype": data.inputs.dtype}
        return Network(form.sizes, form.activations, loss=form.loss, output=form.output, **start)

    def _planned(self, given: Parameters, inputs: int) -> Architecture:
        """Make the architecture that the parameters ask for."""
        sizes = (inputs, *given.hidden_sizes, self.n_outputs_)
        form = Architecture.of(sizes, given.activations, self._loss_name(given))
        self.n_layers_ = len(sizes)
        self.out_activation_ = OUTPUT_NAMES.get(str(form.output), str(form.output))
        return form

    def _network(self) -> Network:
        """Make the fitted network of its weights and biases, which may be a copy's, or set by hand."""
        if not hasattr(self, "_architecture"):
            self._architecture = self._planned(Parameters.of(self), self.coefs_[0].shape[0])
        network = Network.of(self._architecture, self.coefs_[0].dtype)
        for layer, weights, biases in zip(network.layers, self.coefs_, self.intercepts_, strict=True):
            layer.weights[...], layer.biases[...] = weights, biases
        return network

    # Predicting.

    def _outputs(self, X: Any) -> Floats:
        """Compute the outputs (rows, outputs)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        return fitting.predict(self._network(), SparseRows(X) if issparse(X) else X)

    def _by_recipe(self) -> Any:
        """Give the estimator that was fitted by the recipe; None if there is no recipe."""
        if self.recipe is None:
            return None
        check_is_fitted(self)
        return self._table

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coefs_" if self.recipe is None else "model_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        if self.recipe is not None:
            tags.input_tags = self._table_estimator().__sklearn_tags__().input_tags
        tags.input_tags.sparse = self.recipe is None
        return tags
