"""Signals, exceptions and names that would steer a terminal: what the command line makes of them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from commands import COMMAND, exit_code
from glassnet.cli import main as command_line
from glassnet.model.tensor_file import read_tensors

pytestmark = pytest.mark.usefixtures("empty_directory")

LONG = ["--train-size", "3000", "--validation-size", "300", "--hidden", "16", "--epochs", "500"]


def begun(*arguments):
    return subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def epochs_of(run):
    history = Path(run) / "history.jsonl"
    return history.read_text().count("\n") if history.exists() else 0


def wait_for(command, run, epochs):
    while epochs_of(run) < epochs:
        assert command.poll() is None
        time.sleep(0.01)


@pytest.mark.parametrize(("name", "words"), [("SIGTERM", "stopped by SIGTERM"), ("SIGHUP", "stopped by SIGHUP")])
def test_a_signal_keeps_the_last_whole_epoch_and_says_so(name, words):
    command = begun("train", *LONG, "--run", "run")
    wait_for(command, "run", 20)
    sent = time.monotonic()
    command.send_signal(getattr(signal, name))
    error = command.communicate()[1]
    assert time.monotonic() - sent < 5
    assert command.returncode == 128 + getattr(signal, name)
    done = epochs_of("run")
    assert error.splitlines()[-1] == (
        f"glassnet: {words}; epoch {done} is kept. Continue with: glassnet train --run run --resume"
    )
    assert read_tensors("run/checkpoint.safetensors")[1]["progress"]["epoch"] == done >= 20
    assert not list(Path("run").glob(".*"))


def test_a_run_that_was_stopped_twice_ends_in_the_same_bytes():
    options = ["--train-size", "3000", "--validation-size", "300", "--hidden", "16", "--epochs", "60"]
    assert exit_code("train", *options, "--run", "whole") == 0
    for stop in (5, 30):
        command = begun("train", *options, "--run", "run", "--resume")
        wait_for(command, "run", stop)
        command.terminate()
        command.communicate()
        assert command.returncode in (0, 143)
    assert exit_code("train", "--run", "run", "--resume") == 0
    assert Path("run/model.safetensors").read_bytes() == Path("whole/model.safetensors").read_bytes()


def test_of_several_seeds_the_one_that_was_stopped_is_named():
    command = begun("train", *LONG, "--run", "run", "--seeds", "2")
    wait_for(command, "run/seed-0", 3)
    command.terminate()
    last = command.communicate()[1].splitlines()[-1]
    done = epochs_of("run/seed-0")
    assert command.returncode == 143
    assert last.endswith(f"epoch {done} of seed-0 is kept. Continue with: glassnet train --run run --resume")


def test_a_second_signal_ends_at_once_and_what_is_kept_is_whole():
    command = begun("train", *LONG, "--run", "run")
    wait_for(command, "run", 3)
    for _ in range(2):
        command.terminate()
        time.sleep(0.002)
    command.communicate()
    assert command.returncode in (143, -signal.SIGTERM)
    command = begun("train", "--run", "run", "--resume")
    wait_for(command, "run", 5)
    command.terminate()
    command.communicate()
    assert command.returncode == 143


def test_what_nohup_ignores_stays_ignored():
    code = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); from glassnet.cli.main import main; main()"
    )
    command = subprocess.Popen([sys.executable, "-c", code, "train", *LONG, "--run", "run"], stderr=subprocess.DEVNULL)
    wait_for(command, "run", 2)
    command.send_signal(signal.SIGHUP)
    wait_for(command, "run", epochs_of("run") + 3)
    command.terminate()
    assert command.wait() == 143


def test_a_programs_own_handlers_are_as_they_were_once_the_command_has_ended(call):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    call("datasets", "--json")
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]


@pytest.mark.parametrize("error", [AttributeError, RecursionError, KeyError, ZeroDivisionError])
def test_what_nobody_foresaw_is_one_line_with_how_to_report_it_and_a_traceback_if_asked(call, monkeypatch, error):
    def fail(*_):
        raise error("no\x1bsuch")

    monkeypatch.setattr(command_line.LazyGroup, "get_command", fail)
    code, out, said = call("evaluate", "run")
    assert (code, out, said.count("\n")) == (70, "", 1)
    assert error.__name__ in said
    assert "report it" in said
    assert "\x1b" not in said
    code, _, said = call("evaluate", "run", "--debug")
    assert (code, said.startswith("Traceback (most recent call last):\n"), "\x1b" in said) == (70, True, False)
    assert call("--debug", "evaluate", "run")[2] == said


@pytest.mark.parametrize(
    "words", [["evaluate", "a\x1b[31mb"], ["evaluate", "a\nb\x07"], ["\x1b]0;x\x07"], ["--\x1b[2J"]]
)
def test_no_name_steers_the_terminal(call, words):
    code, out, error = call(*words)
    assert (code in (1, 2), out, error.count("\n")) == (True, "", 1)
    assert error.rstrip("\n").isprintable()


def test_control_characters_in_names_are_written_out_wherever_they_are_printed(call):
    names = ["x", "\x1b]0;owned\x07\x1b[31mred"]
    rows = np.array([[i % 2 + i / 999, i % 7] for i in range(60)])
    np.savez("t.npz", x=rows, y=np.array([names[i % 2] for i in range(60)]))
    assert call("train", "--dataset", "t.npz", "--run", "r\x1b[1m", "--epochs", "2", "--ensemble", "1")[0] == 0
    for command in (["evaluate", "r\x1b[1m"], ["explain", "r\x1b[1m"]):
        code, out, error = call(*command)
        assert (code, "\x1b" in out + error, "\x07" in out + error) == (0, False, False)
    assert r"\x1b]0;" in call("evaluate", "r\x1b[1m")[1]


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes there")
def test_a_run_whose_name_is_no_utf_8_is_trained_evaluated_and_reported_and_such_data_is_refused(tmp_path):
    def run(*words):
        result = subprocess.run([*COMMAND, *words], capture_output=True, cwd=tmp_path)
        assert b"Traceback" not in result.stderr
        return result.returncode

    small = [b"--train-size", b"300", b"--validation-size", b"100", b"--hidden", b"4", b"--epochs", b"1"]
    assert run(b"train", *small, b"--run", b"r\xff") == 0
    assert run(b"evaluate", b"r\xff") == 0
    assert run(b"evaluate", b"r\xff", b"--json") == 0
    (tmp_path / os.fsdecode(b"d\xff.csv")).write_text("a,class\n" + "1,x\n2,y\n" * 20)
    assert run(b"train", b"--dataset", b"d\xff.csv") == 2
    assert run(b"evaluate", b"missing\xff") == 1


def test_json_is_whole_where_nothing_went_wrong(call):
    code, out, _ = call("datasets", "--json", "--debug")
    assert (code, "datasets" in json.loads(out)) == (0, True)
