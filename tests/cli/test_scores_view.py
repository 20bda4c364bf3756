import json
import re
from contextlib import redirect_stdout

import jinja2
import numpy as np
import pytest

from commands import exit_code
from glassnet import load_model
from glassnet.cli.scores_view import print_scores
from glassnet.cli.terminal import results

TRAINING = ("--ensemble", "2", "--epochs", "12", "--hidden", "8", "--learning-rate", "0.02", "--batch-size", "64")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Tables of two classes, with a run each: one of a rare class that is not found, one with a threshold for F1."""
    here, rng = tmp_path_factory.mktemp("scores"), np.random.default_rng(0)
    x = rng.normal(size=(240, 2))
    bad = rng.random(240) < 1 / (1 + np.exp(2.8 - 1.2 * x[:, 0]))
    lines = [f"{a},{b},{'bad' if rare else 'good'}" for (a, b), rare in zip(x, bad, strict=True)]
    (here / "table.csv").write_text("\n".join(["a,b,kind", *lines]))
    for name, options in {"plain": (), "f1": ("--threshold", "f1")}.items():
        arguments = ["train", "--dataset", here / "table.csv", "--target", "kind", "--run", here / name]
        with (here / f"{name}.txt").open("w", encoding="utf-8") as printed, redirect_stdout(printed):
            assert exit_code(*arguments, *TRAINING, *options) == 0
    return here


def score(value, low, high, base):
    return {"value": value, "interval": [low, high], "base": base}


def printed(capsys, scores):
    print_scores(scores, results())
    return capsys.readouterr().out.splitlines()


NUMBERS = {
    "base_rate": {"answer": 12.5},
    "unit": "dollars",
    "test": {
        "rows": 1_200,
        "rmse": score(3.25, 3.0, 3.5, 4.0),
        "mae": score(2.0, 1.5, 2.5, 3.0),
        "r_squared": score(0.34, 0.2, 0.5, -0.01),
    },
}


def test_numbers_stand_beside_those_of_the_mean(capsys):
    lines = printed(capsys, NUMBERS)
    assert lines[0] == "base rate: always 12.50 dollars, the mean of the training rows, has an RMSE of 4.000"
    rows = [line.split() for line in lines]
    assert ["RMSE", "3.250", "3.000–3.500", "4.000"] in rows
    assert ["R²", "0.340", "0.200–0.500", "−0.010"] in rows
    assert lines[-1] == "test of 1,200 rows"


def test_a_regression_no_better_than_the_mean_is_said_first(capsys):
    scores = {**NUMBERS, "test": {**NUMBERS["test"], "r_squared": score(0.02, -0.03, 0.07, -0.01)}}
    expected = "not clearly better than the base rate: R² 0.020 (95% interval −0.030 to 0.070)"
    assert printed(capsys, scores)[0] == expected


def test_what_is_not_known_is_a_stroke(capsys):
    scores = {**NUMBERS, "test": {**NUMBERS["test"], "r_squared": score(None, None, None, None)}}
    assert any(line.split() == ["R²", "-", "-", "-"] for line in printed(capsys, scores))


def test_a_class_of_several_that_is_not_found_is_said_first(capsys):
    found = {"rows": 9, "accuracy": score(0.7, 0.5, 0.8, 0.6), "auc": score(0.7, 0.6, 0.8, 0.5)}
    scores = {"base_rate": {"answer": "a", "shares": {"a": 0.6, "b": 0.3, "c": 0.1}}, "validation": found}
    lines = printed(capsys, {**scores, "hardly_found": {"b": [0, 3], "c": [1, 40]}})
    assert lines[0] == '"b" is never found: 0 of its 3 rows; --class-weights balanced finds more'
    assert lines[1] == '"c" is hardly ever found: 1 of its 40 rows; --class-weights balanced finds more'
    assert lines[2] == 'base rate: always "a" is right for 60.0% of the training rows'


def test_a_rare_class_that_is_never_found_is_said_in_the_first_line(call, runs):
    code, out, error = call("evaluate", str(runs / "plain"))
    assert code == 0, error
    assert out.startswith('"bad" is never found: 0 of its ')
    assert "--threshold f1" in out.splitlines()[0]


def test_a_table_of_scores_fits_into_eighty_columns(call, runs):
    for run in ("plain", "f1"):
        lines = call("evaluate", str(runs / run))[1].splitlines()
        rule = next(number for number, line in enumerate(lines) if line.startswith("───"))
        assert max(map(len, lines[rule - 1 : lines.index("", rule)])) <= 80


def test_evaluate_prints_the_scores_that_training_has_kept(call, runs):
    kept = json.loads((runs / "f1" / "metrics.json").read_text())["scores"]
    found = json.loads(call("evaluate", str(runs / "f1"), "--json")[1])
    assert found["scores"] == kept
    assert list(kept) == ["base_rate", "hardly_found", "positive", "threshold", "out_of_fold", "test"]
    assert kept["base_rate"]["answer"] == "good"
    assert kept["positive"] == "bad"
    assert found["accuracy"] == kept["out_of_fold"]["accuracy"]["value"]


def test_the_threshold_finds_rows_and_stands_beside_that_of_one_half(call, runs):
    found = json.loads(call("evaluate", str(runs / "f1"), "--json")[1])["scores"]
    assert found["threshold"] < 0.5
    assert found["out_of_fold"]["f1"]["value"] > found["out_of_fold"]["f1_at_half"]["value"] == 0
    lines = call("evaluate", str(runs / "f1"))[1].partition("───\n")[2].partition("\n\n")[0].splitlines()
    assert [re.split("  +", line.strip())[0] for line in lines] == [
        *("accuracy", "at 0.5", "balanced accuracy", "at 0.5", "F1", "at 0.5"),
        *("AUC", "average precision", "log loss", "calibration error"),
    ]


def test_predictions_follow_the_threshold(call, runs):
    threshold = json.loads((runs / "f1" / "metrics.json").read_text())["scores"]["threshold"]
    out = call("predict", str(runs / "f1"), str(runs / "table.csv"), "--json")[1]
    answers = [json.loads(line) for line in out.splitlines()]
    assert {answer["prediction"] for answer in answers} == {"good", "bad"}
    for answer in answers:
        assert (answer["prediction"] == "bad") == (np.float32(answer["probabilities"]["bad"]) >= np.float32(threshold))


def test_a_file_is_scored_beside_the_base_rate_of_the_training_rows(call, runs):
    (runs / "few.csv").write_text("a,b,kind\n" + "1,2,bad\n0,1,bad\n" * 6 + "0,0,good\n")
    found = json.loads(call("evaluate", str(runs / "f1"), str(runs / "few.csv"), "--json")[1])["scores"]
    kept = json.loads((runs / "f1" / "metrics.json").read_text())["scores"]
    assert found["base_rate"] == kept["base_rate"]
    assert found["file"]["accuracy"]["base"] == pytest.approx(1 / 13)
    assert "scores" not in json.loads(
        call("evaluate", str(runs / "f1" / "model.safetensors"), str(runs / "few.csv"), "--target", "kind", "--json")[1]
    )


def test_training_prints_what_evaluate_prints(call, runs):
    said = (runs / "plain.txt").read_text(encoding="utf-8").partition("model   ")[0]
    assert "out-of-fold of" in said
    assert call("evaluate", str(runs / "plain"))[1].startswith(said)


def test_one_network_keeps_the_threshold_that_its_validation_rows_chose(call, runs, tmp_path):
    arguments = ("--dataset", runs / "table.csv", "--target", "kind", "--run", tmp_path, "--ensemble", "1")
    code, out, error = call("train", *arguments, "--epochs", "12", "--hidden", "8", "--threshold", "f1", "--json")
    assert code == 0, error
    scores = json.loads(out)["scores"]
    assert load_model(tmp_path / "model.safetensors").decision.threshold == scores["threshold"] < 0.5
    assert "validation" in scores
    assert "out_of_fold" not in scores


def test_what_rounds_to_zero_has_no_sign(capsys):
    scores = {**NUMBERS, "test": {**NUMBERS["test"], "r_squared": score(0.34, 0.2, 0.5, -0.0001)}}
    assert any(line.split() == ["R²", "0.340", "0.200–0.500", "0.000"] for line in printed(capsys, scores))
    shown = '{% from "measures.txt" import measured %}{{ measured("r_squared", -0.0001) }}'
    assert jinja2.Environment(loader=jinja2.PackageLoader("glassnet.pages")).from_string(shown).render() == "0.000"
