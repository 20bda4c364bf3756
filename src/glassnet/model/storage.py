"""A model as a safetensors file that PyTorch can read too.

Tensors are named and shaped as PyTorch's ``Sequential(Linear, ReLU, Linear)`` has them: ``0.weight`` of shape (outputs,
inputs), ``0.bias``, ``2.weight`` and so on. One metadata key, ``glassnet``, holds JSON with sorted keys: the format's
version, architecture, preprocessing, meaning of the outputs, and a SHA-256 over all of that and every tensor, so that a
flipped bit anywhere is noticed. No times, no paths: the same model gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing import PixelScaling, TargetScale
from ..errors import GlassnetError, ModelFileError
from ..files import write_whole
from ..network.architecture import Architecture
from ..network.network import Network
from .model import Model

FORMAT_VERSION = 1
METADATA_KEY = "glassnet"
DTYPES = {"float32": np.float32, "float64": np.float64}
REMEDY = "Train again, or copy the file again"


def save_model(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model.

    Parameters
    ----------
    model : Model
        What to write.
    path : path-like
        Where; written whole or not at all.

    Raises
    ------
    FileError
        If the system refuses to write.
    """
    write_tensors(path, named_tensors(model.network), _describe(model))


def load_model(path: str | os.PathLike[str]) -> Model:
    """Read a model that `save_model` wrote.

    Parameters
    ----------
    path : path-like
        A file; nothing in it is ever executed.

    Returns
    -------
    Model

    Raises
    ------
    ModelFileError
        If the file is missing, cut short, altered by as much as a bit, or not a glassnet model.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> Model(Network([4, 2], seed=3), PixelScaling((2, 2)), ("no", "yes")).save(path)
    >>> load_model(path).class_names
    ('no', 'yes')
    """
    tensors, description = read_tensors(path)
    found = {name: (array.shape, array.dtype) for name, array in tensors.items()}
    try:
        architecture, dtype = _read_architecture(description)
        shapes = _tensor_shapes(architecture, dtype)
        # Only what the file's own tensors bear out is allocated: a description can claim any size.
        model = _rebuild(description, Network.of(architecture, dtype)) if found == shapes else None
    except (KeyError, TypeError, ValueError, AttributeError, GlassnetError) as error:
        raise ModelFileError("model description makes no sense", got=error, where=path, remedy=REMEDY) from error
    if model is None:
        where = next(iter(name for name in {**shapes, **found} if shapes.get(name) != found.get(name)))
        raise ModelFileError(
            "tensors of another architecture",
            expected=f"{where} {shapes.get(where, 'absent')}",
            got=found.get(where, "absent"),
            where=path,
            remedy=REMEDY,
        )
    for name, layer in _layer_names(model.network):
        layer.weights[...] = tensors[f"{name}.weight"].T
        layer.biases[...] = tensors[f"{name}.bias"]
    return model


def named_tensors(network: Network) -> dict[str, AnyArray]:
    """Name the parameters as PyTorch does, weights as (outputs, inputs) and contiguous."""
    tensors = {}
    for name, layer in _layer_names(network):
        # A transposed view would be written in the wrong order (safetensors 0.8).
        tensors[f"{name}.weight"] = np.ascontiguousarray(layer.weights.T)
        tensors[f"{name}.bias"] = layer.biases.copy()
    return tensors


def write_tensors(
    path: str | os.PathLike[str], tensors: Mapping[str, AnyArray], description: Mapping[str, Any]
) -> None:
    """Write tensors and a description under one digest."""
    from safetensors.numpy import save

    sealed = {**description, "sha256": _digest(tensors, description)}
    write_whole(path, save(dict(tensors), {METADATA_KEY: json.dumps(sealed, sort_keys=True)}))


def read_tensors(path: str | os.PathLike[str]) -> tuple[dict[str, AnyArray], dict[str, Any]]:
    """Read tensors and their description, and check the digest; errors as in `load_model`."""
    from safetensors import SafetensorError, safe_open

    try:
        with Path(path).open("rb"):
            pass  # the system's own words for a missing or forbidden file
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except OSError as error:
        got = error.strerror or str(error)
        raise ModelFileError("cannot read the file", got=got, where=path, remedy="Check the name") from error
    # AttributeError: number formats of 8 bits and fewer that NumPy has no name for.
    except (SafetensorError, ValueError, TypeError, KeyError, AttributeError, MemoryError) as error:
        raise ModelFileError("not a whole safetensors file", got=error, where=path, remedy=REMEDY) from error
    if METADATA_KEY not in metadata:
        remedy = "Files of other programs need to be converted"
        raise ModelFileError("no glassnet file", expected=f"metadata {METADATA_KEY!r}", where=path, remedy=remedy)
    try:
        description = json.loads(metadata[METADATA_KEY])
        # 2e-05 and 2E-05 are one bit apart and one number: only the spelling that was written is accepted.
        if json.dumps(description, sort_keys=True) != metadata[METADATA_KEY]:
            raise ValueError("not spelled as glassnet does")
        claimed = description.pop("sha256")
        version = description["format"]
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise ModelFileError("metadata makes no sense", got=repr(error), where=path, remedy=REMEDY) from error
    if version != FORMAT_VERSION:
        expected, remedy = f"version {FORMAT_VERSION}", "Update glassnet"
        raise ModelFileError("unknown format version", expected=expected, got=version, where=path, remedy=remedy)
    if (digest := _digest(tensors, description)) != claimed:
        raise ModelFileError("wrong SHA-256", expected=claimed, got=digest, where=path, remedy=REMEDY)
    return tensors, description


def _digest(tensors: Mapping[str, AnyArray], description: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(description, sort_keys=True).encode())
    for name in sorted(tensors):
        array = tensors[name]
        digest.update(f"\n{name} {array.dtype.name} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _layer_names(network: Network) -> list[tuple[str, Any]]:
    """Pair each layer with its index in a Sequential, where activations take the odd ones."""
    return [(str(2 * index), layer) for index, layer in enumerate(network.layers)]


def _describe(model: Model) -> dict[str, Any]:
    architecture = model.network.architecture
    return {
        "format": FORMAT_VERSION,
        "architecture": {**asdict(architecture), "dtype": model.network.parameters.dtype.name},
        "preprocessing": {"kind": "pixels", "input_shape": list(model.preprocessing.input_shape)},
        "class_names": list(model.class_names),
        "target_scale": asdict(model.target_scale) if model.target_scale else None,
        "unit": model.unit,
    }


def _read_architecture(description: Mapping[str, Any]) -> tuple[Architecture, np.dtype[Any]]:
    values = dict(description["architecture"])
    dtype = np.dtype(DTYPES[values.pop("dtype")])
    values["sizes"] = tuple(values["sizes"])
    values["activations"] = tuple(values["activations"])
    return Architecture(**values), dtype


def _tensor_shapes(architecture: Architecture, dtype: np.dtype[Any]) -> dict[str, Any]:
    """Say what `named_tensors` gives for such a network, without making one."""
    shapes: dict[str, Any] = {}
    for index, (inputs, outputs) in enumerate(pairwise(architecture.sizes)):
        shapes[f"{2 * index}.weight"] = ((outputs, inputs), dtype)
        shapes[f"{2 * index}.bias"] = ((outputs,), dtype)
    return shapes


def _rebuild(description: Mapping[str, Any], network: Network) -> Model:
    scale = description["target_scale"]
    return Model(
        network,
        PixelScaling(tuple(description["preprocessing"]["input_shape"])),
        tuple(description["class_names"]),
        TargetScale(**scale) if scale else None,
        description["unit"],
    )
