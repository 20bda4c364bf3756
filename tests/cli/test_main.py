import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image

from commands import exit_code
from glassnet.cli.main import SUBCOMMANDS
from glassnet.data.catalogue import CATALOGUE
from glassnet.evaluation import gradient_survey

SMALL = ["--train-size", "1000", "--validation-size", "500", "--epochs", "2", "--hidden", "16"]
TASKS = [("mnist", 12_730, "accuracy"), ("rotated-mnist", 12_577, "rmse")]
COMMAND = [sys.executable, "-m", "glassnet"]
KEYS = ["run", "dataset", "parameters", "epochs", "seed", "input_parts", "elapsed_seconds"]
FILES = {"config.toml", "history.jsonl", "checkpoint.safetensors", "model.safetensors", "metrics.json"}


@pytest.fixture
def call(call, monkeypatch, tmp_path):
    """Run a command in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return call


@pytest.fixture(scope="module")
def trained(tmp_path_factory, mnist):
    """One run of each task, and pictures beside them; to be read only."""
    directory = tmp_path_factory.mktemp("trained")
    for name in ("mnist", "rotated-mnist"):
        assert exit_code("train", *SMALL, "--run", directory / name, "--dataset", name) == 0
    for index in range(3):
        Image.fromarray(mnist.test.inputs[index]).resize((100, 100)).save(directory / f"digit{index}.png")
    return directory


def refused(code, result):
    """Check a refusal: nothing on stdout, no run, and one line on stderr, which is given."""
    found, out, error = result
    assert (found, out) == (code, ""), error
    assert re.fullmatch("glassnet: .*\n", error), error
    assert not Path("runs").exists()
    return error


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
    "input_parts": ["--input-parts 0", "--input-parts -1", "--input-parts 65"],
    "shards": ["--shards 3", "--shards 16"],
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


def test_evaluate_judges_both_splits(call, trained):
    for name, split in itertools.product(("mnist", "rotated-mnist"), ("validation", "test")):
        metrics = json.loads((trained / name / "metrics.json").read_text())
        code, out, _ = call("evaluate", trained / name, "--split", split, "--json")
        result = json.loads(out)
        assert (code, result["split"], result["dataset"]) == (0, split, name)
        assert result["examples"] == {"validation": 500, "test": 10_000}[split]
        measure = "accuracy" if name == "mnist" else "rmse"
        assert result[measure] == metrics[f"{split}_{measure}"]
    assert "By class" in call("evaluate", trained / "mnist")[1]
    assert "RMSE" in call("evaluate", trained / "rotated-mnist")[1]


def test_predict_answers_for_each_picture(call, trained):
    pictures = sorted(trained.glob("*.png"))
    code, out, _ = call("predict", trained / "mnist", *pictures, "--json")
    answers = json.loads(out)["predictions"]
    assert (code, [answer["file"] for answer in answers]) == (0, [str(path) for path in pictures])
    for answer in answers:
        assert sum(answer["probabilities"].values()) == pytest.approx(1)
        assert answer["digit"] == max(answer["probabilities"], key=answer["probabilities"].get)
    out = call("predict", trained / "mnist", *pictures)[1]
    assert (out.count(".png: "), out.count("%")) == (3, 30)
    out = call("predict", trained / "rotated-mnist", pictures[0], "--json")[1]
    assert json.loads(out)["predictions"][0]["unit"] == "degrees"


def test_what_cannot_be_read_gives_one_line_and_exit_code_1(call, trained):
    Path("seven.png").write_text("seven")
    Path("bad.toml").write_text("epochs =")
    shutil.copytree(trained / "mnist", "broken")
    Path("broken/model.safetensors").write_bytes(b"")
    for run in ("nowhere", "broken"):
        assert run in refused(1, call("evaluate", run))
        assert run in refused(1, call("predict", run, trained / "digit0.png"))
    assert "not a picture" in refused(1, call("predict", trained / "mnist", "seven.png"))
    assert "No such file" in refused(1, call("train", "--config", "missing.toml"))
    assert "not TOML" in refused(1, call("train", "--config", "bad.toml"))


def test_gradcheck_counts_its_checks_and_fails_when_one_does(call, monkeypatch):
    few = list(itertools.islice(gradient_survey.survey_gradients(0), 4))
    monkeypatch.setattr(gradient_survey, "survey_gradients", lambda _seed: few)
    monkeypatch.setattr(gradient_survey, "survey_large_gradients", lambda _seed: [])
    code, out, _ = call("gradcheck", "--json")
    result = json.loads(out)
    assert (code, result["checks"], result["failed"]) == (0, 4, 0)
    assert result["worst"] == max(case.check.relative_error for case in few) < result["tolerance"]
    few[0] = few[0]._replace(check=replace(few[0].check, analytic=2 * few[0].check.analytic))
    assert call("gradcheck")[0] == 1
    assert json.loads(call("gradcheck", "--json")[1])["failed"] == 1


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
def test_what_goes_into_a_pipe_has_no_escape_codes(trained, tmp_path, variables):
    environment = {**os.environ, "TERM": "xterm-256color", **variables}
    for arguments in (["train", *SMALL], ["evaluate", trained / "mnist"]):
        result = subprocess.run([*COMMAND, *arguments], capture_output=True, cwd=tmp_path, env=environment, check=True)
        assert b"\x1b" not in result.stdout + result.stderr


@pytest.mark.parametrize("arguments", [["evaluate", "mnist"], ["evaluate", "mnist", "--json"], ["train", "--help"]])
def test_a_reader_that_goes_away_gets_no_traceback(trained, arguments):
    command = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=trained)
    command.stdout.close()
    assert (command.stderr.read(), command.stderr.close(), command.wait()) == (b"", None, 1)


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
    advice = re.fullmatch(r"glassnet: interrupted; epoch \d+ is kept\. Go on with: glassnet (.* --resume)", last)
    assert {path.name for path in (tmp_path / "mine").iterdir()} == FILES - {"metrics.json"}
    code, out, _ = call(*advice[1].split(), "--json")
    assert (code, json.loads(out)["epochs"]) == (0, 60)
    epochs = [json.loads(line)["epoch"] for line in Path("mine/history.jsonl").read_text().splitlines()]
    assert epochs == list(range(1, 61))


def test_a_picture_that_cannot_be_read_does_not_keep_the_others_from_their_answers(call, trained):
    Path("odd[").mkdir()
    Path("odd[/b]name.png").write_text("seven")
    shutil.copy(trained / "digit0.png", "[red]7.png")
    code, out, error = call("predict", trained / "mnist", "odd[/b]name.png", "[red]7.png")
    assert code == 1
    assert out.startswith("[red]7.png: ")
    assert error.startswith("glassnet: not a picture in odd[/b]name.png")
    code, out, _ = call("predict", trained / "mnist", "odd[/b]name.png", "[red]7.png", "--json")
    answers = json.loads(out)["predictions"]
    assert ("error" in answers[0], "digit" in answers[1], code) == (True, True, 1)


def test_a_terminal_that_knows_few_signs_gets_an_answer_all_the_same(trained):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "glassnet"]
    for words in (["predict", trained / "mnist", trained / "digit0.png"], ["evaluate", trained / "mnist"]):
        process = subprocess.run([*command, *words], env=environment, capture_output=True, check=True)
        process.stdout.decode("ascii")


def test_what_goes_wrong_is_said_once_while_it_trains_and_a_healthy_training_says_nothing(call):
    sizes = ("--train-size", "2000", "--validation-size", "500", "--hidden", "32", "--input-parts", "1")
    code, _, error = call("train", "--run", "wild", *sizes, "--epochs", "5", "--learning-rate", "3")
    assert code == 0
    assert error.count("dead: ") == 1
    assert "Try a lower learning rate" in error
    code, _, error = call("train", "--run", "calm", *sizes, "--epochs", "12")
    assert code == 0
    assert not re.search(r"^  [a-z][a-z ]*: ", error, re.MULTILINE)
