"""What one vector of all parameters saves of an update, beside an array for each layer's weights and biases.

    python benchmarks/parameter_vector.py

Prints the fastest of fifteen repetitions of two hundred updates, in microseconds, and what it takes to make a generator
of random numbers by its address.
"""

import timeit
from collections.abc import Callable

import numpy as np

from glassnet import SGD, Adam, Network, Optimizer
from glassnet.randomness import generator

NETWORKS = ([784, 32, 10], [784, 128, 10], [784, 100, 100, 100, 100, 10])
OPTIMIZERS = {"SGD with momentum": SGD(0.1, momentum=0.9), "Adam": Adam(0.001)}


def fastest(call: Callable[[], object]) -> float:
    """Time a call, in microseconds."""
    return min(timeit.repeat(call, number=200, repeat=15)) / 200 * 1e6


def update(optimizer: Optimizer, arrays: list[np.ndarray]) -> Callable[[], object]:
    """Prepare the update of some arrays of parameters."""
    steps = [(array, np.full_like(array, 1e-3), optimizer.init(array)) for array in arrays]
    return lambda: [optimizer.step(*step, weight_count=0) for step in steps]


def main() -> None:
    """Measure, and print a table."""
    print("| network | rule | one vector, µs | an array each, µs |", "|---|---|---|---|", sep="\n")
    for sizes in NETWORKS:
        network = Network(sizes)
        each = [array.ravel().copy() for layer in network.layers for array in (layer.weights, layer.biases)]
        for name, optimizer in OPTIMIZERS.items():
            one, many = (fastest(update(optimizer, arrays)) for arrays in ([network.parameters], each))
            print(f"| {'-'.join(map(str, sizes))} | {name} | {one:.0f} | {many:.0f} |")
    print(f"\na generator by its address: {fastest(lambda: generator(0, 'augmentation', 3, 17)):.0f} µs")


if __name__ == "__main__":
    main()
