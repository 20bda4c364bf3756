"""The names by which the pages' scripts import one another are the same for Node, the type checker and the browser."""

import json
from pathlib import Path

import pytest

from glassnet import Activation, Network, UsageError
from glassnet.pages.bundle import FOLDERS, IMPORT, STATIC, import_map
from glassnet.pages.explain_page import network_trees

ROOT = Path(__file__).parents[2]
MODULES = sorted((STATIC / "js").rglob("*.js"))


def test_the_import_map_has_the_names_of_package_json():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    place = (STATIC / "js").relative_to(ROOT).as_posix()
    folders = {name.removesuffix("*"): path.removesuffix("*") for name, path in package["imports"].items()}
    assert folders == import_map(f"./{place}")["imports"]


def test_each_module_stands_in_a_folder_and_imports_what_is_there_from_no_later_one():
    assert len(MODULES) > 30
    for path in MODULES:
        folder, text = path.relative_to(STATIC / "js").parts[0], path.read_text(encoding="utf-8")
        assert folder in FOLDERS
        names = [name for _, name in IMPORT.findall(text)]
        assert len(names) == text.count("\nimport ") + text.startswith("import "), path
        for name in names:
            other = name.removeprefix("#").split("/")[0]
            assert (STATIC / "js" / name.removeprefix("#")).is_file(), f"{path.name}: {name}"
            assert FOLDERS.index(other) <= FOLDERS.index(folder), f"{path.name}: {name}"


def test_a_function_without_a_formula_is_refused_in_one_sentence():
    class Own(Activation):
        def forward(self, z, out):
            out[:] = z

        def backward(self, z, a, upstream, out):
            out[:] = upstream

    with pytest.raises(
        UsageError, match=r"activation Own has no formula for other programs\. Give its class `formula`"
    ):
        network_trees(Network([3, 4, 2], Own()))
