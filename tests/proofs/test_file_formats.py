"""What docs/reference says of files, graphs and exit codes is what is written, exported and given."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

import glassnet
from commands import exit_code
from glassnet import errors
from glassnet.cli import main
from glassnet.cli.report import CARD, PAGE
from glassnet.data.preprocessing.encoders import fit_columns
from glassnet.interop.onnx import IR_VERSION, OPSETS, export_onnx
from glassnet.runs.directory import NOVELTY, start_run

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
FILES, ERRORS = ((REFERENCE / f"{name}.md").read_text(encoding="utf-8") for name in ("files", "errors"))


def blocks(language, text):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def rows(text, heading):
    """Give the cells of the first table under a heading."""
    part = text.split(f"{heading}\n", 1)[1]
    lines = re.search(r"^\|.*\n\|[-| ]+\n((?:\|.*\n)+)", part, re.MULTILINE)[1].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def printed(source):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(source, "page", "exec"), {})
    return output.getvalue()


def test_the_model_file_is_what_the_page_dumps_and_its_digest_is_computed_as_the_page_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (dump,) = blocks("text", FILES)
    assert printed("\n".join(blocks("python", FILES))) == f"{dump}True\n"


def test_a_description_has_the_fields_of_the_page():
    from glassnet.model.decision import Decision
    from glassnet.model.reference import Reference
    from glassnet.model.storage import describe

    model = glassnet.Model(glassnet.Network([4, 2]), glassnet.PixelScaling((2, 2)), ("no", "yes"))
    more = (Decision(0.5, 1), Reference((0.0,)))
    fields = describe([model.network], model.preprocessing, model.class_names, None, "", *more)
    told = [
        row[0].strip("`")
        for row in rows(FILES, "Under `__metadata__` the field `glassnet` holds the description, JSON in a string:\n")
    ]
    assert set(told) == {*fields, "split", "sha256"}


def test_a_run_has_the_files_of_the_page(tmp_path):
    settings = {
        "train_size": 100,
        "validation_size": 20,
        "hidden": (4,),
        "epochs": 1,
        "patience": 2,
        "average_tail": 0.5,
    }
    run = start_run(tmp_path / "a", settings)
    list(run)
    run.finish()
    told = {row[0].strip("`"): row[2] for row in rows(FILES, "## A run's directory")}
    asked = {NOVELTY, PAGE, CARD}
    assert {name for name, since in told.items() if since == "first asked for"} == asked
    assert {path.name for path in (tmp_path / "a").iterdir()} == set(told) - asked
    from glassnet.model.tensor_file import read_tensors

    tensors, description = read_tensors(tmp_path / "a" / "checkpoint.safetensors")
    part = FILES.split("## The checkpoint")[1].split("## ONNX")[0]
    for name in {*tensors, *description}:
        assert f"`{name}`" in part or name.startswith("optimizer."), name


COLUMNS = fit_columns(
    ("state", "age"),
    lambda: [np.array([[0, 30], [1, 41.5], [2, 18]])],
    {"state": "categories", "age": "robust"},
    {"state": ("TX", "CA", "NY")},
)
MODELS = {
    "images to classes": (glassnet.PixelScaling((2, 3)), 6, ("a", "b", "c")),
    "features to classes": (glassnet.FeatureScaling(("x", "y"), (0.0, 0.0), (1.0, 1.0)), 2, ("a", "b", "c")),
    "features to one number": (glassnet.FeatureScaling(("x", "y"), (0.0, 0.0), (1.0, 1.0)), 2, 1),
    "features to several numbers": (glassnet.FeatureScaling(("x", "y"), (0.0, 0.0), (1.0, 1.0)), 2, 3),
    "columns with encoders to classes": (COLUMNS, 4, ("a", "b", "c")),
    "columns with encoders to one number": (COLUMNS, 4, 1),
}
SHAPES = {"height": 2, "width": 3, "columns": 2, "classes": 3, "numbers": 3, "1": 1}
KINDS = {"float32": "float", "float64": "double"}


def exported(kind, path):
    """Write the graph of one of these."""
    preprocessing, inputs, answers = MODELS[kind]
    if isinstance(answers, tuple):
        model = glassnet.Model(glassnet.Network([inputs, len(answers)]), preprocessing, answers)
    else:
        network = glassnet.Network([inputs, answers], output="identity", loss="mse")
        model = glassnet.Model(network, preprocessing, target_scale=glassnet.TargetScale(0.0, 1.0))
    export_onnx(model, path)
    return path


def values_told(cell):
    """Read the inputs or outputs that a cell of the page names."""
    found = re.findall(r"`(\w+)`, (\w+), \((.*?),?\)", cell)
    return [
        (name, f"tensor({KINDS.get(dtype, dtype)})", [SHAPES.get(word, word) for word in shape.split(", ")])
        for name, dtype, shape in found
    ]


@pytest.mark.parametrize("row", rows(FILES, "## ONNX"), ids=lambda row: row[0])
def test_an_onnx_graph_has_the_inputs_and_outputs_of_the_page(row, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    kind, *told = row
    session = onnxruntime.InferenceSession(exported(kind, tmp_path / "model.onnx"))
    for found, cell in zip((session.get_inputs(), session.get_outputs()), told, strict=True):
        assert [(value.name, value.type, value.shape) for value in found] == values_told(cell)


@pytest.mark.parametrize("kind", MODELS)
def test_the_graph_is_of_the_versions_of_the_page(kind, tmp_path):
    onnx = pytest.importorskip("onnx")
    (versions,) = re.findall(r"IR version (\d+) and opset (\d+), of a table with words also of\nopset (\d+) of", FILES)
    assert [*map(int, versions)] == [IR_VERSION, OPSETS[""], OPSETS["ai.onnx.ml"]]
    graph = onnx.load(exported(kind, tmp_path / "model.onnx"))
    used = {"": OPSETS[""]} if MODELS[kind][0] is not COLUMNS else OPSETS
    assert graph.ir_version == IR_VERSION
    assert {each.domain: each.version for each in graph.opset_import} == used


@pytest.mark.parametrize("row", rows(ERRORS, "# Errors and exit codes"), ids=lambda row: row[0])
def test_an_error_gives_the_exit_code_of_the_page(row, monkeypatch):
    name, base, _, code = (cell.strip("`") for cell in row)
    kind = getattr(errors, name)
    assert issubclass(kind, {"ValueError": ValueError, "": errors.GlassnetError}.get(base) or getattr(errors, base))
    error = kind.__new__(kind)
    Exception.__init__(error, "wrong")

    def fail(**_):
        raise error

    monkeypatch.setattr(main.glassnet, "main", fail)
    assert exit_code("train") == int(code)


def test_every_error_stands_on_the_page():
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert {row[0].strip("`") for row in rows(ERRORS, "# Errors and exit codes")} == kinds - {"GlassnetError"}


def test_the_message_of_the_page_is_the_one_that_is_printed():
    (said,) = blocks("text", ERRORS)
    assert printed(*blocks("python", ERRORS)) == said
