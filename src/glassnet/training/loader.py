"""The batches of a training, read in the order of each epoch, with the noise that they are learned with."""

from __future__ import annotations

import hashlib
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..data.dataset import Examples, ExamplesOnDisk
from ..data.images.augmentation import Augmentation
from ..data.preprocessing.preprocessing import Preprocessing, Unchanged
from ..data.preprocessing.table import TablePreprocessing
from ..errors import DataError
from ..model.model import Model
from ..network.trace import Trace
from ..randomness import generator
from ..regularization.regularization import Regularization

# A warp of an image, in weights of a first layer whose product and gradient take as long.
WORK_OF_WARPING = 200_000
MOST_ENCODED = 50_000_000  # inputs of all rows of a table that are held
# Examples that are read at once where batches are smaller: a batch of 32 images takes 16 µs so, alone 26.
READ_TOGETHER = 256


class BatchLoader:
    """Loads batches, or shards of them, into traces.

    Which examples and what noise depends on seed, epoch, batch and shard alone, not on who reads them.

    Parameters
    ----------
    model : Model
        Whose preprocessing and target scale apply.
    examples : Examples
        The training set.
    batch_size : int
        Examples a batch; the last of an epoch may be smaller.
    shards : int
        In how many parts the examples of a batch are loaded.
    seed : int
        Of the shuffles and the noise.
    augmentation : Augmentation or None
        Of the images.
    regularization : Regularization or None
        Of inputs, targets and hidden units.
    shuffle : bool
        Whether each epoch has an order of its own; else that of the examples.

    Raises
    ------
    UsageError
        If the noise makes no sense for such examples.
    """

    def __init__(
        self,
        model: Model,
        examples: Examples,
        batch_size: int,
        shards: int,
        seed: int,
        augmentation: Augmentation | None,
        regularization: Regularization | None,
        shuffle: bool,
    ) -> None:
        if augmentation is not None:
            augmentation.check(model.preprocessing.input_shape)
        if regularization is not None:
            regularization.check(model.task, len(model.network.layers) - 1)
        self.batch_size = batch_size
        self._model = model
        self._on_disk = examples if isinstance(examples, ExamplesOnDisk) else None
        self._examples = examples if self._on_disk is None else self._on_disk.by_row()
        self._count = len(examples)
        self._shards = shards
        self._seed = seed
        self._augmentation = augmentation
        self._regularization = regularization
        self._shuffle = shuffle
        self._of_table = isinstance(model.preprocessing, TablePreprocessing)  # which no augmentation is for
        self._encoded: tuple[Floats, Floats] | None = None
        self._seen: tuple[Preprocessing, Examples] | None = None
        self.order: Any
        self.begin(0)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_encoded": None, "_seen": None}

    @property
    def work(self) -> int:
        """What it takes to read an example, as `divide` counts it."""
        return WORK_OF_WARPING * ((self._augmentation is not None) + self._model.preprocessing.warps)

    def compact(self) -> BatchLoader:
        """Give a loader of the same batches that holds no more rows than it needs, for another process."""
        examples, other = self._examples, copy(self)
        other._encoded = other._seen = None
        if self._on_disk is not None:
            return other
        if 2 * len(examples) < len(examples.source_inputs) and mapped_from(examples.source_inputs) is None:
            weights = examples.source_weights
            chosen = None if weights is None else weights[examples.indices]
            other._examples = Examples(examples.inputs, examples.targets, weights=chosen)
        return other

    def sample(self) -> bytes:
        """Give some numbers of the examples, by which it is noticed if they are changed where they are."""
        examples = self._examples
        if self._on_disk is not None:
            return b""  # whoever reads the file again looks whether it has changed
        arrays = (examples.source_inputs, examples.source_targets, examples.source_weights, examples.indices)
        return b"".join(sample(array) for array in arrays if array is not None)

    def digest(self) -> str:
        """Give a digest of the examples, their order and their noise, by which two processes know that they agree."""
        examples = self._examples if self._on_disk is None else self._on_disk
        digest = hashlib.sha256(self.sample())
        examples.describe_to(digest)
        for rows in examples.parts_of_indices():
            digest.update(np.ascontiguousarray(rows).tobytes())
        noise = (self._augmentation, self._regularization, self._shuffle, self._seed)
        return hashlib.sha256(digest.digest() + repr(noise).encode()).hexdigest()

    def begin(self, epoch: int) -> None:
        """Take up the order of an epoch."""
        self.epoch = epoch
        if self._on_disk is not None:  # by rows of the file, in windows
            self.order = self._on_disk.order(self._seed, epoch) if self._shuffle else self._on_disk.indices
            return
        count = len(self._examples)
        self.order = epoch_order(count, self._seed, epoch) if self._shuffle else np.arange(count)

    def load(self, number: int, shard: int, trace: Trace) -> Trace:
        """Load a shard of a batch of the epoch: inputs, targets, weights and masks.

        Parameters
        ----------
        number, shard : int
            Which batch, and which shard of it, counted from 0.
        trace : Trace
            Of the largest shard.

        Returns
        -------
        Trace
            Where it is: the one that was given, or a view of its first rows for a smaller shard.

        Raises
        ------
        DataError
            If an example does not fit the model.
        """
        positions = self.positions(number, shard)
        trace = trace if len(positions) == len(trace) else trace[: len(positions)]
        self.read(number, shard, positions, trace.inputs, trace.targets)
        self.finish(number, shard, positions, trace)
        return trace

    def rows(self, number: int) -> int:
        """Count the examples of a batch, all its shards together."""
        return min(self.batch_size, self._count - number * self.batch_size)

    def positions(self, number: int, shard: int) -> Integers:
        """Find the examples of a shard by their positions in the training set, or rows of its file, (examples,)."""
        batch: Integers = self.order[number * self.batch_size : (number + 1) * self.batch_size]
        if self._shards == 1:
            return batch
        return batch[len(batch) * shard // self._shards : len(batch) * (shard + 1) // self._shards]

    def read(self, number: int, shard: int, positions: Integers, inputs: Floats, targets: Floats) -> None:
        """Read inputs (examples, inputs) and targets (examples, outputs), with their noise."""
        distort = None
        if self._augmentation is not None:
            rng = generator(self._seed, "augmentation", *self._place(number, shard))
            distort = partial(self._augmentation.apply, rng=rng)
        if self._of_table:
            self._take(positions, inputs, targets)
        else:
            self._model.read_batch(self._examples, positions, inputs, targets, distort)
        self._disturb(number, shard, inputs, targets)

    def _take(self, positions: Integers, inputs: Floats, targets: Floats) -> None:
        """Take rows of a table, whose inputs and targets are encoded once for all epochs if they can be held."""
        if self._encoded is None:
            self._encoded = encoded(self._model, self._examples if self._on_disk is None else self._on_disk)
        if self._encoded is None:
            self._model.read_batch(self._examples, positions, inputs, targets)
            return
        for rows, out in zip(self._encoded, (inputs, targets), strict=True):
            rows.take(positions, axis=0, out=out, mode="clip")

    def at_hand(self, model: Model, examples: Examples) -> tuple[Model, Examples]:
        """Give the model and the examples that are validated on after each epoch, with inputs that are encoded once."""
        self._seen = self._seen or encoded_once(model, examples)
        return replace(model, preprocessing=self._seen[0]), self._seen[1]

    def _disturb(self, number: int, shard: int, inputs: Floats, targets: Floats) -> None:
        """Add the noise that is not an image's."""
        if self._regularization is not None:
            self._regularization.disturb(inputs, targets, self._seed, *self._place(number, shard))

    def finish(self, number: int, shard: int, positions: Integers, trace: Trace) -> None:
        """Say what the examples that are in a trace count, and draw their masks."""
        weights = self._examples.source_weights
        batch = self.order[number * self.batch_size : (number + 1) * self.batch_size]
        if weights is not None:
            of_batch = weights[self._examples.indices[batch]].astype(trace.weights.dtype)
            trace.weigh(weights[self._examples.indices[positions]], None if self._shards == 1 else of_batch.sum())
        elif self._shards > 1:
            trace.weigh(total=len(batch))
        if self._regularization is not None and self._regularization.dropout:
            self._regularization.draw_masks(trace.masks, self._seed, *self._place(number, shard))

    def _place(self, number: int, shard: int) -> tuple[int, ...]:
        """Give the address of a shard's noise; a whole batch has none of a shard."""
        return (self.epoch, number) if self._shards == 1 else (self.epoch, number, shard)


class AheadLoader(BatchLoader):
    """A loader that reads several small batches at once, for who asks for one after another.

    Parameters
    ----------
    loader : BatchLoader
        Of the same batches, one by one.
    """

    def __init__(self, loader: BatchLoader) -> None:
        self.__dict__.update(loader.__dict__)
        self._together = max(1, READ_TOGETHER // self.batch_size)
        self._read: tuple[Floats, Floats] | None = None  # inputs and targets of so many batches
        self._next: int | None = None  # the batch that has not been shown, so that it has no noise yet

    @classmethod
    def pays(cls, loader: BatchLoader) -> bool:
        """Tell whether batches are small; an image that is warped takes long enough by itself."""
        whole = loader._shards == 1 and loader._augmentation is None and not loader.work
        return whole and 2 * loader.batch_size <= READ_TOGETHER

    def load(self, number: int, shard: int, trace: Trace) -> Trace:
        """Show a batch as `BatchLoader` loads it, with the same errors."""
        positions, place = self.positions(number, shard), number % self._together
        trace = trace if len(positions) == len(trace) else trace[: len(positions)]
        if not place or number != self._next:
            first = (number - place) * self.batch_size
            together = self.order[first : first + self._together * self.batch_size]
            if self._read is None or len(self._read[0]) != len(together):
                inputs, targets = (
                    np.empty((len(together), *own.shape[1:]), own.dtype) for own in (trace.inputs, trace.targets)
                )
                self._read = inputs, targets
            try:
                if self._of_table:
                    self._take(together, *self._read)
                else:
                    self._model.read_batch(self._examples, together, *self._read)
            except DataError:  # perhaps of a later batch, which is to be learned from when it is its turn
                self._next = None
                return super().load(number, shard, trace)
        assert self._read is not None  # as the first batch that is asked for is not the next one
        rows = slice(place * self.batch_size, place * self.batch_size + len(positions))
        trace.inputs, trace.targets = self._read[0][rows], self._read[1][rows]
        self._next = number + 1
        self._disturb(number, shard, trace.inputs, trace.targets)
        self.finish(number, shard, positions, trace)
        return trace


class ShardLoader(BatchLoader):
    """A loader that counts shards from another one than the first.

    Parameters
    ----------
    loader : BatchLoader
        Of all shards.
    first : int
        Which shard is called 0.
    """

    def __init__(self, loader: BatchLoader, first: int) -> None:
        self.__dict__.update(loader.__dict__)
        self._first = first

    def load(self, number: int, shard: int, trace: Trace) -> Trace:
        """Load a shard as `BatchLoader` does."""
        return super().load(number, self._first + shard, trace)


def encoded(model: Model, examples: Examples) -> tuple[Floats, Floats] | None:
    """Give inputs and targets of all rows of a table, if they can be held: they need not be encoded in each epoch."""
    form, dtype = model.network.architecture, model.network.parameters.dtype
    is_table = isinstance(model.preprocessing, TablePreprocessing) and not isinstance(examples, ExamplesOnDisk)
    if not is_table or len(examples) * form.sizes[0] > MOST_ENCODED:
        return None
    found = np.empty((len(examples), form.sizes[0]), dtype), np.empty((len(examples), form.sizes[-1]), dtype)
    model.read_batch(examples, slice(None), *found)
    return found


def encoded_once(model: Model, examples: Examples) -> tuple[Preprocessing, Examples]:
    """Give examples with what makes inputs of them: nothing that has been done already."""
    found = encoded(model, examples)
    if found is None:
        return model.preprocessing, examples
    weights = None if examples.source_weights is None else examples.source_weights[examples.indices]
    return Unchanged((found[0].shape[1],)), Examples(found[0], examples.targets, weights=weights)


def epoch_order(count: int, seed: int, epoch: int) -> Integers:
    """Shuffle the positions of an epoch's examples, (count,); seed and epoch are the address of this shuffle.

    Examples
    --------
    >>> sorted(epoch_order(4, seed=0, epoch=1).tolist())
    [0, 1, 2, 3]
    """
    return generator(seed, "shuffle", epoch).permutation(count)


def sample(array: AnyArray) -> bytes:
    """Give a few hundred numbers of an array, evenly spaced."""
    if not array.flags.c_contiguous:
        return array[:: len(array) // 20 + 1].tobytes()
    flat = array.reshape(-1)
    return flat[:: len(flat) // 500 + 1].tobytes()


def mapped_from(array: AnyArray) -> np.memmap | None:
    """Give the mapped array that an array is, or is a view of; None if it is in memory alone."""
    root: Any = array
    while isinstance(root, np.ndarray) and (isinstance(root.base, np.memmap) or not isinstance(root, np.memmap)):
        root = root.base
    return root if isinstance(root, np.memmap) else None
