"""The command line: wrong use, help, completion, and what a terminal, a pipe or a signal asks of it."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from commands import COMMAND, SMALL, refused
from glassnet.cli.main import SUBCOMMANDS
from glassnet.data.catalogue import CATALOGUE

pytestmark = pytest.mark.usefixtures("empty_directory")

# What the message must say, and what provokes it.
WRONG_USE = {
    "Did you mean 'relu'?": ["--activation rellu", "--hidden none --activation rellu"],
    "Did you mean 'cross_entropy'?": ["--loss crossentropy"],
    "Did you mean 'adam'?": ["--optimizer adm"],
    "Did you mean 'mnist'?": ["--dataset mnits"],
    "--epochs": ["--epoch 3"],
    "layer": ["--activation relu,tanh"],
    "invalid hidden": ["--hidden 0", "--hidden 16,-1"],
    "hidden": ["--hidden 1.5", "--hidden ,"],
    "epochs": ["--epochs 0", "--epochs -1", "--epochs many", "--warmup 2"],
    "learning_rate": [f"--learning-rate {rate}" for rate in ("0", "-0.1", "nan", "inf")],
    "batch": ["--batch-size 0", "--batch-size -1", "--batch-size all"],
    "input_parts": ["--input-parts 0", "--input-parts -1", "--input-parts 1025"],
    "shards": ["--shards 0", "--shards 1025"],
    "workers": ["--workers 0"],
    "seed": ["--seed -1"],
    "train": ["--train-size 0", "--validation-size 60000", "spare"],
    "validation": ["--validation-size -1", "--validation-size 0 --patience 2"],
    "momentum": ["--momentum 1", "--optimizer adam --momentum 0.9", "--nesterov --momentum 0"],
    "rotated-mnist predicts numbers": ["--dataset rotated-mnist --loss cross_entropy"],
    "--resume needs --run": ["--resume"],
}
WRONG_CALLS = [(f"train {options}", message) for message, calls in WRONG_USE.items() for options in calls]
WRONG_CALLS += [(words, "--help'") for words in ("predict", "predict runs/001", "evaluate x --split train")]
WRONG_CALLS += [
    ("trian", "Did you mean 'train'?"),
    ("train --hidden 99999999999999", "too large"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_CALLS)
def test_wrong_use_gives_one_line_exit_code_2_and_leaves_no_run(call, arguments, message):
    words = arguments.split()
    assert message in refused(2, call(words[0], *(SMALL if words[0] == "train" else []), *words[1:]))


def test_what_cannot_be_read_gives_one_line_and_exit_code_1(call, trained_tasks):
    Path("seven.png").write_text("seven")
    Path("bad.toml").write_text("epochs =")
    shutil.copytree(trained_tasks / "mnist", "broken")
    Path("broken/model.safetensors").write_bytes(b"")
    for run in ("nowhere", "broken"):
        assert run in refused(1, call("evaluate", run))
        assert run in refused(1, call("predict", run, trained_tasks / "digit0.png"))
    assert "not a picture" in refused(1, call("predict", trained_tasks / "mnist", "seven.png"))
    assert "No such file" in refused(1, call("train", "--config", "missing.toml"))
    assert "invalid TOML" in refused(1, call("train", "--config", "bad.toml"))


def test_version_help_and_data_sets_are_told(call):
    assert call("--version")[:2] == (0, f"glassnet {version('glassnet')}\n")
    assert all(f"  {word} " in call("--help")[1] for word in SUBCOMMANDS)
    for command in SUBCOMMANDS:
        code, out, error = call(command, "--help")
        assert (code, out.split()[:3], error) == (0, ["Usage:", "glassnet", command], "")
    entries = json.loads(call("datasets", "--json")[1])["datasets"]
    assert [entry["name"] for entry in entries] == [*CATALOGUE]
    assert "rotated-mnist" in call("datasets")[1]


def test_the_shell_completes_names_of_options_and_their_values(call, monkeypatch):
    completions = {
        "glassnet tr": ["train"],
        "glassnet train --learn": ["--learning-rate"],
        "glassnet train --optimizer ada": ["adam", "adamw"],
        "glassnet train --activation relu,l": ["relu,leaky_relu"],
    }
    monkeypatch.setenv("_GLASSNET_COMPLETE", "bash_complete")
    for typed, offered in completions.items():
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
        assert call()[1].splitlines() == [f"plain,{word}" for word in offered]


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"COLUMNS": "40"}])
def test_what_goes_into_a_pipe_has_no_escape_codes(trained_tasks, tmp_path, variables):
    environment = {**os.environ, "TERM": "xterm-256color", **variables}
    for arguments in (["train", *SMALL], ["evaluate", trained_tasks / "mnist"]):
        result = subprocess.run([*COMMAND, *arguments], capture_output=True, cwd=tmp_path, env=environment, check=True)
        assert b"\x1b" not in result.stdout + result.stderr


@pytest.mark.parametrize("arguments", [["evaluate", "mnist"], ["evaluate", "mnist", "--json"], ["train", "--help"]])
def test_a_reader_that_goes_away_gets_no_traceback(trained_tasks, arguments):
    command = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=trained_tasks
    )
    command.stdout.close()
    assert (command.stderr.read(), command.stderr.close(), command.wait()) == (b"", None, 1)


def test_a_terminal_that_knows_few_signs_gets_an_answer_all_the_same(trained_tasks):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "glassnet"]
    for words in (
        ["predict", trained_tasks / "mnist", trained_tasks / "digit0.png"],
        ["evaluate", trained_tasks / "mnist"],
    ):
        process = subprocess.run([*command, *words], env=environment, capture_output=True, check=True)
        process.stdout.decode("ascii")
