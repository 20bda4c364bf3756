"""``glassnet predict`` and ``evaluate`` on data that was not trained on: columns by name, bad rows, names as text."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet import FeatureScaling, Model, Network, PixelScaling, TargetScale

pytestmark = pytest.mark.usefixtures("empty_directory")
RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(60, 2)).round(3)


@pytest.fixture
def model():
    """A model file that says yes where a is larger than b."""
    return save("model.safetensors", ("no", "yes"))


def save(file, class_names, names=("a", "b")):
    network = Network([2, 2], seed=0)
    network.layers[0].weights[...] = [[-5, 5], [5, -5]]
    network.layers[0].biases[...] = 0
    Model(network, FeatureScaling(names, (0.0, 0.0), (1.0, 1.0)), class_names).save(file)
    return file


def save_numbers(file, scale=1.0):
    """A model file that predicts so many times a + b."""
    network = Network([2, 1], loss="mse", seed=0)
    network.layers[0].weights[...] = 1
    Model(network, FeatureScaling(("a", "b"), (0.0, 0.0), (1.0, 1.0)), (), TargetScale(0.0, scale), "m").save(file)
    return file


def table(file, names, *columns):
    with Path(file).open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([*([names] if names else []), *zip(*columns, strict=True)])
    return file


def right(rows=ROWS):
    return np.where(rows[:, 0] > rows[:, 1], "yes", "no").tolist()


def predicted(out):
    return [row["prediction"] for row in csv.DictReader(out.splitlines())]


def test_columns_are_found_by_name_and_what_differs_is_said_in_a_line_each(call, model):
    a, b = ROWS.T
    table("new.csv", ("note", "b", "label", "a"), range(60), b, right(), a)
    code, out, error = call("predict", model, "new.csv")
    assert (code, predicted(out)) == (0, right())
    lines = error.splitlines()
    assert len(lines) == 3
    assert "another order" in lines[0]
    assert ("ignored" in lines[1], "'label'" in lines[1], "'note'" in lines[1]) == (True, True, False)
    assert ("1 column" in lines[2], "'note'" in lines[2]) == (True, True)
    table("same.csv", ("a", "b"), a, b)
    code, same, error = call("predict", model, "same.csv")
    assert (code, predicted(same), error) == (0, right(), "")


def test_all_missing_columns_are_named(call, model):
    table("new.csv", ("u", "v"), *ROWS.T)
    code, out, error = call("predict", model, "new.csv")
    assert (code, out) == (1, "")
    assert "'a'" in error or "a, b" in error
    assert "b" in error


def test_a_file_without_a_header_is_refused_unless_its_order_is_vouched_for(call, model):
    table("bare.csv", None, *ROWS.T)
    code, out, error = call("predict", model, "bare.csv")
    assert (code, out) == (1, "")
    assert "--no-header" in error
    code, out, error = call("predict", model, "bare.csv", "--no-header")
    assert (code, predicted(out)) == (0, right())
    assert "order" in error
    np.save("bare.npy", ROWS)  # which can have none
    code, out, error = call("predict", model, "bare.npy")
    assert (code, predicted(out)) == (0, right())
    assert error == "bare.npy: no names of columns, so they are taken in the model's order: 'a', 'b'\n"


@pytest.fixture(params=["csv", "parquet", "npy", "npz"])
def long(request):
    """12,000 rows of each kind, of which the numbers 10,501 and 11,000 cannot be read, and that of the first one."""
    rows = np.resize(ROWS, (12_000, 2))
    rows[[10_500, 10_999], 1] = np.nan
    file, place = f"new.{request.param}", "row 10501"
    if request.param == "csv":
        table(file, ("a", "b"), rows[:, 0], ["" if np.isnan(cell) else cell for cell in rows[:, 1]])
        place = "line 10502"
    elif request.param == "parquet":
        pytest.importorskip("pyarrow.parquet").write_table(
            pytest.importorskip("pyarrow").table({"a": rows[:, 0], "b": rows[:, 1]}), file
        )
    elif request.param == "npy":
        np.save(file, rows)
    else:
        np.savez(file, x=rows)
    return file, place, rows


def test_a_bad_row_is_named_by_its_place_in_the_file_and_nothing_is_written(call, model, long):
    file, place, _ = long
    for to in ((), ("--output", "out.csv")):
        code, out, error = call("predict", model, file, *to)
        assert (code, out) == (1, "")
        refusal = error.splitlines()[-1]
        assert f"2 of 12,000 rows of {file} cannot be used: " in refusal
        assert f"{place}, column 'b'" in refusal
        assert "--on-error skip" in refusal
        assert not Path("out.csv").exists()


def test_bad_rows_can_be_skipped_and_the_others_keep_their_numbers(call, model, long):
    file, place, rows = long
    code, out, error = call("predict", model, file, "--on-error", "skip")
    answers = list(csv.DictReader(out.splitlines()))
    assert (code, len(answers)) == (0, 12_000)
    if "row" in answers[0]:  # as there are no rows of text
        assert [int(answer["row"]) for answer in answers] == list(range(1, 12_001))
    else:
        assert [float(answer["a"]) for answer in answers] == rows[:, 0].tolist()
    bad = [10_500, 10_999]
    assert [(answers[row]["prediction"], answers[row]["probability"]) for row in bad] == [("", "")] * 2
    good = np.delete(np.arange(12_000), bad)
    assert [answers[row]["prediction"] for row in good] == right(rows[good])
    assert f"2 of 12,000 rows of {file} skipped: " in error
    assert place in error
    code, out, _ = call("predict", model, file, "--on-error", "skip", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["row"] for line in lines if "error" in line] == [10_501, 11_000]
    assert lines[10_500]["prediction"] is None
    assert place in lines[10_500]["error"]


def test_a_number_beyond_the_networks_precision_is_the_fault_of_its_row_alone(call, model):
    rows = ROWS.copy()
    rows[7, 0] = 1e60
    np.save("new.npy", rows)
    code, out, error = call("predict", model, "new.npy")
    assert (code, out) == (1, "")
    assert "a number too large to compute with in new.npy, row 8, column 'a'" in error
    table("new.csv", ("b", "a"), rows[:, 1], rows[:, 0])
    assert "compute with in new.csv, line 9, column 'a'" in call("predict", model, "new.csv")[2]
    code, out, _ = call("predict", model, "new.npy", "--on-error", "skip")
    assert (code, predicted(out)) == (0, [*right()[:7], "", *right()[8:]])


def test_where_no_row_can_be_used_skipping_is_no_way_out(call, model):
    np.save("new.npy", np.full((5, 2), np.nan))
    code, _, error = call("predict", model, "new.npy", "--on-error", "skip")
    assert code == 1
    assert "5 of 5 rows of new.npy cannot be used" in error
    assert "skip" not in error


def test_a_file_is_judged_by_its_own_targets(call, model):
    a, b = ROWS.T
    wrong = [*right()[:-2], "yes", "maybe"]
    wrong[-2] = "no" if right()[-2] == "yes" else "yes"
    table("new.csv", ("id", "label", "b", "a"), range(60), wrong, b, a)
    code, out, error = call("evaluate", model, "new.csv", "--json")
    assert (code, out) == (1, "")
    assert "1 of 60 rows of new.csv cannot be used: not a target in new.csv, line 61: expected one of no, yes" in error
    code, out, error = call("evaluate", model, "new.csv", "--json", "--on-error", "skip")
    result = json.loads(out)
    assert (code, result["examples"], result["skipped"], result["file"]) == (0, 59, 1, "new.csv")
    assert result["accuracy"] == pytest.approx(58 / 59)
    assert "1 of 60 rows of new.csv skipped" in error
    assert "By class" in call("evaluate", model, "new.csv", "--on-error", "skip")[1]


def test_the_column_to_judge_by_is_asked_for_where_several_could_be_it(call, model):
    a, b = ROWS.T
    table("new.csv", ("kind", "sort", "b", "a"), right(), right(), b, a)
    code, _, error = call("evaluate", model, "new.csv")
    assert code == 1
    assert "--target" in error
    code, out, _ = call("evaluate", model, "new.csv", "--target", "sort", "--json")
    assert (code, json.loads(out)["accuracy"]) == (0, 1)
    table("bare.csv", ("b", "a"), b, a)
    assert call("evaluate", model, "bare.csv")[0] == 1


@pytest.mark.parametrize("scale", [1e-9, 1e-4, 1.0, 1e6, 1e155])
def test_errors_of_any_size_are_printed_with_their_digits(call, scale):
    file, (a, b) = save_numbers("numbers.safetensors", scale), ROWS.T
    targets = scale * (a + b + 2)
    table("new.csv", ("a", "b", "y"), a, b, [repr(float(target)) for target in targets])
    exact = json.loads(call("evaluate", file, "new.csv", "--json")[1])
    assert exact["rmse"] == pytest.approx(2 * scale, rel=1e-6)
    assert exact["mae"] == pytest.approx(2 * scale, rel=1e-6)
    spread = np.mean(np.square(a + b - np.mean(a + b)))
    assert exact["r_squared"] == pytest.approx(1 - 4 / spread, rel=1e-6)
    out = call("evaluate", file, "new.csv")[1].replace("−", "-")
    printed = float(next(line.split()[1] for line in out.splitlines() if line.startswith("RMSE")))
    assert printed == pytest.approx(exact["rmse"], rel=1e-3)
    assert " m" in out


EVIL = {"=1+1": "'=1+1", "+1-2": "'+1-2", "@SUM(1)": "'@SUM(1)", "-2+cmd": "'-2+cmd", "-3.5e1": "-3.5e1"}


def test_names_are_text_for_a_spreadsheet_unless_they_are_wanted_as_they_are(call):
    for name, cell in EVIL.items():
        file = save("evil.safetensors", ("0", name))
        np.save("new.npy", [[1.0, 0.0]])
        for to in ((), ("--output", "out.csv")):
            out = call("predict", file, "new.npy", *to)[1] or Path("out.csv").read_text()
            assert predicted(out) == [cell]
        assert predicted(call("predict", file, "new.npy", "--raw")[1]) == [name]
        assert json.loads(call("predict", file, "new.npy", "--json")[1])["prediction"] == name


STEERING = "\x1b]0;owned\x07\x1b[31m[bold]red[/] :smile: \x9b\u202eabc"


def test_names_that_would_steer_a_terminal_are_printed_by_their_codes(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # or a table cuts long names
    file = save("evil.safetensors", ("0", STEERING), ("a\x1b[2J", "b"))
    np.savez("new.npz", x=[[1.0, 0.0], [0.0, 1.0]], y=[STEERING, "0"])
    for words in (["predict", file, "new.npz"], ["evaluate", file, "new.npz"]):
        code, out, error = call(*words)
        assert code == 0
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*out, *error}
        assert r"\x1b]0;owned\x07\x1b[31m[bold]red[/] :smile: \x9b\u202eabc" in out
    table("other.csv", ("\x1b[5mc", "b"), *ROWS.T)
    assert not {"\x1b"} & {*call("predict", file, "other.csv")[2]}


def test_numbers_that_overflow_are_no_numbers_in_json(call):
    file = save_numbers("numbers.safetensors", 1.7e308)
    table("new.csv", ("a", "b", "y"), [1.0, 2.0], [1.0, 3.0], ["1e308", "-1e308"])
    code, out, error = call("predict", file, "new.csv", "--json", "--on-error", "skip")
    lines = [json.loads(line, parse_constant=pytest.fail) for line in out.splitlines()]
    assert code == 1 or all(line["prediction"] is None for line in lines)
    assert "finite" in error


@pytest.mark.parametrize("shape", [(2, 2, 3), (4,)])
def test_a_picture_is_refused_by_a_model_of_colors_or_of_a_table(call, trained_tasks, shape):
    names = tuple("abcd")
    preprocessing = PixelScaling(shape) if len(shape) > 1 else FeatureScaling(names, (0.0,) * 4, (1.0,) * 4)
    Model(Network([preprocessing.inputs, 2], seed=0), preprocessing, ("no", "yes")).save("model.safetensors")
    code, out, error = call("predict", "model.safetensors", trained_tasks / "digit0.png")
    assert (code, out) == (2, "")
    assert "pictures are read in gray: expected a model of gray images, got one of" in error


def test_a_damaged_picture_and_one_of_another_size_keep_no_other_from_its_answer(call, trained_tasks, tmp_path):
    for name, image in zip("abcd", np.zeros((4, 28, 28), np.uint8), strict=True):
        Image.fromarray(image).save(tmp_path / f"{name}.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    Image.new("L", (20, 30)).save(tmp_path / "c.png")
    code, out, error = call("predict", trained_tasks / "mnist", tmp_path)
    assert (code, out) == (1, "")
    code, out, error = call("predict", trained_tasks / "mnist", tmp_path, "--on-error", "skip", "--json")
    assert code == 0
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["file"] for answer in answers] == ["a.png", "b.png", "c.png", "d.png"]
    assert [answer["prediction"] is None for answer in answers] == [False, True, True, False]
    assert "2 of 4 rows" in error
    assert "expected 28x28, got 20x30" in error


def test_a_row_that_cannot_be_trained_with_is_counted_as_in_the_file(call):
    a, b = (ROWS / 1_000).T.tolist()
    a[5] = 1.7e308  # over the distance of the quartiles, no number
    code, _, error = call("train", "--dataset", table("old.csv", ("a", "b", "label"), a, b, right()), "--epochs", "1")
    assert code == 1
    assert re.search(r"(train|validation|test) rows of old.csv, counted from 1, that .* in row 6, column 'a'", error)


def test_a_header_alone_is_answered_with_a_header_and_a_word(call, model):
    assert call("predict", model, table("new.csv", ("a", "b"))) == (
        0,
        "a,b,prediction,probability,probability_yes\n",
        "glassnet: new.csv has no rows to predict\n",
    )
    assert call("predict", model, "new.csv", "--json")[1] == ""
