"""A cell is a number only if it is written as tables write numbers; where it is not, it is refused, and not guessed."""

import pytest

from glassnet import load_dataset
from glassnet.data.matching import open_for
from glassnet.data.preprocessing.table import FeatureScaling
from glassnet.data.readers.cells import Profile, Writing, decimal_mark
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
