"""Connected parts of a mask, by runs in rows that touch (A. Rosenfeld, J. L. Pfaltz, 1966)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...arrays import AnyArray


def connected(mask: AnyArray) -> AnyArray:
    """Label the connected parts of a mask from 1 up, corners touching; 0 where it is false."""
    labels = np.zeros(mask.shape, np.intp)
    parents = [0]
    above: list[tuple[int, int, int]] = []
    for row, line in enumerate(mask):
        present = []
        for start, stop in _runs(line):
            touching = [label for first, last, label in above if first <= stop and last >= start]
            label = touching[0] if touching else len(parents)
            if not touching:
                parents.append(label)
            for other in touching[1:]:
                parents[_root(parents, other)] = _root(parents, label)
            labels[row, start:stop] = label
            present.append((start, stop, label))
        above = present
    return np.array([_root(parents, label) for label in range(len(parents))])[labels]


def _runs(line: AnyArray) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each run of true values."""
    changes = np.flatnonzero(np.diff(line, prepend=False, append=False))
    yield from zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True)


def _root(parents: list[int], label: int) -> int:
    while parents[label] != label:
        label = parents[label]
    return label
