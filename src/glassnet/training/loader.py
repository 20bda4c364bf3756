"""The batches of a training, read from the examples in the order of each epoch."""

from __future__ import annotations

from copy import copy
from functools import partial

import numpy as np

from ..arrays import Allocate, Floats, Integers, in_memory
from ..data.dataset import Examples
from ..data.images.augmentation import Augmentation
from ..model.model import Model
from ..network.trace import Trace
from ..randomness import generator
from ..registry import check_kind
from ..regularization.regularization import Regularization

# A warp of an image, in weights of a first layer whose product and gradient take as long.
WORK_OF_WARPING = 200_000
SHARED_SLOTS = 3  # a batch is learned from, the next one read, and the last one may still be in the other's hands


class Feed:
    """Reads the examples of each batch, and makes the noise that they are learned with.

    Which examples and what noise depends on seed, epoch and batch number alone, not on who reads them.

    Parameters
    ----------
    model : Model
        Whose preprocessing and target scale apply.
    examples : Examples
        The training set.
    batch_size : int
        Examples a batch; the last of an epoch may be smaller.
    seed : int
        Of the shuffles and the noise.
    augmentation : Augmentation
        Of the images.
    regularization : Regularization
        Of inputs, targets and hidden units.
    shuffle : bool, optional
        Whether each epoch has an order of its own; else that of the examples.

    Raises
    ------
    UsageError
        If the examples are not of the kind that these are for.
    """

    def __init__(
        self,
        model: Model,
        examples: Examples,
        batch_size: int,
        seed: int,
        augmentation: Augmentation,
        regularization: Regularization,
        shuffle: bool = True,
    ) -> None:
        check_kind("an augmentation", augmentation, Augmentation, "glassnet.Augmentation(shift=1)")
        augmentation.check(model.preprocessing.input_shape)
        regularization.check(model.task, len(model.network.layers) - 1)
        self._model = model
        self._examples = examples
        self._batch_size = batch_size
        self._seed = seed
        self._augmentation = augmentation
        self._regularization = regularization
        self._shuffle = shuffle
        self._make_room(1, in_memory)
        self.begin(0)

    def _make_room(self, slots: int, allocate: Allocate) -> None:
        network = self._model.network
        sizes, dtype = network.architecture.sizes, network.parameters.dtype
        self._inputs = [allocate((self._batch_size, sizes[0]), dtype, "C") for _ in range(slots)]
        self._targets = [allocate((self._batch_size, sizes[-1]), dtype, "F") for _ in range(slots)]
        weighted = self._examples.source_weights is not None
        self._weights = [allocate((self._batch_size,), dtype, "C") for _ in range(slots)] if weighted else None

    def shared(self, allocate: Allocate) -> Feed:
        """Copy it, at the same epoch, with room that processes can share."""
        other = copy(self)
        other._make_room(SHARED_SLOTS, allocate)
        return other

    @property
    def work(self) -> int:
        """What it takes to read an example, as `divide` counts it."""
        return WORK_OF_WARPING * (bool(self._augmentation) + self._model.preprocessing.warps)

    def begin(self, epoch: int) -> None:
        """Take up the order of an epoch."""
        self._epoch = epoch
        count = len(self._examples)
        self._order = epoch_order(count, self._seed, epoch) if self._shuffle else np.arange(count)

    def read(self, number: int) -> None:
        """Read a batch of the epoch into its slot.

        Raises
        ------
        DataError
            If an example does not fit the model.
        """
        first = number * self._batch_size
        positions = self._order[first : first + self._batch_size]
        inputs, targets = self.batch(number)
        distort = None
        if self._augmentation:
            rng = generator(self._seed, "augmentation", self._epoch, number)
            distort = partial(self._augmentation.apply, rng=rng)
        self._model.read_batch(self._examples, positions, inputs, targets, distort)
        self._regularization.disturb(inputs, targets, self._seed, self._epoch, number)
        weights = self.weights(number)
        if weights is not None:
            assert self._examples.source_weights is not None
            weights[...] = self._examples.source_weights[self._examples.indices[positions]]

    def draw_masks(self, number: int, trace: Trace) -> None:
        """Draw the masks that the hidden units of a batch are learned with."""
        self._regularization.draw_masks(trace.masks, self._seed, self._epoch, number)

    def batch(self, number: int) -> tuple[Floats, Floats]:
        """Show the slot of a batch.

        Parameters
        ----------
        number : int
            Counted from 0 in the epoch.

        Returns
        -------
        inputs : ndarray of shape (batch, inputs)
        targets : ndarray of shape (batch, outputs)
        """
        slot, rows = self._place(number)
        return self._inputs[slot][:rows], self._targets[slot][:rows]

    def weights(self, number: int) -> Floats | None:
        """Show how much the examples of a batch count, (batch,); None if all count the same."""
        slot, rows = self._place(number)
        return None if self._weights is None else self._weights[slot][:rows]

    def _place(self, number: int) -> tuple[int, int]:
        """Give a batch's slot, and how many examples it has."""
        rows = min(self._batch_size, len(self._order) - number * self._batch_size)
        return number % len(self._inputs), rows


def epoch_order(count: int, seed: int, epoch: int) -> Integers:
    """Shuffle the positions of an epoch's examples.

    Parameters
    ----------
    count : int
        The number of training examples.
    seed, epoch : int
        The address of this shuffle.

    Returns
    -------
    ndarray of shape (count,)
        Each position once.

    Examples
    --------
    >>> sorted(epoch_order(4, seed=0, epoch=1).tolist())
    [0, 1, 2, 3]
    """
    return generator(seed, "shuffle", epoch).permutation(count)
