"""Seals: whatever is altered in a run's files is noticed, and by whom; old runs without seals are read."""

import json
import random
import shutil

import numpy as np
import pytest

from glassnet.errors import FileError, GlassnetError, RunError
from glassnet.model.tensor_file import read_tensors
from glassnet.runs.directory import read_run, read_settings, resume_run, start_run
from glassnet.runs.run import checked_history, read_metrics

SETTINGS = {"train_size": 600, "validation_size": 200, "hidden": (8,), "epochs": 3, "seed": 3}


def trained(directory, **settings):
    run = start_run(directory, {**SETTINGS, **settings})
    list(run)
    run.finish()
    return directory


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("sealed") / "run")


@pytest.fixture
def run(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "run")


READ = {
    "config.toml": read_settings,
    "history.jsonl": lambda run: [json.loads(line) for line in checked_history(run / "history.jsonl", 3)],
    "metrics.json": lambda run: read_metrics(run / "metrics.json"),
}


@pytest.mark.parametrize("name", READ)
def test_no_flipped_bit_changes_what_is_read_without_a_word(run, name):
    path, rng = run / name, random.Random(0)
    whole, right = path.read_bytes(), READ[name](run)
    for place in rng.sample(range(len(whole)), 150):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << rng.randrange(8)
        path.write_bytes(flipped)
        try:
            found = READ[name](run)
        except GlassnetError:
            continue
        assert found == right, (place, flipped[place - 20 : place + 20])


def test_the_split_of_an_altered_seed_is_refused_and_the_change_is_named(run):
    config = run / "config.toml"
    config.write_text(config.read_text().replace("\nseed = 3", "\nseed = 2"))
    for read in (read_run, lambda path: resume_run(path, {})):
        with pytest.raises(RunError, match=r"seed was 3, is 2\. Put it back.*train --config"):
            read(run)


@pytest.mark.parametrize(("was", "now"), [("\nseed = 3", "\nseed = 2"), ("train_size = 600", "train_size = 601")])
def test_a_run_without_any_seal_refuses_other_examples_than_the_models(run, was, now):
    config = run / "config.toml"
    text = config.read_text()
    assert was in text
    config.write_text("".join(line for line in text.replace(was, now).splitlines(True) if line[0] != "#"))
    (run / "checkpoint.safetensors").unlink()
    with pytest.raises(FileError, match="not those that the model was trained on"):
        read_run(run)


def test_a_missing_line_of_settings_is_named(run):
    config = run / "config.toml"
    config.write_text(config.read_text().replace("\nseed = 3", ""))
    with pytest.raises(RunError, match="seed was 3, is gone"):
        read_run(run)


def test_settings_that_are_cut_off_are_refused_or_mean_the_same(run):
    config = run / "config.toml"
    lines = config.read_text().splitlines(True)
    right = read_run(run)[0]
    for count in range(len(lines)):
        config.write_text("".join(lines[:count]))
        try:
            assert read_run(run)[0] == right, lines[count]
        except GlassnetError:
            continue


def test_the_settings_of_an_ensemble_are_sealed_too(tmp_path):
    run = start_run(tmp_path / "run", {**SETTINGS, "ensemble": 2, "epochs": 1})
    for member in run.members():
        list(member)
    run.finish()
    assert read_run(tmp_path / "run")[2].is_ensemble
    config = tmp_path / "run" / "config.toml"
    config.write_text(config.read_text().replace("train_size = 600", "train_size = 500"))
    with pytest.raises(RunError, match="train_size was 600, is 500"):
        read_run(tmp_path / "run")


def test_data_of_ones_own_may_be_moved_but_not_exchanged(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("first.csv", "other.csv"):
        rows = "\n".join(f"{a:.3f},{b:.3f},{'yes' if a > b else 'no'}" for a, b in rng.random((80, 2)))
        (tmp_path / name).write_text(f"a,b,class\n{rows}\n")
    run = trained(tmp_path / "run", dataset=str(tmp_path / "first.csv"), train_size=50, validation_size=15, ensemble=1)
    (tmp_path / "first.csv").rename(tmp_path / "moved.csv")
    config = run / "config.toml"
    text = config.read_text()
    config.write_text(text.replace('/first.csv"', '/moved.csv"'))
    assert len(read_run(run)[1].validation) == 15
    config.write_text(text.replace('/first.csv"', '/other.csv"'))
    with pytest.raises(FileError, match="not what the run was started with"):
        read_run(run)


def test_a_missing_seal_is_a_damaged_one_where_the_settings_are_sealed_and_old_runs_have_none(run):
    metrics, history, config = (run / name for name in ("metrics.json", "history.jsonl", "config.toml"))
    bare = {key: value for key, value in json.loads(metrics.read_text()).items() if key != "sha256"}
    lines = [json.loads(line) for line in history.read_text().splitlines()]
    metrics.write_text(json.dumps(bare))
    history.write_text("".join(json.dumps({k: v for k, v in line.items() if k != "sha256"}) + "\n" for line in lines))
    with pytest.raises(RunError, match="without its seal"):
        read_metrics(metrics)
    with pytest.raises(RunError, match=r"history damaged.*without its seal"):
        checked_history(history, 3)
    config.write_text("".join(line for line in config.read_text().splitlines(True) if line[0] != "#"))
    assert read_metrics(metrics) == bare
    assert len(checked_history(history, 3)) == 3
    assert resume_run(run, {}).finish() == bare


@pytest.mark.parametrize("damage", [b"[" * 100_000, b"\xff\xfe", b"[]", b'{"run": ' + b"9" * 5_000 + b"}", b""])
def test_metrics_that_are_none_are_refused(run, damage):
    (run / "metrics.json").write_bytes(damage)
    with pytest.raises(RunError, match="metrics"):
        read_metrics(run / "metrics.json")


def test_the_model_tells_which_examples_it_was_trained_on(finished, tmp_path):
    split = read_tensors(finished / "model.safetensors")[1]["split"]
    alike = read_tensors(trained(tmp_path / "alike", hidden=(4,), epochs=1) / "model.safetensors")[1]["split"]
    other = read_tensors(trained(tmp_path / "other", seed=4, epochs=1) / "model.safetensors")[1]["split"]
    assert split == alike != other
