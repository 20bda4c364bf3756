"""A model: everything needed to answer for an image."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..arrays import AnyArray, Floats, Integers, Task, blocks
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.pixels import check_unit_range
from ..data.preprocessing.preprocessing import Preprocessing
from ..data.preprocessing.targets import TargetScale, one_hot
from ..errors import DataError, UsageError
from ..network.network import Network
from .storage import describe, description_error, read_parts, write_parts

Distort = Callable[[AnyArray], AnyArray]  # images in, images of the same shape and type out
BLOCK = 1_000  # examples predicted at once: their activations stay in the processor's cache


@dataclass(frozen=True)
class Model:
    """One network or several, what prepares their inputs, and what their outputs mean.

    Parameters
    ----------
    network : Network
        The function.
    preprocessing : Preprocessing
        From images, or from rows of a table, to its inputs.
    class_names : tuple of str, optional
        What each output stands for; empty for regression.
    target_scale : TargetScale, optional
        From its output to the target's unit, for regression.
    unit : str, optional
        That unit.
    others : tuple of Network, optional
        Further networks of the same architecture: an ensemble, which answers with the mean of all outputs.

    Raises
    ------
    UsageError
        If inputs, outputs and names do not fit one another, or architectures differ.

    Examples
    --------
    >>> from glassnet import PixelScaling
    >>> model = Model(Network([784, 10], seed=0), PixelScaling((28, 28)), tuple("0123456789"))
    >>> model.predict_probabilities(np.zeros((2, 28, 28), np.uint8)).round(2)[0, :4]
    array([0.1, 0.1, 0.1, 0.1], dtype=float32)
    """

    network: Network
    preprocessing: Preprocessing
    class_names: tuple[str, ...] = ()
    target_scale: TargetScale | None = None
    unit: str = ""
    others: tuple[Network, ...] = ()

    def __post_init__(self) -> None:
        sizes = self.network.architecture.sizes
        needed = (self.preprocessing.inputs, len(self.class_names) or sizes[-1])
        if (sizes[0], sizes[-1]) != needed:
            expected = f"{needed[0]} inputs and {needed[1]} outputs"
            raise UsageError("network does not fit the data", expected=expected, got=f"{sizes[0]} and {sizes[-1]}")
        if (self.target_scale is None) != bool(self.class_names):
            raise UsageError("unclear task", expected="either class names or a target scale", got="both or neither")

        first = (self.network.architecture, self.network.parameters.dtype)
        if any((other.architecture, other.parameters.dtype) != first for other in self.others):
            raise UsageError("an ensemble of different architectures", remedy="Train all of them alike")

    @classmethod
    def for_data(cls, network: Network, data: Dataset) -> Model:
        """Make the model of a network that is to learn a data set; numeric targets are scaled by the training ones.

        Raises
        ------
        DataError
            If there are no such probabilities or counts as the network's loss is for.
        """
        targets, scale = data.train.targets, None
        if targets.ndim == 2 or data.task == "regression":
            network.loss.check(targets.reshape(len(targets), -1))
        if data.task == "regression":  # counts and probabilities stay as they are: their losses know no other unit
            scale = TargetScale(0.0, 1.0) if network.loss.from_logits else TargetScale.fit(targets)
        return cls(network, data.preprocessing, data.class_names, scale, data.unit)

    @property
    def networks(self) -> tuple[Network, ...]:
        """All that answer."""
        return (self.network, *self.others)

    @property
    def task(self) -> Task:
        """'classification' or 'regression'."""
        return "classification" if self.class_names else "regression"

    def predict(self, images: AnyArray) -> Integers | Floats:
        """Answer for each image.

        Parameters
        ----------
        images : ndarray of shape (n, 28, 28) or (n, 784)
            uint8, or floats in 0..1.

        Returns
        -------
        ndarray of shape (n,), or (n, outputs) where several numbers are predicted
            The most probable class, by its position in ``class_names``, or the predicted number in the target's unit.

        Raises
        ------
        DataError
            If the images have another shape, type or range.
        """
        outputs = self.outputs(images)
        if self.target_scale is None:
            labels: Integers = outputs.argmax(axis=1)
            return labels
        return self.target_scale.restore(outputs[:, 0] if outputs.shape[1] == 1 else outputs)

    def predict_probabilities(self, images: AnyArray) -> Floats:
        """Give each class its probability; arguments and errors as in `predict`.

        Returns
        -------
        ndarray of shape (n, classes)
            Rows that sum to one.

        Raises
        ------
        UsageError
            If the model predicts numbers.
        """
        if self.target_scale is not None:
            raise UsageError("a regression model has no probabilities", remedy="Call predict")
        outputs = self.outputs(images)
        return outputs if self.network.activations[-1].sums_to_one else as_probabilities(outputs)

    def outputs(self, images: AnyArray) -> Floats:
        """Give the network's outputs, computed in blocks; arguments and errors as in `predict`.

        Returns
        -------
        ndarray of shape (n, outputs)
            The output layer's activations, in the network's dtype; numbers are still standardized.
        """
        pixels, network = self.preprocessing.flatten(images), self.network
        inputs = np.empty((min(BLOCK, len(pixels)), self.preprocessing.inputs), network.parameters.dtype)
        outputs = np.empty((len(pixels), network.architecture.sizes[-1]), inputs.dtype)
        for rows in blocks(len(pixels), BLOCK):
            block = inputs[: rows.stop - rows.start]
            self.preprocessing.scale(pixels[rows], block)
            outputs[rows] = self.answer(block)
        return outputs

    def answer(self, inputs: Floats) -> Floats:
        """Compute the mean of the networks' outputs, (batch, outputs), for preprocessed inputs (batch, inputs)."""
        outputs = self.network.predict(inputs)
        if self.others:
            for other in self.others:
                outputs += other.predict(inputs)
            outputs /= len(self.networks)
        return outputs

    def read_batch(
        self,
        examples: Examples,
        positions: Integers | slice,
        inputs: Floats,
        targets: Floats,
        distort: Distort | None = None,
    ) -> None:
        """Read examples as a trace takes them: preprocessed inputs and target rows.

        Parameters
        ----------
        examples : Examples
            The source.
        positions : ndarray of shape (batch,) or slice
            Which of them.
        inputs : ndarray of shape (batch, inputs)
            Where the inputs go.
        targets : ndarray of shape (batch, outputs)
            Where the target rows go.
        distort : callable, optional
            What is done to the images before they are preprocessed.

        Raises
        ------
        DataError
            If the examples do not fit the model.
        """
        read_inputs(examples, positions, self.preprocessing, inputs, distort)
        read_targets(examples, positions, self.target_scale, targets)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model as a safetensors file; see `glassnet.model.storage`.

        Parameters
        ----------
        path : path-like
            Where; written whole or not at all.

        Raises
        ------
        FileError
            If the system refuses to write.
        """
        kept = (self.preprocessing, self.class_names, self.target_scale, self.unit)
        write_parts(path, self.networks, describe(self.networks, *kept))


def load_model(path: str | os.PathLike[str]) -> Model:
    """Read a model that `Model.save` wrote.

    Parameters
    ----------
    path : path-like
        A file; nothing in it is ever executed.

    Returns
    -------
    Model

    Raises
    ------
    ModelFileError
        If the file is missing, cut short, altered by as much as a bit, or not a glassnet model.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from glassnet import PixelScaling
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> Model(Network([4, 2], seed=3), PixelScaling((2, 2)), ("no", "yes")).save(path)
    >>> load_model(path).class_names
    ('no', 'yes')
    """
    parts = read_parts(path)
    try:
        return Model(**parts)
    except UsageError as error:
        raise description_error(path, error) from error


def as_probabilities(outputs: Floats) -> Floats:
    """Make rows of outputs in 0..1 sum to one; softmax's already do.

    Independent sigmoid outputs are divided by their sum; where all are zero, every class is as probable.

    Parameters
    ----------
    outputs : ndarray of shape (n, classes)
        In 0..1.

    Returns
    -------
    ndarray of shape (n, classes)

    Examples
    --------
    >>> as_probabilities(np.array([[0.2, 0.6], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    total = outputs.sum(axis=1, keepdims=True)
    even = np.full_like(outputs, 1 / outputs.shape[1])
    probabilities: Floats = np.divide(outputs, total, out=even, where=total > 0)
    return probabilities


def read_inputs(
    examples: Examples,
    positions: Integers | slice,
    preprocessing: Preprocessing,
    out: Floats,
    distort: Distort | None = None,
) -> None:
    """Gather inputs of the given examples and preprocess them.

    Parameters
    ----------
    examples : Examples
        The source.
    positions : ndarray of shape (batch,) or slice
        Which of them.
    preprocessing : Preprocessing
        What turns an example into inputs.
    out : ndarray of shape (batch, inputs)
        Where the inputs go.
    distort : callable, optional
        What is done to the images first.

    Raises
    ------
    DataError
        If the source's shape, type or range is not what the preprocessing takes.
    """
    images = np.take(examples.source_inputs, examples.indices[positions], axis=0)
    if distort is not None:
        images = preprocessing.flatten(images).reshape(-1, *preprocessing.input_shape)
        if images.dtype != np.uint8:
            check_unit_range(images)
        images = distort(images)
    preprocessing.apply(images, out)


def read_targets(examples: Examples, positions: Integers | slice, scale: TargetScale | None, out: Floats) -> None:
    """Gather targets of the given examples: one-hot rows for labels, standardized numbers; rows as they are.

    Parameters
    ----------
    examples : Examples
        The source.
    positions : ndarray of shape (batch,) or slice
        Which of them.
    scale : TargetScale or None
        For numbers; None for labels.
    out : ndarray of shape (batch, outputs)
        Where the target rows go.

    Raises
    ------
    DataError
        If a label is not an integer in 0..outputs-1.
    """
    targets = examples.source_targets[examples.indices[positions]]
    if targets.ndim == 2:
        if targets.shape != out.shape:
            raise DataError("target rows of another width", expected=out.shape[1], got=targets.shape[1])
        np.copyto(out, targets, casting="unsafe")
    elif scale is None:
        one_hot(targets, out.shape[1], out)
    else:
        out[...] = scale.standardize(targets).reshape(out.shape)
