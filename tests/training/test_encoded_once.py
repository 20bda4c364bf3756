"""The columns of a table are encoded once, to the same bytes as batch by batch."""

import numpy as np
import pytest

import glassnet
from glassnet.training import loader

ROWS = np.random.default_rng(4).normal(size=(90, 3))
ROWS[::7, 1] = np.nan


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_table_that_is_encoded_once_is_learned_to_the_same_bytes(monkeypatch, dropout):
    encoders = dict.fromkeys("abc", "robust")
    data = glassnet.Dataset.from_arrays(ROWS, ROWS[:, 0] > 0, columns="abc", encoders=encoders)
    found = []
    for most in (0, 1_000):
        monkeypatch.setattr(loader, "MOST_ENCODED", most)
        network = glassnet.Network([data.preprocessing.inputs, 6, 2], seed=1)
        regularization = glassnet.Regularization(dropout=dropout, input_noise=dropout)
        list(glassnet.Training(network, data, epochs=3, batch_size=16, regularization=regularization))
        found.append(network.parameters.tobytes())
    assert found[0] == found[1]
