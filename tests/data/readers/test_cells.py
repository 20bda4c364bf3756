"""A cell is a number only if it is written as tables write numbers; where it is not, it is refused, and not guessed."""

from dataclasses import FrozenInstanceError

import pytest

from glassnet import load_dataset
from glassnet.data.matching import open_for
from glassnet.data.preprocessing.table import FeatureScaling
from glassnet.data.readers.cells import DATE, Profile, Writing, decimal_mark, is_gap, taken_apart
from glassnet.errors import DataFileError


@pytest.mark.parametrize(
    ("decimal", "cell"),
    [
        *((".", cell) for cell in ("0,250", "000,123", "1,234,5", "1,234.5,6", "1,23", "12,34,567", "1,234,567,")),
        *((",", cell) for cell in ("0.250", "1.234,5.6", "1.234.5", "00.250", "1.2345")),
        *((mark, cell) for mark in ".," for cell in ("0 250", "0'250", "1234 567", "1 23", "1'234 567", "1 234 56")),
    ],
)
def test_thousands_are_groups_of_three_behind_one_that_does_not_begin_with_zero(decimal, cell):
    assert Writing(decimal).number(cell) is None
    assert Writing(decimal).number(f"-{cell}") is None
    assert Writing(decimal, "$").number(f"${cell}") is None


@pytest.mark.parametrize(
    ("decimal", "cell", "number"),
    [
        (".", "1,234", 1234),
        (".", "-12,345,678.25", -12345678.25),
        (".", "1 234 567.5", 1234567.5),
        (".", "1'234", 1234),
        (".", "1\u202f234", 1234),
        (",", "1.234.567,8", 1234567.8),
        (",", "0,250", 0.25),
        (",", "100.000", 100000),
    ],
)
def test_thousands_as_tables_write_them_are_read(decimal, cell, number):
    assert Writing(decimal).number(cell) == number


@pytest.mark.parametrize(("delimiter", "early", "late"), [(";", "0.637", "0,250"), (",", "0.637", '"0,250"')])
def test_another_decimal_mark_far_down_is_refused_with_its_line(tmp_path, delimiter, early, late):
    path = tmp_path / "new.csv"
    path.write_text("\n".join([f"x{delimiter}note", *[f"{early}{delimiter}k"] * 250, f"{late}{delimiter}k"]) + "\n")
    source, _ = open_for(FeatureScaling(("x",), (0.0,), (1.0,)), path)
    with pytest.raises(DataFileError, match=r"line 252.*--decimal ,"):
        source.read()


def test_fractions_far_down_are_no_thousands_in_training(tmp_path):
    path = tmp_path / "a.csv"
    rows = [f"{size};{size % 7};{'ab'[size % 2]}" for size in range(250)]
    path.write_text("\n".join(["size;w;outcome", *rows, "0,250;1;a", "0,500;2;b"]) + "\n")
    with pytest.raises(DataFileError, match="line 252"):
        load_dataset(path, target="outcome")


def test_the_mark_that_fewer_cells_have_is_plausible_still():
    assert decimal_mark(["1,5", "2,5", "1.5"], semicolons=False) == (",", True)
    assert decimal_mark(["1,5", "2,5"], semicolons=False) == (",", False)
    assert decimal_mark(["v1.2a", "one, two", "1,5"], semicolons=False) == (",", False)  # words have no say


def test_a_column_is_whole_only_if_all_of_it_is():
    assert [Profile.of(cells).whole for cells in (["1", "2"], ["1", "2.5"], ["a"])] == [True, False, False]


def test_truth_is_written_in_many_ways():
    for cells in (["true", "FALSE"], ["Yes", "no"], ["t", "f"], ["Y", "n"], ["on", "off"]):
        column = Profile.of(cells * 3)
        assert (column.kind, column.numbers.tolist()) == ("numbers", [1.0, 0.0] * 3)


@pytest.mark.parametrize(("most", "alike"), [(190, True), (191, False)])
def test_a_value_that_nearly_all_rows_have_names_no_classes(most, alike):
    assert Profile.of(["1"] * most + ["0"] * (200 - most)).like_classes is alike


GAPS = "na n/a n.a. nan -nan null none nil <na> nat missing ? - -- . #n/a #na #null! #div/0! #value! #ref! #num! (null)"


def test_a_value_that_is_not_known_is_written_in_many_ways():
    words = ["", *GAPS.split(), "\\n", "undefined"]
    assert [word for word in [*words, *map(str.upper, words)] if not is_gap(word)] == []
    assert [word for word in ("0", "no", "x", "---", "..", "n", "unknown", "other") if is_gap(word)] == []


