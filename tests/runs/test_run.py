"""A run: its history, checkpoints and metrics, and what a process that is killed leaves of them."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from glassnet.errors import FileError, RunError, UsageError
from glassnet.files import locked
from glassnet.model.model import load_model
from glassnet.model.tensor_file import read_tensors, write_tensors
from glassnet.runs import run as training_run
from glassnet.runs.directory import resume_run, start_run

QUICK = {"train_size": 1_000, "validation_size": 500, "hidden": (16,), "epochs": 4, "seed": 3}
VARIANTS = [
    {},
    {"optimizer": "adam", "schedule": "cosine", "l2": 0.001},
    {"optimizer": "rmsprop", "momentum": 0.5, "patience": 2, "warmup": 1.0},
    {"dataset": "rotated-mnist", "optimizer": "adamw", "activation": ("tanh",), "validation_size": 0},
]
TIMES = ("training_seconds", "elapsed_seconds", "examples_per_second", "sha256")  # and the seal over them


def train(directory, **settings):
    run = start_run(directory, {**QUICK, **settings})
    list(run)
    run.finish()
    return run


def history(directory):
    lines = (directory / "history.jsonl").read_text().splitlines()
    return [{key: value for key, value in json.loads(line).items() if key not in TIMES} for line in lines]


def contents(directory):
    """All that must not depend on interruptions: the bytes of the model, and the figures."""
    metrics = json.loads((directory / "metrics.json").read_text())
    for key in ("run", "elapsed_seconds", "sha256"):
        del metrics[key]
    return (directory / "model.safetensors").read_bytes(), history(directory), metrics


def test_a_run_keeps_all_it_promises(tmp_path):
    run = train(tmp_path / "a")
    names = {path.name for path in run.directory.iterdir()}
    assert names == {"config.toml", "history.jsonl", "checkpoint.safetensors", "model.safetensors", "metrics.json"}
    record = json.loads((run.directory / "history.jsonl").read_text().splitlines()[0])
    assert list(record) == [
        "epoch",
        "training_loss",
        "penalty",
        "validation_loss",
        "validation_accuracy",
        "learning_rate",
        "training_seconds",
        "elapsed_seconds",
        "examples_per_second",
        "sha256",
    ]
    metrics = json.loads((run.directory / "metrics.json").read_text())
    assert metrics["model_is"] == "the last epoch"
    assert metrics["model_epoch"] == metrics["epochs"] == 4
    assert metrics["test"]["examples"] == 10_000
    assert {"glassnet", "numpy", "python"} <= set(metrics["versions"])
    assert metrics["blas"]


def test_the_settings_in_a_run_repeat_it(tmp_path):
    first = train(tmp_path / "a", optimizer="adam", activation=("tanh",))
    stored = tomllib.loads((first.directory / "config.toml").read_text())
    second = start_run(tmp_path / "b", stored)
    list(second)
    second.finish()
    assert contents(first.directory) == contents(second.directory)


@pytest.mark.parametrize("settings", VARIANTS, ids=["sgd", "adam", "patience", "regression"])
def test_resuming_after_every_epoch_in_turn_equals_never_stopping(tmp_path, settings):
    expected = contents(train(tmp_path / "whole", **settings).directory)
    for stop in range(5):
        directory = tmp_path / f"stopped-{stop}"
        run = start_run(directory, {**QUICK, **settings})
        for _ in zip(range(stop), run, strict=False):
            pass
        resumed = resume_run(directory, {})
        assert resumed.kept == resumed.training.progress.epoch <= stop
        list(resumed)
        resumed.finish()
        assert contents(directory) == expected


def test_what_a_killed_run_wrote_beyond_its_checkpoint_is_cut(tmp_path):
    expected = contents(train(tmp_path / "whole").directory)
    directory = tmp_path / "killed"
    run = start_run(directory, QUICK)
    next(iter(run))
    checkpoint = (directory / "checkpoint.safetensors").read_bytes()
    for _ in run:
        pass
    # As if it had been killed after a later epoch's history and model were written, in the middle of a line.
    (directory / "checkpoint.safetensors").write_bytes(checkpoint)
    with (directory / "history.jsonl").open("a") as file:
        file.write('{"epoch": 5, "train')
    resumed = resume_run(directory, {})
    list(resumed)
    resumed.finish()
    assert contents(directory) == expected


@pytest.mark.parametrize("prepare", ["missing", "empty"])
def test_resuming_what_is_not_there_starts_it(tmp_path, prepare):
    directory = tmp_path / "new"
    if prepare == "empty":
        directory.mkdir()
    run = resume_run(directory, QUICK)
    list(run)
    run.finish()
    assert contents(directory) == contents(train(tmp_path / "other").directory)


def test_a_finished_run_is_not_judged_again(tmp_path, monkeypatch):
    run = train(tmp_path / "a")
    metrics = (run.directory / "metrics.json").read_bytes()
    resumed = resume_run(run.directory, {})
    monkeypatch.setattr("glassnet.runs.run.evaluate", None)
    assert list(resumed) == []
    assert resumed.finish() == {key: value for key, value in json.loads(metrics).items() if key != "sha256"}


def test_the_test_set_is_opened_once_and_at_the_end(tmp_path, monkeypatch):
    from glassnet.evaluation.evaluate import evaluate

    judged = []

    def spy(model, examples):
        judged.append(examples)
        return evaluate(model, examples)

    monkeypatch.setattr("glassnet.runs.run.evaluate", spy)
    monkeypatch.setattr("glassnet.training.parallel.executor.evaluate", spy)
    run = start_run(tmp_path / "a", QUICK)
    list(run)
    assert all(examples is run.data.validation for examples in judged)
    run.finish()
    assert sum(examples is run.data.test for examples in judged) == 1
    assert judged[-1] is run.data.test


def test_a_history_with_lines_missing_is_refused(tmp_path):
    run = train(tmp_path / "a")
    (run.directory / "history.jsonl").write_text("")
    with pytest.raises(RunError, match=r"history damaged in .* expected epoch 1 in line 1, got nothing"):
        resume_run(run.directory, {})


def test_with_patience_the_model_is_the_best_epochs(tmp_path):
    run = train(tmp_path / "a", epochs=60, patience=2, learning_rate=0.3, schedule="constant")
    records = history(run.directory)
    best = min(records, key=lambda record: record["validation_loss"])
    metrics = json.loads((run.directory / "metrics.json").read_text())
    assert len(records) < 60
    assert metrics["model_epoch"] == best["epoch"] < metrics["epochs"]
    assert metrics["model_is"] == "the epoch with the lowest validation loss"
    assert metrics["validation_accuracy"] == best["validation_accuracy"]


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, None], ids=["empty", "zeros", "one bit"])
def test_a_damaged_checkpoint_is_refused(tmp_path, damage):
    run = train(tmp_path / "a")
    path = run.directory / "checkpoint.safetensors"
    flipped = bytearray(path.read_bytes())
    flipped[-5] ^= 1
    path.write_bytes(bytes(flipped) if damage is None else damage)
    with pytest.raises(FileError, match=r"checkpoint\.safetensors"):
        resume_run(run.directory, {})


def start_process(directory, *options):
    command = [sys.executable, "-m", "glassnet", "train", "--run", str(directory), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_that_outlives_its_parent_does_not_keep_the_lock(tmp_path):
    told, tell = os.pipe()
    with locked(tmp_path):
        child = os.fork()
        if child == 0:  # pragma: no cover
            os.write(tell, b"1")
            time.sleep(30)
            os._exit(0)
        os.read(told, 1)  # the child has begun
        with pytest.raises(UsageError, match="another process"), locked(tmp_path):
            pass
    try:
        with locked(tmp_path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)
        os.close(tell)


class Killed(BaseException):
    """As SIGKILL would: nobody handles it."""


def test_killed_at_any_of_its_renames_a_run_resumes_to_the_same_bytes(tmp_path, monkeypatch):
    """The model is written before the checkpoint that says it is there: else a finished run would keep an old one."""
    settings = {**QUICK, "epochs": 2, "train_size": 300, "validation_size": 100}
    expected = contents(train(tmp_path / "whole", **settings).directory)
    replace, renames = Path.replace, []

    def killed_at(last):
        def rename(self, target):
            renames.append(Path(target).name)
            if len(renames) == last:
                raise Killed
            return replace(self, target)

        return rename

    monkeypatch.setattr(training_run, "KEEP_EVERY", 0.0)
    for last in range(1, 100):
        renames.clear()
        monkeypatch.setattr(Path, "replace", killed_at(last))
        try:
            train(tmp_path / f"killed-{last}", **settings)
        except Killed:
            monkeypatch.setattr(Path, "replace", replace)
            resumed = resume_run(tmp_path / f"killed-{last}", settings)
            list(resumed)
            resumed.finish()
            assert contents(tmp_path / f"killed-{last}") == expected, renames
        else:
            break
    kept = ["model.safetensors", "checkpoint.safetensors"]
    assert renames == ["config.toml", "history.jsonl", *kept, *kept, "metrics.json"]


def test_an_interrupt_in_the_middle_of_an_epoch_keeps_the_last_whole_one(tmp_path, monkeypatch):
    monkeypatch.setattr(training_run, "KEEP_EVERY", 3600.0)
    settings = {"train_size": 640, "validation_size": 50, "hidden": (8,), "epochs": 6, "batch_size": 64}
    whole = start_run(tmp_path / "whole", settings)
    list(whole)
    run = start_run(tmp_path / "run", settings)
    gather, made = run.training.executor.gather, []

    def interrupted(traces):
        made.append(traces)
        if len(made) == 34:  # the fourth step of the fourth epoch
            raise KeyboardInterrupt
        return gather(traces)

    monkeypatch.setattr(run.training.executor, "gather", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(run)
    assert (run.kept, len(history(tmp_path / "run"))) == (3, 3)
    rest = resume_run(tmp_path / "run", {})
    assert [epoch.number for epoch in rest] == [4, 5, 6]
    assert rest.training.network.parameters.tobytes() == whole.training.network.parameters.tobytes()


@pytest.mark.parametrize("written", [0, 1, 40, 10_000])
def test_an_interrupt_while_the_history_is_written_keeps_that_epoch_too(tmp_path, monkeypatch, written):
    monkeypatch.setattr(training_run, "KEEP_EVERY", 3600.0)
    settings = {"train_size": 200, "validation_size": 50, "hidden": (8,), "epochs": 4}
    run = start_run(tmp_path / "run", settings)
    opened = Path.open

    class Interrupted:
        """A file that takes a part of the third epoch's line before the interrupt comes."""

        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def fileno(self):
            return self.file.fileno()

        def write(self, text):
            third = text.startswith('{"epoch": 3,')
            self.file.write(text[:written] if third else text)
            if third:
                raise KeyboardInterrupt

    def opening(path, mode="r", **options):
        file = opened(path, mode, **options)
        return Interrupted(file) if path.name == "history.jsonl" and mode == "a" else file

    monkeypatch.setattr(Path, "open", opening)
    with pytest.raises(KeyboardInterrupt):
        list(run)
    monkeypatch.setattr(Path, "open", opened)
    assert [record["epoch"] for record in history(tmp_path / "run")] == [1, 2, 3]
    assert [epoch.number for epoch in resume_run(tmp_path / "run", {})] == [4]


