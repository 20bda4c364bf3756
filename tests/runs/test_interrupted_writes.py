"""A run that ends before any one of its writes goes on to what it would have been: the order of its files matters."""

import json

import pytest

import glassnet.runs.directory as directory_module
import glassnet.runs.run as run_module
from glassnet.model import tensor_file
from glassnet.runs.directory import resume_run, start_run

SETTINGS = {"train_size": 100, "validation_size": 20, "hidden": (4,), "epochs": 2, "seed": 2, "patience": 3}
TIMES = ("training_seconds", "elapsed_seconds", "examples_per_second")


class PowerCut(BaseException):
    """Nothing that the program expects."""


class Power:
    """Counts the writes of whole files, and ends before one of them, or right after it."""

    def __init__(self, monkeypatch):
        self.written, self.cut_before, self.cut_after = [], None, None
        for module in (run_module, directory_module, tensor_file):
            monkeypatch.setattr(module, "write_whole", self.watch(module.write_whole))

    def watch(self, write):
        def watched(path, data):
            if len(self.written) == self.cut_before:
                raise PowerCut
            write(path, data)
            self.written.append(path.name)
            if len(self.written) == self.cut_after:
                raise PowerCut

        return watched


@pytest.fixture
def power(monkeypatch):
    monkeypatch.setattr(run_module, "KEEP_EVERY", 0)
    return Power(monkeypatch)


def complete(run):
    for _ in run:
        pass
    run.finish()


def contents(path):
    history = [json.loads(line) for line in (path / "history.jsonl").read_text().splitlines()]
    metrics = json.loads((path / "metrics.json").read_text())
    for record in (*history, metrics):
        for key in (*TIMES, "run", "seal", "sha256"):
            record.pop(key, None)
    return (path / "model.safetensors").read_bytes(), history, metrics


def test_a_cut_before_or_after_any_write_is_made_good_when_the_run_is_resumed(power, tmp_path):
    complete(start_run(tmp_path / "whole", SETTINGS))
    expected, writes = contents(tmp_path / "whole"), len(power.written)
    assert writes >= 6  # settings, a model and a checkpoint an epoch, metrics
    for cut in range(1, writes):
        for when in ("cut_before", "cut_after"):
            path = tmp_path / f"{when} {cut}"
            power.written.clear()
            setattr(power, when, cut)
            with pytest.raises(PowerCut):
                complete(start_run(path, SETTINGS))
            power.cut_before = power.cut_after = None
            complete(resume_run(path, {}))
            assert contents(path) == expected, f"{when} write {cut}, {power.written[cut - 1 : cut]}"


def test_the_model_is_never_older_than_the_checkpoint(power, tmp_path):
    complete(start_run(tmp_path / "run", SETTINGS))
    order = [name for name in power.written if name.endswith(".safetensors")]
    assert order[:2] == ["model.safetensors", "checkpoint.safetensors"]
    assert order == order[:2] * (len(order) // 2)
