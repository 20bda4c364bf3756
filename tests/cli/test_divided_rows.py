"""``glassnet train`` with --group, --time and --class-weights: said, kept, resumed, and shown by --dry-run."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

RNG = np.random.default_rng(2)
QUICK = ["--epochs", "1", "--hidden", "4", "--input-parts", "1"]


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    """A hundred and forty orders of fourteen customers, in the order of their days."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    lines = ["customer,day,paid,label"]
    for row, paid in enumerate(RNG.normal(size=140)):
        day = "" if row == 1 else f"{1 + row % 28}/{1 + row // 28}/2024 10:30"
        lines.append(f"Mx {row % 14},{day},{paid:.2f},{'yes' if paid > 0.8 else 'no'}")
    (tmp_path / "orders.csv").write_text("\n".join(lines))


def config():
    return tomllib.loads(Path("run/config.toml").read_text(encoding="utf-8"))


def test_a_dry_run_shows_words_dates_and_gaps_as_they_stand_in_the_file(call):
    code, out, _ = call("train", "--dataset", "orders.csv", "--dry-run")
    assert code == 0
    first, second = out.splitlines()[-5:-3]
    assert first.split() == ["no", "Mx", "0", "1/1/2024", "10:30", "0.19"]
    assert second.split()[:3] == ["no", "Mx", "1"]
    assert "2024" not in second


def test_a_dry_run_shows_dates_of_a_parquet_file_as_dates(call):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.read_csv("orders.csv")
    frame["day"] = pandas.to_datetime(frame["day"], dayfirst=True).dt.date
    frame.to_parquet("orders.parquet")
    out = call("train", "--dataset", "orders.parquet", "--dry-run")[1]
    assert "2024-01-03" in out


def test_a_run_by_groups_is_said_kept_and_resumed_and_has_as_many_networks_as_groups(call):
    words = ["train", "--dataset", "orders.csv", "--group", "customer", "--run", "run", *QUICK]
    code, out, error = call(*words, "--test-size", "70", "--json")
    assert code == 0, error
    assert '14 groups by "customer", none divided; it is no input' in error.replace("\n  ", " ")
    assert "7 networks of 1 epochs, each validated on its own of 7 parts of the 70 rows, one for each customer" in error
    decisions = {decision["subject"]: decision["taken"] for decision in json.loads(out)["reading"]["decisions"]}
    assert decisions["group"] == "customer"
    assert (config()["group"], config()["time"], config()["test_size"]) == ("customer", "", 70)
    assert call("train", "--run", "run", "--resume", *words[3:5])[0] == 0
    assert call("evaluate", "run", "--split", "test", "--json")[0] == 0
    code, _, error = call("train", "--run", "run", "--resume", "--group", "paid")
    assert code == 2
    assert "group was customer, is paid" in error


def test_sizes_that_groups_do_not_meet_divide_a_resumed_run_in_the_same_way(call):
    words = ["train", "--dataset", "orders.csv", "--group", "customer", "--ensemble", "1", "--run", "run", *QUICK]
    assert call(*words, "--validation-size", "33")[0] == 0
    assert (config()["train_size"], config()["validation_size"], config()["test_size"]) == (87, 33, 23)
    assert call("evaluate", "run", "--json")[0] == 0  # refuses another split than the model's


def test_a_run_by_time_leaves_a_row_without_one_to_be_mended(call):
    code, _, error = call("train", "--dataset", "orders.csv", "--time", "day", *QUICK)
    assert code == 1
    assert "line 3, column 'day'" in error


def test_a_run_by_time_is_said_kept_and_evaluated(call):
    table = Path("orders.csv")
    table.write_text(table.read_text().replace("Mx 1,,", "Mx 1,2/1/2024 10:30,"))
    code, _, error = call(
        "train", "--dataset", "orders.csv", "--time", "day", "--ensemble", "2", "--run", "run", *QUICK
    )
    assert code == 0, error
    assert 'divided in the order of "day", the latest rows to test on' in error.replace("\n  ", " ")
    assert "each validated on its own of 2 parts" in error
    assert "rows, in the order of day" in error
    assert config()["time"] == "day"
    Path("new.csv").write_text("customer,day,paid\nMx 0,3/9/2031 10:30,0.5\n")
    code, out, error = call("predict", "run", "new.csv")
    assert (code, out.splitlines()[1].split(",")[:4], error) == (0, ["Mx 0", "3/9/2031 10:30", "0.5", "no"], "")
    assert call("evaluate", "run", "--split", "test", "--json")[0] == 0


def test_class_weights_are_said_in_a_line_with_the_better_remedy(call):
    words = ["train", "--dataset", "orders.csv", "--class-weights", "balanced", "--ensemble", "2", *QUICK]
    code, out, error = call(*words, "--run", "run")
    assert code == 0
    [line] = [line for line in error.splitlines() if "class weights" in line]
    assert "probabilities are no frequencies" in line
    assert "--threshold" in line
    assert "frequencies" not in out
    assert config()["class_weights"] == "balanced"