SLOWER = ["--train-size", "6000", "--validation-size", "500", "--hidden", "64", "--epochs", "8", "--seed", "1"]


@pytest.mark.slow
def test_kill_9_at_any_moment_and_resume_gives_the_same_bytes(tmp_path):
    started = time.monotonic()
    assert start_process(tmp_path / "whole", *SLOWER).wait() == 0
    duration = time.monotonic() - started
    expected = contents(tmp_path / "whole")
    for moment in range(12):
        directory = tmp_path / f"killed-{moment}"
        process = start_process(directory, *SLOWER)
        time.sleep(duration * (moment + 0.5) / 12)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert start_process(directory, *SLOWER, "--resume").wait() == 0
        assert contents(directory) == expected
        assert not list(directory.glob(".*"))


def test_killed_while_the_metrics_are_written_leaves_nothing_behind_once_resumed(tmp_path):
    options = ["--train-size", "500", "--validation-size", "100", "--hidden", "8", "--epochs", "1"]
    assert start_process(tmp_path / "run", *options).wait() == 0
    written = (tmp_path / "run" / "metrics.json").rename(tmp_path / "run" / ".metrics.json.7.0a1b.part").read_bytes()
    assert start_process(tmp_path / "run", "--resume").wait() == 0
    assert (tmp_path / "run" / "metrics.json").read_bytes() == written
    assert not list((tmp_path / "run").glob(".*"))


