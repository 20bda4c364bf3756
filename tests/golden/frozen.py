"""What the golden files freeze: digests of everything that glassnet computes, and what its commands print.

Shared by make_golden.py, which writes them, and test_golden.py, which compares. It knows glassnet by its public names
and its command line alone, so that it stays as it is while what is behind them moves.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import runpy
import shlex
import sys
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_info, threadpool_limits

import glassnet

HERE = Path(__file__).parent
DIGESTS = HERE / "digests.json"
EVERYWHERE = "everywhere"  # the key of what no library and no processor has a say in
SINGLE_STEPS = 40  # of the 42 that an epoch has
EPOCHS = 2
RECORDED = (  # of an epoch: all but its times
    "number",
    "training_loss",
    "penalty",
    "validation_loss",
    "validation_accuracy",
    "validation_rmse",
    "learning_rate",
)

# By NumPy's names for them, before and since 2.4. What is above AVX512 changes no bit: X86_V4 and AVX512_ICL agree.
SIMD_LEVELS = {"AVX512": {"X86_V4", "AVX512_SKX"}, "AVX2": {"X86_V3", "AVX2"}}

HELP_WIDTH = 100
HELP = (
    "",
    "train",
    "sweep",
    "evaluate",
    "predict",
    "serve",
    "explain",
    "play",
    "report",
    "compare",
    "export",
    "gradcheck",
)
HELP += ("recipes", "datasets", "datasets fetch", "datasets list", "datasets verify")
HELP += ("train --help-all", "predict --help-all")
SMALL = "--train-size 500 --validation-size 200 --hidden 8 --epochs 2 --input-parts 1 --json"
COMMANDS = {
    "train": f"train {SMALL} --run one",
    "train-another": f"train {SMALL} --run two --seed 1 --optimizer adam --dropout 0.2",
    "train-seeds": f"train {SMALL} --run several --seeds 2",
    "train-ensemble": f"train {SMALL} --run together --ensemble 2",
    "evaluate": "evaluate one --split test --json",
    "predict": "predict one digit.png --json",
    "predict-data": "predict one digits.npy --json",
    "explain": "explain one --json",
    "report": "report one --json",
    "compare": "compare one two --json",
    "gradcheck": "gradcheck --json",
    "recipes": "recipes --json",
    "datasets": "datasets --json",
}
WITHOUT_ARITHMETIC = ("recipes", "datasets")  # their output is the same everywhere
NORMALIZED_ENDING = "seconds"  # a key that ends so has times, which become null
NORMALIZED_KEYS = ("cache",)  # has the path of this machine, and becomes null
LINE_OF_SOURCE = re.compile(r"[\w/]+\.py:\d+")  # where an equation stands, which becomes null as well


def digest(*values) -> str:
    """Shorten arrays, bytes and plain values to 16 hexadecimal digits that no change of a bit leaves as they are."""
    sha = hashlib.sha256()
    for value in values:
        if isinstance(value, np.ndarray):
            sha.update(f"{value.dtype.str}{value.shape}".encode() + value.tobytes())
        else:
            sha.update(value if isinstance(value, bytes) else json.dumps(value).encode())
    return sha.hexdigest()[:16]


def environment_key() -> str:
    """Name what the last bits of sums, exponentials and logarithms depend on."""
    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    # SciPy brings a BLAS of its own, once something has imported it.
    of_numpy = [library for library in libraries if "numpy" in Path(library["filepath"]).parent.name]
    blas = (of_numpy or libraries or [{"internal_api": "no BLAS known", "version": ""}])[0]
    name = {"openblas": "OpenBLAS"}.get(blas["internal_api"], blas["internal_api"])
    kernel = blas.get("architecture", platform.machine())
    return f"{kernel}, {name} {_first(3, blas['version'])}, NumPy {_first(2, np.__version__)}, {_simd_level()}"


def _simd_level() -> str:
    """Name the instructions that NumPy computes exponentials and logarithms with, which have few versions of them."""
    known = np.show_config(mode="dicts")["SIMD Extensions"]
    found = {*known["baseline"], *known.get("found", ())}
    for level, names in SIMD_LEVELS.items():
        if found & names:
            return level
    return "_".join(sorted(found))


def _first(count: int, version: str | None) -> str:
    return ".".join((version or "unknown").split(".")[:count])


def processor_key() -> str:
    """Name what drawn floating-point numbers depend on: the instructions that NumPy's generator was compiled to."""
    return platform.machine()


# What no library and no processor has a say in.


@cache
def digits() -> glassnet.Dataset:
    return glassnet.load_dataset("mnist", train_size=2_000, validation_size=500)


def digests_everywhere() -> dict[str, str]:
    """Splits, shuffles, and the masks of dropout: random whole numbers, and what is exact in floating point."""
    return {**_splits(), **_shuffles(), **_masks()}


