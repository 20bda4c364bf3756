"""A sample of every row of the table of faults, which `make faults` tries whole: see docs/reliability.md."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="kills and limits are those of POSIX")
sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks are no part of the package

from benchmarks.faults.__main__ import BEGIN, DOCUMENT, END
from benchmarks.faults.rows import ROWS

SAMPLE = 0.04  # of the cases, and one at least


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_a_sample_of_the_row_holds(name, tmp_path):
    outcome = ROWS[name].trial(tmp_path, SAMPLE)
    assert outcome.holds or (outcome.tried == 0 and outcome.notes), outcome.missed


def test_the_table_in_the_documents_has_every_row():
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text[text.index(BEGIN) : text.index(END)]
    assert [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| ")][1:] == [
        f"| {name}" for name in ROWS
    ]
