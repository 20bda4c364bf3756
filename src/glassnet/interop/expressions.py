"""The formulas of activations and losses as syntax trees, which other programs can follow.

A tree is a number, a name, or a list of an operator and what it is applied to: ``z * tanh(z)`` is
``["*", "z", ["tanh", "z"]]``. What numbers alone make up is a number.
"""

from __future__ import annotations

import ast
import math
from typing import Any, TypeAlias

from ..errors import UsageError
from ..network.activations import Activation
from ..network.losses import Loss
from ..network.network import Network

Tree: TypeAlias = "float | str | list[Any]"

OPERATORS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.USub: "negative"}
OPERATORS |= {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "=="}
OF_ONE = ("exp", "expm1", "log", "log1p", "tanh", "sin", "cos", "sqrt", "abs", "sign")
OF_TWO = {"min": "minimum", "max": "maximum"}
OVER_UNITS = {"max": "largest", "sum": "sum", "mean": "mean"}
CONSTANTS = {"pi": math.pi}
FOLDED = {"sqrt": math.sqrt, "exp": math.exp, "log": math.log}


def syntax_tree(formula: str, names: str) -> Tree:
    """Read a formula in which such names may stand, each of one letter; UsageError for what the notation does not have.

    Examples
    --------
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


def activation_trees(activation: Activation) -> dict[str, Tree]:
    """Give an activation's value, of z, and its slope, of z and a, or with g the gradient itself.

    A UsageError if the class has none, or one with an error in it.
    """
    _refuse_without_formula("activation", activation)
    return {"value": syntax_tree(activation.formula, "z"), "slope": syntax_tree(activation.slope, "zag")}


def loss_trees(loss: Loss) -> dict[str, Tree]:
    """Give a loss's value, of z, a and t, and its slope, with K outputs; errors as in `activation_trees`."""
    _refuse_without_formula("loss", loss)
    return {"value": syntax_tree(loss.formula, "zat"), "slope": syntax_tree(loss.slope, "zatK")}


def _refuse_without_formula(kind: str, function: Activation | Loss) -> None:
    if not (function.formula and function.slope):
        remedy = "Give its class `formula` and `slope`; see glassnet.network.formula"
        raise UsageError(f"{kind} {function} has no formula for other programs", remedy=remedy)


def network_trees(network: Network) -> dict[str, Any]:
    """Give the formulas of all that a network's architecture names, for JSON; errors as in `activation_trees`."""
    *hidden, output = network.activations
    return {
        "activations": {activation.name: activation_trees(activation) for activation in hidden},
        "output": activation_trees(output),
        "loss": {**loss_trees(network.loss), "fromLogits": network.loss.from_logits},
    }
