"""Run directories: begun, resumed, read, never overwritten."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet.errors import FileError, RunError, UsageError
from glassnet.model.tensor_file import read_tensors, write_tensors
from glassnet.runs.build import build_training, resolve
from glassnet.runs.directory import keep_run, read_run, resume_run, start_run
from glassnet.runs.run import CHECKPOINT, HISTORY, MODEL
from serving import SMALL


def learned(**settings):
    """A small training with an epoch done."""
    chosen, data = resolve({**SMALL, **settings})
    training = build_training(chosen, data)
    return chosen, data, training, [next(training)]


def test_a_training_that_was_watched_is_kept_as_the_run_that_it_might_have_been(mnist, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "007").mkdir(parents=True)
    settings, data, training, epochs = learned()
    training.step()
    path = keep_run(settings, data, training, epochs)
    assert path.as_posix() == "runs/008"
    assert read_run(path)[0] == settings
    resumed = resume_run(path, {})
    assert resumed.training.progress.batch == training.progress.batch == 1
    rest = [epoch.training_loss for epoch in resumed]
    assert rest == [epoch.training_loss for epoch in training]
    assert resumed.finish()["epochs"] == 2
    finished = keep_run(settings, data, training, [*epochs, *epochs])
    assert (finished / "metrics.json").exists()


def test_what_a_run_takes_over_can_be_iterated_on(mnist, tmp_path):
    run = start_run(tmp_path / "run", SMALL)
    epochs = [next(run.training)]
    run.take_over(epochs)
    assert (run.directory / HISTORY).read_text().count("\n") == 1
    model = glassnet.load_model(run.directory / MODEL)
    np.testing.assert_array_equal(model.network.parameters, run.training.network.parameters)
    assert [epoch.number for epoch in run] == [2]
    assert (run.directory / HISTORY).read_text().count("\n") == 2


QUICK = {"train_size": 1_000, "validation_size": 500, "hidden": (16,), "epochs": 4, "seed": 3}


def test_changed_settings_are_refused_with_the_difference_named(tmp_path):
    run = start_run(tmp_path / "a", QUICK)
    next(iter(run))
    before = sorted((path.name, path.read_bytes()) for path in run.directory.iterdir())
    with pytest.raises(UsageError, match="epochs was 4, is 5; batch_size was 64, is 32"):
        resume_run(run.directory, {"epochs": 5, "batch_size": 32})
    assert before == sorted((path.name, path.read_bytes()) for path in run.directory.iterdir())


def test_settings_edited_by_hand_are_refused_too(tmp_path):
    run = start_run(tmp_path / "a", QUICK)
    next(iter(run))
    config = run.directory / "config.toml"
    config.write_text(config.read_text().replace("learning_rate = 0.1", "learning_rate = 0.2"))
    for use in (lambda: resume_run(run.directory, {}), lambda: read_run(run.directory)):
        with pytest.raises(RunError, match=r"learning_rate was 0\.1, is 0\.2.*--config"):
            use()


def test_saying_the_same_settings_again_is_no_change(tmp_path):
    run = start_run(tmp_path / "a", QUICK)
    next(iter(run))
    assert resume_run(run.directory, {"epochs": 4, "hidden": (16,)}).training.progress.epoch == 1


def test_a_directory_in_use_is_never_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(UsageError, match="the run directory exists"):
        start_run(tmp_path, QUICK)
    with pytest.raises(UsageError, match="nothing to resume"):
        resume_run(tmp_path, QUICK)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_directorys_place_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match="not a directory"):
            start_run(path, QUICK)


def test_directories_are_numbered_upward(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = [str(start_run(None, QUICK).directory) for _ in range(2)]
    (tmp_path / "runs" / "041").mkdir()
    paths.append(str(start_run(None, QUICK).directory))
    assert paths == ["runs/001", "runs/002", "runs/042"]


def test_a_run_without_a_model_says_how_to_go_on(tmp_path):
    run = start_run(tmp_path / "a", QUICK)
    with pytest.raises(RunError, match=r"no model yet.*--resume"):
        read_run(run.directory)
    with pytest.raises(RunError, match="not a run"):
        read_run(tmp_path / "b")


def test_a_model_of_another_run_is_refused(tmp_path):
    first, second = start_run(tmp_path / "a", QUICK), start_run(tmp_path / "b", {**QUICK, "hidden": (8,)})
    for run in (first, second):
        next(iter(run))
    (second.directory / "model.safetensors").replace(first.directory / "model.safetensors")
    with pytest.raises(FileError, match="a model of another run"):
        read_run(first.directory)


FORMER = Path(__file__).parents[1] / "references" / "runs"


def test_a_run_of_version_0_1_is_read_and_gone_on_with(tmp_path):
    shutil.copytree(FORMER / "version-0.1", tmp_path / "run")
    run = resume_run(tmp_path / "run", {})
    assert (run.settings.input_parts, run.settings.shards, run.training.progress.epoch) == (1, 1, 1)
    list(run)
    fresh = start_run(tmp_path / "fresh", run.settings.as_dict())
    list(fresh)
    # The first epoch was another machine's, whose last bits may be others.
    difference = run.training.network.parameters - fresh.training.network.parameters
    assert np.abs(difference).max() < 1e-4
    assert run.finish()["test_accuracy"] == pytest.approx(fresh.finish()["test_accuracy"], abs=0.01)
    assert read_run(tmp_path / "run")[2].network.architecture.sizes == (784, 8, 10)


def test_a_run_of_version_0_1_with_gelu_goes_on_with_the_approximation_by_tanh(tmp_path):
    run = start_run(tmp_path / "run", {**QUICK, "activation": ("gelu_tanh",), "epochs": 2})
    next(iter(run))
    shutil.copytree(run.directory, former := tmp_path / "former")
    list(run)
    config = (former / "config.toml").read_text().partition("# ")[0]  # without its seal, which version 0.1 had not
    (former / "config.toml").write_text(config.replace("gelu_tanh", "gelu"))
    for name, key in ((MODEL, "architecture"), (CHECKPOINT, "settings")):
        tensors, description = read_tensors(former / name)
        description[key] = json.loads(json.dumps(description[key]).replace("gelu_tanh", "gelu"))
        assert description["format"] == 1
        write_tensors(former / name, tensors, description)
    settings, _, model = read_run(former)
    assert settings.activation == model.network.architecture.activations == ("gelu_tanh",)
    resumed = resume_run(former, {})
    list(resumed)
    np.testing.assert_array_equal(resumed.training.network.parameters, run.training.network.parameters)


def test_a_run_with_gelu_keeps_in_words_which_it_is(tmp_path):
    run = start_run(tmp_path / "run", {**QUICK, "activation": ("gelu",), "epochs": 2})
    next(iter(run))
    assert 'gelu = "erf"' in (run.directory / "config.toml").read_text()
    settings, _, model = read_run(run.directory)
    assert settings.activation == model.network.architecture.activations == ("gelu",)
    list(resumed := resume_run(run.directory, {}))
    assert resumed.settings == run.settings


def test_a_run_of_version_0_1_that_shared_its_steps_otherwise_is_read_but_not_gone_on_with(tmp_path):
    shutil.copytree(FORMER / "version-0.1-max-norm", tmp_path / "run")
    with pytest.raises(RunError, match=r"cannot continue this run bit for bit.*Train it anew"):
        resume_run(tmp_path / "run", {})
    assert read_run(tmp_path / "run")[2].network.architecture.sizes == (784, 8, 10)
