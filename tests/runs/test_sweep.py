"""A sweep: trials that go on where they were left, are done once, and have the same bytes whoever does them."""

import json
from pathlib import Path

import pytest

from glassnet.errors import DivergenceError, UsageError
from glassnet.runs.jobs import Jobs
from glassnet.runs.run import Run
from glassnet.runs.space import Space
from glassnet.runs.sweep import Sweep, begin_sweep, train_one

pytest.importorskip("optuna")

FIXED = "train_size = 300\nvalidation_size = 100\nepochs = 4\n"
SEARCHED = "hidden = [4, 8]\nlearning_rate = { low = 0.001, high = 1.0, log = true }\n"


def begun(directory, text=FIXED + SEARCHED):
    path = directory.parent / f"{directory.name}.toml"
    path.write_text(text, encoding="utf-8")
    return begin_sweep(directory, Space.read(path))


def searched(directory, trials, jobs=1, text=FIXED + SEARCHED):
    sweep = begun(directory, text)
    sweep.search(trials, Jobs(jobs))
    return sweep.summary()


def told(summary):
    """What must be the same wherever and in whatever parts it was computed."""
    keys = ("trial", "state", "validation_accuracy", "epochs", "settings")
    return [{key: trial[key] for key in keys} for trial in summary["trials"]]


def models(directory):
    return {path.parent.name: path.read_bytes() for path in directory.glob("trial-*/model.safetensors")}


@pytest.fixture(scope="module")
def straight(tmp_path_factory, cache_of_this_run):
    place = tmp_path_factory.mktemp("sweep") / "straight"
    return place, searched(place, 8)


def test_a_sweep_tries_the_space_and_evaluates_the_best_alone_on_the_test_set(straight):
    place, summary = straight
    assert (summary["dataset"], summary["measure"], summary["direction"]) == (
        "mnist",
        "validation_accuracy",
        "maximize",
    )
    assert [trial["trial"] for trial in summary["trials"]] == list(range(8))
    assert summary["complete"] + summary["pruned"] == 8
    complete = [trial for trial in summary["trials"] if trial["state"] == "complete"]
    best = summary["best"]
    assert best["validation_accuracy"] == max(trial["validation_accuracy"] for trial in complete)
    assert {path.parent.name for path in place.rglob("metrics.json")} == {f"trial-{best['trial']:03}"}
    metrics = json.loads((Path(best["run"]) / "metrics.json").read_text())
    assert (metrics["test_accuracy"], metrics["validation_accuracy"]) == (
        best["test_accuracy"],
        best["validation_accuracy"],
    )
    assert json.loads((place / "summary.json").read_text())["best"]["trial"] == best["trial"]


def test_what_mattered_is_a_share_of_each_setting(straight):
    shares = straight[1]["importances"]
    assert set(shares) == {"hidden", "learning_rate"}
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["learning_rate"] > shares["hidden"]


def test_trials_that_are_worse_than_most_are_ended_early(tmp_path):
    summary = searched(tmp_path / "run", 12, text="epochs = 6\n" + FIXED.replace("epochs = 4\n", "") + SEARCHED)
    pruned = [trial for trial in summary["trials"] if trial["state"] == "pruned"]
    assert pruned
    assert all(3 <= trial["epochs"] < 6 for trial in pruned)
    assert all(trial["trial"] >= 5 for trial in pruned)  # before, there is little to compare with


class StoppedError(Exception):
    """In place of SIGKILL."""


def test_a_sweep_that_was_stopped_in_a_trial_ends_with_the_same_trials_and_bytes(tmp_path, straight, monkeypatch):
    begun(tmp_path / "run")
    for trials in range(3):
        train_one(tmp_path / "run", trials + 1)
    honest = Run.__iter__

    def stopping(run):
        for epoch in honest(run):
            yield epoch
            if epoch.number == 2:
                raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(Run, "__iter__", stopping)
        with pytest.raises(StoppedError):
            train_one(tmp_path / "run", 8)
    left = Sweep(tmp_path / "run").study.trials[-1]
    assert (left.number, left.state.name, len(left.intermediate_values)) == (3, "RUNNING", 2)
    summary = searched(tmp_path / "run", 8)
    assert told(summary) == told(straight[1])
    assert models(tmp_path / "run") == models(straight[0])


def test_the_trials_of_two_jobs_have_the_bytes_of_those_of_one(tmp_path, straight):
    summary = searched(tmp_path / "run", 5, jobs=2)
    # Before trials are compared and the sampler learns, it does not matter which of them ended first.
    assert told(summary) == told(straight[1])[:5]
    assert models(tmp_path / "run").items() <= models(straight[0]).items()


