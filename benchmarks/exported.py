"""A model as one C file, one Python file and an ONNX graph: how far their answers are from glassnet's on 10,000 rows.

    python benchmarks/exported.py RUN [RUN ...]

Of a table the rows are drawn from what the encoders have learned, with unseen words, gaps, far numbers and dates; of
pictures they are MNIST's test images. Needs a C compiler and onnxruntime. Numbers are compared in the target's
deviation. Prints a line for each run and format.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

import glassnet
from glassnet.data.preprocessing.encoders import ColumnEncoding
from glassnet.runs.directory import model_file

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from exported import STRICT, as_csv, by_c, by_onnx, by_python, drawn, own_answers

ROWS = 10_000


def compare(run: str) -> Iterator[str]:
    """Give a line for each format."""
    model, unit = glassnet.load_model(model_file(Path(run))), 1.0
    if isinstance(model.preprocessing, ColumnEncoding):
        rows, cells = drawn(model.preprocessing, ROWS)
        text = as_csv(model.preprocessing.names, cells)
    else:
        rows, cells = glassnet.load_dataset("mnist").test.inputs, []
        text = as_csv([], rows.reshape(len(rows), -1).tolist())
    if model.target_scale is not None:
        unit = model.target_scale.deviation
    names, numbers = own_answers(model, rows)
    answers = {"c": partial(by_c, text=text, flags=[*STRICT, "-O2"]), "py": partial(by_python, text=text)}
    answers["onnx"] = partial(by_onnx, rows=rows, cells=cells)
    for kind, answer in answers.items():
        with tempfile.TemporaryDirectory() as place:
            start = time.perf_counter()
            found, others = answer(model, directory=Path(place))
            seconds, size = time.perf_counter() - start, (Path(place) / f"model.{kind}").stat().st_size
        found = found or [model.class_names[place] for place in others.argmax(axis=1) if names]
        same = f"{sum(map(str.__eq__, names, found)):,} classes alike, " if names else ""
        apart = np.abs(others - numbers).max() / unit
        yield f"{run}  {kind}: {same}at most {apart:.1e} apart, {size:,} bytes, {seconds:.1f} s with export"


def main() -> None:
    """Compare."""
    for run in sys.argv[1:]:
        for line in compare(run):
            print(line, flush=True)


if __name__ == "__main__":
    main()
