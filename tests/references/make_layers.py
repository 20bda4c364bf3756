"""Write the widths of the layers that NumPy cuts the normal distribution into, for engine/ziggurat.js.

    python tests/references/make_layers.py

A normal number that is accepted at once is a whole number of 52 bits times the width of a layer: many such pairs have
one width that gives them all, to the last bit. Layer 1 accepts none at once, and takes one number more.
"""

from __future__ import annotations

import base64
import sys

import numpy as np

LAYERS, TRIED, SEED = 256, 50_000, 3


def bits(skipped: int) -> np.random.PCG64:
    """Give the same bits, without so many of the first."""
    generator = np.random.PCG64(SEED)
    generator.advance(skipped)
    return generator


def pairs() -> list[list[tuple[int, float]]]:
    """For each layer, the whole numbers and the normal numbers that they became."""
    found: list[list[tuple[int, float]]] = [[] for _ in range(LAYERS)]
    for place, raw in enumerate(map(int, np.random.PCG64(SEED).random_raw(TRIED))):
        layer, used = raw & 0xFF, bits(place)
        value = abs(np.random.Generator(used).standard_normal())
        if used.state == bits(place + 1 + (layer == 1)).state:
            found[layer].append((raw >> 9 & (1 << 52) - 1, value))
    return found


def width(of_layer: list[tuple[int, float]]) -> float:
    """Find the one width that gives all values."""
    whole, value = max(of_layer)
    near = np.float64(value / whole)
    tried = {near, *(np.nextafter(near, end) for end in (0.0, 1.0))}
    (only,) = (one for one in tried if all(whole * one == value for whole, value in of_layer))
    return float(only)


if __name__ == "__main__":
    widths = np.array([width(of_layer) for of_layer in pairs()])
    sys.stdout.write(base64.b64encode(widths.tobytes()).decode() + "\n")
