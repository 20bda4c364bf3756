"""A model as a safetensors file that PyTorch can read too.

Tensors are named and shaped as PyTorch's ``Sequential(Linear, ReLU, Linear)`` has them: ``0.weight`` of shape
(outputs, inputs), ``0.bias``, ``2.weight`` and so on; in an ensemble the network's number comes first, as in a
``ModuleList`` of such: ``1.0.weight``. The description beside them says architecture, preprocessing
and the meaning of the outputs. No times, no paths: the same model gives the same bytes. The format is 1, or 2 where
version 0.1 would compute something else.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing.preprocessing import PREPROCESSINGS, Preprocessing
from ..data.preprocessing.targets import TargetScale
from ..errors import GlassnetError, ModelFileError
from ..network.architecture import Architecture
from ..network.layer import Layer
from ..network.network import Network
from .decision import Decision
from .reference import Reference
from .tensor_file import FORMAT_VERSION, NEWER, REMEDY, read_tensors, write_tensors

DTYPES = {"float32": np.float32, "float64": np.float64}


def write_parts(path: str | os.PathLike[str], networks: Sequence[Network], description: Mapping[str, Any]) -> None:
    """Write networks, and what `describe` said of what is kept with them; whole or not at all.

    Raises
    ------
    FileError
        If the system refuses to write.
    """
    write_tensors(path, named_tensors(networks), description)


def read_parts(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what `write_parts` wrote, as the arguments of `Model`; nothing in the file is ever executed.

    Raises
    ------
    ModelFileError
        If the file is missing, cut short, altered by as much as a bit, or not a glassnet model.
    """
    tensors, description = read_tensors(path)
    found = {name: (array.shape, array.dtype) for name, array in tensors.items()}
    try:
        architecture, dtype, count = _read_architecture(description)
        shapes = _tensor_shapes(architecture, dtype, count, len(found))
        # Only what the file's own tensors bear out is allocated: a description can claim any size.
        networks = [Network.of(architecture, dtype) for _ in range(count)] if found == shapes else []
        parts = _read_description(description)
    except (KeyError, TypeError, ValueError, AttributeError, GlassnetError) as error:
        raise description_error(path, error) from error
    if not networks:
        where = next(iter(name for name in {**shapes, **found} if shapes.get(name) != found.get(name)))
        raise ModelFileError(
            "tensors of another architecture",
            expected=f"{where} {shapes.get(where, 'absent')}",
            got=found.get(where, "absent"),
            where=path,
            remedy=REMEDY,
        )
    if not all(np.isfinite(array).all() for array in tensors.values()):
        raise ModelFileError("parameters are not finite", where=path, remedy=REMEDY)
    for name, layer in _layer_names(networks):
        layer.weights[...] = tensors[f"{name}.weight"].T
        layer.biases[...] = tensors[f"{name}.bias"]
    return {"networks": networks, **parts}


def description_error(path: str | os.PathLike[str], error: Exception) -> ModelFileError:
    """Say that a file's parts do not make a model."""
    return ModelFileError("invalid model description", got=error, where=path, remedy=REMEDY)


def named_tensors(networks: Sequence[Network]) -> dict[str, AnyArray]:
    """Copy the parameters by PyTorch's names, of one network or of a ModuleList; weights are (outputs, inputs).

    Examples
    --------
    >>> {name: array.shape for name, array in named_tensors([Network([4, 3, 2])]).items()}
    {'0.weight': (3, 4), '0.bias': (3,), '2.weight': (2, 3), '2.bias': (2,)}
    """
    tensors = {}
    for name, layer in _layer_names(networks):
        # A transposed view would be written in the wrong order (safetensors 0.8).
        tensors[f"{name}.weight"] = np.ascontiguousarray(layer.weights.T)
        tensors[f"{name}.bias"] = layer.biases.copy()
    return tensors


def _layer_names(networks: Sequence[Network]) -> list[tuple[str, Layer]]:
    """Pair each layer with its index in a Sequential, where activations take the odd ones."""
    return [
        (f"{prefix}{2 * index}", layer)
        for prefix, network in zip(_prefixes(len(networks)), networks, strict=True)
        for index, layer in enumerate(network.layers)
    ]


def _prefixes(count: int) -> list[str]:
    return [""] if count == 1 else [f"{member}." for member in range(count)]


def describe(
    networks: Sequence[Network],
    preprocessing: Preprocessing,
    class_names: Sequence[str],
    target_scale: TargetScale | None,
    unit: str,
    decision: Decision | None = None,
    reference: Reference | None = None,
) -> dict[str, Any]:
    """Describe what is kept with networks, in plain values; arguments as in `Model`."""
    architecture = networks[0].architecture
    return {
        "format": NEWER if "gelu" in architecture.activations else FORMAT_VERSION,
        "architecture": {**architecture.describe(), "dtype": networks[0].parameters.dtype.name},
        "networks": len(networks),
        "preprocessing": preprocessing.describe(),
        "class_names": list(class_names),
        "target_scale": asdict(target_scale) if target_scale else None,
        "unit": unit,
        **({"decision": asdict(decision)} if decision else {}),
        **({"reference": asdict(reference)} if reference else {}),
    }


def _read_architecture(description: Mapping[str, Any]) -> tuple[Architecture, np.dtype[Any], int]:
    values, count = dict(description["architecture"]), description.get("networks", 1)
    dtype = np.dtype(DTYPES[values.pop("dtype")])
    values["sizes"] = tuple(values["sizes"])
    # Format 1 was written by version 0.1 too, whose gelu is what is called gelu_tanh now.
    former = {"gelu": "gelu_tanh"} if description["format"] == FORMAT_VERSION else {}
    values["activations"] = tuple(former.get(name, name) for name in values["activations"])
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"invalid number of networks {count}")
    return Architecture(**values), dtype, count


def _tensor_shapes(architecture: Architecture, dtype: np.dtype[Any], count: int, most: int) -> dict[str, Any]:
    """Say what `named_tensors` gives for such networks, without making one, up to a few more tensors than there are."""
    shapes: dict[str, Any] = {}
    for prefix in _prefixes(min(count, most + 1)):
        for index, (inputs, outputs) in enumerate(pairwise(architecture.sizes)):
            shapes[f"{prefix}{2 * index}.weight"] = ((outputs, inputs), dtype)
            shapes[f"{prefix}{2 * index}.bias"] = ((outputs,), dtype)
    return shapes


def _read_description(description: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is not a network, refusing a description that this version would misread."""
    preprocessing, names = description["preprocessing"], description["class_names"]
    scale, unit = description["target_scale"], description["unit"]
    if not all(isinstance(name, str) for name in [*names, unit]) or len(set(names)) != len(names):
        raise ValueError("class names and unit must be distinct strings")
    if len(names) == 1:
        raise ValueError(f"one class alone, {names[0]!r}: too few classes")
    target_scale = TargetScale(**scale) if scale else None
    if target_scale and not (math.isfinite(target_scale.mean) and 0 < target_scale.deviation < math.inf):
        raise ValueError(f"invalid target scale {scale}")
    kept = description.get("reference")
    reference = Reference(tuple(kept["mean_inputs"]), kept["count"], tuple(kept["errors"])) if kept else None
    parts = {"class_names": tuple(names), "target_scale": target_scale, "unit": unit, "reference": reference}
    decision = Decision(**description["decision"]) if "decision" in description else None
    return {"preprocessing": PREPROCESSINGS[preprocessing["kind"]].of(preprocessing), "decision": decision, **parts}
