"""Two thousand damaged and hostile files of each format: refused in our own words, or read, in time and in memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="its limits are those of POSIX")
pytestmark = pytest.mark.xdist_group("fuzzing")  # all read what one fixture makes

SCRIPT = Path(__file__).parent / "fuzz.py"
INPUTS = 2_000
TABLES = ("csv", "csv.gz", "npz", "npy", "idx", "idx.gz", "parquet")
PICTURES = ("png", "jpg", "webp", "bmp", "tiff", "gif")
RUNS = ("model", "state_dict", "config.toml", "history.jsonl", "metrics.json", "checkpoint", "settings", "commands")


def fuzzed(results, inputs, *formats):
    command = [sys.executable, SCRIPT, "--inputs", inputs, "--results", results, "--formats", *formats]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert results.exists(), done.stderr
    return [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    return fuzzed(tmp_path_factory.mktemp("fuzzing") / "results.jsonl", INPUTS, *TABLES, *PICTURES, *RUNS)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*TABLES, *PICTURES, *RUNS])
def test_whatever_a_file_holds_it_is_refused_in_our_words_or_read_in_time_and_in_memory(records, name):
    of_format = [record for record in records if record["format"] == name]
    assert sum(record["inputs"] for record in of_format) == INPUTS
    assert [fault for record in of_format for fault in record["words"]] == []
    # Refusals and readings were both seen: the files are neither all alike nor all rubbish.
    assert sum(record["refused"] for record in of_format) > INPUTS // 100
    # A checkpoint is sealed to its last byte.
    assert name == "checkpoint" or sum(record["refused"] for record in of_format) < INPUTS


def test_the_file_of_a_number_is_always_the_same_and_each_of_them_is_counted_once(tmp_path):
    first = fuzzed(tmp_path / "first.jsonl", 6, "settings")
    again = fuzzed(tmp_path / "again.jsonl", 6, "settings")
    known = ("format", "first", "inputs", "refused", "same", "read", "faults", "words")
    assert [[one[key] for key in known] for one in first] == [[one[key] for key in known] for one in again]
    assert sum(first[0][key] for key in ("refused", "same", "read", "faults")) == 6
