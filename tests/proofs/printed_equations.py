"""Find the equations that docstrings and the lesson print, and evaluate them as printed."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from equation_language import FUNCTIONS, evaluate, name_and_indices

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "glassnet"
LESSON = ROOT / "docs" / "lesson.md"

GREEK = {"delta": "δ", "gamma": "γ", "varepsilon": "ε", "eta": "η", "theta": "θ", "mu": "μ", "pi": "π", "sigma": "σ"}
GREEK |= {"alpha": "α", "lambda": "λ", "Phi": "Φ"}
# LaTeX to the plain notation, in this order.
LATEX = [
    (r"\\left(?![a-z])\s*", ""),
    (r"\\(right|,|;|quad|displaystyle)(?![a-z])", " "),
    (r"\{,\}", ""),
    (r"-", "−"),
    (r"\\(?:text|mathrm)\{(\w+)\}", r"\1"),
    (r"\\sum", "Σ"),
    (r"\\partial\s*", "∂"),
    (r"\\leftarrow", "←"),
    (r"\\le(?![a-z])", "≤"),
    (r"\\approx", "≈"),
    (r"\\cdot", "·"),
    (r"\\odot", "⊙"),
    (r"\\ell(?![a-z])", "ℓ"),
    (r"\\lVert\s*|\s*\\rVert", "‖"),
    (r"\\top", "ᵀ"),
    (r"\\(exp|ln|max|min|tanh)", r"\1"),
    *((rf"\\{name}(?![a-z])", letter) for name, letter in GREEK.items()),
    (r"_\{([\w']+)\}", r"_\1"),
    (r"\^\{(\([lL\d][+−1]*\))\}", r"^\1"),
    (r"\^\{(\([lL\d][+−1]*\))ᵀ\}", r"^\1ᵀ"),
    (r"\^2", "²"),
    (r"\^\{?ᵀ\}?", "ᵀ"),
    (r"\\frac\{(∂[^{}]*)\}\{(∂[^{}]*)\}", r"\1/\2"),
]
FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
ROOT_SIGN = re.compile(r"\\sqrt\{([^{}]*)\}")
# How an equation is misprinted, to see that it is noticed.
WRONG = {" + ": " − ", " − ": " + ", " / ": " · ", "(−": "(", "= −": "= ", " > ": " < ", " ≤ ": " ≥ "}
WRONG |= {"max(": "min(", "min(": "max(", "sin(": "cos(", "cos(": "sin(", "²": "³", "ⁿ": "²"}


@dataclass(frozen=True)
class Equation:
    """An equation as printed: what is on the left, and each value that it is said to have."""

    left: str
    values: tuple[tuple[str, str], ...]  # (sign before it, text)
    text: str

    @classmethod
    def read(cls, text: str) -> "Equation":
        left, *rest = split_at_signs(text)
        return cls(left.replace(" ", ""), tuple(zip(rest[::2], rest[1::2], strict=True)), text)


def split_at_signs(text: str) -> list[str]:
    """Split at every =, ← and ≈ that is not in brackets, keeping them."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter in "=←≈" and not depth:
            parts += [letter, ""]
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def docstrings() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        yield from docstrings_of(ast.parse(path.read_text(encoding="utf-8")), module)


def docstrings_of(node: ast.Module | ast.ClassDef | ast.FunctionDef, place: str) -> Iterator[tuple[str, str]]:
    yield place, ast.get_docstring(node) or ""
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from docstrings_of(child, f"{place}.{child.name}")


def indented_blocks(text: str) -> list[list[str]]:
    """Give the lines of each block that stands deeper than the line ending in `::` before it."""
    blocks = re.findall(r"^( *)(?:\S.*)?::\n\n((?:\1 +\S.*(?:\n|$))+)", text, re.MULTILINE)
    return [[line.strip() for line in block.splitlines()] for _, block in blocks]


def equations_in(block: list[str]) -> list[Equation]:
    """Read a block of equations, one a line; a block with no = or ← between spaces is a tree or a command."""
    if not any(re.search(" [=←] ", line) for line in block):
        return []
    return [Equation.read(line) for line in block]


def plain(latex: str) -> str:
    for pattern, replacement in LATEX:
        latex = re.sub(pattern, replacement, latex)
    while FRACTION.search(latex) or ROOT_SIGN.search(latex):
        latex = ROOT_SIGN.sub(r"√(\1)", FRACTION.sub(r"((\1) / (\2))", latex))
    return latex.strip()


def equations_of_docstrings() -> dict[str, list[Equation]]:
    places = defaultdict(list)
    for place, text in docstrings():
        for block in indented_blocks(text):
            places[place] += equations_in(block)
    return {place: equations for place, equations in places.items() if equations}


