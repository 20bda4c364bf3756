"""Models as one Python file that needs nothing but Python."""

from __future__ import annotations

import base64
import os
import textwrap
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..arrays import AnyArray
from ..data.preprocessing.pixels import BRIGHTEST, PixelScaling
from ..data.readers.cells import GAPS, TRUTH
from ..files import write_whole
from ..model.model import Model
from .expressions import ALIKE, Source
from .formats import FORMATS


class PythonSource(Source):
    """A model in Python."""

    language, template = "Python", "model.py.txt"
    number_by_number = ALIKE | {
        "Div": "divided({0}, {1})",
        "Min": "min({0}, {1})",
        "Max": "max({0}, {1})",
        "Abs": "abs({0})",
        "Floor": "floor({0})",
        "Round": "float(round({0}))",
        "Clip": "min(max({0}, {1}), {2})",
        "Where": "({1} if {0} else {2})",
        "LabelEncoder": "known({0}, {1}, {3})",
    }
    single, casts, quotient = "single({0})", {"f": "float({0})", "i": "int({0})"}, "//"

    def number(self, value: float) -> str:
        """Write the shortest digits that are read as the same number."""
        return repr(float(value)) if np.isfinite(value) else f'float("{value}")'

    def text(self, value: str) -> str:
        """Write it with all that is not ASCII escaped."""
        return ascii(value)

    def source(self, place: int, shape: tuple[int, ...], words: bool) -> str:
        """Take all cells, or one."""
        return "row" if shape != (1,) else f"row[{place}]"

    def array(self, name: str, values: AnyArray) -> None:
        """Write the bytes, in base 64."""
        kind = "f" if (values.astype(np.float32) == values).all() else "d"
        content = base64.b64encode(np.ascontiguousarray(values, f"<{kind}4" if kind == "f" else "<f8").tobytes())
        lines = "\n".join(textwrap.wrap(content.decode(), 118))
        self.tables.append(f'{name} = numbers("{kind}", """\n{lines}\n""")')

    def dictionary(self, name: str, pairs: Mapping[str, float]) -> None:
        """Write a dict."""
        entries = "".join(f"    {self.text(word)}: {number!r},\n" for word, number in pairs.items())
        self.tables.append(f"{name} = {{\n{entries}}}")

    def assign(self, name: str, size: int, expression: str) -> None:
        """Write a number, or a list."""
        self.lines.append(f"    {name} = {expression if size == 1 else f'[{expression} for i in range({size})]'}")

    def product(self, name: str, values: str, weights: AnyArray) -> None:
        """Multiply by the columns, one after another."""
        table = f"table_{len(self.tables)}"
        self.array(table, weights.T)
        self.lines.append(f"    {name} = product({values if len(weights) > 1 else f'[{values}]'}, {table})")

    def join(self, name: str, parts: list[tuple[str, int]]) -> None:
        """Write one list."""
        written = [part if size == 1 else f"*[{part} for i in range({size})]" for part, size in parts]
        self.lines.append(f"    {name} = [" + "".join(f"\n        {part}," for part in written) + "\n    ]")

    def over_all(self, function: str, values: str, size: int) -> str:
        """Write a call."""
        return f"{function}({values if size > 1 else f'[{values}]'})"


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
    >>> runpy.run_path(str(path))["predict"]([0, 90, 200, 255]) == model.class_names[
    ...     model.predict(np.array([[[0, 90], [200, 255]]], np.uint8))[0]
    ... ]
    True
    """
    source = PythonSource(model)
    columns = "".join(f"\n    ({ascii(name)}, {kind!r}, {gaps})," for name, kind, gaps in source.columns)
    fields = {
        "columns": f"({columns}\n)" if columns else "()",
        "brightest": str(BRIGHTEST if isinstance(model.preprocessing, PixelScaling) else None),
        "classes": ascii(model.class_names),
        "unit": ascii(model.unit),
        "gaps": ascii(sorted(GAPS)),
        "truth": ascii(TRUTH),
        "answer": source.answer if source.outputs > 1 else f"[{source.answer}]",
        "decision": source.decision,
    }
    write_whole(Path(path), source.written(**fields).encode("ascii"))
