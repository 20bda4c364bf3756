"""Models as one file of C and of Python: what they answer and refuse, and that no name gets out of its quotes."""

import re
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product

import numpy as np
import pytest

from array_functions import evaluated
from exported import COMPILER, STRICT, as_csv, by_c, by_onnx, by_python, drawn, own_answers
from glassnet import Activation, FeatureScaling, Model, Network, PixelScaling, TargetScale
from glassnet.cli.main import main
from glassnet.data.preprocessing.column_encoders import CategoryEncoder, DateEncoder, RobustEncoder
from glassnet.data.preprocessing.encoders import ColumnEncoding, Encoder, NumberEncoder
from glassnet.data.preprocessing.preprocessing import Unchanged
from glassnet.data.readers.cells import GAPS
from glassnet.data.readers.dates import DateWriting
from glassnet.errors import UsageError
from glassnet.interop.c_source import export_c
from glassnet.interop.formats import FORMATS
from glassnet.interop.python_source import export_python
from glassnet.model.decision import Decision
from glassnet.network.activations import ACTIVATIONS

compiled = pytest.mark.skipif(COMPILER is None, reason="needs a C compiler, cc")
MANY = tuple(f"w{number}" for number in range(130))
HOSTILE = (
    '"',
    "a\nb",
    "*/",
    "??/",
    "\\",
    "'''\"\"\"",
    "é未\U0001f600",
    "%s{0}@body@",
    "x" * 300,
    "\x01\x7f",
    "0",
    "??=",
)
LANGUAGES = [pytest.param(by_c, marks=compiled), by_python]


def table():
    """Columns of every kind: gaps or none, words of one, two, three and many values, dates of whole days and hours."""
    rng = np.random.default_rng(0)
    days = rng.integers(-5_000, 20_000, 300) + rng.integers(0, 24, 300) / 24
    encoders = {
        "size": NumberEncoder(5.0, 2.0),
        "age, in years": RobustEncoder.fit("", [rng.normal(40, 9, 99), np.array([np.nan])]),
        "income": RobustEncoder.fit("", [rng.lognormal(9, 2, 99)]),
        "one": CategoryEncoder.fit("", [np.zeros(5)], ("only",)),
        "two": CategoryEncoder.fit("", [np.array([0.0, 1, 1])], ("no", "yes")),
        "three": CategoryEncoder.fit("", [np.array([0.0, 1, 2, np.nan])], ("a", "é b", "c,d")),
        "many": CategoryEncoder.fit("", [rng.integers(0, 130, 900).astype(float)], MANY),
        "when": DateEncoder.fit("", [np.append(days, np.nan)]),
        "day": DateEncoder.fit("", [np.floor(days)]),
    }
    return ColumnEncoding(tuple(encoders), tuple(encoders.values()))


def trained(sizes, *arguments, seed=0, **options):
    """A network whose weights are as large as a training leaves them."""
    network = Network(sizes, *arguments, seed=seed, **options)
    network.parameters[:] += np.random.default_rng(seed + 1).normal(0, 0.3, len(network.parameters))
    return network


def classifier(encoding, classes=("good", "bad", "neither"), members=3):
    return Model([trained([encoding.inputs, 9, 8, 3], "selu", seed=seed) for seed in range(members)], encoding, classes)


def estimator(encoding):
    network = trained([encoding.inputs, 9, 1], "mish", loss="mse")
    return Model(network, encoding, target_scale=TargetScale(1e6, 250.0), unit='€ */ "\n')


def compare(model, rows, found, apart=1e-5):
    """Demand the same classes, and numbers near those of glassnet's."""
    names, numbers = found
    expected, probabilities = own_answers(model, rows)
    assert names == expected or not model.class_names
    mean, unit = (model.target_scale.mean, model.target_scale.deviation) if model.target_scale else (0, 1)
    np.testing.assert_allclose((numbers - mean) / unit, (probabilities - mean) / unit, rtol=1e-6, atol=apart)


