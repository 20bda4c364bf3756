"""Teaching: a short training on corrections, among known examples so that little else is forgotten."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..arrays import AnyArray, Integers
from ..data.dataset import Dataset, Examples
from ..data.images.augmentation import Augmentation
from ..errors import UsageError
from ..network.network import Network
from ..optimizers.sgd import SGD
from ..randomness import generator
from .training import Training

# Of the rates and shares tried, those that taught all single corrections and cost the least validation accuracy:
# benchmarks/teaching.py.
KNOWN = 5_760  # examples beside the corrections
TAUGHT = 640  # rows of corrections, each with a distortion of its own
RATE, MOMENTUM, BATCH = 0.005, 0.9, 64


def teach(network: Network, data: Dataset, images: AnyArray, labels: Integers, *, seed: int = 0) -> None:
    """Train on corrections, one row in ten one of them, the others known examples.

    Parameters
    ----------
    network : Network
        Changed in place.
    data : Dataset
        Of classes; some of its training examples keep what was learned.
    images : ndarray of shape (corrections, ...)
        As the data's inputs.
    labels : ndarray of shape (corrections,)
        Their right classes.
    seed : int, optional
        Which known examples, and their order.

    Raises
    ------
    UsageError
        If there are no corrections, or the data has no classes.
    DivergenceError
        If it does not go well; the network is then what it was.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist", train_size=2_000, validation_size=500)
    >>> network = Network([784, 16, 10], seed=0)
    >>> teach(network, data, data.test.inputs[:1], np.array([3]))  # it is a 7
    >>> glassnet.Model(network, data.preprocessing, data.class_names).predict(data.test.inputs[:1])
    array([3])
    """
    if not len(images) or data.task != "classification":
        raise UsageError("nothing to fine-tune on", expected="corrections, and data of classes")
    known = data.train.select(generator(seed, "teaching").integers(len(data.train), size=KNOWN))
    again = np.resize(np.arange(len(images)), TAUGHT)
    mixed = Examples(
        np.concatenate([known.inputs, np.asarray(images, known.source_inputs.dtype)[again]]),
        np.concatenate([known.targets, np.asarray(labels, known.source_targets.dtype)[again]]),
    )
    none = data.validation.select(slice(0))
    pictures = mixed.source_inputs.ndim == 3
    training = Training(
        network,
        replace(data, train=mixed, validation=none),
        optimizer=SGD(learning_rate=RATE, momentum=MOMENTUM),
        augmentation=Augmentation(shift=1, rotation=5) if pictures else None,
        batch_size=BATCH,
        epochs=2,
        seed=seed,
        strict=False,
        input_parts=1,
        workers=1,
    )
    before = network.parameters.copy()
    try:
        for _ in training:
            pass
    except Exception:
        network.parameters[...] = before
        raise
