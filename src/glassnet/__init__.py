"""glassnet: a neural network you can see through, in NumPy and mathematics only.

Names are imported when they are first used, so that ``import glassnet`` loads NumPy and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .data.augmentation import Augmentation as Augmentation
    from .data.datasets import load_dataset as load_dataset
    from .data.examples import Dataset as Dataset
    from .data.examples import Examples as Examples
    from .data.features import FeatureScaling as FeatureScaling
    from .data.idx import read_idx as read_idx
    from .data.idx import write_idx as write_idx
    from .data.pixels import PixelScaling as PixelScaling
    from .data.targets import TargetScale as TargetScale
    from .data.targets import one_hot as one_hot
    from .errors import (
        DataError as DataError,
    )
    from .errors import (
        DivergenceError as DivergenceError,
    )
    from .errors import (
        FileError as FileError,
    )
    from .errors import (
        GlassnetError as GlassnetError,
    )
    from .errors import (
        ProcessError as ProcessError,
    )
    from .errors import (
        UsageError as UsageError,
    )
    from .evaluation.evaluate import evaluate as evaluate
    from .model.model import Model as Model
    from .model.storage import load_model as load_model
    from .network.gradient_check import check_gradient as check_gradient
    from .network.network import Network as Network
    from .network.penalty import Penalty as Penalty
    from .network.trace import Trace as Trace
    from .optimizers.adam import Adam as Adam
    from .optimizers.adam import AdamW as AdamW
    from .optimizers.averaging import (
        ExponentialAverage as ExponentialAverage,
    )
    from .optimizers.averaging import (
        TailAverage as TailAverage,
    )
    from .optimizers.rmsprop import RMSprop as RMSprop
    from .optimizers.schedules import (
        Constant as Constant,
    )
    from .optimizers.schedules import (
        Cosine as Cosine,
    )
    from .optimizers.schedules import (
        OneCycle as OneCycle,
    )
    from .optimizers.schedules import (
        StepDecay as StepDecay,
    )
    from .optimizers.schedules import (
        WarmUp as WarmUp,
    )
    from .optimizers.sgd import SGD as SGD
    from .training.progress import Epoch as Epoch
    from .training.progress import Step as Step
    from .training.regularization import Regularization as Regularization
    from .training.training import Training as Training

HOMES = {
    "data.augmentation": ("Augmentation",),
    "data.datasets": ("load_dataset",),
    "data.examples": ("Dataset", "Examples"),
    "data.features": ("FeatureScaling",),
    "data.idx": ("read_idx", "write_idx"),
    "data.pixels": ("PixelScaling",),
    "data.targets": ("TargetScale", "one_hot"),
    "errors": ("GlassnetError", "UsageError", "DataError", "DivergenceError", "ProcessError", "FileError"),
    "evaluation.evaluate": ("evaluate",),
    "model.model": ("Model",),
    "model.storage": ("load_model",),
    "network.gradient_check": ("check_gradient",),
    "network.network": ("Network",),
    "network.penalty": ("Penalty",),
    "network.trace": ("Trace",),
    "optimizers.adam": ("Adam", "AdamW"),
    "optimizers.averaging": ("ExponentialAverage", "TailAverage"),
    "optimizers.rmsprop": ("RMSprop",),
    "optimizers.schedules": ("Constant", "Cosine", "OneCycle", "StepDecay", "WarmUp"),
    "optimizers.sgd": ("SGD",),
    "training.progress": ("Epoch", "Step"),
    "training.regularization": ("Regularization",),
    "training.training": ("Training",),
}
_HOME_OF = {name: module for module, names in HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("glassnet")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