def equations_of_lesson() -> dict[str, list[Equation]]:
    """Give the displayed equations under each heading."""
    places = {}
    for section in re.split(r"^#+ ", LESSON.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        displayed = re.findall(r"```math\n(.*?)\n```|\$\$(.*?)\$\$", section, re.DOTALL)
        if displayed:
            places[section.partition("\n")[0]] = [Equation.read(plain("".join(pair))) for pair in displayed]
    return places


class Printed:
    """The equations of one place: ask for a left-hand side, give values to the names, get the value as printed.

    A name without a value is looked up on the left-hand sides of the same place.
    """

    def __init__(self, equations: list[Equation]) -> None:
        self.equations = equations
        self.evaluated: set[Equation] = set()
        self.rng = np.random.default_rng(0)  # for the numbers that they are tried on

    def __call__(self, left: str, nth: int = 0, within: float = 1e-12, **names: Any) -> Any:
        """Evaluate the nth equation with that left-hand side; all the values it prints must agree."""
        same = [equation for equation in self.equations if equation.left == left]
        assert same, f"no equation for {left} is printed: the case is of one that is gone"
        return self.value(same[nth], Names(names, self), within)

    def value(self, equation: Equation, names: Mapping[str, Any], within: float = 1e-12) -> Any:
        self.evaluated.add(equation)
        _, free = name_and_indices(equation.left)
        first, *others = [(sign, text, evaluate(text, names, free)) for sign, text in equation.values]
        for sign, text, value in others:
            close = half_a_unit(text) if sign == "≈" else within
            np.testing.assert_allclose(value, first[2], rtol=within, atol=close, err_msg=equation.text)
        return first[2]


class Names(dict):
    """Values by name; what the case does not give, another equation of the place defines."""

    def __init__(self, given: Mapping[str, Any], printed: Printed) -> None:
        super().__init__(FUNCTIONS | dict(given))
        self.printed = printed

    def __missing__(self, name: str) -> Any:
        for equation in self.printed.equations:
            if name_and_indices(equation.left)[0] == name:
                self[name] = self.printed.value(equation, self)
                return self[name]
            if equation.left.startswith(f"{name}("):
                return self.function(equation)
        raise KeyError(f"{name} has no value and is not defined by a printed equation")

    def function(self, equation: Equation) -> Any:
        (argument,) = re.findall(r"\((\w+)\)", equation.left)
        return lambda value: self.printed.value(equation, Names({**self, argument: value}, self.printed))


def half_a_unit(number: str) -> float:
    """Say how far a rounded number may be off: half a unit of its last digit."""
    return 0.5000001 * 10.0 ** -len(number.partition(".")[2])


# Gives values to the names of a place's equations, and compares what comes out with what the code computes.
Case = Callable[[Printed], None]


class Cases(dict[str, Case]):
    """The case of each place."""

    def case(self, place: str) -> Callable[[Case], Case]:
        """Decorate a place's case."""
        return lambda check: self.setdefault(place, check)


def agree(printed: Any, computed: Any, within: float = 1e-12) -> None:
    np.testing.assert_allclose(printed, computed, rtol=within, atol=within)


def result(function: Callable[..., None], *arguments: Any) -> Any:
    """Call a function that writes into an array shaped like its first argument."""
    out = np.empty_like(arguments[0])
    function(*arguments, out=out)
    return out


def differences(function: Callable[[Any], Any], at: Any, step: float = 1e-5) -> Any:
    """Differentiate with respect to each element of a vector."""
    steps = np.eye(len(at)) * step
    return np.array([(function(at + one) - function(at - one)) / (2 * step) for one in steps])


def left_out(case: Case, equations: list[Equation]) -> list[str]:
    """Run a place's case; give the equations that it did not evaluate."""
    printed = Printed(equations)
    case(printed)
    return [equation.text for equation in equations if equation not in printed.evaluated]


def unnoticed_misprints(case: Case, equations: list[Equation]) -> list[str]:
    """Get one sign wrong, in every way; give the equations with which the case still holds."""
    unnoticed = []
    for number, equation in enumerate(equations):
        for wrong in misprints(equation):
            try:
                left_out(case, [*equations[:number], wrong, *equations[number + 1 :]])
                unnoticed.append(wrong.text)
            except (AssertionError, ArithmeticError, RuntimeWarning):
                continue
    return unnoticed


def misprints(equation: Equation) -> Iterator[Equation]:
    text = equation.text
    for found in re.finditer("|".join(map(re.escape, WRONG)), text):
        yield Equation.read(text[: found.start()] + WRONG[found.group()] + text[found.end() :])
