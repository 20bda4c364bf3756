"""Exported models and their answers: rows such as a model takes, as numbers and as text, and who answers them."""

import csv
import io
import shutil
import subprocess
import sys
from datetime import datetime, timedelta

import numpy as np

from glassnet.data.preprocessing.column_encoders import RobustEncoder
from glassnet.data.preprocessing.encoders import ColumnEncoding
from glassnet.interop.c_source import export_c
from glassnet.interop.onnx import export_onnx
from glassnet.interop.python_source import export_python

COMPILER = shutil.which("cc")
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
UNSEEN = 'never "seen", 未知'


def drawn(encoding, count, seed=0):
    """Rows as a model takes them, and the cells of the same rows as text: unseen words, gaps and far numbers too."""
    generator, rows, cells = np.random.default_rng(seed), np.empty((count, len(encoding.names))), []
    for place, encoder in enumerate(encoding.encoders):
        if encoder.words:
            rows[:, place] = generator.integers(-1, len(encoder.words), count)
        elif encoder.kind == "dates":  # whole minutes
            rows[:, place] = generator.integers(-30_000_000, 60_000_000, count) / 1440
        else:
            middle, spread = (encoder.median, encoder.spread) if isinstance(encoder, RobustEncoder) else (0, 1)
            rows[:, place] = middle + spread * generator.standard_cauchy(count)
        if encoder.takes_gaps:
            rows[generator.random(count) < 0.05, place] = np.nan
        cells.append([written(encoder, value) for value in rows[:, place]])
    return rows, list(zip(*cells, strict=True))


def written(encoder, value):
    """One cell of a CSV file."""
    if np.isnan(value):
        return ""
    if encoder.words:
        return encoder.words[int(value)] if value >= 0 else UNSEEN
    if encoder.kind == "dates":
        return (datetime(1970, 1, 1) + timedelta(minutes=round(value * 1440))).isoformat(" ", "minutes")
    return repr(float(value))


def as_csv(names, cells):
    """The text of a CSV file; without names there is no header."""
    csv.writer(text := io.StringIO()).writerows([names, *cells] if names else cells)
    return text.getvalue()


def read_answers(model, output):
    """The answers of a program: what it decided, and the numbers, (rows, outputs)."""
    header, *lines = csv.reader(io.StringIO(output))
    assert header == (["prediction", *model.class_names] if model.class_names else ["prediction"] * len(header))
    numbers = np.array([line[1 if model.class_names else 0 :] for line in lines], float)
    return [line[0] for line in lines], numbers


BUILT = {}  # programs by their source and how they were compiled, so that none is compiled twice


def by_c(model, text, directory, flags=STRICT):
    """Export, compile and run."""
    source, program = directory / "model.c", directory / "model"
    export_c(model, source)
    key = source.read_bytes(), *flags
    if key not in BUILT:
        subprocess.run([COMPILER, *flags, "-DMODEL_MAIN", str(source), "-o", str(program), "-lm"], check=True)
        BUILT[key] = program.read_bytes()
    program.write_bytes(BUILT[key])
    program.chmod(0o700)
    done = subprocess.run([directory / "model"], input=text.encode(), capture_output=True, check=True)
    return read_answers(model, done.stdout.decode())


def by_python(model, text, directory):
    """Export, and run by a Python that finds no packages."""
    export_python(model, directory / "model.py")
    command = [sys.executable, "-I", "-S", str(directory / "model.py"), "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, env={"PYTHONUTF8": "1"})
    return read_answers(model, done.stdout.decode())


def by_onnx(model, rows, directory, cells=None):
    """Export, and ask ONNX Runtime for numbers, or for the cells of a table whose columns have encoders."""
    import onnxruntime

    export_onnx(model, directory / "model.onnx")
    session = onnxruntime.InferenceSession(directory / "model.onnx", providers=["CPUExecutionProvider"])
    if not isinstance(model.preprocessing, ColumnEncoding):
        (numbers,) = session.run(None, {session.get_inputs()[0].name: rows})
        return [], numbers.reshape(len(rows), -1)
    pairs = zip(model.preprocessing.names, model.preprocessing.encoders, strict=True)
    given = {
        name: np.array([[cell[place]] for cell in cells], object) if each.words else rows[:, place : place + 1]
        for place, (name, each) in enumerate(pairs)
    }
    *labels, numbers = session.run(None, given)
    return (labels[0].tolist() if labels else []), numbers.reshape(len(rows), -1)


def own_answers(model, rows):
    """What glassnet answers: names and probabilities, or numbers."""
    if not model.class_names:
        return [], model.predict(rows).reshape(len(rows), -1)
    return [model.class_names[place] for place in model.predict(rows)], model.predict_probabilities(rows)
