"""``mpiexec glassnet train``: rank 0 alone is heard and writes, and all ranks end together."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import SMALL, exit_code
from glassnet.runs.directory import start_run
from ranks import MPIEXEC, needs_mpi, on_ranks

pytestmark = needs_mpi
TRAIN = ["-m", "glassnet", "train"]
SHARDS = [*SMALL, "--shards", "4"]


@pytest.fixture(autouse=True)
def in_a_new_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def contents(run):
    """Give the files of a run, without the seconds that it took, where it is, and what else was loaded."""
    history = [json.loads(line) for line in Path(run, "history.jsonl").read_text().splitlines()]
    timeless = [
        {key: value for key, value in line.items() if "second" not in key and key != "sha256"} for line in history
    ]
    metrics = json.loads(Path(run, "metrics.json").read_text())
    kept = {key: value for key, value in metrics.items() if key not in ("run", "elapsed_seconds", "sha256", "blas")}
    return Path(run, "model.safetensors").read_bytes(), Path(run, "config.toml").read_bytes(), timeless, kept


def test_ranks_write_the_files_of_one_process():
    assert exit_code("train", *SHARDS, "--run", "alone", "--json") == 0
    code, out, error = on_ranks(2, "-m", "mpi4py", *TRAIN, *SHARDS, "--run", "two", "--json")
    assert code == 0, error
    assert json.loads(out)["run"] == "two"
    assert error.count("2 ranks, 2 of 4 shards of a batch each") == 1
    assert contents("two") == contents("alone")


def refused(ranks, code, *words):
    found, out, error = on_ranks(ranks, *TRAIN, *words)
    assert (found, out) == (code, ""), error
    assert error.startswith("glassnet: ")
    assert error.count("\n") == 1, error
    return error


def test_what_all_ranks_refuse_is_said_once():
    error = refused(3, 2, *SHARDS, "--run", "three")
    assert "4 shards cannot be divided: expected 1, 2, 4 ranks, got 3 ranks" in error
    assert not Path("three").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (2, [*SHARDS, "--workers", "2"], "--workers cannot be combined with MPI"),
        (2, ["--shard", "two"], "No such option"),
        (1, ["--dataset", "/nowhere.csv"], "/nowhere.csv"),
    ],
)
def test_a_wrong_command_is_refused_once(code, words, said):
    assert said in refused(2, code, *words)


BROKEN = """
import glassnet.runs.ranks as ranks
from glassnet.cli.main import main
from glassnet.errors import DataFileError
from glassnet.hardware import launched

def resolve(settings):
    raise DataFileError("no such file", where="here")

def fail(*arguments):
    raise MemoryError

if launched()[0] == 1:
    if {early}:
        ranks.resolve = resolve
    else:
        ranks.Training.update = fail
main()
"""


@pytest.mark.parametrize(
    ("early", "said"),
    [
        (False, "glassnet: rank 1 of 2: not enough memory. Try a smaller batch size or network."),
        pytest.param(True, "glassnet: rank 1 of 2 cannot train: no such file in here.", marks=pytest.mark.slow),
    ],
)
def test_a_rank_that_fails_ends_all_with_one_line(early, said):
    Path("broken.py").write_text(BROKEN.format(early=early))
    code, out, error = on_ranks(2, "broken.py", "train", *SMALL, "--run", "broken")
    assert (code, out) == (1, "")
    assert [line for line in error.splitlines() if line.startswith("glassnet:")] == [said]
    assert "Abort" not in error


LONG = ["--train-size", "20000", "--validation-size", "200", "--hidden", "32", "--epochs", "25", "--shards", "4"]


def begun(run):
    end = time.monotonic() + 30
    while not Path(run, "checkpoint.safetensors").exists():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_the_last_epoch_and_one_process_goes_on_where_two_ranks_were(number):
    words = ["--train-size", "4000", "--validation-size", "200", "--hidden", "32", "--epochs", "40", "--shards", "4"]
    with subprocess.Popen([MPIEXEC, "-n", "2", sys.executable, *TRAIN, *words, "--run", "a"], stderr=-1) as process:
        begun("a")
        process.send_signal(number)
        error = process.communicate(timeout=60)[1].decode()
    assert error.count("is kept. Continue with: glassnet train --run a --resume") == 1
    lines = len(Path("a", "history.jsonl").read_text().splitlines())
    assert f"epoch {lines} is kept" in error
    assert exit_code("train", "--run", "a", "--resume") == 0
    assert exit_code("train", *words, "--run", "b") == 0
    assert contents("a") == contents("b")


@pytest.mark.slow
def test_a_rank_that_is_killed_ends_all_and_the_run_resumes():
    with subprocess.Popen([MPIEXEC, "-n", "2", sys.executable, *TRAIN, *LONG, "--run", "a"], stderr=-1) as process:
        begun("a")
        ranks = [
            int(entry.name)
            for entry in Path("/proc").glob("[0-9]*")
            if b"PMI_RANK=1\0" in readable(entry / "environ") and (entry / "cwd").resolve() == Path.cwd()
        ]
        os.kill(ranks[0], signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode
    assert on_ranks(2, *TRAIN, "--run", "a", "--resume", timeout=120)[0] == 0


def readable(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.slow
def test_networks_of_an_ensemble_and_seeds_are_trained_by_all_ranks_one_after_another():
    for kind in ("--ensemble", "--seeds"):
        assert on_ranks(2, *TRAIN, *SHARDS, kind, "2", "--run", f"two{kind}")[0] == 0
        assert exit_code("train", *SHARDS, kind, "2", "--run", f"one{kind}") == 0
        models = [sorted(Path(f"{name}{kind}").rglob("model.safetensors")) for name in ("one", "two")]
        assert len(models[0]) == len(models[1]) >= 2
        for one, two in zip(*models, strict=True):
            assert one.read_bytes() == two.read_bytes()


@pytest.mark.slow
def test_a_run_of_three_shards_is_not_gone_on_with_by_two_ranks():
    start_run("three", {"train_size": 1_000, "validation_size": 0, "epochs": 1, "shards": 3})
    assert "3 shards cannot be divided: expected 1, 3 ranks, got 2 ranks" in refused(2, 2, "--run", "three", "--resume")
    assert on_ranks(3, *TRAIN, "--run", "three", "--resume")[0] == 0
