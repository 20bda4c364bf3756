"""The equations that the code prints in its docstrings, and the lines that compute them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..data.preprocessing.pixels import PixelScaling
from ..data.preprocessing.table import FeatureScaling
from ..model.model import Model
from ..network import gradient_check
from ..network.activations import Activation
from ..network.formula import Portable
from ..network.layer import Layer, weight_gradient
from ..network.network import Network
from ..optimizers.sgd import SGD

PACKAGE = Path(__file__).parents[1]
BLOCK = re.compile(r"^( *)(?:\S.*)?::\n\n((?:\1 +\S.*(?:\n|$))+)", re.MULTILINE)

GREEK = {"δ": "delta", "ε": "varepsilon", "η": "eta", "θ": "theta", "μ": "mu", "π": "pi", "σ": "sigma"}
GREEK |= {"α": "alpha", "λ": "lambda", "τ": "tau", "Φ": "Phi", "ℓ": "ell"}
SIGNS = {"−": "-", "·": r"\cdot ", "⊙": r"\odot ", "←": r"\leftarrow ", "≤": r"\le ", "≥": r"\ge ", "‖": r"\|"}
POWERS = {"²": "^2", "³": "^3", "ⁿ": "^n", "ᵀ": r"^\top "}
FUNCTIONS = {"exp", "ln", "max", "min", "tanh", "sin", "cos"}
# A name, and what may stand at it: a layer, a transposition, an index; as in W^(l+1)ᵀ, δ^(l)_j and z_k'.
NAME = r"[A-Za-zΑ-Ωα-ωℓ]+'*(?:\^\((?:[lL](?:[+−]1)?|\d)\))?ᵀ?(?:_\w+'?\w*)?"
NAME_PARTS = re.compile(r"(\w+?)('*)(?:\^(\(.*?\)))?(ᵀ?)(?:_(.*))?$")
TOKEN = re.compile(
    rf"√\((?P<root>[^()]*)\)|∂(?P<above>{NAME})/∂(?P<below>{NAME})|Σ_(?P<index>\w+'?)"
    rf"|(?P<name>{NAME})|(?P<other>.)"
)


@dataclass(frozen=True)
class Equation:
    """An equation as the code prints it, and the line that computes it.

    Attributes
    ----------
    text : str
        As printed.
    file : str
        Within the package, as in ``network/layer.py``.
    line : int
        Counted from 1.
    code : str
        What stands in that line.
    of : str
        The name of the activation that it belongs to, where there is one.
    """

    text: str
    file: str
    line: int
    code: str
    of: str = ""

    @property
    def place(self) -> str:
        """File and line, as in ``network/layer.py:53``."""
        return f"{self.file}:{self.line}"

    @property
    def latex(self) -> str:
        """The same in LaTeX."""
        return _latex(self.text)


def equation(printed_by: object, left: str, computed_by: Callable[..., Any], statement: str = "") -> Equation:
    r"""Find a printed equation by what stands left of its sign.

    Parameters
    ----------
    printed_by : class, function or module
        Whose docstring prints it.
    left : str
        As in ``p_k``.
    computed_by : function
        What computes it.
    statement : str, optional
        How the line of that function begins; by default the first line after its docstring.

    Returns
    -------
    Equation

    Raises
    ------
    LookupError
        If the docstring prints none with that left-hand side, or no line begins so.

    Examples
    --------
    >>> from glassnet.network.layer import Layer
    >>> found = equation(Layer.gradient, "∂L/∂b^(l)", Layer.gradient, "np.add")
    >>> found.text, found.file
    ('∂L/∂b^(l) = Σ_n δ^(l)_n / N', 'network/layer.py')
    >>> found.latex
    '\\frac{\\partial L}{\\partial b^{(l)}} = \\sum_{n} \\delta^{(l)}_{n} / N'
    """
    texts = [text for text in printed_in(printed_by) if re.split(" [=←] ", text)[0] == left]
    if not texts:
        raise LookupError(f"no equation for {left} is printed by {printed_by!r}")
    return Equation(texts[0], *_line_of(computed_by, statement), getattr(printed_by, "name", ""))


def _of_function(kind: type[Portable], left: str, computed_by: Callable[..., Any], formula: str) -> Equation:
    """Find what a class prints, or, where a user's own prints none, its formula."""
    if any(text.startswith(f"{left} = ") for text in printed_in(kind)):
        return equation(kind, left, computed_by)
    text = f"{left} = {formula.replace(' * ', ' ') or kind.name}"
    return Equation(text, *_line_of(computed_by, ""), kind.name)


def printed_in(thing: object) -> list[str]:
    """List the equations that a docstring prints, a line each."""
    lines = [line.strip() for _, block in BLOCK.findall(inspect.getdoc(thing) or "") for line in block.splitlines()]
    return [line for line in lines if re.search(" [=←] ", line)]


