"""The reference of the public names: all of them stand on a page, with the sections that a reader looks for."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import glassnet
from glassnet.registry import Registry
from glassnet.settings import Settings

PAGES = Path(__file__).parents[2] / "docs" / "reference" / "python"
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md")))
NAMES = [name for name in glassnet.__all__ if not isinstance(getattr(glassnet, name), Registry)]
MEMBERS = [
    f"{name}.{member}"
    for name, members in re.findall(r"^\.\. autoclass:: glassnet\.(\w+)\n   :members: (.*)", TEXT, re.MULTILINE)
    for member in members.split(", ")
]
# Of numpydoc's remarks those that say that something is missing, wrong, or says nothing.
MISSING = {
    "GL08": "no docstring",
    "SS01": "no summary",
    "PR01": "a parameter that is not described",
    "PR02": "a parameter that is not there",
    "PR03": "parameters in another order",
    "PR04": "a parameter without a type",
    "PR07": "a parameter without a description",
    "RT01": "no word on what is returned",
    "YD01": "no word on what is yielded",
    "EX01": "no example",
}
# What is computed by an equation has it printed, which tests/proofs evaluate, or says whose subclasses print it.
COMPUTED = {
    *("SGD", "RMSprop", "Adam", "AdamW", "Optimizer", "Constant", "StepDecay", "Cosine", "OneCycle", "WarmUp"),
    *("ExponentialAverage", "TailAverage", "Penalty", "PixelScaling", "FeatureScaling", "TargetScale", "one_hot"),
    *("check_gradient", "Augmentation", "Network.forward", "Network.backward"),
}
# What others have found says whose it is.
FOUND = {
    *("SGD", "RMSprop", "Adam", "AdamW", "Optimizer", "Cosine", "OneCycle", "WarmUp"),
    *("ExponentialAverage", "TailAverage", "Augmentation", "Network", "MPI", "read_idx", "write_idx"),
}
RAISE = re.compile(r"^\s+raise \w*Error\(", re.MULTILINE)
SOURCE = re.compile(r"Sources?( of [\w ]+)?: .*(\"|“)|\(.*\b(19|20)\d\d\b")


def documented(name):
    """Give what a dotted name stands for."""
    found = glassnet
    for part in name.split("."):
        found = getattr(found, part)
    return found


def sections(name):
    """Give the sections of a docstring that are not empty."""
    parsed = NumpyDocString(inspect.getdoc(documented(name)))
    return {section for section in parsed if parsed[section]}


def test_every_public_name_stands_on_one_page():
    told = re.findall(r"^\.\. (?:auto\w+|py:data):: glassnet\.(\w+)$", TEXT, re.MULTILINE)
    assert sorted(told) == sorted(glassnet.__all__)


def test_the_list_of_pages_names_them_all():
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+)`", index)) == {"glassnet", "MLPClassifier", "MLPRegressor", *glassnet.__all__}


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_described_with_its_parameters_and_an_example(name):
    remarks = {code: text for code, text in validate(f"glassnet.{name}")["errors"] if code in MISSING}
    # The fields of a record are its attributes, and the errors take what the first of them does.
    if "Attributes" in sections(name) or issubclass_of_error(name):
        remarks.pop("PR01", None)
    if any(f"{name}(" in example for example in examples_of_base(documented(name))):
        remarks.pop("EX01", None)
    assert remarks == {}


def examples_of_base(thing):
    """Give the lines of the examples of the class that a class derives from."""
    return NumpyDocString(inspect.getdoc(thing.__base__) or "")["Examples"] if inspect.isclass(thing) else []


def issubclass_of_error(name):
    thing = documented(name)
    return inspect.isclass(thing) and issubclass(thing, glassnet.GlassnetError) and name != "GlassnetError"


@pytest.mark.parametrize("name", MEMBERS)
def test_a_public_member_has_a_docstring_that_fits_it(name):
    remarks = dict(validate(f"glassnet.{name}")["errors"])
    assert {code: remarks[code] for code in remarks.keys() & {"GL08", "SS01", "PR02", "PR03", "PR04", "PR07"}} == {}


@pytest.mark.parametrize("name", sorted(COMPUTED))
def test_what_is_computed_prints_its_equation(name):
    text = inspect.getdoc(documented(name))
    assert re.search(r"^::\n\n +\S.*(=|←|≤)", text, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_what_others_have_found_names_its_source(name):
    thing = documented(name)
    assert SOURCE.search(f"{inspect.getdoc(thing)}\n{inspect.getmodule(thing).__doc__}")


def refuses(thing):
    """Tell whether a call of it raises an error by itself, or checks settings."""
    if dataclasses.is_dataclass(thing):
        if issubclass(thing, Settings) and dataclasses.fields(thing):
            return True
        thing = vars(thing).get("__post_init__")
    elif inspect.isclass(thing):
        thing = vars(thing).get("__init__")
    return inspect.isfunction(thing) and bool(
        re.search(r"^\s+raise \w*Error\(", inspect.getsource(thing), re.MULTILINE)
    )


@pytest.mark.parametrize("name", [name for name in NAMES if refuses(documented(name))])
def test_what_raises_errors_says_which(name):
    assert "Raises" in sections(name) or re.search(r"\bA \w+Error if\b|\berrors\b", inspect.getdoc(documented(name)))


@pytest.mark.parametrize("name", [*NAMES, *MEMBERS])
def test_arrays_have_their_shapes(name):
    parsed = NumpyDocString(inspect.getdoc(documented(name)))
    told = [item for section in ("Parameters", "Returns", "Attributes", "Yields") for item in parsed[section]]
    assert [item for item in told if "ndarray" in item.type and "shape" not in item.type] == []