def test_words_of_truth_are_ones_and_zeros_in_any_letters():
    true, false = ("true", "yes", "y", "t", "on"), ("false", "no", "n", "f", "off")
    writing = Writing(truth=True)
    assert {writing.number(word) for word in (*true, *map(str.upper, true))} == {1.0}
    assert {writing.number(word) for word in (*false, *map(str.upper, false))} == {0.0}
    assert {Writing().number(word) for word in (*true, *false)} == {None}
    assert writing.number("other") is None
    assert Profile.of(["yes", "0", "1", "no"]).numbers.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *(("inf", float("inf")), ("-Infinity", -float("inf")), ("+INF", float("inf"))),
        *(("+5", 5), ("-.5", -0.5), ("5.", 5), ("1e-3", 0.001), ("\N{MINUS SIGN}7", -7), ("1,234e2", 123_400)),
        *(("+-5", None), ("--5", None), ("e5", None), ("1e", None), ("5-", None), (".", None), ("", None)),
        *(("$5", None), ("5 %", None), ("1 2", None)),
    ],
)
def test_a_number_without_a_unit_is_read_as_it_is_or_not_at_all(cell, number):
    assert Writing().number(cell) == number


@pytest.mark.parametrize(
    ("unit", "cell", "number"),
    [
        *(
            ("$", "$5", 5),
            ("$", "-$5", -5),
            ("$", "$-5", -5),
            ("$", "$-1,200", -1200),
            ("$", "5$", 5),
            ("$", "5", None),
            ("$", "-$-5", None),
        ),
        *(("EUR", "eur 1,200.5", 1200.5), ("EUR", "7 Eur", 7), ("EUR", "7 USD", None), ("$", "$5$", None)),
        *(("%", "12 %", 12), ("%", "inf", float("inf")), ("\u2030", "3\u2030", 3), ("US$", "US$ 3", 3)),
    ],
)
def test_a_number_has_the_unit_of_its_column(unit, cell, number):
    assert Writing(unit=unit).number(cell) == number


def test_a_cell_is_taken_apart_into_sign_unit_and_digits():
    assert [taken_apart(cell) for cell in ("-$1,200", "5 %", "$5 %", "+7", "abc", "\N{MINUS SIGN} CHF 3")] == [
        ("-", "$", "1,200"),
        ("", "%", "5"),
        ("", "", "$5 %"),
        ("+", "", "7"),
        ("", "", "abc"),
        ("", "", "- CHF 3"),
    ]


def test_cells_are_read_as_one_by_one():
    for writing, cells in (
        (Writing(), ["1", "2.5", "-3"]),
        (Writing(), ["1", "x", "inf"]),
        (Writing(","), ["1", "2.5", "2,5"]),
        (Writing(unit="$"), ["$1", "2"]),
        (Writing(truth=True), ["yes", "1", "x"]),
    ):
        numbers = [writing.number(cell) for cell in cells]
        found = writing.numbers(cells).tolist()
        assert [None if number != number else number for number in found] == numbers


@pytest.mark.parametrize(
    ("cells", "semicolons", "found"),
    [
        (["1,234"], False, (".", True)),
        (["1,234"], True, (",", True)),
        (["1.234"], False, (".", False)),
        (["1.234"], True, (".", True)),
        (["1,234,567"], True, (".", False)),
        (["1.234.567"], False, (",", False)),
        (["1.234,5"], False, (",", False)),
        (["1,5", "1.5"], True, (".", True)),
        (["1,5", "1,234.5"], False, (".", True)),
        (["1,5", "1,5", "1.5"], True, (",", True)),
        (["0,250"], False, (",", False)),
        (["1234,567"], False, (",", False)),
        (["1,23"], False, (",", False)),
        (["-1,5", "+2,5"], False, (",", False)),
        (["$1,5"], False, (",", False)),
        (["1 234,5"], False, (",", False)),
        (["1,5e3"], False, (",", False)),
        (["1,234,5", "12.34.5"], False, (".", False)),  # no numbers
        (["1,234"] * 3 + ["1.5"], True, (".", False)),
        (["a,b", "1,2,3", "7"], False, (".", False)),
        ([], True, (".", False)),
    ],
)
def test_the_decimal_mark_is_told_by_what_is_no_group_of_three(cells, semicolons, found):
    assert decimal_mark(cells, semicolons) == found


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "x"], "numbers"),
        (["1", "x", "x2"], "words"),
        (["2024-01-01", "x"], "dates"),
        (["2024-01-01", "x", "x2"], "words"),
        (["NA", ""], "nothing"),
        ([], "nothing"),
        (["yes", "0", "1"], "numbers"),
        (["yes", "2"], "numbers"),
        (["yes", "maybe"], "words"),
        (["12:30", "7:05:01"], "dates"),
    ],
)
def test_a_column_is_what_half_of_it_is(cells, kind):
    assert Profile.of(cells).kind == kind


