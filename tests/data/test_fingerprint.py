"""A run's data are known by a digest: whatever a network learned from, or is judged by, changes it."""

import numpy as np
import pytest

import glassnet

RNG = np.random.default_rng(1)
INPUTS, TARGETS = RNG.normal(size=(60, 3)), np.arange(60) % 3
OWN_TEST = (RNG.normal(size=(20, 3)), np.arange(20) % 3)


def fingerprint(inputs=INPUTS, targets=TARGETS, test=OWN_TEST, **more):
    return glassnet.Dataset.from_arrays(inputs, targets, validation=10, test=test, **more).fingerprint()


def changed(array, place, value):
    array = array.copy()
    array[place] = value
    return array


CHANGES = {
    "an input": {"inputs": changed(INPUTS, (7, 1), 9.0)},
    "a target": {"targets": changed(TARGETS, 59, 0)},
    "an input to judge by": {"test": (changed(OWN_TEST[0], (0, 0), 9.0), OWN_TEST[1])},
    "a target to judge by": {"test": (OWN_TEST[0], changed(OWN_TEST[1], 19, 0))},
    "a row less to judge by": {"test": (OWN_TEST[0][:-1], OWN_TEST[1][:-1])},
    "the names of the classes": {"class_names": ("a", "b", "c")},
    "the precision": {"inputs": INPUTS.astype(np.float32)},
    "the task": {"task": "regression"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_digest_notices(change):
    assert fingerprint(**CHANGES[change]) != fingerprint()


def test_the_same_data_have_the_same_digest_wherever_they_lie():
    assert fingerprint(np.asfortranarray(INPUTS), TARGETS.copy()) == fingerprint()
    assert fingerprint() == fingerprint()


def test_who_validates_changes_no_digest():
    first, second = (glassnet.Dataset.from_arrays(INPUTS, TARGETS, test=OWN_TEST, seed=seed) for seed in (0, 1))
    assert first.fingerprint() == second.fingerprint()


@pytest.mark.parametrize("row", [0, 999, 1_000, 1_999])
def test_of_many_rows_every_target_counts(row):
    inputs, targets = RNG.normal(size=(2_000, 2)), np.arange(2_000) % 2
    both = (targets, changed(targets, row, 1 - targets[row]))
    assert len({fingerprint(inputs, some, test=(inputs[:9], targets[:9])) for some in both}) == 2
