"""``glassnet train``: what it prints, keeps and refuses; seeds and ensembles."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import COMMAND, SMALL, refused
from glassnet import hardware
from glassnet.cli import train
from glassnet.runs.directory import start_run
from glassnet.training.parallel import helper

pytestmark = pytest.mark.usefixtures("empty_directory")

TASKS = [("mnist", 12_730, "accuracy"), ("rotated-mnist", 12_577, "rmse")]
KEYS = ["run", "dataset", "parameters", "epochs", "seed", "input_parts", "elapsed_seconds"]
FILES = {"config.toml", "history.jsonl", "checkpoint.safetensors", "model.safetensors", "metrics.json"}


def test_several_seeds_give_mean_deviation_and_interval(call):
    code, out, _ = call("train", *SMALL, "--seeds", 3, "--seed", 5, "--json")
    summary = json.loads(out)
    assert code == 0
    assert summary["seeds"] == [5, 6, 7]
    assert len(summary["test_accuracy"]["values"]) == 3
    assert {path.name for path in Path("runs/001").iterdir()} == {
        "config.toml",
        "seed-5",
        "seed-6",
        "seed-7",
        "summary.json",
    }
    code, again, _ = call("train", "--json", "--run", "runs/001", "--resume")
    assert (code, json.loads(again)["test_accuracy"]) == (0, summary["test_accuracy"])


def test_a_run_with_several_seeds_says_which_of_them_to_name(call):
    call("train", *SMALL, "--seeds", 2)
    code, out, error = call("evaluate", "runs/001")
    assert (code, out) == (1, "")
    assert "Name one of its seeds: runs/001/seed-0" in error
    assert call("evaluate", "runs/001/seed-0")[0] == 0


def test_what_is_no_run_is_not_resumed(call):
    Path("full").mkdir()
    Path("full/letter.txt").write_text("Dear reader")
    code, _, error = call("train", *SMALL, "--run", "full", "--resume")
    assert (code, "nothing to resume" in error, [*Path("full").iterdir()]) == (2, True, [Path("full/letter.txt")])


def test_several_seeds_are_reported_in_words(call):
    code, out, _ = call("train", *SMALL, "--seeds", 2)
    assert code == 0
    assert "test accuracy" in out
    assert "2 seeds; 95% interval of the mean" in out
    assert out.count(" ± ") == 2
    code, out, _ = call("train", "--dataset", "rotated-mnist", *SMALL, "--seeds", 2)
    assert (code, "test rmse" in out) == (0, True)


def test_an_ensemble_is_trained_evaluated_and_used_like_one_network(call, mnist):
    code, out, error = call("train", *SMALL, "--ensemble", 2, "--json")
    result = json.loads(out)
    assert (code, result["parameters"]) == (0, 2 * 12_730)
    assert "2 networks" in error
    code, out, _ = call("evaluate", "runs/001", "--split", "test", "--json")
    assert (code, json.loads(out)["accuracy"]) == (0, result["test_accuracy"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--recipe", "simmard"], "Did you mean 'simard'"),
        (["--recipe", ""], "unknown recipe"),
        (["--seeds", "0"], "invalid seeds: expected a whole number, at least 1, got 0."),
        (["--ensemble", "0"], "invalid ensemble"),
        (["--dropout", "1"], "invalid dropout"),
        (["--average-decay", "0.9", "--average-tail", "0.5"], "two averages"),
        (["--dataset", "rotated-mnist", "--rotation", "5"], "changes the target"),
        (["--shift", "-1"], "invalid shift"),
    ],
)
def test_wrong_use_gives_one_line_and_leaves_no_run(call, arguments, message):
    code, out, error = call("train", *SMALL, *arguments)
    assert (code, out) == (2, "")
    assert message in error
    assert error.count("\n") == 1
    assert not Path("runs").exists()


@pytest.mark.parametrize(("name", "parameters", "measure"), TASKS)
def test_train_prints_one_json_object_with_exactly_the_promised_keys(call, name, parameters, measure):
    code, out, _ = call("train", *SMALL, "--dataset", name, "--seed", 3, "--input-parts", 1, "--json")
    result = json.loads(out)
    assert (code, out.count("\n")) == (0, 1)
    assert list(result) == [*KEYS, f"validation_{measure}", f"test_{measure}"]
    assert [result[key] for key in KEYS[:6]] == ["runs/001", name, parameters, 2, 3, 1]
    assert 0 < result["elapsed_seconds"] < 60
    assert {path.name for path in Path("runs/001").iterdir()} == FILES
    code, out, _ = call("train", *SMALL, "--dataset", name, "--validation-size", 0, "--json")
    assert (code, json.loads(out)[f"validation_{measure}"]) == (0, None)


def test_run_directories_count_up_and_an_existing_one_is_never_overwritten(call):
    for number in ("001", "002"):
        code, out, error = call("train", *SMALL)
        assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ["validation", "test", "model"])
        assert "784 → 16 → 10" in error
        assert Path("runs", number, "metrics.json").exists()
    Path("runs/017").mkdir()
    assert json.loads(call("train", *SMALL, "--json")[1])["run"] == "runs/018"
    before = {path: path.read_bytes() for path in Path("runs/001").iterdir()}
    code, out, error = call("train", *SMALL, "--run", "runs/001")
    assert (code, out) == (2, "")
    assert re.search("got runs/001.*Add --resume", error)
    assert {path: path.read_bytes() for path in Path("runs/001").iterdir()} == before


def test_a_setting_that_cannot_be_meant_is_wrong_use_in_a_config_file_too(call):
    wrong = {
        "epohcs = 2": "Did you mean 'epochs'?",
        "epochs = '2'": "expected a whole number, at least 1, got '2'",
        "threads = -1": "input_parts",
    }
    for setting, message in wrong.items():
        Path("my.toml").write_text(setting)
        assert message in refused(2, call("train", *SMALL[:4], "--config", "my.toml"))


def test_options_win_over_the_config_file_and_it_over_the_defaults(call):
    Path("my.toml").write_text("train_size = 500\nvalidation_size = 0\nhidden = [8]\nepochs = 1\nseed = 5\n")
    result = json.loads(call("train", "--config", "my.toml", "--seed", 6, "--json")[1])
    assert (result["parameters"], result["epochs"], result["seed"]) == (784 * 8 + 8 + 80 + 10, 1, 6)


def test_divergence_names_the_step_the_cause_and_the_remedy(call):
    code, out, error = call("train", *SMALL, "--learning-rate", 1e6)
    assert (code, out) == (1, "")
    expected = r"glassnet: training diverged at step \d+: .* learning rate .* too high\. Try a learning rate of \S+\."
    assert re.fullmatch(expected, error.splitlines()[-1])


def test_ctrl_c_keeps_the_checkpoint_and_says_how_to_go_on(call, tmp_path):
    arguments = ["train", *SMALL, "--epochs", "60", "--run", "mine"]
    command = subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, cwd=tmp_path, text=True)
    history = tmp_path / "mine/history.jsonl"
    while not history.exists() or history.read_text().count("\n") < 2:  # so that the first epoch is surely kept
        assert command.poll() is None
        time.sleep(0.005)
    command.send_signal(signal.SIGINT)
    last = command.communicate()[1].splitlines()[-1]
    assert command.returncode == 130
    advice = re.fullmatch(r"glassnet: interrupted; epoch \d+ is kept\. Continue with: glassnet (.* --resume)", last)
    assert {path.name for path in (tmp_path / "mine").iterdir()} == FILES - {"metrics.json"}
    code, out, _ = call(*advice[1].split(), "--json")
    assert (code, json.loads(out)["epochs"]) == (0, 60)
    epochs = [json.loads(line)["epoch"] for line in Path("mine/history.jsonl").read_text().splitlines()]
    assert epochs == list(range(1, 61))


def test_what_goes_wrong_is_said_once_while_it_trains_and_a_healthy_training_says_nothing(call):
    sizes = ("--train-size", "2000", "--validation-size", "500", "--hidden", "32", "--input-parts", "1")
    code, _, error = call("train", "--run", "wild", *sizes, "--epochs", "5", "--learning-rate", "3")
    assert code == 0
    assert error.count("dead: ") == 1
    assert "Try a lower learning rate" in error
    code, _, error = call("train", "--run", "calm", *sizes, "--epochs", "12")
    assert code == 0
    assert not re.search(r"^  [a-z][a-z ]*: ", error, re.MULTILINE)


LARGE = {"train_size": 1_000, "validation_size": 0, "epochs": 100}


@pytest.mark.parametrize(
    ("processors", "settings", "said"),
    [
        (8, {}, "6 of 8 processors stay idle, as this run is divided into 2 parts: --input-parts 8 or --shards 8 "),
        (8, {"shards": 4}, "4 of 8 processors stay idle, as this run is divided into 4 parts: "),
        (8, {"input_parts": 8}, ""),
        (2, {}, ""),
        (8, {"epochs": 1}, ""),  # too little work for two
        (8, {"max_norm": 1.0}, ""),  # cannot be divided
    ],
)
def test_it_is_said_in_one_line_that_processors_stay_idle(monkeypatch, processors, settings, said):
    monkeypatch.setattr(train, "processors", lambda: processors)
    monkeypatch.setattr(helper, "processors", lambda: processors)
    line = train.say_who_computes(start_run("run", {**LARGE, **settings}), None)
    assert line.startswith(said)
    assert bool(line) == bool(said)
    assert line.count("\n") == bool(said)


def test_more_workers_than_processors_are_allowed_and_said_once(call):
    with hardware.at_most(hardware.processors()):  # which gives back what the command says
        code, _, error = call("train", *SMALL, "--workers", 64)
        assert hardware.processors() == 64
    assert code == 0
    assert error.count("glassnet: 64 workers on ") == error.count("workers") == 1


def test_ranks_without_mpi4py_are_told_what_to_install(call, monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py.MPI", None)
    monkeypatch.setenv("PMI_RANK", "0")
    monkeypatch.setenv("PMI_SIZE", "2")
    error = refused(1, call("train", *SMALL))
    install = f"Install it with: {sys.executable} -m pip install 'glassnet[mpi]'"
    assert error == f"glassnet: mpi4py is not installed. {install}.\n"


def test_a_training_that_patience_has_ended_says_so_and_is_not_called_unfinished(call, tmp_path):
    options = ["--train-size", 200, "--validation-size", 100, "--hidden", 8, "--epochs", 40, "--patience", 1]
    code, _, error = call("train", *options, "--learning-rate", 1.5, "--run", tmp_path / "run")
    assert code == 0, error
    assert re.search(r"stopped after epoch \d+ of 40: no improvement in 1 epochs \(--patience\)", error)
    assert "unfinished" not in error