def _splits() -> dict[str, str]:
    found = {}
    for seed, *sizes in ((0, None, None), (0, 2_000, 500), (1, 2_000, 500), (7, 50_000, 10_000), (3, 100, 0)):
        data = glassnet.load_dataset("mnist", train_size=sizes[0], validation_size=sizes[1], seed=seed)
        rows = (part.indices.astype("<i8") for part in (data.train, data.validation))
        found[f"split of seed {seed}, sizes {sizes[0]} and {sizes[1]}"] = digest(*rows)
    return found


def _shuffles() -> dict[str, str]:
    """Read the order of each epoch off a batch of all examples, whose targets are their row numbers."""
    found = {}
    for seed, count in ((0, 1_000), (1, 1_000), (5, 257)):
        numbers = np.arange(count, dtype=np.float64)[:, None] * [1, 0]
        rows = glassnet.Examples(np.zeros((count, 1), np.uint8), numbers)
        nothing, scaling = rows.select(slice(0, 0)), glassnet.PixelScaling((1,))
        data = glassnet.Dataset("rows", "classification", rows, nothing, nothing, scaling, ("row", "none"))
        network = glassnet.Network([1, 2], loss="mse", dtype=np.float64)
        training = glassnet.Training(network, data, optimizer=glassnet.SGD(1e-9), batch_size=count, seed=seed)
        for epoch in range(3):
            training.step()
            order = training.trace.targets[:, 0].astype("<i8")
            assert sorted(order) == list(range(count))
            found[f"shuffle of epoch {epoch}, seed {seed}, {count} examples"] = digest(order)
            next(training)
    return found


def _masks() -> dict[str, str]:
    noise = glassnet.Regularization(dropout=0.4, input_dropout=0.2, label_smoothing=0.1)
    return _noise("dropout and smoothing", noise)


def _noise(name: str, regularization: glassnet.Regularization) -> dict[str, str]:
    """What the first batches were learned with."""
    network = glassnet.Network([784, 12, 8, 10], seed=0)
    training = glassnet.Training(network, digits(), regularization=regularization, batch_size=50, seed=2, input_parts=1)
    found = {}
    for step in (1, 2, 3):
        training.step()
        trace = training.trace
        found[f"inputs with {name}, step {step}"] = digest(np.ascontiguousarray(trace.inputs))
        found[f"targets with {name}, step {step}"] = digest(np.ascontiguousarray(trace.targets))
        if trace.masks:
            found[f"masks with {name}, step {step}"] = digest(*trace.masks)
    return found


# What depends on how the generator of random numbers was compiled.

INITIALIZERS = (None, "he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform")
INITIALIZERS += ("standard_normal", "uniform", "zeros")
ARCHITECTURES = (
    {"sizes": [784, 128, 10]},
    {"sizes": [784, 32, 16, 10], "activation": "tanh", "seed": 3},
    {"sizes": [5, 4, 3], "activation": ["sigmoid"], "loss": "binary_cross_entropy", "seed": 1},
    {"sizes": [20, 10, 6, 1], "activation": ["gelu", "silu"], "loss": "mse", "seed": 2},
    {"sizes": [9, 3], "seed": 4},
)


def digests_drawn() -> dict[str, str]:
    """First weights, as arrays and as a file, and noise of other distributions than the even one."""
    found = {}
    for settings in ARCHITECTURES:
        sizes = "-".join(map(str, settings["sizes"]))
        for initializer in INITIALIZERS:
            for dtype in (np.float32, np.float64):
                network = glassnet.Network(**settings, initializer=initializer, dtype=dtype)
                name = f"first weights of {sizes}, {initializer or 'auto'}, {np.dtype(dtype).name}"
                found[name] = digest(network.parameters)
    first = glassnet.Model(
        glassnet.Network([784, 16, 10], seed=5), glassnet.PixelScaling((28, 28)), tuple("0123456789")
    )
    found["file of a model that has learned nothing"] = digest(file_of(first))
    return {**found, **_noise("mixup and noise", glassnet.Regularization(mixup=0.3, input_noise=0.1))}


def file_of(model: glassnet.Model) -> bytes:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "model.safetensors"
        model.save(path)
        return path.read_bytes()


# What depends on the BLAS kernel, and on the instructions that NumPy found for exponentials and logarithms.

WARPS = {
    "shift": {"shift": 2.0},
    "rotation": {"rotation": 15.0},
    "scale": {"scale": 0.2},
    "shear": {"shear": 0.3},
    "elastic": {"elastic": 1.5},
    "thickness": {"thickness": 0.3},
    "straighten": {"straighten": 1.0, "shift": 1.0},
    "all": {"shift": 1.5, "rotation": 10.0, "scale": 0.1, "shear": 0.1, "elastic": 1.0, "thickness": 0.2},
}


