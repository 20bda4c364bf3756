"""Where a test stands says what it tests, and it tests what can be seen from outside."""

import ast
import re
from pathlib import Path

import pytest

from source_trees import write_tree

ROOT = Path(__file__).parents[2]
# Beside the folders that are named as packages are: what is claimed of the whole, and the programs that hold it.
APART = {"proofs", "golden", "mutation", "fuzzing"}
# What a named tuple, a document of IPython and an operating system call by such names is no state of ours.
FOREIGN = {"_replace", "_repr_html_", "_exit", "_asdict", "_fields"}
NAMES_OF_FILES = re.compile(r"test_[a-z0-9_]+\.py")


def homeless(root):
    """Test files that mirror no package or module and are no proof, command, page or golden test."""
    packages = {"": root / "src" / "glassnet", "benchmarks": root / "benchmarks"}
    for path in sorted((root / "tests").rglob("*.py")):
        if not path.name.startswith("test_"):
            continue
        folder = path.parent.relative_to(root / "tests")
        top = folder.parts[0] if folder.parts else ""
        if top in APART:
            continue
        if not top:
            found = (packages[""] / path.name.removeprefix("test_")).exists()
        elif top in packages:
            found = packages[top].joinpath(*folder.parts[1:]).is_dir()
        else:
            found = packages[""].joinpath(folder).is_dir()
        if not found:
            yield path.relative_to(root).as_posix()


def private(root):
    """Private names of ours that tests read, call or replace."""
    for path in sorted((root / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name, owner in names_in(node):
                own = re.fullmatch(r"_[a-z]\w*", name) and name not in FOREIGN and owner not in ("self", "cls", "sys")
                if own:
                    yield f"{path.relative_to(root).as_posix()}:{node.lineno} {name}"


def names_in(node):
    """Names that a node takes from elsewhere, each with its owner, as far as it is written."""
    if isinstance(node, ast.Attribute):
        yield node.attr, node.value.id if isinstance(node.value, ast.Name) else ""
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("glassnet"):
        yield from ((alias.name, node.module) for alias in node.names)
    elif (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("setattr", "getattr")
    ):
        for argument in node.args[:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value.rpartition(".")[2], ""


CULPRITS = [
    (homeless, "tests/nowhere/test_a.py", "", "tests/nowhere/test_a.py"),
    (homeless, "tests/test_a.py", "", "tests/test_a.py"),
    (homeless, "tests/network/deep/test_a.py", "", "tests/network/deep/test_a.py"),
    (private, "tests/test_b.py", "def test(x):\n    x._held", "tests/test_b.py:2 _held"),
    (private, "tests/test_b.py", "from glassnet.files import _mark", "tests/test_b.py:1 _mark"),
    (private, "tests/test_b.py", "def test(m):\n    m.setattr('a.b._c', 1)", "tests/test_b.py:2 _c"),
    (private, "tests/test_b.py", "def test(m, x):\n    m.setattr(x, '_c', 1)", "tests/test_b.py:2 _c"),
]
INNOCENT = {
    "src/glassnet/b.py": "",
    "src/glassnet/network/c.py": "",
    "benchmarks/faults/d.py": "",
    "tests/conftest.py": "",
    "tests/test_b.py": "import os, sys\nsys._getframe()\nos._exit(0)\nclass A:\n    def f(self):\n        self._x = 1",
    "tests/network/test_anything.py": "",
    "tests/benchmarks/faults/test_d.py": "",
    "tests/proofs/test_claim.py": "",
}


@pytest.mark.parametrize("rule", [homeless, private])
def test_the_tests_keep_the_rule(rule):
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize("rule", [homeless, private])
def test_the_rule_lets_the_innocent_be(tmp_path, rule):
    write_tree(tmp_path, INNOCENT)
    assert list(rule(tmp_path)) == []


@pytest.mark.parametrize(("rule", "name", "text", "crime"), CULPRITS)
def test_the_rule_catches_the_culprit_among_the_innocent(tmp_path, rule, name, text, crime):
    write_tree(tmp_path, {**INNOCENT, name: text})
    assert crime in list(rule(tmp_path))


def test_what_tests_share_stands_apart_from_them():
    for path in (ROOT / "tests").glob("*.py"):
        assert path.name == "conftest.py" or NAMES_OF_FILES.fullmatch(path.name), path.name
