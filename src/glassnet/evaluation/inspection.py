"""What a model makes of the columns of a table: permutation importance, partial dependence, errors by category."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..arrays import AnyArray, Floats, Integers
from ..data.dataset import Examples
from ..data.preprocessing.encoders import ColumnEncoding
from ..data.preprocessing.table import TablePreprocessing
from ..errors import UsageError
from ..hardware import one_blas_thread
from ..model.model import Model, as_probabilities
from ..randomness import generator
from .metrics import cross_entropy, root_mean_squared_error
from .statistics import student_quantile

REPEATS = 10
MOST_COMPUTED = 4_000_000  # rows that importance is computed from, of all columns, repeats and networks together
DEPENDENCE_ROWS = 400
FEWEST_OF_A_CATEGORY = 20  # rows, by which its error is judged
CHANCE = 0.05  # that any category is called worse which is not


@dataclass(frozen=True)
class Importance:
    """How much worse a model's answers get when the values of one column are shuffled, so that they tell nothing.

    Attributes
    ----------
    columns : tuple of str
        Of the table, each with all of its inputs.
    loss : float
        Of the answers as they are: the cross-entropy in nats, or the RMSE in the target's unit.
    shuffled : ndarray of shape (columns, repeats)
        The same with the column shuffled, each time in another order.
    rows : int
        How many were judged.
    """

    columns: tuple[str, ...]
    loss: float
    shuffled: Floats
    rows: int

    @property
    def increase(self) -> Floats:
        """The mean increase of the loss, (columns,)."""
        increase: Floats = self.shuffled.mean(axis=1) - self.loss
        return increase

    @property
    def margin(self) -> Floats:
        """How far the increase by one shuffle lies from the mean, 19 times of 20, (columns,).

        ::

            h = q s √(1 + 1 / n)

        with the standard deviation s of n shuffles, and Student's quantile q for n − 1. If a column held random values,
        the loss as it is would be that of one more shuffle: an increase beyond h is rarely chance.
        """
        n = self.shuffled.shape[1]
        spread: Floats = student_quantile(n - 1) * self.shuffled.std(axis=1, ddof=1) * math.sqrt(1 + 1 / n)
        return spread

    @property
    def floor(self) -> float:
        """What a random column in the place of a usual one would reach: the median margin."""
        return float(np.median(self.margin))

    @property
    def strongest(self) -> Integers:
        """The columns' positions, the most important first."""
        return np.argsort(-self.increase, kind="stable")


def permutation_importance(parts: Sequence[tuple[Model, Examples]], repeats: int = REPEATS) -> Importance:
    """Shuffle one column after another, and tell how much worse the answers get.

    Parameters
    ----------
    parts : sequence of pairs of Model and Examples
        Models of one table's preprocessing, each with rows that it has not learned from. Of too many rows some are
        taken, evenly spread.
    repeats : int, optional
        How often each column is shuffled.

    Returns
    -------
    Importance

    Notes
    -----
    Source: L. Breiman, "Random forests" (2001), and A. Fisher, C. Rudin, F. Dominici, "All models are wrong, but many
    are useful" (2019).
    """
    model = parts[0][0]
    preprocessing = _of_table(model)
    computed = sum(len(examples) * len(one.networks) for one, examples in parts) * len(preprocessing.names) * repeats
    share = min(1.0, MOST_COMPUTED / computed)
    some = [(one, examples.spread(math.ceil(share * len(examples)))) for one, examples in parts]
    inputs = np.concatenate([_encoded(model, examples.inputs) for _, examples in some])
    targets = np.concatenate([examples.targets for _, examples in some])
    ends = np.cumsum([len(examples) for _, examples in some])[:-1]

    def loss() -> float:
        blocks = zip(some, np.split(inputs, ends), strict=True)
        answers = np.concatenate([_answers(one, block) for (one, _), block in blocks])
        if model.task == "classification":
            return cross_entropy(answers, targets)
        return root_mean_squared_error(answers.ravel(), targets.ravel())

    found, shuffled = loss(), np.empty((len(preprocessing.names), repeats))
    for column, place in enumerate(preprocessing.input_places):
        own = inputs[:, place].copy()
        for repeat in range(repeats):
            inputs[:, place] = own[generator(0, "shuffle", column, repeat).permutation(len(own))]
            shuffled[column, repeat] = loss()
        inputs[:, place] = own
    return Importance(preprocessing.names, found, shuffled, len(targets))


