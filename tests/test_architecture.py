"""The rules of the house, read from the source and from a fresh interpreter."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "glassnet"

# Room -> the rooms it must not import.
FORBIDDEN = {
    "data": {"network", "optimizers", "model", "evaluation", "explanation", "training", "interop", "app"},
    "network": {"data", "optimizers", "model", "evaluation", "explanation", "training", "interop", "app"},
    "optimizers": {"data", "network", "model", "evaluation", "explanation", "training", "interop", "app"},
    "model": {"optimizers", "evaluation", "explanation", "training", "interop", "app"},
    "evaluation": {"optimizers", "explanation", "training", "interop", "app"},
    "explanation": {"training", "interop", "app"},
    "training": {"explanation", "interop", "app"},
    "interop": {"explanation", "app"},
}
ROOMS = {*FORBIDDEN, "app"}
# Files of the package's root are below all rooms, but for the list of public names and the app's door.
FORBIDDEN_AT_THE_ROOT = {"__init__.py": {"app"}, "__main__.py": ROOMS - {"app"}}
MATHEMATICS = {"data", "network", "optimizers"}
ALLOWED_IN_MATHEMATICS = sys.stdlib_module_names | {"numpy", "glassnet"}
DECODES_IMAGES = "data/pictures.py"
READ_BY_AN_EXTRA = ("data/downloads.py", "data/parquet.py")
PRINTS_OR_EXITS = ("print", "exit", "quit", "sys.exit", "os._exit", "input")
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 250, 40


def files_of(root):
    """All files of a package: their names within it, their rooms ("" at its root), and their syntax trees."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        yield "/".join(parts), parts[0] if len(parts) > 1 else "", ast.parse(path.read_text(encoding="utf-8"))


def imports_of(name, tree):
    """All modules a file imports, absolute, wherever in the file the import stands."""
    package = ["glassnet", *name.split("/")[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            # `from . import x` and `from ..data import x` may name a module.
            yield from (f"{module}.{alias.name}" for alias in node.names)


def against_the_flow(root):
    for name, room, tree in files_of(root):
        modules = [module.split(".") for module in imports_of(name, tree) if module.startswith("glassnet.")]
        forbidden = FORBIDDEN.get(room, set()) if room else FORBIDDEN_AT_THE_ROOT.get(name, ROOMS)
        yield from (f"{name} imports {other}" for other in {parts[1] for parts in modules} & forbidden)


def foreign_to_the_mathematics(root):
    for name, room, tree in files_of(root):
        if room in MATHEMATICS or name == "scratch.py":
            allowed = ALLOWED_IN_MATHEMATICS | ({"PIL"} if name == DECODES_IMAGES else set())
            foreign = {module.split(".")[0] for module in imports_of(name, tree)} - allowed
            if any(module.startswith("glassnet.extras") for module in imports_of(name, tree)):
                foreign |= set() if name in READ_BY_AN_EXTRA else {"an extra"}
            yield from (f"{name} imports {module}" for module in foreign)


def loud_outside_the_app(root):
    for name, room, tree in files_of(root):
        calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        if room != "app" and name not in ("scratch.py", "__main__.py"):
            # A forked process ends by itself, without the endings that belong to the one it was forked from.
            allowed = ("os._exit",) if name == "training/partner.py" else ()
            yield from (f"{name} calls {call}" for call in calls if call in PRINTS_OR_EXITS and call not in allowed)


def too_long_to_read(root):
    for name, _, tree in files_of(root):
        lines = (root / name).read_text(encoding="utf-8").count("\n")
        if lines > LINES_OF_A_FILE:
            yield f"{name} has {lines} lines"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                if body[-1].end_lineno - body[0].lineno >= LINES_OF_A_FUNCTION:
                    yield f"{name} has a long {node.name}"


def badly_underlined(root):
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    for name, _, tree in files_of(root):
        docstrings = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)]
        for line in map(str.strip, "\n".join(docstrings).splitlines()):
            if "---" in line and line.strip("-"):
                yield f"{name} underlines {line}"


