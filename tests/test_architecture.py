"""The rules of the house, read from the source and from a fresh interpreter."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "glassnet"
FILES = sorted(PACKAGE.rglob("*.py"))

# Room -> the rooms it must not import. Files of the package's root are below all rooms.
FORBIDDEN = {
    "data": {"network", "optimizers", "model", "evaluation", "training", "app"},
    "network": {"data", "optimizers", "model", "evaluation", "training", "app"},
    "optimizers": {"data", "network", "model", "evaluation", "training", "app"},
    "model": {"optimizers", "evaluation", "training", "app"},
    "evaluation": {"optimizers", "training", "app"},
    "training": {"app"},
}
MATHEMATICS = ("data", "network", "optimizers")
DECODES_IMAGES = PACKAGE / "data" / "pictures.py"


def imports_of(path):
    """All modules a file imports, absolute, wherever in the file the import stands."""
    package = ["glassnet", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            # `from . import x` and `from ..data import x` may name a module.
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room_of(path):
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def rooms_imported_by(path):
    modules = [name.split(".") for name in imports_of(path) if name.startswith("glassnet.")]
    return {parts[1] for parts in modules if (PACKAGE / parts[1]).is_dir()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_data_flows_one_way_through_the_rooms(path):
    assert not rooms_imported_by(path) & FORBIDDEN.get(room_of(path), set())


def test_what_lies_below_the_rooms_imports_none_of_them():
    lazily_public = {"__init__.py", "__main__.py"}
    for path in PACKAGE.glob("*.py"):
        if path.name not in lazily_public:
            assert not rooms_imported_by(path), path


def test_nothing_imports_the_app_but_its_own_door():
    importers = {path.relative_to(PACKAGE).as_posix() for path in FILES if "app" in rooms_imported_by(path)}
    assert {name for name in importers if not name.startswith("app/")} == {"__main__.py"}


def test_the_mathematics_imports_numpy_and_the_standard_library_alone():
    allowed = sys.stdlib_module_names | {"numpy", "glassnet"}
    for path in FILES:
        if room_of(path) in MATHEMATICS or path.name == "scratch.py":
            foreign = {name.split(".")[0] for name in imports_of(path)} - allowed
            assert foreign <= ({"PIL"} if path == DECODES_IMAGES else set()), path


def test_the_rules_themselves_can_be_broken(tmp_path):
    culprit = PACKAGE / "data" / "culprit.py"
    assert room_of(culprit) == "data"
    source = tmp_path / "culprit.py"
    source.write_text("from ..network.network import Network\nimport torch")
    names = {node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.ImportFrom)}
    assert names
    assert FORBIDDEN["data"] & {"network"}


def test_only_the_app_prints_or_exits():
    for path in FILES:
        if room_of(path) == "app" or path.name in ("scratch.py", "__main__.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and ast.unparse(node.func)
            assert called not in ("print", "exit", "quit", "sys.exit", "os._exit", "input"), path


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


def test_files_and_functions_stay_short_enough_to_read():
    lengths = {path.name: path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert max(lengths.values()) <= 275, lengths
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                assert body[-1].end_lineno - body[0].lineno < 40, (path, node.name)