@cache
def values() -> glassnet.Dataset:
    """The digits as numbers: a regression."""
    data = digits()
    parts = [glassnet.Examples(part.inputs, part.targets.astype(np.float64)) for part in (data.train, data.validation)]
    return glassnet.Dataset("values", "regression", *parts, parts[1], glassnet.PixelScaling((28, 28)))


@cache
def upright() -> glassnet.Dataset:
    data, scaling = digits(), glassnet.PixelScaling((28, 28), deskew=True)
    parts = (data.train, data.validation, data.test)
    return glassnet.Dataset("upright", "classification", *parts, scaling, data.class_names)


# Name -> data set, network, and what the training is given beside them.
TRAININGS = {
    "plain SGD": (digits, {}, {"optimizer": glassnet.SGD(0.1)}),
    "momentum and L2": (
        digits,
        {"sizes": [784, 32, 16, 10]},
        {"optimizer": glassnet.SGD(0.1, momentum=0.9), "penalty": glassnet.Penalty(l2=1e-4)},
    ),
    "Adam and dropout": (
        digits,
        {"sizes": [784, 32, 16, 10], "activation": ["leaky_relu", "elu"]},
        {"optimizer": glassnet.Adam(), "regularization": glassnet.Regularization(dropout=0.3)},
    ),
    "augmentation": (
        digits,
        {"activation": "silu"},
        {
            "optimizer": glassnet.SGD(0.1, momentum=0.9, nesterov=True),
            "schedule": glassnet.OneCycle(),
            "augmentation": glassnet.Augmentation(**WARPS["all"]),
        },
    ),
    "regression": (
        values,
        {"sizes": [784, 32, 1], "activation": "tanh", "loss": "mse"},
        {"optimizer": glassnet.Adam(), "schedule": glassnet.Cosine(), "patience": 5},
    ),
    "average of the tail": (
        digits,
        {},
        {"optimizer": glassnet.SGD(0.2, momentum=0.5), "averaging": glassnet.TailAverage(0.7)},
    ),
    "RMSprop and noise": (
        digits,
        {"activation": "gelu"},
        {
            "optimizer": glassnet.RMSprop(momentum=0.5),
            "averaging": glassnet.ExponentialAverage(0.98),
            "schedule": glassnet.WarmUp(20, glassnet.Cosine()),
            "regularization": glassnet.Regularization(
                input_dropout=0.1, input_noise=0.1, label_smoothing=0.1, mixup=0.2
            ),
        },
    ),
    "AdamW and limits": (
        digits,
        {"activation": "sigmoid", "loss": "binary_cross_entropy", "dtype": np.float64},
        {
            "optimizer": glassnet.AdamW(),
            "penalty": glassnet.Penalty(l1=1e-5),
            "schedule": glassnet.StepDecay(gamma=0.5, parts=4),
            "regularization": glassnet.Regularization(max_norm=1.0),
        },
    ),
    "set upright": (
        upright,
        {},
        {
            "optimizer": glassnet.SGD(0.1, weight_decay=0.01),
            "augmentation": glassnet.Augmentation(straighten=1.0, shift=1.0),
        },
    ),
    # What is divided is part of the setting, and who computes it changes nothing: the bits are the same on any machine.
    "two parts of the inputs": (
        digits,
        {"sizes": [784, 128, 10]},
        {"optimizer": glassnet.SGD(0.1, momentum=0.9), "input_parts": 2},
    ),
    "four shards": (
        digits,
        {"sizes": [784, 128, 10]},
        {
            "optimizer": glassnet.SGD(0.1, momentum=0.9),
            "regularization": glassnet.Regularization(dropout=0.2),
            "shards": 4,
        },
    ),
}


def training_of(name: str) -> glassnet.Training:
    """Make one of the trainings afresh."""
    data, network, settings = TRAININGS[name]
    network = glassnet.Network(**{"sizes": [784, 32, 10], "seed": 1, **network})
    settings = {"batch_size": 48, "epochs": EPOCHS, "seed": 4, "input_parts": 1, **settings}
    return glassnet.Training(network, data(), **settings)


def record_of(epoch: glassnet.Epoch) -> dict[str, float | None]:
    return {name: getattr(epoch, name) for name in RECORDED}


def state_of(training: glassnet.Training) -> str:
    arrays, _ = training.state()
    return digest(*(part for name in sorted(arrays) for part in (name, np.asarray(arrays[name]))))


def digests_of_training(name: str) -> dict[str, str]:
    """Train step by step, and anew by whole epochs."""
    with threadpool_limits(1, user_api="blas"):
        training = training_of(name)
        losses = [[step.loss, step.penalty] for step in (training.step() for _ in range(SINGLE_STEPS))]
        found = {
            "losses of the steps": digest(losses),
            "parameters after the steps": digest(training.network.parameters),
            "state after the steps": state_of(training),
        }
        training = training_of(name)
        found["records of the epochs"] = digest([record_of(epoch) for epoch in training])
        return {**found, **digests_at_the_end(training)}