def test_killed_once_in_the_middle_and_resumed_gives_the_same_bytes(tmp_path):
    options = ["--train-size", "3000", "--validation-size", "200", "--hidden", "32", "--epochs", "12"]
    assert start_process(tmp_path / "whole", *options).wait() == 0
    process = start_process(tmp_path / "killed", *options)
    while not (tmp_path / "killed" / "checkpoint.safetensors").exists():
        assert process.poll() is None
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(history(tmp_path / "killed")) < 12
    assert start_process(tmp_path / "killed", "--resume").wait() == 0
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def test_a_saved_model_answers_as_the_training_did(tmp_path):
    run = train(tmp_path / "a")
    images = run.data.test.inputs[:50]
    model = load_model(run.directory / "model.safetensors")
    assert (model.predict_probabilities(images) == run.training.model.predict_probabilities(images)).all()


def test_a_second_process_is_kept_out_of_a_run_in_progress(tmp_path):
    run = start_run(tmp_path / "a", QUICK)
    epochs = iter(run)
    next(epochs)
    other = resume_run(tmp_path / "a", {})
    with pytest.raises(UsageError, match="another process is training in this run"):
        list(other)
    list(epochs)
    with pytest.raises(RunError, match="another process has continued this run"):
        list(other)
    assert [record["epoch"] for record in history(tmp_path / "a")] == [1, 2, 3, 4]


