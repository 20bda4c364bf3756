"""A real Dask cluster of two worker processes, of which one is killed in the middle of a sweep."""

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest

from commands import COMMAND, SMALL
from glassnet.errors import RunError, UsageError
from glassnet.runs import cluster

distributed = pytest.importorskip("distributed")
pytest.importorskip("optuna")

SPACE = """
train_size = 3000
validation_size = 500
epochs = 40
hidden = [8, 16]
learning_rate = { low = 0.01, high = 1.0, log = true }
"""
ASKED = '"op_code":4'  # of a line in Optuna's journal


@contextmanager
def ending(*command, **how):
    process = subprocess.Popen([sys.executable, *command], **how)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


@contextmanager
def scheduler():
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with ending("-m", "distributed.cli.dask_scheduler", *options, stderr=subprocess.PIPE, text=True) as process:
        found = next(filter(None, (re.search(r"Scheduler at: +(\S+)", line) for line in process.stderr)))
        yield found[1]


def worker(address, place):
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(place)]
    return ending("-m", "distributed.cli.dask_worker", address, *options, cwd=place, stderr=subprocess.DEVNULL)


def wait_for_workers(address, count):
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


@pytest.mark.slow
def test_a_sweep_on_a_cluster_loses_nothing_when_a_worker_is_killed(tmp_path):
    (tmp_path / "space.toml").write_text(SPACE)
    journal = tmp_path / "runs" / "space" / "journal.log"
    with scheduler() as address, worker(address, tmp_path) as first, worker(address, tmp_path):
        wait_for_workers(address, 2)
        arguments = ["sweep", "space.toml", "--trials", "6", "--dask", address, "--json"]
        command = subprocess.Popen(
            [*COMMAND, *arguments], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        while not journal.exists() or journal.read_text().count(ASKED) < 3:
            assert command.poll() is None
            time.sleep(0.02)
        first.kill()
        out, error = command.communicate(timeout=120)
    assert (command.returncode, error) == (0, "")
    summary = json.loads(out)
    assert [trial["trial"] for trial in summary["trials"]] == list(range(6))
    assert journal.read_text().count(ASKED) == 6  # what the killed one had begun was gone on with, not begun anew
    subprocess.run([*COMMAND, *arguments[:4], "--run", "here", "--json"], cwd=tmp_path, check=True, capture_output=True)
    for place in ("trial-000", "trial-001", "trial-002"):  # before trials are compared with one another
        here, there = (tmp_path / run / place / "model.safetensors" for run in ("here", "runs/space"))
        assert here.read_bytes() == there.read_bytes()


@pytest.mark.slow
def test_seeds_that_are_trained_on_a_cluster_have_the_same_bytes(tmp_path):
    with scheduler() as address, worker(address, tmp_path):
        wait_for_workers(address, 1)
        options = [*SMALL, "--seeds", "2", "--json"]
        for more in (["--run", "here"], ["--run", "there", "--dask", address]):
            subprocess.run([*COMMAND, "train", *options, *more], cwd=tmp_path, check=True, capture_output=True)
    for seed in ("seed-0", "seed-1"):
        here, there = ((tmp_path / run / seed / "model.safetensors").read_bytes() for run in ("here", "there"))
        assert here == there


@pytest.mark.slow
def test_a_cluster_without_workers_is_refused_and_one_with_some_is_not(tmp_path):
    with scheduler() as address:
        with pytest.raises(UsageError, match=f"the Dask cluster has no workers: got {address}. Start some with"):
            cluster.find_scheduler(address)
        with worker(address, tmp_path):
            wait_for_workers(address, 1)
            cluster.check_workers(address, tmp_path)


def test_workers_of_another_version_or_that_see_no_run_are_refused(monkeypatch, tmp_path):
    client = SimpleNamespace()
    monkeypatch.setattr(cluster, "connected", lambda address: nullcontext(client))
    own = cluster.seen_by_worker(str(tmp_path))
    client.run = lambda function, directory, on_error: {"tcp://a": own}
    cluster.check_workers("tcp://s", tmp_path)
    for answer, said in (
        (
            ("0.0.9", True),
            "worker of the cluster differs in tcp://a: expected glassnet .* got glassnet 0.0.9 that sees",
        ),
        ((own[0], False), "that does not see the run's directory. Install the same version everywhere, and keep"),
        (ModuleNotFoundError("No module named 'glassnet'"), "cannot train in tcp://a: got No module named 'glassnet'"),
    ):
        client.run = lambda *asked, answer=answer, **how: {"tcp://a": answer}
        with pytest.raises(RunError, match=said):
            cluster.check_workers("tcp://s", tmp_path)
