"""Tables of text: how much of a file is looked at, which rows are parsed at once, and where a block ends."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from glassnet.data import limits
from glassnet.data.readers import csv_tables, open_data
from glassnet.data.readers.csv_tables import CsvTable
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", newline="")
    return path


def counting(path, rows):
    """A table of lines of ten characters, of which all are different."""
    return write(path, "aaaa,bbbb", *(f"{row:04},{row:04}" for row in range(1_000, 1_000 + rows)))


def looked(path):
    return {profile.looked for profile in CsvTable(path, "bbbb").profiles()}


def test_a_table_is_told_by_so_many_lines_or_characters(tmp_path, monkeypatch):
    packed = tmp_path / "a.csv.gz"  # of which no rows further down are looked at
    packed.write_bytes(gzip.compress(counting(tmp_path / "a.csv", 100).read_bytes()))
    monkeypatch.setattr(csv_tables, "SAMPLE_LINES", (20, 60))
    found = []
    for characters in (0, 199, 200, 10_000):
        monkeypatch.setattr(csv_tables, "SAMPLE_CHARACTERS", characters)
        found.append(looked(packed))
    assert found == [{19}, {19}, {20}, {59}]  # the first line is the header


@pytest.mark.parametrize(
    ("rows", "cells", "expected"),
    [
        (999, 100_000, {0}),  # there are no others
        (2_999, 100_000, {1_999}),  # twenty at fifty places
        (2_999, 500, {999 + 50 * 5}),
        (2_999, 1, {999 + 50}),
        (1_099, 100_000, {999 + 4 * 20 + 15}),  # none is looked at twice
    ],
)
def test_rows_further_down_are_looked_at_at_fifty_places(tmp_path, monkeypatch, rows, cells, expected):
    monkeypatch.setattr(csv_tables, "LATER_CELLS", cells)
    assert looked(counting(tmp_path / "a.csv", rows)) == expected


@pytest.mark.parametrize("ending", [".csv.gz", ".csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_rows_further_down_are_looked_at_where_all_before_them_had_to_be_read(tmp_path, ending, encoding):
    text = counting(tmp_path / "a.csv", 2_999).read_text().encode(encoding)
    path = tmp_path / f"b{ending}"
    path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    assert looked(path) == {1_999 if (ending, encoding) == (".csv", "utf-8") else 999}


def test_a_line_that_anything_divides_into_more_columns_than_the_limit_is_refused_before_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, columns=3))
    path = write(tmp_path / "a.csv", "one two three four,label", *(f"{row}.5,{row % 2}" for row in range(20)))
    with pytest.raises(DataFileError, match="expected at most 3 columns, got 4"):
        open_data(path)
    path = write(tmp_path / "a.csv", "a,b,label", "1 2 3 4,0,0", *(f"{row}.5,{row},{row % 2}" for row in range(20)))
    assert open_data(path).columns == ("a", "b")


PLAIN = {
    "commas": (",", ["1.5,-2,x", "1e3,.25,y"], [[1.5, -2], [1000, 0.25]], [2, 3]),
    "tabs": ("\t", ["1.5\t-2\tx", "1e3\t.25\ty"], [[1.5, -2], [1000, 0.25]], [2, 3]),
    "tabs and blank lines": ("\t", ["1.5\t-2\tx", "", "1e3\t.25\ty"], [[1.5, -2], [1000, 0.25]], [2, 4]),
    "blank lines": (",", ["1.5,-2,x", "", " \t ", "1e3,.25,y"], [[1.5, -2], [1000, 0.25]], [2, 5]),
    "decimal commas": (";", ["1,5;-2,25;x", "7,5;1;y"], [[1.5, -2.25], [7.5, 1]], [2, 3]),
    "spaces around": (",", [" 1.5 , -2 , x ", "1e3, .25,y"], [[1.5, -2], [1000, 0.25]], [2, 3]),
}


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("columns", [("a", "b", "label"), ("label", "a", "b"), ("a", "b", "c", "label", "d")])
def test_plain_rows_are_parsed_at_once_and_not_cell_by_cell(tmp_path, monkeypatch, name, columns):
    delimiter, rows, inputs, places = PLAIN[name]
    ordered = []
    for row in rows:
        cells = dict(zip(("a", "b", "label", "c", "d"), [*row.split(delimiter), "7", "8"], strict=False))
        ordered.append(delimiter.join(cells[column] for column in columns) if delimiter in row else row)
    path = write(tmp_path / "a.csv", "# " + delimiter.join(columns), *ordered)
    reader = open_data(path, "label", options=ReadingOptions(delimiter=delimiter))
    monkeypatch.setattr(csv_tables, "records", lambda *_, **__: pytest.fail("cell by cell"))
    (block,) = reader.blocks()
    assert block.inputs[:, :2].tolist() == inputs
    assert block.targets.tolist() == ["x", "y"]
    assert list(block.rows) == places


@pytest.mark.parametrize("white", [255, 1])
def test_plain_pixels_are_parsed_at_once_too(tmp_path, monkeypatch, white):
    names = [f"pixel{number}" for number in range(16)]
    rows = [[(row + column) % 2 * white for column in range(16)] for row in range(4)]
    rows[0][3] = 51 if white > 1 else 0.2
    rows = [[value or (17 if white > 1 else 0.2) for value in row] for row in rows]  # none is black
    cells = [",".join(f"{value:g}" for value in row) for row in rows]
    path = write(tmp_path / "a.csv", "# " + ",".join(names), *cells)
    reader = open_data(path, features=names)
    monkeypatch.setattr(csv_tables, "records", lambda *_, **__: pytest.fail("cell by cell"))
    (block,) = reader.blocks()
    assert block.inputs.dtype == np.uint8
    assert block.inputs.reshape(4, -1).tolist() == [[round(value * 255 / white) for value in row] for row in rows]


ODD = {
    "blank lines": ['"1.5",-2,x', "", "1e3,.25,y"],
    "a quote": ['"1.5",-2,x', "1e3,.25,y"],
    "a decimal comma": ['"1,5",-2,x', '"1000,0","0,25",y'],
    "thousands": ["1.5,-2,x", '"1,000",.25,y'],
    "a percent sign": ["1.5,-2%,x", "1e3,.25%,y"],
}


@pytest.mark.parametrize("name", ODD)
def test_other_rows_are_read_cell_by_cell(tmp_path, name):
    (block,) = open_data(write(tmp_path / "a.csv", "a,b,label", *ODD[name]), "label").blocks()
    assert block.inputs.tolist() == [[1.5, -2], [1000, 0.25]]
    assert block.targets.tolist() == ["x", "y"]


def test_points_among_decimal_commas_are_no_decimal_points(tmp_path):
    rows = [f"{row},5;{row};x" for row in range(10)]
    path = write(tmp_path / "a.csv", "a;b;label", *rows, "1.234;7;y")
    assert open_data(path, "label").read().inputs[10].tolist() == [1234, 7]


@pytest.mark.parametrize("cell", ["-1", "256", "1.5", "nan", "inf"])
def test_what_is_no_pixel_among_plain_rows_is_named(tmp_path, cell):
    names = [f"pixel{number}" for number in range(16)]
    rows = [["7"] * 16 for _ in range(5)]
    rows[3][2] = cell
    path = write(tmp_path / "a.csv", ",".join(names), *map(",".join, rows))
    with pytest.raises(DataFileError, match=r"line 5, column 'pixel2'.*expected a whole number in 0\.\.255"):
        open_data(path, features=names).read()


@pytest.mark.parametrize("cell", ["1.5", "-0.5"])
def test_a_pixel_beyond_black_and_white_among_fractions_is_named(tmp_path, cell):
    names = [f"pixel{number}" for number in range(16)]
    rows = [["0.5"] * 16 for _ in range(1_100)]
    rows[1_050][2] = cell
    path = write(tmp_path / "a.csv", ",".join(names), *map(",".join, rows))
    with pytest.raises(DataFileError, match=r"line 1052, column 'pixel2'.*expected a number in 0\.\.1"):
        open_data(path, features=names).read()


def test_blocks_end_where_a_record_does_and_rows_keep_their_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_tables, "BLOCK", 3)
    path = write(tmp_path / "a.csv", "a,label", "1,x", "2,x", '3,"y', 'z"', "4,x", "5,x", '6,"y', "", 'z"', "7,x")
    blocks = list(open_data(path).blocks())
    assert [list(block.rows) for block in blocks] == [[2, 3, 4], [6, 7, 8], [11]]
    assert [block.inputs[:, 0].tolist() for block in blocks] == [[1, 2, 3], [4, 5, 6], [7]]
    assert blocks[1].targets.tolist() == ["x", "x", "y\n\nz"]


def test_own_rows_are_filled_up_and_end_with_the_rest_of_a_longer_one(tmp_path):
    path = write(tmp_path / "a.csv", "", "a,b,label", "1,2,x", " 3", "4,5,x,y", "")
    assert list(CsvTable(path, "label").own_rows()) == [["1", "2", "x"], [" 3", "", ""], ["4", "5", "x,y"]]


def test_a_line_that_is_too_long_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "a.csv", "a,label", *(f"{row}.5,{row % 2}" for row in range(20)))
    monkeypatch.setattr(csv_tables, "LINE_CHARACTERS", 8)
    with pytest.raises(DataFileError, match=r"too long a line.*expected less than 8 characters"):
        CsvTable(path, "label")
    monkeypatch.setattr(csv_tables, "LINE_CHARACTERS", 9)
    assert len(CsvTable(path, "label").read().inputs) == 20


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_a_text_of_as_many_bytes_as_the_limit_is_read_at_once_and_none_larger(tmp_path, monkeypatch, ending):
    text = counting(tmp_path / "a.csv", 50).read_bytes()
    path = tmp_path / f"b.{ending}"
    path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    monkeypatch.setattr(limits, "USUAL_RATIO", 0)
    reader = CsvTable(path, "bbbb")
    for most, refused in ((510, False), (509, True)):
        monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=most))
        if refused:
            with pytest.raises(DataFileError, match="expected at most 509 bytes unpacked, got 510"):
                reader.read()
        else:
            assert len(reader.read().inputs) == 50


def test_rows_of_empty_cells_are_counted_in_a_sentence_of_their_own(tmp_path):
    for count, words in (
        (1, "left out 1 row of empty cells (first line 4)"),
        (2, "left out 2 rows of empty cells (first line 4)"),
    ):
        reader = open_data(write(tmp_path / "a.csv", "a,label", "1,x", "2,y", *[","] * count, "3,x"))
        reader.read()
        decision = reader.decisions[-1]
        assert (decision.subject, decision.taken, decision.words) == ("empty_rows", count, words)


def test_a_file_without_rows_says_so(tmp_path):
    for text in ("", "\n\n", ",,\n"):
        (tmp_path / "a.csv").write_text(text)
        with pytest.raises(DataFileError, match="an empty table"):
            open_data(tmp_path / "a.csv")
    with pytest.raises(DataFileError, match="no examples"):
        open_data(write(tmp_path / "a.csv", "a,label")).read()


def test_what_separates_cells_and_decimals_is_kept_for_answers(tmp_path):
    for delimiter, decimal, marks in ((";", ",", (";", ",")), (" ", ".", (",", ".")), ("\t", ".", ("\t", "."))):
        rows = [f"{row}{decimal}5{delimiter}{row % 2}" for row in range(20)]
        assert open_data(write(tmp_path / "a.csv", f"a{delimiter}label", *rows)).marks == marks


def test_what_settles_a_table_is_all_that_can_be_said_but_a_window():
    assert CsvTable.settled_by == (
        *("header", "delimiter", "decimal", "encoding", "leave_out", "keep", "categories", "dates", "group", "time"),
        *("read_as", "on_error"),
    )
    assert CsvTable.endings == (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
    assert CsvTable.name == ".csv"


def test_a_sample_may_end_in_a_character_and_a_file_may_not(tmp_path, monkeypatch):
    path = write(
        tmp_path / "a.csv", "a,label", *(f"{row},\N{LATIN SMALL LETTER E WITH ACUTE}{row % 2}" for row in range(20))
    )
    monkeypatch.setattr(csv_tables, "SAMPLE_BYTES", len(b"a,label\n0,\xc3"))
    assert open_data(path).read().targets[0] == "\N{LATIN SMALL LETTER E WITH ACUTE}0"
    monkeypatch.undo()
    path.write_bytes(b"a,label\n1,x\n2,y\xc3")
    assert [one.taken for one in open_data(path).decisions if one.subject == "encoding"] == ["cp1252"]


def test_what_cannot_be_read_is_named(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,label\n1,\0")
    with pytest.raises(
        DataFileError, match=r"cannot read the table in .*a\.csv: got control characters.*Check the name"
    ):
        open_data(tmp_path / "a.csv")
    with pytest.raises(DataFileError, match=r"got No such file or directory\."):
        CsvTable(tmp_path / "b.csv")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,label\n1,2\n" * 99)[:-9])
    with pytest.raises(DataFileError, match="cannot read the table"):
        CsvTable(tmp_path / "a.csv.gz")
    path = write(tmp_path / "a.csv", "a,label", "1,x", "2,y", f'3,"{"z" * 200_000}"')
    with pytest.raises(DataFileError, match=r"cannot read the table in .*a\.csv, line 4: got field larger"):
        CsvTable(path).read()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le"])
def test_no_place_of_wide_characters_is_jumped_to(tmp_path, encoding):
    text = "\n".join(["aaaaaaaaa", *map(str, range(100_000_000, 100_003_000))])
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert CsvTable(tmp_path / "a.csv", features=("aaaaaaaaa",)).profile_of["aaaaaaaaa"].looked == 999


def test_rows_are_looked_at_down_to_the_end_of_the_file(tmp_path):
    again = []
    for row in (2_950, 2_965, 2_990):
        lines = counting(tmp_path / "a.csv", 2_999).read_text().splitlines()
        lines[row] = "1005,1005"
        again.append(CsvTable(write(tmp_path / "a.csv", *lines), "bbbb").profile_of["aaaa"].again)
    assert again == [False, True, False]


def test_damage_further_down_is_found_by_who_reads_it(tmp_path):
    lines = counting(tmp_path / "a.csv", 2_999).read_text().splitlines()
    lines[2_965], lines[2_966] = "1,2,3", "4"
    reader = CsvTable(write(tmp_path / "a.csv", *lines), "bbbb")
    with pytest.raises(DataFileError, match="line 2966: expected 2 columns, got 3"):
        reader.read()
    text = counting(tmp_path / "a.csv", 2_999).read_bytes().replace(b"3960,3960", b"396\xff,3960")
    (tmp_path / "a.csv").write_bytes(text)
    assert CsvTable(tmp_path / "a.csv", "bbbb", options=ReadingOptions(encoding="utf-8")).names == ("aaaa", "bbbb")


def test_the_first_thing_that_is_wrong_is_named(tmp_path):
    path = write(tmp_path / "a.csv", "a,label", "1,x", *[f"{row},y" for row in range(9)], '"1","2",3', "many,x")
    with pytest.raises(DataFileError, match="line 12: expected 2 columns, got 3"):
        open_data(path).read()


def test_a_file_of_packed_parts_holds_all_of_them(tmp_path, monkeypatch):
    text = counting(tmp_path / "a.csv", 9).read_bytes()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text) + gzip.compress(b"1001,1002\n" * 10))
    monkeypatch.setattr(limits, "USUAL_RATIO", 0)
    for piece in (50, 100, 1_000):
        monkeypatch.setattr(csv_tables, "SAMPLE_BYTES", piece)
        monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=200))
        reader = CsvTable(tmp_path / "a.csv.gz", "bbbb")
        assert len(reader.read().inputs) == 19
        for most in (199, 100, 99):
            monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=most))
            with pytest.raises(DataFileError, match=f"expected at most {most} bytes unpacked"):
                reader.read()


def test_a_first_line_of_numbers_is_the_header_where_it_has_the_names_that_are_known(tmp_path):
    path = write(tmp_path / "a.csv", "1,2,3", *["4,5,6"] * 9, "7,8,9")
    assert CsvTable(path, features=("1", "3")).read().inputs[-1].tolist() == [7, 9]
    assert CsvTable(path, target="2").read().targets[-1] == 8
    assert len(CsvTable(path, features=("column 1", "column 2")).read().inputs) == 11
