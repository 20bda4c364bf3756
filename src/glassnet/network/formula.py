"""What activations and losses have in common: a name, and a formula that programs other than NumPy can follow.

A formula is one expression in Python's notation. It may use ``+ - * /``, comparisons (1 or 0), ``pi``, ``exp``,
``expm1``, ``log``, ``log1p``, ``tanh``, ``erf``, ``sin``, ``cos``, ``sqrt``, ``abs`` and ``sign``, ``min`` and ``max``
of two, and ``max``, ``sum`` and ``mean`` of one, which go over the units of a layer.

As a syntax tree it is a number, a name, or a list of an operator and what it is applied to: ``z * tanh(z)`` is
``["*", "z", ["tanh", "z"]]``. What numbers alone make up is a number.
"""

from __future__ import annotations

import ast
import math
from abc import ABC
from typing import Any, TypeAlias, TypeVar

from ..errors import UsageError
from ..registry import Registry, check_kind

Tree: TypeAlias = "float | str | list[Any]"

OPERATORS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.USub: "negative"}
OPERATORS |= {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "=="}
OF_ONE = ("exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos", "sqrt", "abs", "sign")
OF_TWO = {"min": "minimum", "max": "maximum"}
OVER_UNITS = {"max": "largest", "sum": "sum", "mean": "mean"}
CONSTANTS = {"pi": math.pi}
FOLDED = {"sqrt": math.sqrt, "exp": math.exp, "log": math.log}


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
        try:
            return type(self) is type(other) and bool(vars(self) == vars(other))
        except ValueError:  # arrays, of which nobody knows whether they shall be compared number by number
            return self is other

    def __hash__(self) -> int:
        return hash(type(self))

    def __str__(self) -> str:
        return self.name


Kind = TypeVar("Kind")


def resolve(registry: Registry[type[Kind]], given: str | Kind, kind: type[Any], example: str) -> Kind:
    """Give what a name stands for in a registry (UnknownNameError), or an object of the kind as it is (UsageError)."""
    if isinstance(given, str):
        return registry[given]()
    found: Any = given() if isinstance(given, type) else given  # of a class any object will do
    check_kind(f"{'an' if registry.noun[0] in 'aeiou' else 'a'} {registry.noun}", found, kind, example)
    known: Kind = found
    return known


def syntax_tree(formula: str, names: str) -> Tree:
    """Read a formula in which such names may stand, each of one letter; UsageError for what the notation does not have.

    >>> syntax_tree("max(0, z) * sqrt(4)", "z")
    ['*', ['maximum', 0.0, 'z'], 2.0]
    """
    try:
        return _tree(ast.parse(formula, mode="eval").body, names)
    except (SyntaxError, LookupError) as error:
        remedy = "See glassnet.network.formula for the notation"
        raise UsageError("invalid formula", got=f"{formula!r}, with {error}", remedy=remedy) from error


def _tree(node: ast.expr, names: str) -> Tree:
    """Give a node's tree; LookupError for what the notation does not have."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.Name(id=name) if name in names:
            return name
        case (
            ast.BinOp(left=left, op=operator, right=right) | ast.Compare(left=left, ops=[operator], comparators=[right])
        ):
            return _applied(OPERATORS[type(operator)], _tree(left, names), _tree(right, names))
        case ast.UnaryOp(op=operator, operand=operand):
            return _applied(OPERATORS[type(operator)], _tree(operand, names))
        case ast.Call(func=ast.Name(id=name), args=[operand], keywords=[]) if name in (*OF_ONE, *OVER_UNITS):
            return _applied(OVER_UNITS.get(name, name), _tree(operand, names))
        case ast.Call(func=ast.Name(id=name), args=[one, other], keywords=[]) if name in OF_TWO:
            return _applied(OF_TWO[name], _tree(one, names), _tree(other, names))
    raise LookupError(ast.unparse(node))


def _applied(operator: str, *operands: Tree) -> Tree:
    """Apply an operator; to numbers at once."""
    match operator, *operands:
        case "+", float(x), float(y):
            return x + y
        case "-", float(x), float(y):
            return x - y
        case "*", float(x), float(y):
            return x * y
        case "/", float(x), float(y) if y:
            return x / y
        case "negative", float(x):
            return -x
        case _, float(x) if operator in FOLDED and x > 0:
            return FOLDED[operator](x)
    return [operator, *operands]


def activation_trees(activation: Portable) -> dict[str, Tree]:
    """Give an activation's value, of z, and its slope, of z and a, or with g the gradient itself.

    A UsageError if the class has none, or one with an error in it.
    """
    _refuse_without_formula("activation", activation)
    return {"value": syntax_tree(activation.formula, "z"), "slope": syntax_tree(activation.slope, "zag")}


def loss_trees(loss: Portable) -> dict[str, Tree]:
    """Give a loss's value, of z, a and y, and its slope, with K outputs; errors as in `activation_trees`."""
    _refuse_without_formula("loss", loss)
    return {"value": syntax_tree(loss.formula, "zay"), "slope": syntax_tree(loss.slope, "zayK")}


def _refuse_without_formula(kind: str, function: Portable) -> None:
    if not (function.formula and function.slope):
        remedy = "Give its class `formula` and `slope`; see glassnet.network.formula"
        raise UsageError(f"{kind} {function} has no formula for other programs", remedy=remedy)
