"""Networks of PyTorch's: the ``state_dict`` of a ``Sequential`` of Linear layers, as safetensors.

The file of a glassnet model is one already: ``safetensors.torch.load_file("model.safetensors")`` gives the state_dict
of ``Sequential(Linear, ReLU, Linear)``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from ..arrays import AnyArray
from ..errors import ModelFileError, UsageError
from ..files import write_whole
from ..model.storage import named_tensors
from ..model.tensor_file import REMEDY, read_safetensors
from ..network.activations import Activation
from ..network.architecture import Architecture
from ..network.losses import Loss
from ..network.network import Network

MOST_DIGITS = 9  # of a number in a layer's name
MOST_CHAINS = 1_000  # of layers by shape that are followed
NAME = re.compile(r"(?P<layer>.*?)\.?(?P<kind>weight|bias)")


def load_network(
    path: str | os.PathLike[str],
    activation: str | Activation | Sequence[str | Activation] = "relu",
    *,
    loss: str | Loss = "cross_entropy",
    output: str | Activation | None = None,
) -> Network:
    """Read the state_dict of Linear layers as a network.

    Parameters
    ----------
    path : path-like
        Written by ``safetensors.torch.save_file(model.state_dict(), path)``. Layers follow one another by the numbers
        in their names, whatever stands between them (``0.weight``, ``3.weight``, or ``net.fc1.weight``), or, with other
        names, by their shapes. A missing bias is zero.
    activation, loss, output : optional
        As in `Network`: a state_dict does not say them.

    Returns
    -------
    Network
        In the tensors' precision; half precision becomes float32.

    Raises
    ------
    ModelFileError
        If it is a pickle, which could run anything, is damaged, or is not such a state_dict.
    UsageError
        If a name is not known.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "net.safetensors"
    >>> save_network(Network([4, 3, 2], "tanh", seed=0), path)
    >>> load_network(path, "tanh")
    <Network 4-3-2 (tanh, softmax), 23 parameters, float32>
    """
    tensors, _ = read_safetensors(path)
    layers = _pair(tensors, path)
    if not all(np.isfinite(array).all() for array in tensors.values()):
        raise ModelFileError("parameters are not finite", where=path, remedy=REMEDY)
    sizes = _sizes([weights for weights, _ in layers], path)
    dtype = np.float64 if all(weights.dtype == np.float64 for weights, _ in layers) else np.float32
    network = Network.of(Architecture.of(sizes, activation, loss, output), dtype)
    for layer, (weights, biases) in zip(network.layers, layers, strict=True):
        layer.weights[...] = weights.T
        layer.biases[...] = biases
    return network


def save_network(network: Network, path: str | os.PathLike[str]) -> None:
    """Write a network's parameters as the state_dict of ``Sequential(Linear, activation, Linear, ...)``.

    Parameters
    ----------
    network : Network
        Whose parameters.
    path : path-like
        Where; written whole or not at all.

    Raises
    ------
    UsageError
        If torch.nn has no module of a hidden activation.
    FileError
        If the system refuses to write.
    """
    if unknown := [activation for activation in network.activations[:-1] if not activation.torch]:
        remedy = "Give its class `torch`, the name of the module that computes the same, or export as onnx"
        raise UsageError(f"activation {unknown[0]} has no counterpart in torch.nn", remedy=remedy)
    from safetensors.numpy import save

    write_whole(path, save(named_tensors([network])))


def _pair(tensors: Mapping[str, AnyArray], path: str | os.PathLike[str]) -> list[tuple[AnyArray, AnyArray]]:
    """Give weights and biases of each layer, in order."""
    parts: dict[str, dict[str, AnyArray]] = {}
    for name, array in tensors.items():
        match = NAME.fullmatch(name)
        if not array.size or re.search(rf"\d{{{MOST_DIGITS + 1}}}", name):
            expected = f"layers that are not empty, with numbers of at most {MOST_DIGITS} digits in their names"
            got = f"{name[:40]} of shape {array.shape}"
            raise ModelFileError("not a state_dict of Linear layers", expected=expected, got=got, where=path)
        if not match or array.ndim != (2 if match["kind"] == "weight" else 1) or array.dtype.kind != "f":
            expected = "Linear layers alone: NAME.weight of two dimensions and NAME.bias of one"
            raise ModelFileError(
                "not a state_dict of Linear layers", expected=expected, got=f"{name} of shape {array.shape}", where=path
            )
        parts.setdefault(match["layer"], {})[match["kind"]] = array
    if not parts:
        raise ModelFileError("no layers", expected="tensors such as 0.weight", where=path)
    layers = {name: _layer(name, part, path) for name, part in parts.items()}
    return [layers[name] for name in _order(layers, path)]


def _layer(name: str, part: Mapping[str, AnyArray], path: str | os.PathLike[str]) -> tuple[AnyArray, AnyArray]:
    if "weight" not in part:
        raise ModelFileError("a bias without weights", got=f"{name}.bias", where=path)
    weights = part["weight"]
    biases = part.get("bias", np.zeros(len(weights), weights.dtype))
    if len(biases) != len(weights):
        expected = f"{len(weights)} numbers"
        raise ModelFileError("a bias that does not fit", expected=expected, got=len(biases), where=path)
    return weights, biases


def _order(layers: Mapping[str, tuple[AnyArray, AnyArray]], path: str | os.PathLike[str]) -> list[str]:
    """Give the names of layers in the order in which they follow one another: by number, else by shape."""
    if len({re.sub(r"\d+", "", name) for name in layers}) == 1:
        return sorted(layers, key=_number_by_number)
    chains = [[name] for name in layers]
    for _ in range(len(layers) - 1):
        chains = [
            [*chain, name]
            for chain in chains
            for name in layers
            if name not in chain and layers[name][0].shape[1] == layers[chain[-1]][0].shape[0]
        ][:MOST_CHAINS]
    if len(chains) != 1:
        remedy = "Name the layers by number, as torch.nn.Sequential does"
        problem = "layers of unknown order" if chains else "layers that do not fit one another"
        raise ModelFileError(problem, got=", ".join(layers), where=path, remedy=remedy)
    return chains[0]


def _number_by_number(name: str) -> list[tuple[int, str]]:
    """Sort 2 before 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _sizes(weights: Sequence[AnyArray], path: str | os.PathLike[str]) -> list[int]:
    for before, after in pairwise(weights):
        if before.shape[0] != after.shape[1]:
            expected, got = f"{before.shape[0]} inputs", after.shape[1]
            raise ModelFileError("layers that do not fit one another", expected=expected, got=got, where=path)
    return [weights[0].shape[1], *(array.shape[0] for array in weights)]
