"""What a visitor's training with Python does is the same training as everywhere else."""

import json

import numpy as np
import pytest

from glassnet.errors import UsageError
from glassnet.runs.build import build_training, resolve
from glassnet.runs.directory import read_run, resume_run
from glassnet.runs.run import HISTORY
from glassnet.runs.seals import unsealed
from glassnet.server.protocol import unpack
from glassnet.server.shown import suits_the_page
from glassnet.server.trainer import Trainer

KNOBS = {"train_size": 600, "validation_size": 200, "hidden": (12,), "seed": 4, "learning_rate": 0.05, "epochs": 2}


class Wire:
    """The connection to a server that says some commands, and keeps what it is told."""

    def __init__(self, commands):
        self.commands = [json.dumps({"do": command}).encode() for command in commands]
        self.told = []

    def send_bytes(self, message):
        self.told.append(unpack(message))

    def poll(self, _seconds):
        return True

    def recv_bytes(self):
        return self.commands.pop(0)


def told(*commands, sent=None, **knobs):
    """Train, and say these once it stands still; gives what was told."""
    wire = Wire([*commands, "end"])
    trainer = Trainer(wire, {**KNOBS, **knobs}, sent)
    while trainer.running:
        trainer.go_on()
    with pytest.raises(EOFError):
        trainer.work()
    return wire.told


def of_kind(found, kind):
    return [(values, arrays) for values, arrays in found if values["kind"] == kind]


@pytest.mark.parametrize("more", [{}, {"optimizer": "adam", "dropout": 0.2, "shift": 1.0, "l2": 0.001}])
def test_it_begins_and_ends_where_every_training_does(mnist, more):
    settings, data = resolve({**suits_the_page(), **KNOBS, **more})
    training = build_training(settings, data)
    start = training.network.parameters.copy()
    epochs = list(training)
    found = told(**more)
    progress = of_kind(found, "progress")
    np.testing.assert_array_equal(progress[0][1]["parameters"], start)
    np.testing.assert_array_equal(progress[-1][1]["parameters"], training.network.parameters)
    assert (progress[-1][0]["epoch"], progress[-1][0]["running"]) == (2, False)
    records = [values["record"] for values, _ in of_kind(found, "epoch")]
    assert [record["training_loss"] for record in records] == [epoch.training_loss for epoch in epochs]
    assert [record["validation_accuracy"] for record in records] == [epoch.validation_accuracy for epoch in epochs]
    assert [values["finished"] for values, _ in of_kind(found, "epoch")] == [False, True]


def test_what_is_saved_is_a_run_that_can_be_read(mnist, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = told("save")
    path = of_kind(found, "saved")[0][0]["path"]
    settings, _, model = read_run(path)
    assert (settings.hidden, settings.seed, settings.epochs) == ((12,), 4, 2)
    parameters = of_kind(found, "progress")[-1][1]["parameters"]
    np.testing.assert_array_equal(model.network.parameters, parameters)
    kept = [unsealed(json.loads(line)) for line in (tmp_path / path / HISTORY).read_text().splitlines()]
    assert kept == [values["record"] for values, _ in of_kind(found, "epoch")]
    np.testing.assert_array_equal(resume_run(path, {}).training.network.parameters, parameters)


def test_a_run_of_a_table_that_was_sent_keeps_the_table(mnist, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = np.random.default_rng(0).random((60, 2)).round(3)
    sent = tmp_path / "own-1.csv"
    sent.write_text("a,b,label\n" + "".join(f"{a},{b},{'xy'[int(a > b)]}\n" for a, b in values))
    found = told("save", sent=sent, dataset=str(sent), train_size=40, validation_size=10, hidden=(4,))
    path = of_kind(found, "saved")[0][0]["path"]
    sent.unlink()
    assert read_run(path)[0].dataset == str((tmp_path / path / "data.csv").resolve())


@pytest.mark.parametrize("penalty", [{}, {"l2": 1000.0}, {"weight_decay": 1000.0}], ids=str)
def test_a_rate_that_diverges_is_told_and_ends_nothing(mnist, penalty):
    found = told("run", "save", learning_rate=1000.0, hidden=(32,) * 3, **penalty)
    errors = [values["error"] for values, _ in of_kind(found, "error")]
    assert "diverge" in errors[0] or "finite" in errors[0]


@pytest.mark.parametrize("knobs", [{"hidden": (2048,) * 6}, {"hidden": (2048, 2048), "batch_size": 50_000}])
def test_a_network_too_large_to_watch_is_refused(mnist, knobs):
    with pytest.raises(UsageError, match="too large to watch"):
        told(**{"train_size": 50_000, **knobs})