RULES = [against_the_flow, foreign_to_the_mathematics, loud_outside_the_app, too_long_to_read, badly_underlined]
# Each rule, with a file that breaks it and what is to be said of it.
CULPRITS = [
    (against_the_flow, "data/culprit.py", "from ..network.network import Network", "imports network"),
    (against_the_flow, "network/culprit.py", "def f():\n    from .. import data", "imports data"),
    (against_the_flow, "optimizers/deep/culprit.py", "from ...model import model", "imports model"),
    (against_the_flow, "model/culprit.py", "import glassnet.training.run", "imports training"),
    (against_the_flow, "evaluation/culprit.py", "from glassnet.optimizers.sgd import SGD", "imports optimizers"),
    (against_the_flow, "training/culprit.py", "from ..explanation import sums", "imports explanation"),
    (against_the_flow, "explanation/culprit.py", "from ..training import run", "imports training"),
    (against_the_flow, "training/culprit.py", "from ..app import terminal", "imports app"),
    (against_the_flow, "culprit.py", "from .data.idx import read_idx", "imports data"),
    (against_the_flow, "__init__.py", "from .app.command import main", "imports app"),
    (against_the_flow, "__main__.py", "from .data.idx import read_idx", "imports data"),
    (foreign_to_the_mathematics, "data/culprit.py", "import torch", "imports torch"),
    (foreign_to_the_mathematics, "network/culprit.py", "from PIL import Image", "imports PIL"),
    (foreign_to_the_mathematics, "optimizers/culprit.py", "def f():\n    import scipy.linalg", "imports scipy"),
    (foreign_to_the_mathematics, "scratch.py", "import torch", "imports torch"),
    (foreign_to_the_mathematics, "network/culprit.py", "from ..extras import needed", "imports an extra"),
    (against_the_flow, "training/culprit.py", "from ..interop import onnx", "imports interop"),
    (loud_outside_the_app, "training/culprit.py", "def f():\n    print(1)", "calls print"),
    (loud_outside_the_app, "culprit.py", "import sys\nsys.exit(1)", "calls sys.exit"),
    (too_long_to_read, "app/culprit.py", "\n" * 251, "has 251 lines"),
    (too_long_to_read, "app/culprit.py", "class A:\n  def f():\n" + "    1\n" * 41, "has a long f"),
    (badly_underlined, "app/culprit.py", "def f():\n    '''F.\n\n    Returns -----'''", "underlines Returns -----"),
    (badly_underlined, "app/culprit.py", "'''F.\n\nReturns\n------- int\n'''", "underlines ------- int"),
]
INNOCENT = {
    "data/innocent.py": "'''A.\n\nB\n---\n'''\nimport numpy.linalg\nfrom . import idx\nfrom ..errors import DataError",
    "data/pictures.py": "from PIL import Image",
    "data/parquet.py": "from ..extras import needed",
    "training/innocent.py": "import torch\nfrom ..data.idx import read_idx\nfrom ..network import network",
    "app/innocent.py": "from ..training.run import Run\nprint(1)\n" + "\n" * 248,
    "__init__.py": "from .data.idx import read_idx",
    "__main__.py": "from .app.command import main\nexit(main())",
    "scratch.py": "import numpy\nprint(1)\ndef f():\n" + "    1\n" * 40,
}


def write_package(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule):
    assert {room for _, room, _ in files_of(PACKAGE)} == ROOMS | {""}
    assert list(rule(PACKAGE)) == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_lets_the_innocent_be(tmp_path, rule):
    write_package(tmp_path, INNOCENT)
    assert list(rule(tmp_path)) == []


@pytest.mark.parametrize(("rule", "name", "text", "crime"), CULPRITS)
def test_the_rule_catches_the_culprit_among_the_innocent(tmp_path, rule, name, text, crime):
    write_package(tmp_path, {**INNOCENT, name: text})
    assert list(rule(tmp_path)) == [f"{name} {crime}"]


def modules_after(statement):
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in process.stdout.split()} - sys.stdlib_module_names


def test_import_glassnet_loads_numpy_alone():
    assert modules_after("import glassnet") <= {"glassnet", "numpy"}


def test_building_a_network_and_reading_mnist_need_numpy_alone():
    statement = "import glassnet; glassnet.Network([784, 10]); glassnet.load_dataset('mnist')"
    loaded = {name for name in modules_after(statement) if not name.startswith("_")}
    # cython_runtime is what numpy.random registers of itself.
    assert loaded - {"cython_runtime"} == {"glassnet", "numpy"}


def test_help_is_answered_without_numpy():
    statement = "from glassnet.app.command import glassnet; glassnet(['--help'], standalone_mode=False)"
    code = f"import sys; {statement}; print('numpy' in sys.modules, file=sys.stderr)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stderr.strip() == "False"


def test_every_public_name_is_found_and_documented():
    import glassnet

    for name in glassnet.__all__:
        assert getattr(glassnet, name).__doc__, name
    assert set(glassnet.__all__) <= set(dir(glassnet))


def test_a_public_name_that_does_not_exist_is_an_attribute_error():
    import glassnet

    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        glassnet.nothing_of_the_kind  # noqa: B018


def test_names_are_found_at_run_time_where_the_type_checker_finds_them():
    import glassnet

    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    blocks = [node.body for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [statement for block in blocks for statement in block]
    declared = [(node.module, alias.name, alias.asname) for node in imports for alias in node.names]
    # `import name as name` is what makes it public to a type checker.
    homes = [(module, name, name) for module, names in glassnet.HOMES.items() for name in names]
    assert sorted(declared) == sorted(homes)
    assert glassnet.__all__ == sorted(name for _, name, _ in homes)
