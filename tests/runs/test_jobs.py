"""Trainings side by side: the same bytes, one processor each, and processes that end with the one that started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from glassnet.errors import ProcessError
from glassnet.hardware import processors, use_processors
from glassnet.runs.directory import start_run
from glassnet.runs.jobs import Jobs

QUICK = {"train_size": 300, "validation_size": 100, "hidden": (4,), "epochs": 2}
TWO = Jobs(count=2)


def bytes_of(directory):
    return {
        path.relative_to(directory): path.read_bytes()
        for path in directory.rglob("*")
        if path.name in ("model.safetensors", "config.toml")
    }


@pytest.mark.parametrize("several", [{"seeds": 3}, {"ensemble": 2}, {"seeds": 2, "ensemble": 2}])
def test_the_bytes_of_each_training_do_not_depend_on_the_number_of_jobs(tmp_path, several):
    found = []
    for jobs in (Jobs(), TWO):
        place = tmp_path / str(jobs.count)
        run = start_run(place, {**QUICK, **several})
        trained = sorted(run.train(jobs))
        assert len(trained) == len(list(place.rglob("history.jsonl")))
        run.finish()
        found.append(bytes_of(place))
    assert found[0] == found[1]


def test_a_worker_uses_one_processor_unless_told_more():
    assert list(TWO.run(processors, [()] * 4)) == [1] * 4
    available = processors()
    assert list(Jobs(2, workers=2).run(processors, [()] * 2)) == [min(2, available)] * 2


def test_one_job_is_done_in_this_process_which_keeps_its_processors():
    before = processors()
    assert list(Jobs(workers=1).run(os.getpid, [()] * 2)) == [os.getpid()] * 2
    assert list(Jobs(workers=1).run(processors, [()])) == [1]
    assert processors() == before


def test_a_process_that_is_killed_is_an_error_in_one_line():
    with pytest.raises(ProcessError, match=r"a process that trains was killed\. Check that there is enough memory"):
        list(TWO.run(signal.raise_signal, [(signal.SIGKILL,)] * 2))


def test_an_error_in_a_worker_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError):
        list(TWO.run(divmod, [(1, 0)]))


def children_of(number):
    return Path(f"/proc/{number}/task/{number}/children").read_text().split()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for children")
def test_workers_end_with_the_process_that_started_them(tmp_path):
    mark = tmp_path / "begun"
    code = (
        "import pathlib, time; from glassnet.runs.jobs import Jobs\n"
        "def work(path):\n    pathlib.Path(path).touch(); time.sleep(600)\n"
        f"list(Jobs(2).run(work, [({str(mark)!r},)] * 2))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    while not mark.exists():
        assert process.poll() is None
        time.sleep(0.05)
    workers = children_of(process.pid)
    assert len(workers) >= 2
    process.kill()
    process.wait()
    for _ in range(200):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            return
        time.sleep(0.1)
    pytest.fail("they live")


def test_the_limit_of_a_context_is_taken_back():
    from glassnet.hardware import at_most

    before = processors()
    with at_most(1):
        assert processors() == 1
        use_processors(2)
    assert processors() == before
