"""Encoders of columns are chosen by name, fitted on the training rows, kept in the model; each is a file of its own."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

import glassnet
from glassnet import DataError, FeatureScaling, UsageError, load_model
from glassnet.data.preprocessing.encoders import ENCODERS, ColumnEncoding, Encoder, NumberEncoder, fit_columns
from glassnet.data.preprocessing.preprocessing import PREPROCESSINGS
from glassnet.errors import MissingExtraError, ModelFileError, UnknownNameError
from glassnet.explanation.sums import input_name
from glassnet.interop.onnx import export_onnx

ROWS = np.random.default_rng(1).normal(3, 2, size=(90, 2))
PARITY = '''
from dataclasses import asdict, dataclass

import numpy as np

from glassnet.data.preprocessing.encoders import ENCODERS, Encoder


@ENCODERS.register("parity")
@dataclass(frozen=True)
class Parity(Encoder):
    """Even and odd, an input each; of numbers above the largest that was seen, neither."""

    largest: float
    inputs = 2

    @classmethod
    def fit(cls, column, blocks):
        return cls(max(float(values.max()) for values in blocks))

    @classmethod
    def of(cls, description):
        return cls(float(description["largest"]))

    def describe(self):
        return asdict(self)

    def apply(self, values, out):
        known = values <= self.largest
        out[:, 0] = known & (values % 2 == 0)
        out[:, 1] = known & (values % 2 == 1)
'''
TRAIN = """
import sys

import parity
import numpy as np
import glassnet

data = glassnet.load_dataset("numbers.csv", encoders={"count": "parity"})
training = glassnet.Training(glassnet.Network([data.preprocessing.inputs, 8, 2], seed=0), data, epochs=60)
records = list(training)
print(data.preprocessing.inputs, records[-1].validation_accuracy)
training.model.save("model.safetensors")
"""
LOAD = """
import sys

import numpy as np
import glassnet

if len(sys.argv) > 1:
    import parity
model = glassnet.load_model("model.safetensors")
print(model.preprocessing.apply(np.array([[0.0, 4.0], [0.0, 7.0], [0.0, 1000.0]]))[:, 1:].tolist())
print(model.predict(np.array([[0.0, 4.0], [0.0, 7.0]])).tolist())
"""


def run(place, code, *words):
    return subprocess.run([sys.executable, "-c", code, *words], cwd=place, capture_output=True, text=True, check=False)


def test_an_encoder_in_a_file_of_its_own_trains_a_table_and_stands_in_the_model_file(tmp_path):
    (tmp_path / "parity.py").write_text(PARITY)
    counts = np.random.default_rng(0).integers(0, 50, 200)
    lines = [f"{n % 3},{n},{'even' if n % 2 == 0 else 'odd'}" for n in counts]
    (tmp_path / "numbers.csv").write_text("\n".join(["rest,count,label", *lines]))
    trained = run(tmp_path, TRAIN)
    assert trained.stdout.split() == ["3", "1.0"], trained.stderr
    loaded = run(tmp_path, LOAD, "with the encoder")
    assert loaded.stdout.splitlines() == ["[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]", "[0, 1]"], loaded.stderr
    unknown = run(tmp_path, LOAD)
    assert re.search("unknown encoder: expected one of .*, got 'parity'", unknown.stderr)


def test_encoded_one_by_one_numbers_are_those_that_are_standardized_together():
    alone = fit_columns(("a", "b"), lambda: [ROWS[:50], ROWS[50:]], {"b": "numbers"})
    together = fit_columns(("a", "b"), lambda: [ROWS[:50], ROWS[50:]])
    assert isinstance(alone, ColumnEncoding)
    assert isinstance(together, FeatureScaling)
    np.testing.assert_allclose(alone.apply(ROWS), together.apply(ROWS), rtol=1e-6)
    assert PREPROCESSINGS["columns"].of(json.loads(json.dumps(alone.describe()))) == alone


def test_a_model_with_encoders_is_saved_named_and_read_back(tmp_path, monkeypatch):
    data = glassnet.Dataset.from_arrays(ROWS, ROWS[:, 0] > 3, columns=("a", "b"), encoders={"a": "numbers"})
    model = glassnet.Model(glassnet.Network([2, 2], seed=0), data.preprocessing, data.class_names)
    model.save(tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    assert again.preprocessing == data.preprocessing
    np.testing.assert_array_equal(again.predict_probabilities(ROWS), model.predict_probabilities(ROWS))
    assert [input_name(again, k) for k in range(2)] == ["a", "b"]
    monkeypatch.setattr(NumberEncoder, "add_nodes", Encoder.add_nodes)
    with pytest.raises((UsageError, MissingExtraError), match=r"no ONNX nodes for an encoder|onnx"):
        export_onnx(again, tmp_path / "model.onnx")


def test_what_cannot_be_encoded_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match=r"unknown encoder: expected one of .*Did you mean 'numbers'"):
        glassnet.Dataset.from_arrays(ROWS, ROWS[:, 0], columns=("a", "b"), encoders={"a": "nmbers"})
    with pytest.raises(UnknownNameError, match="unknown column: expected one of a, b, got 'c'"):
        glassnet.Dataset.from_arrays(ROWS, ROWS[:, 0], columns=("a", "b"), encoders={"c": "numbers"})
    with pytest.raises(UsageError, match="encoders are for the columns of a table"):
        glassnet.load_dataset("mnist", encoders={"a": "numbers"})
    encoding = ColumnEncoding(("a", "b"), (NumberEncoder(0.0, 1.0), NumberEncoder(0.0, 1e-300)))
    with pytest.raises(DataError, match="column 'b'"):
        encoding.apply(np.array([[0.0, np.nan]]))
    with pytest.raises(DataError, match="too large"):
        encoding.apply(np.array([[0.0, 1e30]]))


@pytest.mark.parametrize("fields", [{"mean": 0.0, "deviation": 0.0}, {"mean": "x", "deviation": 1}, {"mean": 0.0}])
def test_a_model_file_whose_encoder_makes_no_sense_is_refused(tmp_path, monkeypatch, fields):
    encoding = ColumnEncoding(("a",), (NumberEncoder(0.0, 1.0),))
    model = glassnet.Model(glassnet.Network([1, 2], seed=0), encoding, ("no", "yes"))
    monkeypatch.setattr(NumberEncoder, "describe", lambda self: fields)
    model.save(tmp_path / "model.safetensors")
    with pytest.raises(ModelFileError, match="invalid model description"):
        load_model(tmp_path / "model.safetensors")


def test_every_encoder_is_read_back_from_what_it_says_of_itself():
    for kind in ENCODERS.values():
        numbers = np.floor(ROWS[:, 0]).clip(0)
        fitted = kind.fit("a", [numbers], **({"words": tuple("abcdefghijkl")} if kind.kind == "categories" else {}))
        again = kind.of(json.loads(json.dumps(fitted.describe())))
        outputs = [np.zeros((len(ROWS), fitted.inputs)) for _ in range(2)]
        for encoder, out in zip((fitted, again), outputs, strict=True):
            encoder.apply(numbers, out)
        np.testing.assert_array_equal(*outputs)


def test_the_units_of_columns_are_described_with_them_and_nameless_columns_are_refused():
    encoding = ColumnEncoding(("a",), (NumberEncoder(1.0, 2.0),), ("%",))
    assert ColumnEncoding.of(encoding.describe()).units == ("%",)
    column = encoding.describe()["columns"][0]
    for columns in ([], [column | {"name": 7}], [column, column | {"name": None}]):
        with pytest.raises(ValueError, match="columns without names"):
            ColumnEncoding.of({"columns": columns})
