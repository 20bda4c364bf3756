"""``glassnet predict`` for tables of words, gaps and dates: their own rows, intervals, reasons and notes."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from glassnet import Model, Network, TargetScale
from glassnet.data.preprocessing.encoders import fit_columns
from glassnet.model.reference import Reference

pytestmark = pytest.mark.usefixtures("empty_directory")
NAMES = ("income", "state", "joined")
ERRORS = np.arange(1.0, 100.0)  # of which 90 % are at most 90
HEAD = ["id", "state", "joined", "income", "note"]
ROWS = [
    ["007", "TX", "1970-02-01", "1.50", "plain"],
    ["008", "", "1970-01-05", "", "=cmd|'/c calc'!A1"],
    ["009", "ZZ", "2031-01-01", "-3", "two\nlines"],
    ["010", "CA", "soon", "2", "no date"],
    ["011", "NY", "1970-01-20", "1e3", ' spaces "and quotes" '],
]


def save(class_names=(), file="model.safetensors", errors=ERRORS):
    """A model of three columns, whose training rows had no gap in the income."""
    rng = np.random.default_rng(7)
    rows = np.column_stack([rng.random(50), rng.integers(0, 3, 50), rng.uniform(0, 60, 50)])
    rows[:5, 1] = np.nan
    encoders = {"income": "robust", "state": "categories", "joined": "dates"}
    encoding = fit_columns(NAMES, lambda: [rows], encoders, {"state": ("CA", "NY", "TX")})
    kind = {"loss": "cross_entropy" if class_names else "mse"}
    networks = [Network([encoding.inputs, 8, len(class_names) or 1], "selu", seed=seed, **kind) for seed in (1, 2)]
    scale = None if class_names else TargetScale(1000.0, 500.0)
    reference = Reference.of(encoding.apply(rows), np.empty(0) if class_names else errors)
    Model(networks, encoding, class_names, scale, reference=reference).save(file)
    return file


def write(file, rows=ROWS, head=HEAD, **style):
    with Path(file).open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, **style).writerows([head, *rows])
    return file


def read(text, **style):
    return list(csv.reader(text.splitlines(keepends=True), **style))


def test_a_tables_own_rows_are_written_with_the_answers_behind_them(call):
    code, out, _ = call("predict", save(("no", "yes")), write("new.csv"), "--on-error", "skip", "--raw")
    head, *rows = read(out)
    assert code == 0
    assert head == [*HEAD, "prediction", "probability", "probability_yes"]
    assert [row[:5] for row in rows] == ROWS
    assert [row[5] in ("no", "yes") for row in rows] == [True, True, True, False, True]
    assert rows[3][5:] == ["", "", ""]
    answers = [
        json.loads(line)
        for line in call("predict", save(("no", "yes")), "new.csv", "--on-error", "skip", "--json")[1].splitlines()
    ]
    for row, answer in zip(rows, answers, strict=True):
        if answer["prediction"]:
            shares = [answer["probabilities"][name] for name in (answer["prediction"], "yes")]
            assert row[5:] == [answer["prediction"], *(f"{share:.4f}" for share in shares)]


def test_cells_that_would_run_as_formulas_are_made_text_and_all_others_stay(call):
    out = call("predict", save(), write("new.csv"), "--on-error", "skip")[1]
    cells = [row[:5] for row in read(out)[1:]]
    assert cells[1][4] == "'=cmd|'/c calc'!A1"
    cells[1][4] = ROWS[1][4]
    assert cells == ROWS


def test_a_file_of_another_dialect_is_answered_in_it(call):
    rows = [[cell.replace(".", ",") for cell in row] for row in ROWS]
    write("new.csv", [rows[0], rows[4]], delimiter=";")
    code, out, _ = call("predict", save(), "new.csv", "--decimal", ",")
    head, *found = read(out, delimiter=";")
    assert (code, [row[:5] for row in found]) == (0, [rows[0], rows[4]])
    answers = [
        json.loads(line)
        for line in call("predict", "model.safetensors", "new.csv", "--decimal", ",", "--json")[1].splitlines()
    ]
    assert head[5:] == ["prediction", "lower_90", "upper_90"]
    for row, answer in zip(found, answers, strict=True):
        assert float(row[5].replace(",", ".")) == pytest.approx(answer["prediction"], rel=1e-6)
        assert "." not in row[5]
    explained = read(call("predict", "model.safetensors", "new.csv", "--decimal", ",", "--explain")[1], delimiter=";")
    assert not any("." in cell for row in explained[1:] for cell in row)


def test_rows_of_another_width_keep_their_text_and_blank_lines_are_no_rows(call):
    Path("new.csv").write_text(
        "income,state,joined,note\n1,TX,1970-01-02,a\n\n2,TX\n1,CA,1970-01-03,b,c\n1,NY,1970-01-04,d\n"
    )
    code, out, error = call("predict", save(), "new.csv", "--on-error", "skip")
    rows = read(out)[1:]
    assert (code, "2 of 4 rows" in error) == (0, True)
    assert [row[:4] for row in rows] == [
        ["1", "TX", "1970-01-02", "a"],
        ["2", "TX", "", ""],
        ["1", "CA", "1970-01-03", "b,c"],
        ["1", "NY", "1970-01-04", "d"],
    ]
    assert [bool(row[4]) for row in rows] == [True, False, False, True]


def test_a_parquet_file_gives_the_same_answers_as_its_text(call):
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    good = [ROWS[0], ROWS[1], ROWS[2], ROWS[4]]
    columns = dict(zip(HEAD, map(list, zip(*good, strict=True)), strict=True))
    columns["income"] = [float(cell) if cell else None for cell in columns["income"]]
    columns["joined"] = [np.datetime64(cell).astype("datetime64[D]").item() for cell in columns["joined"]]
    columns["state"] = [cell or None for cell in columns["state"]]
    parquet.write_table(arrow.table(columns), "new.parquet")
    write("new.csv", good)
    save()
    text, stored = (
        read(call("predict", "model.safetensors", file, "--explain")[1]) for file in ("new.csv", "new.parquet")
    )
    assert [row[:3] + row[4:] for row in text] == [row[:3] + row[4:] for row in stored]
    assert [row[3] for row in stored[1:]] == ["1.5", "", "-3.0", "1000.0"]


def test_names_of_answers_are_told_from_the_files_own(call):
    write("new.csv", [["1", "TX", "1970-01-02", "x"]], ["income", "state", "joined", "prediction"])
    assert read(call("predict", save(), "new.csv")[1])[0][3:] == ["prediction", "prediction_", "lower_90", "upper_90"]


def test_what_was_predicted_can_be_predicted_again_and_again(call):
    save(), write("new.csv", ROWS[:1])
    for times in range(3):
        assert call("predict", "model.safetensors", "new.csv", "--output", "new.csv")[0] == 0
        assert read(Path("new.csv").read_text(encoding="utf-8"))[0][5 + 3 * times] == "prediction" + "_" * times


def test_an_interval_has_the_stated_coverage_and_one_that_cannot_be_had_is_refused(call):
    save(), write("new.csv", ROWS[:1])
    for words, half in ((), 90), (("--coverage", "0.5"), 50), (("--coverage", "0.99"), 99):
        answer = json.loads(call("predict", "model.safetensors", "new.csv", "--json", *words)[1])
        assert answer["coverage"] == float(words[1] if words else 0.9)
        assert np.subtract(answer["interval"], answer["prediction"]) == pytest.approx([-half, half])
    head = read(call("predict", "model.safetensors", "new.csv", "--coverage", "0.995")[1] or "x")[0]
    code, out, error = call("predict", "model.safetensors", "new.csv", "--coverage", "0.995")
    assert (code, out, head) == (2, "", ["x"])
    assert "expected at most 0.99, as the errors of 99 rows are known" in error
    assert call("predict", save(("a", "b")), "new.csv", "--coverage", "0.9")[0] == 2
    few = save(errors=np.arange(5.0))
    assert read(call("predict", few, "new.csv")[1])[0][5:] == ["prediction"]


@pytest.mark.parametrize("class_names", [(), ("a", "b", "c")])
def test_the_columns_that_moved_an_answer_most_stand_beside_it(call, class_names):
    save(class_names), write("new.csv", [ROWS[0], ROWS[4]])
    out = call("predict", "model.safetensors", "new.csv", "--explain")[1]
    rows = list(csv.DictReader(out.splitlines()))
    answers = [
        json.loads(line)
        for line in call("predict", "model.safetensors", "new.csv", "--explain", "--json")[1].splitlines()
    ]
    for row, answer in zip(rows, answers, strict=True):
        reached = answer["base"] + sum(reason["share"] for reason in answer["because"])  # there are three columns
        told = answer["probabilities"][answer["prediction"]] if class_names else answer["prediction"]
        assert reached == pytest.approx(told, abs=1e-3 if class_names else 0.5)  # of a deviation of 500
        sizes = [abs(reason["share"]) for reason in answer["because"]]
        assert sizes == sorted(sizes, reverse=True)
        for place, reason in enumerate(answer["because"], start=1):
            name, share = row[f"because_{place}"].split()
            assert (name, float(share)) == (reason["column"], pytest.approx(reason["share"], rel=0.06))


def test_what_is_unlike_all_training_rows_is_said_with_its_columns_and_counted(call):
    code, out, error = call("predict", save(), write("new.csv"), "--on-error", "skip", "--json")
    lines = error.splitlines()[-3:]
    assert code == 0
    assert "new.csv: gaps where training had none: 'income' (1 row)" in lines
    assert "new.csv: values unseen in training: 'state' (1 row)" in lines
    assert "new.csv: values outside the training range: 'income' (3 rows), 'joined' (1 row)" in lines
    notes = [json.loads(line).get("notes") for line in out.splitlines()]
    assert notes == [
        {"income": "values outside the training range"},
        {"income": "gaps where training had none"},
        dict.fromkeys(("income", "joined"), "values outside the training range")
        | {"state": "values unseen in training"},
        None,
        {"income": "values outside the training range"},
    ]


def test_pictures_are_not_explained_by_columns(call, trained_tasks):
    for option in (["--explain"], ["--coverage", "0.9"]):
        code, _, error = call("predict", trained_tasks / "mnist", trained_tasks / "digit0.png", *option)
        assert (code, "are for data" in error) == (2, True)


def test_dates_are_read_in_the_order_of_the_training_file_which_a_few_do_not_tell(call):
    days = [(number % 12 + 1, number * 7 % 28 + 1) for number in range(60)]
    rows = [[f"{month}/{day}/2024", f"{10 * month + day / 3:.2f}"] for month, day in days]
    few = ["--ensemble", "1", "--epochs", "2", "--seed", "1"]
    assert (
        call("train", "--dataset", write("old.csv", rows, ["day", "y"]), "--target", "y", "--run", "run", *few)[0] == 0
    )
    alone = read(call("predict", "run", write("one.csv", [["11/2/2024"]], ["day"]))[1])[1][1]
    together = read(call("predict", "run", write("two.csv", [["11/2/2024"], ["12/28/2024"]], ["day"]))[1])[1][1]
    assert alone == together
    _, out, err = call("predict", "run/model.safetensors", "one.csv")  # which does not know the file
    assert read(out)[1][1] != alone
    assert 'the dates of "day" could have the month first; --dates month-first settles it' in err
    assert read(call("predict", "run/model.safetensors", "one.csv", "--dates", "month-first")[1])[1][1] == alone


def test_a_run_whose_dates_could_be_the_other_way_is_evaluated_as_it_was_trained(call):
    rows = [[f"{number % 12 + 1}/{number * 5 % 12 + 1}/2024", f"{number * 7 % 31}.5"] for number in range(60)]
    few = ["--ensemble", "1", "--epochs", "2"]
    assert (
        call("train", "--dataset", write("old.csv", rows, ["day", "y"]), "--target", "y", "--run", "run", *few)[0] == 0
    )
    assert call("evaluate", "run")[0] == 0


def test_kinds_that_are_whole_numbers_are_known_with_a_point_and_without(call):
    few = ["--categories", "zip", "--ensemble", "1", "--epochs", "2", "--target", "y", "--run", "run"]
    rows = [[f"{number % 3}.0", f"{number % 7}.5"] for number in range(40)]
    assert call("train", "--dataset", write("old.csv", rows, ["zip", "y"]), *few)[0] == 0
    _, out, err = call("predict", "run", write("new.csv", [["2"], ["1.0"], ["1"], ["7"]], ["zip"]))
    answers = [row[1] for row in read(out)[1:]]
    assert answers[1] == answers[2]
    assert "'zip' (1 row)" in err


def test_columns_of_notes_stand_in_the_order_of_the_file(call):
    rows = [["1", "TX", "2031-01-01", "0.5", ""], ["2", "TX", "2032-01-01", "1e3", ""]]
    error = call("predict", save(), write("new.csv", rows))[2]
    assert "new.csv: values outside the training range: 'income' (1 row), 'joined' (2 rows)" in error
