"""``glassnet sweep``: what it prints, what it leaves, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import COMMAND, refused
from glassnet.runs import cluster

pytest.importorskip("optuna")
pytestmark = pytest.mark.usefixtures("empty_directory")

SPACE = """
train_size = 300
validation_size = 100
epochs = 4
hidden = [4, 8]
learning_rate = { low = 0.01, high = 1.0, log = true }
optimizer = ["sgd", "adam"]
momentum = [0.5, 0.9]
"""
ENDED = '"op_code":6'  # of a line in Optuna's journal


@pytest.fixture
def space(empty_directory):
    Path("small.toml").write_text(SPACE)
    return "small.toml"


def test_the_result_is_a_table_json_and_a_page_and_the_best_run_can_be_used_at_once(call, space):
    code, out, error = call("sweep", space, "--trials", 6)
    assert code == 0
    assert "6 trials, in runs/small" in error
    assert "learning_rate  0.01 to 1, logarithmic" in error
    assert "importance" in out
    best = out.splitlines()[-2].split()[-1]
    assert best.startswith("runs/small/trial-00")
    assert Path("runs/small/sweep.html").read_text().startswith("<!doctype html>")
    code, out, error = call("sweep", space, "--trials", 6, "--json")  # all are there
    summary = json.loads(out)
    assert (code, error, summary["best"]["run"]) == (0, "", best)
    assert {"momentum" in trial["settings"] for trial in summary["trials"]} == {True, False}
    code, out, _ = call("evaluate", best, "--split", "test", "--json")
    assert (code, json.loads(out)["accuracy"]) == (0, summary["best"]["test_accuracy"])
    assert call("train", "--run", best, "--resume")[0] == 0
    code, out, error = call("evaluate", "runs/small")
    assert (code, "a sweep has no model of its own" in error) == (1, True)


def test_it_is_said_once_that_there_are_more_jobs_than_processors(call, space):
    code, _, error = call("sweep", space, "--trials", 1, "--jobs", 1, "--workers", 1000)
    assert (code, error.count("1000 processors are asked for")) == (0, 1)


def test_a_misspelled_setting_is_named_with_the_nearest(call):
    Path("space.toml").write_text("lerning_rate = [0.1, 0.2]")
    assert "got 'lerning_rate'. Did you mean 'learning_rate'?" in refused(2, call("sweep", "space.toml"))


@pytest.mark.parametrize("module", ["optuna", "matplotlib"])
def test_what_is_not_installed_is_said_in_one_line_before_anything_is_done(call, space, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    error = refused(1, call("sweep", space))
    assert f"{module} is not installed. Install it with: {sys.executable} -m pip install 'glassnet[sweep]'." in error


@pytest.mark.parametrize("command", [["sweep", "small.toml"], ["train", "--seeds", "2"]])
def test_a_cluster_that_does_not_answer_is_one_line(call, space, command, monkeypatch):
    pytest.importorskip("distributed")
    assert cluster.ANSWERS_WITHIN < 10 / 2  # the rest of ten seconds is for a slow machine
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 0.5)
    begun = time.monotonic()
    error = refused(2, call(*command, "--dask", "127.0.0.1:9"))
    assert "no Dask scheduler answers: got 127.0.0.1:9. Start one with dask scheduler" in error
    assert time.monotonic() - begun < 10


def in_a_group(*arguments):
    """Begin a command as a terminal does, whose Ctrl-C reaches all its processes."""
    return subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, text=True, start_new_session=True)


def lines_of(pattern):
    return sum(path.read_text().count("\n") for path in Path().glob(pattern))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes")
def test_an_interrupt_of_several_jobs_is_one_line(tmp_path):
    long = ["--train-size", "3000", "--validation-size", "300", "--hidden", "16", "--epochs", "5000"]
    command = in_a_group("train", *long, "--seeds", "3", "--jobs", "2", "--run", "run")
    while lines_of("run/*/history.jsonl") < 3:
        assert command.poll() is None
        time.sleep(0.02)
    os.killpg(command.pid, signal.SIGINT)
    error = command.communicate()[1]
    said = "glassnet: interrupted; what is whole is kept. Continue with: glassnet train --run run --resume"
    assert (command.returncode, error.split("\n")[-2], "Traceback" in error) == (130, said, False)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_sweep_that_is_killed_goes_on_by_the_same_command_and_does_no_trial_twice(space, jobs):
    Path(space).write_text(SPACE.replace("epochs = 4", "epochs = 40").replace("300", "3000"))
    arguments = ["sweep", space, "--trials", "8", "--jobs", jobs, "--json"]
    command = in_a_group(*arguments)
    journal = Path("runs/small/journal.log")
    while not journal.exists() or journal.read_text().count(ENDED) < 3:
        assert command.poll() is None
        time.sleep(0.02)
    command.kill()
    command.communicate()
    ended = journal.read_text().count(ENDED)
    kept = {path: path.read_bytes() for path in Path("runs/small").glob("*/model.safetensors")}
    again = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=True)
    summary = json.loads(again.stdout)
    assert [trial["trial"] for trial in summary["trials"]] == list(range(8))
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    assert sum(record["op_code"] == 4 for record in records) == 8  # trials that were begun
    assert sum(record["op_code"] == 6 for record in records) == 8  # and ended
    done = [path for path in kept if int(path.parent.name[-3:]) < ended - int(jobs) + 1]
    assert done
    assert all(path.read_bytes() == kept[path] for path in done)
    if jobs == "1":
        straight = subprocess.run([*COMMAND, *arguments, "--run", "straight"], capture_output=True, check=True)
        ours, theirs = (
            [{**trial, "run": "", "seconds": 0} for trial in trials]
            for trials in (summary["trials"], json.loads(straight.stdout)["trials"])
        )
        assert ours == theirs


@pytest.mark.slow
def test_two_commands_that_are_given_at_once_share_the_trials(space):
    arguments = [*COMMAND, "sweep", space, "--trials", "10", "--json"]
    commands = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (json.loads(command.communicate()[0]) for command in commands)
    assert first == second
    assert [trial["trial"] for trial in first["trials"]] == list(range(10))
    records = [json.loads(line) for line in Path("runs/small/journal.log").read_text().splitlines()]
    begun = [record["worker_id"] for record in records if record["op_code"] == 4]
    assert len(begun) == 10
