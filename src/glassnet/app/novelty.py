"""The novelty detector of a run: made when first asked for, and kept beside the model."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ..data.examples import Dataset
from ..errors import FileError
from ..evaluation.novelty import NoveltyDetector
from ..model.model import Model
from ..training.directory import read_run

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
    detector = NoveltyDetector.fit(model, data.train, data.validation if len(data.validation) else data.train)
    with contextlib.suppress(FileError):  # a run that cannot be written to can be asked all the same
        detector.save(run / NOVELTY)
    return detector
