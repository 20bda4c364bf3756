"""``glassnet play``, before its page is served."""

import socket

import pytest

from glassnet.runs.directory import start_run
from glassnet.runs.run import MODEL
from serving import SMALL

pytestmark = pytest.mark.usefixtures("empty_directory")


def test_play_says_what_is_no_run_and_which_port_is_taken(tmp_path, call):
    code, _, errors = call("play", tmp_path, "--no-open")
    assert (code, "not a run" in errors) == (1, True)
    run = start_run(tmp_path / "run", SMALL)
    list(run)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, errors = call("play", tmp_path / "run", "--no-open", "--port", taken.getsockname()[1])
    assert (code, "cannot listen at port" in errors) == (2, True)
    code, _, errors = call("play", tmp_path / "run" / MODEL, "--no-open")
    assert (code, "Name the run's directory" in errors) == (2, True)
