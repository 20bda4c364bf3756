"""The classifier behind scikit-learn's interface."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import unique_labels
from sklearn.utils.validation import column_or_1d

from ..arrays import AnyArray, Floats
from ..data.images.augmentation import Augmentation
from ..errors import UsageError, listed
from .estimator import Estimator, has_steps
from .fitting import TrainingData
from .parameters import Callback, Parameters, Widths
from .tabular import TabularClassifier


class MLPClassifier(ClassifierMixin, Estimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier with the interface of ``sklearn.neural_network.MLPClassifier``.

    Parameters
    ----------
    hidden_layer_sizes, activation, solver, alpha, batch_size, learning_rate, learning_rate_init, power_t, max_iter,
    shuffle, random_state, tol, verbose, warm_start, momentum, nesterovs_momentum, early_stopping, validation_fraction,
    beta_1, beta_2, epsilon, n_iter_no_change, max_fun
        As scikit-learn has them. ``activation`` may also be any of glassnet's, or one for each hidden layer; ``solver``
        also ``adamw`` or ``rmsprop``; ``learning_rate`` also ``cosine``, ``one-cycle`` or ``step``.
    class_weight : dict or 'balanced', optional
        How much the examples of each class count.
    dropout, input_dropout, input_noise, max_norm, label_smoothing, mixup : float, optional
        As in `glassnet.Regularization`; 0 for none.
    l1 : float, optional
        Penalty on the absolute weights, divided like ``alpha`` by what the examples of a step weigh.
    weight_decay : float or None, optional
        Decoupled decay of the weights. None takes the solver's default: 0.01 for ``adamw``, 0 for the others.
    average_decay : float, optional
        Decay of an exponential average of the parameters, such as 0.999; 0 for none.
    augmentation : Augmentation, optional
        Random distortions of images, whose pixels lie in 0..1; needs ``image_shape``.
    image_shape : (int, int), optional
        Height and width of the image that a row of features is.
    initializer : str, optional
        As in `glassnet.Network`, or ``auto``, by activation. The default works best with the other defaults.
    callback : callable, optional
        Called after each epoch with its `glassnet.Epoch`; a true return value ends the training.
    threads : int, optional
        Parts of the inputs whose sums are computed apart, each by a process where that pays; it changes the last bits.
    recipe : 'tabular', optional
        Train as `TabularClassifier` does: on frames with words, gaps and dates, with its fitted attributes in place of
        those below. It decides all other parameters but ``ensemble`` and ``random_state``.
    ensemble : int, optional
        How many networks the recipe trains.

    Attributes
    ----------
    classes_, coefs_, intercepts_, loss_, loss_curve_, best_loss_, validation_scores_, best_validation_score_, n_iter_,
    t_, n_layers_, n_outputs_, out_activation_, n_features_in_, feature_names_in_
        As scikit-learn has them.
    validation_loss_curve_ : list of float or None
        The loss on the validation data after each epoch, if there is any.

    Examples
    --------
    >>> X, y = [[0.0, 0.0], [1.0, 1.0]] * 10, ["no", "yes"] * 10
    >>> model = MLPClassifier(8, max_iter=50, learning_rate_init=0.1, tol=1e-3, random_state=0).fit(X, y)
    >>> model.predict([[0.9, 0.8]])
    array(['yes'], dtype='<U3')
    """

    _table_estimator = TabularClassifier
    _wants_numbers = False

    def __init__(
        self,
        hidden_layer_sizes: Widths = (100,),
        activation: str | Sequence[str] = "relu",
        *,
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
        class_weight: Any = None,
        dropout: float = 0.0,
        input_dropout: float = 0.0,
        input_noise: float = 0.0,
        max_norm: float = 0.0,
        label_smoothing: float = 0.0,
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

    def fit(self, X: Any, y: Any, sample_weight: Any = None, validation_data: Any = None) -> MLPClassifier:
        """Train.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n, features)
            float32 or float64, which is also the network's precision.
        y : array-like of shape (n,) or (n, labels)
            Classes, or an indicator matrix of several labels.
        sample_weight : array-like of shape (n,), optional
            How much each example counts.
        validation_data : (X, y), optional
            Data whose loss is recorded after each epoch, and which early stopping uses.

        Returns
        -------
        MLPClassifier
        """
        self._fit(X, y, sample_weight, validation_data)
        return self

    @available_if(has_steps)  # type: ignore[untyped-decorator]  # scikit-learn has no types
    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None, validation_data: Any = None
    ) -> MLPClassifier:
        """Train for one more epoch, on data that comes in parts.

        Parameters
        ----------
        X, y, sample_weight, validation_data
            As in `fit`.
        classes : array-like, optional
            All there will be; needed at the first call.

        Returns
        -------
        MLPClassifier
        """
        if classes is None and not hasattr(self, "classes_"):
            raise ValueError("classes must be passed on the first call to partial_fit.")
        self._fit(X, y, sample_weight, validation_data, incremental=True, classes=classes)
        return self

    def predict(self, X: Any) -> AnyArray:
        """Give each row's class, (n,), or its labels, (n, labels)."""
        if table := self._by_recipe():
            return cast(AnyArray, table.predict(X))
        outputs = self._outputs(X)
        labels: AnyArray = self._label_binarizer.inverse_transform(outputs[:, 0] if self.n_outputs_ == 1 else outputs)
        return labels

    def predict_proba(self, X: Any) -> Floats:
        """Give each class, or label, its probability, (n, classes)."""
        if table := self._by_recipe():
            return cast(Floats, table.predict_proba(X))
        outputs = self._outputs(X)
        if len(self.classes_) == 1:  # which has been told from nothing
            return np.ones_like(outputs)
        return np.hstack([1 - outputs, outputs]) if self.n_outputs_ == 1 else outputs

    def predict_log_proba(self, X: Any) -> Floats:
        """Give the logarithms of the probabilities, (n, classes)."""
        logarithms: Floats = np.log(self.predict_proba(X))
        return logarithms

    def _loss_name(self, given: Parameters) -> str:
        return "cross_entropy" if self._label_binarizer.y_type_ == "multiclass" else "binary_cross_entropy"

    def _meet_targets(self, y: AnyArray, fresh: bool, classes: Any) -> AnyArray:
        y = _flat(y)
        if fresh or not hasattr(self, "_label_binarizer"):
            self._label_binarizer = LabelBinarizer().fit(y if classes is None or y.ndim > 1 else np.asarray(classes))
            self.classes_ = self._label_binarizer.classes_
        elif classes is not None and y.ndim == 1 and not np.array_equal(self.classes_, unique_labels(classes)):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: {self.classes_!r}"
            )
        elif self.warm_start and y.ndim == 1 and not np.array_equal(unique_labels(y), self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit."
                f" Previously got {self.classes_}, `y` has {unique_labels(y)}"
            )
        return y

    def _target_rows(self, y: AnyArray, noun: str = "`y`") -> Floats:
        y = _flat(y)
        several = self._label_binarizer.y_type_.startswith("multilabel")
        if (y.ndim > 1) != several or (several and y.shape[1] != len(self.classes_)):
            expected = f"shape (n, {len(self.classes_)})" if several else "shape (n,)"
            raise UsageError(f"{noun} of the wrong shape", expected=expected, got=f"shape {y.shape}")
        if not several and len(unknown := np.setdiff1d(y, self.classes_)):
            raise ValueError(f"{noun} has classes not in `self.classes_`: {unknown}. `classes` were {self.classes_}.")
        rows: Floats = self._label_binarizer.transform(y)
        return rows

    def _score(self, outputs: Floats, data: TrainingData) -> float:
        if not np.isfinite(outputs).all():
            return float("nan")
        if self.out_activation_ == "softmax":
            found, wanted = outputs.argmax(axis=1), data.targets.argmax(axis=1)
        else:
            found, wanted = outputs > 0.5, data.targets
        return float(accuracy_score(wanted, found, sample_weight=data.weights))

    def _class_weights(self, y: AnyArray) -> Floats:
        if y.ndim > 1 or isinstance(self.class_weight, str):
            weights: Floats = compute_sample_weight(self.class_weight, y)
            return weights
        # By all classes, and not by those of these examples, which may be a part that lacks some.
        by_class: Floats = compute_class_weight(self.class_weight, classes=self.classes_, y=y)
        if not (by_class.min() >= 0 and by_class.max() > 0):
            expected = "numbers of 0 or more, some above 0"
            raise UsageError("invalid class_weight", expected=expected, got=repr(self.class_weight))
        return by_class[np.searchsorted(self.classes_, y)]

    def _say_unwatched(self, strata: AnyArray) -> None:
        kinds, sizes = np.unique(strata, return_counts=True)
        if (sizes == 1).any():
            names = listed([repr(name) for name in self.classes_[kinds[sizes == 1]].tolist()], most=5)
            message = f"Only one example of {names}: it is trained on, and the validation score knows nothing of it."
            warnings.warn(message, UserWarning, stacklevel=4)

    def _strata(self, targets: Floats) -> AnyArray | None:
        if self._label_binarizer.y_type_ == "multiclass":
            return np.asarray(targets.argmax(axis=1))
        return targets[:, 0].astype(int) if targets.shape[1] == 1 else None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = self.recipe is None
        return tags


def _flat(y: AnyArray) -> AnyArray:
    """Make a single column of labels (n, 1) a vector."""
    flat: AnyArray = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
    return flat
