"""Columns without names are taken by their places only from a table that is as wide as that of training."""

import csv
from pathlib import Path

import numpy as np
import pytest

from glassnet import Model, Network, PixelScaling

pytestmark = pytest.mark.usefixtures("empty_directory")
RNG = np.random.default_rng(3)
ROWS = 120
F, G = RNG.normal(size=(2, ROWS)).round(3)
NUMBERS = np.where(G > F, 1, 0)
COUNT = np.arange(1, ROWS + 1)


def write(file, *columns):
    with Path(file).open("w", newline="") as stream:
        csv.writer(stream).writerows(zip(*columns, strict=True))
    return file


@pytest.fixture
def run(call):
    write("old.csv", COUNT, F, G, NUMBERS)
    code, _, error = call("train", "--dataset", "old.csv", "--target", "column 4", "--epochs", "30")
    assert code == 0, error
    return "runs/001"


def right_share(out):
    found = [int(row["prediction"]) for row in csv.DictReader(out.splitlines())]
    assert len(found) == ROWS
    return np.mean(found == NUMBERS)


@pytest.mark.parametrize(
    "columns", [(COUNT, F, G, NUMBERS), (F, G), (COUNT, F, G), (F, G, np.array(list("ab"))[NUMBERS])]
)
def test_the_features_are_found_where_it_can_be_told_which_they_are(call, run, columns):
    code, out, error = call("predict", run, write("new.csv", *columns))
    assert code == 0, error
    assert right_share(out) > 0.9
    assert ("where training had 4" in error) == (len(columns) == 3)


@pytest.mark.parametrize("columns", [(F, G, NUMBERS), (F, G, F, G, NUMBERS), (COUNT, F, G, NUMBERS, NUMBERS), (G,)])
def test_another_width_than_in_training_is_refused(call, run, columns):
    code, out, error = call("predict", run, write("new.csv", *columns))
    assert (code, out) == (1, "")
    assert "wrong width" in error


def test_a_model_alone_says_by_which_places_it_takes_columns(call, run):
    code, _, error = call("predict", f"{run}/model.safetensors", write("new.csv", F, G, NUMBERS))
    assert code == 0
    assert "3 columns without names, of which are taken, by their places, 'column 2', 'column 3'" in error


@pytest.mark.parametrize("last", [True, False])
def test_the_label_beside_pixels_without_names_is_at_the_end_that_looks_like_it(call, last):
    network = Network([16, 2], seed=0)
    network.layers[0].weights[...] = np.outer(np.eye(16)[0], [-9, 9])
    network.layers[0].biases[...] = [4.5, -4.5]
    Model(network, PixelScaling((4, 4)), ("0", "1")).save("model.safetensors")
    pixels = RNG.integers(0, 256, size=(ROWS, 16))
    label = (pixels[:, 0] > 127.5).astype(int)
    columns = [*pixels.T, label] if last else [label, *pixels.T]
    code, out, error = call("predict", "model.safetensors", write("new.csv", *columns))
    assert code == 0, error
    assert [int(row["prediction"]) for row in csv.DictReader(out.splitlines())] == label.tolist()
