"""Addressed randomness: a generator is made where it is needed, never carried along."""

from __future__ import annotations

import numpy as np

from .errors import UsageError
from .settings import plain

# The numbers are part of every reproducible result: add to them, never reorder them.
PURPOSES = {
    "split": 0,
    "initialization": 1,
    "shuffle": 2,
    "gradient_check": 3,
    "augmentation": 4,
    "mixup": 5,
    "dropout": 6,
    "noise": 7,
    "corruption": 8,
    "teaching": 9,
    "sweep": 10,
    "bootstrap": 11,
}


def generator(seed: int, purpose: str, *address: int) -> np.random.Generator:
    """Make the generator for one purpose at one address.

    The same (seed, purpose, address) gives the same numbers on whatever thread, process or resumed run asks, and two
    different addresses give independent streams.

    Parameters
    ----------
    seed : int
        The run's seed, at least 0.
    purpose : str
        A key of ``PURPOSES``.
    *address : int
        Where in the run: a layer, or an epoch and a batch.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    UsageError
        If the seed is no whole number, or negative.

    Notes
    -----
    Independence comes from the hashing of NumPy's ``SeedSequence`` (M. E. O'Neill, "Developing a seed_seq
    alternative", 2015), which mixes the address into the seed.

    Examples
    --------
    >>> int(generator(0, "shuffle", 3).integers(1000)) == int(generator(0, "shuffle", 3).integers(1000))
    True
    """
    seed = plain(seed)
    if not isinstance(seed, int) or seed < 0:
        raise UsageError("invalid seed", expected="a whole number, 0 or more", got=seed)
    address_of_purpose = (PURPOSES[purpose], *address)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=address_of_purpose)))