def digests_at_the_end(training: glassnet.Training) -> dict[str, str]:
    return {
        "parameters after the epochs": digest(training.network.parameters),
        "state after the epochs": state_of(training),
        "model after the epochs": digest(training.model.network.parameters),
    }


def digests_computed() -> dict[str, str]:
    """Trainings, warps, predictions and a model's file."""
    found = {}
    for training in TRAININGS:
        found |= {f"{training}: {name}": value for name, value in digests_of_training(training).items()}
    with threadpool_limits(1, user_api="blas"):
        return {**found, **_warps(), **_predictions()}


def _warps() -> dict[str, str]:
    found, images = {}, digits().test.inputs[:40]
    for name, settings in WARPS.items():
        for source in (images, (images / 255).astype(np.float32)):
            warped = glassnet.Augmentation(**settings).apply(source, np.random.default_rng(6))
            found[f"images warped by {name}, {source.dtype.name}"] = digest(warped)
    found["images set upright"] = digest(glassnet.PixelScaling((28, 28), deskew=True).apply(images))
    return found


def _predictions() -> dict[str, str]:
    found = {}
    for name in ("momentum and L2", "regression", "set upright"):
        training = training_of(name)
        list(training)
        model, images = training.model, digits().test.inputs[:500]
        found[f"{name}: predictions"] = digest(np.asarray(model.predict(images)))
        found[f"{name}: file of the model"] = digest(file_of(model))
        if model.task == "classification":
            found[f"{name}: probabilities"] = digest(np.ascontiguousarray(model.predict_probabilities(images)))
    return found


# What the commands print.


def run_command(*arguments: str) -> str:
    """Run a command in this process, as a shell would; gives what it prints on stdout."""
    printed, remarks = io.StringIO(), io.StringIO()
    with patch.object(sys, "argv", ["glassnet", *arguments]), redirect_stdout(printed), redirect_stderr(remarks):
        try:
            runpy.run_module("glassnet", run_name="__main__")
        except SystemExit as end:
            code = end.code
    if code and not printed.getvalue():  # a check that fails says so with its code, and prints its result
        raise RuntimeError(f"glassnet {shlex.join(arguments)} ended with {code}: {remarks.getvalue()}")
    return printed.getvalue()


def help_of(command: str) -> str:
    with patch.dict(os.environ, COLUMNS=str(HELP_WIDTH)):
        text = run_command(*command.split(), *([] if command.endswith("--help-all") else ["--help"]))
    return text.replace(" [COMMAND] [ARGS]...", " COMMAND [ARGS]...")  # with and without brackets, by click's version


def help_file(command: str) -> Path:
    return HERE / "help" / f"{command.replace(' --', '-').replace(' ', '-') or 'glassnet'}.txt"


def json_file(name: str) -> Path:
    return HERE / "json" / f"{name}.json"


def outputs(place: Path) -> dict[str, object]:
    """Run every command in an empty directory; gives what each printed, without what differs from run to run."""
    images, found = digits().test.inputs, {}
    Image.fromarray(255 - images[0]).resize((90, 90)).save(place / "digit.png")
    np.save(place / "digits.npy", images[:20])
    with chdir(place), threadpool_limits(1, user_api="blas"):
        for name, command in COMMANDS.items():
            lines = [normalized(json.loads(line)) for line in run_command(*command.split()).splitlines()]
            found[name] = lines if name == "predict-data" else lines[0]
    return found


def normalized(value):
    """Replace times and paths by null."""
    if isinstance(value, list):
        return [normalized(item) for item in value]
    if not isinstance(value, dict):
        return value
    hidden = {key for key in value if key.endswith(NORMALIZED_ENDING) or key in NORMALIZED_KEYS}
    hidden |= {key for key, item in value.items() if isinstance(item, str) and LINE_OF_SOURCE.fullmatch(item)}
    return {key: None if key in hidden else normalized(item) for key, item in value.items()}


def structure(value):
    """Give keys in their order, and types; of a list, the structures that its items have."""
    if isinstance(value, dict):
        return {key: structure(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(structure(item)) for item in value})
    return type(value).__name__


def digest_name(command: str) -> str:
    return f"JSON of {command}"


def digests_with_outputs(computed: dict[str, str], outputs: dict[str, object]) -> dict[str, str]:
    """Give all digests that an environment has under its key."""
    return {**computed, **{digest_name(name): digest(output) for name, output in outputs.items()}}


def written(value) -> str:
    """Write JSON with a line for each of the outermost things."""
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {json.dumps(item)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"
    return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]\n"
