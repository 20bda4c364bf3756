"""Networks of PyTorch's: the ``state_dict`` of a ``Sequential`` of Linear layers, as safetensors.

The file of a glassnet model is one already: ``safetensors.torch.load_file("model.safetensors")`` gives the state_dict
of ``Sequential(Linear, ReLU, Linear)``.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing.pixels import PixelScaling
from ..data.preprocessing.table import FeatureScaling
from ..errors import ModelFileError, UsageError
from ..files import write_whole
from ..model.model import Model
from ..model.storage import named_tensors
from ..model.tensor_file import REMEDY, read_safetensors
from ..network.activations import Activation
from ..network.architecture import Architecture
from ..network.losses import Loss
from ..network.network import Network
from .formats import FORMATS

MOST_DIGITS = 9  # of a number in a layer's name
MOST_CHAINS = 1_000  # of layers by shape that are followed
NAME = re.compile(r"(?P<layer>.*?)\.?(?P<kind>weight|bias)")


def load_network(
    path: str | os.PathLike[str],
    activation: str | Activation | Sequence[str | Activation] = "relu",
    *,
    loss: str | Loss = "cross_entropy",
    output: str | Activation | None = None,
    normalized: tuple[Any, Any] | None = None,
) -> Network:
    """Read the state_dict of Linear layers as a network.

    A state_dict says no more than numbers: what is computed between the layers, and what was done to inputs before
    them, has to be said here. Of one logit, for a yes or no, say ``loss="binary_cross_entropy"``.

    Parameters
    ----------
    path : path-like
        Written by ``safetensors.torch.save_file(model.state_dict(), path)``. Layers follow one another by the numbers
        in their names, whatever stands between them (``0.weight``, ``3.weight``, or ``net.fc1.weight``), or, with other
        names, by their shapes. A missing bias is zero.
    activation, loss, output : optional
        As in `Network`. ``gelu`` is ``nn.GELU()``, and ``gelu_tanh`` that with ``approximate="tanh"``.
    normalized : (mean, std), optional
        What inputs were normalized by there, as in ``transforms.Normalize((0.1307,), (0.3081,))``, each a number, or
        one for each input: the network takes inputs in 0..1, or features, as they were before.

    Returns
    -------
    Network
        In the tensors' precision; half precision becomes float32.

    Raises
    ------
    ModelFileError
        If it is a pickle, which could run anything, is damaged, or is not such a state_dict.
    UsageError
        If a name is not known, or ``normalized`` does not fit.

    Warns
    -----
    UserWarning
        If numbers in the names say that two layers follow one another with nothing between them, and one activation was
        said for all.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "net.safetensors"
    >>> save_network(Network([4, 3, 2], "tanh", seed=0), path)
    >>> load_network(path, "tanh")
    <Network 4-3-2 (tanh, softmax), 23 parameters, float32>
    """
    tensors, _ = read_safetensors(path)
    names, layers = _pair(tensors, path)
    if isinstance(activation, str | Activation) and str(activation) != "identity":
        _doubt_neighbors(names, activation)
    if not all(np.isfinite(array).all() for array in tensors.values()):
        raise ModelFileError("parameters are not finite", where=path, remedy=REMEDY)
    sizes = _sizes([weights for weights, _ in layers], path)
    dtype = np.float64 if all(weights.dtype == np.float64 for weights, _ in layers) else np.float32
    network = Network.of(Architecture.of(sizes, activation, loss, output), dtype)
    for layer, (weights, biases) in zip(network.layers, layers, strict=True):
        layer.weights[...] = weights.T
        layer.biases[...] = biases
    if normalized is not None:
        _take_in(network, *normalized)
    return network


def _doubt_neighbors(names: Sequence[str], activation: str | Activation) -> None:
    """Warn where a Sequential would have nothing between two layers."""
    numbers = [re.fullmatch(r"(.*?)(\d+)", name) for name in names]
    for before, after in pairwise(numbers):
        if before and after and before[1] == after[1] and int(after[2]) == int(before[2]) + 1:
            message = (
                f"Layers {before[0]} and {after[0]} are neighbors: if they are a Sequential's, nothing is computed"
            )
            message += (
                f" between them. {activation} is taken to be there; say activation=[...] with one for each place."
            )
            warnings.warn(message, UserWarning, stacklevel=3)
            return


def _take_in(network: Network, mean: Any, std: Any) -> None:
    """Let the first layer do what was done to inputs before: (x − mean) / std."""
    first = network.layers[0]
    means, deviations = (np.asarray(values, np.float64).ravel() for values in (mean, std))
    fits = all(len(values) in (1, first.weights.shape[0]) for values in (means, deviations))
    if not fits or not (np.isfinite([*means, *deviations]).all() and deviations.min() > 0):
        expected = f"(mean, std), each a number or {first.weights.shape[0]}, std above 0"
        raise UsageError("invalid normalized", expected=expected, got=repr((mean, std)))
    weights = first.weights / deviations[:, None]
    first.biases[...] = first.biases - np.broadcast_to(means, len(weights)) @ weights
    first.weights[...] = weights


def in_words(model: Model) -> str:
    """Say what `save_network` has written of a model: modules, and what stands before and after them.

    >>> from glassnet import PixelScaling
    >>> in_words(Model(Network([4, 3, 2]), PixelScaling((2, 2)), ("no", "yes")))
    'Sequential(Linear(4, 3), ReLU(), Linear(3, 2)), which takes pixels / 255, and whose softmax is the answer'
    """
    sizes, modules = model.network.architecture.sizes, []
    for (inputs, outputs), activation in zip(pairwise(sizes), model.network.activations, strict=True):
        modules += [f"Linear({inputs}, {outputs})", activation.torch + "()" * ("(" not in activation.torch)]
    before = {PixelScaling: "pixels / 255", FeatureScaling: "columns, each less its mean and divided by its deviation"}
    takes = before.get(type(model.preprocessing), "inputs as glassnet prepares them")
    takes += ", of images set upright" if getattr(model.preprocessing, "deskew", False) else ""
    after = f"whose {model.network.architecture.output} is the answer"
    if scale := model.target_scale:
        after = f"whose output times {scale.deviation:.9g} plus {scale.mean:.9g} is the answer"
    return f"Sequential({', '.join(modules[:-1])}), which takes {takes}, and {after}"


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


@FORMATS.register("pytorch")
def export_pytorch(model: Model, path: str | os.PathLike[str]) -> str:
    """Write the state_dict of a single network, and say what it is of; errors as in `save_network`."""
    if model.is_ensemble:
        remedy = "Export it as onnx, or load the model file itself: it is the state_dict of a ModuleList"
        raise UsageError("an ensemble cannot be written as one Sequential", remedy=remedy)
    save_network(model.network, path)
    return in_words(model)


def _pair(
    tensors: Mapping[str, AnyArray], path: str | os.PathLike[str]
) -> tuple[list[str], list[tuple[AnyArray, AnyArray]]]:
    """Give the names of the layers, and the weights and biases of each, in order."""
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
    names = _order(layers, path)
    return names, [layers[name] for name in names]


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
