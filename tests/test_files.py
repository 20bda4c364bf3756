"""Locks: one process at a time, whatever became of the one before, and nothing but a name is touched."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from glassnet.errors import UsageError
from glassnet.files import LOCK, lock_file, locked
from glassnet.runs.directory import resume_run, start_run

HOLD = """
import sys, time
from pathlib import Path
from glassnet.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
SETTINGS = {"train_size": 100, "validation_size": 20, "hidden": (4,), "epochs": 1}


@pytest.fixture
def holder(tmp_path):
    """Another process, which holds the directory."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout.readline().strip() == b"held"
    yield process
    process.kill()
    process.communicate()


def test_a_directory_that_is_held_is_refused_and_nothing_is_left_of_a_lock_that_was_let_go(tmp_path):
    with locked(tmp_path):
        with pytest.raises(UsageError, match="another process is training in this run"), locked(tmp_path):
            pass
        assert [path.name for path in tmp_path.iterdir()] == [LOCK]
    assert list(tmp_path.iterdir()) == []


def test_who_was_killed_holds_no_longer_and_what_is_left_is_no_run_in_use(tmp_path, holder):
    with pytest.raises(UsageError, match="another process"), locked(tmp_path):
        pass
    holder.kill()
    holder.wait()
    assert [path.name for path in tmp_path.iterdir()] == [LOCK]
    list(start_run(tmp_path, SETTINGS))
    assert not (tmp_path / LOCK).exists()


def test_a_directory_with_nothing_but_a_killed_start_is_resumed_from_the_beginning(tmp_path, holder):
    holder.kill()
    holder.wait()
    assert [epoch.number for epoch in resume_run(tmp_path, SETTINGS)] == [1]


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="links are not opened so here")
def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / LOCK).symlink_to(tmp_path / "precious")
    with locked(tmp_path / "run"):
        pass
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_file_lock_waits_or_says_that_it_is_not_held(tmp_path):
    with lock_file(tmp_path / "lock") as first, lock_file(tmp_path / "lock", wait=False) as second:
        assert (first, second) == (True, False)
    with lock_file(tmp_path / "lock", wait=False) as again:
        assert again


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")
def test_who_waits_gets_the_lock_when_its_holder_is_killed(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    with lock_file(tmp_path / LOCK) as held:
        assert held


def test_where_the_system_has_no_locks_nothing_is_locked(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def unknown(*_):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", unknown)
    with locked(tmp_path), locked(tmp_path):
        pass