@pytest.mark.parametrize("answer", LANGUAGES)
@pytest.mark.parametrize("make", [classifier, estimator])
def test_a_table_with_words_gaps_and_dates_is_answered_as_by_glassnet(make, answer, tmp_path):
    model = make(table())
    rows, cells = drawn(model.preprocessing, 150)
    compare(model, rows, answer(model, as_csv(model.preprocessing.names, cells), tmp_path))


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("make", [classifier, estimator])
def test_onnx_answers_a_table_with_words_gaps_and_dates_as_glassnet_does(make, count, tmp_path):
    pytest.importorskip("onnxruntime")
    model = make(table())
    rows, cells = drawn(model.preprocessing, count)
    compare(model, rows, by_onnx(model, rows, tmp_path, cells))


@pytest.mark.slow
@pytest.mark.parametrize("answer", LANGUAGES)
@pytest.mark.parametrize("make", [classifier, estimator])
def test_ten_thousand_rows_are_answered_as_by_glassnet(make, answer, tmp_path):
    model = make(table())
    rows, cells = drawn(model.preprocessing, 10_000, seed=1)
    compare(model, rows, answer(model, as_csv(model.preprocessing.names, cells), tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("answer", LANGUAGES)
@pytest.mark.parametrize("deskew", [False, True])
def test_thousands_of_digits_are_answered_as_by_glassnet(mnist, deskew, answer, tmp_path):
    images = mnist.test.inputs[: 100 if answer is by_python else 2_000]  # plain Python takes 10 ms for one
    model = Model(trained([784, 16, 10]), PixelScaling((28, 28), deskew), tuple("0123456789"))
    compare(model, images, answer(model, as_csv([], images.reshape(len(images), -1).tolist()), tmp_path))


def all_activations(kind=np.float32):
    """A network that has every hidden activation, one after another."""
    return trained([30, *[7] * len(ACTIVATIONS), 3], [*ACTIVATIONS], dtype=kind)


@pytest.mark.parametrize("answer", LANGUAGES)
@pytest.mark.parametrize("kind", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
def test_every_activation_and_deskewing_are_written(kind, answer, tmp_path):
    images = np.random.default_rng(2).integers(0, 256, (40, 6, 5), np.uint8)
    images[0] = 0
    model = Model(all_activations(kind), PixelScaling((6, 5), deskew=True), ("é", "b", "c"))
    compare(model, images, answer(model, as_csv([], images.reshape(40, 30).tolist()), tmp_path))


@pytest.mark.parametrize("answer", LANGUAGES)
def test_pixels_are_set_upright_to_the_last_bit(answer, tmp_path):
    generator = np.random.default_rng(8)
    images = generator.integers(0, 256, (50, 20, 20), np.uint8)
    network = Network([400, 3], [], loss="mse")
    network.layers[0].weights[...] = generator.uniform(0.5, 1, (400, 3)) * generator.choice([-1, 1], (400, 3))
    model = Model(network, PixelScaling((20, 20), deskew=True), target_scale=TargetScale(0.0, 255.0))
    _, numbers = answer(model, as_csv([], images.reshape(50, 400).tolist()), tmp_path)
    np.testing.assert_allclose(numbers, model.predict(images), atol=0.01)  # a pixel that is 1 brighter counts a half


NOTATION = ["exp(-abs(z))", "expm1(z) - log(1 + z * z)", "tanh(z) - sin(z) / cos(0.1 * z)", "sqrt(abs(z)) * sign(z)"]
NOTATION += ["pi * (z > 1) + (z >= 0) - (z < -1) * (z <= -2)", "z * (z == 0) + 2", "z - max(z) / sum(abs(z)) - mean(z)"]
NOTATION += ["min(z, 1) + log1p(exp(z)) * erf(z)"]


@pytest.mark.parametrize("answer", LANGUAGES)
def test_an_activation_is_written_by_its_formula_alone(answer, tmp_path):
    def own(formula):
        class Own(Activation):
            def forward(self, z, out):
                np.copyto(out, evaluated(formula, z=z))

            def backward(self, z, a, upstream, out):
                raise NotImplementedError

        Own.formula = formula
        return Own()

    network = trained([4, *[5] * len(NOTATION), 2], list(map(own, NOTATION)), loss="mse")
    network.parameters *= 0.5
    model = Model(network, Unchanged((4,)), target_scale=TargetScale(0.0, 1.0))
    rows = np.random.default_rng(3).normal(size=(50, 4))
    compare(model, rows, answer(model, as_csv([], rows.tolist()), tmp_path))


@pytest.mark.parametrize("answer", LANGUAGES)
def test_sigmoid_outputs_one_column_and_large_means_are_answered_as_by_glassnet(answer, tmp_path):
    scaling = FeatureScaling(("year",), (1.7e9,), (3.0,))
    rows = 1.7e9 + np.random.default_rng(4).normal(0, 3, (50, 1))
    text = as_csv(["other", "year"], [("", repr(float(value))) for value in rows[:, 0]])
    model = Model(trained([1, 6, 3], loss="mse", output="sigmoid"), scaling, ("a", "b", "c"))
    compare(model, rows, answer(model, text, tmp_path))
    model.network.parameters[-3:] = -2e4  # of outputs that are all 0 every class is as probable
    model.network.layers[-1].weights[...] = 0
    compare(model, rows, answer(model, text, tmp_path))
    counts = Model(trained([1, 1], [], loss="poisson"), scaling, target_scale=TargetScale(0.0, 1.0))
    compare(counts, rows, answer(counts, text, tmp_path))


@pytest.mark.parametrize("answer", LANGUAGES)
def test_no_name_gets_out_of_its_quotes(answer, tmp_path):
    names = tuple(f"{word} {place}" for place, word in enumerate(HOSTILE))
    encoder = CategoryEncoder.fit("", [np.arange(len(HOSTILE), dtype=float)], HOSTILE)
    encoding = ColumnEncoding(names, (encoder,) * len(names))
    network = trained([encoding.inputs, len(HOSTILE)])
    model = Model(network, encoding, HOSTILE)
    rows, cells = drawn(encoding, 60)
    compare(model, rows, answer(model, as_csv(names, cells), tmp_path))
    for path in tmp_path.glob("model.*"):
        assert path.read_bytes().isascii()


@pytest.mark.parametrize("answer", LANGUAGES)
def test_the_models_threshold_decides_here_too(answer, tmp_path):
    model = Model(trained([4, 2], seed=3), PixelScaling((2, 2)), ("no", "yes"), decision=Decision(0.2, 1))
    images = np.random.default_rng(7).integers(0, 256, (60, 4), np.uint8)
    names, numbers = found = answer(model, as_csv([], images.tolist()), tmp_path)
    compare(model, images, found)
    assert names != [model.class_names[place] for place in numbers.argmax(axis=1)]


@pytest.fixture
def module(tmp_path):
    """What a program finds in the Python file of the table's model."""
    model = classifier(table())
    export_python(model, tmp_path / "model.py")
    return model, runpy.run_path(str(tmp_path / "model.py"))


GOOD = {"size": 5, "age, in years": "41", "income": 1e4, "one": "only", "two": "no", "three": None, "many": "w7"}
GOOD |= {"when": "2001-02-03T04:00", "day": date(2001, 2, 3)}


def test_a_program_may_give_cells_as_it_has_them(module):
    model, own = module
    moment, day = (DateWriting().days(text) for text in ("2001-02-03 04:00", "2001-02-03"))
    row = np.array([[5, 41, 1e4, 0, 0, np.nan, 7, moment, day]])
    expected = model.predict_probabilities(row)[0].tolist()
    for given in (
        GOOD,
        [*GOOD.values()],
        GOOD | {"when": datetime(2001, 2, 3, 4), "three": np.nan},
        GOOD | {"when": "2001-02-03 04:00Z", "three": " n/a ", "day": int(day)},
        GOOD | {"when": moment, "day": "2001-02-03", "size": np.float32(5), "more": 1},
    ):
        assert [*own["probabilities"](given)] == [*model.class_names]
        assert [*own["probabilities"](given).values()] == pytest.approx(expected, abs=1e-6)
        assert own["predict"](given) == model.class_names[int(np.argmax(expected))]


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        ({"size": "much"}, "^size takes numbers, not 'much'"),
        ({"size": ""}, "^size takes finite numbers, not ''"),
        ({"income": "inf"}, "^income takes numbers"),
        ({"income": float("inf")}, "^income takes finite numbers, not inf"),
        ({"income": [1]}, "^income takes numbers"),
        ({"when": "soon"}, "^when takes dates such as 2024-03-01, not 'soon'"),
        ({"day": "2023-02-30"}, "^day takes dates"),
    ],
)
def test_python_names_the_column_whose_cell_it_cannot_take(module, spoilt, message):
    with pytest.raises(ValueError, match=message):
        module[1]["predict"](GOOD | spoilt)
    lacking = {name: value for name, value in GOOD.items() if name != "many"}
    with pytest.raises(ValueError, match="no column 'many'"):
        module[1]["predict"](lacking)
    with pytest.raises(ValueError, match="2 values where the model takes 9"):
        module[1]["predict"]([1, 2])


DATES = ["1970-01-01", "1969-12-31 23:59", "2000-02-29", "1900-03-01", "0001-01-01", "9999-12-31T12:30:15.25"]
DATES += ["2024-3-1 7:05", "2024-03-01T10:00:00Z", "2024-03-01 10:00+02:00", "2024-03-01T23:00:30-01:30"]
NO_DATES = [
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-01-32",
    "2024-01-01 25:00",
    "2024-01-01x",
    "soon",
    "1/2/2024",
]


SAME_UNIT = RobustEncoder(0.0, 1.0, marks_gaps=False, lowest=0.0, highest=1.0)
NUMBERS = {" +1.5e3 ": 1500.0, "-.5": -0.5, "Yes": 1.0, "off": 0.0, **dict.fromkeys([*GAPS, "NA", " nan "], np.nan)}
NO_NUMBERS = ["much", "yes", "0x10", "1,5", "inf", "-Infinity", "1_000", "1e999", "1 2"]


@pytest.mark.parametrize("answer", LANGUAGES)
def test_cells_are_read_as_glassnet_reads_them_or_refused_by_name(answer, tmp_path):
    names = ("day", "truth", "number")
    encoding = ColumnEncoding(names, (DateEncoder((("time", SAME_UNIT),)), SAME_UNIT, replace(SAME_UNIT, highest=9.0)))
    network = Network([3, 2], [], loss="mse", output="identity")
    network.layers[0].weights[...] = np.eye(3, 2)
    model = Model(network, encoding, target_scale=TargetScale(0.0, 1.0))
    cells = [*product(DATES, ["1"], ["1"]), *product(["1"], NUMBERS, ["1"])]
    days = [DateWriting().days(text) for text in DATES] + [1.0] * len(NUMBERS)
    rows = np.stack([days, [1.0] * len(DATES) + [*NUMBERS.values()], np.ones(len(days))], axis=1)
    compare(model, rows, answer(model, as_csv(encoding.names, cells), tmp_path), 1e-2)
    call = [tmp_path / "model"] if answer is by_c else [sys.executable, tmp_path / "model.py", "-"]
    for place, name, texts in ((0, "day", NO_DATES), (2, "number", NO_NUMBERS)):
        for text in texts if answer is by_c else texts[1::4]:
            line = ["1", "1", "1"]
            line[place] = text
            given = as_csv(encoding.names, [("1", "1", "1"), line]).encode()
            done = subprocess.run(call, input=given, capture_output=True, check=False)
            assert done.returncode == 1
            assert re.search(rf"(row|line) 3.*{name}.*{re.escape(text)}", done.stderr.decode()), text
    for text, message in (
        ("day,truth,number\n1\n", "2: 1 cells in place of 3"),
        ("day\n1\n", "no column .truth"),
        ("", "no col"),
    ):
        done = subprocess.run(call, input=text.encode(), capture_output=True, check=False)
        assert (done.returncode, re.search(message, done.stderr.decode()) is not None) == (1, True), message


def test_what_is_missing_from_a_file_is_named(tmp_path):
    export_python(classifier(table()), tmp_path / "model.py")
    (tmp_path / "new.csv").write_text("size,many\n1,w3\n")
    done = subprocess.run(
        [sys.executable, tmp_path / "model.py", tmp_path / "new.csv"], capture_output=True, check=False
    )
    assert (done.returncode, "no column 'age, in years' among" in done.stderr.decode()) == (1, True)


@pytest.mark.parametrize("answer", LANGUAGES)
def test_files_as_spreadsheets_write_them_are_read(answer, tmp_path):
    encoding = table()
    model = classifier(encoding)
    rows, cells = drawn(encoding, 80)
    text = "\ufeff" + as_csv(
        [*encoding.names, "more"], [(*(cell or "NA " for cell in line), " x") for line in cells]
    ).replace("\n", "\n\r\n", 1)
    compare(model, rows, answer(model, text, tmp_path))
    shuffled = as_csv(encoding.names[::-1], [line[::-1] for line in cells]).replace("\r\n", "\n").rstrip("\n")
    compare(model, rows, answer(model, shuffled, tmp_path))


@compiled
def test_a_c_program_may_call_it_with_numbers_and_words(tmp_path):
    model = classifier(table())
    export_c(model, tmp_path / "model.c")
    (tmp_path / "main.c").write_text(CALLER)
    subprocess.run([COMPILER, *STRICT, "main.c", "-o", "main", "-lm"], cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "main"], capture_output=True, check=True, text=True)
    row = np.array([[5, np.nan, 1e4, 0, 0, np.nan, 7, 11356.5, 11356]])
    (given, *numbers, refused, names) = done.stdout.split()
    assert int(given) == model.predict(row)[0]
    assert list(map(float, numbers)) == pytest.approx(model.predict_probabilities(row)[0].tolist(), abs=1e-6)
    assert (int(refused), names) == (-1, "size/good/nNNWWWWDD/9/3")


