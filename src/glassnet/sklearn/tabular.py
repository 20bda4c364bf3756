"""Estimators for tables as people have them: frames with words, gaps and dates, trained as `glassnet train` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import joblib
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import assert_all_finite, check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ..arrays import AnyArray, Floats, Task
from ..data.dataset import Dataset
from ..data.frames import read_frame
from ..data.preprocessing.table import is_frame, names_of
from ..evaluation.out_of_fold import join_folds, validated
from ..hardware import one_blas_thread
from ..model.model import Model
from ..runs.build import build_training, settle
from ..runs.settings import RunSettings, checked
from ..runs.threshold import decided

MOST_SEEDS = 2**31 - 1


class TabularEstimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Networks in folds behind scikit-learn's interface; its two kinds say what targets are."""

    _task: Task

    def __init__(
        self,
        ensemble: int = 8,
        categories: Sequence[str] = (),
        encoders: Mapping[str, str] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.ensemble = ensemble
        self.categories = categories
        self.encoders = encoders
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.settings = settings

    def _fit(self, X: Any, y: AnyArray, groups: Any, weights: Floats | None) -> None:
        for name in ("out_of_fold_", "temperature_"):
            self.__dict__.pop(name, None)  # of another fit
        if len(y) < 2:
            raise ValueError(
                f"{type(self).__name__} needs rows to learn and to validate on, and got n_samples = {len(y)}"
            )
        data = self._dataset(X, y, groups)
        if weights is not None:  # a row that counts nothing is none
            train, validation = (
                part.weighted(weights).select(np.flatnonzero(weights[part.indices]))
                for part in (data.train, data.validation)
            )
            data = replace(data, train=train, validation=validation)
        seed = int(check_random_state(self.random_state).randint(MOST_SEEDS))
        known = {"dataset": "arrays", "task": self._task, "seed": seed, "input_parts": 1}
        known["ensemble"] = min(
            self.ensemble, len(data.train) + len(data.validation)
        )  # each validates on a row at least
        given = checked({**known, **(self.settings or {})})
        sizes = {"train_size": len(data.train), "validation_size": len(data.validation), "test_size": 0}
        settings, data = settle(data, {**given, **sizes}, given)
        members = [replace(settings, ensemble=1, member=number) for number in range(settings.ensemble)]
        in_folds = settings.folds > 0 and settings.ensemble > 1  # a network alone has its part already
        parts = [data.fold(one.member, one.folds, one.seed) if in_folds else data for one in members]
        jobs, answered = joblib.Parallel(self.n_jobs), None
        self.n_iter_ = settings.epochs
        models = jobs(joblib.delayed(_trained)(one, part) for one, part in zip(members, parts, strict=True))
        if in_folds:
            joined = join_folds(models, [part.validation for part in parts])
            self.model_, self.temperature_ = joined.model, joined.temperature
            self.out_of_fold_ = np.full((len(y), *joined.answers.shape[1:]), np.nan)
            self.out_of_fold_[joined.indices] = joined.answers
            answered = joined.answers, joined.targets
        else:
            self.model_ = validated(replace(models[0], networks=tuple(model.network for model in models)), data)
        self.model_ = decided(self.model_, settings, data, answered)

    def _checked(self, X: Any, y: Any, **how: Any) -> tuple[Any, AnyArray]:
        """Check rows and targets; a frame stays what it is."""
        if not is_frame(X):
            rows, targets = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", **how)
            return rows, targets
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        targets = column_or_1d(y, warn=True)
        assert_all_finite(targets, input_name="y")
        if not (names := names_of(X)):
            raise ValueError("0 feature(s) (columns of a frame) while a minimum of 1 is required.")
        check_consistent_length(np.asarray(X[names[0]]), targets)
        self.n_features_in_, self.feature_names_in_ = len(names), np.array(names, object)
        return X, targets

    def _weights(self, y: AnyArray, given: Any) -> Floats | None:
        """Check how much each row counts."""
        if given is None:
            return None
        weights: Floats = _check_sample_weight(given, y, ensure_non_negative=True)
        if self._task == "classification" and len(np.unique(y[weights > 0])) < 2:
            raise ValueError("Classifier can't train when only one class has sample weights above zero.")
        return weights

    def _dataset(self, X: Any, y: AnyArray, groups: Any) -> Dataset:
        """Read a frame, or an array of numbers; some rows stop a network that is alone, in folds they are learned."""
        columns: dict[str, Any]
        if is_frame(X):
            found = read_frame(X, self.categories)
            rows = found.rows
            columns = {"columns": found.names, "encoders": found.kinds, "words": found.words}
        else:
            rows, names = X, tuple(f"column {number + 1}" for number in range(X.shape[1]))
            columns = {"columns": names, "encoders": dict.fromkeys(names, "robust")}
        columns["encoders"] = {**columns["encoders"], **(self.encoders or {})}
        validation = 0.2 if self.ensemble == 1 else 0.1
        columns["class_names"] = tuple(map(str, getattr(self, "classes_", ())))
        return Dataset.from_arrays(rows, y, task=self._task, validation=validation, groups=groups, **columns)

    def _answering(self, X: Any) -> tuple[Model, Any]:
        """Give the model in double precision, so that a row's answer does not depend on those beside it, and rows."""
        check_is_fitted(self, "model_")
        if not is_frame(X):
            X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        networks = (network.on(network.parameters.astype(np.float64)) for network in self.model_.networks)
        return replace(self.model_, networks=tuple(networks)), X

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.categorical = tags.input_tags.string = True
        return tags


class TabularClassifier(ClassifierMixin, TabularEstimator):  # type: ignore[misc]
    """Classes of the rows of a table, by networks that were each validated on their own part of the rows.

    Parameters
    ----------
    ensemble : int, optional
        How many networks.
    categories : sequence of str, optional
        Columns of numbers whose values are names of kinds.
    encoders : mapping of str to str, optional
        The encoder of a column, such as ``{"age": "piecewise"}``, in place of the one that suits it.
    random_state : int, RandomState or None, optional
        Of the folds, the first weights and the order of the rows.
    n_jobs : int, optional
        How many networks are trained at a time, as joblib takes it.
    settings : dict, optional
        Settings of `glassnet train`, such as ``{"hidden": (128, 128)}``.

    Attributes
    ----------
    classes_ : ndarray
        In ascending order.
    out_of_fold_ : ndarray of shape (rows, classes)
        Probabilities of each row by the network that has not learned from it; NaN of a row without weight.
    temperature_ : float
        What all logits are divided by, so that probabilities are right.
    model_ : Model
        The trained model.
    n_iter_ : int
        The most epochs that a network is trained for.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"size": [1.0, 2.0, None, 4.0] * 10, "kind": ["a", "b", None, "b"] * 10})
    >>> model = TabularClassifier(ensemble=2, random_state=0).fit(frame, ["no", "yes", "no", "yes"] * 10)
    >>> model.predict(frame[:2])
    array(['no', 'yes'], dtype='<U3')
    """

    _task = "classification"

    def fit(self, X: Any, y: Any, groups: Any = None) -> TabularClassifier:
        """Train on a frame or an array, (rows, columns), and classes, (rows,); no group, (rows,), is in two folds."""
        self.learn(X, y, groups)
        return self

    def learn(self, X: Any, y: Any, groups: Any = None, sample_weight: Any = None) -> None:
        """Train as `fit` does; rows may count differently, (rows,)."""
        X, y = self._checked(X, y)
        check_classification_targets(y)
        self.classes_, places = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_[0]!r}")
        self._fit(X, places, groups, self._weights(y, sample_weight))

    def predict_proba(self, X: Any) -> Floats:
        """Give the probability of each class, (rows, classes)."""
        model, rows = self._answering(X)
        return model.predict_probabilities(rows)

    def predict(self, X: Any) -> AnyArray:
        """Give the most probable classes, (rows,), or those that the setting ``threshold`` or ``cost`` decides for."""
        probabilities = self.predict_proba(X)
        answers: AnyArray = self.classes_[self.model_.decide(probabilities)]
        return answers


class TabularRegressor(RegressorMixin, TabularEstimator):  # type: ignore[misc]
    """Numbers of the rows of a table; parameters and attributes as of `TabularClassifier`."""

    _task = "regression"

    def fit(self, X: Any, y: Any, groups: Any = None) -> TabularRegressor:
        """Train on a frame or an array, (rows, columns), and numbers, (rows,); no group, (rows,), is in two folds."""
        self.learn(X, y, groups)
        return self

    def learn(self, X: Any, y: Any, groups: Any = None, sample_weight: Any = None) -> None:
        """Train as `fit` does; rows may count differently, (rows,)."""
        X, y = self._checked(X, y, y_numeric=True)
        self._fit(X, y.astype(np.float64), groups, self._weights(y, sample_weight))

    def predict(self, X: Any) -> Floats:
        """Give the numbers, (rows,)."""
        model, rows = self._answering(X)
        return np.asarray(model.predict(rows), np.float64)


def _trained(settings: RunSettings, data: Dataset) -> Model:
    """Train one network to the end."""
    training = build_training(settings, data)
    with one_blas_thread():
        for _ in training:
            pass
    return training.model
