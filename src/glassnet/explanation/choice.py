"""Which example to look at: one from which there is something to learn."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..data.examples import Examples
from ..errors import UsageError
from ..model.model import Model, as_probabilities

LARGE = 0.9  # of the errors of a regression, the share that is smaller than the one chosen


def typical_mistake(model: Model, examples: Examples) -> int:
    """Choose a mistake that is neither the slightest nor the grossest; a right answer has almost no error to follow.

    Parameters
    ----------
    model : Model
        Who answers.
    examples : Examples
        To choose from.

    Returns
    -------
    int
        Among the wrong answers, the position of the one whose wanted class has the median probability; without any, of
        the least sure answer. Among numbers, of one whose error is larger than nine tenths of the errors.

    Raises
    ------
    UsageError
        If there are no examples, or several numbers are predicted.
    """
    if not len(examples):
        raise UsageError("nothing to choose from", expected="at least one example", got="an empty split")
    if model.target_scale is not None:
        if model.network.architecture.sizes[-1] != 1:
            raise UsageError("several numbers at once cannot be taken apart", remedy="Train on one target")
        return _at_share(np.abs(model.predict(examples.inputs) - examples.targets), LARGE)
    probabilities = as_probabilities(model.outputs(examples.inputs))
    wanted = probabilities[np.arange(len(examples)), examples.targets]
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != examples.targets)
    return int(wrong[_at_share(wanted[wrong], 0.5)]) if len(wrong) else int(wanted.argmin())


def _at_share(values: Floats, share: float) -> int:
    """Give the position of the value that has this share of the others below it."""
    return int(np.argsort(values, kind="stable")[int(share * (len(values) - 1))])