CALLER = """
#include "model.c"
int main(void) {
    double out[MODEL_OUTPUTS];
    model_cell row[MODEL_CELLS] = {{5}, {NAN}, {1e4}, {0}, {0}, {0}, {0}, {11356.5}, {11356}};
    row[3].word = "only"; row[4].word = "no"; row[5].word = NULL; row[6].word = "w7";
    printf("%d ", model_predict(row, out));
    for (int i = 0; i < MODEL_OUTPUTS; i++) printf("%.9g ", out[i]);
    row[0].number = NAN;
    printf("%d ", model_predict(row, out));
    printf("%s/%s/%s/%d/%d", model_columns[0], model_classes[0], model_kinds, MODEL_CELLS, MODEL_OUTPUTS);
    return 0;
}
"""


@pytest.mark.parametrize("compiler", ["cc", pytest.param("clang", marks=pytest.mark.slow)])
def test_no_compiler_warns_of_what_is_written_or_not_used(compiler, tmp_path):
    if not (found := shutil.which(compiler)):
        pytest.skip(f"needs {compiler}")
    models = (
        Model(Network([12, 3], seed=0), PixelScaling((4, 3), deskew=True), ("a", "b", "c")),
        Model(Network([1, 1], [], loss="mse", seed=0), Unchanged((1,)), target_scale=TargetScale(0.0, 1.0)),
        estimator(table()),
        Model(Network([5000, 2], [], seed=0), Unchanged((5000,)), ("a", "b")),
    )
    files = [f"{place}.c" for place in range(len(models))]
    for model, file in zip(models, files, strict=True):
        export_c(model, tmp_path / file)
    for more in ([], ["-DMODEL_MAIN"]):
        subprocess.run([found, *STRICT, *more, "-fsyntax-only", *files], cwd=tmp_path, check=True)


