"""Wheel and sdist: the same bytes each time, whole, and enough by themselves."""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGEST = 13_000_000  # bytes of the wheel, of which MNIST has 11.6 million
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("distribution")]  # all look at what is built once


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(folder, **environment):
    command = (sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    run(*command, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment})
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def distribution(tmp_path_factory):
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(distribution):
    return next(path for name, path in distribution.items() if name.endswith(".whl"))


def test_two_builds_have_the_same_bytes(distribution, tmp_path):
    again = built(tmp_path, TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C")
    assert len(again) == 2
    digests = [
        {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
        for files in (distribution, again)
    ]
    assert digests[0] == digests[1]


def test_the_checks_of_the_index_and_of_wheels_find_nothing(distribution, wheel):
    assert "WARNING" not in run(sys.executable, "-m", "twine", "check", "--strict", *distribution.values())
    assert run(sys.executable, "-m", "check_wheel_contents", wheel).endswith(": OK\n")
    assert wheel.stat().st_size < LARGEST


def test_the_wheel_has_the_package_the_recipes_and_the_licences_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"glassnet", f"glassnet-{PROJECT['version']}.dist-info"}
    assert not [name for name in names if name.startswith("glassnet/recipes/") and name.endswith(".py")]
    assert {"glassnet/py.typed", "glassnet/__init__.pyi", "glassnet/recipes/fast.toml"} <= set(names)
    assert [name.rpartition("/")[2] for name in names if "/licenses/" in name] == PROJECT["license-files"]


def test_the_wheel_alone_trains_in_a_fresh_environment(wheel, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COVERAGE"))}
    here = {"cwd": tmp_path, "env": {**clean, "GLASSNET_CACHE": str(tmp_path / "cache")}}
    run(python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel, **here)
    assert PROJECT["version"] in run(python, "-m", "glassnet", "--version", **here)
    run(python, "-m", "glassnet", "train", "--dry-run", **here)
    few = ("--train-size", 2_000, "--validation-size", 500, "--hidden", 16, "--epochs", 1, "--json")
    assert json.loads(run(python, "-m", "glassnet", "train", *few, **here))["test_accuracy"] > 0.7
    assert "one-hidden-layer" in run(python, "-m", "glassnet", "recipes", **here)
    installed = {line.partition("==")[0].lower() for line in run(python, "-m", "pip", "freeze", **here).split("\n")}
    assert not installed & {"scikit-learn", "matplotlib", "starlette", "pyarrow", "onnx", "optuna"}
