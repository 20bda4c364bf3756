"""The workflows do what can be done here: their steps are make's targets, and every action is pinned to bytes."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
COMMON = {"lint", "tests", "browser", "docs", "nightly", "release"}


def jobs(name):
    return yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))["jobs"]


def steps(name):
    return [step for job in jobs(name).values() for step in job["steps"]]


def commands(name):
    return [shlex.split(step["run"]) for step in steps(name) if "run" in step]


def test_there_is_one_for_each_purpose():
    assert set(WORKFLOWS) == COMMON


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_step_is_a_target_of_make_or_python_alone(name):
    for program, *arguments in commands(name):
        targets = [argument for argument in arguments if "=" not in argument]
        assert program in ("make", "python")
        assert program == "python" or set(targets) <= TARGETS, targets


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_pinned_by_digest_with_its_release_beside_it(name):
    used = re.findall(r"uses: (.*)", WORKFLOWS[name].read_text(encoding="utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_job_may_write_or_last_for_ever(name):
    text = yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))
    assert text["permissions"] == {"contents": "read"}
    for job in text["jobs"].values():
        assert job["timeout-minutes"] <= 180
        assert set(job.get("permissions", {}).values()) <= {"read", "write"}
        assert "permissions" not in job or name == "release"


def test_the_suite_runs_on_each_system_and_python_and_with_the_oldest_dependencies():
    matrix = jobs("tests")["systems"]["strategy"]["matrix"]
    assert [system.partition("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert ["make", "test-oldest"] in commands("tests")


def test_where_there_may_be_no_make_none_is_called():
    called = [shlex.split(step["run"])[0] for step in jobs("tests")["systems"]["steps"] if "run" in step]
    assert set(called) == {"python"}


def test_what_is_published_was_attested_where_it_was_built():
    release = jobs("release")
    assert release["publish"]["needs"] == "build"
    used = [step["uses"].partition("@")[0] for step in release["build"]["steps"] if "uses" in step]
    assert used.index("actions/attest-build-provenance") < used.index("actions/upload-artifact")
    assert release["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets" not in WORKFLOWS["release"].read_text(encoding="utf-8")
