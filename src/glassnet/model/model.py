"""A model: networks, what prepares their inputs, and what their outputs mean."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats, Integers, Task, blocks
from ..data.dataset import Dataset, Examples
from ..data.preprocessing.pixels import check_unit_range
from ..data.preprocessing.preprocessing import Preprocessing
from ..data.preprocessing.targets import TargetScale, one_hot
from ..errors import DataError, UsageError
from ..formatting import html_table
from ..hardware import side_by_side
from ..network.architecture import Architecture
from ..network.network import SUMMARY, Network
from ..network.trace import Trace
from .decision import Decision
from .reference import Reference
from .storage import describe, description_error, read_parts, write_parts

Distort = Callable[[AnyArray], AnyArray]  # images in, images of the same shape and type out
BLOCK = 1_000  # examples predicted at once: their activations stay in the processor's cache


@dataclass(frozen=True, init=False, repr=False)
class Model:
    """One network or several, what prepares their inputs, and what their outputs mean.

    Parameters
    ----------
    networks : Network or sequence of Network
        The function; several of one architecture are an ensemble, whose outputs are the mean of theirs.
    preprocessing : Preprocessing
        From images, or from rows of a table, to its inputs.
    class_names : sequence of str, optional
        What each output stands for; empty for regression. Two names, of no and yes, go with one sigmoid output too,
        which becomes two of softmax with the same probabilities.
    target_scale : TargetScale, optional
        From its output to the target's unit, for regression.
    unit : str, optional
        That unit.
    decision : Decision, optional
        From which probability on the positive of two classes is the answer; the most probable if left out.
    reference : Reference, optional
        What is kept of a table's rows to explain answers, and for intervals around numbers.

    Raises
    ------
    UsageError
        If inputs, outputs and names do not fit one another, or architectures differ.

    Examples
    --------
    >>> from glassnet import PixelScaling
    >>> model = Model(Network([784, 10], seed=0), PixelScaling((28, 28)), tuple("0123456789"))
    >>> model
    <Model 784-10 (softmax): images of 28x28 to 10 classes>
    >>> model.predict_probabilities(np.zeros((2, 28, 28), np.uint8)).round(2)[0, :4]
    array([0.1, 0.1, 0.1, 0.1], dtype=float32)
    """

    networks: tuple[Network, ...]
    preprocessing: Preprocessing
    class_names: tuple[str, ...]
    target_scale: TargetScale | None
    unit: str
    decision: Decision | None
    reference: Reference | None

    def __init__(
        self,
        networks: Network | Sequence[Network],
        preprocessing: Preprocessing,
        class_names: Sequence[str] = (),
        target_scale: TargetScale | None = None,
        unit: str = "",
        decision: Decision | None = None,
        reference: Reference | None = None,
    ) -> None:
        alike = (networks,) if isinstance(networks, Network) else tuple(networks)
        class_names = tuple(map(str, class_names))
        given: dict[str, Any] = {"networks": alike, "preprocessing": preprocessing, "class_names": class_names}
        given |= {"target_scale": target_scale, "unit": unit, "decision": decision, "reference": reference}
        vars(self).update(given)  # frozen: nobody else sets them
        if not alike:
            raise UsageError("a model without a network", expected="one network or several")
        if twice := [name for name in class_names if list(class_names).count(name) > 1]:
            raise UsageError("two classes of one name", got=repr(twice[0]), remedy="Name each output otherwise")
        if len(class_names) == 2 and all(map(answers_yes_or_no, alike)):
            vars(self)["networks"] = alike = tuple(map(with_two_outputs, alike))
        sizes = self.network.architecture.sizes
        needed = (preprocessing.inputs, len(class_names) or sizes[-1])
        if (sizes[0], sizes[-1]) != needed:
            expected = f"{needed[0]} inputs and {needed[1]} outputs"
            raise UsageError("network does not fit the data", expected=expected, got=f"{sizes[0]} and {sizes[-1]}")
        if (target_scale is None) != bool(class_names):
            raise UsageError("unclear task", expected="either class names or a target scale", got="both or neither")
        if len(class_names) == 1:
            remedy = "Two outputs, one for each class, tell yes from no"
            got = f"{class_names[0]!r} alone"
            raise UsageError("too few classes", expected="at least two classes", got=got, remedy=remedy)
        if decision and len(class_names) != 2:
            raise UsageError("a threshold decides between two classes", expected=2, got=len(class_names))
        if reference and len(reference.mean_inputs) != preprocessing.inputs:
            raise UsageError("mean inputs of other rows", expected=preprocessing.inputs, got=len(reference.mean_inputs))
        if len({(network.architecture, network.parameters.dtype) for network in alike}) > 1:
            raise UsageError("an ensemble of different architectures", remedy="Train all of them alike")

    def __repr__(self) -> str:
        form = self.network.architecture
        count = f"{len(self.networks)} times " if self.is_ensemble else ""
        functions = ", ".join(map(str, self.network.activations))
        numbers = f"numbers in {self.unit}" if self.unit else "numbers"
        answers = f"{len(self.class_names)} classes" if self.class_names else numbers
        return f"<Model {count}{'-'.join(map(str, form.sizes))} ({functions}): {self.preprocessing.takes} to {answers}>"

    def _repr_html_(self) -> str:
        first = ("input", f"{self.preprocessing.inputs:,}", self.preprocessing.takes, "")
        return html_table(repr(self).strip("<>"), [first, *self.network.summary()], SUMMARY)

    @classmethod
    def for_data(cls, network: Network, data: Dataset) -> Model:
        """Make the model of a network that is to learn a data set; numeric targets are scaled by the training ones.

        Parameters
        ----------
        network : Network
            As many inputs and outputs as the data set has.
        data : Dataset
            Its preprocessing and names of classes are the model's.

        Returns
        -------
        Model

        Raises
        ------
        DataError
            If there are no such probabilities or counts as the network's loss is for.
        """
        if len(data.class_names) == 2 and answers_yes_or_no(network):
            remedy = "Give the network two outputs and the loss cross_entropy"
            raise UsageError("one output cannot learn two classes", expected="2 outputs", got=1, remedy=remedy)
        scale = None
        if data.train.source_targets.ndim == 2 or data.task == "regression":
            for targets in data.train.parts_of_targets():
                network.loss.check(targets.reshape(len(targets), -1))
        if data.task == "regression":  # counts and probabilities stay as they are: their losses know no other unit
            parts = data.train.parts_of_targets()
            scale = TargetScale(0.0, 1.0) if network.loss.from_logits else TargetScale.fit_parts(parts)
        return cls(network, data.preprocessing, data.class_names, scale, data.unit)

    @property
    def network(self) -> Network:
        """The network; of an ensemble the first."""
        return self.networks[0]

    @property
    def is_ensemble(self) -> bool:
        """Whether there are several networks."""
        return len(self.networks) > 1

    @property
    def task(self) -> Task:
        """'classification' or 'regression'."""
        return "classification" if self.class_names else "regression"

    def predict(self, images: AnyArray, first: int = 0) -> Integers | Floats:
        """Predict the class of each image, or its number.

        Parameters
        ----------
        images : ndarray of shape (n, 28, 28) or (n, 784)
            uint8, or floats in 0..1.
        first : int, optional
            The number of the first row, where errors name one.

        Returns
        -------
        ndarray of shape (n,), or (n, outputs) where several numbers are predicted
            The class, by its position in ``class_names``, or the predicted number in the target's unit. The class is
            the most probable one, or what the model's decision says.

        Raises
        ------
        DataError
            If the images have another shape, type or range, or an answer is not a finite number.
        UsageError
            If there is one class alone.
        """
        outputs = self.predict_outputs(images, first)
        if self.target_scale is None:
            return self.decide(outputs)
        with np.errstate(over="ignore"):  # said below
            numbers = self.target_scale.restore(outputs[:, 0] if outputs.shape[1] == 1 else outputs)
        _check_answers(numbers, first)
        return numbers

    def predict_probabilities(self, images: AnyArray, first: int = 0) -> Floats:
        """Give each class its probability; arguments and errors as in `predict`.

        Returns
        -------
        ndarray of shape (n, classes)
            Rows that sum to one.

        Raises
        ------
        UsageError
            If the model predicts numbers, or there is one class alone.
        """
        if self.target_scale is not None:
            raise UsageError("a regression model has no probabilities", remedy="Call predict")
        outputs = self.predict_outputs(images, first)
        return outputs if self.network.activations[-1].sums_to_one else as_probabilities(outputs)

    def decide(self, outputs: Floats) -> Integers:
        """Give the class, by its position, that each row of outputs, (n, classes), is an answer for."""
        if self.decision:
            return self.decision.answers(as_probabilities(outputs))
        labels: Integers = outputs.argmax(axis=1)
        return labels

    def predict_outputs(self, images: AnyArray, first: int = 0) -> Floats:
        """Give the network's outputs, computed in blocks; arguments and errors as in `predict`.

        Returns
        -------
        ndarray of shape (n, outputs)
            The output layer's activations, in the network's dtype; numbers are still standardized.
        """
        pixels, network = self.preprocessing.flatten(images), self.network
        outputs = np.empty((len(pixels), network.architecture.sizes[-1]), network.parameters.dtype)

        def predict_block(rows: slice) -> None:
            block = np.empty((rows.stop - rows.start, self.preprocessing.inputs), outputs.dtype)
            self.preprocessing.scale(pixels[rows], block, first + rows.start)
            with np.errstate(over="ignore", invalid="ignore"):  # said below
                outputs[rows] = self.forward(block)
            _check_answers(outputs[rows], first + rows.start)

        side_by_side(predict_block, list(blocks(len(pixels), BLOCK)))
        return outputs

    def forward(self, inputs: Floats) -> Floats:
        """Compute the mean of the networks' outputs, (batch, outputs), for preprocessed inputs (batch, inputs)."""
        outputs = self.network.predict(inputs)
        if self.is_ensemble:
            for network in self.networks[1:]:
                outputs += network.predict(inputs)
            outputs /= len(self.networks)
        return outputs

    def traces(self, examples: Examples) -> Iterator[tuple[slice, Trace]]:
        """Go forward through examples, block by block: the one loop over many examples and their targets.

        Yields
        ------
        rows : slice
            The block's positions among the examples.
        trace : Trace
            With inputs, targets, logits and outputs, until the next block. Of an ensemble, the outputs are the mean,
            with logits that softmax would make them of, and there are no hidden layers.

        Raises
        ------
        DataError
            If the examples do not fit the model.
        """
        trace = self.network.trace(min(BLOCK, len(examples)))
        for rows in blocks(len(examples), BLOCK):
            part = trace[: rows.stop - rows.start]
            self.read_batch(examples, rows, part.inputs, part.targets)
            if self.is_ensemble:
                part.outputs[...] = self.forward(part.inputs)
                np.log(np.maximum(part.outputs, np.finfo(part.outputs.dtype).tiny), out=part.logits)
            else:
                self.network.forward(part.inputs, part)
            yield rows, part

    def read_batch(
        self,
        examples: Examples,
        positions: Integers | slice,
        inputs: Floats,
        targets: Floats,
        distort: Distort | None = None,
    ) -> None:
        """Read the inputs, (batch, inputs), distorted first, and the target rows, (batch, outputs), of some examples.

        Raises
        ------
        DataError
            If the examples do not fit the model.
        """
        read_inputs(examples, positions, self.preprocessing, inputs, distort)
        read_targets(examples, positions, self.target_scale, targets)

    def save(self, path: str | os.PathLike[str], split: str = "") -> None:
        """Write the model as a safetensors file; see `glassnet.model.storage`.

        Parameters
        ----------
        path : path-like
            Where; written whole or not at all.
        split : str, optional
            A digest of which examples it was trained on, which a run keeps with it.

        Raises
        ------
        FileError
            If the system refuses to write.
        UsageError
            If there is one class alone.
        """
        kept = (self.preprocessing, self.class_names, self.target_scale, self.unit, self.decision, self.reference)
        write_parts(path, self.networks, describe(self.networks, *kept) | ({"split": split} if split else {}))


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