def test_the_leftovers_of_a_killed_writer_neither_block_a_run_nor_stay(tmp_path):
    directory = tmp_path / "a"
    directory.mkdir()
    (directory / ".config.toml.123.abcd.part").write_text("epo")
    run = resume_run(directory, QUICK)
    list(run)
    assert not list(directory.glob(".*"))


@pytest.mark.parametrize("progress", [None, {}, {"epoch": 1}, "text"])
def test_a_checkpoint_that_makes_no_sense_is_refused(tmp_path, progress):
    run = train(tmp_path / "a")
    path = run.directory / "checkpoint.safetensors"
    arrays, description = read_tensors(path)
    write_tensors(path, arrays, {**description, "progress": progress})
    with pytest.raises(RunError, match="invalid checkpoint"):
        resume_run(run.directory, {})


def test_metrics_that_lack_something_are_refused(tmp_path):
    run = train(tmp_path / "a")
    (run.directory / "metrics.json").write_text("{}")
    with pytest.raises(RunError, match="metrics incomplete"):
        resume_run(run.directory, {}).finish()


def test_short_epochs_are_kept_together_and_the_last_one_asked_for_always(tmp_path, monkeypatch):
    monkeypatch.setattr(training_run, "KEEP_EVERY", 3600.0)
    settings = {"train_size": 200, "validation_size": 50, "hidden": (8,), "epochs": 5}
    whole = start_run(tmp_path / "whole", settings)
    assert [(epoch.number, whole.kept) for epoch in whole] == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 5)]
    run = start_run(tmp_path / "left", settings)
    for epoch in run:
        if epoch.number == 3:
            break
    assert run.kept == 3
    rest = resume_run(tmp_path / "left", {})
    assert [epoch.number for epoch in rest] == [4, 5]
    assert rest.training.network.parameters.tobytes() == whole.training.network.parameters.tobytes()
    lines = [(tmp_path / name / "history.jsonl").read_text().splitlines() for name in ("whole", "left")]
    losses = [[json.loads(line)["training_loss"] for line in history] for history in lines]
    assert len(losses[0]) == 5
    assert losses[0] == losses[1]
