"""Networks and losses made by hand, so that it is known what is to be found in them."""

import math

import numpy as np

import glassnet
from glassnet.training.progress import Epoch


def traced(activation, sums, rows=40):
    """A network of one hidden layer with these weighted sums for every example, and its trace."""
    network = glassnet.Network([1, len(sums), 2], activation, seed=0, dtype=np.float64)
    network.layers[0].weights[:] = 0
    network.layers[0].biases[:] = sums
    trace = network.trace(rows)
    network.forward(np.ones((rows, 1)), trace)
    network.backward(np.array([[0, 1]] * rows), trace)
    return network, trace


def chain(factor, width=1):
    """Three hidden layers between which deltas are multiplied by √factor, and its trace."""
    network = glassnet.Network([1, width, 1, 1, 1], "identity", loss="mse", seed=0, dtype=np.float64)
    network.parameters[:] = 0
    network.layers[1].weights[:] = math.sqrt(factor / width)
    network.layers[2].weights[:] = math.sqrt(factor)
    network.layers[3].weights[:] = 1
    trace = network.trace(5)
    network.forward(np.ones((5, 1)), trace)
    network.backward(np.ones((5, 1)), trace)
    return network, trace


def course(training, validation=None, examples=1_000_000):
    validation = [None] * len(training) if validation is None else validation
    pairs = enumerate(zip(training, validation, strict=True), start=1)
    return [Epoch(n, a, 0.0, b, None, None, 0.1, 2.0, 2.0 * n, examples / 2) for n, (a, b) in pairs]