def test_two_who_search_take_two_trials_and_what_one_leaves_the_next_takes_up(tmp_path):
    begun(tmp_path / "run")
    mine, yours = Sweep(tmp_path / "run"), Sweep(tmp_path / "run")
    with mine.claimed(3) as first:
        with yours.claimed(3) as second:
            assert (first.number, second.number) == (0, 1)
            with Sweep(tmp_path / "run").claimed(2) as third:
                assert third is None
        with yours.claimed(3) as again:
            assert again.number == 1
            assert again.params == second.params
            yours.train(again)
        with yours.claimed(3) as new:
            assert new.number == 2
    assert len(yours.study.trials) == 3


def test_more_trials_are_added_to_those_that_there_are(tmp_path, straight):
    first = searched(tmp_path / "run", 4)
    assert searched(tmp_path / "run", 3)["trials"] == first["trials"]
    assert told(searched(tmp_path / "run", 8)) == told(straight[1])


def test_another_space_in_the_same_directory_is_refused_by_what_differs(tmp_path):
    begun(tmp_path / "run")
    with pytest.raises(UsageError, match=r"the space has changed: hidden was \[\[4\], \[8\]\], is \[\[4\], \[9\]\]"):
        begun(tmp_path / "run", FIXED + SEARCHED.replace("8", "9"))


def test_a_directory_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "letter.txt").write_text("Dear reader")
    with pytest.raises(UsageError, match="expected a sweep, or a new or empty directory"):
        begun(tmp_path / "run")
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["letter.txt"]


def test_settings_that_do_not_fit_are_refused_before_anything_is_written(tmp_path):
    with pytest.raises(UsageError, match="a sweep needs validation examples"):
        begun(tmp_path / "run", "train_size = 300\nvalidation_size = 0\n" + SEARCHED)
    with pytest.raises(UsageError, match="invalid warmup"):
        begun(tmp_path / "run", FIXED + "warmup = 4.0\n" + SEARCHED)
    assert not (tmp_path / "run").exists()


def test_a_trial_whose_settings_do_not_fit_has_failed_with_the_reason_and_others_go_on(tmp_path):
    summary = searched(tmp_path / "run", 6, text=FIXED + "hidden = [4, 8]\nwarmup = [0.0, 4.0]")
    assert summary["failed"]
    assert summary["complete"] + summary["failed"] == 6
    for trial in summary["trials"]:
        assert (trial["state"] == "failed") == (trial["settings"]["warmup"] == 4.0)
        assert ("invalid warmup" in trial.get("reason", "")) == (trial["state"] == "failed")


def test_a_training_that_diverges_is_ended_and_told_so(tmp_path, monkeypatch):
    def diverging(run):
        yield from ()
        raise DivergenceError("the loss is NaN")

    monkeypatch.setattr(Run, "__iter__", diverging)
    begun(tmp_path / "run")
    train_one(tmp_path / "run", 1)
    trial = Sweep(tmp_path / "run").summary()["trials"][0]
    assert (trial["state"], trial["reason"]) == ("pruned", "the loss is NaN.")


def test_numbers_are_compared_by_their_error_which_shall_be_small(tmp_path):
    rows = "".join(f"{x},{x % 7},{0.5 * x + x % 7}\n" for x in range(200))
    (tmp_path / "numbers.csv").write_text(f"a,b,y\n{rows}")
    text = f"dataset = '{tmp_path}/numbers.csv'\nepochs = 2\nhidden = [4, 8]"
    summary = searched(tmp_path / "run", 3, text=text)
    assert (summary["measure"], summary["direction"]) == ("validation_rmse", "minimize")
    assert summary["best"]["validation_rmse"] == min(trial["validation_rmse"] for trial in summary["trials"])
    assert summary["best"]["test_rmse"] > 0


def test_a_line_of_the_journal_that_a_full_disk_cut_off_does_not_stop_the_sweep(tmp_path):
    searched(tmp_path / "run", 2)
    journal = tmp_path / "run" / "journal.log"
    journal.write_bytes(journal.read_bytes() + b'{"op_code":4,"wor')
    assert len(searched(tmp_path / "run", 3)["trials"]) == 3


def test_a_lock_that_a_killed_process_held_keeps_nobody_waiting(tmp_path):
    sweep = begun(tmp_path / "run")
    for name in (".lock", ".lock-000", ".journal.log.lock"):
        (tmp_path / "run" / name).touch()
    sweep.search(1, Jobs())
    assert len(sweep.finished) == 1
    assert not (tmp_path / "run" / ".lock-000").exists()
