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
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing.encoders import ColumnEncoding
from ..data.preprocessing.table import TablePreprocessing
from ..errors import UsageError
from ..model.model import Model
from .onnx import Graph, add_decision, add_model, sources_of

# What languages write alike; each adds its own.
ALIKE = {"Add": "({0} + {1})", "Sub": "({0} - {1})", "Mul": "({0} * {1})", "Div": "({0} / {1})", "Neg": "(-{0})"}
ALIKE |= {"Greater": "({0} > {1})", "GreaterOrEqual": "({0} >= {1})", "Less": "({0} < {1})"}
ALIKE |= {"LessOrEqual": "({0} <= {1})", "Equal": "({0} == {1})", "Sign": "sign({0})"}
ALIKE |= {name.title(): f"{name}({{0}})" for name in ("exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos")}
ALIKE |= {"Sqrt": "sqrt({0})", "IsNaN": "isnan({0})"}
TRUTHS = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "IsNaN")
# What gives a number that it was given, or a whole one, is not rounded.
EXACT = (*TRUTHS, "Neg", "Abs", "Sign", "Floor", "Round", "Min", "Max", "Clip", "Where", "Cast", "LabelEncoder")
WHOLE_VALUES = {"ReduceSum": "total", "ReduceMax": "largest", "ReduceMean": "mean", "ArgMax": "place_of_largest"}
SAME = ("Flatten", "Reshape", "Squeeze", "Identity")


class Node(NamedTuple):
    """What a node of the graph does."""

    operator: str
    inputs: tuple[str, ...]
    attributes: dict[str, Any]


