"""A small network in double precision, for the tests that hold gradients against differences."""

import numpy as np

import glassnet


def in_double(model):
    network = glassnet.Network.of(model.network.architecture, np.float64)
    network.parameters[...] = model.network.parameters
    return network
