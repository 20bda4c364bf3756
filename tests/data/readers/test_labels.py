"""Targets that are written as text keep it where they are names, and gaps are no classes."""

import numpy as np
import pytest

from glassnet import load_dataset
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
