import json

import numpy as np
import pytest
from PIL import Image

import glassnet
from commands import exit_code

TRAIN = ("--train-size", "600", "--validation-size", "200", "--epochs", "2", "--input-parts", "1")
LETTERS = "abc"


@pytest.fixture(scope="module")
def runs(tmp_path_factory, cache_of_this_run):
    """Short trainings of each kind, as anybody would start them."""
    place = tmp_path_factory.mktemp("runs")
    rng = np.random.default_rng(0)
    features = rng.normal(size=(90, 2))
    for name, targets in {
        "kinds": [LETTERS[int((row > 0).sum())] for row in features],
        "sums": features.sum(1),
    }.items():
        rows = [f"{length:.3f},{width:.3f},{target}" for (length, width), target in zip(features, targets, strict=True)]
        (place / f"{name}.csv").write_text("\n".join(["length,width,target", *rows]) + "\n")
    kinds = {
        "digits": ("--hidden", "16"),
        "deep": ("--hidden", "12,8", "--activation", "tanh,relu"),
        "ensemble": ("--hidden", "8", "--ensemble", "2"),
        "angles": ("--dataset", "rotated-mnist", "--hidden", "8"),
        "kinds": ("--dataset", place / "kinds.csv", "--target", "target", "--hidden", "6"),
        "sums": ("--dataset", place / "sums.csv", "--target", "target", "--hidden", "6"),
    }
    for name, options in kinds.items():
        sizes = () if "--target" in options else TRAIN[:4]
        assert exit_code("train", "--run", place / name, *options, *sizes, *TRAIN[4:]) == 0
    return place


def explained(call, *arguments):
    code, out, error = call("explain", *arguments, "--json")
    assert code == 0, error
    return json.loads(out)


def test_it_takes_a_mistake_of_the_validation_split_unless_told_otherwise(call, runs):
    mistake = explained(call, runs / "digits")
    assert mistake["example"].startswith("validation example ")
    assert mistake["said"] != mistake["wanted"]
    third = explained(call, runs / "digits", "--index", 3)
    data = glassnet.load_dataset("mnist", train_size=600, validation_size=200, seed=0)
    assert third["example"] == "validation example 3"
    assert third["wanted"] == str(data.validation.targets[3])
    assert explained(call, runs / "digits", "--index", 3, "--wanted", "7")["wanted"] == "7"


def test_its_numbers_fit_one_another(call, runs):
    found = explained(call, runs / "digits", "--neuron", "1.5", "--weight", 400, "--learning-rate", 0.1)
    neuron, weight = found["neuron"], found["weight"]
    assert (neuron["name"], weight["from"], weight["source"]) == ("neuron 1.5", "pixel 14,8", 400)
    total = sum(term["product"] for term in neuron["terms"]) + neuron["rest"] + neuron["bias"]
    assert total == pytest.approx(neuron["z"], rel=1e-9)
    assert neuron["blame"] * neuron["slope"] == pytest.approx(neuron["delta"], rel=1e-9)
    assert weight["difference"] == pytest.approx(weight["gradient"], rel=1e-6, abs=1e-9)
    assert sum(found["backward"]["deltas"][-1]) == pytest.approx(0, abs=1e-12)
    assert found["update"]["learning_rate"] == 0.1
    assert {"text", "latex", "place"} == found["equations"]["sum"][0].keys()


@pytest.mark.parametrize("run", ["digits", "deep", "ensemble", "angles", "kinds", "sums"])
def test_every_kind_of_run_is_taken_apart_in_the_terminal(call, runs, run):
    code, out, error = call("explain", runs / run)
    assert (code, error) == (0, "")
    for title in ("Forward", "1 inputs", "2 weighted sums", "5 loss", "Backward", "8 gradient", "9 step"):
        assert title in out
    assert "network/layer.py:" in out
    assert max(map(len, out.splitlines())) <= 92
    assert ("length" in out) == (run in ("kinds", "sums"))
    assert ("The first of the ensemble's" in out) == (run in ("ensemble", "kinds", "sums"))
    assert ("°" in out or "degrees" in out) == (run == "angles")


def test_no_equation_is_broken_in_a_terminal_of_80_columns(call, runs, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = call("explain", runs / "deep")[1].splitlines()
    assert max(map(len, lines)) <= 80
    for made in explained(call, runs / "deep")["equations"].values():
        for equation in made:
            (line,) = (line for line in lines if equation["text"] in line)
            assert equation["place"] in (*line.split(), lines[lines.index(line) + 1].strip())


def test_a_picture_is_taken_apart_and_what_it_should_be_can_be_said(call, runs, tmp_path):
    digit = glassnet.load_dataset("mnist").test.inputs[0]
    Image.fromarray(255 - digit).resize((140, 140)).save(tmp_path / "seven.png")
    found = explained(call, runs / "digits", "--image", tmp_path / "seven.png", "--wanted", "7")
    assert (found["example"], found["wanted"]) == ("seven.png", "7")
    code, out, _ = call("explain", runs / "digits" / "model.safetensors", "--image", tmp_path / "seven.png")
    assert code == 0
    assert "Its label is not known" in out


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--index", 200), 2, "no such example in the validation split: expected 0..199, got 200"),
        (("--index", -1), 2, "Invalid value for '--index'"),
        (("--wanted", "x"), 2, "no such class: expected one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, got x"),
        (("--neuron", "1.16"), 2, "no such neuron: expected 1.0 to 1.15, 2.0 to 2.9, got 1.16"),
        (("--neuron", "first"), 2, "expected LAYER.UNIT such as 1.33, got 'first'"),
        (("--weight", 784), 2, "no such weight: expected 0..783, got 784"),
        (("--learning-rate", 0), 2, "Invalid value for '--learning-rate'"),
        (("--index", 1, "--image", "x.png"), 2, "give --index or --image, not both"),
        (("--image", "missing.png"), 1, "missing.png"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(call, runs, options, code, message):
    result, out, error = call("explain", runs / "digits", *options)
    assert (result, out) == (code, "")
    assert message in error
    assert error.count("\n") == 1


def test_a_model_file_alone_has_no_examples_and_numbers_want_numbers(call, runs):
    code, _, error = call("explain", runs / "digits" / "model.safetensors")
    assert code == 2
    assert "Add --image, or name the run's directory" in error
    code, _, error = call("explain", runs / "angles", "--wanted", "left")
    assert code == 2
    assert "expected a number, got 'left'" in error
