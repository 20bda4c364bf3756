"""The figures that the README promises, measured on whole commands as a person types them."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
NIELSEN = (
    "--hidden 30 --activation sigmoid --loss mse --initializer standard_normal --batch-size 10 --optimizer sgd "
    "--momentum 0 --schedule constant --learning-rate 15 --epochs 30"
)
ZHANG = (
    "--hidden 10 --activation relu --initializer uniform --batch-size full --optimizer sgd --momentum 0 "
    "--schedule constant --learning-rate 0.1 --epochs 500"
)


def train(directory, options=""):
    command = [sys.executable, "-m", "glassnet", "train", *options.split(), "--json"]
    return json.loads(subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout)


def peak_megabytes(directory, options=""):
    """Train in a process of its own, whose parent then knows the largest memory any child had."""
    command = [sys.executable, "-m", "glassnet", "train", *options.split()]
    code = (
        "import resource, subprocess;"
        f"subprocess.run({command}, capture_output=True, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    output = subprocess.run([sys.executable, "-c", code], cwd=directory, capture_output=True, text=True, check=True)
    return int(output.stdout) * 1024 / 1e6


@pytest.mark.parametrize("seed", range(3))
def test_a_plain_training_passes_97_8_percent_on_validation_and_test(tmp_path, seed):
    result = train(tmp_path, f"--seed {seed}")
    assert result["validation_accuracy"] >= 0.978
    assert result["test_accuracy"] >= 0.978


def test_the_angle_of_a_turned_digit_is_found_within_10_degrees(tmp_path):
    assert train(tmp_path, "--dataset rotated-mnist")["test_rmse"] < 10


def test_nielsens_net_reaches_about_95_percent(tmp_path):
    assert 0.94 <= train(tmp_path, NIELSEN)["test_accuracy"] <= 0.96


def test_zhangs_net_reaches_about_85_percent(tmp_path):
    assert 0.82 <= train(tmp_path, ZHANG)["test_accuracy"] <= 0.88


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts in KiB on Linux")
def test_the_whole_process_of_a_training_stays_below_220_megabytes(tmp_path):
    assert peak_megabytes(tmp_path, "--epochs 1") <= 220


def test_the_same_command_in_two_directories_gives_the_same_bytes(tmp_path):
    options = "--hidden 128 --epochs 5 --seed 1 --run"
    first, second = (train(tmp_path, f"{options} {name}") for name in ("a", "b"))
    assert first["test_accuracy"] == second["test_accuracy"]
    assert first["validation_accuracy"] == second["validation_accuracy"]
    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()


def test_an_empty_cache_costs_no_more_memory(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "GLASSNET_CACHE", str(tmp_path / "cache"))
    assert peak_megabytes(tmp_path, "--epochs 1") <= 220
    assert (tmp_path / "cache").is_dir()
