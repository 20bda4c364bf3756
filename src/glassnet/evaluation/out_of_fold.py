"""Networks of which each has validated on its own part of the rows, put together to one model.

Every row is answered by the network that has not learned from it. By these answers one temperature is found for all
networks, and it is judged how good they are; they are more, and those of a model that has seen a little less than the
whole, so that the judgement is on the safe side.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.table import TablePreprocessing
from ..data.preprocessing.targets import TargetScale
from ..errors import ModelFileError, UsageError
from ..model.model import Model
from ..model.reference import Reference
from ..model.tensor_file import FORMAT_VERSION, read_tensors, write_tensors
from ..network.network import Network
from .calibration import fit_temperature, log_probabilities, soften

MEAN_ROWS = 10_000  # of the training rows, evenly spread, whose mean is kept
NONE = np.empty(0)


@dataclass(frozen=True)
class OutOfFold:
    """What networks in folds are together.

    Parameters
    ----------
    model : Model
        All of them.
    indices : ndarray of shape (rows,), integers
        Which rows of the source were answered, in ascending order.
    answers : ndarray of shape (rows, classes) or (rows,)
        Probabilities, or numbers in the target's unit, by the network that has not learned from the row.
    targets : ndarray of shape (rows,)
        The true classes or numbers of these rows.
    temperature : float
        What all logits were divided by; 1 where there are none.
    """

    model: Model
    indices: Integers
    answers: Floats
    targets: AnyArray
    temperature: float = 1.0

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write rows and answers; see `read_answers`."""
        arrays = {"rows": self.indices.astype(np.int64), "answers": self.answers}
        write_tensors(path, arrays, {"format": FORMAT_VERSION})


def read_answers(path: str | os.PathLike[str]) -> tuple[Integers, Floats]:
    """Read which rows were answered, and the answers, that `OutOfFold.save` wrote; a ModelFileError if damaged."""
    arrays, _ = read_tensors(path)
    if set(arrays) != {"rows", "answers"} or len(arrays["rows"]) != len(arrays["answers"]):
        raise ModelFileError("no answers out of fold", expected="rows and answers", got=sorted(arrays), where=path)
    return arrays["rows"], arrays["answers"]


def join_folds(models: Sequence[Model], parts: Sequence[Examples]) -> OutOfFold:
    """Make one model of networks, and collect their answers for the parts that each has validated on.

    Parameters
    ----------
    models : sequence of Model
        Of one architecture.
    parts : sequence of Examples
        The part of each, of one source.
    """
    indices, targets = (np.concatenate([getattr(part, name) for part in parts]) for name in ("indices", "targets"))
    order = np.argsort(indices, kind="stable")
    every = Examples(parts[0].source_inputs, parts[0].source_targets, indices[order])
    pairs, targets = list(zip(models, parts, strict=True)), targets[order]
    scale = models[0].target_scale
    if scale is not None:
        networks = tuple(_rescaled(model.network, model.target_scale, scale) for model in models)
        numbers = np.concatenate([model.predict(part.inputs) for model, part in pairs])[order]
        whole = with_reference(replace(models[0], networks=networks), every, numbers - targets)
        return OutOfFold(whole, indices[order], numbers, targets)
    logits = np.concatenate([log_probabilities(model, part) for model, part in pairs])[order]
    classes, temperature = logits.shape[1], 1.0
    if models[0].network.architecture.output == "softmax":
        # Targets are smoothed as J. Platt did (1999, section 2.2), so that a few rows make nothing certain.
        temperature = fit_temperature(logits, targets, smoothing=classes / (len(targets) + classes))
    networks = tuple(_tempered(model.network, temperature) for model in models)
    whole = with_reference(replace(models[0], networks=networks), every)
    return OutOfFold(whole, indices[order], soften(logits, temperature), targets, temperature)


def with_reference(model: Model, rows: Examples, errors: AnyArray = NONE) -> Model:
    """Let a model of a table keep its training rows' mean, and errors on rows that it has not learned from."""
    if not isinstance(model.preprocessing, TablePreprocessing):
        return model
    inputs = model.preprocessing.apply(rows.spread(MEAN_ROWS).inputs)
    return replace(model, reference=Reference.of(inputs, errors if errors.ndim == 1 else NONE))


def validated(model: Model, data: Dataset) -> Model:
    """Do so for a model that has not learned from the validation rows."""
    rows = data.validation
    judged = len(rows) and model.task == "regression" and isinstance(model.preprocessing, TablePreprocessing)
    return with_reference(model, data.train, model.predict(rows.inputs) - rows.targets if judged else NONE)


def _tempered(network: Network, temperature: float) -> Network:
    """Divide the logits by a temperature: the last layer's weights and biases are."""
    other = network.on(network.parameters.copy())
    last = other.layers[-1]
    last.weights[...] /= temperature
    last.biases[...] /= temperature
    return other


def _rescaled(network: Network, own: TargetScale | None, common: TargetScale) -> Network:
    """Let a network give standardized numbers by another mean and deviation: m + d s = m' + d' s'."""
    assert own is not None
    if own == common:
        return network
    if network.architecture.output != "identity":
        got = f"output {network.architecture.output}"
        raise UsageError("folds of another scale", expected="identity outputs", got=got, remedy="Set --folds 0")
    other = network.on(network.parameters.copy())
    last = other.layers[-1]
    ratio = own.deviation / common.deviation  # first, as the deviations may be beyond single precision
    last.weights[...] *= ratio
    last.biases[...] = last.biases * ratio + (own.mean - common.mean) / common.deviation
    return other
