"""Readers are found by what they say they open; a new one is a file of its own."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

from glassnet import load_dataset
from glassnet.data import limits
from glassnet.data.readers import open_data
from glassnet.data.readers.cells import Profile
from glassnet.data.readers.csv_tables import CsvTable
from glassnet.data.readers.reader import READERS, Reader, RowBlock, TableReader, as_images
from glassnet.data.reading import ReadingOptions
from glassnet.errors import DataFileError, UnknownNameError

SSV = """
import numpy as np

from glassnet.data.readers.reader import READERS, RowBlock, TableReader


@READERS.register(".ssv")
class SemicolonTable(TableReader):
    def header(self):
        return self.path.read_text().splitlines()[0].split(";"), True

    def blocks(self):
        rows = np.loadtxt(self.path, delimiter=";", skiprows=1)
        inputs = rows[:, [self.names.index(name) for name in self.columns]]
        yield RowBlock(inputs, None if self.target is None else rows[:, self.names.index(self.target)])
"""


def write_ssv(path, rows=120):
    values = np.random.default_rng(3).normal(size=(rows, 2))
    lines = [f"{a:.4f};{b:.4f};{int(a > b)}" for a, b in values]
    path.write_text("\n".join(["width;height;label", *lines]))


def run_with(module, place, *words):
    """Run the command line in a fresh process that has imported a module of that name."""
    code = f"import sys, {module}; sys.argv[0] = 'glassnet'; from glassnet.cli.main import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code, *words], cwd=place, capture_output=True, text=True, check=False)


def test_a_reader_in_a_file_of_its_own_is_trained_from_and_predicted_for(tmp_path):
    (tmp_path / "semicolons.py").write_text(SSV)
    write_ssv(tmp_path / "x.ssv")
    done = run_with("semicolons", tmp_path, "train", "--dataset", "x.ssv", "--epochs", "2")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs" / "001" / "model.safetensors").exists()
    done = run_with("semicolons", tmp_path, "predict", "runs/001", "x.ssv")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 121
    # Without that file nobody knows the ending.
    done = run_with("json", tmp_path, "train", "--dataset", "x.ssv", "--epochs", "2")
    assert "data of no known kind" in done.stderr


@pytest.mark.parametrize("name", ["A.CSV", "a.tsv", "a.txt", "a.csv.gz", "a.tsv.gz", "a.txt.gz"])
def test_a_reader_opens_all_its_endings_in_large_and_small_letters(name):
    assert [reader for reader in READERS.values() if reader.opens(Path(name))] == [CsvTable]


def test_whatever_stands_in_a_folder_one_reader_takes_it(tmp_path):
    assert [reader.name for reader in READERS.values() if reader.opens(tmp_path)] == ["folder of pictures"]
    np.save(tmp_path / "x.npy", np.zeros((3, 2)))
    assert [reader.name for reader in READERS.values() if reader.opens(tmp_path)] == [".npy"]
    assert open_data(tmp_path).read().inputs.shape == (3, 2)


def test_a_folder_that_is_called_like_a_table_is_a_folder(tmp_path):
    (tmp_path / "digits.csv").mkdir()
    with pytest.raises(DataFileError, match="no pictures"):
        load_dataset(tmp_path / "digits.csv")


class Plain(Reader):
    """Blocks that do not say where their rows stand, and have no targets."""

    endings = (".plain",)

    def blocks(self):
        yield RowBlock(np.ones((2, 3)))
        yield RowBlock(np.zeros((1, 3)))


def test_a_reader_that_says_little_has_plain_defaults(tmp_path):
    reader = Plain(tmp_path / "a.plain")
    block = reader.read()
    assert (block.inputs.tolist(), block.targets, list(block.rows)) == ([[1] * 3, [1] * 3, [0] * 3], None, [1, 2, 3])
    assert (reader.lacks_targets, reader.counted, reader.window, reader.columns) == (False, "row", 0, ())
    assert (reader.task, reader.skipped, reader.validation, reader.test) == (None, None, None, None)
    assert (reader.encoders, reader.words, reader.sources, reader.asked) == ({}, {}, [tmp_path / "a.plain"], reader)
    assert (reader.decisions, reader.first_cells, reader.name_of(1)) == ([], {}, "")
    reader.columns = ("a", "b")
    assert reader.encoders == {"a": "robust", "b": "robust"}
    with pytest.raises(UnknownNameError, match="unknown reader: expected one of"):
        READERS["plain"]
    assert reader.targets_like(np.array([1, 2]), ()).tolist() == [1, 2]
    assert reader.target_remedy == "Name the column with --target, or the array y or labels"
    with pytest.raises(NotImplementedError):
        reader.stored()
    with pytest.raises(FrozenInstanceError):
        block.rows = ()


def test_an_error_of_a_row_is_raised_or_noted(tmp_path):
    reader, error = Plain(tmp_path / "a.plain"), DataFileError("wrong")
    with pytest.raises(DataFileError, match="wrong"):
        reader.refuse(3, error)
    reader.skipped = []
    reader.refuse(3, error)
    assert reader.skipped == [(3, error)]


def test_as_many_rows_and_bytes_as_the_limit_are_read_and_no_more(tmp_path, monkeypatch):
    for name, most in (("rows", 3), ("unpacked_bytes", 72)):
        monkeypatch.setattr(limits, "LIMITS", replace(limits.Limits(), **{name: most}))
        assert len(Plain(tmp_path / "a.plain").read().inputs) == 3
        monkeypatch.setattr(limits, "LIMITS", replace(limits.Limits(), **{name: most - 1}))
        with pytest.raises(DataFileError, match=f"expected at most {most - 1} .*got {most}"):
            Plain(tmp_path / "a.plain").read()


def test_how_much_of_a_file_is_held_is_said_in_mebibytes(tmp_path):
    reader = Plain(tmp_path / "a.plain")
    reader.window = 65_536
    said = reader.windows_said(784)
    assert (said.subject, said.taken) == ("window", 65_536)
    assert said.words == "read from the disk while it is learned from, 65,536 rows at once (49 MiB)"


class Cells(TableReader):
    """A table of cells, each a text, in a file of lines and semicolons; what they hold is known, or not."""

    known_cells = True

    def header(self):
        names, *rows = (line.split(";") for line in self.path.read_text().splitlines())
        self.rows = rows
        return names, True

    def profiles(self):
        return [Profile.of(cells) for cells in zip(*self.rows, strict=True)] if self.known_cells else ()

    def blocks(self):
        cells = dict(zip(self.names, zip(*self.rows, strict=True), strict=True))
        inputs = np.stack([self.values_of(name, cells[name]) for name in self.columns], axis=1)
        targets = None if self.target is None else np.array(cells[self.target], object)
        yield self.checked(inputs, targets, range(1, len(self.rows) + 1), cells)


def cells(path, *lines, **said):
    path.write_text("\n".join(lines))
    return Cells(path, said.pop("target", None), said.pop("features", None), ReadingOptions(**said))


def test_a_table_takes_these_options_and_marks():
    names = ("leave_out", "keep", "categories", "dates", "group", "time", "read_as", "on_error")
    assert TableReader.settled_by == names
    assert (TableReader.marks, TableReader.indices) == ((",", "."), frozenset())


def test_columns_are_numbers_words_and_dates(tmp_path):
    table = cells(tmp_path / "a", "a;w;d;label", "$1;x;1/2/2024;u", "$2;?;14/2/2024;v", ";y;?;u", "$3;x;3/2/2024;v")
    block = table.read()
    february = [19_754.0, 19_767.0, np.nan, 19_756.0]
    np.testing.assert_array_equal(block.inputs.T, [[1, 2, np.nan, 3], [0, np.nan, 1, 0], february])
    assert table.words == {"w": ("x", "y")}
    assert table.encoders == {"a": "robust", "w": "categories", "d": "dates"}
    assert table.units == ("$", "", "")
    assert table.first_cells == {"d": ["1/2/2024", "14/2/2024", "?", "3/2/2024"]}
    assert (table.target, table.lacks_targets, table.pixels) == ("label", False, False)
    assert cells(tmp_path / "a", "a;label", "1;u", "2;v").units == ()
    assert cells(tmp_path / "a", "a;b", "1;u", features=("a",)).lacks_targets
    assert table.own_rows() is None


def test_five_cells_of_each_block_of_dates_are_kept(tmp_path):
    table = cells(tmp_path / "a", "d;label", *(f"2024-01-{day:02};{day % 2}" for day in range(1, 9)))
    table.read()
    assert table.first_cells["d"] == [f"2024-01-{day:02}" for day in range(1, 6)]
    assert table.read().targets.tolist() == [1, 0] * 4
    assert len(table.first_cells["d"]) == 10


@pytest.mark.parametrize(
    ("days", "said", "order", "doubts"),
    [
        ([["1/2/2024", "3/2/2024"]], "", True, ["d0"]),
        ([["1/2/2024", "3/14/2024"]], "", False, []),
        ([["1/2/2024", "3/14/2024"], ["1/2/2024"] * 2], "", False, []),  # as the others
        ([["14/2/2024", "1/2/2024"], ["1/2/2024"] * 2], "", True, []),
        ([["14/2/2024", "1/2/2024"], ["3/14/2024"] * 2, ["1/2/2024"] * 2], "", True, ["d2"]),
        ([["1/2/2024"] * 2], "month-first", False, []),
        ([["1/2/2024"] * 2], "day-first", True, []),
        ([["2024-01-02"] * 2], "", True, []),
    ],
)
def test_the_order_of_dates_is_that_of_the_columns_that_tell_it(tmp_path, days, said, order, doubts):
    names = [f"d{number}" for number in range(len(days))]
    lines = [";".join([*row, "uv"[number]]) for number, row in enumerate(zip(*days, strict=True))]
    table = cells(tmp_path / "a", ";".join([*names, "label"]), *lines, dates=said)
    block = table.read()
    second = [one for one in table.decisions if one.subject == "dates"]
    found = [one.doubt.split('"')[1] for one in second if one.doubt]
    assert found == doubts
    for one in second:
        if one.doubt:
            assert one.doubt == f'the dates of "{doubts[0]}" could have the month first'
            assert (one.taken, one.option) == ("day-first" if len(days) == 1 else "", "--dates month-first")
    if "/" in days[-1][0]:
        first = np.datetime64("2024-02-01" if order else "2024-01-02").astype(int)
        cell = next(place for place, row in enumerate(days[-1]) if row == "1/2/2024")
        assert block.inputs[cell, -1] == first
    if len(days) == 2 or days[0][-1] == "3/14/2024":
        assert second[0].taken == ("day-first" if order else "month-first")


def test_words_that_a_model_has_not_learned_are_known_as_such(tmp_path):
    table = cells(tmp_path / "a", "w;v", "x;1", "z;1", "?;2", "y;2", features=("w", "v"))
    table.learned = {"w": ("y", "x"), "other": ("q",)}
    table.take_kinds({"w": "categories", "v": "categories"}, gaps=("w",))
    np.testing.assert_array_equal(table.read().inputs, [[1, -1], [-1, -1], [np.nan, -1], [0, -1]])
    assert table.words == {"w": ("y", "x"), "v": ()}


def test_a_model_reads_columns_as_it_has_learned_them_and_gaps_where_it_had_some(tmp_path):
    table = cells(tmp_path / "a", "a;b", "1;1/2/2024", "?;2/2/2024", "3;?", features=("a", "b"))
    table.take_kinds({"b": "dates"}, gaps=("b",))
    table.skipped = []
    assert list(table.read().rows) == [1, 3]
    assert str(table.skipped[0][1]) == (
        f"not a number in {tmp_path / 'a'}, row 2, column 'a': expected a finite number, got '?'. Fill the gap, leave "
        "the row out, or leave the column out with --leave-out."
    )
    table.skipped = None
    table.take_kinds({}, gaps=("a",))
    with pytest.raises(DataFileError, match=r"row 1, column 'b'.*got '1/2/2024'. Write it as a number, or leave the"):
        table.read()
    table.take_kinds({"b": "dates"}, gaps=("a",))
    with pytest.raises(
        DataFileError, match=r"not a date .*row 3, column 'b': expected a date, got .*Write it as 2024-12-31"
    ):
        table.read()


def test_a_row_without_a_target_or_a_group_is_named(tmp_path):
    table = cells(tmp_path / "a", "a;who;label", "1;x;u", "2;y;v", "3;x;", group="who")
    with pytest.raises(DataFileError) as raised:
        table.read()
    where = f"{tmp_path / 'a'}, row 3, column"
    assert str(raised.value) == f"no target in {where} 'label': got nothing. Fill the gap, or leave the row out."
    table = cells(tmp_path / "a", "a;who;label", "1;x;u", "2;y;v", "3;?;u", group="who")
    with pytest.raises(DataFileError) as raised:
        table.read()
    assert str(raised.value) == f"no group or time in {where} 'who': got '?'. Fill the gap, or leave the row out."


def test_targets_of_new_rows_are_called_as_the_model_calls_them(tmp_path):
    table = cells(tmp_path / "a", "a;label", "1;1", "2;2", target="label")
    targets = np.array(["1.0", "2.5", "x", "oak", "3"], object)
    assert table.targets_like(targets, ("1", "2", "oak")).tolist() == ["1", "2.5", "x", "oak", "3"]
    assert table.targets_like(targets, ()).tolist() == ["1.0", "2.5", "x", "oak", "3.0"]
    assert table.targets_like(np.array([1, 2]), ("1", "2")).tolist() == [1, 2]
    table.target = None
    assert table.targets_like(targets, ("1",)) is targets


def test_targets_are_numbers_where_all_are_and_truth_is_words(tmp_path):
    assert cells(tmp_path / "a", "a;label", "1;1", "2;0", "3;1").read().targets.tolist() == [1, 0, 1]
    table = cells(tmp_path / "a", "a;label", "1;yes", "2;no", "3;yes")
    assert table.read().targets.tolist() == ["yes", "no", "yes"]
    assert table.targets_like(np.array(["yes"], object), ()).tolist() == ["yes"]
    table = cells(tmp_path / "a", "a;label", "1;red", "2;NA", "3;red")
    table.read()
    assert '"NA" (1 row, first row 2)' in table.decisions[-1].doubt
    table = cells(tmp_path / "a", "a;label", "1;red", "2;blue")
    block = RowBlock(np.ones((2, 1)), np.array([1.5, 2]))
    assert table.settle_targets(block) is block.targets


def test_names_of_classes_of_more_bytes_than_the_limit_are_refused(tmp_path, monkeypatch):
    table = cells(tmp_path / "a", "a;label", "1;red", "2;blue", "3;red")
    monkeypatch.setattr(limits, "LIMITS", replace(limits.Limits(), unpacked_bytes=3 * 16))
    assert table.read().targets.tolist() == ["red", "blue", "red"]
    monkeypatch.setattr(limits, "LIMITS", replace(limits.Limits(), unpacked_bytes=3 * 16 - 1))
    with pytest.raises(DataFileError, match=r"column 'label': expected at most 47 bytes unpacked, got 48"):
        table.read()


PIXELS = [f"pixel{number}" for number in range(16)]


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [("255", False), ("0", False), ("256", True), ("-1", True), ("0.5", True), ("?", True), ("x", True)],
)
def test_a_pixel_is_a_whole_number_of_0_to_255(tmp_path, cell, wrong):
    table = cells(
        tmp_path / "a", ";".join(PIXELS), ";".join(["7"] * 16), ";".join([cell, *["7"] * 15]), features=PIXELS
    )
    if wrong:
        with pytest.raises(DataFileError) as raised:
            table.read()
        assert str(raised.value) == (
            f"not a pixel in {tmp_path / 'a'}, row 2, column 'pixel0': expected a whole number in 0..255, got '{cell}'"
            ". Correct it, or say --read-as table if these are not images."
        )
    else:
        assert table.read().inputs[1, 0].tolist() == [int(cell), 7, 7, 7]


@pytest.mark.parametrize(("cell", "wrong"), [("1", False), ("0", False), ("1.01", True), ("-0.5", True)])
def test_a_pixel_among_fractions_is_a_number_of_0_to_1(tmp_path, cell, wrong):
    rows = [["0.2"] * 16 for _ in range(4)]
    table = cells(tmp_path / "a", ";".join(PIXELS), *map(";".join, rows), features=PIXELS)
    table.rows[1][0] = cell
    if wrong:
        with pytest.raises(DataFileError, match=r"row 2, column 'pixel0': expected a number in 0\.\.1"):
            table.read()
    else:
        assert table.read().inputs[1, 0].tolist() == [255 * int(cell), 51, 51, 51]


def test_emnists_pixels_in_a_table_are_set_upright_and_it_is_said(tmp_path):
    row = ";".join(map(str, range(16)))
    for name, first in (("emnist-a", [0, 4, 8, 12]), ("a", [0, 1, 2, 3])):
        table = cells(tmp_path / name, ";".join(PIXELS), row, features=PIXELS)
        assert table.read().inputs[0, 0].tolist() == first
        assert [one.subject for one in table.decisions] == (["upright"] if name == "emnist-a" else [])
        assert table.encoders == {}


def test_rows_of_bytes_are_shown_as_square_images():
    assert as_images(np.zeros((2, 5, 4, 1))).shape == (2, 5, 4)
    assert as_images(np.zeros((2, 5, 4, 3))).shape == (2, 5, 4, 3)
    assert as_images(np.arange(16, dtype=np.uint8)[None])[0, 1].tolist() == [4, 5, 6, 7]
    for other in (
        np.zeros((2, 15), np.uint8),
        np.zeros((2, 9), np.uint8),
        np.zeros((2, 16)),
        np.zeros((2, 4, 4), np.uint8),
    ):
        assert as_images(other) is other


def test_a_table_of_which_nothing_is_known_is_one_of_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(Cells, "known_cells", False)
    table = cells(tmp_path / "a", "id;a;label", "1;2,5;7", "2;1,234;8")
    assert table.columns == ("a",)
    with pytest.raises(DataFileError, match=r"row 1, column 'a'.*got '2,5'. Write it as a number, or leave"):
        table.read()


def test_what_is_opened_is_said_where_nothing_opens_a_file(tmp_path):
    (tmp_path / "a.xyz").write_text("-")
    with pytest.raises(DataFileError, match=r"data of no known kind: expected .*csv.*, .* or .*got"):
        open_data(tmp_path / "a.xyz")
    with pytest.raises(DataFileError, match=r"no such file: expected .*Check the name"):
        open_data(tmp_path / "b.csv")
    np.save(tmp_path / "x.npy", np.zeros((3, 2)))
    with pytest.raises(DataFileError, match=r"a target column where there is no table: got .*Leave --target out"):
        open_data(tmp_path / "x.npy", "y")
    with pytest.raises(DataFileError, match=r"nothing that leave out settles: got .*Leave leave out out"):
        open_data(tmp_path / "x.npy", options=ReadingOptions(leave_out=("a",)))
