"""A training subset and a separate validation set, carved by a seeded shuffle."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyArray, Integers, blocks
from ..errors import UsageError
from ..randomness import generator
from ..settings import plain
from .groups import RowGroups

DEFAULT_VALIDATION_SIZE = 10_000
TRAIN, VALIDATION, TEST = range(3)  # what a choice of rows is for
BLOCK = 100_000  # rows whose classes are looked at together


def split_sizes(rows: int, train_size: int | None, validation_size: int | None) -> tuple[int, int]:
    """Settle how many of the rows are trained on and validated on.

    By default a sixth of the rows, 10,000 at most, validates, and the rest trains.

    Raises
    ------
    UsageError
        If nothing is left to train on, or more is asked for than there is.

    Examples
    --------
    >>> split_sizes(60_000, None, None)
    (50000, 10000)
    """
    check_whole(train_size, validation_size)
    if validation_size is None:
        validation_size = min(DEFAULT_VALIDATION_SIZE, rows // 6)
    if train_size is None:
        train_size = rows - validation_size
    if validation_size < 0:
        raise UsageError("invalid validation size", expected="0 or more", got=validation_size)
    if train_size < 1:
        got = f"validation size {validation_size:,} of {rows:,} rows, train size {train_size:,}"
        raise UsageError("nothing is left to train on", expected="a train size of at least 1", got=got)
    if train_size + validation_size > rows:
        got, remedy = f"{train_size:,} + {validation_size:,}", "Set a smaller --validation-size, or 0"
        expected = f"at most {rows:,} together"
        raise UsageError("train and validation size exceed the data", expected=expected, got=got, remedy=remedy)
    return train_size, validation_size


def check_whole(*sizes: object) -> None:
    """Refuse sizes that are not whole numbers; None is not given."""
    for size in map(plain, sizes):
        if size is not None and (isinstance(size, bool) or not isinstance(size, int)):
            raise UsageError("invalid size", expected="a whole number", got=size)


def check_size(what: str, size: object, rows: int) -> None:
    """Refuse a part of the rows that is not a whole number of them, or all."""
    size = plain(size)
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < rows:
        raise UsageError(f"invalid {what}", expected=f"0 or more, and less than the {rows:,} rows", got=size)


def stratified_split(
    labels: Integers, train_size: int, validation_size: int, seed: int, groups: RowGroups | None = None
) -> tuple[Integers, Integers]:
    """Choose disjoint training and validation rows in which every class has its share, by labels of all rows, (rows,).

    Rows are shuffled and then dealt so that each class is spread evenly over the deck; the validation set is the
    head of the deck and the training set follows it. A class with the share p of all rows, one of C classes, has
    p times the rows of the validation set to within

    ::

        (1 + p (C − 2)) / 2

    which is less than one for classes of equal size, and p times the rows of the training set to within twice that.
    Whole groups are dealt instead where there are some; of times the latest validate.

    Returns
    -------
    train, validation : ndarray of int
        Row indices, each sorted, so that reading them walks forward through the file.

    Examples
    --------
    >>> train, validation = stratified_split(np.array([0, 0, 0, 0, 1, 1]), 3, 3, seed=0)
    >>> sorted([*train, *validation]) == list(range(6)) and int((validation >= 4).sum())
    1
    """
    if groups is not None:
        part = groups.deal(labels, (len(labels) - train_size - validation_size, train_size, validation_size), seed)
        return np.flatnonzero(part == 1), np.flatnonzero(part == 2)
    shuffled = generator(seed, "split").permutation(len(labels))
    position = np.empty(len(labels))
    for label in np.unique(labels):
        of_class = shuffled[labels[shuffled] == label]
        position[of_class] = (np.arange(len(of_class)) + 0.5) / len(of_class)
    deck = shuffled[np.argsort(position[shuffled], kind="stable")]
    train = deck[validation_size : validation_size + train_size]
    return np.sort(train), np.sort(deck[:validation_size])


def stratified_folds(labels: Integers, count: int, seed: int, groups: RowGroups | None = None) -> Integers:
    """Give each row one of several folds, in which every class has its share, by labels of all rows, (rows,)."""
    if groups is not None:
        return groups.deal(labels, [1] * count, seed)
    order, folds = generator(seed, "split").permutation(len(labels)), np.zeros(len(labels), np.intp)
    folds[order[np.argsort(labels[order], kind="stable")]] = np.arange(len(labels)) % count
    return folds


def choose_rows(labels: AnyArray | None, rows: int, count: int, address: tuple[int, int], taken: Integers) -> Integers:
    """Choose some of many rows, in which every class has its share to within one row, holding only those chosen.

    As if the rows that are not taken were sorted by their classes, of each class a random choice is made by their
    places; `stratified_split` would need dozens of bytes for each row.

    Parameters
    ----------
    labels : ndarray of shape (rows,), integers from 0, or None
        The class of each row; None where there are no classes.
    rows, count : int
        How many there are, and how many are wanted.
    address : tuple of two ints
        The seed of the choice, and the part that it is for.
    taken : ndarray of int
        Rows that are not there to be chosen, ascending.

    Returns
    -------
    chosen : ndarray of int
        Ascending.

    Examples
    --------
    >>> labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 0], np.uint8)
    >>> chosen = choose_rows(labels, 10, 5, (0, TEST), taken=np.array([9]))
    >>> np.bincount(labels[chosen]), 9 in chosen
    (array([3, 2]), False)
    """
    if not count:
        return np.empty(0, np.int64)
    free = _counts(labels, rows)
    free -= np.bincount(np.zeros(len(taken), np.intp) if labels is None else labels[taken], minlength=len(free))
    exact = count * free / max(free.sum(), 1)
    wanted = np.floor(exact).astype(np.int64)
    wanted[np.argsort(wanted - exact, kind="stable")[: count - wanted.sum()]] += 1
    rng, firsts = generator(address[0], "split", address[1]), np.cumsum(free) - free
    places = np.concatenate(
        [
            first + np.sort(rng.choice(own, some, replace=False, shuffle=False))
            for first, own, some in zip(firsts.tolist(), free.tolist(), wanted.tolist(), strict=True)
        ]
    )
    found, seen = [], firsts  # the place of each class's next row
    for part in blocks(rows, BLOCK):
        here = taken[slice(*np.searchsorted(taken, [part.start, part.stop]))]
        left = np.delete(np.arange(part.start, part.stop), here - part.start)
        own = np.zeros(len(left), np.intp) if labels is None else labels[left].astype(np.intp)
        order, counts = np.argsort(own, kind="stable"), np.bincount(own, minlength=len(free))
        inside = np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)
        reached = np.repeat(seen, counts) + inside
        at = np.minimum(np.searchsorted(places, reached), count - 1)
        found.append(np.sort(left[order[places[at] == reached]]))
        seen = seen + counts
    return np.concatenate(found)


def _counts(labels: AnyArray | None, rows: int) -> Integers:
    """Count the rows of each class, part by part."""
    if labels is None:
        return np.array([rows])
    classes = max(int(labels[part].max()) for part in blocks(rows, BLOCK)) + 1
    counts = np.zeros(classes, np.int64)
    for part in blocks(rows, BLOCK):
        counts += np.bincount(labels[part], minlength=classes)
    return counts


def check_own_part(part: str, size: int | None, own: int) -> None:
    """Refuse a size of the test set, or another part, where the data has one of its own, of another size."""
    if size not in (None, own):
        remedy = f"Leave the {part} size out"
        raise UsageError(f"the data has a {part} set of its own", expected=own, got=size, remedy=remedy)
