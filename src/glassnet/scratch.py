"""The whole idea on one page: a neural network that learns MNIST, in plain NumPy.

    python -m glassnet.scratch --hidden 128 --epochs 5 --learning-rate 0.1

x is a batch of images, W and b are a layer's weights and biases, z its weighted sums, a[l] the activations of layer l
(a[0] is x, the last are the probabilities p), y one-hot targets, and delta says how much the loss grows with each z.
Everything else in this package is this page, made fast and general.
"""

import argparse
import gzip
from itertools import pairwise
from pathlib import Path

import numpy as np


def load(name, header):  # an MNIST file: a few bytes of header, then one byte a number
    packed = (Path(__file__).parent / "data" / "mnist" / f"{name}-ubyte.gz").read_bytes()
    return np.frombuffer(gzip.decompress(packed), np.uint8, offset=header)


def start(sizes, rng):  # random weights, of a size that keeps signals alive through ReLU (He et al. 2015); zero biases
    shapes = pairwise(sizes)
    return [(rng.normal(0, np.sqrt(2 / inputs), (inputs, units)), np.zeros(units)) for inputs, units in shapes]


def forward(layers, x):
    a = [x]
    for W, b in layers:
        z = a[-1] @ W + b  # each unit's weighted sum
        a.append(np.maximum(0, z))  # ReLU
    e = np.exp(z - z.max(axis=1, keepdims=True))  # the last layer has softmax in place of ReLU
    a[-1] = e / e.sum(axis=1, keepdims=True)
    return a


def backward(layers, a, y):
    delta = (a[-1] - y) / len(y)  # p - y: cross-entropy after softmax; the mean over the batch
    gradients = []
    for (W, _), before in zip(reversed(layers), reversed(a[:-1]), strict=True):
        gradients.append((before.T @ delta, delta.sum(axis=0)))  # dL/dW, dL/db
        delta = delta @ W.T * (before > 0)  # the chain rule, one layer back; the slope of ReLU is 1 or 0
    return gradients[::-1]


def update(layers, gradients, rate):  # a step downhill
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(layers, gradients, strict=True)]


def main():
    parser = argparse.ArgumentParser(description="Train a neural network on MNIST, in plain NumPy.")
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    images, labels = (
        load("train-images-idx3", 16).reshape(-1, 784),
        load("train-labels-idx1", 8),
    )  # 28x28 -> 784
    shuffled = rng.permutation(60_000)
    train, validation = shuffled[:50_000], shuffled[50_000:]
    layers = start([784, arguments.hidden, 10], rng)
    for epoch in range(1, arguments.epochs + 1):
        for batch in rng.permutation(train).reshape(-1, 50):
            x, y = images[batch] / 255, np.eye(10)[labels[batch]]  # pixels in 0..1, one-hot labels
            layers = update(layers, backward(layers, forward(layers, x), y), arguments.learning_rate)
        p = forward(layers, images[validation] / 255)[-1]
        accuracy = np.mean(p.argmax(axis=1) == labels[validation])
        print(f"epoch {epoch}: validation accuracy {accuracy:.2%}")


if __name__ == "__main__":
    main()
