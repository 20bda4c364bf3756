"""The list of what the pages must never do again is whole, and each proof that it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", (ROOT / "docs/pages.md").read_text(encoding="utf-8"), re.M
)
PYTHON = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
JAVASCRIPT = re.compile(r"`(tests/js/[\w/.]+\.js): ([^`]+)`")


def test_the_list_has_all_forty_in_their_order():
    assert [int(number) for number, *_ in ROWS] == [*range(1, 41)]


@pytest.mark.parametrize("row", ROWS, ids=[number for number, *_ in ROWS])
def test_each_has_a_proof_that_is_there(row):
    proof = row[3]
    tests = PYTHON.findall(proof)
    titles = JAVASCRIPT.findall(proof)
    assert tests or titles
    for file, name in tests:
        assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), name
    for file, title in titles:
        assert f'test("{title}"' in (ROOT / file).read_text(encoding="utf-8"), title
