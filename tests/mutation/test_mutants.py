"""The faults that `make mutate` makes: each is one small change, and the sample of them is the same for everybody."""

import ast
import tomllib
from pathlib import Path

import pytest
from mutants import mutants_of, mutated, sample

HERE = Path(__file__).parent

SOURCE = '''"""A docstring with 1 number."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import os
RATE = 0.5

def f(a: "int" = 1, *, kind="x") -> "float":
    """Say 2 things."""
    if a < 3 and kind in ("x", "a sentence"):
        a += 1
        print(f"text {a}")
        return max(a, -a)
    raise ValueError("no such kind")

class A:
    limit = 7

    @property
    def b(self):
        self.c = True
        return [n for n in range(self.limit) if n != 2]
'''
FAULTS = {
    "RATE = 1.5",
    "def f(a: 'int'=2, *, kind='x') -> 'float':",
    "def f(a: 'int'=1, *, kind='other') -> 'float':",
    "if not (a < 3 and kind in ('x', 'a sentence')):",
    "if a < 3 or kind in ('x', 'a sentence'):",
    "if a <= 3 and kind in ('x', 'a sentence'):",
    "if a > 3 and kind in ('x', 'a sentence'):",
    "if a < 4 and kind in ('x', 'a sentence'):",
    "if a < 3 and kind not in ('x', 'a sentence'):",
    "if a < 3 and kind in ('other', 'a sentence'):",
    "a -= 1",
    "a += 2",
    "pass",
    "return None",
    "return min(a, -a)",
    "return max(a, a)",
    "limit = 8",
    "self.c = False",
    "return [n for n in range(self.limit)]",
    "return [n for n in range(self.limit) if n == 2]",
    "return [n for n in range(self.limit) if n != 3]",
}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "a.py").write_text(SOURCE)
    return tmp_path


def test_the_faults_are_those_of_the_program_and_none_of_its_words(root):
    assert {mutant.fault for mutant in mutants_of(root, "a.py")} == FAULTS


def test_each_fault_changes_one_line_and_keeps_the_numbers_of_the_others(root):
    plain = ast.unparse(ast.parse(SOURCE)).splitlines()
    for mutant in mutants_of(root, "a.py"):
        tree = mutated(root, mutant)
        compile(tree, "a.py", "exec")
        different = [pair for pair in zip(plain, ast.unparse(tree).splitlines(), strict=True) if pair[0] != pair[1]]
        assert len(different) == 1
        assert SOURCE.splitlines()[mutant.statement - 1].strip().startswith(different[0][0].strip()[:4])


def test_what_is_computed_when_a_function_is_defined_counts_to_the_module(root):
    outside = {mutant.fault for mutant in mutants_of(root, "a.py") if mutant.module_level}
    assert outside == {fault for fault in FAULTS if fault.startswith(("RATE", "def", "limit"))}


def test_a_sample_has_its_size_some_of_each_file_and_stays_when_lines_move(root):
    (root / "b.py").write_text(SOURCE * 4)
    both = [*mutants_of(root, "a.py"), *mutants_of(root, "b.py")]
    chosen = sample(both, 20, 0)
    assert (len(chosen), len(set(chosen))) == (20, 20)
    assert {mutant.file for mutant in chosen} == {"a.py", "b.py"}
    assert sample(both, 20, 0) == chosen != sample(both, 20, 1)
    of_one = mutants_of(root, "a.py")
    (root / "a.py").write_text("\n\n# moved\n" + SOURCE)
    moved = sample(mutants_of(root, "a.py"), 10, 0)
    assert [mutant.key for mutant in moved] == [mutant.key for mutant in sample(of_one, 10, 0)]


def test_every_listed_fault_can_still_be_made_and_has_its_reason():
    entries = tomllib.loads((HERE / "listed.toml").read_text(encoding="utf-8"))["fault"]
    package = HERE.parents[1] / "src" / "glassnet"
    keys = {mutant.key for file in {one["file"] for one in entries} for mutant in mutants_of(package, file)}
    listed = [f"{one['file']} | {one['scope']} | {one['source']} | {one['fault']}" for one in entries]
    assert [key for key in listed if key not in keys] == []
    assert len(set(listed)) == len(listed)
    assert all(len(one["reason"]) > 20 for one in entries)
