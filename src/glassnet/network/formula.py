"""What activations and losses have in common: a name, and a formula that programs other than NumPy can follow.

A formula is one expression in Python's notation. It may use ``+ - * /``, comparisons (1 or 0), ``pi``, ``exp``,
``expm1``, ``log``, ``log1p``, ``tanh``, ``sin``, ``cos``, ``sqrt``, ``abs`` and ``sign``, ``min`` and ``max`` of two,
and ``max``, ``sum`` and ``mean`` of one, which go over the units of a layer.
"""

from __future__ import annotations

from abc import ABC
from typing import Any, TypeVar

from ..registry import Registry, check_kind


class Portable(ABC):
    """A function that NumPy computes by hand, and others by its formula; equal to one of its class and parameters."""

    name: str
    formula: str = ""
    slope: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = vars(cls)
        if "name" not in own:
            cls.name = cls.__name__
        # Of what a subclass computes anew, its base's formula would be another function's.
        if {"forward", "per_example"} & own.keys():
            cls.formula = own.get("formula", "")
        if {"backward", "gradient"} & own.keys():
            cls.slope = own.get("slope", "")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __str__(self) -> str:
        return self.name


Kind = TypeVar("Kind")


def resolve(registry: Registry[type[Kind]], given: str | Kind, kind: type[Any], example: str) -> Kind:
    """Give what a name stands for in a registry (UnknownNameError), or an object of the kind as it is (UsageError)."""
    if isinstance(given, str):
        return registry[given]()
    check_kind(f"{'an' if registry.noun[0] in 'aeiou' else 'a'} {registry.noun}", given, kind, example)
    return given
