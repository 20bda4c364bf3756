"""Models as one Python file that needs nothing but Python."""

from __future__ import annotations

import base64
import os
import textwrap
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from ..arrays import AnyArray
from ..files import write_whole
from ..model.model import Model
from .expressions import ALIKE, Source
from .formats import FORMATS


class PythonSource(Source):
    """A model in Python."""

    template = "model.py.txt"
    operators: ClassVar = ALIKE | {"Min": "min({0}, {1})", "Max": "max({0}, {1})", "Clip": "min(max({0}, {1}), {2})"}
    operators |= {"Div": "divided({0}, {1})", "Abs": "abs({0})", "Floor": "floor({0})", "Round": "float(round({0}))"}
    operators |= {"Where": "({1} if {0} else {2})", "LabelEncoder": "known({0}, {1}, {3})"}
    single, casts = "single({0})", {"f": "float({0})", "i": "int({0})"}
    lines: ClassVar = {
        "cell": "row[{place}]",
        "word": "row[{place}]",
        "number": "    {name} = {expression}",
        "row": "    {name} = [{expression} for i in range({size})]",
        "alone": "[{0}]",
        "product": "    {name} = product({values}, {table})",
        "over_all": "{function}({values})",
        "joined": "    {name} = [{parts}\n    ]",
        "part": "\n        {expression},",
        "parts": "\n        *[{expression} for i in range({size})],",
    }

    def text(self, value: str) -> str:
        """Write it with all that is not ASCII escaped."""
        return ascii(value)

    def array(self, name: str, values: AnyArray) -> str:
        """Write the bytes in base 64; of a matrix column after column."""
        kind = "f" if (values.astype(np.float32) == values).all() else "d"
        content = base64.b64encode(values.T.astype({"f": "<f4", "d": "<f8"}[kind]).tobytes()).decode()
        return f'{name} = numbers("{kind}", """\n{textwrap.fill(content, 118)}\n""")'

    def dictionary(self, name: str, pairs: Mapping[str, float]) -> str:
        """Write a dict."""
        return f"{name} = {{" + "".join(f"\n    {word!a}: {number!r}," for word, number in pairs.items()) + "\n}"


@FORMATS.register("python")
def export_python(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model as one Python file with its preprocessing inside, which needs Python's standard library alone.

    Its ``predict(row)`` takes a mapping of names of columns to values, or a sequence of pixels or features, and gives
    the name of a class or a number; ``probabilities(row)`` gives that of each class. Run as a program, it answers the
    rows of a CSV file.

    Parameters
    ----------
    model : Model
        One network or an ensemble.
    path : path-like
        Where; written whole or not at all.

    Raises
    ------
    UsageError
        If an activation has no formula, or an encoder no nodes, or such as Python has no expression for.
    FileError
        If the system refuses to write.

    Examples
    --------
    >>> import glassnet, pathlib, runpy, tempfile
    >>> model = glassnet.Model(glassnet.Network([4, 2], seed=3), glassnet.PixelScaling((2, 2)), ("no", "yes"))
    >>> export_python(model, path := pathlib.Path(tempfile.mkdtemp()) / "model.py")
    >>> runpy.run_path(str(path))["predict"]([0, 90, 200, 255]) in ("no", "yes")
    True
    """
    write_whole(path, PythonSource(model).written())
