"""One's own data, by the commands that a person types: tables, arrays and folders of pictures."""

import csv
import json
import re

import numpy as np
import pytest
from PIL import Image

from glassnet.runs.recipes import recipe_settings

RNG = np.random.default_rng(0)
LABELS = np.arange(120) % 3
# Three kinds of images that are easily told apart: a bright row each.
IMAGES = RNG.integers(0, 60, (120, 4, 4), np.uint8)
IMAGES[np.arange(120), LABELS] += 180
TRAINING = ["--epochs", "8", "--batch-size", "10", "--hidden", "8", "--input-parts", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_pixels(path, labels=None):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        names = [f"pixel{index}" for index in range(16)]
        writer.writerow(names if labels is None else ["label", *names])
        for row, image in enumerate(IMAGES.reshape(120, 16).tolist()):
            writer.writerow(image if labels is None else [labels[row], *image])


def rows_of(text):
    return list(csv.DictReader(text.splitlines()))


def test_kaggle_in_two_commands(call, here):
    write_pixels(here / "train.csv", LABELS.tolist())
    write_pixels(here / "test.csv")
    code, _, error = call("train", "--dataset", "train.csv", "--run", "run", *TRAINING)
    assert code == 0, error
    assert "train.csv  84 training, 16 validation, 20 test; 3 classes" in error
    assert call("predict", "run", "test.csv", "--submission", "submission.csv") == (0, "", "")
    submission = rows_of((here / "submission.csv").read_text())
    assert list(submission[0]) == ["ImageId", "Label"]
    assert [int(row["ImageId"]) for row in submission] == list(range(1, 121))
    assert [int(row["Label"]) for row in submission] == LABELS.tolist()


def test_a_run_on_ones_own_data_is_read_from_anywhere(call, here, monkeypatch):
    write_pixels(here / "train.csv", LABELS.tolist())
    assert call("train", "--dataset", "train.csv", "--run", "run", *TRAINING)[0] == 0
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    code, out, _ = call("evaluate", "../run", "--split", "test", "--json")
    assert (code, json.loads(out)["examples"]) == (0, 20)
    code, _, error = call("train", "--run", "../run", "--resume", "--dataset", "../train.csv")
    assert "changed settings: dataset was" not in error or code == 2


@pytest.mark.parametrize("change", ["rows", "labels", "pixels"])
def test_a_table_that_has_changed_is_noticed(call, here, change):
    write_pixels(here / "train.csv", LABELS.tolist())
    assert call("train", "--dataset", "train.csv", "--run", "run", *TRAINING)[0] == 0
    head, *lines = (here / "train.csv").read_text().splitlines()
    changed = {
        "rows": lines[:-30],
        "labels": [*lines[:-1], f"{(LABELS[-1] + 1) % 3}{lines[-1][1:]}"],
        "pixels": [*lines[:-1], f"{lines[-1].rpartition(',')[0]},255"],
    }
    (here / "train.csv").write_text("\n".join([head, *changed[change]]) + "\n")
    for words in (["evaluate", "run"], ["train", "--run", "run", "--resume"]):
        code, out, error = call(*words)
        assert (code in (1, 2), out) == (True, "")
        assert "exceed" in error or "not what the run was started with" in error


@pytest.fixture
def flowers(here):
    """A table of two measures and a kind, and one without the kind and with its columns in another order."""
    kinds = np.array(["iris", "rose", "tulip"])[LABELS]
    measures = RNG.normal(0, 0.2, (120, 2)) + LABELS[:, None] * [10, -3]
    with (here / "flowers.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            [("long", "kind", "wide"), *((a, kind, b) for (a, b), kind in zip(measures, kinds, strict=True))]
        )
    with (here / "new.csv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([("id", "wide", "long"), *((f"f{n}", b, a) for n, (a, b) in enumerate(measures))])
    return kinds


def test_predictions_for_a_table_find_their_columns_by_name(call, flowers):
    assert call("train", "--dataset", "flowers.csv", "--target", "kind", "--run", "run", *TRAINING)[0] == 0
    code, out, _ = call("predict", "run", "new.csv")
    assert code == 0
    rows = list(csv.DictReader(out.splitlines(), delimiter=";"))
    assert list(rows[0]) == ["id", "wide", "long", "prediction", "probability"]
    assert [row["id"] for row in rows] == [f"f{number}" for number in range(120)]
    assert np.mean([row["prediction"] == kind for row, kind in zip(rows, flowers, strict=True)]) > 0.95
    code, out, _ = call("predict", "run", "new.csv", "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["prediction"] for answer in answers] == [row["prediction"] for row in rows]
    assert set(answers[0]["probabilities"]) == {"iris", "rose", "tulip"}


def test_predictions_go_to_a_file_whole_or_not_at_all(call, here, flowers):
    assert call("train", "--dataset", "flowers.csv", "--target", "kind", "--run", "run", *TRAINING)[0] == 0
    assert call("predict", "run", "new.csv", "--output", "out.csv")[0] == 0
    whole = (here / "out.csv").read_text()
    assert len(whole.splitlines()) == 121
    with (here / "new.csv").open("a") as file:
        file.write("f121;x;1\n")
    code, _, error = call("predict", "run", "new.csv", "--output", "out.csv")
    assert code == 1
    assert "line 122, column 'wide': expected a finite number, got 'x'" in error
    assert (here / "out.csv").read_text() == whole
    assert [path.name for path in here.glob("*.part")] == []


def test_numbers_are_predicted_for_a_table(call, here):
    x = RNG.normal(size=200)
    (here / "line.csv").write_text("x,y\n" + "".join(f"{value},{3 * value + 1}\n" for value in x))
    code, out, error = call("train", "--dataset", "line.csv", "--run", "run")
    assert code == 0, error
    assert re.search(r"^RMSE( +[\d.–]+){6}$", out, re.MULTILINE)
    rows = rows_of(call("predict", "run", "line.csv")[1])
    errors = [float(row["prediction"]) - (3 * value + 1) for row, value in zip(rows, x, strict=True)]
    assert np.sqrt(np.mean(np.square(errors))) < 0.3


def test_a_folder_of_pictures_is_trained_on_and_answered_for_by_name(call, here):
    for index, image in enumerate(IMAGES):
        place = here / "all" / "abc"[LABELS[index]]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{index:03}.png")
    assert call("train", "--dataset", "all", "--run", "run", *TRAINING)[0] == 0
    rows = rows_of(call("predict", "run", "all")[1])
    assert rows[0]["file"] == "a/000.png"
    assert [row["prediction"] for row in rows] == [row["file"][0] for row in rows]


def test_arrays_with_a_test_part_are_answered_for_there(call, here):
    np.savez("a.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:7], y_test=LABELS[:7])
    assert call("train", "--dataset", "a.npz", "--run", "run", *TRAINING)[0] == 0
    assert [int(row["prediction"]) for row in rows_of(call("predict", "run", "a.npz")[1])] == LABELS[:7].tolist()


def test_what_cannot_be_predicted_for_is_refused_in_one_line(call, here, flowers):
    assert call("train", "--dataset", "flowers.csv", "--target", "kind", "--run", "run", *TRAINING)[0] == 0
    write_pixels(here / "test.csv")
    for words, code, message in (
        (
            ["test.csv"],
            1,
            "2 columns are missing in test.csv: expected the columns that the model was trained on, 'long', 'wide'",
        ),
        (["new.csv", "--submission", "s.csv"], 2, "not predictions for the Digit Recognizer: expected digits"),
        (["new.csv", "flowers.csv"], 2, "expected one file or folder of data"),
        (["a.png", "--output", "o.csv"], 2, "expected one file or folder of data"),
        (["missing.csv"], 1, "no such file"),
    ):
        found, out, error = call("predict", "run", *words)
        *differences, refusal = error.splitlines()
        assert (found, out) == (code, "")
        assert all(line.startswith("new.csv: ") for line in differences)
        assert message in refusal
    assert not (here / "s.csv").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target", "sort"], "unknown column of flowers.csv: expected one of long, kind, wide, got 'sort'"),
        (["--target", "kind", "--task", "regression"], "targets are not numbers"),
        (["--target", "kind", "--deskew"], "deskewing needs images"),
        (["--target", "kind", "--rotation", "5"], "augmentation"),
        ([], "nothing to predict in"),
        (["--target", "kind", "--test-size", "-1"], "invalid test_size"),
    ],
)
def test_a_training_on_a_table_that_cannot_be_meant_leaves_nothing_behind(call, here, flowers, words, message):
    code, out, error = call("train", "--dataset", "flowers.csv", *words, "--run", "run")
    assert (code in (1, 2), out) == (True, "")
    assert message in error
    assert not (here / "run").exists()


def test_a_folder_that_is_called_as_a_data_set_is_ones_own(call, here):
    (here / "mnist").mkdir()
    for name, array in (("x", IMAGES), ("y", LABELS)):
        np.save(here / "mnist" / f"{name}.npy", array)
    code, _, error = call("train", "--dataset", "./mnist", "--run", "run", *TRAINING)
    assert (code, "mnist  84 training" in error) == (0, True), error
    assert 'fingerprint = ""' not in (here / "run" / "config.toml").read_text()


def test_a_recipe_on_ones_own_data_takes_all_of_it_and_on_its_own_what_it_says(call, here):
    write_pixels(here / "train.csv", LABELS.tolist())
    small = ["--epochs", "1", "--input-parts", "1"]
    error = call("train", "--recipe", "fast", "--dataset", "train.csv", "--run", "own", *small)[2]
    assert "84 training" in error
    sizes = [recipe_settings("fast", name) for name in (None, "mnist")]
    assert sizes[0] == sizes[1]
    assert {"train_size", "validation_size"} <= sizes[0].keys()


def test_several_numbers_have_a_cell_each(call, here):
    from glassnet import FeatureScaling, Model, Network
    from glassnet.data.preprocessing.targets import TargetScale

    scaling = FeatureScaling(("a", "b"), (0.0, 0.0), (1.0, 1.0))
    model = Model(Network([2, 3], loss="mse", seed=0), scaling, target_scale=TargetScale(0.0, 1.0))
    model.save(here / "model.safetensors")
    (here / "rows.csv").write_text("b,a\n1,2\n3,4\n")
    code, out, _ = call("predict", "model.safetensors", "rows.csv")
    assert (code, out.splitlines()[0]) == (0, "b,a,prediction 1,prediction 2,prediction 3")
    assert float(rows_of(out)[1]["prediction 3"]) == pytest.approx(
        float(model.predict(np.array([[4.0, 3.0]]))[0, 2]), rel=1e-6
    )
