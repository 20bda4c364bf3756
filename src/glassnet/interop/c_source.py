"""Models as one file of C99 that needs nothing but the C library."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from ..arrays import AnyArray
from ..errors import UsageError
from ..files import write_whole
from ..model.model import Model
from .expressions import ALIKE, Source
from .formats import FORMATS

PLAIN = re.compile(r"[^\w .,:;+=()<>-]", re.ASCII)  # but for these, a string of C has escapes; ?? begins a trigraph


class CSource(Source):
    """A model in C99."""

    template = "model.c.txt"
    operators: ClassVar = ALIKE | {"Min": "fmin({0}, {1})", "Max": "fmax({0}, {1})"}
    operators |= {"Abs": "fabs({0})", "Floor": "floor({0})", "Round": "rint({0})", "Where": "({0} ? {1} : {2})"}
    operators |= {"Clip": "fmin(fmax({0}, {1}), {2})", "LabelEncoder": "known({0}, {1}, {1}_numbers, {2}, {3})"}
    single, casts = "(double)(float)({0})", {"f": "(double)({0})", "i": "(int)({0})"}
    lines: ClassVar = {
        "cell": "row[{place}].number",
        "word": "row[{place}].word",
        "number": "    double {name} = {expression};",
        "row": "    double {name}[{size}];\n    for (int i = 0; i < {size}; i++) {name}[i] = {expression};",
        "alone": "(&{0})",
        "product": "    double {name}[{size}];\n    product({values}, {inputs}, {table}, {size}, {name});",
        "over_all": "{function}({values}, {size})",
        "joined": "    double {name}[{size}];{parts}",
        "part": "\n    {name}[{start}] = {expression};",
        "parts": "\n    for (int i = 0; i < {size}; i++) {name}[{start} + i] = {expression};",
    }

    def text(self, value: str) -> str:
        """Write it with all bytes but letters and harmless signs escaped; UsageError if there is a zero."""
        if "\0" in value:
            raise UsageError("a string of C cannot hold a zero", got=repr(value), remedy="Export as python or onnx")
        bytes_ = value.encode("utf-8", "surrogatepass").decode("latin-1")
        return '"' + PLAIN.sub(lambda found: f"\\{ord(found[0]):03o}", bytes_) + '"'

    def array(self, name: str, values: AnyArray) -> str:
        """Write numbers in base 16, which are exact in single as in double precision."""
        kind = "float" if (values.astype(np.float32) == values).all() else "double"
        digits = [re.sub(r"\.?0*p", "p", float(value).hex()) + "f" * (kind == "float") for value in values.ravel()]
        return f"static const {kind} {name}[{values.size}] = {{\n{textwrap.fill(', '.join(digits), 118)}\n}};"

    def dictionary(self, name: str, pairs: Mapping[str, float]) -> str:
        """Write words in the order of their bytes, and their numbers."""
        ordered = sorted(pairs, key=lambda word: word.encode("utf-8", "surrogatepass"))
        numbers = textwrap.fill(", ".join(repr(float(pairs[word])) for word in ordered), 118)
        words = f"static const char *const {name}[] = {{{self.texts(ordered)}\n}};"
        return f"{words}\nstatic const double {name}_numbers[] = {{\n{numbers}\n}};"


@FORMATS.register("c")
def export_c(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model as one file of C99 with its preprocessing inside, which needs the C library and libm alone.

    The file says how it is compiled and called: ``model_predict`` takes numbers and words, ``model_predict_text`` the
    cells of a CSV file; with ``-DMODEL_MAIN`` it is a program that answers the rows of one.

    Arguments and errors are those of `export_python`; a zero within a string is refused too.

    Examples
    --------
    >>> import glassnet, pathlib, tempfile
    >>> model = glassnet.Model(glassnet.Network([4, 2], seed=3), glassnet.PixelScaling((2, 2)), ("no", "yes"))
    >>> export_c(model, pathlib.Path(tempfile.mkdtemp()) / "model.c")
    """
    write_whole(path, CSource(model).written())
