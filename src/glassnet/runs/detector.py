"""The novelty detector of a run: made when first asked for, and kept beside the model."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np

from ..data.dataset import Dataset, Examples
from ..errors import FileError
from ..evaluation.novelty import NoveltyDetector
from ..model.model import Model
from .directory import read_run

NOVELTY = "novelty.safetensors"


def detector_of(run: Path, read: tuple[Dataset, Model] | None = None) -> NoveltyDetector | None:
    """Give a run's detector.

    Parameters
    ----------
    run : Path
        A run's directory, where it is kept; of a model file alone there is none.
    read : tuple of Dataset and Model, optional
        The run's, where they have been read already.

    Returns
    -------
    NoveltyDetector or None
        None where there is nothing to learn it from.

    Raises
    ------
    GlassnetError
        If it must be made, and the run's data cannot be read.
    """
    if not run.is_dir():
        return None
    with contextlib.suppress(FileError):
        return NoveltyDetector.load(run / NOVELTY)
    data, model = read or read_run(run)[1:]
    known, judged = known_and_judged(data)
    detector = NoveltyDetector.fit(model, known, judged)
    with contextlib.suppress(FileError):  # a run that cannot be written to can be asked all the same
        detector.save(run / NOVELTY)
    return detector


def known_and_judged(data: Dataset) -> tuple[Examples, Examples]:
    """Give what to learn from, and other examples for the threshold; without validation split a tenth is kept out."""
    if len(data.validation):
        return data.train, data.validation
    apart = np.arange(len(data.train)) % 10 == 9
    return data.train.select(np.flatnonzero(~apart)), data.train.select(np.flatnonzero(apart))
