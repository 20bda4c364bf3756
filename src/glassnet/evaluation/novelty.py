"""Novelty: inputs unlike all that a model was trained on, for which none of its answers can be right.

A classifier must name a class, and is often surest of what is none: a blank page, noise, a letter.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ..arrays import AnyArray, Bytes, Floats, blocks
from ..data.catalogue import DIGITS
from ..data.dataset import Examples
from ..errors import ModelFileError, UsageError
from ..hardware import one_blas_thread
from ..model.model import BLOCK, Model
from ..model.tensor_file import FORMAT_VERSION, read_tensors, write_tensors
from ..randomness import generator
from ..registry import check_kind
from .letters import draw_letters, stroke_distances

MOST = 20_000  # examples that are learned from; all 50,000 of MNIST do no better
REFUSED = 0.02  # of what is like the examples, by the first test
AS_LETTERS = 0.5  # of that share, refused in addition by the second
SHARE = 0.75  # of a class's variance that is called usual; 0.6 refuses fewer letters, from 0.7 to 0.85 it is all one
SIZE = 10.0  # how much size counts beside direction: at 3 a blank page passes, at 30 faded digits are refused
FAR = 1e15  # squares of larger differences would be no number in float32
LETTERS = 40  # of each letter, to be told from digits
RIDGE = 1e-4  # of the squares of weights, beside the squared errors of what is scaled to a deviation of 1
KIND = "novelty detector"
TENSORS = ("means", "directions", "relief", "counts", "sizes", "strangeness")


@dataclass(frozen=True)
class NoveltyDetector:
    """Learn how the examples of each class usually vary, and refuse what varies in another way.

    A class is a mean m and the directions U in which most of its variance lies, λ along each and ρ along any other. An
    input x is compared with it along them, z, across them, and by its size s:

    ::

        z_k = Σ_i (x_i − m_i) U_ik
        s = √(Σ_i x_i² + 1)
        d² = Σ_i (x_i − m_i)² − Σ_k (1 − ρ / λ_k) z_k² + 10 (ln(s) − m_s)²

    with m_s the mean of ln(s) in the class. The score is the least d² of all classes. A model that predicts a number
    has one class, of all examples.

    Of digits there is a second test: with the same z of all classes, a quadratic function that was fitted to be low for
    digits and high for letters (C. R. Rao's quadratic discrimination, by least squares),

    ::

        q = Σ_k (a_k z_k + b_k z_k²) + Σ_j g_j ln(d_j² + 1) + h

    refuses what it is above 0 for.

    Parameters
    ----------
    means : ndarray of shape (classes, inputs)
        m.
    directions : ndarray of shape (directions, inputs)
        U of all classes, one after another.
    relief : ndarray of shape (directions,)
        1 − ρ / λ for each.
    counts : ndarray of shape (classes,), int64
        How many directions a class has.
    sizes : ndarray of shape (classes,)
        m_s.
    strangeness : ndarray of shape (2 directions + classes + 1,)
        a, b, g and h; 0 but for h = −1 where letters are not told from digits.
    threshold : float
        The largest score that is not refused.

    Notes
    -----
    Source: M. E. Tipping, C. M. Bishop, "Probabilistic principal component analysis" (1999), section 3, whose distance
    this is with one ρ for all classes, times ρ; the size is ours, for without it a blank page is not far from a 1.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.load_dataset("mnist")
    >>> model = Model(glassnet.Network([784, 32, 10], seed=0), data.preprocessing, data.class_names)
    >>> detector = NoveltyDetector.fit(model, data.train.select(slice(3000)), data.validation.select(slice(500)))
    >>> blank, seven = np.zeros((28, 28), np.uint8), data.test.inputs[0]
    >>> detector.refuses(model, np.stack([blank, seven, 255 - seven]))
    array([ True, False,  True])
    """

    means: Floats
    directions: Floats
    relief: Floats
    counts: AnyArray
    sizes: Floats
    strangeness: Floats
    threshold: float

    @classmethod
    def fit(cls, model: Model, known: Examples, judged: Examples, *, refused: float = REFUSED) -> NoveltyDetector:
        """Learn from examples, and set the threshold so that few of some others are refused.

        Parameters
        ----------
        model : Model
            Its preprocessing is what matters.
        known : Examples
            To learn from: those it was trained on. Of more than 20,000 as many are taken, evenly.
        judged : Examples
            That it was not trained on, for the threshold: the validation split.
        refused : float, optional
            The share of them to refuse by the first test, and of all inputs like them about as many. The second
            refuses half as many more.

        Returns
        -------
        NoveltyDetector

        Raises
        ------
        UsageError
            If the share is none, or there are no examples.
        DataError
            If the examples do not fit the model.
        """
        check_kind("a model", model, Model, "glassnet.Model(network, preprocessing, class_names)")
        if not 0 <= refused < 1:
            raise UsageError("invalid fraction to refuse", expected="0 or more, below 1", got=refused)
        if not len(known) or not len(judged):
            raise UsageError("no examples to learn novelty from", expected="known and judged ones")
        with one_blas_thread():  # so that no byte of it depends on the machine
            some = known.select(np.linspace(0, len(known) - 1, min(len(known), MOST)).astype(np.intp))
            inputs = model.preprocessing.apply(some.inputs).astype(np.float64)
            detector = learn_classes([inputs[rows] for rows in _classes(model, some)])
            if model.class_names == DIGITS and model.preprocessing.input_shape == (28, 28):
                detector = detector._apart_from_letters(model, inputs, judged, AS_LETTERS * refused)
            threshold = float(np.quantile(detector.score(model, judged.inputs), 1 - refused, method="higher"))
            return replace(detector, threshold=threshold)

    def _apart_from_letters(self, model: Model, known: Floats, judged: Examples, refused: float) -> NoveltyDetector:
        """Fit the second test, which refuses such a share."""
        letters = model.preprocessing.apply(_letters()).astype(np.float64)
        features = np.concatenate([self.features(known), self.features(letters)])
        scale = features.std(axis=0)
        scale[scale < 1e-9] = 1
        features /= scale
        wanted = np.repeat([-1.0, 1.0], [len(known), len(letters)])
        counts = np.repeat([1 / len(known), 1 / len(letters)], [len(known), len(letters)])
        squares = (features * counts[:, None]).T @ features + RIDGE * np.eye(len(scale))
        weights = np.linalg.solve(squares, features.T @ (counts * wanted)) / scale
        fitted = replace(self, strangeness=weights)
        weights[-1] -= float(np.quantile(fitted._strangeness(model, judged.inputs), 1 - refused, method="higher"))
        return replace(self, strangeness=weights)

    def features(self, inputs: Floats) -> Floats:
        """Give z of all classes, their squares, ln(d² + 1), and 1."""
        distances, along = self.distances(inputs)
        return np.concatenate(
            [along, along**2, np.log(np.maximum(distances, 0) + 1), np.ones((len(inputs), 1))], axis=1
        )

    def _strangeness(self, model: Model, images: AnyArray) -> Floats:
        """Give q of each input."""
        rows = model.preprocessing.flatten(images)
        parts = [self.features(model.preprocessing.apply(rows[block])) for block in blocks(len(rows), BLOCK)]
        found: Floats = np.concatenate([np.empty(0), *(part @ self.strangeness for part in parts)])
        return found

    def score(self, model: Model, images: AnyArray) -> Floats:
        """Tell how unlike every class each input is.

        Parameters
        ----------
        model : Model
            That the detector was fitted to.
        images : ndarray of shape (n, 28, 28) or (n, 784), or (n, features)
            As `Model.predict` takes them.

        Returns
        -------
        ndarray of shape (n,)
            d² of the nearest class, in squared units of the network's inputs.

        Raises
        ------
        UsageError
            If the detector was fitted to a model of other inputs.
        DataError
            If the images have another shape, type or range.
        """
        inputs = model.preprocessing.inputs
        if inputs != self.means.shape[1]:
            remedy = "Fit a detector to this model"
            raise UsageError(
                "novelty detector of another model", expected=self.means.shape[1], got=inputs, remedy=remedy
            )
        rows = model.preprocessing.flatten(images)
        distances = [self.distances(model.preprocessing.apply(rows[block]))[0] for block in blocks(len(rows), BLOCK)]
        scores: Floats = np.concatenate([np.empty((0, len(self.means))), *distances]).min(axis=1)
        return scores

    def refuses(self, model: Model, images: AnyArray) -> AnyArray:
        """Tell which inputs are too unlike every class; arguments and errors as in `score`.

        Returns
        -------
        ndarray of shape (n,), bool
        """
        far: AnyArray = self.score(model, images) > self.threshold
        return far | (self._strangeness(model, images) > 0) if self.strangeness[:-1].any() else far

    def distances(self, inputs: Floats) -> tuple[Floats, Floats]:
        """Give each input's distance to each class, (n, classes), and its z along all directions; float64."""
        distances = np.empty((len(inputs), len(self.means)))
        along = np.empty((len(inputs), len(self.directions)))
        size = _log_size(inputs)
        starts = np.concatenate([[0], np.cumsum(self.counts)])
        for k, mean in enumerate(self.means):
            own = slice(starts[k], starts[k + 1])
            difference = np.clip(inputs - mean, -FAR, FAR)
            squares = np.einsum("ij,ij->i", difference, difference)
            along[:, own] = difference @ self.directions[own].T
            distances[:, k] = squares - along[:, own] ** 2 @ self.relief[own] + SIZE * (size - self.sizes[k]) ** 2
        return distances, along

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, whole or not at all.

        Raises
        ------
        FileError
            If the system refuses to write.
        """
        tensors = {name: np.ascontiguousarray(getattr(self, name)) for name in TENSORS}
        write_tensors(path, tensors, {"format": FORMAT_VERSION, "kind": KIND, "threshold": self.threshold})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> NoveltyDetector:
        """Read it from a file; nothing in the file is executed.

        Raises
        ------
        FileError
            If the file cannot be read, is damaged, or holds something else.
        """
        tensors, description = read_tensors(path)
        if description.get("kind") != KIND or set(tensors) != set(TENSORS):
            raise ModelFileError(f"not a {KIND}", got=", ".join(tensors), where=path)
        return cls(**tensors, threshold=float(description["threshold"]))


def _classes(model: Model, examples: Examples) -> list[AnyArray]:
    """Say which rows are of each class that has any."""
    if model.task == "regression":
        return [np.arange(len(examples))]
    targets = examples.targets
    labels = targets if targets.ndim == 1 else targets.argmax(axis=1)
    return [np.flatnonzero(labels == k) for k in np.unique(labels)]


@cache
def _letters() -> Bytes:
    """Draw the letters that each detector learns from: always the same, a second's work."""
    return draw_letters(LETTERS, generator(0, "corruption"))


def learn_classes(classes: Sequence[Floats]) -> NoveltyDetector:
    """Learn the shape of each class, of the inputs (n, features) of its examples."""
    found = [principal_directions(inputs) for inputs in classes]
    rest = float(np.mean([remaining for _, _, remaining in found])) or 1e-6
    count = sum(len(variances) for _, variances, _ in found)
    return NoveltyDetector(
        np.array([inputs.mean(axis=0) for inputs in classes], np.float32),
        np.concatenate([directions for directions, _, _ in found]).astype(np.float32),
        np.concatenate([1 - np.minimum(rest / variances, 1) for _, variances, _ in found]).astype(np.float32),
        np.array([len(variances) for _, variances, _ in found]),
        np.array([_log_size(inputs).mean() for inputs in classes], np.float32),
        strangeness=np.append(np.zeros(2 * count + len(classes)), -1.0),
        threshold=np.inf,
    )


def principal_directions(inputs: Floats) -> tuple[Floats, Floats, float]:
    """Find the directions of the largest variance, the variance along each, and the mean of that along any other."""
    centered = inputs - inputs.mean(axis=0)
    count, width = inputs.shape
    wide = count < width  # the smaller of the two products has all variances that are not zero
    variances, vectors = np.linalg.eigh((centered @ centered.T if wide else centered.T @ centered) / count)
    variances, vectors = np.maximum(variances[::-1], 0), vectors.T[::-1]
    usual = int(np.searchsorted(np.cumsum(variances), SHARE * variances.sum())) + 1
    usual = min(usual, np.count_nonzero(variances > 1e-12 * variances.sum()), width - 1)
    directions = vectors[:usual]
    if wide:
        directions = directions @ centered / np.sqrt(variances[:usual, None] * count)
    return directions, variances[:usual], float(variances[usual:].sum() / (width - usual))


def _log_size(inputs: Floats) -> Floats:
    # In float32, the square of 1e20 would be infinite.
    size: Floats = np.log(np.sum(np.square(inputs, dtype=np.float64), axis=1) + 1) / 2
    return size


Estrange = Callable[[Bytes, np.random.Generator], Bytes]

SPECKS = 0.15  # of all pixels, about as much ink as a digit has
CORNERS = (8, 20)  # that a scribble has, from and below


def blank(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Empty pages."""
    return np.zeros_like(images)


def noise(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Every gray as likely, pixel by pixel."""
    return rng.integers(0, 256, images.shape, np.uint8)


def specks(images: Bytes, rng: np.random.Generator) -> Bytes:
    """White dots, here and there."""
    return (rng.random(images.shape) < SPECKS).astype(np.uint8) * np.uint8(255)


def shuffled(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Pixels in another order."""
    return rng.permuted(images.reshape(len(images), images[:1].size or 1), axis=1).reshape(images.shape)


def inverted(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Dark on light."""
    return 255 - images


def two_at_once(images: Bytes, rng: np.random.Generator) -> Bytes:
    """One image over the one before it."""
    return np.maximum(images, np.roll(images, 1, axis=0))


def scribbles(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Straight strokes from corner to corner, as wide as a pen and as large as a digit."""
    drawn = images.copy()
    for k in range(len(drawn)):
        drawn[k] = _scribble(images.shape[1:], rng)
    return drawn


UNFAMILIAR: dict[str, Estrange] = {
    "blank": blank,
    "noise": noise,
    "specks": specks,
    "shuffled": shuffled,
    "inverted": inverted,
    "two at once": two_at_once,
    "scribbles": scribbles,
}


def make_unfamiliar(name: str, images: Bytes, seed: int = 0) -> Bytes:
    """Make as many unfamiliar images as there are images, out of them or of their size.

    Parameters
    ----------
    name : str
        One of `UNFAMILIAR`.
    images : ndarray of shape (n, height, width), uint8
        What the model knows.
    seed : int, optional
        Of what is random.

    Returns
    -------
    ndarray of the same shape, uint8

    Examples
    --------
    >>> make_unfamiliar("inverted", np.array([[[0, 55]]], np.uint8))
    array([[[255, 200]]], dtype=uint8)
    """
    return UNFAMILIAR[name](images, generator(seed, "corruption"))


def _scribble(shape: tuple[int, ...], rng: np.random.Generator) -> Bytes:
    sides = np.array(shape)
    corners = rng.uniform(sides / 7, sides * 6 / 7, (rng.integers(*CORNERS), 2))
    places = np.moveaxis(np.indices(shape, float), 0, -1).reshape(-1, 1, 2)
    gray = 1.7 - stroke_distances(places, corners[:-1], corners[1:]).min(axis=1)
    ink: Bytes = (255 * np.clip(gray, 0, 1)).astype(np.uint8).reshape(shape)
    return ink
