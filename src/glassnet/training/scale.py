"""The scale of numeric targets in a training."""

from __future__ import annotations

from ..data.examples import Dataset
from ..data.targets import TargetScale
from ..network.network import Network


def target_scale(network: Network, data: Dataset) -> TargetScale | None:
    """Fit the scale of numeric targets, and refuse targets that the network's loss is not for.

    Parameters
    ----------
    network : Network
        Whose loss.
    data : Dataset
        Whose training targets.

    Returns
    -------
    TargetScale or None
        None for classes. Counts and probabilities stay as they are: their losses know no other unit.

    Raises
    ------
    DataError
        If there are no such probabilities or counts.
    """
    targets = data.train.targets
    if targets.ndim == 2 or data.task == "regression":
        network.loss.check(targets.reshape(len(targets), -1))
    if data.task == "classification":
        return None
    return TargetScale(0.0, 1.0) if network.loss.of_logits else TargetScale.fit(targets)
