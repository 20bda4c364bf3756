"""The graph of a model as lines of a programming language: what the ONNX file computes, for one example.

Nodes that go number by number become expressions, one in another, until a value is needed twice or as a whole; that one
gets a variable. Sums are of double precision; what a node gives in single precision is rounded to it, as the deskewing
of images needs, whose pixels are whole numbers.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, ClassVar, TypeAlias

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing.encoders import Encoder, encoders_of
from ..data.preprocessing.pixels import BRIGHTEST, PixelScaling
from ..data.preprocessing.table import TablePreprocessing
from ..data.readers.cells import GAPS, TRUTH
from ..errors import UsageError
from ..model.model import Model
from .onnx import Graph, add_decision, add_model, sources_of

# What languages write alike; each adds its own.
ALIKE = {"Add": "({0} + {1})", "Sub": "({0} - {1})", "Mul": "({0} * {1})", "Div": "({0} / {1})", "Neg": "(-{0})"}
ALIKE |= {"Greater": "({0} > {1})", "GreaterOrEqual": "({0} >= {1})", "Less": "({0} < {1})"}
ALIKE |= {"LessOrEqual": "({0} <= {1})", "Equal": "({0} == {1})", "Sign": "sign({0})"}
ALIKE |= {name.capitalize(): f"{name}({{0}})" for name in ("exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos")}
ALIKE |= {"Sqrt": "sqrt({0})", "IsNaN": "isnan({0})"}
TRUTHS = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "IsNaN")
# What gives a number that it was given, or a whole one, is not rounded.
EXACT = (*TRUTHS, "Neg", "Abs", "Sign", "Floor", "Round", "Min", "Max", "Clip", "Where", "Cast", "LabelEncoder")
OVER_ALL = {"ReduceSum": "total", "ReduceMax": "largest", "ReduceMean": "mean", "ArgMax": "place_of_largest"}
SAME = ("Flatten", "Reshape", "Squeeze", "Identity")


Node: TypeAlias = tuple[str, tuple[str, ...], dict[str, Any]]  # operator, inputs, attributes


def _kind(encoder: Encoder) -> str:
    """Say what a column takes by a letter, which the templates explain."""
    number = "t" if encoder.takes_truth else "n"
    letter = "w" if encoder.words else "d" if encoder.kind == "dates" else number
    return letter.upper() if encoder.takes_gaps else letter


class SourceGraph(Graph):
    """The nodes by the names of what they give, in their order, and the arrays that they take."""

    of_parts = True

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.arrays: dict[str, AnyArray] = {}

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Keep a node and give the name of its output."""
        name = name or f"node {len(self.nodes)}"
        self.nodes[name] = (operator, inputs, attributes)
        return name

    def constant(self, values: AnyArray | np.generic) -> str:
        """Keep an array and give its name."""
        name = f"array {len(self.arrays)}"
        self.arrays[name] = np.asarray(values)
        return name

    def _type(self, dtype: Any) -> Any:
        return np.dtype(dtype)


