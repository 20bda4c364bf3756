"""Models as one file of C99 that needs nothing but the C library."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing.pixels import BRIGHTEST, PixelScaling
from ..data.readers.cells import GAPS, TRUTH
from ..errors import UsageError
from ..files import write_whole
from ..model.model import Model
from .expressions import ALIKE, Source
from .formats import FORMATS

PLAIN = re.compile(rb"[\w .,:;+=()<>-]", re.ASCII)  # what a string of C may have as it is; a ? may begin a trigraph


class CSource(Source):
    """A model in C99."""

    language, template = "C", "model.c.txt"
    number_by_number = ALIKE | {
        "Min": "fmin({0}, {1})",
        "Max": "fmax({0}, {1})",
        "Abs": "fabs({0})",
        "Floor": "floor({0})",
        "Round": "rint({0})",
        "Clip": "fmin(fmax({0}, {1}), {2})",
        "Where": "({0} ? {1} : {2})",
        "LabelEncoder": "known({0}, {1}, {1}_numbers, {2}, {3})",
    }
    single, casts, quotient = "(double)(float)({0})", {"f": "(double)({0})", "i": "(int)({0})"}, "/"

    def number(self, value: float) -> str:
        """Write the shortest digits that are read as the same number."""
        return repr(float(value)) if np.isfinite(value) else "NAN" if np.isnan(value) else f"({'-' * (value < 0)}INFINITY)"

    def text(self, value: str) -> str:
        """Write it with all bytes but letters and harmless signs escaped; UsageError if there is a zero."""
        if "\0" in value:
            raise UsageError("a string of C cannot hold a zero", got=repr(value), remedy="Export as python or onnx")
        content = value.encode("utf-8", "surrogatepass")
        return '"' + "".join(chr(b) if PLAIN.match(bytes([b])) else f"\\{b:03o}" for b in content) + '"'

    def texts(self, values: Iterable[str]) -> str:
        """Write the elements of an array of strings."""
        return ",".join(f"\n    {self.text(value)}" for value in values)

    def source(self, place: int, shape: tuple[int, ...], words: bool) -> str:
        """Copy all cells, or name one."""
        if shape == (1,):
            return f"row[{place}].{'word' if words else 'number'}"
        self.assign("cells", int(np.prod(shape)), "row[i].number")
        return "cells"

    def array(self, name: str, values: AnyArray) -> None:
        """Write numbers in base 16, which are exact in single as in double precision."""
        single = bool((values.astype(np.float32) == values).all())
        digits = [shortened(float(value)) + "f" * single for value in values.ravel()]
        lines = textwrap.fill(", ".join(digits), 118, initial_indent="    ", subsequent_indent="    ")
        self.tables.append(f"static const {'float' if single else 'double'} {name}[{values.size}] = {{\n{lines}\n}};")

    def dictionary(self, name: str, pairs: Mapping[str, float]) -> None:
        """Write words in the order of their bytes, and their numbers."""
        ordered = sorted(pairs, key=lambda word: word.encode("utf-8", "surrogatepass"))
        self.tables.append(f"static const char *const {name}[] = {{{self.texts(ordered)}\n}};")
        numbers = textwrap.fill(", ".join(repr(float(pairs[word])) for word in ordered), 118)
        self.tables.append(f"static const double {name}_numbers[] = {{\n{textwrap.indent(numbers, '    ')}\n}};")

    def assign(self, name: str, size: int, expression: str) -> None:
        """Declare a number, or an array and its loop."""
        if size == 1:
            self.lines.append(f"    double {name} = {expression};")
        else:
            self.lines.append(f"    double {name}[{size}];")
            self.lines.append(f"    for (int i = 0; i < {size}; i++) {name}[i] = {expression};")

    def product(self, name: str, values: str, weights: AnyArray) -> None:
        """Add the rows of the matrix, each times its value."""
        (inputs, units), table = weights.shape, f"table_{len(self.tables)}"
        self.array(table, weights)
        value = values if inputs == 1 else f"{values}[i]"
        self.lines += [
            f"    double {name}[{units}] = {{0}};",
            f"    for (int i = 0; i < {inputs}; i++)",
            f"        for (int j = 0; j < {units} && {value} != 0; j++) {name}[j] += {value} * {table}[i * {units} + j];",
        ]

    def join(self, name: str, parts: list[tuple[str, int]]) -> None:
        """Write each part to its place."""
        self.lines.append(f"    double {name}[{sum(size for _, size in parts)}];")
        start = 0
        for part, size in parts:
            loop = f"for (int i = 0; i < {size}; i++) {name}[{start} + i]" if size > 1 else f"{name}[{start}]"
            self.lines.append(f"    {loop} = {part};")
            start += size

    def over_all(self, function: str, values: str, size: int) -> str:
        """Write a call, with the number of values."""
        return f"{function}({values if size > 1 else '&' + values}, {size})"


def shortened(value: float) -> str:
    """Write a number in base 16 without the zeros at its end.

    >>> shortened(-0.75), shortened(0.0)
    ('-0x1.8p-1', '0x0p+0')
    """
    return re.sub(r"\.?0*p", "p", value.hex())


@FORMATS.register("c")
def export_c(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model as one file of C99 with its preprocessing inside, which needs the C library and libm alone.

    The file says how it is compiled and called: ``model_predict`` takes numbers and words, ``model_predict_text`` the
    cells of a CSV file; with ``-DMODEL_MAIN`` it is a program that answers the rows of one.

    Parameters
    ----------
    model : Model
        One network or an ensemble.
    path : path-like
        Where; written whole or not at all.

    Raises
    ------
    UsageError
        If an activation has no formula, or an encoder no nodes, or such as C has no expression for.
    FileError
        If the system refuses to write.

    Examples
    --------
    >>> import glassnet, pathlib, tempfile
    >>> model = glassnet.Model(glassnet.Network([4, 2], seed=3), glassnet.PixelScaling((2, 2)), ("no", "yes"))
    >>> export_c(model, pathlib.Path(tempfile.mkdtemp()) / "model.c")
    """
    source = CSource(model)
    kinds = [kind[0].upper() if gaps else kind[0] for _, kind, gaps in source.columns]
    fields = {
        "named": str(int(bool(source.columns))),
        "columns": source.texts([name for name, _, _ in source.columns] or [""]),
        "kinds": source.text("".join(kinds) or "n" * model.preprocessing.inputs),
        "classes": source.texts(model.class_names or [""]),
        "class_count": str(len(model.class_names)),
        "unit": source.text(model.unit),
        "brightest": str(BRIGHTEST if isinstance(model.preprocessing, PixelScaling) else 0),
        "gaps": source.texts(sorted(GAPS)),
        "truths": source.texts(word for word in TRUTH if TRUTH[word]),
        "untruths": source.texts(word for word in TRUTH if not TRUTH[word]),
        "answer": source.answer if source.outputs == 1 else f"{source.answer}[i]",
        "decision": source.decision,
    }
    write_whole(Path(path), source.written(**fields).encode("ascii"))
