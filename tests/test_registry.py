"""What is chosen by name: everything registered is complete, and adding one is one file."""

import inspect
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest

import glassnet
from glassnet import ACTIVATIONS, INITIALIZERS, LOSSES, OUTPUTS
from glassnet.errors import UsageError
from glassnet.evaluation.gradient_survey import check_away_from_kinks, losses_with_outputs, survey_gradients
from glassnet.explanation.equations import printed_in
from glassnet.interop.c_source import export_c
from glassnet.interop.onnx import export_onnx
from glassnet.interop.python_source import export_python
from glassnet.network.losses import resolve_loss
from glassnet.pages.explain_page import network_trees
from glassnet.regularization.penalties import Penalty
from glassnet.runs.build import OPTIMIZERS  # once it is one: glassnet.optimizers.optimizer.OPTIMIZERS

REGISTRIES = {"activation": ACTIVATIONS, "output": OUTPUTS, "loss": LOSSES, "initializer": INITIALIZERS}
REGISTRIES["optimizer"] = OPTIMIZERS
EVERYTHING = [(registry, name) for registry, things in REGISTRIES.items() for name in things]
FUNCTIONS = [(registry, name) for registry, name in EVERYTHING if registry in ("activation", "output", "loss")]


def network_with(registry, name):
    """Give a small network that has the function."""
    if registry == "activation":
        return glassnet.Network([4, 6, 3], name, seed=1)
    losses = {output: loss for loss, output in reversed(losses_with_outputs())}
    loss, output = (name, LOSSES[name].outputs[0]) if registry == "loss" else (losses[name], name)
    return glassnet.Network([4, 6, 3], loss=loss, output=output, seed=1)


@pytest.mark.parametrize(("registry", "name"), EVERYTHING)
def test_a_registered_class_is_documented_and_found_under_its_name(registry, name):
    kind = REGISTRIES[registry][name]
    assert kind.name == name
    assert vars(kind)["__doc__"].splitlines()[0].endswith((".", ":", ","))
    assert not inspect.isabstract(kind)


@pytest.mark.parametrize(("registry", "name"), FUNCTIONS)
def test_a_function_prints_its_equation_and_that_of_its_derivative(registry, name):
    left = {equation.split(" = ")[0] for equation in printed_in(REGISTRIES[registry][name])}
    loss = registry == "loss"
    assert left & ({"ℓ"} if loss else {"f(z)", "p_k"})
    assert left & ({"∂ℓ/∂z_k", "∂ℓ/∂a_k"} if loss else {"f'(z)", "∂ℓ/∂z_k"})


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_prints_its_equation(name):
    assert any("←" in equation for equation in printed_in(OPTIMIZERS[name]))


@pytest.mark.parametrize(("registry", "name"), FUNCTIONS)
def test_a_function_has_a_gradient_that_finite_differences_confirm(registry, name):
    network = network_with(registry, name).architecture
    check = check_away_from_kinks((4, 6, 3), network.activations[0], network.loss, network.output, Penalty())
    assert check.passed


def test_the_survey_of_gradients_leaves_nothing_out():
    pairs = losses_with_outputs()
    assert {type(resolve_loss(loss)) for loss, _ in pairs} == set(LOSSES.values())
    assert {output for _, output in pairs} == set(OUTPUTS)
    assert {next(survey_gradients()).activation} == {next(iter(ACTIVATIONS))}


@pytest.mark.parametrize(("registry", "name"), FUNCTIONS)
def test_a_function_has_formulas_that_other_programs_can_follow(registry, name):
    network_trees(network_with(registry, name))


@pytest.mark.parametrize(("registry", "name"), FUNCTIONS)
def test_a_network_with_the_function_is_exported_or_clearly_refused(registry, name, tmp_path):
    network = network_with(registry, name)
    scale = glassnet.TargetScale(0.0, 1.0)
    model = glassnet.Model(network, glassnet.FeatureScaling(tuple("abcd"), (0.0,) * 4, (1.0,) * 4), target_scale=scale)
    if registry == "loss" or REGISTRIES[registry][name].formula:
        export_onnx(model, tmp_path / "model.onnx")
        onnx.checker.check_model(onnx.load(tmp_path / "model.onnx"))
        export_c(model, tmp_path / "model.c")
        export_python(model, tmp_path / "model.py")
    else:
        for export in (export_onnx, export_c, export_python):
            with pytest.raises(UsageError, match=f"activation {name} has no formula"):
                export(model, tmp_path / "model")


@pytest.mark.parametrize("name", INITIALIZERS)
def test_an_initializer_draws_what_it_is_asked_for(name):
    drawn = INITIALIZERS[name]().draw(np.random.default_rng(0), 5, 3)
    assert (drawn.shape, drawn.dtype) == ((5, 3), np.float64)


# Adding one: a file, as a user writes it, and what is asked of a fresh process that has imported it.


@dataclass(frozen=True)
class Addition:
    """A file that adds one thing of a kind."""

    kind: str  # the setting that chooses it
    name: str
    text: str
    table: str = "classes"  # the data to train on
    estimator: str = ""  # makes an estimator that uses it
    onnx: bool = True  # whether a model with it can be exported; else it is refused

    def __str__(self):
        return f"{self.kind} {self.name}"