def test_a_column_has_the_unit_that_half_of_it_has():
    assert [Profile.of(cells).writing.unit for cells in (["$1", "2"], ["$1", "2", "3"], ["$1", "\u20ac2", "$3"])] == [
        "$",
        "",
        "$",
    ]
    assert Profile.of(["1,5", "2"], ",").writing == Writing(",")
    assert Profile.of(["1.5", "2"], ",").writing == Writing(",")
    assert Profile.of(["NA"], ",").writing == Writing(",")
    assert Profile.of(["yes", "no"]).writing == Writing(truth=True)


def test_gaps_are_counted_and_no_cells():
    for cells, gaps in ((["1", "NA", "2", ""], 2), (["x", "?"], 1), (["", ""], 2), (["2024-01-01", "nat"], 1)):
        profile = Profile.of(cells)
        assert (profile.gaps, len(profile.cells)) == (gaps, len(cells) - gaps)
    assert [Profile.of(cells).empty for cells in ([], [""], ["1"])] == [True, False, False]


def test_rows_further_down_tell_whether_values_come_again_and_what_a_column_without_numbers_is():
    numbers = Profile.of(["1", "2", "3"])
    assert [numbers.with_later(cells).again for cells in (["4", "5"], ["4", "3"], ["4", "4"], [])] == [
        *(False, True, True, False)
    ]
    assert numbers.all_different
    assert not numbers.with_later(["3"]).all_different
    assert numbers.with_later(["x"]).kind == "numbers"
    words = Profile.of(["x", "y"])
    assert [words.with_later(cells).kind for cells in (["1", "2"], ["", ""], ["2024-01-01"])] == [
        *("numbers", "words", "dates")
    ]
    assert Profile.of(["", ""]).with_later(["1.5"]).kind == "numbers"
    assert [Profile.of(["1", ""]).with_later(cells).looked for cells in ([], ["2", ""])] == [2, 4]
    more = Profile.of(["x", "y", ""]).with_later(["z", "x", ""])
    assert (more.cells, more.gaps, more.looked, more.again) == (["x", "y", "z", "x"], 2, 6, True)
    assert Profile.of(["1"]).with_later(["2"]).cells == ["1"]
    assert Profile.of(["x"], ",").with_later(["1,5"]).numbers.tolist() == [1.5]


def test_numbers_of_a_column_are_finite_and_different_ones_counted():
    profile = Profile.of(["1", "1.0", "inf", "x"])
    assert profile.numbers.tolist() == [1.0, 1.0]
    assert (profile.distinct, profile.whole, profile.all_different) == (1, True, False)
    words = Profile.of(["a", "b", "a", "c"])
    assert (words.distinct, words.whole, len(words.numbers), words.all_different) == (3, False, 0, False)
    assert Profile.of(["a", "b"]).all_different


@pytest.mark.parametrize(
    ("values", "rows", "alike"),
    [(64, 192, True), (65, 195, False), (3, 9, True), (3, 8, False), (2, 3, True), (1, 9, False), (9, 9, False)],
)
def test_a_few_values_that_come_again_are_like_classes(values, rows, alike):
    assert Profile.of([str(row % values) for row in range(rows)]).like_classes is alike
    assert Profile.of([f"word{row % values}" for row in range(rows)]).like_classes is alike
    assert not Profile.of([f"{row % values}.5" for row in range(rows)]).like_classes


@pytest.mark.parametrize(
    "cell",
    [
        *("2024-03-01", "2024/3/1", "2024.03", "1/3/2024", "01.03.24", "1-Mar-24", "1 March 2024", "March 1, 2024"),
        *("Mar 1 2024", "2024-03-01 10:15", "2024-03-01T10:15:30.25Z", "1/3/2024 7:05 pm", "10:15", "2024-03-01 UTC"),
        *("2024-03-01T10:15:30+01:00", "2024-03-01 10:15:30,5 -0130", "7:05:59"),
    ],
)
def test_dates_and_times_are_known_as_such(cell):
    assert DATE.fullmatch(cell)
    assert Profile.of([cell]).kind == ("numbers" if cell == "2024.03" else "dates")


@pytest.mark.parametrize("cell", ["2024", "1.5", "24-03", "March", "1 2 2024", "2024-03-01-05", "10", "a 1/2/2024"])
def test_other_cells_are_no_dates(cell):
    assert not DATE.fullmatch(cell)


def test_how_numbers_are_written_and_what_a_column_holds_cannot_be_changed():
    for thing, name in ((Writing(), "unit"), (Profile.of(["1"]), "kind")):
        assert thing.number("1") == 1 if name == "unit" else thing.whole
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, "other")
