"""``glassnet evaluate RUN --dataset``: any file with the columns of training, and the run's own data, moved."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from glassnet import load_model
from glassnet.runs import directory
from glassnet.runs.directory import read_run

NAMES = ("income", "state", "joined", "answer")


def some_rows(count, seed):
    rng = np.random.default_rng(seed)
    income, state, days = rng.normal(size=count), rng.choice(["CA", "NY", ""], count), rng.integers(0, 500, count)
    yes = np.where(income + (state == "CA") > 0.3, "yes", "no")
    joined = (np.datetime64("2024-01-01") + days).astype(str)
    return list(zip(["" if i % 9 == 0 else f"{x:.3f}" for i, x in enumerate(income)], state, joined, yes, strict=True))


def write(file, head, rows):
    with Path(file).open("w", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A directory with a table, and runs of classes and of numbers."""
    from commands import exit_code

    place = tmp_path_factory.mktemp("evaluate")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        write("old.csv", NAMES, some_rows(160, 0))
        given = ("--dataset", "old.csv", "--epochs", "4", "--hidden", "8")
        assert exit_code("train", *given, "--target", "answer", "--ensemble", "2", "--run", "classes") == 0
        rows = [(row[1], row[2], row[3], row[0] or "0") for row in some_rows(160, 0)]
        write("numbers.csv", ("state", "joined", "answer", "income"), rows)
        given = ("--dataset", "numbers.csv", "--epochs", "4", "--hidden", "8", "--task", "regression")
        assert exit_code("train", *given, "--target", "income", "--ensemble", "2", "--run", "numbers") == 0
        assert exit_code("train", *given, "--target", "income", "--ensemble", "1", "--run", "alone") == 0
    return place


@pytest.fixture(autouse=True)
def there(trained, monkeypatch):
    monkeypatch.chdir(trained)


def test_another_file_is_judged_by_names_with_words_gaps_and_dates(call):
    new = [(*row[::-1], "x") for row in some_rows(50, 1)]
    write("new.csv", (*NAMES[::-1], "more"), new)
    code, out, error = call("evaluate", "classes", "--dataset", "new.csv", "--json")
    result = json.loads(out)
    assert (code, result["examples"], result["file"], result["skipped"]) == (0, 50, "new.csv", 0)
    assert "another order" in error
    assert "'more'" in error
    predicted = list(csv.DictReader(call("predict", "classes", "new.csv")[1].splitlines()))
    assert result["accuracy"] == pytest.approx(np.mean([row["answer"] == row["prediction"] for row in predicted]))
    assert call("evaluate", "classes", "new.csv", "--json")[1] == out


def test_a_class_that_training_had_not_and_a_lacking_target_are_errors_that_say_so(call):
    new = some_rows(20, 2)
    new[3] = (*new[3][:3], "maybe")
    write("new.csv", NAMES, new)
    code, out, error = call("evaluate", "classes", "--dataset", "new.csv")
    assert (code, out) == (1, "")
    assert "line 5: expected one of no, yes, got 'maybe'" in error
    write("new.csv", NAMES[:3], [row[:3] for row in new])
    code, _, error = call("evaluate", "classes", "--dataset", "new.csv")
    assert (code, "no answers to evaluate with: no column 'answer' in new.csv" in error, "--target" in error) == (
        1,
        True,
        True,
    )
    assert "Did you mean" not in error
    code, _, error = call("evaluate", "classes", "new.csv", "--target", "stat")
    assert (code, "Did you mean 'state'?" in error) == (2, True)
    assert call("evaluate", "classes", "new.csv", "--dataset", "new.csv")[0] == 2


def test_of_the_runs_own_data_where_it_is_now_only_rows_that_were_held_out_are_judged(call, monkeypatch):
    own = call("evaluate", "classes", "--split", "test", "--json")[1]
    Path("moved").mkdir(exist_ok=True)
    Path("moved/here.csv").write_bytes(Path("old.csv").read_bytes())
    read = []
    monkeypatch.setattr(directory, "read_run", lambda *given: read.append(given) or read_run(*given))
    code, out, error = call("evaluate", "classes", "--dataset", "moved/here.csv", "--split", "test", "--json")
    assert len(read) == 1  # and not twice, which takes long
    there, here = json.loads(own), json.loads(out)
    assert (code, "the run's own data" in error) == (0, True)
    assert here["examples"] < 160
    assert {**here, "dataset": ""} == {**there, "dataset": ""}


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_a_threshold_is_said_to_be_an_option_of_train(call, command):
    for option, value in (("--threshold", "0.3"), ("--cost", "fp=1,fn=20"), ("--positive", "yes")):
        code, _, error = call(command, "classes", "old.csv", option, value)
        assert (code, "options of glassnet train" in error) == (2, True)


@pytest.mark.parametrize("run", ["numbers", "alone"])
def test_a_run_of_numbers_keeps_its_errors_and_predicts_intervals_that_hold_them(call, run):
    reference = load_model(Path(run, "model.safetensors")).reference
    rows = list(csv.DictReader(call("predict", run, "numbers.csv", "--coverage", "0.8")[1].splitlines()))
    low, high = (np.array([float(row[name]) for row in rows]) for name in ("lower_80", "upper_80"))
    np.testing.assert_allclose(high - low, 2 * reference.radius(0.8), rtol=1e-5)
    held_out = {"numbers": 160 - 26, "alone": 134 // 6}[run]
    assert reference.count == pytest.approx(held_out, abs=3)
    assert np.mean([low <= float(row["income"]) <= high for low, high, row in zip(low, high, rows, strict=True)]) > 0.7


def test_a_run_of_classes_keeps_the_mean_of_its_inputs(call):
    model = load_model(Path("classes/model.safetensors"))
    assert len(model.reference.mean_inputs) == model.preprocessing.inputs
    assert model.reference.count == 0
    assert 0 < model.reference.mean_inputs[model.preprocessing.input_names.index("state = CA")] < 1
    assert '"because"' in call("predict", "classes", "old.csv", "--explain", "--json")[1]


def test_dates_are_read_in_the_order_that_training_found(call):
    lines = [f"{month}/{day}/2023,{'a' if month > 6 else 'b'}" for month in range(1, 13) for day in range(3, 29, 2)]
    Path("us.csv").write_text("\n".join(["day,y", *lines]))
    given = ("--ensemble", "1", "--epochs", "2", "--hidden", "4", "--input-parts", "1")
    assert call("train", "--dataset", "us.csv", "--target", "y", "--run", "us", *given)[0] == 0
    Path("one.csv").write_text("day\n12/3/2023\n")  # the third of December, which alone could be the 12th of March
    Path("iso.csv").write_text("day\n2023-12-03\n")
    one, iso = (json.loads(call("predict", "us", file, "--json")[1]) for file in ("one.csv", "iso.csv"))
    assert one == iso
    assert call("evaluate", "us", "--json")[0] == 0
