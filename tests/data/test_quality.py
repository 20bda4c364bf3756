"""What all rows of a table tell of the worth of what is learned from it."""

import numpy as np
import pytest

from glassnet import load_dataset
from glassnet.data.quality import decide_task, examine
from glassnet.errors import DataFileError

RNG = np.random.default_rng(4)
ROWS = 300
X = RNG.normal(size=(ROWS, 3))
WORDS = np.where(X[:, 0] + 0.3 * RNG.normal(size=ROWS) > 0, "oak", "elm")
NAMES = ("a", "b", "c")


def subjects(inputs, targets, task="classification"):
    return {decision.subject: decision for decision in examine(inputs, targets, task, NAMES)}


def test_ordinary_data_leaves_nothing_to_say():
    assert subjects(X, WORDS) == {}
    assert subjects(X, X @ [1.0, 2.0, 0.5] + RNG.normal(size=ROWS), "regression") == {}


@pytest.mark.parametrize("scale", [1.0, -1e-9, 1e155, 1e300])
def test_a_feature_that_is_the_target_in_another_unit_is_leakage(scale):
    targets = X[:, 1] * 3 + 2
    inputs = np.stack([X[:, 0], targets * scale, X[:, 2]], axis=1)
    assert subjects(inputs, targets, "regression")["leakage"].taken == ["b"]


def test_a_feature_that_tells_the_class_alone_is_leakage():
    by_code = np.select([WORDS == "oak"], [7.0], 3.0)
    by_threshold = np.where(WORDS == "oak", 1, -1) * (1 + np.abs(X[:, 1]))
    for telling in (by_code, by_threshold, RNG.integers(0, 20, ROWS) * 2 + (WORDS == "oak")):
        inputs = np.stack([X[:, 0], X[:, 2], telling], axis=1)
        found = subjects(inputs, WORDS)["leakage"]
        assert (found.taken, found.option) == (["c"], "--leave-out c")


@pytest.mark.parametrize("rows", [4, 10, 19])
def test_a_few_rows_prove_no_leakage(rows):
    assert subjects(np.arange(rows * 3.0).reshape(rows, 3), WORDS[np.argsort(WORDS)][:rows]) == {}


def test_constant_columns_are_named():
    inputs = X.copy()
    inputs[:, 1] = 1e18
    assert subjects(inputs, WORDS)["constant"].words == 'inputs of no use, the same in all rows: "b"'


def test_a_class_of_two_rows_is_named_with_what_always_the_other_scores():
    words = np.where(np.arange(ROWS) < 2, "rare", "oak")
    note = subjects(X, words)["rare"].doubt
    assert 'class "rare" has 2 of 300 rows' in note
    assert "99.3%" in note


def test_large_tables_are_examined_in_part(monkeypatch):
    monkeypatch.setattr("glassnet.data.quality.EXAMINED", 900)
    inputs = np.concatenate([X] * 10)
    words = np.where(inputs[:, 0] > 0, "oak", "elm")
    assert subjects(inputs, words)["leakage"].taken == ["a"]


def test_what_is_decided_stands_in_the_data_set(tmp_path):
    lines = [f"{a:.3f},{b:.3f},{word}" for (a, b, _), word in zip(X, WORDS, strict=True)]
    (tmp_path / "trees.csv").write_text("\n".join(["a,b,class", *lines]))
    data = load_dataset(tmp_path / "trees.csv")
    first, second = data.reading.lines()
    assert first == 'trees.csv: 300 rows; target "class" (by name); 2 classes ("elm", "oak"); 2 numeric features;'
    assert second.startswith("  header in line 1")
    assert data.reading.as_dict()["source"] == "trees.csv"
    np.savez(tmp_path / "trees.npz", x=X, y=WORDS)
    assert load_dataset(tmp_path / "trees.npz").reading["rows"] == 300


def test_targets_are_told_with_digits_that_differ_and_a_class_alone_by_its_file():
    assert decide_task(3 + 1e-9 * X[:, 0], "regression", "a.csv")[1].words.split()[2] != "3"
    assert decide_task(X[:, 0], None, "a.csv")[1].words == f"quantities from {X[:, 0].min():.6g} to {X[:, 0].max():.6g}"
    with pytest.raises(DataFileError, match=r"a\.csv, column 'y'.*oak in all rows"):
        decide_task(np.array(["oak"] * 30), None, "a.csv, column 'y'")


def test_gaps_are_counted_and_the_columns_of_the_most_named_first():
    inputs = np.concatenate([X, X], axis=1)[:, :5]
    for column, count in enumerate([2, 11, 0, 5, 1]):
        inputs[:count, column] = np.nan
    found = {one.subject: one for one in examine(inputs, WORDS, "classification", ("a", "b", "c", "d", "e"))}["missing"]
    assert found.words == 'gaps in 4 columns ("b" 11, "d" 5, "a" 2, ...)'
    assert found.taken == ["b", "d", "a", "e"]


def test_gaps_of_a_file_are_in_its_reading_however_they_are_written(tmp_path):
    cells = [("", "n.a.", "?")[n] if n < 3 else f"{n * 7 % 31}.5" for n in range(60)]
    lines = [f"{cell},{n % 13},{WORDS[n]}" for n, cell in enumerate(cells)]
    (tmp_path / "bills.csv").write_text("\n".join(["bill,size,class", *lines]))
    said = load_dataset(tmp_path / "bills.csv").reading.lines(90)
    assert 'gaps in 1 column ("bill" 3)' in " ".join(line.strip() for line in said)
    assert len(said) <= 6


def test_gaps_are_counted_of_a_file_that_stays_on_the_disk_too(tmp_path):
    frame = pytest.importorskip("pandas").DataFrame({"a": X[:, 0], "b": X[:, 1], "class": WORDS})
    frame.loc[:4, "b"] = np.nan
    pytest.importorskip("pyarrow")
    frame.to_parquet(tmp_path / "a.parquet", row_group_size=50)
    for window in (0, 64):
        reading = load_dataset(tmp_path / "a.parquet", window=window).reading
        assert 'gaps in 1 column ("b" 5)' in [decision.words for decision in reading]