def partial_dependence(model: Model, rows: AnyArray, column: int, values: Floats) -> Floats:
    """Average the answers for rows in which one column has each of some values.

    Parameters
    ----------
    model : Model
        Of a table.
    rows : ndarray of shape (n, columns)
        Whose other columns stay as they are; of many some are taken, evenly spread.
    column : int
        Its position.
    values : ndarray of shape (values,)
        As the table has them: numbers, places of words, days since 1970, NaN for a gap.

    Returns
    -------
    ndarray of shape (values, classes) or (values, outputs)
        Probabilities, or numbers in the target's unit.

    Notes
    -----
    Source: J. H. Friedman, "Greedy function approximation: a gradient boosting machine" (2001), section 8.2.
    """
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, DEPENDENCE_ROWS).astype(np.intp))]
    place = _of_table(model).input_places[column]
    probes = np.repeat(rows[:1], len(values), axis=0)
    probes[:, column] = values
    inputs, answers = _encoded(model, rows), []
    for own in _encoded(model, probes)[:, place]:
        inputs[:, place] = own
        answers.append(_answers(model, inputs).mean(axis=0))
    return np.stack(answers)


class Category(NamedTuple):
    """Rows with something in common: in which column what, how many, their mean error, and that of all others."""

    column: str
    value: str
    rows: int
    error: float
    others: float


def worse_categories(preprocessing: TablePreprocessing, rows: AnyArray, errors: Floats) -> list[Category]:
    """Find words, quarters of numbers, and gaps whose rows have a clearly higher error; the largest difference first.

    By Welch's test each is less probable by chance than 0.05, divided by the number of categories looked at. `errors`,
    (n,), are of the answers for `rows`, (n, columns): 0 or 1, or the distance from the true number.
    """
    found, count, everywhere = [], 0, errors.sum()
    for column, name in enumerate(preprocessing.names):
        for value, own in _categories(preprocessing, column, rows[:, column]):
            n, m = int(own.sum()), int((~own).sum())
            if min(n, m) < FEWEST_OF_A_CATEGORY:
                continue
            count += 1
            error = float(errors[own].mean())
            others = float((everywhere - errors[own].sum()) / m)
            deviation = math.sqrt(errors[own].var(ddof=1) / n + errors[~own].var(ddof=1) / m)
            if error > others:
                z = (error - others) / deviation if deviation else math.inf
                found.append((0.5 * math.erfc(z / math.sqrt(2)), Category(name, value, n, error, others)))
    clear = [category for chance, category in found if chance * count < CHANCE]
    return sorted(clear, key=lambda one: one.others - one.error)


def write_value(preprocessing: TablePreprocessing, column: int, value: float) -> str:
    """Write a value as the table has it: a word, a number with its unit, a date, or that it is missing."""
    encoder = preprocessing.encoders[column] if isinstance(preprocessing, ColumnEncoding) else None
    if np.isnan(value):
        return "missing"
    if encoder is not None and encoder.words:
        return encoder.words[int(value)] if value >= 0 else "not known"
    if encoder is not None and encoder.kind == "dates":
        text = str(np.datetime64(round(value * 86_400), "s")).replace("T", " ")
        return text.removesuffix(" 00:00:00").removesuffix(":00")
    unit = preprocessing.units[column] if preprocessing.units else ""
    return f"{value:.6g} {unit}".strip().replace("-", "−")


def _of_table(model: Model) -> TablePreprocessing:
    if not isinstance(model.preprocessing, TablePreprocessing):
        raise UsageError("a model without columns", expected="one of a table", got=model.preprocessing.takes)
    return model.preprocessing


def _encoded(model: Model, rows: AnyArray) -> Floats:
    """Make inputs, (n, inputs), of rows of a table."""
    inputs = np.empty((len(rows), model.preprocessing.inputs), model.network.parameters.dtype)
    model.preprocessing.scale(rows, inputs)
    return inputs


def _answers(model: Model, inputs: Floats) -> Floats:
    """Give probabilities, (n, classes), or numbers in the target's unit, (n, outputs)."""
    with one_blas_thread():  # several wait for one another where all processors are busy
        outputs = model.forward(inputs)
    return as_probabilities(outputs) if model.target_scale is None else model.target_scale.restore(outputs)


def _categories(preprocessing: TablePreprocessing, column: int, values: AnyArray) -> Iterator[tuple[str, AnyArray]]:
    """Give each word of a column, each quarter of its numbers or dates, and its gaps, with the rows that have it."""
    gaps = np.isnan(values)
    words = preprocessing.words.get(preprocessing.names[column]) if isinstance(preprocessing, ColumnEncoding) else None
    if gaps.any():
        yield "missing", gaps
    if words:
        yield from ((word, values == place) for place, word in enumerate(words))
    elif len(known := np.unique(values[~gaps])) > 1:
        edges = np.unique(np.quantile(values[~gaps], (0, 0.25, 0.5, 0.75, 1), method="nearest"))
        for low, high in pairwise(edges):
            own = (values > low) & (values <= high) if low > known[0] else values <= high
            first, last = (write_value(preprocessing, column, end) for end in (values[own].min(), high))
            yield first if first == last else f"{first} to {last}", own
