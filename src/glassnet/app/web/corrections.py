"""Corrections: drawings that the network was told the right answer of, kept to be trained on, and saved with a run."""

from __future__ import annotations

import io
from collections import deque
from pathlib import Path

import numpy as np

from ...arrays import AnyArray, Bytes, Floats, Integers
from ...data.npy import read_npz
from ...errors import DataFileError, UsageError
from ...files import write_whole

FILE = "corrections.npz"  # of a saved run: images and labels
UNDOS = 20  # how often what was learned can be taken back: each keeps a copy of the parameters


class Corrections:
    """What was taught so far, and the parameters as they were before each of it.

    Parameters
    ----------
    images : ndarray of shape (corrections, 28, 28), optional
        uint8.
    labels : ndarray of shape (corrections,), optional
        Their right answers, 0 to 9.
    """

    def __init__(self, images: AnyArray | None = None, labels: AnyArray | None = None) -> None:
        self.images: list[Bytes] = [] if images is None else list(images)
        self.labels: list[int] = [] if labels is None else [int(label) for label in labels]
        self.before: deque[AnyArray] = deque(maxlen=UNDOS)

    def __len__(self) -> int:
        return len(self.labels)

    def arrays(self) -> tuple[Bytes, Integers]:
        """Give images and labels as arrays."""
        return np.stack(self.images), np.array(self.labels)

    def add(self, image: Bytes, label: int) -> Corrections:
        """Give these and one more; what can be taken back stays the same."""
        more = Corrections(np.stack([*self.images, image]), np.array([*self.labels, label]))
        more.before = self.before
        return more

    def take_back(self) -> Floats:
        """Forget the last one, and give the parameters as they were before it.

        Raises
        ------
        UsageError
            If nothing was taught since the network last changed otherwise.
        """
        if not self.before:
            raise UsageError("nothing to take back", remedy="Teach it something first")
        self.images.pop()
        self.labels.pop()
        parameters: Floats = self.before.pop()
        return parameters

    def settle(self) -> None:
        """Let training go on: what was taught is no longer the last thing that was learned."""
        self.before.clear()

    @classmethod
    def of_run(cls, directory: Path) -> Corrections:
        """Read those that a run was saved with; most have none.

        Raises
        ------
        DataFileError
            If the file is damaged, or holds something else.
        """
        path = directory / FILE
        if not path.exists():
            return cls()
        found = read_npz(path).read()
        images, labels = found.inputs, found.targets
        digits = labels is not None and labels.dtype.kind in "ui" and bool((labels < 10).all() and (labels >= 0).all())
        if images.shape[1:] != (28, 28) or images.dtype != np.uint8 or not digits:
            raise DataFileError("no corrections", expected="28 by 28 images and digits", where=path)
        return cls(images, labels)

    def save(self, directory: Path) -> None:
        """Write them beside a run's other files."""
        buffer = io.BytesIO()
        images, labels = self.arrays()
        np.savez_compressed(buffer, images=images, labels=labels.astype(np.uint8))
        write_whole(directory / FILE, buffer.getvalue())