def _check_answers(answers: Floats, first: int) -> None:
    """Refuse answers, (rows, ...), that are not finite numbers, naming the row, counted from ``first``."""
    # The sum of squares is finite unless an answer is not, or is far beyond any use; it takes a fifth of the time.
    if not math.isfinite(np.vdot(answers, answers)) and not np.isfinite(answers).all():
        row = int(np.argwhere(~np.isfinite(answers))[0][0])
        remedy = "Look at the row: its values are far outside of what was trained on"
        raise DataError("a prediction is not a finite number", where=f"row {first + row}", remedy=remedy)


def as_probabilities(outputs: Floats) -> Floats:
    """Make rows of outputs in 0..1 sum to one; softmax's already do.

    Independent sigmoid outputs are divided by their sum; where all are zero, every class is as probable.

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
    """Gather the inputs at these positions, distort them, and preprocess them into ``out``, (batch, inputs).

    Raises
    ------
    DataError
        If the source's shape, type or range is not what the preprocessing takes.
    """
    images = examples.source_inputs.take(examples.indices[positions], axis=0)
    if distort is not None:
        images = preprocessing.flatten(images).reshape(-1, *preprocessing.input_shape)
        if images.dtype != np.uint8:
            check_unit_range(images)
        images = distort(images)
    preprocessing.apply(images, out)


def read_targets(examples: Examples, positions: Integers | slice, scale: TargetScale | None, out: Floats) -> None:
    """Gather the targets at these positions into ``out``, (batch, outputs).

    Labels become one-hot rows, numbers standardized ones; target rows stay as they are. DataError if they do not fit.
    """
    targets = examples.source_targets.take(examples.indices[positions], axis=0)
    if targets.ndim == 2:
        if targets.shape != out.shape:
            raise DataError("target rows of the wrong width", expected=out.shape[1], got=targets.shape[1])
        np.copyto(out, targets, casting="unsafe")
    elif scale is None:
        one_hot(targets, out.shape[1], out)
    else:
        out[...] = scale.standardize(targets).reshape(out.shape)


def answers_yes_or_no(network: Network) -> bool:
    """Tell whether a network has one output, which is a probability."""
    form = network.architecture
    return form.sizes[-1] == 1 and form.output == "sigmoid"


def with_two_outputs(network: Network) -> Network:
    """Give softmax (0, z) in place of sigmoid z: the same probabilities, of no and of yes."""
    form = network.architecture
    two = Architecture((*form.sizes[:-1], 2), form.activations, "softmax", "cross_entropy")
    other = Network.of(two, network.parameters.dtype)
    for layer, old in zip(other.layers, network.layers, strict=True):
        columns = slice(1, None) if layer is other.layers[-1] else slice(None)
        layer.weights[:, columns], layer.biases[columns] = old.weights, old.biases
    return other