class SourceGraph(Graph):
    """The nodes by the names of what they give, in their order, and the arrays that they take."""

    of_parts = True

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.arrays: dict[str, AnyArray] = {}

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Keep a node and give the name of its output."""
        name = name or f"node {len(self.nodes)}"
        self.nodes[name] = Node(operator, inputs, attributes)
        return name

    def constant(self, values: AnyArray | np.generic) -> str:
        """Keep an array and give its name."""
        name = f"array {len(self.arrays)}"
        self.arrays[name] = np.asarray(values)
        return name

    def _type(self, dtype: Any) -> Any:
        return np.dtype(dtype)


class Source(ABC):
    """A model in a programming language: derive from it, say how things are written, and register a format.

    Attributes
    ----------
    language : str
        For messages.
    template : str
        The file in ``templates`` that the lines are put into.
    number_by_number : dict of str to str
        An expression for each operator of ONNX, of operands {0}, {1}, ...
    """

    language: ClassVar[str]
    template: ClassVar[str]
    number_by_number: ClassVar[Mapping[str, str]]
    single: ClassVar[str]
    casts: ClassVar[Mapping[str, str]]  # to numbers of a kind
    quotient: ClassVar[str]  # of whole numbers, without what remains

    def __init__(self, model: Model) -> None:
        self.model, self.graph = model, SourceGraph()
        self.lines: list[str] = []  # of the function
        self.tables: list[str] = []  # what stands before it
        self.sizes: dict[str, int] = {}
        self.types: dict[str, np.dtype[Any]] = {}
        self._variables: dict[str, str] = {}  # the names of values that have one
        self._waiting: dict[str, str] = {}  # expressions of values that have none yet
        self._widths: dict[str, int] = {}  # of rows of pixels
        result, _ = add_model(self.graph, model, np.dtype(np.float64))
        decision = add_decision(self.graph, model, result) if model.class_names else ""
        self._write_all()
        self.answer, self.outputs = self._variable(result), self.sizes[result]
        self.decision = self._variable(decision) if decision else "0"

    @abstractmethod
    def number(self, value: float) -> str:
        """Write a number, exactly."""

    @abstractmethod
    def text(self, value: str) -> str:
        """Write a string, whatever is in it, in ASCII."""

    @abstractmethod
    def source(self, place: int, shape: tuple[int, ...], words: bool) -> str:
        """Say what the input at a place is called: all of the row's numbers, or one cell."""

    @abstractmethod
    def array(self, name: str, values: AnyArray) -> None:
        """Write a table of numbers."""

    @abstractmethod
    def dictionary(self, name: str, pairs: Mapping[str, float]) -> None:
        """Write a table of words and numbers, for the expression of a LabelEncoder."""

    @abstractmethod
    def assign(self, name: str, size: int, expression: str) -> None:
        """Write a line that keeps a number, or as many as ``size``, whose expression has their place, i, in it."""

    @abstractmethod
    def product(self, name: str, values: str, weights: AnyArray) -> None:
        """Write lines that multiply a row by a matrix, (inputs, units)."""

    @abstractmethod
    def join(self, name: str, parts: list[tuple[str, int]]) -> None:
        """Write lines that lay values, expressions as `assign` takes them and their sizes, one after another."""

    @abstractmethod
    def over_all(self, function: str, values: str, size: int) -> str:
        """Write a call of a function of a whole row."""

    def written(self, **fields: str) -> str:
        """Give the whole file: the template with its fields, each ``@name@``, and the sections that are called."""
        template = files(__package__).joinpath("templates", self.template).read_text(encoding="utf-8")
        head, *sections = re.split(r"^@@ (\w+)\n", template, flags=re.MULTILINE)
        body = "\n".join(self.lines)
        called = [text for name, text in zip(sections[::2], sections[1::2], strict=True) if f"{name}(" in body]
        cells, outputs = sum(math.prod(shape) for _, _, shape in sources_of(self.model)), str(self.outputs)
        fields |= {"tables": "\n".join(self.tables), "body": body, "cells": str(cells), "outputs": outputs}
        return re.sub(r"@(\w+)@", lambda field: fields[field[1]], head.replace("@helpers@", "".join(called)))

    @property
    def columns(self) -> list[tuple[str, str, bool]]:
        """The name of each column, what it takes (words, dates or numbers), and whether it may lack; () without."""
        preprocessing = self.model.preprocessing
        if isinstance(preprocessing, ColumnEncoding):
            kinds = ["words" if each.words else each.kind or "numbers" for each in preprocessing.encoders]
            gaps = [each.takes_gaps for each in preprocessing.encoders]
            return list(zip(preprocessing.names, kinds, gaps, strict=True))
        names = preprocessing.names if isinstance(preprocessing, TablePreprocessing) else ()
        return [(name, "numbers", False) for name in names]

    def _write_all(self) -> None:
        """Write all nodes, after the inputs."""
        for place, (name, kind, shape) in enumerate(sources_of(self.model)):
            self.sizes[name], self.types[name] = math.prod(shape), np.dtype(kind)
            self._variables[name] = self.source(place, shape, kind is np.object_)
        for name, array in self.graph.arrays.items():
            self.sizes[name], self.types[name] = array.size, array.dtype
        uses = Counter(source for node in self.graph.nodes.values() for source in node.inputs)
        for name, node in self.graph.nodes.items():
            self._write(name, node)
            if uses[name] > 1:
                self._variable(name)

    def _write(self, name: str, node: Node) -> None:
        """Write one node."""
        operator, inputs, first = node.operator, node.inputs, node.inputs[0]
        self.types[name] = self.types[first]
        if operator in SAME:
            if operator == "Reshape":
                self._widths[name] = int(self.graph.arrays[inputs[1]][-1])
            self.sizes[name] = self.sizes[first]
            self._variables[name] = self._variable(first)
        elif operator == "MatMul" and inputs[1] in self.graph.arrays:
            weights = self.graph.arrays[inputs[1]]
            self.sizes[name], values = weights.shape[1], self._variable(first)
            self.product(self._row(name), values, weights)
        elif operator == "Concat":
            self.sizes[name] = sum(self.sizes[part] for part in inputs)
            parts = [(self._operand(part, self.sizes[part]), self.sizes[part]) for part in inputs]
            self.join(self._row(name), parts)
        elif operator in WHOLE_VALUES:
            self.sizes[name] = 1
            self._waiting[name] = self.over_all(WHOLE_VALUES[operator], self._variable(first), self.sizes[first])
        elif operator in ("Gather", "GatherElements", "Pad"):
            self._waiting[name] = self._picked(name, node)
        else:
            self._waiting[name] = self._expression(name, node)

    def _expression(self, name: str, node: Node) -> str:
        """Write a node that goes number by number; UsageError if the language has no expression for it."""
        operator, inputs = node.operator, node.inputs
        template = self.number_by_number.get(operator)
        if operator == "Cast":
            self.types[name] = node.attributes["to"]
            template = self.single if self.types[name] == np.float32 else self.casts[self.types[name].kind]
        if operator == "Where":
            self.types[name] = self.types[inputs[1]]
        if operator == "LabelEncoder" and "keys_strings" in node.attributes:
            self.types[name], inputs = np.dtype(np.float64), inputs[:1]
            pairs = dict(zip(node.attributes["keys_strings"], node.attributes["values_floats"], strict=True))
            table, rest = f"words_{len(self.tables)}", self.number(node.attributes["default_float"])
            self.dictionary(table, pairs)
            template = self.number_by_number[operator].format("{0}", table, len(pairs), rest)
        if template is None:
            remedy = "Export it as onnx, or write its nodes by operators that glassnet.interop.expressions knows"
            raise UsageError(f"no expression in {self.language} for the ONNX operator {operator}", remedy=remedy)
        size = self.sizes[name] = max(self.sizes[source] for source in inputs)
        expression = template.format(*(self._operand(source, size) for source in inputs))
        rounded = self.types[name] == np.float32 and operator not in EXACT
        if operator in TRUTHS:
            self.types[name] = np.dtype(bool)
        return self.single.format(expression) if rounded else expression

    def _picked(self, name: str, node: Node) -> str:
        """Write an expression that takes numbers from their places."""
        first, values = node.inputs[0], self._variable(node.inputs[0])
        if node.operator == "Gather":
            (place,) = self.graph.arrays[node.inputs[1]].tolist()
            several, self.sizes[name] = self.sizes[first] > 1, 1
            return f"{values}[{place}]" if several else values
        if node.operator == "GatherElements":
            self.sizes[name] = self.sizes[node.inputs[1]]
            return f"{values}[{self.casts['i'].format(self._operand(node.inputs[1], self.sizes[name]))}]"
        width, margins = self._widths[first], self.graph.arrays[node.inputs[1]].tolist()
        left, wide = margins[2], width + margins[2] + margins[5]
        self.sizes[name] = self.sizes[first] // width * wide
        inside = f"(i % {wide} >= {left} and i % {wide} < {left + width})"
        place = f"{values}[i {self.quotient} {wide} * {width} + i % {wide} - {left}]"
        return self.number_by_number["Where"].format(inside, place, "0.0")

    def _operand(self, name: str, size: int) -> str:
        """Write a value in an expression of such a size: its own expression, or element i of it."""
        if name in self.graph.arrays and self.sizes[name] == 1:
            return self.number(self.graph.arrays[name].item())
        if name in self._waiting and self.sizes[name] == size:
            return self._waiting[name]
        variable = self._variable(name)
        return variable if self.sizes[name] == 1 else f"{variable}[i]"

    def _variable(self, name: str) -> str:
        """Say what a value is called, after the lines that give it a name."""
        if name not in self._variables:
            if name in self.graph.arrays:
                self._variables[name] = f"table_{len(self.tables)}"
                self.array(self._variables[name], self.graph.arrays[name])
            else:
                self._variables[name] = self._new()
                self.assign(self._variables[name], self.sizes[name], self._waiting.pop(name))
        return self._variables[name]

    def _row(self, name: str) -> str:
        """Give a value the name of a row, even if it is one number, which is then its first."""
        row = self._new()
        self._variables[name] = row if self.sizes[name] > 1 else f"{row}[0]"
        return row

    def _new(self) -> str:
        return f"v{len(set(self._variables.values()))}"
