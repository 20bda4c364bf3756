"""The notation of printed equations, read as it is printed and evaluated on numbers.

    ℓ = Σ_k y_k (ln(Σ_k' exp(z_k' − z_max)) + z_max − z_k)

Names stand for arrays; a superscript in parentheses, as in W^(l) or a^(l−1), is part of the name. A subscript of the
letters i, j, k, m, n, with or without a prime, or of digits (counted from 1) picks from them, any other is part of the
name. Factors side by side are multiplied, as matrices where they are; ⊙ multiplies element by element. A name with a
parenthesis close behind it is a function. Σ takes the factors that follow it, up to a sign or a stroke. What can be
read in two ways (a / b c) is refused.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import Any, NamedTuple

import numpy as np

LAYER = r"\^\((?:[lL](?:[+−]1)?|\d)\)"  # as in W^(l+1)
INDICES = r"(?:[ijkmn]'?)+|\d+"
NAME = rf"[A-Za-zΑ-Ωα-ωℓ][A-Za-z0-9₀-₉]*'*(?:{LAYER})?(?:_[A-Za-z0-9]+(?:'[A-Za-z0-9]*)*)?"
TOKEN = re.compile(
    rf"""(?P<space>\s+) | (?P<number>\d+(?:\.\d+)?) | (?P<derivative>∂{NAME}/∂{NAME}) | (?P<sum>Σ_[ijkmn]'?)
    | (?P<call>{NAME})(?=\() | (?P<name>{NAME}) | (?P<power>[²³ⁿᵀ]) | (?P<mark>[-−+·⊙/()\[\]|‖⌊√^,=<>≤≥⌋])""",
    re.VERBOSE,
)
RELATIONS = {"=": np.equal, "<": np.less, ">": np.greater, "≤": np.less_equal, "≥": np.greater_equal}
BRACKETS = {"(": ")", "[": "]", "|": "|", "‖": "‖", "⌊": "⌋"}
AROUND = {"(": lambda x: x, "[": lambda x: x, "|": np.abs, "‖": np.linalg.norm, "⌊": np.floor}
FUNCTIONS: dict[str, Any] = {name: getattr(np, name) for name in ("exp", "tanh", "sin", "cos", "sign")}
FUNCTIONS |= {
    "ln": np.log,
    "asinh": np.arcsinh,
    "max": lambda *values: reduce(np.maximum, values) if len(values) > 1 else np.max(values[0]),
    "min": lambda *values: reduce(np.minimum, values) if len(values) > 1 else np.min(values[0]),
    "erf": np.vectorize(math.erf),
    "π": np.pi,
}

# What a piece of an equation is: a function of the names' values and the positions of the indices.
Formula = Callable[[Mapping[str, Any], Mapping[str, int]], Any]


class Matrix(np.ndarray):
    """A name that stands for a whole matrix: side by side means the matrix product."""

    def __mul__(self, other: Any) -> Any:
        return np.matmul(np.asarray(self), np.asarray(other)).view(type(other))

    def __rmul__(self, other: Any) -> Any:
        return np.matmul(np.asarray(other), np.asarray(self))


class Token(NamedTuple):
    kind: str
    text: str


def tokens(text: str) -> list[Token]:
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise SyntaxError(f"no such sign: {text[place:]!r} in {text!r}")
        found.append(Token(str(match.lastgroup), match.group()))
        place = match.end()
    return [*(token for token in found if token.kind != "space"), Token("end", "")]


def name_and_indices(text: str) -> tuple[str, list[str]]:
    """Take ∂z_k/∂W_jk apart into ∂z/∂W and k, j, k; z_max into itself and no index."""
    subscript = rf"_({INDICES})(?=/|$)"
    return re.sub(subscript, "", text), re.findall(r"\w'?", "".join(re.findall(subscript, text)))


class Parser:
    """One method for each level of the grammar; each returns a Formula."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.place = 0
        self.uses: dict[str, set[tuple[str, int]]] = {}  # index -> the names it picks from, and which axis
        self.closing: list[str] = []

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self, *wanted: str) -> str:
        token = self.next
        if wanted and token.text not in wanted:
            raise SyntaxError(f"expected {' or '.join(wanted)}, got {token.text or 'the end'!r} in {self.text!r}")
        self.place += 1
        return token.text

    def whole(self) -> Formula:
        formula = self.expression()
        if self.next.kind != "end":
            raise SyntaxError(f"cannot read on at {self.next.text!r} in {self.text!r}")
        return formula

    def expression(self) -> Formula:
        negative = self.next.text in ("−", "-") and bool(self.take())
        terms = [(negative, self.product())]
        while self.next.text in ("+", "−", "-"):
            terms.append((self.take() != "+", self.product()))
        return lambda names, at: sum(-term(names, at) if minus else term(names, at) for minus, term in terms)

    def product(self) -> Formula:
        formula, divided = self.factor(), False
        while self.next.text in ("·", "⊙", "/") or self.another_factor():
            sign = self.take() if self.next.text in ("·", "⊙", "/") else "·"
            if divided and sign != "/":
                raise SyntaxError(f"a factor after a division can be read in two ways in {self.text!r}")
            formula, divided = combine(formula, sign, self.factor()), sign == "/"
        return formula

    def another_factor(self) -> bool:
        kind, text = self.next
        opens = text in BRACKETS and text not in self.closing[-1:]
        return opens or text == "√" or kind in ("name", "call", "derivative", "sum")

    def factor(self) -> Formula:
        formula = self.root() if self.next.text == "√" else self.atom()
        while self.next.kind == "power" or self.next.text == "^":
            formula = self.power(formula)
        return formula

    def root(self) -> Formula:
        self.take("√")
        inner = self.atom()
        return lambda names, at: np.sqrt(inner(names, at))

    def power(self, base: Formula) -> Formula:
        sign = self.take()
        if sign == "ᵀ":
            return lambda names, at: base(names, at).T
        fixed: dict[str, Formula] = {"²": lambda *_: 2, "³": lambda *_: 3, "ⁿ": lambda names, _: names["n"]}
        exponent = fixed.get(sign) or self.atom()
        return lambda names, at: base(names, at) ** exponent(names, at)

    def atom(self) -> Formula:
        kind, text = self.next
        if text in BRACKETS:
            return self.bracket()
        if kind in ("number", "name", "derivative", "call", "sum"):
            return getattr(self, kind)()
        raise SyntaxError(f"expected a value, got {text or 'the end'!r} in {self.text!r}")

    def bracket(self) -> Formula:
        opening = self.take()
        self.closing.append(BRACKETS[opening])
        inner = self.condition() if opening == "[" else self.expression()
        self.take(self.closing.pop())
        return lambda names, at: AROUND[opening](inner(names, at))

    def condition(self) -> Formula:
        """[z > 0] is 1 where it holds and 0 where it does not."""
        left, relation, right = self.expression(), self.take(*RELATIONS), self.expression()
        return lambda names, at: RELATIONS[relation](left(names, at), right(names, at)) * 1.0

    def number(self) -> Formula:
        value = float(self.take())
        return lambda *_: value

    def name(self) -> Formula:
        name, indices = name_and_indices(self.take())
        for axis, index in enumerate(indices):
            self.uses.setdefault(index, set()).add((name, axis))
        if not indices:  # a bare index, as in [k = j], stands for its position
            return lambda names, at: at[name] if name in at else names[name]
        return lambda names, at: names[name][tuple(at[i] if i in at else int(i) - 1 for i in indices)]

    derivative = name

    def call(self) -> Formula:
        function, arguments = self.take(), []
        self.closing.append(")")
        while self.take("(", ",", ")") != ")":
            arguments.append(self.expression())
        self.closing.pop()
        return lambda names, at: names[function](*(argument(names, at) for argument in arguments))

    def sum(self) -> Formula:
        index = self.take().removeprefix("Σ_")
        term = self.factor()
        while self.another_factor():
            term = combine(term, "·", self.factor())
        return lambda names, at: sum(spread(term, index, self.uses, names, at))


def combine(left: Formula, sign: str, right: Formula) -> Formula:
    if sign == "/":
        return lambda names, at: left(names, at) / right(names, at)
    if sign == "⊙":
        return lambda names, at: np.multiply(np.asarray(left(names, at)), np.asarray(right(names, at)))
    return lambda names, at: left(names, at) * right(names, at)


def spread(formula: Formula, index: str, uses: Mapping, names: Mapping, at: Mapping) -> Any:
    """Evaluate for each position of an index, whose range is the axis that it picks from."""
    (length,) = {names[name].shape[axis] for name, axis in uses[index]}
    return np.array([formula(names, {**at, index: position}) for position in range(length)])


def evaluate(text: str, names: Mapping[str, Any], free: Sequence[str] = ()) -> Any:
    """Compute the right-hand side of an equation, for each position of the left-hand side's free indices."""
    parser = Parser(text)
    formula = parser.whole()
    for index in reversed(dict.fromkeys(free)):
        if not index.isdigit() and index in parser.uses:
            formula = partial(spread, formula, index, parser.uses)
    return formula(names, {})
