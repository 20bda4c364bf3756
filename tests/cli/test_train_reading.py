"""What `glassnet train` says of one's own data before it trains, and keeps of it."""

import json
import tomllib

import numpy as np
import pytest

RNG = np.random.default_rng(9)
TRAINING = ["--epochs", "2", "--hidden", "4", "--input-parts", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "90")
    return tmp_path


@pytest.fixture
def plants(here):
    """Sixty plants, as a German spreadsheet has them."""
    lines = ["Nummer;Größe;Breite;Ort;Datum;Art"]
    for row, (a, b) in enumerate(RNG.normal(size=(60, 2))):
        size, width = (f"{value:.2f}".replace(".", ",") for value in (a, b))
        lines.append(
            f"{row * 7 + 100};{size};{width};Köln am Rhein;2024-03-{row % 28 + 1:02};{'Eiche' if a > b else 'Ulme'}"
        )
    (here / "plants.csv").write_text("\n".join(lines), encoding="cp1252")
    return here / "plants.csv"


def test_a_reading_is_said_kept_and_read_in_the_same_way_again(call, here, plants):
    words = ["train", "--dataset", "plants.csv", "--target", "Art", "--leave-out", "Nummer", "--run", "run", *TRAINING]
    code, out, error = call(*words, "--json")
    assert code == 0, error
    said = error[: error.index("plants.csv  ")].splitlines()
    assert len(said) <= 6
    assert max(map(len, said)) <= 90
    for part in (
        '"Nummer" (as said)',
        '("Ort")',
        '1 date ("Datum")',
        "semicolons",
        "decimal commas",
        "Windows-1252",
    ):
        assert part in error
    decisions = {decision["subject"]: decision for decision in json.loads(out)["reading"]["decisions"]}
    assert decisions["encoding"]["option"] == "--encoding NAME"
    assert json.loads((here / "run" / "metrics.json").read_text())["reading"] == json.loads(out)["reading"]
    config = tomllib.loads((here / "run" / "config.toml").read_text(encoding="utf-8"))
    assert (config["target"], config["delimiter"], config["decimal"], config["header"]) == ("Art", ";", ",", True)
    assert config["leave_out"] == ["Nummer"]
    assert config["reading"][0].startswith("plants.csv: 60 rows; target")
    assert call("evaluate", "run", "--json")[0] == 0
    assert call("train", "--run", "run", "--resume", "--json")[0] == 0


def test_a_dry_run_shows_the_first_rows_and_trains_nothing(call, here, plants):
    code, out, error = call("train", "--dataset", "plants.csv", "--target", "Art", "--dry-run")
    assert (code, error) == (0, "")
    assert out.startswith("plants.csv: 60 rows")
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[-5:]] == [
        line.rpartition(";")[2] for line in plants.read_text("cp1252").splitlines()[1:6]
    ]
    assert max(map(len, lines)) <= 90
    assert list(here.iterdir()) == [plants]
    out = call("train", "--dataset", "plants.csv", "--target", "Art", "--dry-run", "--json")[1]
    assert json.loads(out)["reading"]["source"] == "plants.csv"
    assert call("train", "--dry-run")[0] == 0  # of a data set that needs none


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_settings_file_of_windows_is_read(call, here, plants, encoding):
    (here / "settings.toml").write_text('epochs = 2\ntarget = "Art"\n', encoding=encoding, newline="\r\n")
    code, out, error = call("train", "--dataset", "plants.csv", "--config", "settings.toml", "--run", "run", "--json")
    assert code == 0, error
    assert json.loads(out)["epochs"] == 2


def test_an_option_that_the_file_cannot_follow_is_refused_in_one_line(call, here, plants):
    for words, message in (
        (["--leave-out", "Stadt"], "unknown column"),
        (["--decimal", "x"], "invalid decimal mark"),
        (["--read-as", "pictures"], "unknown way to read"),
        (["--encoding", "klingon"], "unknown encoding"),
        (["--delimiter", ",,"], "invalid delimiter"),
    ):
        code, out, error = call("train", "--dataset", "plants.csv", "--target", "Art", *words)
        assert (code in (1, 2), out, error.count("\n")) == (True, "", 1), error
        assert message in error


@pytest.mark.parametrize("words", [["fp=1", "fn=0"], ["fp=1,fn=0"]])
def test_costs_may_stand_in_words_of_their_own(call, here, words):
    (here / "a.csv").write_text("a,label\n" + "".join(f"{row},{row % 2}\n" for row in range(40)))
    code, out, error = call("train", "--dataset", "a.csv", "--cost", *words, "--epochs", "1")
    assert (code, out) == (2, "")
    assert "got fp=1,fn=0" in error


def test_numbers_are_shown_as_they_stand_in_the_file(call, here):
    (here / "a.csv").write_text(
        "zip,rate,price\n" + "".join(f"{97110 + n},0.{n + 11},{424200 + n}\n" for n in range(40))
    )
    out = call("train", "--dataset", "a.csv", "--target", "price", "--dry-run")[1]
    assert out.splitlines()[-5].split() == ["424200", "97110", "0.11"]


@pytest.fixture
def spoiled(here):
    """Forty bills, three of which cannot be learned from, and one row of nothing."""
    lines = [f"2024-03-{n % 28 + 1:02},{n % 9}.5,{n * 7 % 31}.25" for n in range(40)]
    lines[0] += ",7"
    lines[5], lines[9] = "2024-03-06,1.5,", "2024-03-10,1.5,NA"
    (here / "bills.csv").write_text("\n".join(["day,size,bill", *lines, ",,", ""]))
    return ["train", "--dataset", "bills.csv", "--target", "bill"]


def test_rows_that_cannot_be_used_are_counted_with_the_option_that_leaves_them_out(call, spoiled):
    for words in ([], ["--on-error", "stop"]):
        code, out, error = call(*spoiled, *words)
        assert (code, out) == (1, "")
        assert "3 of 40 rows cannot be used: a row of the wrong width in " in error
        assert "line 2: expected 3 columns, got 4" in error
        assert "--on-error skip" in error
    assert "unknown answer to an error" in call(*spoiled, "--on-error", "ignore")[2]


def test_rows_that_cannot_be_used_are_left_out_where_that_is_said_and_in_a_resumed_run_too(call, here, spoiled):
    words = [*spoiled, "--on-error", "skip"]
    out = call(*words, "--dry-run")[1]
    assert "left out 3 of 40 rows that cannot be used (first line 2)" in " ".join(map(str.strip, out.splitlines()))
    assert out.splitlines()[-5].split() == ["7.25", "2024-03-02", "1.5"]
    assert call(*words, "--run", "run", *TRAINING)[0] == 0
    assert tomllib.loads((here / "run" / "config.toml").read_text(encoding="utf-8"))["on_error"] == "skip"
    assert call("evaluate", "run", "--json")[0] == 0
    assert call("train", "--run", "run", "--resume", "--json")[0] == 0
