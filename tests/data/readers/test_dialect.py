"""How a text table is written is told by its rows, said, and settled by options."""

import csv
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from glassnet import load_dataset
from glassnet.data import limits
from glassnet.data.readers import open_data
from glassnet.data.readers.dialect import guess_delimiter, guess_encoding, recognize, records, whole_records
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError, UsageError

RNG = np.random.default_rng(6)
ROWS = 40
LONG, WIDE = RNG.normal(size=(2, ROWS)).round(3)
KIND = np.where(LONG > WIDE, "oak", "elm")


def write(path, lines, encoding="utf-8", end="\n"):
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def plain(delimiter=",", decimal="."):
    cells = [
        (f"{a}".replace(".", decimal), f"{b}".replace(".", decimal), kind)
        for a, b, kind in zip(LONG, WIDE, KIND, strict=True)
    ]
    return [delimiter.join(row) for row in cells]


def read(path, **options):
    return open_data(path, options.pop("target", None), options=ReadingOptions(**options))


def assert_meant(reader):
    block = reader.read()
    np.testing.assert_array_equal(block.inputs, np.stack([LONG, WIDE], axis=1))
    assert block.targets.tolist() == KIND.tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "   "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_columns_are_told_apart_by_what_separates_all_rows(tmp_path, delimiter, end):
    header = delimiter.join(('"long, in cm; or so"', '"wide | high"', "class"))
    assert_meant(read(write(tmp_path / "a.csv", [header, *plain(delimiter)], end=end)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"])
def test_the_encoding_is_told_by_the_bytes(tmp_path, encoding):
    lines = ["Größe,Breite,class", *plain()]
    reader = read(write(tmp_path / "a.csv", lines, encoding))
    assert reader.columns == ("Größe", "Breite")
    assert_meant(reader)


def test_a_guessed_encoding_is_doubted_and_can_be_said(tmp_path):
    path = write(tmp_path / "a.csv", ["\N{CYRILLIC SMALL LETTER ZHE},b,class", *plain()], "cp1251")
    doubts = [decision.option for decision in load_dataset(path).reading.doubts]
    assert any(option.startswith("--encoding") for option in doubts)
    assert read(path, encoding="cp1251").columns[0] == "\N{CYRILLIC SMALL LETTER ZHE}"
    with pytest.raises(DataFileError, match="unknown encoding"):
        read(path, encoding="klingon")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_decimal_commas_are_read_and_said(tmp_path, delimiter):
    path = write(tmp_path / "a.csv", [delimiter.join(("long", "wide", "class")), *plain(delimiter, ",")])
    assert_meant(read(path))
    assert "decimal commas" in " ".join(load_dataset(path).reading.lines())


WRITINGS = {
    "thousands": (['"1,234.5"', '"12,000.25"', '"1,000,000"'], [1234.5, 12000.25, 1e6]),
    "apostrophes": (["1'234.5", "12'000", "7.5"], [1234.5, 12000, 7.5]),
    "spaces": (["1 234", "12\N{NO-BREAK SPACE}000", "7"], [1234, 12000, 7]),
    "percent": (["5%", "12.5 %", "-3%"], [5, 12.5, -3]),
    "dollars": (["$5", "-$12.50", '"$1,300"'], [5, -12.5, 1300]),
    "euros behind": (["5 €", "12.5€", "-3 €"], [5, 12.5, -3]),
    "codes": (["EUR 5", "EUR 12.5", "EUR -3"], [5, 12.5, -3]),
    "truth": (["True", "FALSE", "true"], [1, 0, 1]),
    "answers": (["yes", "No", "YES"], [1, 0, 1]),
    "letters": (["y", "N", "n"], [1, 0, 0]),
    "switches": (["on", "off", "on"], [1, 0, 1]),
    "powers": (["1e3", "2.5E-4", "-.5"], [1000, 0.00025, -0.5]),
    "true minus": (["\N{MINUS SIGN}5", "3", "2"], [-5, 3, 2]),
}


@pytest.mark.parametrize("name", WRITINGS)
def test_numbers_are_read_as_tables_write_them(tmp_path, name):
    cells, numbers = WRITINGS[name]
    lines = ["amount,other,class", *(f"{cell},{row / 7:.2f},{'ab'[row % 2]}" for row, cell in enumerate(cells * 8))]
    block = read(write(tmp_path / "a.csv", lines)).read()
    np.testing.assert_allclose(block.inputs[:, 0], numbers * 8)


def test_whole_numbers_with_a_comma_are_doubted(tmp_path):
    lines = ["a;b;class", *(f"{n % 9 + 1},{n * 37 % 900 + 100};{n / 7:.2f};{'xy'[n % 2]}" for n in range(30))]
    lines = [line.replace(".", ",") for line in lines]
    path = write(tmp_path / "a.csv", [f"{n % 9 + 1},{n * 37 % 900 + 100};{n};{'xy'[n % 2]}" for n in range(30)])
    path = write(tmp_path / "a.csv", ["a;b;class", *path.read_text().splitlines()])
    data = load_dataset(path)
    assert "--decimal ." in [decision.option for decision in data.reading.doubts]
    assert np.median(data.train.inputs[:, 0]) < 10
    assert np.median(load_dataset(path, decimal=".").train.inputs[:, 0]) > 1_000


@pytest.mark.parametrize("wrong", ["1_000", "0x1F", "\N{ARABIC-INDIC DIGIT THREE}", "inf", "1.2.3", "1,2", "12%", "$5"])
def test_what_only_python_takes_for_a_number_is_refused_with_its_line(tmp_path, wrong):
    lines = ["a,b,class", *(f"{n}.5,{n},{'xy'[n % 2]}" for n in range(30))]
    lines[17] = f'"{wrong}",3,x'
    with pytest.raises(DataFileError, match=r"line 18, column 'a'"):
        read(write(tmp_path / "a.csv", lines)).read()


@pytest.mark.parametrize("gap", ["", "NA", "nan", "?", "NULL", "None", "-", "#N/A", "missing"])
@pytest.mark.parametrize("blank", [0, 2])
def test_a_gap_is_missing_or_named_by_its_own_line_in_whatever_block(tmp_path, gap, blank, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.csv_tables.BLOCK", 7)
    lines = ["a,b,class", *[""] * blank, *(f"{n}.5,{n},{'xy'[n % 2]}" for n in range(30))]
    lines[23] = f"{gap},3,x"
    reader = read(write(tmp_path / "a.csv", lines))
    inputs = reader.read().inputs
    assert np.argwhere(np.isnan(inputs)).tolist() == [[22 - blank, 0]]
    reader.take_kinds({}, gaps=["b"])
    with pytest.raises(DataFileError, match=rf"line 24, column 'a'.*got '{gap.replace('?', '[?]')}'. Fill the gap"):
        reader.read()


def test_quotes_may_hold_line_breaks_and_the_lines_after_them_keep_their_numbers(tmp_path):
    text = '"long\nand so on",class\n' + "".join(f'{n}.5,"{"xy"[n % 2]}\nz"\n' for n in range(9)) + "oops,x\n"
    (tmp_path / "a.csv").write_text(text)
    reader = read(tmp_path / "a.csv")
    assert reader.columns == ("long\nand so on",)
    with pytest.raises(DataFileError, match="line 21, column"):
        reader.read()
    reader.skipped = []
    block = reader.read()
    assert list(block.rows) == list(range(3, 21, 2))
    assert set(block.targets) == {"x\nz", "y\nz"}


@pytest.mark.parametrize("block", [3, 10_000])
def test_rows_that_cannot_be_read_are_left_out_and_noted_where_that_is_wanted(tmp_path, block, monkeypatch):
    monkeypatch.setattr("glassnet.data.readers.csv_tables.BLOCK", block)
    lines = ["a,b,class", *(f"{n}.5,{n},{'xy'[n % 2]}" for n in range(12))]
    lines[3], lines[7], lines[11] = "oops,1,x", "1,2", "1,2,3,4"
    reader = open_data(write(tmp_path / "a.csv", lines), features=("a", "b"))
    reader.skipped = []
    assert [row for block in reader.blocks() for row in block.rows] == [2, 3, 5, 6, 7, 9, 10, 11, 13]
    assert [row for row, _ in reader.skipped] == [4, 8, 12]
    assert "line 4, column 'a'" in str(reader.skipped[0][1])
    assert "expected 3 columns, got 4" in str(reader.skipped[2][1])


HEADERS = {
    "years": (["2019", "2020", "2021"], True),
    "years apart": (["1990", "2000", "2015"], True),
    "counted from 0": (["0", "1", "2"], True),
    "pandas": (["", "0", "1"], True),
    "wavelengths": (["400", "410", "420"], True),
    "words": (["a", "b", "c"], True),
    "a word among years": (["share", "2019", "2020"], True),
    "numbers as below": (["0.25", "0.5", "0.125"], False),
    "numbers": (["0", "1", "0"], False),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_is_told_by_many_rows(name):
    first, header = HEADERS[name]
    below = [
        f"{row if name == 'pandas' else a:g},{b:.3f},{a * b:.3f}" for row, (a, b) in enumerate(RNG.random((30, 2)))
    ]
    lines = [",".join(first), *below]
    dialect, decisions = recognize(lines, "utf-8", (), ReadingOptions())
    assert dialect.header is header
    assert dialect.names == (tuple(first) if header else ("column 1", "column 2", "column 3"))
    doubts = [decision.option for decision in decisions if decision.doubt]
    assert doubts == (["--no-header"] if name in ("years", "years apart", "counted from 0", "wavelengths") else [])


def test_a_first_line_is_what_somebody_says_it_is(tmp_path):
    lines = ["2017,2018,2019", *(f"{a:.3f},{b:.3f},{a * b:.3f}" for a, b in RNG.random((30, 2)))]
    path = write(tmp_path / "a.csv", lines)
    for options, rows in (({"header": False, "target": "column 3"}, 31), ({"target": "2019"}, 30)):
        data = load_dataset(path, **options)
        assert data.reading["rows"] == rows
    words = write(tmp_path / "b.csv", ["0.5,0.25,oak", *plain()])
    assert load_dataset(words, header=True, target="oak").reading["rows"] == ROWS


def test_numbers_that_rise_from_row_to_row_are_no_header(tmp_path):
    lines = [f"{n},{10 * n},{100 * n},{n % 2}" for n in range(1, 30)]
    data = load_dataset(write(tmp_path / "a.csv", lines), target="column 4")
    assert data.reading["rows"] == 29


def test_comments_and_excels_first_line_stand_before_the_table(tmp_path):
    for first in (["sep=;", "long;wide;class"], ["# made by hand", "", "long;wide;class"], ["#long;wide;class"]):
        reader = read(write(tmp_path / "a.csv", [*first, *plain(";")]))
        assert reader.columns == ("long", "wide")
        assert_meant(reader)


@pytest.mark.parametrize(
    ("said", "error"),
    [({"delimiter": "ab"}, UsageError), ({"decimal": "x"}, UsageError), ({"read_as": "x"}, UsageError)],
)
def test_what_is_said_must_make_sense(said, error):
    with pytest.raises(error):
        ReadingOptions(**said)


def test_a_delimiter_that_is_said_is_taken(tmp_path):
    path = write(tmp_path / "a.csv", ["a~b~class", *plain("~")])
    assert_meant(read(path, delimiter="~"))
    tabs = write(tmp_path / "b.csv", ["a\tb\tclass", *plain("\t")])
    assert_meant(read(tabs, delimiter="tab"))


def test_what_a_file_does_not_need_said_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((9, 3)), y=np.arange(9) % 2)
    with pytest.raises(DataFileError, match="nothing that delimiter settles"):
        load_dataset(tmp_path / "a.npz", delimiter=";")
    with pytest.raises(UsageError, match="mnist"):
        load_dataset("mnist", encoding="utf-8")


def test_empty_rows_at_the_end_of_a_sheet_are_no_examples(tmp_path):
    path = write(tmp_path / "a.csv", ["long,wide,class", *plain(), ",,", ",,", ""])
    assert_meant(read(path))


@pytest.mark.parametrize(("first", "header"), [(LONG, True), ((LONG > 0).astype(int), False)])
def test_two_columns_called_0_and_1_are_doubted_and_taken_for_names_above_fractions(tmp_path, first, header):
    rows = [f"{a},{int(b > 0)}" for a, b in zip(first, WIDE, strict=True)]
    data = load_dataset(write(tmp_path / "a.csv", ["0,1", *rows]), target=None if header else "column 2")
    assert (data.reading["rows"], data.reading["header"]) == (ROWS + (not header), header)
    assert ("--no-header" if header else "--header") in [doubt.option for doubt in data.reading.doubts]


def test_a_single_column_called_0_is_doubted(tmp_path):
    reader = open_data(write(tmp_path / "a.csv", ["0", *map(str, LONG)]), features=["column 1"])
    assert "--header" in [decision.option for decision in reader.decisions]


def test_tabs_without_spaces_are_not_doubted(tmp_path):
    lines = ["long\twide\tclass", *plain("\t")]
    assert load_dataset(write(tmp_path / "a.tsv", lines)).reading.doubts == ()
    spaced = [line.replace("\t", " \t") for line in lines]
    assert "--delimiter space" in [one.option for one in load_dataset(write(tmp_path / "b.tsv", spaced)).reading.doubts]


def headed(first, *below):
    """What is decided of a first line, and what is doubted."""
    decided = recognize([",".join(first), *(",".join(map(str, row)) for row in below)], "utf-8", (), ReadingOptions())
    return decided[1][0].taken, decided[1][0].doubt


FAR = [(12.5, 14.5, 17.5), (11.5, 19.5, 15.5), (13.5, 16.5, 18.5), (10.5, 12.5, 19.5)]


@pytest.mark.parametrize(
    ("first", "header", "doubt"),
    [
        (("2017", "2019", "2022"), True, "could be an example"),  # years
        (("517", "919", "22"), False, ""),  # 22 is no further from the numbers below than they are from one another
        (("517", "919", "322"), False, "could be the names of the columns"),
        (("8", "9", "7"), False, ""),
        (("a", "14.5", "17.5"), True, ""),
    ],
)
def test_a_first_line_of_numbers_is_weighed_against_those_below_it(first, header, doubt):
    found = headed(first, *FAR)
    assert (found[0], doubt in found[1], bool(found[1])) == (header, True, bool(doubt))


def test_one_word_among_five_numbers_may_be_a_mistake_in_an_example():
    below = [[round(row + 10 * column + 0.25, 2) for column in range(6)] for row in range(8)]
    assert headed(["?x", "11.5", "21.5", "31.5", "41.5", "51.5"], *below) == (
        True,
        "the first line could be an example with a mistake",
    )
    assert headed(["?x", "11.5", "21.5", "31.5", "41.5"], *[row[:5] for row in below]) == (True, "")


def test_a_comment_of_another_width_is_no_header(tmp_path):
    for comment, names in (("# a,b,c", ("a", "b", "c")), ("# made by hand", ("column 1", "column 2", "column 3"))):
        path = write(tmp_path / "a.csv", [comment, *plain()])
        assert tuple(read(path, target="c" if names[0] == "a" else "column 3").names) == names


def test_rows_that_are_all_wider_than_the_header_are_refused(tmp_path):
    path = write(tmp_path / "a.csv", ["a,label", *(f"{row},{row % 2},7" for row in range(40))])
    with pytest.raises(DataFileError, match="line 2: expected 2 columns, got 3"):
        load_dataset(path)


def test_rows_behind_blank_lines_keep_the_numbers_of_their_lines(tmp_path):
    path = write(tmp_path / "a.csv", ["a,label", "", *(f"{row}.5,{row % 2}" for row in range(20)), " ", "7.5,1"])
    assert read(path).read().rows.tolist() == [*range(3, 23), 24]


def test_a_table_may_have_as_many_columns_as_the_limit_says(tmp_path, monkeypatch):
    path = write(tmp_path / "a.csv", ["a,b,label", *(f"{row},{row + 1},{row % 2}" for row in range(40))])
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, columns=3))
    assert len(read(path).names) == 3


def test_a_few_years_among_other_numbers_are_no_names():
    assert headed(["2017", "31", "5017"], *FAR) == (
        False,
        "the first line (2017, 31, 5017) could be the names of the columns",
    )


def test_an_encoding_that_a_mark_tells_is_a_subject_of_the_reading(tmp_path):
    path = write(tmp_path / "a.csv", ["a,b,label", *plain()], "utf-16")
    assert load_dataset(path).reading["encoding"] == "utf-16"


def test_dates_and_numbers_may_hold_other_separators():
    for cell in ("3.1.2024, 10:15", "2024-01-03 10:15:00", "1,5", "1.234,5"):
        rows = [f"a{number};{cell};b" for number in range(20)]
        assert guess_delimiter(rows) == (";", []), cell
    assert guess_delimiter([f"one or two words{number};x" for number in range(20)]) == (";", [])


def told(*lines, known=(), **said):
    dialect, decisions = recognize(lines, "utf-8", known, ReadingOptions(**said))
    return dialect, {decision.subject: decision for decision in decisions}


def test_the_decimal_mark_is_told_by_two_hundred_rows():
    rows = ["1;2"] * 199
    for behind, mark in ((["1,5;2"], ","), (["1;2", "1,5;2"], ".")):
        dialect, decided = told("a;b", *rows, *behind)
        assert (dialect.decimal, decided["decimal"].taken) == (mark, mark)


def test_a_delimiter_is_told_by_fifty_records():
    endless = "x" * (csv.field_size_limit() + 1)  # which no delimiter makes a record of
    assert guess_delimiter([*["a;b"] * 50, endless]) == (";", [])
    assert guess_delimiter([*["a;b"] * 49, endless]) == (",", [])


WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", " ": "spaces", "~": "'~'"}


@pytest.mark.parametrize("delimiter", WORDS)
def test_what_separates_columns_is_said_in_words_unless_it_is_a_comma(delimiter):
    _, decided = told(f"a{delimiter}b", *[f"1{delimiter}2"] * 5, delimiter=delimiter)
    found = decided["delimiter"]
    words = "" if delimiter == "," else f"columns apart by {WORDS[delimiter]}"
    assert (found.taken, found.words, found.doubt, found.option) == (delimiter, words, "", "")


CALLED = {",": ("commas", "comma"), ";": ("semicolons", "semicolon"), "\t": ("tabs", "tab"), "|": ("pipes", "pipe")}


@pytest.mark.parametrize("other", CALLED)
def test_another_delimiter_that_is_as_plausible_is_named_with_its_option(other):
    best = next(mark for mark in WORDS if mark != other)
    found = told(*[f"a{best}x{other}b"] * 10, header=False)[1]["delimiter"]
    assert found.taken in (best, other)
    left = other if found.taken == best else best
    assert found.doubt == f"{CALLED[left][0]} could separate the columns too"
    assert found.option == f"--delimiter {CALLED[left][1]}"


def test_commas_that_are_nearly_as_plausible_as_semicolons_are_named():
    found = told(*["a;b,c"] * 39, "a;b", header=False)[1]["delimiter"]
    assert (found.taken, found.doubt, found.option) == (
        ";",
        "commas could separate the columns too",
        "--delimiter comma",
    )


def test_what_a_file_was_told_to_be_cannot_be_changed():
    dialect, _ = told("a,b", "1,2")
    with pytest.raises(FrozenInstanceError):
        dialect.header = False


def test_numbers_without_end_below_a_first_line_are_no_numbers_to_compare_it_with():
    assert headed(["0", "1", "2"], *[("inf",) * 3] * 4)[0] is True


def test_dates_with_commas_are_no_columns():
    assert guess_delimiter([f"March {day}, 2024;x" for day in range(1, 20)]) == (";", [])


@pytest.mark.parametrize(
    ("comments", "names"),
    [
        (["# a,b"], ("a", "b")),
        (["# by hand, at home", "## a,b"], ("a", "b")),
        (["# a,b", "# by hand"], ("column 1", "column 2")),
        (["# a,b", ""], ("column 1", "column 2")),
        (["", "# a,b"], ("a", "b")),
        (["# "], ("column 1", "column 2")),
    ],
)
def test_the_last_comment_names_the_columns_if_it_has_as_many(comments, names):
    dialect, decided = told(*comments, "1.5,2", "2.5,1", "3.5,7")
    assert (dialect.names, dialect.start, dialect.skipped) == (names, len(comments), False)
    words = f"header in line {len(comments)}" if names == ("a", "b") else "no header"
    assert (decided["header"].taken, decided["header"].words) == (names == ("a", "b"), words)
    assert [len(profile.cells) for profile in dialect.profiles] == [3, 3]


def test_a_single_column_is_not_named_by_a_comment():
    assert told("# a", "1.5", "2.5")[0].names == ("column 1",)


def test_lines_before_the_table_are_comments_or_blank_unless_there_are_no_others():
    assert told("# by hand", "", "a,b", "1,2")[0].start == 2
    assert told("# a,b", "#1,2")[0].start == 0
    assert told("sep=;", "a;b", "1;2")[0].start == 1
    assert told("SEP=| ", "a|b", "1|2")[0].delimiter == "|"


def test_excels_first_line_counts_in_the_first_line_alone():
    assert told("a,b", "sep=;", "1,2")[0].names == ("a", "b")
    assert told("sep=;", "a;b", "1;2", delimiter=",")[0].names == ("a;b",)  # what is said comes first


def test_columns_without_names_are_numbered_but_for_the_first():
    assert told(",a,,b,", "1,2,3,4,5", "7,1,3,2,2")[0].names == ("", "a", "column 3", "b", "column 5")


@pytest.mark.parametrize(
    ("cells", "semicolons", "words", "doubt", "option"),
    [
        (["1.5"], False, "", "", ""),
        (["1,5"], True, "decimal commas", "", ""),
        (
            ["1,234"],
            True,
            "decimal commas",
            "numbers are read with decimal commas, and could have points",
            "--decimal .",
        ),
        (["1.234"], True, "", "numbers are read with decimal points, and could have commas", "--decimal ,"),
    ],
)
def test_the_decimal_mark_is_doubted_where_groups_of_three_could_be_thousands(cells, semicolons, words, doubt, option):
    delimiter = ";" if semicolons else ","
    found = told(f"a{delimiter}b", *[f"{cell}{delimiter}7" for cell in cells * 5])[1]["decimal"]
    assert (found.words, found.doubt, found.option) == (words, doubt, option)


def test_names_that_are_known_make_a_header_where_half_of_them_stand_there():
    lines = ["1,2,3"] * 4
    for known, header in ((("1", "2", "3", "4"), True), (("1", "7", "8"), False), (("1", "7"), True)):
        assert told(*lines, known=known)[0].header is header


@pytest.mark.parametrize(
    ("first", "below", "header"),
    [
        (["a", "b"], [("x", "y"), ("z", "x")], True),
        (["x", "b"], [("x", "y"), ("z", "x")], False),  # a word that comes again below
        (["NA", ""], [("x", "y"), ("z", "x")], False),
        (["a", ""], [("x", "y"), ("z", "x")], True),
        (["when", "b"], [("2024-01-01", "m")], True),
        (["2024-01-01", "b"], [("2024-01-02", "m")], False),
        (["", "5"], [("1", "5"), ("2", "5"), ("3", "6")], True),  # as pandas writes an index
        (["", "5"], [("1", "5"), ("1", "5"), ("3", "6")], False),
        (["inf", "b"], [("1", "y"), ("2", "z")], True),
        (["a", "b"], [], True),
    ],
)
def test_words_dates_and_gaps_in_a_first_line_tell_whether_it_is_a_header(first, below, header):
    assert headed(first, *below)[0] is header


@pytest.mark.parametrize(
    ("first", "below", "header", "doubted"),
    [
        (("1500", "2200"), [(1, 5.5), (3, 2.5), (2, 7)], True, True),  # years
        (("1499", "2200"), [(1, 5.5), (3, 2.5), (2, 7)], False, True),
        (("1500", "2201"), [(1, 5.5), (3, 2.5), (2, 7)], False, True),
        (("2000", "2000"), [(1, 5.5), (3, 2.5), (2, 7)], False, False),  # twice the same
        (("2000.5", "2001"), [(1, 5.5), (3, 2.5), (2, 7)], False, False),  # no whole numbers
        (("0", "1", "2"), [(0.5, 0, 5), (2, 4, 1), (1, 1.5, 3)], True, True),
        (("1", "2", "3"), [(0.5, 0, 5), (2, 4, 1), (1, 1.5, 3)], True, True),
        (("2", "3", "4"), [(0.5, 0, 5), (2.5, 4, 1), (1, 1.5, 3)], False, False),  # neither from the start nor far
        (("2", "3", "4", "5"), [(0.5, 0, 5, 1), (2.5, 4, 1, 7), (1, 1.5, 3, 2)], True, True),  # four in a row
        (("0", "1", "2"), [(3, 4, 5), (7, 8, 9), (1, 2, 3)], False, False),  # all count so
        (("0", "1", "3"), [(0.5, 0, 5), (2, 4, 1), (1, 1.5, 3)], False, False),
        (("90", "80", "70"), [(1, 2, 3), (2, 4, 1), (1, 1.5, 3)], True, True),  # evenly down, and far
        (("30", "40", "50"), [(1, 2, 43), (2, 4, 71), (1, 1.5, 43)], True, True),  # two of three are far
        (("30", "40", "50"), [(1, 2, 43), (2, 74, 71), (1, 1.5, 43)], False, False),
        (("0", "1"), [(0.5, 1), (1.5, 0), (0.5, 1)], True, True),
        (("0", "1"), [(5, 1), (1, 0), (2, 1)], False, True),
        (("0", "2"), [(0.5, 1), (1.5, 0), (0.5, 1)], False, False),
        (("1", "2"), [(0.5, 1), (1.5, 0), (0.5, 1)], False, False),
        (("0",), [(0.5,), (1.5,)], False, True),
        (("0",), [(5,), (1,)], False, False),
        (("-700", "900"), [(1, 5.5), (3, 2.5), (2, 7)], False, True),
        (("-700", "900"), [(1, 5.5), (3, 2.5)], False, False),  # too few below to be far from
    ],
)
def test_a_first_line_of_numbers_is_a_header_where_it_counts_or_tells_years(first, below, header, doubted):
    taken, doubt = headed(first, *below)
    assert (taken, bool(doubt)) == (header, doubted)


def test_a_first_line_that_may_be_an_example_is_quoted_in_short():
    below = np.random.default_rng(0).random((5, 5)).round(3).tolist()
    assert headed(["2001", "2002", "2003", "2004", "2005"], *below) == (
        True,
        "the first line (2001, 2002, 2003, ... 2005) could be an example",
    )
    assert headed(["0", "1"], *[row[:2] for row in below]) == (True, "the first line (0, 1) could be an example")


@pytest.mark.parametrize(
    ("head", "encoding", "words", "doubt"),
    [
        (b"a,b", "utf-8-sig", None, ""),
        (b"\xef\xbb\xbfa,b", "utf-8-sig", None, ""),
        ("a,b".encode("utf-16"), "utf-16", "UTF-16", ""),
        ("a,b".encode("utf-32"), "utf-32", "UTF-32", ""),
        (b"\x00\x00\xfe\xff" + "a,b".encode("utf-32-be"), "utf-32", "UTF-32", ""),
        (b"\xfe\xff" + "a,b".encode("utf-16-be"), "utf-16", "UTF-16", ""),
        ("a,b,label".encode("utf-16-le"), "utf-16-le", "UTF-16-LE", ""),
        ("a,b,label".encode("utf-16-be"), "utf-16-be", "UTF-16-BE", ""),
        (b"caf\xe9", "cp1252", "Windows-1252", "the text is no UTF-8, and is read as Windows-1252"),
        (b"caf\xe9\x8d", "latin-1", "Latin-1", "the text is no UTF-8, and is read as Latin-1"),
    ],
)
def test_an_encoding_is_told_by_its_bytes_and_said_where_it_is_unusual(head, encoding, words, doubt):
    found, said = guess_encoding(head)
    assert found == encoding
    if words is None:
        assert said is None
    else:
        option = "--encoding NAME" if doubt else ""
        assert (said.subject, said.taken, said.words, said.doubt) == ("encoding", encoding, words, doubt)
        assert said.option == option


def test_control_characters_are_no_text_and_a_part_may_end_in_a_character():
    for byte in (0, 6, 14, 26, 28, 31):
        with pytest.raises(ValueError, match="control characters"):
            guess_encoding(b"a,b,label\n1,2" + bytes([byte]))
    for byte in (7, 9, 13, 27):
        assert guess_encoding(b"a" + bytes([byte]))[0] == "utf-8-sig"
    cut = "a,\N{LATIN SMALL LETTER E WITH ACUTE}".encode()[:-1]
    assert [guess_encoding(cut, whole)[0] for whole in (True, False)] == ["cp1252", "utf-8-sig"]


def test_records_of_a_sample_end_where_no_more_can_be_read():
    assert whole_records(["a,b", "", " , ", "1,2"], ",") == [["a", "b"], ["1", "2"]]
    assert whole_records(["a  b", " 1\t 2 "], " ") == [["a", "b"], ["1", "2"]]
    assert list(records(["a, b ", "  ", ",", '""'], ",")) == [["a", "b"], [], ["", ""], [""]]
    assert list(records(["a, b "], ",", strip=False)) == [["a", " b "]]


def test_wide_characters_without_a_mark_are_told_by_where_their_zeros_stand():
    assert guess_encoding("abc\u0451".encode("utf-16-le"))[0] == "utf-16-le"
    for head in ("ab\u0451".encode("utf-16-le"), b"a\0\0bc\0\0d", b"a\0" * 7 + b"\0b" * 2):
        with pytest.raises(ValueError, match="control characters"):
            guess_encoding(head)
    assert guess_encoding(b"a\0" * 19 + b"\0b")[0] == "utf-16-le"


def test_a_delimiter_is_judged_by_rows_with_anything_in_them_the_wider_ones_before_others():
    assert guess_delimiter(["a;b", "", "", ""]) == (";", [])
    assert guess_delimiter(["a", "b;c"]) == (";", [])
    assert guess_delimiter(["", ""]) == (",", [])


def test_one_word_beside_numbers_that_are_far_is_doubted():
    below = [[round(row + 0.25 + column, 2) for column in range(6)] for row in range(8)]
    found = headed(["x?", "517", "919", "322", "118", "150"], *below)
    assert found == (True, "the first line could be an example with a mistake")
    assert headed(["x?", "2001", "2002", "2003", "2004", "2005"], *below) == (True, "")


def test_what_is_said_of_marks_and_headers_is_not_doubted():
    rows = ["1.234;5"] * 9
    assert told("a;b", *rows)[1]["decimal"].doubt
    assert told("a;b", *rows, decimal=".")[1]["decimal"].doubt == ""
    assert told("a;b", *rows, decimal=",")[0].decimal == ","
    assert told("2001;2002", *rows, header=True)[1]["header"].doubt == ""
    assert told("a;b", *rows, header=False)[1]["header"].option == ""
