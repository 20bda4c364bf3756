"""One table of settings: whatever is registered is in it, and what is made of it agrees with it."""

import importlib
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import glassnet
from glassnet.errors import UsageError
from glassnet.optimizers.optimizer import OPTIMIZERS
from glassnet.runs.build import build_training, resolve
from glassnet.runs.settings import Option, RunSettings, checked, completed, made, read_toml, table, write_toml
from glassnet.settings import Setting, settings_of
from glassnet.settings import setting as declared

TINY = {"train_size": 100, "validation_size": 50, "hidden": (8,), "epochs": 2, "batch_size": 30}

# A file that is put beside the optimizers of the package: nothing else names it.
OWN = '''
from __future__ import annotations
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glassnet.optimizers.averaging import AVERAGES, Averaging
from glassnet.optimizers.optimizer import OPTIMIZERS, Optimizer, State
from glassnet.optimizers.schedules import SCHEDULES, Schedule
from glassnet.settings import setting


@OPTIMIZERS.register("sign")
@dataclass(frozen=True, kw_only=True)
class SignDescent(Optimizer):
    """Walk by the signs of the gradient."""

    learning_rate: float = 0.01
    trust: float = setting(0.5, low=0, high=1, suits={"run": 0.25}, help="How much a sign is trusted")
    momentum: float = setting(0.0, low=0, below=0.5)
    rule: str = "a"
    shape: Callable[[float], float] = abs

    def init(self, parameters: np.ndarray) -> State:
        return {}

    def update(self, parameters, gradient, state, learning_rate):
        parameters -= learning_rate * self.trust * np.sign(gradient)


@SCHEDULES.register("half")
@dataclass(frozen=True)
class Half(Schedule):
    half: float = setting(0.5, above=0, high=1, key="half_of", help="Factor of all steps")

    def factor(self, step: int, steps: int) -> float:
        return self.half


@AVERAGES.register("last")
@dataclass(frozen=True)
class Last(Averaging):
    count: int = setting(key="average_last", low=1, help="Last steps that are averaged; 0 for none")

    def weight(self, step: int, steps: int) -> float:
        n = step - (steps - self.count)
        return 1 / n if n > 0 else 0.0
'''
BESIDE = "import sys, glassnet.optimizers as beside; beside.__path__.append(sys.argv.pop(1))\n"


