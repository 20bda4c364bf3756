"""One subject a file, one thought a function: what is too long to read is no longer one of them."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "glassnet"
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 600, 40
# What a learner reads to understand training from the first line to the last.
LEARNERS_PATH = ("scratch.py", "network/*.py", "optimizers/*.py", "training/training.py")
LINES_OF_THE_LEARNERS_PATH = 3_500
NOT_ON_THE_LEARNERS_PATH = ("data.readers", "data.preprocessing.table", "pages", "server", "cli", "runs", "sklearn")


def files_of(root):
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def long_files(root):
    for name, text in files_of(root):
        if (lines := text.count("\n")) > LINES_OF_A_FILE:
            yield f"{name} has {lines} lines"


def long_functions(root):
    for name, text in files_of(root):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                if body[-1].end_lineno - body[0].lineno >= LINES_OF_A_FUNCTION:
                    yield f"{name} has a long {node.name}"


def badly_underlined(root):
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    for name, text in files_of(root):
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
        for line in map(str.strip, "\n".join(ast.get_docstring(node) or "" for node in nodes).splitlines()):
            if "---" in line and line.strip("-"):
                yield f"{name} underlines {line}"


CULPRITS = [
    (long_files, "\n" * 601, "has 601 lines"),
    (long_functions, "class A:\n  def f():\n" + "    1\n" * 41, "has a long f"),
    (badly_underlined, "def f():\n    '''F.\n\n    Returns -----'''", "underlines Returns -----"),
    (badly_underlined, "'''F.\n\nReturns\n------- int\n'''", "underlines ------- int"),
]


@pytest.mark.parametrize("rule", [long_files, long_functions, badly_underlined])
def test_the_package_keeps_the_rule(rule):
    assert list(rule(PACKAGE)) == []


@pytest.mark.parametrize(("rule", "text", "crime"), CULPRITS)
def test_the_rule_catches_the_culprit_and_lets_the_innocent_be(tmp_path, rule, text, crime):
    (tmp_path / "culprit.py").write_text(text)
    (tmp_path / "innocent.py").write_text("'''A.\n\nB\n---\n'''\ndef f():\n" + "    1\n" * 40)
    assert list(rule(tmp_path)) == [f"culprit.py {crime}"]


def test_a_learners_path_is_short():
    paths = [path for pattern in LEARNERS_PATH for path in PACKAGE.glob(pattern)]
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in paths) < LINES_OF_THE_LEARNERS_PATH


def test_a_learners_path_imports_nothing_that_tables_pages_or_lessons_need():
    for pattern in LEARNERS_PATH:
        for path in PACKAGE.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    module = (node.module or "").removeprefix("glassnet.")
                    assert not module.startswith(NOT_ON_THE_LEARNERS_PATH), (path, module)
