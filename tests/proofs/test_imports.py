"""Data flows one way: which package may import which, read from the source and from a fresh interpreter."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from source_trees import write_tree

PACKAGE = Path(__file__).parents[2] / "src" / "glassnet"

# Package -> the packages it may import, beside itself and the files at the root of glassnet.
MAY_IMPORT = {
    "data": set(),
    "optimizers": set(),
    "regularization": set(),
    "network": {"regularization"},
    "model": {"data", "network", "regularization"},
    "evaluation": {"model", "data", "network", "regularization"},
}
MAY_IMPORT["explanation"] = MAY_IMPORT["evaluation"] | {"evaluation", "optimizers"}
MAY_IMPORT["training"] = MAY_IMPORT["evaluation"] | {"evaluation", "optimizers"}
MAY_IMPORT["diagnosis"] = MAY_IMPORT["training"] | {"training"}
MAY_IMPORT["runs"] = MAY_IMPORT["training"] | {"training"}
MAY_IMPORT["interop"] = MAY_IMPORT["model"] | {"model"}
# A table is trained by the settings of `glassnet train`, as a run is.
MAY_IMPORT["sklearn"] = MAY_IMPORT["runs"] | {"runs", "interop"}
MAY_IMPORT["pages"] = MAY_IMPORT["runs"] | {"runs", "diagnosis", "explanation", "interop"}
MAY_IMPORT["server"] = MAY_IMPORT["pages"] | {"pages"}
MAY_IMPORT["cli"] = MAY_IMPORT["server"] | {"server", "sklearn"}
# Of the files at the root, two may import more than one another.
ROOT_MAY_IMPORT = {"__init__.pyi": set(MAY_IMPORT) - {"cli"}, "__main__.py": {"cli"}}

NUMPY_ALONE = {"data", "network", "optimizers", "regularization"}
EXTRAS = {
    "data/cache.py": {"platformdirs"},
    "data/images/decode.py": {"PIL"},
    "data/images/orientation.py": {"PIL"},
    "data/images/fitting.py": {"PIL"},
    "data/downloads.py": {"an extra"},
    "data/readers/parquet_tables.py": {"an extra"},
}
PRINTS_OR_EXITS = ("print", "exit", "quit", "sys.exit", "os._exit", "input")


@cache
def files_of(root):
    """All files of a package: their names within it, their packages ("" at its root), and their syntax trees."""
    paths = sorted([*root.rglob("*.py"), *root.rglob("*.pyi")])
    named = [(path.relative_to(root).parts, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]
    return [("/".join(parts), parts[0] if len(parts) > 1 else "", tree) for parts, tree in named]


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
    for name, package, tree in files_of(root):
        own = {parts[1] for parts in (module.split(".") for module in imports_of(name, tree)) if parts[0] == "glassnet"}
        allowed = MAY_IMPORT.get(package, set()) | {package} if package else ROOT_MAY_IMPORT.get(name, set())
        yield from (f"{name} imports {other}" for other in own & set(MAY_IMPORT) - allowed)


def foreign_to_the_mathematics(root):
    allowed = sys.stdlib_module_names | {"numpy", "glassnet"}
    for name, package, tree in files_of(root):
        if package in NUMPY_ALONE or name == "scratch.py":
            foreign = {module.split(".")[0] for module in imports_of(name, tree)} - allowed
            if any(module.startswith("glassnet.extras") for module in imports_of(name, tree)):
                foreign.add("an extra")
            yield from (f"{name} imports {module}" for module in foreign - EXTRAS.get(name, set()))


def loud_outside_the_command_line(root):
    for name, package, tree in files_of(root):
        calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        if package != "cli" and name not in ("scratch.py", "__main__.py"):
            yield from (f"{name} calls {call}" for call in calls if call in PRINTS_OR_EXITS)


def in_a_circle(root):
    """Modules that import one another, over however many others, also where an import stands in a function."""
    files = {name: tree for name, _, tree in files_of(root) if name.endswith(".py")}
    modules = {
        "glassnet." + name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in files
    }
    graph = {}
    for name, tree in files.items():
        found = {modules.get(module) or modules.get(module.rpartition(".")[0]) for module in imports_of(name, tree)}
        graph[name] = found - {None, name, "__init__.py"}

    def reachable(start):
        seen, waiting = set(), [start]
        while waiting:
            for other in graph[waiting.pop()] - seen:
                seen.add(other)
                waiting.append(other)
        return seen

    yield from (f"{name} is in a circle" for name in graph if name in reachable(name))


RULES = [against_the_flow, foreign_to_the_mathematics, loud_outside_the_command_line, in_a_circle]
# Each rule, with a file that breaks it and what is to be said of it.
CULPRITS = [
    (against_the_flow, "data/culprit.py", "from ..network.network import Network", "imports network"),
    (against_the_flow, "network/culprit.py", "def f():\n    from .. import data", "imports data"),
    (against_the_flow, "optimizers/deep/culprit.py", "from ...model import model", "imports model"),
    (against_the_flow, "model/culprit.py", "import glassnet.training.run", "imports training"),
    (against_the_flow, "evaluation/culprit.py", "from glassnet.optimizers.sgd import SGD", "imports optimizers"),
    (against_the_flow, "training/culprit.py", "from ..explanation import sums", "imports explanation"),
    (against_the_flow, "explanation/culprit.py", "from ..training import run", "imports training"),
    (against_the_flow, "runs/culprit.py", "from ..cli import terminal", "imports cli"),
    (against_the_flow, "culprit.py", "from .data.idx import read_idx", "imports data"),
    (against_the_flow, "__init__.pyi", "from .cli.main import main as main", "imports cli"),
    (against_the_flow, "__main__.py", "from .data.idx import read_idx", "imports data"),
    (foreign_to_the_mathematics, "data/culprit.py", "import torch", "imports torch"),
    (foreign_to_the_mathematics, "network/culprit.py", "from PIL import Image", "imports PIL"),
    (foreign_to_the_mathematics, "regularization/culprit.py", "def f():\n    import scipy.linalg", "imports scipy"),
    (foreign_to_the_mathematics, "scratch.py", "import torch", "imports torch"),
    (foreign_to_the_mathematics, "network/culprit.py", "from ..extras import needed", "imports an extra"),
    (loud_outside_the_command_line, "training/culprit.py", "def f():\n    print(1)", "calls print"),
    (loud_outside_the_command_line, "culprit.py", "import sys\nsys.exit(1)", "calls sys.exit"),
    (in_a_circle, "data/innocent.py", "def f():\n    from .other import g", "is in a circle"),
]
INNOCENT = {
    "data/innocent.py": "import numpy.linalg\nfrom . import idx\nfrom ..errors import DataError",
    "data/other.py": "",
    "data/images/decode.py": "from PIL import Image",
    "data/readers/parquet_tables.py": "from ...extras import needed",
    "training/innocent.py": "import torch\nfrom ..data.idx import read_idx\nfrom ..network import network",
    "cli/innocent.py": "from ..runs.run import Run\nprint(1)\n",
    "__init__.pyi": "from .data.idx import read_idx as read_idx",
    "__main__.py": "from .cli.main import main\nexit(main())",
    "scratch.py": "import numpy\nprint(1)\n",
}


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule):
    assert {package for _, package, _ in files_of(PACKAGE)} == {*MAY_IMPORT, ""}
    assert list(rule(PACKAGE)) == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_lets_the_innocent_be(tmp_path, rule):
    write_tree(tmp_path, INNOCENT)
    assert list(rule(tmp_path)) == []


@pytest.mark.parametrize(("rule", "name", "text", "crime"), CULPRITS)
def test_the_rule_catches_the_culprit_among_the_innocent(tmp_path, rule, name, text, crime):
    write_tree(tmp_path, {**INNOCENT, "data/other.py": "from . import innocent\n", name: text})
    assert f"{name} {crime}" in list(rule(tmp_path))


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
    statement = "from glassnet.cli.main import glassnet; glassnet(['--help'], standalone_mode=False)"
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

    tree = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    # `import Name as Name` is what makes it public to a type checker.
    assert all(alias.name == alias.asname for node in imports for alias in node.names)
    assert glassnet.__all__ == sorted(alias.name for node in imports for alias in node.names)
