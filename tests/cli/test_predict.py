"""``glassnet predict`` and ``glassnet evaluate``, of pictures and of the splits."""

import itertools
import json
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("empty_directory")


def test_evaluate_judges_both_splits(call, trained_tasks):
    for name, split in itertools.product(("mnist", "rotated-mnist"), ("validation", "test")):
        metrics = json.loads((trained_tasks / name / "metrics.json").read_text())
        code, out, _ = call("evaluate", trained_tasks / name, "--split", split, "--json")
        result = json.loads(out)
        assert (code, result["split"], result["dataset"]) == (0, split, name)
        assert result["examples"] == {"validation": 500, "test": 10_000}[split]
        measure = "accuracy" if name == "mnist" else "rmse"
        assert result[measure] == metrics[f"{split}_{measure}"]
    assert "By class" in call("evaluate", trained_tasks / "mnist")[1]
    assert "RMSE" in call("evaluate", trained_tasks / "rotated-mnist")[1]


def test_predict_answers_for_each_picture(call, trained_tasks):
    pictures = sorted(trained_tasks.glob("*.png"))
    code, out, _ = call("predict", trained_tasks / "mnist", *pictures, "--json")
    answers = json.loads(out)["predictions"]
    assert (code, [answer["file"] for answer in answers]) == (0, [str(path) for path in pictures])
    for answer in answers:
        assert sum(answer["probabilities"].values()) == pytest.approx(1)
        assert answer["digit"] == max(answer["probabilities"], key=answer["probabilities"].get)
    out = call("predict", trained_tasks / "mnist", *pictures)[1]
    assert (out.count(".png: "), out.count("%")) == (3, 30)
    out = call("predict", trained_tasks / "rotated-mnist", pictures[0], "--json")[1]
    assert json.loads(out)["predictions"][0]["unit"] == "degrees"


def test_a_picture_that_cannot_be_read_does_not_keep_the_others_from_their_answers(call, trained_tasks):
    Path("odd[").mkdir()
    Path("odd[/b]name.png").write_text("seven")
    shutil.copy(trained_tasks / "digit0.png", "[red]7.png")
    code, out, error = call("predict", trained_tasks / "mnist", "odd[/b]name.png", "[red]7.png")
    assert code == 1
    assert out.startswith("[red]7.png: ")
    assert error.startswith("glassnet: not a picture in odd[/b]name.png")
    code, out, _ = call("predict", trained_tasks / "mnist", "odd[/b]name.png", "[red]7.png", "--json")
    answers = json.loads(out)["predictions"]
    assert ("error" in answers[0], "digit" in answers[1], code) == (True, True, 1)
