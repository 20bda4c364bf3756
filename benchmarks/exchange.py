"""A trained model read by PyTorch and by ONNX Runtime: how far their answers are from glassnet's on all test images.

    python benchmarks/exchange.py RUN [RUN ...]

Needs what `make bench` installs. Prints a line for each run and reader; runs with deskewing and ensembles are welcome.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from safetensors.torch import load_file

import glassnet
from glassnet.interop.onnx import export_onnx
from glassnet.runs.directory import model_file

ACTIVATIONS = {
    "relu": torch.nn.ReLU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
    "identity": torch.nn.Identity,
}


def onnx_answers(model: glassnet.Model, images: np.ndarray) -> np.ndarray:
    """Export the model, and let ONNX Runtime answer for raw pixels."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.onnx"
        export_onnx(model, path)
        return onnxruntime.InferenceSession(path).run(None, {"images": images})[0]


def pytorch_answers(model: glassnet.Model, path: Path, images: np.ndarray) -> np.ndarray:
    """Load the model file into Sequentials, and average their softmax."""
    architecture, tensors = model.network.architecture, load_file(path)
    inputs = torch.from_numpy(model.preprocessing.apply(images))
    answers = []
    for number in range(len(model.networks)):
        prefix = f"{number}." if model.is_ensemble else ""
        own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        layers: list[torch.nn.Module] = []
        for index, name in enumerate([*architecture.activations, None]):
            layers.append(torch.nn.Linear(*architecture.sizes[index : index + 2]))
            layers += [ACTIVATIONS[name]()] if name else [torch.nn.Softmax(dim=1)]
        network = torch.nn.Sequential(*layers)
        network.load_state_dict(own)
        with torch.no_grad():
            answers.append(network(inputs))
    return torch.stack(answers).mean(dim=0).numpy()


def main() -> None:
    """Compare."""
    images = glassnet.load_dataset("mnist").test.inputs
    for run in sys.argv[1:]:
        path = model_file(run)
        model = glassnet.load_model(path)
        own = model.predict_probabilities(images)
        readers = {"ONNX Runtime": onnx_answers(model, images), "PyTorch": pytorch_answers(model, path, images)}
        for name, other in readers.items():
            same = int((own.argmax(axis=1) == other.argmax(axis=1)).sum())
            print(
                f"{run}  {name}: {same:,} of {len(own):,} answers alike, at most {np.abs(own - other).max():.1e} apart"
            )


if __name__ == "__main__":
    main()
