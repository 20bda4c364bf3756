"""Fitted estimators of scikit-learn's and glassnet's as networks and models, and the reverse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing.preprocessing import Preprocessing, Unchanged
from ..data.preprocessing.table import FeatureScaling
from ..data.preprocessing.targets import TargetScale
from ..errors import UsageError, listed
from ..extras import needed
from ..model.model import Model
from ..network.architecture import Architecture
from ..network.network import Network

# scikit-learn's names for functions that are called otherwise here, and the losses that its outputs go with.
ACTIVATIONS = {"logistic": "sigmoid"}
OUTPUTS = {
    "softmax": ("softmax", "cross_entropy"),
    "logistic": ("sigmoid", "binary_cross_entropy"),
    "identity": ("identity", "half_squared_error"),
    "exp": ("exponential", "poisson"),
}


def network_of(estimator: Any) -> Network:
    """Make a network of a fitted ``MLPClassifier`` or ``MLPRegressor``, scikit-learn's or glassnet's.

    Parameters
    ----------
    estimator : estimator
        Fitted.

    Returns
    -------
    Network
        With the same weights, in their precision; of a classifier of two classes, with one sigmoid output.

    Raises
    ------
    UsageError
        If it is another kind of estimator, such as a pipeline, or not fitted.
    """
    if not hasattr(estimator, "hidden_layer_sizes"):
        raise _other_kind(estimator)
    if not hasattr(estimator, "coefs_"):
        raise UsageError("an estimator that is not fitted", got=type(estimator).__name__, remedy="Call fit first")
    given = estimator.activation
    names = [given] * (len(estimator.coefs_) - 1) if isinstance(given, str) else given
    output, loss = OUTPUTS[estimator.out_activation_]
    sizes = (len(estimator.coefs_[0]), *(weights.shape[1] for weights in estimator.coefs_))
    hidden = tuple(ACTIVATIONS.get(name, name) for name in names)
    network = Network.of(Architecture(sizes, hidden, output, loss), estimator.coefs_[0].dtype)
    for layer, weights, biases in zip(network.layers, estimator.coefs_, estimator.intercepts_, strict=True):
        layer.weights[...], layer.biases[...] = weights, biases
    return network


def _other_kind(estimator: Any) -> UsageError:
    """Say what of an estimator would be lost if its network were taken alone, and what takes it whole."""
    names = _parts_of(estimator)
    expected, got = "an MLPClassifier or MLPRegressor", type(estimator).__name__
    if not any(name in ("MLPClassifier", "MLPRegressor") for name in names):
        return UsageError("not a multilayer perceptron", expected=expected, got=got)
    if lost := [name for name in names if name not in ("MLPClassifier", "MLPRegressor", got)]:
        got += f", in which {listed(lost)} would be lost"
    remedy = "As ONNX, with every step: glassnet.sklearn.export.export_pipeline(pipeline, rows, path)"
    return UsageError("more than a multilayer perceptron", expected=expected, got=got, remedy=remedy)


def _parts_of(estimator: Any) -> list[str]:
    """Name an estimator's class and those of all estimators that it was given or has fitted, once each."""
    names, waiting, seen = [], [estimator], set()
    while waiting:
        thing = waiting.pop(0)
        if isinstance(thing, list | tuple):
            waiting[:0] = thing
        elif hasattr(thing, "get_params") and not isinstance(thing, type) and id(thing) not in seen:
            seen.add(id(thing))
            names.append(type(thing).__name__)
            waiting[:0] = () if hasattr(thing, "hidden_layer_sizes") else vars(thing).values()
    return list(dict.fromkeys(names))


def model_of(estimator: Any) -> Model:
    """Make a model of a fitted estimator, to be saved, exported or served.

    Parameters
    ----------
    estimator : estimator
        As `network_of` takes it. Of a classifier of two classes, the one sigmoid becomes two softmax outputs.

    Returns
    -------
    Model
        Takes rows of features as the estimator does.

    Raises
    ------
    UsageError
        If it is another kind of estimator, such as a pipeline, not fitted, or gives several labels to an example.
    """
    if hasattr(estimator, "model_"):  # of a table
        return cast(Model, estimator.model_)
    network = network_of(estimator)
    preprocessing = _features_of(estimator, network.architecture.sizes[0])
    if not hasattr(estimator, "classes_"):
        return Model(network, preprocessing, target_scale=TargetScale(0.0, 1.0))
    names = tuple(str(value) for value in estimator.classes_.tolist())
    if network.architecture.output == "softmax":
        return Model(network, preprocessing, names)
    if network.architecture.sizes[-1] > 1:
        raise UsageError("several labels to an example are not a model's", remedy="Use network_of")
    return Model(network, preprocessing, names)


def _features_of(estimator: Any, count: int) -> Preprocessing:
    """Take features as they are; by name, where the estimator was fitted on a frame."""
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        return Unchanged((count,))
    return FeatureScaling(tuple(map(str, names)), (0.0,) * count, (1.0,) * count)


def estimator_of(network: Network, classes: Sequence[Any] | AnyArray | None = None) -> Any:
    """Make scikit-learn's own estimator of a network, as if it had been fitted.

    Parameters
    ----------
    network : Network
        With one activation in all hidden layers, which scikit-learn knows.
    classes : sequence, optional
        What the outputs stand for, ascending; by default 0, 1, 2 and so on.

    Returns
    -------
    sklearn.neural_network.MLPClassifier or MLPRegressor

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    UsageError
        If it has no counterpart there.
    """
    neural = needed("sklearn.neural_network", "sklearn")
    form = network.architecture
    known = {"sigmoid": "logistic", "tanh": "tanh", "relu": "relu", "identity": "identity"}
    if len(set(form.activations)) != 1 or form.activations[0] not in known:
        expected = f"hidden layers that are all one of {', '.join(known)}"
        raise UsageError(
            "scikit-learn has no such network", expected=expected, got=", ".join(map(str, form.activations))
        )
    output = next(name for name, (own, _) in OUTPUTS.items() if own == form.output)
    kind = neural.MLPClassifier if output in ("softmax", "logistic") else neural.MLPRegressor
    estimator = kind(hidden_layer_sizes=form.sizes[1:-1], activation=known[str(form.activations[0])])
    estimator.coefs_ = [layer.weights.copy() for layer in network.layers]
    estimator.intercepts_ = [layer.biases.copy() for layer in network.layers]
    estimator.n_features_in_, estimator.n_outputs_ = form.sizes[0], form.sizes[-1]
    estimator.n_layers_, estimator.out_activation_ = len(form.sizes), output
    estimator.n_iter_ = estimator.t_ = estimator._no_improvement_count = 0
    estimator.loss_curve_, estimator.best_loss_ = [], np.inf
    if kind is neural.MLPClassifier:
        several = output == "logistic" and form.sizes[-1] > 1  # a yes or no for each label
        count = max(form.sizes[-1], 2)
        labels = np.arange(count) if classes is None else np.asarray(classes)
        if len(labels) != count:
            raise UsageError("classes do not fit the outputs", expected=count, got=len(labels))
        if not np.array_equal(np.unique(labels), labels):
            remedy = "scikit-learn has them ascending: order the network's outputs so"
            raise UsageError("classes that are not ascending", got=list(labels), remedy=remedy)
        binarizer = needed("sklearn.preprocessing", "sklearn").LabelBinarizer()
        binarizer.fit(np.eye(count, dtype=int) if several else labels)
        estimator._label_binarizer, estimator.classes_ = binarizer, binarizer.classes_
    return estimator
