"""Saliency: which inputs an answer rests on."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Floats
from ..evaluation.input_gradients import logit_gradient
from ..network.network import Network

STEPS = 256  # of the path of integrated gradients
BLOCK = 1_000  # inputs looked at once


def gradient_times_input(network: Network, inputs: Floats, output: int) -> Floats:
    """Multiply each input by the gradient: what it would take from the logit to leave it out, to first order.

    ::

        R_i = x_i g_i

    Parameters, returned array and errors as in `logit_gradient`.

    Notes
    -----
    Source: A. Shrikumar, P. Greenside, A. Kundaje, "Learning important features through propagating activation
    differences" (2017), section 3.
    """
    return inputs * logit_gradient(network, inputs, output)


def integrated_gradients(
    network: Network, inputs: Floats, output: int, baseline: Floats | None = None, steps: int = STEPS
) -> Floats:
    """Average the gradient on the way from a baseline to the input; the shares add up to the change of the logit.

    ::

        R_i = (x_i − x'_i) Σ_n g_ni / N

    with x' the baseline, and g_n the gradient at the middle of part n of N of the way.

    Parameters
    ----------
    network : Network
        As in `logit_gradient`.
    inputs : ndarray of shape (1, inputs)
        One example, preprocessed.
    output : int
        Which one.
    baseline : ndarray of shape (1, inputs), optional
        x', where the way begins; all zero by default, which is a blank image.
    steps : int, optional
        N. The sum comes as near to the change as the middle of a part to its mean.

    Returns
    -------
    ndarray of shape (1, inputs)

    Notes
    -----
    Source: M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks" (2017), section 3.

    Examples
    --------
    >>> network = Network([3, 4, 2], "tanh", seed=0, dtype=np.float64)
    >>> x = np.array([[0.5, -1.0, 2.0]])
    >>> shares = integrated_gradients(network, x, 1)
    >>> logits = [network.trace(1) for _ in range(2)]
    >>> for trace, value in zip(logits, (x, 0 * x)):
    ...     _ = network.forward(value, trace)
    >>> bool(abs(shares.sum() - (logits[0].logits - logits[1].logits)[0, 1]) < 1e-5)
    True
    """
    start = np.zeros_like(inputs) if baseline is None else baseline
    shares = ((np.arange(steps) + 0.5) / steps).astype(inputs.dtype)
    total = np.zeros_like(inputs)
    for part in np.array_split(shares, max(1, steps // BLOCK)):
        total += logit_gradient(network, start + part[:, None] * (inputs - start), output).sum(axis=0)
    return (inputs - start) * total / steps


def occlusion(network: Network, image: AnyArray, output: int, side: int = 4) -> Floats:
    """Cover each place of an image with a black square, and see by how much the logit falls.

    Parameters
    ----------
    network : Network
        As in `logit_gradient`.
    image : ndarray of shape (height, width)
        Preprocessed.
    output : int
        Which one.
    side : int, optional
        Of the square, in pixels.

    Returns
    -------
    ndarray of shape (height, width)
        At each pixel the mean fall over all squares that cover it.

    Notes
    -----
    Source: M. D. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks" (2014), section 4.2.
    """
    height, width = image.shape
    corners = [(top, left) for top in range(1 - side, height) for left in range(1 - side, width)]
    covered = np.empty((len(corners) + 1, height, width), network.parameters.dtype)
    covered[:] = image
    squares = [(slice(max(top, 0), top + side), slice(max(left, 0), left + side)) for top, left in corners]
    for picture, square in zip(covered, squares, strict=False):
        picture[square] = 0
    trace = network.trace(len(covered))
    network.forward(covered.reshape(len(covered), -1), trace)
    falls = trace.logits[-1, output] - trace.logits[:-1, output]
    total, count = np.zeros(image.shape), np.zeros(image.shape)
    for fall, square in zip(falls, squares, strict=True):
        total[square] += fall
        count[square] += 1
    return total / count