class Source(ABC):
    """A model in a programming language: derive from it, and say how its expressions and lines are written."""

    template: ClassVar[str]  # the file in ``templates`` that the lines are put into
    operators: ClassVar[Mapping[str, str]]  # expressions by ONNX's names, of operands {0}, {1}, ...
    single: ClassVar[str]  # rounding
    casts: ClassVar[Mapping[str, str]]  # to numbers of a kind
    lines: ClassVar[Mapping[str, str]]  # those that keep a ``number``, a ``row``, and so on; see the languages

    def __init__(self, model: Model) -> None:
        self.model, self.graph = model, SourceGraph()
        self.body: list[str] = []
        self.tables: list[str] = []
        self._sizes: dict[str, int] = {}
        self._types: dict[str, np.dtype[Any]] = {}
        self._variables: dict[str, str] = {}  # the names of values that have one
        self._waiting: dict[str, str] = {}  # expressions of values that have none yet
        self._widths: dict[str, int] = {}  # of rows of pixels
        self._numbered = 0

    @abstractmethod
    def text(self, value: str) -> str:
        """Write a string, whatever is in it, in ASCII."""

    @abstractmethod
    def array(self, name: str, values: AnyArray) -> str:
        """Write a table of numbers, exactly."""

    @abstractmethod
    def dictionary(self, name: str, pairs: Mapping[str, float]) -> str:
        """Write a table of words and numbers, for the expression of a LabelEncoder."""

    def texts(self, values: Iterable[str]) -> str:
        """Write the elements of a list of strings."""
        return "".join(f"\n    {self.text(value)}," for value in values)

    def written(self) -> bytes:
        """Give the whole file: the template with its fields, each ``@name@``, and its sections that are called."""
        template = files(__package__).joinpath("templates", self.template).read_text(encoding="utf-8")
        head, *sections = re.split(r"^@@ (\w+)\n", template, flags=re.MULTILINE)
        fields = self._described() | self._computed()
        body = fields["body"] = "\n".join(self.body)
        pairs = zip(sections[::2], sections[1::2], strict=True)
        called = [text for name, text in pairs if re.search(rf"\b{name}\(", body)]
        fields |= {"helpers": "".join(called), "tables": "\n".join(self.tables)}
        return re.sub(r"@(\w+)@", lambda field: fields[field[1]], head).encode("ascii")

    def _described(self) -> dict[str, str]:
        """Say what a row holds and what the answer means."""
        preprocessing, classes = self.model.preprocessing, self.model.class_names
        names = preprocessing.names if isinstance(preprocessing, TablePreprocessing) else ()
        kinds = "n"
        if isinstance(preprocessing, TablePreprocessing):
            kinds = "".join(map(_kind, encoders_of(preprocessing)))
        words = {"columns": names, "classes": classes, "gaps": sorted(GAPS)}
        words |= {"truths": [word for word in TRUTH if TRUTH[word]], "untruths": [w for w in TRUTH if not TRUTH[w]]}
        numbers = {"cells": len(names) or preprocessing.inputs, "named": len(names), "class_count": len(classes)}
        numbers["brightest"] = BRIGHTEST if isinstance(preprocessing, PixelScaling) else 0
        written = {name: self.texts(values) for name, values in words.items()}
        written |= {name: str(value) for name, value in numbers.items()}
        return {**written, "kinds": self.text(kinds), "unit": self.text(self.model.unit)}

    def _computed(self) -> dict[str, str]:
        """Write all nodes, and say where the answer is."""
        graph, model = self.graph, self.model
        result, _ = add_model(graph, model, np.dtype(np.float64))
        decision = add_decision(graph, model, result) if model.class_names else ""
        for place, (name, kind, shape) in enumerate(sources_of(model)):
            size = self._sizes[name] = math.prod(shape)
            self._types[name] = np.dtype(kind)
            cell = self.lines["word" if kind is np.object_ else "cell"].format(place=place if shape == (1,) else "i")
            (self._variables if size == 1 else self._waiting)[name] = cell
        self._sizes |= {name: array.size for name, array in graph.arrays.items()}
        self._types |= {name: array.dtype for name, array in graph.arrays.items()}
        uses = Counter([result, decision])
        for name, (_, inputs, _) in reversed(graph.nodes.items()):
            uses.update(inputs if uses[name] else ())
        for name, node in graph.nodes.items():
            if uses[name]:
                self._write(name, node)
            if uses[name] > 1:
                self._variable(name)
        element = self._variable(result) + "[i]" * (self._sizes[result] > 1)
        outputs, best = str(self._sizes[result]), self._variable(decision) if decision else "0"
        return {"element": element, "outputs": outputs, "decision": best}

    def _write(self, name: str, node: Node) -> None:
        """Write one node."""
        operator, inputs, _ = node
        first = inputs[0]
        self._types[name] = self._types[first]
        if operator in SAME:
            if operator == "Reshape":
                self._widths[name] = int(self.graph.arrays[inputs[1]][-1])
            self._sizes[name] = self._sizes[first]
            self._variables[name] = self._variable(first)
        elif operator == "MatMul" and inputs[1] in self.graph.arrays:
            weights = self.graph.arrays[inputs[1]]
            sizes, values, table = weights.shape, self._row(first), f"table_{len(self.tables)}"
            self.tables.append(self.array(table, weights))
            self._add_row(name, "product", sizes[1], inputs=sizes[0], values=values, table=table)
        elif operator == "Concat":
            parts, start = [], 0
            for part in inputs:
                size = self._sizes[part]
                fields = {"start": start, "expression": self._operand(part, size), "size": size}
                parts.append(self.lines["part" if size == 1 else "parts"].format(name=f"v{self._numbered}", **fields))
                start += size
            self._add_row(name, "joined", start, parts="".join(parts))
        elif operator in OVER_ALL:
            self._sizes[name] = 1
            fields = {"function": OVER_ALL[operator], "values": self._row(first), "size": self._sizes[first]}
            self._waiting[name] = self.lines["over_all"].format(**fields)
        elif operator in ("Gather", "GatherElements", "Pad"):
            self._waiting[name] = self._picked(name, node)
        else:
            self._waiting[name] = self._expression(name, node)

    def _expression(self, name: str, node: Node) -> str:
        """Write a node that goes number by number; UsageError if the language has no expression for it."""
        operator, inputs, attributes = node
        template = self.operators.get(operator)
        if operator == "Cast":
            self._types[name] = attributes["to"]
            template = self.single if self._types[name] == np.float32 else self.casts[self._types[name].kind]
        elif operator == "Div" and np.all(self.graph.arrays.get(inputs[1], np.zeros(1))):
            template = ALIKE["Div"]  # by what is not 0, whatever the language does then
        elif operator == "Where":
            self._types[name] = self._types[inputs[1]]
        elif operator == "LabelEncoder" and "keys_strings" in attributes:
            pairs = dict(zip(attributes["keys_strings"], attributes["values_floats"], strict=True))
            table, rest = f"table_{len(self.tables)}", float(attributes["default_float"])
            self.tables.append(self.dictionary(table, pairs))
            self._types[name] = np.dtype(np.float64)
            template = self.operators[operator].format("{0}", table, len(pairs), rest)
        if template is None:
            remedy = "Export it as onnx, or write its nodes by operators that glassnet.interop.expressions knows"
            raise UsageError(f"no expression of {type(self).__name__} for the ONNX operator {operator}", remedy=remedy)
        size = self._sizes[name] = max(self._sizes[source] for source in inputs)
        expression = template.format(*(self._operand(source, size) for source in inputs))
        rounded = self._types[name] == np.float32 and operator not in EXACT
        if operator in TRUTHS:
            self._types[name] = np.dtype(bool)
        return self.single.format(expression) if rounded else expression

    def _picked(self, name: str, node: Node) -> str:
        """Write an expression that takes numbers from their places."""
        operator, (first, places, *_), _ = node
        values = self._row(first)
        if operator == "Gather":
            self._sizes[name] = 1
            return f"{values}[{self.graph.arrays[places].item()}]"
        if operator == "GatherElements":
            self._sizes[name] = self._sizes[places]
            return f"{values}[{self.casts['i'].format(self._operand(places, self._sizes[name]))}]"
        width, margins = self._widths[first], self.graph.arrays[places].tolist()
        left, wide = margins[2], width + margins[2] + margins[5]
        self._sizes[name] = self._sizes[first] // width * wide
        inside = f"((i % {wide} >= {left}) & (i % {wide} < {left + width}))"
        place = self.casts["i"].format(f"i / {wide}")
        return self.operators["Where"].format(inside, f"{values}[{place} * {width} + i % {wide} - {left}]", "0.0")

    def _operand(self, name: str, size: int) -> str:
        """Write a value in an expression of such a size: its own expression, or element i of it."""
        if name in self.graph.arrays and self._sizes[name] == 1:
            return repr(float(self.graph.arrays[name].item()))
        if name in self._waiting and self._sizes[name] == size:
            return self._waiting[name]
        variable = self._variable(name)
        return variable if self._sizes[name] == 1 else f"{variable}[i]"

    def _variable(self, name: str) -> str:
        """Say what a value is called, after the lines that give it a name."""
        if name in self._variables:
            return self._variables[name]
        if name in self.graph.arrays:
            variable = self._variables[name] = f"table_{len(self.tables)}"
            self.tables.append(self.array(variable, self.graph.arrays[name]))
        elif self._sizes[name] > 1:
            self._add_row(name, "row", self._sizes[name], expression=self._waiting.pop(name))
        else:
            self._variables[name] = f"v{self._numbered}"
            self._numbered += 1
            fields = {"name": self._variables[name], "expression": self._waiting.pop(name)}
            self.body.append(self.lines["number"].format(**fields))
        return self._variables[name]

    def _row(self, name: str) -> str:
        """Say what a value is called where a row is needed, even if it is one number."""
        variable = self._variable(name)
        return variable if self._sizes[name] > 1 else self.lines["alone"].format(variable)

    def _add_row(self, name: str, line: str, size: int, **fields: Any) -> None:
        """Write lines that make a row; if that is one number, the value is its first."""
        row, self._sizes[name] = f"v{self._numbered}", size
        self._numbered += 1
        self.body.append(self.lines[line].format(name=row, size=size, **fields))
        self._variables[name] = row if size > 1 else f"{row}[0]"
