"""What scikit-learn's two estimators have in common: examples and parameters in, a trained network out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ..arrays import AnyArray, Floats, blocks
from ..errors import UsageError
from ..network.architecture import Architecture
from ..network.network import Network
from ..training.progress import Epoch
from . import parameters as settings
from .fitting import NOT_FINITE, begin_notes, minimize_loss, train
from .inputs import Problem, as_rows, hold_out

OUTPUT_NAMES = {"sigmoid": "logistic", "exponential": "exp"}  # where scikit-learn has others
BLOCK = 1_000  # examples predicted at once
MOST_SEEDS = 2**31 - 1
Widths = int | Sequence[int]
Callback = Callable[[Epoch], Any]


def has_steps(estimator: Estimator) -> bool:
    """Tell whether a solver goes step by step.

    Raises
    ------
    AttributeError
        If it does not, as scikit-learn wants it.
    """
    if estimator.solver not in settings.STOCHASTIC:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A multilayer perceptron behind scikit-learn's interface; its two kinds say what targets are."""

    def _take(self, given: dict[str, Any]) -> None:
        """Keep the parameters as they were given to ``__init__``, whose local names these are."""
        self.__dict__.update({name: value for name, value in given.items() if name not in ("self", "__class__")})

    # What the kinds say.

    _wants_numbers: bool

    def _flat(self, y: AnyArray) -> AnyArray:
        """Make a single column of targets a vector, where it should be one."""
        raise NotImplementedError

    def _meet_targets(self, y: AnyArray, fresh: bool, classes: Any) -> None:
        """Learn what targets there are, or refuse others than before."""
        raise NotImplementedError

    def _refuse_unknown(self, y: AnyArray, noun: str) -> None:
        """Refuse targets of another kind than those that were learned."""

    def _rows_of(self, y: AnyArray) -> Floats:
        """Turn targets into target rows (rows, outputs)."""
        raise NotImplementedError

    def _loss_name(self) -> str:
        """Name the loss."""
        raise NotImplementedError

    def _example_weights(self, y: AnyArray) -> Floats | None:
        """Weigh examples by their targets."""
        return None

    def _score_of(self, outputs: Floats, problem: Problem) -> float:
        """Score outputs: the higher, the better."""
        raise NotImplementedError

    def _first_logits(self, problem: Problem) -> AnyArray | float:
        """Say where the biases of the output layer start."""
        return 0.0

    def _strata(self, targets: Floats) -> AnyArray | None:
        """Say what parts of the examples must have equal shares of."""
        return None

    # Fitting.

    def _learn(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        validation_data: Any,
        incremental: bool,
        classes: AnyArray | None = None,
    ) -> Estimator:
        settings.check(self)
        fresh = not hasattr(self, "coefs_") or not (self.warm_start or incremental)
        if fresh or not hasattr(self, "_seed"):
            self._seed = int(check_random_state(self.random_state).randint(MOST_SEEDS))
            self._epochs, self._memory, self._over = 0, None, False
        problem = self._read(X, y, sample_weight, fresh, incremental, classes)
        settings.check_images(self, problem.inputs.shape[1])
        validation = self._read_validation(validation_data)
        if self.solver == "lbfgs":
            settings.refuse_with_lbfgs(self, validation_data)
            self._prepare(problem, fresh, validation)
            minimize_loss(self, problem)
        else:
            stops_early = self.early_stopping and validation is None
            if stops_early:
                problem, validation = hold_out(
                    problem, self.validation_fraction, self._strata(problem.targets), self._seed
                )
            self._prepare(problem, fresh, validation)
            if incremental and self._over:
                message = "Training was stopped early: the best weights are kept. Call fit to begin again."
                warnings.warn(message, ConvergenceWarning, stacklevel=3)
            else:
                train(self, problem, validation, incremental)
        if not all(np.isfinite(array).all() for array in [*self.coefs_, *self.intercepts_]):
            raise ValueError(NOT_FINITE)
        return self

    def _read(
        self, X: Any, y: Any, sample_weight: Any, fresh: bool, incremental: bool, classes: AnyArray | None
    ) -> Problem:
        kept = {"dtype": (np.float64, np.float32)} if fresh else {"dtype": self.coefs_[0].dtype}
        first = fresh and not (incremental and hasattr(self, "n_features_in_"))
        X, y = validate_data(
            self, X, y, accept_sparse="csr", multi_output=True, reset=first, y_numeric=self._wants_numbers, **kept
        )
        y = self._flat(y)
        self._meet_targets(y, fresh, classes)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        by_target = self._example_weights(y)
        if by_target is not None:
            weights = by_target if weights is None else weights * by_target
        return Problem(X, self._rows_of(y), weights)

    def _read_validation(self, data: Any) -> Problem | None:
        if data is None:
            return None
        if not isinstance(data, tuple | list) or len(data) != 2:
            got = f"{len(data)} of them" if isinstance(data, tuple | list) else type(data).__name__
            raise UsageError("impossible validation_data", expected="a pair (X, y)", got=got)
        X, y = validate_data(self, *data, accept_sparse="csr", multi_output=True, reset=False)
        y = self._flat(y)
        self._refuse_unknown(y, "`y` of the validation data")
        return Problem(X, self._rows_of(y))

    def _prepare(self, problem: Problem, fresh: bool, validation: Problem | None) -> None:
        """Start weights and notes, or go on with those there are."""
        self.n_outputs_ = problem.targets.shape[1]
        if fresh:
            scheme = None if self.initializer == "auto" else self.initializer
            self._form = form = self._architecture(problem.inputs.shape[1])
            start = {"initializer": scheme, "seed": self._seed, "dtype": problem.inputs.dtype}
            network = Network(form.sizes, form.activations, loss=form.loss, output=form.output, **start)
            network.layers[-1].biases[...] = self._first_logits(problem)
            self._keep(network)
        begin_notes(self, fresh, validation is not None)

    def _architecture(self, inputs: int) -> Architecture:
        sizes = (inputs, *settings.hidden_sizes(self), self.n_outputs_)
        architecture = Architecture.of(sizes, settings.activations(self), self._loss_name())
        self.n_layers_ = len(sizes)
        self.out_activation_ = OUTPUT_NAMES.get(str(architecture.output), str(architecture.output))
        return architecture

    def _keep(self, network: Network) -> None:
        """Take over a network's weights and biases."""
        self.coefs_ = [layer.weights for layer in network.layers]
        self.intercepts_ = [layer.biases for layer in network.layers]

    def _network(self, dtype: Any = None) -> Network:
        """Make a network of the weights and biases."""
        form = self._form if hasattr(self, "_form") else self._architecture(self.coefs_[0].shape[0])
        network = Network.of(form, dtype or self.coefs_[0].dtype)
        for layer, weights, biases in zip(network.layers, self.coefs_, self.intercepts_, strict=True):
            layer.weights[...], layer.biases[...] = weights, biases
        return network

    # Predicting.

    def _judge(self, network: Network, problem: Problem) -> tuple[float, float]:
        """Give the loss and the score of a network on examples."""
        inputs, count, outputs, total = as_rows(problem.inputs), len(problem.targets), [], 0.0
        trace = network.trace(min(BLOCK, count))
        for rows in blocks(count, BLOCK):
            part = trace[: rows.stop - rows.start]
            outputs.append(network.forward(inputs[rows], part).copy())
            total += network.measure(problem.targets[rows], part) * len(part)
        return total / count, self._score_of(np.concatenate(outputs), problem)

    def _answer(self, network: Network, X: Any) -> Floats:
        """Compute the outputs block by block, (rows, outputs)."""
        inputs = as_rows(X)
        outputs = [
            network.predict(np.ascontiguousarray(inputs[rows], dtype=network.parameters.dtype))
            for rows in blocks(X.shape[0], BLOCK)
        ]
        return np.concatenate(outputs)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _outputs(self, X: Any) -> Floats:
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        return self._answer(self._network(), X)
