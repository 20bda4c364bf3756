"""A setting is declared once: what its declaration allows, and what is made of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field

import numpy as np
import pytest

from glassnet import SGD, Adam, AdamW, Augmentation, Penalty, Regularization
from glassnet.errors import UnknownNameError, UsageError
from glassnet.registry import Registry
from glassnet.settings import Settings, declaration, setting, settings_of

COLORS = Registry("color")


@COLORS.register("red")
class Red:
    pass


@dataclass(frozen=True)
class Brush(Settings, group="tools"):
    width: float = setting(1.0, above=0, high=9, unit="pixels", help="Width of a stroke")
    hairs: int = setting(7, low=1, suits={"wall": 700}, help="Number of hairs")
    wet: bool = setting(False, help="Whether it drips")
    color: str = setting("red", choices=COLORS, help="Color")
    name: str = setting("mine", choices=("mine", "yours"), others=True)
    steps: tuple[int, ...] = setting((1, 2), low=1)
    words: tuple[str, ...] = setting((), choices=("up", "down"))
    anything: NotEvenDefined | None = None  # noqa: F821
    shape: Callable[[float], float] = abs


GOOD = [
    ("width", 2, 2.0),
    ("width", 9, 9.0),
    ("width", np.float32(0.5), 0.5),
    ("width", np.int64(3), 3.0),
    ("hairs", np.int64(3), 3),
    ("hairs", np.uint8(3), 3),
    ("hairs", 2**63 - 1, 2**63 - 1),
    ("wet", True, True),
    ("wet", np.bool_(True), True),
    ("color", "red", "red"),
    ("name", "hers", "hers"),
    ("steps", [3, np.int8(4)], (3, 4)),
    ("steps", 5, (5,)),
    ("steps", (), ()),
    ("words", ["up"], ("up",)),
    ("words", "down", ("down",)),
    ("anything", 3, 3),
    ("shape", max, max),
]


@pytest.mark.parametrize(("name", "value", "found"), GOOD, ids=str)
def test_a_good_value_becomes_pythons_of_its_kind(name, value, found):
    kept = getattr(Brush(**{name: value}), name)
    assert (kept, type(kept)) == (found, type(found))


BAD = [
    ("width", 0, "a number, more than 0 and at most 9, got 0."),
    ("width", 9.5, "a number, more than 0 and at most 9, got 9.5."),
    ("width", True, "a number, more than 0 and at most 9, got True."),
    ("width", np.bool_(True), "a number, more than 0 and at most 9, got np.True_."),
    ("width", math.nan, "a number, more than 0 and at most 9, got nan."),
    ("width", np.float64(math.inf), "a number, more than 0 and at most 9, got inf."),
    ("width", "2", "a number, more than 0 and at most 9, got '2'."),
    ("width", None, "a number, more than 0 and at most 9, got None."),
    ("width", 1j, "a number, more than 0 and at most 9, got 1j."),
    ("hairs", 0, "a whole number, at least 1, got 0."),
    ("hairs", 2.0, "a whole number, at least 1, got 2.0."),
    ("hairs", True, "a whole number, at least 1, got True."),
    ("hairs", 2**63, f"a whole number, at least 1, got {2**63}."),
    ("wet", 1, "true or false, got 1."),
    ("wet", "yes", "true or false, got 'yes'."),
    ("color", 3, "a string, got 3."),
    ("name", b"mine", "a string, got b'mine'."),
    ("steps", [1, 0], "a list of whole numbers, each at least 1, got [1, 0]."),
    ("steps", 1.5, "a list of whole numbers, each at least 1, got 1.5."),
    ("words", [1], "a list of strings, got [1]."),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD, ids=str)
def test_a_bad_value_is_refused_with_what_was_expected(name, value, message):
    with pytest.raises(UsageError) as caught:
        Brush(**{name: value})
    assert str(caught.value) == f"invalid {name}: expected {message}"


def test_a_number_beyond_all_floats_is_refused():
    with pytest.raises(UsageError, match="invalid width"):
        Brush(10**400)


def test_the_nearest_name_is_offered_for_an_unknown_one():
    with pytest.raises(UnknownNameError, match=r"unknown color: expected one of red, got 'rde'\. Did you mean 'red'"):
        Brush(color="rde")
    with pytest.raises(UnknownNameError, match="unknown words: expected one of up, down, got 'don'"):
        Brush(words=("up", "don"))


def test_a_declaration_tells_all_that_is_known_of_a_setting():
    width, hairs, *_ = settings_of(Brush)
    assert (width.name, width.key, width.label, width.kind, width.default) == ("width", "width", "Width", float, 1.0)
    assert (width.unit, width.group, width.help) == ("pixels", "tools", "Width of a stroke")
    assert (hairs.default_for("run"), hairs.default_for("run", "wall")) == (7, 700)
    assert (width.bounds, hairs.bounds) == ("more than 0 and at most 9", "at least 1")


def test_a_subclass_inherits_what_it_does_not_say():
    @dataclass(frozen=True)
    class Broom(Brush):
        width: float = 5
        hairs: int = field(default=90, metadata=declaration(low=2, high=100))

    width, hairs, *others = settings_of(Broom)
    assert (width.default, width.high, width.group) == (5, 9, "tools")
    assert (hairs.default, hairs.low, hairs.high, hairs.help) == (90, 2, 100, "Number of hairs")
    assert [one.name for one in others] == ["wet", "color", "name", "steps", "words"]
    assert Broom() == Broom(5.0)
    with pytest.raises(UsageError, match="invalid width"):
        Broom(width=10)


def test_a_setting_without_a_default_has_to_be_given():
    @dataclass(frozen=True)
    class Bare(Settings):
        width: float = setting(low=0)

    assert settings_of(Bare)[0].default is MISSING
    with pytest.raises(TypeError, match="width"):
        Bare()


def test_a_misspelled_declaration_and_a_type_of_no_setting_are_refused():
    with pytest.raises(TypeError, match="lo"):
        setting(1.0, lo=0)

    @dataclass(frozen=True)
    class Wrong(Settings):
        size: complex = setting(1j)

    with pytest.raises(UsageError, match="setting size of the wrong type"):
        Wrong()


@pytest.mark.parametrize("owner", [SGD, Adam, AdamW, Augmentation, Penalty, Regularization])
def test_the_defaults_of_every_class_keep_to_its_declarations(owner):
    made = owner()
    assert {one.name: getattr(made, one.name) for one in settings_of(owner)} == {
        one.name: one.default for one in settings_of(owner)
    }
    assert all(one.help for one in settings_of(owner))


def test_numbers_of_numpy_are_taken_everywhere():
    assert SGD(np.float32(0.5), momentum=np.float64(0.25)) == SGD(0.5, momentum=0.25)
    assert Augmentation(shift=np.int64(2)) == Augmentation(shift=2)