@cache
def _line_of(function: Callable[..., Any], statement: str) -> tuple[str, int, str]:
    """Give file, number and text of the line of a function that begins with a statement, or of its first one."""
    lines, first = inspect.getsourcelines(function)
    path = Path(inspect.getfile(function))
    file = path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name
    documented = inspect.getsource(function).count('"""') > 1
    end = max(number for number, line in enumerate(lines) if '"""' in line) if documented else _end_of_head(lines)
    for number, line in enumerate(lines):
        code = line.strip()
        if number > end and (code.startswith(statement) if statement else code and not code.startswith("#")):
            return file, first + number, code
    raise LookupError(f"no line of {function.__qualname__} begins with {statement!r}")


def _end_of_head(lines: list[str]) -> int:
    """Find the line where a function's head ends."""
    return next(number for number, line in enumerate(lines) if line.rstrip().endswith(":"))


def _latex(text: str) -> str:
    return "".join(map(_in_latex, TOKEN.finditer(text))).strip()


def _in_latex(token: re.Match[str]) -> str:
    found = token.groupdict()
    if found["root"]:
        return rf"\sqrt{{{_latex(found['root'])}}}"
    if found["above"]:
        return rf"\frac{{\partial {_name(found['above'])}}}{{\partial {_name(found['below'])}}}"
    if found["index"]:
        return rf"\sum_{{{found['index']}}}"
    if found["name"]:
        return _name(found["name"])
    return SIGNS.get(found["other"], POWERS.get(found["other"], found["other"]))


def _name(text: str) -> str:
    name, primes, layer, transposed, subscript = NAME_PARTS.match(text).groups("")  # type: ignore[union-attr]
    if text in FUNCTIONS:
        return rf"\{name} " if name not in ("exp", "ln") else rf"\{name}"
    sign = rf"\{GREEK[name]} " if name in GREEK else name if len(name) == 1 else rf"\text{{{name}}}"
    above = layer.replace("−", "-") + (r"\top" if transposed else "")
    below = rf"\text{{{subscript}}}" if subscript.isalpha() and len(subscript) > 2 else subscript
    attached = primes + (f"^{{{above}}}" if above else "") + (f"_{{{below}}}" if below else "")
    return f"{sign.strip()}{attached}" if attached else sign


def derivation(model: Model) -> dict[str, tuple[Equation, ...]]:
    """Give the equations of each step, as the code prints them.

    Returns
    -------
    dict
        By step: input, sum, activation (one for each kind of hidden unit), output, loss, error, blame, slope (as
        activation), gradient, difference, update. A step that the network does not have is empty.
    """
    network = model.network
    last, loss = type(network.activations[-1]), type(network.loss)
    kinds = list(dict.fromkeys(type(activation) for activation in network.activations[:-1]))
    arriving = equation(Layer.backward, "∂ℓ/∂a^(l−1)_i", Layer.backward)
    back = equation(Network.backward, "δ^(l)", Layer.through_activation, "self.activation.backward")
    return {
        "input": _input(model),
        "sum": (equation(Layer.weighted_sums, "z^(l)_j", Layer.weighted_sums, "np.matmul"),),
        "activation": tuple(_of_function(kind, "f(z)", kind.forward, kind.formula) for kind in kinds),
        "output": _output(last),
        "loss": (_of_function(loss, "ℓ", loss.per_example, network.loss.formula),),
        "error": _error(network),
        "blame": (arriving, back) if kinds else (),
        "slope": tuple(_of_function(kind, "f'(z)", kind.backward, kind.slope) for kind in kinds),
        "gradient": (equation(Layer.gradient, "∂L/∂W^(l)", weight_gradient, "np.matmul"),),
        "difference": (equation(gradient_check.check_gradient, "q", gradient_check.central_difference, "return"),),
        "update": (equation(SGD, "θ", SGD.update, "parameters -= learning_rate * gradient"),),
    }


def _input(model: Model) -> tuple[Equation, ...]:
    kind = type(model.preprocessing)
    statements = {PixelScaling: "np.divide", FeatureScaling: "np.divide"}
    return (equation(kind, "x", kind.scale, statements[kind]),) if kind in statements else ()


def _output(last: type[Activation]) -> tuple[Equation, ...]:
    return (_of_function(last, "p_k" if last.sums_to_one else "f(z)", last.forward, last.formula),)


def _error(network: Network) -> tuple[Equation, ...]:
    """Give the gradient of the loss, and where it is with respect to the outputs what leads on to the logits."""
    loss, last = type(network.loss), type(network.activations[-1])
    if loss.from_logits:
        return (_of_function(loss, "∂ℓ/∂z_k", loss.gradient, network.loss.slope),)
    return (
        _of_function(loss, "∂ℓ/∂a_k", loss.gradient, network.loss.slope),
        _of_function(last, "∂ℓ/∂z_k" if last.sums_to_one else "f'(z)", last.backward, last.slope),
    )