BENT = '''
import numpy as np
from glassnet import ACTIVATIONS, Activation

@ACTIVATIONS.register("bent_identity")
class BentIdentity(Activation):
    """z + (√(z² + 1) − 1) / 2."""
'''
BENT_FORMULA = """
    formula = "z + (sqrt(z * z + 1) - 1) / 2"
    slope = "1 + z / (2 * sqrt(z * z + 1))"
    suits = "he_normal"
"""
BENT_BY_HAND = """
    def forward(self, z, out):
        np.add(z, (np.sqrt(z * z + 1) - 1) / 2, out=out)

    def backward(self, z, a, upstream, out):
        np.multiply(upstream, 1 + z / (2 * np.sqrt(z * z + 1)), out=out)
"""
LOG_COSH = '''
import numpy as np
from glassnet import LOSSES, Loss

@LOSSES.register("log_cosh")
class LogCosh(Loss):
    """The mean over the outputs of ln(cosh(a - y))."""

    formula = "mean(log((exp(a - y) + exp(y - a)) / 2))"
    slope = "tanh(a - y) / K"

    def per_example(self, logits, outputs, targets):
        error = outputs - targets
        return np.mean(np.logaddexp(error, -error) - np.log(2), axis=1)

    def gradient(self, outputs, targets, out):
        np.tanh(outputs - targets, out=out)
        out /= out.shape[1]
'''
ORTHOGONAL = '''
import numpy as np
from glassnet import INITIALIZERS, Initializer

@INITIALIZERS.register("orthogonal")
class Orthogonal(Initializer):
    """Orthogonal rows or columns."""

    def draw(self, rng, inputs, outputs):
        q, _ = np.linalg.qr(rng.standard_normal((max(inputs, outputs), min(inputs, outputs))))
        return q if inputs >= outputs else q.T
'''
ADDITIONS = [
    Addition(
        "activation",
        "bent_identity",
        BENT + BENT_FORMULA + BENT_BY_HAND,
        estimator='MLPClassifier(activation="bent_identity")',
    ),
    Addition(
        "activation",
        "bent_identity",
        BENT + BENT_BY_HAND,
        estimator='MLPRegressor(activation=["bent_identity", "relu"])',
        onnx=False,
    ),
    Addition("loss", "log_cosh", LOG_COSH, "numbers", 'MLPRegressor(loss="log_cosh")'),
    Addition("initializer", "orthogonal", ORTHOGONAL, estimator='MLPClassifier(initializer="orthogonal")'),
    # Optimizers, file readers and encoders are added here in the same way.
]

# What a fresh process does: commands whose outputs are kept, and an estimator. The survey is cut short.
PROCESS = """
import contextlib, io, json, sys
import addition
from glassnet.cli.main import main
from glassnet.evaluation import gradient_survey
gradient_survey.LARGE, gradient_survey.REGULARIZERS = gradient_survey.SMALL, {
    name: gradient_survey.REGULARIZERS[name] for name in ("none", "dropout")
}
made = []
for arguments in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        try:
            main(arguments)
        except SystemExit as end:
            made.append([end.code or 0, out.getvalue()])
if sys.argv[2]:
    import numpy as np
    from glassnet.sklearn import MLPClassifier, MLPRegressor
    estimator = eval(sys.argv[2])
    estimator.set_params(max_iter=300, learning_rate_init=0.01, hidden_layer_sizes=(8, 4), random_state=0)
    rows = np.random.default_rng(0).normal(size=(80, 3))
    targets = rows[:, 0] > 0 if isinstance(estimator, MLPClassifier) else rows[:, 0]
    made.append(estimator.fit(rows, targets).score(rows, targets))
print(json.dumps(made))
"""


def write_tables(folder):
    rows = np.random.default_rng(0).normal(size=(60, 3))
    for name, column in (("numbers", rows[:, 0]), ("classes", np.where(rows[:, 0] > 0, "yes", "no"))):
        lines = [",".join(map(str, (*row.round(3), target))) for row, target in zip(rows, column, strict=True)]
        (folder / f"{name}.csv").write_text("a,b,c,target\n" + "\n".join(lines))


def in_a_fresh_process(folder, commands, estimator):
    path = os.pathsep.join([str(folder), str(Path(glassnet.__file__).parents[1])])
    environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "200"}
    command = [sys.executable, "-c", PROCESS, json.dumps(commands), estimator]
    process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.parametrize("addition", ADDITIONS, ids=str)
def test_one_file_adds_it_everywhere(addition, tmp_path):
    (tmp_path / "addition.py").write_text(addition.text)
    write_tables(tmp_path)
    chosen = json.dumps([addition.name] if addition.kind == "activation" else addition.name)
    settings = f'dataset = "{addition.table}.csv"\n{addition.kind} = {chosen}\nepochs = 2\nhidden = [5]\n'
    (tmp_path / "config.toml").write_text(settings)
    commands = {
        "help": ["train", "--help-all"],
        "train": ["train", "--config", "config.toml", "--run", "run"],
        "evaluate": ["evaluate", "run"],
        "explain": ["explain", "run", "--index", "0"],
        "export": ["export", "run", "--output", "model.onnx"],
        "gradcheck": ["gradcheck"],
        "misspelled": ["train", f"--{addition.kind}", f"{addition.name}x", "--run", "other"],
    }
    *results, score = in_a_fresh_process(tmp_path, [*commands.values()], addition.estimator)
    texts = {name: text for name, (_, text) in zip(commands, results, strict=True)}
    assert addition.name in texts["help"]
    assert addition.name in (tmp_path / "run" / "config.toml").read_text()
    assert [code for code, _ in results] == [0, 0, 0, 0, 0 if addition.onnx else 2, 0, 2], texts
    assert addition.onnx or f"activation {addition.name} has no formula for ONNX" in texts["export"]
    assert (tmp_path / "model.onnx").exists() == addition.onnx
    if addition.kind in ("activation", "loss"):
        assert addition.name in texts["gradcheck"]
    assert f"Did you mean '{addition.name}'?" in texts["misspelled"]
    assert score > 0.8
