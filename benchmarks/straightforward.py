"""What one writes without further thought: 784-512-256-10 in float32 NumPy, with affine and elastic distortions.

    python benchmarks/straightforward.py EPOCHS SEED [VALIDATION_SIZE]

Prints one line of JSON: the seconds of training, and the accuracy on so many of the 60,000 images, kept aside to choose
the epochs by; or, by default, on the test set. It is the other runner in shortest.py.
"""

import json
import sys
import time
from itertools import pairwise

import numpy as np

import glassnet

SIDE, BATCH, RATE, MOMENTUM = 28, 128, 0.1, 0.9
SIGMA, STRENGTH = 4.0, 34.0  # of the elastic field, in pixels, as P. Y. Simard et al. (2003) have them


def smoothing():
    """Give the matrix that smooths a line of pixels by a bell of width SIGMA."""
    places = np.arange(SIDE, dtype=np.float32)
    bell = np.exp(-((places[:, None] - places) ** 2) / (2 * SIGMA**2))
    return (bell / (np.sqrt(2 * np.pi) * SIGMA)).astype(np.float32)


def distort(images, rng, smooth):
    """Distort images (batch, 28, 28) of floats: rotation, scale, shear, shift, and a smoothed random field."""
    count, middle = len(images), (SIDE - 1) / 2
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) - middle
    angle = rng.uniform(-0.2, 0.2, (count, 1, 1)).astype(np.float32)
    scale = rng.uniform(0.9, 1.1, (2, count, 1, 1)).astype(np.float32)
    shear = rng.uniform(-0.1, 0.1, (count, 1, 1)).astype(np.float32)
    shift = rng.uniform(-1, 1, (2, count, 1, 1)).astype(np.float32)
    field = rng.uniform(-1, 1, (2, count, SIDE, SIDE)).astype(np.float32)
    field = STRENGTH * (smooth @ field @ smooth)
    rows = scale[0] * (np.cos(angle) * y + np.sin(angle) * x) + shift[0] + field[0] + middle
    columns = scale[1] * (np.cos(angle) * x - np.sin(angle) * y) + shear * y + shift[1] + field[1] + middle
    rows, columns = np.clip(rows, 0, SIDE - 1.001), np.clip(columns, 0, SIDE - 1.001)
    top, left = rows.astype(int), columns.astype(int)
    v, u = (rows - top).astype(np.float32), (columns - left).astype(np.float32)
    which = np.arange(count)[:, None, None]
    above = (1 - u) * images[which, top, left] + u * images[which, top, left + 1]
    below = (1 - u) * images[which, top + 1, left] + u * images[which, top + 1, left + 1]
    return (1 - v) * above + v * below


def softmax(z):
    """Give each row's probabilities."""
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def train(images, labels, epochs, rng):
    """Train by gradient descent with momentum, at a rate that falls along a cosine; give the layers."""
    sizes = (784, 512, 256, 10)
    layers = [
        [rng.standard_normal((m, n), np.float32) * np.float32(np.sqrt(2 / m)), np.zeros(n, np.float32)]
        for m, n in pairwise(sizes)
    ]
    velocity = [[np.zeros_like(values) for values in layer] for layer in layers]
    smooth, steps = smoothing(), epochs * (len(images) // BATCH)
    for step in range(steps):
        if step % (len(images) // BATCH) == 0:
            order = rng.permutation(len(images))
        rows = order[step * BATCH % (len(images) // BATCH * BATCH) :][:BATCH]
        activations = [distort(images[rows], rng, smooth).reshape(BATCH, -1)]
        for w, b in layers[:-1]:
            activations.append(np.maximum(activations[-1] @ w + b, 0))
        delta = (
            softmax(activations[-1] @ layers[-1][0] + layers[-1][1]) - np.eye(10, dtype=np.float32)[labels[rows]]
        ) / BATCH
        rate = RATE / 2 * (1 + np.cos(np.pi * step / steps))
        for index in reversed(range(len(layers))):
            gradients = activations[index].T @ delta, delta.sum(axis=0)
            if index:
                delta = (delta @ layers[index][0].T) * (activations[index] > 0)
            for values, speed, gradient in zip(layers[index], velocity[index], gradients, strict=True):
                speed[...] = MOMENTUM * speed + gradient
                values -= np.float32(rate) * speed
    return layers


def main() -> None:
    """Train, and judge on the validation images, or on the test set if there are none."""
    epochs, seed, aside = (*map(int, sys.argv[1:]), 0)[:3]
    data = glassnet.load_dataset("mnist", train_size=60_000 - aside, validation_size=aside, seed=seed)
    judged = data.validation if aside else data.test
    images = data.train.inputs.astype(np.float32) / 255
    start = time.perf_counter()
    layers = train(images, data.train.targets, epochs, np.random.default_rng(seed))
    seconds = time.perf_counter() - start
    values = judged.inputs.reshape(-1, 784).astype(np.float32) / 255
    for w, b in layers[:-1]:
        values = np.maximum(values @ w + b, 0)
    right = (values @ layers[-1][0] + layers[-1][1]).argmax(axis=1) == judged.targets
    print(json.dumps({"seconds": seconds, "accuracy": float(right.mean())}))


if __name__ == "__main__":
    main()
