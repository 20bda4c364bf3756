"""Modules that documents of version 0.1 name are still found, with a warning."""

import importlib

import pytest

from glassnet.former import FORMER


@pytest.mark.parametrize("name", FORMER)
def test_a_former_module_gives_what_the_present_one_has(name):
    former, present = importlib.import_module(name), importlib.import_module(FORMER[name])
    public = next(key for key in vars(present) if key[0].isupper() and hasattr(vars(present)[key], "__mro__"))
    with pytest.warns(FutureWarning, match=f"{name} is now {FORMER[name]}"):
        assert getattr(former, public) is getattr(present, public)
    with pytest.warns(FutureWarning), pytest.raises(AttributeError, match="nothing_of_the_kind"):
        former.nothing_of_the_kind  # noqa: B018


def test_the_former_closeup_is_found_in_its_former_place():
    with pytest.warns(FutureWarning):
        from glassnet.explanation.closeup import Closeup
    assert Closeup.__name__ == "WalkthroughDetail"


def test_other_modules_that_are_not_there_are_still_not_there():
    with pytest.raises(ModuleNotFoundError, match=r"glassnet\.nothing"):
        importlib.import_module("glassnet.nothing")
