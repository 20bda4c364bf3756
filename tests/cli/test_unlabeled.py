"""Who asks for predictions need not know them: a column of labels that is empty, partly empty or absent."""

import csv
import io

import numpy as np
import pytest

from commands import exit_code

RNG = np.random.default_rng(0)
MEASURES = RNG.normal(size=(60, 2))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    place = tmp_path_factory.mktemp("unlabeled")
    write(place / "known.csv", ["a" if first > 0 else "b" for first, _ in MEASURES])
    words = ("train", "--dataset", place / "known.csv", "--run", place / "run", "--epochs", 2, "--hidden", 4)
    assert exit_code(*words) == 0
    return place


def write(path, labels):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["long", "wide", "label"][: 2 if labels is None else 3])
        for row, numbers in enumerate(MEASURES):
            writer.writerow([*numbers, *([] if labels is None else [labels[row]])])


@pytest.mark.parametrize(
    "labels", [None, [""] * 60, ["", "a"] * 30, ["?"] * 60], ids=["absent", "empty", "gaps", "asked"]
)
def test_predictions_are_the_same_whatever_the_column_of_labels_holds(call, trained, labels):
    write(trained / "new.csv", labels)
    code, out, error = call("predict", trained / "run", trained / "new.csv")
    assert code == 0, error
    _, known, _ = call("predict", trained / "run", trained / "known.csv")
    rows, expected = ([row["prediction"] for row in csv.DictReader(io.StringIO(text))] for text in (out, known))
    assert rows == expected
    assert len(rows) == 60
