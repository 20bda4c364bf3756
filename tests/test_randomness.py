"""The first draws for every purpose: where they come from is part of every reproducible result."""

import numpy as np
import pytest

from glassnet.errors import UsageError
from glassnet.randomness import PURPOSES, generator

# Of seed 5 at the address 2, 3; PCG64 and SeedSequence give the same on every machine.
FIRST_DRAWS = {
    "split": [76136, 308078, 79315],
    "initialization": [925807, 970484, 989272],
    "shuffle": [117308, 215735, 367354],
    "gradient_check": [22461, 305800, 187924],
    "augmentation": [331180, 511517, 844942],
    "mixup": [869465, 509195, 220852],
    "dropout": [840966, 776648, 316088],
    "noise": [523603, 868193, 857654],
    "corruption": [979267, 395462, 611083],
    "teaching": [469968, 399547, 226547],
}


@pytest.mark.parametrize("purpose", FIRST_DRAWS)
def test_the_same_seed_purpose_and_address_give_the_numbers_they_always_gave(purpose):
    assert generator(5, purpose, 2, 3).integers(1_000_000, size=3).tolist() == FIRST_DRAWS[purpose]


def test_a_new_purpose_disturbs_no_older_one():
    assert list(PURPOSES)[: len(FIRST_DRAWS)] == list(FIRST_DRAWS)
    assert len(set(PURPOSES.values())) == len(PURPOSES)


def test_every_part_of_an_address_and_the_seed_change_the_numbers():
    addresses = [(5, (2, 3)), (6, (2, 3)), (5, (3, 2)), (5, (2,)), (5, (2, 3, 0)), (5, ())]
    draws = {generator(seed, "shuffle", *address).bytes(8) for seed, address in addresses}
    assert len(draws) == len(addresses)


@pytest.mark.parametrize("seed", [-1, 1.0, "1", None])
def test_a_seed_that_is_no_whole_number_or_negative_is_refused(seed):
    with pytest.raises(UsageError, match="invalid seed"):
        generator(seed, "split")


def test_zero_is_a_seed_as_any_other():
    assert isinstance(generator(0, "split"), np.random.Generator)