@dataclass(frozen=True)
class Halves(Encoder):
    """An encoder that says nothing of nodes."""

    name = "halves"

    fit = of = describe = None

    def apply(self, values, out):
        out[:, 0] = values / 2


class Tangents(Halves):
    """An encoder by an operator that only ONNX has."""

    def add_nodes(self, graph, values):
        return graph.cast(graph.add("Tan", values), np.float32)


@dataclass(frozen=True)
class Doubles(Halves):
    """An encoder of one's own, which says how it is written in nodes."""

    def apply(self, values, out):
        out[:, 0] = np.clip(np.where(values > 1, values * 2, np.sin(values)), -3, 3)

    def add_nodes(self, graph, values):
        one, two = (graph.constant(np.float64(number)) for number in (1, 2))
        large = graph.add("Greater", values, one)
        found = graph.add("Where", large, graph.add("Mul", values, two), graph.add("Sin", values))
        limits = [graph.constant(np.float64(limit)) for limit in (-3, 3)]
        return graph.cast(graph.add("Clip", found, *limits), np.float32)


@pytest.mark.parametrize("answer", LANGUAGES)
def test_an_encoder_of_ones_own_is_written_by_its_nodes(answer, tmp_path):
    model = Model(trained([2, 3]), ColumnEncoding(("a", "b"), (Doubles(), Doubles())), ("x", "y", "z"))
    rows = np.random.default_rng(5).normal(0, 2, (30, 2))
    compare(model, rows, answer(model, as_csv(["a", "b"], rows.tolist()), tmp_path))


