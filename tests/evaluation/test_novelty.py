"""Inputs unlike all that a model knows: which are refused, by the library and by the commands."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import glassnet
from commands import exit_code
from glassnet.data.images.digits import read_digit
from glassnet.data.preprocessing.preprocessing import Unchanged
from glassnet.errors import FileError, UsageError
from glassnet.evaluation.novelty import TENSORS, UNFAMILIAR, NoveltyDetector, make_unfamiliar, principal_directions
from glassnet.runs.directory import detector_of, read_run


@pytest.fixture(scope="module")
def known(mnist):
    """A model, whose preprocessing alone counts, its detector, and digits that neither has seen."""
    data = glassnet.load_dataset("mnist")
    model = glassnet.Model(glassnet.Network([784, 10], seed=0), data.preprocessing, data.class_names)
    return model, NoveltyDetector.fit(model, data.train, data.validation), data.test.select(slice(3_000))


@pytest.fixture(scope="module")
def run(tmp_path_factory, cache_of_this_run):
    place = tmp_path_factory.mktemp("novelty") / "run"
    sizes = (
        "--train-size",
        "3000",
        "--validation-size",
        "500",
        "--hidden",
        "16",
        "--epochs",
        "3",
        "--input-parts",
        "1",
    )
    assert exit_code("train", "--run", place, *sizes) == 0
    return place


def letter(path, text):
    page = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(page).text((50, 20), text, fill=0, font=ImageFont.load_default(140), stroke_width=3)
    page.save(path)
    return path


def test_few_digits_are_refused_and_about_as_many_as_were_asked_for(known):
    model, detector, digits = known
    assert 0.005 < detector.refuses(model, digits.inputs).mean() < 0.03


@pytest.mark.parametrize("name", [name for name in UNFAMILIAR if name not in ("shuffled", "two at once", "scribbles")])
def test_what_is_no_digit_is_refused(known, name):
    model, detector, digits = known
    images = make_unfamiliar(name, digits.inputs[:200])
    assert detector.refuses(model, images).all()


def test_most_scribbles_and_letters_and_many_digits_upon_digits_are_refused(known, tmp_path):
    model, detector, digits = known
    assert detector.refuses(model, make_unfamiliar("scribbles", digits.inputs[:200])).mean() > 0.9
    assert detector.refuses(model, make_unfamiliar("shuffled", digits.inputs[:200])).mean() > 0.95
    assert detector.refuses(model, make_unfamiliar("two at once", digits.inputs[:200])).mean() > 0.4
    letters = [read_digit(letter(tmp_path / "letter.png", text)) for text in "ABEFGHKMNPRWX"]
    assert detector.refuses(model, np.stack(letters)).mean() > 0.7


def test_mistakes_are_refused_more_often_than_other_answers(known):
    _, detector, digits = known
    data = glassnet.load_dataset("mnist", train_size=5_000)
    training = glassnet.Training(glassnet.Network([784, 32, 10], seed=0), data, epochs=4, input_parts=1)
    for _ in training:
        pass
    wrong = training.model.predict(digits.inputs) != digits.targets
    refused = detector.refuses(training.model, digits.inputs)
    assert refused[wrong].mean() > 2 * refused[~wrong].mean()


def test_strangers_are_the_same_each_time_and_leave_the_images_as_they_are(known):
    images = known[2].inputs[:5]
    before = images.copy()
    for name in UNFAMILIAR:
        first = make_unfamiliar(name, images, seed=3)
        np.testing.assert_array_equal(first, make_unfamiliar(name, images, seed=3))
        assert (first.shape, first.dtype, make_unfamiliar(name, images[:0]).shape) == (
            images.shape,
            np.uint8,
            (0, 28, 28),
        )
    np.testing.assert_array_equal(images, before)


def test_a_detector_is_saved_whole_and_read_back(known, tmp_path):
    model, detector, digits = known
    detector.save(tmp_path / "novelty.safetensors")
    loaded = NoveltyDetector.load(tmp_path / "novelty.safetensors")
    assert loaded.threshold == detector.threshold
    for name in TENSORS:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(detector, name))
    np.testing.assert_array_equal(loaded.score(model, digits.inputs), detector.score(model, digits.inputs))
    model.save(tmp_path / "model.safetensors")
    with pytest.raises(FileError, match="not a novelty detector"):
        NoveltyDetector.load(tmp_path / "model.safetensors")


def test_rows_of_a_table_are_refused_when_they_are_far_in_any_direction():
    rng = np.random.default_rng(0)
    inputs = np.concatenate([rng.normal(size=(200, 4)) + 4 * k for k in range(2)])
    examples = glassnet.Examples(inputs, np.repeat([0, 1], 200))
    model = glassnet.Model(glassnet.Network([4, 2], seed=0), Unchanged((4,)), ("near", "far"))
    detector = NoveltyDetector.fit(model, examples, examples)
    far = inputs.mean(axis=0) + 30 * np.concatenate([np.eye(4), -np.eye(4)])
    assert detector.refuses(model, far).all()
    assert np.isfinite(detector.score(model, np.array([[1e30, -1e30, 0, 0]]))).all()


def test_numbers_are_predicted_for_what_is_like_all_examples(mnist):
    data = glassnet.load_dataset("rotated-mnist", train_size=2_000, validation_size=500)
    network = glassnet.Network([784, 1], loss="mse", seed=0)
    model = glassnet.Model(network, data.preprocessing, target_scale=glassnet.TargetScale(0, 1), unit=data.unit)
    detector = NoveltyDetector.fit(model, data.train, data.validation)
    assert detector.refuses(model, data.test.inputs[:500]).mean() < 0.06
    assert detector.refuses(model, make_unfamiliar("noise", data.test.inputs[:50])).all()


def test_a_class_of_one_example_or_of_equal_ones_is_no_obstacle():
    inputs = np.zeros((12, 3), np.float32)
    inputs[6:11] = np.random.default_rng(0).normal(size=(5, 3))
    inputs[11] = 9
    examples = glassnet.Examples(inputs, np.array([0] * 6 + [1] * 5 + [2]))
    model = glassnet.Model(glassnet.Network([3, 3], seed=0), Unchanged((3,)), ("a", "b", "c"))
    scores = NoveltyDetector.fit(model, examples, examples).score(model, inputs)
    assert np.isfinite(scores).all()
    assert scores[[0, 11]] == pytest.approx(0, abs=1e-9)


def test_wrong_use_is_told(known):
    model, detector, digits = known
    with pytest.raises(UsageError, match="fraction to refuse"):
        NoveltyDetector.fit(model, digits, digits, refused=1.0)
    with pytest.raises(UsageError, match="no examples"):
        NoveltyDetector.fit(model, digits, digits.select(slice(0)))
    with pytest.raises(UsageError, match="another model"):
        replace(detector, means=detector.means[:, :9]).score(model, digits.inputs)


def test_predict_refuses_a_letter_and_keeps_the_detector_beside_the_model(call, run, tmp_path):
    digit = tmp_path / "digit.png"
    Image.fromarray(glassnet.load_dataset("mnist").test.inputs[0]).save(digit)
    pictures = (digit, letter(tmp_path / "w.png", "W"))
    code, out, error = call("predict", run, *pictures, "--json")
    answers = json.loads(out)["predictions"]
    assert (code, error, [answer["refused"] for answer in answers]) == (0, "", [False, True])
    assert (answers[0]["digit"] in "0123456789", answers[1]["digit"]) == (True, None)
    kept = (run / "novelty.safetensors").stat().st_mtime_ns
    out = call("predict", run, *pictures)[1]
    assert (out.count("none, unlike all"), out.count("%")) == (1, 10)
    assert (run / "novelty.safetensors").stat().st_mtime_ns == kept


def test_predict_answers_every_picture_where_the_examples_are_gone_or_a_model_file_is_named(call, run, tmp_path):
    picture = letter(tmp_path / "w.png", "W")
    model_alone = json.loads(call("predict", run / "model.safetensors", picture, "--json")[1])["predictions"]
    moved = shutil.copytree(run, tmp_path / "moved", ignore=shutil.ignore_patterns("novelty*"))
    config = (moved / "config.toml").read_text()
    (moved / "config.toml").write_text(config.replace('"mnist"', '"gone.csv"'))
    code, out, error = call("predict", moved, picture, "--json")
    assert (code, json.loads(out)["predictions"]) == (0, model_alone)
    assert "gone.csv" in error
    assert model_alone[0]["digit"] is not None


def test_principal_directions_are_the_same_with_more_columns_than_examples():
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(30, 5)) @ rng.normal(size=(5, 40)) + 0.01 * rng.normal(size=(30, 40))
    directions, variances, rest = principal_directions(inputs)
    np.testing.assert_allclose(directions @ directions.T, np.eye(len(variances)), atol=1e-9)
    covariance = np.cov(inputs.T, bias=True)
    np.testing.assert_allclose(directions @ covariance @ directions.T, np.diag(variances), atol=1e-9)
    assert variances.sum() + rest * (40 - len(variances)) == pytest.approx(np.trace(covariance))


def test_without_a_validation_split_the_threshold_is_of_examples_kept_apart(cache_of_this_run, tmp_path):
    sizes = ("--train-size", "2000", "--validation-size", "0", "--hidden", "8", "--epochs", "1", "--input-parts", 1)
    assert exit_code("train", "--run", tmp_path / "run", *sizes) == 0
    _, data, model = read_run(tmp_path / "run")
    assert detector_of(tmp_path / "run").refuses(model, data.test.inputs[:2_000]).mean() < 0.06
