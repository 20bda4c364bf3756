"""A model evaluated on examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..data.dataset import Examples
from ..data.preprocessing.table import NUMBERED, TablePreprocessing
from ..data.preprocessing.targets import TargetScale
from ..errors import DataError, UsageError, listed
from ..formatting import finite, html_table, number, percent, quantity
from ..hardware import one_blas_thread
from ..model.model import Model, as_probabilities
from ..registry import check_kind
from .metrics import (
    Interval,
    confusion_matrix,
    mean_absolute_error,
    mean_surprise,
    precision_recall_f1,
    r_squared,
    root_mean_squared_error,
    wilson_interval,
)


@dataclass(frozen=True, repr=False, eq=False)
class ClassificationResult:
    """How well classes were told apart.

    Attributes
    ----------
    examples : int
        How many there were.
    loss : float
        What training minimizes, without penalties.
    accuracy : float
        The fraction of right answers, 0..1.
    accuracy_interval : Interval
        Its 95% interval.
    cross_entropy : float
        In nats.
    confusion : ndarray of shape (classes, classes)
        Rows are true classes.
    precision, recall, f1 : ndarray of shape (classes,)
        Class by class.
    """

    examples: int
    loss: float
    accuracy: float
    accuracy_interval: Interval
    cross_entropy: float
    confusion: Integers
    precision: Floats
    recall: Floats
    f1: Floats

    def __repr__(self) -> str:
        low, high = self.accuracy_interval
        accuracy = f"accuracy {percent(self.accuracy)} ({percent(low)} to {percent(high)})"
        surprise = f"cross-entropy {number(self.cross_entropy)}"
        return f"<ClassificationResult: {accuracy}, {surprise}, {self.examples:,} examples>"

    def _repr_html_(self) -> str:
        columns = zip(self.confusion.sum(axis=1), self.precision, self.recall, self.f1, strict=True)
        rows = [(k, f"{count:,}", *map(percent, values)) for k, (count, *values) in enumerate(columns)]
        return html_table(repr(self).strip("<>"), rows, ("class", "examples", "precision", "recall", "F1"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClassificationResult) and self.as_dict() == other.as_dict()

    def as_dict(self) -> dict[str, Any]:
        """Give plain numbers and lists, for JSON.

        Returns
        -------
        dict
            Each attribute by its name; arrays and the interval as lists.
        """
        return {
            "examples": self.examples,
            "loss": self.loss,
            "accuracy": self.accuracy,
            "accuracy_interval": list(self.accuracy_interval),
            "cross_entropy": self.cross_entropy,
            "confusion": self.confusion.tolist(),
            "precision": self.precision.tolist(),
            "recall": self.recall.tolist(),
            "f1": self.f1.tolist(),
        }


@dataclass(frozen=True, repr=False, eq=False)
class RegressionResult:
    """How near predicted numbers came; all outputs together, where a network has several.

    Attributes
    ----------
    examples : int
        How many there were.
    loss : float
        What training minimizes, of standardized targets.
    rmse, mae : float
        In the target's unit.
    r_squared : float
        The share of variance explained; NaN if all targets are equal.
    """

    examples: int
    loss: float
    rmse: float
    mae: float
    r_squared: float

    def __repr__(self) -> str:
        errors = f"rmse {quantity(self.rmse)}, mae {quantity(self.mae)}, R² {number(self.r_squared)}"
        return f"<RegressionResult: {errors}, {self.examples:,} examples>"

    def _repr_html_(self) -> str:
        rows = [("rmse", quantity(self.rmse)), ("mae", quantity(self.mae)), ("R²", number(self.r_squared))]
        return html_table(repr(self).strip("<>"), rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RegressionResult) and self.as_dict() == other.as_dict()

    def as_dict(self) -> dict[str, Any]:
        """Give plain numbers, for JSON.

        Returns
        -------
        dict
            Each attribute by its name; None for what is not a finite number, as JSON knows none: an ``r_squared`` of
            NaN, an error beyond the largest float.
        """
        values: dict[str, Any] = finite(dict(vars(self)))
        return values


def evaluate(model: Model, examples: Examples) -> ClassificationResult | RegressionResult:
    """Evaluate a model on examples, block by block.

    Parameters
    ----------
    model : Model
        What is evaluated.
    examples : Examples
        At least one.

    Returns
    -------
    ClassificationResult or RegressionResult
        As the model's task is.

    Raises
    ------
    UsageError
        If there are no examples.
    DataError
        If the examples do not fit the model: those of a `Dataset` in which columns or classes are others than the
        model's, or in another order, among them.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist")
    >>> network = glassnet.Network([784, 10], initializer="zeros")
    >>> result = evaluate(Model(network, data.preprocessing, data.class_names), data.test)
    >>> result.accuracy, round(result.cross_entropy, 4)
    (0.098, 2.3026)
    """
    check_kind("a model", model, Model, "glassnet.Model(network, preprocessing, class_names)")
    if not len(examples):
        raise UsageError("no examples to evaluate on", expected="at least one example", got="an empty split")
    if isinstance(model.preprocessing, TablePreprocessing):
        _check_names("columns", model.preprocessing.names, examples.columns)
    _check_names("classes", model.class_names, examples.class_names)
    with one_blas_thread():  # so that the last bits are the same on any machine
        if model.target_scale is not None:
            outputs, loss = _outputs_and_loss(model, examples)
            return _regression_result(model.target_scale, outputs, examples.targets, loss)
        confusion, surprise, loss = _judged(model, examples)
    return _classification_result(confusion, surprise, loss)


def result_of_answers(model: Model, answers: Floats, targets: AnyArray) -> ClassificationResult | RegressionResult:
    """Judge probabilities, (n, classes), or numbers in the target's unit, (n,) or (n, outputs), of a model's rows."""
    scale = model.target_scale
    if scale is not None:
        outputs = scale.standardize(np.asarray(answers, np.float64))
        loss = float(np.mean(np.square(outputs - scale.standardize(targets))))
        return _regression_result(scale, outputs, targets, loss)
    confusion = confusion_matrix(targets, model.decide(answers), answers.shape[1])
    surprise = mean_surprise(answers[np.arange(len(targets)), targets])
    return _classification_result(confusion, surprise, surprise)


def _classification_result(confusion: Integers, surprise: float, loss: float) -> ClassificationResult:
    right, examples = int(np.trace(confusion)), int(confusion.sum())
    precision, recall, f1 = precision_recall_f1(confusion)
    return ClassificationResult(
        examples=examples,
        loss=loss,
        accuracy=right / examples,
        accuracy_interval=wilson_interval(right, examples),
        cross_entropy=surprise,
        confusion=confusion,
        precision=precision,
        recall=recall,
        f1=f1,
    )


def _check_names(what: str, expected: Sequence[str], got: Sequence[str]) -> None:
    """Refuse columns or classes, which are told by their places, where their names are known and others."""
    nameless = any(all(map(NUMBERED.fullmatch, names)) for names in (expected, got))
    if nameless or tuple(expected) == tuple(got):
        return
    problem = f"{what} in another order" if sorted(expected) == sorted(got) else f"other {what}"
    remedy = "Load the data with those of the model, in their order"
    wanted, found = (listed([repr(name) for name in names], most=5) for names in (expected, got))
    raise DataError(f"the examples have {problem} than the model", expected=wanted, got=found, remedy=remedy)


def _judged(model: Model, examples: Examples) -> tuple[Integers, float, float]:
    """Count answers, and average surprise and loss, block by block, holding a number for each example."""
    classes = model.network.architecture.sizes[-1]
    confusion, loss, total = np.zeros((classes, classes), np.intp), 0.0, 0.0
    true = np.empty(len(examples), model.network.parameters.dtype)
    for rows, trace in model.traces(examples):
        labels = examples.source_targets.take(examples.indices[rows], axis=0)
        outputs = np.ascontiguousarray(trace.outputs)  # whose rows have the same sums whatever the network's layout
        confusion += confusion_matrix(labels, model.decide(outputs), classes)
        true[rows] = as_probabilities(outputs)[np.arange(len(labels)), labels]
        weights = examples.source_weights
        own = None if weights is None else weights[examples.indices[rows]]
        weight = len(trace) if own is None else float(own.sum())
        loss, total = loss + model.network.measure(trace.targets, trace, own) * weight, total + weight
    return confusion, mean_surprise(true), loss / total


def _regression_result(scale: TargetScale, outputs: Floats, targets: Floats, loss: float) -> RegressionResult:
    with np.errstate(over="ignore", invalid="ignore"):  # of targets near the largest float: told as no finite number
        predictions, targets = scale.restore(outputs.astype(np.float64)).ravel(), targets.ravel()
        return RegressionResult(
            examples=len(outputs),
            loss=loss,
            rmse=root_mean_squared_error(predictions, targets),
            mae=mean_absolute_error(predictions, targets),
            r_squared=r_squared(predictions, targets),
        )


def _outputs_and_loss(model: Model, examples: Examples) -> tuple[Floats, float]:
    outputs = np.empty((len(examples), model.network.architecture.sizes[-1]), model.network.parameters.dtype)
    total = 0.0
    for rows, trace in model.traces(examples):
        outputs[rows] = trace.outputs
        total += model.network.measure(trace.targets, trace) * len(trace)
    return outputs, total / len(examples)