@pytest.mark.parametrize("export", [export_c, export_python])
def test_what_cannot_be_written_is_refused_by_name_and_nothing_written(export, tmp_path):
    path = tmp_path / "model"
    for encoder, message in ((Halves(), "encoder.*got halves. Override its add_nodes"), (Tangents(), "operator Tan")):
        with pytest.raises(UsageError, match=message):
            export(Model(trained([1, 2]), ColumnEncoding(("a",), (encoder,)), ("x", "y")), path)
    with pytest.raises(UsageError, match="has no formula"):
        export(Model(Network([4, 3, 2], NoFormula()), PixelScaling((2, 2)), ("x", "y")), path)
    if export is export_c:
        with pytest.raises(UsageError, match="cannot hold a zero"):
            export(Model(trained([4, 2]), PixelScaling((2, 2)), ("x\0", "y")), path)
    assert not path.exists()


class NoFormula(Activation):
    def forward(self, z, out):
        np.copyto(out, z)

    def backward(self, z, a, upstream, out):
        np.copyto(out, upstream)


def test_every_format_is_an_option_of_the_command(tmp_path, capsys):
    assert {"onnx", "pytorch", "c", "python"} <= {*FORMATS}
    classifier(table()).save(tmp_path / "model.safetensors")
    for kind, first in (("python", "#!/usr/bin/env python3"), ("c", "/* A model that glassnet exported")):
        with pytest.raises(SystemExit) as caught:
            main(["export", str(tmp_path / "model.safetensors"), "--format", kind, "--output", str(tmp_path / kind)])
        assert (caught.value.code, capsys.readouterr().err) == (0, "")
        assert (tmp_path / kind).read_text().startswith(first)


def test_the_same_model_gives_the_same_file(tmp_path):
    model = classifier(table())
    for export in (export_c, export_python):
        export(model, tmp_path / "first")
        export(model, tmp_path / "second")
        assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
