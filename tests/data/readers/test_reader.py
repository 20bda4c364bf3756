"""Readers are found by what they say they open; a new one is a file of its own."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet import load_dataset
from glassnet.data.readers import open_data
from glassnet.data.readers.csv_tables import CsvTable
from glassnet.data.readers.reader import READERS
from glassnet.errors import DataFileError

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


@pytest.mark.parametrize("name", ["A.CSV", "a.tsv", "a.txt", "a.csv.gz", "a.tsv.gz"])
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