@pytest.fixture
def own(tmp_path):
    """Run Python with the file in its place."""
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "own.py").write_text(OWN)

    def run(code, *arguments):
        command = [sys.executable, "-c", BESIDE + code, str(tmp_path / "beside"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    return run


COMMAND = "from glassnet.cli.main import main; main()"
EACH = """
import contextlib
from glassnet.cli.main import main
for line in sys.argv[1:]:
    with contextlib.suppress(SystemExit):
        main(line.split())
"""
REFUSED = {
    ("--optimizer", "sign", "--trust", "2"): "invalid trust: expected a number, at least 0 and at most 1",
    ("--trust", "0.5"): "sgd takes no trust",
    # Who shares a name keeps bounds of its own.
    ("--optimizer", "sign", "--momentum", "0.75"): "invalid momentum: expected a number, at least 0 and less than 0.5",
}
SMALL = ["--train-size", "200", "--validation-size", "50", "--hidden", "8", "--epochs", "1"]


def test_what_one_new_file_defines_is_an_option_a_key_and_trains(own, tmp_path):
    code, text, error = own(COMMAND, "train", "--help-all")
    assert code == 0, error
    words = " ".join(text.split())
    assert "--optimizer NAME" in words
    assert "--trust FLOAT How much a sign is trusted (sign only). [0.25; 0<=x<=1]" in words
    for option in ("--half-of", "--average-last"):
        assert option in words
    arguments = ["--optimizer", "sign", "--trust", "0.75", "--schedule", "half", "--average-last", "3"]
    code, _, error = own(COMMAND, "train", *SMALL, *arguments, "--run", "run")
    assert code == 0, error
    config = tomllib.loads((tmp_path / "run" / "config.toml").read_text())
    assert (config["optimizer"], config["trust"], config["half_of"], config["average_last"]) == ("sign", 0.75, 0.5, 3)
    assert config["learning_rate"] == 0.01
    assert own(COMMAND, "train", "--run", "run", "--resume")[0] == 0
    refused = own(EACH, *(" ".join(["train", *SMALL, *wrong]) for wrong in REFUSED))[2].splitlines()
    assert len(refused) == len(REFUSED)
    for line, why in zip(refused, REFUSED.values(), strict=True):
        assert why in line


def test_what_one_new_file_defines_may_be_asked_for_by_a_page(own):
    script = (
        "from glassnet.server.protocol import read_command\n"
        'print(read_command(\'{"do": "begin", "knobs": {"optimizer": "sign", "trust": 1}}\').knobs)'
    )
    assert own(script)[1].strip() == "{'optimizer': 'sign', 'trust': 1.0}"


def test_every_part_is_made_of_the_settings_that_it_declares():
    for name, rule in OPTIMIZERS.items():
        settings = completed({"optimizer": name})
        assert made(rule, settings).learning_rate == settings.learning_rate
    settings = completed({"l1": 0.5, "shift": 2, "dropout": 0.25})
    assert made(glassnet.Penalty, settings) == glassnet.Penalty(l1=0.5)
    assert made(glassnet.Augmentation, settings) == glassnet.Augmentation(shift=2)
    assert made(glassnet.Regularization, settings) == glassnet.Regularization(dropout=0.25)


def test_two_settings_of_one_name_are_refused(monkeypatch):
    @dataclass(frozen=True)
    class Another(glassnet.Penalty):
        dropout: float = declared(0.0)

    monkeypatch.setattr("glassnet.runs.settings.PARTS", (Another, glassnet.Regularization))
    with pytest.raises(UsageError, match="two settings called dropout"):
        table()


def test_a_setting_of_what_is_not_chosen_is_refused_unless_it_asks_for_nothing():
    assert "momentum" not in completed({"optimizer": "adam", "momentum": 0.0, "nesterov": False}).as_dict()
    with pytest.raises(UsageError, match=r"adam takes no momentum\. Leave it out, or choose another optimizer"):
        completed({"optimizer": "adam", "momentum": 0.5})
    with pytest.raises(UsageError, match="cosine takes no step_parts"):
        completed({"schedule": "cosine", "step_parts": 2})


def test_another_optimizer_begins_with_what_suits_it():
    settings = completed({"learning_rate": 0.5, "momentum": 0.8, "l2": 0.25})
    other = settings.changed(optimizer="adam")
    assert (other.learning_rate, other.beta1, other.l2) == (0.003, 0.9, 0.25)
    assert settings.changed(optimizer="adam", learning_rate=1).learning_rate == 1
    assert settings.changed(epochs=3).momentum == 0.8
    with pytest.raises(AttributeError, match="no momentum"):
        other.momentum  # noqa: B018


def test_tables_of_a_settings_file_are_headings(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text('epochs = 3\n[update]\noptimizer = "adam"\nbeta1 = 0\n[noise]\ndropout = 0.5\n')
    assert read_toml(path) == {"epochs": 3, "optimizer": "adam", "beta1": 0.0, "dropout": 0.5}
    path.write_text("epochs = 3\n[more]\nepochs = 4\n")
    with pytest.raises(UsageError, match="two values of epochs"):
        read_toml(path)
    path.write_text("[more]\nepohcs = 4\n")
    with pytest.raises(UsageError, match="Did you mean 'epochs'"):
        read_toml(path)


# As it was written before optimizers and schedules had all of their settings in the file.
FORMER = """dataset = "mnist"
target = ""
task = "classification"
fingerprint = ""
train_size = 100
validation_size = 50
test_size = 10000
hidden = [8]
activation = ["relu"]
initializer = "auto"
loss = "cross_entropy"
optimizer = "{optimizer}"
learning_rate = 0.02
momentum = {momentum}
nesterov = false
schedule = "one-cycle"
warmup = 0.0
epochs = 2
batch_size = 30
l1 = 0.0
l2 = 0.0
weight_decay = 0.0
deskew = false
shift = 0.0
rotation = 0.0
scale = 0.0
shear = 0.0
elastic = 0.0
thickness = 0.0
straighten = 0.0
dropout = 0.0
input_dropout = 0.0
input_noise = 0.0
max_norm = 0.0
label_smoothing = 0.0
mixup = 0.0
average_decay = 0.0
average_tail = 0.0
patience = 0
ensemble = 1
member = 0
seed = 0
seeds = 1
threads = 1
"""


@pytest.mark.parametrize(
    ("optimizer", "momentum", "rule"),
    [("sgd", 0.9, glassnet.SGD(0.02, momentum=0.9)), ("adam", 0.0, glassnet.Adam(0.02))],
)
def test_the_settings_of_a_former_run_are_read_as_they_were_meant(tmp_path, optimizer, momentum, rule):
    path = tmp_path / "config.toml"
    path.write_text(FORMER.format(optimizer=optimizer, momentum=momentum))
    settings, data = resolve(read_toml(path))
    training = build_training(settings, data)
    assert (training.optimizer, training.schedule, settings.input_parts) == (rule, glassnet.OneCycle(), 1)
    path.write_text(write_toml(settings))
    assert resolve(read_toml(path))[0] == settings


def test_all_settings_are_described_and_their_defaults_are_allowed():
    for name, option in table().items():
        assert option.setting.help, name
        for declaration in [option.setting, *option.takers.values()]:
            assert declaration.check(declaration.default_for("run")) == declaration.default_for("run")
            for value in declaration.suits.values():
                declaration.check(value)


def test_the_reference_of_the_settings_is_what_the_script_writes(monkeypatch):
    docs = Path(__file__).parents[2] / "docs"
    monkeypatch.syspath_prepend(docs)
    text = importlib.import_module("make_settings").page()
    assert (docs / "reference" / "settings.md").read_text(encoding="utf-8") == text, "run: python docs/make_settings.py"
    for declaration in settings_of(RunSettings):
        assert (f"| `{declaration.name}` |" in text) == declaration.option


def test_a_value_is_checked_as_who_is_chosen_declares_it():
    loose, strict = Setting(name="trust", low=0), Setting(name="trust", low=0, high=1)
    option = Option(loose, "optimizer", {"loose": loose, "strict": strict})
    assert (option.check(2, "loose"), option.check(2)) == (2.0, 2.0)
    with pytest.raises(UsageError, match="invalid trust: expected a number, at least 0 and at most 1, got 2"):
        option.check(2, "strict")


def test_several_optimizers_check_what_no_chosen_one_decides():
    assert checked({"momentum": 0.9, "epsilon": 1}) == {"momentum": 0.9, "epsilon": 1.0}
    with pytest.raises(UsageError, match="invalid momentum"):
        checked({"momentum": 1})
