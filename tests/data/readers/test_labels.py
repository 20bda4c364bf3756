"""Targets that are written as text keep it where they are names, and gaps are no classes."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

from glassnet import load_dataset
from glassnet.data import limits
from glassnet.data.readers.cells import Writing
from glassnet.data.readers.labels import Labels
from glassnet.errors import DataFileError

RNG = np.random.default_rng(8)


def write(path, labels, header="where,noise,label"):
    numbers = RNG.normal(size=(len(labels), 2)).round(3)
    path.write_text(
        "\n".join([header, *(f"{a},{b},{label}" for (a, b), label in zip(numbers, labels, strict=True))]) + "\n"
    )
    return path


NAMES = [
    ["1_12", "11_2", "2_1"],
    ["007", "7", "07"],
    ["1.10", "1.1", "1.2"],
    ["1e1", "10", "2"],
    ["+1", "-1"],
    ["infinity", "nanny", "x"],
    ["0x10", "16", "20"],
    ["\N{ARABIC-INDIC DIGIT THREE}", "3", "4"],
    ["99999999999999999999", "99999999999999999998"],
    ["Yes", "YES", "no"],
    ["+", "o"],
]


@pytest.mark.parametrize("names", NAMES)
def test_labels_keep_their_text(tmp_path, names):
    data = load_dataset(write(tmp_path / "a.csv", [names[n % len(names)] for n in range(90)]))
    assert set(data.class_names) == set(names)


@pytest.mark.parametrize("names", [["007", "7"], ["1.10", "1.1"], ["Yes", "YES"], ["New York", "New  York"]])
def test_labels_that_could_be_one_are_doubted(tmp_path, names):
    data = load_dataset(write(tmp_path / "a.csv", [names[n % len(names)] for n in range(90)]))
    assert any(f'"{names[0]}"' in doubt.doubt for doubt in data.reading.doubts)


def test_numbers_are_numbers_and_what_is_said_settles_it(tmp_path):
    path = write(tmp_path / "a.csv", [f"{n % 3}.0" for n in range(90)])
    assert load_dataset(path).class_names == ("0", "1", "2")
    path = write(tmp_path / "a.csv", [f"0{n % 3}" for n in range(90)])
    assert load_dataset(path, task="regression").class_names == ()
    path = write(tmp_path / "a.csv", [f"{n % 3 + 0.5}" for n in range(90)])
    assert load_dataset(path).task == "regression"
    assert load_dataset(path, task="classification").class_names == ("0.5", "1.5", "2.5")


@pytest.mark.parametrize("gap", ["NA", "?", "null", "-", "N/A", "nan", "None", "#N/A", ""])
@pytest.mark.parametrize(
    "price", [lambda n: f"{n * 7 % 101}.{n % 90 + 10}", lambda n: str(n % 3), lambda n: f"${n * 3 % 50}"]
)
def test_a_gap_among_numbers_is_refused_with_its_line(tmp_path, gap, price):
    cells = [price(n) for n in range(120)]
    cells[70] = gap
    with pytest.raises(DataFileError, match=r"no target in .*, line 72, column 'price'"):
        load_dataset(write(tmp_path / "a.csv", cells, "size,age,price"), target="price")


def test_a_word_among_quantities_is_refused_with_its_line(tmp_path):
    cells = [f"{n * 7 % 101}.{n % 90 + 10}" for n in range(120)]
    cells[70] = cells[90] = "about 30"
    with pytest.raises(DataFileError, match=r"line 72, column 'price'.*got 'about 30', and 1 more"):
        load_dataset(write(tmp_path / "a.csv", cells, "size,age,price"), target="price")


@pytest.mark.parametrize("gap", ["NA", "none", "?", "-"])
def test_a_gap_among_words_is_spoken_of(tmp_path, gap):
    labels = ["red" if n % 3 else "blue" for n in range(90)]
    labels[20] = labels[40] = gap
    data = load_dataset(write(tmp_path / "a.csv", labels))
    assert any(f'"{gap}" (2 rows, first line 22)' in doubt.doubt for doubt in data.reading.doubts)
    labels[30] = ""
    with pytest.raises(DataFileError, match=r"no target in .*line 32"):
        load_dataset(write(tmp_path / "a.csv", labels))


@pytest.mark.parametrize("rows", [8, 60, 300])
def test_a_class_for_each_row_is_refused(tmp_path, rows):
    with pytest.raises(DataFileError, match="nearly every row has a class of its own"):
        load_dataset(write(tmp_path / "a.csv", [f"name {n}" for n in range(rows)]))


def test_a_target_that_never_changes_is_refused(tmp_path):
    for label in ("1.5", "a"):
        with pytest.raises(DataFileError, match=r"nothing to learn in .*a\.csv, column 'label'"):
            load_dataset(write(tmp_path / "a.csv", [label] * 60))


@pytest.mark.parametrize(
    ("values", "task", "doubted"),
    [
        (range(2), "classification", False),
        (range(6), "classification", False),
        (range(3, 9), "classification", True),  # marks of wines
        (range(26), "classification", True),
        ([0.0, 1.0], "classification", False),
        ([1.0, 2.0, 3.0, 4.0, 5.0], "classification", True),  # ratings, as pandas writes them
        (range(18, 60), "regression", True),
        ([199 + 25 * n for n in range(40)], "regression", True),
        ([199 + 25 * n for n in range(7)], "classification", True),
        ([13_100 + 700 * n for n in range(100)], "regression", False),  # three prices of each
        ([13_100 + 700 * n for n in range(30)], "regression", True),
    ],
)
def test_whole_numbers_are_classes_or_quantities_and_doubted(tmp_path, values, task, doubted):
    labels = [list(values)[n % len(values)] for n in range(300)]
    data = load_dataset(write(tmp_path / "a.csv", labels))
    assert data.task == task
    assert any(doubt.option.startswith("--task") for doubt in data.reading.doubts) is doubted


def test_all_classes_that_differ_by_capitals_are_named(tmp_path):
    words = ["Yes", "YES", "yes", "No", "no"] * 8
    (tmp_path / "a.csv").write_text("\n".join(["a,label", *(f"{n % 7}.5,{word}" for n, word in enumerate(words))]))
    doubts = " ".join(one.doubt for one in load_dataset(tmp_path / "a.csv").reading.doubts)
    assert '"Yes" and "YES" and "yes", "No" and "no"' in doubts


def test_whole_numbers_beyond_integers_are_quoted_where_they_are_names(tmp_path):
    codes = [9223372036854775807 + n % 3 * 10 for n in range(40)]
    (tmp_path / "a.csv").write_text("\n".join(["a,label", *(f"{n % 7}.5,{code}" for n, code in enumerate(codes))]))
    doubts = " ".join(one.doubt for one in load_dataset(tmp_path / "a.csv").reading.doubts)
    assert 'labels such as "9223372036854775807"' in doubts


def test_numbers_written_in_two_ways_are_names_where_each_comes_twice(tmp_path):
    def kind(times):
        labels = Labels({"1.1": times, "1.10": times}, {"1.1": 1, "1.10": 2}, tmp_path / "a.csv", "version")
        return labels.settle(None)[0].dtype.kind

    assert (kind(2), kind(1)) == ("U", "f")


def test_a_gap_among_names_is_a_subject_of_the_reading(tmp_path):
    labels = Labels({"oak": 3, "elm": 2, "NA": 1}, {"oak": 1, "elm": 2, "NA": 6}, tmp_path / "a.csv", "kind")
    (decision,) = labels.settle(None)[1]
    assert (decision.subject, decision.taken) == ("gaps", ["NA"])


def test_a_word_among_fractions_is_a_mistake_and_among_a_few_whole_numbers_a_class(tmp_path):
    def settled(numbers):
        times = dict.fromkeys([*map(str, numbers), "many"], 1) | {str(numbers[0]): 20}
        places = {text: place for place, text in enumerate(times, start=1)}
        return Labels(times, places, tmp_path / "a.csv", "count").settle(None)[0]

    assert settled([1, 2, 3]).tolist() == ["1", "2", "3", "many"]
    with pytest.raises(DataFileError, match="target is not a number"):
        settled([1.5, 2, 3])


def settle(times, task=None, **further):
    places = {text: 2 + place for place, text in enumerate(times)}
    values, decisions = Labels(times, places, Path("a.csv"), "kind", **further).settle(task)
    return values.tolist(), [(one.subject, one.taken, one.words, one.doubt, one.option) for one in decisions]


@pytest.mark.parametrize(
    ("texts", "task", "values"),
    [
        (["1", "-2", "0"], None, [1, -2, 0]),
        (["1.0", "2.0"], None, [1.0, 2.0]),
        (["1.0", "2"], "classification", [1.0, 2.0]),
        (["01", "2"], None, ["01", "2"]),
        (["01", "2"], "regression", [1.0, 2.0]),
        (["1.5", "2.5"], None, [1.5, 2.5]),
        (["1.5", "2.5"], "classification", ["1.5", "2.5"]),
        (["1", "1.0"], "classification", ["1", "1.0"]),  # two ways to write one
        (["-0", "1"], None, ["-0", "1"]),
        ([str(2**53), "1.0"], "classification", [str(2**53), "1.0"]),
        ([str(2**53 - 1), "1.0"], "classification", [2.0**53 - 1, 1.0]),
        ([str(2**63), "1"], "regression", [2.0**63, 1.0]),
        ([str(2**63 - 1024), "1"], "regression", [2**63 - 1024, 1]),
    ],
)
def test_numbers_are_whole_quantities_or_names(texts, task, values):
    found = settle(dict.fromkeys(texts, 20), task)[0]
    assert (found, [type(value) for value in found]) == (values, [type(value) for value in values])


def test_numbers_that_are_read_as_names_are_doubted_with_what_settles_it():
    doubt = 'labels such as "01" are read as names, not as numbers'
    assert settle({"2": 20, "01": 20})[1] == [("labels", "names", "", doubt, "--task regression")]
    assert settle({"2": 20, "01": 20}, "classification")[1] == [("labels", "names", "", doubt, "")]
    assert settle({"1": 20, "2": 20})[1] == settle({"1.0": 20, "2.0": 20})[1] == []


@pytest.mark.parametrize(
    ("numbers", "words", "task", "refused"),
    [
        (9, 1, None, True),
        (8, 2, None, False),
        (5, 5, "regression", True),
        (4, 6, "regression", False),
        (9, 1, "classification", False),
    ],
)
def test_words_among_numbers_are_mistakes_where_nearly_all_are_numbers(numbers, words, task, refused):
    times = {"1.5": numbers, "many": words}
    if refused:
        with pytest.raises(DataFileError) as raised:
            settle(times, task)
        more = f", and {words - 1} more" if words > 1 else ""
        assert str(raised.value) == (
            "target is not a number in a.csv, row 3, column 'kind': expected a number, as the others are, got "
            f"'many'{more}. Write it as a number, leave the row out, or say --task classification if all are names."
        )
    else:
        assert settle(times, task)[0] == ["1.5", "many"]


def test_as_many_different_whole_numbers_as_classes_may_be_have_a_word_among_them():
    for count, refused in ((64, False), (65, True)):
        times = {**{str(number): 9 for number in range(count)}, "many": 1}
        if refused:
            with pytest.raises(DataFileError, match="target is not a number"):
                settle(times)
        else:
            assert settle(times)[0][-1] == "many"


def test_gaps_are_no_targets_and_are_named_by_the_first():
    with pytest.raises(DataFileError) as raised:
        settle({"1": 3, "NA": 2, "?": 1}, counted="line")
    assert str(raised.value) == (
        "no target in a.csv, line 3, column 'kind': got 'NA', and 2 more. Fill the gap, or leave the row out."
    )
    with pytest.raises(DataFileError, match=r"got nothing, and 1 more. Fill"):
        settle({"oak": 3, "": 2})
    doubt = '"NA", "?" (3 rows, first row 3) is a class of its own here: leave these rows out if it is a gap'
    assert settle({"oak": 3, "NA": 2, "?": 1})[1] == [("gaps", ["NA", "?"], "", doubt, "")]


def test_names_that_are_nearly_alike_are_named_in_groups():
    remedy = "write them alike if they are one"
    doubt = f'the classes "Oak" and "oak", "elm" and "ELM" differ by the case of letters only: {remedy}'
    assert settle({"Oak": 1, "oak": 1, "elm": 1, "ELM": 1, "ash": 1})[1] == [
        ("alike", ["Oak", "oak", "elm", "ELM"], "", doubt, "")
    ]
    doubt = 'the classes "new  oak" and "new oak" differ by spaces only: ' + remedy
    assert settle({"new  oak": 1, "new oak": 1})[1][0][3] == doubt


@pytest.mark.parametrize(
    ("texts", "times", "unit", "kind"),
    [
        (["1.1", "1.10", "1.2"], 2, "", "U"),
        (["1.1", "1.10", "1.2"], 1, "", "f"),
        ([f"{number}.10" for number in range(63)] + ["0.1"], 2, "", "U"),
        ([f"{number}.10" for number in range(64)] + ["0.1"], 2, "", "f"),
        (["$1", "$2"], 9, "$", "f"),
        (["1.0", "2.0"], 9, "", "f"),
        ([str(2**63), str(2**63 + 2048)], 2, "", "U"),
        ([str(2**63), str(2**63 + 2048)], 1, "", "f"),
    ],
)
def test_numbers_are_names_by_how_often_and_how_they_are_written(texts, times, unit, kind):
    values = settle(dict.fromkeys(texts, times), writing=Writing(unit=unit))[0]
    assert np.array(values).dtype.kind == kind


def test_a_long_name_is_refused_and_what_is_known_of_labels_cannot_be_changed(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, cell_characters=4))
    assert settle({"oak": 1, "four": 1})[0] == ["oak", "four"]
    with pytest.raises(DataFileError, match=r"a.csv, column 'kind': expected at most 4 characters in a cell, got 5"):
        settle({"oak": 1, "seven": 1})
    labels = Labels({}, {}, Path("a.csv"), "kind")
    assert labels.counted == "row"
    with pytest.raises(FrozenInstanceError):
        labels.column = "other"
